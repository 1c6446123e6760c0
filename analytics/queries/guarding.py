"""Asking so that nobody else's work stops: a limit of time, few questions at once, one core each, answers kept.

Half of the machine's cores at most count on pages, each on one connection without helpers, and one worker at a time counts in
the background: the other cores, and all threads of the web server but those, are left to the pages of managers.

Whoever asks on a page waits some seconds. A question that is known to take longer is not begun there, but answered in the
background at once: known by how long it took the last time, or, never asked, by what the database expects of it.

An answer is kept as long as nothing was written into the tables that it was read from (what the database counts of
writes, at most some seconds behind), and no longer than an hour; the day and the reader's reach are part of its key.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256
from math import ceil
from time import monotonic, sleep
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import Error, OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analytics.models import QueryRun, RunState
from analytics.queries import catalogue, keeping, running
from analytics.queries.question import Question, pack
from analytics.queries.running import Answer
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import number

FOREGROUND_MS, BACKGROUND_MS = 8_000, 400_000
# One process counts, beside the pages.
BESIDE = {"max_parallel_workers_per_gather": "0"}
# A statement ends with the worker that asked for it: of one that was killed it would hold the turn of all workers, and whatever
# it waits for, to its end.
WITH_ITS_WORKER = {"client_connection_check_interval": "2s"}
# How a question over a whole year is planned besides: with room for the cards of a large base in one hash, and without the
# belief that a million rows read one by one are all at hand. Looking up is for pages, joining is for questions.
PLANNED = BESIDE | {"work_mem": "96MB", "random_page_cost": "4", "jit": "off"}
# So many questions are counted at once on pages; lists of records, which are short, have places of their own.
AT_ONCE = max(1, min(4, (os.cpu_count() or 2) // 2))
LOCK, RECORDS, WORKERS = 730_520_000, 730_520_100, 730_520_200
KEPT = 3600
# A page begins no question that is expected to take longer, in seconds.
PATIENCE = 4.0
# What the database calls the cost of a plan, in a second. Plans that look up another table for each record, such as the first
# meeting of each client, come to tens of millions on a large base; those that read whole tables and join them stay below one.
COST_IN_A_SECOND = 3_000_000
REMEMBERED = 90 * 24 * 3600


class TakesTooLong(DomainError):
    pass


class ForTheBackground(TakesTooLong):
    """It would take, or has taken, more than a page waits for."""


class Busy(DomainError):
    pass


def ask(
    question: Question,
    *,
    user: User,
    at: datetime,
    anew: bool = False,
    unhurried: bool = False,
) -> Answer:
    """The answer, kept or counted now. Raises Refused, TakesTooLong, Busy.

    `unhurried` is for workers: nobody waits for it on a page.
    """
    key = key_of(question, user, at)
    if not anew:
        found: Answer | None = cache.get(key)
        if found is not None:
            return found
    if unhurried:
        with alone(PLANNED):
            answer = running.ask(question, user=user, at=at)
    else:
        answer = _ask_on_a_page(question, user, at)
    keep(question, user, answer, key)
    return answer


def _ask_on_a_page(question: Question, user: User, at: datetime) -> Answer:
    before = expected(question, user)
    if before and before.seconds > PATIENCE:
        raise ForTheBackground(before.words())

    def foresee(cursor: Any, sql: str, params: Sequence[Any]) -> None:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        ((plan,),) = cursor.fetchone()
        seconds = plan["Plan"]["Total Cost"] / COST_IN_A_SECOND * running.steps_of(question)  # fmt: skip
        if seconds > PATIENCE:
            raise ForTheBackground(_remember(question, user, Expected(seconds, False)).words())  # fmt: skip

    try:
        with limited(FOREGROUND_MS, settings=PLANNED) as hurry:
            if before:
                return running.ask(question, user=user, at=at, tick=hurry)
            return running.ask(question, user=user, at=at, tick=hurry, foresee=foresee)
    except ForTheBackground:
        raise
    except TakesTooLong as error:
        _remember(question, user, Expected(FOREGROUND_MS / 1000, False))
        raise ForTheBackground(_("Counting takes longer than %d seconds.") % (FOREGROUND_MS // 1000)) from error  # fmt: skip


def keep(question: Question, user: User, answer: Answer, key: str) -> None:
    """`key` is that of the moment when counting began: what was written since makes another."""
    cache.set(key, answer, KEPT)
    _remember(question, user, Expected(answer.took, True))


def kept(question: Question, *, user: User, at: datetime) -> Answer | None:
    """The answer, if it is kept and still holds."""
    found: Answer | None = cache.get(key_of(question, user, at))
    return found


def lately(question: Question, *, user: User, at: datetime) -> Answer | None:
    """What the person had counted in the background within the hour, though something was written since."""
    runs = QueryRun.objects.filter(user=user, state=RunState.DONE, question=question.to_json(), asked_at__gt=at - timedelta(seconds=KEPT), day=timezone.localdate(at, timezone.get_default_timezone()))  # fmt: skip
    found = runs.order_by("-pk").values_list("result", flat=True).first()
    return keeping.from_bytes(bytes(found)) if found else None


# ── how long it takes ────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Expected:
    """`measured`: it took so long the last time; otherwise the database thinks so."""

    seconds: float
    measured: bool

    @property
    def shown(self) -> int:
        """Whole seconds; of what is only thought, tens."""
        return ceil(self.seconds) if self.measured else ceil(self.seconds / 10) * 10

    def words(self) -> str:
        if self.measured:
            return _("This question reads much: the last time it took %s s.") % number(self.shown)  # fmt: skip
        return _("This question reads much: it may take about %s s.") % number(self.shown)  # fmt: skip


def expected(question: Question, user: User) -> Expected | None:
    """How long the question takes for those who see as much as `user`; None if nobody asked it yet."""
    found: Expected | None = cache.get(_took_key(question, user))
    return found


def _remember(question: Question, user: User, told: Expected) -> Expected:
    cache.set(_took_key(question, user), told, REMEMBERED)
    return told


def _took_key(question: Question, user: User) -> str:
    text = f"{_asked(question)}|{user.scope}|{user.role_id}"
    return f"query-took-1:{sha256(text.encode()).hexdigest()}"


@contextmanager
def limited(
    milliseconds: int, lock: int = LOCK, settings: Mapping[str, str] = BESIDE, *, waits: float = 0
) -> Iterator[Callable[[], None]]:  # fmt: skip
    """Queries inside are cut after so many milliseconds together; call what it gives between them. Raises TakesTooLong, and
    Busy where after `waits` seconds others are still counting."""
    with told_of_timeout(milliseconds), transaction.atomic():
        with connection.cursor() as cursor:
            patience = monotonic() + waits
            while not (free := _slot(cursor, lock)) and monotonic() < patience:
                sleep(0.05)
            end = monotonic() + milliseconds / 1000
            if not free:
                raise Busy(_("Other questions are being counted at this moment. Ask again in some seconds, or count it in the background."))  # fmt: skip
            before = _set(cursor, {**settings, "statement_timeout": str(milliseconds)})

        def hurry() -> None:
            left = max(1, round((end - monotonic()) * 1000))
            with connection.cursor() as cursor:
                _set(cursor, {"statement_timeout": str(left)})

        yield hurry
        with connection.cursor() as cursor:
            _set(cursor, {"statement_timeout": before})


@contextmanager
def turn_of_workers() -> Iterator[bool]:
    """Whether no other worker counts a question now; none begins while the block lasts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [WORKERS])
        (free,) = cursor.fetchone()
    try:
        yield free
    finally:
        if free:
            # The turn ends with its connection in any case.
            with suppress(Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [WORKERS])


@contextmanager
def alone(settings: Mapping[str, str] = BESIDE) -> Iterator[None]:
    """Like `limited` for a worker: a long time, no turn to wait for, no transaction around it, so that progress is seen."""
    given = {**settings, "statement_timeout": str(BACKGROUND_MS), **WITH_ITS_WORKER}
    with connection.cursor() as cursor:
        _set(cursor, given, local=False)
    try:
        with told_of_timeout(BACKGROUND_MS):
            yield
    finally:
        # A connection that broke off has no settings to put back, and what broke it is what is told.
        with suppress(Error), connection.cursor() as cursor:
            for name in given:
                cursor.execute(f"RESET {name}")


def _set(cursor: Any, settings: Mapping[str, str], *, local: bool = True) -> str:
    """Gives the limit of time that held before. `local`: until the transaction ends."""
    each = ", ".join(["set_config(%s, %s, %s)"] * len(settings))
    cursor.execute(f"SELECT current_setting('statement_timeout'), {each}", [part for name, value in settings.items() for part in (name, value, local)])  # fmt: skip
    return str(cursor.fetchone()[0])


@contextmanager
def told_of_timeout(milliseconds: int) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if type(error.__cause__).__name__ != "QueryCanceled":
            raise
        raise TakesTooLong(_("Counting takes longer than %d seconds. Count it in the background, or narrow the question: a shorter period, fewer conditions over history.") % (milliseconds // 1000)) from error  # fmt: skip


def _slot(cursor: Any, lock: int) -> bool:
    for n in range(AT_ONCE):
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock + n])
        if cursor.fetchone()[0]:
            return True
    return False


# ── kept answers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def key_of(question: Question, user: User, at: datetime) -> str:
    day = timezone.localdate(at, timezone.get_default_timezone())
    # Names of rows are given when it is read, their order is of a language.
    text = f"{_asked(question)}|{user.pk}|{user.scope}|{user.role_id}|{day}|{translation.get_language()}|{_writes(question, user)}"  # fmt: skip
    return f"query-2:{sha256(text.encode()).hexdigest()}"


def _asked(question: Question) -> str:
    """How the answer is drawn changes nothing in it."""
    return pack(replace(question, chart="table", shown=0))


_TABLE = re.compile(r'"((?:accounts|clients|deals|pipeline|mailing|analytics)_\w+)"')


def _writes(question: Question, user: User) -> str:
    """What of the base the reader sees, and how often the tables that the question reads were written to."""
    subject = catalogue.subject(question.subject)
    if subject is None:
        return ""
    known = catalogue.fields(subject, user)
    named = {by.field for by in (*question.rows, *question.columns)}
    named |= {c.field for c in question.where.conditions()} | {question.period.field or subject.day}  # fmt: skip
    for measure in question.measures:
        for each in (measure, measure.of, measure.by):
            if each is not None:
                named |= {each.field, each.since, each.until}
    rows = subject.rows(user).order_by()
    for n, name in enumerate(sorted(named & known.keys())):
        rows = rows.annotate(**{f"_x{n}": known[name].expression()})
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return ""
    tables = sorted(set(_TABLE.findall(sql)) | {"clients_campaigncost"})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0), count(*) FROM pg_stat_user_tables WHERE relname = ANY(%s)",
            [tables],
        )
        return f"{sql}{params}{known.keys()}{cursor.fetchone()}"
