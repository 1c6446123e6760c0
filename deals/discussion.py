"""Reading a discussion: the newest remarks, what of them is new to the reader, where he was called."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Subquery

from clients.models import Client
from deals.models import Deal, DiscussionSeen, Mention, Remark
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledRecords

SHOWN = 30
CALLED_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Said:
    remark: Remark
    is_new: bool
    is_mine: bool


def _rows(remarks: QuerySet[Remark], looked: QuerySet[Any]) -> QuerySet[Remark]:
    return (
        remarks.select_related("author")
        .annotate(looked_at=Subquery(looked.values("seen_at")[:1]))
        .order_by("-written_at", "-pk")[: SHOWN + 1]
    )


@CompiledRecords
def _on_deal(deal: int, user: int) -> QuerySet[Remark]:
    looked = DiscussionSeen.objects.filter(user=user, deal=deal)
    return _rows(Remark.objects.filter(deal=deal), looked)


@CompiledRecords
def _on_client(client: int, user: int) -> QuerySet[Remark]:
    looked = DiscussionSeen.objects.filter(user=user, client=client, deal=None)
    return _rows(Remark.objects.filter(client=client, deal=None), looked)


def read(client: Client, deal: Deal | None, user: User) -> dict[str, Any]:
    """Remarks on the deal, or those on the client himself; the oldest first. One query."""
    if deal is None:
        rows: list[Any] = _on_client.records(client=client.pk, user=user.pk)
    else:
        rows = _on_deal.records(deal=deal.pk, user=user.pk)
    seen: datetime | None = rows[0].looked_at if rows else None
    said = [
        Said(
            row,
            row.author_id != user.pk and (seen is None or row.written_at > seen),
            row.author_id == user.pk,
        )
        for row in reversed(rows[:SHOWN])
    ]
    return {
        "said": said,
        "earlier": len(rows) > SHOWN,
        "new": sum(s.is_new for s in said),
        "of_deal": deal,
    }


def of_deal(deal: Deal, user: User) -> dict[str, Any]:
    return read(deal.client, deal, user)


def of_client(client: Client, user: User) -> dict[str, Any]:
    return read(client, None, user)


def calls(user: User) -> list[Mention]:
    """Where the reader was called by name and has not looked since."""
    rows = Mention.objects.filter(
        user=user,
        seen_at=None,
        remark__client__bin=None,
        remark__client__in=Client.objects.visible_to(user),
    )
    return list(
        rows.select_related(
            "remark__author", "remark__client__legal_form", "remark__deal"
        ).order_by("-pk")[:CALLED_SHOWN]
    )
