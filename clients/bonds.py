"""Rows that go to a card together or not at all: a deal, its papers and its money, once two joined cards part again.

An app above says that its rows are so; every foreign key to one of them, and every row between two of them, is a bond.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache

from django.apps import apps
from django.db.models import ForeignKey, Model, Q

_bound: set[str] = set()
_loose: set[str] = set()

type Row = tuple[type[Model], int]


def bind(app_label: str, *, but: Collection[str] = ()) -> None:
    """Say that rows of the app hang together; `but` names foreign keys that tie nothing ("deals.deal.copied_from")."""
    _bound.add(app_label)
    _loose.update(but)


@cache
def _ties(model: type[Model]) -> tuple[ForeignKey, ...]:
    """Foreign keys of the model to rows of bound apps."""
    return tuple(
        f
        for f in model._meta.local_fields
        if isinstance(f, ForeignKey)
        and isinstance(f.related_model, type)
        and f.related_model._meta.app_label in _bound
        and f"{model._meta.label_lower}.{f.name}" not in _loose
    )


def _is_log(model: type[Model]) -> bool:
    return bool(getattr(model, "pgh_tracked_model", None))


def hold_together(back: dict[type[Model], set[int]]) -> None:
    """Take out of `back` whatever hangs on a row that stays. `back`: ids that are about to go, of every model with cards."""
    if not any(ids for model, ids in back.items() if model._meta.app_label in _bound):
        return
    tied: dict[Row, set[Row]] = defaultdict(set)
    for one, other in _pairs(back):
        tied[one].add(other)
        tied[other].add(one)
    staying = [row for row in tied if row[1] not in back[row[0]]]
    while staying:
        for model, pk in tied.pop(staying.pop(), ()):
            if pk in back[model]:
                back[model].discard(pk)
                staying.append((model, pk))


def _pairs(back: dict[type[Model], set[int]]) -> Iterator[tuple[Row, Row]]:
    for model in back:
        for tie in _ties(model):
            target = tie.related_model
            if target not in back:
                continue
            mine = Q(pk__in=back[model]) | Q(**{f"{tie.attname}__in": back[target]})
            rows = model._base_manager.filter(mine).exclude(**{tie.attname: None})
            for pk, other in rows.values_list("pk", tie.attname):
                yield (model, pk), (target, other)
    for model in apps.get_models():
        if model in back or model._meta.app_label not in _bound or _is_log(model):
            continue
        ends = [tie for tie in _ties(model) if tie.related_model in back]
        if len(ends) < 2:
            continue
        first, second = ends[0], ends[1]
        rows = model._base_manager.filter(
            Q(**{f"{first.attname}__in": back[first.related_model]})
            | Q(**{f"{second.attname}__in": back[second.related_model]})
        )
        for one, other in rows.values_list(first.attname, second.attname):
            if one and other:
                yield (first.related_model, one), (second.related_model, other)
