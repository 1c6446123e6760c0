"""Reading a client's history: what the card's feed, its composer and the strip of promises show."""

import base64
import binascii
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from clients import kinds
from clients.actions.activities import may_change
from clients.choices import ActivityCode, ActivityStatus, CommitmentKind, Direction
from clients.models import Activity, Client, Commitment, ContactLink, Question
from clients.people import works_on
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest

PAGE = 20
PLANNED_SHOWN = 30
PROMISES_ON_STRIP = 2
PROMISES_COUNTED = 50
QUESTIONS_SHOWN = 5

_ROW = ("kind", "goal", "result", "performer", "created_by", "contact", "deal")


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


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Activity]
    earlier: Cursor | None


def done_page(client: Client, *, group: str = "", before: Cursor | None = None) -> Page:
    """What is over, newest first, from the cursor on. One query that reads no more rows than it shows."""
    rows = (
        Activity.objects.filter(client=client)
        .exclude(status=ActivityStatus.PLANNED)
        .select_related(*_ROW)
        .order_by("-feed_at", "-pk")
    )
    chosen = kinds.book().kind_ids(group)
    if chosen is not None:
        rows = rows.filter(kind__in=chosen)
    if before:
        rows = rows.filter(
            Q(feed_at__lte=before.feed_at)
            & (Q(feed_at__lt=before.feed_at) | Q(pk__lt=before.pk))
        )
    found = list(rows[: PAGE + 1])
    shown = found[:PAGE]
    more = len(found) > PAGE
    return Page(shown, Cursor(shown[-1].feed_at, shown[-1].pk) if more else None)


def planned_rows(client: Client, *, group: str = "") -> list[Activity]:
    """What is planned, the farthest first, so that the nearest stands at the line “today”. The nearest 30."""
    rows = (
        Activity.objects.planned()
        .filter(client=client)
        .select_related(*_ROW)
        .order_by("planned_at", "pk")
    )
    chosen = kinds.book().kind_ids(group)
    if chosen is not None:
        rows = rows.filter(kind__in=chosen)
    return list(rows[:PLANNED_SHOWN])


def decorate(
    rows: list[Activity], user: User, *, writable: bool = True
) -> list[Activity]:
    """Tell each row whether `user` may change it: asked once here, drawn by every template."""
    others = user.has_perm("clients.change_others_activity")
    allowed = writable and user.has_perm("clients.change_activity")
    for row in rows:
        own = user.pk in {row.performer_id, row.created_by_id}
        row.can_change = allowed and (own or others)  # type: ignore[attr-defined]
    return rows


def can_change(activity: Activity, user: User) -> bool:
    return user.has_perm("clients.change_activity") and may_change(activity, user)


def list_context(request: SignedRequest, client: Client) -> dict[str, Any]:
    """The feed below its composer: filters, planned, “today”, done. Reads `?kind=` and `?before=`."""
    group = request.GET.get("kind", "")
    groups = [(word, label) for word, label, _codes in kinds.GROUPS]
    if group not in {kinds.OTHER, *(word for word, _label in groups)}:
        group = ""
    before = Cursor.read(request.GET["before"]) if request.GET.get("before") else None
    writable = client.archived_at is None
    page = done_page(client, group=group, before=before)
    planned = [] if before else planned_rows(client, group=group)
    questions = Question.objects.filter(client=client, answered_at=None)
    return {
        "client": client,
        "group": group,
        "groups": groups,
        "other": kinds.OTHER,
        "before": before,
        "planned": decorate(planned, request.user, writable=writable)[::-1],
        "done": decorate(page.rows, request.user, writable=writable),
        "earlier": page.earlier,
        "questions": []
        if before
        else list(questions.select_related("recorded_by")[:QUESTIONS_SHOWN]),
        "can_record": writable and request.user.has_perm("clients.add_activity"),
        "can_settle": writable and request.user.has_perm("clients.change_activity"),
        "now": timezone.now(),
    }


def strip_context(request: SignedRequest, client: Client) -> dict[str, Any]:
    """The newest open promises; their number is counted up to fifty."""
    found = list(
        Commitment.objects.filter(client=client, settled_at=None)
        .select_related("made_by")
        .order_by("-made_at", "-pk")[: PROMISES_COUNTED + 1]
    )
    return {
        "client": client,
        "promises": found[:PROMISES_ON_STRIP],
        "promises_all": min(len(found), PROMISES_COUNTED),
        "promises_more": len(found) > PROMISES_COUNTED,
        "today": timezone.localdate(),
    }


def composer_context(
    request: SignedRequest, client: Client, form: Any = None
) -> dict[str, Any]:
    """The open composer: kinds with their goals and results, persons and open deals of the client."""
    book = kinds.book()
    in_use = [k for k in book.in_use() if k.code != ActivityCode.INTERNAL]
    user = request.user
    bound = form is not None
    values: Any = form.data if bound else {}
    tabs = [k for k in in_use if k.in_composer]
    chosen = _number(values.get("kind")) if bound else None
    kind = book.kind(chosen) or (tabs or in_use or [None])[0]
    today = timezone.localdate()
    people = (
        ContactLink.objects.filter(client=client, contact__archived_at=None)
        .filter(works_on(today))
        .order_by("-is_main", "contact__folded", "pk")
        .values_list(
            "contact_id",
            "contact__first_name",
            "contact__patronymic",
            "contact__last_name",
        )[:50]
    )
    return {
        "client": client,
        "form": form,
        "v": values,
        "e": form.errors if bound else {},
        "token": (_token(values) if bound else None) or uuid.uuid4(),
        "kind": kind,
        "tabs": tabs,
        "more_kinds": [k for k in in_use if not k.in_composer],
        "all_kinds": in_use,
        "goals": book.goals_of(None),
        "results": book.results_of(None),
        "persons": [(pk, " ".join(filter(None, name))) for pk, *name in people],
        "open_deals": list(
            client.deals.filter(closed_at=None).values_list("pk", "title")[:30]
        ),
        "directions": [(d.value, d.label) for d in (Direction.OUT, Direction.IN)],
        "promise_kinds": CommitmentKind.choices,
        "next_kinds": in_use,
        "may_plan_for_others": user.has_perm("clients.plan_for_others"),
        "today": today,
        "me": user,
        "can_record": client.archived_at is None
        and user.has_perm("clients.add_activity"),
    }


def feed_context(request: SignedRequest, client: Client) -> dict[str, Any]:
    """All that `clients/feed.html` and `clients/commitments.html` show on the card. Six queries, however long the feed."""
    return {
        **strip_context(request, client),
        **composer_context(request, client),
        **list_context(request, client),
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
