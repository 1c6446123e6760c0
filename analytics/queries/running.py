"""Asking: a question becomes queries of the ORM over what its reader may see, and their answers a table of values.

A question takes one statement: cells, and where totals cannot be put together of them (medians, different clients), rows,
columns and the total as further sets of groups over the same records. Records of several products take a second one.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from time import monotonic
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.queries import catalogue, checking, dividing, spans
from analytics.queries.conditions import Filtering, negated
from analytics.queries.entries import Asked, Subject
from analytics.queries.question import By, Measure, Question
from analytics.queries.reckoning import Part, Reckoned, Reckoner, is_money
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import number

# So many groups are read at most, so many cells and columns shown.
GROUPS, CELLS, WIDEST, LONGEST = 50_000, 20_000, 200, 2_000
OTHERS = "others"

Key = tuple[Any, ...]
Dimensions = tuple[By, ...]
Values = tuple[Any, ...]


class Refused(DomainError):
    """Why a question is not answered; `faults` are the sentences."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out. Cells are by the places of their row and column (0 where there are none); values stand in the order
    of the measures, None: nothing. `was` are the values of the period compared with, by row and column likewise, `was_rows`
    and `was_columns` its totals in the order of the rows and columns, () for one that it has not.

    Keys of `rows` and `columns` are those of the groups; OTHERS stands for all that the first ones leave. `counts` are
    the records of each row, `records` all of them, `foreign` those of other currencies, whose sums stay out.
    """

    rows: tuple[Key, ...]
    columns: tuple[Key, ...]
    cells: Mapping[tuple[int, int], Values]
    row_totals: tuple[Values, ...]
    column_totals: tuple[Values, ...]
    total: Values
    counts: Mapping[tuple[int, int], int]
    records: int
    was: Mapping[tuple[int, int], Values] = field(default_factory=dict)
    was_total: Values = ()
    was_rows: tuple[Values, ...] = ()
    was_columns: tuple[Values, ...] = ()
    foreign: int = 0
    notes: tuple[str, ...] = ()
    at: datetime | None = None
    took: float = 0.0


Groups = dict[Key, dict[str, Any]]
Ticking = Callable[[], None]
Foreseeing = Callable[[Any, str, Sequence[Any]], None]


def _nothing(*_given: Any) -> None:
    pass


def ask(question: Question, *, user: User, at: datetime, tick: Ticking = _nothing, foresee: Foreseeing = _nothing) -> Answer:  # fmt: skip
    """Answer a question. Raises Refused with sentences; the time limit is the caller's (`guarding`).

    `tick` is called after each statement, `foresee` before each, with a cursor and what it will be told:
    whoever finds that it would take too long raises.
    """
    begun = monotonic()
    today = timezone.localdate(at, timezone.get_default_timezone())
    if found := checking.faults(question, user, today):
        raise Refused(found)
    asking = _Asking(question, user, today, tick, foresee)
    span = spans.of(question.period, today)
    answer = asking.answer(span)
    before = spans.compared(span, question.compare) if question.compare else None
    notes = list(checking.contradictions(question, asking.known))
    if question.compare and (before is None or asking.divides_by_period):
        notes.append(_("There is no period before to compare with: choose days that begin and end, and do not divide by them."))  # fmt: skip
    elif before is not None:
        answer = asking.compared(answer, before)
    return replace(answer, notes=tuple(notes), at=at, took=monotonic() - begun)


def steps_of(question: Question) -> int:
    """About how many queries an answer takes, for its progress."""
    return (2 if question.top else 1) * (2 if question.compare else 1)


@dataclass
class _Asking:
    question: Question
    user: User
    today: date
    tick: Ticking
    foresee: Foreseeing = _nothing

    def __post_init__(self) -> None:
        found = catalogue.subject(self.question.subject)
        assert found is not None
        self.subject: Subject = found
        self.known: Mapping[str, Asked] = catalogue.fields(found, self.user)
        self.rows, self.columns = self.question.rows, self.question.columns
        self.many = any(self.known[by.field].entry.many for by in (*self.rows, *self.columns))  # fmt: skip

    @property
    def day(self) -> Asked:
        return self.known[self.question.period.field or self.subject.day]

    @property
    def divides_by_period(self) -> bool:
        return any(by.field == self.day.name for by in (*self.rows, *self.columns))

    # ── queries ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def filtered(self, span: spans.Span) -> Filtering:
        filtering = Filtering(self.known, self.today, self.subject.rows(self.user).order_by())  # fmt: skip
        q = filtering.group(self.question.where)
        if not span.is_open:
            q &= filtering.within(self.day, filtering.alias(self.day), span)
        if q:
            filtering.rows = filtering.rows.filter(q)
        return filtering

    def grouped(self, span: spans.Span, sets: Sequence[Dimensions], leave: Sequence[tuple[Dimensions, Sequence[Key]]] = ()) -> tuple[dict[Dimensions, Groups], list[Reckoned]]:  # fmt: skip
        """Values of the parts of each group, for each of the sets of dimensions: cells, rows, columns and total at once.

        A record of several products stands in the row of each: sets with such a dimension are read apart from those
        without it. `leave`: keys of dimensions whose records stay out.
        """
        found: dict[Dimensions, Groups] = {}
        reckoned: list[Reckoned] = []
        alike: dict[frozenset[By], list[Dimensions]] = {}
        for by in dict.fromkeys(sets):
            many = frozenset(one for one in by if self.known[one.field].entry.many)
            alike.setdefault(many, []).append(by)
        for together in alike.values():
            read, reckoned = self._read(span, together, leave)
            found |= read
            self.tick()
        for by, groups in found.items():
            self._add_outside(groups, by, span, reckoned)
        return found, reckoned

    def _read(self, span: spans.Span, sets: Sequence[Dimensions], leave: Sequence[tuple[Dimensions, Sequence[Key]]]) -> tuple[dict[Dimensions, Groups], list[Reckoned]]:  # fmt: skip
        """One statement: the records with what the measures need of each, and around it the aggregates.

        OFFSET 0 keeps the database from melting both into one, in which it would look up a moment of another table for
        each measure anew, and might read the table in the order of an index to spare itself a sort.
        """
        filtering = self.filtered(span)
        for dimensions, keys in leave:
            self._leave(filtering, dimensions, keys)
        aliases = {one: f"_d{n}" for n, one in enumerate(dict.fromkeys(one for by in sets for one in by))}  # fmt: skip
        for one, alias in aliases.items():
            dividing.put(filtering, self.known[one.field], one, alias)
        reckoner = Reckoner(self.subject, self.known, filtering, self.question.currency)
        reckoned = reckoner.all(self.question.measures)
        parts = {p.name: p for r in reckoned for p in r.parts if not p.outside}
        parts["_n"] = Part("_n", "count(*)")
        if self._money and self.subject.currency:
            parts["_foreign"] = reckoner.foreign("_foreign")
        rows = filtering.rows.annotate(_all=Value(1)).values_list("_all", *aliases.values(), *reckoner.columns.values())  # fmt: skip
        found: dict[Dimensions, Groups] = {by: {} for by in sets}
        wide, names = len(aliases), list(parts)
        for row in self._rows(rows, list(aliases.values()), list(parts.values()), [[aliases[one] for one in by] for by in sets]):  # fmt: skip
            values = dict(zip(aliases, row[:wide], strict=True))
            by = sets[row[wide]]
            found[by][tuple(values[one] for one in by)] = dict(zip(names, row[wide + 1 :], strict=True))  # fmt: skip
        if any(len(groups) > GROUPS for groups in found.values()):
            raise Refused([_("There are more than %s groups: divide by something coarser, or add a condition.") % number(GROUPS)])  # fmt: skip
        if () in found:
            # One group of all, of no records too.
            found[()].setdefault((), dict.fromkeys(parts) | {"_n": 0})
        return found, reckoned

    def _rows(self, rows: QuerySet[Any, Any], dimensions: Sequence[str], parts: Sequence[Part], sets: Sequence[Sequence[str]]) -> Iterator[tuple[Any, ...]]:  # fmt: skip
        """Keys of the dimensions, the number of the set, values of the parts; so many groups at most as are not refused."""
        compiler = rows.query.get_compiler(rows.db)
        try:
            inner, params = compiler.as_sql()
        except EmptyResultSet:
            return
        places = {alias: n for n, (_column, _sql, alias) in enumerate(compiler.select)}
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select])  # fmt: skip
        named = [f'"{name}"' for name in dimensions]
        grouping = f"GROUPING({', '.join(named)})" if named else "0"
        groups = ", ".join(f"({', '.join(f'"{name}"' for name in by)})" for by in sets)
        sql = f"SELECT {', '.join([*named, grouping, *(p.sql for p in parts)])} FROM ({inner} OFFSET 0) AS records GROUP BY GROUPING SETS ({groups}) LIMIT {len(sets) * GROUPS + 1}"  # fmt: skip
        # A bit for each dimension, the first one's the highest: 1 where the set is without it.
        numbers = {sum((name not in by) << (len(dimensions) - 1 - n) for n, name in enumerate(dimensions)): at for at, by in enumerate(sets)}  # fmt: skip
        connection = connections[rows.db]
        with connection.cursor() as cursor:
            given = [*(value for p in parts for value in p.params), *params]
            self.foresee(cursor, sql, given)
            cursor.execute(sql, given)
            read = cursor.fetchall()
        wide = len(dimensions)
        changed = [(n, *converters[places[name]]) for n, name in enumerate(dimensions) if places[name] in converters]  # fmt: skip
        for row in read:
            found = list(row)
            for n, convert, expression in changed:
                for one in convert:
                    found[n] = one(found[n], expression, connection)
            found[wide] = numbers[found[wide]]
            yield tuple(found)

    def _leave(self, filtering: Filtering, by: Sequence[By], keys: Sequence[Key]) -> None:  # fmt: skip
        aliases = []
        for n, one in enumerate(by):
            alias = f"_o{len(filtering.rows.query.annotations)}{n}"
            dividing.put(filtering, self.known[one.field], one, alias)
            aliases.append(alias)
        q = Q()
        for key in keys:
            same = Q()
            for alias, one, part in zip(aliases, by, key, strict=True):
                same &= dividing.equals(filtering, self.known[one.field], alias, part)
            q |= same
        filtering.rows = filtering.rows.filter(negated(q))

    def _add_outside(self, found: Groups, by: Sequence[By], span: spans.Span, reckoned: Sequence[Reckoned]) -> None:  # fmt: skip
        for part in (p for r in reckoned for p in r.parts if p.outside):
            figure = catalogue.outsiders(self.user)[part.outside]
            words = [(checking.outside_word(one, self.question, figure), dividing.step_of(one)) for one in by]  # fmt: skip
            named = [(word, step if word == "day" else "") for word, step in words]
            for key, value in figure.values(named, (span.since, span.until), self.user).items():  # fmt: skip
                # Conditions narrow the records: figures of groups that none of them is in stay out.
                if key not in found and self.question.where.parts:
                    continue
                found.setdefault(key, {"_n": 0})[part.name] = value
        for values in found.values():
            for r in reckoned:
                for part in r.parts:
                    values.setdefault(part.name, None)

    @property
    def _money(self) -> bool:
        return any(is_money(m, self.known) for m in self.question.measures)

    # ── the table ────────────────────────────────────────────────────────────────────────────────────────────────────

    def answer(self, span: spans.Span) -> Answer:
        both: Dimensions = (*self.rows, *self.columns)
        exact = not self.many and self._adds_up()
        sets = (both,) if exact else (both, self.rows, self.columns, ())
        found, reckoned = self.grouped(span, sets)
        parts = [p for r in reckoned for p in r.parts]
        cells = dict(found[both])
        wide = len(self.rows)
        # Said at once, before totals and names of thousands of rows are made for nobody.
        whole = len({key[:wide] for key in cells})
        self._refuse_large(min(whole, self.question.top or whole), len({key[wide:] for key in cells}))  # fmt: skip
        by_row = self._joined(cells, parts, slice(0, wide)) if exact else dict(found[self.rows])  # fmt: skip
        by_column = self._joined(cells, parts, slice(wide, None)) if exact else dict(found[self.columns])  # fmt: skip
        total = self._joined(cells, parts, slice(0, 0)).get((), _empty(parts)) if exact else found[()][()]  # fmt: skip
        for side, given in ((self.rows, by_row), (self.columns, by_column)):
            if not side:
                given.setdefault((), _empty(parts))
        rows, others = self._chosen_rows(by_row, reckoned)
        columns = self._chosen_columns(by_column)
        self._refuse_large(len(rows), len(columns))
        if others:
            rest = self._rest(span, cells, rows, parts, exact)
            rows = [*rows, (OTHERS,)]
            cells |= {(OTHERS, *key): values for key, values in rest[0].items()}
            by_row[(OTHERS,)] = rest[1]
        return self._filled(rows, columns, cells, by_row, by_column, total, reckoned)

    def _adds_up(self) -> bool:
        """Whether totals are put together of the cells: there is no median and no number of different clients."""
        filtering = Filtering(self.known, self.today, self.subject.rows(self.user).none())  # fmt: skip
        reckoned = Reckoner(self.subject, self.known, filtering, self.question.currency).all(self.question.measures)  # fmt: skip
        return all(p.join for r in reckoned for p in r.parts)

    @staticmethod
    def _refuse_large(rows: int, columns: int) -> None:
        if columns > WIDEST or rows > LONGEST or rows * columns > CELLS:
            raise Refused([_("The table is too large (rows: %(rows)s, columns: %(columns)s): show the first ones only, divide by something coarser, or add a condition.") % {"rows": number(rows), "columns": number(columns)}])  # fmt: skip

    def _joined(self, cells: Groups, parts: Sequence[Part], at: slice) -> Groups:
        found: Groups = {}
        joins = {p.name: p.join for p in parts} | {"_n": _plus, "_foreign": _plus}
        for key, values in cells.items():
            whole = found.setdefault(key[at], {})
            for name, value in values.items():
                join = joins[name]
                whole[name] = value if name not in whole or join is None else join(whole[name], value)  # fmt: skip
        return found

    def _chosen_rows(self, by_row: Groups, reckoned: Sequence[Reckoned]) -> tuple[list[Key], bool]:  # fmt: skip
        """The rows in the order asked for, and whether some are left for “others”."""
        question = self.question
        keys = list(by_row)
        if not self.rows:
            return [()], False
        place = question.order
        first = self.known[self.rows[0].field]
        natural = place == -1 or (place is None and (first.is_day or first.is_number))
        at = min(max(place or 0, 0), len(reckoned) - 1)

        def weight(key: Key) -> tuple[bool, Any]:
            value = reckoned[at].value(by_row[key])
            return (value is not None, value if value is not None else 0)

        in_order = self._natural(keys, self.rows)
        stands = {key: n for n, key in enumerate(in_order)}
        weighed = sorted(in_order, key=weight, reverse=question.descending)
        if not question.descending:
            # Nothing stands last either way.
            weighed.sort(key=lambda key: reckoned[at].value(by_row[key]) is None)
        others = bool(question.top) and len(keys) > question.top
        kept = weighed[: question.top] if question.top else weighed
        if natural:
            kept.sort(key=stands.__getitem__, reverse=place == -1 and not question.descending)  # fmt: skip
        return kept, others and question.others

    def _chosen_columns(self, by_column: Groups) -> list[Key]:
        return self._natural(list(by_column), self.columns) if self.columns else [()]

    def _natural(self, keys: Sequence[Key], by: Sequence[By]) -> list[Key]:
        if len(keys) > 5 * LONGEST:
            return sorted(keys, key=str)
        found = list(keys)
        for n, one in reversed(list(enumerate(by))):
            asked = self.known[one.field]
            values = {key[n] for key in keys}
            model = self.subject.rows(self.user).model
            called = dividing.names(asked, one, values, model) if not asked.is_day else {}  # fmt: skip
            place = {value: p for p, value in enumerate(dividing.order(asked, one, values, called, model))}  # fmt: skip
            found.sort(key=lambda key: place[key[n]])
        return found

    def _rest(self, span: spans.Span, cells: Groups, rows: Sequence[Key], parts: Sequence[Part], exact: bool) -> tuple[Groups, dict[str, Any]]:  # fmt: skip
        """Cells and the row of all that `rows` leave."""
        wide = len(self.rows)
        left = {key: v for key, v in cells.items() if key[:wide] not in set(rows)}
        if exact or any(self.known[by.field].entry.many for by in self.rows):
            # A record of several products may be counted in several of the others: medians of such are not told.
            cells_left = self._joined(left, parts, slice(wide, None))
            row = self._joined(left, parts, slice(0, 0)).get((), _empty(parts))
            alone = [p.name for p in parts if p.join is None]
            for values in (*cells_left.values(), row):
                values.update(dict.fromkeys(alone))
            return cells_left, row
        leave = [(self.rows, rows)]
        found, _reckoned = self.grouped(span, (self.columns, ()), leave)
        whole = found[()][()]
        return dict(found[self.columns]) or {(): whole}, whole

    def _filled(self, rows: Sequence[Key], columns: Sequence[Key], cells: Groups, by_row: Groups, by_column: Groups, total: dict[str, Any], reckoned: Sequence[Reckoned]) -> Answer:  # fmt: skip
        def values(of: dict[str, Any]) -> Values:
            return tuple(r.value(of) for r in reckoned)

        total_values = values(total)
        row_values = [values(by_row[key]) for key in rows]
        column_values = [values(by_column[key]) for key in columns]
        table, counts = {}, {}
        for r, row in enumerate(rows):
            for c, column in enumerate(columns):
                found = cells.get((*row, *column))
                if found is not None:
                    given = values(found)
                    table[r, c] = self._shared(given, row_values[r], column_values[c], total_values)  # fmt: skip
                    counts[r, c] = found.get("_n") or 0
        return Answer(
            rows=tuple(rows),
            columns=tuple(columns),
            cells=table,
            row_totals=tuple(self._shared(v, v, total_values, total_values) for v in row_values),
            column_totals=tuple(self._shared(v, total_values, v, total_values) for v in column_values),
            total=self._shared(total_values, total_values, total_values, total_values),
            counts=counts,
            records=total.get("_n") or 0,
            foreign=total.get("_foreign") or 0,
        )  # fmt: skip

    def _shared(self, given: Values, row: Values, column: Values, total: Values) -> Values:  # fmt: skip
        """Values, those that are shares divided by their whole."""
        found = []
        for n, (measure, value) in enumerate(zip(self.question.measures, given, strict=True)):  # fmt: skip
            if measure.share and value is not None:
                whole = {"row": row, "column": column}.get(measure.share, total)[n]
                value = float(value) / float(whole) if whole else None
            found.append(value)
        return tuple(found)

    def compared(self, answer: Answer, before: spans.Span) -> Answer:
        """The same rows and columns in the period before, and those that stand there alone, unless only the first are asked for."""
        was = _Asking(replace(self.question, top=0, compare=""), self.user, self.today, self.tick, self.foresee).answer(before)  # fmt: skip
        if not self.question.top:
            answer = self._with_gone(answer, was)
        rows = {key: n for n, key in enumerate(was.rows)}
        columns = {key: n for n, key in enumerate(was.columns)}
        found = {}
        for r, row in enumerate(answer.rows):
            for c, column in enumerate(answer.columns):
                place = (rows.get(row, -1), columns.get(column, -1))
                if place in was.cells:
                    found[r, c] = was.cells[place]
        return replace(
            answer,
            was=found,
            was_total=was.total,
            was_rows=tuple(was.row_totals[rows[key]] if key in rows else () for key in answer.rows),
            was_columns=tuple(was.column_totals[columns[key]] if key in columns else () for key in answer.columns),
        )  # fmt: skip

    def _with_gone(self, answer: Answer, was: Answer) -> Answer:
        """With empty rows and columns for what only the period before has; columns stand in their order, such rows last."""
        nothing: Values = (None,) * len(self.question.measures)
        rows = [*answer.rows, *(key for key in was.rows if key not in set(answer.rows))]
        columns = self._chosen_columns({key: {} for key in [*answer.columns, *was.columns]})  # fmt: skip
        if len(columns) > WIDEST or len(rows) > LONGEST or len(rows) * len(columns) > CELLS:  # fmt: skip
            return answer
        stands = {key: n for n, key in enumerate(columns)}
        moved = {n: stands[key] for n, key in enumerate(answer.columns)}
        totals = dict(zip(answer.columns, answer.column_totals, strict=True))
        more = (nothing,) * (len(rows) - len(answer.rows))
        return replace(
            answer,
            rows=tuple(rows),
            columns=tuple(columns),
            cells={(r, moved[c]): v for (r, c), v in answer.cells.items()},
            counts={(r, moved[c]): v for (r, c), v in answer.counts.items()},
            row_totals=answer.row_totals + more,
            column_totals=tuple(totals.get(key, nothing) for key in columns),
        )


def _plus(a: Any, b: Any) -> Any:
    return (a or 0) + (b or 0)


def _empty(parts: Iterable[Part]) -> dict[str, Any]:
    return {p.name: None for p in parts} | {"_n": 0}


# ── the records behind a figure ──────────────────────────────────────────────────────────────────────────────────────


def rows_of(question: Question, *, user: User, at: datetime, row: Key | None = None, column: Key | None = None, beside: Sequence[Key] = (), measure: int | None = None) -> tuple[QuerySet[Any, Any], Mapping[str, Asked]]:  # fmt: skip
    """Exactly the records that a cell counts, all of them without `row` and `column`.

    `beside`: the rows that “others” leave (row == (OTHERS,)). `measure`: of one that counts who came to a moment, those.
    """
    today = timezone.localdate(at, timezone.get_default_timezone())
    if found := checking.faults(question, user, today):
        raise Refused(found)
    asking = _Asking(question, user, today, _nothing)
    filtering = asking.filtered(spans.of(question.period, today))
    for by, key in ((question.rows, row), (question.columns, column)):
        if not by or key is None:
            continue
        if key == (OTHERS,):
            asking._leave(filtering, by, [k for k in beside if k != (OTHERS,)])
            continue
        for n, (one, value) in enumerate(zip(by, key, strict=True)):
            asked = asking.known[one.field]
            alias = f"_k{len(filtering.rows.query.annotations)}{n}"
            if not asked.entry.many:
                dividing.put(filtering, asked, one, alias)
            same = dividing.equals(filtering, asked, alias, value)
            filtering.rows = filtering.rows.filter(same)
    if measure is not None and 0 <= measure < len(question.measures):
        asked_for: Measure = question.measures[measure]
        if asked_for.kind == "reached":
            reckoner = Reckoner(asking.subject, asking.known, filtering, question.currency)  # fmt: skip
            q = reckoner.reached(asked_for)
            filtering.rows = filtering.rows.filter(q)
    return filtering.rows, asking.known
