"""Lines of invoices and deals as commission spreads money over them, who shares a deal, and whose client is new.

Each function answers for many rows at once, with a constant number of queries.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Min
from django.utils import timezone

from analytics.paying import NOUGHT, Part, complete_shares
from deals.choices import DealState
from deals.models import (  # fmt: skip
    Deal,
    DealLine,
    DealParticipant,
    Invoice,
    InvoiceLine,
    ProductPrice,
)
from salesexpert.core.money import kopecks

Shares = tuple[tuple[int, Decimal], ...]


def of_invoices(invoices: Sequence[Invoice]) -> dict[int, list[Part]]:
    """{invoice: its lines}. The cost of a line is that of the same line of its deal, else of the price list of its day.

    An invoice without lines is one line of its sum.
    """
    by_id = {i.pk: i for i in invoices}
    rows = list(
        InvoiceLine.objects.filter(invoice__in=list(by_id))
        .order_by("position", "pk")
        .values_list("invoice", "product", "product__category", "name", "quantity", "total", "vat")
    )  # fmt: skip
    costs = _deal_costs({i.deal_id for i in invoices if i.deal_id})
    listed = _listed_costs({row[1] for row in rows if row[1]})
    found: dict[int, list[Part]] = {pk: [] for pk in by_id}
    for pk, product, category, name, quantity, total, vat in rows:
        invoice = by_id[pk]
        cost = costs.get((invoice.deal_id, product, name), costs.get((invoice.deal_id, product, "")))  # fmt: skip
        if cost is None:
            cost = _listed(listed, product, invoice.currency, invoice.issued_on)
        margin = None if cost is None else total - vat - kopecks(cost * quantity)
        found[pk].append(Part(total, total - vat, margin, category))
    for pk, parts in found.items():
        if not parts:
            parts.append(Part(by_id[pk].total, by_id[pk].total - by_id[pk].vat_total, None))  # fmt: skip
    return found


def _deal_costs(deals: set[int]) -> dict[tuple[Any, Any, str], Decimal]:
    """{(deal, product, name) and, of a product, (deal, product, ""): cost of one}."""
    found: dict[tuple[Any, Any, str], Decimal] = {}
    rows = DealLine.objects.filter(deal__in=deals, cost__isnull=False)
    for deal, product, name, cost in rows.values_list("deal", "product", "name", "cost"):  # fmt: skip
        if cost is None:
            continue
        found[deal, product, name] = cost
        if product:
            found.setdefault((deal, product, ""), cost)
    return found


def _listed_costs(products: set[int]) -> dict[tuple[int, str], list[tuple[Any, Decimal]]]:  # fmt: skip
    found: dict[tuple[int, str], list[tuple[Any, Decimal]]] = defaultdict(list)
    rows = ProductPrice.objects.filter(product__in=products, cost__isnull=False)
    for product, currency, since, cost in rows.order_by("-since").values_list(
        "product", "currency", "since", "cost"
    ):
        found[product, currency].append((since, cost))  # type: ignore[arg-type]
    return found


def _listed(
    listed: Mapping[tuple[int, str], list[tuple[Any, Decimal]]], product: Any, currency: str, day: Any
) -> Decimal | None:  # fmt: skip
    dated = listed.get((product, currency), [])
    return next((cost for since, cost in dated if since <= day), None)


def of_deals(deals: Sequence[Deal]) -> dict[int, list[Part]]:
    """{deal: its lines}; a deal without lines is one line of its amount, which then has no VAT to take off."""
    rows = DealLine.objects.filter(deal__in=[d.pk for d in deals]).order_by("position", "pk")  # fmt: skip
    found: dict[int, list[Part]] = {d.pk: [] for d in deals}
    for pk, category, quantity, total, vat, cost in rows.values_list(
        "deal", "product__category", "quantity", "total", "vat", "cost"
    ):
        margin = None if cost is None else total - vat - kopecks(cost * quantity)
        found[pk].append(Part(total, total - vat, margin, category))
    for deal in deals:
        if not any(part.gross for part in found[deal.pk]):
            amount = deal.amount or NOUGHT
            found[deal.pk] = [Part(amount, amount, deal.margin)]
    return found


# ── shares ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _participants(deals: Iterable[int]) -> dict[int, list[tuple[int, Decimal]]]:
    found: dict[int, list[tuple[int, Decimal]]] = defaultdict(list)
    rows = DealParticipant.objects.filter(deal__in=list(deals), share__gt=0)
    for deal, user, share in rows.order_by("pk").values_list("deal", "user", "share"):
        found[deal].append((user, share))
    return found


def shares_of(invoices: Iterable[Invoice]) -> dict[int, Shares]:
    """{invoice: who shares it now}: those of its deal; without a deal all of it is the invoice's seller's."""
    rows = list(invoices)
    parts = _participants({i.deal_id for i in rows if i.deal_id})
    return {
        i.pk: complete_shares(
            i.deal.responsible_id if i.deal else i.responsible_id,
            parts.get(i.deal_id, []) if i.deal_id else [],
        )
        for i in rows
    }


def shares_of_deals(deals: Sequence[Deal]) -> dict[int, Shares]:
    parts = _participants(d.pk for d in deals)
    return {d.pk: complete_shares(d.responsible_id, parts.get(d.pk, [])) for d in deals}


# ── new clients ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _first_wins(clients: Iterable[int]) -> dict[int, tuple[int, datetime]]:
    """{client: his first won deal and when it was won}."""
    won = Deal.objects.filter(client__in=set(clients), state=DealState.WON)
    rows = won.order_by("client", "closed_at", "pk").distinct("client")
    return {
        client: (pk, at)
        for client, pk, at in rows.values_list("client", "pk", "closed_at")
        if at is not None
    }


def of_new_clients(invoices: Sequence[Invoice]) -> dict[int, bool]:
    """{invoice: whether its client is new}: nothing was won from him before, but perhaps this very deal."""
    first = _first_wins(i.client_id for i in invoices)
    return {
        i.pk: i.client_id not in first or first[i.client_id][0] == i.deal_id
        for i in invoices
    }


def new_at_closing(deals: Sequence[Deal]) -> dict[int, bool]:
    first = _first_wins(d.client_id for d in deals)
    return {d.pk: first.get(d.client_id, (d.pk,))[0] == d.pk for d in deals}


def first_wins_of(person: int, since: datetime, until: datetime) -> int:
    """How many clients this person won for the first time in the period: their first won deal was his and closed in it."""
    mine = Deal.objects.filter(
        state=DealState.WON, responsible=person, closed_at__gte=since, closed_at__lt=until
    )  # fmt: skip
    clients = set(mine.values_list("client", flat=True))
    firsts = (
        Deal.objects.filter(client__in=clients, state=DealState.WON)
        .order_by()
        .values("client")
        .annotate(first=Min("closed_at"))
    )
    mine_first = set(mine.values_list("client", "closed_at"))
    return sum((row["client"], row["first"]) in mine_first for row in firsts)


def midnight(day: Any) -> datetime:
    """The beginning of a day in the company's time zone."""
    return timezone.make_aware(
        datetime.combine(day, datetime.min.time()), timezone.get_default_timezone()
    )
