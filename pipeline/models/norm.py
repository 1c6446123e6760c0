from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pipeline.choices import NormSource
from pipeline.models.process import Stage


class Norm(models.Model):
    """How many working days a stage takes for clients of a segment; it goes before the stage's own norm.

    One taken from history keeps what it was taken from: the percentile and the number of won deals in the sample.
    """

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="norms")
    region = models.ForeignKey(
        "clients.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
    )
    industry = models.ForeignKey(
        "clients.Industry",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("industry"),
    )
    group = models.ForeignKey(
        "clients.ClientGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("client group"),
    )
    days = models.PositiveSmallIntegerField(_("norm, working days"))
    source = models.CharField(
        max_length=8, choices=NormSource, default=NormSource.TYPED, editable=False
    )
    percentile = models.PositiveSmallIntegerField(null=True, blank=True, editable=False)
    sample = models.PositiveIntegerField(null=True, blank=True, editable=False)
    set_at = models.DateTimeField(auto_now=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    class Meta:
        verbose_name = _("norm")
        verbose_name_plural = _("norms")
        ordering = ["stage", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "region", "industry", "group"],
                nulls_distinct=False,
                name="norm_once_per_segment",
            ),
            models.CheckConstraint(condition=Q(days__gt=0), name="norm_is_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.stage}: {self.days}"
