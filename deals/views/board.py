"""The board: deals of one process by stage, moved by dragging or by “Move to…”."""

import json
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.list_filters import clean
from clients.models import Selection
from clients.querysets import sees_all
from deals import board
from deals.actions import deals as actions
from deals.actions.errors import ReasonIsRequired, RequirementsNotMet
from deals.actions.moving import reachable
from deals.cards import CardDrawer
from deals.listing import DealListing
from deals.models import Deal
from deals.rights import on_deal
from deals.views.common import deal_or_404
from pipeline.book import book
from pipeline.models import Process, Stage
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, htmx_of, render_part

sees = permission_required("deals.view_deal", raise_exception=True)
moves = permission_required(["deals.view_deal", "deals.move_deal"], raise_exception=True)  # fmt: skip
MOVED = "deal-moved"
# What the board decides by itself: the process has a choice of its own, closed deals are not on it.
OWN = ("process", "state", "sort", "column", "after", "to")


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _listing(request: SignedRequest) -> DealListing:
    """The filters of the list, without what the board decides by itself."""
    params = QueryDict(request.GET.urlencode(), mutable=True)
    for name in OWN:
        params.pop(name, None)
    visible = Deal.objects.visible_to(request.user)
    return DealListing(params, visible, user=request.user)


def _process(request: SignedRequest) -> tuple[Process | None, list[Process]]:
    processes = list(book().processes.values())
    asked = _number(request.GET.get("process", ""))
    chosen = next((p for p in processes if p.pk == asked), None)
    live = [p for p in processes if p.retired_at is None or p == chosen]
    return chosen or next(iter(live), None), live


@require_GET
@sees
def page(request: SignedRequest) -> HttpResponse:
    process, processes = _process(request)
    listing = _listing(request)
    columns: list[board.Column] = []
    if process:
        columns = board.columns(process, listing.found)
        # Those who see all and have filtered nothing are shown what stands first.
        some = listing.is_narrowed or not sees_all(request.user)
        board.fill(columns, process, listing.found, ids_first=some)
        drawer = _drawer(request)
        for each in columns:
            each.drawn = drawer.draw(each.cards)
    asked = _number(request.GET.get("column", ""))
    current = next((c for c in columns if c.stage.pk == asked), None) or next((c for c in columns if c.count), None) or next(iter(columns), None)  # fmt: skip
    here = clean(QueryDict(listing.without()))
    own = f"process={process.pk}" if process else ""
    selections = Selection.objects.usable_by(request.user).filter(entity="deal")
    context: dict[str, Any] = {
        "process": process,
        "processes": processes,
        "listing": listing,
        "columns": columns,
        "current": current,
        "count": sum(column.count for column in columns),
        "totals": board.totals(columns),
        "here": here,
        "whole": "&".join(part for part in (own, here) if part),
        "selections": [
            *(
                (_("Mine"), "responsible=me"),
                (_("Without a next step"), "next_step=none"),
                (_("Past the norm"), "norm=late"),
            ),
            *((one.name, one.parameters) for one in selections),
        ],
        "save": urlencode(
            {"parameters": listing.selection_parameters, "entity": "deal"}
        ),
        "may_move": request.user.has_perm("deals.move_deal"),
        "elsewhere": not any(c.count for c in columns) and not listing.is_narrowed,
    }
    response = render_part(request, "deals/board.html", "board", context)
    if htmx_of(request):
        shown = clean(QueryDict(request.GET.urlencode()))
        response["HX-Replace-Url"] = f"{request.path}?{shown}" if shown else request.path  # fmt: skip
    return response


@require_GET
@sees
def column(request: SignedRequest, pk: int) -> HttpResponse:
    """Further cards of a column, behind the deal `after`."""
    stage = get_object_or_404(Stage, pk=pk)
    after = _number(request.GET.get("after", "")) or 0
    cards, more = board.further(stage, _listing(request).found, after)
    context = {
        "cards": _drawer(request).draw(cards),
        "stage": stage,
        "after": more,
        "here": clean(QueryDict(_listing(request).without())),
    }
    return render(request, "deals/board_cards.html", context)


def _drawer(request: SignedRequest) -> CardDrawer:
    moves_deals = request.user.has_perm("deals.move_deal")
    return CardDrawer(request.user, may_move=moves_deals, at=timezone.now())


def _told(events: dict[str, Any]) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(events)})


@require_POST
@moves
def move(request: SignedRequest, pk: int) -> HttpResponse:
    """A card was put on another stage (`to`). What the stage asks for, and a way back, is asked in the move's form."""
    deal = deal_or_404(request, pk)
    to = get_object_or_404(Stage, pk=_number(request.POST.get("to", "")) or 0)
    form = f"{reverse('deals:move', args=[pk])}?to={to.pk}&from=board"
    try:
        passage = actions.move(
            deal.pk,
            by=request.user,
            to=to,
            seen_at=_number(request.POST.get("seen_at", "")),
        )
    except (RequirementsNotMet, ReasonIsRequired):
        if not htmx_of(request):
            return go_to(request, form)
        return _told({"board-ask": {"url": form}})
    except DomainError as error:
        return _refused(request, deal, error)
    if not htmx_of(request):
        return go_to(request, "deals:board")
    text = _("“%(deal)s” is at “%(stage)s”, it is with %(person)s.") % {
        "deal": deal,
        "stage": passage.stage,
        "person": passage.performer or _("nobody"),
    }
    return _told({MOVED: {}, "close-dialog": {}, "toast": {"text": text}})


def _refused(request: SignedRequest, deal: Deal, error: DomainError) -> HttpResponse:
    """A drop is never refused in silence: the dialog says why, and the board is drawn as it is."""
    response = render(request, "deals/board_refused.html", {"text": str(error), "deal": deal}, status=422)  # fmt: skip
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
    response["HX-Trigger"] = MOVED
    return response


@require_GET
@moves
def choices(request: SignedRequest, pk: int) -> HttpResponse:
    """“Move to…” of a card: the stages it may go to, success and refusal; by keyboard and by touch."""
    deal = deal_or_404(request, pk)
    stages: list[Stage] = []
    if deal.stage is not None and on_deal(request.user, deal).move:
        here = deal.stage
        following = list(deal.process.stages.in_use().order_by("position"))
        stages = [stage for stage in following if reachable(here, stage)]
    context = {"deal": deal, "stages": stages}
    return render_part(request, "deals/board_choices.html", "dialog", context)
