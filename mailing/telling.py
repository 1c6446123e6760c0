"""Whom a mailing concerns besides its author: who may approve it is told that it waits, the author what was decided."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from mailing.models import Mailing
from salesexpert.accounts.models import User
from salesexpert.notices import kinds
from salesexpert.notices.actions import notify, notify_each
from salesexpert.notices.kinds import Kind

ASKED, DECIDED = "mailing.approval", "mailing.decided"
MAY_APPROVE = "mailing.approve_mailings"
# Of a company with many heads those who were here first.
MOST = 20


def declare() -> None:
    kinds.declare(
        Kind(
            code=ASKED,
            label=_("A mailing waits for approval"),
            sentence=_("%(who)s asks to approve the mailing “%(name)s”, addressees: %(count)s"),
            icon="mail",
            permission=MAY_APPROVE,
        ),
        Kind(
            code=DECIDED,
            label=_("My mailing was approved or returned"),
            sentence={
                "approved": _("Approved and started: the mailing “%(name)s”"),
                "returned": _("Returned to you: the mailing “%(name)s”"),
            },
            icon="mail",
        ),
    )  # fmt: skip


def asked(mailing: Mailing, *, by: User, at: datetime) -> None:
    """Everyone who may approve, but for who asks."""
    notify_each(
        User.objects.with_permission(MAY_APPROVE).order_by("pk")[:MOST],
        ASKED,
        # The same mailing may wait a second time, after it was returned.
        key=f"mailing-approval:{mailing.pk}:{at.isoformat()}",
        words={"who": by, "name": mailing.name, "count": mailing.included},
        link=_page(mailing),
        by=by,
        at=at,
    )


def decided(mailing: Mailing, variant: str, *, by: User, at: datetime) -> None:
    """Its author; `variant` is "approved" or "returned"."""
    notify(
        mailing.created_by,
        DECIDED,
        key=f"mailing-{variant}:{mailing.pk}:{at.isoformat()}",
        variant=variant,
        words={"name": mailing.name},
        link=_page(mailing),
        by=by,
        at=at,
    )


def _page(mailing: Mailing) -> str:
    return reverse("mailing:mailing", args=[mailing.pk])
