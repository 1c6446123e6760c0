"""Verbs of absences and working hours."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pipeline.choices import AbsenceKind, AbsenceState
from pipeline.models import Absence, WorkingHours
from pipeline.working_time import DayHours
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError


class NotYoursToSet(DomainError):
    pass


class AlreadyDecided(DomainError):
    pass


def may_set_for(person: User, by: User) -> bool:
    """Whether `by` sets absences and hours of `person`: his own absences anyone; of others who has the right to it."""
    if not by.has_perm("pipeline.manage_absences"):
        return False
    if by.scope == "all" or by.has_perm("clients.view_all_clients"):
        return True
    return team_of(by).filter(pk=person.pk).exists()


@transaction.atomic
def set_absence(
    *,
    user: User,
    kind: str,
    since_on: date,
    until_on: date,
    by: User,
    at: datetime,
    begins: time | None = None,
    ends: time | None = None,
    note: str = "",
    absence: Absence | None = None,
) -> Absence:
    """Ask for an absence of one's own, or set one of a person one leads; what such a person sets is approved at once.

    Sick leave asks nobody. Changed by its person, an approved one waits anew. Raises NotYoursToSet.
    """
    leads = may_set_for(user, by)
    if user.pk != by.pk and not leads:
        raise NotYoursToSet(_("You may set only your own absences."))
    is_new = absence is None
    if absence is None:
        absence = Absence(user=user, created_at=at, created_by=by)
    else:
        absence = Absence.objects.select_for_update(of=["self"]).get(pk=absence.pk)
    absence.kind = kind
    absence.since_on, absence.until_on = since_on, until_on
    absence.begins, absence.ends = begins, ends
    absence.note = note
    if leads or kind == AbsenceKind.SICK:
        absence.state = AbsenceState.APPROVED
        absence.decided_at, absence.decided_by = at, by
    else:
        absence.state = AbsenceState.ASKED
        absence.decided_at = absence.decided_by = None
    absence.save()
    verb = "absence.set" if is_new else "absence.changed"
    journal.record(verb, absence, by=by, at=at, user=user.pk)
    return absence


@transaction.atomic
def decide(*, absence: Absence, approve: bool, by: User, at: datetime) -> Absence:
    """Approve or decline what was asked for. Raises NotYoursToSet, AlreadyDecided."""
    absence = (
        Absence.objects.select_for_update(of=["self"])
        .select_related("user", "decided_by")
        .get(pk=absence.pk)
    )
    if not may_set_for(absence.user, by):
        raise NotYoursToSet(_("You may set only your own absences."))
    if absence.state != AbsenceState.ASKED:
        raise AlreadyDecided(
            _("%(person)s has already decided this.") % {"person": absence.decided_by}
        )
    absence.state = AbsenceState.APPROVED if approve else AbsenceState.DECLINED
    absence.decided_at, absence.decided_by = at, by
    absence.save(update_fields=["state", "decided_at", "decided_by"])
    verb = "absence.approved" if approve else "absence.declined"
    journal.record(verb, absence, by=by, at=at, user=absence.user_id)
    return absence


@transaction.atomic
def remove(*, absence: Absence, by: User, at: datetime) -> None:
    """Take an absence back. Raises NotYoursToSet."""
    if absence.user_id != by.pk and not may_set_for(absence.user, by):
        raise NotYoursToSet(_("You may set only your own absences."))
    journal.record("absence.removed", absence, by=by, at=at, user=absence.user_id)
    absence.delete()


@transaction.atomic
def set_hours(
    *,
    user: User | None,
    valid_from: date,
    week: Sequence[DayHours | None],
    by: User,
    at: datetime,
) -> None:
    """Working hours from a day on; a set that begins on the same day is replaced, older ones stay for what was.

    Without `user` they are the company's. Raises NotYoursToSet.
    """
    if user is None:
        if not by.has_perm("accounts.manage_company"):
            raise NotYoursToSet(_("You may not set the hours of the company."))
    elif user.pk != by.pk and not may_set_for(user, by):
        raise NotYoursToSet(_("You may set only your own working hours."))
    # Two saves of one set take turns.
    User.objects.select_for_update(no_key=True, of=["self"]).get(
        pk=user.pk if user else by.pk
    )
    WorkingHours.objects.filter(user=user, valid_from=valid_from).delete()
    rows: list[WorkingHours] = []
    for weekday, hours in enumerate(week):
        named: dict[str, Any] = {}
        if hours is not None:
            named = {
                "begins": hours.begins,
                "ends": hours.ends,
                "lunch_begins": hours.lunch_begins,
                "lunch_ends": hours.lunch_ends,
            }
        rows.append(
            WorkingHours(user=user, valid_from=valid_from, weekday=weekday, **named)
        )
    WorkingHours.objects.bulk_create(rows)
    journal.record("hours.set", user or by, by=by, at=at, company=user is None)


@transaction.atomic
def remove_hours(*, user: User, by: User, at: datetime) -> None:
    """The person works the company's hours again. Raises NotYoursToSet."""
    if user.pk != by.pk and not may_set_for(user, by):
        raise NotYoursToSet(_("You may set only your own working hours."))
    WorkingHours.objects.filter(user=user).delete()
    journal.record("hours.removed", user, by=by, at=at)
