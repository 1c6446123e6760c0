from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.choices import DecisionRole
from clients.models.bin import Binnable, OutOfBin
from clients.models.client import LIVE, Client, where_given
from clients.models.noting import noted
from clients.querysets import ContactQuerySet
from salesexpert.audit.tracking import tracked

USER = settings.AUTH_USER_MODEL


@tracked(exclude=["version", "folded", "search_text", "updated_at", "bin"])
class Contact(Binnable):
    """A person with whom talks are held: a base of its own, linked to the firms he works or worked for."""

    last_name = models.CharField(_("last name"), max_length=120, blank=True)
    first_name = models.CharField(_("first name"), max_length=120)
    patronymic = models.CharField(_("patronymic"), max_length=120, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)
    folded = models.CharField(max_length=400, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
    )
    updated_at = models.DateTimeField(auto_now=True)
    archived_at = models.DateTimeField(
        _("archived"), null=True, blank=True, editable=False
    )
    do_not_call = models.BooleanField(
        _("do not call"), default=False, db_default=False, editable=False
    )
    stopped_at = models.DateTimeField(
        _("processing stopped"), null=True, blank=True, editable=False
    )
    erased_at = models.DateTimeField(
        _("personal data erased"), null=True, blank=True, editable=False
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="merged_contacts",
        verbose_name=_("joined into"),
        db_index=False,
    )
    clients = models.ManyToManyField(
        Client, through="clients.ContactLink", related_name="contacts"
    )

    objects = OutOfBin.from_queryset(ContactQuerySet)()
    with_bin = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact person")
        verbose_name_plural = _("contact persons")
        ordering = ["folded", "pk"]
        indexes = [
            *where_given("contact", "merged_into"),
            # As the indexes of cards: lists leave out the archive and the bin.
            models.Index(
                fields=["created_by"], condition=LIVE, name="contact_live_by_author"
            ),
            models.Index(
                fields=["folded", "id"], condition=LIVE, name="contact_live_by_name"
            ),
            models.Index(
                fields=["folded", "id"],
                condition=Q(archived_at__isnull=False),
                name="contact_archived_by_name",
            ),
            GinIndex(
                OpClass(F("search_text"), name="gin_trgm_ops"), name="contact_search"
            ),
            HashIndex(fields=["id"], name="contact_key"),
            models.Index(
                fields=["bin"], condition=Q(bin__isnull=False), name="contact_in_bin"
            ),
        ]

    def __str__(self) -> str:
        """“Лидия Витальевна Заготовкина”."""
        return " ".join(
            filter(None, [self.first_name, self.patronymic, self.last_name])
        )

    def get_absolute_url(self) -> str:
        return reverse("clients:contact", args=[self.pk])


@noted(columns=["client", "contact", "until_on"])
@tracked(of=("client", "contact"))
class ContactLink(models.Model):
    """A person's place in a firm. Who leaves gets `until_on`; the row and his history stay."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="links", db_index=False
    )
    client = models.ForeignKey(
        Client, on_delete=models.CASCADE, related_name="contact_links"
    )
    position = models.CharField(_("position"), max_length=160, blank=True)
    decision_role = models.CharField(
        _("role in the decision"), max_length=12, choices=DecisionRole, blank=True
    )
    is_main = models.BooleanField(_("main contact"), default=False)
    from_on = models.DateField(_("from"), null=True, blank=True)
    until_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("place of a contact person")
        verbose_name_plural = _("places of contact persons")
        ordering = ["-is_main", "pk"]
        indexes = [HashIndex(fields=["contact"], name="contact_link_of_contact")]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "client"],
                condition=Q(until_on=None),
                name="contact_link_live_once",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None)
                | Q(from_on=None)
                | Q(until_on__gte=F("from_on")),
                name="contact_link_until_after_from",
            ),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.contact_id} @ {self.client_id}"
