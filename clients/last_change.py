"""Who touched a card last: asked only when two people's edits meet."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clients.card_state import shape_of
from clients.models import Client, Contact, OwnValue
from salesexpert.accounts.models import User


@dataclass(frozen=True, slots=True)
class LastChange:
    by: User | None
    at: datetime


def last_change(card: Client | Contact) -> LastChange:
    """The newest event among the card's own fields and its rows; `by` is None for work of the system."""
    shape = shape_of(card)
    owners: list[tuple[Any, str]] = [(type(card), "pgh_obj_id")]
    owners += [(rows.model, f"{shape.owner}_id") for rows in shape.rows.values()]
    owners += [(links.model, f"{shape.owner}_id") for links in shape.links.values()]
    owners.append((OwnValue, f"{shape.owner}_id"))
    newest: tuple[datetime, Any] | None = None
    for model, column in dict.fromkeys(owners):
        events: Any = model.pgh_event_models["update"]
        found = (
            events.objects.filter(**{column: card.pk})
            .order_by("-pgh_id")
            .values_list("pgh_created_at", "pgh_context")
            .first()
        )
        if found and (newest is None or found[0] > newest[0]):
            newest = found
    if newest is None:
        return LastChange(None, card.updated_at)
    at, context = newest
    person = (context or {}).get("user")
    return LastChange(User.objects.filter(pk=person).first() if person else None, at)
