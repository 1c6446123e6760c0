from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class Process(models.Model):
    """An ordered way of stages that deals pass."""

    name = models.CharField(_("name in Russian"), max_length=120, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ["name"]

    def __str__(self) -> str:
        return (
            self.name_en
            if self.name_en and translation.get_language() == "en"
            else self.name
        )


class Stage(models.Model):
    process = models.ForeignKey(
        Process, on_delete=models.PROTECT, related_name="stages"
    )
    name = models.CharField(_("name in Russian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField(_("percent of progress"))

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["process", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "position"], name="stage_position_unique_in_process"
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="stage_percent_at_most_100"
            ),
        ]

    def __str__(self) -> str:
        return (
            self.name_en
            if self.name_en and translation.get_language() == "en"
            else self.name
        )
