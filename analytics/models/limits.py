from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


class IndicatorLimit(models.Model):
    """Between what values an indicator is well: of one person, else of a role, else (neither named) of everybody."""

    indicator = models.CharField(_("indicator"), max_length=60)
    user = models.ForeignKey(
        USER, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    role = models.ForeignKey(
        "accounts.Role",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    low = models.DecimalField(_("at least"), max_digits=16, decimal_places=2, null=True, blank=True)  # fmt: skip
    high = models.DecimalField(_("at most"), max_digits=16, decimal_places=2, null=True, blank=True)  # fmt: skip
    set_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("limit of an indicator")
        verbose_name_plural = _("limits of indicators")
        ordering = ["indicator", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "user", "role"],
                nulls_distinct=False,
                name="limit_once_per_target",
            ),
            models.CheckConstraint(
                condition=Q(user=None) | Q(role=None), name="limit_of_one_target"
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=False) | Q(high__isnull=False),
                name="limit_says_something",
            ),
            models.CheckConstraint(
                condition=Q(low=None) | Q(high=None) | Q(low__lte=F("high")),
                name="limit_low_below_high",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.low}–{self.high}"
