from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.choices import ImportState
from clients.querysets import ImportJobQuerySet


class ImportJob(models.Model):
    """One loading of a file: what was uploaded, how its columns map, how far it is, what came of it.

    `mapping` is {column heading: field name}; `options` hold duplicates policy, defaults and value replacements.
    `heartbeat_at` is renewed by the worker at each chunk; `rows_done` is the last finished row, so that another worker
    takes an abandoned job up where it stopped.
    """

    entity = models.CharField(max_length=20, default="client")
    file = models.FileField(max_length=200, upload_to="imports/%Y/%m")
    name = models.CharField(max_length=255)
    state = models.CharField(
        max_length=8, choices=ImportState, default=ImportState.UPLOADED
    )
    encoding = models.CharField(max_length=40, blank=True)
    delimiter = models.CharField(max_length=4, blank=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    rows_total = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    duplicate_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=["queued", "running"]),
                name="import_unfinished",
            ),
            models.Index(fields=["created_by", "-created_at"], name="import_by_author"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="import_state_known"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """What became of one row of a file. `fingerprint` (of the mapped values) makes a second loading create nothing.

    `row` is the number that a spreadsheet shows, the heading being row 1.
    """

    job = models.ForeignKey(ImportJob, on_delete=models.CASCADE, related_name="rows")
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    object_id = models.BigIntegerField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    reasons = models.JSONField(default=list)
    cells = models.JSONField(default=list)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["job", "row"]
        constraints = [
            models.UniqueConstraint(fields=["job", "row"], name="import_row_once")
        ]
        indexes = [
            models.Index(
                fields=["fingerprint"],
                condition=~Q(fingerprint=""),
                name="import_row_by_fingerprint",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.job_id}:{self.row}"
