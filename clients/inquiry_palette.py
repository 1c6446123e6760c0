"""Inquiries in the palette: found by who asked, the newest first."""

from typing import Any

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


def inquiries(user: User, query: Any, typed: str) -> list[Item]:
    numbers = [n.e164.lstrip("+") for n in phones.read(typed) if n.e164]
    words = numbers[:1] or [fold(typed)]
    if len(words[0]) < 3:
        return []
    rows = (
        Inquiry.objects.visible_to(user)
        .filter(folded__contains=words[0])
        .order_by("-received_at", "-pk")
        .values("pk", "company", "name", "phones", "emails", "received_at")[:SHOWN]
    )
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


def declare() -> None:
    palette.groups.append(("clients.view_inquiry", _("Inquiries"), inquiries))
    palette.pages.append(("clients.view_inquiry", "Inquiries", "clients:inquiries", "inbox"))  # fmt: skip
    palette.commands.append(("clients.add_inquiry", "New inquiry", "clients:inquiry_new", "inbox"))  # fmt: skip
