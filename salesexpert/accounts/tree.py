"""Departments as a tree drawn in lines."""

from collections.abc import Iterable
from dataclasses import dataclass

from salesexpert.accounts.models import Department

NBSP = "\xa0"


@dataclass(frozen=True, slots=True)
class Branch:
    department: Department
    depth: int


def branches(departments: Iterable[Department]) -> list[Branch]:
    """Every department under its own, depth first; siblings in the order given."""
    children: dict[int | None, list[Department]] = {}
    for department in departments:
        children.setdefault(department.parent_id, []).append(department)
    found: list[Branch] = []
    stack = [(top, 0) for top in reversed(children.get(None, []))]
    while stack:
        department, depth = stack.pop()
        found.append(Branch(department, depth))
        stack += [(c, depth + 1) for c in reversed(children.get(department.pk, []))]
    return found


def ids_below(tree: Iterable[Branch]) -> dict[int, set[int]]:
    """Of each department itself and all below it; `tree` as `branches` gives it."""
    found: dict[int, set[int]] = {}
    above: list[int] = []
    for branch in tree:
        del above[branch.depth :]
        above.append(branch.department.pk)
        found[branch.department.pk] = set()
        for upper in above:
            found[upper].add(branch.department.pk)
    return found


def as_choices(departments: Iterable[Department]) -> list[tuple[int, str]]:
    return [
        (b.department.pk, f"{NBSP * 4 * b.depth}{b.department}")
        for b in branches(departments)
    ]
