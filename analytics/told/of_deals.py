"""The funnel, closed deals and their lengths, dragging deals, refusals, norms against fact."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics import funnel as funnels
from analytics import lengths as closed_deals
from analytics import refusals as refused
from analytics import sheets
from analytics import stalled as dragging
from analytics.dividing import DIVISIONS, OF_DEALS, OF_REFUSALS
from analytics.months import following
from analytics.outstayed import Outstayed, outstayed
from analytics.sheets import Cell, Choice, Column, Drawing, Sheet, Table
from analytics.told import of_time
from analytics.wanted import Wanted
from pipeline.book import book
from pipeline.models import Process
from salesexpert.accounts.models import name_of
from salesexpert.accounts.people import parts_of_name
from salesexpert.core.templatetags.look import number, percent


def _process(wanted: Wanted) -> Process | None:
    """The process that is asked for, else the first in use."""
    asked = next((value for name, value in wanted.segment if name == "process"), "")
    known = list(book().processes.values())
    found = next((p for p in known if str(p.pk) == asked), None)
    return found or next((p for p in known if p.retired_at is None), None)


def _processes(process: Process | None) -> Choice:
    options = [(str(p.pk), str(p)) for p in book().processes.values() if p.retired_at is None]  # fmt: skip
    return Choice("process", _("Process"), str(process.pk) if process else "", options)


def funnel(wanted: Wanted) -> Sheet:
    process = _process(wanted)
    way = wanted.chosen("way", (funnels.ENTRY, funnels.EXIT))
    title = _("Sales funnel")
    choices = [
        _processes(process),
        Choice("way", _("Counted by"), way, [
            (funnels.ENTRY, _("entry: what became of those who came")),
            (funnels.EXIT, _("exit: how those left who left")),
        ]),
    ]  # fmt: skip
    if process is None:
        return Sheet("funnel", title, _("There is no process yet."), choices=choices)
    found = funnels.funnel(wanted.deals, process, **wanted.span, way=way, earlier=_before(wanted), people=_all_of(wanted, process))  # fmt: skip
    return Sheet(
        "funnel",
        title,
        str(found.bottleneck)
        or (
            ""
            if any(s.came for s in found.steps)
            else _("No deal came to a stage or left one in this period.")
        ),
        [_flow(wanted, found), _times(wanted, found), _leaving(wanted, found)],
        choices=choices,
        links=[(reverse("deals:norms"), _("Norms proposed from history"))],
    )


def _all_of(wanted: Wanted, process: Process) -> list[int] | None:
    """Those whose deals in the process are all that are asked for; None where it is a part of somebody's."""
    chosen = [value for name, value in wanted.segment if name == "process"]
    return wanted.all_deals_of if chosen in ([], [str(process.pk)]) else None


def _before(wanted: Wanted) -> date:
    """Where the period before begins: as many months earlier as this one, which begins with one, touches; else as many days."""
    if wanted.since.day != 1:
        return wanted.since - (wanted.until - wanted.since)
    months = (wanted.last.year - wanted.since.year) * 12 + wanted.last.month - wanted.since.month + 1  # fmt: skip
    return following(wanted.since, -months)


def _flow(wanted: Wanted, found: funnels.Funnel) -> Table:
    entry = found.way == funnels.ENTRY
    kind, rest = ("entered", "still") if entry else ("left", "back")
    columns = [
        Column(_("Stage"), right=False),
        Column("", bar=True),
        Column(pgettext("funnel", "Came") if entry else pgettext("funnel", "Left"), _("Deals that came to the stage for the first time in the period.") if entry else _("Deals that left the stage in the period, by the last way they did.")),
        Column(pgettext("funnel", "Went on"), _("Of them those that came to a later stage afterwards or were won.") if entry else _("Of them those passed on or won.")),
        Column(_("Conversion"), _("Went on ÷ came.") if entry else _("Went on ÷ left.")),
        Column(pgettext("funnel", "Before"), _("The same conversion in the period before: as many months, or days where the period begins amid a month."), now=True),
        Column(pgettext("funnel", "Refused"), _("Of them those refused there.")),
        Column(_("Not yet on") if entry else pgettext("funnel", "Taken back"), _("Of them those that neither went on nor were refused.") if entry else _("Of them those taken back to an earlier stage.")),
        Column(_("There now"), _("Open deals at the stage at this moment, whatever the period."), now=True),
        Column(_("Clients"), _("Clients whose open deals stand at the stage now."), now=True),
    ]  # fmt: skip
    most = max((s.came for s in found.steps), default=0)
    narrow = found.bottleneck.step
    rows: list[list[Cell]] = []
    for s in found.steps:
        rows.append(
            [
                sheets.name(s.name, more=percent(Decimal(s.percent) / 100)),
                sheets.bar(s.came / most if most else 0),
                sheets.count(s.came, wanted.deals_at(kind, s.stage_id, process=found.process_id)),
                sheets.count(s.on, wanted.deals_at(kind, s.stage_id, "on", process=found.process_id)),
                sheets.percent(s.conversion, tone="warn" if narrow and s.stage_id == narrow.stage_id else ""),
                sheets.percent(s.before),
                sheets.count(s.lost, wanted.deals_at(kind, s.stage_id, "lost", process=found.process_id)),
                sheets.count(s.rest, wanted.deals_at(kind, s.stage_id, rest, process=found.process_id)),
                sheets.count(s.stands, wanted.deals_at(process=found.process_id, state="open", stage=s.stage_id)),
                sheets.count(s.clients),
            ]
        )  # fmt: skip
    won = wanted.deals_at("sown" if entry else "ripened", found.process_id, process=found.process_id)  # fmt: skip
    foot = [
        sheets.name(_("Won, of those opened in the period") if entry else _("Won in the period")),
        sheets.name(""),
        sheets.count(found.won, won),
        *[sheets.name("")] * (len(columns) - 3),
    ]  # fmt: skip
    return Table("", columns, rows, foot)


def _times(wanted: Wanted, found: funnels.Funnel) -> Table:
    rows: list[list[Cell]] = []
    for s in found.steps:
        t = s.times
        late = s.norm_days is not None and t.median is not None and t.median > s.norm_days  # fmt: skip
        rows.append([sheets.name(s.name), sheets.days(s.norm_days), *_spread(t, "bad" if late else "")])  # fmt: skip
    foot = [sheets.name(_("From opening to success")), sheets.days(None), *_spread(found.ripening)]  # fmt: skip
    columns = [
        Column(_("Stage"), right=False),
        Column(_("Norm"), _("Working days that the process allows."), now=True),
        Column(pgettext("stages", "Stays"), _("Stays that are over: begun in the period by entry, ended in it by exit.")),
        Column(_("Half, working days"), _("Half of the stays were over in so many working days of the Russian calendar, pauses left out.")),
        Column(percent(0.75), _("Three quarters of the stays were over in so many working days.")),
        Column(percent(0.9), _("Nine tenths of the stays were over in so many working days.")),
        Column(_("Half, calendar days"), _("Half of the stays were over in so many calendar days.")),
        Column(percent(0.75), _("Three quarters took at most so many.")),
        Column(percent(0.9), _("Nine tenths took at most so many.")),
    ]  # fmt: skip
    return Table(_("Time on the stages, and how long deals ripen"), columns, rows, foot)


def _spread(t: funnels.Times, tone: str = "") -> list[Cell]:
    return [
        sheets.count(t.n),
        sheets.days(t.median, tone),
        *(sheets.days(n) for n in (t.p75, t.p90, t.calendar_median, t.calendar_p75, t.calendar_p90)),
    ]  # fmt: skip


def _leaving(wanted: Wanted, found: funnels.Funnel) -> Table:
    kind = "entered" if found.way == funnels.ENTRY else "left"
    rows = [
        [
            sheets.name(s.name),
            sheets.name(r.reason),
            sheets.count(r.deals, wanted.deals_at(kind, s.stage_id, "lost", process=found.process_id, reason=r.reason_id)),
            sheets.percent(r.deals / s.lost),
        ]
        for s in found.steps
        for r in s.reasons
    ]  # fmt: skip
    columns = [Column(_("Stage"), right=False), Column(_("Reason"), right=False), Column(_("Deals"), _("Deals refused at the stage for this reason.")), Column(_("Of the refusals there"), _("Of all deals refused at the stage."))]  # fmt: skip
    return Table(_("Why they leave"), columns, rows, empty=_("Nobody was refused."))


def _divided(chosen: str, names: Sequence[str]) -> Choice:
    return Choice(
        "by",
        pgettext("report", "By"),
        chosen,
        [(n, str(DIVISIONS[n].label)) for n in names],
    )


def deals(wanted: Wanted) -> Sheet:
    by = wanted.chosen("by", OF_DEALS)
    found = closed_deals.lengths(wanted.deals, **wanted.span, by=by, kept=wanted.is_of_people, people=wanted.sellers)  # fmt: skip
    parameter = DIVISIONS[by].parameter
    most = max((r.won + r.lost for r in found.rows), default=0)

    def cells(r: closed_deals.Length, label: str, part: dict[str, Any], *, bar: bool = True) -> list[Cell]:  # fmt: skip
        won = wanted.deals_at("closed", **{"state": "won", **part})
        return [
            sheets.name(label),
            sheets.bar((r.won + r.lost) / most if bar and most else 0) if bar else sheets.name(""),
            sheets.count(r.won, won),
            sheets.count(r.lost, wanted.deals_at("closed", **{"state": "lost", **part})),
            sheets.percent(r.win_rate),
            sheets.amounts(r.revenue, won),
            sheets.days(r.mean),
            sheets.days(r.median),
            sheets.days(r.p75),
            sheets.days(r.p90),
            sheets.days(r.lost_median),
        ]  # fmt: skip

    columns = [
        Column(str(DIVISIONS[by].label), right=False),
        Column("", bar=True),
        Column(pgettext("deals", "Won"), _("Deals that ended in success in the period.")),
        Column(_("Refusals"), _("Deals refused in the period, whenever they were opened.")),
        Column(_("Win rate"), _("Won ÷ (won + refused), of the deals closed in the period.")),
        Column(_("Revenue"), _("Amounts of the won deals, each currency by itself; by product, of its lines.")),
        Column(_("Days, mean"), _("Calendar days from opening to success.")),
        Column(pgettext("lengths", "half"), _("Half of the won deals took at most so many calendar days.")),
        Column(percent(0.75), _("Three quarters took at most so many.")),
        Column(percent(0.9), _("Nine tenths took at most so many.")),
        Column(_("Days to a refusal"), _("Half of the refused deals were refused in so many calendar days.")),
    ]  # fmt: skip
    note = ngettext("%d more row is not shown.", "%d more rows are not shown.", found.hidden) % found.hidden if found.hidden else ""  # fmt: skip
    table = Table(
        "", columns,
        [cells(r, r.name, {parameter: r.key}) for r in found.rows],
        cells(found.whole, _("All"), {}, bar=False),
        note, empty=_("No deal was closed in the period."),
    )  # fmt: skip
    drawings, by_time = of_time.revenue(wanted)
    return Sheet("deals", _("Closed deals and their lengths"), _by_length(found), [table, *by_time], drawings, choices=[_divided(by, OF_DEALS)])  # fmt: skip


def _by_length(found: closed_deals.Lengths) -> str:
    whole = found.whole
    if whole.median is None:
        return ""
    return _("Half of the won deals took %(half)d days or fewer, nine tenths %(most)d.") % {"half": whole.median, "most": whole.p90}  # fmt: skip


def stalled(wanted: Wanted) -> Sheet:
    shown = dragging.SHOWN if wanted.whole else dragging.FIRST
    found = dragging.stalled(wanted.deals, at=wanted.at, shown=shown)
    rows = [
        [
            Cell(r.title, r.title, reverse("deals:deal", args=[r.deal_id]), more=r.client),
            sheets.name(r.responsible),
            sheets.name(r.stage),
            sheets.amount(r.amount, r.currency),
            sheets.days(r.over, "bad"),
            sheets.days(r.on_stage),
            sheets.name("; ".join(r.why)),
        ]
        for r in found.rows
    ]  # fmt: skip
    columns = [
        Column(_("Deal"), right=False),
        Column(_("Seller"), right=False),
        Column(_("Stage"), right=False),
        Column(_("Amount"), _("The amount of the deal as it stands now.")),
        Column(_("Over the term"), _("Working days past the end of the norm; pauses put the term off.")),
        Column(_("On the stage"), _("Working days since the deal came to the stage.")),
        Column(_("Why it may drag"), right=False),
    ]  # fmt: skip
    by_person = [
        [sheets.name(name_of(*parts_of_name(pk))), sheets.bar(n / max(found.by_person.values())),
         sheets.count(n, wanted.deals_at(state="open", norm="late", responsible=pk))]
        for pk, n in sorted(found.by_person.items(), key=lambda pair: -pair[1])
    ]  # fmt: skip
    lead = ngettext("%d open deal is past the term of its stage.", "%d open deals are past the term of their stages.", found.total) % found.total  # fmt: skip
    note = _("The %d longest are shown.") % shown if found.total > shown else ""
    rest = None
    if found.total > shown and not wanted.whole:
        every = found.total <= dragging.SHOWN
        rest = (wanted.here(all=1), _("Show all %d") % found.total if every else _("Show the %d longest") % dragging.SHOWN)  # fmt: skip
    tables = [
        Table(_("By seller"), [Column(_("Seller"), right=False), Column("", bar=True), Column(_("Deals"), _("Open deals past the term of their stage, now."))], by_person,
              [sheets.name(_("All")), sheets.name(""), sheets.count(found.total, wanted.deals_at(state="open", norm="late"))] if found.total else ()),
        Table(_("The longest"), columns, rows, note=note, empty=_("No deal drags."), rest=rest),
    ]  # fmt: skip
    return Sheet("stalled", _("Deals that drag"), lead, tables)


def refusals(wanted: Wanted) -> Sheet:
    by = wanted.chosen("by", OF_REFUSALS)
    processes = wanted.processes
    people = wanted.all_deals_of if processes else None
    found = refused.refusals(
        wanted.deals, **wanted.span, by=by, people=people, processes=processes or ()
    )
    parameter = DIVISIONS[by].parameter
    most = max((n for r in found.rows for n in r.cells.values()), default=0)

    def at(**more: Any) -> str:
        return wanted.deals_at("closed", **{"state": "lost", **more})

    rows: list[list[Cell]] = []
    for r in found.rows:
        cells = [sheets.name(r.name, more=r.under)]
        for column in found.columns:
            n = r.cells.get(column.key, 0)
            cells.append(Cell(n, sheets.number(n) if n else "·", at(reason=r.reason_id, **{parameter: column.key}) if n else "", heat=sheets.strength(n, most)))  # fmt: skip
        cells += [
            sheets.count(r.total, at(reason=r.reason_id)),
            sheets.percent(r.share),
        ]
        rows.append(cells)
    foot = [
        sheets.name(_("All")),
        *(sheets.count(c.total, at(**{parameter: c.key})) for c in found.columns),
        sheets.count(found.total, at()),
        sheets.percent(1 if found.total else None),
    ]
    columns = [
        Column(_("Reason"), right=False),
        *(Column(c.name) for c in found.columns),
        Column(_("All"), _("Refusals by the day of closing; a deal about several products stands in the column of each and is counted once here.")),
        Column(_("Share"), _("Of all refusals of the period.")),
    ]  # fmt: skip
    note = ngettext("%d more column is not shown.", "%d more columns are not shown.", found.hidden) % found.hidden if found.hidden else ""  # fmt: skip
    table = Table("", columns, rows, foot if found.total else (), note, look="xtab", empty=_("Nobody refused in the period."))  # fmt: skip
    return Sheet("refusals", _("Why clients refuse"), _first_reasons(found), [table], choices=[_divided(by, OF_REFUSALS)])  # fmt: skip


def _first_reasons(found: refused.Cross) -> str:
    named = [f"{r.name} {percent(r.share or 0)}" for r in found.rows[:3]]
    lead = ngettext("%(shown)s refusal by the day of closing", "%(shown)s refusals by the day of closing", found.total) % {"shown": number(found.total)}  # fmt: skip
    return f"{lead}: {', '.join(named)}." if named else ""


def _kept(found: Sequence[Outstayed]) -> list[Drawing]:
    """Deals of each stage by whether they kept its term."""
    stages = [s for s in found if s.normed]
    most = max((s.normed for s in stages), default=0)
    if len(stages) < 2:
        return []
    bars = []
    for place, s in enumerate(stages):
        told = _("%(stage)s: in time %(kept)d, late %(late)d") % {"stage": s.name, "kept": s.normed - s.late, "late": s.late}  # fmt: skip
        bars.append(sheets.stacked(s.name, told, place, [("a", s.normed - s.late), ("r", s.late)], most))  # fmt: skip
    legend = [("a", pgettext("stages", "In time")), ("r", pgettext("stages", "Late"))]
    return [Drawing(_("Deals by whether they kept the norm"), legend, bars, float(max(len(bars), sheets.FEWEST)), number(most), named=True)]  # fmt: skip


def norms(wanted: Wanted) -> Sheet:
    process = _process(wanted)
    title = _("Norms against fact")
    if process is None:
        return Sheet("norms", title, _("There is no process yet."))
    rows: list[list[Cell]] = []
    found = outstayed(wanted.deals, process, **wanted.span, people=_all_of(wanted, process))  # fmt: skip
    for s in found:
        rows.append(
            [
                sheets.name(s.name),
                sheets.days(s.norm_days),
                sheets.count(s.normed, wanted.deals_at("timed", s.stage_id, process=process.pk)),
                sheets.percent(1 - s.late / s.normed if s.normed else None),
                sheets.count(s.late, wanted.deals_at("late", s.stage_id, process=process.pk), "bad"),
                sheets.days(s.median, "bad" if s.norm_days and (s.median or 0) > s.norm_days else ""),
                sheets.days(s.p75),
                sheets.days(s.p90),
            ]
        )  # fmt: skip
    columns = [
        Column(_("Stage"), right=False),
        Column(_("Norm"), _("Working days that the process allows now."), now=True),
        Column(_("Deals with a norm"), _("Deals that left the stage in the period and had a term there.")),
        Column(pgettext("stages", "In time"), _("Part of them that never outstayed the term.")),
        Column(pgettext("stages", "Late"), _("Deals that left the stage past the term.")),
        Column(_("Half, working days"), _("Half of the stays were over in so many working days of the Russian calendar, pauses left out.")),
        Column(percent(0.75), _("Three quarters took at most so many.")),
        Column(percent(0.9), _("Nine tenths took at most so many.")),
    ]  # fmt: skip
    return Sheet("norms", title, "", [Table("", columns, rows)], _kept(found), choices=[_processes(process)],
                 links=[(reverse("deals:norms"), _("Norms proposed from history"))])  # fmt: skip
