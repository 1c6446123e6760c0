"""Figures of a team: counted anew at most once a minute, and by a worker where that keeps a page waiting.

A page counts for `FOREGROUND_MS` itself. What takes longer is remembered for a day: from then on a worker counts it, the
page shows the figures it had before with their time, or says that they are being counted, and asks again by itself. So
no figures, however large the base, hold a thread of the web server, and pages of managers never wait for one.

What is counted has a name, by which a worker finds who makes it (`makes`), and is told in plain values: page and worker
make the same of them.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from json import dumps
from threading import Event, Thread
from time import monotonic
from typing import Any

import redis
import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone, translation

from analytics.queries import guarding
from analytics.queries.guarding import Busy, TakesTooLong
from salesexpert.accounts.models import User
from salesexpert.core import heartbeat

# Figures of a team are at most so many seconds old, and say so; those that a worker counted are shown for so many while
# it counts them anew.
KEPT, LONG_KEPT = 60, 900
FOREGROUND_MS = 3_000
LOCK = 730_520_300
# So many seconds a page waits for another that counts: most are done by then, and a worker has something better to do.
TURN = 1.0
SLOW_FOR = 86_400
# What nobody took up is handed over again after so many seconds.
COUNTS_FOR = guarding.BACKGROUND_MS // 1000 + 60
# Whoever counts gives a sign of life every so many seconds; a page that saw none for as long as `SILENT_FOR` believes that
# he died with what he had in hand, and hands it over again: the broker itself would notice only after an hour.
SIGN_EVERY, SILENT_FOR = 5, 20
# Until a worker has taken it up a page waits so many seconds without asking whether there is one at all.
BEGINS_WITHIN = 20
POLLS, POLLS_BUSY = 3, 15
# So many seconds later figures that found another being counted try their turn again.
NEXT_TURN = 2
LONG, BROKEN = "long", "broken"
# So many seconds after it failed it is counted anew for a page that still asks, each time after twice as long: what broke it
# may be mended meanwhile, and nobody need press anything. What takes too long would keep others waiting if it were tried often.
TRIED_AFTER = {BROKEN: 15, LONG: 300}
# Of nothing counted: the figures, when counting began, when it was done.
NOTHING = (None, None, None)
# A page asks so to have counted again what failed or has not begun.
AGAIN = "X-Count-Again"

logger = structlog.get_logger(__name__)

Make = Callable[[User, Mapping[str, Any], datetime], Any]
_MAKERS: dict[str, Make] = {}


def makes(name: str) -> Callable[[Make], Make]:
    """The function that counts the figures of this name: of whose rights, of what was asked, at which moment."""

    def known(make: Make) -> Make:
        _MAKERS[name] = make
        return make

    return known


@dataclass(frozen=True, slots=True)
class Figures:
    """What is counted as `user` sees it. `asked` says all of it in values that JSON has; `like` of which parts of it the
    time depends that it takes: a year of everybody says nothing of a month of a department."""

    name: str
    user: User
    asked: Mapping[str, Any]
    like: tuple[str, ...]
    at: datetime
    in_words: bool = False

    @property
    def key(self) -> str:
        """Names and words are of a language where the figures hold any."""
        reader = self.user
        on = f"{timezone.localdate(self.at, timezone.get_default_timezone())}"
        words = translation.get_language() if self.in_words else ""
        return f"figures:{_hash(self.name, reader.pk, reader.role_id, reader.scope, on, words, self.asked)}"  # fmt: skip

    @property
    def slow(self) -> str:
        return f"figures-slow:{_hash(self.name, {name: self.asked[name] for name in self.like})}"  # fmt: skip

    def make(self) -> Any:
        return _MAKERS[self.name](self.user, self.asked, self.at)


def _hash(*parts: Any) -> str:
    return sha256(dumps(parts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Counted:
    """`value` is None where nothing is counted yet, else as it was at `made_at`.

    `waits`: a worker counts; `usual` seconds it took last time, 0 if it never did. `unbegun`: for so many seconds no worker
    has taken it up, for they are `busy` or there is none. `failed`: it gave up, since it took too LONG or is BROKEN.
    """

    value: Any
    made_at: datetime | None = None
    waits: bool = False
    usual: int = 0
    failed: str = ""
    unbegun: int = 0
    busy: bool = False

    @property
    def polls(self) -> int:
        """Every so many seconds the page asks again by itself; 0: it does not, for these are the figures."""
        return 0 if self.is_fresh else POLLS if self.waits else POLLS_BUSY

    @property
    def is_fresh(self) -> bool:
        return not (self.waits or self.failed or self.unbegun)


def again(request: HttpRequest) -> bool:
    return AGAIN in request.headers


def at_once(figures: Figures) -> Counted:
    """One's own figures: exact, and few."""
    return Counted(figures.make(), figures.at)


def counted(figures: Figures, *, again: bool = False) -> Counted:
    """The figures as they were counted at most a minute ago. `again`: try anew what failed or has not begun."""
    key, slow = figures.key, figures.slow
    value, made_at, ready_at = cache.get(key) or NOTHING
    # From when they were ready: what takes longer than a minute would never be fresh.
    if ready_at and figures.at - ready_at < timedelta(seconds=KEPT):
        return Counted(value, made_at)
    usual: int | None = cache.get(slow)
    if usual is None:
        try:
            made, taken = _hurried(figures)
        except TakesTooLong:
            cache.set(slow, 0, SLOW_FOR)
        except Busy:
            pass
        else:
            if taken * 1000 > FOREGROUND_MS:
                cache.set(slow, round(taken), SLOW_FOR)
            cache.set(key, (made, figures.at, figures.at), KEPT)
            return Counted(made, figures.at)
    if again:
        cache.delete_many([f"{key}:{mark}" for mark in ("failed", "tries", "counts", "taken", "seen")])  # fmt: skip
    elif failed := cache.get(f"{key}:failed"):
        return Counted(value, made_at, failed=failed)
    if _is_silent(key):
        cache.delete_many([f"{key}:counts", f"{key}:taken"])
    if cache.add(f"{key}:counts", time.time(), COUNTS_FOR):
        _hand_over(figures)
    elif unbegun := _unbegun(key):
        return Counted(value, made_at, unbegun=unbegun, busy=_has_worker())
    return Counted(value, made_at, waits=True, usual=usual or 0)


def _hurried(figures: Figures) -> tuple[Any, float]:
    """The figures and the seconds they took; all their statements together have the time of a page."""
    with guarding.limited(FOREGROUND_MS, LOCK, waits=TURN) as hurry:
        began = told = monotonic()

        def hurried(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # fmt: skip
            nonlocal told
            # Not before each statement: most of them take a thousandth of the time.
            if monotonic() - told > FOREGROUND_MS / 10_000:
                told = monotonic()
                hurry()
            return execute(sql, params, many, context)

        with connection.execute_wrapper(hurried):
            return figures.make(), monotonic() - began


def _is_silent(key: str) -> bool:
    """Whether whoever took it up gives no sign of life any more."""
    marks = cache.get_many([f"{key}:taken", f"{key}:seen"])
    return f"{key}:taken" in marks and f"{key}:seen" not in marks


def _hand_over(figures: Figures) -> None:
    """To a worker, once however many pages ask."""
    count_figures.delay(
        name=figures.name,
        user_id=figures.user.pk,
        asked=figures.asked,
        like=figures.like,
        in_words=figures.in_words,
        language=translation.get_language(),
        key=figures.key,
        since=time.time(),
    )


def _unbegun(key: str) -> int:
    """For how many seconds nobody has taken it up; 0 while that need not worry anybody."""
    if cache.get(f"{key}:seen"):
        return 0
    waited = round(time.time() - (cache.get(f"{key}:counts") or time.time()))
    return waited if waited > BEGINS_WITHIN else 0


def _has_worker() -> bool:
    with suppress(redis.RedisError):
        return bool(heartbeat.broker().get(heartbeat.KEY))
    return False


def count(*, name: str, user_id: int, asked: Mapping[str, Any], like: list[str], in_words: bool, language: str, key: str, since: float) -> bool:  # fmt: skip
    """For the worker: count the figures and keep them under `key`. False while another one counts: its turn is to come."""
    cache.set(f"{key}:seen", 1, SILENT_FOR)
    cache.set(f"{key}:taken", 1, LONG_KEPT)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return True
    with guarding.turn_of_workers() as free:
        if not free:
            return False
        _value, made_at, _ready_at = cache.get(key) or NOTHING
        if made_at and made_at.timestamp() > since:
            return True  # it was asked for twice
        failed = BROKEN
        try:
            began = monotonic()
            figures = Figures(name, user, asked, tuple(like), timezone.now(), in_words)
            with translation.override(language), _alive(key), guarding.alone(guarding.PLANNED):  # fmt: skip
                made = figures.make()
            taken = monotonic() - began
            if taken * 1000 < FOREGROUND_MS:
                cache.delete(figures.slow)
            else:
                cache.set(figures.slow, round(taken), SLOW_FOR)
            cache.set(key, (made, figures.at, timezone.now()), LONG_KEPT)
            failed = ""
        except (TakesTooLong, SoftTimeLimitExceeded):
            failed = LONG  # told on the page, like whatever else stops it
            logger.warning("figures_take_too_long", figures=name, of=user_id)
        finally:
            if failed:
                _note_failed(key, failed)
            else:
                cache.delete(f"{key}:tries")
            cache.delete_many([f"{key}:counts", f"{key}:taken", f"{key}:seen"])
    return True


def _note_failed(key: str, why: str) -> None:
    """Pages that wait would hand it to a worker again every few seconds."""
    tries = cache.get(f"{key}:tries") or 0
    cache.set(f"{key}:tries", tries + 1, 2 * LONG_KEPT)
    cache.set(f"{key}:failed", why, min(TRIED_AFTER[why] * 2 ** min(tries, 10), LONG_KEPT))  # fmt: skip


@contextmanager
def _alive(key: str) -> Iterator[None]:
    """Signs of life while the block lasts."""
    ended = Event()

    def tell() -> None:
        while not ended.wait(SIGN_EVERY):
            # A broker that is away for a moment is not the end of the counting.
            with suppress(redis.RedisError):
                cache.set(f"{key}:seen", 1, SILENT_FOR)

    teller = Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()


@shared_task(acks_late=True, ignore_result=True)
def count_figures(**handed_over: Any) -> None:
    """Count figures of a team that would keep their page waiting: what `_hand_over` says of them."""
    try:
        done = count(**handed_over)
    except Exception:
        # Whatever it is, it may have come before anything was counted: a page that waits is to learn of it.
        with suppress(redis.RedisError):
            key = handed_over["key"]
            if cache.get(f"{key}:counts"):
                _note_failed(key, BROKEN)
                cache.delete_many([f"{key}:counts", f"{key}:taken", f"{key}:seen"])
        raise
    if not done:
        count_figures.apply_async(kwargs=handed_over, countdown=NEXT_TURN)
