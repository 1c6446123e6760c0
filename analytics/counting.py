"""Sheets of a team: counted anew at most once a minute, and by a worker where that keeps a page waiting.

A page counts for `FOREGROUND_MS` itself. What takes longer is remembered for a day: from then on a worker counts it, the
page shows the figures it had before with their time, or says that they are being counted, and asks again by itself. So
no report, however large the base, holds a thread of the web server, and pages of managers never wait for one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from time import monotonic
from typing import Any

from django.core.cache import cache
from django.http import QueryDict
from django.utils import timezone, translation

from analytics.known_reports import REPORTS, Known
from analytics.queries import guarding
from analytics.queries.guarding import Busy, TakesTooLong
from analytics.sheets import Sheet
from analytics.wanted import Wanted
from salesexpert.accounts.models import User

# Figures of a team are at most so many seconds old, and say so; those that a worker counted are shown for so many while
# it counts them anew.
KEPT, LONG_KEPT = 60, 900
FOREGROUND_MS = 3_000
LOCK = 730_520_300
SLOW_FOR = 86_400
# After so many seconds it is believed that a worker died.
COUNTS_FOR = guarding.BACKGROUND_MS // 1000 + 60


@dataclass(frozen=True, slots=True)
class Counted:
    """`sheet` is None where nothing is counted yet. `waits`: a worker counts; `usual` seconds it took last time, 0 if it
    never did; `failed`: it gave up."""

    sheet: Sheet | None
    waits: bool = False
    usual: int = 0
    failed: bool = False


def counted(known: Known, wanted: Wanted) -> Counted:
    """The sheet as it was counted at most a minute ago; a person's own at once."""
    if wanted.people == (wanted.user.pk,):
        return Counted(replace(known.make(wanted), made_at=wanted.at))
    key = _key(known, wanted)
    sheet: Sheet | None = cache.get(key)
    if sheet is not None and sheet.made_at and wanted.at - sheet.made_at < timedelta(seconds=KEPT):  # fmt: skip
        return Counted(sheet)
    slow = _slow(known, wanted)
    usual: int | None = cache.get(slow)
    if usual is None:
        began = monotonic()
        try:
            # Each of its statements has the time: a sheet of several may take longer, and is a worker's from then on.
            with guarding.limited(FOREGROUND_MS, LOCK):
                sheet = replace(known.make(wanted), made_at=wanted.at)
        except TakesTooLong:
            cache.set(slow, 0, SLOW_FOR)
        except Busy:
            pass
        else:
            if (taken := monotonic() - began) * 1000 > FOREGROUND_MS:
                cache.set(slow, round(taken), SLOW_FOR)
            cache.set(key, sheet, KEPT)
            return Counted(sheet)
    if cache.get(f"{key}:failed"):
        return Counted(sheet, failed=True)
    _begin(known, wanted, key)
    return Counted(sheet, waits=True, usual=usual or 0)


def _params(wanted: Wanted) -> str:
    """What was asked, whether as a page or as a file."""
    asked = wanted.params.copy()
    asked.pop("format", None)
    return asked.urlencode()


def _key(known: Known, wanted: Wanted) -> str:
    asked = f"{known.name}|{wanted.user.pk}|{wanted.user.role_id}|{wanted.user.scope}|{wanted.people}|{wanted.on}|{translation.get_language()}|{_params(wanted)}"  # fmt: skip
    return f"sheet:{sha256(asked.encode()).hexdigest()}"


def _slow(known: Known, wanted: Wanted) -> str:
    """A year of everybody says nothing of a month of a department."""
    asked = f"{known.name}|{wanted.people}|{wanted.since}|{wanted.until}|{wanted.segment}"  # fmt: skip
    return f"sheet-slow:{sha256(asked.encode()).hexdigest()}"


def _begin(known: Known, wanted: Wanted, key: str) -> None:
    """Hand it to a worker, once however many pages ask."""
    from analytics.counting_tasks import count_sheet

    if cache.add(f"{key}:counts", 1, COUNTS_FOR):
        count_sheet.delay(
            name=known.name,
            user_id=wanted.user.pk,
            params=_params(wanted),
            since=wanted.since.isoformat(),
            until=wanted.until.isoformat(),
            people=wanted.people,
            language=translation.get_language(),
            key=key,
        )


def count(*, name: str, user_id: int, params: str, since: str, until: str, people: Sequence[int] | None, language: str, key: str) -> bool:  # fmt: skip
    """For the worker: count the sheet and keep it under `key`. False while another one counts: its turn is to come."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return True
    with guarding.turn_of_workers() as free:
        if not free:
            return False
        done = False
        try:
            began = monotonic()
            wanted = _wanted(user, params, since, until, people, timezone.now())
            with translation.override(language), guarding.alone():
                sheet = replace(REPORTS[name].make(wanted), made_at=wanted.at)
            taken = monotonic() - began
            if taken * 1000 < FOREGROUND_MS:
                cache.delete(_slow(REPORTS[name], wanted))
            else:
                cache.set(_slow(REPORTS[name], wanted), round(taken), SLOW_FOR)
            cache.set(key, sheet, LONG_KEPT)
            done = True
        except TakesTooLong:
            pass  # told on the page, like whatever else stops it
        finally:
            if not done:
                # Pages that wait would hand it to a worker again every few seconds.
                cache.set(f"{key}:failed", 1, LONG_KEPT)
            cache.delete(f"{key}:counts")
    return True


def _wanted(user: User, params: str, since: str, until: str, people: Any, at: datetime) -> Wanted:  # fmt: skip
    whose = None if people is None else tuple(people)
    return Wanted(user, QueryDict(params), date.fromisoformat(since), date.fromisoformat(until), whose, at)  # fmt: skip
