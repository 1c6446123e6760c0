"""By which parts of the base a report is narrowed: entries of dictionaries in use, held by each process of the server."""

from typing import Any

from clients.models import (
    ClientGroup,
    Industry,
    InformationSource,
    Product,
    Region,
)
from salesexpert.core.held import Held

# Of a dictionary beyond so many entries one chooses in the list, not in a report.
LONGEST = 300
_MODELS: dict[str, Any] = {
    "region": Region,
    "industry": Industry,
    "group": ClientGroup,
    "source": InformationSource,
    "product": Product,
}


def _read() -> dict[str, list[Any]]:
    return {name: list(model.objects.in_use()[:LONGEST]) for name, model in _MODELS.items()}  # fmt: skip


_held = Held("parts-of-base", _read)
parts_of_base = _held.get


def watch() -> None:
    """Read them again when an entry is saved or removed."""
    _held.watch(_MODELS.values())
