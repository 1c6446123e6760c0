"""What the addressee of an advertising letter does by the link in it, signed in nowhere."""

import pytest
from django.test import Client as HttpClient
from django.utils import timezone

from clients import suppressions
from clients.advertising import may_advertise
from clients.models import Consent, ConsentText, Suppression
from mailing import freezing
from mailing.models import Mailing, MailingTopic, MailTemplate, Recipient
from mailing.unsubscribing import headers_for, link_for, recipient_of, token_of
from salesexpert.outbox import delivery
from salesexpert.outbox.actions import queue_letter
from salesexpert.outbox.models import MailAccount
from tests.factories import ClientFactory, ConsentFactory, UserFactory

ADDRESS = "Info@obrazec.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def recipient():
    """One addressee of a mailing in English, a firm that agreed to letters."""
    author, now = UserFactory(), timezone.now()
    client = ClientFactory()
    client.emails.create(address=ADDRESS)
    Consent.objects.create(
        client=client, kind="advertising", channel="email", means="paper", given_at=now,
        entered_at=now, entered_by=author, text=ConsentText.objects.filter(kind="advertising").first()
        or ConsentText.objects.create(kind="advertising", version=1, text="…", made_at=now, made_by=author),
    )  # fmt: skip
    template = MailTemplate.objects.create(name="x", created_at=now, changed_at=now)
    mailing = Mailing.objects.create(
        name="x", template=template, created_by=author, created_at=now, content={"language": "en"}
    )  # fmt: skip
    return Recipient.objects.create(
        mailing=mailing, client=client, address=ADDRESS, address_key=ADDRESS.lower()
    )


def test_one_click_of_the_mail_program_unsubscribes_at_once_and_a_look_does_not(
    recipient, settings
):
    settings.PUBLIC_URL = "https://crm.example"
    stranger = HttpClient(enforce_csrf_checks=True)
    link = link_for(recipient)
    path = link.removeprefix("https://crm.example")

    page = stranger.get(path)
    assert page.status_code == 200 and "Info" not in page.content.decode()
    assert "I…@obrazec.example" in page.content.decode()
    assert may_advertise(ADDRESS, "email")

    answer = stranger.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and "You are unsubscribed" in answer.content.decode()  # fmt: skip
    assert may_advertise(ADDRESS, "email").code == "suppressed"
    assert Consent.objects.get().withdrawn_means == "link"
    recipient.refresh_from_db()
    first = recipient.unsubscribed_at
    stranger.post(path)
    recipient.refresh_from_db()
    assert first and recipient.unsubscribed_at == first
    assert Suppression.objects.count() == 1

    stranger.post(path, {"what": "everything"})
    assert Suppression.objects.get().reason == "stopped"


def test_the_addressee_chooses_his_ways_comes_back_and_nobody_undoes_a_demand_by_link(
    recipient, settings
):
    stranger, path = HttpClient(enforce_csrf_checks=True), f"/u/{token_of(recipient.pk)}/"  # fmt: skip
    consent = Consent.objects.get()
    ConsentFactory(contact=None, client=recipient.client, channel="fax", text=consent.text)  # fmt: skip

    def live():
        return set(Consent.objects.filter(withdrawn_at=None).values_list("channel", flat=True))  # fmt: skip

    assert set(ways_on(stranger.get(path))) == {"email", "fax"}
    stranger.post(path, {"what": "choose", "way": ["fax", "phone", "\x00"]})
    assert live() == {"fax"} and not may_advertise(ADDRESS, "email")
    stranger.post(path, {"what": "choose", "way": ["email"]})
    assert live() == {"email"} and may_advertise(ADDRESS, "email")
    back = Consent.objects.get(withdrawn_at=None)
    assert (back.means, back.entered_by, back.text) == ("link", None, consent.text)
    stranger.post(path, {"what": "everything"})
    assert live() == set() and ways_on(stranger.get(path)) == []
    stranger.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    russian = stranger.get(path)
    assert "Вы отписаны" in russian.content.decode()

    # What a colleague entered upon a demand is not taken back by whoever holds an old letter.
    Suppression.objects.filter(lifted_at=None).update(made_by=UserFactory())
    stranger.post(path, {"what": "choose", "way": ["email", "fax"]})
    assert "email" not in live() and not may_advertise(ADDRESS, "email")


def test_one_topic_is_refused_and_the_others_still_come(recipient, settings):
    news, fairs = (MailingTopic.objects.create(name=ru, name_en=en, position=n) for n, ru, en in ((1, "Новинки", "News"), (2, "Выставки", "Fairs")))  # fmt: skip
    Mailing.objects.update(topic=news)
    stranger, path = HttpClient(enforce_csrf_checks=True), f"/u/{token_of(recipient.pk)}/"  # fmt: skip
    now = timezone.now()
    letter = queue_letter(to=ADDRESS, subject="x", text="x", kind="mailing", at=now)
    Recipient.objects.update(letter=letter, state="queued")
    assert "No more letters on “News”" in stranger.get(path).text

    kept = stranger.post(path, {"what": "topic"})
    assert [c.is_on for c in kept.context["topics"]] == [False, True]
    assert "Your choice is kept" in kept.text and may_advertise(ADDRESS, "email")
    delivery.deliver(letter.pk)
    letter.refresh_from_db()
    assert letter.status == "suppressed"

    # The card may go: the address is known by its hash, and a new mailing says why it is left out.
    author = UserFactory(preset="director")
    for topic, reason in ((news, "topic"), (fairs, "")):
        mailing = Mailing.objects.create(name="y", template=recipient.mailing.template, topic=topic, created_by=author, created_at=now, state="freezing", content={})  # fmt: skip
        freezing.freeze(mailing.pk, at=now)
        assert mailing.recipients.get().reason == reason
    stranger.cookies[settings.LANGUAGE_COOKIE_NAME] = "ru"
    chosen = stranger.post(path, {"what": "topics", "topic": [news.pk, "x", "9" * 30]})
    assert "Выставки" in chosen.text
    assert [c.is_on for c in chosen.context["topics"]] == [True, False]
    # Who waits is asked once more when his turn comes.
    assert freezing.leave_out_who_said_no(mailing, [mailing.recipients.get().pk])
    assert mailing.recipients.get().reason == "topic"


def ways_on(page):
    return [way.channel for way in page.context["ways"] if way.is_on]


def test_the_stop_list_outlives_the_card_and_meets_the_address_again(recipient):
    HttpClient().post(link_for(recipient).replace("http://localhost:8000", ""))
    recipient.client.emails.all().delete()

    again = ClientFactory()
    again.emails.create(address=ADDRESS.upper())
    suppressions.mark(clients=[again.pk])
    assert again.emails.get().is_suppressed


@pytest.mark.parametrize("damage", ["", "1", "1-x", "١-x", "9" * 30 + "-x", "\x00-x"])
def test_a_damaged_link_unsubscribes_nobody(recipient, damage):
    assert recipient_of(damage) is None
    other = token_of(recipient.pk).replace(f"{recipient.pk}-", f"{recipient.pk + 1}-")
    assert HttpClient().post(f"/u/{other}/").status_code == 404


def test_the_headers_are_those_of_rfc_8058(recipient):
    account = MailAccount(bounce_address="bounces@firm.example")
    headers = headers_for(recipient, account=account)

    https, mail = headers["List-Unsubscribe"].split(", ")
    assert https == f"<{link_for(recipient)}>"
    assert mail.startswith(f"<mailto:bounces+u{recipient.pk}-")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_letter_that_waits_does_not_go_to_who_unsubscribed_meanwhile(recipient):
    now = timezone.now()
    letter = queue_letter(to=ADDRESS, subject="x", text="x", kind="mailing", at=now)
    other = queue_letter(to=ADDRESS, subject="x", text="x", kind="letter", at=now)
    Recipient.objects.filter(pk=recipient.pk).update(letter=letter, state="queued")
    HttpClient().post(link_for(recipient).replace("http://localhost:8000", ""))
    for one in (letter, other):
        delivery.deliver(one.pk)
        one.refresh_from_db()
    assert (letter.status, other.status) == ("suppressed", "sent")


@pytest.mark.parametrize(
    ("browser", "chosen", "language"),
    [
        ("en-GB,en;q=0.9", "", "en"),
        ("ru-RU,ru;q=0.9,en;q=0.5", "", "ru"),
        ("de-DE,de;q=0.9,ru;q=0.5", "", "ru"),
        ("de", "", "en"),  # that of the letter
        ("", "", "en"),
        ("en-GB", "ru", "ru"),
        ("en-GB", "xx", "en"),
    ],
)
def test_the_page_speaks_as_the_reader_chose_else_as_his_browser_else_as_the_letter(
    recipient, settings, browser, chosen, language
):
    stranger = HttpClient(headers={"Accept-Language": browser})
    if chosen:
        stranger.cookies[settings.LANGUAGE_COOKIE_NAME] = chosen
    words = {"en": "Send no more letters", "ru": "Не присылать писем"}[language]
    page = stranger.get(f"/u/{token_of(recipient.pk)}/")
    assert words in page.text and f'<html lang="{language}"' in page.text
    assert page.headers["Content-Language"] == language


def test_a_damaged_link_is_told_of_in_the_language_of_the_browser(db):
    for path in ("/u/1-x/", "/c/x/", "/digest/stop/x/"):
        page = HttpClient(headers={"Accept-Language": "en"}).get(path)
        assert page.status_code == 404 and '<html lang="en"' in page.text, path
