"""A person's plan as iCalendar (RFC 5545): the address's secret, the text, and what tells whether it changed."""

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core import signing
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from clients import kinds
from clients.choices import ActivityStatus
from clients.models import Activity, FormerPerformer
from clients.models.client import display_name
from pipeline import schedules
from pipeline.models import CalendarFeed
from pipeline.working_time import USUAL_MINUTES
from salesexpert.accounts.models import User

PAST, AHEAD = timedelta(days=60), timedelta(days=365)
AT_MOST = 3000
# A line holds 75 octets; what follows begins with a space.
LINE = 75
_signer = signing.Signer(salt="calendar-feed")


def new_key() -> str:
    return secrets.token_urlsafe(24)


def token_of(feed: CalendarFeed) -> str:
    """The secret part of the address: nobody makes it of the base alone."""
    return _signer.sign(feed.key).replace(":", ".")


def feed_of(token: str) -> CalendarFeed | None:
    """The living subscription of an address; None for a wrong, a revoked one, and one of who left."""
    try:
        key = _signer.unsign(":".join(token.rsplit(".", 1)))
    except signing.BadSignature:
        return None
    rows = CalendarFeed.objects.select_related("user__role")
    return rows.filter(key=key, revoked_at=None, user__is_active=True).first()


def _rows(feed: CalendarFeed, *, at: datetime) -> QuerySet[Activity]:
    """Planned, done and cancelled work of a time around now; each part has its index."""
    since, until = at - PAST, at + AHEAD
    return Activity.objects.filter(
        Q(status=ActivityStatus.PLANNED, planned_at__gt=since, planned_at__lt=until)
        | Q(status=ActivityStatus.CANCELLED, planned_at__gt=since, planned_at__lt=until)
        | Q(status=ActivityStatus.DONE, done_at__gt=since, done_at__lt=until),
        performer=feed.user_id,
    ).order_by()


def _handed_on(feed: CalendarFeed, *, at: datetime) -> QuerySet[FormerPerformer]:
    """What was his and is another's now: a calendar that has it must be told that it is gone."""
    return FormerPerformer.objects.filter(user=feed.user_id, until__gt=at - PAST, activity__bin=None)  # fmt: skip


def etag_of(feed: CalendarFeed, *, at: datetime) -> str:
    """Changes when anything that the subscription shows changes; with each day too, for its time moves on."""
    state = _rows(feed, at=at).aggregate(n=Count("pk"), last=Max("pk"), revised=Max("revised_at"))  # fmt: skip
    gone = _handed_on(feed, at=at).aggregate(n=Count("pk"), last=Max("until"), revised=Max("activity__revised_at"))  # fmt: skip
    said = f"{state} {gone} {feed.pk} {feed.hides_clients} {feed.user.language} {at.date()}"
    return f'"{sha256(said.encode()).hexdigest()[:32]}"'


def text_of(feed: CalendarFeed, *, at: datetime) -> bytes:
    """The calendar, lines folded and ended as the standard asks. Times are in UTC, so no zone need be described."""
    with translation.override(feed.user.language):
        name = _("Plan: %(person)s") % {"person": feed.user}
        lines = [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Sales Expert//Plan//RU",
            "CALSCALE:GREGORIAN",
            "METHOD:PUBLISH",
            f"X-WR-CALNAME:{_escaped(name)}",
            f"X-WR-TIMEZONE:{schedules.zone_of(feed.user.time_zone)}",
            "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
            "X-PUBLISHED-TTL:PT15M",
        ]
        lines.extend(_events(feed, at=at))
        lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _events(feed: CalendarFeed, *, at: datetime) -> Iterator[str]:
    installation = salted_hmac("calendar-feed", "uid", algorithm="sha256").hexdigest()[
        :12
    ]
    book = {kind.pk: kind for kind in kinds.book().kinds}
    rows = _rows(feed, at=at).values_list(
        "pk", "status", "title", "note", "kind_id", "planned_at", "done_at", "minutes", "created_at", "revised_at",
        "revision", "client__name", "client__is_person", "client__legal_form__name", "contact__first_name",
        "contact__last_name",
    )  # fmt: skip
    for (
        pk, status, title, note, kind_id, planned_at, done_at, minutes, created_at, revised_at, revision, client,
        is_person, form, first, last,
    ) in rows.order_by("planned_at", "pk")[:AT_MOST]:  # fmt: skip
        length = timedelta(minutes=minutes or USUAL_MINUTES)
        begins = planned_at
        if begins is None:
            assert done_at is not None  # what is not planned is done, says the database
            begins = done_at - length
        stamp = revised_at or created_at
        kind = str(book[kind_id])
        summary, description = kind, ""
        if not feed.hides_clients:
            name = display_name(form or "", client, is_person=is_person) if client else ""  # fmt: skip
            summary = ", ".join(filter(None, (title or kind, name)))
            description = "\n".join(filter(None, (f"{first or ''} {last or ''}".strip(), note)))  # fmt: skip
        is_cancelled = status == ActivityStatus.CANCELLED
        yield from _event(f"{pk}@{installation}", revision, stamp, created_at, begins, length, is_cancelled=is_cancelled)  # fmt: skip
        yield f"SUMMARY:{_escaped(summary)}"
        if description:
            yield f"DESCRIPTION:{_escaped(description)}"
        yield f"URL:{settings.PUBLIC_URL}{reverse('clients:activity', args=[pk])}"
        yield "END:VEVENT"
    gone = _handed_on(feed, at=at).values_list(
        "activity", "activity__kind", "activity__planned_at", "activity__done_at", "activity__minutes",
        "activity__created_at", "activity__revised_at", "activity__revision", "until",
    )  # fmt: skip
    for pk, kind_id, planned_at, done_at, minutes, created_at, revised_at, revision, until in gone.order_by("pk")[:AT_MOST]:  # fmt: skip
        length = timedelta(minutes=minutes or USUAL_MINUTES)
        yield from _event(f"{pk}@{installation}", revision, revised_at or until, created_at, planned_at or done_at or created_at, length, is_cancelled=True)  # fmt: skip
        yield f"SUMMARY:{_escaped(book[kind_id])}"
        yield "END:VEVENT"


def _event(
    name: str, revision: int, stamp: datetime, created_at: datetime, begins: datetime, length: timedelta, *, is_cancelled: bool
) -> Iterator[str]:  # fmt: skip
    yield "BEGIN:VEVENT"
    yield f"UID:activity-{name}.sales-expert"
    yield f"SEQUENCE:{revision}"
    yield f"DTSTAMP:{_utc(stamp)}"
    yield f"CREATED:{_utc(created_at)}"
    yield f"LAST-MODIFIED:{_utc(stamp)}"
    yield f"DTSTART:{_utc(begins)}"
    yield f"DTEND:{_utc(begins + length)}"
    yield f"STATUS:{'CANCELLED' if is_cancelled else 'CONFIRMED'}"
    yield f"TRANSP:{'TRANSPARENT' if is_cancelled else 'OPAQUE'}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _escaped(text: Any) -> str:
    """TEXT of RFC 5545, 3.3.11: backslash, comma, semicolon, line ends; control characters have no place in it."""
    plain = "".join(c for c in str(text).replace("\r\n", "\n").replace("\r", "\n") if c in "\n\t" or c >= " ")  # fmt: skip
    for mark in ("\\", ";", ","):
        plain = plain.replace(mark, "\\" + mark)
    return plain.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """At most 75 octets a line, never within a letter (3.1)."""
    whole = line.encode()
    parts: list[bytes] = []
    most = LINE
    while len(whole) > most:
        cut = most
        while whole[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(whole[:cut])
        whole, most = whole[cut:], LINE - 1
    parts.append(whole)
    return b"\r\n ".join(parts) + b"\r\n"


def living(user: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(user=user, revoked_at=None).first()
