"""The ladder of relationships: moved by facts by itself, by people with a reason; every move is a row."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import F

from clients import completeness, ladder
from clients.models import Client, RelationshipMove, RelationshipType
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@transaction.atomic
def move_relationship(
    *,
    client: Client,
    to_type: RelationshipType,
    by: User | None,
    at: datetime,
    reason: str = "",
) -> bool:
    """Put the client on another step of the ladder and log the move. False when he stands there already.

    Facts known by now do not undo it; only further ones (a first sale, one more) carry him up again.
    """
    client = Client.objects.select_for_update(of=["self"]).get(pk=client.pk)
    if client.relationship_id == to_type.pk:
        return False
    stands = ladder.standing([client.pk])
    RelationshipMove.objects.create(
        client=client,
        from_type_id=client.relationship_id,
        to_type=to_type,
        at=at,
        by=by,
        reason=reason,
        facts_step=stands[0].facts_step if stands else None,
    )
    client.relationship = to_type
    client.save(update_fields=["relationship", "updated_at"])
    journal.record(
        "client.relationship_moved", client, by=by, at=at, to_type=to_type.pk
    )
    completeness.refresh([client.pk], at=at)
    return True


@transaction.atomic
def note_sales(*, client: Client, count: int, by: User | None, at: datetime) -> bool:
    """Tell how many successful deals the client has now; one makes him current, a second one regular.

    The caller counts: a deal that is reopened lowers the count, which moves nobody down. True when the client moved.
    """
    client = Client.objects.select_for_update(of=["self"]).get(pk=client.pk)
    if client.sales_count != count:
        Client.objects.filter(pk=client.pk).update(sales_count=count)
    return bool(rise_by_facts([client.pk], by=by, at=at))


@transaction.atomic
def rise_by_facts(
    client_ids: Collection[int], *, by: User | None, at: datetime
) -> list[int]:
    """Lift those of the clients whom the facts carry above their step; ids of the lifted.

    Each move is logged with its fact, and with `by` whose deed the fact was. Nobody is moved down, and nobody whom a
    person has put lower in the knowledge of the same facts. The caller holds the clients' rows, or they are held here.
    """
    rising = ladder.standing(client_ids, rising=True)
    if not rising:
        return []
    ids = [stands.client_id for stands in rising]
    held = set(
        Client.objects.select_for_update(no_key=True, of=["self"])
        .filter(pk__in=ids)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    # Whoever waited for the lock asks again: another may have moved the client meanwhile.
    rising = [s for s in ladder.standing(ids, rising=True) if s.client_id in held]
    type_of = _types_by_step()
    moved: dict[int, list[int]] = {}
    moves = []
    for stands in rising:
        to_type = type_of.get(stands.facts_step)
        if to_type is None:
            continue
        moved.setdefault(to_type, []).append(stands.client_id)
        moves.append(
            RelationshipMove(
                client_id=stands.client_id,
                from_type_id=stands.relationship_id,
                to_type_id=to_type,
                at=at,
                by=by,
                fact=stands.fact,
                facts_step=stands.facts_step,
            )
        )
    RelationshipMove.objects.bulk_create(moves)
    for to_type, clients in moved.items():
        Client.objects.filter(pk__in=clients).update(relationship=to_type)
    lifted = [move.client_id for move in moves]
    completeness.refresh(lifted, at=at)
    return lifted


def _types_by_step() -> dict[int, int]:
    """The type that stands for each step: the first one in use, or the first retired where no other is left."""
    found: dict[int, int] = {}
    types = RelationshipType.objects.order_by(
        F("retired_at").asc(nulls_first=True), "step", "position"
    )
    for pk, step in types.values_list("pk", "step"):
        found.setdefault(step, pk)
    return found
