"""A deal from its first interest to success or refusal: what is asked, what is refused, what is kept."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.actions.activities import complete_activity, plan_activity
from clients.models import Activity, ActivityKind, RelationshipMove
from deals import board
from deals.actions import deals as actions
from deals.actions.errors import (
    DealHasMoved,
    DealIsClosed,
    MayNotHandOver,
    MayNotOverride,
    ReasonIsRequired,
    RequirementsNotMet,
    SuccessNotReached,
)
from deals.models import Competitor, CompetitorPrice, Deal, Refusal, RefusalReason
from pipeline.models import Process, Stage, StageActivity, StageCheck
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    """Three stages of five working days each; nothing is asked for success."""
    made = Process.objects.create(name="Проверка", success_condition="none", position=0)
    for position, (percent, name) in enumerate(
        [(0, "Интерес"), (40, "Переговоры"), (80, "Оплата")]
    ):
        Stage.objects.create(
            process=made, position=position, percent=percent, name=name, norm_days=5
        )
    return made


@pytest.fixture
def stages(process):
    return list(process.stages.order_by("position"))


@pytest.fixture
def firm(user):
    return ClientFactory(curator=user, name="Вымпел-Образец")


@pytest.fixture
def deal(user, firm, process):
    return actions.open_deal(
        by=user, client=firm, title="Машины", process=process, amount=Decimal(1000)
    )


def test_a_deal_opens_at_the_first_stage_with_its_clock_running(user, firm, process):
    friday = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Europe/Moscow"))
    deal = actions.open_deal(by=user, client=firm, process=process, at=friday)

    passage = deal.passages.get()
    assert deal.title == str(firm)
    assert deal.responsible == passage.performer == user
    assert passage.due_at.date().isoformat() == "2026-11-27"
    assert deal.due_at == passage.due_at


def test_moving_closes_one_stay_and_opens_the_next(user, deal, stages):
    actions.move(deal.pk, by=user, to=stages[2], comment="сразу к оплате")

    first, second = deal.passages.all()
    assert (first.outcome, first.comment) == ("forward", "сразу к оплате")
    assert first.left_at and second.left_at is None
    deal.refresh_from_db()
    assert (deal.stage, deal.performer) == (stages[2], user)


def test_back_goes_only_with_a_reason(user, deal, stages):
    actions.move(deal.pk, by=user, to=stages[1])
    with pytest.raises(ReasonIsRequired):
        actions.move(deal.pk, by=user, to=stages[0])
    actions.move(deal.pk, by=user, to=stages[0], comment="передумали")

    assert deal.passages.order_by("pk")[1].outcome == "back"


def test_a_stage_that_asks_for_more_is_not_left_without_it(user, deal, stages):
    stages[0].required_fields = ["expected_on"]
    stages[0].save()
    line = StageCheck.objects.create(stage=stages[0], name="Бюджет известен")
    with pytest.raises(RequirementsNotMet) as refused:
        actions.move(deal.pk, by=user, to=stages[1])
    assert refused.value.fields == ["expected_on"]
    assert refused.value.checks == [line]

    actions.move(
        deal.pk,
        by=user,
        to=stages[1],
        values={"expected_on": timezone.localdate()},
        checks=[line.pk],
    )
    deal.refresh_from_db()
    assert deal.stage == stages[1]


def test_a_stage_plans_its_own_work_and_the_deal_repeats_the_nearest(user, deal, stages):  # fmt: skip
    StageActivity.objects.create(
        stage=stages[1],
        name="Позвонить о цене",
        kind=ActivityKind.objects.get(code="call"),
        after_days=2,
    )
    actions.move(deal.pk, by=user, to=stages[1])

    planned = Activity.objects.planned().get(deal=deal)
    deal.refresh_from_db()
    assert deal.next_step_title == "Позвонить о цене"
    assert deal.next_step_at == planned.planned_at

    complete_activity(activity=planned, summary="договорились", by=user, at=timezone.now())  # fmt: skip
    deal.refresh_from_db()
    planned.refresh_from_db()
    assert deal.next_step_at is None
    assert planned.stage == stages[1]


def test_waiting_for_the_client_puts_the_term_off(user, deal):
    before = deal.due_at
    until = timezone.localdate() + timedelta(days=14)
    actions.pause(deal.pk, by=user, until=until, reason="отпуск закупщика")
    deal.refresh_from_db()
    assert deal.due_at > before + timedelta(days=7)
    assert deal.waits_until == until
    (card,) = board.cards_of([deal.pk])
    assert [pause.until for pause in card.pauses] == [until]

    actions.resume(deal.pk, by=user)
    deal.refresh_from_db()
    assert deal.due_at == before
    assert deal.waits_until is None


def test_a_success_moves_the_client_up_and_reopening_brings_him_back(user, deal, firm):
    firm.refresh_from_db()
    was = firm.relationship
    actions.succeed(deal.pk, by=user)
    firm.refresh_from_db()
    assert (firm.relationship.step, firm.sales_count) == (3, 1)

    actions.reopen(deal.pk, by=user, comment="оплата вернулась")
    firm.refresh_from_db()
    assert (firm.relationship, firm.sales_count) == (was, 0)
    assert RelationshipMove.objects.filter(client=firm).count() == 2
    deal.refresh_from_db()
    assert (deal.state, deal.closed_at) == ("open", None)


def test_success_says_what_is_missing_and_a_head_may_override(user, deal, process):
    process.success_condition = "paid"
    process.save()
    with pytest.raises(SuccessNotReached) as refused:
        actions.succeed(deal.pk, by=user)
    assert {c.code for c in refused.value.conditions if not c.met} == {"paid", "delivered"}  # fmt: skip
    with pytest.raises(MayNotOverride):
        actions.succeed(deal.pk, by=user, override_reason="очень нужно")

    head = UserFactory(preset="head_of_sales")
    actions.succeed(deal.pk, by=head, override_reason="оплата подтверждена письмом")
    deal.refresh_from_db()
    assert (deal.state, deal.override_reason) == ("won", "оплата подтверждена письмом")


def test_a_refusal_freezes_its_stage_and_outlives_a_reopening(user, deal, stages):
    reason = RefusalReason.objects.get(name="Дорого")
    rival = Competitor.objects.create(name="Фиктив-Клин")
    actions.move(deal.pk, by=user, to=stages[1])
    actions.refuse(
        deal.pk,
        by=user,
        reason=reason,
        comment="дороже на 12 %",
        competitor=rival,
        competitor_price=Decimal(817),
    )
    deal.refresh_from_db()
    assert (deal.state, deal.reason, deal.refusal_stage) == ("lost", reason, stages[1])
    assert CompetitorPrice.objects.get().price == 817
    with pytest.raises(DealIsClosed):
        actions.move(deal.pk, by=user, to=stages[2])

    actions.reopen(deal.pk, by=user, comment="вернулись")
    actions.refuse(deal.pk, by=user, reason=RefusalReason.objects.get(name="Нет потребности"))  # fmt: skip
    first, second = Refusal.objects.order_by("pk")
    assert first.reopened_at and first.stage == stages[1]
    assert second.reopened_at is None


def test_a_repeat_order_takes_over_what_stays_the_same(user, deal):
    actions.set_participants(deal.pk, by=user, rows=[(UserFactory(), Decimal(20), "замер")])  # fmt: skip
    copy = actions.copy_deal(deal.pk, by=user, title="Машины, повтор")

    assert (copy.amount, copy.copied_from, copy.stage.position) == (1000, deal, 0)
    assert copy.participants.get().share == 20


def test_only_the_responsible_or_a_head_hands_a_deal_over(deal):
    other = UserFactory()
    with pytest.raises(MayNotHandOver):
        actions.change_deal(deal.pk, by=other, changes={"responsible": other})


# ── the pages ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_deal_is_opened_from_the_card_in_one_step(http, firm, process):
    page = http.get(f"/deals/new/?client={firm.pk}", HTTP_HX_REQUEST="true")
    assert "Вымпел-Образец" in page.text
    http.post(
        "/deals/new/",
        {"client_id": firm.pk, "title": "Щётки", "process": process.pk, "amount": "2 140 000,50", "currency": "RUB", "priority": "3"},
    )  # fmt: skip
    deal = Deal.objects.get(title="Щётки")
    assert (deal.amount, deal.priority) == (Decimal("2140000.50"), 3)
    assert "Щётки" in http.get(f"/clients/{firm.pk}/panels/?only=deals").text


@pytest.mark.parametrize(
    "data",
    [
        {"amount": "много"},
        {"amount": "-5"},
        {"amount": "9" * 40},
        {"responsible": "999999"},
        {"title": "x\x00y"},
        {"title": "ж" * 300},
        {"process": "abc"},
        {"expected_on": "31.02"},
    ],
)
def test_bad_input_is_answered_beside_its_field(http, firm, data):
    answer = http.post("/deals/new/", {"client_id": firm.pk, "currency": "RUB", "priority": "2", **data}, HTTP_HX_REQUEST="true")  # fmt: skip
    assert answer.status_code == 422
    assert "is-invalid" in answer.text


def test_the_page_of_a_deal_costs_the_same_for_two_stays_and_twenty(http, user, deal, stages):  # fmt: skip
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert http.get(f"/deals/{deal.pk}/").status_code == 200
            http.get(f"/deals/{deal.pk}/sections/", HTTP_HX_REQUEST="true")
        return len(queries)

    def plan() -> None:
        plan_activity(client=deal.client, kind=ActivityKind.objects.get(code="call"), planned_at=timezone.now(), by=user, at=timezone.now(), deal_id=deal.pk)  # fmt: skip

    actions.move(deal.pk, by=user, to=stages[1])
    plan()
    cost()
    few = cost()
    for _turn in range(9):
        actions.move(deal.pk, by=user, to=stages[0], comment="назад")
        actions.move(deal.pk, by=user, to=stages[1])
        plan()
    assert cost() <= few


def test_the_form_of_a_move_asks_for_what_the_stage_wants(http, deal, stages):
    stages[0].required_fields = ["contact", "expected_on"]
    stages[0].save()
    line = StageCheck.objects.create(stage=stages[0], name="Бюджет известен")
    url = f"/deals/{deal.pk}/move/"
    assert "Бюджет известен" in http.get(url, HTTP_HX_REQUEST="true").text
    answer = http.post(url, {"to": stages[1].pk, "seen_at": stages[0].pk}, HTTP_HX_REQUEST="true")  # fmt: skip
    assert answer.status_code == 422
    assert 'name="expected_on"' in answer.text
    stages[0].required_fields = ["expected_on"]
    stages[0].save()
    http.post(url, {"to": stages[1].pk, "seen_at": stages[0].pk, "expected_on": "2026-12-15", "checks": [line.pk]})  # fmt: skip
    deal.refresh_from_db()
    assert deal.stage == stages[1]


def test_a_refusal_needs_a_reason_and_plans_the_way_back(http, deal):
    url = f"/deals/{deal.pk}/refuse/"
    assert http.post(url, {"comment": "ушли"}).status_code == 422
    reason = RefusalReason.objects.get(name="Дорого")
    http.post(url, {"reason": reason.pk, "comment": "дорого", "competitor": "Фиктив-Клин", "competitor_price": "817 000", "come_back": "on", "come_back_on": (timezone.localdate() + timedelta(days=90)).isoformat()})  # fmt: skip
    deal.refresh_from_db()
    assert deal.reason == reason
    assert Competitor.objects.get().name == "Фиктив-Клин"
    assert Activity.objects.planned().filter(client=deal.client).exists()
    assert "Дорого" in http.get(f"/deals/{deal.pk}/").text


def test_edits_of_two_people_join_and_a_clash_is_shown(http, user, deal):
    opened = http.get(f"/deals/{deal.pk}/edit/").context["base"]
    actions.change_deal(deal.pk, by=user, changes={"note": "из звонка", "priority": 4})
    form = {"base": opened, "title": "Машины", "amount": "1500", "currency": "RUB", "priority": "2", "responsible": user.pk, "note": "моё"}  # fmt: skip
    clash = http.post(f"/deals/{deal.pk}/edit/", form)
    assert clash.status_code == 422
    assert "из звонка" in clash.text
    base = clash.context["base"]
    http.post(f"/deals/{deal.pk}/edit/", {**form, "base": base, "keep:note": "theirs"})
    deal.refresh_from_db()
    assert (deal.note, deal.amount) == ("из звонка", 1500)


def test_a_field_is_changed_where_it_stands_unless_another_was_quicker(http, user, deal):  # fmt: skip
    url = f"/deals/{deal.pk}/fill/amount/"
    actions.change_deal(deal.pk, by=user, changes={"amount": Decimal(7)})
    late = http.post(url, {"amount": "9", "was": "1000.00"}, HTTP_HX_REQUEST="true")
    assert late.status_code == 422
    http.post(url, {"amount": "9", "was": "7.00"}, HTTP_HX_REQUEST="true")
    deal.refresh_from_db()
    assert deal.amount == 9


def test_a_stranger_finds_no_deal(sign_in, deal):
    stranger = UserFactory()
    stranger.role.scope = "own"
    stranger.role.save()
    http = sign_in(stranger)
    for path in ("", "edit/", "move/", "sections/", "journal/"):
        assert http.get(f"/deals/{deal.pk}/{path}").status_code == 404


def test_a_deal_goes_to_the_bin_with_its_plans_and_comes_back(sign_in, deal, user):
    head = UserFactory(preset="head_of_sales")
    http = sign_in(head)
    plan_activity(client=deal.client, kind=ActivityKind.objects.get(code="call"), planned_at=timezone.now(), by=user, at=timezone.now(), deal_id=deal.pk)  # fmt: skip
    http.post(f"/deals/{deal.pk}/delete/")
    assert not Deal.objects.exists()
    assert not Activity.objects.planned().filter(deal=deal.pk).exists()
    assert "Машины" in http.get("/settings/bin/").text

    entry = Deal.with_bin.get().bin
    http.post(f"/settings/bin/{entry.pk}/restore/")
    assert Deal.objects.get().next_step_at


# ── two at once ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_a_deal_at_once_the_second_waits_and_is_told(user, deal, stages):  # fmt: skip
    import threading

    from django.db import connections, transaction

    told = []

    def second() -> None:
        try:
            actions.move(deal.pk, by=user, to=stages[2], seen_at=stages[0].pk)
        except DealHasMoved as error:
            told.append(str(error))
        finally:
            connections.close_all()

    with transaction.atomic():
        actions.move(deal.pk, by=user, to=stages[1], seen_at=stages[0].pk)
        other = threading.Thread(target=second)
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()  # it waits for the first
    other.join(timeout=20)

    deal.refresh_from_db()
    assert deal.stage == stages[1]
    assert "Переговоры" in told[0]
