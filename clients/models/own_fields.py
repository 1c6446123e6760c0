"""Fields that the company adds to its cards without a programmer, their values, and how the card is arranged for a role."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from clients.choices import CardOwner, OwnFieldType
from clients.models.client import Client
from clients.models.contact import Contact
from salesexpert.audit.tracking import tracked
from salesexpert.core.folding import fold

LONGEST_VALUE = 500


class InUseQuerySet(models.QuerySet):
    def in_use(self) -> "InUseQuerySet":
        """What may be chosen or filled in today."""
        return self.filter(retired_at=None)


class Named(models.Model):
    """A word of the company's own in both languages; empty, the Russian one stands in both."""

    name = models.CharField(_("name in Russian"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    folded = models.CharField(max_length=160, editable=False)
    position = models.PositiveIntegerField(_("order"), default=0)
    retired_at = models.DateTimeField(
        _("retired"), null=True, blank=True, editable=False
    )

    objects = InUseQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        english = translation.get_language() == "en"
        return (self.name_en if english else "") or self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = fold(self.name)[:160]
        super().save(*args, **kwargs)


class OwnBlock(Named):
    """A part of the card that holds own fields under a heading of the company's own."""

    owner = models.CharField(_("whose"), max_length=8, choices=CardOwner)

    class Meta(Named.Meta):
        verbose_name = _("block of own fields")
        verbose_name_plural = _("blocks of own fields")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "folded"], name="ownblock_name_unique"
            ),
            models.CheckConstraint(
                condition=Q(owner__in=CardOwner.values), name="ownblock_owner_known"
            ),
        ]


class OwnField(Named):
    """A field of the company's own. Without a block it stands in “About the client”, of a person under his name.

    A retired field is asked for and shown nowhere, and its values stay. A field that never held a value may be removed:
    its row stays, so that a saved selection can say what it was called.
    """

    owner = models.CharField(_("whose"), max_length=8, choices=CardOwner)
    type = models.CharField(_("type"), max_length=8, choices=OwnFieldType)
    hint = models.CharField(_("hint in Russian"), max_length=200, blank=True)
    hint_en = models.CharField(_("hint in English"), max_length=200, blank=True)
    is_required = models.BooleanField(_("must be filled in"), default=False)
    is_column = models.BooleanField(
        _("a column of the list for everyone"), default=False
    )
    block = models.ForeignKey(
        OwnBlock,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="fields",
        verbose_name=_("block"),
    )
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(Named.Meta):
        verbose_name = _("own field")
        verbose_name_plural = _("own fields")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "folded"],
                condition=Q(removed_at=None),
                name="ownfield_name_unique",
            ),
            models.CheckConstraint(
                condition=Q(owner__in=CardOwner.values), name="ownfield_owner_known"
            ),
            models.CheckConstraint(
                condition=Q(type__in=OwnFieldType.values), name="ownfield_type_known"
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(retired_at__isnull=False),
                name="ownfield_removed_is_retired",
            ),
        ]
        permissions = [
            ("manage_own_fields", _("Change own fields and arrange the card")),
        ]

    @property
    def help(self) -> str:
        """The hint in the reader's language."""
        english = translation.get_language() == "en"
        return (self.hint_en if english else "") or self.hint


class OwnChoice(Named):
    """A value that a field of the type “choice” may have."""

    field = models.ForeignKey(
        OwnField,
        on_delete=models.CASCADE,
        related_name="choices",
        verbose_name=_("own field"),
    )

    class Meta(Named.Meta):
        verbose_name = _("choice of an own field")
        verbose_name_plural = _("choices of own fields")
        constraints = [
            models.UniqueConstraint(
                fields=["field", "folded"], name="ownchoice_name_unique_in_field"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="ownchoice_name_given"),
        ]


@tracked(of=("client", "contact", "deal"), exclude=["folded"])
class OwnValue(models.Model):
    """What one card, person or deal says in one own field, in the column of the field's type; an empty value has no row.

    Deals belong to the app above: `deal` is named without being imported, see decision 0007.
    """

    client = models.ForeignKey(
        Client,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="own_values",
        db_index=False,
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="own_values",
        db_index=False,
    )
    deal = models.ForeignKey(
        "deals.Deal",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="own_values",
        db_index=False,
    )
    field = models.ForeignKey(OwnField, on_delete=models.PROTECT, related_name="values")
    text = models.CharField(_("value"), max_length=LONGEST_VALUE, null=True, blank=True)
    number = models.DecimalField(
        _("value"), max_digits=18, decimal_places=4, null=True, blank=True
    )
    date = models.DateField(_("value"), null=True, blank=True)
    flag = models.BooleanField(_("value"), null=True, blank=True)
    choice = models.ForeignKey(
        OwnChoice,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="values",
        verbose_name=_("value"),
    )
    folded = models.CharField(max_length=LONGEST_VALUE, null=True, editable=False)

    class Meta:
        verbose_name = _("own field")
        verbose_name_plural = _("values of own fields")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "field"],
                condition=Q(client__isnull=False),
                name="ownvalue_once_per_client",
            ),
            models.UniqueConstraint(
                fields=["contact", "field"],
                condition=Q(contact__isnull=False),
                name="ownvalue_once_per_contact",
            ),
            models.UniqueConstraint(
                fields=["deal", "field"],
                condition=Q(deal__isnull=False),
                name="ownvalue_once_per_deal",
            ),
            models.CheckConstraint(
                condition=Q(client__isnull=False, contact=None, deal=None)
                | Q(client=None, contact__isnull=False, deal=None)
                | Q(client=None, contact=None, deal__isnull=False),
                name="ownvalue_of_one_owner",
            ),
            models.CheckConstraint(
                condition=~Q(text=None, number=None, date=None, flag=None, choice=None),
                name="ownvalue_given",
            ),
        ]
        # Each serves one kind of filter and answers with the owner without looking into the table.
        indexes = [
            models.Index(
                fields=["field", name],
                include=["client", "contact"],
                condition=Q(**{f"{name}__isnull": False}),
                name=f"ownvalue_by_{name}",
            )
            for name in ("number", "date", "flag", "choice")
        ] + [
            GinIndex(
                OpClass(F("folded"), name="gin_trgm_ops"),
                condition=Q(folded__isnull=False),
                name="ownvalue_by_text",
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client_id or self.contact_id or self.deal_id} {self.field_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.folded = None if self.text is None else fold(self.text)[:LONGEST_VALUE]
        super().save(*args, **kwargs)


class CardLayout(models.Model):
    """How the card is arranged for a role; without a role, for everyone who has no arrangement of his own.

    `layout` is read and checked by `clients.layout`: zones with their blocks in order, what is hidden, the lines of
    “About the client”.
    """

    role = models.OneToOneField(
        "accounts.Role",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="card_layout",
    )
    layout = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("arrangement of the card")
        verbose_name_plural = _("arrangements of the card")
        constraints = [
            models.UniqueConstraint(
                fields=["role"],
                name="cardlayout_one_per_role",
                nulls_distinct=False,
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.role_id or "")
