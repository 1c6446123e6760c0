import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesexpert.accounts.models import Department, Role, User
from salesexpert.audit.tracking import tracked


class JournalEntry(models.Model):
    """A deed: who did what to which object, when. Rows are only ever added; the database refuses the rest.

    Field values before and after are in pghistory's event tables; here stand verbs (`client.archived`, `file.opened`).
    `deed` is the request's id, which the field changes of the same request carry too. `subject_type` and `subject_id`
    name the root the deed belongs to (a phone's change belongs to its client).
    """

    append_only = True

    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,  # journal_by_actor begins with it
    )
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    detail = models.JSONField(default=dict)
    deed = models.CharField(max_length=32, blank=True, default="", db_default="")

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
        triggers = [
            pgtrigger.Protect(
                name="append_only", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"


# Users and their rights are journalled from here: `accounts` lies below and knows nothing of the journal. A proxy keeps
# the triggers, and their migrations, in this app.


@tracked(
    exclude=["password", "last_login", "list_columns", "theme"],
    trackers=[
        pghistory.UpdateEvent("password", condition=pghistory.AnyChange("password"))
    ],
)
class TrackedUser(User):
    class Meta:
        proxy = True
        verbose_name = _("user")
        verbose_name_plural = _("users")
        default_permissions = ()


@tracked()
class TrackedRole(Role):
    class Meta:
        proxy = True
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        default_permissions = ()


@tracked()
class TrackedDepartment(Department):
    class Meta:
        proxy = True
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        default_permissions = ()
