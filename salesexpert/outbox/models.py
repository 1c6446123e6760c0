from datetime import date, datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesexpert.core import secrets_at_rest
from salesexpert.outbox import kinds
from salesexpert.outbox.choices import TAKEN, LetterStatus, Security, Trouble
from salesexpert.outbox.querysets import LetterQuerySet, MailAccountQuerySet


class MailAccount(models.Model):
    """A mail server that takes our letters, with what it allows: so many connections at once, letters a minute and a day.

    Without any account letters go by the server that the environment names (`SMTP_URL`). `bounce_address` is the mailbox
    that reports of undelivered letters come back to; each letter returns to an address of its own there
    (`bounces+17-9c0e…@firm.example`). While the server is away it is left alone until `rests_until`.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    from_address = models.CharField(_("From address"), max_length=320)
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(_("port"), default=587)
    security = models.CharField(
        _("encryption"), max_length=8, choices=Security, default=Security.STARTTLS
    )
    username = models.CharField(_("user name"), max_length=254, blank=True)
    password_sealed = models.TextField(blank=True, editable=False)
    timeout = models.PositiveSmallIntegerField(
        _("wait for an answer, seconds"), default=20
    )
    connections = models.PositiveSmallIntegerField(_("connections at once"), default=2)
    per_minute = models.PositiveIntegerField(
        _("letters a minute at most"), null=True, blank=True
    )
    per_day = models.PositiveIntegerField(
        _("letters a day at most"), null=True, blank=True
    )
    bounce_address = models.EmailField(_("address for undelivered letters"), blank=True)
    is_default = models.BooleanField(
        _("letters go by it unless another is chosen"), default=False
    )
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField()
    minute_at = models.DateTimeField(null=True, editable=False)
    minute_count = models.PositiveIntegerField(default=0, editable=False)
    day_on = models.DateField(null=True, editable=False)
    day_count = models.PositiveIntegerField(default=0, editable=False)
    rests_until = models.DateTimeField(null=True, editable=False)
    strikes = models.PositiveSmallIntegerField(default=0, editable=False)
    trouble = models.CharField(
        max_length=12, choices=Trouble, blank=True, default="", editable=False
    )
    failure = models.TextField(blank=True, editable=False)

    objects = MailAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail server")
        verbose_name_plural = _("mail servers")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"],
                condition=Q(is_default=True),
                name="mail_account_one_default",
            ),
            models.CheckConstraint(
                condition=Q(connections__gte=1, connections__lte=20),
                name="mail_account_connections",
            ),
            models.CheckConstraint(
                condition=(Q(per_minute=None) | Q(per_minute__gte=1))
                & (Q(per_day=None) | Q(per_day__gte=1)),
                name="mail_account_limits",
            ),
        ]
        permissions = [("manage_mail", _("Set up mail servers and mailboxes"))]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def password(self) -> str:
        """Raises `secrets_at_rest.Unreadable`."""
        return secrets_at_rest.unseal(self.password_sealed)

    def room(self, *, at: datetime) -> int:
        """How many letters may go at the moment `at`; ask with the row locked."""
        if not self.is_active or (self.rests_until and self.rests_until > at):
            return 0
        room = [10_000]
        if self.per_minute:
            in_minute = self.minute_count if self.minute_at == _minute(at) else 0
            room.append(self.per_minute - in_minute)
        if self.per_day:
            in_day = self.day_count if self.day_on == _day(at) else 0
            room.append(self.per_day - in_day)
        return max(0, min(room))

    def count(self, letters: int, *, at: datetime) -> None:
        """Count letters that were taken for sending against the limits."""
        if not self.per_minute and not self.per_day:
            return
        if self.minute_at != _minute(at):
            self.minute_at, self.minute_count = _minute(at), 0
        if self.day_on != _day(at):
            self.day_on, self.day_count = _day(at), 0
        self.minute_count += letters
        self.day_count += letters
        self.save(update_fields=["minute_at", "minute_count", "day_on", "day_count"])


def _minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def _day(at: datetime) -> date:
    return timezone.localtime(at, timezone.get_default_timezone()).date()


class SigningKey(models.Model):
    """The key with which letters from addresses of a domain are signed (DKIM); its public half stands in the DNS."""

    domain = models.CharField(_("domain"), max_length=253, unique=True)
    selector = models.CharField(_("selector"), max_length=63)
    private_sealed = models.TextField(editable=False)
    public = models.TextField(editable=False)
    is_active = models.BooleanField(_("letters are signed"), default=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("key of signatures")
        verbose_name_plural = _("keys of signatures")
        ordering = ["domain"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"


class Parcel(models.Model):
    """Files that many letters carry, kept once."""

    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("files of many letters")
        verbose_name_plural = _("files of many letters")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


class Letter(models.Model):
    """One letter to one address, as a row before it is a message: the row says whether it must still go out.

    `key` says what the letter is about (`invitation:17:2026-11-22T10:00`), unique when given: the same matter twice is
    one letter. `attempt_at` is when the next attempt is due. `handed_over_at` is written just before the byte that makes the
    mail server responsible for the letter: while it is empty the letter surely has not gone out. `message_id` is made
    once, so that even a letter sent twice is one letter to mail programs. Whoever has it in hand renews `beat_at`. Letters
    of mailings (`is_bulk`) let all others go first. `interrupted` counts the times that our own process died in the moment
    in which only the server knew. `bounce_status` is the code of the report that brought it back ("5.1.1").
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
    account = models.ForeignKey(
        MailAccount,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        verbose_name=_("mail server"),
        db_index=False,
    )
    parcel = models.ForeignKey(
        Parcel,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="letters",
        db_index=False,
    )
    is_bulk = models.BooleanField(default=False, db_default=False)
    status = models.CharField(
        max_length=10, choices=LetterStatus, default=LetterStatus.QUEUED
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    attempt_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    interrupted = models.PositiveSmallIntegerField(default=0, db_default=0)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(
        max_length=12, choices=Trouble, blank=True, db_default="", default=""
    )
    failure = models.TextField(blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    bounce_status = models.CharField(
        max_length=12, blank=True, default="", db_default=""
    )

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-queued_at", "-pk"]
        indexes = [
            models.Index(
                fields=["account", "is_bulk", "attempt_at"],
                condition=Q(status="queued"),
                name="letter_due",
            ),
            models.Index(
                fields=["parcel"],
                condition=Q(parcel__isnull=False),
                name="letter_of_parcel",
            ),
            models.Index(
                fields=["claimed_at"],
                condition=Q(status="sending"),
                name="letter_in_hand",
            ),
            # Whose answer it is, and what is held of a person.
            models.Index(Lower("to"), name="letter_by_address"),
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
                condition=Q(status__in=TAKEN, sent_at__isnull=False)
                | (~Q(status__in=TAKEN) & Q(sent_at=None)),
                name="letter_taken_iff_sent_at",
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
    """A file of a letter, or with a `content_id` a picture that its HTML shows as `cid:…`."""

    letter = models.ForeignKey(
        Letter,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="attachments",
    )
    parcel = models.ForeignKey(
        Parcel,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="files",
    )
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    content_id = models.CharField(max_length=60, blank=True, default="", db_default="")
    content = models.BinaryField()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.CheckConstraint(
                condition=Q(letter__isnull=False, parcel=None)
                | Q(letter=None, parcel__isnull=False),
                name="attachment_of_letter_or_parcel",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name
