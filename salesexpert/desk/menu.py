"""The menus of the frame: what a person may open, and where he is now.

They are the same for all who have the same rights and stand in the same part of the product, so they are drawn once for
all of these and held; only the numbers of what waits are put in anew.
"""

import re
from dataclasses import dataclass, replace
from typing import Any

from django.core.signals import setting_changed
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from clients.importing import rights as import_rights
from salesexpert.accounts.models import User
from salesexpert.core.addresses import address

DUE, INQUIRIES = "due", "inquiries"
_DIGITS = re.compile(r"\d+")
_held: dict[tuple[Any, ...], "Menus"] = {}
_HELD_AT_MOST = 300


@dataclass(slots=True)
class Item:
    """`waiting` names the number that stands beside the label."""

    label: str
    url: str
    icon: str
    current: bool = False
    waiting: str = ""
    dialog: bool = False

    @property
    def place(self) -> str:
        """Where the number is put in."""
        return _place(self.waiting) if self.waiting else ""


@dataclass(frozen=True, slots=True)
class Menus:
    """Drawn: the rail on the left, the bar of a phone, and what “Create” offers ("" where nothing may be made)."""

    rail: str
    tabs: SafeString
    create: SafeString

    def with_numbers(self, numbers: dict[str, int]) -> SafeString:
        """The rail with the numbers that are not 0, by the names of what waits."""
        rail = self.rail
        for name, number in numbers.items():
            drawn = f'<span class="n">{number}</span>' if number else ""
            rail = rail.replace(_place(name), drawn)
        return mark_safe(rail)


def _place(name: str) -> str:
    # No label holds it: it is no letter of any language.
    return f"\ufff9{name}\ufffb"


def menus_of(user: User, path: str) -> Menus:
    """The menus of `user` on the page at `path`, in the active language."""
    active = user.is_active
    rights = tuple(user.role.permissions) if active and user.role else ()
    # Cards of one kind stand in one part of the product.
    part = _DIGITS.sub("0", path)
    key = (get_language(), part, active and user.is_superuser, rights)
    menus = _held.get(key)
    if menus is None:
        if len(_held) >= _HELD_AT_MOST:
            _held.clear()
        menus = _held[key] = _drawn(user, part)
    return menus


def _forget(**kwargs: Any) -> None:
    _held.clear()


setting_changed.connect(_forget, dispatch_uid="menus of the frame")


def _drawn(user: User, path: str) -> Menus:
    menu, create = _items(user, path)
    return Menus(
        rail=render_to_string("core/frame_rail.html", {"menu": menu}),
        tabs=render_to_string(
            "core/frame_tabs.html", {"tabs": _tabs(menu[0]["items"])}
        ),
        create=render_to_string("core/frame_create.html", {"create": create})
        if create
        else SafeString(""),
    )


def _items(user: User, path: str) -> tuple[list[dict[str, Any]], list[Item]]:
    """The groups of the menu, and what may be made."""

    def item(
        label: str, name: str, icon: str, *, within: str = "", **more: Any
    ) -> Item:
        url = address(name)
        inside = path == url if url == "/" else path.startswith(within or url)
        return Item(label=label, url=url, icon=icon, current=inside, **more)

    day = item(_("My day"), "desk:day", "sun-high", waiting=DUE)
    work = [day]
    papers: list[Item] = []
    analysis: list[Item] = []
    cards: Item | None = None
    if user.has_perm("clients.view_inquiry"):
        work.append(
            item(_("Inquiries"), "clients:inquiries", "inbox", waiting=INQUIRIES)
        )
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
    return menu, create


def _tabs(work: list[Item]) -> list[Item]:
    """The bar of a phone has room for four; a week does not fit there, so its plan begins as a list."""
    by_icon = {item.icon: item for item in work}
    if plan := by_icon.get("calendar"):
        by_icon["calendar"] = replace(plan, url=f"{plan.url}?view=agenda")
    wanted = ("sun-high", "building", "layout-kanban", "calendar")
    return [by_icon[icon] for icon in wanted if icon in by_icon]
