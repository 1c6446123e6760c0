"""Bank statements: loaded once, sure payments booked at once, the others decided by a person."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from deals import telling
from deals.actions import ground, payments, statement_booking
from deals.actions.ground import NotPossible
from deals.bank import reading, taking_in
from deals.bank.booking import book, book_sure, decide
from deals.bank.wording import sum_text
from deals.choices import LineState, PaymentKind, PaymentWay
from deals.models import (  # fmt: skip
    BankStatement,
    Deal,
    FirmAccount,
    Invoice,
    OwnFirm,
    Payment,
    StatementBooking,
    StatementFile,
    StatementLine,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@dataclass(slots=True)
class Loaded:
    """What loading did. `statement` is None when every document of the file was loaded before."""

    statement: BankStatement | None
    figures: dict[str, Any]
    warnings: list[dict[str, Any]] = field(default_factory=list)
    matched: int = 0
    unmatched: int = 0
    repeated: int = 0
    # The row of a long statement, whose documents are taken in and booked afterwards.
    booking: StatementBooking | None = None


@transaction.atomic
def load_statement(
    data: bytes,
    *,
    file_name: str = "",
    by: User | None,
    at: datetime | None = None,
    whole: bool = False,
) -> Loaded:
    """Load a file of 1CClientBankExchange: all of it, or nothing with the reason (StatementRefused).

    What surely pays invoices is booked; every other incoming document waits for a person. Documents loaded before, in
    this file or another, are not taken again. A long file is looked through and kept, and a worker takes its documents
    in and books them afterwards, unless `whole` says that the caller waits for all of it.
    """
    at = at or timezone.now()
    read = reading.read(data)
    taking_in.take_turn()
    warnings = _doubts(read)
    documents: dict[str, reading.Document] = {}
    for document in read.documents:
        identity = taking_in.identity_of(document)
        if identity in documents:
            warnings.append({"code": "twice_in_file", "number": document.number, "line": document.line})  # fmt: skip
        documents.setdefault(identity, document)
    known = set(
        StatementLine.objects.filter(identity__in=documents).values_list("identity", flat=True)
    )  # fmt: skip
    new = [document for identity, document in documents.items() if identity not in known]  # fmt: skip
    repeated = len(read.documents) - len(new)
    figures = _figures(read) | {"repeated": repeated}
    done = Loaded(None, figures, warnings, repeated=repeated)
    digest = hashlib.sha256(data).hexdigest()
    if BankStatement.objects.filter(digest=digest).exists() or (known and not new):
        return done
    done.statement = statement = BankStatement.objects.create(
        file_name=file_name.replace("\x00", "")[-255:],
        digest=digest,
        sender=read.sender[:300],
        since=read.since,
        until=read.until,
        accounts=[_told(account) for account in read.accounts.values()],
        figures=figures,
        warnings=warnings,
        loaded_at=at,
        loaded_by=by,
    )
    if len(new) > statement_booking.AT_ONCE and not whole:
        StatementFile.objects.create(statement=statement, content=data)
        waiting = sum(map(taking_in.waits, new))
        done.booking = statement_booking.begin(statement, waiting, by=by, at=at, from_file=True)  # fmt: skip
        journal.record(
            "statement.loaded", statement, by=by, at=at, documents=len(new), matched=0
        )
        return done
    taking_in.insert(statement, new)
    incoming = list(statement.lines.filter(state=LineState.WAITING).order_by("pk"))
    done.matched = len(book_sure(incoming, by=by, at=at))
    done.unmatched = len(incoming) - done.matched
    statement.figures = figures | {"matched": done.matched, "unmatched": done.unmatched}
    statement.save(update_fields=["figures"])
    journal.record(
        "statement.loaded", statement, by=by, at=at, documents=len(new), matched=done.matched
    )  # fmt: skip
    telling.statement_loaded(
        statement, matched=done.matched, unmatched=done.unmatched, by=by, at=at
    )
    return done


def _figures(read: reading.Statement) -> dict[str, Any]:
    names = {"incoming": "in", "outgoing": "out", "own_transfers": "own", "unknown": "unknown"}  # fmt: skip
    return {"documents": len(read.documents)} | {
        name: {"count": read.count(way), "sum": sum_text(read.sum(way))}
        for name, way in names.items()
    }


def _told(account: reading.Account) -> dict[str, str]:
    return {
        "number": account.number,
        "name": account.name,
        "inn": account.inn,
        "bank": account.bank,
        "bic": account.bic,
        "correspondent": account.correspondent,
    }


def _doubts(read: reading.Statement) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if not read.accounts:
        found.append({"code": "no_own_account"})
    known = set(
        FirmAccount.objects.filter(number__in=read.accounts).values_list("number", flat=True)
    )  # fmt: skip
    came: Counter[str] = Counter()
    went: Counter[str] = Counter()
    for document in read.documents:
        for number in document.recipient.accounts & set(read.accounts):
            came[number] += document.amount  # type: ignore[assignment]
        for number in document.payer.accounts & set(read.accounts):
            went[number] += document.amount  # type: ignore[assignment]
        if document.way == PaymentWay.UNKNOWN:
            found.append({"code": "unknown_way", "number": document.number, "line": document.line})  # fmt: skip
    for account in read.accounts.values():
        for code, declared, sums in (
            ("received_differs", account.received, came),
            ("spent_differs", account.spent, went),
        ):
            total = Decimal(sums[account.number])
            if declared is not None and declared != total:
                found.append(
                    {
                        "code": code,
                        "account": account.number,
                        "declared": sum_text(declared),
                        "found": sum_text(total),
                    }
                )
        if account.number not in known:
            found.append({"code": "unknown_account", "account": account.number})
    return found


# ── deciding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def _waiting(line_id: int, client_id: int | None = None) -> StatementLine:
    if client_id is not None:
        ground.locked_client(client_id)
    line = StatementLine.objects.select_for_update(of=("self",)).get(pk=line_id)
    if line.state != LineState.WAITING:
        raise NotPossible(_("This line is decided already."))
    return line


@transaction.atomic
def book_line(
    line_id: int,
    *,
    by: User,
    client: Client,
    parts: Mapping[int, Decimal] | None = None,
    deal: Deal | None = None,
    at: datetime | None = None,
) -> Payment:
    """Book a waiting line as a payment of this client; `parts` as in `record_payment`."""
    at = at or timezone.now()
    line = _waiting(line_id, client.pk)
    account = FirmAccount.objects.select_related("firm").filter(number=line.account).first()  # fmt: skip
    return book(line, client, account, parts, deal, by=by, at=at)


@transaction.atomic
def link_line(
    line_id: int, payment: Payment, *, by: User, at: datetime | None = None
) -> None:
    """The payment was recorded by hand before: the line is that payment, and nothing is booked."""
    at = at or timezone.now()
    line = _waiting(line_id, payment.client_id)
    if payment.kind != PaymentKind.RECEIPT or (payment.amount, payment.currency) != (line.amount, line.currency):  # fmt: skip
        raise NotPossible(_("That payment is of another sum."))
    if Payment.objects.filter(corrects=payment).exists() or payment.statement_lines.exists():  # fmt: skip
        raise NotPossible(_("That payment is corrected, or stands in a statement already."))  # fmt: skip
    decide(line, LineState.BOOKED, payment=payment, by=by, at=at)


@transaction.atomic
def refund_line(
    line_id: int,
    *,
    by: User,
    client: Client,
    invoice: Invoice | None = None,
    at: datetime | None = None,
) -> Payment:
    """What was paid out is a client's money given back: `invoice` as in `payments.refund`.

    A refund of this sum that somebody recorded by hand within a few days is taken for it, and nothing is recorded twice.
    """
    at = at or timezone.now()
    ground.locked_client(client.pk)
    line = StatementLine.objects.select_for_update(of=("self",)).get(pk=line_id)
    if line.way != PaymentWay.OUTGOING or line.state == LineState.BOOKED or not line.amount:  # fmt: skip
        raise NotPossible(_("Only money paid out can be a refund, and only once."))
    account = FirmAccount.objects.select_related("firm").filter(number=line.account).first()  # fmt: skip
    if account is None:
        raise NotPossible(
            _("Account %(account)s is of none of our own firms: add it first.")
            % {"account": line.account}
        )
    near = timedelta(days=5)
    by_hand = Payment.objects.filter(
        kind=PaymentKind.REFUND,
        client=client,
        firm=account.firm,
        amount=line.amount,
        currency=line.currency,
        paid_on__range=(line.booked_on - near, line.booked_on + near),
        correction=None,
        statement_lines=None,
    )
    payment = by_hand.order_by("pk").first() or payments.refund(
        by=by,
        client=client,
        amount=line.amount,
        paid_on=min(line.booked_on, timezone.localdate(at)),
        invoice=invoice,
        firm=account.firm,
        currency=line.currency,
        document_number=line.number,
        purpose=line.purpose,
        at=at,
    )
    decide(line, LineState.BOOKED, payment=payment, by=by, at=at)
    return payment


@transaction.atomic
def set_aside(
    line_id: int, *, by: User, reason: str, at: datetime | None = None
) -> None:
    """It is no payment of a client: a loan, acquiring, a supplier's refund."""
    line = _waiting(line_id)
    if not reason.strip():
        raise NotPossible(_("Say in a few words what it is."))
    decide(line, LineState.ASIDE, reason=reason.strip()[:300], by=by, at=at or timezone.now())  # fmt: skip


@transaction.atomic
def take_up(line_id: int, *, by: User, at: datetime | None = None) -> None:
    """What was set aside waits again."""
    line = StatementLine.objects.select_for_update(of=("self",)).get(pk=line_id)
    if line.state != LineState.ASIDE:
        raise NotPossible(_("Only what was set aside can be taken up again."))
    decide(line, LineState.WAITING, by=by, at=at or timezone.now())


@transaction.atomic
def add_own_account(
    number: str, *, firm: OwnFirm, by: User, told: Mapping[str, str] | None = None, at: datetime | None = None
) -> int | None:  # fmt: skip
    """Enter an account that a statement named as one of `firm`, and book what has become sure.

    Returns how many were; None when they are so many that a worker does it.
    """
    at = at or timezone.now()
    if FirmAccount.objects.filter(number=number).exists():
        raise NotPossible(_("This account is entered already."))
    given = told or {}
    account = FirmAccount.objects.create(
        firm=firm,
        number=number,
        bank=given.get("bank", "")[:200],
        bic=given.get("bic", "")[:9],
        correspondent=given.get("correspondent", "")[:20],
        currency=reading.currency_of(number),
        is_default=not firm.accounts.filter(is_default=True).exists(),
    )
    journal.record("firm.account_added", firm, by=by, at=at, account=account.number)
    rows = StatementLine.objects.filter(account=number, state=LineState.WAITING)
    waiting = list(rows[: statement_booking.AT_ONCE + 1])
    if len(waiting) <= statement_booking.AT_ONCE:
        return len(book_sure(waiting, by=by, at=at))
    counts = rows.order_by().values("statement").annotate(n=Count("pk"))
    for pk, count in counts.values_list("statement", "n").order_by("statement"):
        statement_booking.begin(BankStatement(pk=pk), count, by=by, at=at)
    return None
