"""The day of one person: what others and he himself planned, what is late, what was promised."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from clients import kinds, take_overs
from clients.choices import ActivityStatus, Category
from clients.models import (
    Activity,
    Client,
    Commitment,
    ContactLink,
    PersonRequest,
    Phone,
    TakeOverRequest,
)
from clients.models.client import display_name
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledQuery

LATE_SHOWN = 50
TODAY_SHOWN = 60
AHEAD_SHOWN = 15
PROMISES_SHOWN = 10
AHEAD_DAYS = 14
DEMANDS_SHOWN, DEMANDS_AHEAD_DAYS = 5, 4
WITHOUT_STEP_COUNTED = 100
# The kinds of clients that are counted, as the query names them.
WITHOUT_STEP, WAITING = "step", "contact"
FREE_FROM_MINUTES = 60
USUAL_MINUTES = 30


# What the page shows of its activities: naming the hundred columns of whole models takes Django longer than it takes
# PostgreSQL to find the rows.
SHOWN = (
    "client_id", "contact_id", "kind_id", "result_id", "created_by_id", "title", "note", "status", "planned_at", "done_at",
    "feed_at", "minutes", "summary", "created_at", "client__name", "client__is_person", "client__legal_form__name",
    "contact__first_name", "contact__patronymic", "contact__last_name",
    "created_by__username", "created_by__first_name", "created_by__last_name",
)  # fmt: skip


@dataclass(slots=True)
class Entry:
    """One line of the day: an activity with what one must know before lifting the receiver."""

    activity: Activity
    card: str = ""
    link: str = ""
    position: str = ""
    phone: Phone | None = None
    promise: Commitment | None = None

    @property
    def is_done(self) -> bool:
        return self.activity.status == ActivityStatus.DONE

    @property
    def starts_at(self) -> datetime:
        """When it was done, or is planned; activities of the day always have one of them."""
        return (
            self.activity.done_at or self.activity.planned_at or self.activity.feed_at
        )

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(
            minutes=self.activity.minutes or USUAL_MINUTES
        )


@dataclass(frozen=True, slots=True)
class Promise:
    """What this person promised a client, with the client's name as it is shown."""

    text: str
    due_on: date
    client_id: int
    client: str


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time between two pieces of work, an hour or more."""

    starts_at: datetime
    ends_at: datetime


@dataclass(slots=True)
class Day:
    """What the start page shows. `line` holds entries, gaps and one None: the place of the line “now”."""

    on: date
    now: datetime
    late: list[Entry] = field(default_factory=list)
    late_more: bool = False
    line: list[Entry | Gap | None] = field(default_factory=list)
    ahead: list[Entry] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    demands: list[PersonRequest] = field(default_factory=list)
    planned_count: int = 0
    done_count: int = 0
    without_step: int = 0
    waiting: int = 0
    asks: list[TakeOverRequest] = field(default_factory=list)

    @property
    def oldest_days(self) -> int:
        """Days since the oldest late work was due."""
        if not self.late or self.late[0].activity.planned_at is None:
            return 0
        return (self.on - timezone.localdate(self.late[0].activity.planned_at)).days

    @property
    def is_empty(self) -> bool:
        return not self.late and not self.planned_count and not self.done_count


def day_of(user: User, *, now: datetime) -> Day:
    """The day of `user` in the active time zone. A constant number of queries, however full the day."""
    today = timezone.localdate(now)
    begins = timezone.make_aware(datetime.combine(today, time.min))
    ends = timezone.make_aware(datetime.combine(today + timedelta(days=1), time.min))
    late, planned, done, ahead = _four_lists(user, begins=begins, ends=ends)
    entries = {
        row.pk: Entry(row) for row in [*late[:LATE_SHOWN], *planned, *done, *ahead]
    }
    _tell_cards(list(entries.values()), user)
    _tell_what_to_know(list(entries.values()))
    counted = [kind for (kind,) in _counted(user=user.pk, at=now)]
    return Day(
        on=today,
        now=now,
        late=[entries[row.pk] for row in late[:LATE_SHOWN]],
        late_more=len(late) > LATE_SHOWN,
        line=_line([entries[row.pk] for row in [*done, *planned]], now=now),
        ahead=[entries[row.pk] for row in ahead],
        promises=[
            Promise(
                text,
                due_on,
                client,
                display_name(form or "", name, is_person=is_person),
            )
            for text, due_on, client, name, is_person, form in _promises(
                user=user.pk, until=today + timedelta(days=7)
            )
        ],
        demands=_demands(user, until=today + timedelta(days=DEMANDS_AHEAD_DAYS)),
        planned_count=len(planned),
        done_count=len(done),
        without_step=counted.count(WITHOUT_STEP),
        waiting=counted.count(WAITING),
        asks=take_overs.on_the_day(user, now=now),
    )


@CompiledQuery
def _promises(user: int, until: date) -> QuerySet[Commitment, Any]:
    return (
        Commitment.objects.filter(made_by=user, settled_at=None, due_on__lte=until)
        .order_by("due_on", "pk")
        .values_list(
            "text",
            "due_on",
            "client",
            "client__name",
            "client__is_person",
            "client__legal_form__name",
        )[:PROMISES_SHOWN]
    )


@CompiledQuery
def _counted(user: int, at: datetime) -> QuerySet[Any, Any]:
    """One row for each client of `user` without a next step or longer without a contact than his type may be."""
    mine = Client.objects.live().filter(curator=user).order_by()
    without_step = mine.filter(next_step_at=None, category=Category.CLIENT)
    waiting = mine.filter(contact_due_at__lte=at)
    some = WITHOUT_STEP_COUNTED + 1
    return (
        without_step.annotate(kind=Value(WITHOUT_STEP))
        .values_list("kind")[:some]
        .union(
            waiting.annotate(kind=Value(WAITING)).values_list("kind")[:some], all=True
        )
        .order_by()
    )


@CompiledQuery
def _chosen(
    user: int, begins: datetime, ends: datetime, soon: datetime
) -> QuerySet[Activity, Any]:
    """Ids of what the day shows."""
    own = Activity.objects.order_by("planned_at", "pk")
    coming = own.planned().filter(performer=user)
    late = own.needs_attention(user=user, until=begins)[: LATE_SHOWN + 1]
    planned = coming.filter(planned_at__gte=begins, planned_at__lt=ends)[:TODAY_SHOWN]
    done = (
        Activity.objects.done()
        .filter(performer=user, done_at__gte=begins, done_at__lt=ends)
        .order_by("done_at", "pk")[:TODAY_SHOWN]
    )
    ahead = coming.filter(planned_at__gte=ends, planned_at__lt=soon).exclude(
        created_by=user
    )[:AHEAD_SHOWN]
    return (
        late.values_list("pk")
        .union(
            planned.values_list("pk"),
            done.values_list("pk"),
            ahead.values_list("pk"),
            all=True,
        )
        .order_by()
    )


def _demands(user: User, *, until: date) -> list[PersonRequest]:
    """Demands of persons about their data that he must answer soon; asked only of who answers such."""
    if not user.has_perm("clients.manage_personal_data"):
        return []
    waiting = PersonRequest.objects.needs_attention(user=user, until=until)
    return list(waiting.select_related("contact", "client__legal_form")[:DEMANDS_SHOWN])


def _four_lists(
    user: User, *, begins: datetime, ends: datetime
) -> list[list[Activity]]:
    """What is late (one more than shown), planned today, done today, and ahead booked by others, each by its time.

    Two queries: which ones, then what the page shows of them. Kinds and results come from the dictionaries that the
    process holds, not from joins.
    """
    soon = ends + timedelta(days=AHEAD_DAYS)
    chosen = _chosen(user=user.pk, begins=begins, ends=ends, soon=soon)
    book = kinds.book()
    kind_of = {kind.pk: kind for kind in book.kinds}
    result_of = {result.pk: result for result in book.results}
    lists: list[list[Activity]] = [[], [], [], []]
    rows = (
        Activity.objects.select_related("client__legal_form", "contact", "created_by")
        .only(*SHOWN)
        .filter(pk__in=[pk for (pk,) in chosen])
        .order_by("feed_at", "pk")
    )
    for row in rows:
        row.kind = kind_of[row.kind_id]
        row.result = result_of.get(row.result_id) if row.result_id else None
        if row.status == ActivityStatus.DONE:
            lists[2].append(row)
        elif row.feed_at < begins:
            lists[0].append(row)
        else:
            lists[1 if row.feed_at < ends else 3].append(row)
    return lists


def _line(entries: list[Entry], *, now: datetime) -> list[Entry | Gap | None]:
    """Entries by time with “now” in its place (None), and free hours of what is left of the day."""
    entries.sort(key=lambda entry: (entry.starts_at, entry.activity.pk))
    line: list[Entry | Gap | None] = [
        e for e in entries if e.is_done or e.starts_at <= now
    ]
    line.append(None)
    free_from = now
    for entry in entries:
        if entry.is_done or entry.starts_at <= now:
            free_from = (
                max(free_from, entry.ends_at) if not entry.is_done else free_from
            )
            continue
        if entry.starts_at - free_from >= timedelta(minutes=FREE_FROM_MINUTES):
            line.append(Gap(free_from, entry.starts_at))
        line.append(entry)
        free_from = max(free_from, entry.ends_at)
    return line


def _tell_cards(entries: list[Entry], user: User) -> None:
    """Lead to the card where the reader may open it; who performs work for a stranger's client gets the work itself."""
    readable = {e.activity.client_id for e in entries if e.activity.client_id}
    if user.scope != Scope.ALL and readable:
        readable = set(
            Client.objects.visible_to(user)
            .filter(pk__in=readable)
            .values_list("pk", flat=True)
        )
    for entry in entries:
        if entry.activity.client is not None and entry.activity.client_id in readable:
            entry.card = entry.activity.client.get_absolute_url()
        entry.link = entry.card or reverse("clients:activity", args=[entry.activity.pk])


def _tell_what_to_know(entries: list[Entry]) -> None:
    """The person's position and number, and the newest open promise to each client: three queries for all lines."""
    clients = {e.activity.client_id for e in entries if e.activity.client_id}
    contacts = {e.activity.contact_id for e in entries if e.activity.contact_id}
    if not clients:
        return
    promises = {
        c.client_id: c
        for c in Commitment.objects.filter(client__in=clients, settled_at=None)
        .select_related("made_by")
        .only(
            "client_id",
            "text",
            "made_at",
            "made_by__username",
            "made_by__first_name",
            "made_by__last_name",
        )
        .order_by("client_id", "-made_at", "-pk")
        .distinct("client_id")
    }
    numbers: dict[tuple[str, int], Phone] = {}
    found = Phone.objects.filter(
        Q(client__in=clients) | Q(contact__in=contacts)
    ).order_by("position", "pk")
    for phone in found:
        owner = (
            ("contact", phone.contact_id)
            if phone.contact_id
            else ("client", phone.client_id or 0)
        )
        numbers.setdefault(owner, phone)
    places = {
        (link.contact_id, link.client_id): link.position
        for link in ContactLink.objects.filter(
            contact__in=contacts, client__in=clients
        ).order_by("until_on")
    }
    for entry in entries:
        client, contact = entry.activity.client_id or 0, entry.activity.contact_id or 0
        entry.promise = promises.get(client) if entry.card else None
        entry.phone = numbers.get(("contact", contact)) or numbers.get(
            ("client", client)
        )
        entry.position = places.get((contact, client), "")
