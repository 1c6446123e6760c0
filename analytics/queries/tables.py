"""An answer as tables of cells that open their records: the page, the files and the pictures read the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import sheets
from analytics.queries import catalogue, dividing
from analytics.queries.entries import Asked, Subject
from analytics.queries.question import By, Measure, Question
from analytics.queries.reckoning import ADDED, is_money, is_percent
from analytics.queries.running import OTHERS, Answer, Key
from analytics.queries.wording import by_words, measure_words
from analytics.sheets import Cell, Column, Table, Unit
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import money, number, percents

# Cells of fewer records than this are not coloured: a share of three says nothing.
FEW = 10
NOTHING = sheets.NOTHING
Link = Callable[[int | None, int | None, int], str]


@dataclass(frozen=True)
class Named:
    """What rows, columns and measures of an answer are called, for one reader."""

    question: Question
    answer: Answer
    subject: Subject
    known: Mapping[str, Asked]
    rows: Sequence[Sequence[str]]
    columns: Sequence[str]
    measures: Sequence[str]

    def row(self, n: int) -> str:
        return " · ".join(self.rows[n]) or _("All")


def named(question: Question, answer: Answer, user: User) -> Named:
    """One query for each dimension of words."""
    subject = catalogue.subjects()[question.subject]
    known = catalogue.fields(subject, user)
    model = subject.rows(user).model
    rows = _labels(question.rows, answer.rows, known, model)
    columns = _labels(question.columns, answer.columns, known, model)
    measures = []
    for measure in question.measures:
        text = measure_words(measure, subject, known)
        measures.append(text[:1].upper() + text[1:])
    return Named(question, answer, subject, known, rows, [" · ".join(c) or _("All") for c in columns], measures)  # fmt: skip


def _labels(by: Sequence[By], keys: Sequence[Key], known: Mapping[str, Asked], model: Any) -> list[list[str]]:  # fmt: skip
    called = []
    for n, one in enumerate(by):
        values = {key[n] for key in keys if key != (OTHERS,)}
        called.append(dividing.names(known[one.field], one, values, model))
    found = []
    for key in keys:
        if key == (OTHERS,) and by:
            found.append([_("Others"), *[""] * (len(by) - 1)])
        else:
            found.append([called[n].get(part, str(part)) for n, part in enumerate(key)])
    return found


# ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def spoken(value: Any, measure: Measure, known: Mapping[str, Asked], currency: str) -> str:  # fmt: skip
    if value is None:
        return NOTHING
    if is_percent(measure):
        part = float(value) * 100
        return percents(part, 0 if abs(part) >= 10 else 1)  # fmt: skip
    if is_money(measure, known):
        return money(Decimal(value).quantize(Decimal(1)) if abs(value) >= 1000 else round(Decimal(value), 2), currency)  # fmt: skip
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float | Decimal):
        value = round(value, 2)
        return number(int(value) if value == int(value) else Decimal(str(value)).normalize())  # fmt: skip
    return number(value)


def cell(value: Any, measure: Measure, of: Named, link: str = "", **more: Any) -> Cell:
    raw = round(value, 4) if isinstance(value, float) else value
    return Cell(raw, spoken(value, measure, of.known, of.question.currency), link if value is not None else "", unit=unit_of(measure, of), **more)  # fmt: skip


def unit_of(measure: Measure, of: Named) -> str:
    """What its figures are to a spreadsheet."""
    if is_percent(measure):
        return Unit.PART
    return of.question.currency if is_money(measure, of.known) else Unit.NUMBER


def change(now: Any, was: Any, measure: Measure) -> str:
    """“+12 %”; empty where there is nothing to compare."""
    if now is None and measure.kind in ADDED and not measure.share:
        now = 0
    if now is None or not was:
        return ""
    part = round((float(now) - float(was)) / abs(float(was)) * 100)
    return ("+" if part > 0 else "") + percents(part)  # fmt: skip


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _no_link(row: int | None, column: int | None, measure: int) -> str:
    return ""


def tables(of: Named, link: Link = _no_link) -> list[Table]:
    """One table of all measures; with columns one table for each measure, the shown one first."""
    if not of.question.columns:
        return [_flat(of, link)]
    count = len(of.question.measures)
    shown = min(of.question.shown, count - 1)
    order = [shown, *(n for n in range(count) if n != shown)]
    return [_pivot(of, n, link) for n in order]


def _row_heads(of: Named) -> list[Column]:
    return [Column(_capital(by_words(by, of.known)), right=False) for by in of.question.rows] or [Column("", right=False)]  # fmt: skip


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _flat(of: Named, link: Link) -> Table:
    question, answer = of.question, of.answer
    columns = _row_heads(of)
    for measure, label in zip(question.measures, of.measures, strict=True):
        columns.append(Column(label, _meaning(measure, of)))
        if question.compare and answer.was_total:
            columns += [
                Column(pgettext("compared", "Before")),
                Column(pgettext("compared", "Change")),
            ]

    def line(names: Sequence[str], values: Sequence[Any], was: Sequence[Any], row: int | None) -> list[Cell]:  # fmt: skip
        cells = [sheets.name(text) for text in names]
        for n, (measure, value) in enumerate(zip(question.measures, values, strict=True)):  # fmt: skip
            cells.append(cell(value, measure, of, link(row, None, n)))
            if question.compare and answer.was_total:
                before = was[n] if was else None
                cells += [cell(before, measure, of), Cell(None, change(value, before, measure) or NOTHING)]  # fmt: skip
        return cells

    nothing = (None,) * len(question.measures)
    rows = [
        line(of.rows[r] or [_("All")], answer.cells.get((r, 0), nothing), answer.was.get((r, 0), ()), r)
        for r in range(len(answer.rows))
    ]  # fmt: skip
    foot: list[Cell] = []
    if question.rows:
        names = [_("Total"), *[""] * (len(question.rows) - 1)]
        foot = line(names, answer.total, answer.was_total, None)
    return Table("", columns, rows, foot)


def _pivot(of: Named, at: int, link: Link) -> Table:
    question, answer = of.question, of.answer
    measure = question.measures[at]
    columns = [*_row_heads(of), *(Column(label) for label in of.columns), Column(_("Total"))]  # fmt: skip
    beside = [n for n in range(len(question.measures)) if n != at]
    columns += [Column(of.measures[n]) for n in beside]
    order = [at, *beside]
    strengths = _heat(answer, at, measure)

    def since(was: Sequence[Any], now: Sequence[Any], n: int) -> str:
        return change(now[n], was[n], question.measures[n]) if was else ""

    rows = []
    for r in range(len(answer.rows)):
        cells = [sheets.name(text) for text in of.rows[r] or [_("All")]]
        for c in range(len(answer.columns)):
            value = answer.cells.get((r, c), (None,) * len(question.measures))[at]
            before = answer.was.get((r, c), (None,) * len(question.measures))[at]
            few = answer.counts.get((r, c), 0) < FEW and is_percent(measure)
            cells.append(cell(value, measure, of, link(r, c, at), heat=0 if few else strengths.get((r, c), 0), tone="t3" if few else "", more=change(value, before, measure)))  # fmt: skip
        cells += [cell(answer.row_totals[r][n], question.measures[n], of, link(r, None, n), more=since(answer.was_rows[r] if answer.was_rows else (), answer.row_totals[r], n)) for n in order]  # fmt: skip
        rows.append(cells)
    foot = [sheets.name(_("Total")), *(sheets.name("") for _by in question.rows[1:])]
    for c in range(len(answer.columns)):
        now, was = answer.column_totals[c], answer.was_columns[c] if answer.was_columns else ()  # fmt: skip
        foot.append(cell(now[at], measure, of, link(None, c, at), more=since(was, now, at)))  # fmt: skip
    foot += [cell(answer.total[n], question.measures[n], of, link(None, None, n), more=since(answer.was_total, answer.total, n)) for n in order]  # fmt: skip
    return Table(of.measures[at], columns, rows, foot, look="xtab")


def _heat(answer: Answer, at: int, measure: Measure) -> dict[tuple[int, int], int]:
    found = {
        place: float(values[at])
        for place, values in answer.cells.items()
        if values[at] is not None and answer.rows[place[0]] != (OTHERS,)
    }
    most = max(found.values(), default=0.0)
    if most <= 0:
        return {}
    return {place: max(1, min(5, round(5 * v / most))) for place, v in found.items() if v > 0}  # fmt: skip


def _meaning(measure: Measure, of: Named) -> str:
    names = [measure.field, measure.until, measure.since]
    texts = [str(of.known[n].field.definition) for n in names if n in of.known]
    return " ".join(text for text in texts if text)
