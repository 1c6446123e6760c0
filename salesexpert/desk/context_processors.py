"""What the frame of every page shows: menu by right, own selections, what waits today."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from analytics import header
from salesexpert.accounts.choices import Theme
from salesexpert.accounts.models import User
from salesexpert.core import preferences
from salesexpert.core.addresses import address
from salesexpert.desk.frame_rows import COUNTED, frame_rows
from salesexpert.desk.menu import DUE, INQUIRIES, Item, menus_of

SELECTIONS_SHOWN = 9


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    # Lazy: a part of a page asked by htmx has no frame and pays nothing for it.
    return {"shell": SimpleLazyObject(lambda: _shell(request, user))}


def _shell(request: HttpRequest, user: User) -> dict[str, Any]:
    path = request.path

    rows = frame_rows(user, tuple(LISTS))
    menus = menus_of(user, path)
    return {
        "company": preferences.get("company_name"),
        "theme": "" if user.theme == Theme.SYSTEM else user.theme,
        "themes": [
            (Theme.SYSTEM, _("Auto")),
            (Theme.LIGHT, _("Light")),
            (Theme.DARK, _("Dark")),
        ],
        "menu": menus.with_numbers({DUE: rows.due, INQUIRIES: rows.inquiries}),
        "tabs": menus.tabs,
        "create": menus.create,
        "personal": [
            Item(_("Profile"), address("accounts:profile"), "user"),
            Item(_("Security"), address("accounts:security"), "shield-lock"),
        ],
        "selections": _selections(path, user, rows.selections),
        "mail_catcher": bool(settings.MAIL_CATCHER_DIR),
        "bell": _bell(rows.unread, rows.last_notice),
        "calls": user.has_perm("telephony.view_call"),
        "earned": header.figure_of(user)
        if user.has_perm("analytics.view_own_pay")
        else None,
    }


def _bell(unread: int, last: int) -> dict[str, Any]:
    """`words` is what the button is called when something waits, with “{n}” for the number."""
    shown = str(unread) if unread < COUNTED else f"{COUNTED - 1}+"
    words = _("Notices, unread: {n}")
    return {
        "unread": unread,
        "shown": shown,
        "label": words.replace("{n}", shown) if unread else _("Notices"),
        "words": words,
        "last": last,
        "stream": bool(settings.EVENTS_URL),
    }


# Where the selections of each list lead, by what icon they are told apart, and who may open them.
LISTS = {
    "client": ("clients:list", "bookmark", "clients.view_client"),
    "deal": ("deals:list", "layout-kanban", "deals.view_deal"),
    "inquiry": ("clients:inquiries", "inbox", "clients.view_inquiry"),
    "call": ("telephony:calls", "phone", "telephony.view_call"),
    "panel": ("analytics:panel", "activity", "deals.view_deal"),
    **{
        f"report-{name}": (f"analytics:{name}", "chart-bar", "deals.view_deal")
        for name in ("funnel", "deals", "refusals", "stalled", "norms", "forecast", "cash", "paying", "effort", "procedure", "receivables", "completeness", "ladder", "competitors", "load")
    },
}  # fmt: skip


def _selections(
    path: str, user: User, usable: list[tuple[str, str, str]]
) -> list[dict[str, str]]:
    """The selections of the list that is open, then those of the others."""
    found = []
    for entity, name, parameters in usable:
        page, icon, permission = LISTS[entity]
        if user.has_perm(permission):
            url = address(page)
            found.append((not path.startswith(url), name, f"{url}?{parameters}", icon))
    found.sort(key=lambda row: row[0])
    return [
        {"name": name, "url": url, "icon": icon}
        for _elsewhere, name, url, icon in found[:SELECTIONS_SHOWN]
    ]
