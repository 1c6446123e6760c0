"""An inquiry turned into a deal."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from clients.actions import inquiries, inquiry_clients
from clients.actions.inquiry_clients import NoClientYet
from clients.models import Client, Inquiry, Product
from deals.actions.deals import open_deal
from deals.models import Deal
from pipeline.models import Process
from salesexpert.accounts.models import User


@transaction.atomic
def convert(
    inquiry_id: int,
    *,
    by: User,
    at: datetime,
    title: str = "",
    process: Process | None = None,
    responsible: User | None = None,
    amount: Decimal | None = None,
    currency: str = "RUB",
    expected_on: date | None = None,
    interests: Iterable[Product] | None = None,
    note: str = "",
    outcome: str = "",
) -> Deal:
    """Open a deal of an inquiry that is joined to a client, and close the inquiry with it.

    The deal gets its person, products, source, campaign and, in the note, what was asked; the history of the inquiry
    gets the deal. `interests` None: those of the inquiry. Raises NoClientYet, IsClosed and what opening a deal raises.
    """
    client_id = Inquiry.objects.values_list("client", flat=True).get(pk=inquiry_id)
    if client_id is None:
        raise NoClientYet(_("Join the inquiry to a client first."))
    # In the order of the house: the client first.
    client = Client.objects.select_for_update(no_key=True).get(pk=client_id)
    inquiry = inquiries.held(inquiry_id)
    products = list(inquiry.products.all() if interests is None else interests)
    deal = open_deal(
        by=by,
        client=client,
        title=title,
        process=process,
        responsible=responsible or inquiry.responsible,
        amount=amount,
        currency=currency,
        expected_on=expected_on,
        source=inquiry.source,
        campaign=inquiry.campaign,
        contact=inquiry.contact,
        interests=products,
        note=note or inquiry.text,
        at=at,
    )
    inquiry_clients.finish(inquiry.pk, by=by, at=at, outcome=outcome, deal_id=deal.pk)
    return deal
