from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, HashIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.choices import Category, Initiative, Interest
from clients.models.bin import Binnable, OutOfBin
from clients.models.noting import noted
from clients.querysets import ClientQuerySet
from salesexpert.audit.tracking import tracked

USER = settings.AUTH_USER_MODEL

# Derived or counted for the reader, written many times a day: the journal keeps what people decided.
UNTRACKED = [
    "version",
    "search_text",
    "folded",
    "core_name",
    "last_contact_at",
    "next_step_at",
    "next_step_title",
    "updated_at",
    "bin",
    "completeness",
    "missing",
    "completeness_due_at",
    "contact_due_at",
    "sales_count",
]

# What of the card itself tells whether another card is the same firm.
RECOGNISED_BY = [
    "name",
    "core_name",
    "inn",
    "kpp",
    "city",
    "parent",
    "archived_at",
    "bin",
]

# Lists show cards that are neither archived nor in the bin: an index of these alone answers without looking at the rows.
LIVE = Q(archived_at=None, bin=None)
# What waits to be sorted into a trigram index is read whole by each search: with PostgreSQL's own 4 MiB one took twice as long after
# a few hundred saved cards. With a quarter it costs nothing to speak of, and neither does sorting it in, some sixty cards at once.
WAITING_KIB = 256
# What lists are filtered by most; carried along in their indexes, so that a segment is counted and ordered in the index.
SEGMENTS = ["curator", "region", "industry", "group", "relationship"]


def where_given(prefix: str, *names: str) -> list[models.Index]:
    """Indexes of foreign keys that most rows leave empty, of the rows that have one. Django's own would take in every row,
    and each saving of a card writes into all of its indexes."""
    return [
        models.Index(
            fields=[name],
            condition=Q(**{f"{name}__isnull": False}),
            name=f"{prefix}_by_{name}",
        )
        for name in names
    ]


def display_name(legal_form: str, name: str, *, is_person: bool) -> str:
    """“ООО «Ромашка»”: the legal form, then the name in quotes unless it has its own or is a person's."""
    if not legal_form or is_person or legal_form == "ИП" or "«" in name or '"' in name:
        return f"{legal_form} {name}".strip()
    return f"{legal_form} «{name}»"


@noted(of="self", columns=RECOGNISED_BY)
@tracked(exclude=UNTRACKED)
class Client(Binnable):
    """A firm or person we work with: the card.

    `folded` orders and `search_text` finds (both through `core.folding.fold`); `core_name` is the name without its
    legal form and noise words, for look-alikes. `last_contact_at`, `next_step_at` and `next_step_title` repeat what the
    history says, so that a list of a million cards sorts by an index; `clients.actions` keeps them.
    """

    name = models.CharField(_("name"), max_length=300)
    legal_form = models.ForeignKey(
        "clients.LegalForm",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        verbose_name=_("legal form"),
    )
    full_name = models.CharField(_("full name"), max_length=500, blank=True)
    is_person = models.BooleanField(_("is a private person"), default=False)
    category = models.CharField(
        _("category"), max_length=12, choices=Category, default=Category.CLIENT
    )
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="branches",
        verbose_name=_("parent firm"),
        db_index=False,
    )
    inn = models.CharField(_("INN"), max_length=20, blank=True)
    kpp = models.CharField(_("KPP"), max_length=20, blank=True)
    ogrn = models.CharField(_("OGRN"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=120, blank=True)

    relationship = models.ForeignKey(
        "clients.RelationshipType",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("relationship"),
        db_index=False,
    )
    region = models.ForeignKey(
        "clients.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("region"),
        db_index=False,
    )
    industry = models.ForeignKey(
        "clients.Industry",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("industry"),
        db_index=False,
    )
    group = models.ForeignKey(
        "clients.ClientGroup",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("group"),
        db_index=False,
    )
    initiative = models.CharField(
        _("who started"), max_length=8, choices=Initiative, blank=True
    )
    source = models.ForeignKey(
        "clients.InformationSource",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("how they learned of the firm"),
    )
    product_source = models.ForeignKey(
        "clients.InformationSource",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("how they learned of the product"),
        db_index=False,
    )
    trigger_event = models.ForeignKey(
        "clients.TriggerEvent",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("trigger event"),
        db_index=False,
    )
    campaign = models.ForeignKey(
        "clients.Campaign",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("campaign"),
        db_index=False,
    )
    interest = models.PositiveSmallIntegerField(
        _("degree of interest"), choices=Interest, null=True, blank=True
    )
    true_need = models.TextField(_("true need and ways to meet it"), blank=True)
    note = models.TextField(_("note"), blank=True)
    curator = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="clients",
        verbose_name=_("curator"),
        db_index=False,
    )
    products = models.ManyToManyField(
        "clients.Product", through="clients.ClientProduct", related_name="+"
    )

    first_contact_at = models.DateTimeField(_("first contact"), null=True, blank=True)
    first_contact_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author of the first contact"),
    )
    last_contact_at = models.DateTimeField(_("last contact"), null=True, blank=True)
    next_step_at = models.DateTimeField(_("next step on"), null=True, blank=True)
    next_step_title = models.CharField(_("next step"), max_length=200, blank=True)

    # Kept by `clients.completeness`: percent of the weighted rules of the client's type, ids of the rules not met, the
    # moment when time alone changes them, and the moment by which he must be contacted. None where nothing is asked.
    completeness = models.PositiveSmallIntegerField(
        _("filled, %"), null=True, blank=True, editable=False
    )
    missing = ArrayField(models.IntegerField(), null=True, blank=True, editable=False)
    completeness_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    contact_due_at = models.DateTimeField(
        _("contact due"), null=True, blank=True, editable=False
    )
    sales_count = models.PositiveIntegerField(
        _("sales"), default=0, db_default=0, editable=False
    )

    outside_id = models.CharField(_("id in another system"), max_length=100, blank=True)
    folded = models.CharField(max_length=300, editable=False)
    core_name = models.CharField(max_length=300, blank=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("card opened"))
    created_by = models.ForeignKey(
        USER,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("card opened by"),
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
        related_name="merged_cards",
        verbose_name=_("joined into"),
        db_index=False,
    )

    objects = OutOfBin.from_queryset(ClientQuerySet)()
    with_bin = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["folded", "pk"]
        indexes = [
            # For counting: equal values share their entry, so that ten thousand cards are counted in nine blocks.
            models.Index(
                fields=["group", "industry"], condition=LIVE, name="client_live_counted"
            ),
            models.Index(
                fields=["curator"], condition=LIVE, name="client_live_of_curator"
            ),
            models.Index(
                fields=["folded", "id"],
                include=SEGMENTS,
                condition=LIVE,
                name="client_live_by_name",
            ),
            models.Index(
                fields=["folded", "id"],
                condition=Q(archived_at__isnull=False),
                name="client_archived_by_name",
            ),
            # Whose history a seller may read, the archived among them: every page asks “is it one of his?”.
            models.Index(
                fields=["curator", "id"],
                condition=Q(bin=None),
                name="client_of_curator",
            ),
            models.Index(
                fields=["curator", "folded", "id"],
                include=[name for name in SEGMENTS if name != "curator"],
                condition=LIVE,
                name="client_live_by_curator",
            ),
            models.Index(
                fields=["last_contact_at", "id"],
                include=SEGMENTS,
                condition=LIVE,
                name="client_live_by_last_contact",
            ),
            models.Index(
                fields=["next_step_at", "id"],
                include=SEGMENTS,
                condition=LIVE,
                name="client_live_by_next_step",
            ),
            models.Index(
                fields=["curator", "last_contact_at", "id"],
                include=[name for name in SEGMENTS if name != "curator"],
                condition=LIVE,
                name="client_live_curator_contact",
            ),
            models.Index(fields=["-created_at", "-id"], name="client_by_created"),
            models.Index(
                fields=["-first_contact_at", "-id"], name="client_by_first_contact"
            ),
            models.Index(
                fields=["category", "folded", "id"],
                condition=LIVE,
                name="client_live_by_category",
            ),
            *(
                models.Index(
                    fields=[segment, "folded", "id"],
                    include=[
                        *(name for name in SEGMENTS if name != segment),
                        "archived_at",
                    ],
                    condition=Q(bin=None),
                    name=f"client_by_{segment}",
                )
                for segment in ("region", "industry", "group", "relationship")
            ),
            *where_given(
                "client",
                "parent",
                "product_source",
                "trigger_event",
                "campaign",
                "merged_into",
            ),
            models.Index(Upper("city"), F("folded"), F("id"), name="client_by_city"),
            models.Index(
                fields=["curator", "folded", "id"],
                include=["category"],
                condition=LIVE & Q(next_step_at=None),
                name="client_live_without_step",
            ),
            models.Index(
                fields=["inn", "kpp"], condition=~Q(inn=""), name="client_by_inn"
            ),
            models.Index(
                fields=["core_name"],
                condition=~Q(core_name=""),
                name="client_by_core_name",
            ),
            # Every list names clients by their ids: one block each, where the key's tree takes as many as it has levels.
            HashIndex(fields=["id"], name="client_key"),
            # What questions about a year of deals divide by of their clients: a tenth of what the cards themselves take to read.
            models.Index(
                fields=["id"],
                include=[
                    *("region", "industry", "group", "relationship", "curator"),
                    *("source", "initiative", "first_contact_at"),
                ],
                name="client_told",
            ),
            models.Index(
                fields=["bin"], condition=Q(bin__isnull=False), name="client_in_bin"
            ),
            models.Index(
                fields=["id"],
                condition=Q(archived_at__isnull=False) | Q(bin__isnull=False),
                name="client_not_live",
            ),
            models.Index(
                fields=["completeness", "id"],
                condition=LIVE,
                name="client_live_completeness",
            ),
            models.Index(
                fields=["curator", "completeness", "id"],
                condition=LIVE,
                name="client_live_curator_filled",
            ),
            models.Index(
                fields=["completeness_due_at"],
                condition=Q(completeness_due_at__isnull=False),
                name="client_completeness_due",
            ),
            models.Index(
                fields=["contact_due_at", "id"],
                condition=LIVE,
                name="client_live_contact_due",
            ),
            models.Index(
                fields=["curator", "contact_due_at", "id"],
                condition=LIVE,
                name="client_live_curator_due",
            ),
            GinIndex(fields=["missing"], name="client_missing"),
            GinIndex(
                OpClass(F("search_text"), name="gin_trgm_ops"),
                name="client_search",
                gin_pending_list_limit=WAITING_KIB,
            ),
            GinIndex(
                OpClass(F("folded"), name="gin_trgm_ops"),
                name="client_name_search",
                gin_pending_list_limit=WAITING_KIB,
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["outside_id"],
                condition=~Q(outside_id="") & Q(bin=None),
                name="client_outside_id_unique",
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="client_category_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="client_name_given"),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("id")),
                name="client_not_its_own_parent",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(archived_at__isnull=False),
                name="client_joined_is_archived",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="client_not_joined_into_itself",
            ),
        ]
        permissions = [
            ("view_all_clients", _("Read every card whatever the role's scope")),
            ("archive_client", _("Archive and restore cards")),
            ("export_clients", _("Export lists")),
            ("import_clients", _("Import lists")),
            ("change_curator", _("Change a client's curator")),
            ("merge_clients", _("Join duplicate cards")),
            ("share_selection", _("Share selections with everyone")),
            ("manage_dictionaries", _("Change dictionaries")),
        ]

    def __str__(self) -> str:
        form = self.legal_form.name if self.legal_form_id and self.legal_form else ""
        return display_name(form, self.name, is_person=self.is_person)

    def get_absolute_url(self) -> str:
        return reverse("clients:card", args=[self.pk])
