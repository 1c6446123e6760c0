"""The reports by their names: what each is called and about, what makes it, which further right it asks."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from analytics.sheets import Sheet
from analytics.told import of_deals, of_money, of_work
from analytics.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Known:
    """A report by its name: what it is called and about, what makes it, the further right that it asks."""

    name: str
    title: str | Promise
    about: str | Promise
    make: Callable[[Wanted], Sheet]
    permission: str = ""
    icon: str = "chart-bar"


REPORTS: dict[str, Known] = {
    known.name: known
    for known in (
        Known("funnel", gettext_lazy("Sales funnel"), gettext_lazy("Who came to each stage and went on, how long it took, why they left, where it is narrow."), of_deals.funnel, icon="filter"),
        Known("deals", gettext_lazy("Closed deals and their lengths"), gettext_lazy("Won and refused, revenue, win rate and length by seller, region, industry, product, source, client."), of_deals.deals),
        Known("refusals", gettext_lazy("Why clients refuse"), gettext_lazy("Reasons by stage, seller, segment and product, with shares."), of_deals.refusals, icon="x"),
        Known("stalled", gettext_lazy("Deals that drag"), gettext_lazy("Open deals past the term of their stage, and why they may drag."), of_deals.stalled, icon="alert-circle"),
        Known("norms", gettext_lazy("Norms against fact"), gettext_lazy("How many stays kept the norm of the stage, and how long they really took."), of_deals.norms, icon="clock"),
        Known("forecast", gettext_lazy("Forecast of open deals"), gettext_lazy("Sums and months by the stage, own history and the typed day, in three scenarios."), of_money.forecast, icon="calendar"),
        Known("cash", gettext_lazy("Money: plan, fact, forecast"), gettext_lazy("What was planned to come, what came, what is expected, by weeks or months."), of_money.cash, "deals.view_payment", "cash"),
        Known("paying", gettext_lazy("How invoices are paid"), gettext_lazy("Paid in time and late, overdue, promises kept, by seller."), of_money.paying, "deals.view_invoice", "file-invoice"),
        Known("effort", gettext_lazy("Where the effort goes"), gettext_lazy("Contacts and hours by what came of them, contacts for one won deal, cold calls."), of_work.effort, icon="phone"),
        Known("procedure", gettext_lazy("How the procedure is kept"), gettext_lazy("Checklists skipped, stages jumped, exceptions, résumés and next steps that are missing."), of_work.procedure, icon="check"),
    )
}  # fmt: skip
