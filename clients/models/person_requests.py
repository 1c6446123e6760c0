"""What persons demand about their data, and erasures."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.consents import OF_ONE
from clients.models.contact import Contact
from clients.personal_choices import (
    ErasureGround,
    ErasureState,
    Means,
    RequestKind,
    RequestOutcome,
)
from clients.querysets import OfPersonQuerySet, PersonRequestQuerySet

USER = settings.AUTH_USER_MODEL


class PersonRequest(models.Model):
    """A demand of a person under 152-FZ. `due_on` is the last day to answer, `stop_on` the last day to stop, if sooner.

    Terms are counted once, when the demand is entered (`clients.terms`); a reasoned notice to the person prolongs.
    """

    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="data_requests",
    )
    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="data_requests",
    )
    kind = models.CharField(_("demand"), max_length=10, choices=RequestKind)
    received_on = models.DateField(_("received"))
    means = models.CharField(_("how it was got"), max_length=8, choices=Means)
    note = models.TextField(_("note"), blank=True)
    stop_on = models.DateField(_("stop by"), null=True, blank=True)
    due_on = models.DateField(_("answer by"))
    extended_at = models.DateTimeField(null=True, blank=True)
    extension_reason = models.CharField(_("reason"), max_length=500, blank=True)
    responsible = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("responsible"),
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    outcome = models.CharField(
        _("outcome"), max_length=8, choices=RequestOutcome, blank=True
    )
    answer = models.TextField(_("what was done and answered"), blank=True)

    objects = PersonRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a person")
        verbose_name_plural = _("requests of persons")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(
                fields=["due_on", "id"],
                condition=Q(closed_at=None),
                name="person_request_open",
            ),
            models.Index(
                fields=["responsible", "due_on"],
                condition=Q(closed_at=None),
                name="person_request_mine",
            ),
            models.Index(fields=["-closed_at", "-id"], name="person_request_closed"),
        ]
        constraints = [
            models.CheckConstraint(condition=OF_ONE, name="person_request_of_one"),
            models.CheckConstraint(
                condition=Q(kind__in=RequestKind.values),
                name="person_request_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, outcome="")
                | Q(closed_at__isnull=False, outcome__in=RequestOutcome.values),
                name="person_request_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None) | ~Q(extension_reason=""),
                name="person_request_extended_with_reason",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.get_kind_display())


class Erasure(models.Model):
    """An erasure of a person's data, decided by somebody on a ground: what the act and the log line are printed from.

    It keeps no personal data: the person is known by the number of his record. `chosen` are ids of texts and files to
    go, `counts` what went and what stayed. `number` counts within `year`.
    """

    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="erasures",
    )
    client = models.ForeignKey(
        Client,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="erasures",
    )
    request = models.ForeignKey(
        PersonRequest,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="erasures",
    )
    ground = models.CharField(_("ground"), max_length=10, choices=ErasureGround)
    ground_note = models.CharField(_("document"), max_length=300, blank=True)
    state = models.CharField(
        max_length=6, choices=ErasureState, default=ErasureState.QUEUED
    )
    chosen = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    failure = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    rung_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    number = models.PositiveIntegerField(null=True, blank=True)

    objects = OfPersonQuerySet.as_manager()

    class Meta:
        verbose_name = _("erasure of personal data")
        verbose_name_plural = _("erasures of personal data")
        ordering = ["-decided_at", "-pk"]
        indexes = [
            models.Index(
                fields=["rung_at"],
                condition=Q(state="queued"),
                name="erasure_waiting",
            )
        ]
        constraints = [
            models.CheckConstraint(condition=OF_ONE, name="erasure_of_one"),
            models.CheckConstraint(
                condition=Q(state__in=ErasureState.values), name="erasure_state_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="done",
                    done_at__isnull=False,
                    year__isnull=False,
                    number__isnull=False,
                )
                | ~Q(state="done") & Q(done_at=None, number=None),
                name="erasure_done_has_number",
            ),
            models.UniqueConstraint(
                fields=["year", "number"], name="erasure_number_once_a_year"
            ),
            models.UniqueConstraint(
                fields=["contact"],
                condition=Q(state="queued", contact__isnull=False),
                name="erasure_one_at_a_time_of_contact",
            ),
            models.UniqueConstraint(
                fields=["client"],
                condition=Q(state="queued", client__isnull=False),
                name="erasure_one_at_a_time_of_client",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.number}/{self.year}" if self.number else f"№ {self.pk}"
