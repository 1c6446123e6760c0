"""Products with their prices out of a table."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext

from clients.importing.reasons import Reason
from clients.importing.targets import Entry, Face, Known, Target
from clients.models import ImportJob, Product, ProductCategory, Unit
from deals.importing.values import (
    EMPTY,
    NO_CURRENCY,
    Reader,
    Words,
    is_currency,
    words_in_use,
)
from deals.models import DealLine, ProductPrice, ProductTerms
from salesexpert.accounts.models import User
from salesexpert.core import held
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field, FieldType
from salesexpert.core.templatetags.look import number


def _field(name: str, label: Any, kind: FieldType, *headers: str) -> Field:
    return Field(name, label, kind, headers=headers, importable=True)


USED = gettext_noop("The product stands in deals.")


def _created(count: int) -> str:
    return ngettext(
        "%(shown)s product created", "%(shown)s products created", count
    ) % {"shown": number(count)}


class ProductTarget(Target):
    entity = "product"
    face = Face(
        label=_("Products"),
        right="deals.manage_catalogue",
        home="deals:catalogue",
        intro=_("One row a product: its name, and if you like article, category, unit and price."),
        known=_("Products that are known already"),
        taken_back=_("Products that it made are no longer offered; those that stand in deals stay. The same file can be loaded again."),
        created=_created,
        offered=("category", "unit", "currency"),
    )  # fmt: skip
    fields = (
        _field("name", _("Name"), FieldType.TEXT, "товар", "наименование", "product", "product name"),
        _field("code", _("Article"), FieldType.TEXT, "артикул", "код", "sku"),
        _field("category", _("Category"), FieldType.DICTIONARY, "категория", "series", "серия"),
        _field("unit", _("Unit"), FieldType.DICTIONARY, "единица", "ед изм"),
        _field("price", _("Price"), FieldType.MONEY, "цена", "sales price", "list price"),
        _field("cost", _("Cost price"), FieldType.MONEY, "себестоимость", "закупка"),
        _field("since", _("Price from"), FieldType.DATE, "цена с"),
        _field("currency", _("Currency"), FieldType.TEXT, "валюта"),
    )  # fmt: skip
    needed = (("name",),)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._reader = Reader(self.fields)
        self._categories = Words(ProductCategory, create=self.create_missing)
        self._units = Words(Unit, create=self.create_missing)
        self._products = Words(Product, create=False)

    def forget(self) -> None:
        for words in (self._categories, self._units, self._products):
            words.forget()

    def read(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            if not entry.text("name"):
                self._reader.complain(entry, EMPTY, "name")
            for name, words in (("category", self._categories), ("unit", self._units)):
                if text := entry.text(name):
                    words.note(entry, self._reader, name, text)
            if (currency := entry.text("currency")) and not is_currency(currency):
                self._reader.complain(entry, NO_CURRENCY, "currency", currency)
            entry.values = {n: self._reader.money(entry, n) for n in ("price", "cost")}
            entry.values["since"] = self._reader.moment(entry, "since")

    def known(self, entries: Sequence[Entry]) -> dict[int, int]:
        codes = {entry.text("code") for entry in entries} - {""}
        by_code = dict(Product.objects.filter(code__in=codes).values_list("code", "pk"))
        found = {
            entry.row.number: by_code.get(entry.text("code"))
            or self._products.find(entry.text("name"))
            for entry in entries
        }
        return {row: pk for row, pk in found.items() if pk}

    def key(self, entry: Entry) -> str:
        return f"name:{fold(entry.text('name'))}"

    def create(self, entries: Sequence[Entry]) -> list[int]:
        made = Product.objects.bulk_create(
            Product(
                name=entry.text("name")[:160],
                folded=fold(entry.text("name"))[:160],
                code=entry.text("code")[:60],
                category_id=self._categories.get(c) if (c := entry.text("category")) else None,
                unit_id=self._units.get(u) if (u := entry.text("unit")) else None,
            )
            for entry in entries
        )  # fmt: skip
        ProductTerms.objects.bulk_create(ProductTerms(product=p) for p in made)
        pairs = list(zip(made, entries, strict=True))
        ProductPrice.objects.bulk_create(
            self._price(p.pk, e) for p, e in pairs if e.values["price"] is not None
        )
        self._products.forget()
        held.written(Product)
        return [product.pk for product in made]

    def _price(self, product_id: int, entry: Entry) -> ProductPrice:
        since = entry.values["since"] or self.at
        return ProductPrice(
            product_id=product_id,
            since=timezone.localdate(since),
            currency=(entry.text("currency") or "RUB").upper()[:3],
            price=entry.values["price"],
            cost=entry.values["cost"],
            set_by=self.by,
        )

    def fill(self, pairs: Sequence[tuple[int, Entry]]) -> list[bool]:
        """A price for a currency in which the product has none yet."""
        brought = []
        for pk, entry in pairs:
            new = self._price(pk, entry) if entry.values["price"] is not None else None
            if new is None or ProductPrice.objects.filter(product=pk, currency=new.currency).exists():  # fmt: skip
                brought.append(False)
            else:
                new.save()
                brought.append(True)
        return brought

    @classmethod
    def take_back(
        cls, ids: Collection[int], *, job: ImportJob, at: datetime
    ) -> dict[int, list[Reason]]:
        """Retired, not deleted; those that live deals name stay as they are."""
        lines = DealLine.objects.filter(product__in=ids, deal__bin=None)
        used = set(lines.values_list("product", flat=True))
        Product.objects.filter(pk__in=set(ids) - used).update(retired_at=at)
        return {pk: [Reason(USED)] for pk in used if pk}

    @classmethod
    def choices(cls, name: str) -> list[tuple[str, str]] | None:
        models: dict[str, Any] = {"category": ProductCategory, "unit": Unit}
        return words_in_use(models[name]) if name in models else None

    @classmethod
    def show(cls, ids: Collection[int], user: User) -> dict[int, Known]:
        if not user.has_perm("deals.view_deal"):
            return {}
        rows = Product.objects.filter(pk__in=ids).select_related("category", "unit")
        return {
            product.pk: Known(
                str(product),
                reverse("deals:product", args=[product.pk]),
                {
                    "name": str(product),
                    "code": product.code,
                    "category": str(product.category or ""),
                    "unit": str(product.unit or ""),
                },
            )
            for product in rows
        }
