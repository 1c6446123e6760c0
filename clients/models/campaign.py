"""Marketing actions: what was planned, what was spent, with what papers."""

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.campaign_choices import CostKind, CostSide
from clients.models.dictionaries import DictionaryEntry

USER = settings.AUTH_USER_MODEL


def _roubles(label: Any, **more: Any) -> Any:
    return models.DecimalField(label, max_digits=14, decimal_places=2, **more)


class Campaign(DictionaryEntry):
    """`utm` is the utm_campaign of its links: what a site sends with it is the campaign's. Planned numbers are of the
    whole campaign; what came of it is counted, never typed. `audience` says in words whom `selection` holds.
    """

    starts_on = models.DateField(_("starts on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    utm = models.CharField(
        _("utm_campaign of its links"), max_length=200, blank=True, db_default=""
    )
    goal = models.TextField(_("goal"), blank=True, db_default="")
    audience = models.TextField(_("audience"), blank=True, db_default="")
    selection = models.ForeignKey(
        "clients.Selection",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("selection of clients"),
    )
    channels: Any = models.ManyToManyField(
        "clients.InformationSource",
        blank=True,
        related_name="+",
        verbose_name=_("channels of promotion"),
    )
    led_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who leads it"),
    )
    planned_inquiries = models.PositiveIntegerField(
        _("planned inquiries"), null=True, blank=True
    )
    planned_won = models.PositiveIntegerField(
        _("planned won deals"), null=True, blank=True
    )
    planned_revenue = _roubles(
        _("planned revenue"), null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes = [
            models.Index(
                F("starts_on").desc(nulls_last=True), F("id").desc(), name="campaign_by_start"
            )
        ]  # fmt: skip

    def get_absolute_url(self) -> str:
        return reverse("analytics:campaign", args=[self.pk])


class CampaignCost(models.Model):
    """A line of a campaign's budget: roubles planned for a day, or spent on it."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="costs"
    )
    side = models.CharField(
        _("planned or spent"), max_length=5, choices=CostSide, default=CostSide.SPENT
    )
    kind = models.CharField(_("on what"), max_length=11, choices=CostKind)
    on = models.DateField(_("day"))
    amount = _roubles(_("amount, RUB"))
    note = models.CharField(_("note"), max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("line of a campaign's budget")
        verbose_name_plural = _("lines of campaigns' budgets")
        ordering = ["on", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["side", "on", "campaign"], name="campaigncost_by_day")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0), name="campaigncost_positive"
            ),
            models.CheckConstraint(
                condition=Q(side__in=CostSide.values), name="campaigncost_side_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CostKind.values), name="campaigncost_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.amount}"


class CampaignFile(models.Model):
    """A material of a campaign: a layout, a leaflet, a contract with a contractor."""

    campaign = models.ForeignKey(
        Campaign, on_delete=models.PROTECT, related_name="files"
    )
    file = models.FileField(max_length=200, upload_to="campaigns/%Y/%m")
    name = models.CharField(_("name"), max_length=255)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("material of a campaign")
        verbose_name_plural = _("materials of campaigns")
        ordering = ["-added_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
