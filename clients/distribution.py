"""To whom an inquiry is given: the first rule that fits, and among its people the one whose turn it is."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clients import intake_preferences
from clients.duplicates import PROBABLE, SURE, find_similar
from clients.inquiry_choices import OPEN_STATES, Giving
from clients.models import (
    Activity,
    Client,
    DistributionRule,
    DistributionTurn,
    Inquiry,
)
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import department_ids_below
from salesexpert.core import preferences

WORKS = "clients.change_inquiry"
# (ids of people, moment) → those of them who are away then. Apps that know of absences add theirs.
Away = Callable[[Collection[int], datetime], Collection[int]]
_away: list[Away] = []


def declare_away(who: Away) -> None:
    """Call it from the app's `ready()`."""
    _away.append(who)


def away(ids: Collection[int], *, at: datetime) -> set[int]:
    return {pk for who in _away for pk in who(ids, at)}


@dataclass(frozen=True, slots=True)
class Traits:
    """What rules ask of an inquiry; ids, None or empty where nothing is known."""

    channel: str
    region: int | None = None
    industry: int | None = None
    campaign: int | None = None
    form: int | None = None
    products: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of a rule's people: how much he has to do, and when he last got an inquiry by this rule."""

    user: User
    last_at: datetime | None
    load: int


@dataclass(frozen=True, slots=True)
class Given:
    """Who gets an inquiry, by which rule, and why in words; nobody when no rule fits or nobody of it is at work."""

    user: User | None
    rule: DistributionRule | None = None
    why: str = ""
    others: Sequence[Waiting] = field(default=())


def rules() -> list[DistributionRule]:
    return list(
        DistributionRule.objects.select_related("department", "head").prefetch_related(
            "regions", "industries", "products", "campaigns", "forms", "people"
        )
    )


def fits(rule: DistributionRule, traits: Traits) -> bool:
    """Whether every condition that the rule names holds."""

    def among(rows: Any, value: int | None) -> bool:
        wanted = {row.pk for row in rows.all()}
        return not wanted or value in wanted

    products = {row.pk for row in rule.products.all()}
    return (
        (not rule.channels or traits.channel in rule.channels)
        and among(rule.regions, traits.region)
        and among(rule.industries, traits.industry)
        and among(rule.campaigns, traits.campaign)
        and among(rule.forms, traits.form)
        and (not products or bool(products & traits.products))
    )


def in_order(waiting: Iterable[Waiting], giving: str) -> list[Waiting]:
    """Who is next: in turn, whoever got none yet and then whoever waits longest; by load, the least loaded of these."""

    def turn(one: Waiting) -> tuple[Any, ...]:
        since = one.last_at.timestamp() if one.last_at else 0.0
        order: tuple[Any, ...] = (since, one.user.pk)
        return (one.load, *order) if giving == Giving.LOAD else order

    return sorted(waiting, key=turn)


def people_of(rule: DistributionRule, *, at: datetime) -> list[Waiting]:
    """The rule's people who are at work at `at` and may work on inquiries."""
    named = Q(pk__in=[person.pk for person in rule.people.all()])
    if rule.department_id:
        named |= Q(department__in=department_ids_below(rule.department_id))
    people = list(User.objects.with_permission(WORKS).filter(named).distinct())
    gone = away([person.pk for person in people], at=at)
    people = [person for person in people if person.pk not in gone]
    turns = dict(
        DistributionTurn.objects.filter(rule=rule).values_list("user", "last_at")
    )
    loads = loads_of([person.pk for person in people], at=at)
    return [Waiting(p, turns.get(p.pk), loads.get(p.pk, 0)) for p in people]


def loads_of(ids: Collection[int], *, at: datetime) -> dict[int, int]:
    """{id: open inquiries and work planned until the end of the day}."""
    found: dict[int, int] = {}
    until = timezone.make_aware(
        datetime.combine(timezone.localdate(at) + timedelta(days=1), time.min)
    )
    states = [state.value for state in OPEN_STATES]
    asked = (
        Inquiry.objects.filter(responsible__in=ids, state__in=states).values_list("responsible"),
        Activity.objects.planned().filter(performer__in=ids, planned_at__lt=until).values_list("performer"),
    )  # fmt: skip
    for rows in asked:
        for pk, number in rows.order_by().annotate(number=Count("pk")):
            found[pk] = found.get(pk, 0) + number
    return found


def known_client(
    *, inn: str, phones: Sequence[str], emails: Sequence[str]
) -> Client | None:
    """The card that surely or probably asked; None when none is, or several may be."""
    found = find_similar(inn=inn, phones=phones, emails=emails)
    live = [s for s in found if s.client.archived_at is None]
    strong = [
        s
        for s in live
        if s.level in {SURE, PROBABLE} or {"phone", "email"} & set(s.evidence)
    ]
    return strong[0].client if len(strong) == 1 else None


def choose(traits: Traits, *, client: Client | None, at: datetime) -> Given:
    """Who gets an inquiry with these traits; writes nothing."""
    if client is not None and preferences.get(intake_preferences.TO_CURATOR):
        curator = client.curator
        if curator and curator.is_active and curator.has_perm(WORKS):
            if not away([curator.pk], at=at):
                return Given(curator, why=_("He is the curator of “%s”.") % client)
    for rule in rules():
        if fits(rule, traits):
            waiting = in_order(people_of(rule, at=at), rule.giving)
            if not waiting:
                return Given(None, rule, _("Nobody of the rule “%s” is at work.") % rule)  # fmt: skip
            first = waiting[0]
            why = (
                _("By the rule “%(rule)s”: the least loaded, %(load)d matters.")
                if rule.giving == Giving.LOAD
                else _("By the rule “%(rule)s”: his turn.")
            ) % {"rule": rule, "load": first.load}
            return Given(first.user, rule, why, waiting)
    return Given(None, why=_("No rule fits: whoever takes it first has it."))


def note_turn(rule: DistributionRule, user: User, *, at: datetime) -> None:
    DistributionTurn.objects.update_or_create(
        rule=rule, user=user, defaults={"last_at": at}
    )
