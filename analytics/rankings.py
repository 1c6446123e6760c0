"""The ranking of a team: the places of a head's people by the indicators that he lets them see of one another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from analytics import counting, panel, sums
from analytics.counting import Figures
from analytics.indicators import Indicator, offered
from analytics.models import TeamRanking
from analytics.sums import Extent
from salesexpert.accounts.models import Department, User
from salesexpert.accounts.teams import team_of
from salesexpert.audit import journal

MOST = 5
RANKING = "ranking"
# Of indicators of which less is better.
DOWN = "down"


@dataclass(frozen=True, slots=True)
class Place:
    """`number` None: there is nothing to divide, hence no place. `figure` is empty where the head shows places alone."""

    number: int | None
    figure: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    person: User
    name: str
    is_reader: bool
    places: Sequence[Place]


@dataclass(frozen=True, slots=True)
class Ranking:
    indicators: Sequence[Indicator]
    lines: Sequence[Line]


def team(head: User) -> QuerySet[User]:
    """Whose places his ranking holds: his people, without himself."""
    return team_of(head).filter(is_active=True).exclude(pk=head.pk)


def shown_to(user: User) -> TeamRanking | None:
    """The ranking in which `user` stands, or which he shows himself: his own as a head, his head's, else that of whoever
    heads the nearest department above him."""
    above = _departments_above(user)
    found = TeamRanking.objects.filter(
        Q(head=user) | Q(head=user.head_id) | Q(head__department__in=above), head__is_active=True
    ).select_related("head")  # fmt: skip

    def near(one: TeamRanking) -> tuple[int, int, int]:
        if one.head_id in (user.pk, user.head_id):
            return (0 if one.head_id == user.pk else 1, 0, one.pk)
        return (2, above.index(one.head.department_id or 0), one.pk)

    return min(found, key=near, default=None)


def _departments_above(user: User) -> list[int]:
    """His department and those it belongs to, the nearest first."""
    if not user.department_id:
        return []
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    found: list[int] = []
    now: int | None = user.department_id
    while now is not None and now not in found:
        found.append(now)
        now = parents.get(now)
    return found


def ranking(shown: TeamRanking, values: Mapping[int, Sequence[Any]], *, reader: User) -> Ranking:  # fmt: skip
    """Places by the `values` that were counted of `figures`, of those who have one and of `reader`. Equal figures share a
    place, the next one is passed over."""
    known = offered(shown.head)
    indicators = [known[name] for name in shown.indicators if name in known]
    seen = [pk for pk, row in values.items() if any(row)]
    people = {p.pk: p for p in User.objects.filter(pk__in=seen)}
    if reader.pk in values:
        people[reader.pk] = reader
    numbers = [
        _places({pk: values[pk][n] for pk in people}, one)
        for n, one in enumerate(indicators)
    ]
    lines = [
        Line(
            person,
            person.get_short_name(),
            pk == reader.pk,
            [
                Place(numbers[n][pk], panel.shown(one, values[pk][n]) if shown.with_figures else "")
                for n, one in enumerate(indicators)
            ],
        )
        for pk, person in people.items()
    ]  # fmt: skip
    lines.sort(key=lambda line: ([p.number or len(lines) + 1 for p in line.places], line.name))  # fmt: skip
    return Ranking(indicators, lines)


def figures(shown: TeamRanking, since: date, until: date, *, at: datetime) -> Figures:
    """What the places are told from: the numbers of the whole team, as its head sees them."""
    known = offered(shown.head)
    asked = {
        "members": list(team(shown.head).order_by("pk").values_list("pk", flat=True)),
        "since": since.isoformat(),
        "until": until.isoformat(),
        "indicators": [name for name in shown.indicators if name in known],
    }
    return Figures(RANKING, shown.head, asked, tuple(asked), at)


@counting.makes(RANKING)
def _values(head: User, asked: Mapping[str, Any], at: datetime) -> dict[int, list[Any]]:
    """{person: his value of each indicator}."""
    known = offered(head)
    indicators = [known[name] for name in asked["indicators"]]
    families = [family for one in indicators for family in one.families]
    since, until = date.fromisoformat(asked["since"]), date.fromisoformat(asked["until"])  # fmt: skip
    members = asked["members"]
    found = sums.sums(Extent(head, tuple(members), since, until, at), families)
    return {pk: [one.value(found.get(pk, {})) for one in indicators] for pk in members}


def _places(values: Mapping[int, Any], one: Indicator) -> dict[int, int | None]:
    told = sorted(
        (value for value in values.values() if value is not None),
        reverse=one.good != DOWN,
    )
    return {pk: None if value is None else told.index(value) + 1 for pk, value in values.items()}  # fmt: skip


@transaction.atomic
def show(indicators: Sequence[str], *, with_figures: bool, head: User) -> None:
    """Lets the people of `head` see their places by these indicators, in this order; by none: nothing more."""
    if indicators:
        TeamRanking.objects.update_or_create(
            head=head,
            defaults={"indicators": list(indicators), "with_figures": with_figures},
        )
    else:
        TeamRanking.objects.filter(head=head).delete()
    journal.record("ranking.set", head, by=head, at=timezone.now(), indicators=", ".join(indicators), figures=with_figures)  # fmt: skip
