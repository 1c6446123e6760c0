"""The indicators that the product knows, in the order in which they are offered."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from analytics.indicators import links
from analytics.indicators.one import Indicator, Unit, added, plain, ratio
from clients import kinds
from salesexpert.accounts.models import User

KIND = "contacts_"


def _count(name: str, label: Any, definition: Any, formula: Any, family: str, link: Any, *, of: str = "", **more: Any) -> Indicator:  # fmt: skip
    key = of or name
    return Indicator(name, label, definition, formula, Unit.COUNT, (family,), plain(key), added(key), link, monthly=not more.get("now"), **more)  # fmt: skip


def _sum(name: str, label: Any, definition: Any, formula: Any, family: str, records: str, link: Any, *, of: str = "", **more: Any) -> Indicator:  # fmt: skip
    return Indicator(name, label, definition, formula, Unit.MONEY, (family,), plain(of or name), added(records), link, monthly=not more.get("now"), **more)  # fmt: skip


INDICATORS: tuple[Indicator, ...] = (
    _sum(
        "revenue",
        _("Revenue"),
        _("Amounts of the deals won in the period, by the day of closing; other currencies are not added."),
        _("Σ amount of won deals"),
        "closed",
        "won_in",
        links.won_in(),
    ),
    _sum(
        "margin",
        _("Margin"),
        _("Amounts of the deals won in the period net of VAT, less cost on the day they were won."),
        _("Σ (amount net of VAT − cost) of won deals"),
        "closed",
        "won_in",
        links.won_in(),
        permission="deals.view_margin",
        below_nought=True,
    ),
    _count(
        "won",
        pgettext_lazy("deals", "Won"),
        _("Deals that ended in success in the period, by the day of closing."),
        _("number of won deals"),
        "closed",
        links.deals("closed", ("state", "won")),
    ),
    _count(
        "lost",
        pgettext_lazy("deals", "Refused"),
        _("Deals that ended in refusal in the period, by the day of closing."),
        _("number of refused deals"),
        "closed",
        links.deals("closed", ("state", "lost")),
        good="down",
    ),
    Indicator(
        "win_rate",
        _("Win rate"),
        _("Won deals among all that were closed in the period."),
        _("won ÷ (won + refused)"),
        Unit.PERCENT,
        ("closed",),
        ratio("won", ("won", "lost"), percent=True),
        added("won", "lost"),
        links.deals("closed", ("state", "won"), ("state", "lost")),
        most=100,
    ),
    Indicator(
        "average_deal",
        _("Average deal"),
        _("Revenue by the number of won deals that have an amount."),
        _("revenue ÷ won deals with an amount"),
        Unit.MONEY,
        ("closed",),
        ratio("revenue", ("priced",)),
        added("priced"),
        links.won_in("closed", ("amount_from", 0)),
    ),
    Indicator(
        "length",
        _("Length of a deal"),
        _("Calendar days from opening to closing of the deals won in the period, on average; deals whose day of opening is not known are left out."),
        _("Σ (day of closing − day of opening) ÷ won deals"),
        Unit.DAYS,
        ("closed",),
        ratio("cycle_days", ("cycled",)),
        added("cycled"),
        links.deals("lasted", ("state", "won")),
        good="down",
    ),
    _count(
        "opened",
        _("Deals opened"),
        _("Deals opened in the period for which he is responsible, whatever became of them."),
        _("number of deals by the day of opening"),
        "opened",
        links.deals("opened", ("state", "all")),
    ),
    _count(
        "in_work",
        _("Deals in work"),
        _("Open deals for which he is responsible, now."),
        _("number of open deals"),
        "open",
        links.deals(),
        good="",
        now=True,
    ),
    _count(
        "clients_in_work",
        _("Clients in work"),
        _("Clients who have an open deal of this person, now. Too few: little activity; too many: scattering."),
        _("number of clients with an open deal"),
        "clients",
        links.clients_in_work,
        of="clients",
        good="",
        now=True,
    ),
    _count(
        "stalled",
        _("Stalled deals"),
        _("Open deals past the term of their stage, now; while a deal waits for the client its term is put off."),
        _("number of open deals past the term"),
        "open",
        links.deals("", ("norm", "late")),
        good="down",
        now=True,
    ),
    _count(
        "new_cards",
        _("New cards"),
        _("Client cards that he opened in the period, by the day of opening; cards in the bin are left out."),
        _("number of cards by who opened them"),
        "cards",
        links.new_cards,
    ),
    _count(
        "contacts",
        _("Contacts"),
        _("Done work of the kinds that count as contact, with clients, for its performer, on its day."),
        _("number of done contacts"),
        "contacts",
        links.contacts(),
    ),
    _count(
        "overdue_invoices",
        _("Overdue invoices"),
        _("Issued invoices of this seller that are not paid in full and whose term has passed, now."),
        _("number of unpaid invoices past the term"),
        "invoices",
        links.invoices(("state", "overdue")),
        of="overdue",
        good="down",
        now=True,
        permission="deals.view_invoice",
    ),
    _sum(
        "debt",
        _("Debt"),
        _("What the invoices of this seller still owe, now: issued, less cancelled, less paid."),
        _("Σ (invoiced − paid) of issued invoices"),
        "invoices",
        "unpaid",
        links.invoices(("state", "open"), ("currency", "RUB")),
        of="owed",
        good="down",
        now=True,
        permission="deals.view_invoice",
    ),
    Indicator(
        "completeness",
        _("Cards filled"),
        _("How full the cards that he leads are on average, of those of which something is asked, now."),
        _("Σ completeness ÷ cards"),
        Unit.PERCENT,
        ("completeness",),
        ratio("full", ("cards",)),
        added("cards"),
        links.cards_of_curator,
        now=True,
        most=100,
    ),
    _count(
        "overdue_work",
        _("Overdue work"),
        _("Planned work of this person whose time has passed, now."),
        _("number of planned activities past their time"),
        "late_work",
        links.overdue_work,
        of="late_work",
        good="down",
        now=True,
    ),
    Indicator(
        "plan",
        _("Plan fulfilment"),
        _("What was reached of the monthly plans of turnover of the months that the period touches; the company's setting says by paid invoices, issued invoices or closed deals."),
        _("reached ÷ planned turnover"),
        Unit.PERCENT,
        ("plan",),
        ratio("reached", ("planned",), percent=True),
        lambda numbers: int(bool(numbers.get("planned"))),
        links.plans,
        permission="analytics.view_plans",
    ),
)  # fmt: skip

BY_NAME = {one.name: one for one in INDICATORS}
DEFAULT = ("revenue", "plan", "won", "in_work", "new_cards", "contacts", "length", "stalled", "debt", "completeness")  # fmt: skip


def by_kind() -> list[Indicator]:
    """Contacts of each kind apart: as many as the company has kinds that count."""
    found = []
    for kind in kinds.book().kinds:
        if kind.is_contact:
            found.append(
                Indicator(
                    f"{KIND}{kind.pk}",
                    str(kind),
                    _(
                        "Done work of this kind with clients, for its performer, on its day."
                    ),
                    BY_NAME["contacts"].formula,
                    Unit.COUNT,
                    ("contacts",),
                    plain(f"contacts.{kind.pk}"),
                    added(f"contacts.{kind.pk}"),
                    links.contacts(kind.pk),
                    monthly=True,
                )
            )
    return found


# Parts of the product that know more indicators (plans) add them here.
more: list[Callable[[], list[Indicator]]] = []


def offered(user: User) -> dict[str, Indicator]:
    """Those that the reader may see, by their names."""
    every = [*INDICATORS, *by_kind(), *(one for ask in more for one in ask())]
    return {one.name: one for one in every if not one.permission or user.has_perm(one.permission)}  # fmt: skip
