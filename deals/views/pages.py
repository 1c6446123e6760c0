"""The page of a deal: its head and strip of stages, what is missing for success, its history; sections come after."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from clients import feed as client_feed
from deals import feed, progress, sections
from deals.choices import DealState
from deals.models import Deal
from deals.rights import on_deal
from deals.success import conditions
from deals.views.common import deal_or_404
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit.reading import journal_of
from salesexpert.core.http import render_part


def _for_page(request: SignedRequest, pk: int) -> Deal:
    return get_object_or_404(
        Deal.objects.visible_to(request.user).select_related(
            "client__legal_form",
            "process",
            "stage",
            "responsible",
            "performer",
            "source",
            "campaign",
            "contact",
            "reason",
            "refusal_stage",
            "copied_from",
            "closed_by",
        ),
        pk=pk,
    )


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal(request: SignedRequest, pk: int) -> HttpResponse:
    found = _for_page(request, pk)
    passages = progress.passages_of(found)
    context = {
        **_head(request, found, passages),
        **_feed(request, found, passages),
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
    context = _head(request, found, progress.passages_of(found))
    part = "success" if request.GET.get("part") == "success" else "head"
    return render(request, f"deals/deal_{part}.html", context)


@require_GET
@permission_required("deals.view_deal", raise_exception=True)
def deal_feed(request: SignedRequest, pk: int) -> HttpResponse:
    found = _for_page(request, pk)
    context = {
        "deal": found,
        **_feed(request, found, progress.passages_of(found)),
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


def _head(request: SignedRequest, found: Deal, passages: list[Any]) -> dict[str, Any]:
    now = timezone.now()
    works = found.state == DealState.OPEN
    needed = conditions(found) if works else []
    return {
        "deal": found,
        "client": found.client,
        "can": on_deal(request.user, found),
        "steps": progress.steps(found, passages, at=now),
        "forward": progress.next_stage(found) if works else None,
        "conditions": needed,
        "met": sum(c.met for c in needed),
        "interests": list(found.interests.all()),
        "now": now,
    }


def _feed(request: SignedRequest, found: Deal, passages: list[Any]) -> dict[str, Any]:
    now = timezone.now()
    reads = request.user.has_perm("clients.view_activity")
    rows, more = feed.stream(
        found,
        request.user,
        passages,
        at=now,
        all_of_it="all" in request.GET,
    )
    return {
        "planned": feed.planned(found, request.user, at=now) if reads else [],
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
