from django.db import models
from django.utils.translation import gettext_lazy as _


class CompanySetting(models.Model):
    """One changed setting of the company; what was never changed has no row (see `core.preferences`)."""

    name = models.CharField(max_length=60, primary_key=True)
    value = models.JSONField()

    class Meta:
        verbose_name = _("company setting")
        verbose_name_plural = _("company settings")

    def __str__(self) -> str:
        return self.name
