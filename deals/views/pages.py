"""The page of a deal: its head and strip of stages, what is missing for success, its history; sections come after."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from clients import feed as client_feed
from clients.querysets import sees_all
from deals import feed, progress, sections
from deals.choices import DealState
from deals.models import Deal
from deals.rights import on_deal
from deals.success import conditions
from deals.views.common import deal_or_404
from pipeline.book import book
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit.reading import journal_of
from salesexpert.core.compiled import CompiledQuery, CompiledRecords
from salesexpert.core.http import render_part

RELATED = ("client__legal_form", "source", "campaign", "contact", "reason", "copied_from", "responsible")  # fmt: skip


@CompiledRecords
def _whole(pk: int) -> QuerySet[Deal]:
    return Deal.objects.filter(pk=pk).select_related(*RELATED)


@CompiledQuery
def _interests(deal: int) -> QuerySet[Any, Any]:
    wanted = Deal.interests.through.objects.filter(deal=deal)
    ordered = wanted.order_by("product__position", "product__name")
    return ordered.values_list("product__name", "product__name_en")


def _for_page(request: SignedRequest, pk: int) -> Deal:
    if sees_all(request.user) and pk < 2**63:
        found = next(iter(_whole.records(pk=pk)), None)
        if found is None:
            raise Http404
    else:
        visible = Deal.objects.visible_to(request.user).select_related(*RELATED)
        found = get_object_or_404(visible, pk=pk)
    known = book()
    found.process = known.processes[found.process_id]
    if found.stage_id:
        found.stage = known.stages[found.stage_id]
    if found.refusal_stage_id:
        found.refusal_stage = known.stages[found.refusal_stage_id]
    return found


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal(request: SignedRequest, pk: int) -> HttpResponse:
    found = _for_page(request, pk)
    stays = progress.stays_of(found)
    context = {
        **_head(request, found, stays),
        **_feed(request, found, stays),
        "sections": sections.allowed(request.user),
    }
    if context["can"].record and found.state == DealState.OPEN:
        context |= client_feed.composer_context(request, found.client, deal=found.pk)
    return render(request, "deals/deal.html", context)


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal_head(request: SignedRequest, pk: int) -> HttpResponse:
    """The head and the strip alone, after something was planned, paid or changed in place."""
    found = _for_page(request, pk)
    context = _head(request, found, progress.stays_of(found))
    part = "success" if request.GET.get("part") == "success" else "head"
    return render(request, f"deals/deal_{part}.html", context)


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal_feed(request: SignedRequest, pk: int) -> HttpResponse:
    found = _for_page(request, pk)
    context = {
        "deal": found,
        **_feed(request, found, progress.stays_of(found)),
    }
    return render(request, "deals/deal_feed.html", context)


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal_sections(request: SignedRequest, pk: int) -> HttpResponse:
    """All sections, each for its own place in the page; `?only=lines` draws one again."""
    found = deal_or_404(request, pk)
    only = request.GET.get("only", "")
    context = {
        "deal": found,
        "drawn": sections.draw(request, found, names=[only] if only else None),
        "apart": not only,
    }
    return render(request, "deals/sections.html", context)


def _head(
    request: SignedRequest, found: Deal, stays: list[progress.Stay]
) -> dict[str, Any]:
    now = timezone.now()
    works = found.state == DealState.OPEN
    needed = conditions(found) if works else []
    english = get_language() == "en"
    return {
        "deal": found,
        "client": found.client,
        "can": on_deal(request.user, found),
        "steps": progress.steps(found, stays, at=now),
        "forward": progress.next_stage(found) if works else None,
        "conditions": needed,
        "met": sum(c.met for c in needed),
        "interests": [
            (name_en if english else "") or name
            for name, name_en in _interests(deal=found.pk)
        ],
        "now": now,
    }


def _feed(
    request: SignedRequest, found: Deal, stays: list[progress.Stay]
) -> dict[str, Any]:
    now = timezone.now()
    planned, rows, more = feed.history(
        found,
        request.user,
        stays,
        at=now,
        all_of_it="all" in request.GET,
    )
    return {
        "planned": planned,
        "stream": rows,
        "more_stream": more,
        "now": now,
    }


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal_journal(request: SignedRequest, pk: int) -> HttpResponse:
    """Who changed what of this deal, and when; what is earlier comes by htmx."""
    found = deal_or_404(request, pk)
    context = {
        "deal": found,
        "journal": journal_of(found, before=request.GET.get("before")),
        "more_url": request.path,
    }
    return render_part(request, "deals/deal_journal.html", "entries", context)
