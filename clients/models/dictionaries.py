import hashlib
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from clients.choices import Ladder
from clients.models.bin import Binnable, OutOfBin
from salesexpert.core.folding import fold


class DictionaryQuerySet(models.QuerySet):
    def in_use(self) -> "DictionaryQuerySet":
        """Entries that may be chosen today; retired ones stay on the records that have them."""
        return self.filter(retired_at=None)


def variant_of(name: str) -> str:
    """The folded name of an entry that reads like another and is kept apart from it: “Paid_Search” beside “paid_search”."""
    mark = hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()
    return f"{fold(name)[:120]}\x1f{mark}"


class DictionaryEntry(Binnable):
    """A word that records are sorted by. `name_en` is for interfaces in English; empty, the name stands in both.

    An entry that was merged into another stays, retired, with `merged_into`: rows that are never rewritten (the journal,
    moves of a relationship) keep naming what was chosen then, and imports and old links know where it went. Names differ
    by more than case and signs, but for variants that an import of inquiries kept apart (`variant_of`).
    """

    name = models.CharField(_("name in Russian"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    folded = models.CharField(max_length=160, editable=False)
    position = models.PositiveIntegerField(_("order"), default=0)
    retired_at = models.DateTimeField(
        _("retired"), null=True, blank=True, editable=False
    )

    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("merged into"),
    )

    objects = OutOfBin.from_queryset(DictionaryQuerySet)()
    with_bin = DictionaryQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["position", "folded"]
        constraints = [
            models.UniqueConstraint(
                fields=["folded"], condition=Q(bin=None), name="%(class)s_name_unique"
            )
        ]

    def __str__(self) -> str:
        return (
            self.name_en
            if self.name_en and translation.get_language() == "en"
            else self.name
        )

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.folded != variant_of(self.name):
            self.folded = fold(self.name)[:160]
        super().save(*args, **kwargs)


class Region(DictionaryEntry):
    class Meta(DictionaryEntry.Meta):
        verbose_name = _("region")
        verbose_name_plural = _("regions")


class Industry(DictionaryEntry):
    class Meta(DictionaryEntry.Meta):
        verbose_name = _("industry")
        verbose_name_plural = _("industries")


class ClientGroup(DictionaryEntry):
    class Meta(DictionaryEntry.Meta):
        verbose_name = _("client group")
        verbose_name_plural = _("client groups")


class InformationSource(DictionaryEntry):
    """Where the client learned of the firm, or of the product: one dictionary, two fields on the card."""

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("information source")
        verbose_name_plural = _("information sources")


class TriggerEvent(DictionaryEntry):
    """What pushed the client to start: an article, an advertisement, a stand, a colleague's word."""

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("trigger event")
        verbose_name_plural = _("trigger events")


class ProductCategory(DictionaryEntry):
    """A shelf of the catalogue; shelves may stand in shelves."""

    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("belongs to"),
    )

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")


class Unit(DictionaryEntry):
    """What a product is counted in. `code` is that of the Russian classifier of units (ОКЕИ), printed on papers."""

    code = models.CharField(_("code by the classifier"), max_length=4, blank=True)

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("unit")
        verbose_name_plural = _("units")


class Product(DictionaryEntry):
    code = models.CharField(_("article"), max_length=60, blank=True)
    category = models.ForeignKey(
        ProductCategory,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    unit = models.ForeignKey(
        Unit,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("unit"),
    )

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("product")
        verbose_name_plural = _("products")


class LegalForm(DictionaryEntry):
    """ООО, АО, ИП …; `name` is the short form as it is written before the firm's name."""

    full_name = models.CharField(_("full form"), max_length=200, blank=True)

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("legal form")
        verbose_name_plural = _("legal forms")


class RelationshipType(DictionaryEntry):
    """A step of the relationship. `step` places it on the ladder of four."""

    step = models.PositiveSmallIntegerField(_("step of the ladder"), choices=Ladder)

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("relationship type")
        verbose_name_plural = _("relationship types")
        ordering = ["step", "position"]


class ActivityKind(DictionaryEntry):
    """A kind of work with a client: call, meeting, letter … `is_contact` decides whether it counts as a contact."""

    code = models.SlugField(max_length=40, unique=True)
    icon = models.CharField(max_length=40, default="note")
    is_contact = models.BooleanField(_("counts as a contact"), default=True)
    has_direction = models.BooleanField(_("has a direction"), default=False)
    needs_summary = models.BooleanField(_("résumé is required when done"), default=True)
    in_composer = models.BooleanField(_("has its own tab on the card"), default=False)
    default_minutes = models.PositiveSmallIntegerField(
        _("usual duration, minutes"), default=30
    )

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("activity kind")
        verbose_name_plural = _("activity kinds")


class ActivityGoal(DictionaryEntry):
    kind = models.ForeignKey(
        ActivityKind,
        on_delete=models.PROTECT,
        related_name="goals",
        verbose_name=_("activity kind"),
    )

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("activity goal")
        verbose_name_plural = _("activity goals")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "folded"],
                condition=Q(bin=None),
                name="activitygoal_name_unique_in_kind",
            )
        ]


class ActivityResult(DictionaryEntry):
    """How a contact of one kind may end; without a kind it fits all."""

    kind = models.ForeignKey(
        ActivityKind,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="results",
        verbose_name=_("activity kind"),
    )
    shows_interest = models.BooleanField(
        _("means that interest is found"), default=False, db_default=False
    )

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("activity result")
        verbose_name_plural = _("activity results")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "folded"],
                condition=Q(bin=None),
                name="activityresult_name_unique_in_kind",
                nulls_distinct=False,
            )
        ]


class Dimension(DictionaryEntry):
    """A company's own way to segment its clients: size, chain, fleet …"""

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("dimension")
        verbose_name_plural = _("dimensions")


class DimensionValue(DictionaryEntry):
    dimension = models.ForeignKey(
        Dimension,
        on_delete=models.PROTECT,
        related_name="values",
        verbose_name=_("dimension"),
    )

    class Meta(DictionaryEntry.Meta):
        verbose_name = _("value of a dimension")
        verbose_name_plural = _("values of dimensions")
        constraints = [
            models.UniqueConstraint(
                fields=["dimension", "folded"],
                condition=Q(bin=None),
                name="dimensionvalue_name_unique_in_dimension",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="dimensionvalue_name_given"
            ),
        ]
