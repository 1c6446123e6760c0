"""A mailing from its draft to its end."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from deals.actions.library import attachments
from mailing import freezing, limits, sending, tasks, telling
from mailing.actions import faxes
from mailing.actions.templates import check_size, content_of
from mailing.choices import (
    FaxState,
    LeftOut,
    MailChannel,
    MailingState,
    RecipientState,
)
from mailing.merging import check
from mailing.models import FaxLine, Mailing, Recipient
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import moment
from salesexpert.outbox.actions import NothingToRepeat, pack, send_again
from salesexpert.outbox.choices import LetterStatus, Trouble

RETRIED_AT_ONCE = 2_000
# Drafts thrown away can be taken back until then.
KEPT_FOR = timedelta(days=30)
BEFORE_START = (MailingState.DRAFT, MailingState.READY, MailingState.APPROVAL)


class NotNow(DomainError):
    """The mailing is not, or no longer, where this can be done."""


class ChangedMeanwhile(DomainError):
    """Somebody saved the draft since this form was opened. Nothing was saved; `stands` is what stands there now."""

    def __init__(self, stands: Mailing) -> None:
        self.stands = stands
        super().__init__(
            _("Somebody changed this mailing meanwhile: %s. Nothing is saved yet: what stands there is beside yours below. Save again to put yours in its place.")
            % moment(stands.changed_at)
        )  # fmt: skip


def _locked(mailing: Mailing, *states: str) -> Mailing:
    kept = Mailing.objects.select_for_update(of=["self"]).select_related("template", "created_by").get(pk=mailing.pk)  # fmt: skip
    if kept.thrown_at:
        raise NotNow(_("The mailing was thrown away."))
    if states and kept.state not in states:
        raise NotNow(_("The mailing is “%s” by now.") % kept.get_state_display())
    return kept


@transaction.atomic
def save_draft(*, mailing: Mailing, by: User, at: datetime, seen: str = "") -> Mailing:
    """Keep what a mailing is to be; a list that was gathered before is gathered anew.

    `seen` is the ISO moment of the change that it was written over; empty: whatever stands there.

    Raises NotNow, ChangedMeanwhile.
    """
    mailing.changed_at = at
    if mailing._state.adding:
        mailing.created_by, mailing.created_at = by, at
        mailing.save(force_insert=True)
        journal.record("mailing.prepared", mailing, by=by, at=at)
        return mailing
    stands = _locked(mailing, *BEFORE_START)
    if seen and seen != stands.changed_at.isoformat():
        raise ChangedMeanwhile(stands)
    Recipient.objects.filter(mailing=mailing).delete()
    mailing.state, mailing.frozen_at = MailingState.DRAFT, None
    mailing.included = mailing.left_out = 0
    mailing.approved_at = mailing.approved_by = None
    mailing.save()
    return mailing


@transaction.atomic
def gather(*, mailing: Mailing, by: User, at: datetime) -> None:
    """Freeze the letter as its template is now, and have the addressees gathered. Raises NotNow, BadTemplate, TooLarge, NotUnderstood."""
    kept = _locked(mailing, *BEFORE_START)
    template = kept.template
    for text in (template.subject, template.body, template.text):
        check(text)
    check_size(template.materials.all())
    kept.content, kept.parcel = content_of(template), None
    freezing.audience(kept.parameters, kept.created_by)
    kept.state, kept.heartbeat_at, kept.failure = MailingState.FREEZING, at, ""
    kept.save(update_fields=["content", "parcel", "state", "heartbeat_at", "failure"])
    sending.keep_links(kept)
    tasks.gather_addressees.delay_on_commit(mailing_id=kept.pk)


@transaction.atomic
def take_out(*, recipient: Recipient, by: User, at: datetime) -> None:
    """Leave one out by hand before his letter is made. Raises NotNow."""
    kept = _locked(recipient.mailing)
    taken = Recipient.objects.filter(pk=recipient.pk, state=RecipientState.WAITING).update(state=RecipientState.LEFT_OUT, reason=LeftOut.REMOVED)  # fmt: skip
    if not taken:
        raise NotNow(_("The letter is made already, or he is left out."))
    if kept.included:
        Mailing.objects.filter(pk=kept.pk).update(included=kept.included - 1, left_out=kept.left_out + 1)  # fmt: skip
    journal.record("mailing.taken_out", kept, by=by, at=at, address=recipient.address)


@transaction.atomic
def begin(*, mailing: Mailing, by: User, at: datetime) -> Mailing:
    """Start it, or have it wait for approval when it goes to many and `by` may not approve. Raises NotNow."""
    kept = _locked(mailing, MailingState.READY)
    if not kept.included:
        raise NotNow(_("There is nobody to send to: look why each was left out."))
    _check_line(kept)
    if kept.included > limits.approval_above() and not by.has_perm("mailing.approve_mailings"):  # fmt: skip
        kept.state = MailingState.APPROVAL
        kept.save(update_fields=["state"])
        journal.record("mailing.approval_asked", kept, by=by, at=at, count=kept.included)  # fmt: skip
        telling.asked(kept, by=by, at=at)
        return kept
    _run(kept, by=by, at=at)
    return kept


def _check_line(mailing: Mailing) -> None:
    """Faxes need a line that is in use. Raises NotNow."""
    if mailing.channel != MailChannel.FAX:
        return
    lines = FaxLine.objects.filter(is_active=True)
    wanted = lines.filter(pk=mailing.line_id) if mailing.line_id else lines.filter(is_default=True)  # fmt: skip
    if not wanted.exists():
        raise NotNow(_("No fax line is in use: an administrator sets it up under Settings, Fax."))  # fmt: skip


@transaction.atomic
def approve(*, mailing: Mailing, by: User, at: datetime) -> None:
    kept = _locked(mailing, MailingState.APPROVAL)
    _check_line(kept)
    kept.approved_by, kept.approved_at = by, at
    journal.record("mailing.approved", kept, by=by, at=at, count=kept.included)
    telling.decided(kept, "approved", by=by, at=at)
    _run(kept, by=by, at=at)


@transaction.atomic
def send_back(*, mailing: Mailing, by: User, at: datetime) -> None:
    """Not approved: its author changes it, or leaves it."""
    kept = _locked(mailing, MailingState.APPROVAL)
    kept.state = MailingState.READY
    kept.save(update_fields=["state"])
    journal.record("mailing.sent_back", kept, by=by, at=at)
    telling.decided(kept, "returned", by=by, at=at)


def _run(mailing: Mailing, *, by: User, at: datetime) -> None:
    materials = list(mailing.template.materials.all())
    if materials and mailing.parcel_id is None:
        mailing.parcel = pack(attachments(materials), at=at)
    mailing.state, mailing.started_at, mailing.heartbeat_at = MailingState.RUNNING, at, None  # fmt: skip
    mailing.save()
    journal.record("mailing.started", mailing, by=by, at=at, count=mailing.included)
    if mailing.starts_at is None or mailing.starts_at <= at:
        tasks.run_mailing.delay_on_commit(mailing_id=mailing.pk)


@transaction.atomic
def pause(*, mailing: Mailing, by: User, at: datetime) -> int:
    """Send no more for now; letters that nobody has begun to send come back. How many came back."""
    kept = _locked(mailing, MailingState.RUNNING)
    kept.state = MailingState.PAUSED
    kept.save(update_fields=["state"])
    journal.record("mailing.paused", kept, by=by, at=at)
    return sending.take_back(kept)


@transaction.atomic
def go_on(*, mailing: Mailing, by: User, at: datetime) -> None:
    kept = _locked(mailing, MailingState.PAUSED, MailingState.STOPPED)
    kept.state, kept.finished_at, kept.heartbeat_at = MailingState.RUNNING, None, None
    kept.failure = ""
    kept.save(update_fields=["state", "finished_at", "heartbeat_at", "failure"])
    journal.record("mailing.went_on", kept, by=by, at=at)
    tasks.run_mailing.delay_on_commit(mailing_id=kept.pk)


@transaction.atomic
def stop(*, mailing: Mailing, by: User, at: datetime) -> int:
    """End it where it stands; who had no letter yet gets none. How many letters came back from the outbox."""
    kept = _locked(mailing, MailingState.RUNNING, MailingState.PAUSED)
    kept.state, kept.finished_at = MailingState.STOPPED, at
    kept.save(update_fields=["state", "finished_at"])
    journal.record("mailing.stopped", kept, by=by, at=at)
    return sending.take_back(kept)


@transaction.atomic
def retry_failed(*, mailing: Mailing, by: User, at: datetime) -> int:
    """Send again what failed, but for letters that may have arrived. How many; the rest by a further call. Raises NotNow."""
    kept = _locked(mailing, MailingState.RUNNING, MailingState.PAUSED, MailingState.STOPPED, MailingState.DONE)  # fmt: skip
    again = _again_by_fax(kept, at=at) if kept.channel == MailChannel.FAX else _again(kept, by=by, at=at)  # fmt: skip
    unmade = Recipient.objects.filter(mailing=kept, state=RecipientState.FAILED)
    anew = unmade.update(state=RecipientState.WAITING, failure="")
    if not again and not anew:
        raise NotNow(_("There is no failed letter that may be sent again."))
    Recipient.objects.filter(pk__in=again).update(noted_at=None)
    if kept.state in (MailingState.DONE, MailingState.STOPPED):
        kept.state, kept.finished_at, kept.heartbeat_at = MailingState.RUNNING, None, None  # fmt: skip
        kept.save(update_fields=["state", "finished_at", "heartbeat_at"])
    journal.record("mailing.retried", kept, by=by, at=at, count=len(again) + anew)
    tasks.run_mailing.delay_on_commit(mailing_id=kept.pk)
    return len(again) + anew


def _again(mailing: Mailing, *, by: User, at: datetime) -> list[int]:
    failed = Recipient.objects.filter(mailing=mailing, letter__status=LetterStatus.FAILED).exclude(letter__trouble=Trouble.UNSURE)  # fmt: skip
    again = []
    for row in failed.select_related("letter").order_by("pk")[:RETRIED_AT_ONCE]:
        assert row.letter is not None
        try:
            send_again(letter=row.letter, by=by, at=at)
        except NothingToRepeat:
            continue
        again.append(row.pk)
    return again


def _again_by_fax(mailing: Mailing, *, at: datetime) -> list[int]:
    failed = Recipient.objects.filter(mailing=mailing, fax__state=FaxState.FAILED)
    rows = failed.select_related("fax").order_by("pk")[:RETRIED_AT_ONCE]
    return [row.pk for row in rows if row.fax and faxes.send_again(row.fax, at=at)]


@transaction.atomic
def delete_draft(*, mailing: Mailing, by: User, at: datetime) -> None:
    """Throw away what was never started; for `KEPT_FOR` it can be taken back. Raises NotNow."""
    kept = _locked(mailing, *BEFORE_START)
    kept.thrown_at = at
    kept.save(update_fields=["thrown_at"])
    journal.record("mailing.thrown_away", kept, by=by, at=at)
    Mailing.objects.filter(thrown_at__lt=at - KEPT_FOR).delete()


@transaction.atomic
def take_back(*, mailing: Mailing, by: User, at: datetime) -> None:
    """The draft stands again as it was thrown away, its addressees too."""
    if Mailing.objects.filter(pk=mailing.pk, thrown_at__isnull=False).update(thrown_at=None):  # fmt: skip
        journal.record("mailing.taken_back", mailing, by=by, at=at)


@transaction.atomic
def copy(*, mailing: Mailing, by: User, at: datetime) -> Mailing:
    """A draft with the same letter, list and limits."""
    made = Mailing(
        name=_("%s, copy") % mailing.name[:150],
        **{
            name: getattr(mailing, name)
            for name in (
                "channel", "template", "selection", "parameters", "audience", "whom", "is_advertising", "topic", "campaign",
                "account", "line", "per_minute", "per_domain", "quiet_from", "quiet_until", "track_opens", "track_clicks",
            )
        },
    )  # fmt: skip
    return save_draft(mailing=made, by=by, at=at)
