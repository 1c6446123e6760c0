"""Documents of a bank's file as lines: those of a short file while it is loaded, those of a long one by a worker.

A document is a line once, in whatever files and at whatever moment it comes: its identity is unique in the base.
"""

import hashlib
from collections.abc import Iterator, Sequence

from django.db import connection, transaction
from django.utils import timezone

from deals.bank import reading
from deals.choices import LineState, PaymentWay, StatementState
from deals.models import (  # fmt: skip
    BankStatement,
    StatementBooking,
    StatementFile,
    StatementLine,
)

CHUNK = 500
# One takes lines in at a time: what is known when a file is compared with the base must be all there is.
_TURN = 0x5E11_57A7


def take_turn() -> None:
    """Until the transaction ends nobody else takes lines in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def identity_of(document: reading.Document) -> str:
    said = (
        document.own_account,
        document.number,
        document.dated_on.isoformat(),
        str(document.amount),
        document.payer.account,
        document.purpose,
    )
    return hashlib.sha256("\x1f".join(said).encode()).hexdigest()


def waits(document: reading.Document) -> bool:
    """Whether the document is a payment that somebody, a worker or a person, must decide about."""
    return document.way == PaymentWay.INCOMING and bool(document.amount)


def insert(statement: BankStatement, documents: Sequence[reading.Document]) -> None:
    """Those that the base has are passed over."""
    lines = [_line(statement, document) for document in documents]
    StatementLine.objects.bulk_create(lines, batch_size=CHUNK, ignore_conflicts=True)


def _line(statement: BankStatement, document: reading.Document) -> StatementLine:
    return StatementLine(
        statement=statement,
        identity=identity_of(document),
        way=PaymentWay(document.way),
        state=LineState.WAITING if waits(document) else LineState.KEPT,
        account=document.own_account,
        kind=document.kind,
        payment_code=document.payment_code,
        number=document.number,
        dated_on=document.dated_on,
        booked_on=document.booked_on,
        amount=document.amount,
        currency=document.currency,
        payer=document.payer.name,
        payer_inn=document.payer.inn,
        payer_account=document.payer.account,
        payer_bank=document.payer.bank,
        payer_bic=document.payer.bic,
        recipient=document.recipient.name,
        recipient_inn=document.recipient.inn,
        recipient_account=document.recipient.account,
        purpose=document.purpose,
    )


# ── a long file ──────────────────────────────────────────────────────────────────────────────────────────────────────


def chunks(booking_id: int) -> Iterator[None]:
    """Take in what is left of a long file, some documents between two yields; nothing where all are in."""
    at = StatementBooking.objects.values_list("taken_in", flat=True).get(pk=booking_id)
    if at is None:
        return
    kept = StatementFile.objects.get(statement__booking=booking_id)
    documents = reading.read(bytes(kept.content)).documents
    while _take(booking_id, documents, at):
        at += CHUNK
        yield


@transaction.atomic
def _take(booking_id: int, documents: Sequence[reading.Document], at: int) -> bool:
    """Insert the documents from `at` on; whether more are left. Nothing if another worker has done so by now."""
    rows = StatementBooking.objects.select_for_update(of=("self",))
    booking = rows.select_related("statement").get(pk=booking_id)
    if booking.state != StatementState.RUNNING or booking.taken_in != at:
        return False
    take_turn()
    insert(booking.statement, documents[at : at + CHUNK])
    booking.heartbeat_at, booking.falls = timezone.now(), 0
    booking.taken_in = at + CHUNK
    if booking.taken_in >= len(documents):
        booking.taken_in = None
        _all_in(booking)
    booking.save()
    return booking.taken_in is not None


def _all_in(booking: StatementBooking) -> None:
    statement = booking.statement
    booking.total = statement.lines.filter(state=LineState.WAITING).count()
    statement.figures["repeated"] = statement.figures["documents"] - statement.lines.count()  # fmt: skip
    statement.save(update_fields=["figures"])
    StatementFile.objects.filter(statement=statement).delete()
