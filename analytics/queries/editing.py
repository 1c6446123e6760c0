"""Changing a question by one click: each deed takes a question and gives another."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.http import QueryDict

from analytics.queries.entries import DAYS, NUMBERS, TEXTS, Asked
from analytics.queries.question import (
    MOST_COLUMNS,
    MOST_DAYS,
    MOST_MEASURES,
    MOST_ROWS,
    By,
    Condition,
    Group,
    Measure,
    Period,
    Question,
    Unreadable,
    words_of,
)
from salesexpert.core.registry import FieldType

MOST = {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "measures": MOST_MEASURES}
Place = tuple[int, ...]


def begin(subject: str) -> Question:
    """What a new question about a subject is at first: how many there are."""
    return Question(subject=subject, measures=(Measure(),))


def edit(question: Question, params: QueryDict) -> Question:
    """The question after the deed that an address names. Raises Unreadable for a deed that there is not."""
    deed = params.get("deed", "")
    match deed:
        case "subject":
            return begin(params.get("subject", "deals"))
        case "add":
            return _add(question, params)
        case "remove" | "up":
            return _remove(question, params) if deed == "remove" else _up(question, params)  # fmt: skip
        case "step":
            return _step(question, params)
        case "measure":
            return _measure(question, params)
        case "period":
            return replace(question, period=period_of(params, question.period))
        case "where":
            return replace(question, where=_join(question.where, place_of(params.get("at", "")), params))  # fmt: skip
        case "swap":
            return replace(question, rows=question.columns[:MOST_ROWS], columns=question.rows[:MOST_COLUMNS])  # fmt: skip
        case "set":
            return _set(question, params)
    raise Unreadable


def _whole(text: str | None, most: int = 1000) -> int:
    return min(int(text), most) if text and text.isascii() and text.isdigit() and len(text) < 9 else 0  # fmt: skip


def _days(text: str | None) -> int:
    """As typed; a number beyond all sense stays one that is refused with a sentence."""
    many = text is not None and text.isascii() and text.isdigit() and len(text) > 5
    return MOST_DAYS if many else _whole(text, MOST_DAYS)


def place_of(text: str) -> Place:
    parts = text.removeprefix("where").strip(".").split(".")
    if parts == [""]:
        return ()
    if len(parts) > 6 or not all(p.isascii() and p.isdigit() and len(p) < 4 for p in parts):  # fmt: skip
        raise Unreadable
    return tuple(int(p) for p in parts)


def _side(question: Question, name: str) -> tuple[Any, ...]:
    if name not in MOST:
        raise Unreadable
    found: tuple[Any, ...] = getattr(question, name)
    return found


def _put(question: Question, side: str, given: tuple[Any, ...]) -> Question:
    shown = min(question.shown, max(len(given) - 1, 0)) if side == "measures" else question.shown  # fmt: skip
    changed: dict[str, Any] = {side: given[: MOST[side]]}
    return replace(question, shown=shown, **changed)


def _add(question: Question, params: QueryDict) -> Question:
    side = params.get("side", "")
    field = params.get("field", "")[:200]
    return _put(question, side, (*_side(question, side), By(field, params.get("step", "")[:200])))  # fmt: skip


def _at(params: QueryDict, length: int) -> int:
    n = _whole(params.get("at", ""))
    if n >= length:
        raise Unreadable
    return n


def _remove(question: Question, params: QueryDict) -> Question:
    side = params.get("side", "")
    if side == "where":
        return replace(question, where=without(question.where, place_of(params.get("at", ""))))  # fmt: skip
    given = _side(question, side)
    n = _at(params, len(given))
    left = given[:n] + given[n + 1 :]
    return _put(question, side, left or ((Measure(),) if side == "measures" else ()))


def _up(question: Question, params: QueryDict) -> Question:
    side = params.get("side", "")
    given = list(_side(question, side))
    n = _at(params, len(given))
    if n:
        given[n - 1], given[n] = given[n], given[n - 1]
    return _put(question, side, tuple(given))


def _step(question: Question, params: QueryDict) -> Question:
    side = params.get("side", "")
    given = list(_side(question, side))
    n = _at(params, len(given))
    given[n] = By(given[n].field, params.get("step", "")[:200])
    return _put(question, side, tuple(given))


def measure_of(params: QueryDict) -> Measure:
    kind = params.get("kind", "count")
    if ":" in kind:
        # A button of a figure names its kind and field at once.
        kind, _colon, field = kind.partition(":")
    else:
        field = params.get("field", "")
    inner = {}
    if kind == "ratio":
        inner = {name: _chosen(params.get(name, "")) for name in ("of", "by")}
    return Measure.read(
        {
            "kind": kind,
            "field": field,
            "since": params.get("since", ""),
            "until": params.get("until", ""),
            "within": _whole(params.get("within"), 36_500),
            "how": params.get("how", "median"),
            "share": params.get("share", ""),
            "label": params.get("label", "").strip(),
            **inner,
        }
    )


def _chosen(text: str) -> dict[str, Any]:
    """A part of a ratio, written `kind:field` (of moments `reached:won_at`)."""
    kind, _colon, field = text.partition(":")
    return {"kind": kind, "until" if kind == "reached" else "field": field}


def _each_stage(question: Question, params: QueryDict) -> Question:
    """A conversion to each of the moments that the dialog names, in their order."""
    within, since = _whole(params.get("within"), 36_500), params.get("since", "")
    made = [Measure("conversion", since=since, until=until, within=within) for until in words_of(params.get("until", "").split(",")[:MOST_MEASURES]) if until]  # fmt: skip
    return _put(question, "measures", (*question.measures, *made))


def _measure(question: Question, params: QueryDict) -> Question:
    if params.get("kind") == "stages":
        return _each_stage(question, params)
    made = measure_of(params)
    given = list(question.measures)
    if params.get("at", ""):
        given[_at(params, len(given))] = made
    else:
        given.append(made)
    return _put(question, "measures", tuple(given))


def period_of(params: Mapping[str, str], now: Period) -> Period:
    since, to = params.get("since", ""), params.get("to", "")
    name = params.get("name", "") or ("days" if since or to else "all")
    own = name == "days"
    return Period.read(
        {
            "name": name,
            "since": since if own else "",
            "to": to if own else "",
            "n": _days(params.get("n")) if name == "last_days" else 0,
            "field": params.get("field", now.field),
            "asked": params.get("asked") == "on" if "settings" in params else now.asked,
        }
    )


def _set(question: Question, params: QueryDict) -> Question:
    """Whatever stands beside: chart, shown, compare, order, top …; only what the address names."""
    changed: dict[str, Any] = {}
    for name in ("chart", "compare", "currency"):
        if name in params:
            changed[name] = params[name][:20]
    for name in ("shown", "top"):
        if name in params:
            changed[name] = _whole(str(params[name]))
    if "order" in params:
        text = str(params["order"])
        changed["order"] = None if text == "" else -1 if text == "-1" else _whole(text, MOST_MEASURES)  # fmt: skip
    if "settings" in params:
        changed["others"] = params.get("others") == "on"
        changed["descending"] = params.get("descending") != "no"
    elif "descending" in params:
        changed["descending"] = params["descending"] != "no"
    return replace(question, **changed)


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def part_at(group: Group, place: Place) -> Condition | Group:
    """Raises Unreadable where there is none."""
    found: Condition | Group = group
    for n in place:
        if not isinstance(found, Group) or n >= len(found.parts):
            raise Unreadable
        found = found.parts[n]
    return found


def put_part(group: Group, place: Place, part: Condition | Group) -> Group:
    """`part` in the place of what stands there; at the end of a group if the place is that of a group."""
    if not place:
        return replace(group, parts=(*group.parts, part))
    n, rest = place[0], place[1:]
    if n >= len(group.parts):
        raise Unreadable
    old = group.parts[n]
    new = put_part(old, rest, part) if isinstance(old, Group) else part
    return replace(group, parts=(*group.parts[:n], new, *group.parts[n + 1 :]))


def without(group: Group, place: Place) -> Group:
    if not place:
        return Group()
    n, rest = place[0], place[1:]
    if n >= len(group.parts):
        raise Unreadable
    old = group.parts[n]
    if rest and isinstance(old, Group):
        inner = without(old, rest)
        middle = (inner,) if inner.parts else ()
        return replace(group, parts=(*group.parts[:n], *middle, *group.parts[n + 1 :]))
    return replace(group, parts=(*group.parts[:n], *group.parts[n + 1 :]))


def _join(group: Group, place: Place, params: QueryDict) -> Group:
    """Join of a group turned round, its “not” turned round, or a group put into it."""
    if place:
        n, rest = place[0], place[1:]
        part = group.parts[n] if n < len(group.parts) else None
        if not isinstance(part, Group):
            raise Unreadable
        inner = _join(part, rest, params)
        return replace(group, parts=(*group.parts[:n], inner, *group.parts[n + 1 :]))
    match params.get("do", ""):
        case "join":
            return replace(group, join="and" if group.join == "or" else "or")
        case "not":
            return replace(group, negated=not group.negated)
        case "group":
            return replace(group, parts=(*group.parts, Group(join="or")))
    raise Unreadable


def condition_of(params: QueryDict, asked: Asked) -> Condition:
    """What the dialog of a condition says: each way of asking has inputs of its own, `v_<op>`."""
    op = params.get("op", "")
    values = list(params.getlist("v_in" if op == "not_in" else f"v_{op}"))
    if op == "period":
        values = [params.get("v_period", ""), params.get("v_period_n", "")]
    if asked.type in DAYS and op == "between":
        since, to = params.get("v_since", ""), params.get("v_to", "")
        values = [since, to]
    if asked.type in NUMBERS and op == "between":
        values = [params.get("v_low", ""), params.get("v_high", "")]
    if asked.type in TEXTS or asked.type is FieldType.YES_NO:
        values = values[:1]
    return Condition(asked.name, op, words_of(values))
