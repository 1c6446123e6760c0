"""What the bin must know of a deal: one with papers or money stays, what is planned for it goes along."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from clients.actions import bin as binning
from clients.choices import BinKind
from clients.models import Activity
from deals.models import (
    Contract,
    Deal,
    Delivery,
    Document,
    Invoice,
    Payment,
    RefusalReason,
)


def refuse(deal: Deal) -> None:
    """Raises StillInUse where papers or money hang on the deal: such a deal is closed, not deleted."""
    for model in (Invoice, Payment, Delivery, Contract, Document):
        if model._base_manager.filter(deal=deal).exists():
            raise binning.StillInUse(
                _("“%(deal)s” cannot be deleted: it has %(what)s. Close it instead.")
                % {"deal": deal, "what": model._meta.verbose_name_plural}
            )


def along(deal: Deal) -> Iterable[models.QuerySet[Any]]:
    yield Activity.objects.planned().filter(deal=deal)


def refuse_system_reason(reason: RefusalReason) -> None:
    """What the product itself needs (“not stated”) can be renamed, not deleted."""
    if reason.code:
        raise binning.StillInUse(
            _("“%s” comes with the program: it can be renamed, not deleted.") % reason
        )


def declare() -> None:
    binning.guard(RefusalReason, refuse_system_reason)
    binning.declare(
        Deal, BinKind.DEAL, binning.Throwing(refuse, along), along=(Activity,)
    )
