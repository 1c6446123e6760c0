"""Parts of the card below its head that come in the desk's one further request. Each costs one query."""

from typing import Any

from django.db.models import Q
from django.utils import timezone

from clients import consent_state, take_overs
from clients.choices import ProductLinkKind
from clients.models import Client, ClientFile, ClientProduct, RelationshipMove
from clients.persons import Person
from salesexpert.accounts.models import User

FILES_SHOWN = 5
BRANCHES_SHOWN = 12
MOVES_SHOWN = 6


def products(client: Client, user: User) -> dict[str, Any]:
    links = ClientProduct.objects.filter(client=client).select_related("product")
    rows = list(links.order_by("product__position", "product__folded")[:60])
    return {
        "interest": [r for r in rows if r.kind == ProductLinkKind.INTEREST],
        "bought": [r for r in rows if r.kind == ProductLinkKind.BOUGHT],
    }


def files(client: Client, user: User) -> dict[str, Any]:
    if not user.has_perm("clients.view_clientfile"):
        return {"files": None}
    live = ClientFile.objects.filter(client=client, archived_at=None)
    found = list(live[: FILES_SHOWN + 1])
    return {"files": found[:FILES_SHOWN], "more": len(found) > FILES_SHOWN}


def family(client: Client, user: User) -> dict[str, Any]:
    """Parent firm and branches, of which only those that `user` may read."""
    near = (
        Client.objects.visible_to(user)
        .filter(Q(parent=client) | Q(pk=client.parent_id))
        .select_related("legal_form")
        .order_by("folded", "pk")
    )
    found = list(near[: BRANCHES_SHOWN + 2])
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


def relationship_log(client: Client, user: User) -> dict[str, Any]:
    moves = RelationshipMove.objects.filter(client=client)
    return {
        "moves": list(moves.select_related("from_type", "to_type", "by")[:MOVES_SHOWN])
    }
