"""Parts of the card below its head that come in the desk's one further request. Each costs one query."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from clients import consent_state, take_overs
from clients.choices import ProductLinkKind
from clients.models import Client, ClientFile, ClientProduct, RelationshipMove
from clients.persons import Person
from clients.querysets import sees_all
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledRecords

PRODUCTS_SHOWN = 60
FILES_SHOWN = 5
BRANCHES_SHOWN = 12
MOVES_SHOWN = 6


@CompiledRecords
def _products(client: int) -> QuerySet[ClientProduct]:
    links = ClientProduct.objects.filter(client=client).select_related("product")
    return links.order_by("product__position", "product__folded")[:PRODUCTS_SHOWN]


def products(client: Client, user: User) -> dict[str, Any]:
    rows = _products.records(client=client.pk)
    return {
        "interest": [r for r in rows if r.kind == ProductLinkKind.INTEREST],
        "bought": [r for r in rows if r.kind == ProductLinkKind.BOUGHT],
    }


@CompiledRecords
def _files(client: int) -> QuerySet[ClientFile]:
    live = ClientFile.objects.filter(client=client, archived_at=None)
    return live[: FILES_SHOWN + 1]


def files(client: Client, user: User) -> dict[str, Any]:
    if not user.has_perm("clients.view_clientfile"):
        return {"files": None}
    found = _files.records(client=client.pk)
    return {"files": found[:FILES_SHOWN], "more": len(found) > FILES_SHOWN}


def _near(
    clients: QuerySet[Client], client: int, parent: int
) -> QuerySet[Client, Client]:
    near = clients.filter(Q(parent=client) | Q(pk=parent)).select_related("legal_form")
    return near.order_by("folded", "pk")[: BRANCHES_SHOWN + 2]


@CompiledRecords
def _family(client: int, parent: int) -> QuerySet[Client]:
    return _near(Client.objects.all(), client, parent)


def family(client: Client, user: User) -> dict[str, Any]:
    """Parent firm and branches, of which only those that `user` may read."""
    parent = client.parent_id or 0
    found = (
        _family.records(client=client.pk, parent=parent)
        if sees_all(user)
        else list(_near(Client.objects.visible_to(user), client.pk, parent))
    )
    branches = [c for c in found if c.pk != client.parent_id]
    return {
        "parent": next((c for c in found if c.pk == client.parent_id), None),
        "branches": branches[:BRANCHES_SHOWN],
        "more": len(branches) > BRANCHES_SHOWN,
    }


def consents(client: Client, user: User) -> dict[str, Any]:
    """Of a private person always; of a firm when it agreed to something for its own addresses."""
    state = consent_state.block(Person(client), user)
    return {**state, "shown": client.is_person or bool(state["consents"])}


def requests_to_take_over(client: Client, user: User) -> dict[str, Any]:
    # The desk asks whether there are any together with the card.
    if not getattr(client, "has_take_overs", True):
        return {"asks": []}
    return {"asks": take_overs.on_the_card(client, user, now=timezone.now())}


@CompiledRecords
def _moves(client: int) -> QuerySet[RelationshipMove]:
    moves = RelationshipMove.objects.filter(client=client)
    return moves.select_related("from_type", "to_type", "by")[:MOVES_SHOWN]


def relationship_log(client: Client, user: User) -> dict[str, Any]:
    return {"moves": _moves.records(client=client.pk)}
