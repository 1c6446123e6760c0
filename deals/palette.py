"""Deals in the palette: found by their name, the open ones first."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients import reading
from clients.palette import Item, palette
from deals.choices import DealState
from deals.models import Deal
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold

SHOWN = 5


def deals(user: User, query: Any, typed: str) -> list[Item]:
    """The likeliest deals by a part of their name; one query."""
    words = fold(typed)
    if len(words) < 2:
        return []
    paths = ("title", "state", *reading.client_name_paths("client__"))
    rows = (
        Deal.objects.visible_to(user)
        .filter(folded__contains=words)
        .order_by("-opened_at", "-pk")
        .values("pk", *paths)[: SHOWN * 4]
    )
    ordered = sorted(rows, key=lambda row: row["state"] != DealState.OPEN)
    root = reverse("deals:list")
    return [
        {
            "title": row["title"],
            "subtitle": reading.client_name(row, "client__"),
            "url": f"{root}{row['pk']}/",
            "icon": "layout-kanban",
        }
        for row in ordered[:SHOWN]
    ]


def declare() -> None:
    palette.groups.append(("deals.view_deal", _("Deals"), deals))
    palette.pages.append(("deals.view_deal", "Deals", "deals:list", "layout-kanban"))
    palette.commands.append(
        ("deals.add_deal", "New deal", "deals:new", "layout-kanban")
    )
