from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.choices import BinKind
from clients.querysets import BinQuerySet


class OutOfBin(models.Manager):
    """The rows that are there for everyone: what lies in the bin is left out of every question asked through it."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(bin=None)


class Binnable(models.Model):
    """A row that can be thrown away and taken back. `bin` is the throw that took it, alone or with its client."""

    bin = models.ForeignKey(
        "clients.BinEntry",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,  # nearly always empty: the large tables have a partial index
        related_name="+",
    )

    class Meta:
        abstract = True


class BinEntry(models.Model):
    """One throw into the bin: what, by whom, when, and the day after which it is removed for ever.

    `model` and `object_id` name the thing itself; everything that went with it has the same `bin`, so that taking it
    back brings exactly that back. `client` is whose card it was on: it says who may see the entry. The row goes when
    the thing comes back or is removed; the journal keeps both deeds.
    """

    kind = models.CharField(_("kind"), max_length=10, choices=BinKind)
    model = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    client = models.ForeignKey(
        "clients.Client",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    put_at = models.DateTimeField(_("deleted"))
    put_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("deleted by"),
    )
    purge_on = models.DateField(_("kept until"))

    objects = BinQuerySet.as_manager()

    class Meta:
        verbose_name = _("thing in the bin")
        verbose_name_plural = _("bin")
        ordering = ["-put_at", "-pk"]
        indexes = [
            models.Index(fields=["-put_at", "-id"], name="bin_by_time"),
            models.Index(fields=["kind", "-put_at", "-id"], name="bin_by_kind"),
            models.Index(fields=["purge_on"], name="bin_by_purge"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "object_id"], name="bin_holds_a_thing_once"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=BinKind.values), name="bin_kind_known"
            ),
        ]
        default_permissions = ()
        permissions = [
            ("use_bin", _("Open the bin and take back what one deleted")),
            ("use_whole_bin", _("See and take back what others deleted")),
            ("purge_bin", _("Remove things from the bin for ever")),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
