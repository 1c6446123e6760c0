"""Changing many deals at once: the form, what would change, the deed with its undo."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from clients.models import BulkChange
from deals.actions import bulk
from deals.forms.bulk import BulkForm, allowed
from deals.models import Deal
from deals.views.common import dialog
from deals.views.lists import listing_of
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to

may_bulk = permission_required(
    ["deals.view_deal", "deals.bulk_change_deals"], raise_exception=True
)
SAMPLE = 8


def _chosen(request: SignedRequest, given: QueryDict) -> QuerySet:
    """The ticked deals, or all that the filters of the list leave."""
    if given.get("all"):
        params = QueryDict(given.get("here", "")[:8000].replace("\x00", ""))
        return listing_of(request, params).found
    ids = [
        int(t)
        for t in given.get("ids", "").split(",")[:1000]
        if t.isascii() and t.isdigit() and len(t) < 19
    ]
    return Deal.objects.visible_to(request.user).filter(pk__in=ids)


@require_http_methods(["GET", "POST"])
@may_bulk
def bulk_form(request: SignedRequest) -> HttpResponse:
    post = request.method == "POST"
    given = request.POST if post else request.GET
    what = given.get("what", "")
    ways = allowed(request.user)
    if what not in dict(ways):
        what = ways[0][0] if ways else "priority"
    form = BulkForm(request.POST if post else None, user=request.user, what=what)
    found = None
    if post and form.is_valid():
        value, comment = form.cleaned_data["value"], form.cleaned_data.get("comment", "")  # fmt: skip
        deals = _chosen(request, given)
        try:
            if "make" in request.POST:
                made = bulk.change(deals, name=what, value=value, by=request.user, comment=comment)  # fmt: skip
                return _done(request, made)
            found = bulk.preview(deals, name=what, value=value)
        except DomainError as error:
            form.add_error(None, str(error))
    context: dict[str, Any] = {
        "form": form,
        "ways": ways,
        "what": what,
        "found": found,
        "sample": found.changing[:SAMPLE] if found else [],
        "more": max(0, len(found.changing) - SAMPLE) if found else 0,
        "ids": given.get("ids", ""),
        "all": given.get("all", ""),
        "here": given.get("here", ""),
    }
    return dialog(request, "deals/bulk.html", context, refused=bool(form.errors))


def _done(request: SignedRequest, made: BulkChange) -> HttpResponse:
    said = ngettext(
        "%(n)s deal changed.", "%(n)s deals changed.", made.changed_count
    ) % {"n": made.changed_count}
    if made.left_count:
        left = ngettext(
            "%(n)s left as it was", "%(n)s left as they were", made.left_count
        )
        said += " " + left % {"n": made.left_count} + "."
    undo = reverse("deals:bulk_undo", args=[made.pk]) if made.changed_count else ""
    messages.success(request, said, extra_tags=undo)
    return go_to(request, _back(request))


def _back(request: SignedRequest) -> str:
    here = QueryDict(
        request.POST.get("here", "")[:8000].replace("\x00", "")
    ).urlencode()
    return reverse("deals:list") + (f"?{here}" if here else "")


@require_POST
@may_bulk
def bulk_undo(request: SignedRequest, pk: int) -> HttpResponse:
    made = get_object_or_404(
        BulkChange, pk=pk, entity=bulk.ENTITY, created_by=request.user
    )
    try:
        undone = bulk.undo(made, by=request.user)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        text = _("The change was undone.")
        if undone.left_count:
            left = ngettext(
                "%(n)s left as it was", "%(n)s left as they were", undone.left_count
            )
            text += " " + left % {"n": undone.left_count} + "."
        messages.success(request, text)
    return go_to(request, "deals:list")
