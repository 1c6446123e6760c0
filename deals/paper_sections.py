"""What the deal's page shows of lines, offers, contracts and papers."""

from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from deals import lines as arithmetic
from deals.models import (
    Contract,
    ContractStep,
    Deal,
    DealLine,
    Document,
    Offer,
    OwnFirm,
)
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledQuery, CompiledRecords

PAPERS_SHOWN = 30


@CompiledRecords
def _lines(deal: int) -> QuerySet[DealLine]:
    return DealLine.objects.filter(deal=deal)


@CompiledRecords
def _offers(deal: int) -> QuerySet[Offer]:
    rows = Offer.objects.filter(deal=deal)
    return rows.select_related("made_by").order_by("kind", "version")


@CompiledRecords
def _contracts(deal: int) -> QuerySet[Contract]:
    return Contract.objects.filter(deal=deal)


@CompiledRecords
def _documents(deal: int) -> QuerySet[Document]:
    rows = Document.objects.filter(deal=deal).defer("context", "content")
    return rows[: PAPERS_SHOWN + 1]


@CompiledQuery
def _firms() -> QuerySet[OwnFirm, Any]:
    return OwnFirm.objects.filter(retired_at=None).values_list("pk")[:1]


def lines(deal: Deal, user: User) -> dict[str, Any]:
    rows = _lines.records(deal=deal.pk)
    sums = arithmetic.totals(rows)
    sees = user.has_perm("deals.view_margin")
    margin = arithmetic.margin(rows) if rows and sees else None
    return {
        "rows": [
            {
                "line": row,
                "margin": arithmetic.margin_percent(
                    arithmetic.margin([row]), row.total - row.vat
                )
                if sees
                else None,
            }
            for row in rows
        ],
        "sums": sums,
        "sees_margin": sees,
        "margin": margin,
        "margin_percent": arithmetic.margin_percent(margin, sums.net),
    }


def offers(deal: Deal, user: User) -> dict[str, Any]:
    """The course of the negotiation: versions in their order, each with how far it went from the one before."""
    course: list[dict[str, Any]] = []
    before: dict[str, Any] = {}
    for offer in _offers.records(deal=deal.pk):
        last = before.get(offer.kind)
        course.append(
            {
                "offer": offer,
                "change": offer.total - last.total if last else None,
                "gap": offer.total - offer.counter_total
                if offer.counter_total is not None
                else None,
            }
        )
        before[offer.kind] = offer
    return {"course": course}


def contracts(deal: Deal, user: User) -> dict[str, Any]:
    rows = _contracts.records(deal=deal.pk)
    steps = ContractStep.objects.select_related("made_by")
    prefetch_related_objects(rows, Prefetch("steps", steps))
    return {"contracts": rows}


def documents(deal: Deal, user: User) -> dict[str, Any]:
    rows = _documents.records(deal=deal.pk)
    return {
        "documents": rows[:PAPERS_SHOWN],
        "more_papers": len(rows) > PAPERS_SHOWN,
        "waits": any(d.is_waiting for d in rows),
        "has_firm": bool(_firms()),
    }
