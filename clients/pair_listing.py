"""The page of suspected pairs: which are shown, in what order, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from clients import reading
from clients.choices import PairLevel, PairState
from clients.models import Client, SuspectedPair
from clients.similar import EVIDENCE
from salesexpert.accounts.models import User
from salesexpert.core import keyset

PAGE_SIZE = 25
COUNT_CAP = 1_000
PROBABLE, LOOK, DENIED = "probable", "look", "denied"
SHOWS = (PROBABLE, LOOK, DENIED)
_LEVELS = {PROBABLE: PairLevel.PROBABLE, LOOK: PairLevel.LOOK}
_SIDES = ("first", "second")


@dataclass(frozen=True, slots=True)
class Side:
    pk: int
    name: str
    city: str
    inn: str
    curator: str


@dataclass(frozen=True, slots=True)
class PairRow:
    pk: int
    first: Side
    second: Side
    evidence: list[Any]

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.first, self.second


class PairListing:
    def __init__(self, params: Mapping[str, str], *, user: User) -> None:
        self.params, self.user = params, user
        self.show = params.get("show", "")
        if self.show not in SHOWS:
            self.show = PROBABLE
        curator = params.get("curator", "")
        self.curator = int(curator) if curator.isascii() and curator.isdigit() and len(curator) < 10 else None  # fmt: skip
        client = params.get("client", "")
        self.client = int(client) if client.isascii() and client.isdigit() and len(client) < 18 else None  # fmt: skip

    @cached_property
    def found(self) -> QuerySet[SuspectedPair]:
        return self.narrowed(self.show)

    def narrowed(self, show: str) -> QuerySet[SuspectedPair]:
        pairs: Any = SuspectedPair.objects.visible_to(self.user)
        pairs = pairs.filter(first__bin=None, second__bin=None)
        if show == DENIED:
            pairs = pairs.filter(state=PairState.DISMISSED)
        else:
            pairs = pairs.filter(state=PairState.OPEN, level=_LEVELS[show])
        if self.curator is not None:
            led = Client.objects.filter(curator=self.curator).order_by().values("pk")
            every = SuspectedPair.objects.order_by()
            first = every.filter(first__in=led).values("pk")
            second = every.filter(second__in=led).values("pk")
            # two walks by an index each: asked as "or" it would be the whole table
            pairs = pairs.filter(pk__in=first.union(second))
        if self.client is not None:
            pairs = pairs.filter(Q(first=self.client) | Q(second=self.client))
        return pairs

    def page(self) -> keyset.Page:
        order = ("-decided_at", "-pk") if self.show == DENIED else ("-weight", "-pk")
        paths = ["evidence"]
        for side in _SIDES:
            paths += [
                f"{side}_id",
                *reading.client_name_paths(f"{side}__"),
                f"{side}__city",
                f"{side}__inn",
                f"{side}__curator__first_name",
                f"{side}__curator__last_name",
                f"{side}__curator__username",
            ]
        return keyset.page(
            [keyset.Part(self.found, order)],
            paths,
            size=PAGE_SIZE,
            after=self.params.get("after", ""),
            before=self.params.get("before", ""),
        )

    def rows(self, page: keyset.Page) -> list[PairRow]:
        return [
            PairRow(
                pk=row["pk"],
                first=_side(row, "first"),
                second=_side(row, "second"),
                evidence=[EVIDENCE.get(code, code) for code in row["evidence"]],
            )
            for row in page.rows
        ]

    def count(self, show: str) -> int:
        """Capped: up to a thousand and one."""
        return keyset.capped_count(self.narrowed(show), cap=COUNT_CAP)


def _side(row: keyset.Row, side: str) -> Side:
    names = (row[f"{side}__curator__{n}_name"] or "" for n in ("first", "last"))
    return Side(
        pk=row[f"{side}_id"],
        name=reading.client_name(row, f"{side}__"),
        city=row[f"{side}__city"],
        inn=row[f"{side}__inn"],
        curator=" ".join(names).strip() or row[f"{side}__curator__username"] or "",
    )
