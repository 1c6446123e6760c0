"""What the base knows of load: work and working time by person and day, the flow of deals through stages."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from clients.choices import ActivityStatus
from clients.models import Activity
from clients.querysets import sees_all
from deals.models import Deal, StagePassage
from deals.team import kept_standing, kept_stays, kept_worked
from deals.team.loading import Flow, Load, working_minutes, working_of_period
from pipeline import schedules, working_time
from pipeline.models import Stage
from pipeline.working_time import ONE_DAY, USUAL_MINUTES, Schedule
from salesexpert.accounts.models import User

PLANNED, DONE = "planned", "done"
STATES = {PLANNED: "planned_at", DONE: "done_at"}
LENGTH = Coalesce("minutes", USUAL_MINUTES)


def bounds(since: date, until: date) -> tuple[datetime, datetime]:
    """The moments between which the days from `since` to `until`, the last not included, lie by the reader's clock."""
    zone = timezone.get_current_timezone()
    return working_time.at(since, time.min, zone), working_time.at(until, time.min, zone)  # fmt: skip


def work(people: Iterable[int], since: date, until: date, state: str) -> Any:
    """Planned or done work of people in some days; the figures of the page are its sums, its rows their records."""
    first, last = bounds(since, until)
    moment = STATES[state]
    return Activity.objects.filter(
        **{f"{moment}__gte": first, f"{moment}__lt": last},
        performer__in=list(people),
        status=ActivityStatus.DONE if state == DONE else ActivityStatus.PLANNED,
    )


def by_day(people: Sequence[User], since: date, until: date) -> dict[int, dict[date, Load]]:  # fmt: skip
    """Each person's load on each day. Four queries, however many people and days."""
    ids = [person.pk for person in people]
    taken = {state: _minutes(ids, since, until, state) for state in STATES}
    # A day more on each side: the farthest zones are not on the same day.
    first, last = bounds(since - ONE_DAY, until + ONE_DAY)
    plans = schedules.schedules_of(people, since=first, until=last)
    days = [since + timedelta(days=n) for n in range((until - since).days)]
    found: dict[int, dict[date, Load]] = {}
    for pk in ids:
        plan = plans[pk]
        found[pk] = {}
        for day in days:
            found[pk][day] = Load(
                taken[PLANNED].get((pk, day), 0),
                taken[DONE].get((pk, day), 0),
                working_minutes(plan, day),
            )
    return found


def of_period(people: Sequence[User], since: date, until: date) -> dict[int, Load]:
    """Each person's load of all these days. Four queries, however many people and days."""
    ids = [person.pk for person in people]
    planned = _in_all(_minutes(ids, since, until, PLANNED))
    done = kept_worked.of_period(ids, since, until) if kept_worked.answers() else _in_all(_minutes(ids, since, until, DONE))  # fmt: skip
    first, last = bounds(since - ONE_DAY, until + ONE_DAY)
    plans = schedules.schedules_of(people, since=first, until=last)
    working = working_of_period(plans, since, until)
    return {pk: Load(planned.get(pk, 0), done.get(pk, 0), working[pk]) for pk in ids}


def _minutes(people: Sequence[int], since: date, until: date, state: str) -> dict[tuple[int, date], int]:  # fmt: skip
    """{(person, day): minutes} of planned or done work; what is done is kept by days of the company's clock. One query."""
    if state == DONE and kept_worked.answers():
        return kept_worked.by_day(people, since, until)
    rows = work(people, since, until, state).order_by()
    return {(who, day): n for who, day, n in rows.values_list("performer", TruncDate(STATES[state])).annotate(n=Sum(LENGTH))}  # fmt: skip


def _in_all(minutes: Mapping[tuple[int, date], int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for (person, _day), n in minutes.items():
        found[person] = found.get(person, 0) + n
    return found


def hours_a_week(since: date, until: date) -> float:
    """What a person of the company works in a week on average between two days, by the production calendar."""
    zone = timezone.get_current_timezone()
    week = schedules.company_week(until)
    plan = Schedule(ZoneInfo(str(zone)), ((date.min, week),))
    days = (until - since).days
    whole = sum(working_minutes(plan, since + timedelta(days=n)) for n in range(days))
    return whole / 60 / (days / 7)


def passages(stages: Sequence[Stage], since: date, until: date, user: User) -> dict[str, Any]:  # fmt: skip
    """The records behind the figures: passages that began, that ended in these days of the company's clock, and deals that
    stand there."""
    zone = timezone.get_default_timezone()
    first, last = (working_time.at(day, time.min, zone) for day in (since, until))
    rows = StagePassage.objects.filter(stage__in=[stage.pk for stage in stages], deal__bin=None)  # fmt: skip
    open_deals = Deal.objects.visible_to(user).open().filter(stage__in=stages)
    if not sees_all(user):
        rows = rows.filter(deal__in=Deal.objects.visible_to(user))
    return {
        "entered": rows.filter(entered_at__gte=first, entered_at__lt=last),
        "left": rows.filter(left_at__gte=first, left_at__lt=last),
        "standing": open_deals,
    }


def _while_there() -> Q:
    """Done work on a deal while it stood at the stage."""
    there = "deal__activities__"
    return Q(
        **{f"{there}status": ActivityStatus.DONE, f"{there}bin": None},
        **{f"{there}stage": F("stage"), f"{there}done_at__gte": F("entered_at")},
        **{f"{there}done_at__lte": F("left_at")},
    )


MINUTES_THERE = Sum(
    Coalesce("deal__activities__minutes", USUAL_MINUTES), filter=_while_there()
)


def flows(stages: Sequence[Stage], since: date, until: date, user: User) -> dict[int, tuple[Flow, int]]:  # fmt: skip
    """By the stage's id its flow, and how many people worked at it. Constant queries, however many stages.

    What is of the whole firm is read from kept counts and days (`kept_standing`, `kept_stays`), where they answer; else from the stays.
    """
    weeks = max(1, (until - since).days // 7)
    standing = kept_standing.read() if sees_all(user) else _standing(stages, since, until, user)  # fmt: skip
    told = kept_stays.read(since, until) if sees_all(user) else None
    if told is None:
        told = facts(stages, since, until, user)
    found = {}
    for stage in stages:
        entered, left, recorded, minutes, people = told.get(stage.pk, (0, 0, 0, 0, 0))
        flow = Flow(
            weeks,
            entered=entered,
            left=left,
            recorded=recorded,
            minutes=minutes,
            standing=standing.get(stage.pk, 0),
            norm_days=stage.norm_days,
        )
        found[stage.pk] = (flow, people)
    return found


def _standing(stages: Sequence[Stage], since: date, until: date, user: User) -> dict[int, int]:  # fmt: skip
    rows = passages(stages, since, until, user)["standing"]
    return dict(rows.order_by().values_list("stage").annotate(n=Count("*")))


def facts(stages: Sequence[Stage], since: date, until: date, user: User) -> dict[int, tuple[int, int, int, int, int]]:  # fmt: skip
    """What `kept_stays.read` says, from the passages themselves, of those that the reader sees."""
    rows = passages(stages, since, until, user)
    entered = dict(rows["entered"].order_by().values_list("stage").annotate(n=Count("pk")))  # fmt: skip
    left = {
        stage: found
        for stage, *found in rows["left"]
        .order_by()
        .values_list("stage")
        .annotate(
            left=Count("pk", distinct=True),
            recorded=Count("pk", distinct=True, filter=_while_there()),
            minutes=MINUTES_THERE,
            people=Count("performer", distinct=True),
        )
    }
    return {
        stage: (entered.get(stage, 0), count, recorded, minutes or 0, people)
        for stage in {*entered, *left}
        for count, recorded, minutes, people in (left.get(stage, (0, 0, 0, 0)),)
    }
