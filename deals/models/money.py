"""Fields and rows that all papers share."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import VatKind


class MoneyField(models.DecimalField):
    """Roubles and kopecks (or the like) of one currency, up to 999,999,999,999.99."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 14, "decimal_places": 2} | kwargs)


class CurrencyField(models.CharField):
    """Three letters of ISO 4217."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given: dict[str, Any] = {
            "verbose_name": _("currency"),
            "max_length": 3,
            "default": "RUB",
            "db_default": "RUB",
        }
        super().__init__(*args, **given | kwargs)


class VatRate(models.Model):
    """The percent of a kind of VAT from a day on. `percent` None: without VAT, which is not the same as 0 %."""

    kind = models.CharField(_("kind"), max_length=12, choices=VatKind)
    percent = models.DecimalField(
        _("percent"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    since = models.DateField(_("from"))

    class Meta:
        verbose_name = _("VAT rate")
        verbose_name_plural = _("VAT rates")
        ordering = ["kind", "-since"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "since"], name="vat_rate_once_per_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.percent}"


class Line(models.Model):
    """A line of goods or services. `price` contains the VAT; `total` = quantity × price less the discount, and `vat` is
    the tax inside it, both rounded half up to the kopeck per line (`salesexpert.core.money`).

    `vat_percent` None: without VAT.
    """

    product = models.ForeignKey(
        "clients.Product",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
    )
    name = models.CharField(_("name"), max_length=300)
    unit = models.CharField(_("unit"), max_length=20, blank=True)
    quantity = models.DecimalField(
        _("quantity"), max_digits=14, decimal_places=3, default=1
    )
    price = MoneyField(_("price"))
    discount = models.DecimalField(
        _("discount, %"), max_digits=5, decimal_places=2, default=0
    )
    vat_percent = models.DecimalField(
        _("VAT, %"), max_digits=5, decimal_places=2, null=True, blank=True
    )
    total = MoneyField(_("sum"))
    vat = MoneyField(_("VAT in it"), default=0)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        abstract = True
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0), name="%(class)s_quantity_positive"
            ),
            models.CheckConstraint(
                condition=Q(discount__gte=0, discount__lte=100),
                name="%(class)s_discount_is_percent",
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0, total__gte=0, vat__gte=0),
                name="%(class)s_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name
