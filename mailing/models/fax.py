"""Faxes: the lines they go by, and each of them as a row before it is a call."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from mailing.choices import FaxDriver, FaxState, FaxTrouble, NumberFormat
from salesexpert.core import secrets_at_rest
from salesexpert.outbox.models import Letter, Parcel

USER = settings.AUTH_USER_MODEL


class FaxLine(models.Model):
    """A way by which faxes go: a driver and what it must know (`options`), and when the line keeps quiet."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    driver = models.CharField(_("goes by"), max_length=10, choices=FaxDriver)
    options: Any = models.JSONField(default=dict, blank=True)
    secret_sealed = models.TextField(blank=True, editable=False)
    number_format = models.CharField(
        _("how numbers are written"),
        max_length=8,
        choices=NumberFormat,
        default=NumberFormat.PLUS,
    )
    quiet_from = models.TimeField(_("no faxes from"), null=True, blank=True)
    quiet_until = models.TimeField(_("until"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=3)
    per_hour = models.PositiveIntegerField(
        _("faxes an hour at most"), null=True, blank=True
    )
    is_default = models.BooleanField(
        _("faxes go by it unless another is chosen"), default=False
    )
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fax line")
        verbose_name_plural = _("fax lines")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="fax_line_one_default",
            ),
            models.CheckConstraint(
                condition=Q(attempts__gte=1, attempts__lte=12),
                name="fax_line_attempts",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """Raises `secrets_at_rest.Unreadable`."""
        return secrets_at_rest.unseal(self.secret_sealed)


class Fax(models.Model):
    """One fax to one number. `key` says what it is about: the same matter twice is one fax.

    `tag` names the job at the line: a job that is there already is never handed over again. `files` holds its own pages,
    `shared` those that follow in many faxes alike, all of it PDF. `handed_over_at` is written before the line gets it; empty: the line surely has nothing.
    """

    key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    tag = models.CharField(max_length=40, unique=True)
    line = models.ForeignKey(FaxLine, on_delete=models.PROTECT, related_name="faxes")
    number = models.CharField(max_length=20)
    files = models.ForeignKey(Parcel, on_delete=models.PROTECT, related_name="faxes")
    shared = models.ForeignKey(
        Parcel,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="shared_by_faxes",
    )
    title = models.CharField(max_length=200, blank=True)
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    sent_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    state = models.CharField(max_length=9, choices=FaxState, default=FaxState.QUEUED)
    trouble = models.CharField(
        max_length=12, choices=FaxTrouble, blank=True, default=""
    )
    failure = models.CharField(max_length=500, blank=True, default="")
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    job = models.CharField(max_length=80, blank=True, default="")
    letter = models.ForeignKey(
        Letter, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    pages = models.PositiveSmallIntegerField(null=True, blank=True)
    pages_sent = models.PositiveSmallIntegerField(null=True, blank=True)
    seconds = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("fax")
        verbose_name_plural = _("faxes")
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(fields=["-queued_at", "-id"], name="fax_by_time"),
            models.Index(
                fields=["attempt_at"], condition=Q(state="queued"), name="fax_due"
            ),
            models.Index(
                fields=["asked_at"], condition=Q(state="sending"), name="fax_on_its_way"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=FaxState.values), name="fax_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending"], ended_at=None)
                | Q(
                    state__in=["delivered", "partly", "failed", "cancelled"],
                    ended_at__isnull=False,
                ),
                name="fax_ended_iff_ended_at",
            ),
            models.CheckConstraint(
                condition=~Q(state="failed") | ~Q(trouble=""),
                name="fax_failed_with_a_reason",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.title} → {self.number}"
