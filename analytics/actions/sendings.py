"""Reports by letter: set up by one, written for each receiver as he may read them, once for each moment that is due."""

import logging
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from analytics import reading, report_letters
from analytics.models import ReportSending
from analytics.queries import guarding
from analytics.queries.guarding import TakesTooLong
from analytics.rhythms import next_due
from salesexpert.accounts.models import User
from salesexpert.accounts.zones import zone_of
from salesexpert.audit import journal
from salesexpert.audit.acting import acting
from salesexpert.notices import kinds
from salesexpert.notices.actions import notify
from salesexpert.notices.kinds import Kind
from salesexpert.outbox.actions import BadAddress, queue_letter
from salesexpert.outbox.models import Letter

logger = logging.getLogger(__name__)

LETTER = "report"
TASK = "analytics.report_letters"
UNWRITTEN = "report-unwritten"
# A worker that is at it says so with each letter; one report never takes longer.
ABANDONED_AFTER = timedelta(minutes=10)
# What is written so much later than it was due says so.
LATE_AFTER = timedelta(minutes=5)
# What the database, or its time, did not give now it may give later.
PASSING = (OperationalError, InterfaceError, TakesTooLong, SoftTimeLimitExceeded)


@transaction.atomic
def save(sending: ReportSending, *, receivers: Iterable[User], at: datetime) -> ReportSending:  # fmt: skip
    """Keep a new or changed sending; its next moment is reckoned from `at`."""
    sending.next_at = _following(sending, at)
    sending.save()
    sending.receivers.set(receivers)
    journal.record("report.sending_set", sending.owner, by=sending.owner, at=at, report=sending.report, name=sending.name)  # fmt: skip
    return sending


def switch(sending: ReportSending, *, on: bool, at: datetime) -> None:
    sending.is_active, sending.next_at = on, _following(sending, at)
    sending.save(update_fields=["is_active", "next_at"])


def leave(sending_id: int, *, user: User) -> None:
    """It comes to `user` no more; to the others it does."""
    ReportSending.receivers.through.objects.filter(reportsending=sending_id, user=user).delete()  # fmt: skip


def due(*, at: datetime) -> list[int]:
    """Sendings whose moment has come and that nobody is at."""
    free = Q(taken_at=None) | Q(taken_at__lt=at - ABANDONED_AFTER)
    rows = ReportSending.objects.due(at=at).filter(free, owner__is_active=True)
    return list(rows.values_list("pk", flat=True))


def send(sending_id: int, *, at: datetime) -> int:
    """Write the letters of the moment that is due. Returns how many; 0 if nothing is due or another is at it.

    A worker that dies half-way leaves the moment as it was: whoever goes on finds the letters already written by their keys.
    So does a report that could not be counted now, because the database was away or it took too long: it is tried again after
    `ABANDONED_AFTER`, until it goes out, and the letter says that it is late.
    """
    free = Q(taken_at=None) | Q(taken_at__lt=at - ABANDONED_AFTER)
    taken = ReportSending.objects.due(at=at).filter(free, pk=sending_id, owner__is_active=True)  # fmt: skip
    if not taken.update(taken_at=at):
        return 0
    sending = ReportSending.objects.select_related("owner").get(pk=sending_id)
    moment, written, postponed = sending.next_at, 0, False
    with acting(user=sending.owner, task=TASK):
        for receiver in sending.receivers.active().select_related("role").order_by("pk"):  # fmt: skip
            key = f"report:{sending.pk}:{moment.astimezone(UTC):%Y-%m-%dT%H:%M}:{receiver.pk}"  # fmt: skip
            try:
                written += bool(_write(sending, receiver, key=key, at=at, due=moment))
            except PASSING as error:
                logger.exception(
                    "report %s for user %s: tried again later",
                    sending.report,
                    receiver.pk,
                )
                postponed = True
                if isinstance(error, SoftTimeLimitExceeded):
                    break  # there is no time for the others either
            except Exception:
                # A fault of ours, whatever it is: one receiver's report that cannot be made is no reason to leave the others
                # without theirs. It is logged, and whoever set the sending up is told whose letter is missing.
                logger.exception("report %s for user %s", sending.report, receiver.pk)
                notify(sending.owner, UNWRITTEN, key=f"{key}:unwritten", words={"name": sending.name, "person": str(receiver)}, link=reverse("analytics:sendings"), letter=False)  # fmt: skip
            ReportSending.objects.filter(pk=sending.pk).update(taken_at=timezone.now())
        if postponed:
            return written
        ReportSending.objects.filter(pk=sending.pk, next_at=moment).update(
            next_at=_following(sending, max(at, moment)), last_at=at, last_letters=written
        )  # fmt: skip
        ReportSending.objects.filter(pk=sending.pk).update(taken_at=None)
    return written


def send_trial(sending_id: int, *, at: datetime) -> None:
    """One letter to whoever set it up, as he would get it now."""
    sending = ReportSending.objects.select_related("owner__role").filter(pk=sending_id).first()  # fmt: skip
    if sending is not None:
        with acting(user=sending.owner, task=TASK):
            _write(sending, sending.owner, key=f"report:{sending.pk}:trial:{at.isoformat()}", at=at)  # fmt: skip


def _write(sending: ReportSending, receiver: User, *, key: str, at: datetime, due: datetime | None = None) -> Letter | None:  # fmt: skip
    """The letter of one receiver in his language, once; None if the report is not for him or he has no address."""
    if not receiver.email or Letter.objects.filter(key=key).exists():
        return None
    with (
        translation.override(receiver.language),
        timezone.override(zone_of(receiver.time_zone)),
    ):
        with guarding.alone(guarding.PLANNED):
            found = reading.read(receiver, sending.report, QueryDict(sending.parameters), at=at)  # fmt: skip
        if found is None:
            return None
        files = sending.files if receiver.has_perm("deals.export_deals") else []
        made = report_letters.compose(sending, receiver, found, files, late=due if due and at - due > LATE_AFTER else None)  # fmt: skip
    with transaction.atomic():
        try:
            letter = queue_letter(to=receiver.email, kind=LETTER, key=key, at=at, **made)  # fmt: skip
        except BadAddress:
            return None
        journal.record("report.sent", receiver, by=sending.owner, at=at, report=sending.report, format=", ".join(files))  # fmt: skip
    return letter


def declare() -> None:
    kinds.declare(
        Kind(
            UNWRITTEN,
            _("A report could not be sent by letter"),
            _("The report “%(name)s” could not be written for %(person)s."),
            icon="mail",
            permission=reading.RIGHT,
        )
    )


def _following(sending: ReportSending, after: datetime) -> datetime:
    given: dict[str, Any] = {name: getattr(sending, name) for name in ("weekday", "month_day", "hour")}  # fmt: skip
    return next_due(sending.rhythm, **given, after=after, zone=timezone.get_default_timezone())  # fmt: skip
