"""The payslip as a spreadsheet: the sums, and under them every line with what it was counted of."""

import tempfile
from collections.abc import Sequence
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from analytics.explaining import Group
from analytics.models import PayMonth
from clients.exports import safe_cell


def workbook(row: PayMonth, groups: Sequence[Group]) -> Any:
    """An open temporary file, at its beginning, that deletes itself when closed."""
    # Here, not above: 3.5 MB in every web worker for what few of them ever do.
    import xlsxwriter

    file = tempfile.TemporaryFile(prefix="payslip-")  # noqa: SIM115
    book = xlsxwriter.Workbook(
        file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )  # fmt: skip
    sheet = book.add_worksheet(f"{row.month:%Y-%m}")
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    money = book.add_format({"num_format": "#,##0.00"})
    total = book.add_format({"num_format": "#,##0.00", "bold": True})
    sheet.set_column(0, 0, 54)
    sheet.set_column(1, 1, 48)
    sheet.set_column(2, 4, 16)
    at = 0
    for label, value in (
        (_("Payslip"), f"{row.user}"),
        (_("Month"), date_format(row.month, "F Y")),
        (_("Scheme"), _("%(scheme)s, version %(number)s") % {"scheme": row.version.scheme, "number": row.version.number}),
        (_("State"), str(row.get_state_display())),
    ):  # fmt: skip
        sheet.write_string(at, 0, label, bold)
        sheet.write_string(at, 1, safe_cell(value))
        at += 1
    at += 1
    sheet.freeze_panes(at + 1, 1)
    sheet.repeat_rows(at)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    heads = (_("What"), _("By which rule"), _("Counted of"), _("Of it yours"), _("Pay, %(currency)s") % {"currency": row.currency})  # fmt: skip
    for column, name in enumerate(heads):
        sheet.write_string(at, column, name, head)
    for group in groups:
        at += 1
        sheet.write_string(at, 0, group.name, bold)
        sheet.write_string(at, 1, group.hint)
        sheet.write_number(at, 4, group.total, total)
        for line in group.lines:
            at += 1
            sheet.write_string(at, 0, safe_cell(line.what))
            sheet.write_string(at, 1, safe_cell(line.why))
            if line.entry and line.entry.whole is not None:
                sheet.write_number(at, 2, line.entry.whole, money)
            if line.entry and line.entry.base is not None:
                sheet.write_number(at, 3, line.entry.base, money)
            sheet.write_number(at, 4, line.amount, money)
    book.close()
    file.seek(0)
    return file
