from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

# A merge of entries can be taken back this long, as one of cards can.
ENTRY_UNDO = timedelta(days=30)


class EntryMerge(models.Model):
    """A merge of one dictionary entry into another; with many records they are moved in the background.

    The entry points at its successor from the first moment, so nothing new takes it; `moved` of `total` records have
    followed. Moving on is moving what is left, so a job whose worker died (`heartbeat_at` stands still) is simply
    taken up by another.
    """

    model = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    target_id = models.BigIntegerField()
    total = models.PositiveIntegerField()
    moved = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undo_asked_at = models.DateTimeField(null=True, blank=True)
    undo_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    undone_at = models.DateTimeField(null=True, blank=True)
    # Records that somebody gave another value since, and that the undo therefore left alone.
    left_alone = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("merge of dictionary entries")
        verbose_name_plural = _("merges of dictionary entries")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "source_id"],
                condition=Q(finished_at=None),
                name="entry_merged_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(source_id=F("target_id")), name="entry_not_into_itself"
            ),
        ]
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(finished_at=None),
                name="entry_merge_unfinished",
            ),
            models.Index(
                fields=["model", "source_id"],
                condition=Q(undone_at=None),
                name="entry_merge_to_undo",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.model} {self.source_id} → {self.target_id}"


class EntryMergePart(models.Model):
    """What one step of a merge changed: the rows of one table whose `field` went from one entry to another.

    `kept` holds what a column of ids cannot: rows that became the same fact twice and went, the parameters of a
    selection before and after, when an entry had been retired before.
    """

    merge = models.ForeignKey(
        EntryMerge, on_delete=models.CASCADE, related_name="parts"
    )
    table = models.CharField(max_length=80)
    field = models.CharField(max_length=80)
    was_id = models.BigIntegerField()
    became_id = models.BigIntegerField()
    rows = ArrayField(models.BigIntegerField(), default=list)
    kept = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("part of a merge of entries")
        verbose_name_plural = _("parts of a merge of entries")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.table}.{self.field} {self.was_id} → {self.became_id}"
