"""Products of an imported deal: several in one row, or one in each of several rows with the same outside id."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_noop

from clients.importing.reasons import Reason
from clients.importing.targets import Entry
from deals.importing.values import Reader, Words
from deals.models import Deal, DealLine
from salesexpert.core.folding import fold
from salesexpert.core.money import kopecks

NO_QUANTITY = gettext_noop("%(label)s: “%(value)s” is no quantity.")
NOT_AS_MANY = gettext_noop("%(label)s: the row names %(products)d products and %(values)d values; as many are needed, with “;” between them.")  # fmt: skip
ALL_ON_FIRST = gettext_noop("What each product costs is not said: the whole amount stands on the first.")  # fmt: skip
DIFFERS = gettext_noop("Its products come to %(lines)s, the deal to %(amount)s; the amount of the deal is kept.")  # fmt: skip
ANOTHER_CLIENT = gettext_noop("An earlier row with this id names another client; rows of one deal must agree.")  # fmt: skip
ANOTHER_END = gettext_noop("An earlier row with this id says that the deal ended otherwise; rows of one deal must agree.")  # fmt: skip
ANOTHER_CURRENCY = gettext_noop("An earlier row with this id is in another currency; rows of one deal must agree.")  # fmt: skip
_MOST = Decimal(10) ** 9


class LineReader:
    """Reads products, quantities and prices of a row, and writes them as lines."""

    def __init__(self, reader: Reader, products: Words) -> None:
        self._reader, self._products = reader, products

    def read(self, entry: Entry) -> None:
        names = self.names(entry)
        for name in names:
            self._products.note(entry, self._reader, "product", name)
        quantities = [self._quantity(entry, text) for text in _parts(entry, "quantity")]
        prices = [
            self._reader.sum_of(entry, "price", text) for text in _parts(entry, "price")
        ]
        for field, values in (("quantity", quantities), ("price", prices)):
            # One quantity for several products could mean each of them or all together.
            if names and values and len(values) != len(names):
                label = self._reader.label(field)
                entry.refuse(NOT_AS_MANY, label=label, products=len(names), values=len(values))  # fmt: skip
        entry.values["quantities"], entry.values["prices"] = quantities, prices
        if len(names) > 1 and entry.values.get("amount") and not prices:
            entry.doubt(ALL_ON_FIRST)
        if prices and names and not entry.faults:
            total = sum((total for *_rest, total in self._priced(entry)), Decimal(0))
            amount = entry.values.get("amount")
            if amount is None:
                entry.values["amount"] = total
            elif amount != total:
                entry.doubt(DIFFERS, lines=str(total), amount=str(amount))

    def names(self, entry: Entry) -> list[str]:
        return [
            part
            for cell in entry.said.get("product", ())
            for part in (
                [" ".join(cell.split())] if self._products.find(cell) else _split(cell)
            )
        ]

    def _quantity(self, entry: Entry, text: str) -> Decimal:
        try:
            quantity = Decimal(text.replace(",", ".").replace(" ", ""))
            if quantity.is_finite() and 0 < quantity < _MOST:
                return quantity.quantize(Decimal("0.001"))
        except InvalidOperation:
            pass
        self._reader.complain(entry, NO_QUANTITY, "quantity", text)
        return Decimal(1)

    def _priced(self, entry: Entry) -> list[tuple[str, Decimal, Decimal, Decimal]]:
        """(name, quantity, price, total) of each product; without prices the amount is that of the first."""
        names = self.names(entry)
        quantities = entry.values["quantities"] or [Decimal(1)] * len(names)
        prices = entry.values["prices"]
        priced = []
        for place, (name, quantity) in enumerate(zip(names, quantities, strict=False)):
            if prices:
                price = prices[place] or Decimal(0)
                total = kopecks(quantity * price)
            else:
                total = entry.values["amount"] or Decimal(0) if not place else Decimal(0)  # fmt: skip
                price = kopecks(total / quantity)
            priced.append((name, quantity, price, total))
        return priced

    def lines(self, deal: Deal, entry: Entry, *, after: int = 0) -> list[DealLine]:
        return [
            DealLine(
                deal=deal,
                product_id=self._products.get(name),
                name=name[:300],
                quantity=quantity,
                price=price,
                total=total,
                position=place,
            )
            for place, (name, quantity, price, total) in enumerate(
                self._priced(entry), start=after
            )
        ]

    def add(
        self, pairs: Sequence[tuple[Deal | None, Entry, int | None]]
    ) -> list[Reason | None]:
        """Put further rows of deals onto them; why not, where a row contradicts its deal. The third is the row's client."""
        places: dict[int, int] = {}
        said: list[Reason | None] = []
        lines: list[DealLine] = []
        changed: dict[int, Deal] = {}
        for deal, entry, client in pairs:
            if deal is None:
                said.append(None)
                continue
            reason = _contradiction(deal, entry, client)
            said.append(reason)
            if reason:
                continue
            if deal.pk not in places:
                places[deal.pk] = deal.lines.count()
            new = self.lines(deal, entry, after=places[deal.pk])
            places[deal.pk] += len(new)
            lines += new
            if entry.values.get("amount") is not None:
                deal.amount = (deal.amount or Decimal(0)) + entry.values["amount"]
                changed[deal.pk] = deal
        DealLine.objects.bulk_create(lines)
        Deal.objects.bulk_update(changed.values(), ["amount"])
        return said


def _contradiction(deal: Deal, entry: Entry, client: int | None) -> Reason | None:
    if client != deal.client_id:
        return Reason(ANOTHER_CLIENT)
    if entry.values["state"] != deal.state:
        return Reason(ANOTHER_END)
    if entry.values["currency"] != deal.currency:
        return Reason(ANOTHER_CURRENCY)
    return None


def _parts(entry: Entry, name: str) -> list[str]:
    return [part for cell in entry.said.get(name, ()) for part in _split(cell)]


def _split(cell: str) -> list[str]:
    parts = (" ".join(p.split()) for p in cell.replace("\n", ";").split(";"))
    return [part for part in parts if fold(part)]
