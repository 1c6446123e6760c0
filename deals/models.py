from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Deal(models.Model):
    """A time-limited set of activities with a client that ends in success or refusal."""

    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="deals"
    )
    title = models.CharField(_("title"), max_length=200)
    stage = models.ForeignKey(
        "pipeline.Stage",
        on_delete=models.PROTECT,
        related_name="deals",
        verbose_name=_("stage"),
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="deals",
        verbose_name=_("responsible"),
    )
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["client", "-opened_at"], name="deal_by_client")]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=models.F("opened_at")),
                name="deal_closed_after_opened",
            )
        ]

    def __str__(self) -> str:
        return self.title
