"""What a waiting line of a statement probably pays: by the payer's INN, the number in the purpose and the amount.

Sure is only what all three say alike; everything else is a proposal that a person confirms. A constant number of queries
for however many lines.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q

from clients.models import Client
from clients.requisites import check_inn
from deals import allocation
from deals.bank.purpose import invoice_numbers, is_doubtful, number_key
from deals.choices import InvoiceState, PaymentKind
from deals.models import BankCounterparty, FirmAccount, Invoice, Payment, StatementLine
from salesexpert.core.folding import fold

OPEN = (InvoiceState.ISSUED, InvoiceState.PARTLY_PAID)
# Orders of the bank itself, acquiring, collections: a person looks at them.
DOUBTFUL_CODES = {"06", "16", "17", "02"}
TWIN_WITHIN = timedelta(days=5)
CANDIDATES = 5


@dataclass(slots=True)
class Proposal:
    """`parts` in the order in which they are paid; what they leave of the amount becomes an advance.

    `why` holds codes: "inn", "account", "name", "number", "amount", "oldest", "part", "doubtful", "no_account",
    "several", "nobody". `twin`: a payment that somebody seems to have recorded by hand already.
    """

    client: Client | None = None
    parts: list[tuple[Invoice, Decimal]] = field(default_factory=list)
    sure: bool = False
    why: list[str] = field(default_factory=list)
    others: list[Client] = field(default_factory=list)
    twin: Payment | None = None
    account: FirmAccount | None = None
    named: list[str] = field(default_factory=list)

    @property
    def laid(self) -> Decimal:
        return sum((part for _invoice, part in self.parts), Decimal(0))

    @property
    def claims(self) -> dict[int, Decimal]:
        """What it takes of the invoices that it names, which no later line may count on."""
        named = "number" in self.why
        return {invoice.pk: part for invoice, part in self.parts} if named else {}


def propose(
    lines: Sequence[StatementLine], *, taken: Mapping[int, Decimal] | None = None
) -> dict[int, Proposal]:
    """{line: proposal} for incoming lines. `taken` is what earlier lines that still wait claim of invoices."""
    known = _Known(lines)
    # Two lines of one batch do not both count on the same debt: the earlier takes it.
    taken = dict(taken or {})
    return {
        line.pk: _propose(line, known, taken)
        for line in sorted(lines, key=lambda one: (one.booked_on, one.pk))
    }


class _Known:
    """All that the lines could be about, read at once."""

    def __init__(self, lines: Sequence[StatementLine]) -> None:
        rows = FirmAccount.objects.select_related("firm").filter(
            number__in={line.account for line in lines}
        )
        self.accounts = {account.number: account for account in rows}
        inns = {line.payer_inn for line in lines if line.payer_inn and not check_inn(line.payer_inn)}  # fmt: skip
        names = {fold(line.payer) for line in lines if line.payer} - {""}
        numbers = {line.payer_account for line in lines if line.payer_account}
        by_account: dict[str, set[int]] = {}
        for number, client_id in BankCounterparty.objects.filter(
            number__in=numbers
        ).values_list("number", "client"):
            by_account.setdefault(number, set()).add(client_id)
        clients = Client.objects.filter(
            Q(inn__in=inns)
            | Q(folded__in=names)
            | Q(pk__in={pk for ids in by_account.values() for pk in ids}),
            merged_into=None,
        ).select_related("legal_form")
        self.by_inn: dict[str, list[Client]] = {}
        self.by_name: dict[str, list[Client]] = {}
        self.by_account: dict[str, list[Client]] = {}
        found = {client.pk: client for client in clients}
        for client in found.values():
            if client.inn in inns:
                self.by_inn.setdefault(client.inn, []).append(client)
            if client.folded in names:
                self.by_name.setdefault(client.folded, []).append(client)
        for number, ids in by_account.items():
            self.by_account[number] = [found[pk] for pk in sorted(ids) if pk in found]
        self.named = {line.pk: invoice_numbers(line.purpose) for line in lines}
        written = {form for numbers in self.named.values() for number in numbers for form in _forms(number)}  # fmt: skip
        open_ones = (
            Invoice.objects.filter(state__in=OPEN)
            .filter(Q(client__in=found) | Q(number__in=written))
            .select_related("client__legal_form")
            .order_by("due_on", "pk")
        )
        self.invoices: dict[int, list[Invoice]] = {}
        self.by_number: dict[str, list[Invoice]] = {}
        for invoice in open_ones:
            self.invoices.setdefault(invoice.client_id, []).append(invoice)
            self.by_number.setdefault(number_key(invoice.number), []).append(invoice)
        self.payments: dict[int, list[Payment]] = {}
        days = [line.booked_on for line in lines]
        if days:
            recorded = Payment.objects.filter(
                client__in=found,
                kind=PaymentKind.RECEIPT,
                correction=None,
                statement_lines=None,
                paid_on__gte=min(days) - TWIN_WITHIN,
                paid_on__lte=max(days) + TWIN_WITHIN,
            )
            for payment in recorded.order_by("pk"):
                self.payments.setdefault(payment.client_id, []).append(payment)


def _forms(number: str) -> set[str]:
    """Ways in which the number may stand on the invoice."""
    return {number, number.upper(), number.lstrip("0"), number_key(number)}


def _propose(line: StatementLine, known: _Known, taken: dict[int, Decimal]) -> Proposal:
    proposal = Proposal(
        account=known.accounts.get(line.account), named=known.named[line.pk]
    )
    _find_client(line, known, proposal)
    by_inn = "inn" in proposal.why
    keys = {number_key(number) for number in proposal.named}
    if proposal.client is None:
        _by_number_alone(line, known, proposal, keys)
    if proposal.account is None:
        proposal.why.append("no_account")
    if line.payment_code in DOUBTFUL_CODES or is_doubtful(line.purpose):
        proposal.why.append("doubtful")
    if proposal.client is None:
        proposal.why.append("nobody")
        return proposal
    own = [
        allocation.Owed(i.pk, i.due_on, rest)
        for i in known.invoices.get(proposal.client.pk, ())
        if i.currency == line.currency
        and (proposal.account is None or i.firm_id == proposal.account.firm_id)
        and (rest := i.total - i.paid - taken.get(i.pk, Decimal(0))) > 0
    ]
    invoices = {i.pk: i for i in known.invoices.get(proposal.client.pk, ())}
    named = [o for o in own if number_key(invoices[o.id].number) in keys]
    exact = False
    if named:
        proposal.why.append("number")
        rests = sum((o.rest for o in named), Decimal(0))
        exact = line.amount == rests and len(named) == len(keys)
        parts = allocation.oldest_first(line.amount, named)
        proposal.why.append("amount" if line.amount == rests else "part")
    elif same := [o for o in own if o.rest == line.amount]:
        proposal.why.append("amount")
        parts = {same[0].id: line.amount}
    else:
        parts = allocation.oldest_first(line.amount, own)
        if parts:
            proposal.why.append("oldest")
    proposal.parts = [(invoices[pk], part) for pk, part in parts.items()]
    proposal.twin = _twin(line, known, proposal.client)
    doubts = {"no_account", "doubtful", "several"} & set(proposal.why)
    proposal.sure = exact and by_inn and not doubts and proposal.twin is None
    for pk, part in proposal.claims.items():
        taken[pk] = taken.get(pk, Decimal(0)) + part
    return proposal


def _find_client(line: StatementLine, known: _Known, proposal: Proposal) -> None:
    for why, found in (
        ("inn", known.by_inn.get(line.payer_inn, [])),
        ("account", known.by_account.get(line.payer_account, [])),
        ("name", known.by_name.get(fold(line.payer), [])),
    ):
        if not found:
            continue
        owing = [client for client in found if known.invoices.get(client.pk)]
        first = (owing or found)[0]
        proposal.client = first
        proposal.why.append(why)
        proposal.others = [c for c in found if c.pk != first.pk][:CANDIDATES]
        if len(owing) > 1 or (not owing and len(found) > 1):
            proposal.why.append("several")
        return


def _by_number_alone(
    line: StatementLine, known: _Known, proposal: Proposal, keys: Iterable[str]
) -> None:
    """An unknown payer names an invoice and pays exactly what it owes: somebody pays for our client."""
    fitting = [
        invoice
        for key in keys
        for invoice in known.by_number.get(key, ())
        if invoice.total - invoice.paid == line.amount
        and invoice.currency == line.currency
    ]
    if len(fitting) == 1:
        proposal.client = fitting[0].client


def _twin(line: StatementLine, known: _Known, client: Client) -> Payment | None:
    near = [
        payment
        for payment in known.payments.get(client.pk, ())
        if payment.amount == line.amount
        and payment.currency == line.currency
        and abs(payment.paid_on - line.booked_on) <= TWIN_WITHIN
    ]
    same = [p for p in near if line.number and p.document_number == line.number]
    return next(iter([*same, *near]), None)
