"""Changing many cards at once: the form, and all changes of before. `clients.bulk.change_pages` are those of one change."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.actions import bulk
from clients.bulk import answers, asking, pages
from clients.bulk.client_records import CLIENTS, ways_for
from clients.forms.bulk import BulkForm
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part

PERMISSIONS = ("clients.view_client", CLIENTS.permission)
may_bulk = permission_required(PERMISSIONS, raise_exception=True)


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


@require_GET
@may_bulk
def bulk_list(request: SignedRequest) -> HttpResponse:
    return answers.listed(request, CLIENTS)
