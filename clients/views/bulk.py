"""Pages of bulk changes: the form, what would change, how far it is, what came of it, all of before."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.actions import bulk
from clients.bulk import asking, pages, ways
from clients.choices import BulkState
from clients.forms.bulk import BulkForm
from clients.models import BulkChange
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part
from salesexpert.core.templatetags.look import number

may_bulk = permission_required(
    ["clients.view_client", "clients.bulk_change"], raise_exception=True
)


def _change_or_404(request: SignedRequest, pk: int) -> BulkChange:
    return get_object_or_404(
        BulkChange.objects.visible_to(request.user).select_related(
            "created_by", "undoes", "undo"
        ),
        pk=pk,
    )


# ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@may_bulk
def bulk_form(request: SignedRequest) -> HttpResponse:
    """A dialog: what to change on the ticked cards, or on all that the list's filters leave; then what would change."""
    given = request.POST if request.method == "POST" else request.GET
    here = pages.address(given.get("here", ""))
    ids = [] if given.get("all") else asking.ticked_ids(given.get("ids", "").split(","))
    known = ways.ways_for(request.user)
    context: dict[str, Any] = {
        "here": here,
        "all": bool(given.get("all")),
        "ids": ",".join(map(str, ids)),
        "count": len(ids),
    }
    if not known:
        return render(request, "clients/bulk_form.html", context)
    form = BulkForm(given, ways=known, bound=request.method == "POST")
    context["form"] = form
    if request.method == "POST" and form.is_valid():
        try:
            change = bulk.preview(
                cards=asking.ticked_cards(ids, request.user)
                if ids
                else _matching(given, here, request),
                way=form.way,
                value=form.value_given(),
                reason=form.cleaned_data.get("reason", ""),
                by=request.user,
                at=timezone.now(),
                parameters=here,
                ticked=ids,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _preview(request, change)
    if not ids and not given.get("all") and not form.errors:
        form.add_error(None, _("No client is chosen.")) if form.is_bound else None
    status = 422 if form.errors else 200
    return render_part(request, "clients/bulk_form.html", "form", context, status=status)  # fmt: skip


def _matching(given: QueryDict, here: str, request: SignedRequest) -> Any:
    if not given.get("all"):
        raise bulk.NothingToChange(_("No client is chosen."))
    return asking.listing_of(QueryDict(here), request.user).found


def _preview(request: SignedRequest, change: BulkChange) -> HttpResponse:
    return render_part(request, "clients/bulk_preview.html", "preview", pages.preview(change, request.user))  # fmt: skip


# ── one change ───────────────────────────────────────────────────────────────────────────────────────────────────────


@never_cache
@require_GET
@may_bulk
def bulk_change(request: SignedRequest, pk: int) -> HttpResponse:
    """Where a change stands: to be decided, under way, or over, with what became of each card."""
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
        return go_to(request, "clients:bulk_change", change.pk)
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
        return go_to(request, "clients:bulk_change", change.pk)
    except DomainError as error:
        messages.error(request, str(error))
        return go_to(request, "clients:bulk_change", change.pk)
    change.refresh_from_db()
    if not over or change.state != BulkState.DONE or change.left_count:
        return go_to(request, "clients:bulk_change", change.pk)
    messages.success(request, _done(change))
    address = reverse("clients:list")
    return go_to(request, f"{address}?{change.parameters}" if change.parameters else address)  # fmt: skip


def _done(change: BulkChange) -> str:
    said = ngettext(
        "%(shown)s client changed.", "%(shown)s clients changed.", change.changed_count
    ) % {"shown": number(change.changed_count)}
    address = reverse("clients:bulk_change", args=[change.pk])
    return format_html('{} <a href="{}">{}</a>', said, address, _("Undo"))


@require_POST
@may_bulk
def bulk_forget(request: SignedRequest, pk: int) -> HttpResponse:
    change = _change_or_404(request, pk)
    bulk.forget(change=change, by=request.user)
    return go_to(request, "clients:list")


@require_POST
@may_bulk
def bulk_stop(request: SignedRequest, pk: int) -> HttpResponse:
    change = _change_or_404(request, pk)
    bulk.stop(change=change, by=request.user, at=timezone.now())
    return go_to(request, "clients:bulk_change", change.pk)


@require_POST
@may_bulk
def bulk_go_on(request: SignedRequest, pk: int) -> HttpResponse:
    change = _change_or_404(request, pk)
    try:
        bulk.go_on(change=change, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return go_to(request, "clients:bulk_change", change.pk)


@require_POST
@may_bulk
def bulk_undo(request: SignedRequest, pk: int) -> HttpResponse:
    change = _change_or_404(request, pk)
    try:
        undo = bulk.undo(change=change, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return go_to(request, "clients:bulk_change", change.pk)
    return go_to(request, "clients:bulk_change", undo.pk)


# ── all of before ────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@may_bulk
def bulk_list(request: HttpRequest) -> HttpResponse:
    """Recent bulk changes, newest first."""
    changes = BulkChange.objects.visible_to(request.user)  # type: ignore[arg-type]
    context = pages.listed(changes, request.GET.get("before", ""), "client")
    return render(request, "clients/bulk_list.html", context)
