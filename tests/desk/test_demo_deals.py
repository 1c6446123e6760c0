"""The deals and the money of the demo company: every sum adds up, every date fits."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from analytics import (  # fmt: skip
    cash,
    discipline,
    effort,
    forecast,
    funnel,
    lengths,
    procedure,
    refusals,
    stalled,
)
from clients.models import Activity
from deals import lines, models
from deals.actions.contracts import BEFORE
from deals.actions.ground import sums_of_deals
from deals.actions.invoices import issue_invoice
from deals.choices import ContractState
from deals.papers.drawing import compose
from pipeline.clock import Pause, due_at
from pipeline.models import Process, Stage
from tests.conftest import load_presets
from tests.desk.recounted import Plain

UNTIL = date(2026, 11, 20)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        load_presets()
        call_command("demo", scale="tiny", until=UNTIL, stdout=StringIO(), stderr=StringIO())  # fmt: skip
        yield
        transaction.set_rollback(True)


@pytest.fixture
def db(demo: None, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_there_are_the_deals_that_are_promised(db):
    states = dict(
        models.Deal.objects.order_by().values_list("state").annotate(n=Count("pk"))
    )

    assert sum(states.values()) == 400
    assert states["open"] == 60
    assert 150 < states["won"] < 250
    assert models.Payment.objects.count() > 400


def test_a_deal_repeats_what_its_rows_say(db):
    deals = models.Deal.objects.annotate(
        **{f"real_{name}": sums for name, sums in sums_of_deals().items()}
    )
    wrong = [
        (deal.pk, name)
        for deal in deals
        for name in ("invoiced", "paid", "delivered")
        if getattr(deal, name) != getattr(deal, f"real_{name}")
    ]

    assert wrong == []


def test_lines_are_worked_out_as_papers_do_it(db):
    for model in (models.DealLine, models.InvoiceLine, models.DeliveryLine):
        for line in model.objects.all():
            told = line.total, line.vat
            lines.calculate(line)
            assert (line.total, line.vat) == told, line.pk
    for deal in models.Deal.objects.exclude(lines=None).prefetch_related("lines"):
        assert deal.amount == sum(line.total for line in deal.lines.all())
        assert deal.margin == lines.margin(deal.lines.all())


def test_papers_are_the_sums_of_their_lines_and_payments_of_their_parts(db):
    for model, total in ((models.Invoice, "total"), (models.Delivery, "total")):
        rows = model.objects.annotate(sum=Sum("lines__total"), tax=Sum("lines__vat"))
        assert not rows.exclude(sum=F(total), tax=F("vat_total")).exists()
    paid = models.Invoice.objects.annotate(sum=Sum("allocations__amount", default=Decimal(0)))  # fmt: skip
    given = models.Payment.objects.annotate(sum=Sum("allocations__amount", default=Decimal(0)))  # fmt: skip
    assert not paid.exclude(sum=F("paid")).exists()
    assert not given.exclude(sum=F("allocated")).exists()


def test_the_course_of_a_deal_has_no_gaps_and_its_terms_are_those_of_the_norms(db):
    for deal in models.Deal.objects.prefetch_related("passages__pauses"):
        course = list(deal.passages.all())
        assert course[0].entered_at == deal.opened_at
        assert all(a.left_at == b.entered_at for a, b in pairwise(course))
        last = course[-1]
        assert last.stage_id == deal.stage_id
        assert (last.left_at, last.outcome) == (
            deal.closed_at,
            "" if deal.state == "open" else deal.state,
        )
        for passage in course:
            pauses = [Pause(p.since, p.until) for p in passage.pauses.all()]
            assert passage.due_at == due_at(passage.entered_at, passage.norm_days, pauses)  # fmt: skip
        if deal.state == "open":
            assert (deal.entered_at, deal.due_at) == (last.entered_at, last.due_at)


def test_won_deals_are_paid_and_delivered_or_let_through_with_a_reason(db):
    won = models.Deal.objects.filter(state="won")

    assert not won.filter(Q(paid__lt=F("amount")) | Q(delivered__lt=F("amount"))).filter(override_reason="").exists()  # fmt: skip
    assert won.exclude(override_reason="").count() < 20


def test_refused_deals_keep_reason_and_stage(db):
    lost = models.Deal.objects.filter(state="lost")

    assert lost.count() == models.Refusal.objects.count()
    assert not models.Refusal.objects.exclude(
        reason=F("deal__reason"),
        stage=F("deal__stage"),
        refused_at=F("deal__closed_at"),
    ).exists()


def test_activities_about_a_deal_fall_into_its_time_and_give_its_next_step(db):
    about = Activity.objects.exclude(deal=None)

    assert about.filter(status="done").count() > 200
    assert not about.exclude(client=F("deal__client")).exists()
    assert not about.filter(
        Q(done_at__lt=F("deal__opened_at")) | Q(done_at__gt=F("deal__closed_at"))
    ).exists()
    for deal in models.Deal.objects.filter(state="open"):
        soon = deal.activities.filter(status="planned").order_by("planned_at", "pk").first()  # fmt: skip
        assert deal.next_step_at == (soon.planned_at if soon else None)
        assert deal.next_step_title == (soon.title if soon else "")


def test_the_last_agreed_offer_is_what_is_sold_and_answers_follow_questions(db):
    offers = models.Offer.objects.annotate(sum=Sum("lines__total"))

    assert not offers.exclude(sum=F("total")).exists()
    agreed = models.Offer.objects.filter(state="accepted", kind="financial")
    assert agreed.count() > 50
    assert not agreed.exclude(deal__amount=F("total")).exists()
    assert models.Offer.objects.exclude(counter_total=None).count() > 20
    for before, after in pairwise(models.Offer.objects.order_by("deal", "kind", "version")):  # fmt: skip
        if (before.deal_id, before.kind) == (after.deal_id, after.kind):
            assert after.version == before.version + 1
            assert after.number == before.number
            assert before.made_on <= before.countered_on <= after.made_on


def test_contracts_stand_in_every_state_of_their_agreement(db):
    contracts = models.Contract.objects.prefetch_related("steps")

    assert {c.state for c in contracts} == set(ContractState)
    for contract in contracts:
        steps = [step.state for step in contract.steps.all()]
        assert steps[0] == "draft"
        assert steps[-1] == contract.state
        assert all(a.made_at <= b.made_at for a, b in pairwise(contract.steps.all()))
        for before, after in pairwise(steps):
            assert before in BEFORE[after]
        if contract.state != "draft":
            assert contract.lawyer.username == "lawyer"
    assert not models.Invoice.objects.exclude(contract=None).exclude(contract__client=F("client")).exists()  # fmt: skip


def test_papers_of_the_latest_deals_wait_to_be_drawn_and_can_be(db):
    documents = models.Document.objects.select_related("template")

    assert {"financial_offer", "contract", "invoice", "upd"} <= {d.kind for d in documents}  # fmt: skip
    for document in documents:
        assert document.state == "queued"
        assert document.context["lines"]
        assert document.number in compose(document, set())


def test_colleagues_talk_about_deals_and_somebody_is_still_waited_for(db):
    remarks = models.Remark.objects.select_related("deal")

    assert remarks.exclude(deal=None).count() > 10
    assert all(r.deal.opened_at <= r.written_at for r in remarks if r.deal)
    assert models.Mention.objects.filter(seen_at=None).exists()
    assert models.Mention.objects.exclude(seen_at=None).exists()


def test_nothing_was_invoiced_paid_or_delivered_in_the_future(db):
    assert not models.Invoice.objects.filter(issued_on__gt=UNTIL).exists()
    assert not models.Payment.objects.filter(paid_on__gt=UNTIL).exists()
    assert not models.Delivery.objects.filter(delivered_on__gt=UNTIL).exists()


def test_the_next_invoice_gets_the_next_number(db):
    deal = models.Deal.objects.exclude(lines=None).filter(state="open")[0]

    invoice = issue_invoice(by=None, deal=deal, at=timezone.now())

    assert invoice.total == deal.amount


def test_every_report_says_what_plain_python_counts_row_by_row(db):
    since, until = date(2026, 8, 1), date(2026, 11, 1)
    span: dict[str, Any] = {"since": since, "until": until}
    plain, deals, work = Plain(since, until, UNTIL), models.Deal.objects.all(), Activity.objects.all()  # fmt: skip
    at = timezone.make_aware(datetime.combine(UNTIL, time(12)))

    told = lengths.lengths(deals, **span, by="manager").rows
    assert plain.deal_rows() == {r.key: (r.won, r.lost, r.revenue.get("RUB", 0), r.median, r.p90, r.lost_median) for r in told}  # fmt: skip
    assert sum(r.won for r in told) > 20
    assert plain.refusals() == {r.reason_id: r.total for r in refusals.refusals(deals, **span).rows}  # fmt: skip
    assert plain.stalled(at) == stalled.stalled(deals, at=at).by_person
    for process in Process.objects.filter(pk__in=deals.values("process")):
        positions = dict(Stage.objects.filter(process=process).values_list("pk", "position"))  # fmt: skip
        steps = funnel.funnel(deals, process, **span).steps
        assert plain.funnel(process.pk, positions) == {s.stage_id: (s.came, s.on, s.lost, s.rest) for s in steps if s.came}  # fmt: skip
        left = funnel.funnel(deals, process, **span, way=funnel.EXIT).steps
        assert plain.late_on_stage(process.pk) == {s.stage_id: (s.normed, s.late) for s in left if s.normed}  # fmt: skip
    best = forecast.forecast(deals, on=UNTIL).totals
    assert plain.best_forecast() == {currency: told["best"] for currency, told in best.items()}  # fmt: skip
    wide = Plain(since, date(2027, 3, 1), UNTIL)
    flow = cash.cash(models.Payment.objects.all(), models.Invoice.objects.all(), models.PlannedReceipt.objects.filter(deal__bin=None), since=since, until=date(2027, 3, 1), on=UNTIL)  # fmt: skip
    sums = {c: tuple(sum((getattr(b, name) for b in flow.buckets if b.currency == c), Decimal(0)) for name in ("planned", "came", "invoiced", "uninvoiced")) for c in {b.currency for b in flow.buckets}}  # fmt: skip
    assert wide.cash() == sums
    paid = discipline.paying(models.Invoice.objects.all(), **span, on=UNTIL)
    assert plain.paying() == {(r.person_id, r.currency): (r.issued, r.on_time, r.late, r.overdue, r.waiting) for r in paid}  # fmt: skip
    kept = discipline.promises(models.PaymentPromise.objects.all(), **span)
    assert {pk: (c["kept"], c["broken"]) for pk, c in plain.promises().items()} == {r.person_id: (r.kept, r.broken) for r in kept}  # fmt: skip
    spent = effort.effort(work, deals, **span).lines
    assert plain.effort() == {r.key: (r.whole.contacts, r.whole.minutes, r.won, r.on_won) for r in spent}  # fmt: skip
    calls = effort.cold_calls(work, **span)
    assert plain.cold_calls() == {r.person_id: (r.calls, r.interest, r.deals) for r in calls}  # fmt: skip
    kept_rules = procedure.procedure(deals, work, **span)
    assert plain.procedure() == {r.person_id: (r.moved, r.overridden, r.contacts, r.silent, r.open, r.without_step) for r in kept_rules if any((r.moved, r.overridden, r.contacts, r.silent, r.open, r.without_step))}  # fmt: skip
