"""Refused rows as a file to mend and load again: the columns of the original, and the reason."""

import csv
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clients.importing.engine import REJECTED
from clients.importing.reasons import Reason
from clients.models import ImportJob

REASON_HEADING = gettext_noop("Why it was not loaded")
# As the heading stands in files made in either language.
REASON_HEADINGS = frozenset({REASON_HEADING, "Почему не загружено"})
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def rejected_csv(job: ImportJob) -> Iterator[str]:
    """Lines of a CSV file for spreadsheets: UTF-8 mark, semicolons, no cell that could run as a formula."""
    writer = csv.writer(_Echo(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff" + writer.writerow(
        [_safe(c) for c in [*job.columns, _(REASON_HEADING)]]
    )
    width = len(job.columns)
    rows = job.rows.filter(outcome=REJECTED).order_by("row")
    for cells, reasons in rows.values_list("cells", "reasons").iterator():
        fitted = [*cells[:width], *[""] * (width - len(cells))]
        if len(cells) > width:
            fitted[-1] = " ".join(cells[width - 1 :])
        said = " ".join(str(Reason.from_kept(kept)) for kept in reasons)
        yield writer.writerow([_safe(cell) for cell in [*fitted, said]])


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


class _Echo:
    """A file that hands back what is written to it, so that a row can be sent as soon as it is made."""

    def write(self, value: str) -> str:
        return value
