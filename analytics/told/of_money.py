"""The forecast of sums and dates, the cash forecast, how invoices are paid."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import cash as money_flow
from analytics import discipline as paid
from analytics import forecast as foreseen
from analytics import sheets
from analytics.sheets import Bar, Cell, Choice, Column, Drawing, Sheet, Table
from analytics.wanted import Wanted
from deals.models import Deal
from deals.querysets import sees_all
from salesexpert.core.templatetags.look import money, number, plain_day, whole

# So many columns can be told apart and named.
DRAWN = 16
# Weeks or months of money that one page shows, the last of them.
STEPS = 80


def _month(month: date | None, latest: date) -> str:
    if month is None:
        return _("no day can be told")
    told = formats.date_format(month, "YEAR_MONTH_FORMAT")
    return _("%s and later") % told if month == latest else told


def _history(wanted: Wanted) -> list[foreseen.Chance]:
    if wanted.whole_firm:
        return foreseen.chances_of_firm(on=wanted.on)
    processes = wanted.processes
    people = wanted.all_deals_of if processes else None
    return foreseen.chances(wanted.deals, on=wanted.on, people=people, processes=processes or ())  # fmt: skip


def forecast(wanted: Wanted) -> Sheet:
    history = _history(wanted)
    found = foreseen.forecast(wanted.deals, on=wanted.on, known=history)
    rows: list[list[Cell]] = []
    best: dict[str, Decimal] = {}
    for m in found.months:
        best[m.currency] = max(best.get(m.currency, Decimal(0)), m.best.amount)
    several = len(best) > 1
    for m in found.months:
        key = m.month.isoformat() if m.month else "none"

        def at(scenario: str, key: str = key, currency: str = m.currency) -> str:
            return wanted.here(scenario=scenario, month=key, currency=currency)

        cells = [sheets.name(_month(m.month, found.latest), more=m.currency if several else ""), sheets.bar(float(m.likely.amount / best[m.currency]) if best[m.currency] else 0)]  # fmt: skip
        for scenario, part in ((foreseen.CAUTIOUS, m.cautious), (foreseen.LIKELY, m.likely), (foreseen.BEST, m.best)):  # fmt: skip
            cells.append(sheets.amount(part.amount, m.currency, at(scenario)))
            cells.append(sheets.count(part.deals, at(scenario)))
        rows.append(cells)
    columns = [
        Column(_("Month"), right=False),
        Column("", bar=True),
        Column(pgettext("forecast", "Cautious"), _("The sum × the lower of two chances (of the stage, of own history), on the later of two days (typed, by history).")),
        Column(_("Deals"), _("Open deals with a sum whose day falls into the month in this scenario.")),
        Column(pgettext("forecast", "Likely"), _("The sum × the chance by history, on the typed day; on the day by history where none is typed or it has passed.")),
        Column(_("Deals"), _("Open deals with a sum whose day falls into the month in this scenario.")),
        Column(_("At best"), _("The whole sum on the earlier of the two days.")),
        Column(_("Deals"), _("Open deals with a sum whose day falls into the month in this scenario.")),
    ]  # fmt: skip
    lead = ". ".join(
        _("Cautiously %(cautious)s, likely %(likely)s, at best %(best)s") % {name: money(whole(value), currency) for name, value in told.items()}
        for currency, told in found.totals.items()
    )  # fmt: skip
    if found.without_sum:
        lead += ". " + _("Open deals without a sum, left out: %d") % found.without_sum
    tables = [Table("", columns, rows, empty=_("There are no open deals with a sum."))]
    opened = _opened(wanted, found.latest, history)
    return Sheet("forecast", _("Forecast of open deals"), f"{lead}." if lead else "", [*tables, *opened])  # fmt: skip


def _opened(wanted: Wanted, latest: date, history: list[foreseen.Chance]) -> list[Table]:  # fmt: skip
    """The deals behind the cell of the forecast that the address names."""
    asked, currency = wanted.params.get("month", ""), wanted.params.get("currency", "")[:3]  # fmt: skip
    scenario = wanted.chosen("scenario", (foreseen.LIKELY, foreseen.CAUTIOUS, foreseen.BEST))  # fmt: skip
    try:
        month = None if asked == "none" else date.fromisoformat(asked)
    except ValueError:
        return []
    found = foreseen.foreseen(wanted.deals, on=wanted.on, scenario=scenario, month=month, currency=currency, known=history)  # fmt: skip
    names = Deal.objects.select_related("client__legal_form", "responsible").in_bulk([f.deal_id for f in found])  # fmt: skip
    rows = [
        [
            sheets.name(names[f.deal_id].title, reverse("deals:deal", args=[f.deal_id]), str(names[f.deal_id].client)),
            sheets.name(str(names[f.deal_id].responsible)),
            sheets.amount(f.amount, f.currency),
            sheets.percent(f.percent / 100),
            sheets.percent(f.chance),
            sheets.name(_("own, of %d") % f.sample if f.own else _("all, of %d") % f.sample if f.sample else _("too few, by the stage")),
            sheets.day(f.typed_on),
            sheets.day(f.history_on),
        ]
        for f in found
    ]  # fmt: skip
    columns = [
        Column(_("Deal"), right=False), Column(_("Seller"), right=False), Column(_("Amount")), Column(_("By the stage")),
        Column(_("By history"), _("Part won of the deals that closed in the last year and had been at this stage. For a large firm as a whole it is counted once a day.")),
        Column(_("Whose history"), right=False), Column(_("Typed day")), Column(_("Day by history")),
    ]  # fmt: skip
    words = {foreseen.CAUTIOUS: pgettext("forecast", "Cautious"), foreseen.LIKELY: pgettext("forecast", "Likely"), foreseen.BEST: _("At best")}  # fmt: skip
    return [Table(f"{words[scenario]}: {_month(month, latest)}", columns, rows)]


def cash(wanted: Wanted) -> Sheet:
    step = wanted.chosen("step", money_flow.steps(wanted.since, wanted.until))
    # What is expected lies ahead: a period that is not over is shown with as long a time after today.
    ahead = wanted.until if wanted.until <= wanted.on else max(wanted.until, wanted.on + min(wanted.until - wanted.since, timedelta(days=92)))  # fmt: skip
    found = money_flow.cash(wanted.payments, wanted.invoices, wanted.planned, since=wanted.since, until=ahead, on=wanted.on, step=step, people=wanted.all_money_of, debts_of=wanted.all_debts_of)  # fmt: skip
    latest = set(sorted({b.since for b in found.buckets})[-STEPS:])
    shown = [b for b in found.buckets if b.since in latest]
    cut = "" if len(shown) == len(found.buckets) else _("The last %d weeks are shown.") if step == money_flow.WEEK else _("The last %d months are shown.")  # fmt: skip
    several = len({b.currency for b in shown}) > 1
    rows: list[list[Cell]] = []
    for b in shown:
        days = {"since": b.since.isoformat(), "until": (b.until - timedelta(days=1)).isoformat()}  # fmt: skip
        owed = {"due_since": max(b.since, wanted.on).isoformat(), "due_until": days["until"]}  # fmt: skip
        planned = _planned(wanted, b.since, b.until)
        rows.append(
            [
                sheets.name(_span(b, step), more=b.currency if several else ""),
                sheets.amount(b.planned, b.currency, planned),
                sheets.amount(b.came, b.currency, wanted.payments_at(**days, currency=b.currency)),
                sheets.amount(b.invoiced, b.currency, wanted.invoices_at(state="open", currency=b.currency, **owed)),
                sheets.amount(b.uninvoiced, b.currency, planned),
                sheets.amount(b.came + b.expected, b.currency),
            ]
        )  # fmt: skip
    columns = [
        Column(pgettext("cash", "Days"), right=False),
        Column(pgettext("money", "Planned"), _("Planned receipts of deals by their day; the link opens the deals.")),
        Column(pgettext("money", "Came"), _("Payments less refunds by their day, corrected ones left out.")),
        Column(_("Expected on invoices"), _("The unpaid part of open invoices by their term, from today on.")),
        Column(_("Expected without an invoice"), _("Planned receipts of open deals for which no invoice is issued yet, from today on.")),
        Column(_("Came and expected"), _("Came + expected on invoices + expected without an invoice.")),
    ]  # fmt: skip
    late = ", ".join(
        money(whole(total), currency) for currency, total in found.overdue.items()
    )
    lead = _("Overdue, so that nobody knows the day: %s.") % late if late else ""
    return Sheet(
        "cash", _("Money: plan, fact, forecast"), lead,
        [Table("", columns, rows, note=cut and cut % STEPS, empty=_("No money was planned, came or is expected."))],
        _drawn(shown, step),
        [Choice("step", pgettext("report", "By"), step, [(money_flow.WEEK, _("weeks")), (money_flow.MONTH, _("months"))])],
    )  # fmt: skip


def _planned(wanted: Wanted, since: date, until: date) -> str:
    return wanted.deals_within(since, until, "planned")


def _span(b: money_flow.Bucket, step: str) -> str:
    if step == money_flow.MONTH:
        return formats.date_format(b.since, "YEAR_MONTH_FORMAT")
    last = b.until - timedelta(days=1)
    return plain_day(last) if last == b.since else f"{plain_day(b.since)} – {plain_day(last)}"  # fmt: skip


def _drawn(buckets: Sequence[money_flow.Bucket], step: str) -> list[Drawing]:
    """Bars of what came and is expected, with the plan as a line, of the first currency."""
    if not buckets:
        return []
    currency = buckets[0].currency
    of = [b for b in buckets if b.currency == currency]
    top = max(max(b.came + b.expected, b.planned) for b in of)
    if not top:
        return []

    def height(value: Decimal) -> float:
        return round(float(max(value, Decimal(0)) / top) * 100, 2)

    bars = []
    for n, b in enumerate(of):
        came, expected = height(b.came), height(b.expected)
        told = _("%(days)s: came %(came)s, expected %(expected)s, planned %(planned)s") % {
            "days": _span(b, step), "came": money(b.came, currency), "expected": money(b.expected, currency), "planned": money(b.planned, currency),
        }  # fmt: skip
        label = formats.date_format(b.since, "MONTH_DAY_FORMAT") if step == money_flow.WEEK else formats.date_format(b.since, "M")  # fmt: skip
        bars.append(Bar(label, told, "", n, [("a", 100 - came, came), ("b", 100 - came - expected, expected)], 100 - height(b.planned)))  # fmt: skip
    legend = [("a", pgettext("money", "Came")), ("b", _("Expected on invoices") + " · " + _("without an invoice")), ("l", pgettext("money", "Planned"))]  # fmt: skip
    return [Drawing(_("Money, %s") % currency, legend, bars, float(len(bars)), money(whole(top), currency))]  # fmt: skip


def paying(wanted: Wanted) -> Sheet:
    found = paid.paying(wanted.invoices, **wanted.span, on=wanted.on, kept=sees_all(wanted.user), people=wanted.sellers)  # fmt: skip
    last = (wanted.until - timedelta(days=1)).isoformat()
    several = len({r.currency for r in found}) > 1
    rows: list[list[Cell]] = []
    for r in found:
        issued = {"since": wanted.since.isoformat(), "until": last, "currency": r.currency}  # fmt: skip
        if r.person_id:
            issued["responsible"] = str(r.person_id)

        def at(way: str, issued: dict[str, str] = issued) -> str:
            return wanted.invoices_at(paying=way, **issued)

        open_ = "" if r.person_id is None else wanted.invoices_at(**issued)
        rows.append(
            [
                sheets.name(r.name, more=r.currency if several else ""),
                sheets.count(r.issued, open_),
                sheets.amount(r.total, r.currency, open_),
                sheets.percent(r.on_time_share),
                sheets.count(r.on_time, at("on_time") if open_ else ""),
                sheets.count(r.late, at("late") if open_ else ""),
                sheets.days(r.days_late),
                sheets.count(r.overdue, at("overdue") if open_ else "", "bad"),
                sheets.amount(r.overdue_sum, r.currency, at("overdue") if open_ else "", "bad"),
                sheets.count(r.waiting, at("waiting") if open_ else ""),
            ]
        )  # fmt: skip
    columns = [
        Column(_("Seller"), right=False),
        Column(_("Invoices"), _("Issued in the period and not cancelled.")),
        Column(_("Sum"), _("Totals of these invoices.")),
        Column(pgettext("invoices", "In time"), _("Paid by the term ÷ all whose term has passed or that are paid.")),
        Column(_("Paid in time"), _("The last payment came by the term.")),
        Column(_("Paid late"), _("The last payment came after the term.")),
        Column(_("Days late"), _("Calendar days past the term on average, of those paid late.")),
        Column(pgettext("invoices", "Overdue"), _("Not paid in full, the term has passed.")),
        Column(_("of it owed"), _("What overdue invoices still owe.")),
        Column(_("Not due yet"), _("Not paid in full, the term is ahead.")),
    ]  # fmt: skip
    kept = [
        [sheets.name(p.name), sheets.count(p.kept), sheets.count(p.broken), sheets.count(p.waiting), sheets.percent(p.kept_share)]
        for p in paid.promises(wanted.promises, **wanted.span)
    ]  # fmt: skip
    collecting = [
        Column(_("Who took the promise"), right=False), Column(pgettext("promises", "Kept"), _("Paid in full by the day promised.")), Column(pgettext("promises", "Broken"), _("The day promised passed without the whole sum.")), Column(pgettext("promises", "Waiting"), _("The day promised is ahead.")),
        Column(_("Kept, %"), _("Kept ÷ (kept + broken), of the promises with a day in the period.")),
    ]  # fmt: skip
    return Sheet(
        "paying", _("How invoices are paid"), "",
        [Table("", columns, rows, empty=_("No invoice was issued in the period.")), Table(_("Promises to pay"), collecting, kept, empty=_("Nobody promised to pay."))],
        _paid(found),
        links=[(reverse("deals:receivables"), _("Receivables by age"))],
    )  # fmt: skip


def _paid(found: Sequence[paid.Paying]) -> list[Drawing]:
    """Invoices of each seller by how they were paid, whatever their currency; those of most invoices first."""
    people: dict[int | None, list[paid.Paying]] = {}
    for row in found:
        people.setdefault(row.person_id, []).append(row)
    lines = sorted(people.values(), key=lambda rows: -sum(r.issued for r in rows))[:DRAWN]  # fmt: skip
    most = max((sum(r.issued for r in rows) for rows in lines), default=0)
    if not most or len(lines) < 2:
        return []
    bars = []
    for place, rows in enumerate(lines):
        in_time, late, overdue, waiting = (sum(getattr(r, name) for r in rows) for name in ("on_time", "late", "overdue", "waiting"))  # fmt: skip
        told = _("%(name)s: paid in time %(in_time)d, not due yet %(waiting)d, paid late %(late)d, overdue %(overdue)d") % {
            "name": rows[0].name, "in_time": in_time, "waiting": waiting, "late": late, "overdue": overdue,
        }  # fmt: skip
        parts = [("a", in_time), ("b", waiting), ("h", late), ("r", overdue)]
        bars.append(sheets.stacked(rows[0].name, told, place, parts, most))
    legend = [("a", _("Paid in time")), ("b", _("Not due yet")), ("h", _("Paid late")), ("r", pgettext("invoices", "Overdue"))]  # fmt: skip
    return [Drawing(_("Invoices by how they were paid"), legend, bars, float(max(len(bars), sheets.FEWEST)), number(most), named=True)]  # fmt: skip
