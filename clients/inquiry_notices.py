"""Whom inquiries tell what, in one place."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from clients.models import Inquiry
from salesexpert.accounts.models import User
from salesexpert.notices import kinds
from salesexpert.notices.actions import notify
from salesexpert.notices.choices import Way

GIVEN, LATE = "inquiry_given", "inquiry_late"


def declare() -> None:
    kinds.declare(
        kinds.Kind(
            GIVEN,
            _("An inquiry is given to me"),
            _("An inquiry for you: %(who)s"),
            "inbox",
            permission="clients.view_inquiry",
        ),
        kinds.Kind(
            LATE,
            _("An inquiry of my people was not answered in time"),
            _("No answer in time: %(who)s"),
            "alert-circle",
            (Way.PAGE, Way.BROWSER, Way.EMAIL),
            permission="clients.assign_inquiry",
        ),
    )


def tell_given(inquiry: Inquiry, *, by: User | None) -> None:
    """The responsible learns that the inquiry is his, once for each time it is given to him."""
    if inquiry.responsible and inquiry.assigned_at:
        notify(
            inquiry.responsible,
            GIVEN,
            key=f"inquiry:{inquiry.pk}:given:{inquiry.assigned_at.timestamp():.0f}",
            words={"who": str(inquiry)},
            note=inquiry.text[:300],
            link=inquiry.get_absolute_url(),
            about=inquiry,
            by=by,
        )


def tell_late(inquiry: Inquiry, heads: Iterable[User]) -> None:
    """Heads learn once that the first answer is late."""
    for head in heads:
        notify(
            head,
            LATE,
            key=f"inquiry:{inquiry.pk}:late",
            words={"who": str(inquiry)},
            link=inquiry.get_absolute_url(),
            about=inquiry,
        )
