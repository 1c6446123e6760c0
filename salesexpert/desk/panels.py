"""The side of a client's card, composed of what each app has to say about him."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import structlog
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients import panels as client_panels
from clients import rights
from clients.models import Client, TakeOverRequest
from clients.querysets import sees_all
from deals import discussion, money_of
from deals.choices import PromiseState
from deals.models import Deal, PaymentPromise
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.compiled import CompiledRecords

log = structlog.get_logger(__name__)
DEALS_SHOWN = 10
ENDED_SHOWN = 3


@CompiledRecords
def _deals(client: int) -> QuerySet[Deal]:
    rows = Deal.objects.filter(client=client).select_related("stage", "responsible")
    # One question for both: the open ones first, then those that ended last.
    ordered = rows.order_by(F("closed_at").desc(nulls_first=True), "-opened_at", "-pk")
    return ordered[: DEALS_SHOWN + ENDED_SHOWN + 1]


def deals_of(client: Client, user: User) -> dict[str, Any]:
    """Open deals with what comes next in each, then the last ended ones."""
    if not user.has_perm("deals.view_deal"):
        return {"deals": None}
    found = _deals.records(client=client.pk)
    past = [deal for deal in found if deal.closed_at]
    return {
        "deals": [deal for deal in found if not deal.closed_at][:DEALS_SHOWN],
        "ended": past[:ENDED_SHOWN],
        "more_ended": len(past) > ENDED_SHOWN,
        "may_open": client.archived_at is None and user.has_perm("deals.add_deal"),
        "now": timezone.now(),
    }


@dataclass(frozen=True, slots=True)
class Panel:
    """`read` answers with the template's context, obeying what `user` may see. `title` heads the panel when it fails."""

    name: str
    title: str | Promise
    template: str
    read: Callable[[Client, User], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Drawn:
    panel: Panel
    html: str
    failed: bool = False


def with_presence(clients: QuerySet[Client]) -> QuerySet[Client]:
    """Whether there is any of what most cards have none of: their panels need not ask again."""
    mine = OuterRef("pk")
    waiting = PaymentPromise.objects.filter(client=mine, state=PromiseState.WAITING)
    return clients.annotate(
        has_promises=Exists(waiting),
        has_take_overs=Exists(TakeOverRequest.objects.filter(client=mine)),
    )


@CompiledRecords
def _whole(pk: int) -> QuerySet[Client]:
    return with_presence(Client.objects.filter(pk=pk))


def client_of(user: User, pk: int) -> Client:
    """The card whose panels `user` asks for. Raises Http404 for one he may not read."""
    if sees_all(user) and pk < 2**63:
        if found := _whole.records(pk=pk):
            return found[0]
        raise Http404
    return get_object_or_404(with_presence(Client.objects.visible_to(user)), pk=pk)


PANELS: list[Panel] = [
    Panel(
        "take_overs",
        _("Requests to take over"),
        "clients/card_take_overs.html",
        client_panels.requests_to_take_over,
    ),
    Panel("deals", _("Deals"), "desk/panels/deals.html", deals_of),
    Panel("money", _("Money"), "desk/panels/money.html", money_of.of_client),
    Panel(
        "discussion",
        _("Discussion"),
        "deals/sections/discussion.html",
        discussion.of_client,
    ),
    Panel(
        "products", _("Products"), "clients/card_products.html", client_panels.products
    ),
    Panel("files", _("Files"), "clients/card_files.html", client_panels.files),
    Panel(
        "family",
        _("Parent firm and branches"),
        "clients/card_family.html",
        client_panels.family,
    ),
    Panel(
        "relationship",
        _("Relationship"),
        "clients/card_relationship.html",
        client_panels.relationship_log,
    ),
    Panel(
        "consents",
        _("Consents"),
        "clients/card_consents.html",
        client_panels.consents,
    ),
]


def draw(
    request: SignedRequest,
    client: Client,
    *,
    names: Collection[str],
    again: bool = False,
) -> list[Drawn]:
    """The panels called so, in order; `again` when the card shows them already and something has changed.

    One that fails is logged and drawn as one sentence: the others do not suffer.
    """
    can = rights.on_card(request.user, client)
    drawn = []
    for panel in PANELS:
        if panel.name not in names:
            continue
        try:
            context = panel.read(client, request.user)
            html = render_to_string(
                panel.template,
                {**context, "client": client, "can": can, "again": again},
                request,
            )
        except Exception:
            log.exception("panel_failed", panel=panel.name, client=client.pk)
            drawn.append(Drawn(panel, "", failed=True))
        else:
            drawn.append(Drawn(panel, html))
    return drawn
