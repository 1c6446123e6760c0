"""What a stage asks for before a deal leaves it: fields that must be filled, lines of the checklist that must be ticked."""

from typing import Any

from deals.choices import InvoiceState
from deals.models import Deal, DealLine
from pipeline.book import book
from pipeline.models import StageCheck

# Names of the registry that a process may require, by how they are looked up on a deal.
_ROWS = {
    "lines": lambda deal: DealLine.objects.filter(deal=deal),
    "interests": lambda deal: deal.interests.all(),
    "participants": lambda deal: deal.participants.all(),
    "invoices": lambda deal: deal.invoices.exclude(state=InvoiceState.CANCELLED),
    "contracts": lambda deal: deal.contracts.all(),
    "offers": lambda deal: deal.offers.all(),
}
REQUIRABLE = (
    "amount",
    "expected_on",
    "contact",
    "source",
    "campaign",
    "note",
    "next_step_at",
    *_ROWS,
)


def is_filled(deal: Deal, name: str) -> bool:
    """Whether the field of the registry says something on the deal. Unknown names ask for nothing."""
    if name in _ROWS:
        return bool(_ROWS[name](deal).exists())
    value: Any = getattr(deal, f"{name}_id", None) or getattr(deal, name, True)
    return value not in (None, "")


def missing_fields(deal: Deal) -> list[str]:
    """Names that the stage requires and the deal does not say, in the order of the stage."""
    if deal.stage is None:
        return []
    return [n for n in deal.stage.required_fields if not is_filled(deal, n)]


def missing_checks(deal: Deal) -> list[StageCheck]:
    """Lines of the checklist that must be ticked and are not."""
    if deal.stage_id is None:
        return []
    must = [line for line in lines_of(deal) if line.required]
    ticked = ticked_on(deal) if must else set()
    return [line for line in must if line.pk not in ticked]


def lines_of(deal: Deal) -> list[StageCheck]:
    """The checklist of the stage at which the deal stands; its records are shared: read them only."""
    return book().checks.get(deal.stage_id or 0, [])


def ticked_on(deal: Deal) -> set[int]:
    """Ids of lines of any checklist that were ticked for the deal."""
    return set(deal.check_marks.values_list("check_line_id", flat=True))
