from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class TeamRanking(models.Model):
    """What a head lets his people see of one another: their places by these indicators. Without a row they see none."""

    head = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    indicators = ArrayField(models.CharField(max_length=60))
    with_figures = models.BooleanField(_("figures beside the places"), default=False)
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("team ranking")
        verbose_name_plural = _("team rankings")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.head}: {', '.join(self.indicators)}"
