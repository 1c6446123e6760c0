from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pipeline.choices import Picking
from pipeline.models.process import Stage


class PerformerRule(models.Model):
    """Who works at a stage, for clients of a segment. The first rule by `position` that fits decides.

    Empty segment fields fit every client. Where no rule fits, or nobody it names is at work, the client's curator does.
    `hands_over`: with the work the deal itself passes to the performer, who becomes responsible for it.
    """

    stage = models.ForeignKey(
        Stage, on_delete=models.CASCADE, related_name="performer_rules"
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
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
    picking = models.CharField(
        _("who"), max_length=12, choices=Picking, default=Picking.NAMED
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    department = models.ForeignKey(
        "accounts.Department",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("department"),
    )
    hands_over = models.BooleanField(
        _("the deal passes to the performer"), default=False
    )

    class Meta:
        verbose_name = _("rule of performers")
        verbose_name_plural = _("rules of performers")
        ordering = ["stage", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(picking=Picking.NAMED, user__isnull=False)
                | Q(
                    picking__in=[Picking.LEAST_LOADED, Picking.HEAD],
                    department__isnull=False,
                ),
                name="performer_rule_names_somebody",
            )
        ]

    def __str__(self) -> str:
        return f"{self.stage}: {self.user or self.department}"
