"""Reading a client's history: what the card's feed, its composer and the strip of promises show."""

import base64
import binascii
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypedDict

from django.db.models import DateField, Q, QuerySet, Value
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clients import kinds
from clients.actions.activity_rules import may_change
from clients.choices import ActivityCode, ActivityStatus, CommitmentKind, Direction
from clients.models import Activity, Client, Commitment, ContactLink, Question
from clients.named import Names, look_up
from clients.people import Person, works_on
from salesexpert.accounts.models import User, name_of, names_of
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.addresses import address
from salesexpert.core.compiled import CompiledQuery
from salesexpert.core.templatetags import look

PAGE = 20
PLANNED_SHOWN = 30
PROMISES_ON_STRIP = 2
PROMISES_COUNTED = 50
QUESTIONS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the feed: the entry after which one reads on."""

    feed_at: datetime
    pk: int

    def __str__(self) -> str:
        micros = int(self.feed_at.timestamp() * 1_000_000)
        return base64.urlsafe_b64encode(f"{micros}.{self.pk}".encode()).decode()

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor of an address; None for nonsense, so that a spoiled link shows the beginning."""
        try:
            micros, pk = (
                base64.urlsafe_b64decode(text[:80].encode()).decode().split(".")
            )
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(
                microseconds=int(micros)
            )
            number = int(pk)
        except (ValueError, OverflowError, binascii.Error):
            return None
        return cls(moment, number) if 1900 < moment.year < 2200 and 0 < number < 2**62 else None  # fmt: skip


class Entry(TypedDict):
    """One row of the feed as it is drawn: words, not records, for a card draws fifty of them.

    A dictionary, because a template looks for a key first and for an attribute after the exception.
    """

    pk: int
    status: str
    feed_at: datetime
    icon: str
    heading: str
    deal: str
    when: str
    is_late: bool
    words: str
    result: str
    initials: str
    is_mine: bool
    by: str
    url: str
    can_change: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A promise to the client or a question of his, with who wrote it down."""

    pk: int
    text: str
    at: datetime
    by: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Entry]
    earlier: Cursor | None


# Of the history's own: who and what it names is asked for at once (`naming`).
COLUMNS = (
    "pk",
    "status",
    "feed_at",
    "kind_id",
    "goal_id",
    "result_id",
    "direction",
    "title",
    "note",
    "summary",
    "minutes",
    "performer_id",
    "created_by_id",
    "contact_id",
    "deal_id",
)
Row = tuple[Any, ...]


def naming(rows: Sequence[Row]) -> Names:
    """Names of the people and deals in activities' `COLUMNS`. One query."""
    return look_up(
        people=[pk for *_before, performer, author, _contact, _deal in rows for pk in (performer, author)],
        contacts=(contact for *_before, contact, _deal in rows),
        deals=(deal for *_before, deal in rows),
    )  # fmt: skip


def entries(
    rows: Iterable[Row],
    names: Names,
    user: User,
    *,
    at: datetime,
    writable: bool = True,
) -> list[Entry]:
    """Draw activities for `user` from their `COLUMNS` and what `naming` says; kinds, goals and results come from the book."""
    kind_of, goal_of, result_of = kinds.book().by_id
    changes_others = user.has_perm("clients.change_others_activity")
    may_change_own = writable and user.has_perm("clients.change_activity")
    start = address("clients:activity", 0).removesuffix("0/")
    minutes_word, planned_by, recorded_by = _("min"), _("planned by"), _("recorded by")
    drawn = []
    for (
        pk, status, feed_at, kind_id, goal_id, result_id, direction, title, note, summary, minutes,
        performer_id, author_id, contact_id, deal_id,
    ) in rows:  # fmt: skip
        kind, planned = kind_of[kind_id], status == ActivityStatus.PLANNED
        heading = str(kind)
        if direction:
            heading += f", {Direction(direction).label}"
        if title and title not in {kind.name, kind.name_en}:
            heading += f": {title}"
        elif goal_id:
            heading += f": {goal_of[goal_id]}"
        if minutes and status == ActivityStatus.DONE:
            heading += f", {minutes}\xa0{minutes_word}"
        by = performer = names.people[performer_id]
        if contact_id:
            by += f" · {names.contacts[contact_id]}"
        if author_id != performer_id:
            by += (
                f" · {planned_by if planned else recorded_by} {names.people[author_id]}"
            )
        drawn.append(
            Entry(
                pk=pk,
                status=status,
                feed_at=feed_at,
                icon=kind.icon,
                heading=heading,
                deal=names.deals[deal_id] if deal_id else "",
                when=(_weekday(feed_at) + ", " if planned else "")
                + look.moment(feed_at),
                is_late=planned and feed_at < at,
                words=note if planned else summary,
                result=str(result_of[result_id]) if result_id else "",
                initials=look.initials(performer),
                is_mine=performer_id == user.pk,
                by=by,
                url=f"{start}{pk}/",
                can_change=may_change_own
                and (changes_others or user.pk in {performer_id, author_id}),
            )
        )
    return drawn


def _weekday(moment: datetime) -> str:
    """“пт”, “Fri”: Russian days are written small."""
    word = date_format(timezone.localtime(moment), "D")
    return word.lower() if translation.get_language() == "ru" else word


def _done(client: int) -> QuerySet[Activity, Any]:
    return Activity.objects.filter(client=client).exclude(status=ActivityStatus.PLANNED)


def _newest(done: QuerySet[Activity, Any]) -> QuerySet[Activity, Any]:
    """The newest rows of these, one more than a page shows, as the index orders them: joined with the names of people, the
    planner would rather read the whole history of a client and sort it."""
    return done.order_by("-feed_at", "-pk").values_list(*COLUMNS)[: PAGE + 1]


def _planned(client: int) -> QuerySet[Activity, Any]:
    return (
        Activity.objects.planned()
        .filter(client=client)
        .order_by("planned_at", "pk")
        .values_list(*COLUMNS)
    )


# What each card opens with. A filter or a further page changes the shape of the query: those the ORM writes anew.
@CompiledQuery
def _opening(client: int) -> QuerySet[Activity, Any]:
    """The first page of a card: what is planned and what is over, in one question and no particular order."""
    planned = _planned(client)[:PLANNED_SHOWN]
    return _newest(_done(client)).union(planned, all=True).order_by()


@CompiledQuery
def _said(client: int) -> QuerySet[Any, Any]:
    """Open promises and questions in one question; a question has no term."""
    promises = (
        Commitment.objects.filter(client=client, settled_at=None)
        .order_by("-made_at", "-pk")
        .annotate(promised=Value(True))
        .values_list("promised", "pk", "text", "made_at", "due_on", *names_of("made_by"))
    )[: PROMISES_COUNTED + 1]  # fmt: skip
    questions = (
        Question.objects.filter(client=client, answered_at=None)
        .order_by("-asked_at", "-pk")
        .annotate(promised=Value(False), no_term=Value(None, DateField()))
        .values_list("promised", "pk", "text", "asked_at", "no_term", *names_of("recorded_by"))
    )[:QUESTIONS_SHOWN]  # fmt: skip
    return promises.union(questions, all=True).order_by()


def said_openly(client: Client) -> tuple[list[Said], list[Said]]:
    """Open promises, the newest first and one more than are counted, and open questions. One query."""
    found: tuple[list[Said], list[Said]] = ([], [])
    for promised, pk, text, at, due_on, *names in _said(client=client.pk):
        found[0 if promised else 1].append(Said(pk, text, at, name_of(*names), due_on))
    for said in found:
        said.sort(key=lambda one: (one.at, one.pk), reverse=True)
    return found


@CompiledQuery
def _persons(client: int, on: date) -> QuerySet[ContactLink, Any]:
    return (
        ContactLink.objects.filter(
            client=client, contact__archived_at=None, contact__bin=None
        )
        .filter(works_on(on))
        .order_by("-is_main", "contact__folded", "pk")
        .values_list(
            "contact_id",
            "contact__first_name",
            "contact__patronymic",
            "contact__last_name",
        )[:50]
    )


@CompiledQuery
def _open_deals(client: int) -> QuerySet[Any, Any]:
    deal: Any = Client._meta.get_field("deals").related_model
    return deal.objects.filter(client=client, closed_at=None).values_list(
        "pk", "title"
    )[:30]


def _opened(client: Client, user: User, *, at: datetime) -> tuple[Page, list[Entry]]:
    """What every card opens with: the first page of what is over, and what is planned. Two queries."""
    rows = _opening(client=client.pk)
    names = naming(rows)
    writable = client.archived_at is None
    done = sorted((r for r in rows if r[1] != ActivityStatus.PLANNED), key=_moment, reverse=True)  # fmt: skip
    planned = sorted((r for r in rows if r[1] == ActivityStatus.PLANNED), key=_moment, reverse=True)  # fmt: skip
    return (
        _page(entries(done, names, user, at=at, writable=writable)),
        entries(planned, names, user, at=at, writable=writable),
    )


def _moment(row: tuple[Any, ...]) -> tuple[datetime, int]:
    """`feed_at` and `pk`; planned work stands in the feed at the moment it is planned for."""
    return row[2], row[0]


def _page(found: list[Entry]) -> Page:
    shown = found[:PAGE]
    more = len(found) > PAGE
    return Page(shown, Cursor(shown[-1]["feed_at"], shown[-1]["pk"]) if more else None)


def _chosen(
    client: Client, user: User, *, at: datetime, group: str, before: Cursor | None
) -> tuple[Page, list[Entry]]:
    """The same of one group of kinds, or what is earlier than the cursor. No more rows are read than are shown."""
    asked = _done(client.pk)
    kind_ids = kinds.book().kind_ids(group)
    if kind_ids is not None:
        asked = asked.filter(kind__in=kind_ids)
    if before:
        asked = asked.filter(
            Q(feed_at__lte=before.feed_at)
            & (Q(feed_at__lt=before.feed_at) | Q(pk__lt=before.pk))
        )
    writable = client.archived_at is None
    done, planned = list(_newest(asked)), []
    if not before and kind_ids is not None:
        planned = list(_planned(client.pk).filter(kind__in=kind_ids)[:PLANNED_SHOWN])
    names = naming([*done, *planned])
    page = _page(entries(done, names, user, at=at, writable=writable))
    # The farthest first, so that the nearest stands at the line “today”.
    return page, entries(planned, names, user, at=at, writable=writable)[::-1]


def can_change(activity: Activity, user: User) -> bool:
    return user.has_perm("clients.change_activity") and may_change(activity, user)


def list_context(
    request: SignedRequest, client: Client, *, questions: list[Said] | None = None
) -> dict[str, Any]:
    """The feed below its composer: filters, planned, “today”, done. Reads `?kind=` and `?before=`.

    `questions` of the client, if the caller has them already.
    """
    group = request.GET.get("kind", "")
    groups = [(word, label) for word, label, _codes in kinds.GROUPS]
    if group not in {kinds.OTHER, *(word for word, _label in groups)}:
        group = ""
    before = Cursor.read(request.GET["before"]) if request.GET.get("before") else None
    writable = client.archived_at is None
    at = timezone.now()
    if group or before:
        page, planned = _chosen(client, request.user, at=at, group=group, before=before)
    else:
        page, planned = _opened(client, request.user, at=at)
    if before:
        questions = []
    elif questions is None:
        _promises, questions = said_openly(client)
    return {
        "client": client,
        "group": group,
        "groups": groups,
        "other": kinds.OTHER,
        "before": before,
        "planned": planned,
        "done": page.rows,
        "earlier": page.earlier,
        "questions": questions,
        "can_record": writable and request.user.has_perm("clients.add_activity"),
        "can_settle": writable and request.user.has_perm("clients.change_activity"),
        "now": at,
    }


def strip_context(client: Client, promises: list[Said]) -> dict[str, Any]:
    """The newest of the open promises that `said_openly` found; their number is counted up to fifty."""
    return {
        "client": client,
        "promises": promises[:PROMISES_ON_STRIP],
        "promises_all": min(len(promises), PROMISES_COUNTED),
        "promises_more": len(promises) > PROMISES_COUNTED,
        "today": timezone.localdate(),
    }


def composer_context(
    request: SignedRequest,
    client: Client,
    form: Any = None,
    *,
    deal: int | None = None,
    persons: list[tuple[int, str]] | None = None,
) -> dict[str, Any]:
    """The open composer: kinds with their goals and results, persons and open deals of the client, `deal` chosen.

    `persons` are (id, name) of those who work there, if the caller has them already.
    """
    book = kinds.book()
    in_use = [k for k in book.in_use() if k.code != ActivityCode.INTERNAL]
    user = request.user
    bound = form is not None
    values: Any = (
        form.data
        if bound
        else {
            "deal": str(deal or ""),
            "contact": request.GET.get("contact", ""),
        }
    )
    tabs = [k for k in in_use if k.in_composer]
    chosen = _number(values.get("kind")) if bound else None
    kind = book.kind(chosen) or next(iter(tabs or in_use), None)
    today = timezone.localdate()
    if persons is None:
        people = _persons(client=client.pk, on=today)
        persons = [(pk, " ".join(filter(None, name))) for pk, *name in people]
    return {
        "client": client,
        "form": form,
        "v": values,
        "e": form.errors if bound else {},
        "token": (_token(values) if bound else None) or uuid.uuid4(),
        "kind": kind,
        "edition": book.edition,
        "tabs": tabs,
        "more_kinds": [k for k in in_use if not k.in_composer],
        "all_kinds": in_use,
        "goals": book.goals_of(None),
        "results": book.results_of(None),
        "persons": persons,
        "open_deals": _open_deals(client=client.pk),
        "directions": [(d.value, d.label) for d in (Direction.OUT, Direction.IN)],
        "promise_kinds": CommitmentKind.choices,
        "next_kinds": in_use,
        "may_plan_for_others": user.has_perm("clients.plan_for_others"),
        "today": today,
        "me": user,
        "can_record": client.archived_at is None
        and user.has_perm("clients.add_activity"),
    }


def feed_context(
    request: SignedRequest, client: Client, people: Iterable[Person]
) -> dict[str, Any]:
    """All that `clients/feed.html` and `clients/commitments.html` show on the card. Four queries, however long the feed."""
    promises, questions = said_openly(client)
    persons = [(person.pk, person.name) for person in people if person.works_there]
    return {
        **strip_context(client, promises),
        **composer_context(request, client, persons=persons),
        **list_context(request, client, questions=questions),
    }


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _token(values: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(values.get("token", "")))
    except ValueError:
        return None
