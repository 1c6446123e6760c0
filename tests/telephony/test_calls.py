"""Calls as exchanges tell of them: what is drawn while it rings, what the history keeps, whatever order events come in."""

import itertools
import json
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client as HttpClient
from django.utils import timezone

from clients.models import Activity, Commitment, ContactLink, Inquiry, Phone
from salesexpert.notices.models import Notice
from salesexpert.telephony.actions.calls import end_forgotten
from salesexpert.telephony.models import Call, Extension, Fault
from tests.factories import ClientFactory, ContactFactory, RoleFactory, UserFactory
from tests.telephony.conftest import NUMBER, SECRET

pytestmark = pytest.mark.django_db


def popup(http: HttpClient) -> str:
    answer = http.get(f"/calls/{Call.objects.get().pk}/popup/")
    assert answer.status_code in (200, 204)
    return answer.content.decode()


def test_while_it_rings_its_person_sees_the_card_and_nobody_else_does(
    http, sign_in, user, colleague, firm, tell
):
    Commitment.objects.create(client=firm, text="Скидка 5 % при заказе до пятницы", made_at=timezone.now(), made_by=colleague)  # fmt: skip

    assert tell("ringing", extension="101").json()["ok"] is True

    shown = popup(http)
    assert "Пример-Склад" in shown and "Скидка 5 %" in shown and f"/clients/{firm.pk}/" in shown  # fmt: skip
    # From here a colleague's time is booked for whoever is calling.
    assert f"/plan/team/?client={firm.pk}" in shown
    assert popup(sign_in(colleague)) == ""
    assert http.get("/calls/current/").json()["calls"] == [Call.objects.get().pk]


def test_all_cards_of_a_number_are_shown_and_those_of_others_only_named(
    user, sign_in, firm, tell
):
    user.role.scope = "own"
    user.role.save(update_fields=["scope"])
    curator = UserFactory(first_name="Глеб", last_name="Чужов")
    strange = ClientFactory(name="Чужая база", curator=curator, city="Секретный")
    person = ContactFactory(last_name="Звонарёва")
    ContactLink.objects.create(contact=person, client=strange, position="закупщик")
    Phone.objects.create(contact=person, raw="4951234567", e164=NUMBER)
    left = ClientFactory(name="Прежнее место")
    ContactLink.objects.create(contact=person, client=left, until_on="2020-01-01")

    tell("ringing", extension="101")

    shown = popup(sign_in(user))
    assert "Пример-Склад" in shown and "Чужая база" in shown and "Чужов" in shown
    assert "Секретный" not in shown and "Звонарёва" not in shown
    assert "Прежнее место" not in shown


def test_a_strangers_number_leads_to_a_new_card_and_inquiry_with_it(http, tell, exchange):  # fmt: skip
    tell("ringing", extension="101", number="9160000001")

    shown = popup(http)
    assert "/inquiries/new/?phone=%2B79160000001&amp;channel=call" in shown
    assert "/clients/new/?phone=%2B79160000001" in shown


STORY = [
    {"state": "ringing", "extension": "101", "leg": "l1", "seq": 1, "at": "10:00:00"},
    {"state": "answered", "extension": "101", "leg": "l1", "seq": 2, "at": "10:00:05"},
    {"state": "ended", "leg": "l1", "seq": 3, "at": "10:03:05"},
    {"state": "ended", "at": "10:03:06"},
]


@pytest.mark.parametrize("order", [*itertools.permutations(range(4))][::5])
def test_in_any_order_and_twice_a_talk_is_one_entry_that_waits(order, user, firm, tell):
    day = f"{timezone.localdate() - timedelta(days=1)}"
    for n in [*order, *order]:
        tell(**{**STORY[n], "at": f"{day}T{STORY[n]['at']}+03:00"})

    call, entry = Call.objects.get(), Activity.objects.get()
    assert (call.outcome, call.talk_seconds, call.user, call.waits) == ("talked", 181, user, "summary")  # fmt: skip
    assert (entry.status, entry.client, entry.performer, entry.summary, entry.minutes) == ("done", firm, user, "", 3)  # fmt: skip
    assert entry.direction == "in" and call.activity == entry
    assert not Inquiry.objects.exists()


def test_the_resume_is_written_with_the_next_step_and_my_day_asks_until_then(
    http, user, firm, tell
):
    tell("answered", extension="101")
    tell("ended", talk_seconds=60)
    call = Call.objects.get()
    page = http.get("/").content.decode()
    assert f"/calls/{call.pk}/summary/" in page
    assert "Пример-Склад" in popup(http)

    wrong = http.post(f"/calls/{call.pk}/summary/", {"summary": " ", "next_on": "2001-01-01", "promise_until": "x"}, headers={"HX-Request": "true"})  # fmt: skip
    assert wrong.status_code == 422 and wrong.content.count(b"invalid-feedback") >= 3
    tomorrow = timezone.localdate() + timedelta(days=1)
    said = {"summary": "Ждут счёт", "promise": "Счёт завтра", "next_title": "Выставить счёт", "next_on": tomorrow, "next_at": "11:30"}  # fmt: skip
    assert http.post(f"/calls/{call.pk}/summary/", said, headers={"HX-Request": "true"}).status_code == 204  # fmt: skip
    assert http.post(f"/calls/{call.pk}/summary/", said, headers={"HX-Request": "true"}).status_code == 422  # fmt: skip

    assert Activity.objects.get(status="done").summary == "Ждут счёт"
    assert Activity.objects.get(status="planned").title == "Выставить счёт"
    assert Commitment.objects.get().text == "Счёт завтра"
    assert f"/calls/{call.pk}/summary/" not in http.get("/").content.decode()
    assert popup(http) == ""


def test_a_missed_call_is_work_once_and_calling_back_does_it(user, colleague, firm, tell):  # fmt: skip
    for call in ("c1", "c2"):
        tell("ringing", call=call, extension="102", leg="a")
        tell("ringing", call=call, extension="101", leg="b")
        tell("ended", call=call)

    work = Activity.objects.get()
    assert (work.status, work.performer, work.client) == ("planned", user, firm), "the curator's, for it rang at two"  # fmt: skip
    assert Notice.objects.filter(user=user, kind="missed_call").count() == 2

    tell("answered", call="back", direction="out", extension="102")
    tell("ended", call="back", direction="out", talk_seconds=40)

    work = Activity.objects.get()
    assert (work.status, work.performer, work.direction) == ("done", colleague, "out")


def test_a_call_thought_missed_that_was_a_talk_becomes_its_entry(user, firm, tell):
    tell("ringing", extension="101")
    tell("ended")
    assert Activity.objects.get().status == "planned"

    tell("answered", extension="101", at=f"{timezone.now() - timedelta(seconds=30):%Y-%m-%dT%H:%M:%S+00:00}")  # fmt: skip

    assert Activity.objects.get().status == "done"
    assert Call.objects.get().outcome == "talked"


def test_a_missed_call_of_a_stranger_is_an_inquiry_and_of_a_hidden_number_a_notice(user, exchange, tell):  # fmt: skip
    for call, number in (("c1", "79160000001"), ("c2", "79160000001"), ("c3", "anonymous")):  # fmt: skip
        tell("ringing", call=call, extension="101", number=number)
        tell("ended", call=call, number=number)

    inquiry = Inquiry.objects.get()
    assert (inquiry.channel, inquiry.numbers, inquiry.responsible) == ("call", ["+79160000001"], user)  # fmt: skip
    assert Notice.objects.filter(user=user, kind="missed_call").count() == 3


def test_a_call_whose_end_was_lost_ends_by_itself(user, firm, tell):
    tell("ringing", extension="101")
    now = timezone.now()
    assert end_forgotten(at=now + timedelta(minutes=5)) == 0
    assert end_forgotten(at=now + timedelta(minutes=11)) == 1
    assert end_forgotten(at=now + timedelta(minutes=12)) == 0
    assert Call.objects.get().outcome == "missed" and Activity.objects.count() == 1


def test_whose_call_it_was_is_said_with_the_resume_or_it_is_put_aside(http, user, firm, tell):  # fmt: skip
    other = ClientFactory(name="Второй с номером")
    Phone.objects.create(client=other, raw="x", e164=NUMBER)
    for call in ("c1", "c2"):
        tell("answered", call=call, extension="101")
        tell("ended", call=call, talk_seconds=5)
    first, second = Call.objects.order_by("pk")
    assert first.waits == "card" and not Activity.objects.exists()
    htmx = {"HX-Request": "true"}

    stranger = ClientFactory()
    asked = http.post(f"/calls/{first.pk}/summary/", {"summary": "Да", "client": stranger.pk}, headers=htmx)  # fmt: skip
    assert asked.status_code == 422
    http.post(f"/calls/{first.pk}/summary/", {"summary": "Да", "client": other.pk}, headers=htmx)  # fmt: skip
    http.post(f"/calls/{second.pk}/dismiss/", headers=htmx)

    assert Activity.objects.get().client == other
    assert not Call.objects.exclude(waits="").exists()


def test_what_cannot_be_taken_is_answered_clearly_and_shown_with_the_settings(
    tell, exchange, sign_in, firm
):
    assert tell("ringing", secret="wrong").status_code == 401
    assert tell("sleeping").status_code == 400
    for body in ('{"call": "c1", "state": "rin', "[" * 5000, '"x"', '{"state": "ended"}', '{"call":"a","state":"ended","at":"x"}', "\x00"):  # fmt: skip
        answer = HttpClient().post("/telephony/hooks/office/", body, content_type="application/json", headers={"Authorization": f"Bearer {SECRET}"})  # fmt: skip
        assert answer.status_code == 400 and answer.json()["message"]
    half = HttpClient().generic("POST", "/telephony/hooks/office/", **{"wsgi.input": BytesIO(b'{"call"'), "CONTENT_LENGTH": "500"})  # fmt: skip
    assert half.status_code == 400 and "7" in half.json()["message"]
    large = HttpClient().post("/telephony/hooks/office/", "x" * 70_000, content_type="application/json")  # fmt: skip
    assert large.status_code == 413
    assert HttpClient().post("/telephony/hooks/nobody/").status_code == 404
    assert not Call.objects.exists()

    strange = {"number": "😀\x00" * 500, "extension": "777", "direction": "🦊", "talk_seconds": "1e999", "seq": {}}  # fmt: skip
    assert tell("ended", call="я" * 900, **strange).status_code == 200
    assert tell("ringing", extension="777").status_code == 200

    told = dict(Fault.objects.values_list("kind", "count").order_by("pk"))
    assert {"secret", "body", "size", "extension"} <= set(told)
    page = sign_in(UserFactory(preset="administrator")).get(f"/settings/telephony/{exchange.pk}/")  # fmt: skip
    assert "777" in page.content.decode() and SECRET not in page.content.decode()
    # The same sentence is read by each in his language.
    for language, words in (("ru", "Это не JSON."), ("en", "The body is no JSON.")):
        reader = UserFactory(preset="administrator", language=language)
        assert words in sign_in(reader).get(f"/settings/telephony/{exchange.pk}/").text


def test_guessing_a_secret_is_stopped_and_stops_nobody_else(tell, exchange, firm):
    codes = {tell("ringing", secret=f"guess{n}").status_code for n in range(35)}

    assert codes == {401, 429}
    assert Fault.objects.filter(kind="secret").count() == 1
    event = {"call": "c9", "state": "ringing", "extension": "101", "number": NUMBER}
    other = HttpClient(REMOTE_ADDR="203.0.113.9").post("/telephony/hooks/office/", json.dumps(event), content_type="application/json", headers={"X-Telephony-Secret": SECRET})  # fmt: skip
    assert other.status_code == 200


def test_an_extension_given_later_gets_the_talks_of_its_telephone(sign_in, exchange, firm, tell):  # fmt: skip
    tell("answered", extension="555")
    tell("ended", talk_seconds=30)
    assert Call.objects.get().user is None and Fault.objects.filter(about="555").exists()  # fmt: skip
    admin, person = UserFactory(preset="administrator"), UserFactory()
    http = sign_in(admin)
    path = f"/settings/telephony/{exchange.pk}/extensions/"

    assert http.post(path, {"number": "5 5", "user": person.pk}).status_code == 422
    assert http.post(path, {"number": "101", "user": person.pk}).status_code == 422
    assert http.post(path, {"number": "555", "user": person.pk}).status_code == 302

    assert Call.objects.get().user == person and Activity.objects.get().performer == person  # fmt: skip
    assert not Fault.objects.filter(about="555").exists()


def test_a_secret_is_shown_once_and_the_next_one_kills_it(sign_in):
    http = sign_in(UserFactory(preset="administrator"))

    made = http.post("/settings/telephony/new/generic/", {"name": "Новая"})
    secret = made.context["secret"]
    connection = made.context["connection"]
    assert secret and secret in made.content.decode()
    assert secret not in http.get(f"/settings/telephony/{connection.pk}/").content.decode()  # fmt: skip
    assert secret not in json.dumps(connection.credentials)

    def asked(word: str) -> int:
        return HttpClient().post(f"/telephony/hooks/{connection.key}/", '{"call":"1","state":"ended"}', content_type="application/json", headers={"Authorization": f"Bearer {word}"}).status_code  # fmt: skip

    assert asked(secret) == 200
    fresh = http.post(f"/settings/telephony/{connection.pk}/secret/").context["secret"]
    assert (asked(secret), asked(fresh)) == (401, 200)
    http.post(f"/settings/telephony/{connection.pk}/retire/")
    assert asked(fresh) == 404


def test_the_list_is_found_by_number_state_and_day_at_the_same_cost(
    http, user, firm, exchange, django_assert_max_num_queries
):
    at = timezone.now()
    Call.objects.bulk_create(
        Call(
            connection=Extension.objects.get().connection,
            outside_id=f"c{n}",
            direction="in",
            number=NUMBER if n else "+79160000001",
            state="over",
            outcome="talked" if n % 2 else "missed",
            waits="card" if n % 2 else "",
            began_at=at,
            ended_at=at,
            heard_at=at,
            user=user,
            client=firm if n else None,
        )
        for n in range(24)
    )
    http.get("/calls/")

    def found(query: str) -> int:
        with django_assert_max_num_queries(10):
            return len(http.get(f"/calls/?{query}").context["page"].rows)

    today = timezone.localdate()
    assert found("") == 24
    assert found("q=916 000-00-01") == 1 and found("q=4567") == 23 and found("q=zz") == 0  # fmt: skip
    assert found("show=missed") == 12 and found("show=waits") == 12 and found("show=out") == 0  # fmt: skip
    assert found(f"since={today}&until={today}&person=me&client={firm.pk}") == 23
    assert found("since=99999-99&until=0001-01-01&person=%F0&client=9" + "9" * 30) == 24


def test_what_an_exchange_is_reached_with_is_sealed_in_its_row(exchange):
    exchange.credentials = {"api_key": "ключ", "salt": "соль"}
    exchange.save()

    with connection.cursor() as cursor:
        cursor.execute("SELECT credentials FROM telephony_connection")
        (kept,) = cursor.fetchone()
    assert kept.startswith("sealed:") and "api_key" not in kept and "ключ" not in kept
    exchange.refresh_from_db()
    assert exchange.credentials == {"api_key": "ключ", "salt": "соль"}


def test_the_list_is_sorted_both_ways_and_hides_what_a_filter_makes_constant(http, user, exchange):  # fmt: skip
    now = timezone.now()
    for n in range(30):
        at = now - timedelta(minutes=n)
        Call.objects.create(connection=exchange, outside_id=f"k{n}", direction="in", number=f"+7495000{n:04}", state="over", outcome="missed", began_at=at, ended_at=at, heard_at=at, user=user)  # fmt: skip

    def numbers(address):
        page = http.get(address).content.decode()
        return re.findall(r'href="tel:\+7495000(\d{4})"', page), page

    newest, page = numbers("/calls/")
    assert newest == [f"{n:04}" for n in range(25)]
    assert 'aria-sort="descending"' in page and "sort=began_at" in page
    oldest, page = numbers("/calls/?sort=began_at")
    assert oldest == [f"{n:04}" for n in range(29, 4, -1)]
    further = re.search(r'rel="next" href="([^"]+)"', page).group(1).replace("&amp;", "&")  # fmt: skip
    assert numbers(f"/calls/{further}")[0] == [f"{n:04}" for n in range(4, -1, -1)]
    heads = [numbers(a)[1].count('<th scope="col"') for a in ("/calls/", "/calls/?person=me")]  # fmt: skip
    assert heads == [7, 6]


def test_the_list_has_the_columns_its_reader_chose_and_sorts_by_them(sign_in, exchange, firm):  # fmt: skip
    user = UserFactory(preset="director")
    http, now = sign_in(user), timezone.now()
    for n in range(30):
        talked = {"outcome": "talked", "talk_seconds": 60 + n} if n < 27 else {"outcome": "missed"}  # fmt: skip
        Call.objects.create(connection=exchange, outside_id=f"k{n}", direction="in", number=f"+7495000{n:04}", state="over", began_at=now, ended_at=now, heard_at=now, user=user, line="4951110000", **talked)  # fmt: skip

    def numbers(address):
        page = http.get(address).content.decode()
        return [int(n) for n in re.findall(r'href="tel:\+7495000(\d{4})"', page)], page

    longest, page = numbers("/calls/?sort=-talk")
    assert longest == list(range(26, 1, -1)) and ">1:26<" in page
    rest, page = numbers("/calls/" + re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&"))  # fmt: skip
    assert rest == [1, 0, 29, 28, 27]
    back = re.search(r'rel="prev" href="([^"]+)"', page)[1].replace("&amp;", "&")
    assert numbers(f"/calls/{back}")[0] == longest
    assert numbers("/calls/?sort=number")[0] == list(range(25))
    assert "cannot be sorted" in numbers("/calls/?sort=person")[1] or "не" in numbers("/calls/?sort=person")[1]  # fmt: skip

    assert http.get("/calls/columns/").status_code == 200
    assert http.post("/calls/columns/", {"column": ["line", "number", "zz"]}).status_code == 204  # fmt: skip
    page = numbers("/calls/?show=in")[1]
    assert page.count('<th scope="col"') == 3 and "4951110000" in page
    lines = http.get("/calls/?format=csv&outcome=missed").getvalue().decode().splitlines()  # fmt: skip
    assert len(lines) == 4 and "+74950000029" in lines[1]
    for field in ("began_at", "ended", "person", "direction", "connection"):
        assert http.get(f"/calls/filters/?field={field}").status_code == 200


def test_a_filter_by_a_strangers_client_does_not_say_his_name(sign_in, firm):
    rights = ["telephony.view_call", "clients.view_inquiry", "deals.view_deal"]
    http = sign_in(UserFactory(role=RoleFactory(scope="own", permissions=rights)))
    for page in ("/calls/", "/inquiries/", "/deals/"):
        answer = http.get(f"{page}?client={firm.pk}")
        assert answer.status_code == 200 and "Пример-Склад" not in answer.text
