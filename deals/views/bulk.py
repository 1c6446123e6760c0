"""Changing many deals at once: the form, what would change, how far it is, what came of it, all of before."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.actions import bulk
from clients.bulk import asking, pages
from clients.choices import BulkState
from clients.models import BulkChange
from deals.bulk_ways import DEALS, WAYS
from deals.forms.bulk import BulkForm, allowed
from deals.models import Deal
from deals.views.common import dialog
from deals.views.lists import listing_of
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part
from salesexpert.core.templatetags.look import number

may_bulk = permission_required(["deals.view_deal", DEALS.permission], raise_exception=True)  # fmt: skip


def _changes(request: SignedRequest) -> QuerySet[BulkChange]:
    return BulkChange.objects.visible_to(request.user, entity=DEALS.entity, right=DEALS.permission)  # fmt: skip


def _change_or_404(request: SignedRequest, pk: int) -> BulkChange:
    rows = _changes(request).select_related("created_by", "undoes", "undo")
    return get_object_or_404(rows, pk=pk)


# ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@may_bulk
def bulk_form(request: SignedRequest) -> HttpResponse:
    """A dialog: what to change on the ticked deals, or on all that the list's filters leave; then what would change."""
    post = request.method == "POST"
    given = request.POST if post else request.GET
    what = given.get("what", "")
    ways = allowed(request.user)
    if what not in dict(ways):
        what = ways[0][0] if ways else "priority"
    form = BulkForm(request.POST if post else None, user=request.user, what=what)
    here = pages.address(given.get("here", ""))
    ids = [] if given.get("all") else asking.ticked_ids(given.get("ids", "").split(","))
    if post and form.is_valid():
        try:
            change = bulk.preview(
                cards=_chosen(
                    request, ids, all_found=bool(given.get("all")), here=here
                ),
                way=WAYS[what],
                value=_text(form.cleaned_data["value"]),
                reason=form.cleaned_data.get("comment", ""),
                by=request.user,
                at=timezone.now(),
                parameters=here,
                ticked=ids,
                about=DEALS,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _preview(request, change)
    context: dict[str, Any] = {
        "form": form,
        "ways": ways,
        "what": what,
        "ids": ",".join(map(str, ids)),
        "all": given.get("all", ""),
        "here": here,
    }
    return dialog(request, "deals/bulk.html", context, refused=bool(form.errors))


def _chosen(
    request: SignedRequest, ids: list[int], *, all_found: bool, here: str
) -> QuerySet[Deal]:
    """The ticked deals, or all that the filters leave. Raises NotUnderstood where a filter means nothing."""
    if not all_found:
        return Deal.objects.visible_to(request.user).filter(pk__in=ids)
    listing = listing_of(request, QueryDict(here))
    for chip in listing.chips:
        if chip.fault:
            raise asking.NotUnderstood(f"{chip.label}: {chip.fault}")
    return listing.found


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, date) else str(getattr(value, "pk", value))  # fmt: skip


def _preview(request: SignedRequest, change: BulkChange) -> HttpResponse:
    return render_part(request, "clients/bulk_preview.html", "preview", pages.preview(change, request.user))  # fmt: skip


# ── one change ───────────────────────────────────────────────────────────────────────────────────────────────────────


@never_cache
@require_GET
@may_bulk
def bulk_change(request: SignedRequest, pk: int) -> HttpResponse:
    """Where a change stands: to be decided, under way, or over, with what became of each deal."""
    change = _change_or_404(request, pk)
    if change.state == BulkState.PREVIEW:
        return _preview(request, change)
    if change.state in pages.RUNNING:
        return render(request, "clients/bulk_progress.html", pages.progress(change))
    context = pages.result(change, request.user, request.GET, at=timezone.now())
    return render(request, "clients/bulk_result.html", context)


@never_cache
@require_GET
@may_bulk
def bulk_progress(request: SignedRequest, pk: int) -> HttpResponse:
    """The moving part of a running change; when it has ended, the browser is sent to the result."""
    change = _change_or_404(request, pk)
    if change.state not in pages.RUNNING:
        return go_to(request, "deals:bulk_change", change.pk)
    return render(
        request, "clients/bulk_progress.html#progress", pages.progress(change)
    )


@require_POST
@may_bulk
def bulk_begin(request: SignedRequest, pk: int) -> HttpResponse:
    """Make the change that was previewed; a second click only shows what came of the first."""
    change = _change_or_404(request, pk)
    try:
        over = bulk.begin(change=change, by=request.user, at=timezone.now())
    except bulk.BegunAlready:
        return go_to(request, "deals:bulk_change", change.pk)
    except DomainError as error:
        messages.error(request, str(error))
        return go_to(request, "deals:bulk_change", change.pk)
    change.refresh_from_db()
    if not over or change.state != BulkState.DONE or change.left_count:
        return go_to(request, "deals:bulk_change", change.pk)
    said = ngettext("%(n)s deal changed.", "%(n)s deals changed.", change.changed_count) % {"n": number(change.changed_count)}  # fmt: skip
    result = reverse("deals:bulk_change", args=[change.pk])
    messages.success(request, format_html('{} <a href="{}">{}</a>', said, result, _("Undo")))  # fmt: skip
    address = reverse("deals:list")
    return go_to(request, f"{address}?{change.parameters}" if change.parameters else address)  # fmt: skip


@require_POST
@may_bulk
def bulk_stop(request: SignedRequest, pk: int) -> HttpResponse:
    change = _change_or_404(request, pk)
    bulk.stop(change=change, by=request.user, at=timezone.now())
    return go_to(request, "deals:bulk_change", change.pk)


@require_POST
@may_bulk
def bulk_go_on(request: SignedRequest, pk: int) -> HttpResponse:
    change = _change_or_404(request, pk)
    try:
        bulk.go_on(change=change, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return go_to(request, "deals:bulk_change", change.pk)


@require_POST
@may_bulk
def bulk_undo(request: SignedRequest, pk: int) -> HttpResponse:
    change = _change_or_404(request, pk)
    try:
        undo = bulk.undo(change=change, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return go_to(request, "deals:bulk_change", change.pk)
    return go_to(request, "deals:bulk_change", undo.pk)


@require_GET
@may_bulk
def bulk_list(request: SignedRequest) -> HttpResponse:
    """Recent bulk changes of deals, newest first."""
    context = pages.listed(_changes(request), request.GET.get("before", ""), DEALS.entity)  # fmt: skip
    return render(request, "clients/bulk_list.html", context)
