"""The history on the card, through HTTP."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import Activity, ActivityKind, Client, Commitment, Question
from salesexpert.core import preferences
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactLinkFactory,
    RoleFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def firm(user):
    return ClientFactory(name="Вымпел-Образец", curator=user)


def kind(code="call"):
    return ActivityKind.objects.get(code=code)


def day(days=0):
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def send(http, firm, **data):
    given = {"kind": kind().pk, "summary": "Ждут предложение.", "then": "record"} | data
    return http.post(f"/clients/{firm.pk}/history/record/", given, **HTMX)


def test_a_call_is_recorded_from_the_card(http, firm, user):
    link = ContactLinkFactory(client=firm)

    answer = send(http, firm, contact=link.contact_id, direction="in", minutes=6)

    assert answer.status_code == 204
    assert set(json.loads(answer["HX-Trigger"])) == {"activities-changed", "composer-done", "toast"}  # fmt: skip
    row = Activity.objects.get()
    assert (row.direction, row.minutes, row.contact, row.performer) == ("in", 6, link.contact, user)  # fmt: skip


def test_saving_with_a_next_step_costs_few_queries(http, firm):
    link = ContactLinkFactory(client=firm)
    send(http, firm)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = send(http, firm, contact=link.contact_id, then="plan", next_on=day(1))

    assert answer.status_code == 204
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) <= 10


def test_done_and_plan_makes_both(http, firm, user):
    colleague = UserFactory()

    answer = send(http, firm, then="plan", next_on=day(2), next_at="11:00", next_kind=kind("meeting").pk, next_performer=colleague.pk, next_title="Условия")  # fmt: skip

    assert answer.status_code == 204
    step = Activity.objects.get(status="planned")
    local = timezone.localtime(step.planned_at)
    assert (step.performer, step.title, step.kind) == (colleague, "Условия", kind("meeting"))  # fmt: skip
    assert (local.date().isoformat(), local.hour) == (day(2), 11)


def test_without_a_resume_the_form_comes_back_with_what_was_typed(http, firm):
    answer = send(http, firm, summary=" ", next_title="Перезвонить «Марии»")

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Перезвонить «Марии»" in page
    assert 'aria-describedby="c-summary-error"' in page
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"kind": "999999"}, "kind"),
        ({"kind": ""}, "kind"),
        ({"kind": "x' OR 1=1"}, "kind"),
        ({"contact": "5"}, "contact"),
        ({"deal": "7"}, "deal"),
        ({"result": "999999"}, "result"),
        ({"summary": "a\x00b"}, "summary"),
        ({"summary": "я" * 20_001}, "summary"),
        ({"minutes": "-5"}, "minutes"),
        ({"minutes": "9" * 40}, "minutes"),
        ({"direction": "sideways"}, "direction"),
        ({"done_on": "31.02.2026"}, "done_on"),
        ({"done_on": "0001-01-01"}, "done_on"),
        ({"done_on": "9999-12-31"}, "done_on"),
        ({"then": "plan"}, "next_on"),
        ({"then": "plan", "next_on": "2020-01-01"}, "next_on"),
        ({"then": "plan", "next_on": "9999-12-31"}, "next_on"),
        ({"then": "plan", "next_on": "завтра"}, "next_on"),
        ({"then": "plan", "next_on": "TOMORROW", "next_at": "25:00"}, "next_at"),
        ({"then": "plan", "next_performer": "99999999"}, "next_performer"),
        ({"asked": "1", "question": ""}, "question"),
        ({"promise": "1", "promise_text": "п" * 501}, "promise_text"),
        ({"promise": "1", "promise_until": "3026-01-01"}, "promise_until"),
        ({"token": "nonsense"}, "token"),
    ],
)  # fmt: skip
def test_bad_input_is_answered_beside_its_field(http, firm, data, field):
    answer = send(http, firm, **data)

    assert answer.status_code == 422
    assert field in answer.context["e"]
    assert str(answer.context["e"][field][0]) in answer.content.decode().replace("&#x27;", "'").replace("&quot;", '"')  # fmt: skip
    assert not Activity.objects.exists()


@pytest.mark.parametrize("summary", ["<script>alert(1)</script>", "🙂 договорились", "=cmd()", "'; DROP TABLE--"])  # fmt: skip
def test_odd_words_are_kept_and_shown_as_words(http, firm, summary):
    assert send(http, firm, summary=summary).status_code == 204

    page = http.get(f"/clients/{firm.pk}/").content.decode()
    assert Activity.objects.get().summary == summary
    assert "<script>alert" not in page


def test_an_earlier_call_is_dated_back_in_the_readers_zone(sign_in, firm):
    anna = UserFactory(time_zone="Asia/Vladivostok")

    answer = send(sign_in(anna), firm, done_on="2026-03-05", done_clock="09:30")

    assert answer.status_code == 204
    assert Activity.objects.get().done_at.isoformat() == "2026-03-04T23:30:00+00:00"


def test_a_promise_stands_on_the_strip_and_a_question_waits_for_its_answer(http, firm):
    send(http, firm, promise="1", promise_kind="agreement", promise_text="Цена до конца года", promise_until=day(9), asked="1", question="Есть ли рассрочка?")  # fmt: skip

    page = http.get(f"/clients/{firm.pk}/").content.decode()
    assert "Цена до конца года" in page
    assert "Есть ли рассрочка?" in page

    commitment, question = Commitment.objects.get(), Question.objects.get()
    assert http.post(f"/commitments/{commitment.pk}/settle/", **HTMX).status_code == 200
    assert http.post(f"/questions/{question.pk}/answer/", {"answer": ""}, **HTMX).status_code == 422  # fmt: skip
    assert http.post(f"/questions/{question.pk}/answer/", {"answer": "Да"}, **HTMX).status_code == 204  # fmt: skip
    page = http.get(f"/clients/{firm.pk}/").content.decode()
    assert "Цена до конца года" not in page
    assert "Есть ли рассрочка?" not in page
    assert http.post(f"/commitments/{commitment.pk}/settle/", **HTMX).status_code == 422


def test_all_promises_are_listed_settled_ones_last(http, firm, user):
    now = timezone.now()
    for text in ("Первая", "Вторая", "Третья"):
        Commitment.objects.create(client=firm, text=text, made_at=now, made_by=user)
    Commitment.objects.filter(text="Вторая").update(settled_at=now, settled_by=user)

    page = http.get(f"/clients/{firm.pk}/commitments/", **HTMX).content.decode()

    assert page.index("Третья") < page.index("Первая") < page.index("Вторая")


def test_the_composer_can_only_plan(http, firm):
    answer = send(http, firm, mode="plan", summary="Взять образцы", next_on=day(3), next_title="Показать щётки")  # fmt: skip

    assert answer.status_code == 204
    row = Activity.objects.get()
    assert (row.status, row.title, row.note) == ("planned", "Показать щётки", "Взять образцы")  # fmt: skip


def test_a_double_click_records_once(http, firm):
    token = "8f3c1f7e-0000-4000-8000-000000000001"
    assert send(http, firm, token=token).status_code == 204
    assert send(http, firm, token=token).status_code == 204

    assert Activity.objects.count() == 1


def test_the_demand_of_a_next_step_is_said_beside_its_day(http, firm):
    preferences.put(next_step_required=True)

    answer = send(http, firm)

    assert answer.status_code == 422
    assert "next_on" in answer.context["e"]


def test_the_feed_goes_on_by_pages_without_losing_or_repeating(http, firm, user):
    now = timezone.now()
    rows = [
        ActivityFactory(
            client=firm,
            performer=user,
            summary=f"запись-{n:03}-",
            feed_at=now,
            done_at=now,
        )
        for n in range(45)
    ]
    seen, url = [], f"/clients/{firm.pk}/"
    while url:
        answer = http.get(url)
        seen += [row["pk"] for row in answer.context["done"]]
        earlier = answer.context["earlier"]
        url = f"/clients/{firm.pk}/?before={earlier}" if earlier else None

    assert seen == [row.pk for row in reversed(rows)]
    part = http.get(f"/clients/{firm.pk}/history/?before=spoiled", **HTMX)
    assert part.status_code == 200


def test_a_filter_shows_one_group_of_kinds(http, firm, user):
    ActivityFactory(client=firm, performer=user, summary="это звонок")
    ActivityFactory(client=firm, performer=user, summary="это письмо", kind=kind("email"))  # fmt: skip

    page = http.get(f"/clients/{firm.pk}/history/?kind=letters", **HTMX).content.decode()  # fmt: skip
    assert "это письмо" in page
    assert "это звонок" not in page


def test_the_card_costs_the_same_for_two_entries_and_forty(http, firm, user):
    def cost():
        http.get(f"/clients/{firm.pk}/")
        with CaptureQueriesContext(connection) as queries:
            http.get(f"/clients/{firm.pk}/")
        return len(queries)

    ActivityFactory(client=firm, performer=user)
    few = cost()
    for n in range(40):
        other = UserFactory()
        ActivityFactory(client=firm, performer=other, contact=ContactLinkFactory(client=firm).contact)  # fmt: skip
        ActivityFactory(client=firm, performer=other, status="planned", planned_at=timezone.now() + timedelta(days=n))  # fmt: skip
        Commitment.objects.create(client=firm, text="Обещание", made_at=timezone.now(), made_by=other)  # fmt: skip

    assert cost() == few <= 15


def test_planned_work_is_finished_put_off_and_cancelled_in_its_place(http, firm, user):
    def planned():
        return ActivityFactory(client=firm, performer=user, status="planned", planned_at=timezone.now(), summary="")  # fmt: skip

    first, second, third = planned(), planned(), planned()
    for deed in ("done", "reschedule", "cancel", "edit"):
        assert http.get(f"/activities/{first.pk}/{deed}/", **HTMX).status_code == 200
        assert http.get(f"/activities/{first.pk}/{deed}/").status_code == 200

    answer = http.post(f"/activities/{first.pk}/done/", {"summary": "Сделано", "then": "plan", "next_on": day(1)}, **HTMX)  # fmt: skip
    assert answer.status_code == 204
    assert http.post(f"/activities/{second.pk}/reschedule/", {"on": day(4), "clock": "15:30"}, **HTMX).status_code == 204  # fmt: skip
    assert http.post(f"/activities/{third.pk}/cancel/", {"reason": "Не нужно"}, **HTMX).status_code == 204  # fmt: skip

    first.refresh_from_db(), second.refresh_from_db(), third.refresh_from_db()
    assert first.status == "done"
    assert first.followed_by.get().performer == user
    assert timezone.localtime(second.planned_at).hour == 15
    assert (third.status, third.summary) == ("cancelled", "Не нужно")


def test_who_comes_second_is_told_what_the_first_wrote(http, firm, user):
    row = ActivityFactory(client=firm, performer=user, summary="Уже поговорили")

    answer = http.post(f"/activities/{row.pk}/done/", {"summary": "Моё", "then": "record"}, **HTMX)  # fmt: skip

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Уже поговорили" in page
    assert "Моё" in page


def test_the_work_of_a_colleague_is_read_but_not_changed(sign_in, firm, user):
    row = ActivityFactory(client=firm, performer=user, status="planned", planned_at=timezone.now())  # fmt: skip
    http = sign_in(UserFactory(preset="lawyer"))

    assert http.get(f"/activities/{row.pk}/").status_code == 200
    assert "/done/" not in http.get(f"/clients/{firm.pk}/").content.decode()
    answer = http.post(f"/activities/{row.pk}/cancel/", {"reason": "нет"}, **HTMX)
    assert answer.status_code == 403
    row.refresh_from_db()
    assert row.status == "planned"


def test_who_performs_work_for_a_strangers_client_finishes_it_without_the_card(sign_in, firm, user):  # fmt: skip
    rights = ["clients.view_client", "clients.view_activity", "clients.change_activity"]
    own = UserFactory(role=RoleFactory(scope="own", permissions=rights))
    row = ActivityFactory(client=firm, performer=own, created_by=user, status="planned", planned_at=timezone.now())  # fmt: skip
    http = sign_in(own)

    assert http.get(f"/clients/{firm.pk}/").status_code == 404
    page = http.get(f"/activities/{row.pk}/").content.decode()
    assert "Вымпел-Образец" in page
    assert f"/clients/{firm.pk}/" not in page
    assert http.post(f"/activities/{row.pk}/done/", {"summary": "Ок", "then": "record"}, **HTMX).status_code == 204  # fmt: skip


def test_internal_work_is_planned_without_a_client_and_other_work_is_not(http, user):
    data = {"kind": kind("internal").pk, "on": day(1), "clock": "09:00", "title": "Планёрка"}  # fmt: skip
    assert http.post("/activities/plan/", data, **HTMX).status_code == 204
    assert Activity.objects.get().client is None

    answer = http.post("/activities/plan/", data | {"kind": kind().pk}, **HTMX)
    assert answer.status_code == 422
    assert "client_id" in answer.context["e"]


def test_a_client_is_found_while_a_plan_is_typed(http, firm):
    firm.search_text = firm.folded = "вымпел образец"
    firm.save()

    page = http.get("/activities/clients/?q=вымпел", **HTMX).content.decode()
    assert f'value="{firm.pk}"' in page
    answer = http.post("/activities/plan/", {"client_id": firm.pk, "kind": kind().pk, "on": day(1)}, **HTMX)  # fmt: skip
    assert answer.status_code == 204
    assert Client.objects.get(pk=firm.pk).next_step_at is not None


def test_without_scripts_the_same_forms_lead_back_to_the_card(http, firm):
    data = {"kind": kind().pk, "summary": "Поговорили", "then": "record"}
    answer = http.post(f"/clients/{firm.pk}/history/record/", data)

    assert answer.status_code == 302
    assert answer["Location"] == f"/clients/{firm.pk}/"


def test_the_composer_asked_anew_offers_new_persons_and_keeps_the_chosen_one(http):
    client = ClientFactory()
    chosen, _other = (ContactLinkFactory(client=client).contact for _ in range(2))
    path = f"/clients/{client.pk}/history/record/"

    page = http.get(
        path, {"contact": chosen.pk}, headers={"HX-Request": "true"}
    ).content.decode()

    select = page[page.index('id="with-whom"') : page.index("</select>")]
    assert "people-changed from:body" in select
    assert select.count("<option") == 3
    assert f'value="{chosen.pk}" selected' in select
