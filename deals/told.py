"""What papers and money tell of a deal: invoices, payments, deliveries, papers made, steps of contracts, in its feed."""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db.models import Case, DateField, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from deals.choices import (
    ContractState,
    DeliveryKind,
    DocumentState,
    InvoiceState,
    PaymentKind,
)
from deals.debts import MONEY
from deals.models import (
    ContractStep,
    Deal,
    Delivery,
    Document,
    Invoice,
    Payment,
)
from salesexpert.accounts.models import User, name_of, names_of
from salesexpert.core.compiled import CompiledQuery
from salesexpert.core.templatetags.look import money

# So many of a kind at most: the newest.
EACH = 60


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the deal and is no activity: a stage, a refusal, a paper, a payment."""

    at: datetime
    icon: str
    heading: str
    words: str = ""
    by: str = ""
    url: str = ""


# Whose right shows the events of each kind.
RIGHTS = {
    "invoice": "deals.view_invoice",
    "payment": "deals.view_payment",
    "delivery": "deals.view_delivery",
    "paper": "deals.view_document",
    "contract": "deals.view_contract",
}


def _part(
    rows: QuerySet[Any, Any], kind: str, about: str, on: str, at: str, *columns: Any
) -> QuerySet[Any, Any]:
    """One table as rows of the union: kind, id, its day if it has one, moment, state, name, words, sum, currency, who."""
    day = F(on) if on else Value(None, output_field=DateField())
    names = ("t_state", "t_name", "t_words", "t_amount", "t_currency")
    return (
        rows.order_by(f"-{at}", "-pk")
        .annotate(
            t_kind=Value(kind, output_field=TextField()),
            t_about=F(about),
            t_on=day,
            t_at=F(at),
            **dict(zip(names, columns, strict=True)),
        )
        .values_list("t_kind", "t_about", "t_on", "t_at", *names, *names_of("made_by"))[
            :EACH
        ]
    )


def _text(name: str) -> Cast:
    return Cast(name, TextField())


NO_WORDS = Value("", output_field=TextField())
NO_SUM = Value(None, output_field=MONEY)


@CompiledQuery
def _told(deal: int) -> QuerySet[Any, Any]:
    invoices = _part(
        Invoice.objects.filter(deal=deal), "invoice", "pk", "issued_on", "created_at",
        Case(When(corrects=None, then=_text("state")), default=Value("corrects"), output_field=TextField()),
        _text("number"), NO_WORDS, F("total"), _text("currency"),
    )  # fmt: skip
    payments = _part(
        Payment.objects.filter(deal=deal), "payment", "pk", "paid_on", "created_at",
        _text("kind"), _text("document_number"), _text("purpose"), F("amount"), _text("currency"),
    )  # fmt: skip
    deliveries = _part(
        Delivery.objects.filter(deal=deal, cancelled_at=None), "delivery", "pk", "delivered_on", "created_at",
        _text("kind"), _text("number"), _text("comment"), F("total"), _text("currency"),
    )  # fmt: skip
    papers = _part(
        Document.objects.filter(deal=deal), "paper", "pk", "", "made_at",
        _text("state"), _text("title"), _text("sent_to"), NO_SUM, NO_WORDS,
    )  # fmt: skip
    steps = _part(
        ContractStep.objects.filter(contract__deal=deal), "contract", "contract_id", "", "made_at",
        _text("state"), _text("contract__number"), _text("comment"), NO_SUM, NO_WORDS,
    )  # fmt: skip
    return invoices.union(payments, deliveries, papers, steps, all=True).order_by()


def events(deal: Deal, user: User) -> list[Event]:
    """In no order, one query. Who may not see invoices is not told of them, and so with the others."""
    seen = {kind for kind, right in RIGHTS.items() if user.has_perm(right)}
    found = []
    for kind, about, on, at, state, name, words, amount, currency, *names in _told(deal=deal.pk):  # fmt: skip
        if kind not in seen:
            continue
        icon, heading, url = _DRAWN[kind](about, state, name)
        if amount is not None:
            heading = f"{heading}, {money(amount, currency)}"
        if kind == "paper":
            words = _("Sent to %(whom)s") % {"whom": words} if words else ""
        by = name_of(*names) if names[2] else ""
        found.append(Event(_moment(on, at), icon, heading, words, by, url))
    return found


def _moment(on: date | None, at: datetime) -> datetime:
    """When it was entered, if that was on its day; of what was entered later only the day is known."""
    zone = timezone.get_default_timezone()
    if on is None or at.astimezone(zone).date() == on:
        return at
    return datetime.combine(on, time(12), tzinfo=zone)


def _invoice(pk: int, state: str, number: str) -> tuple[str, str, str]:
    words = {
        "corrects": _("Invoice cancelled: № %(number)s"),
        InvoiceState.CANCELLED: _("Invoice № %(number)s, cancelled later"),
    }
    heading = words.get(state) or _("Invoice № %(number)s")
    icon = "x" if state == "corrects" else "file-invoice"
    return icon, heading % {"number": number}, reverse("deals:invoice", args=[pk])


def _payment(pk: int, kind: str, number: str) -> tuple[str, str, str]:
    words = {
        PaymentKind.REFUND: pgettext("in a feed", "Refund"),
        PaymentKind.REVERSAL: _("Payment taken back"),
    }
    heading = words.get(PaymentKind(kind)) or pgettext("in a feed", "Payment")
    if number:
        heading = f"{heading} № {number}"
    return "cash", heading, ""


def _delivery(pk: int, kind: str, number: str) -> tuple[str, str, str]:
    heading = _("Delivery: %(paper)s № %(number)s") % {
        "paper": DeliveryKind(kind).label,
        "number": number,
    }
    return "truck-delivery", heading, ""


def _paper(pk: int, state: str, title: str) -> tuple[str, str, str]:
    ready = state == DocumentState.READY
    url = reverse("deals:document_pdf", args=[pk]) if ready else ""
    return "file-text", _("Paper made: %(title)s") % {"title": title}, url


def _step(pk: int, state: str, number: str) -> tuple[str, str, str]:
    heading = _("Contract № %(number)s: %(state)s") % {
        "number": number,
        "state": ContractState(state).label,
    }
    return "file-text", heading, reverse("deals:contract", args=[pk])


_DRAWN = {
    "invoice": _invoice,
    "payment": _payment,
    "delivery": _delivery,
    "paper": _paper,
    "contract": _step,
}
