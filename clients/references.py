"""Who points at a row, found in the models themselves, so that a table added later is known the day it exists."""

from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

# Counting stops here: “more than a thousand” answers the question.
CAP = 1_000


@cache
def pointing_at(model: type[models.Model]) -> tuple[models.ForeignKey, ...]:
    """Every foreign key of the product that points at `model`, hidden and automatic ones too.

    Left out are the event tables of the journal, which keep what was, and what the bin itself remembers.
    """
    found = []
    for other in apps.get_models(include_auto_created=True):
        if other._meta.proxy or getattr(other, "pgh_tracked_model", None):
            continue
        for field in other._meta.local_concrete_fields:
            if (
                isinstance(field, models.ForeignKey)
                and field.related_model is model
                and other._meta.model_name != "binentry"
            ):
                found.append(field)
    return tuple(found)


def rows_of(field: models.ForeignKey, ids: Any) -> models.QuerySet:
    """Rows whose `field` points at one of `ids`, those in the bin too."""
    return field.model._base_manager.filter(**{f"{field.name}__in": ids}).order_by()


def is_history(field: models.ForeignKey) -> bool:
    """Whether the rows are only ever added: they keep naming what was chosen then."""
    return bool(getattr(field.model, "append_only", False))


def is_sum(model: type[models.Model]) -> bool:
    """Whether the rows are sums of facts: they follow where the facts go, and moved by hand they would be counted twice."""
    return bool(getattr(model, "sum_of_facts", False))


def is_used(row: models.Model, *, but: tuple[type[models.Model], ...] = ()) -> bool:
    return any(
        rows_of(field, [row.pk]).exists()
        for field in pointing_at(type(row))
        if field.model not in but
    )


def usage(row: models.Model, *, cap: int = CAP) -> int:
    """How many rows point at `row`, `cap + 1` when there are more."""
    total = 0
    for field in pointing_at(type(row)):
        left = cap + 1 - total
        if left <= 0:
            break
        total += len(rows_of(field, [row.pk]).values_list("pk")[:left])
    return min(total, cap + 1)
