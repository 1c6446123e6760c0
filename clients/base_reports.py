"""Figures of the client base: how full the cards are by curator, moves on the ladder, contacts by relationship type.

Functions from a scope and a half-open period to plain rows; each figure can be opened as the records it counts.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise

from clients import completeness, kept_fullness, kinds
from clients.choices import Ladder
from clients.list_filters import day_begins
from clients.models import Activity, Client, RelationshipMove
from clients.querysets import (
    ActivityQuerySet,
    ClientQuerySet,
    sees_all,
    sees_cards_of,
)
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import whose_figures

MOST_SHOWN = 4
Lacks = dict[int | None, dict[int, int]]


@dataclass(frozen=True, slots=True)
class Lack:
    code: str
    label: str | Promise
    cards: int


@dataclass(slots=True)
class Fullness:
    """Cards of one curator (None: of nobody) of which something is asked. `average` is in percent."""

    curator: User | None
    cards: int = 0
    average: float = 0
    below: int = 0
    waiting: int = 0
    lacks: list[Lack] = field(default_factory=list)


def fullness_by_curator(
    clients: ClientQuerySet,
    *,
    below: int,
    at: datetime,
    whole_of: Collection[int] | None = (),
) -> tuple[list[Fullness], Fullness]:
    """How full the live ones of these cards are by curator, the emptiest first, and in all. Six queries at most.

    `below` is the percent under which a card counts as thin; `waiting` are those not contacted in time at `at`. `whole_of`,
    unless it is empty, are the curators all of whose cards these are (None: of everybody): counts that are kept answer.
    """
    asked = clients.live().filter(completeness__isnull=False)
    rows, lacks = _counted(asked, below, at) if whole_of is not None and not whole_of else _kept(clients, below, at, whole_of)  # fmt: skip
    people = User.objects.in_bulk([row["curator"] for row in rows if row["curator"]])
    found = [
        Fullness(
            people.get(row["curator"]),
            row["cards"],
            float(row["average"]),
            row["thin"],
            row["waiting"],
            _most(lacks.get(row["curator"], {})),
        )
        for row in rows
    ]
    found.sort(key=lambda row: (row.average, str(row.curator or "")))
    total = Fullness(None, sum(r.cards for r in found))
    total.below = sum(r.below for r in found)
    total.waiting = sum(r.waiting for r in found)
    if total.cards:
        total.average = sum(r.average * r.cards for r in found) / total.cards
    every: dict[int, int] = {}
    for counts in lacks.values():
        for rule, cards in counts.items():
            every[rule] = every.get(rule, 0) + cards
    total.lacks = _most(every, limit=30)
    return found, total


def _counted(asked: ClientQuerySet, below: int, at: datetime) -> tuple[list[Any], Lacks]:  # fmt: skip
    rows = list(
        asked.order_by()
        .values("curator")
        .annotate(
            cards=Count("pk"),
            average=Avg("completeness"),
            thin=Count("pk", filter=Q(completeness__lt=below)),
            waiting=Count("pk", filter=Q(contact_due_at__lte=at)),
        )
    )
    return rows, _lacks(asked)


def _kept(clients: ClientQuerySet, below: int, at: datetime, whole_of: Collection[int] | None) -> tuple[list[Any], Lacks]:  # fmt: skip
    """The same from what is kept. Who waits depends on the moment: of its day an index tells all of them, another those of
    whom nothing is asked."""
    day, before = kept_fullness.due_before_the_day(at, whole_of)
    late = clients.live().filter(contact_due_at__gte=day, contact_due_at__lte=at).order_by()  # fmt: skip
    waiting: Counter[int | None] = Counter({pk or None: n for pk, n in before.items()})
    for sign, some in ((1, late), (-1, late.filter(completeness=None))):
        for pk, n in some.values_list("curator").annotate(n=Count("pk")):
            waiting[pk] += sign * n
    rows = [
        {"curator": pk or None, "cards": cards, "average": full / cards, "thin": thin, "waiting": waiting[pk or None]}
        for pk, (cards, full, thin) in kept_fullness.filled(whole_of, below=below).items()
    ]  # fmt: skip
    lacks = kept_fullness.lacks(whole_of)
    return rows, {pk or None: rules for pk, rules in lacks.items()}


def _lacks(asked: ClientQuerySet) -> Lacks:
    """{curator: {rule: cards that do not meet it}}."""
    sql, params = (
        asked.order_by().values_list("curator", "missing").query.sql_with_params()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT card.curator, rule, count(*) FROM ({sql}) AS card, unnest(card.missing) AS rule GROUP BY 1, 2",
            params,
        )
        found: dict[int | None, dict[int, int]] = {}
        for curator, rule, cards in cursor.fetchall():
            found.setdefault(curator, {})[rule] = cards
    return found


def _most(counts: dict[int, int], *, limit: int = MOST_SHOWN) -> list[Lack]:
    """What is missing most, whatever the type that asks it."""
    rules = completeness.book().by_id
    by_code: dict[str, int] = {}
    labels: dict[str, str | Promise] = {}
    for pk, cards in counts.items():
        if rule := rules.get(pk):
            by_code[rule.code] = by_code.get(rule.code, 0) + cards
            labels[rule.code] = rule.label
    order = sorted(by_code, key=lambda code: (-by_code[code], code))[:limit]
    return [Lack(code, labels[code], by_code[code]) for code in order]


# ── the ladder ───────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Passing:
    """Clients who came to a step within the period, and of them those who had gone further by its end."""

    step: Ladder
    came: int
    further: int

    @property
    def share(self) -> int | None:
        return round(100 * self.further / self.came) if self.came else None


@dataclass(frozen=True, slots=True)
class Moves:
    """Moves from one type (None: the card was opened) to another within the period."""

    from_type: int | None
    to_type: int
    count: int
    by_facts: int


_PASSINGS = """
WITH came AS (
    SELECT m.client_id, t.step, min(m.at) AS at
    FROM clients_relationshipmove AS m
    JOIN clients_relationshiptype AS t ON t.id = m.to_type_id
    WHERE m.at >= %s AND m.at < %s AND m.client_id IN ({clients})
    GROUP BY m.client_id, t.step
)
SELECT came.step, count(*), count(*) FILTER (WHERE EXISTS (
    SELECT 1 FROM clients_relationshipmove AS n
    JOIN clients_relationshiptype AS u ON u.id = n.to_type_id
    WHERE n.client_id = came.client_id AND n.at > came.at AND n.at < %s AND u.step > came.step
))
FROM came GROUP BY came.step
"""


def passings(
    clients: ClientQuerySet, *, since: datetime, until: datetime
) -> list[Passing]:
    """One row for each step from which one can go further."""
    sql, params = clients.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_PASSINGS.format(clients=sql), [since, until, *params, until])
        found = {step: (came, further) for step, came, further in cursor.fetchall()}
    return [
        Passing(step, *found.get(step.value, (0, 0)))
        for step in Ladder
        if step != Ladder.REGULAR
    ]


def moves_to(
    clients: ClientQuerySet,
    step: int,
    *,
    since: datetime,
    until: datetime,
    further: bool = False,
) -> QuerySet[RelationshipMove]:
    """The moves behind a figure of `passings`: one for each client who came to the step, or only of the ones who went
    further."""
    came = RelationshipMove.objects.filter(
        at__gte=since, at__lt=until, to_type__step=step
    )
    earlier = came.filter(client=OuterRef("client")).filter(
        Q(at__lt=OuterRef("at")) | Q(at=OuterRef("at"), pk__lt=OuterRef("pk"))
    )
    found = came.filter(~Exists(earlier), client__in=clients.values("pk"))
    if further:
        later = RelationshipMove.objects.filter(
            client=OuterRef("client"),
            at__gt=OuterRef("at"),
            at__lt=until,
            to_type__step__gt=step,
        )
        found = found.filter(Exists(later))
    return found


def moves_between(
    clients: ClientQuerySet, *, since: datetime, until: datetime
) -> list[Moves]:
    rows = (
        RelationshipMove.objects.filter(
            at__gte=since, at__lt=until, client__in=clients.values("pk")
        )
        .order_by()
        .values_list("from_type", "to_type")
        .annotate(count=Count("pk"), by_facts=Count("pk", filter=~Q(fact="")))
    )
    return [Moves(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Contacts:
    """Contacts that a person made with clients of each type, as the client was at the time: {type: contacts}."""

    performer: User
    by_type: dict[int | None, int]

    @property
    def total(self) -> int:
        return sum(self.by_type.values())


def contacts_made(
    activities: ActivityQuerySet,
    *,
    since: datetime,
    until: datetime,
    performers: Collection[int],
) -> ActivityQuerySet:
    """Done contacts with clients in the period; the index serves each performer's span."""
    contact = [kind.pk for kind in kinds.book().kinds if kind.is_contact]
    return activities.done().filter(
        performer__in=list(performers),
        done_at__gte=since,
        done_at__lt=until,
        kind__in=contact,
        client__isnull=False,
    )


@dataclass(frozen=True, slots=True)
class Climbed:
    """{step: (clients who came to it, of them those who went further)}; {types: (moves, those that facts made)}."""

    passed: dict[int, tuple[int, int]]
    moved: dict[tuple[int | None, int], tuple[int, int]]


Climbs = Callable[[date, date, Collection[int] | None], Climbed | None]
Meets = Callable[[date, date, Collection[int]], dict[int, dict[int | None, int]] | None]
_by_months: list[tuple[Climbs, Meets]] = []


def tell_by_months(climbs: Climbs, meets: Meets) -> None:
    """Who keeps figures by months answers where he can, for half-open periods of days and these curators or performers
    (curators None: everybody's); None: the records are to be counted."""
    _by_months[:] = [(climbs, meets)]


def climbed(user: User, *, since: date, until: date) -> tuple[list[Passing], list[Moves]]:  # fmt: skip
    """`passings` and `moves_between` of the cards in the scope of `user`, from months where they can answer."""
    curators = curators_of(user)
    told = None
    if curators is None or curators:
        told = next((found for ask, _meets in _by_months if (found := ask(since, until, curators))), None)  # fmt: skip
    if told is None:
        cards = scope_of(user)
        span = {"since": day_begins(since), "until": day_begins(until)}
        return passings(cards, **span), moves_between(cards, **span)
    steps = [step for step in Ladder if step != Ladder.REGULAR]
    return (
        [Passing(step, *told.passed.get(step.value, (0, 0))) for step in steps],
        [Moves(*pair, *counts) for pair, counts in told.moved.items()],
    )


def met(user: User, *, since: date, until: date, performers: Collection[int]) -> list[Contacts]:  # fmt: skip
    """`contacts_by_type`, from months where they can answer."""
    told = None
    if sees_all(user):
        told = next((found for _climbs, ask in _by_months if (found := ask(since, until, performers)) is not None), None)  # fmt: skip
    if told is None:
        return contacts_by_type(user, since=day_begins(since), until=day_begins(until), performers=performers)  # fmt: skip
    people = User.objects.in_bulk(told)
    return _busiest(Contacts(people[pk], by_type) for pk, by_type in told.items())


def contacts_by_type(
    user: User, *, since: datetime, until: datetime, performers: Collection[int]
) -> list[Contacts]:
    """Who made how many contacts with clients of which type, the busiest first. Two queries."""
    made = contacts_made(
        Activity.objects.visible_to(user),
        since=since,
        until=until,
        performers=performers,
    )
    rows = (
        made.order_by()
        .values_list("performer", "relationship")
        .annotate(count=Count("pk"))
    )
    counts: dict[int, dict[int | None, int]] = {}
    for performer, step, count in rows:
        counts.setdefault(performer, {})[step] = count
    people = User.objects.in_bulk(counts)
    return _busiest(Contacts(people[pk], by_type) for pk, by_type in counts.items())


def _busiest(rows: Iterable[Contacts]) -> list[Contacts]:
    return sorted(rows, key=lambda row: (-row.total, str(row.performer)))


def curators_of(user: User) -> Collection[int] | None:
    """The curators of `scope_of`, None for everybody; nobody where `user` does not see all of their cards."""
    figures = whose_figures(user)
    people = None if figures is None else list(figures.values_list("pk", flat=True))
    return people if sees_cards_of(user, people) else ()


def scope_of(user: User) -> ClientQuerySet:
    """The clients whose figures `user` may read: of all he sees with the right to figures, a head his people's, else his own."""
    seen: ClientQuerySet = Client.objects.visible_to(user)
    people = whose_figures(user)
    return seen if people is None else seen.filter(curator__in=people)
