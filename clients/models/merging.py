from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class EntryMerge(models.Model):
    """A merge of one dictionary entry into another, of which the records are moved in the background.

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
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.model} {self.source_id} → {self.target_id}"
