"""The day of one person: what others and he himself planned, what is late, what was promised."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypedDict

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from clients import kinds, take_overs
from clients.choices import ActivityStatus
from clients.models import (
    Activity,
    Client,
    Commitment,
    ContactLink,
    PersonRequest,
    Phone,
    TakeOverRequest,
)
from clients.named import Names, look_up
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import User, name_of, names_of
from salesexpert.core import keyset
from salesexpert.core.compiled import CompiledQuery
from salesexpert.core.templatetags import look

LATE_SHOWN = 50
TODAY_SHOWN = 60
AHEAD_SHOWN = 15
PROMISES_SHOWN, PROMISES_ON_PAGE = 10, 50
AHEAD_DAYS = 14
DEMANDS_SHOWN, DEMANDS_AHEAD_DAYS = 5, 4
FREE_FROM_MINUTES = 60
USUAL_MINUTES = 30
NOTE_SHOWN, SUMMARY_SHOWN = 400, 240


class Entry(TypedDict):
    """One line of the day: work with what one must know before lifting the receiver.

    Words, not records, as in the feed of a card: a template looks for a key first, and a day draws a hundred lines.
    """

    pk: int
    what: str
    icon: str
    is_done: bool
    starts_at: datetime
    ends_at: datetime
    clock: str
    day: str
    minutes: str
    client_id: int
    client: str
    card: str
    url: str
    link: str
    done_url: str
    put_off_url: str
    contact_id: int
    contact: str
    position: str
    phone: str
    call: str
    is_mine: bool
    by_id: int
    by: str
    booked_at: datetime
    booked: str
    note: str
    outcome: str
    promise: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What this person promised a client, with the client's name as it is shown. `open`: he may open the card."""

    pk: int
    text: str
    due_on: date | None
    client_id: int
    client: str = ""
    open: bool = True


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
    line: list[Entry | Gap | None] = field(default_factory=list)
    ahead: list[Entry] = field(default_factory=list)
    promises: list[Promise] = field(default_factory=list)
    demands: list[PersonRequest] = field(default_factory=list)
    planned_count: int = 0
    done_count: int = 0
    asks: list[TakeOverRequest] = field(default_factory=list)
    # Lists of which only the beginning is shown: late, planned, done, ahead, promises.
    more: frozenset[str] = frozenset()

    @property
    def oldest_days(self) -> int:
        """Days since the oldest late work was due."""
        if not self.late:
            return 0
        return (self.on - timezone.localdate(self.late[0]["starts_at"])).days

    @property
    def is_empty(self) -> bool:
        return not self.late and not self.planned_count and not self.done_count


def day_of(user: User, *, now: datetime) -> Day:
    """The day of `user` in the active time zone. A constant number of queries, however full the day."""
    today = timezone.localdate(now)
    begins = timezone.make_aware(datetime.combine(today, time.min))
    ends = timezone.make_aware(datetime.combine(today + timedelta(days=1), time.min))
    late, planned, done, ahead = _four_lists(user, begins=begins, ends=ends)
    promises = _promises(user, until=today + timedelta(days=7))
    parts: dict[str, tuple[list[Any], int]] = {
        "late": (late, LATE_SHOWN),
        "planned": (planned, TODAY_SHOWN),
        "done": (done, TODAY_SHOWN),
        "ahead": (ahead, AHEAD_SHOWN),
        "promises": (promises, PROMISES_SHOWN),
    }
    more = frozenset(name for name, (rows, most) in parts.items() if len(rows) > most)  # fmt: skip
    for rows, most in parts.values():
        del rows[most:]
    # What is looked up by its id is so for what is shown: the lines of today tell more than the others.
    of_today = [*done, *planned]
    every = [*late, *of_today, *ahead]
    names = look_up(
        clients=[*(e["client_id"] for e in every), *(p.client_id for p in promises)],
        contacts=(e["contact_id"] for e in of_today),
        people=(e["by_id"] for e in every),
    )
    _tell_names(every, user, names)
    _tell_what_to_know(of_today)
    return Day(
        on=today,
        now=now,
        late=late,
        line=_line(of_today, now=now),
        ahead=ahead,
        promises=[
            replace(promise, client=names.clients[promise.client_id])
            for promise in promises
        ],
        demands=_demands(user, until=today + timedelta(days=DEMANDS_AHEAD_DAYS)),
        planned_count=len(planned),
        done_count=len(done),
        asks=take_overs.on_the_day(user, now=now),
        more=more,
    )


def _promises(user: User, *, until: date) -> list[Promise]:
    """Open promises of `user` due until a day, one more than is shown; their clients are named with those of the lines."""
    return [Promise(*row) for row in _promised(user=user.pk, until=until)]


@CompiledQuery
def _promised(user: int, until: date) -> QuerySet[Commitment, Any]:
    return (
        Commitment.objects.filter(made_by=user, settled_at=None, due_on__lte=until)
        .order_by("due_on", "pk")
        .values_list("pk", "text", "due_on", "client")[: PROMISES_SHOWN + 1]
    )


def promises_of(
    user: User, *, after: str, before: str
) -> tuple[keyset.Page, list[Promise]]:
    """A page of all open promises of `user`: those with a day by it, then the others, the newest first."""
    own = Commitment.objects.filter(made_by=user, settled_at=None)
    parts = [
        keyset.Part(own.filter(due_on__isnull=False), ("due_on", "pk")),
        keyset.Part(own.filter(due_on=None), ("-made_at", "-pk")),
    ]
    page = keyset.page(
        parts, ("text", "due_on", "client_id"), size=PROMISES_ON_PAGE, after=after, before=before
    )  # fmt: skip
    clients = {row["client_id"] for row in page.rows}
    names = look_up(clients=clients).clients
    readable = _readable(user, clients)
    return page, [
        Promise(row["pk"], row["text"], row["due_on"], client, names[client], client in readable)
        for row in page.rows
        if (client := row["client_id"])
    ]  # fmt: skip


# What a line of the day is made of: columns of the history's own, so that each row is touched once, where its index leads.
_LINE = (
    "pk", "status", "feed_at", "kind_id", "result_id", "title", "note", "summary", "minutes", "created_at", "created_by_id",
    "client_id", "contact_id",
)  # fmt: skip


@CompiledQuery
def _chosen(
    user: int, begins: datetime, ends: datetime, soon: datetime
) -> QuerySet[Activity, Any]:
    """What the day shows: late, planned today, done today, booked ahead by others, of each one more than is shown."""
    own = Activity.objects.order_by("planned_at", "pk")
    coming = own.planned().filter(performer=user)
    late = own.needs_attention(user=user, until=begins)[: LATE_SHOWN + 1]
    planned = coming.filter(planned_at__gte=begins, planned_at__lt=ends)[: TODAY_SHOWN + 1]  # fmt: skip
    done = (
        Activity.objects.done()
        .filter(performer=user, done_at__gte=begins, done_at__lt=ends)
        .order_by("done_at", "pk")[: TODAY_SHOWN + 1]
    )
    ahead = coming.filter(planned_at__gte=ends, planned_at__lt=soon).exclude(
        created_by=F("performer")
    )[: AHEAD_SHOWN + 1]
    return (
        late.values_list(*_LINE)
        .union(
            planned.values_list(*_LINE),
            done.values_list(*_LINE),
            ahead.values_list(*_LINE),
            all=True,
        )
        .order_by()
    )


@CompiledQuery
def _newest_promises(clients: list[int]) -> QuerySet[Commitment, Any]:
    return (
        Commitment.objects.filter(client__any_of=clients, settled_at=None)
        .order_by("client_id", "-made_at", "-pk")
        .distinct("client_id")
        .values_list("client_id", "text", "made_at", *names_of("made_by"))
    )


@CompiledQuery
def _phones(clients: list[int], contacts: list[int]) -> QuerySet[Phone, Any]:
    return (
        Phone.objects.filter(Q(client__any_of=clients) | Q(contact__any_of=contacts))
        .order_by("position", "pk")
        .values_list("client_id", "contact_id", "raw", "e164")
    )


@CompiledQuery
def _places(contacts: list[int]) -> QuerySet[ContactLink, Any]:
    return (
        ContactLink.objects.filter(contact__any_of=contacts)
        .order_by("until_on", "pk")
        .values_list("contact_id", "client_id", "position")
    )


def _demands(user: User, *, until: date) -> list[PersonRequest]:
    """Demands of persons about their data that he must answer soon; asked only of who answers such."""
    if not user.has_perm("clients.manage_personal_data"):
        return []
    waiting = PersonRequest.objects.needs_attention(user=user, until=until)
    return list(waiting.select_related("contact", "client__legal_form")[:DEMANDS_SHOWN])


def _four_lists(user: User, *, begins: datetime, ends: datetime) -> list[list[Entry]]:
    """What is late, planned today, done today, and booked ahead by others, of each one more than is shown, by its time.

    One query. Kinds and results come from the dictionaries that the process holds, not from joins.
    """
    lists: list[list[Entry]] = [[], [], [], []]
    soon = ends + timedelta(days=AHEAD_DAYS)
    chosen = _chosen(user=user.pk, begins=begins, ends=ends, soon=soon)
    kind_of, _goals, result_of = kinds.book().by_id
    work = _address("clients:activity")
    done, put_off = (
        _address("clients:activity_done"),
        _address("clients:activity_reschedule"),
    )
    minutes_word = _("min")
    for (
        pk, status, feed_at, kind_id, result_id, title, note, summary, minutes, created_at, author_id, client_id, contact_id,
    ) in sorted(chosen, key=lambda row: (row[2], row[0])):  # fmt: skip
        kind, is_done = kind_of[kind_id], status == ActivityStatus.DONE
        url, outcome = work(pk), _cut(summary, SUMMARY_SHOWN)
        if result_id:
            outcome = f"{result_of[result_id]}. {outcome}"
        at = timezone.localtime(feed_at)
        which = 2 if is_done else 0 if at < begins else 1 if at < ends else 3
        lists[which].append(
            Entry(
                pk=pk,
                what=title or str(kind),
                icon=kind.icon,
                is_done=is_done,
                starts_at=at,
                ends_at=at + timedelta(minutes=minutes or USUAL_MINUTES),
                clock=f"{at.hour}:{at.minute:02d}",
                day=look.plain_day(at),
                minutes=f"{minutes} {minutes_word}" if minutes else "",
                client_id=client_id or 0,
                client="",
                card="",
                url=url,
                link=url,
                done_url=done(pk),
                put_off_url=put_off(pk),
                contact_id=contact_id or 0,
                contact="",
                position="",
                phone="",
                call="",
                is_mine=author_id == user.pk,
                by_id=author_id,
                by="",
                booked_at=created_at,
                booked="",
                note=_cut(note, NOTE_SHOWN),
                outcome=outcome,
                promise="",
            )
        )  # fmt: skip
    return lists


def _address(name: str) -> Callable[[int], str]:
    """The address of a page by the number in it: one look into the table of addresses, not one for each line."""
    before, after = reverse(name, args=[0]).split("0")
    return lambda number: f"{before}{number}{after}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else Truncator(text).chars(most)


def _line(entries: list[Entry], *, now: datetime) -> list[Entry | Gap | None]:
    """Entries by time with “now” in its place (None), and free hours of what is left of the day."""
    entries.sort(key=lambda entry: (entry["starts_at"], entry["pk"]))
    line: list[Entry | Gap | None] = [
        e for e in entries if e["is_done"] or e["starts_at"] <= now
    ]
    line.append(None)
    free_from = now
    for entry in entries:
        if entry["is_done"]:
            continue
        if entry["starts_at"] > now:
            if entry["starts_at"] - free_from >= timedelta(minutes=FREE_FROM_MINUTES):
                line.append(Gap(free_from, entry["starts_at"]))
            line.append(entry)
        free_from = max(free_from, entry["ends_at"])
    return line


def _tell_names(entries: list[Entry], user: User, names: Names) -> None:
    """Who it is with and who booked it. It leads to the card where the reader may open it; who performs work for a
    stranger's client gets the work itself."""
    readable = _readable(user, {entry["client_id"] for entry in entries} - {0})
    card, booked = _address("clients:card"), _("Booked by %(person)s, %(on)s")
    for entry in entries:
        client = entry["client_id"]
        if client:
            entry["client"] = names.clients[client]
        if client in readable:
            entry["card"] = entry["link"] = card(client)
        entry["contact"] = names.contacts.get(entry["contact_id"], "")
        entry["by"] = names.people[entry["by_id"]]
        if not entry["is_mine"] and not entry["is_done"]:
            entry["booked"] = booked % {"person": entry["by"], "on": look.day(entry["booked_at"])}  # fmt: skip


def _readable(user: User, clients: set[int]) -> set[int]:
    """Those of the clients whose cards `user` may open."""
    if user.scope == Scope.ALL or not clients:
        return clients
    seen = Client.objects.visible_to(user).filter(pk__in=clients)
    return set(seen.values_list("pk", flat=True))


def _tell_what_to_know(entries: list[Entry]) -> None:
    """The person's position; of what is not done yet also his number, and the newest open promise to the client: three
    queries for all lines."""
    clients, contacts = _whom(entries)
    if not clients:
        return
    # A person seldom has more than one place, a firm many persons.
    places = {
        (contact, client): position
        for contact, client, position in _places(contacts=contacts)
    }
    for entry in entries:
        entry["position"] = places.get((entry["contact_id"], entry["client_id"]), "")
    ahead = [entry for entry in entries if not entry["is_done"]]
    clients, contacts = _whom(ahead)
    if not clients:
        return
    promises = {
        client: f"{text} — {name_of(*names)}, {look.plain_day(made_at)}"
        for client, text, made_at, *names in _newest_promises(clients=clients)
    }
    numbers: dict[tuple[str, int], tuple[str, str]] = {}
    for client, contact, raw, e164 in _phones(clients=clients, contacts=contacts):
        owner = ("contact", contact) if contact else ("client", client)
        numbers.setdefault(owner, (raw, e164 or raw))
    for entry in ahead:
        client, contact = entry["client_id"], entry["contact_id"]
        if entry["card"]:
            entry["promise"] = promises.get(client, "")
        found = numbers.get(("contact", contact)) or numbers.get(("client", client))
        if found:
            entry["phone"], entry["call"] = found


def _whom(entries: list[Entry]) -> tuple[list[int], list[int]]:
    """Ids of the clients and of the contact persons of these lines."""
    clients = {entry["client_id"] for entry in entries} - {0}
    contacts = {entry["contact_id"] for entry in entries} - {0}
    return sorted(clients), sorted(contacts)
