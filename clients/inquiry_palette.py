"""Inquiries in the palette: found by who asked, the newest first."""

from operator import itemgetter
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients import phones
from clients.inquiry_fields import who
from clients.models import Inquiry
from clients.palette import Item, palette
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.templatetags.look import moment

SHOWN = 4
# Up to so many matches are put in order here.
FEW = 100


def inquiries(user: User, query: Any, typed: str) -> list[Item]:
    numbers = [n.e164.lstrip("+") for n in phones.read(typed) if n.e164]
    words = numbers[:1] or [fold(typed)]
    if len(words[0]) < 3:
        return []
    rows = _newest(Inquiry.objects.visible_to(user).filter(folded__holds=words[0]))
    root = reverse("clients:inquiries")
    return [
        {
            "title": who(row),
            "subtitle": moment(row["received_at"]),
            "url": f"{root}{row['pk']}/",
            "icon": "inbox",
        }
        for row in rows
    ]


def _newest(found: QuerySet) -> list[dict[str, Any]]:
    """The newest that are shown. Few are all read by the trigram index, asked for in no order, for the planner believes rare
    words commoner than they are and would rather read all inquiries from the newest on; of many that is the way."""
    columns = found.values("pk", "company", "name", "phones", "emails", "received_at")
    rows = list(columns.order_by()[: FEW + 1])
    if len(rows) > FEW:
        return list(columns.order_by("-received_at", "-pk")[:SHOWN])
    rows.sort(key=itemgetter("received_at", "pk"), reverse=True)
    return rows[:SHOWN]


def declare() -> None:
    palette.groups.append(("clients.view_inquiry", _("Inquiries"), inquiries))
    palette.pages.append(("clients.view_inquiry", "Inquiries", "clients:inquiries", "inbox"))  # fmt: skip
    palette.commands.append(("clients.add_inquiry", "New inquiry", "clients:inquiry_new", "inbox"))  # fmt: skip
