"""Where a client belongs: the products he wants or has, the company's own dimensions, his way on the ladder."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.choices import Fact, ProductLinkKind
from clients.models.client import Client
from salesexpert.audit.tracking import tracked

USER = settings.AUTH_USER_MODEL


@tracked(of=("client",))
class ClientProduct(models.Model):
    client = models.ForeignKey(
        Client,
        on_delete=models.CASCADE,
        related_name="product_links",
        db_index=False,
    )
    product = models.ForeignKey(
        "clients.Product",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    kind = models.CharField(max_length=8, choices=ProductLinkKind)
    since_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("product of a client")
        verbose_name_plural = _("products of clients")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "product", "kind"],
                name="client_product_once_per_kind",
            )
        ]
        indexes = [
            models.Index(
                fields=["product", "kind", "client"], name="client_product_by_product"
            )
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client_id} {self.kind} {self.product_id}"


@tracked(of=("client",))
class ClientDimension(models.Model):
    """The client's value in one of the company's own dimensions."""

    client = models.ForeignKey(
        Client,
        on_delete=models.CASCADE,
        related_name="dimensions",
        db_index=False,
    )
    dimension = models.ForeignKey(
        "clients.Dimension", on_delete=models.PROTECT, related_name="+"
    )
    value = models.ForeignKey(
        "clients.DimensionValue",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = _("segment of a client")
        verbose_name_plural = _("segments of clients")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "dimension"], name="client_dimension_once"
            )
        ]
        indexes = [
            models.Index(fields=["value", "client"], name="client_dimension_by_value")
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client_id} {self.value_id}"


class RelationshipMove(models.Model):
    """A step up or down the ladder: rows are added, never changed.

    `fact` is what moved the client by itself; empty when a person did, and then `facts_step` is how far the facts of
    that moment would have carried him: only facts that carry further move him again.
    """

    append_only = True

    client = models.ForeignKey(
        Client,
        on_delete=models.CASCADE,
        related_name="relationship_moves",
        db_index=False,
    )
    from_type = models.ForeignKey(
        "clients.RelationshipType",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    to_type = models.ForeignKey(
        "clients.RelationshipType", on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=200, blank=True)
    fact = models.CharField(max_length=8, choices=Fact, blank=True, db_default="")
    facts_step = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("move of a relationship")
        verbose_name_plural = _("moves of relationships")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["client", "-at"], name="relationship_move_by_client"),
            models.Index(fields=["at", "to_type"], name="relationship_move_by_time"),
        ]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.client_id}: {self.from_type_id} → {self.to_type_id}"
