"""A sheet as a file: whoever takes figures out must have the right to, and the journal notes it."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from analytics import choosing, sheet_files, sheets
from analytics.counting import Counted
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def asked(params: QueryDict, known: Iterable[str] = TYPES) -> tuple[str, list[tuple[str, str]]]:  # fmt: skip
    """The kind of file that an address asks for, empty for the page; and (field, sentence) of one that there is not."""
    kind, misread = choosing.one_of(params.get("format", ""), [(name, "") for name in known], "")  # fmt: skip
    return kind, [(_("File"), misread)] if misread else []


def status(kind: str) -> int:
    """Of a page that stands where a file was asked for: no program takes it for the file."""
    return HTTPStatus.BAD_REQUEST if kind else HTTPStatus.OK


def later(request: SignedRequest, found: Counted) -> HttpResponse:
    """A file of figures that are not there: back to the page, which counts them or says why it cannot."""
    if found.failed or found.unbegun:
        messages.error(request, _("There is no file: the figures are not counted. The page says why, and goes on trying."))  # fmt: skip
    else:
        messages.info(request, _("The figures are still being counted: take the file when they stand here."))  # fmt: skip
    params = request.GET.copy()
    del params["format"]
    return redirect(f"{request.path}?{params.urlencode()}")


def answer(request: SignedRequest, sheet: sheets.Sheet, kind: str, period: Any) -> HttpResponse:  # fmt: skip
    user = request.user
    if not user.has_perm("deals.export_deals"):
        raise PermissionDenied
    journal.record("report.exported", user, by=user, at=timezone.now(), format=kind, report=sheet.name)  # fmt: skip
    data = sheet_files.MAKERS[kind](sheet, str(period))
    response = HttpResponse(data, content_type=TYPES[kind])
    name = f"{sheet.name}-{period.since:%Y-%m-%d}-{period.to:%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"  # fmt: skip
    return response
