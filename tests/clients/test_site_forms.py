"""The forms of sites as strangers and programs meet them, and who gets what they send."""

import json
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as HttpClient
from django.urls import reverse
from django.utils import timezone

from clients import answer_terms, distribution
from clients.actions import inquiries as actions
from clients.actions import intake
from clients.actions.inquiries import Said
from clients.distribution import Waiting, in_order
from clients.models import (
    Campaign,
    Consent,
    ConsentText,
    DistributionRule,
    Inquiry,
    Phone,
    SiteForm,
)
from clients.schedule import tell_of_late_answers
from salesexpert.core.working_days import is_working_day
from salesexpert.notices.models import Notice
from tests.factories import ClientFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
SHOP = "https://shop.example"


@pytest.fixture
def form():
    text = ConsentText.objects.filter(kind="processing").last()
    made = SiteForm(
        name="Расчёт", origins=[SHOP], fields=["name", "phone", "message"], consent=text.text,
    )  # fmt: skip
    return intake.save_form(made, by=UserFactory(preset="administrator"), at=timezone.now())  # fmt: skip


def send(form, data, *, origin=SHOP, address="192.0.2.1", **more):
    more = {"content_type": "application/json"} | more
    if more["content_type"] == "application/json" and not isinstance(data, bytes | str):
        data = json.dumps(data)
    headers = {"Origin": origin} if origin else {}
    return HttpClient().post(f"/site-form/{form.key}/", data, headers=headers, REMOTE_ADDR=address, **more)  # fmt: skip


ASKED = {"name": "Лидия", "phone": "8 495 123-45-67", "message": "Нужен расчёт", "consent": "1"}  # fmt: skip


def test_what_a_visitor_sends_comes_into_the_inbox_with_his_consent(form):
    campaign = Campaign.objects.create(name="Осень 2026")
    answer = send(form, ASKED | {"utm_campaign": "осень 2026", "page": f"{SHOP}/raschet", "colour": "синий"})  # fmt: skip

    assert answer.status_code == 201 and answer.json()["ok"]
    assert answer["Access-Control-Allow-Origin"] == SHOP
    inquiry = Inquiry.objects.get()
    assert (inquiry.name, inquiry.numbers, inquiry.text) == ("Лидия", ["+74951234567"], "Нужен расчёт")  # fmt: skip
    assert (inquiry.form, inquiry.campaign, inquiry.consent) == (form, campaign, form.consent)  # fmt: skip
    assert inquiry.consent_at and inquiry.received["fields"]["colour"] == "синий"
    assert inquiry.received["page"] == f"{SHOP}/raschet"


def test_the_consent_becomes_the_clients_with_the_page_it_was_given_on(form, http):
    send(form, ASKED | {"page": f"{SHOP}/raschet"})
    client = ClientFactory()
    inquiry = Inquiry.objects.get()
    http.post(reverse("clients:inquiry_join", args=[inquiry.pk, client.pk]))
    consent = Consent.objects.get()
    assert consent.contact == client.contacts.get() and consent.means == "site"
    assert consent.place == f"{SHOP}/raschet" and consent.given_at == inquiry.consent_at


def test_fields_of_a_plain_form_are_taken_too(form):
    answer = send(form, "name=%D0%98%D0%B2%D0%B0%D0%BD&tel=84951234567&consent=on", content_type="application/x-www-form-urlencoded")  # fmt: skip
    assert answer.status_code == 201
    assert Inquiry.objects.get().name == "Иван"


@pytest.mark.parametrize(
    ("data", "more", "status"),
    [
        (ASKED, {"origin": "https://evil.example"}, 403),
        (ASKED, {"origin": "null"}, 403),
        (ASKED, {"origin": ""}, 403),
        (b"{" * 5000, {}, 400),
        (b"\xff\xfe{}", {}, 400),
        ([1, 2], {}, 400),
        (ASKED | {"consent": ""}, {}, 400),
        (ASKED | {"phone": "", "email": "нет"}, {}, 400),
        ({"name": "Лидия", "consent": "1"}, {}, 400),
        (ASKED | {"message": "ы" * 70_000}, {}, 413),
        (b"<xml/>", {"content_type": "application/xml"}, 415),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence_in_json(form, data, more, status):  # fmt: skip
    answer = send(form, data, **more)
    assert answer.status_code == status, answer.content
    assert answer.json()["ok"] is False and answer.json()["message"]
    assert not Inquiry.objects.exists()


def test_strange_values_are_kept_and_harm_nothing(form):
    odd = {"name": "<script>alert(1)</script>\x00😀", "phone": "8 495 123-45-67", "consent": True, "message": ["a", {"b": 1}, None], "x" * 500: {"deep": [1]}} | {f"k{n}": n for n in range(500)}  # fmt: skip
    assert send(form, odd).status_code == 201
    inquiry = Inquiry.objects.get()
    assert "\x00" not in inquiry.name and len(inquiry.received["fields"]) <= 60


def test_a_preflight_names_the_allowed_site_only(form):
    asked = HttpClient().options(f"/site-form/{form.key}/", headers={"Origin": SHOP})
    assert asked.status_code == 204 and asked["Access-Control-Allow-Origin"] == SHOP
    foreign = HttpClient().options(f"/site-form/{form.key}/", headers={"Origin": "https://evil.example"})  # fmt: skip
    assert "Access-Control-Allow-Origin" not in foreign


def test_the_same_sent_twice_is_one_inquiry(form):
    for _time in range(2):
        assert send(form, ASKED).status_code == 201
    assert Inquiry.objects.count() == 1


def test_a_program_in_the_trap_is_thanked_and_lies_with_the_spam(form):
    assert send(form, ASKED | {"leave_empty": "http://x"}).status_code == 201
    inquiry = Inquiry.objects.get()
    assert (inquiry.state, inquiry.not_ours) == ("refused", "spam")


def test_a_flood_from_one_address_is_stopped_and_others_go_on(form):
    answers = [send(form, ASKED | {"message": str(n)}) for n in range(8)]
    assert [a.status_code for a in answers] == [201] * 5 + [429] * 3
    assert answers[-1]["Retry-After"] and answers[-1].json()["message"]
    assert send(form, ASKED | {"message": "другой"}, address="192.0.2.7").status_code == 201  # fmt: skip
    assert HttpClient().get("/login/", REMOTE_ADDR="192.0.2.1").status_code == 200


def test_a_flood_from_everywhere_fills_one_form_and_no_other(form):
    SiteForm.objects.filter(pk=form.pk).update(per_hour=2)
    answers = [send(form, ASKED | {"message": str(n)}, address=f"192.0.2.{n}") for n in range(4)]  # fmt: skip
    assert [a.status_code for a in answers] == [201, 201, 429, 429]
    other = intake.save_form(SiteForm(name="Другая", origins=[SHOP], fields=["phone"], consent="Да"), by=UserFactory(), at=timezone.now())  # fmt: skip
    assert send(other, ASKED, address="192.0.2.3").status_code == 201


def test_a_form_switched_off_or_with_a_new_key_takes_nothing(form):
    old = SiteForm.objects.get()
    intake.change_key(form.pk, by=UserFactory(), at=timezone.now())
    assert send(old, ASKED).status_code == 404
    form.refresh_from_db()
    intake.set_retired(form.pk, retired=True, by=UserFactory(), at=timezone.now())
    assert send(form, ASKED).status_code == 404


def test_the_settings_make_a_form_with_its_snippet_and_refuse_one_without_consent(sign_in):  # fmt: skip
    http = sign_in(UserFactory(preset="administrator"))
    page = reverse("clients:site_form_new")
    bare = http.post(page, {"name": "Сайт", "language": "ru", "sites": "не адрес", "per_hour": "0"})  # fmt: skip
    assert bare.status_code == 422 and not SiteForm.objects.exists()
    wording = ConsentText.objects.filter(kind="processing").last()
    http.post(page, {"name": "Сайт", "language": "ru", "sites": "shop.example\nhttps://ПРИМЕР.рф/", "fields_asked": ["phone"], "wording": wording.pk, "per_hour": "50"})  # fmt: skip
    made = SiteForm.objects.get()
    assert made.origins == [SHOP, "https://xn--e1afmkfd.xn--p1ai"]
    shown = http.get(reverse("clients:site_form_edit", args=[made.pk])).content.decode()
    assert made.key in shown and "site-form.js" in shown


# ── who gets it ──


def rule(name="Правило", *, people=(), **more):
    many = {n: more.pop(n, []) for n in ("regions", "industries", "products", "campaigns", "forms")}  # fmt: skip
    return intake.save_rule(DistributionRule(name=name, **more), many | {"people": people}, by=UserFactory(), at=timezone.now())  # fmt: skip


def came(n=0, **said):
    said = {"channel": "site", "phones": [f"+7 495 100-00-{n:02d}"]} | said
    return actions.receive(Said(**said), by=None, at=timezone.now())


def test_two_people_get_inquiries_in_turn_and_are_told():
    first, second = UserFactory(), UserFactory()
    rule(people=[first, second])
    given = [came(n).responsible for n in range(4)]
    assert given == [first, second, first, second]
    assert Notice.objects.filter(user=first, kind="inquiry_given").count() == 2


def test_the_rule_of_the_segment_decides_and_the_rest_is_free():
    region, person = RegionFactory(), UserFactory()
    rule(people=[person], regions=[region], channels=["site"], answer_minutes=15)
    assert came(1, region=region.pk).responsible == person
    assert came(2).responsible is None
    assert came(3, region=region.pk, channel="call").responsible is None


def test_the_least_loaded_is_next_and_who_is_away_gets_nothing(monkeypatch):
    busy, free, gone = UserFactory(), UserFactory(), UserFactory()
    came(1).__class__.objects.update(responsible=busy)
    rule(people=[busy, free, gone], giving="load")
    monkeypatch.setattr(distribution, "_away", [lambda ids, at: {gone.pk}])
    assert came(2).responsible == free


def test_what_a_known_client_asks_goes_to_his_curator():
    curator = UserFactory()
    client = ClientFactory(curator=curator)
    Phone.objects.create(client=client, raw="8 495 123-45-67", e164="+74951234567")
    rule(people=[UserFactory()])
    assert came(phones=["+7 495 123-45-67"]).responsible == curator


def test_turns_are_taken_by_whoever_waits_longest():
    a, b = UserFactory(), UserFactory()
    now = timezone.now()
    waiting = [Waiting(a, now, 0), Waiting(b, now - timedelta(hours=1), 9)]
    assert [w.user for w in in_order(waiting, "turns")] == [b, a]
    assert [w.user for w in in_order(waiting, "load")] == [a, b]


def test_the_settings_try_a_rule_without_giving_anything(sign_in):
    person = UserFactory(last_name="Очередной")
    rule(people=[person])
    http = sign_in(UserFactory(preset="administrator"))
    page = http.get(reverse("clients:intake_try"), {"channel": "site"}).content.decode()
    assert "Очередной" in page and not Inquiry.objects.exists()
    assert http.get(reverse("clients:intake_try"), {"channel": "??", "region": "x"}).status_code == 200  # fmt: skip


# ── terms ──


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2026-11-20 17:50", 30, "2026-11-23 09:20"),  # Friday evening
        ("2026-11-21 12:00", 30, "2026-11-23 09:30"),  # Saturday
        ("2026-11-23 09:00", 540, "2026-11-23 18:00"),
        ("2026-11-23 07:00", 60, "2026-11-23 10:00"),
        ("2026-11-03 17:30", 60, "2026-11-05 09:30"),  # the 4th is a holiday
    ],
)
def test_the_term_counts_working_minutes(start, minutes, due):
    zone = ZoneInfo("Europe/Moscow")
    found = answer_terms.due_at(
        datetime.fromisoformat(start).replace(tzinfo=zone), minutes, zone=zone,
        begins=time(9), ends=time(18), is_working_day=is_working_day,
    )  # fmt: skip
    assert found == datetime.fromisoformat(due).replace(tzinfo=zone)


def test_hours_that_leave_no_working_minute_give_a_term_by_the_clock():
    start = datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert answer_terms.due_at(start, 60, zone=UTC, begins=time(9), ends=time(9), is_working_day=is_working_day) == start + timedelta(hours=1)  # fmt: skip


def test_the_head_is_told_of_a_late_answer_once_and_not_of_one_in_time():
    head = UserFactory(preset="head_of_sales")
    seller = UserFactory(head=head)
    late, answered = came(1), came(2)
    hour_ago = timezone.now() - timedelta(hours=1)
    Inquiry.objects.update(responsible=seller, answer_due_at=hour_ago)
    Inquiry.objects.filter(pk=answered.pk).update(answered_at=hour_ago)

    tell_of_late_answers()
    tell_of_late_answers()

    notice = Notice.objects.get(kind="inquiry_late")
    assert (notice.user, notice.about_id) == (head, late.pk)
    late.refresh_from_db()
    assert late.escalated_at
