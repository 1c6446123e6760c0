"""Mailboxes that answers and reports of undelivered letters come to, and what was found there."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Activity, Client, Contact
from mailing.choices import IncomingKind
from salesexpert.core import secrets_at_rest
from salesexpert.outbox.choices import Security
from salesexpert.outbox.models import Letter


class Mailbox(models.Model):
    """An IMAP mailbox that is read every few minutes. Nothing in it is changed, moved or marked as read.

    `last_uid` is the last message that was looked at; the numbers count anew when the server gives another `uid_validity`.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    host = models.CharField(_("server"), max_length=253)
    port = models.PositiveIntegerField(_("port"), default=993)
    security = models.CharField(
        _("encryption"), max_length=8, choices=Security, default=Security.TLS
    )
    username = models.CharField(_("user name"), max_length=254)
    password_sealed = models.TextField(blank=True, editable=False)
    folder = models.CharField(_("folder"), max_length=200, default="INBOX")
    is_active = models.BooleanField(_("is read"), default=True)
    created_at = models.DateTimeField()
    uid_validity = models.BigIntegerField(null=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    checked_at = models.DateTimeField(null=True, editable=False)
    failure = models.CharField(max_length=500, blank=True, default="", editable=False)
    failed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        ordering = ["name"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def password(self) -> str:
        """Raises `secrets_at_rest.Unreadable`."""
        return secrets_at_rest.unseal(self.password_sealed)


class Incoming(models.Model):
    """A message that belongs to one of our letters. Other mail leaves no row.

    `fingerprint` is a hash of the message: found twice, in two mailboxes or after a new count of their numbers, it is one.
    """

    mailbox = models.ForeignKey(
        Mailbox, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    fingerprint = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=11, choices=IncomingKind)
    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="answers")
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, related_name="+"
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, null=True, related_name="+"
    )
    activity = models.ForeignKey(
        Activity, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    from_address = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    status = models.CharField(max_length=12, blank=True, default="")
    received_at = models.DateTimeField()
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("incoming letter")
        verbose_name_plural = _("incoming letters")
        ordering = ["-read_at", "-pk"]
        indexes = [models.Index(fields=["-read_at", "-id"], name="incoming_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=IncomingKind.values), name="incoming_kind_known"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.subject or str(self.pk)


class DeadAddress(models.Model):
    """An e-mail address from which a letter came back for good, as a keyed hash that outlives the card.

    It is left out of mailings until a letter to it arrives again or a person clears it.
    """

    digest = models.CharField(max_length=64, unique=True)
    status = models.CharField(max_length=12, blank=True)
    words = models.CharField(max_length=500, blank=True)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    times = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("address that letters come back from")
        verbose_name_plural = _("addresses that letters come back from")
        ordering = ["-last_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:8]
