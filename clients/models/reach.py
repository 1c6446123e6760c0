"""How a client is reached: addresses, sites, and the phones and e-mails that a person may have as well."""

from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from clients.choices import AddressKind, PhoneKind
from clients.models.client import Client, where_given
from clients.models.noting import noted
from salesexpert.audit.tracking import tracked

# `info@Obrazec.example` → `obrazec.example`: a firm's own domain tells it from others.
EMAIL_DOMAIN = Lower(
    Func(
        F("address"),
        Value("@"),
        Value(2),
        function="split_part",
        output_field=models.TextField(),
    )
)


@noted(columns=["client", "text"])
@tracked(of=("client",))
class ClientAddress(models.Model):
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="addresses"
    )
    kind = models.CharField(
        _("kind"), max_length=8, choices=AddressKind, default=AddressKind.POSTAL
    )
    text = models.CharField(_("address"), max_length=500)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["position", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.text


@noted(columns=["client", "host"])
@tracked(of=("client",), exclude=["host"])
class ClientSite(models.Model):
    """A site of the client. `host` is its lower-case name without `www.`, in Unicode, for look-alikes."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="sites")
    url = models.CharField(_("site"), max_length=300)
    host = models.CharField(max_length=255, blank=True, editable=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["position", "pk"]
        indexes = [
            models.Index(
                fields=["host"], condition=~Q(host=""), name="client_site_by_host"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.url


def of_contact(prefix: str) -> HashIndex:
    """A page of persons looks up each of them: one block of a hash index a person, however many there are; a B-tree takes
    as many as it has levels. NULL is in none of its blocks."""
    return HashIndex(fields=["contact"], name=f"{prefix}_of_contact")


@noted(of="either", columns=["client", "contact", "e164"])
@tracked(of=("client", "contact"), exclude=["is_suppressed"])
class Phone(models.Model):
    """A number of a client or of a contact person. `e164` is empty when what was typed is no valid number.

    `is_suppressed` repeats what the stop list says, so that the number is shown with its mark at no cost.
    """

    client = models.ForeignKey(
        Client,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="phones",
        db_index=False,
    )
    contact = models.ForeignKey(
        "clients.Contact",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="phones",
        db_index=False,
    )
    raw = models.CharField(_("phone"), max_length=80)
    e164 = models.CharField(max_length=20, blank=True, editable=False)
    extension = models.CharField(_("extension"), max_length=10, blank=True)
    kind = models.CharField(
        _("kind"), max_length=8, choices=PhoneKind, default=PhoneKind.WORK
    )
    note = models.CharField(_("note"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_suppressed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")
        ordering = ["position", "pk"]
        indexes = [
            HashIndex(fields=["client"], name="phone_of_client"),
            of_contact("phone"),
            models.Index(fields=["e164"], condition=~Q(e164=""), name="phone_by_e164"),
            GinIndex(OpClass(F("e164"), name="gin_trgm_ops"), name="phone_search"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(client__isnull=False, contact=None)
                | Q(client=None, contact__isnull=False),
                name="phone_of_client_or_contact",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.raw


@noted(of="either", columns=["client", "contact", "address"])
@tracked(of=("client", "contact"), exclude=["is_suppressed"])
class Email(models.Model):
    client = models.ForeignKey(
        Client,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="emails",
        db_index=False,
    )
    contact = models.ForeignKey(
        "clients.Contact",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="emails",
        db_index=False,
    )
    address = models.EmailField(_("e-mail"))
    note = models.CharField(_("note"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    is_suppressed = models.BooleanField(default=False, db_default=False, editable=False)

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["position", "pk"]
        indexes = [
            *where_given("email", "client"),
            of_contact("email"),
            models.Index(Upper("address"), name="email_by_address"),
            models.Index(EMAIL_DOMAIN, name="email_by_domain"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(client__isnull=False, contact=None)
                | Q(client=None, contact__isnull=False),
                name="email_of_client_or_contact",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return self.address
