"""What was joined, kept so that it can be undone."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.contact import Contact

USER = settings.AUTH_USER_MODEL


class MergeRecord(models.Model):
    """One joining of two cards: `loser` became part of `survivor`. What was done is kept for the undoing.

    `moved` is {"clients.phone.client": {"columns": […], "rows": {id: digest of the row after moving}}}; `removed` are
    doubled rows as they were, [{"model", "fields"}]; `changed` are single values, [{"model", "pk", "field", "before",
    "after"}]. `kept_back` lists what the undoing left where it was, for it had been changed since.
    """

    at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    removed = models.JSONField(default=list)
    changed = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    kept_back = models.JSONField(default=list)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.survivor_id}"  # type: ignore[attr-defined]


class ClientMerge(MergeRecord):
    survivor = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    loser = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")

    class Meta(MergeRecord.Meta):
        verbose_name = _("joining of two cards")
        verbose_name_plural = _("joinings of cards")
        indexes = [
            models.Index(F("at").desc(), F("id").desc(), name="client_merge_by_time")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["loser"],
                condition=Q(undone_at=None),
                name="client_merged_once",
            ),
            models.CheckConstraint(
                condition=~Q(survivor=F("loser")), name="client_merge_of_two"
            ),
        ]


class ContactMerge(MergeRecord):
    survivor = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")
    loser = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="+")

    class Meta(MergeRecord.Meta):
        verbose_name = _("joining of two persons")
        verbose_name_plural = _("joinings of persons")
        indexes = [
            models.Index(F("at").desc(), F("id").desc(), name="contact_merge_by_time")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["loser"],
                condition=Q(undone_at=None),
                name="contact_merged_once",
            ),
            models.CheckConstraint(
                condition=~Q(survivor=F("loser")), name="contact_merge_of_two"
            ),
        ]
