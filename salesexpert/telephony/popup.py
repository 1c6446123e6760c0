"""What a person is shown while his telephone rings: whose number it is, and what was agreed with them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from clients.models import Activity, Client, Commitment, Contact
from deals.debts import Debt, debts_of_clients
from deals.models import Deal
from salesexpert.accounts.models import User
from salesexpert.telephony import matching
from salesexpert.telephony.choices import CallState, Direction, Outcome
from salesexpert.telephony.events import State
from salesexpert.telephony.models import Call

CARDS_SHOWN, WORDS_SHOWN, DEALS_SHOWN = 3, 3, 3
# A talk that is over asks for its résumé while one still has it in mind; after that my day does.
ASKS_FOR = timedelta(minutes=30)


@dataclass(slots=True)
class Card:
    """One card of the number, as its reader may see it."""

    client: Client
    contact: Contact | None
    position: str
    agreements: list[Commitment] = field(default_factory=list)
    deals: list[Deal] = field(default_factory=list)
    owed: list[Debt] = field(default_factory=list)
    next_step: Activity | None = None
    last: Activity | None = None


@dataclass(slots=True)
class Popup:
    """`others` are cards that he may not read: named with their curator, without contents."""

    call: Call
    state: str
    cards: list[Card]
    others: list[Client]
    person: Contact | None
    more: int
    found_url: str
    new_inquiry: str
    new_card: str
    waits: bool

    @property
    def is_known(self) -> bool:
        return bool(self.cards or self.others or self.person)


def of(call: Call, user: User, *, at: datetime) -> Popup | None:
    """None when there is nothing to show to him: it rang at another, a colleague took it, or it is long over."""
    if call.direction == Direction.INNER or not _concerns(call, user, at=at):
        return None
    return drawn(call, user)


def _concerns(call: Call, user: User, *, at: datetime) -> bool:
    if call.state == CallState.OVER:
        return (
            call.user_id == user.pk
            and call.outcome == Outcome.TALKED
            and bool(call.waits)
            and call.ended_at is not None
            and at - call.ended_at < ASKS_FOR
        )
    own = [leg for leg in call.legs.all() if leg.user_id == user.pk]
    if call.state == CallState.TALKING:
        return any(leg.state in (State.ANSWERED, State.HELD) for leg in own)
    return any(leg.state == State.RINGING for leg in own)


def drawn(call: Call, user: User) -> Popup:
    matches = matching.cards_of(call.number)
    if call.client_id and all(m.client_id != call.client_id for m in matches):
        matches.insert(0, matching.Match(call.client_id, call.contact_id))
    may_read = user.has_perm("clients.view_client")
    clients = matching.readable(matches, user).select_related("legal_form", "relationship", "curator") if matches and may_read else Client.objects.none()  # fmt: skip
    by_id = {client.pk: client for client in clients}
    people = Contact.objects.in_bulk([m.contact_id for m in matches if m.contact_id])
    cards = [
        Card(by_id[m.client_id], people.get(m.contact_id or 0), m.position)
        for m in matches
        if m.client_id in by_id
    ]
    hidden = [m.client_id for m in matches if m.client_id not in by_id]
    others = list(Client.objects.select_related("legal_form", "curator").filter(pk__in=hidden)[:CARDS_SHOWN]) if hidden else []  # fmt: skip
    shown = cards[:CARDS_SHOWN]
    _tell(shown, user)
    number = call.number or call.number_raw
    return Popup(
        call=call,
        state=call.state,
        cards=shown,
        others=others,
        person=matching.person_alone(call.number) if not matches and may_read else None,
        more=len(cards) - len(shown),
        found_url=f"{reverse('clients:list')}?{urlencode({'q': number})}",
        new_inquiry=_filled("clients:inquiry_new", phone=number, channel="call") if user.has_perm("clients.add_inquiry") else "",
        new_card=_filled("clients:new", phone=number) if user.has_perm("clients.add_client") else "",
        waits=bool(call.is_over and call.waits),
    )  # fmt: skip


def _filled(name: str, **given: str) -> str:
    return f"{reverse(name)}?{urlencode(given)}"


def _tell(cards: Sequence[Card], user: User) -> None:
    """What was agreed, what is under way, what is owed, what comes next: a constant number of queries for each card."""
    ids = [card.client.pk for card in cards]
    if not ids:
        return
    if user.has_perm("clients.view_activity"):
        words = Commitment.objects.filter(client__in=ids, settled_at=None).select_related("made_by")  # fmt: skip
        _share(cards, "agreements", words.order_by("-made_at", "-pk")[:30], WORDS_SHOWN)
        for card in cards:
            history: Any = Activity.objects.filter(client=card.client).select_related("kind", "performer", "result")  # fmt: skip
            card.next_step = history.planned().order_by("planned_at", "pk").first()
            card.last = history.done().filter(~Q(summary="") | Q(result__isnull=False)).order_by("-feed_at", "-pk").first()  # fmt: skip
    if user.has_perm("deals.view_deal"):
        deals = Deal.objects.visible_to(user).open().filter(client__in=ids).select_related("stage")  # fmt: skip
        _share(cards, "deals", deals.order_by("-opened_at", "-pk")[:30], DEALS_SHOWN)
    if user.has_perm("deals.view_invoice"):
        owed = debts_of_clients(ids)
        for card in cards:
            card.owed = owed.get(card.client.pk, [])


def _share(cards: Sequence[Card], name: str, rows: Any, most: int) -> None:
    by_client = {card.client.pk: getattr(card, name) for card in cards}
    for row in rows:
        if len(mine := by_client[row.client_id]) < most:
            mine.append(row)
