"""A mailing from its list to what came of it: who is in and why not, each letter once, limits, approval, clicks."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from clients.models import Activity, Campaign, Consent, Email, Selection
from clients.selections import NotUnderstood
from deals import touches
from deals.models import Deal
from mailing import clocks, dead_addresses, freezing, sending, tokens
from mailing.actions import mailings as actions
from mailing.models import Mailing, MailingTopic, MailTemplate, Recipient
from pipeline.models import Stage
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import Role
from salesexpert.core import preferences
from salesexpert.notices.models import Notice
from salesexpert.outbox import delivery
from salesexpert.outbox.models import Letter
from tests.factories import (
    ClientFactory,
    ConsentFactory,
    ContactFactory,
    ContactLinkFactory,
    UserFactory,
)
from tests.outbox.conftest import mail_server  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db
BODY = '<p>{{ contact.dear }}!</p><p><a href="https://example.com/a?b=1&amp;c=2">Каталог</a></p>'


@pytest.fixture
def user(db):
    return UserFactory(username="marketer", role=Role.objects.get(code=PresetRole.HEAD_OF_MARKETING))  # fmt: skip


def person(client, address, *, agreed=True, **more):
    made = ContactFactory(**more)
    ContactLinkFactory(client=client, contact=made)
    Email.objects.create(contact=made, address=address)
    if agreed:
        ConsentFactory(contact=made)
    return made


def a_mailing(by, **more):
    now = timezone.now()
    template = MailTemplate.objects.create(
        name="Новинки", subject="Новое для {{ client.name }}", body=BODY, created_at=now, changed_at=now
    )  # fmt: skip
    made = Mailing(**{"name": "Весна", "template": template, "parameters": "q=Весна", **more})  # fmt: skip
    return actions.save_draft(mailing=made, by=by, at=now)


def frozen(mailing, by):
    actions.gather(mailing=mailing, by=by, at=timezone.now())
    assert freezing.freeze(mailing.pk, at=timezone.now())
    mailing.refresh_from_db()
    return mailing


def some(n):
    for number in range(n):
        person(ClientFactory(name=f"Весна {number}"), f"a{number}@example.com")


def told(who):
    """Kinds of notices that he got, the oldest first."""
    rows = Notice.objects.filter(user=who, kind__startswith="mailing.").order_by("pk")
    return [f"{n.kind}/{n.variant}".rstrip("/") for n in rows]


def test_each_of_the_audience_is_in_or_has_the_reason_why_not(http, user):
    good = ClientFactory(name="Весна согласная")
    person(good, "A@example.com")
    person(good, "second@example.com")
    person(ClientFactory(name="Весна двойник"), "a@EXAMPLE.com")
    ClientFactory(name="Весна без адреса")
    person(ClientFactory(name="Весна молчит"), "silent@example.com", agreed=False)
    person(ClientFactory(name="Весна стоп"), "stop@example.com", stopped_at=timezone.now())  # fmt: skip
    person(ClientFactory(name="Весна стоп-лист"), "off@example.com")
    Email.objects.filter(address="off@example.com").update(is_suppressed=True)
    person(ClientFactory(name="Весна вернулось"), "gone@example.com")
    dead_addresses.note_many(["gone@example.com"], words="550", at=timezone.now())
    person(ClientFactory(name="Весна кривая"), "x@example.com\r\nBcc: all@example.com")
    person(ClientFactory(name="Осень чужая"), "other@example.com")
    template = a_mailing(user).template

    answer = http.post(reverse("mailing:new"), {"name": "Весна 2", "template": template.pk, "parameters": "q=Весна", "whom": "main", "is_advertising": "on", "gather": "1"})  # fmt: skip
    mailing = Mailing.objects.get(name="Весна 2")
    assert answer.status_code == 302 and mailing.state == "freezing"
    freezing.freeze(mailing.pk, at=timezone.now())

    rows = Recipient.objects.filter(mailing=mailing)
    assert sorted(rows.exclude(reason="").values_list("reason", flat=True)) == [
        "bad_address", "bounced", "duplicate", "no_address", "no_consent", "stopped", "suppressed",
    ]  # fmt: skip
    inside = rows.get(reason="")
    assert (inside.address_key, inside.client) == ("a@example.com", good)
    page = http.get(reverse("mailing:mailing", args=[mailing.pk])).content.decode()
    assert "7" in page and "нет согласия" in page.lower()
    listed = http.get(reverse("mailing:recipients", args=[mailing.pk]), {"show": "out", "reason": "duplicate"})  # fmt: skip
    assert "двойник" in listed.content.decode() and "молчит" not in listed.content.decode()  # fmt: skip


def test_each_gets_exactly_one_letter_and_it_stands_in_his_history(user, http, mail_server):  # fmt: skip  # noqa: F811
    some(3)
    mailing = frozen(a_mailing(user), user)
    late = Recipient.objects.filter(mailing=mailing).latest("pk")
    Consent.objects.filter(contact=late.contact).update(
        withdrawn_at=timezone.now(), withdrawn_means="email", withdrawn_by=user
    )
    actions.begin(mailing=mailing, by=user, at=timezone.now())

    for _shift in range(2):
        sending.run(mailing.pk)
    letters = list(Letter.objects.filter(kind="mailing"))
    for letter in letters * 2:
        delivery.deliver(letter.pk)
    for _shift in range(2):
        sending.run(mailing.pk)

    mailing.refresh_from_db()
    late.refresh_from_db()
    assert sorted(m["To"] for m in mail_server.letters) == ["a0@example.com", "a1@example.com"]  # fmt: skip
    assert (late.state, late.reason, mailing.state) == ("left_out", "no_consent", "done")  # fmt: skip
    assert Activity.objects.filter(kind__code="email", title__startswith="Новое для").count() == 2  # fmt: skip
    assert all("List-Unsubscribe-Post" in letter.headers for letter in letters)
    page = http.get(reverse("mailing:mailing", args=[mailing.pk]))
    assert page.context["stands"].counts["sent"] == 2


def test_pausing_takes_back_what_nobody_has_begun_to_send(user, http):
    some(3)
    mailing = frozen(a_mailing(user), user)
    actions.begin(mailing=mailing, by=user, at=timezone.now())
    sending.run(mailing.pk)
    assert Letter.objects.count() == 3

    http.post(reverse("mailing:do", args=[mailing.pk, "pause"]))
    assert not Letter.objects.exists() and not sending.run(mailing.pk)
    http.post(reverse("mailing:do", args=[mailing.pk, "go_on"]))
    sending.run(mailing.pk)
    assert Letter.objects.count() == 3


def test_a_mailing_to_many_waits_for_a_head(user, http, sign_in):
    preferences.put(mailing_approval_above=1)
    some(2)
    seller = UserFactory(role=Role.objects.get(code=PresetRole.SELLER))
    mailing = frozen(a_mailing(seller), seller)
    his = sign_in(seller)

    his.post(reverse("mailing:do", args=[mailing.pk, "begin"]))
    refused = his.post(reverse("mailing:do", args=[mailing.pk, "approve"]))
    mailing.refresh_from_db()
    assert mailing.state == "approval" and refused.status_code == 403
    assert told(user) == ["mailing.approval"] and not told(seller)
    http.post(reverse("mailing:do", args=[mailing.pk, "send_back"]))
    his.post(reverse("mailing:do", args=[mailing.pk, "begin"]))
    http.post(reverse("mailing:do", args=[mailing.pk, "approve"]))
    mailing.refresh_from_db()
    assert (mailing.state, mailing.approved_by) == ("running", user)
    assert told(user) == ["mailing.approval"] * 2
    assert told(seller) == ["mailing.decided/returned", "mailing.decided/approved"]
    stranger = sign_in(UserFactory(role=Role.objects.get(code=PresetRole.SELLER)))
    assert (
        stranger.get(reverse("mailing:mailing", args=[mailing.pk])).status_code == 404
    )


def test_limits_hold_letters_back(user):
    some(6)
    mailing = frozen(a_mailing(user, per_minute=12, per_domain=1), user)
    actions.begin(mailing=mailing, by=user, at=timezone.now())

    sending.run(mailing.pk)

    assert (
        Letter.objects.count() == 1
    )  # one to the domain; twelve a minute are two in ten seconds
    assert Recipient.objects.filter(mailing=mailing, state="waiting").count() == 5


def test_quiet_hours_go_by_the_clock_of_the_addressee():
    at = datetime(
        2026, 3, 2, 18, 30, tzinfo=UTC
    )  # 21:30 in Moscow, 6:30 next day on Kamchatka
    evening = {"begins": time(21), "ends": time(9)}

    assert clocks.quiet_until(at, **evening, offset=180) == at + timedelta(hours=11, minutes=30)  # fmt: skip
    assert clocks.quiet_until(at, **evening, offset=clocks.offset_of("Камчатский край")) == at + timedelta(hours=2, minutes=30)  # fmt: skip
    assert clocks.quiet_until(at, **evening, offset=120) is None
    assert clocks.offset_of("Омская область") == 360 and clocks.offset_of("Тверская область") is None  # fmt: skip


def test_a_click_leads_only_where_the_mailing_says(user, client):
    some(1)
    mailing = frozen(a_mailing(user), user)
    actions.begin(mailing=mailing, by=user, at=timezone.now())
    sending.run(mailing.pk)
    row = Recipient.objects.get(mailing=mailing, state="queued")
    address = tokens.click_url(row.pk, 1).partition("//")[2].partition("/")[2]

    assert f"/{address}" in row.letter.html
    for _time in range(2):
        answer = client.get(f"/{address}")
    row.refresh_from_db()
    assert answer.status_code == 302 and answer.url == "https://example.com/a?b=1&c=2"
    assert row.clicked_at and row.clicks.get().times == 2
    for wrong in (f"/{address[:-2]}x/", f"/c/{row.pk}-2~abc/", "/c/https:%2F%2Fevil.example~x/", tokens.click_url(row.pk, 9).partition("8000")[2]):  # fmt: skip
        assert client.get(wrong or "/c/x/").status_code == 404


def test_letters_of_a_campaign_are_touches_and_its_page_tells_what_came_of_them(user, http):  # fmt: skip
    some(2)
    campaign = Campaign.objects.create(name="Весна")
    mailing = frozen(a_mailing(user, campaign=campaign), user)
    actions.begin(mailing=mailing, by=user, at=timezone.now())
    sending.run(mailing.pk)
    got, missed = Recipient.objects.filter(mailing=mailing).select_related("client")
    Letter.objects.filter(pk=got.letter_id).update(status="sent", sent_at=timezone.now() - timedelta(days=2))  # fmt: skip
    Recipient.objects.filter(pk=got.pk).update(clicked_at=timezone.now())
    stage = Stage.objects.select_related("process").order_by("pk").first()
    deals = [
        Deal.objects.create(client=row.client, title="Сделка", process=stage.process, stage=stage, responsible=user, opened_at=timezone.now())
        for row in (got, missed)
    ]  # fmt: skip

    assert list(Deal.objects.filter(touches.deals_of(campaign.pk, touches.FIRST))) == deals[:1]  # fmt: skip
    assert [t.campaign for t in touches.paths(deals)[deals[0].pk]] == [campaign.pk]
    page = http.get(campaign.get_absolute_url())
    (line,) = page.context["mailings"]
    assert (line.counts["sent"], line.counts["clicked"]) == (1, 1)
    assert reverse("mailing:recipients", args=[mailing.pk]) in page.content.decode()
    assert http.get(reverse("mailing:mailing", args=[mailing.pk])).context["deals"] == 1


def test_pages_of_a_mailing_cost_the_same_for_many(http, user, django_assert_max_num_queries):  # fmt: skip
    some(20)
    mailing = frozen(a_mailing(user), user)
    for name, most in (("mailing:list", 14), ("mailing:mailing", 16), ("mailing:recipients", 14)):  # fmt: skip
        address = reverse(name, args=[] if name == "mailing:list" else [mailing.pk])
        http.get(address)
        with django_assert_max_num_queries(most):
            assert http.get(address).status_code == 200


def test_a_list_whose_filter_means_nothing_any_more_is_never_everybody(user, http):
    """An own field was removed after the selection was made: the list passes over the condition, a letter must not."""
    some(3)
    mailing = a_mailing(user, parameters="own_7777_from=100&q=Весна")
    with pytest.raises(NotUnderstood):
        actions.gather(mailing=mailing, by=user, at=timezone.now())
    mailing.refresh_from_db()
    assert mailing.state == "draft"
    told = http.post(reverse("mailing:do", args=[mailing.pk, "gather"]), follow=True)
    assert "own_7777" in told.content.decode()

    # it was put in the queue before the field was removed
    Mailing.objects.filter(pk=mailing.pk).update(state="freezing")
    assert not freezing.freeze(mailing.pk, at=timezone.now())
    mailing.refresh_from_db()
    assert (mailing.state, mailing.recipients.count()) == ("draft", 0)
    assert "«100»" in mailing.failure


def test_the_file_for_an_outside_service_is_never_of_everybody_by_mistake(user, http):
    some(2)
    broken = Selection.objects.create(
        name="Парк техники", owner=user, entity="client", parameters="own_7777_from=100"
    )
    page = http.get(reverse("mailing:exchange_file"), {"selection": broken.pk, "whom": "main"}, follow=True)  # fmt: skip

    assert page.redirect_chain
    assert "own_7777" in page.content.decode()


def typed(mailing, **more):
    return {"name": mailing.name, "template": mailing.template_id, "whom": "main", "parameters": mailing.parameters, "is_advertising": "on", "track_clicks": "on", **more}  # fmt: skip


def test_a_draft_saved_in_two_windows_overwrites_nothing_and_shows_both(user, http):
    mailing = a_mailing(user, per_minute=20)
    page = f"/mailing/{mailing.pk}/edit/"
    seen = http.get(page).context["seen"]

    http.post(page, typed(mailing, name="Первое окно", per_minute=30, seen=seen))
    second = http.post(page, typed(mailing, name="Второе окно", per_minute=40, seen=seen))  # fmt: skip

    assert second.status_code == 422
    for words in ("Первое окно", "Второе окно", 'value="40"', "<td>30</td><td>40</td>"):
        assert words in second.text, words
    mailing.refresh_from_db()
    assert (mailing.name, mailing.per_minute) == ("Первое окно", 30)
    # Who has looked at both may put his in its place.
    http.post(page, typed(mailing, name="Второе окно", per_minute=40, seen=second.context["seen"]))  # fmt: skip
    mailing.refresh_from_db()
    assert (mailing.name, mailing.per_minute) == ("Второе окно", 40)


def test_a_draft_thrown_away_comes_back_with_its_addressees(user, http, sign_in):
    some(2)
    mailing = frozen(a_mailing(user), user)
    page = f"/mailing/{mailing.pk}/"
    thrown = http.post(f"{page}do/delete/", follow=True)
    undo = reverse("mailing:take_back", args=[mailing.pk])
    assert f'action="{undo}"' in thrown.text
    assert http.get(page).status_code == 404 and "Весна" not in http.get("/mailing/").context["rows"]  # fmt: skip
    with pytest.raises(actions.NotNow):  # another window had it open still
        actions.begin(mailing=mailing, by=user, at=timezone.now())

    assert sign_in(UserFactory(preset="seller")).post(undo).status_code == 404
    http = sign_in(user)
    assert http.post(undo, follow=True).status_code == 200
    mailing.refresh_from_db()
    assert (mailing.thrown_at, mailing.state, mailing.recipients.count()) == (None, "ready", 2)  # fmt: skip


def test_what_was_thrown_away_long_ago_is_gone(user):
    old, new = a_mailing(user), a_mailing(user)
    now = timezone.now()
    actions.delete_draft(mailing=old, by=user, at=now - timedelta(days=31))
    actions.delete_draft(mailing=new, by=user, at=now)
    assert list(Mailing.objects.values_list("pk", flat=True)) == [new.pk]


def test_a_mailing_repeated_keeps_its_topic(user):
    topic = MailingTopic.objects.create(name="Новинки", position=99)
    again = actions.copy(mailing=a_mailing(user, topic=topic), by=user, at=timezone.now())  # fmt: skip
    assert again.topic == topic
