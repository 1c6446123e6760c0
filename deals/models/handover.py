from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from deals.choices import Handed, HandedOutcome, HandoverOf, HandoverState
from deals.querysets import HandoverQuerySet

USER = settings.AUTH_USER_MODEL


class Handover(models.Model):
    """Work that passes from `giver` to `receiver`, or to several by load, with a note for whoever goes on with it.

    Until it is accepted everything stays with the giver. What moves was written down when it was made (`items`), so that
    the receiver accepts what he has read. One imposed by a head needs no answer (`answer_by` empty). Stuck, it stopped
    on its way there, or with `returned_by` on its way back.
    """

    of = models.CharField(_("what"), max_length=8, choices=HandoverOf)
    title = models.CharField(max_length=300)
    # Where it is opened from: the client, deal or activity of a single one, as a path of ours.
    link = models.CharField(max_length=200, blank=True)
    giver = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", verbose_name=_("from whom")
    )
    receiver = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("to whom"),
    )
    note = models.TextField(_("note for the receiver"), max_length=2000)
    state = models.CharField(
        max_length=9, choices=HandoverState, default=HandoverState.OFFERED
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    # Shifts that ended without moving anything; after some it stands still until somebody lets it go on.
    failures = models.PositiveSmallIntegerField(default=0, db_default=0, editable=False)
    finished_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="handover_latest"),
            models.Index(fields=["giver", "-made_at", "-id"], name="handover_of_giver"),
            models.Index(
                fields=["receiver", "-made_at", "-id"], name="handover_of_receiver"
            ),
            models.Index(
                fields=["receiver", "answer_by"],
                condition=Q(state="offered"),
                name="handover_offered",
            ),
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=("running", "returning")),
                name="handover_in_work",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=HandoverState.values), name="handover_state_known"
            ),
            models.CheckConstraint(
                condition=Q(of__in=HandoverOf.values), name="handover_of_known"
            ),
            models.CheckConstraint(condition=~Q(note=""), name="handover_has_note"),
            models.CheckConstraint(
                condition=Q(receiver=None) | ~Q(receiver=models.F("giver")),
                name="handover_to_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="offered")
                | Q(receiver__isnull=False, answer_by__isnull=False),
                name="handover_offered_to_someone",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/handovers/{self.pk}/"


class HandoverItem(models.Model):
    """One thing that moves, and to whom. Plain numbers: what was handed over may be gone, the record of it stays.

    `unit` is the client by whom it is moved, 0 for internal work. A stage is named by its deal.
    """

    handover = models.ForeignKey(
        Handover, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    unit = models.BigIntegerField(default=0)
    kind = models.CharField(max_length=8, choices=Handed)
    object_id = models.BigIntegerField()
    receiver = models.ForeignKey(
        USER, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    outcome = models.CharField(
        max_length=8, choices=HandedOutcome, default=HandedOutcome.WAITING
    )

    class Meta:
        verbose_name = _("item of a handover")
        verbose_name_plural = _("items of a handover")
        constraints = [
            models.UniqueConstraint(
                fields=["handover", "kind", "object_id"], name="handover_item_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Handed.values), name="handover_item_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=HandedOutcome.values),
                name="handover_item_outcome_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["handover", "outcome", "unit"], name="handover_item_unit"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"
