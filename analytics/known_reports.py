"""The reports by their names: what each is called and about, what makes it, which further right it asks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from analytics import comparing, periods
from analytics.sheets import Sheet
from analytics.told import of_base, of_deals, of_money, of_work
from analytics.wanted import Wanted

# By which part of the base a report can be narrowed; whose it is can be chosen in any but that of prices.
ALL_PARTS = ("responsible", "region", "industry", "group", "source", "product")
PEOPLE = ("responsible",)
# Reports of the base, of prices and of time; the others are of sales.
OF_BASE = ("receivables", "completeness", "ladder", "competitors", "load")
OF_CARDS = ("responsible", "region", "industry", "group", "source")


@dataclass(frozen=True, slots=True)
class Known:
    """A report by its name: what it is called and about, what counts it, the further right that it asks.

    `compares`: its figures belong to a period, so that they can stand beside those of the period before; `now`: they are of this
    moment whatever period is asked for; `begins`: its page begins with the first rows and opens the rest when asked.
    """

    name: str
    title: str | Promise
    about: str | Promise
    counts: Callable[[Wanted], Sheet]
    permission: str = ""
    icon: str = "chart-bar"
    parts: Sequence[str] = ALL_PARTS
    compares: bool = True
    now: bool = False
    begins: bool = False

    def make(self, wanted: Wanted) -> Sheet:
        """Beside the period before where the address asks for it."""
        sheet = replace(self.counts(wanted), now=self.now)
        if not self.compares or wanted.params.get("compare") != "yes":
            return sheet
        since, until = periods.before(wanted.since, wanted.until)
        earlier = self.counts(replace(wanted, since=since, until=until))
        return comparing.beside(sheet, earlier, periods.in_words(since, until))


REPORTS: dict[str, Known] = {
    known.name: known
    for known in (
        Known("funnel", gettext_lazy("Sales funnel"), gettext_lazy("Who came to each stage and went on, how long it took, why they left, where it is narrow."), of_deals.funnel, icon="filter"),
        Known("deals", gettext_lazy("Closed deals and their lengths"), gettext_lazy("Won and refused, revenue, win rate and length by seller, region, industry, product, source, client."), of_deals.deals),
        Known("refusals", gettext_lazy("Why clients refuse"), gettext_lazy("Reasons by stage, seller, segment and product, with shares."), of_deals.refusals, icon="x"),
        Known("stalled", gettext_lazy("Deals that drag"), gettext_lazy("Open deals past the term of their stage, and why they may drag."), of_deals.stalled, icon="alert-circle", compares=False, now=True, begins=True),
        Known("norms", gettext_lazy("Norms against fact"), gettext_lazy("How many stays kept the norm of the stage, and how long they really took."), of_deals.norms, icon="clock"),
        Known("forecast", gettext_lazy("Forecast of open deals"), gettext_lazy("Sums and months by the stage, own history and the typed day, in three scenarios."), of_money.forecast, icon="calendar", compares=False, now=True),
        Known("cash", gettext_lazy("Money: plan, fact, forecast"), gettext_lazy("What was planned to come, what came, what is expected, by weeks or months."), of_money.cash, "deals.view_payment", "cash", compares=False, parts=PEOPLE),
        Known("paying", gettext_lazy("How invoices are paid"), gettext_lazy("Paid in time and late, overdue, promises kept, by seller."), of_money.paying, "deals.view_invoice", "file-invoice", parts=PEOPLE),
        Known("effort", gettext_lazy("Where the effort goes"), gettext_lazy("Contacts and hours by what came of them, contacts for one won deal, cold calls."), of_work.effort, icon="phone"),
        Known("procedure", gettext_lazy("How the procedure is kept"), gettext_lazy("Checklists skipped, stages jumped, exceptions, résumés and next steps that are missing."), of_work.procedure, icon="check"),
        Known("receivables", gettext_lazy("Receivables"), gettext_lazy("Who owes, by age of the debt, by client or by seller."), of_base.receivables, "deals.view_invoice", "alert-circle", PEOPLE, compares=False, now=True, begins=True),
        Known("completeness", gettext_lazy("How full the cards are"), gettext_lazy("Completeness of the cards by curator, and what is missing most."), of_base.completeness, "clients.view_client", "clipboard", OF_CARDS, compares=False, now=True),
        Known("ladder", gettext_lazy("Ladder and contacts"), gettext_lazy("Who moved from cold to regular, conversions between the steps, contacts by relationship."), of_base.ladder, "clients.view_client", "arrow-up-right", PEOPLE),
        Known("competitors", gettext_lazy("Competitors' prices"), gettext_lazy("What competitors ask, our gap, the trend of a product."), of_base.competitors, icon="tag", parts=("product",)),
        Known("load", gettext_lazy("Load and need for people"), gettext_lazy("Who is overloaded and who is free, and how many people the work asks for."), of_base.load, "clients.view_activity", "users", PEOPLE),
    )
}  # fmt: skip
