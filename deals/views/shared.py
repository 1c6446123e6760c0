"""What the pages of money share: finding what a person may read, spreadsheets."""

from collections.abc import Callable, Iterable, Iterator
from types import SimpleNamespace
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from clients import list_answers
from salesexpert.accounts.models import User
from salesexpert.audit import journal

FORMATS = list_answers.TYPES


def read_or_404[Row: models.Model](rows: models.QuerySet[Row], pk: int) -> Row:
    """The row, or 404 for one that is a stranger's, absent, or has a number no row can have."""
    found = rows.filter(pk=pk).first() if pk < 2**63 else None
    if found is None:
        raise Http404
    return found


def need(request: HttpRequest, *permissions: str) -> None:
    if not all(request.user.has_perm(name) for name in permissions):
        raise PermissionDenied


def spreadsheet(
    user: User,
    kind: str,
    name: str,
    verb: str,
    labels: Iterable[Any],
    rows: Callable[[], Iterator[list[Any]]],
) -> HttpResponseBase:
    """`rows` as a file of the kind "csv" or "xlsx"; the journal notes that it was taken out."""
    if not user.has_perm("deals.export_deals"):
        raise PermissionDenied
    columns: Any = [SimpleNamespace(label=label) for label in labels]
    journal.record(verb, user, by=user, at=timezone.now(), format=kind)
    return list_answers.file(kind, name, columns, rows)
