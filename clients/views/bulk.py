"""Pages of bulk changes: the form, what would change, how far it is, what came of it, all of before."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.actions import bulk
from clients.bulk import answers, asking, pages
from clients.bulk.client_records import CLIENTS, ways_for
from clients.forms.bulk import BulkForm
from clients.models import BulkChange
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part

may_bulk = permission_required(
    ["clients.view_client", "clients.bulk_change"], raise_exception=True
)


def _change_or_404(request: SignedRequest, pk: int) -> BulkChange:
    return answers.change_or_404(request, CLIENTS, pk)


# ── the form ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@may_bulk
def bulk_form(request: SignedRequest) -> HttpResponse:
    """A dialog: what to change on the ticked cards, or on all that the list's filters leave; then what would change."""
    given = request.POST if request.method == "POST" else request.GET
    here = pages.address(given.get("here", ""))
    ids = [] if given.get("all") else asking.ticked_ids(given.get("ids", "").split(","))
    known = ways_for(request.user)
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
            return answers.preview(request, change)
    if not ids and not given.get("all") and not form.errors:
        form.add_error(None, _("No client is chosen.")) if form.is_bound else None
    status = 422 if form.errors else 200
    return render_part(request, "clients/bulk_form.html", "form", context, status=status)  # fmt: skip


def _matching(given: QueryDict, here: str, request: SignedRequest) -> Any:
    if not given.get("all"):
        raise bulk.NothingToChange(_("No client is chosen."))
    return asking.listing_of(QueryDict(here), request.user).found


# ── one change ───────────────────────────────────────────────────────────────────────────────────────────────────────


@never_cache
@require_GET
@may_bulk
def bulk_change(request: SignedRequest, pk: int) -> HttpResponse:
    return answers.show(request, _change_or_404(request, pk))


@never_cache
@require_GET
@may_bulk
def bulk_progress(request: SignedRequest, pk: int) -> HttpResponse:
    return answers.progress(request, _change_or_404(request, pk))


@require_POST
@may_bulk
def bulk_begin(request: SignedRequest, pk: int) -> HttpResponse:
    return answers.begin(request, _change_or_404(request, pk))


@require_POST
@may_bulk
def bulk_forget(request: SignedRequest, pk: int) -> HttpResponse:
    bulk.forget(change=_change_or_404(request, pk), by=request.user)
    return go_to(request, "clients:list")


@require_POST
@may_bulk
def bulk_stop(request: SignedRequest, pk: int) -> HttpResponse:
    return answers.stop(request, _change_or_404(request, pk))


@require_POST
@may_bulk
def bulk_go_on(request: SignedRequest, pk: int) -> HttpResponse:
    return answers.go_on(request, _change_or_404(request, pk))


@require_POST
@may_bulk
def bulk_undo(request: SignedRequest, pk: int) -> HttpResponse:
    return answers.undo(request, _change_or_404(request, pk))


@require_GET
@may_bulk
def bulk_list(request: SignedRequest) -> HttpResponse:
    return answers.listed(request, CLIENTS)
