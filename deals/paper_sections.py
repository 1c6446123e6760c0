"""What the deal's page shows of lines, offers, contracts and papers."""

from typing import Any

from deals import lines as arithmetic
from deals.firms import firms_in_use
from deals.models import Contract, Deal, Document
from salesexpert.accounts.models import User

PAPERS_SHOWN = 30


def lines(deal: Deal, user: User) -> dict[str, Any]:
    rows = list(deal.lines.select_related("product"))
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
    for offer in deal.offers.select_related("made_by").order_by("kind", "version"):
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
    rows = Contract.objects.filter(deal=deal).select_related("firm", "lawyer")
    return {"contracts": list(rows.prefetch_related("steps__made_by"))}


def documents(deal: Deal, user: User) -> dict[str, Any]:
    rows = list(
        Document.objects.filter(deal=deal).defer("context", "content").select_related("made_by")[: PAPERS_SHOWN + 1]
    )  # fmt: skip
    return {
        "documents": rows[:PAPERS_SHOWN],
        "more_papers": len(rows) > PAPERS_SHOWN,
        "waits": any(d.is_waiting for d in rows),
        "has_firm": bool(firms_in_use()),
    }
