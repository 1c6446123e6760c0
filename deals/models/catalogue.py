from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import VatKind
from deals.models.deal import Deal
from deals.models.money import CurrencyField, Line, MoneyField


class ProductTerms(models.Model):
    """How a product of the dictionary is sold: its kind of VAT, what it is, whether it is a service."""

    product = models.OneToOneField(
        "clients.Product", on_delete=models.CASCADE, related_name="terms"
    )
    vat_kind = models.CharField(
        _("VAT"), max_length=12, choices=VatKind, default=VatKind.MAIN
    )
    is_service = models.BooleanField(_("service"), default=False)
    description = models.TextField(_("description"), blank=True)

    class Meta:
        verbose_name = _("terms of a product")
        verbose_name_plural = _("terms of products")
        default_permissions = ()
        permissions = [("manage_catalogue", _("Change products and prices"))]

    def __str__(self) -> str:
        return str(self.product)


class ProductPrice(models.Model):
    """The price of a product from a day on, VAT included, and what it costs us."""

    product = models.ForeignKey(
        "clients.Product", on_delete=models.CASCADE, related_name="prices"
    )
    since = models.DateField(_("from"))
    currency = CurrencyField()
    price = MoneyField(_("price"))
    cost = MoneyField(_("cost price"), null=True, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering = ["-since", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "currency", "since"], name="price_once_per_day"
            ),
            models.CheckConstraint(
                condition=Q(price__gte=0), name="product_price_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.price} {self.currency}"


class DealLine(Line):
    deal = models.ForeignKey(
        Deal, on_delete=models.CASCADE, related_name="lines", db_index=False
    )
    cost = MoneyField(_("cost price of one"), null=True, blank=True)

    class Meta(Line.Meta):
        verbose_name = _("line of a deal")
        verbose_name_plural = _("lines of a deal")
        # The products of many deals are told by it without a look at their lines.
        indexes = [
            models.Index(
                fields=["deal", "product"], include=["total"], name="line_of_deal"
            )
        ]
