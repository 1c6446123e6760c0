"""Faxes queued, handed to their lines, followed until they end."""

import secrets
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from clients import phones
from clients.advertising import may_advertise
from clients.models import Client, Contact
from clients.personal_choices import Channel
from mailing.choices import FaxDriver, FaxState, FaxTrouble
from mailing.faxing.base import Driver, NotTaken, Status
from mailing.faxing.gateway import Gateway
from mailing.faxing.hylafax import HylaFax
from mailing.models import Fax, FaxLine, Recipient
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.outbox.actions import pack
from salesexpert.outbox.models import Attachment, Parcel

logger = structlog.get_logger(__name__)

DRIVERS: dict[str, Driver] = {FaxDriver.GATEWAY: Gateway(), FaxDriver.HYLAFAX: HylaFax()}  # fmt: skip
WAITS = [timedelta(minutes=m) for m in (5, 15, 60, 180)]
# A worker that died with a fax in hand.
LOST_AFTER = timedelta(minutes=5)
# A service that said nothing for so long will say nothing.
SILENT_AFTER = timedelta(days=2)
AT_ONCE = 20
# Nobody knows whether these arrived.
MAY_HAVE_GONE = (FaxTrouble.SILENT, FaxTrouble.UNSURE)
# A line that was tried and is away, a number that is busy: another time it may work.
PASSING = {FaxTrouble.BUSY, FaxTrouble.NO_ANSWER, FaxTrouble.NO_LINE, FaxTrouble.BROKEN_OFF}  # fmt: skip


class CannotFax(DomainError):
    pass


def check_fax_number(number: str) -> str:
    """The number as it is called. Raises CannotFax."""
    read = next((x for x in phones.read(number) if x.e164), None)
    if read is None:
        raise CannotFax(_("“%(number)s” is not a number that can be called.") % {"number": number[:40]})  # fmt: skip
    return read.e164


@transaction.atomic
def queue_fax(
    *,
    number: str,
    pdf: bytes | Parcel,
    title: str,
    at: datetime,
    key: str | None = None,
    line: FaxLine | None = None,
    client: Client | None = None,
    contact: Contact | None = None,
    by: User | None = None,
    not_before: datetime | None = None,
    shared: Parcel | None = None,
    pages: int | None = None,
) -> Fax:
    """Put a fax into the queue of its line; it goes when the line is awake. The second call with a key returns the first's fax.

    `pdf` may be a parcel that many faxes share; the files of `shared` follow it. `pages` as far as they are known. Raises CannotFax for a number that is none, or where there is no line.
    """
    called = check_fax_number(number)
    line = line or FaxLine.objects.filter(is_active=True, is_default=True).first()
    if line is None:
        raise CannotFax(_("No fax line is set up."))
    if key and (there := Fax.objects.filter(key=key).first()):
        return there
    files = pdf if isinstance(pdf, Parcel) else pack([("fax.pdf", pdf, "application/pdf")], at=at)  # fmt: skip
    return Fax.objects.create(
        key=key,
        tag=_new_tag(),
        line=line,
        number=called,
        files=files,
        shared=shared,
        pages=pages,
        title=" ".join(title.split())[:200],
        client=client,
        contact=contact,
        sent_by=by,
        queued_at=at,
        attempt_at=max(at, not_before) if not_before else at,
    )


def send_due(*, at: datetime) -> int:
    """Hand over faxes that are due on lines that are awake; how many were."""
    _settle_lost(at=at)
    handed = 0
    for line in FaxLine.objects.filter(is_active=True):
        room = _room(line, at=at)
        due = Fax.objects.filter(line=line, state=FaxState.QUEUED, attempt_at__lte=at)
        for pk in list(due.order_by("attempt_at").values_list("pk", flat=True)[:room]):
            handed += _send(pk, line)
    return handed


def ask_lines(*, at: datetime) -> None:
    """Ask each line what became of its faxes."""
    for line in FaxLine.objects.all():
        waiting = list(Fax.objects.filter(line=line, state=FaxState.SENDING, handed_over_at__isnull=False).exclude(job="").select_related("letter").order_by("asked_at", "pk")[:200])  # fmt: skip
        if not waiting:
            continue
        try:
            said = DRIVERS[line.driver].ask(line, waiting)
        except NotTaken as error:
            logger.warning("fax_line_away", line=line.pk, said=error.said)
            continue
        for fax in waiting:
            status = said.get(fax.pk)
            if status is None and fax.handed_over_at and fax.handed_over_at < at - SILENT_AFTER:  # fmt: skip
                status = Status(FaxState.FAILED, FaxTrouble.SILENT)
            _note(fax, status, at=at)


@transaction.atomic
def cancel(fax: Fax, *, at: datetime) -> bool:
    """Call off a fax that has not been handed over. False when it was too late."""
    return bool(
        Fax.objects.filter(pk=fax.pk, state=FaxState.QUEUED).update(
            state=FaxState.CANCELLED, ended_at=at
        )
    )


def _send(pk: int, line: FaxLine) -> int:
    at = timezone.now()
    claimed = Fax.objects.filter(pk=pk, state=FaxState.QUEUED).update(
        state=FaxState.SENDING, claimed_at=at, handed_over_at=None, job="", attempts=F("attempts") + 1
    )  # fmt: skip
    if not claimed:
        return 0
    fax = Fax.objects.get(pk=pk)
    mine = Fax.objects.filter(pk=pk, state=FaxState.SENDING, claimed_at=at)
    if _is_unwanted(fax):
        mine.update(state=FaxState.CANCELLED, ended_at=at)
        return 0
    files = Attachment.objects.filter(Q(parcel=fax.files_id) | Q(parcel=fax.shared_id, parcel__isnull=False))  # fmt: skip
    pdfs = [bytes(x.content) for x in sorted(files, key=lambda x: (x.parcel_id != fax.files_id, x.pk))]  # fmt: skip
    try:
        if not pdfs:
            raise NotTaken(FaxTrouble.REFUSED, "no file", for_good=True)
        job = DRIVERS[line.driver].send(line, fax, pdfs)
    except NotTaken as error:
        _again_or_over(mine, fax, line, error.trouble, error.said, for_good=error.for_good)  # fmt: skip
        return 0
    return mine.update(job=job[:80], handed_over_at=timezone.now(), asked_at=timezone.now())  # fmt: skip


def _is_unwanted(fax: Fax) -> bool:
    """An advertisement whose addressee said no while it waited: the last moment to hold it back."""
    of_mailing = Recipient.objects.filter(fax=fax, mailing__is_advertising=True)
    return of_mailing.exists() and not may_advertise(fax.number, Channel.FAX)


@transaction.atomic
def send_again(fax: Fax, *, at: datetime) -> bool:
    """Queue a fax that failed anew, with all its attempts before it. False for one that may have arrived, or did not fail."""
    return bool(
        Fax.objects.filter(pk=fax.pk, state=FaxState.FAILED)
        .exclude(trouble__in=MAY_HAVE_GONE)
        .update(
            state=FaxState.QUEUED, attempts=0, attempt_at=at, ended_at=None, job="", handed_over_at=None,
            tag=_new_tag(), trouble="", failure="", letter=None,
        )
    )  # fmt: skip


def _new_tag() -> str:
    return f"se-{secrets.token_hex(8)}"


def _again_or_over(mine, fax, line, trouble, said, *, for_good=False) -> None:  # type: ignore[no-untyped-def]  # fmt: skip
    """Another attempt later, or the end: lines and numbers that are only busy are tried as often as the line says."""
    at = timezone.now()
    if for_good or trouble not in PASSING or fax.attempts >= line.attempts:
        mine.update(state=FaxState.FAILED, trouble=trouble, failure=said[:500], ended_at=at)  # fmt: skip
        return
    wait = WAITS[min(fax.attempts, len(WAITS)) - 1]
    # A new tag: the line knows the old one as a job that failed.
    mine.update(
        state=FaxState.QUEUED, attempt_at=at + wait, trouble=trouble, failure=said[:500], job="", handed_over_at=None,
        tag=fax.tag if trouble == FaxTrouble.NO_LINE else _new_tag(),
    )  # fmt: skip


def _note(fax: Fax, status: Status | None, *, at: datetime) -> None:
    mine = Fax.objects.filter(pk=fax.pk, state=FaxState.SENDING, job=fax.job)
    if status is None or status.state == FaxState.SENDING:
        mine.update(asked_at=at)
        return
    if status.state == FaxState.FAILED and status.trouble in PASSING:
        _again_or_over(mine, fax, fax.line, status.trouble, status.failure)
        return
    mine.update(
        state=status.state,
        trouble=status.trouble or "",
        failure=status.failure[:500],
        pages=fax.pages if status.pages is None else status.pages,
        pages_sent=status.pages_sent,
        seconds=status.seconds,
        asked_at=at,
        ended_at=at,
    )


def _settle_lost(*, at: datetime) -> None:
    """Faxes whose worker died: the tag tells the line whether it has the job, so handing over again makes no second one."""
    Fax.objects.filter(
        state=FaxState.SENDING, job="", claimed_at__lt=at - LOST_AFTER
    ).update(state=FaxState.QUEUED, attempt_at=at)


def _room(line: FaxLine, *, at: datetime) -> int:
    """How many faxes the line may take now: none in its quiet hours, else what its limit leaves."""
    now = timezone.localtime(at, timezone.get_default_timezone()).time()
    if line.quiet_from and line.quiet_until:
        begin, end = line.quiet_from, line.quiet_until
        if begin <= now < end if begin <= end else (now >= begin or now < end):
            return 0
    if not line.per_hour:
        return AT_ONCE
    lately = Fax.objects.filter(line=line, claimed_at__gt=at - timedelta(hours=1))
    return max(0, min(AT_ONCE, line.per_hour - lately.count()))
