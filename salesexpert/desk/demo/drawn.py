"""Some papers of deals in work: offers, contracts, invoices, closing papers. Only what they say is written here; their
PDF is drawn by the worker, as that of any paper whose first ring was lost.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, Max, OuterRef, Prefetch

from deals.actions.documents import account_of, title_of
from deals.choices import DeliveryKind, DocumentKind
from deals.models import (
    Contract,
    Deal,
    Delivery,
    Document,
    DocumentTemplate,
    Invoice,
    Offer,
    OwnFirm,
)
from deals.papers import context
from deals.papers.context import Ground
from salesexpert.accounts.models import User

DEALS = 12
_CLOSES = {DeliveryKind.UPD: DocumentKind.UPD, DeliveryKind.ACT: DocumentKind.ACT}


def write() -> None:
    """The papers of the latest deals; their ids count on from the greatest, as all others of the demo do."""
    templates = {t.kind: t for t in DocumentTemplate.objects.filter(language="ru", firm=None, is_default=True)}  # fmt: skip
    people = User.objects.in_bulk()
    firms = OwnFirm.objects.in_bulk()
    pk = Document.objects.aggregate(last=Max("pk"))["last"] or 0
    made = []
    for kind, ground, number, day, by, at in _wanted(firms):
        template = templates.get(kind)
        if template is None:
            continue
        pk += 1
        maker = people[by]
        made.append(
            Document(
                pk=pk, kind=kind, template=template, title=title_of(template, number, day), number=number, dated_on=day,
                client=ground.client, firm=ground.firm, deal=ground.deal, contract=ground.contract, offer=ground.offer,
                invoice=ground.invoice, delivery=ground.delivery, made_by=maker, made_at=at,
                context=context.build(ground, kind=kind, number=number, dated_on=day, by=maker, language=template.language),
            )
        )  # fmt: skip
    Document.objects.bulk_create(made)


def _wanted(firms: dict[int, OwnFirm]) -> Iterator[tuple[str, Ground, str, Any, int, datetime]]:  # fmt: skip
    """Kind, what it is made of, number, day, who made it and when."""
    papered = (Exists(model.objects.filter(deal=OuterRef("pk"))) for model in (Contract, Invoice))  # fmt: skip
    rows = Deal.objects.filter(*papered).order_by("-pk")
    rows = rows.select_related("client__legal_form")
    known = rows.prefetch_related(
        Prefetch("offers", Offer.objects.order_by("kind", "-version")),
        Prefetch("contracts", Contract.objects.order_by("pk")),
        Prefetch("invoices", Invoice.objects.order_by("pk").select_related("account")),
        Prefetch("deliveries", Delivery.objects.order_by("pk")),
    )
    for deal in known[:DEALS]:
        contract = deal.contracts.all()[0]
        invoice = deal.invoices.all()[0]
        firm = firms[invoice.firm_id]
        common: dict[str, Any] = {"client": deal.client, "firm": firm, "deal": deal, "account": invoice.account or account_of(firm, deal.currency)}  # fmt: skip
        for offer in deal.offers.all()[:1]:
            kind = DocumentKind.FINANCIAL_OFFER if offer.kind == "financial" else DocumentKind.TECHNICAL_OFFER  # fmt: skip
            yield kind, Ground(**common, offer=offer), offer.number, offer.made_on, offer.made_by_id or 0, offer.created_at  # fmt: skip
        yield DocumentKind.CONTRACT, Ground(**common, contract=contract), contract.number, contract.dated_on, contract.made_by_id or 0, contract.created_at  # fmt: skip
        common["contract"] = invoice.contract or contract
        yield DocumentKind.INVOICE, Ground(**common, invoice=invoice), invoice.number, invoice.issued_on, invoice.made_by_id or 0, invoice.created_at  # fmt: skip
        for delivery in deal.deliveries.all():
            if delivery.kind in _CLOSES:
                yield _CLOSES[DeliveryKind(delivery.kind)], Ground(**common, invoice=invoice, delivery=delivery), delivery.number, delivery.delivered_on, delivery.made_by_id or 0, delivery.created_at  # fmt: skip
