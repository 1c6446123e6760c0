"""Schemes of pay: drafts that are changed, versions in force that are not, and who is paid by which."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.actions import counting, months
from analytics.choices import PayState, VersionState
from analytics.earnings import this_month
from analytics.models import (
    PayMonth,
    Scheme,
    SchemeAssignment,
    SchemeRule,
    SchemeVersion,
)
from analytics.months import first_of, following
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

RULE_FIELDS = ("kind", "base", "clients", "category", "steps", "amount", "activity_kind", "measure", "every")  # fmt: skip


class SchemeNotPossible(DomainError):
    """The sentence says why."""


@transaction.atomic
def add_scheme(*, by: User | None, name: str, name_en: str = "", currency: str = "RUB", rules: Iterable[Mapping[str, Any]] = ()) -> SchemeVersion:  # fmt: skip
    """A scheme with its first draft, which is returned."""
    scheme = Scheme.objects.create(name=name, name_en=name_en, currency=currency)
    version = SchemeVersion.objects.create(scheme=scheme, number=1, made_by=by)
    set_rules(version, rules)
    journal.record("scheme.added", scheme, by=by, at=timezone.now(), name=name)
    return version


@transaction.atomic
def draft_of(scheme: Scheme, *, by: User | None) -> SchemeVersion:
    """The draft of a scheme; if there is none, a new one with the rules of its last version."""
    Scheme.objects.select_for_update().get(pk=scheme.pk)
    draft = scheme.versions.filter(state=VersionState.DRAFT).first()
    if draft is not None:
        return draft
    last = scheme.versions.order_by("-number").first()
    draft = SchemeVersion.objects.create(
        scheme=scheme,
        number=(last.number if last else 0) + 1,
        with_vat=last.with_vat if last else False,
        made_by=by,
    )
    if last:
        set_rules(draft, [{f: getattr(r, f) for f in RULE_FIELDS} for r in last.rules.all()])  # fmt: skip
    return draft


@transaction.atomic
def set_rules(version: SchemeVersion, rules: Iterable[Mapping[str, Any]]) -> None:
    """Replace the rules of a draft. Raises SchemeNotPossible for a version in force."""
    _draft(version)
    version.rules.all().delete()
    for position, rule in enumerate(rules):
        SchemeRule.objects.create(version=version, position=position, **rule)


def _draft(version: SchemeVersion) -> None:
    if version.state != VersionState.DRAFT:
        raise SchemeNotPossible(_("A version in force is not changed: make a new one."))


@transaction.atomic
def publish(version: SchemeVersion, *, since: date, by: User | None, note: str = "", at: datetime | None = None) -> SchemeVersion:  # fmt: skip
    """Put a draft in force from the month `since` on.

    Raises SchemeNotPossible: it has no rules, is in force already, or a month from then on was begun with another version.
    """
    at = at or timezone.now()
    version = SchemeVersion.objects.select_for_update(of=("self",)).select_related("scheme").get(pk=version.pk)  # fmt: skip
    _draft(version)
    since = first_of(since)
    if not version.rules.exists():
        raise SchemeNotPossible(_("Enter at least one rule first."))
    begun = PayMonth.objects.filter(version__scheme=version.scheme, month__gte=since)
    if begun.exists():
        last = begun.aggregate(last=Max("month"))["last"]
        raise SchemeNotPossible(
            _("Months up to %(month)s began with another version and keep it: choose a later month.")
            % {"month": f"{last:%m.%Y}"}
        )  # fmt: skip
    if version.scheme.versions.filter(state=VersionState.ACTIVE, since__gte=since).exists():  # fmt: skip
        raise SchemeNotPossible(_("A later version of the scheme is in force from that month already."))  # fmt: skip
    version.state, version.since = VersionState.ACTIVE, since
    version.published_by, version.published_at, version.note = by, at, note
    version.save()
    journal.record("scheme.published", version.scheme, by=by, at=at, name=version.scheme.name, number=version.number)  # fmt: skip
    for person in version.scheme.assignments.filter(Q(until=None) | Q(until__gt=since)).values_list("user", flat=True):  # fmt: skip
        _begin(person, since)
    return version


@transaction.atomic
def assign(
    user: User, scheme: Scheme | None, *, since: date, by: User | None, at: datetime | None = None
) -> SchemeAssignment | None:  # fmt: skip
    """Pay a person by `scheme` from the month `since` on; None: by no scheme any more.

    Months that were approved or closed stay; an open month from then on begins anew with the new scheme.
    Raises SchemeNotPossible: such a month is closed, or the scheme has no version in force then.
    """
    at = at or timezone.now()
    since = first_of(since)
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    months_on = PayMonth.objects.filter(user=user, month__gte=since)
    if months_on.exclude(state=PayState.OPEN).exists():
        raise SchemeNotPossible(_("A month from then on is approved or closed: choose a later one."))  # fmt: skip
    if scheme is not None and not scheme.versions.filter(state=VersionState.ACTIVE, since__lte=since).exists():  # fmt: skip
        raise SchemeNotPossible(_("The scheme has no version in force in that month: publish one first."))  # fmt: skip
    months_on.delete()
    SchemeAssignment.objects.filter(user=user, since__gte=since).delete()
    SchemeAssignment.objects.filter(user=user).filter(
        Q(until=None) | Q(until__gt=since)
    ).update(until=since)
    made = None
    if scheme is not None:
        made = SchemeAssignment.objects.create(user=user, scheme=scheme, since=since, set_by=by)  # fmt: skip
        _begin(user.pk, since)
    journal.record("scheme.assigned", user, by=by, at=at, name=scheme.name if scheme else "", since=since.isoformat())  # fmt: skip
    return made


def _begin(person: int, since: date) -> None:
    """Count the past of whoever begins in it, and work out his months up to the present one."""
    now = this_month()
    if since > now:
        return
    counting.count_past(since, people=[person])
    month = since
    while month <= now:
        months.refresh(person, month)
        month = following(month)


@transaction.atomic
def retire(scheme: Scheme, *, by: User, at: datetime | None = None) -> None:
    """Offer the scheme no more. Raises SchemeNotPossible while somebody is paid by it."""
    if scheme.assignments.filter(until=None).exists():
        raise SchemeNotPossible(_("Somebody is paid by this scheme: put him on another one first."))  # fmt: skip
    scheme.retired_at = at or timezone.now()
    scheme.save(update_fields=["retired_at"])
    journal.record("scheme.retired", scheme, by=by, at=scheme.retired_at, name=scheme.name)  # fmt: skip
