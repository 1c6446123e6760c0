from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class JournalEntry(models.Model):
    """A deed: who did what to which object, when. Rows are only ever added; the database refuses the rest.

    Field values before and after are in pghistory's event tables; here stand verbs (`client.archived`, `file.opened`).
    `subject_type` and `subject_id` name the root the deed belongs to (a phone's change belongs to its client).
    """

    append_only = True

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("journal entry")
        verbose_name_plural = _("journal entries")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["subject_type", "subject_id", "-at"], name="journal_by_subject"
            ),
            models.Index(fields=["-at", "-id"], name="journal_by_time"),
            models.Index(fields=["by", "-at"], name="journal_by_actor"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"
