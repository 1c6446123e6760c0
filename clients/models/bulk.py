from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.choices import BulkDeed, BulkOutcome, BulkState
from clients.querysets import BulkChangeQuerySet


class BulkChange(models.Model):
    """One deed done to many cards: what was previewed, how far it is, what came of it.

    `field` is the name of the registry, `value` what it becomes, as text and "" for nothing (see `clients.bulk`). The
    cards were frozen at the preview (`BulkChunk`), so what was previewed is what changes. `chunks_done` is the last
    finished chunk and `heartbeat_at` is renewed with each, so that another worker takes an abandoned change up where it
    stopped; `tries` counts the times that it was begun at the same chunk. An undo is a change of its own that `undoes`
    another: it is watched, stopped and taken up in the same way.
    """

    entity = models.CharField(max_length=20, default="client")
    deed = models.CharField(max_length=8, choices=BulkDeed)
    field = models.CharField(max_length=60)
    value = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    parameters = models.TextField(blank=True)
    is_ticked = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=BulkState, default=BulkState.PREVIEW)
    stop_asked = models.BooleanField(default=False)

    # what the preview counted: asked for = planned + already so + archived + not to be found by the asker
    asked_count = models.PositiveIntegerField(default=0)
    planned_count = models.PositiveIntegerField(default=0)
    same_count = models.PositiveIntegerField(default=0)
    closed_count = models.PositiveIntegerField(default=0)
    absent_count = models.PositiveIntegerField(default=0)
    # what came of it
    changed_count = models.PositiveIntegerField(default=0)
    left_count = models.PositiveIntegerField(default=0)

    chunks_total = models.PositiveIntegerField(default=0)
    chunks_done = models.PositiveIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(blank=True)
    undoes = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="undo",
    )
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = BulkChangeQuerySet.as_manager()

    class Meta:
        verbose_name = _("bulk change")
        verbose_name_plural = _("bulk changes")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=["queued", "running"]),
                name="bulk_unfinished",
            ),
            models.Index(
                fields=["created_at"],
                condition=Q(state="preview"),
                name="bulk_undecided",
            ),
            models.Index(fields=["-created_at", "-id"], name="bulk_by_time"),
            models.Index(fields=["created_by", "-created_at"], name="bulk_by_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=BulkState.values), name="bulk_state_known"
            ),
            models.CheckConstraint(
                condition=Q(deed__in=BulkDeed.values), name="bulk_deed_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["preview", "queued"])
                | Q(started_at__isnull=False),
                name="bulk_begun_when_past_the_queue",
            ),
        ]
        default_permissions = ()
        permissions = [("bulk_change", _("Change many cards at once"))]

    def __str__(self) -> str:
        return f"{self.deed} {self.field}"


class BulkChunk(models.Model):
    """Cards of a change that are done together, frozen at its preview.

    `values` stand beside `ids`: what each card had at the preview; in an undo, what it shall have again.
    """

    change = models.ForeignKey(
        BulkChange,
        on_delete=models.CASCADE,
        related_name="chunks",
        db_index=False,
    )
    number = models.PositiveIntegerField()
    ids = ArrayField(models.BigIntegerField())
    values = ArrayField(models.TextField())

    class Meta:
        verbose_name = _("chunk of a bulk change")
        verbose_name_plural = _("chunks of bulk changes")
        ordering = ["change", "number"]
        constraints = [
            models.UniqueConstraint(fields=["change", "number"], name="bulk_chunk_once")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.change_id}:{self.number}"


class BulkItem(models.Model):
    """What became of one card, and the value that it had before."""

    change = models.ForeignKey(
        BulkChange, on_delete=models.CASCADE, related_name="items", db_index=False
    )
    object_id = models.BigIntegerField()
    outcome = models.CharField(max_length=8, choices=BulkOutcome)
    before = models.CharField(max_length=60, blank=True)

    class Meta:
        verbose_name = _("card of a bulk change")
        verbose_name_plural = _("cards of bulk changes")
        ordering = ["change", "object_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["change", "object_id"], name="bulk_item_once"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=BulkOutcome.values), name="bulk_outcome_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["change", "outcome", "object_id"],
                condition=~Q(outcome="changed"),
                name="bulk_item_left",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.change_id}:{self.object_id}"
