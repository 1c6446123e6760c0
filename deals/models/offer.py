from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import OfferKind, OfferState
from deals.models.deal import Deal
from deals.models.money import CurrencyField, Line, MoneyField


class Offer(models.Model):
    """One version of an offer: what we asked and what the client said. The versions show the course of the negotiation."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="offers")
    kind = models.CharField(
        _("kind"), max_length=10, choices=OfferKind, default=OfferKind.FINANCIAL
    )
    number = models.CharField(_("number"), max_length=40, blank=True)
    version = models.PositiveSmallIntegerField(_("version"), default=1)
    made_on = models.DateField(_("date"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=OfferState, default=OfferState.DRAFT
    )
    currency = CurrencyField()
    total = MoneyField(_("sum"), default=0)
    discount = models.DecimalField(
        _("discount, %"), max_digits=5, decimal_places=2, default=0
    )
    terms = models.TextField(_("terms"), blank=True)
    counter_total = MoneyField(_("client's sum"), null=True, blank=True)
    counter_comment = models.TextField(_("client's answer"), blank=True)
    countered_on = models.DateField(_("answered on"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["deal", "kind", "version"]
        constraints = [
            models.UniqueConstraint(
                fields=["deal", "kind", "version"], name="offer_version_once"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0), name="offer_total_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or self.get_kind_display()} v{self.version}"


class OfferLine(Line):
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="lines")

    class Meta(Line.Meta):
        verbose_name = _("line of an offer")
        verbose_name_plural = _("lines of an offer")
