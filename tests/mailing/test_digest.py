"""The plan of the day by letter: when it is due, what it says, and that each gets it once."""

import threading
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from deals.models import Deal, Invoice
from mailing.actions import digest
from mailing.links import digest_token
from pipeline.models import Absence
from salesexpert.ground.data_folder import wait_until
from salesexpert.notices.models import NoticeChoice
from salesexpert.outbox import delivery
from salesexpert.outbox.models import Letter
from tests.deals.money import a_deal, an_invoice
from tests.factories import ActivityFactory, ClientFactory, UserFactory
from tests.outbox.conftest import mail_server  # noqa: F401  (a fixture)

WEDNESDAY = date(2026, 11, 18)
MORNING = datetime(2026, 11, 18, 5, 30, tzinfo=UTC)  # 8:30 in Moscow
DAY = timedelta(days=1)

pytestmark = pytest.mark.django_db


def planned(person, at, **more):
    return ActivityFactory(
        **{"performer": person, "created_by": person, "status": "planned", "planned_at": at, **more}
    )  # fmt: skip


def test_it_is_due_at_each_persons_hour_in_his_time_zone(user):
    east = UserFactory(time_zone="Asia/Vladivostok")  # 15:30 there
    NoticeChoice.objects.create(user=east, digest_at=time(15, 30))
    UserFactory(email="")
    UserFactory(is_active=False)
    UserFactory(time_zone="Nowhere/At_All", email="")

    assert digest.due(at=MORNING - timedelta(minutes=1)) == []
    assert sorted(digest.due(at=MORNING)) == sorted(
        [(user.pk, WEDNESDAY), (east.pk, WEDNESDAY)]
    )


@pytest.mark.parametrize(
    "day", [date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 4)]
)
def test_on_days_off_nothing_is_sent(user, day):
    assert digest.due(at=datetime.combine(day, time(6), tzinfo=UTC)) == []


def test_who_is_away_or_wants_none_gets_none(user):
    away, asked_not = UserFactory(), UserFactory()
    Absence.objects.create(
        user=away, since_on=WEDNESDAY - DAY, until_on=WEDNESDAY, created_at=MORNING, created_by=away,
        state="approved",
    )  # fmt: skip
    digest.stop(asked_not)

    assert digest.due(at=MORNING) == [(user.pk, WEDNESDAY)]
    assert digest.write(asked_not.pk, WEDNESDAY, at=MORNING) is None


def test_after_an_outage_it_comes_late_but_not_in_the_evening(user):
    assert digest.due(at=MORNING + timedelta(hours=5)) == [(user.pk, WEDNESDAY)]
    assert digest.due(at=MORNING + timedelta(hours=9)) == []


def test_it_tells_of_the_day_of_what_is_late_and_of_what_turned_red(user):
    client = ClientFactory(name="Образец", legal_form=None)
    colleague = UserFactory(first_name="Вера", last_name="Тестова")
    planned(user, MORNING + timedelta(hours=2), client=client, title="Позвонить <по договору>", note="Спросить о сроке", created_by=colleague)  # fmt: skip
    planned(user, MORNING + DAY, client=client, title="Завтрашнее")
    planned(user, MORNING - 3 * DAY, client=client, title="Забытое")
    red, old, waiting = (a_deal(client, responsible=user) for _ in range(3))
    for deal, due_at, waits in (
        (red, MORNING - DAY, None),
        (old, MORNING - 9 * DAY, None),
        (waiting, MORNING - DAY, WEDNESDAY + DAY),
    ):
        Deal.objects.filter(pk=deal.pk).update(
            due_at=due_at, waits_until=waits, responsible=user, title=f"Сделка {deal.pk}"
        )  # fmt: skip
    NoticeChoice.objects.create(user=user, digest=True)

    letter = digest.write(user.pk, WEDNESDAY, at=MORNING)

    for body in (letter.text, letter.html):
        assert "10:30" in body
        assert "Спросить о сроке" in body
        assert "Вера Тестова" in body
        assert "Забытое" in body
        assert "Завтрашнее" not in body
        assert f"Сделка {red.pk}" in body
        assert f"Сделка {old.pk}" not in body
        assert f"Сделка {waiting.pk}" not in body
    assert "&lt;по договору&gt;" in letter.html
    assert letter.subject == "План на 18 ноя: сегодня 1, просрочено 1".replace("18 ноя", "18\xa0ноя")  # fmt: skip


def test_a_head_reads_what_turned_red_in_his_team(user, db):
    from salesexpert.accounts.models import Role

    head = UserFactory(role=Role.objects.get(code="head_of_sales"))
    type(user).objects.filter(pk=user.pk).update(head=head)
    deal = a_deal(responsible=user)
    Deal.objects.filter(pk=deal.pk).update(
        due_at=MORNING - DAY, title="Отстающая", responsible=user
    )

    letter = digest.write(head.pk, WEDNESDAY, at=MORNING)

    assert "Отстающая" in letter.text
    assert str(user) in letter.html
    assert "Отстающая" not in digest.write(UserFactory().pk, WEDNESDAY, at=MORNING).text


def test_invoices_not_paid_in_time_are_told_once_the_day_after(user):
    deal = a_deal(responsible=user)
    Deal.objects.filter(pk=deal.pk).update(responsible=user)
    deal.refresh_from_db()
    invoice = an_invoice(deal, "918500")
    Invoice.objects.filter(pk=invoice.pk).update(due_on=WEDNESDAY - DAY)

    said = digest.write(user.pk, WEDNESDAY, at=MORNING).text
    following = digest.write(user.pk, WEDNESDAY + DAY, at=MORNING + DAY).text

    assert f"НЕ ОПЛАЧЕНО В СРОК: 1\n{invoice.number}, " in said
    assert "НЕ ОПЛАЧЕНО" not in following


def test_it_is_in_the_readers_language(user):
    type(user).objects.filter(pk=user.pk).update(language="en")

    letter = digest.write(user.pk, WEDNESDAY, at=MORNING)

    assert letter.subject == "Plan for 18\xa0Nov"
    assert "Nothing is planned for today." in letter.text


def test_its_link_ends_it_without_signing_in_but_not_when_only_followed(user, client):
    path = f"/digest/stop/{digest_token(user.pk)}/"

    assert client.get(path).status_code == 200
    assert digest.due(at=MORNING)
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert digest.due(at=MORNING) == []
    assert client.post(path[:-4] + "x/").status_code == 404


def test_it_costs_as_much_for_a_long_day_as_for_a_short_one(
    user, django_assert_max_num_queries
):
    def write(day):
        digest.write(user.pk, day, at=datetime.combine(day, time(6), tzinfo=UTC))

    for _ in range(2):
        planned(user, MORNING + timedelta(hours=2))
    with django_assert_max_num_queries(40) as short:
        write(WEDNESDAY)
    for _ in range(18):
        planned(user, MORNING + DAY + timedelta(hours=2))
    with django_assert_max_num_queries(len(short)):
        write(WEDNESDAY + DAY)


@pytest.mark.django_db(transaction=True)
def test_two_beats_at_once_write_one_letter(user):
    together = threading.Barrier(2)

    def write() -> None:
        together.wait(timeout=10)
        digest.write(user.pk, WEDNESDAY, at=MORNING)
        connection.close()

    threads = [threading.Thread(target=write) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert Letter.objects.get().key == f"day-plan:{user.pk}:2026-11-18"
    assert digest.due(at=MORNING) == []


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_takes_it_once_as_text_and_html(user, mail_server):  # noqa: F811
    for _ in range(2):
        letter = digest.write(user.pk, WEDNESDAY, at=MORNING)
        delivery.deliver(letter.pk)
        delivery.deliver(letter.pk)

    (message,) = mail_server.letters
    assert message["To"] == user.email
    assert [part.get_content_type() for part in message.iter_parts()] == [
        "text/plain",
        "text/html",
    ]
    assert "/digest/stop/" in message["List-Unsubscribe"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_while_it_writes_leaves_nothing_and_the_next_ring_writes_one(
    user,
):
    pids: list[int] = []
    failed: list[Exception] = []

    def write() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pids.append(cursor.fetchone()[0])
        try:
            digest.write(user.pk, WEDNESDAY, at=MORNING)
        except DatabaseError as error:
            failed.append(error)
        connection.close()

    def waits(cursor) -> bool:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE pid = ANY(%s) AND NOT granted", [pids]
        )
        return bool(cursor.fetchone()[0])

    writer = threading.Thread(target=write)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE outbox_letter IN EXCLUSIVE MODE")
        writer.start()
        assert wait_until(lambda: waits(cursor), seconds=20)
        # To the database a killed worker is a connection that is gone.
        cursor.execute("SELECT pg_terminate_backend(%s)", pids)
        writer.join(timeout=20)
    assert failed
    assert not Letter.objects.exists()

    assert digest.due(at=MORNING) == [(user.pk, WEDNESDAY)]
    digest.write(user.pk, WEDNESDAY, at=MORNING)
    assert Letter.objects.count() == 1
