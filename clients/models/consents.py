"""Consents of persons, and addresses that no advertisement may go to."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clients.models.client import Client
from clients.models.contact import Contact
from clients.personal_choices import (
    AddressType,
    Channel,
    ConsentKind,
    Means,
    SuppressionReason,
)

USER = settings.AUTH_USER_MODEL
OF_ONE = Q(client__isnull=False, contact=None) | Q(client=None, contact__isnull=False)


class ConsentText(models.Model):
    """A wording that persons agree to. A version once made is never edited: a consent names the text as it was."""

    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind)
    title = models.CharField(_("title"), max_length=160)
    version = models.PositiveIntegerField(_("version"), default=1)
    text = models.TextField(_("text"))
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("text of a consent")
        verbose_name_plural = _("texts of consents")
        ordering = ["kind", "title", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "title", "version"], name="consent_text_version_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=ConsentKind.values), name="consent_text_kind_known"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="text_is_final",
                fields=["kind", "title", "version", "text", "created_at", "created_by"],
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.title}, {_('version')} {self.version}"


class Consent(models.Model):
    """That a person agreed, and to what: a row is added, then at most withdrawn once; nothing in it is ever edited.

    It is a contact person's, or a client's own (a private person; a firm for its common addresses). Advertising is
    agreed to by channel, processing has none. `place` says from where it was got: an address of a page, a fair.
    """

    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consents",
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, null=True, blank=True, related_name="consents"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=ConsentKind)
    channel = models.CharField(
        _("channel"), max_length=10, choices=Channel, blank=True, default=""
    )
    text = models.ForeignKey(
        ConsentText,
        on_delete=models.PROTECT,
        related_name="consents",
        verbose_name=_("wording"),
    )
    given_at = models.DateTimeField(_("given"))
    means = models.CharField(_("how it was got"), max_length=8, choices=Means)
    place = models.CharField(_("from where"), max_length=300, blank=True)
    file = models.FileField(
        _("file"), max_length=200, upload_to="consents/%Y/%m", blank=True
    )
    file_name = models.CharField(max_length=255, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("entered by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_means = models.CharField(
        _("how it was withdrawn"), max_length=8, choices=Means, blank=True
    )
    withdrawn_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "-pk"]
        indexes = [
            # Who agreed and has not withdrawn: lists of a million persons ask it by channel.
            models.Index(
                fields=["channel", "contact"],
                condition=Q(
                    kind="advertising", withdrawn_at=None, contact__isnull=False
                ),
                name="consent_live_of_contact",
            ),
            models.Index(
                fields=["channel", "client"],
                condition=Q(
                    kind="advertising", withdrawn_at=None, client__isnull=False
                ),
                name="consent_live_of_client",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=OF_ONE, name="consent_of_one"),
            models.CheckConstraint(
                condition=Q(kind="processing", channel="")
                | Q(kind="advertising", channel__in=Channel.values),
                name="consent_to_advertising_has_channel",
            ),
            models.CheckConstraint(
                condition=Q(means__in=Means.values), name="consent_means_known"
            ),
            models.CheckConstraint(
                # By the link in a letter the addressee comes back himself.
                condition=Q(entered_by__isnull=False) | Q(means=Means.LINK),
                name="consent_entered_by_somebody",
            ),
            models.CheckConstraint(
                # By the link in a letter the addressee withdraws it himself.
                condition=Q(withdrawn_at=None)
                | Q(withdrawn_at__gte=F("given_at"), withdrawn_by__isnull=False)
                | Q(withdrawn_at__gte=F("given_at"), withdrawn_means=Means.LINK),
                name="consent_withdrawn_after_given",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="consent_is_final",
                fields=[
                    "kind",
                    "channel",
                    "text",
                    "given_at",
                    "means",
                    "place",
                    "file",
                    "file_name",
                    "entered_at",
                    "entered_by",
                ],
            ),
            pgtrigger.Protect(
                name="withdrawn_once",
                operation=pgtrigger.UpdateOf(
                    "withdrawn_at", "withdrawn_means", "withdrawn_by_id"
                ),
                condition=pgtrigger.Q(old__withdrawn_at__isnull=False),
            ),
            pgtrigger.Protect(name="consent_stays", operation=pgtrigger.Delete),
        ]
        permissions = [
            ("record_consent", _("Record consents and their withdrawal")),
            ("manage_personal_data", _("Answer persons about their data, stop")),
            ("erase_person", _("Erase a person's data")),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_channel_display()}".strip()


class SuppressionKey(models.Model):
    """The secret of the stop list's hashes: one row, so that it travels with every backup of the base."""

    key = models.BinaryField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="suppression_key_is_one")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return "suppression key"


class Suppression(models.Model):
    """An address of the stop list, as a keyed hash: it outlives the card, and is met again when a list is loaded.

    `clients.suppressions` makes the hash. Only a new consent takes an address off; the row stays and says so.
    """

    kind = models.CharField(max_length=5, choices=AddressType)
    digest = models.CharField(max_length=64)
    reason = models.CharField(max_length=10, choices=SuppressionReason)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        USER, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_consent = models.ForeignKey(
        Consent, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("address of the stop list")
        verbose_name_plural = _("stop list")
        ordering = ["-made_at", "-pk"]
        indexes = [models.Index(fields=["-made_at", "-id"], name="suppression_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "digest"],
                condition=Q(lifted_at=None),
                name="suppression_live_once",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_consent=None)
                | Q(lifted_at__isnull=False, lifted_consent__isnull=False),
                name="suppression_lifted_by_consent",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"
