"""What the company asks of its cards, and what moves its clients up the ladder: changed by an administrator."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from clients import completeness, kinds, recounting, tasks
from clients.models import (
    ActivityResult,
    CompletenessRule,
    Recount,
    RelationshipPolicy,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core import preferences

ONE_AT_A_TIME = 7_302_031  # any number of our own: the name of the lock


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What one type asks of one thing from now on. Without a weight it is not asked."""

    relationship_id: int
    code: str
    weight: int | None
    is_required: bool = False
    threshold: int | None = None


@dataclass(frozen=True, slots=True)
class PolicyChange:
    relationship_id: int
    on_missing: str
    contact_days: int | None


@transaction.atomic
def change_rules(
    *,
    rules: Sequence[RuleChange],
    policies: Sequence[PolicyChange],
    by: User,
    at: datetime,
) -> Recount | None:
    """Store changed rules; all cards are recounted behind the scenes. None when nothing had changed.

    Rules that are not named stay, so two people changing different ones do not undo each other.
    """
    if not rules and not policies:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    for rule in rules:
        own = CompletenessRule.objects.filter(
            relationship=rule.relationship_id, code=rule.code
        )
        if not rule.weight:
            own.delete()
            continue
        CompletenessRule.objects.update_or_create(
            relationship_id=rule.relationship_id,
            code=rule.code,
            defaults={
                "reference": completeness.reference_of(rule.code),
                "weight": rule.weight,
                "is_required": rule.is_required,
                "threshold": rule.threshold,
            },
        )
    for policy in policies:
        RelationshipPolicy.objects.update_or_create(
            relationship_id=policy.relationship_id,
            defaults={
                "on_missing": policy.on_missing,
                "contact_days": policy.contact_days,
            },
        )
    completeness.forget()
    journal.record(
        "completeness.changed",
        by,
        by=by,
        at=at,
        rules=[[r.relationship_id, r.code, r.weight, r.is_required] for r in rules],
        policies=[[p.relationship_id, p.on_missing, p.contact_days] for p in policies],
    )
    return _recount(recounting.COMPLETENESS, by=by, at=at)


@transaction.atomic
def change_ladder(
    *,
    settings: Mapping[str, Any],
    results: Collection[int] | None,
    by: User,
    at: datetime,
    for_all: bool = False,
) -> Recount | None:
    """Store what moves clients up, and which results of talks mean interest (None: as they are).

    With `for_all` the facts that the base knows already are applied to every client, behind the scenes; otherwise they
    count from the next change of each. Nobody is moved down.
    """
    if settings:
        preferences.put(**settings)
    if results is not None:
        ActivityResult.objects.exclude(pk__in=results).update(shows_interest=False)
        ActivityResult.objects.filter(pk__in=results).update(shows_interest=True)
        kinds.forget()
    if settings or results is not None:
        journal.record("ladder.changed", by, by=by, at=at, settings=dict(settings))
    return _recount(recounting.LADDER, by=by, at=at) if for_all else None


@transaction.atomic
def count_again(*, by: User, at: datetime) -> Recount:
    """Recount all cards by the rules as they stand."""
    return _recount(recounting.COMPLETENESS, by=by, at=at)


def _recount(kind: str, *, by: User, at: datetime) -> Recount:
    recount = recounting.begin(kind, by=by, at=at)
    tasks.run_recount.delay_on_commit(recount_id=recount.pk)
    return recount
