from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.choices import ImportPhase, ImportState, RowDecision
from clients.querysets import ImportJobQuerySet, ImportMappingQuerySet

USER = settings.AUTH_USER_MODEL


class ImportJob(models.Model):
    """One loading of a file: what was uploaded, how its columns map, how far it is, what came of it.

    `mapping` is {column heading: field name}; `options` hold duplicates policy, defaults, value replacements and what
    becomes of rows that look like known clients. A job goes through up to three phases: *check* (rows like known
    clients are found and shown), *load*, and perhaps *revert*. `heartbeat_at` is renewed by the worker at each chunk;
    `checked_count`, `rows_done` and `reverted_upto` (a row's number) say how far each phase is, so that another worker
    takes an abandoned job up where it stopped. `pace` is rows per second lately.
    """

    entity = models.CharField(max_length=20, default="client")
    file = models.FileField(max_length=200, upload_to="imports/%Y/%m")
    name = models.CharField(max_length=255)
    state = models.CharField(
        max_length=9, choices=ImportState, default=ImportState.UPLOADED
    )
    phase = models.CharField(
        max_length=6, choices=ImportPhase, default=ImportPhase.LOAD
    )
    encoding = models.CharField(max_length=40, blank=True)
    delimiter = models.CharField(max_length=4, blank=True)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    remembered = models.ForeignKey(
        "clients.ImportMapping",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    rows_total = models.PositiveIntegerField(default=0)
    checked_count = models.PositiveIntegerField(default=0)
    match_count = models.PositiveIntegerField(default=0)
    rows_done = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    duplicate_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    warning_count = models.PositiveIntegerField(default=0)
    reverted_upto = models.PositiveIntegerField(default=0)
    reverted_count = models.PositiveIntegerField(default=0)
    kept_count = models.PositiveIntegerField(default=0)
    pace = models.FloatField(null=True, blank=True)
    failure = models.TextField(blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    started_at = models.DateTimeField(null=True, blank=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    cancel_asked_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    reverted_at = models.DateTimeField(null=True, blank=True)
    reverted_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )

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
            ),
            models.CheckConstraint(
                condition=Q(phase__in=ImportPhase.values), name="import_phase_known"
            ),
        ]
        default_permissions = ()
        permissions = [("revert_imports", _("Take imports back"))]

    def __str__(self) -> str:
        return self.name


class ImportRow(models.Model):
    """What became of one row of a file. `fingerprint` (of the mapped values) makes a second loading create nothing.

    `row` is the number that a spreadsheet shows, the heading being row 1. `changes` is what the row put into a known
    card, or made beside a new one, so that it can be taken back; `undone` says whether it was, and why not.
    """

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="rows", db_index=False
    )
    row = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    object_id = models.BigIntegerField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    reasons = models.JSONField(default=list)
    cells = models.JSONField(default=list)
    changes = models.JSONField(null=True, blank=True)
    undone = models.CharField(max_length=7, blank=True)
    kept_because = models.JSONField(default=list)

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
            ),
            models.Index(
                fields=["job", "outcome", "row"], name="import_row_by_outcome"
            ),
            models.Index(
                fields=["job", "row"],
                condition=~Q(reasons=[]),
                name="import_row_with_reasons",
            ),
            models.Index(
                fields=["job", "row"],
                condition=Q(undone="kept"),
                name="import_row_kept",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.job_id}:{self.row}"


class ImportMatch(models.Model):
    """A row of a file that looks like a known card (`client_id`) or like an earlier row (`other_row`), and what is to
    become of it. An empty `decision` is the one for its whole level, which stands in the job's options.
    """

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="matches", db_index=False
    )
    row = models.PositiveIntegerField()
    level = models.CharField(max_length=8)
    evidence = models.JSONField(default=list)
    object_id = models.BigIntegerField(null=True, blank=True)
    other_row = models.PositiveIntegerField(null=True, blank=True)
    said = models.JSONField(default=dict)
    decision = models.CharField(max_length=6, choices=RowDecision, blank=True)

    class Meta:
        verbose_name = _("row like a known client")
        verbose_name_plural = _("rows like known clients")
        ordering = ["job", "row"]
        constraints = [
            models.UniqueConstraint(fields=["job", "row"], name="import_match_once"),
            models.CheckConstraint(
                condition=Q(object_id__isnull=False) | Q(other_row__isnull=False),
                name="import_match_with_something",
            ),
        ]
        indexes = [
            models.Index(fields=["job", "level", "row"], name="import_match_by_level")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.job_id}:{self.row}"


class ImportTrace(models.Model):
    """What a row of a file being checked says and is recognised by, until the file is loaded: rows are compared with the
    rows before them without the file being held in memory.
    """

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="traces", db_index=False
    )
    row = models.PositiveIntegerField()
    said = models.JSONField(default=dict)
    traits = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("trace of a row")
        verbose_name_plural = _("traces of rows")
        constraints = [
            models.UniqueConstraint(fields=["job", "row"], name="import_trace_once")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.job_id}:{self.row}"


class ImportKey(models.Model):
    """The first row of a file that has a certain number, address or name; `key` is a hash of it."""

    job = models.ForeignKey(
        ImportJob, on_delete=models.CASCADE, related_name="keys", db_index=False
    )
    key = models.BigIntegerField()
    row = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("key of a row")
        verbose_name_plural = _("keys of rows")
        constraints = [
            models.UniqueConstraint(fields=["job", "key"], name="import_key_once")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.job_id}:{self.key}"


class ImportMapping(models.Model):
    """What the columns of a list mean, kept for the next list with the same headings (`headings` is a hash of their set).

    `options` hold defaults, value replacements, the policy and whether unknown words are added. One that is `is_shared`
    serves everyone who may import; only its owner changes it.
    """

    entity = models.CharField(max_length=20, default="client")
    name = models.CharField(_("name"), max_length=120)
    headings = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    owner = models.ForeignKey(USER, on_delete=models.CASCADE, related_name="+")
    is_shared = models.BooleanField(_("for everyone who loads lists"), default=False)
    created_at = models.DateTimeField()
    used_at = models.DateTimeField()

    objects = ImportMappingQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved set of columns")
        verbose_name_plural = _("saved sets of columns")
        ordering = ["-used_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                F("owner"), F("entity"), F("name"), name="import_mapping_name_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["entity", "headings", "-used_at"], name="import_mapping_for"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
