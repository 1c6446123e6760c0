"""A report beside itself of the period before: each figure with what it was then."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from analytics.sheets import Cell, Sheet, Table

Key = tuple[tuple[str, str], ...]


def beside(sheet: Sheet, earlier: Sheet, days: str) -> Sheet:
    """The sheet with `before` in each figure of a period whose row and column the earlier one has, too; `days` in words."""
    tables = [_beside(table, _like(table, place, earlier.tables)) for place, table in enumerate(sheet.tables)]  # fmt: skip
    return replace(sheet, tables=tables, compared=days)


def _like(table: Table, place: int, tables: Sequence[Table]) -> Table | None:
    """The table of the same heading; a heading may say the period, so the same place will do for one without."""
    same = next((t for t in tables if t.title == table.title), None)
    return same or (tables[place] if place < len(tables) and not table.title else None)


def _beside(table: Table, earlier: Table | None) -> Table:
    if earlier is None:
        return table
    then = _places(earlier)
    pairs = [(n, then[key]) for key, n in _places(table).items() if key in then and not table.columns[n].now and not table.columns[n].bar]  # fmt: skip
    words = _words(table)
    rows = {_name(row, words): row for row in earlier.rows if row}
    if rows and not any(_name(row, words) in rows for row in table.rows):
        return (
            table  # of months, each of which was once: nothing stands beside anything
        )
    made = [_with(row, rows.get(_name(row, words)), pairs) for row in table.rows]
    return replace(table, rows=made, foot=_with(table.foot, earlier.foot or None, pairs))  # fmt: skip


def _places(table: Table) -> dict[tuple[str, int], int]:
    """{(heading, which of that heading): place}: several columns of hours have one heading."""
    seen: dict[str, int] = {}
    found = {}
    for n, column in enumerate(table.columns):
        if n:
            seen[column.label] = seen.get(column.label, 0) + 1
            found[column.label, seen[column.label]] = n
    return found


def _words(table: Table) -> int:
    """How many columns name a row: the first, and those of words that follow it."""
    return next((n for n, column in enumerate(table.columns) if n and (column.right or column.bar)), len(table.columns))  # fmt: skip


def _name(row: Sequence[Cell], words: int) -> Key:
    return tuple((cell.text, cell.more) for cell in row[:words])


def _with(row: Sequence[Cell], old: Sequence[Cell] | None, pairs: Sequence[tuple[int, int]]) -> Sequence[Cell]:  # fmt: skip
    cells = list(row)
    for n, m in pairs:
        if n >= len(cells) or (old is not None and m >= len(old)):
            continue
        was = old[m] if old is not None else replace(cells[n], value=None, text="—")
        if _is_figure(cells[n]) or _is_figure(was):
            cells[n] = replace(cells[n], before=replace(was, link="", before=None))
    return cells


def _is_figure(cell: Cell) -> bool:
    return isinstance(cell.value, int | float | Decimal)
