from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from clients.choices import Direction
from pipeline.choices import ForWhom, SuccessCondition
from pipeline.querysets import ProcessQuerySet, StageQuerySet


class Named(models.Model):
    """A word of the process in both languages; empty in English, the Russian one stands in both."""

    name = models.CharField(_("name in Russian"), max_length=120)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return (
            self.name_en
            if self.name_en and translation.get_language() == "en"
            else self.name
        )


class Process(Named):
    """An ordered way of stages that deals pass. Retired, it opens no new deals; those in it run to their end.

    `next_process` is the next belt of a conveyor: a deal won here may be followed by one there.
    """

    description = models.CharField(_("what it is for"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0, db_default=0)
    success_condition = models.CharField(
        _("success when"),
        max_length=10,
        choices=SuccessCondition,
        default=SuccessCondition.PAID_AND_DELIVERED,
        db_default=SuccessCondition.PAID_AND_DELIVERED,
    )
    next_process = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("after success goes on in"),
    )
    retired_at = models.DateTimeField(
        _("retired"), null=True, blank=True, editable=False
    )

    objects = ProcessQuerySet.as_manager()

    class Meta:
        verbose_name = _("process")
        verbose_name_plural = _("processes")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="process_name_unique"),
            models.CheckConstraint(
                condition=Q(success_condition__in=SuccessCondition.values),
                name="process_success_condition_known",
            ),
        ]
        permissions = [("manage_processes", _("Change processes, stages and norms"))]


class Stage(Named):
    """One step of a process. It is never deleted once a deal was in it: retired, it stays in the history.

    `norm_days` are working days of the Russian calendar; empty, no clock runs. `required_fields` are names of the field
    registry that must be filled on the deal before it leaves. `next_stages` empty: any later stage may follow.
    """

    process = models.ForeignKey(
        Process, on_delete=models.PROTECT, related_name="stages"
    )
    position = models.PositiveSmallIntegerField(_("order"))
    percent = models.PositiveSmallIntegerField(_("percent of progress"))
    norm_days = models.PositiveSmallIntegerField(
        _("norm, working days"), null=True, blank=True
    )
    hint = models.TextField(_("what to do next, in Russian"), blank=True)
    hint_en = models.TextField(_("what to do next, in English"), blank=True)
    required_fields = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        verbose_name=_("must be filled before leaving"),
    )
    next_stages: Any = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="previous_stages",
        verbose_name=_("may be followed by"),
    )
    retired_at = models.DateTimeField(
        _("retired"), null=True, blank=True, editable=False
    )

    objects = StageQuerySet.as_manager()

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["process", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["process", "position"],
                condition=Q(retired_at=None),
                name="stage_position_unique_in_process",
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100), name="stage_percent_at_most_100"
            ),
        ]

    @property
    def hint_text(self) -> str:
        english = self.hint_en and translation.get_language() == "en"
        return self.hint_en if english else self.hint


class StageCheck(Named):
    """A line of the list that is ticked before a deal leaves the stage."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="checks")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    required = models.BooleanField(_("the deal cannot leave without it"), default=True)
    retired_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("line of the exit checklist")
        verbose_name_plural = _("exit checklist")
        ordering = ["position", "pk"]


class StageActivity(Named):
    """An activity that is planned when a deal enters the stage; its name becomes the subject."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="planned")
    kind = models.ForeignKey(
        "clients.ActivityKind",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("kind"),
    )
    goal = models.ForeignKey(
        "clients.ActivityGoal",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("goal"),
    )
    direction = models.CharField(
        _("direction"), max_length=8, choices=Direction, blank=True
    )
    after_days = models.PositiveSmallIntegerField(
        _("working days after the stage began"), default=0
    )
    for_whom = models.CharField(
        _("for whom"), max_length=12, choices=ForWhom, default=ForWhom.PERFORMER
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("activity of the stage")
        verbose_name_plural = _("activities of the stage")
        ordering = ["position", "pk"]
