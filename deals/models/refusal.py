from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models.dictionaries import DictionaryEntry
from deals.models.deal import Deal
from deals.models.money import CurrencyField, MoneyField

USER = settings.AUTH_USER_MODEL


class RefusalReason(DictionaryEntry):
    """Why a client refused: a tree of two levels or more, kept by the administrator.

    `stages` empty: it may be given at any stage. `code` marks the few entries the product itself needs
    ("not_stated": imported without a reason); they can be renamed, not deleted.
    """

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )
    stages: Any = models.ManyToManyField(
        "pipeline.Stage",
        blank=True,
        related_name="+",
        verbose_name=_("offered at the stages"),
    )
    code = models.CharField(max_length=30, blank=True, editable=False)

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("refusal reason")
        verbose_name_plural = _("refusal reasons")


class Competitor(DictionaryEntry):
    site = models.URLField(_("site"), blank=True)

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("competitor")
        verbose_name_plural = _("competitors")


class Refusal(models.Model):
    """One refusal of a deal, with the stage as it was. A reopened deal keeps its refusals."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="refusals")
    reason = models.ForeignKey(
        RefusalReason,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reason"),
    )
    stage = models.ForeignKey(
        "pipeline.Stage",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("stage"),
    )
    comment = models.TextField(_("comment"), blank=True)
    competitor = models.ForeignKey(
        Competitor,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("bought from"),
    )
    competitor_price = MoneyField(_("at the price"), null=True, blank=True)
    currency = CurrencyField()
    refused_at = models.DateTimeField()
    refused_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        ordering = ["refused_at", "pk"]
        indexes = [
            models.Index(
                fields=["reason", "stage", "refused_at"], name="refusal_by_reason"
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["deal"],
                condition=models.Q(reopened_at=None),
                name="one_standing_refusal_per_deal",
            )
        ]

    def __str__(self) -> str:
        return str(self.reason)


class CompetitorPrice(models.Model):
    """What a competitor asks for a product on a day, and where we know it from."""

    competitor = models.ForeignKey(
        Competitor,
        on_delete=models.PROTECT,
        related_name="prices",
        verbose_name=_("competitor"),
    )
    product = models.ForeignKey(
        "clients.Product",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("product"),
    )
    deal = models.ForeignKey(
        Deal,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="competitor_prices",
        verbose_name=_("deal"),
    )
    price = MoneyField(_("price"))
    currency = CurrencyField()
    seen_on = models.DateField(_("on"))
    known_from = models.CharField(_("where from"), max_length=300, blank=True)
    entered_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("competitor's price")
        verbose_name_plural = _("competitors' prices")
        ordering = ["-seen_on", "-pk"]
        indexes = [
            models.Index(
                fields=["product", "competitor", "-seen_on"],
                name="competitor_price_by_product",
            ),
            models.Index(fields=["-seen_on", "-id"], name="competitor_price_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__gt=0), name="competitor_price_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.competitor}: {self.price}"
