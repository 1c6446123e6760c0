from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.choices import PlanMeasure, PlanSpan
from deals.models.money import CurrencyField

USER = settings.AUTH_USER_MODEL


class SalesPlan(models.Model):
    """What a person, a department or (neither named) the firm is to reach in a month, a quarter or a year.

    `since` is the first day of it; sums are in `currency`, counts are whole numbers.
    """

    span = models.CharField(_("period"), max_length=7, choices=PlanSpan)
    since = models.DateField(_("from"))
    measure = models.CharField(_("what"), max_length=8, choices=PlanMeasure)
    user = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("seller"),
    )
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    amount = models.DecimalField(
        pgettext_lazy("target", "plan"), max_digits=16, decimal_places=2
    )
    currency = CurrencyField()
    set_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("sales plan")
        verbose_name_plural = _("sales plans")
        ordering = ["since", "pk"]
        default_permissions = ()
        permissions = [
            ("view_plans", _("See sales plans and KPI")),
            ("manage_plans", _("Set sales plans and KPI")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "span", "since", "user", "department"],
                nulls_distinct=False,
                name="plan_once_per_period",
            ),
            models.CheckConstraint(
                condition=Q(user=None) | Q(department=None), name="plan_of_one_level"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0), name="plan_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(since__day=1), name="plan_begins_with_a_month"
            ),
        ]
        indexes = [
            models.Index(fields=["user", "since"], name="plan_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()}: {self.amount}"
