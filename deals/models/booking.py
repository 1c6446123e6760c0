from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import BookingState
from deals.models.deal import Deal
from deals.querysets import BookingQuerySet

USER = settings.AUTH_USER_MODEL


class BookingRequest(models.Model):
    """Work that a colleague wants done, where the head deals work out himself (a setting): he names who and when."""

    client = models.ForeignKey(
        "clients.Client",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("client"),
    )
    deal = models.ForeignKey(
        Deal,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deal"),
    )
    kind = models.ForeignKey(
        "clients.ActivityKind", on_delete=models.PROTECT, related_name="+"
    )
    title = models.CharField(_("what to do"), max_length=200, blank=True)
    note = models.TextField(_("note"), max_length=2000)
    wanted_at = models.DateTimeField(_("when wanted"))
    minutes = models.PositiveSmallIntegerField(_("duration, minutes"))
    wanted_from = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    hand_stage = models.BooleanField(default=False)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=9, choices=BookingState, default=BookingState.OPEN
    )
    activity = models.ForeignKey(
        "clients.Activity", on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for time")
        verbose_name_plural = _("requests for time")
        ordering = ["wanted_at", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(
                fields=["wanted_at", "id"],
                condition=Q(state="open"),
                name="booking_open",
            ),
            models.Index(fields=["asked_by", "-asked_at"], name="booking_of_asker"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BookingState.values), name="booking_state_known"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=5, minutes__lte=600),
                name="booking_length_sensible",
            ),
            models.CheckConstraint(condition=~Q(note=""), name="booking_has_note"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.kind)
