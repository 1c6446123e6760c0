"""The catalogue: what may be asked, of what it belongs to, by whom. Add a line here, and lists of fields, filters,
dimensions, measures, steps of conversions and the page all know it.

Fields of cards, deals and inquiries come from the registry of core with their labels and definitions; own fields and own
dimensions come by themselves. What else is declared below is what no list shows. Another app plugs in by `declare`
(a subject of its own) or by `outside` (a figure by dimensions that is not a sum over records: the cost of a campaign).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.functional import Promise

from analytics.queries import known
from analytics.queries.entries import Asked, Entry, Subject
from clients import own_fields
from clients.fields import DIMENSION_PREFIX
from clients.models import Dimension
from salesexpert.accounts.models import User

_declared: dict[str, Subject] = {}


def declare(subject: Subject) -> None:
    """A subject of another app. Raises ValueError for a name declared twice."""
    if subject.name in subjects():
        raise ValueError(f"The subject “{subject.name}” is declared twice.")
    _declared[subject.name] = subject
    subjects.cache_clear()


def subject(name: str) -> Subject | None:
    return subjects().get(name)


@cache
def subjects() -> Mapping[str, Subject]:
    """By name. Two threads that ask first may both put it together: each gets a whole one."""
    return {one.name: one for one in (*known.SUBJECTS, *_declared.values())}


def allowed(user: User) -> list[Subject]:
    """What `user` may count."""
    return [s for s in subjects().values() if user.has_perm(s.permission)]


def fields(of: Subject, user: User | None = None) -> dict[str, Asked]:
    """All that a question about `of` may name; for a `user` without what he may not see."""
    found: dict[str, Asked] = {}

    def add(entries: Iterable[Entry], prefix: str, path: str, owner: Any) -> None:
        for entry in entries:
            right = entry.field.permission
            if user is None or not right or user.has_perm(right):
                found[prefix + entry.name] = Asked(prefix + entry.name, entry, path, owner)  # fmt: skip

    add(of.entries(), "", "", "")
    for name, path, other in of.belongs:
        owner = subjects()[other]
        if user is None or user.has_perm(owner.permission):
            add(owner.entries(), f"{name}.", f"{path}__", owner.label)
    return found


# ── figures from elsewhere ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Outside:
    """A figure that is not reckoned from the subject's records, such as money spent on campaigns.

    `by` names the dimensions (last word of a field's name: campaign, source) that it can be divided by, besides months
    and other steps of the period if `days`. `values` gets the names of the dimensions (`campaign`, or `day` with a step),
    the half-open period (None: all time) and the reader; it gives {(key, …): amount} in their order, () for the total.
    """

    name: str
    label: str | Promise
    definition: str | Promise
    by: Sequence[str]
    values: Callable[[Sequence[tuple[str, str]], tuple[date | None, date | None], User], Mapping[tuple[Any, ...], Decimal]]  # fmt: skip
    days: bool = True
    permission: str = ""


_outside: dict[str, Outside] = {}


def outside(figure: Outside) -> None:
    """Let questions ask for `figure` as {"kind": "outside", "field": name}."""
    _outside[figure.name] = figure


def outsiders(user: User | None = None) -> dict[str, Outside]:
    subjects()
    return {
        name: figure
        for name, figure in _outside.items()
        if user is None or not figure.permission or user.has_perm(figure.permission)
    }


def called(name: str) -> str:
    """What a field that is in the catalogue no more was called: own fields and dimensions keep their rows."""
    last = name.rpartition(".")[2]
    if (pk := own_fields.id_of(last)) is not None and (own := own_fields.book().fields.get(pk)):  # fmt: skip
        return str(own)
    if last.startswith(DIMENSION_PREFIX) and last.removeprefix(DIMENSION_PREFIX).isdigit():  # fmt: skip
        found = Dimension.with_bin.filter(pk=last.removeprefix(DIMENSION_PREFIX)[:18]).first()  # fmt: skip
        return str(found) if found else name
    return name
