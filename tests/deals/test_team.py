"""Who is free: who is offered and when, booking one time by two people at once, requests that the head deals out."""

import html
import re
import threading
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.actions.activities import plan_activity
from clients.models import Activity, ActivityKind, Region
from deals.actions import bookings as actions
from deals.actions import deals
from deals.models import BookingRequest, Handover
from deals.team import slots
from deals.team.candidates import Asked, candidates
from pipeline.models import Absence, PerformerRule, Process, Stage
from salesexpert.accounts.choices import Scope
from salesexpert.core import preferences
from salesexpert.notices.models import Notice
from tests.factories import ClientFactory, UserFactory

MOSCOW = ZoneInfo("Europe/Moscow")
pytestmark = pytest.mark.django_db


def tuesday(hour, minute=0):
    """A working Tuesday ahead, whatever day the tests run on."""
    on = date(2027, 3, 16)
    while on < timezone.localdate():
        on += timedelta(days=364)
    return datetime(on.year, on.month, on.day, hour, minute, tzinfo=MOSCOW)


@pytest.fixture
def agent():
    return UserFactory(preset="telemarketer")


@pytest.fixture
def head():
    return UserFactory(preset="head_of_sales")


@pytest.fixture
def seller():
    return UserFactory(first_name="Глеб", last_name="Условный")


@pytest.fixture
def firm(agent):
    return ClientFactory(name="Вымпел-Образец")


def call():
    return ActivityKind.objects.get(code="call")


def planned(performer, begins, minutes=60, client=None):
    return plan_activity(
        client=client or ClientFactory(),
        kind=call(),
        planned_at=begins,
        minutes=minutes,
        performer=performer,
        by=performer,
        at=timezone.now(),
    )


def booked(**more):
    what = {"kind": call(), "minutes": 60, "note": "Смотреть на влажном полу"} | more
    return actions.book(**what)


def offers_of(people, since, minutes=60):
    know = slots.Time.of(people, since, since + slots.HORIZON)
    load = slots.loads(people, know, since, since + timedelta(days=7))
    return [
        (o.user, o.begins.astimezone(MOSCOW))
        for o in slots.offers(know, people, minutes=minutes, since=since, load=load)
    ]


def test_the_soonest_time_is_offered_first_and_of_equally_soon_ones_the_least_loaded(seller):  # fmt: skip
    idle, away = UserFactory(), UserFactory()
    planned(seller, tuesday(15), 120)
    busy = UserFactory()
    planned(busy, tuesday(9), 180)
    Absence.objects.create(
        user=away,
        since_on=tuesday(9).date(),
        until_on=tuesday(9).date(),
        state="approved",
        created_at=timezone.now(),
        created_by=away,
    )
    found = offers_of([seller, busy, away, idle], tuesday(9))
    assert found == [
        (idle.pk, tuesday(9)),
        (seller.pk, tuesday(9)),
        # From nine to twelve he is busy, at one the lunch begins.
        (busy.pk, tuesday(12)),
        (away.pk, tuesday(9) + timedelta(days=1)),
    ]


def test_a_time_that_does_not_fit_before_the_lunch_or_the_evening_is_not_offered(seller):  # fmt: skip
    planned(seller, tuesday(9), 210)
    assert offers_of([seller], tuesday(9), minutes=60)[0][1] == tuesday(14)
    assert offers_of([seller], tuesday(17, 30), minutes=60)[0][1] == tuesday(9) + timedelta(days=1)  # fmt: skip


def test_who_can_is_asked_by_stage_role_and_segment(head, seller):
    other = UserFactory()
    process = Process.objects.create(name="П", success_condition="none", position=0)
    stage = Stage.objects.create(process=process, position=0, percent=10, name="Показ")
    region = Region.objects.create(name="Проверочный край")
    PerformerRule.objects.create(stage=stage, user=seller)
    ClientFactory(curator=other, region=region)
    assert list(candidates(Asked(stage=stage.pk), head)) == [seller]
    assert list(candidates(Asked(region=region.pk), head)) == [other]
    assert set(candidates(Asked(role=seller.role_id), head)) == {seller, other}


def test_the_chain_from_a_free_time_on_the_page_to_the_plan_of_the_colleague(sign_in, agent, seller, firm):  # fmt: skip
    http = sign_in(agent)
    on = tuesday(9).date().isoformat()
    page = http.get(f"/plan/team/?on={on}&client={firm.pk}").content.decode()
    assert "Условный" in page and "plan/team/book/" in page
    form = {"kind": call().pk, "minutes": "60", "at": tuesday(11).strftime("%Y-%m-%dT%H:%M"), "title": "Показ", "note": "Решает Лидия", "client": firm.pk}  # fmt: skip
    url = f"/plan/team/book/?client={firm.pk}&performer={seller.pk}"
    assert http.get(url + "&at=" + tuesday(11).isoformat()).status_code == 200
    assert http.post(url, form).status_code == 302
    made = Activity.objects.get(client=firm, status="planned")
    assert (made.performer, made.planned_at, made.note, made.created_by) == (seller, tuesday(11), "Решает Лидия", agent)  # fmt: skip
    # The second agent is told and offered the next free time.
    agent.language = "ru"
    agent.save()
    again = http.post(url, form)
    assert again.status_code == 422
    assert "12:00" in again.content.decode() and "Решает Лидия" in again.content.decode()  # fmt: skip
    assert Activity.objects.filter(client=firm).count() == 1


def test_the_client_of_a_booking_is_found_in_its_form_without_scripts(sign_in, agent, seller, firm):  # fmt: skip
    """From the free time on the page: look for the firm, choose it, book. What was typed stays all the way."""
    http, on = sign_in(agent), tuesday(9).date().isoformat()
    page = http.get(f"/plan/team/?on={on}&minutes=60").content.decode()
    address = re.search(rf'<a class="tm-free[^>]* href="([^"]*performer={seller.pk}&amp;[^"]*)"', page)  # fmt: skip
    url = html.unescape(address.group(1))
    typed = {"kind": call().pk, "minutes": "60", "at": tuesday(11).strftime("%Y-%m-%dT%H:%M"), "note": "Спросить про зубья", "q": "вымпел"}  # fmt: skip
    assert 'name="find"' in http.get(url).content.decode()
    found = http.post(url, typed | {"find": "1"})
    assert found.status_code == 200
    said = found.content.decode()
    assert f'name="client_id" value="{firm.pk}" checked' in said and "Спросить про зубья" in said and "form-errors" not in said  # fmt: skip
    # Whoever forgets to choose is shown whom he may have meant.
    refused = http.post(url, typed)
    assert refused.status_code == 422 and f'value="{firm.pk}"' in refused.content.decode()  # fmt: skip
    assert http.post(url, typed | {"client_id": firm.pk}).status_code == 302
    made = Activity.objects.get()
    assert (made.client, made.performer, made.planned_at, made.note) == (firm, seller, tuesday(11), "Спросить про зубья")  # fmt: skip


def test_only_clients_whom_the_agent_may_read_can_be_booked_for(sign_in, agent, seller):
    agent.role.scope = Scope.OWN
    agent.role.save()
    own, other = ClientFactory(name="Вымпел-Свой", curator=agent), ClientFactory(name="Вымпел-Чужой")  # fmt: skip
    url = f"/plan/team/book/?performer={seller.pk}"
    typed = {"kind": call().pk, "minutes": "60", "at": tuesday(11).strftime("%Y-%m-%dT%H:%M"), "note": "Да", "q": "вымпел"}  # fmt: skip
    http = sign_in(agent)
    said = http.post(url, typed | {"find": "1"}).content.decode()
    assert "Вымпел-Свой" in said and "Вымпел-Чужой" not in said
    for forged in (other.pk, "x", 2**80):
        assert http.post(url, typed | {"client_id": forged}).status_code == 422
        assert http.get(f"/plan/team/book/deals/?client_id={forged}").content.strip() == b""  # fmt: skip
    assert not Activity.objects.exists()
    assert http.post(url, typed | {"client_id": own.pk}).status_code == 302


def test_deals_of_the_client_chosen_in_the_form_are_offered(sign_in, head, seller, firm):  # fmt: skip
    process = Process.objects.create(name="П", success_condition="none", position=0)
    Stage.objects.create(process=process, position=0, percent=10, name="Показ")
    deal = deals.open_deal(by=head, client=firm, process=process, responsible=head)
    http = sign_in(head)
    offered = http.get(f"/plan/team/book/deals/?client_id={firm.pk}").content.decode()
    assert f'<option value="{deal.pk}"' in offered and 'name="hand_stage"' in offered
    form = {"kind": call().pk, "minutes": "60", "at": tuesday(11).strftime("%Y-%m-%dT%H:%M"), "note": "Показать", "client_id": firm.pk, "deal": deal.pk, "hand_stage": "on"}  # fmt: skip
    assert http.post(f"/plan/team/book/?performer={seller.pk}", form).status_code == 302  # fmt: skip
    booked = Activity.objects.get(planned_at=tuesday(11))
    assert (booked.deal, booked.performer, Handover.objects.get().of) == (
        deal,
        seller,
        "stage",
    )


def test_a_booking_hands_the_stage_over_when_asked(agent, head, seller, firm):
    process = Process.objects.create(name="П", success_condition="none", position=0)
    Stage.objects.create(process=process, position=0, percent=10, name="Показ")
    deal = deals.open_deal(by=head, client=firm, process=process, responsible=head)
    booked(by=head, performer=seller, begins=tuesday(10), client=firm, deal=deal, hand_stage=True)  # fmt: skip
    deal.refresh_from_db()
    assert (deal.performer, deal.responsible) == (seller, head)
    assert Handover.objects.get().of == "stage"


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"note": " "}, actions.CannotBeBooked),
        ({"begins": timezone.now() - timedelta(hours=1)}, actions.CannotBeBooked),
        ({"begins": tuesday(13, 30)}, actions.SlotTaken),
        ({"begins": tuesday(17, 30)}, actions.SlotTaken),
        ({"begins": tuesday(10) + timedelta(days=5)}, actions.SlotTaken),
    ],
)
def test_no_time_is_booked_without_a_note_in_the_past_or_out_of_hours(agent, seller, firm, more, error):  # fmt: skip
    with pytest.raises(error):
        booked(**({"by": agent, "performer": seller, "begins": tuesday(10), "client": firm} | more))  # fmt: skip
    assert not Activity.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_book_one_time_at_once_one_gets_it_and_the_other_is_told(seller):
    agents = [UserFactory(preset="telemarketer") for _ in range(2)]
    firms = [ClientFactory() for _ in range(2)]
    held, told = threading.Event(), []

    def second():
        held.wait(10)
        try:
            booked(by=agents[1], performer=seller, begins=tuesday(10), client=firms[1])
        except actions.SlotTaken as taken:
            told.append(taken.next_at)
        finally:
            connection.close()

    other = threading.Thread(target=second)
    other.start()
    with transaction.atomic():
        booked(by=agents[0], performer=seller, begins=tuesday(10), client=firms[0])
        held.set()
        # The other one waits for the row that this transaction holds.
        other.join(0.5)
        assert other.is_alive() and not told
    other.join(20)
    assert told == [tuesday(11)]
    assert Activity.objects.filter(performer=seller).count() == 1


def test_where_the_head_deals_out_a_booking_becomes_a_request_that_he_assigns(sign_in, agent, head, seller, firm):  # fmt: skip
    preferences.put(central_booking=True)
    url = f"/plan/team/book/?client={firm.pk}&performer={seller.pk}"
    form = {"kind": call().pk, "minutes": "60", "at": tuesday(11).strftime("%Y-%m-%dT%H:%M"), "note": "Срочно", "client": firm.pk}  # fmt: skip
    assert sign_in(agent).post(url, form).status_code == 302
    asked = BookingRequest.objects.get()
    assert (asked.state, asked.wanted_from, Activity.objects.count()) == ("open", seller, 0)  # fmt: skip
    assert Notice.objects.filter(user=head, variant="asked").exists()
    theirs = sign_in(head)
    assert "Срочно" in theirs.get("/plan/team/").content.decode()
    other = UserFactory()
    assert "performer" in theirs.get(f"/plan/team/book/?performer={seller.pk}&request={asked.pk}").content.decode()  # fmt: skip
    corrected = form | {"performer": other.pk, "note": "Срочно, взять каталог", "minutes": "90"}  # fmt: skip
    answer = theirs.post(f"/plan/team/book/?performer={seller.pk}&request={asked.pk}", corrected)  # fmt: skip
    assert answer.status_code == 302
    made = Activity.objects.get()
    assert (made.note, made.minutes) == ("Срочно, взять каталог", 90)
    asked.refresh_from_db()
    assert (asked.state, asked.activity.performer) == ("assigned", other)
    assert Notice.objects.filter(user=agent, variant="assigned").exists()
    with pytest.raises(actions.AlreadyDecided):
        actions.decline(asked, by=head, answer="Поздно")


def test_strangers_neither_see_nor_settle_requests(sign_in, agent, firm):
    asked = actions.ask_for_time(by=agent, kind=call(), wanted_at=tuesday(10), minutes=60, note="Да", client=firm)  # fmt: skip
    stranger = sign_in(UserFactory())
    assert stranger.post(f"/plan/team/requests/{asked.pk}/withdraw/").status_code == 404
    assert stranger.get(f"/plan/team/requests/{asked.pk}/decline/").status_code == 403
    assert sign_in(agent).post(f"/plan/team/requests/{asked.pk}/withdraw/").status_code == 302  # fmt: skip


@pytest.mark.parametrize("nonsense", ["?on=never&minutes=x&stage=-1&view=y", "?on=0001-01-01", "?region=99999999999999999999", "?at=zz"])  # fmt: skip
def test_nonsense_in_the_address_counts_as_not_given(sign_in, head, nonsense):
    http = sign_in(head)
    assert http.get(f"/plan/team/{nonsense}").status_code == 200
    assert http.get(f"/plan/team/book/{nonsense}").status_code == 404


@pytest.mark.parametrize("view", ["day", "week"])
def test_the_grid_asks_as_much_for_two_people_as_for_twenty(sign_in, head, view):
    http = sign_in(head)
    asked = []
    for many in (2, 18):
        for _ in range(many):
            planned(UserFactory(), tuesday(10))
        on = tuesday(9).date().isoformat()
        http.get(f"/plan/team/?view={view}&on={on}")
        with CaptureQueriesContext(connection) as queries:
            assert http.get(f"/plan/team/?view={view}&on={on}").status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert asked[1] <= 30
