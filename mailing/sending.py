"""Handing a mailing to the outbox or the fax lines: a few dozen at a time, as its limits and its addressees' clocks allow.

The rows are the truth: an addressee waits, or has a letter in the outbox whose key is his own, so whoever takes up the
work where another fell sends nothing twice. What became of each letter is written into the history of its client.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from html import unescape
from time import monotonic
from typing import Any

import structlog
from django.db import OperationalError, transaction
from django.db.models import Count, QuerySet
from django.db.models.query_utils import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from clients.choices import ActivityCode, ActivityStatus, Direction
from clients.models import Activity, ActivityKind
from deals.papers.merging import BadTemplate
from mailing import by_fax, clocks, papers, tokens
from mailing.choices import MailChannel, MailingState, RecipientState
from mailing.composing import Letters
from mailing.freezing import leave_out_who_said_no
from mailing.models import Mailing, MailingLink, Recipient
from mailing.unsubscribing import headers_for, link_for
from mailing.values import WITH_CLIENT, To, Values, positions
from salesexpert.accounts.models import User
from salesexpert.audit.acting import acting
from salesexpert.outbox.actions import NewLetter, queue_letters
from salesexpert.outbox.choices import LetterStatus
from salesexpert.outbox.models import Letter

logger = structlog.get_logger(__name__)

KIND = "mailing"
SILENT_FOR = timedelta(seconds=25)
SHIFT_SECONDS = 200
AT_ONCE = 100
DRAWN_AT_ONCE = 5
# No more than this stand in the outbox at a time: who pauses a mailing stops all but the letters in hand.
UNDER_WAY = 2_000
_OVER = (LetterStatus.SENT, LetterStatus.FAILED, LetterStatus.BOUNCED, LetterStatus.SUPPRESSED)  # fmt: skip
_HREF = re.compile(r'href="(https?://[^"]+)"')


def claim(mailing_id: int, *, at: datetime) -> bool:
    """Take a running mailing nobody has in hand. True for exactly one caller."""
    free = Q(heartbeat_at=None) | Q(heartbeat_at__lt=at - SILENT_FOR)
    mine = Mailing.objects.filter(free, pk=mailing_id, state=MailingState.RUNNING)
    return bool(mine.update(heartbeat_at=at))


def run(mailing_id: int) -> bool:
    """Send as long as a shift lasts and the limits allow. True when a further shift is to follow at once."""
    if not claim(mailing_id, at=timezone.now()):
        return False
    ends = monotonic() + SHIFT_SECONDS
    more = True
    try:
        work = Work(Mailing.objects.select_related("created_by__role", "account", "parcel", "line").get(pk=mailing_id))  # fmt: skip
        with acting(user=work.mailing.created_by_id, task="mailing"):
            while more and monotonic() < ends:
                more = work.do(at=timezone.now())
    except OperationalError:
        raise  # the database went away: the sweep rings again
    except Exception:
        logger.exception("mailing_fell", mailing=mailing_id)
        more = False
        Mailing.objects.filter(pk=mailing_id, state=MailingState.RUNNING).update(
            state=MailingState.PAUSED,
            failure=_("Sending stopped because of a fault in the program; the administrator finds it in the log. Nobody got a letter twice."),
        )  # fmt: skip
    finally:
        Mailing.objects.filter(pk=mailing_id).update(heartbeat_at=None)
    return more


class Work:
    def __init__(self, mailing: Mailing) -> None:
        self.mailing = mailing
        self.by_fax = mailing.channel == MailChannel.FAX
        self.letters = Letters(mailing.content)
        self.values = Values(
            by=mailing.created_by,
            language=self.letters.language,
            at=timezone.now(),
        )
        self.quiet_at: datetime | None = None
        self.links = {link.url: link.position for link in mailing.links.all()}

    def do(self, *, at: datetime) -> bool:
        """One handful. False when nothing more can be done now."""
        alive = Mailing.objects.filter(pk=self.mailing.pk, state=MailingState.RUNNING)
        if not alive.update(heartbeat_at=at):
            return False
        settle(self.mailing, at=at)
        room = self._room(at)
        with transaction.atomic():
            # Pausing and stopping take the mailing's row before they take letters back.
            if not alive.select_for_update().exists():
                return False
            rows = self._next(room, at) if room else []
            if rows:
                self._queue(rows, at)
        if rows:
            return True
        self._end_if_over(at)
        return False

    def _room(self, at: datetime) -> int:
        mine = Recipient.objects.filter(mailing=self.mailing)
        under_way = mine.filter(state=RecipientState.QUEUED, noted_at=None).count()
        # A paper takes a good part of a second to draw, and rows are held meanwhile.
        at_once = DRAWN_AT_ONCE if self.mailing.content.get("paper") or self.by_fax else AT_ONCE  # fmt: skip
        room = min(at_once, (by_fax.UNDER_WAY if self.by_fax else UNDER_WAY) - under_way)  # fmt: skip
        if limit := self.mailing.per_minute:
            # Evenly: not a minute's letters in its first second.
            for seconds, most in ((60, limit), (10, max(1, -(-limit // 6)))):
                since = at - timedelta(seconds=seconds)
                room = min(room, most - mine.filter(queued_at__gt=since).count())
        return max(0, room)

    def _next(self, room: int, at: datetime) -> list[Recipient]:
        """Those whose turn it is, locked: out of their quiet hours, their domain not asked too much."""
        self._hold_the_quiet(at)
        asked, limit = self._asked(at), self.mailing.per_domain
        waiting = self._due(at)
        if limit:
            waiting = waiting.exclude(domain__in=[d for d, n in asked.items() if n >= limit])  # fmt: skip
        rows = list(
            waiting.select_for_update(skip_locked=True, of=["self"])
            .select_related(*WITH_CLIENT, "contact")
            .order_by("pk")[:room]
        )
        if not rows:
            return []
        said_no = leave_out_who_said_no(self.mailing, [r.pk for r in rows])
        chosen: list[Recipient] = []
        for row in rows:
            if row.pk in said_no or (limit and asked[row.domain] >= limit):
                continue
            asked[row.domain] += 1
            chosen.append(row)
        return chosen or (self._next(room, at) if said_no else [])

    def _due(self, at: datetime) -> QuerySet[Recipient]:
        return Recipient.objects.filter(
            Q(due_at=None) | Q(due_at__lte=at),
            mailing=self.mailing,
            state=RecipientState.WAITING,
        )

    def _hold_the_quiet(self, at: datetime) -> None:
        """Once a minute: whoever sleeps now waits for his morning, all of one clock in one statement."""
        if self.mailing.quiet_from is None or (
            self.quiet_at and at - self.quiet_at < timedelta(minutes=1)
        ):
            return
        self.quiet_at = at
        due = self._due(at)
        for offset in due.order_by().values_list("utc_offset", flat=True).distinct():
            until = clocks.quiet_until(
                at,
                begins=self.mailing.quiet_from,
                ends=self.mailing.quiet_until,
                offset=offset,
            )
            if until is not None:
                due.filter(utc_offset=offset).update(due_at=until)

    def _asked(self, at: datetime) -> Counter[str]:
        if not self.mailing.per_domain:
            return Counter()
        lately = Recipient.objects.filter(mailing=self.mailing, queued_at__gt=at - timedelta(minutes=1))  # fmt: skip
        counted = lately.order_by().values_list("domain").annotate(n=Count("pk"))
        return Counter(dict(counted))

    def _queue(self, rows: list[Recipient], at: datetime) -> None:
        places = positions((r.contact_id, r.client_id) for r in rows)
        if self.by_fax:
            filled = [(row, self._values(row, places)[0]) for row in rows]
            by_fax.queue(self.mailing, filled, at=at)
            Recipient.objects.bulk_update(rows, ["state", "fax", "queued_at", "failure"])  # fmt: skip
            return
        made: list[tuple[Recipient, NewLetter]] = []
        for row in rows:
            try:
                made.append((row, self._letter(row, places)))
            except BadTemplate as error:
                row.state, row.failure = RecipientState.FAILED, str(error)[:300]
        if self.mailing.content.get("paper"):
            made, letters = papers.queue_with_papers(self.mailing, made, at=at)
        else:
            letters = queue_letters(
                [new for _row, new in made],
                kind=KIND,
                at=at,
                account=self.mailing.account,
                parcel=self.mailing.parcel,
            )
        for (row, _new), letter in zip(made, letters, strict=True):
            if letter is None:
                row.state = RecipientState.FAILED
                row.failure = _("This is not an address that a letter can be sent to.")
            else:
                row.state, row.letter, row.queued_at = RecipientState.QUEUED, letter, at
        Recipient.objects.bulk_update(rows, ["state", "letter", "queued_at", "failure"])

    def _values(
        self, row: Recipient, places: Mapping[tuple[int, int], str]
    ) -> tuple[dict[str, Any], User | None]:
        """What the addressee's fields stand for, and who works with him."""
        manager = row.client.curator if row.client and row.client.curator_id else None
        if manager is not None and not manager.is_active:
            manager = None
        values = self.values.of(
            To(
                client=row.client,
                contact=row.contact,
                position=places.get((row.contact_id or 0, row.client_id or 0), ""),
            ),
            manager=manager,
        )
        return values, manager

    def _letter(
        self, row: Recipient, places: Mapping[tuple[int, int], str]
    ) -> NewLetter:
        mailing = self.mailing
        values, manager = self._values(row, places)
        made = self.letters.make(
            values,
            turn=lambda url: self._counted(row, url),
            unsubscribe=link_for(row) if mailing.is_advertising else "",
            pixel=tokens.pixel_url(row.pk) if mailing.track_opens else "",
            sender=values["company"]["name"],
        )
        return NewLetter(
            to=row.address,
            subject=made.subject,
            text=made.text,
            html=made.html,
            reply_to=(manager or mailing.created_by).email or "",
            headers=headers_for(row, account=mailing.account)
            if mailing.is_advertising
            else {},
            key=f"mailing:{mailing.pk}:{row.pk}",
        )

    def _counted(self, row: Recipient, url: str) -> str:
        position = self.links.get(url)
        return url if position is None else tokens.click_url(row.pk, position)

    def _end_if_over(self, at: datetime) -> None:
        mine = Recipient.objects.filter(mailing=self.mailing)
        left = mine.filter(Q(state=RecipientState.WAITING) | Q(state=RecipientState.QUEUED, noted_at=None))  # fmt: skip
        if not left.exists():
            Mailing.objects.filter(pk=self.mailing.pk, state=MailingState.RUNNING).update(
                state=MailingState.DONE, finished_at=at
            )  # fmt: skip


def links_of(body: str) -> list[str]:
    """The addresses a letter leads to that are the same for everybody, in their order."""
    found = [unescape(url) for url in _HREF.findall(body)]
    return [url for url in dict.fromkeys(found) if "{" not in url and len(url) <= 2000][:100]  # fmt: skip


def keep_links(mailing: Mailing) -> None:
    mailing.links.all().delete()
    if mailing.track_clicks and mailing.channel == MailChannel.EMAIL:
        MailingLink.objects.bulk_create(
            MailingLink(mailing=mailing, position=n, url=url)
            for n, url in enumerate(links_of(mailing.content.get("body", "")), 1)
        )


def settle(mailing: Mailing, *, at: datetime, most: int = 500) -> int:
    """Write into the history what went out, and note whose letter has come to an end. Returns how many."""
    settled = 0
    while True:
        with transaction.atomic():
            waits = Recipient.objects.filter(mailing=mailing, state=RecipientState.QUEUED, noted_at=None)  # fmt: skip
            if mailing.channel == MailChannel.FAX:
                over = by_fax.over(waits)
            else:
                over = waits.filter(letter__status__in=_OVER).select_related("letter").defer("letter__text", "letter__html", "letter__headers")  # fmt: skip
            rows = list(
                over.select_for_update(skip_locked=True, of=["self"]).order_by("pk")[:most]
            )  # fmt: skip
            if not rows:
                return settled
            _write_history(mailing, rows, at)
            Recipient.objects.filter(pk__in=[r.pk for r in rows]).update(noted_at=at)
        settled += len(rows)


def _write_history(mailing: Mailing, rows: Iterable[Recipient], at: datetime) -> None:
    code = ActivityCode.FAX if mailing.channel == MailChannel.FAX else ActivityCode.EMAIL  # fmt: skip
    kind = ActivityKind.objects.get(code=code)
    made: list[Any] = []
    with translation.override(mailing.created_by.language):
        said = _("Mailing “%s”") % mailing.name
        for row in rows:
            went = by_fax.told(row) if row.fax else _told(row)
            if went is None:
                continue
            sent_at, title, more = went
            made.append(
                Activity(
                    client_id=row.client_id,
                    contact_id=row.contact_id,
                    kind=kind,
                    direction=Direction.OUT,
                    title=title[:200],
                    summary=", ".join(filter(None, [said, row.address, more])),
                    status=ActivityStatus.DONE,
                    performer=mailing.created_by,
                    done_at=sent_at,
                    feed_at=sent_at,
                    created_at=at,
                    created_by=mailing.created_by,
                )
            )
    Activity.objects.bulk_create(made)


def _told(row: Recipient) -> tuple[datetime, str, str] | None:
    """When the letter went and what it is about; None for one that did not go."""
    letter = row.letter
    if letter is None or letter.sent_at is None:
        return None
    return letter.sent_at, letter.subject, ""


def take_back(mailing: Mailing) -> int:
    """Take letters that nobody has begun to send out of the outbox: their addressees wait again. How many."""
    if mailing.channel == MailChannel.FAX:
        return by_fax.take_back(mailing)
    taken = 0
    while True:
        with transaction.atomic():
            ids = list(
                Letter.objects.filter(
                    mailing_recipient__mailing=mailing,
                    status=LetterStatus.QUEUED,
                    attempts=0,
                )
                .select_for_update(skip_locked=True, of=["self"])
                .values_list("pk", flat=True)[:500]
            )
            if not ids:
                return taken
            Recipient.objects.filter(letter__in=ids).update(
                letter=None, state=RecipientState.WAITING, queued_at=None
            )
            Letter.objects.filter(pk__in=ids).delete()
        taken += len(ids)


def due(*, at: datetime) -> list[int]:
    """Running mailings whose time has come and that nobody has in hand."""
    free = Q(heartbeat_at=None) | Q(heartbeat_at__lt=at - SILENT_FOR)
    running = Mailing.objects.filter(free, Q(starts_at=None) | Q(starts_at__lte=at), state=MailingState.RUNNING)  # fmt: skip
    return list(running.order_by("pk").values_list("pk", flat=True)[:50])


def unfrozen(*, at: datetime) -> list[int]:
    """Mailings whose gathering nobody has in hand."""
    free = Q(heartbeat_at=None) | Q(heartbeat_at__lt=at - timedelta(minutes=2))
    return list(Mailing.objects.filter(free, state=MailingState.FREEZING).values_list("pk", flat=True)[:50])  # fmt: skip
