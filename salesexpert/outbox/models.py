from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from salesexpert.outbox import kinds
from salesexpert.outbox.choices import LetterStatus, Trouble
from salesexpert.outbox.querysets import LetterQuerySet


class Letter(models.Model):
    """One letter to one address, as a row before it is a message: the row says whether it must still go out.

    `key` says what the letter is about (`invitation:17:2026-11-22T10:00`), unique when given: the same matter twice is
    one letter. `attempt_at` is when the next attempt is due. `handed_over_at` is written just before the byte that makes the
    mail server responsible for the letter: while it is empty the letter surely has not gone out. `message_id` is made
    once, so that even a letter sent twice is one letter to mail programs.
    """

    key = models.CharField(max_length=200, null=True, blank=True, unique=True)
    kind = models.CharField(max_length=40)
    to = models.EmailField()
    from_address = models.CharField(max_length=320, blank=True)
    reply_to = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=500)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    status = models.CharField(
        max_length=8, choices=LetterStatus, default=LetterStatus.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(
        max_length=12, choices=Trouble, blank=True, db_default="", default=""
    )
    failure = models.TextField(blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(
                fields=["attempt_at"], condition=Q(status="queued"), name="letter_due"
            ),
            models.Index(
                fields=["claimed_at"],
                condition=Q(status="sending"),
                name="letter_in_hand",
            ),
            models.Index(fields=["-queued_at", "-id"], name="letter_by_time"),
            models.Index(
                fields=["status", "-queued_at", "-id"], name="letter_by_status"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=LetterStatus.values), name="letter_status_known"
            ),
            models.CheckConstraint(
                condition=Q(status="sent", sent_at__isnull=False)
                | (~Q(status="sent") & Q(sent_at=None)),
                name="letter_sent_iff_sent_at",
            ),
            models.CheckConstraint(
                condition=Q(trouble="") | Q(trouble__in=Trouble.values),
                name="letter_trouble_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="failed") | ~Q(trouble=""),
                name="letter_failed_with_a_reason",
            ),
        ]
        permissions = [("view_outbox", _("Read the letters that the system sends"))]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"

    @property
    def kind_label(self) -> str:
        return kinds.label(self.kind)


class Attachment(models.Model):
    letter = models.ForeignKey(
        Letter, on_delete=models.CASCADE, related_name="attachments"
    )
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    content = models.BinaryField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
