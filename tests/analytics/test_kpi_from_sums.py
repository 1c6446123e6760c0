"""KPI told from sums, beside plain counting of every record, as the records change."""

import threading
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from random import Random
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone

from analytics import kept_work, kpi, rollups
from clients.actions import bin as binning
from clients.actions.joining import merge_clients
from clients.models import Activity, ActivityKind, RelationshipType
from deals.actions.invoices import cancel_invoice
from deals.actions.payments import record_payment
from deals.models import Allocation, Deal, Invoice, Payment, RefusalReason
from tests.deals.money import a_deal, a_firm, an_invoice
from tests.factories import ActivityFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal
FROM_SUMS = ("paid_of_receivables", "win_rate", "new_to_regular", "contacts", "regular_contacts", "won", "lost", "revenue")  # fmt: skip
# A month, a quarter, and days amid a month.
SPANS = [
    (date(2026, 3, 1), date(2026, 4, 1)),
    (date(2026, 4, 1), date(2026, 7, 1)),
    (date(2026, 2, 10), date(2026, 5, 20)),
]


def _day(moment: datetime) -> date:
    return moment.astimezone(timezone.get_default_timezone()).date()


def _shares(above: dict[int, Any], below: dict[int, Any]) -> dict[int, Decimal]:
    return {pk: (D(above.get(pk, 0)) * 100 / whole).quantize(D("0.01"), ROUND_HALF_EVEN) for pk, whole in below.items() if whole}  # fmt: skip


def _each(people: Iterable[int], ask: Callable[[int], Any]) -> dict[int, Any]:
    return {pk: found for pk in people if (found := ask(pk))}


def plainly(people: list[int], since: date, until: date) -> dict[str, dict[int, Decimal]]:  # fmt: skip
    """Every record in Python, one by one."""
    deals = [deal for deal in Deal.objects.all() if deal.closed_at]
    won = [deal for deal in deals if deal.state == "won"]
    ended = [deal for deal in deals if since <= _day(deal.closed_at) < until]
    first = {deal.client_id: min(d.closed_at for d in won if d.client_id == deal.client_id) for deal in won}  # fmt: skip
    sold = [deal for deal in ended if deal.state == "won"]

    def of(pk: int, state: str) -> int:
        return sum(d.responsible_id == pk and d.state == state for d in ended)

    new = _each(people, lambda pk: len({d.client_id for d in sold if d.responsible_id == pk and d.closed_at == first[d.client_id]}))  # fmt: skip
    again = _each(people, lambda pk: len({d.client_id for d in sold if d.responsible_id == pk and d.closed_at > first[d.client_id]}))  # fmt: skip
    made = [w for w in Activity.objects.filter(status="done").select_related("kind", "relationship") if w.kind.is_contact and since <= _day(w.done_at) < until]  # fmt: skip

    def owed(pk: int) -> Decimal:
        whole = D(0)
        for invoice in Invoice.objects.filter(responsible=pk, corrects=None, currency="RUB", issued_on__lt=since):  # fmt: skip
            correction = Invoice.objects.filter(corrects=invoice).first()
            if correction is None or correction.issued_on >= since:
                paid = sum((part.amount for part in Allocation.objects.filter(invoice=invoice, payment__paid_on__lt=since)), D(0))  # fmt: skip
                whole += invoice.total - paid
        return max(whole, D(0))

    def came(pk: int) -> Decimal:
        return sum((-p.amount if p.kind == "refund" else p.amount for p in Payment.objects.filter(correction=None, currency="RUB", paid_on__gte=since, paid_on__lt=until).exclude(kind="reversal") if (p.deal.responsible_id if p.deal else p.client.curator_id) == pk), D(0))  # fmt: skip

    return {
        "won": _each(people, lambda pk: of(pk, "won")),
        "lost": _each(people, lambda pk: of(pk, "lost")),
        "revenue": _each(people, lambda pk: sum(d.amount or 0 for d in sold if d.responsible_id == pk and d.currency == "RUB")),
        "win_rate": _shares({pk: of(pk, "won") for pk in people}, {pk: of(pk, "won") + of(pk, "lost") for pk in people}),
        "new_to_regular": _shares(new, again),
        "contacts": _each(people, lambda pk: sum(w.performer_id == pk for w in made)),
        "regular_contacts": _each(people, lambda pk: sum(w.performer_id == pk and bool(w.client_id and w.relationship and w.relationship.step == 4) for w in made)),
        "paid_of_receivables": _shares(_each(people, came), _each(people, owed)),
    }  # fmt: skip


def agree(people: list[int]) -> None:
    by_code = {one.code: one for one in kpi.READY}
    for since, until in SPANS:
        plain = plainly(people, since, until)
        for code in FROM_SUMS:
            told = by_code[code].ask(people, since, until)
            assert {pk: n for pk, n in told.items() if n is not None} == plain[code], (code, since)  # fmt: skip


def ended(state: str, **more: Any) -> dict[str, Any]:
    lost = state == "lost"
    reason = RefusalReason.objects.order_by("pk").first() if lost else None
    return {"state": state, "reason": reason, "refusal_stage": F("stage") if lost else None, **more}  # fmt: skip


@pytest.mark.parametrize("seed", range(2))
def test_kpi_say_what_every_record_says_after_each_change(seed):
    rollups.catch_up()
    draw = Random(seed)
    users = [UserFactory() for _n in range(2)]
    people = [user.pk for user in users]
    clients = [ClientFactory(curator=draw.choice(users)) for _n in range(3)]
    kinds, types = list(ActivityKind.objects.all()), list(RelationshipType.objects.all())  # fmt: skip
    head = UserFactory(is_superuser=True)
    a_firm()

    def moment() -> datetime:
        # Few of them, so that some deals end at the same one; the last minutes of a month are another in UTC.
        month, hour = draw.choice([(2, 3), (3, 7), (3, 31), (4, 30), (5, 9)]), draw.choice([9, 20, 21])  # fmt: skip
        return datetime(2026, *month, hour, 30, tzinfo=UTC)

    deals = [a_deal(draw.choice(clients), responsible=draw.choice(users), amount=D(draw.randint(1, 90)) * 100) for _n in range(12)]  # fmt: skip
    for deal in deals:
        Deal.objects.filter(pk=deal.pk).update(opened_at=datetime(2025, 10, 1, tzinfo=UTC), **ended(draw.choice(["won", "won", "lost"]), closed_at=moment()))  # fmt: skip
    invoices = [an_invoice(deal, D(draw.randint(50, 500)), issued_on=_day(moment())) for deal in deals[:6]]  # fmt: skip
    for deal in (*deals[:6], *deals[:3]):
        record_payment(by=None, client=deal.client, deal=draw.choice([deal, None]), amount=D(draw.randint(20, 300)), paid_on=_day(moment()))  # fmt: skip
    for _n in range(25):
        ActivityFactory(client=draw.choice([*clients, None]), performer=draw.choice(users), kind=draw.choice(kinds), relationship=draw.choice(types), done_at=moment())  # fmt: skip
    agree(people)
    d = Deal.with_bin.filter
    changes: list[Callable[[], object]] = [
        lambda: d(pk=deals[0].pk).update(**ended("lost")),
        lambda: d(pk=deals[0].pk).update(**ended("won", closed_at=moment())),
        lambda: d(pk=deals[1].pk).update(**ended("open", closed_at=None)),
        lambda: d(pk__in=[deals[2].pk, deals[3].pk]).update(responsible=users[0], client=clients[0]),
        lambda: d(pk__in=[deals[2].pk, deals[4].pk]).update(closed_at=moment()),
        lambda: d(pk=deals[5].pk).update(amount=D(7), currency="USD"),
        lambda: Deal.objects.filter(state="won").update(closed_at=moment()),
        lambda: Deal.objects.filter(state="won").update(client=clients[1]),
        lambda: binning.throw_away(thing=deals[6], by=head, at=timezone.now()),
        lambda: binning.take_back(entry=d(pk=deals[6].pk).get().bin, by=head, at=timezone.now()),
        lambda: Invoice.objects.filter(pk=invoices[0].pk).update(issued_on=_day(moment())),
        lambda: Payment.objects.filter(allocations__invoice=invoices[1]).update(paid_on=_day(moment())),
        lambda: Invoice.objects.filter(pk=invoices[2].pk).update(responsible=users[0]),
        lambda: cancel_invoice(invoices[3].pk, by=None, reason="x", at=moment()),
        lambda: Activity.objects.filter(performer=users[1]).update(relationship=types[-1]),
        lambda: Activity.objects.filter(performer=users[0]).update(done_at=moment()),
        lambda: merge_clients(survivor=clients[1], loser=clients[2], by=head, at=timezone.now()),
        lambda: Deal.objects.filter(pk=deals[7].pk).update(**ended("won", closed_at=moment())),
        lambda: rollups.rebuild(),
    ]  # fmt: skip
    for change in changes:
        change()
        agree(people)
        if draw.random() < 0.4:
            rollups.catch_up()
            agree(people)
    assert rollups.verify() == []


@pytest.mark.django_db(transaction=True)
def test_two_who_win_deals_of_one_client_take_turns():
    seller, client = UserFactory(), ClientFactory()
    first, second = (a_deal(client, responsible=seller) for _n in range(2))
    rollups.catch_up()
    at = datetime(2026, 3, 10, 9, tzinfo=UTC)

    def win(deal: Deal, moment: datetime) -> None:
        Deal.objects.filter(pk=deal.pk).update(state="won", opened_at=None, closed_at=moment)  # fmt: skip

    def meanwhile() -> None:
        try:
            win(second, at + timedelta(1))
        finally:
            connection.close()

    thread = threading.Thread(target=meanwhile)
    with transaction.atomic():
        win(first, at)
        thread.start()
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(10)

    assert kept_work.won_by_client(*SPANS[0], people=[seller.pk]) == {seller.pk: (1, 1)}
    assert kept_work.differences() == []
