from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from analytics.choices import Files, Rhythm

USER = settings.AUTH_USER_MODEL


class SendingQuerySet(models.QuerySet["ReportSending"]):
    def visible_to(self, user: models.Model) -> "SendingQuerySet":
        """Those that `user` set up: each one looks after his own."""
        return self.filter(owner=user)

    def due(self, *, at: datetime) -> "SendingQuerySet":
        return self.filter(is_active=True, next_at__lte=at).order_by("next_at", "pk")


class ReportSending(models.Model):
    """A view of a report that goes out by letter: to whom, how often, with which files.

    `parameters` is the query string of the view: a named period (`last_month`) moves with the day, typed days stay.
    Each receiver gets the report as he himself may read it, so one sending says as many things as it has receivers.
    `next_at` is the moment that is due next and part of each letter's key; `taken_at` says that a worker is at it.
    """

    owner = models.ForeignKey(
        USER, on_delete=models.CASCADE, related_name="report_sendings"
    )
    report = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=120)
    parameters = models.TextField(blank=True)
    receivers: Any = models.ManyToManyField(
        USER, related_name="+", verbose_name=_("receivers")
    )
    rhythm = models.CharField(
        _("how often"), max_length=8, choices=Rhythm, default=Rhythm.WEEK
    )
    weekday = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(7)]
    )
    month_day = models.PositiveSmallIntegerField(
        default=1, validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    hour = models.TimeField(default=time(9))
    files = ArrayField(
        models.CharField(max_length=4, choices=Files), default=list, blank=True
    )
    is_active = models.BooleanField(default=True)
    next_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    last_at = models.DateTimeField(null=True, blank=True)
    last_letters = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SendingQuerySet.as_manager()

    class Meta:
        verbose_name = _("sending of a report")
        verbose_name_plural = _("sendings of reports")
        ordering = ["name", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(is_active=True), name="sending_due"
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(rhythm__in=Rhythm.values), name="sending_rhythm_known"
            ),
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7), month_day__range=(1, 31)),
                name="sending_day_exists",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IndicatorAlarm(models.Model):
    """An indicator of a person that is far outside its limits: since when, until when. While it is, he is told once."""

    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    indicator = models.CharField(max_length=60)
    value = models.DecimalField(max_digits=18, decimal_places=2)
    turned_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("alarm of an indicator")
        verbose_name_plural = _("alarms of indicators")
        ordering = ["-turned_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "indicator"],
                condition=Q(ended_at=None),
                name="alarm_once_while_it_lasts",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("turned_at")),
                name="alarm_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.user}"
