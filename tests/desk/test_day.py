import re
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import ActivityKind, Commitment, Phone
from tests.deals.money import a_deal, an_invoice
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactLinkFactory,
    RoleFactory,
    UserFactory,
)

NOON = datetime.fromisoformat("2026-11-18T11:20:00+03:00")


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def plan(user, at, **more):
    return ActivityFactory(performer=user, status="planned", planned_at=at, **more)


def test_the_day_shows_what_others_booked_with_who_and_why(http, user):
    head = UserFactory(first_name="Николай", last_name="Эталонов")
    client = ClientFactory(name="Вымпел-Образец")
    contact = ContactLinkFactory(
        client=client, position="директор по производству"
    ).contact
    Phone.objects.create(contact=contact, raw="8 (4852) 00-11-22", e164="+74852001122")
    Commitment.objects.create(
        client=client, text="Скидка 4 % при предоплате", made_at=NOON, made_by=head
    )
    plan(
        user,
        NOON + timedelta(hours=3),
        client=client,
        contact=contact,
        created_by=head,
        title="Показ на площадке",
        note="Возьми договор.",
    )

    page = http.get("/").text

    for words in (
        "Показ на площадке",
        "14:20",
        "Вымпел-Образец",
        "директор по производству",
        "8 (4852) 00-11-22",
        "Возьми договор.",
        "Скидка 4 % при предоплате",
        "Николай Эталонов",
    ):
        assert words in page, words


def test_late_work_stands_first_and_says_how_old_it_is(http, user):
    plan(user, NOON - timedelta(days=6), title="Дозвониться до склада")

    page = http.get("/").text

    assert page.index("Дозвониться до склада") < page.index('class="line"')
    assert "старейшее — 6 дней" in page


def test_done_work_stays_in_the_line_with_its_result(http, user):
    ActivityFactory(
        performer=user,
        done_at=NOON - timedelta(hours=2),
        title="Согласовать дату приёмки",
        summary="Приёмка 20 ноября с 8:00.",
    )

    page = http.get("/").text

    assert page.index("Приёмка 20 ноября с 8:00.") < page.index("nowline")


def test_free_hours_are_told_between_pieces_of_work(http, user):
    plan(user, NOON + timedelta(minutes=10), minutes=30)
    plan(user, NOON + timedelta(hours=3))

    assert "свободно до 14:20" in http.get("/").text


def test_the_work_of_a_colleague_is_not_in_my_day(http):
    plan(UserFactory(), NOON + timedelta(hours=1), title="Чужая встреча")

    assert "Чужая встреча" not in http.get("/").text


def test_today_is_today_where_the_reader_is(sign_in, db):
    far = UserFactory(time_zone="Asia/Vladivostok")
    plan(
        far, datetime.fromisoformat("2026-11-18T23:30:00+10:00"), title="Поздний звонок"
    )
    plan(
        far,
        datetime.fromisoformat("2026-11-19T00:30:00+10:00"),
        title="Завтрашний звонок",
    )

    page = sign_in(far).get("/").text

    assert "Поздний звонок" in page
    assert "Завтрашний звонок" not in page.split("day-side")[0]


def test_who_may_not_read_the_card_is_led_to_the_work_alone(sign_in, db):
    lone = UserFactory(
        role=RoleFactory(
            scope="own", permissions=["clients.view_client", "clients.view_activity"]
        )
    )
    stranger = ClientFactory(curator=UserFactory())
    activity = plan(lone, NOON + timedelta(hours=1), client=stranger)

    page = sign_in(lone).get("/").text

    assert f"/activities/{activity.pk}/" in page
    assert f'href="/clients/{stranger.pk}/"' not in page


def test_an_empty_day_says_what_to_do(http):
    page = http.get("/").text

    assert "На сегодня ничего не запланировано" in page
    assert "curator=me" in page


def test_internal_work_needs_no_client(http, user):
    plan(
        user,
        NOON + timedelta(hours=1),
        client=None,
        kind=ActivityKind.objects.get(code="internal"),
        title="Планёрка отдела",
    )

    assert "Планёрка отдела" in http.get("/").text


def test_a_full_day_costs_as_many_queries_as_a_quiet_one(http, user):
    def fill(count):
        for n in range(count):
            client = ClientFactory()
            contact = ContactLinkFactory(client=client).contact
            for at in (
                NOON - timedelta(days=2),
                NOON + timedelta(minutes=10 + n),
                NOON + timedelta(days=2),
            ):
                plan(user, at, client=client, contact=contact, created_by=UserFactory())
            ActivityFactory(
                performer=user,
                client=client,
                contact=contact,
                done_at=NOON - timedelta(hours=1),
            )
            Commitment.objects.create(
                client=client,
                text="Обещание",
                made_at=timezone.now(),
                made_by=user,
                due_on=NOON.date(),
            )

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert http.get("/").status_code == 200
        return len(queries)

    fill(2)
    http.get("/")
    quiet = cost()
    fill(18)

    assert cost() == quiet <= 16


def test_all_that_is_late_is_put_off_to_one_day_at_the_hours_it_had(http, user):
    late = [
        plan(user, NOON - timedelta(days=days, hours=days), client=ClientFactory())
        for days in (1, 2)
    ]
    archived = plan(
        user, NOON - timedelta(days=3), client=ClientFactory(archived_at=NOON)
    )
    today = plan(user, NOON - timedelta(hours=1))
    assert "/activities/late/" in http.get("/").content.decode()
    answer = http.post("/activities/late/", {"on": "2026-11-20"})
    assert answer.status_code == 302
    for activity in late:
        before = timezone.localtime(activity.planned_at)
        activity.refresh_from_db()
        moved = timezone.localtime(activity.planned_at)
        assert (moved.date().isoformat(), moved.time()) == ("2026-11-20", before.time())
    for untouched in (archived, today):
        before = untouched.planned_at
        untouched.refresh_from_db()
        assert untouched.planned_at == before


@pytest.mark.parametrize("on", ["", "2026-11-17", "no day", "2999-01-01"])
def test_late_work_goes_to_no_impossible_day(http, user, on):
    late = plan(user, NOON - timedelta(days=1))
    answer = http.post("/activities/late/", {"on": on}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    before = late.planned_at
    late.refresh_from_db()
    assert late.planned_at == before


def test_a_day_of_four_hundred_says_that_it_goes_on_and_where(http, user):
    ActivityFactory.create_batch(400, performer=user, created_by=user, status="planned", planned_at=NOON + timedelta(hours=2), title="Обзвон")  # fmt: skip
    user.language = "en"
    user.save()

    page = http.get("/").text

    assert page.count("Обзвон") < 200 and "60+" in page
    rest = "/plan/?view=agenda&amp;on=2026-11-18"
    assert rest in page
    assert http.get(rest.replace("&amp;", "&")).text.count("Обзвон") >= 100


def promised(user, count, **more):
    return [
        Commitment.objects.create(client=ClientFactory(), text=f"Обещание {n}!", made_at=NOON, made_by=user, **more)
        for n in range(count)
    ]  # fmt: skip


def test_promises_beyond_ten_lead_to_all_of_them(http, user):
    promised(user, 10, due_on=NOON.date())
    assert "/promises/" not in http.get("/").text
    promised(user, 60, due_on=NOON.date() + timedelta(days=1))
    promised(user, 1)
    promised(UserFactory(), 1, due_on=NOON.date())

    assert 'href="/promises/"' in http.get("/").text
    first = http.get("/promises/").text
    then = http.get("/promises/?" + re.search(r'rel="next" href="\?([^"]+)', first)[1])

    assert first.count("Обещание") == 50
    assert then.text.count("Обещание") == 21


def test_a_page_of_promises_costs_the_same_for_two_and_twenty(http, user):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert http.get("/promises/").status_code == 200
        return len(queries)

    promised(user, 2, due_on=NOON.date())
    cost()
    few = cost()
    promised(user, 18, due_on=NOON.date())
    assert cost() == few <= 8


def test_a_promise_to_a_client_who_is_no_longer_mine_leads_to_no_card(sign_in, db):
    lone = UserFactory(
        role=RoleFactory(
            scope="own", permissions=["clients.view_client", "clients.view_activity"]
        )
    )
    (commitment,) = promised(lone, 1)

    page = sign_in(lone).get("/promises/").text

    assert commitment.text in page
    assert f'href="/clients/{commitment.client_id}/"' not in page


def test_who_promised_nothing_is_told_so(http):
    assert "Вы никому ничего не должны" in http.get("/promises/").text


def test_an_overdue_invoice_is_one_of_the_unpaid_ones(http, user):
    for due in (5, 9, -3):
        an_invoice(a_deal(responsible=user), due=due)
    an_invoice(a_deal(), due=-3)

    (counter,) = re.findall(r'<a href="/invoices/[^"]*"><b[^>]*>(.*?)</a>', http.get("/").text)  # fmt: skip

    assert counter.startswith("3<")
    assert "просрочено: 1" in counter
