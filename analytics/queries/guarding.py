"""Asking so that nobody else's work stops: a limit of time, few questions at once, one core each, answers kept.

An answer is kept as long as nothing was written into the tables that it was read from (what the database counts of
writes, at most some seconds behind), and no longer than an hour; the day and the reader's reach are part of its key.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from analytics.queries import catalogue, running
from analytics.queries.question import Question, pack
from analytics.queries.running import Answer
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError

FOREGROUND_MS, BACKGROUND_MS = 8_000, 400_000
AT_ONCE, LOCK = 4, 730_520_000
KEPT = 3600


class TakesTooLong(DomainError):
    pass


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
    with limited(FOREGROUND_MS) if not unhurried else alone():
        answer = running.ask(question, user=user, at=at)
    cache.set(key, answer, KEPT)
    return answer


def kept(question: Question, *, user: User, at: datetime) -> Answer | None:
    """The answer, if it is kept and still holds."""
    found: Answer | None = cache.get(key_of(question, user, at))
    return found


@contextmanager
def limited(milliseconds: int) -> Iterator[None]:
    """Queries inside are cut after so many milliseconds each. Raises TakesTooLong, Busy."""
    with told_of_timeout(milliseconds), transaction.atomic():
        with connection.cursor() as cursor:
            if not _slot(cursor):
                raise Busy(_("Other questions are being counted at this moment. Ask again in some seconds, or count it in the background."))  # fmt: skip
            cursor.execute("SELECT set_config('statement_timeout', %s, true), set_config('max_parallel_workers_per_gather', '0', true)", [str(milliseconds)])  # fmt: skip
        yield
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")


@contextmanager
def alone() -> Iterator[None]:
    """Like `limited` for a worker: a long time, no turn to wait for, no transaction around it, so that progress is seen."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, false), set_config('max_parallel_workers_per_gather', '0', false)", [str(BACKGROUND_MS)])  # fmt: skip
    try:
        with told_of_timeout(BACKGROUND_MS):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")
            cursor.execute("RESET max_parallel_workers_per_gather")


@contextmanager
def told_of_timeout(milliseconds: int) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if type(error.__cause__).__name__ != "QueryCanceled":
            raise
        raise TakesTooLong(_("Counting takes longer than %d seconds. Count it in the background, or narrow the question: a shorter period, fewer conditions over history.") % (milliseconds // 1000)) from error  # fmt: skip


def _slot(cursor: Any) -> bool:
    for n in range(AT_ONCE):
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK + n])
        if cursor.fetchone()[0]:
            return True
    return False


# ── kept answers ─────────────────────────────────────────────────────────────────────────────────────────────────────


def key_of(question: Question, user: User, at: datetime) -> str:
    day = timezone.localdate(at, timezone.get_default_timezone())
    # How the answer is drawn changes nothing in it; names of rows are given when it is read, their order is of a language.
    asked = pack(replace(question, chart="table", shown=0))
    text = f"{asked}|{user.pk}|{user.scope}|{user.role_id}|{day}|{translation.get_language()}|{_writes(question, user)}"  # fmt: skip
    return f"query-2:{sha256(text.encode()).hexdigest()}"


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
