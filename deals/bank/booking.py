"""Booking what bank statements surely pay: a short one while it is loaded, a long one by a worker, chunk by chunk.

Each chunk is one transaction that holds the row of its booking, and each line is held while it is booked: whoever rings
twice, dies or meets a person who decides the same line, a line is booked once. A person may do his part meanwhile.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from time import monotonic

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from deals import telling
from deals.actions import ground, payments
from deals.actions.ground import NotPossible
from deals.bank import taking_in
from deals.bank.proposing import Proposal, propose
from deals.choices import LineState, StatementState
from deals.models import (  # fmt: skip
    BankCounterparty,
    Deal,
    FirmAccount,
    Payment,
    StatementBooking,
    StatementLine,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.audit.acting import acting

CHUNK = 50
SHIFT_SECONDS = 60
TASK = "deals.statement"


# ── one line ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def book(
    line: StatementLine,
    client: Client,
    account: FirmAccount | None,
    parts: Mapping[int, Decimal] | None,
    deal: Deal | None,
    *,
    by: User | None,
    at: datetime,
) -> Payment:
    """Make a payment of a line that the caller holds."""
    if account is None:
        raise NotPossible(
            _("Account %(account)s is of none of our own firms: add it first.")
            % {"account": line.account}
        )
    payment = payments.record_payment(
        by=by,
        client=client,
        amount=line.amount,
        paid_on=min(line.booked_on, timezone.localdate(at)),
        deal=deal,
        firm=account.firm,
        account=account,
        currency=line.currency,
        document_number=line.number,
        payer=line.payer,
        payer_inn=line.payer_inn,
        purpose=line.purpose,
        parts=parts,
        at=at,
    )
    decide(line, LineState.BOOKED, payment=payment, by=by, at=at)
    if line.payer_account and line.payer_inn and line.payer_inn == client.inn:
        BankCounterparty.objects.get_or_create(
            client=client,
            number=line.payer_account,
            defaults={"bank": line.payer_bank, "bic": line.payer_bic},
        )
    return payment


def decide(
    line: StatementLine,
    state: str,
    *,
    by: User | None,
    at: datetime,
    payment: Payment | None = None,
    reason: str = "",
) -> None:
    line.state, line.payment, line.reason = state, payment, reason
    line.decided_by, line.decided_at = by, at
    line.save(update_fields=["state", "payment", "reason", "decided_by", "decided_at"])


# ── sure ones ────────────────────────────────────────────────────────────────────────────────────────────────────────


def book_sure(
    lines: Sequence[StatementLine], *, by: User | None, at: datetime, taken: dict[int, Decimal] | None = None
) -> set[int]:  # fmt: skip
    """Book what is sure, client by client in the order of their ids, so that two who do it never wait for each other.

    Returns the ids of the lines booked. `taken`, as in `propose`, grows by what the others claim.
    """
    proposals = propose(lines, taken=taken)
    sure = [
        (proposal.client, proposal, line)
        for line in lines
        if (proposal := proposals[line.pk]).sure and proposal.client is not None
    ]
    booked = {
        line.pk
        for client, proposal, line in sorted(
            sure, key=lambda one: (one[0].pk, one[2].pk)
        )
        if _book_by_itself(line.pk, client, proposal, by=by, at=at)
    }
    if taken is not None:
        for line in lines:
            if line.pk not in booked:
                for pk, part in proposals[line.pk].claims.items():
                    taken[pk] = taken.get(pk, Decimal(0)) + part
    return booked


def _book_by_itself(
    line_id: int, client: Client, proposal: Proposal, *, by: User | None, at: datetime
) -> bool:
    """False when the line is decided by now, or the invoice is paid otherwise: then a person looks at it."""
    try:
        with transaction.atomic():
            # As all who decide a line: the client first.
            ground.locked_client(client.pk)
            rows = StatementLine.objects.select_for_update(of=("self",))
            line = rows.filter(pk=line_id, state=LineState.WAITING).first()
            if line is None:
                return False
            parts = {invoice.pk: part for invoice, part in proposal.parts}
            book(line, client, proposal.account, parts, None, by=by, at=at)
            line.by_itself = True
            line.save(update_fields=["by_itself"])
            return True
    except NotPossible:
        return False


# ── long statements ──────────────────────────────────────────────────────────────────────────────────────────────────


def run(booking_id: int) -> bool:
    """Take in and book one shift long. True when nothing remains to be done now: by this worker, or because another has it."""
    waiting = StatementBooking.objects.filter(
        pk=booking_id, state=StatementState.QUEUED
    )
    if not waiting.update(state=StatementState.RUNNING, heartbeat_at=timezone.now()):
        return True
    by = StatementBooking.objects.values_list("by", flat=True).get(pk=booking_id)
    ends = monotonic() + SHIFT_SECONDS
    with acting(user=by, task=TASK):
        for _chunk in _chunks(booking_id):
            if monotonic() > ends:
                mine = StatementBooking.objects.filter(pk=booking_id, state=StatementState.RUNNING)  # fmt: skip
                return not mine.update(state=StatementState.QUEUED)
    return True


def _chunks(booking_id: int) -> Iterator[None]:
    """The work, some of it between two yields."""
    yield from taking_in.chunks(booking_id)
    while _book_chunk(booking_id):
        yield


@transaction.atomic
def _book_chunk(booking_id: int) -> bool:
    """Book the next lines; whether more are left."""
    rows = StatementBooking.objects.select_for_update(of=("self",))
    booking = rows.select_related("statement", "by").get(pk=booking_id)
    if booking.state != StatementState.RUNNING or booking.taken_in is not None:
        return False
    at = timezone.now()
    lines = list(_lines_left(booking)[:CHUNK])
    taken = {int(pk): Decimal(part) for pk, part in booking.taken.items()}
    booking.booked += len(book_sure(lines, by=booking.by, at=at, taken=taken))
    booking.taken = {str(pk): str(part) for pk, part in taken.items()}
    booking.done += len(lines)
    booking.heartbeat_at, booking.falls = at, 0
    if lines:
        booking.upto = lines[-1].pk
    if len(lines) < CHUNK:
        _finish(booking, at=at)
    booking.save()
    return booking.state == StatementState.RUNNING


def _lines_left(booking: StatementBooking) -> QuerySet[StatementLine]:
    """Lines that nobody has looked at, in the order in which `propose` goes through them."""
    rows = booking.statement.lines.filter(state=LineState.WAITING)
    if booking.upto is not None:
        last = StatementLine.objects.only("booked_on").get(pk=booking.upto)
        rows = rows.filter(
            Q(booked_on__gt=last.booked_on)
            | Q(booked_on=last.booked_on, pk__gt=last.pk)
        )
    return rows.order_by("booked_on", "pk")


def _finish(booking: StatementBooking, *, at: datetime) -> None:
    statement = booking.statement
    booking.state, booking.taken = StatementState.DONE, {}
    booking.total = booking.done
    unmatched = statement.lines.filter(state=LineState.WAITING).count()
    matched = statement.lines.filter(state=LineState.BOOKED, by_itself=True).count()
    statement.figures |= {"matched": matched, "unmatched": unmatched}
    statement.save(update_fields=["figures"])
    journal.record(
        "statement.booked", statement, by=booking.by, at=at, matched=booking.booked
    )
    # Whoever loaded it has turned to other work by now: he hears of it as the others do.
    telling.statement_loaded(
        statement, matched=matched, unmatched=unmatched, by=None, at=at
    )
