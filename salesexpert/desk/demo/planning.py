"""The plan of work of the demo company: hours, absences, work that repeats, handovers, requests for time, notices.

Made out of what stands there, by a look at planned work and one at open deals however large the base is; what looks
random is worked out of ids, so that the same seed makes the same base.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Max, Model
from django.utils import timezone

from clients.choices import ActivityCode, ActivityStatus
from clients.models import Activity, ActivityKind, Client
from clients.telling import PLANNED
from deals.choices import (
    BookingState,
    Handed,
    HandedOutcome,
    HandoverOf,
    HandoverState,
)
from deals.handing.notice import NOTICE as HANDOVER
from deals.models import BookingRequest, Deal, Handover, HandoverItem
from pipeline.actions.series import HORIZON, rule_of
from pipeline.choices import AbsenceKind, AbsenceState, Frequency
from pipeline.clock import due_at
from pipeline.models import Absence, Occurrence, Series, WorkingHours
from pipeline.repeating import worked_on
from pipeline.schedules import zone_of
from pipeline.working_time import at as moment_of
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import User
from salesexpert.notices.kinds import as_stored
from salesexpert.notices.models import Notice

# Days ahead from which and up to which work is looked at, and how much of it each is told of.
NEAR, TOLD = timedelta(days=21), 8
KNOWN = 12  # people of the demo named in its manual: they are at work today
SALES = {PresetRole.SELLER, PresetRole.HEAD_OF_SALES}
# Weekday, clock, minutes, title.
MEETINGS = (
    (0, time(9), 30, "Планёрка отдела продаж"),
    (4, time(17, 30), 30, "Отчёт за неделю"),
)
NOTES = (
    "Клиент просит приехать с машиной на объект: полы влажные, проезд 90 см. Звонить Лидии Витальевне до 11.",
    "Договорились о цене с условием поставки до конца месяца. Скидку больше не обещать, счёт жду от бухгалтерии.",
    "Ухожу на другое направление: дальше сервисный договор, всё согласовано, осталось подписать.",
    "Показ проведён, понравилась модель с сиденьем. Нужен расчёт окупаемости на две смены.",
    "Ключевой человек — главный инженер, с закупками говорить после него.",
)
ASKS = (
    ("Показ машины на складе", "Склад 4 000 м², пол бетонный, нужен человек с демонстрационной машиной"),
    ("Встреча с технологом", "Пищевое производство: спросят про химию и допуски, нужен тот, кто продавал молочникам"),
    ("Презентация для закупок", "Четверо участников, просят сравнение двух моделей"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Planned:
    """A piece of planned work, as it was read in the one look."""

    pk: int
    who: int
    by: int
    at: datetime
    made_at: datetime
    kind: int
    client: int | None
    contact: int | None
    title: str
    minutes: int | None


def write(*, until: date) -> None:
    """After the history and the deals are written and before sequences follow."""
    people = list(User.objects.active().select_related("role").order_by("pk"))
    if not people:
        return
    head = next((p for p in people if p.role and p.role.code == PresetRole.HEAD_OF_SALES), people[0])  # fmt: skip
    work = _work(until)
    _hours(people, until)
    _absences(people, head, until)
    _series(people, head, work, until)
    handed = _handovers(people, until)
    _requests(people, head, work, until)
    _notices(people, work, handed, until)


def _next(model: type[Model]) -> int:
    return (model._base_manager.aggregate(last=Max("pk"))["last"] or 0) + 1


def _numbered[Row: Model](rows: Sequence[Row]) -> list[Row]:
    """Written with ids that count on from the greatest, not from a sequence."""
    if not rows:
        return []
    model = type(rows[0])
    for pk, row in enumerate(rows, _next(model)):
        row.pk = pk
    return list(model._base_manager.bulk_create(rows, batch_size=2_000))


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _work(until: date) -> dict[int, list[Planned]]:
    """By person, what is planned for him from tomorrow on."""
    found: dict[int, list[Planned]] = defaultdict(list)
    rows = (
        Activity.objects.planned()
        .filter(planned_at__gte=_moment(until + timedelta(days=1), 0), planned_at__lt=_moment(until, 0) + NEAR)
        .order_by("performer_id", "planned_at", "pk")
        .values_list("pk", "performer_id", "created_by_id", "planned_at", "created_at", "kind_id", "client_id", "contact_id", "title", "minutes")
    )  # fmt: skip
    for row in rows:
        one = Planned(*row)
        found[one.who].append(one)
    return found


def _hours(people: Sequence[User], until: date) -> None:
    """Hours of their own: telephone agents begin later, service earlier, an assistant works four days."""
    since = until - timedelta(days=700)
    rows = []
    for person in people:
        role = person.role.code if person.role else ""
        first, last, days = 9, 18, 5
        if role == PresetRole.TELEMARKETER:
            first, last = 10, 19
        elif role == PresetRole.SERVICE:
            first, last = 8, 17
        elif role == PresetRole.ASSISTANT and person.pk % 2:
            days = 4
        else:
            continue
        for weekday in range(7):
            works = weekday < days
            rows.append(
                WorkingHours(
                    user=person,
                    valid_from=since,
                    weekday=weekday,
                    begins=time(first) if works else None,
                    ends=time(last) if works else None,
                    lunch_begins=time(13) if works else None,
                    lunch_ends=time(14) if works else None,
                )
            )
    _numbered(rows)


def _absences(people: Sequence[User], head: User, until: date) -> None:
    """A holiday gone by and one to come for each, now and then an illness or a trip, some asked for and not answered."""
    rows: list[Absence] = []

    def away(person: User, kind: str, begins: int, days: int, *, note: str = "", asked: bool = False) -> None:  # fmt: skip
        first = until + timedelta(days=begins)
        made = _moment(min(first, until) - timedelta(days=20 if kind == AbsenceKind.HOLIDAY else 1), 10)  # fmt: skip
        rows.append(
            Absence(
                user=person, kind=kind, since_on=first, until_on=first + timedelta(days=days - 1), note=note,
                state=AbsenceState.ASKED if asked else AbsenceState.APPROVED, created_at=made, created_by=person,
                decided_at=None if asked else made + timedelta(hours=3), decided_by=None if asked else head,
            )
        )  # fmt: skip

    for place, person in enumerate(people):
        away(person, AbsenceKind.HOLIDAY, -330 + (place * 13) % 250, 14)
        away(person, AbsenceKind.HOLIDAY, 24 + (place * 17) % 200, 14, asked=place % 7 == 5)  # fmt: skip
        if place % 3 == 1:
            away(person, AbsenceKind.SICK, -60 + (place * 5) % 40, 3 + place % 4)
        if place % 5 == 2:
            away(person, AbsenceKind.TRIP, 6 + place % 9, 2, note="Показ у клиента в Вологде")  # fmt: skip
        if place >= KNOWN and place % 12 == 0:
            away(person, AbsenceKind.SICK, -1, 5)
    _numbered(rows)


def _series(people: Sequence[User], head: User, work: dict[int, list[Planned]], until: date) -> None:  # fmt: skip
    """The week's meetings of everyone who sells, and a client whom each calls every month."""
    internal = ActivityKind.objects.filter(code=ActivityCode.INTERNAL).first()
    call = ActivityKind.objects.filter(code=ActivityCode.CALL).first()
    if internal is None or call is None:
        return
    series: list[Series] = []
    firsts: dict[int, Planned] = {}
    made_at = _moment(until - timedelta(days=90), 12)
    for person in people:
        if not person.role or person.role.code not in SALES:
            continue
        common: dict[str, Any] = {"performer": person, "time_zone": person.time_zone, "made_until": until + HORIZON}  # fmt: skip
        for weekday, clock, minutes, title in MEETINGS:
            begins = until - timedelta(days=until.weekday() - weekday)
            series.append(
                Series(
                    kind=internal, title=title, minutes=minutes, clock=clock, frequency=Frequency.WEEKLY,
                    weekdays=[weekday], starts_on=begins, created_at=made_at, created_by=head, **common,
                )
            )  # fmt: skip
        own = next((w for w in work[person.pk] if w.kind == call.pk and w.by == w.who and w.client), None)  # fmt: skip
        if own is not None:
            zone = zone_of(person.time_zone)
            local = own.at.astimezone(zone)
            firsts[len(series)] = own
            series.append(
                Series(
                    client_id=own.client, contact_id=own.contact, kind=call, title=own.title, minutes=own.minutes,
                    clock=local.time(), frequency=Frequency.MONTHLY, starts_on=local.date(),
                    created_at=own.made_at, created_by=person, **common,
                )
            )  # fmt: skip
    _numbered(series)
    times: list[Occurrence] = []
    planned: list[Activity] = []
    number = _next(Activity)
    for place, one in enumerate(series):
        first = firsts.get(place)
        if first is not None:
            times.append(Occurrence(series=one, on=one.starts_on, activity_id=first.pk))
        for day in rule_of(one).days(until + HORIZON):
            if day <= until or (first is not None and day == one.starts_on):
                continue
            begins = moment_of(worked_on(day), one.clock, zone_of(one.time_zone))
            planned.append(
                Activity(
                    pk=number + len(planned), client_id=one.client_id, contact_id=one.contact_id, kind_id=one.kind_id,
                    title=one.title or str(one.kind), status=ActivityStatus.PLANNED, planned_at=begins, feed_at=begins,
                    minutes=one.minutes, performer_id=one.performer_id, created_at=one.created_at, created_by_id=one.created_by_id,
                )
            )  # fmt: skip
            times.append(Occurrence(series=one, on=day, activity_id=planned[-1].pk))
    Activity.objects.bulk_create(planned, batch_size=2_000)
    _numbered(times)


def _handovers(people: Sequence[User], until: date) -> list[Handover]:
    """Stages and deals that passed from one seller to another, offers that wait for an answer, one that was declined."""
    sellers = [p for p in people if p.role and p.role.code == PresetRole.SELLER]
    if len(sellers) < 2:
        return []
    count = max(4, len(people) // 2)
    deals = list(
        Deal.objects.open()
        .filter(responsible__in=sellers, performer__isnull=False, opened_at__lt=_moment(until - timedelta(days=3), 0))
        .select_related("stage", "responsible", "performer", "client")
        .order_by("-opened_at", "-pk")[:count]
    )  # fmt: skip
    note = ActivityKind.objects.filter(code=ActivityCode.NOTE).first()
    made: list[Handover] = []
    things: list[list[tuple[str, int, User, str]]] = []
    told: list[Activity] = []
    for place, deal in enumerate(deals):
        other = sellers[(deal.responsible_id + place) % len(sellers)]
        if other.pk in {deal.responsible_id, deal.performer_id}:
            other = next(p for p in sellers if p.pk not in {deal.responsible_id, deal.performer_id} or len(sellers) == 2)  # fmt: skip
        assert deal.performer is not None and deal.opened_at is not None
        on = max(until - timedelta(days=1 + (place * 3) % 20), timezone.localdate(deal.opened_at))  # fmt: skip
        at = max(_moment(on, 10 + place % 7, 20), deal.opened_at + timedelta(hours=1))
        words = NOTES[place % len(NOTES)]
        common: dict[str, Any] = {"link": deal.get_absolute_url(), "note": words, "made_at": at}  # fmt: skip
        way = place % 4
        if way in (0, 3):  # the stage came from another and is done where it stands now
            giver = other if other.pk != deal.performer_id else deal.responsible
            if giver.pk == deal.performer_id:
                continue
            decided = at + timedelta(minutes=40)
            made.append(Handover(of=HandoverOf.STAGE, title=f"{deal.stage}: {deal}"[:300], giver=giver, receiver=deal.performer, state=HandoverState.DONE, made_by=giver, answer_by=due_at(at, 1), decided_at=decided, decided_by=deal.performer, finished_at=decided, **common))  # fmt: skip
            things.append([(Handed.STAGE, deal.client_id, deal.performer, HandedOutcome.MOVED)])  # fmt: skip
            if note is not None:
                told.append(
                    Activity(
                        client=deal.client, deal=deal, kind=note, title=f"Передано: {giver} → {deal.performer}"[:200],
                        summary=words, status=ActivityStatus.DONE, done_at=decided, feed_at=decided, performer=giver,
                        relationship_id=deal.client.relationship_id, stage=deal.stage, created_at=decided, created_by=giver,
                    )
                )  # fmt: skip
        elif other.pk == deal.responsible_id:
            continue
        elif way == 1:
            late = max(at, _moment(until - timedelta(days=1), 15, 10))
            common["made_at"] = late
            made.append(Handover(of=HandoverOf.DEAL, title=str(deal)[:300], giver=deal.responsible, receiver=other, state=HandoverState.OFFERED, made_by=deal.responsible, answer_by=due_at(late, 1), **common))  # fmt: skip
            items: list[tuple[str, int, User, str]] = [
                (Handed.DEAL, deal.client_id, other, HandedOutcome.WAITING)
            ]
            if deal.performer_id == deal.responsible_id:
                items.append((Handed.STAGE, deal.client_id, other, HandedOutcome.WAITING))  # fmt: skip
            things.append(items)
        else:
            made.append(Handover(of=HandoverOf.DEAL, title=str(deal)[:300], giver=deal.responsible, receiver=other, state=HandoverState.DECLINED, made_by=deal.responsible, answer_by=due_at(at, 1), decided_at=at + timedelta(hours=2), decided_by=other, answer="На этой неделе три показа, не успею. Возьму со следующей.", **common))  # fmt: skip
            things.append([(Handed.DEAL, deal.client_id, other, HandedOutcome.WAITING)])
    by_title = {deal.get_absolute_url(): deal.pk for deal in deals}
    _numbered(made)
    _numbered(
        [
            HandoverItem(handover=one, unit=unit, kind=kind, object_id=by_title[one.link], receiver=receiver, outcome=outcome)
            for one, items in zip(made, things, strict=True)
            for kind, unit, receiver, outcome in items
        ]
    )  # fmt: skip
    for pk, activity in enumerate(told, _next(Activity)):
        activity.pk = pk
    Activity.objects.bulk_create(told, batch_size=2_000)
    return made


def _requests(people: Sequence[User], head: User, work: dict[int, list[Planned]], until: date) -> None:  # fmt: skip
    """Time asked of the head: what he gave, what he declined, and some that wait."""
    agents = [p for p in people if p.role and p.role.code in {PresetRole.TELEMARKETER, PresetRole.SERVICE}]  # fmt: skip
    kind = ActivityKind.objects.filter(code=ActivityCode.DEMONSTRATION).first() or ActivityKind.objects.first()  # fmt: skip
    if not agents or kind is None:
        return
    by = {person.pk: person for person in people}
    booked = [w for own in work.values() for w in own if w.by != w.who and w.client]
    rows = []
    for place in range(min(len(booked), max(6, len(people) // 4))):
        taken = booked[(place * 11) % len(booked)]
        title, note = ASKS[place % len(ASKS)]
        way = place % 3
        asked_at = min(taken.made_at, _moment(until - timedelta(days=1), 16)) - timedelta(minutes=25)  # fmt: skip
        if way == 2:  # waits
            asked_at = _moment(until - timedelta(days=1), 14, place % 60)
        rows.append(
            BookingRequest(
                client_id=taken.client, kind_id=taken.kind if way == 0 else kind.pk, title=taken.title if way == 0 else title,
                note=note, wanted_at=taken.at, minutes=max(15, min(taken.minutes or 60, 600)), wanted_from=by.get(taken.who),
                asked_by=agents[place % len(agents)], asked_at=asked_at,
                state=(BookingState.ASSIGNED, BookingState.DECLINED, BookingState.OPEN)[way],
                activity_id=taken.pk if way == 0 else None,
                decided_by=None if way == 2 else head,
                decided_at=None if way == 2 else asked_at + timedelta(minutes=20),
                answer="Все заняты до среды, предложите клиенту четверг" if way == 1 else "",
            )
        )  # fmt: skip
    _numbered(rows)


def _notices(people: Sequence[User], work: dict[int, list[Planned]], handed: Sequence[Handover], until: date) -> None:  # fmt: skip
    """What each was told of work that others planned for him, and of handovers; that of the last days is not read yet."""
    by = {person.pk: person for person in people}
    fresh = _moment(until - timedelta(days=1), 12)
    told: list[tuple[int, str, str, dict[str, Any], str, str, Any, int, datetime]] = []
    chosen = [w for person in people for w in _of_others(work[person.pk])]
    names = {client.pk: str(client) for client in Client.objects.filter(pk__in=[w.client for w in chosen]).select_related("legal_form")}  # fmt: skip
    for one in chosen:
        words = as_stored({"what": one.title, "client": names.get(one.client or 0, ""), "when": one.at, "by": by.get(one.by, "")})  # fmt: skip
        told.append((one.who, f"planned:{one.pk}:{one.who}:{one.at.isoformat()}", PLANNED, words, "client" if one.client else "", f"/activities/{one.pk}/", ("activity", one.pk), one.by, one.made_at))  # fmt: skip
    for handover in handed:
        assert handover.receiver_id is not None
        words = as_stored({"what": handover.title, "who": handover.giver})
        told.append((handover.receiver_id, f"handover:{handover.pk}:offered", HANDOVER, words, "offered", handover.get_absolute_url(), ("handover", handover.pk), handover.giver_id, handover.made_at))  # fmt: skip
    told.sort(key=lambda row: (row[8], row[1]))
    _numbered(
        [
            Notice(
                user_id=who, key=key, kind=kind, variant=variant, words=words, link=link, about_type=about[0], about_id=about[1],
                by_id=author, at=at, read_at=None if at >= fresh else at + timedelta(minutes=35),
            )
            for who, key, kind, words, variant, link, about, author, at in told
        ]
    )  # fmt: skip


def _of_others(own: Sequence[Planned]) -> Iterator[Planned]:
    told = 0
    for one in sorted(own, key=lambda w: w.made_at, reverse=True):
        if one.by != one.who and told < TOLD:
            told += 1
            yield one
