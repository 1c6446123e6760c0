"""How the pages of a bulk change answer, whatever records it changes. The views of each app say who may ask for which."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _

from clients.actions import bulk
from clients.bulk import pages, records
from clients.bulk.records import Records
from clients.choices import BulkState
from clients.models import BulkChange
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part


def changes_of(request: SignedRequest, about: Records) -> Any:
    """Changes of these records that the reader may look into."""
    return BulkChange.objects.visible_to(
        request.user, entity=about.entity, right=about.permission
    )


def change_or_404(request: SignedRequest, about: Records, pk: int) -> BulkChange:
    rows = changes_of(request, about).select_related("created_by", "undoes", "undo")
    return get_object_or_404(rows, pk=pk)


def preview(request: SignedRequest, change: BulkChange) -> HttpResponse:
    context = pages.preview(change, request.user)
    return render_part(request, "clients/bulk_preview.html", "preview", context)


def show(request: SignedRequest, change: BulkChange) -> HttpResponse:
    """Where a change stands: to be decided, under way, or over, with what became of each record."""
    if change.state == BulkState.PREVIEW:
        return preview(request, change)
    if change.state in pages.RUNNING:
        return render(request, "clients/bulk_progress.html", pages.progress(change))
    context = pages.result(change, request.user, request.GET, at=timezone.now())
    return render(request, "clients/bulk_result.html", context)


def progress(request: SignedRequest, change: BulkChange) -> HttpResponse:
    """The moving part of a running change; when it has ended, the browser is sent to the result."""
    if change.state not in pages.RUNNING:
        return _to(request, change)
    return render(
        request, "clients/bulk_progress.html#progress", pages.progress(change)
    )


def begin(request: SignedRequest, change: BulkChange) -> HttpResponse:
    """Make the change that was previewed; a second click only shows what came of the first."""
    try:
        over = bulk.begin(change=change, by=request.user, at=timezone.now())
    except bulk.BegunAlready:
        return _to(request, change)
    except DomainError as error:
        messages.error(request, str(error))
        return _to(request, change)
    change.refresh_from_db()
    if not over or change.state != BulkState.DONE or change.left_count:
        return _to(request, change)
    about = records.of(change)
    result = reverse(about.at.change, args=[change.pk])
    said = about.said(change)["changed"]
    messages.success(
        request, format_html('{}. <a href="{}">{}</a>', said, result, _("Undo"))
    )
    address = reverse(about.at.records)
    return go_to(request, f"{address}?{change.parameters}" if change.parameters else address)  # fmt: skip


def stop(request: SignedRequest, change: BulkChange) -> HttpResponse:
    bulk.stop(change=change, by=request.user, at=timezone.now())
    return _to(request, change)


def go_on(request: SignedRequest, change: BulkChange) -> HttpResponse:
    try:
        bulk.go_on(change=change, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return _to(request, change)


def undo(request: SignedRequest, change: BulkChange) -> HttpResponse:
    try:
        back = bulk.undo(change=change, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return _to(request, change)
    return _to(request, back)


def listed(request: SignedRequest, about: Records) -> HttpResponse:
    """Recent changes, the newest first."""
    before = request.GET.get("before", "")
    context = pages.listed(changes_of(request, about), before, about.entity)
    return render(request, "clients/bulk_list.html", context)


def _to(request: SignedRequest, change: BulkChange) -> HttpResponse:
    return go_to(request, records.of(change).at.change, change.pk)
