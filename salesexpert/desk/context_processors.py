"""What the frame of every page shows: menu by right, own selections, what waits today."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import header
from clients.importing import rights as import_rights
from salesexpert.accounts.choices import Theme
from salesexpert.accounts.models import User
from salesexpert.core import preferences
from salesexpert.core.addresses import address
from salesexpert.desk.frame_rows import COUNTED, frame_rows

SELECTIONS_SHOWN = 9


@dataclass(slots=True)
class Item:
    label: str
    url: str
    icon: str
    current: bool = False
    count: int = 0
    alarm: bool = False
    dialog: bool = False


def shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    # Lazy: a part of a page asked by htmx has no frame and pays nothing for it.
    return {"shell": SimpleLazyObject(lambda: _shell(request, user))}


def _shell(request: HttpRequest, user: User) -> dict[str, Any]:
    path = request.path

    def item(
        label: str, name: str, icon: str, *, within: str = "", **more: Any
    ) -> Item:
        url = address(name)
        inside = path == url if url == "/" else path.startswith(within or url)
        return Item(label=label, url=url, icon=icon, current=inside, **more)

    rows = frame_rows(user, tuple(LISTS))
    day = item(_("My day"), "desk:day", "sun-high", count=rows.due)
    work = [day]
    papers: list[Item] = []
    analysis: list[Item] = []
    cards: Item | None = None
    if user.has_perm("clients.view_inquiry"):
        inbox = item(_("Inquiries"), "clients:inquiries", "inbox")
        inbox.count = rows.inquiries
        work.append(inbox)
    if user.has_perm("clients.view_client"):
        cards = item(_("Clients"), "clients:list", "building")
        work.append(cards)
    if user.has_perm("clients.view_contact"):
        work.append(item(_("Contacts"), "clients:contacts", "users"))
    if user.has_perm("deals.view_deal"):
        work.append(item(_("Deals"), "deals:list", "layout-kanban"))
    if user.has_perm("deals.view_invoice"):
        work.append(item(_("Invoices"), "deals:invoices", "file-invoice"))
        work.append(item(_("Receivables"), "deals:receivables", "alert-circle"))
    if user.has_perm("deals.view_payment"):
        payments = item(_("Payments"), "deals:payments", "cash")
        payments.current |= path.startswith(address("deals:statements"))
        work.append(payments)
    if user.has_perm("mailing.view_mailing"):
        mailings = item(pgettext("section", "Mailings"), "mailing:list", "mail")
        work.append(mailings)
    if user.has_perm("clients.view_activity"):
        plan = item(pgettext("calendar", "Plan"), "plan:calendar", "calendar")
        team = item(_("Who is free"), "deals:team", "users-group")
        team.current |= path.startswith(address("deals:load"))
        plan.current &= not team.current
        work += [plan, team]
    if user.has_perm("deals.view_deal"):
        reports = item(
            _("Reports"), "analytics:reports", "chart-bar", within="/analytics/"
        )
        diagnosis = item(_("Diagnosis"), "analytics:panel", "activity")
        diagnosis.current = path in ("/analytics/", "/analytics/overdue/") or path.startswith("/analytics/people/")  # fmt: skip
        queries = item(pgettext("analytics", "Queries"), "analytics:queries", "filter-search")  # fmt: skip
        reports.current &= not diagnosis.current and not queries.current
        analysis += [diagnosis, reports, queries]
        papers.append(item(_("Catalogue"), "deals:catalogue", "tag"))
        papers.append(item(_("Competitors"), "deals:competitors", "chart-bar"))
    if user.has_perm("deals.view_contract"):
        papers.append(item(_("Contracts"), "deals:contracts", "file-text"))
    if user.has_perm("clients.view_clientfile"):
        papers.append(item(_("Library"), "deals:library", "folder"))
    office = []
    if import_rights.entities_of(user):
        imports = item(_("Import"), "clients:import", "table-import")
        office.append(imports)
        if imports.current and cards:
            cards.current = False
    if user.has_perm("clients.merge_clients"):
        doubles = item(_("Duplicates"), "clients:duplicates", "copy", within="/clients/duplicates/")  # fmt: skip
        office.append(doubles)
        if doubles.current and cards:
            cards.current = False
    if user.has_perm("clients.change_curator"):
        asked = item(
            pgettext("to take over", "Requests"),
            "clients:take_overs",
            "arrows-exchange",
        )
        office.append(asked)
        if asked.current and cards:
            cards.current = False
    if user.has_perm("telephony.view_call"):
        office.append(item(_("Calls"), "telephony:calls", "phone"))
    if user.has_perm("clients.view_activity"):
        office.append(item(_("Handovers"), "deals:handovers", "user-share"))
    if user.has_perm("accounts.view_journal"):
        office.append(item(_("Journal"), "audit:journal", "history"))
    if any(
        user.has_perm(p)
        for p in (
            "accounts.manage_users",
            "accounts.manage_roles",
            "accounts.manage_company",
            "pipeline.manage_processes",
            "telephony.manage_telephony",
            "outbox.manage_mail",
        )
    ):
        office.append(item(_("Settings"), "accounts:settings", "settings"))
    menu = [{"label": "", "items": work}]
    if user.has_perm("analytics.view_plans"):
        analysis.append(item(_("Sales plans"), "analytics:plans", "activity"))
    if user.has_perm("analytics.view_pay"):
        team = item(_("Pay of the team"), "analytics:earned_team", "wallet")
        analysis.append(team)
    # Reports hold every address under /analytics/ that is nobody else's.
    if user.has_perms(
        ["clients.view_campaign", "deals.view_deal", "clients.view_client"]
    ):
        analysis.append(item(_("Campaigns"), "analytics:campaigns", "flag"))
    # What stands further down is the narrower.
    for one in [one for one in analysis if one.current][:-1]:
        one.current = False
    if analysis:
        menu.append({"label": _("Analysis"), "items": analysis})
    if papers:
        menu.append({"label": _("Papers"), "items": papers})
    if office:
        menu.append({"label": _("Office"), "items": office})

    create = []
    if user.has_perm("clients.add_client"):
        create.append(Item(_("Client"), address("clients:new"), "building"))
    if user.has_perm("clients.add_contact"):
        create.append(Item(_("Contact person"), address("clients:contact_new"), "user"))
    if user.has_perm("deals.add_deal"):
        create.append(
            Item(_("Deal"), address("deals:new"), "layout-kanban", dialog=True)
        )
    if user.has_perm("clients.add_activity"):
        create.append(
            Item(
                _("Planned work"), address("clients:plan"), "calendar-plus", dialog=True
            )
        )
    if user.has_perm("clients.add_inquiry"):
        create.append(Item(_("Inquiry"), address("clients:inquiry_new"), "inbox"))

    return {
        "company": preferences.get("company_name"),
        "theme": "" if user.theme == Theme.SYSTEM else user.theme,
        "themes": [
            (Theme.SYSTEM, _("Auto")),
            (Theme.LIGHT, _("Light")),
            (Theme.DARK, _("Dark")),
        ],
        "menu": menu,
        "tabs": _tabs(work),
        "create": create,
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


def _tabs(work: list[Item]) -> list[Item]:
    """The bar of a phone has room for four; a week does not fit there, so its plan begins as a list."""
    by_icon = {item.icon: item for item in work}
    if plan := by_icon.get("calendar"):
        by_icon["calendar"] = replace(plan, url=f"{plan.url}?view=agenda")
    wanted = ("sun-high", "building", "layout-kanban", "calendar")
    return [by_icon[icon] for icon in wanted if icon in by_icon]


# Where the selections of each list lead, by what icon they are told apart, and who may open them.
LISTS = {
    "client": ("clients:list", "bookmark", "clients.view_client"),
    "deal": ("deals:list", "layout-kanban", "deals.view_deal"),
    "inquiry": ("clients:inquiries", "inbox", "clients.view_inquiry"),
    "call": ("telephony:calls", "phone", "telephony.view_call"),
    "panel": ("analytics:panel", "activity", "deals.view_deal"),
    **{
        f"report-{name}": (f"analytics:{name}", "chart-bar", "deals.view_deal")
        for name in ("funnel", "deals", "refusals", "stalled", "norms", "forecast", "cash", "paying", "effort", "procedure")
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
