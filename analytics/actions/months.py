"""Months of pay: worked out anew when something changed, approved and closed by the head."""

from collections.abc import Collection
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import earnings, explaining, telling
from analytics.actions import counting
from analytics.choices import PayState
from analytics.earnings import Entry, Statement
from analytics.models import (
    CountedShare,
    MoneyToCount,
    PayMonth,
    SchemeAssignment,
    StalePay,
)
from analytics.months import first_of, following
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.compiled import CompiledRecords
from salesexpert.core.errors import DomainError

# So long the lines of a month stand when nothing is marked as changed.
KEPT = timedelta(minutes=1)


class MonthIsClosed(DomainError):
    pass


class MonthIsNotOver(DomainError):
    pass


class NotOneself(DomainError):
    pass


def _row_of(user_id: int, month: date) -> PayMonth | None:
    """The locked row of a month, made if the person is on a scheme then; its version stays that of its making."""
    version = None
    if not PayMonth.objects.filter(user=user_id, month=month).exists():
        version = earnings.version_for(user_id, month)
        if version is None:
            return None
        PayMonth.objects.get_or_create(
            user_id=user_id,
            month=month,
            defaults={"version": version, "currency": version.scheme.currency},
        )
    return (
        PayMonth.objects.select_for_update(of=("self",))
        .select_related("version__scheme")
        .get(user=user_id, month=month)
    )


def refresh(user_id: int, month: date) -> PayMonth | None:
    """Work out a person's month anew, unless it is closed. None: he is on no scheme then."""
    row, _statement = _worked_out(user_id, month)
    return row


def shown(user_id: int, month: date) -> tuple[PayMonth | None, Statement | None]:
    """A person's month with how its sums came about. It is worked out when something changed, and then kept with its lines."""
    row = next(iter(_row_and_marks.records(user=user_id, month=month)), None)
    if row is not None and (row.state == PayState.CLOSED or _is_kept(row)):
        return row, read(row)
    if row is None and month < earnings.this_month():
        return None, None
    return _worked_out(user_id, month, keep=True)


@CompiledRecords
def _row_and_marks(user: int, month: date) -> QuerySet[PayMonth, PayMonth]:
    return (
        PayMonth.objects.filter(user=user, month=month)
        .select_related("version__scheme")
        .annotate(
            is_marked=Exists(StalePay.objects.filter(user=OuterRef("user"))),
            is_waiting=Exists(MoneyToCount.objects.all()),
        )
    )


def _is_kept(row: Any) -> bool:
    """Whether the lines kept are those of now: nothing is marked as changed, and what leaves no mark had no time to matter."""
    return bool(
        not (row.is_marked or row.is_waiting)
        and row.statement
        and row.worked_out_at
        and timezone.now() - row.worked_out_at < KEPT
    )


def _worked_out(
    user_id: int, month: date, *, keep: bool = False
) -> tuple[PayMonth | None, Statement | None]:
    """Marks seen now are taken away first: what changes while this runs leaves a new one, and is worked out next time."""
    asked_at = timezone.now()
    # By itself: who counts holds up everybody who would count, but only as long as counting takes.
    counting.count_waiting()
    with transaction.atomic():
        row = _row_of(user_id, month)
        if row is None:
            return None, None
        if row.state == PayState.CLOSED:
            return row, read(row)
        marks = list(StalePay.objects.filter(user=user_id).values_list("pk", flat=True))
        if not marks and row.worked_out_at and row.worked_out_at > asked_at and (row.statement or not keep):  # fmt: skip
            # Another did it while this one waited for the row.
            return row, read(row) if keep else None
        if marks:
            StalePay.objects.filter(pk__in=marks).delete()
            # Whoever looks at another open month works that one out.
            others = PayMonth.objects.filter(user=user_id).exclude(pk=row.pk)
            others.exclude(state=PayState.CLOSED).update(worked_out_at=None)
        is_now = month == earnings.this_month()
        statement = earnings.work_out(user_id, month, row.version, ahead=is_now)
        row.earned = statement.earned
        row.expected = statement.expected
        row.possible = statement.possible
        row.worked_out_at = timezone.now()
        if keep:
            explaining.note_papers(statement)
        row.statement = as_stored(statement) if keep else {}
        row.save(update_fields=["earned", "expected", "possible", "worked_out_at", "statement"])  # fmt: skip
    return row, statement


def refresh_stale(*, month: date, people: Collection[int] | None = None) -> int:
    """Work out the open months of people whose figures are out of date; and make the rows of a month that began."""
    counting.count_waiting()
    on_scheme = SchemeAssignment.objects.filter(since__lte=month).filter(
        Q(until=None) | Q(until__gt=month)
    )
    if people is not None:
        on_scheme = on_scheme.filter(user__in=people)
    wanted = set(on_scheme.values_list("user", flat=True))
    rows = PayMonth.objects.filter(month=month, user__in=wanted)
    marked = set(StalePay.objects.filter(user__in=wanted).values_list("user", flat=True))  # fmt: skip
    known = {row.user_id: row for row in rows}
    done = 0
    for person in sorted(wanted):
        row = known.get(person)
        if row is None or (row.state != PayState.CLOSED and (row.worked_out_at is None or person in marked)):  # fmt: skip
            refresh(person, month)
            done += 1
    return done


def statement_of(row: PayMonth) -> Statement:
    """How the sums of a month came about: of a closed one as it was written down then, else as of now."""
    if row.state == PayState.CLOSED:
        return read(row)
    is_now = row.month == earnings.this_month()
    return earnings.work_out(row.user_id, row.month, row.version, ahead=is_now)


# ── approving and closing ────────────────────────────────────────────────────────────────────────────────────────────


def _held(pk: int, by: User) -> PayMonth:
    row = (
        PayMonth.objects.select_for_update(of=("self",))
        .select_related("version__scheme", "user")
        .get(pk=pk)
    )
    if row.state == PayState.CLOSED:
        raise MonthIsClosed(_("The month is closed: what it says is not changed any more."))  # fmt: skip
    if row.user_id == by.pk and not by.is_superuser:
        raise NotOneself(_("One's own pay is approved by somebody else."))
    return row


@transaction.atomic
def approve(pk: int, *, by: User, at: datetime | None = None) -> PayMonth:
    """The head agrees to the sum as it is now. What changes afterwards is shown against it.

    Raises MonthIsClosed, NotOneself.
    """
    at = at or timezone.now()
    counting.count_waiting()
    row = _held(pk, by)
    statement = statement_of(row)
    row.state = PayState.APPROVED
    row.approved_by, row.approved_at, row.approved_sum = by, at, statement.earned
    row.earned = statement.earned
    row.save(update_fields=["state", "approved_by", "approved_at", "approved_sum", "earned"])  # fmt: skip
    journal.record("pay.approved", row.user, by=by, at=at, month=row.month.isoformat(), amount=str(row.earned))  # fmt: skip
    return row


@transaction.atomic
def close(pk: int, *, by: User, at: datetime | None = None) -> PayMonth:
    """Close a month that is over: its sum and its lines are written down and never change again.

    What comes later for its days counts in the next open month. Raises MonthIsClosed, MonthIsNotOver, NotOneself.
    """
    at = at or timezone.now()
    counting.count_waiting()
    row = _held(pk, by)
    today = timezone.localdate(at, timezone=timezone.get_default_timezone())
    if following(row.month) > first_of(today):
        raise MonthIsNotOver(_("The month is not over yet: approve it when it is, then close it."))  # fmt: skip
    statement = earnings.work_out(row.user_id, row.month, row.version, ahead=False)
    if row.state == PayState.OPEN or row.approved_sum != statement.earned:
        row.approved_by, row.approved_at, row.approved_sum = by, at, statement.earned
    row.state = PayState.CLOSED
    row.closed_by, row.closed_at = by, at
    row.earned, row.expected, row.possible = statement.earned, 0, 0
    row.statement = as_stored(statement)
    row.worked_out_at = at
    row.save()
    telling.closed(row, by=by, at=at)
    journal.record("pay.closed", row.user, by=by, at=at, month=row.month.isoformat(), amount=str(row.earned))  # fmt: skip
    return row


def as_stored(statement: Statement) -> dict[str, Any]:
    """Lines as JSON: ids and numbers only, so that no name outlives its record."""
    return {
        "entries": [
            {
                name: value
                for name in _FIELDS
                if (value := getattr(entry, name)) is not None
            }
            for entry in statement.entries
        ],
        "elsewhere": statement.elsewhere,
    }


_FIELDS = tuple(field.name for field in fields(Entry))
_MONEY = ("amount", "whole", "base", "percent", "share", "weight", "value", "threshold", "rate")  # fmt: skip


def read(row: PayMonth) -> Statement:
    from decimal import Decimal

    entries = []
    for stored in row.statement.get("entries", []):
        values = dict(stored)
        for name in _MONEY:
            if name in values:
                values[name] = Decimal(values[name])
        for name in ("day", "paid_on"):
            if name in values:
                values[name] = date.fromisoformat(values[name])
        entries.append(Entry(**values))
    return Statement(row.user_id, row.month, row.version, entries, row.statement.get("elsewhere", 0))  # fmt: skip


def counts_elsewhere(row: PayMonth) -> int:
    """How many deeds of this month's days came after it was closed and count in a later one."""
    return (
        CountedShare.objects.filter(user=row.user_id, month__gt=row.month)
        .filter(money__day__gte=row.month, money__day__lt=following(row.month))
        .count()
    )
