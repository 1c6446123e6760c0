"""Telephone calls: by which exchange they are told, whose telephone rings, what became of each."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from salesexpert.core.sealed import SealedJSONField
from salesexpert.telephony.choices import (
    CallState,
    Direction,
    Outcome,
    Refusal,
    Waits,
)
from salesexpert.telephony.querysets import CallQuerySet

USER = settings.AUTH_USER_MODEL


class Connection(models.Model):
    """One exchange that tells us of its calls.

    `key` stands in the address that a webhook posts to and is no secret. `credentials` are the provider's own: what we
    only compare is kept as a digest, what we must send or sign with sealed; none is ever shown.
    """

    name = models.CharField(_("name"), max_length=120)
    provider = models.CharField(_("provider"), max_length=20)
    key = models.CharField(max_length=40, unique=True, editable=False)
    credentials = SealedJSONField(default=dict, blank=True, editable=False)
    city_code = models.CharField(
        _("city code"),
        max_length=6,
        blank=True,
        help_text=_("Completes numbers that come without it: 495, 4852."),
    )
    responsible = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("answers for missed calls"),
        help_text=_("Gets those that rang at nobody's telephone and are of nobody's client."),
    )  # fmt: skip
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(_("switched off"), null=True, blank=True)
    heard_at = models.DateTimeField(_("last heard of"), null=True, blank=True)
    linked_at = models.DateTimeField(_("connected since"), null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("telephone exchange")
        verbose_name_plural = _("telephone exchanges")
        ordering = ["pk"]
        default_permissions = ()
        permissions = [("manage_telephony", _("Connect telephone exchanges"))]

    def __str__(self) -> str:
        return self.name


class Extension(models.Model):
    """Whose telephone has this number within the exchange."""

    connection = models.ForeignKey(
        Connection,
        on_delete=models.CASCADE,
        related_name="extensions",
        db_index=False,
    )
    number = models.CharField(
        pgettext_lazy("of an exchange", "extension"), max_length=20
    )
    user = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="extensions")

    class Meta:
        verbose_name = pgettext_lazy("of an exchange", "extension")
        verbose_name_plural = _("extensions")
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "number"], name="extension_of_one_person"
            )
        ]

    def __str__(self) -> str:
        return self.number


class Call(models.Model):
    """One call, whatever became of it. `outside_id` is the exchange's own: told twice, it stays one.

    `number` is the outside party in full, “” when it was hidden or is none; `number_raw` as it came. `user` is who
    talked, or whose it was to answer. `activity` is the entry of the history that it made: the talk, or the work to call
    back. `waits` is what its person still owes it.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.PROTECT, related_name="calls", db_index=False
    )
    outside_id = models.CharField(max_length=120)
    direction = models.CharField(_("direction"), max_length=5, choices=Direction, blank=True)  # fmt: skip
    number = models.CharField(_("number"), max_length=20, blank=True)
    number_raw = models.CharField(max_length=40, blank=True)
    line = models.CharField(_("our number"), max_length=40, blank=True)
    state = models.CharField(max_length=7, choices=CallState, default=CallState.RINGING)
    outcome = models.CharField(_("outcome"), max_length=6, choices=Outcome, blank=True)
    began_at = models.DateTimeField(_("began"))
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    talk_seconds = models.PositiveIntegerField(_("talked, seconds"), null=True, blank=True)  # fmt: skip
    heard_at = models.DateTimeField()
    user = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="telephone_calls",
        db_index=False,
        verbose_name=_("person"),
    )
    client = models.ForeignKey(
        "clients.Client",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="telephone_calls",
        db_index=False,
        verbose_name=_("client"),
    )
    contact = models.ForeignKey(
        "clients.Contact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="telephone_calls",
        db_index=False,
        verbose_name=_("contact person"),
    )
    activity = models.ForeignKey(
        "clients.Activity",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="telephone_calls",
        db_index=False,
    )
    inquiry = models.ForeignKey(
        "clients.Inquiry",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="telephone_calls",
        db_index=False,
    )
    waits = models.CharField(max_length=7, choices=Waits, blank=True)
    recording = models.URLField(_("recording"), max_length=500, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["-began_at", "-pk"]
        default_permissions = ()
        permissions = [("view_call", _("See calls, and whom they are from while it rings"))]  # fmt: skip
        indexes = [
            models.Index(fields=["-began_at", "-id"], name="call_by_time"),
            models.Index(fields=["user", "-began_at", "-id"], name="call_of_user"),
            models.Index(
                fields=["number", "-began_at"],
                condition=~Q(number=""),
                name="call_by_number",
            ),
            # The list sorted by other columns than the moment.
            models.Index(fields=["number", "id"], name="call_sorted_by_number"),
            models.Index(
                fields=["talk_seconds", "id"],
                condition=Q(talk_seconds__isnull=False),
                name="call_sorted_by_talk",
            ),
            models.Index(
                fields=["heard_at"], condition=~Q(state="over"), name="call_going_on"
            ),
            models.Index(
                fields=["user", "-began_at"],
                condition=~Q(waits=""),
                name="call_that_waits",
            ),
            models.Index(
                fields=["-began_at", "-id"],
                condition=Q(outcome="missed"),
                name="call_missed",
            ),
            *(
                models.Index(
                    fields=[name],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"call_by_{name}",
                )
                for name in ("client", "contact", "activity", "inquiry")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "outside_id"], name="call_told_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=CallState.values), name="call_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="over", ended_at__isnull=False)
                | ~Q(state="over") & Q(outcome=""),
                name="call_has_its_outcome_once_over",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")),
                name="call_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.number or self.number_raw or "—"

    def get_absolute_url(self) -> str:
        return reverse("telephony:call", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state == CallState.OVER


class Leg(models.Model):
    """One telephone's part in a call: a call rings at several, and goes from one to another."""

    call = models.ForeignKey(
        Call, on_delete=models.CASCADE, related_name="legs", db_index=False
    )
    outside_id = models.CharField(max_length=120)
    extension = models.CharField(max_length=20, blank=True)
    user = models.ForeignKey(
        USER,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
    )
    state = models.CharField(max_length=8)
    seq = models.BigIntegerField(null=True, blank=True)
    rang_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("part of a call")
        verbose_name_plural = _("parts of calls")
        ordering = ["rang_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["call", "outside_id"], name="leg_told_once")
        ]

    def __str__(self) -> str:
        return self.extension


class Fault(models.Model):
    """What came and could not be taken: shown with the settings. The same again is counted, not repeated."""

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="faults", db_index=False
    )
    kind = models.CharField(max_length=9, choices=Refusal)
    about = models.CharField(max_length=200, blank=True)
    count = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fault of telephony")
        verbose_name_plural = _("faults of telephony")
        ordering = ["-last_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "kind", "about"], name="fault_counted_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.about}".strip()

    @property
    def about_words(self) -> str:
        """What exactly, in the reader's language where it is a sentence of ours."""
        return (
            gettext(self.about)
            if self.about and self.kind == Refusal.BODY
            else self.about
        )
