"""Reports of deals, refusals, effort and money on the base of February, each with its answer written out."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from analytics import (
    cash,
    discipline,
    effort,
    forecast,
    kept_funnel,
    lengths,
    procedure,
    refusals,
    rollups,
    stalled,
)
from clients.actions import bin as binning
from clients.models import Activity, ActivityResult
from deals.models import (
    Allocation,
    Deal,
    Invoice,
    Payment,
    PaymentPromise,
    PlannedReceipt,
)
from tests.analytics.february import SINCE, UNTIL, February, february, noon
from tests.deals.money import a_firm
from tests.factories import ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db
SPAN = {"since": SINCE, "until": UNTIL}


@pytest.fixture
def base() -> February:
    return february()


def test_refusals_by_reason_and_stage_stand_in_the_month_of_their_closing(base):
    found = refusals.refusals(Deal.objects.all(), **SPAN)
    stage = {pk.pk: name for name, pk in base.stages.items()}

    assert [(r.name, r.total, r.share, {stage[k]: n for k, n in r.cells.items()}) for r in found.rows] == [
        ("dear", 3, 0.75, {"A": 1, "B": 1, "C": 1}),
        ("silent", 1, 0.25, {"A": 1}),
    ]  # fmt: skip
    assert [(c.name, c.total) for c in found.columns] == [("A", 2), ("B", 1), ("C", 1)]
    # d7 was opened in January: its refusal is February's.
    assert refusals.refusals(Deal.objects.all(), since=date(2026, 1, 1), until=SINCE).total == 0  # fmt: skip


def test_months_say_of_refusals_what_the_facts_say_after_every_change(base):
    mara, nils = base.mara.pk, base.nils.pk
    ways = [("stage", [kept_funnel.EVERYBODY]), ("stage", [mara]), ("manager", [mara, nils])]  # fmt: skip

    def told(by: str, people: list[int], *, by_months: bool) -> refusals.Cross:
        rows = Deal.objects.all()
        if people != [kept_funnel.EVERYBODY]:
            rows = rows.filter(responsible__in=people)
        given = {"people": people, "processes": [base.process.pk]} if by_months else {}
        with CaptureQueriesContext(connection) as asked:
            found = refusals.refusals(rows, by=by, **SPAN, **given)
        assert any("funneleight" in q["sql"] for q in asked) == by_months
        return found

    def agree() -> None:
        for by, people in ways:
            assert told(by, people, by_months=True) == told(by, people, by_months=False)

    agree()
    head = UserFactory(preset="head_of_sales")
    d = {name: Deal.with_bin.filter(pk=deal.pk) for name, deal in base.deals.items()}
    changes: list[Callable[[], object]] = [
        lambda: d["d7"].update(responsible=base.nils),
        lambda: d["d4"].update(state="lost", closed_at=noon("9.2"), reason=base.reasons["dear"]),
        lambda: d["d4"].update(refusal_stage=base.stages["B"]),
        lambda: d["d3"].update(reason=base.reasons["silent"]),
        lambda: d["d3"].update(opened_at=noon("5.1"), closed_at=noon("9.1")),
        lambda: d["d3"].update(in_norms=False, closed_at=noon("9.2")),
        lambda: binning.throw_away(thing=d["d4"].get(), by=head, at=noon("20.2")),
        lambda: binning.take_back(entry=Deal.with_bin.get(pk=base.deals["d4"].pk).bin, by=head, at=noon("20.2")),
        lambda: Deal.objects.create(
            client=base.client, title="d8", process=base.process, stage=base.stages["A"], responsible=base.mara, state="lost",
            opened_at=noon("2.2"), closed_at=noon("11.2"), reason=base.reasons["dear"], refusal_stage=None, in_norms=False,
        ),
        lambda: d["d7"].update(state="open", closed_at=None, reason=None, refusal_stage=None),
    ]  # fmt: skip
    for change in changes:
        change()
        agree()

    # A part of somebody's deals, days amid a month and the columns of a card are asked of the facts.
    with CaptureQueriesContext(connection) as asked:
        refusals.refusals(Deal.objects.all(), since=date(2026, 2, 2), until=UNTIL, people=[mara], processes=[base.process.pk])  # fmt: skip
        refusals.refusals(Deal.objects.all(), by="region", **SPAN, people=[mara], processes=[base.process.pk])  # fmt: skip
    assert not any("funneleight" in q["sql"] for q in asked)
    assert rollups.verify() == []


def test_a_refused_deal_about_two_products_stands_in_both_columns_and_counts_once(base):
    found = refusals.refusals(Deal.objects.all(), by="product", **SPAN)

    assert {c.key and c.name: c.total for c in found.columns} == {"box": 1, "crate": 1, None: 3}  # fmt: skip
    assert found.total == 4


def test_lengths_never_add_two_currencies(base):
    whole = lengths.lengths(Deal.objects.all(), **SPAN)
    by_product = lengths.lengths(Deal.objects.all(), by="product", **SPAN)

    assert [(r.name, r.won, r.lost, r.median, r.lost_median) for r in whole.rows] == [
        ("Мара Образцова", 1, 2, 10, 1),
        ("Нильс Примеров", 0, 2, None, 4),
    ]  # fmt: skip
    assert whole.whole.revenue == {"RUB": Decimal(1000)}
    assert (whole.whole.won, whole.whole.lost, whole.whole.win_rate) == (1, 4, 0.2)
    assert {r.key and r.name: (r.won, r.lost, r.revenue) for r in by_product.rows} == {
        "crate": (1, 1, {"RUB": Decimal(400)}),
        "box": (0, 1, {}),
        None: (0, 3, {}),
    }


def test_stalled_deals_are_those_past_the_term_of_their_stage_with_all_causes(base):
    ActivityFactory(client=base.client, deal=base.deals["d5"], performer=base.mara, done_at=noon("6.2"))  # fmt: skip
    with translation.override("en"):
        found = stalled.stalled(Deal.objects.all(), at=noon("2.3"))

    # d4: entered on Friday the 6th, norm 3: due on the 11th; then 12, 13, 16–20, 24–27 and 2 March.
    assert [(r.title, r.over, r.on_stage) for r in found.rows] == [("d4", 12, 15), ("d5", 11, 16)]  # fmt: skip
    assert list(found.rows[0].why) == ["no next step is planned", "not one contact on the deal"]  # fmt: skip
    assert list(found.rows[1].why) == ["no next step is planned", "24 days without a contact"]  # fmt: skip
    assert found.by_person == {base.mara.pk: 2}


def test_a_forecast_without_history_goes_by_the_percent_of_the_stage(base):
    found = forecast.forecast(Deal.objects.all(), on=date(2026, 3, 2))

    assert [(m.month, m.currency, m.cautious.amount, m.likely.amount, m.best.amount) for m in found.months] == [
        (date(2026, 3, 1), "RUB", 50, 50, 500),
        (None, "RUB", 800, 800, 2000),
    ]  # fmt: skip


def test_enough_history_of_the_seller_gives_the_chance_and_the_day(base):
    for n in range(10):
        old = base.deals["d1" if n < 5 else "d3"]
        passage = old.passages.order_by("entered_at").first()
        deal = Deal.objects.create(**{f.attname: getattr(old, f.attname) for f in Deal._meta.concrete_fields if f.name != "id"})  # fmt: skip
        deal.passages.create(stage=base.stages["A"], entered_at=passage.entered_at, left_at=passage.left_at, outcome=passage.outcome, percent=10)  # fmt: skip
    own = Deal.objects.filter(responsible=base.mara)
    found = forecast.forecast(own, on=date(2026, 3, 2))
    # Of A: d1, d2, d3 and ten more are closed, six of thirteen won, ten days from A to success.
    chance = 6 / 13
    d4 = forecast.foreseen(own, on=date(2026, 3, 2), scenario="likely", month=date(2026, 3, 1), currency="RUB")  # fmt: skip

    assert [(f.deal_id, f.sample, f.own, f.history_on) for f in d4] == [(base.deals["d4"].pk, 13, True, date(2026, 3, 2))]  # fmt: skip
    assert found.months[0].likely.amount == round(Decimal(500 * chance), 2)
    assert found.months[0].cautious.amount == 50


def test_a_history_that_takes_long_is_counted_once_a_day(base, monkeypatch):
    def closed(on: date) -> int:
        found = forecast.chances_of_firm(on=on)
        return max(c.closed for c in found if c.person_id is None)

    before = closed(date(2026, 3, 2))
    Deal.objects.filter(pk=base.deals["d2"].pk).update(in_norms=False)
    assert closed(date(2026, 3, 2)) == before - 1

    monkeypatch.setattr(forecast, "SLOW", 0)
    assert closed(date(2026, 3, 2)) == before - 1
    Deal.objects.filter(pk=base.deals["d2"].pk).update(in_norms=True)
    assert closed(date(2026, 3, 2)) == before - 1
    assert closed(date(2026, 3, 3)) == before


def test_effort_by_outcome_contacts_of_a_won_deal_and_cold_calls(base):
    def called(deal: str | None, **given: object) -> Activity:
        of = base.deals[deal] if deal else None
        return ActivityFactory(client=base.client, deal=of, performer=base.mara, minutes=30, **{"done_at": noon("5.2"), "direction": "out"} | given)  # fmt: skip

    called("d1")
    called("d1", done_at=noon("30.1"))
    called("d2")
    cold = called(None, relationship=base.client.relationship)
    cold.result = ActivityResult.objects.create(name="любопытно", shows_interest=True)
    cold.save()
    found = effort.effort(Activity.objects.all(), Deal.objects.all(), **SPAN)
    (mara,) = found.lines

    assert {k: s.contacts for k, s in mara.spent.items()} == {"won": 1, "lost": 1, "open": 0, "none": 1}  # fmt: skip
    assert (mara.whole.contacts, mara.whole.hours) == (3, 1.5)
    assert (mara.won, mara.on_won, mara.per_won, mara.per_deal) == (1, 2, 3, 2)
    # d4, d6 were opened after the cold call of the 5th, d1 before it: it led to deals, not to a won one.
    (calls,) = effort.cold_calls(Activity.objects.all(), **SPAN)
    assert (calls.calls, calls.interest, calls.deals, calls.won) == (1, 1, 1, 0)


def test_how_invoices_were_paid_and_promises_kept(base):
    firm, on = a_firm(), date(2026, 3, 2)

    def invoice(number: str, due: date, total: int, paid: date | None = None) -> Invoice:  # fmt: skip
        made = Invoice.objects.create(firm=firm, number=number, year=2026, client=base.client, issued_on=date(2026, 2, 3), due_on=due, total=total, responsible=base.mara)  # fmt: skip
        if paid:
            payment = Payment.objects.create(firm=firm, client=base.client, paid_on=paid, amount=total, allocated=total)  # fmt: skip
            Allocation.objects.create(payment=payment, invoice=made, amount=total)
            Invoice.objects.filter(pk=made.pk).update(paid=total, state="paid")
        return made

    invoice("1", date(2026, 2, 10), 100, date(2026, 2, 10))
    invoice("2", date(2026, 2, 10), 200, date(2026, 2, 14))
    invoice("3", date(2026, 2, 20), 300)
    invoice("4", date(2026, 3, 20), 400)
    deal = base.deals["d4"]
    PlannedReceipt.objects.create(client=base.client, deal=deal, due_on=date(2026, 3, 10), amount=50)  # fmt: skip
    for state in ("kept", "kept", "broken"):
        PaymentPromise.objects.create(client=base.client, promised_on=date(2026, 2, 5), amount=1, state=state, made_by=base.mara)  # fmt: skip
    (row,) = discipline.paying(Invoice.objects.all(), on=on, **SPAN)
    (word,) = discipline.promises(PaymentPromise.objects.all(), **SPAN)
    money = cash.cash(Payment.objects.all(), Invoice.objects.all(), PlannedReceipt.objects.all(), since=SINCE, until=date(2026, 4, 1), on=on, step="month")  # fmt: skip

    assert (row.on_time, row.late, row.overdue, row.waiting, row.overdue_sum, row.days_late) == (1, 1, 1, 1, 300, 4)  # fmt: skip
    assert row.on_time_share == 1 / 3
    assert (word.kept, word.broken, word.kept_share) == (2, 1, 2 / 3)
    assert [(b.since, b.planned, b.came, b.invoiced, b.uninvoiced) for b in money.buckets] == [
        (date(2026, 2, 1), 0, 300, 0, 0),
        (date(2026, 3, 1), 50, 0, 400, 50),
    ]  # fmt: skip
    assert money.overdue == {"RUB": 300}


def test_who_keeps_the_procedure(base):
    ActivityFactory(client=base.client, performer=base.nils, done_at=noon("5.2"), summary="")  # fmt: skip
    base.stages["A"].checks.create(name="Бюджет", required=False)
    Deal.objects.filter(pk=base.deals["d1"].pk).update(override_reason="так решили")
    rows = {r.name: r for r in procedure.procedure(Deal.objects.all(), Activity.objects.all(), **SPAN)}  # fmt: skip
    mara, nils = rows["Мара Образцова"], rows["Нильс Примеров"]

    # Nobody ticked the point of A: d1, d2, d5 left it well, d6 too; d3 was refused there.
    assert (mara.moved, mara.skipped, mara.jumped, mara.overridden) == (4, 3, 0, 1)
    assert (mara.open, mara.without_step) == (2, 2)
    assert (nils.moved, nils.skipped, nils.jumped, nils.contacts, nils.silent) == (1, 1, 1, 1, 1)  # fmt: skip
