"""Work passes from one person to another: offered with a note, accepted, declined, imposed, given back; nothing is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.actions.activities import plan_activity
from clients.models import Activity, ActivityKind
from deals.actions import deals
from deals.actions import handovers as actions
from deals.handing.contents import Thing, Wanted
from deals.handing.running import run
from deals.handing.sharing import share
from deals.models import Handover, StagePassage
from deals.tasks import run_handover
from pipeline.models import Process, Stage
from salesexpert.audit.models import JournalEntry
from salesexpert.notices.models import Notice
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def process():
    made = Process.objects.create(name="Проверка", success_condition="none", position=0)
    for position, (percent, name) in enumerate([(0, "Интерес"), (60, "Договор")]):
        Stage.objects.create(process=made, position=position, percent=percent, name=name, norm_days=5)  # fmt: skip
    return made


@pytest.fixture
def head():
    return UserFactory(preset="head_of_sales")


@pytest.fixture
def colleague():
    return UserFactory()


@pytest.fixture
def seller():
    return UserFactory()


@pytest.fixture
def firm(seller):
    return ClientFactory(curator=seller, name="Образец-Полюс")


@pytest.fixture
def deal(seller, firm, process):
    return deals.open_deal(by=seller, client=firm, title="Машины", process=process, responsible=seller)  # fmt: skip


def planned(client, performer, deal=None, by=None, days=1):
    return plan_activity(
        client=client,
        kind=ActivityKind.objects.get(code="call"),
        planned_at=timezone.now() + timedelta(days=days),
        performer=performer,
        deal_id=deal.pk if deal else None,
        by=by or performer,
        at=timezone.now(),
    )


def test_an_offer_changes_nothing_until_it_is_accepted_and_then_moves_all_that_hangs_on_it(
    sign_in, seller, colleague, firm, deal
):
    step = planned(firm, seller, deal)
    passage = StagePassage.objects.get(deal=deal)
    http = sign_in(seller)
    dialog = http.get(f"/handovers/new/?client={firm.pk}", headers={"HX-Request": "true"})  # fmt: skip
    assert "Образец-Полюс" in dialog.content.decode()
    form = {"receiver": colleague.pk, "note": "Ждут расчёт до пятницы", "deals": "on", "work": "on"}  # fmt: skip
    assert http.post(f"/handovers/new/?client={firm.pk}", form).status_code == 302

    made = Handover.objects.get()
    firm.refresh_from_db()
    assert (made.state, firm.curator) == ("offered", seller)
    assert Notice.objects.get(user=colleague).note == "Ждут расчёт до пятницы"

    theirs = sign_in(colleague)
    assert "Ждут расчёт до пятницы" in theirs.get("/handovers/").content.decode()
    assert "Ждут расчёт" in theirs.get("/deals/attention/").content.decode()
    theirs.post(f"/handovers/{made.pk}/accept/")
    firm.refresh_from_db()
    deal.refresh_from_db()
    step.refresh_from_db()
    after = StagePassage.objects.get(deal=deal)
    assert {firm.curator, deal.responsible, deal.performer, step.performer, after.performer} == {colleague}  # fmt: skip
    # Nothing is reset: the stay goes on with its term, who opened the deal stays.
    assert (after.pk, after.entered_at, after.due_at) == (passage.pk, passage.entered_at, passage.due_at)  # fmt: skip
    assert deal.opened_by == seller
    note = Activity.objects.get(client=firm, kind__code="note")
    assert note.summary == "Ждут расчёт до пятницы"
    assert str(seller) in note.title and str(colleague) in note.title
    verbs = set(JournalEntry.objects.filter(detail__handover=made.pk).values_list("verb", flat=True))  # fmt: skip
    assert verbs == {"client.curator_changed", "deal.handed_over", "deal.stage_handed_over", "activity.handed_over"}  # fmt: skip
    assert Notice.objects.filter(user=seller, variant="accepted").exists()


def test_a_declined_offer_leaves_everything_and_says_why(sign_in, seller, colleague, firm):  # fmt: skip
    made = actions.hand_over(actions.client_subject(firm), to=[colleague], note="Возьмёшь?", by=seller)  # fmt: skip
    theirs = sign_in(colleague)
    assert theirs.post(f"/handovers/{made.pk}/decline/", {"answer": " "}).status_code == 422  # fmt: skip
    theirs.post(f"/handovers/{made.pk}/decline/", {"answer": "Уезжаю в отпуск"})
    made.refresh_from_db()
    firm.refresh_from_db()
    assert (made.state, made.answer, firm.curator) == ("declined", "Уезжаю в отпуск", seller)  # fmt: skip
    with pytest.raises(actions.AlreadyDecided):
        actions.accept(made, by=colleague)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"note": " "}, "note"),
        ({"receiver": ""}, "Choose"),
        ({"receiver": "self"}, ""),
        ({"answer_by": "2020-01-01"}, "later"),
    ],
)
def test_wrong_input_is_told_and_nothing_typed_is_lost(sign_in, seller, colleague, deal, change, sentence):  # fmt: skip
    seller.language = "en"
    seller.save()
    form = {"receiver": colleague.pk, "note": "Важное", "work": "on"} | change
    if form["receiver"] == "self":
        form["receiver"] = seller.pk
    answer = sign_in(seller).post(f"/handovers/new/?deal={deal.pk}", form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    if form["note"].strip():
        assert "Важное" in answer.content.decode()
    assert not Handover.objects.exists()


def test_only_the_stage_passes_and_the_deal_stays_with_its_responsible(seller, colleague, head, firm, deal):  # fmt: skip
    mine = planned(firm, seller)
    made = actions.hand_over(actions.stage_subject(deal), to=[colleague], note="Договор за тобой", by=head, impose=True)  # fmt: skip
    with pytest.raises(actions.CannotBeHandedOver):
        actions.give_back(made, by=colleague)
    deal.refresh_from_db()
    mine.refresh_from_db()
    assert made.state == "done"
    assert (deal.responsible, deal.performer, mine.performer) == (seller, colleague, seller)  # fmt: skip


def test_planned_work_passes_with_its_note_for_the_performer(seller, colleague, firm):
    step = planned(firm, seller)
    made = actions.hand_over(actions.activity_subject(step), to=[colleague], note="Звонить после трёх", by=seller)  # fmt: skip
    actions.accept(made, by=colleague)
    step.refresh_from_db()
    assert (step.performer, step.note) == (colleague, "Звонить после трёх")


def test_a_seller_hands_over_neither_others_work_nor_without_asking(sign_in, seller, colleague, firm, deal):  # fmt: skip
    third = UserFactory()
    assert sign_in(third).get(f"/handovers/new/?deal={deal.pk}").status_code == 403
    with pytest.raises(actions.CannotBeHandedOver):
        actions.hand_over(actions.deal_subject(deal), to=[colleague], note="Да", by=seller, impose=True)  # fmt: skip
    made = actions.hand_over(actions.deal_subject(deal), to=[colleague], note="Да", by=seller)  # fmt: skip
    stranger = sign_in(third)
    assert stranger.get(f"/handovers/{made.pk}/").status_code == 404
    assert stranger.post(f"/handovers/{made.pk}/accept/").status_code == 404
    assert stranger.get("/handovers/person/").status_code == 403


def test_all_of_a_person_is_dealt_out_by_load_and_given_back_except_what_changed_since(
    sign_in, seller, colleague, head, process
):
    idle = UserFactory()
    firms = [ClientFactory(curator=seller) for _ in range(4)]
    opened = [deals.open_deal(by=seller, client=f, process=process, responsible=seller) for f in firms]  # fmt: skip
    steps = [planned(f, seller, d) for f, d in zip(firms, opened, strict=True)]
    busy = ClientFactory(curator=colleague)
    for _ in range(6):
        planned(busy, colleague)
    http = sign_in(head)
    form = {"giver": seller.pk, "receivers": [colleague.pk, idle.pk], "clients": "on", "deals": "on", "work": "on", "note": "Отпуск"}  # fmt: skip
    shown = http.post("/handovers/person/", form)
    assert shown.status_code == 200 and not Handover.objects.exists()
    assert http.post("/handovers/person/", form | {"make": "1"}).status_code == 302

    made = Handover.objects.get()
    assert (made.state, made.items.count()) == ("done", 16)
    for one, bargain, step in zip(firms, opened, steps, strict=True):
        one.refresh_from_db()
        bargain.refresh_from_db()
        step.refresh_from_db()
        # What belongs to one client stays in one pair of hands.
        assert one.curator == bargain.responsible == bargain.performer == step.performer
    mine = [one.curator for one in firms]
    # Twelve points of the busy one against none: the idle one gets three of the four.
    assert (mine.count(idle), mine.count(colleague)) == (3, 1)

    taken = firms[mine.index(idle)]
    taken.curator = head
    taken.save()
    actions.give_back(made, by=head)
    made.refresh_from_db()
    assert made.state == "returned"
    assert made.items.filter(outcome="kept").count() == 1
    for one in firms:
        one.refresh_from_db()
        assert one.curator == (head if one.pk == taken.pk else seller)
    assert sign_in(head).get(f"/handovers/{made.pk}/").status_code == 200


def test_a_leave_hands_over_only_the_work_of_its_days(seller, colleague, head, firm):
    near, far = planned(firm, seller, days=1), planned(firm, seller, days=30)
    wanted = Wanted(clients=False, deals=False, work_until=timezone.now() + timedelta(days=7))  # fmt: skip
    actions.hand_over(actions.person_subject(seller, wanted), to=[colleague], note="Неделя", by=head, impose=True)  # fmt: skip
    near.refresh_from_db()
    far.refresh_from_db()
    firm.refresh_from_db()
    assert (near.performer, far.performer, firm.curator) == (colleague, seller, seller)


def test_what_was_over_or_passed_to_another_meanwhile_is_left_and_listed(seller, colleague, head, firm, deal):  # fmt: skip
    made = actions.hand_over(actions.client_subject(firm), to=[colleague], note="Всё", by=seller)  # fmt: skip
    deals.change_deal(deal.pk, by=head, changes={"responsible": head})
    actions.accept(made, by=colleague)
    deal.refresh_from_db()
    assert deal.responsible == head
    outcomes = dict(made.items.values_list("kind", "outcome"))
    assert outcomes == {"client": "moved", "deal": "other", "stage": "moved"}


def test_a_worker_rung_twice_moves_each_thing_once_and_a_lost_ring_is_taken_up(seller, colleague, head, monkeypatch):  # fmt: skip
    monkeypatch.setattr(actions, "AT_ONCE", 2)
    for _ in range(4):
        ClientFactory(curator=seller)
    made = actions.hand_over(actions.person_subject(seller, Wanted()), to=[colleague], note="Всё", by=head, impose=True)  # fmt: skip
    assert (made.state, made.items.filter(outcome="moved").count()) == ("running", 0)
    rung: list[int] = []
    monkeypatch.setattr(run_handover, "delay", lambda handover_id: rung.append(handover_id))  # fmt: skip
    actions.take_up_abandoned(at=timezone.now() + timedelta(minutes=2))
    assert rung == [made.pk]
    run_handover(handover_id=made.pk)
    assert run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.items.filter(outcome="moved").count()) == ("done", 4)
    assert Activity.objects.filter(kind__code="note").count() == 4


def test_the_heads_are_told_once_of_an_offer_that_nobody_answered(seller, colleague, head, firm):  # fmt: skip
    made = actions.hand_over(actions.client_subject(firm), to=[colleague], note="Возьмёшь?", by=seller)  # fmt: skip
    assert actions.remind(at=made.made_at) == 0
    late = made.answer_by + timedelta(minutes=1)
    assert (actions.remind(at=late), actions.remind(at=late)) == (1, 0)
    assert Notice.objects.filter(user=head, variant="late").count() == 1


def test_the_page_asks_as_much_for_two_things_as_for_twenty(sign_in, seller, colleague, head, process):  # fmt: skip
    asked = []
    for many in (2, 20):
        firms = [ClientFactory(curator=seller) for _ in range(many)]
        for one in firms:
            planned(one, seller, deals.open_deal(by=seller, client=one, process=process))  # fmt: skip
        made = actions.hand_over(actions.person_subject(seller, Wanted()), to=[colleague], note="Всё", by=head, impose=True)  # fmt: skip
        while not run(made.pk):
            pass
        http = sign_in(head)
        http.get("/handovers/")
        for path in (f"/handovers/{made.pk}/", "/handovers/?show=all"):
            with CaptureQueriesContext(connection) as queries:
                assert http.get(path).status_code == 200
            asked.append(len(queries))
    assert asked[2] <= asked[0] and asked[3] <= asked[1]


def test_shares_keep_a_client_together_and_even_the_load_out():
    things = [Thing(unit, kind, unit * 10) for unit in range(1, 9) for kind in ("client", "deal", "stage")]  # fmt: skip
    found = share(things, {1: 0, 2: 0, 3: 14})
    owners = {unit: {found[t] for t in things if t.unit == unit} for unit in range(1, 9)}  # fmt: skip
    assert all(len(people) == 1 for people in owners.values())
    given = [next(iter(people)) for people in owners.values()]
    assert [given.count(pk) for pk in (1, 2, 3)] == [4, 3, 1]


def test_what_fails_again_and_again_stops_is_told_and_goes_on_when_somebody_lets_it(seller, colleague, head, sign_in, monkeypatch):  # fmt: skip
    monkeypatch.setattr(actions, "AT_ONCE", 0)
    monkeypatch.setattr(run_handover, "delay", lambda handover_id: None)
    ClientFactory(curator=seller)
    made = actions.hand_over(actions.person_subject(seller, Wanted()), to=[colleague, UserFactory()], note="Всё", by=head, impose=True)  # fmt: skip
    for minutes in range(2, 14, 2):
        actions.take_up_abandoned(at=timezone.now() + timedelta(minutes=minutes))
    made.refresh_from_db()
    assert (made.state, made.failures) == ("stuck", 4)
    assert Notice.objects.filter(user=head, variant="stuck").count() == 1
    # Whoever gets a part of what was dealt out finds it under “For me”.
    assert made.title in sign_in(colleague).get("/handovers/?show=for-me").content.decode()  # fmt: skip
    page = sign_in(colleague).get(f"/handovers/{made.pk}/")
    assert (page.context["done"], page.context["goes_on"]) == (0, False)
    http = sign_in(head)
    assert http.get(f"/handovers/{made.pk}/").context["goes_on"]
    http.post(f"/handovers/{made.pk}/go-on/")
    assert run(made.pk)
    made.refresh_from_db()
    assert (made.state, made.items.filter(outcome="moved").count()) == ("done", 1)
