from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from analytics.choices import Good, Unit

USER = settings.AUTH_USER_MODEL


class OwnIndicator(models.Model):
    """An indicator of the company's own: a formula over known ones, worked out by `analytics.formulas`."""

    code = models.SlugField(_("short name for formulas"), max_length=40, unique=True)
    name = models.CharField(_("name in Russian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    formula = models.CharField(_("formula"), max_length=500)
    definition = models.CharField(_("what it says"), max_length=300, blank=True)
    unit = models.CharField(_("unit"), max_length=8, choices=Unit, default=Unit.NUMBER)
    good = models.CharField(_("direction"), max_length=4, choices=Good, default=Good.MORE)  # fmt: skip
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("own indicator")
        verbose_name_plural = _("own indicators")
        ordering = ["name"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name_en if self.name_en and translation.get_language() == "en" else self.name  # fmt: skip


class KpiChoice(models.Model):
    """A KPI of a role: which indicator, what is to be reached in a month, and how much it weighs among the others."""

    role = models.ForeignKey(
        "accounts.Role",
        on_delete=models.CASCADE,
        related_name="kpi",
        verbose_name=_("role"),
    )
    indicator = models.CharField(_("indicator"), max_length=60)
    target = models.DecimalField(_("target for a month"), max_digits=16, decimal_places=2)  # fmt: skip
    weight = models.PositiveSmallIntegerField(_("weight"), default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("KPI of a role")
        verbose_name_plural = _("KPI of roles")
        ordering = ["role", "position", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["role", "indicator"], name="kpi_once_per_role"
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100), name="kpi_weighs_something"
            ),
            models.CheckConstraint(
                condition=Q(target__gt=0), name="kpi_target_positive"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}: {self.indicator}"
