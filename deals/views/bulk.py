"""Changing many deals at once: the form, and all changes of before. `clients.bulk.change_pages` are those of one change."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from clients.actions import bulk
from clients.bulk import answers, asking, pages
from deals.bulk_ways import DEALS, ways_for
from deals.forms.bulk import BulkForm
from deals.models import Deal
from deals.views.common import dialog
from deals.views.lists import listing_of
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

PERMISSIONS = ("deals.view_deal", DEALS.permission)
may_bulk = permission_required(PERMISSIONS, raise_exception=True)


@require_http_methods(["GET", "POST"])
@may_bulk
def bulk_form(request: SignedRequest) -> HttpResponse:
    """A dialog: what to change on the ticked deals, or on all that the list's filters leave; then what would change."""
    post = request.method == "POST"
    given = request.POST if post else request.GET
    what = given.get("what", "")
    ways = ways_for(request.user)
    if not ways:
        raise PermissionDenied
    if what not in ways:
        what = next(iter(ways))
    form = BulkForm(request.POST if post else None, way=ways[what])
    here = pages.address(given.get("here", ""))
    ids = [] if given.get("all") else asking.ticked_ids(given.get("ids", "").split(","))
    if post and form.is_valid():
        try:
            change = bulk.preview(
                cards=_chosen(
                    request, ids, all_found=bool(given.get("all")), here=here
                ),
                way=ways[what],
                value=form.value_given(),
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
            return answers.preview(request, change)
    context: dict[str, Any] = {
        "form": form,
        "ways": [(name, way.label) for name, way in ways.items()],
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


@require_GET
@may_bulk
def bulk_list(request: SignedRequest) -> HttpResponse:
    return answers.listed(request, DEALS)
