"""By what a report of deals may be divided, and what the parts are called."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import ExtractQuarter, ExtractYear, TruncMonth
from django.utils.translation import gettext as _

from clients.models import (
    Client,
    ClientDimension,
    Dimension,
    DimensionValue,
    Industry,
    Product,
    Region,
)
from salesexpert.accounts.models import Department, User
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold

NONE = "(none)"
OWN = "dimension_"


class UnknownDimension(DomainError):
    pass


@dataclass(frozen=True)
class By:
    """One dimension: `parts` are the expressions that the rows are grouped by, `names` tells what groups are called.

    `closed_only`: open deals have no place in it. `products`: a row is a product of a deal, its money the lines' sum.
    """

    name: str
    parts: dict[str, Combinable | F]
    names: Callable[[Collection[Any]], dict[Any, str]]
    closed_only: bool = False
    products: bool = False


def _called(model: Any) -> Callable[[Collection[Any]], dict[Any, str]]:
    def names(ids: Collection[Any]) -> dict[Any, str]:
        rows = getattr(model, "with_bin", model._base_manager).in_bulk(
            [key[0] for key in ids if key[0] is not None]
        )
        return {(pk,): str(row) for pk, row in rows.items()}

    return names


def _month(keys: Collection[Any]) -> dict[Any, str]:
    return {key: f"{key[0]:%Y-%m}" for key in keys if key[0]}


def _quarter(keys: Collection[Any]) -> dict[Any, str]:
    return {key: f"{key[0]}Q{key[1]}" for key in keys if key[0]}


def _offices() -> Combinable:
    """Each department as the topmost one that it belongs to."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    below: dict[int, list[int]] = {}
    for pk in parents:
        top, seen = pk, {pk}
        while parents.get(top) and parents[top] not in seen:
            top = parents[top]
            seen.add(top)
        below.setdefault(top, []).append(pk)
    return Case(
        *(When(responsible__department__in=ids, then=Value(top)) for top, ids in below.items()),
        default=None,
        output_field=IntegerField(),
    )  # fmt: skip


_SIMPLE: dict[str, tuple[str, Any]] = {
    "agent": ("responsible", User),
    "manager": ("responsible__head", User),
    "department": ("responsible__department", Department),
    "region": ("client__region", Region),
    "sector": ("client__industry", Industry),
    "client": ("client", Client),
}
NAMES = (*_SIMPLE, "office", "product", "month", "quarter")


def dimension(name: str, zone: Any) -> By:
    """Raises UnknownDimension with the names that are known."""
    if name in _SIMPLE:
        path, model = _SIMPLE[name]
        return By(name, {f"by_{name}": F(path)}, _called(model))
    if name == "office":
        return By(name, {"by_office": _offices()}, _called(Department))
    if name == "product":
        return By(name, {"by_product": F("lines__product")}, _called(Product), products=True)  # fmt: skip
    if name == "month":
        month = TruncMonth("closed_at", tzinfo=zone)
        return By(name, {"by_month": month}, _month, closed_only=True)
    if name == "quarter":
        parts: dict[str, Combinable | F] = {
            "by_year": ExtractYear("closed_at", tzinfo=zone),
            "by_quarter": ExtractQuarter("closed_at", tzinfo=zone),
        }
        return By(name, parts, _quarter, closed_only=True)
    return _own(name)


def _own(name: str) -> By:
    own = Dimension.objects.in_use()
    for one in own:
        if name == f"{OWN}{one.pk}" or fold(name) in (
            fold(one.name),
            fold(one.name_en),
        ):
            value = ClientDimension.objects.filter(client=OuterRef("client"), dimension=one)  # fmt: skip
            part = Subquery(value.values("value")[:1])
            return By(name, {f"by_{one.pk}": part}, _called(DimensionValue))
    known = ", ".join([*NAMES, *(str(one) for one in own)])
    raise UnknownDimension(_("There is nothing called “%(name)s” to divide by; there is: %(known)s.") % {"name": name, "known": known})  # fmt: skip


def dimensions(names: Iterable[str], zone: Any) -> list[By]:
    return [dimension(name, zone) for name in names]
