"""Where the effort goes, cold calls, how the procedure is kept."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import effort as spent_on
from analytics import kept_work, sheets, sums
from analytics import procedure as kept_by
from analytics.sheets import Cell, Choice, Column, Drawing, Sheet, Table
from analytics.wanted import Wanted
from salesexpert.core.templatetags.look import number

# So many columns can be told apart and named.
DRAWN = 16


def effort(wanted: Wanted) -> Sheet:
    by = wanted.chosen("by", spent_on.BY)
    # Both tables are told from the same months, which are read once.
    months = kept_work.read(wanted.since, wanted.until, people=wanted.sellers) if wanted.is_of_people else None  # fmt: skip
    found = spent_on.effort(wanted.activities, wanted.deals, **wanted.span, by=by, months=months)  # fmt: skip
    most = max((line.whole.contacts for line in found.lines), default=0)
    of_people = by == "performer"

    def cells(line: spent_on.Line, label: str, part: dict[str, Any], *, bar: bool) -> list[Cell]:  # fmt: skip
        row = [
            sheets.name(label),
            sheets.bar(line.whole.contacts / most if bar and most else 0) if bar else sheets.name(""),
            sheets.count(line.whole.contacts, wanted.contacts_at(**part)),
            sheets.days(line.whole.hours),
        ]  # fmt: skip
        for outcome in spent_on.OUTCOMES:
            told = line.spent[outcome]
            row.append(sheets.count(told.contacts, wanted.contacts_at(outcome=outcome, **part)))  # fmt: skip
            row.append(sheets.days(told.hours or None))
        if of_people:
            who = {"responsible": line.key} if line.key else {}
            row += [
                sheets.count(line.won, wanted.deals_at("closed", state="won", **who)),
                sheets.ratio(line.per_won),
                sheets.ratio(line.per_deal),
            ]
        return row

    hours = pgettext("effort", "hours")
    columns = [
        Column(str(spent_on.BY[by].label), right=False),
        Column("", bar=True),
        Column(_("Contacts"), _("Done activities of kinds that count as contacts, with clients, by their performer and day.")),
        Column(_("Hours"), _("Minutes recorded; where none were, the usual time of the kind.")),
        Column(_("On won deals"), _("Contacts on deals that are won by now.")),
        Column(hours, _("Hours of the contacts on the left.")),
        Column(_("On refused ones"), _("Contacts on deals that are refused by now.")),
        Column(hours, _("Hours of the contacts on the left.")),
        Column(_("On open ones"), _("Contacts on deals that are open now.")),
        Column(hours, _("Hours of the contacts on the left.")),
        Column(_("Without a deal"), _("Contacts with clients that belong to no deal.")),
        Column(hours, _("Hours of the contacts on the left.")),
    ]  # fmt: skip
    if of_people:
        columns += [
            Column(pgettext("deals", "Won"), _("Deals of the seller won in the period.")),
            Column(_("Contacts for one won"), _("All contacts of the period ÷ deals won in it: what one success costs, failures included.")),
            Column(_("on the deal itself"), _("Contacts ever made on the deals won in the period ÷ their number.")),
        ]  # fmt: skip
    path = {"performer": "performer"}.get(by, by)
    table = Table(
        "", columns,
        [cells(line, line.name, {path: line.key}, bar=True) for line in found.lines],
        cells(found.whole, _("All"), {}, bar=False) if found.lines else (),
        empty=_("Nobody made a contact in the period."),
    )  # fmt: skip
    options = [(name, str(one.label)) for name, one in spent_on.BY.items()]
    lead = _lead(found.whole)
    return Sheet("effort", _("Where the effort goes"), lead, [table, *_cold(wanted, months)], _hours(found), choices=[Choice("by", pgettext("report", "By"), by, options)])  # fmt: skip


def _hours(found: spent_on.Effort) -> list[Drawing]:
    """Hours of each line by what came of them, those who spent most first."""
    lines = sorted(found.lines, key=lambda line: -line.whole.minutes)[:DRAWN]
    most = max((line.whole.hours for line in lines), default=0)
    if not most or len(lines) < 2:
        return []
    parts = {
        "a": spent_on.WON,
        "b": spent_on.OPEN,
        "r": spent_on.LOST,
        "h": spent_on.NO_DEAL,
    }
    bars = []
    for place, line in enumerate(lines):
        hours = {kind: line.spent[what].hours for kind, what in parts.items()}
        told = _("%(name)s: hours on won deals %(won)s, on open ones %(open)s, on refused ones %(lost)s, without a deal %(none)s") % {
            "name": line.name, "won": number(hours["a"]), "open": number(hours["b"]), "lost": number(hours["r"]), "none": number(hours["h"]),
        }  # fmt: skip
        bars.append(sheets.stacked(line.name, told, place, list(hours.items()), most))  # fmt: skip
    legend = [("a", _("on won deals")), ("b", _("on open ones")), ("r", _("on refused ones")), ("h", _("without a deal"))]  # fmt: skip
    return [Drawing(_("Hours by what came of them"), legend, bars, float(max(len(bars), sheets.FEWEST)), number(most), named=True)]  # fmt: skip


def _lead(whole: spent_on.Line) -> str:
    if not whole.whole.minutes:
        return ""
    lost, won = whole.spent[spent_on.LOST], whole.spent[spent_on.WON]
    return _("%(won)d%% of the hours went into deals that were won, %(lost)d%% into those refused.") % {
        "won": round(100 * won.minutes / whole.whole.minutes), "lost": round(100 * lost.minutes / whole.whole.minutes),
    }  # fmt: skip


def _cold(wanted: Wanted, months: kept_work.Told | None) -> list[Table]:
    found = spent_on.cold_calls(wanted.activities, **wanted.span, months=months)
    rows = [
        [
            sheets.name(c.name),
            sheets.count(c.calls, wanted.contacts_at(cold="yes", performer=c.person_id)),
            *(
                cell
                for n, became in ((c.interest, "interest"), (c.deals, "deal"), (c.won, "won"))
                for cell in (sheets.count(n, wanted.contacts_at(cold="yes", became=became, performer=c.person_id)), sheets.percent(n / c.calls))
            ),
        ]
        for c in found
    ]  # fmt: skip
    columns = [
        Column(_("Seller"), right=False),
        Column(_("Cold calls"), _("Outgoing calls to clients who were cold at that moment.")),
        Column(_("Interest found"), _("Calls whose result means that interest is found.")),
        Column("%", _("Of the cold calls.")),
        Column(_("A deal followed"), _("Calls after which a deal with the client was opened within 90 days.")),
        Column("%", _("Of the cold calls.")),
        Column(_("A won one"), _("Of these deals one is won by now.")),
        Column("%", _("Of the cold calls.")),
    ]  # fmt: skip
    return [Table(_("Cold calls"), columns, rows, empty=_("There were no cold calls."))]


def procedure(wanted: Wanted) -> Sheet:
    spoken = None
    if wanted.is_of_people:
        spoken = sums.contacts_by_days(wanted.since, wanted.until, wanted.sellers)
    processes = wanted.processes
    found = kept_by.procedure(
        wanted.deals,
        wanted.activities,
        **wanted.span,
        spoken=spoken,
        people=wanted.all_deals_of if processes else None,
        processes=processes or (),
    )
    open_ = {"state": "open"}

    def cells(label: str, told: dict[str, int], who: dict[str, Any], performer: dict[str, Any]) -> list[Cell]:  # fmt: skip
        return [
            sheets.name(label),
            sheets.count(told["moved"], wanted.deals_at("moved", **who)),
            sheets.count(told["skipped"], wanted.deals_at("skipped", **who), "warn"),
            sheets.count(told["jumped"], wanted.deals_at("jumped", **who), "warn"),
            sheets.count(told["overridden"], wanted.deals_at("overridden", **who), "warn"),
            sheets.count(told["contacts"], wanted.contacts_at(**performer)),
            sheets.count(told["silent"], wanted.contacts_at(silent="yes", **performer), "warn"),
            sheets.count(told["open"], wanted.deals_at(**open_, **who)),
            sheets.count(told["without_step"], wanted.deals_at(**open_, next_step="none", **who), "warn"),
        ]  # fmt: skip

    rows = [
        cells(k.name, {n: getattr(k, n) for n in kept_by.COUNTED}, {"responsible": k.person_id}, {"performer": k.person_id})
        for k in found
    ]  # fmt: skip
    columns = [
        Column(_("Seller"), right=False),
        Column(_("Deals moved"), _("Deals that left a stage in the period.")),
        Column(_("Checklist skipped"), _("Of them those that went on with a point of the stage's checklist not ticked.")),
        Column(_("Stages jumped"), _("Deals that went on past a stage in use.")),
        Column(_("By exception"), _("Successes without the condition of success, by the head's leave.")),
        Column(_("Contacts"), _("Done activities of kinds that count as contacts, with clients, by their performer and day.")),
        Column(_("Without a résumé"), _("Contacts of which nothing is written.")),
        Column(_("Open deals"), _("At this moment."), now=True),
        Column(pgettext("deals", "Without a next step"), _("Of the open deals, at this moment."), now=True),
    ]  # fmt: skip
    foot = cells(_("All"), kept_by.whole(found), {}, {}) if found else ()
    return Sheet("procedure", _("How the procedure is kept"), "", [Table("", columns, rows, foot, empty=_("Nothing happened in the period."))], _broken(found))  # fmt: skip


def _broken(found: Sequence[kept_by.Keeping]) -> list[Drawing]:
    """What each seller left undone, those who left most first."""

    def undone(k: kept_by.Keeping) -> list[int]:
        return [k.skipped, k.jumped, k.overridden, k.silent]

    people = sorted((k for k in found if any(undone(k))), key=lambda k: -sum(undone(k)))[:DRAWN]  # fmt: skip
    most = max((sum(undone(k)) for k in people), default=0)
    if len(people) < 2:
        return []
    bars = []
    for place, k in enumerate(people):
        told = _("%(name)s: checklists skipped %(skipped)d, stages jumped %(jumped)d, by exception %(overridden)d, contacts without a résumé %(silent)d") % {
            "name": k.name, "skipped": k.skipped, "jumped": k.jumped, "overridden": k.overridden, "silent": k.silent,
        }  # fmt: skip
        bars.append(sheets.stacked(k.name, told, place, list(zip("abhr", (k.skipped, k.jumped, k.silent, k.overridden), strict=True)), most))  # fmt: skip
    legend = [("a", _("Checklist skipped")), ("b", _("Stages jumped")), ("h", _("Without a résumé")), ("r", _("By exception"))]  # fmt: skip
    return [Drawing(_("What was left out, by seller"), legend, bars, float(max(len(bars), sheets.FEWEST)), number(most), named=True)]  # fmt: skip
