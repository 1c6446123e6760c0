"""What the verbs of the history promise, whoever calls them."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from clients.actions import activities as actions
from clients.actions import activity_rules, answers
from clients.actions.activity_rules import Promise, Step
from clients.actions.steps import refresh_steps
from clients.choices import ActivityStatus
from clients.models import (
    Activity,
    ActivityKind,
    Client,
    Commitment,
    Question,
    RelationshipMove,
    RelationshipType,
)
from salesexpert.audit.models import JournalEntry
from salesexpert.core import preferences
from salesexpert.core.errors import DomainError
from tests.factories import ActivityFactory, ClientFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db


def kind(code="call"):
    return ActivityKind.objects.get(code=code)


def record(client, by, **more):
    given = {"kind": kind(), "summary": "Договорились.", "at": timezone.now()} | more
    return actions.record_activity(client=client, by=by, **given)


def plan(client, by, **more):
    now = timezone.now()
    given = {"kind": kind(), "planned_at": now + timedelta(days=1), "at": now} | more
    return actions.plan_activity(client=client, by=by, **given)


def test_the_first_contact_marks_the_card_once(user):
    client, other = ClientFactory(), UserFactory()
    earlier = timezone.now() - timedelta(hours=2)

    record(client, user, done_at=earlier)
    record(client, other)

    client.refresh_from_db()
    assert (client.first_contact_at, client.first_contact_by) == (earlier, user)


def test_a_note_is_no_contact(user):
    client = ClientFactory()

    record(client, user, kind=kind("note"))

    client.refresh_from_db()
    assert client.first_contact_at is None
    assert client.last_contact_at is None


def test_the_last_contact_is_the_newest_one_even_if_an_older_is_entered_later(user):
    client, now = ClientFactory(), timezone.now()
    record(client, user, at=now)

    record(client, user, at=now, done_at=now - timedelta(days=9))

    client.refresh_from_db()
    assert client.last_contact_at == now


def test_a_call_without_a_resume_is_refused_and_nothing_is_written(user):
    client = ClientFactory()

    with pytest.raises(activity_rules.SummaryIsRequired):
        record(client, user, summary="  \n ")

    assert not Activity.objects.exists()


def test_internal_work_needs_neither_client_nor_resume(user):
    entry = record(None, user, kind=kind("internal"), summary="")

    assert entry.client is None
    with pytest.raises(activity_rules.ClientIsRequired):
        record(None, user)


def test_done_and_the_next_step_are_written_together_or_not_at_all(sign_in):
    lawyer = UserFactory(preset="lawyer")
    client, colleague = ClientFactory(), UserFactory()
    tomorrow = timezone.now() + timedelta(days=1)

    with pytest.raises(activity_rules.MayNotPlanForOthers):
        record(client, lawyer, next_step=Step(kind(), tomorrow, performer=colleague))
    assert not Activity.objects.exists()

    done = record(
        client, lawyer, next_step=Step(kind("meeting"), tomorrow, title="Условия")
    )
    step = done.followed_by.get()
    client.refresh_from_db()
    assert (step.status, step.performer, step.title) == ("planned", lawyer, "Условия")
    assert (client.next_step_at, client.next_step_title) == (tomorrow, "Условия")


def test_the_card_repeats_the_nearest_step_whatever_happens_to_the_plan(user):
    client, now = ClientFactory(), timezone.now()
    near = plan(client, user, planned_at=now + timedelta(days=1), title="Ближний")
    far = plan(client, user, planned_at=now + timedelta(days=5), title="Дальний")

    def shown():
        client.refresh_from_db()
        return client.next_step_title

    assert shown() == "Ближний"
    actions.reschedule_activity(activity=near, planned_at=now + timedelta(days=9), by=user, at=now)  # fmt: skip
    assert shown() == "Дальний"
    actions.cancel_activity(activity=far, reason="Передумали", by=user, at=now)
    assert shown() == "Ближний"
    actions.complete_activity(activity=near, summary="Решено", by=user, at=now)
    assert shown() == ""
    assert client.last_contact_at == now


def test_what_was_done_keeps_the_relationship_of_its_moment(user):
    client = ClientFactory()
    cold, potential = RelationshipType.objects.order_by("step")[:2]
    now = timezone.now()
    client.relationship = potential
    client.save()
    RelationshipMove.objects.create(
        client=client, from_type=cold, to_type=potential, at=now - timedelta(days=5)
    )

    assert record(client, user, at=now).relationship == potential
    long_ago = record(client, user, at=now, done_at=now - timedelta(days=30))
    assert long_ago.relationship == cold


def test_what_has_not_come_cannot_be_recorded(user):
    with pytest.raises(activity_rules.InTheFuture):
        record(ClientFactory(), user, done_at=timezone.now() + timedelta(hours=1))


def test_the_same_form_sent_twice_records_once(user):
    client, key = ClientFactory(), uuid.uuid4()

    first, second = record(client, user, key=key), record(client, user, key=key)

    assert first == second
    assert Activity.objects.count() == 1


def test_promises_and_questions_stay_with_the_client(user):
    client = ClientFactory()

    record(client, user, promise=Promise(), question="Есть ли рассрочка?")

    assert Commitment.objects.get(client=client).text == "Договорились."
    assert Question.objects.get(client=client).text == "Есть ли рассрочка?"


def test_a_promise_is_settled_once(user):
    client, now = ClientFactory(), timezone.now()
    commitment = Commitment.objects.create(client=client, text="Скидка", made_at=now, made_by=user)  # fmt: skip

    answers.settle_commitment(commitment=commitment, by=user, at=now)

    with pytest.raises(activity_rules.AlreadySettled, match=str(user)):
        answers.settle_commitment(commitment=commitment, by=user, at=now)


def test_only_who_may_changes_what_others_planned(user):
    client, stranger = ClientFactory(), UserFactory()
    head = UserFactory(preset="head_of_sales")
    planned, now = plan(client, user), timezone.now()

    with pytest.raises(activity_rules.NotYoursToChange):
        actions.cancel_activity(activity=planned, reason="нет", by=stranger, at=now)

    actions.cancel_activity(activity=planned, reason="Клиент закрылся", by=head, at=now)
    planned.refresh_from_db()
    assert (planned.status, planned.summary) == ("cancelled", "Клиент закрылся")
    assert JournalEntry.objects.filter(verb="activity.cancelled", by=head).exists()


def test_an_entry_is_corrected_and_the_card_follows(user):
    client, now = ClientFactory(), timezone.now()
    entry = record(client, user, at=now)
    earlier = now - timedelta(days=3)

    actions.edit_activity(activity=entry, by=user, at=now, done_at=earlier, summary="Иначе")  # fmt: skip

    entry.refresh_from_db()
    client.refresh_from_db()
    assert (entry.summary, entry.feed_at, client.last_contact_at) == ("Иначе", earlier, earlier)  # fmt: skip


def test_an_archived_card_takes_no_entries(user):
    client = ClientFactory(archived_at=timezone.now())

    with pytest.raises(activity_rules.CardIsArchived):
        record(client, user)


@pytest.fixture
def step_required():
    preferences.put(next_step_required=True)


def test_a_company_may_demand_a_next_step(user, step_required):
    client = ClientFactory()

    with pytest.raises(activity_rules.NextStepIsRequired):
        record(client, user)
    assert not Activity.objects.exists()

    record(client, user, next_step=Step(kind(), timezone.now() + timedelta(days=1)))
    record(client, user)  # one is planned already
    assert Activity.objects.count() == 3


def test_a_supplier_needs_no_next_step(user, step_required):
    record(ClientFactory(category="supplier"), user)

    assert Activity.objects.count() == 1


def test_steps_of_many_cards_are_worked_out_at_once(
    user, django_assert_max_num_queries
):
    now = timezone.now()
    clients = [ClientFactory() for _ in range(20)]
    for client in clients:
        ActivityFactory(client=client, performer=user, done_at=now, feed_at=now)
        ActivityFactory(client=client, performer=user, status="planned", planned_at=now + timedelta(days=2), title="Позвонить")  # fmt: skip

    with django_assert_max_num_queries(4):
        refresh_steps(c.pk for c in clients)

    rows = set(Client.objects.values_list("last_contact_at", "next_step_at", "next_step_title"))  # fmt: skip
    assert rows == {(now, now + timedelta(days=2), "Позвонить")}


def test_a_performer_from_another_team_reads_the_work_and_nothing_else(user):
    own = UserFactory(role=RoleFactory(scope="own", permissions=["clients.view_client", "clients.view_activity"]))  # fmt: skip
    client = ClientFactory(curator=user)
    given, other = plan(client, user, performer=own), plan(client, user)

    assert list(Activity.objects.visible_to(own)) == [given]
    assert not Client.objects.visible_to(own).exists()
    assert other not in Activity.objects.visible_to(own)


def in_threads(*deeds):
    """Run deeds at once, each on a connection of its own; answers or errors in their order."""
    answers, start = [None] * len(deeds), threading.Barrier(len(deeds))

    def run(place, deed):
        start.wait(timeout=20)
        try:
            answers[place] = deed()
        except DomainError as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


@pytest.mark.django_db(transaction=True)
def test_of_two_who_finish_one_work_at_once_one_wins():
    anna, boris = UserFactory(preset="head_of_sales"), UserFactory(preset="head_of_sales")  # fmt: skip
    planned, now = plan(ClientFactory(), anna), timezone.now()

    def finish(person):
        return lambda: actions.complete_activity(activity=planned, summary=f"Итог {person.pk}", by=person, at=now)  # fmt: skip

    answers = in_threads(finish(anna), finish(boris))

    refused = [a for a in answers if isinstance(a, activity_rules.AlreadyOver)]
    assert len(refused) == 1
    planned.refresh_from_db()
    assert planned.status == ActivityStatus.DONE
    assert planned.summary in str(refused[0])


@pytest.mark.django_db(transaction=True)
def test_two_who_plan_at_once_leave_the_nearest_step_on_the_card():
    anna, boris, client = UserFactory(), UserFactory(), ClientFactory()
    now = timezone.now()

    in_threads(
        *(
            lambda person=person, days=days: plan(
                client, person, planned_at=now + timedelta(days=days)
            )
            for person, days in ((anna, 3), (boris, 2), (anna, 5), (boris, 4))
        )
    )

    client.refresh_from_db()
    assert client.next_step_at == now + timedelta(days=2)


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_records_once():
    anna, client, key = UserFactory(), ClientFactory(), uuid.uuid4()

    answers = in_threads(*[lambda: record(client, anna, key=key)] * 2)

    assert answers[0] == answers[1]
    assert Activity.objects.count() == 1


def test_the_feed_reads_its_index_and_sorts_nothing(user):
    client = ClientFactory()
    rows = Activity.objects.filter(client=client).exclude(status="planned")
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off"
        )
        plan_text = rows.order_by("-feed_at", "-pk")[:21].explain()

    assert "activity_of_client" in plan_text
    assert "Sort" not in plan_text
