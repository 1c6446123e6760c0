"""Indicators that turned red: judged once a day, told once to the person and to those who lead him."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from analytics import panel as board
from analytics import sums
from analytics.indicators import INDICATORS, Indicator, by_kind
from analytics.limits import Limit, all_limits
from analytics.models import IndicatorAlarm, IndicatorLimit
from analytics.months import first_of, following
from analytics.scope import scope_of
from analytics.sums import Extent
from analytics.telling import RED
from clients.take_overs import heads_of
from salesexpert.accounts.models import User
from salesexpert.accounts.zones import zone_of
from salesexpert.notices.actions import notify, wants_letter
from salesexpert.outbox.actions import BadAddress, queue_letter

LETTER = "indicators"
Key = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Red:
    """A figure far outside its limits: whose, which, of what half-open period."""

    person: User
    indicator: Indicator
    limit: Limit
    value: Any
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Told:
    """The same as one reader sees it."""

    person: User
    label: str
    value: str
    limit: str
    link: str


def judge(*, at: datetime) -> int:
    """Note what turned red since the last time and what ended, and tell of the former. Returns how many turned red."""
    found = _red(at)
    with transaction.atomic():
        # Two at once would both tell: the second waits here and finds everything noted.
        list(IndicatorLimit.objects.select_for_update().order_by("pk").values_list("pk"))  # fmt: skip
        kept = {(row.user_id, row.indicator): row for row in IndicatorAlarm.objects.filter(ended_at=None)}  # fmt: skip
        over = [row.pk for key, row in kept.items() if key not in found]
        IndicatorAlarm.objects.filter(pk__in=over).update(ended_at=at)
        fresh = {key: red for key, red in found.items() if key not in kept}
        IndicatorAlarm.objects.bulk_create(
            IndicatorAlarm(user_id=person, indicator=name, value=Decimal(red.value).quantize(Decimal("0.01")), turned_at=at)
            for (person, name), red in fresh.items()
        )  # fmt: skip
        _tell(fresh.values(), at=at)
    return len(fresh)


def _red(at: datetime) -> dict[Key, Red]:
    """What is far outside its limits now.

    A figure of the month that may not exceed something is judged by the month that runs; one that may not fall short
    of something by the last whole month: on its first day everybody would fall short. What stands as of now is judged
    by now.
    """
    limits, limited = all_limits(), set(IndicatorLimit.objects.values_list("indicator", flat=True))  # fmt: skip
    judged = [one for one in (*INDICATORS, *by_kind()) if one.name in limited]
    if not judged:
        return {}
    today = timezone.localdate(at, timezone.get_default_timezone())
    month = first_of(today)
    now, last = (month, following(month, 1)), (following(month, -1), month)
    # Everybody's figures, whoever may read them: what each is told of them is his own question.
    all_seeing = User(is_superuser=True)
    families = [family for one in judged for family in one.families]
    present = sums.sums(Extent(all_seeing, None, *now, at), families)
    past = sums.sums(Extent(all_seeing, None, *last, at), [f for one in judged if not one.now for f in one.families])  # fmt: skip
    found: dict[Key, Red] = {}
    for person in User.objects.active().filter(pk__in={*present, *past}).select_related("role"):  # fmt: skip
        here, there = present.get(person.pk, {}), past.get(person.pk, {})
        if not any(one.value(here) or one.value(there) for one in judged):
            continue
        for one in judged:
            limit = limits.of(one.name, user=person.pk, role=person.role_id)
            for side, numbers, span in _sides(one, limit, (here, now), (there, last)):
                value = one.value(numbers)
                if side.tone(value) == "bad":
                    found[person.pk, one.name] = Red(person, one, limit, value, *span)
                    break
    return found


def _sides(one: Indicator, limit: Limit, present: Any, past: Any) -> list[tuple[Limit, Any, Any]]:  # fmt: skip
    if one.now:
        return [(limit, *present)]
    return [(Limit(high=limit.high), *present), (Limit(low=limit.low), *past)]


# ── telling ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _tell(fresh: Iterable[Red], *, at: datetime) -> None:
    of_person: dict[int, list[Red]] = defaultdict(list)
    for red in fresh:
        of_person[red.person.pk].append(red)
    readers: dict[int, User] = {}
    lists: dict[int, list[Red]] = defaultdict(list)
    for reds in of_person.values():
        person = reds[0].person
        for reader in (person, *heads_of(person)):
            readers[reader.pk] = reader
            lists[reader.pk] += reds
    for pk, reader in sorted(readers.items()):
        scope = scope_of(reader)
        seen = [red for red in lists[pk] if scope.holds(red.person.pk) and _may_read(reader, red.indicator)]  # fmt: skip
        if seen:
            _tell_one(reader, seen, at=at)


def _may_read(reader: User, one: Indicator) -> bool:
    return reader.has_perm("deals.view_deal") and (not one.permission or reader.has_perm(one.permission))  # fmt: skip


def _tell_one(reader: User, reds: list[Red], *, at: datetime) -> None:
    day = timezone.localdate(at, timezone.get_default_timezone())
    with (
        translation.override(reader.language),
        timezone.override(zone_of(reader.time_zone)),
    ):
        rows = [_told(red, reader, at) for red in reds]
        own = all(red.person.pk == reader.pk for red in reds)
        first = rows[0]
        what = f"{first.label} {first.value} ({first.limit})"
        told = notify(
            reader,
            RED,
            key=f"red:{day}",
            variant=("own" if own else "team") + ("_more" if rows[1:] else ""),
            words={"who": first.person.get_short_name(), "what": what, "more": len(rows) - 1},
            link=reverse("analytics:person", args=[reader.pk]) if own else reverse("analytics:panel"),
            at=at,
            letter=False,
        )  # fmt: skip
        if told is not None and reader.email and wants_letter(reader, RED):
            _write(reader, rows, told.text, day, at)


def _told(red: Red, reader: User, at: datetime) -> Told:
    asked = Extent(reader, (red.person.pk,), red.since, red.until, at)
    one = red.indicator
    return Told(red.person, str(one.label), board.shown(one, red.value), board.limit_words(one, red.limit), one.link(asked, red.person.pk))  # fmt: skip


def _write(reader: User, rows: list[Told], subject: str, day: date, at: datetime) -> None:  # fmt: skip
    context = {
        "rows": rows,
        "day": day,
        "subject": subject,
        "site": settings.PUBLIC_URL,
        "panel": settings.PUBLIC_URL + reverse("analytics:panel"),
        "choices": settings.PUBLIC_URL + reverse("notices:choices"),
        "language": translation.get_language(),
    }
    try:
        queue_letter(
            to=reader.email,
            subject=subject,
            text=render_to_string("analytics/letters/red.txt", context),
            html=render_to_string("analytics/letters/red.html", context),
            kind=LETTER,
            key=f"red:{day}:{reader.pk}",
            at=at,
        )
    except BadAddress:
        return
