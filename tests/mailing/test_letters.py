"""Templates of letters, and single letters made of them: filled, refused with a sentence, sent once, in the history."""

import re
from datetime import UTC, datetime

import pypdfium2
import pytest
from django.urls import reverse
from django.utils import timezone, translation

from clients.models import Activity, Email
from deals.models import Deal, Material
from deals.papers.merging import BadTemplate
from deals.papers.pdf import make_pdf
from mailing import values
from mailing.choices import MailChannel
from mailing.composing import fax_page
from mailing.merging import check, fill
from mailing.models import MailTemplate, SingleLetter
from pipeline.models import Stage
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import Role
from salesexpert.outbox.models import Letter
from tests.factories import (
    ClientFactory,
    ContactFactory,
    ContactLinkFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(db):
    return UserFactory(username="marketer", role=Role.objects.get(code=PresetRole.HEAD_OF_MARKETING))  # fmt: skip


BODY = (
    "<h1>{{ contact.dear }}!</h1><p onclick=\"x()\">{% if client.city %}Склад: {{ client.city }}{% endif %}</p>"
    '<p><a class="button" href="https://example.com/a?b=1&amp;c=2">Каталог</a></p><script>alert(1)</script>'
)  # fmt: skip


def given(**more):
    return {
        "name": "Новинки", "purpose": "mailing", "channel": "email", "language": "ru",
        "subject": "Новое для {{ client.name }}", "body": BODY, "text": "", "cover": "on", **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{{ client.nmae }}", "client.nmae"),
        ("{{ settings.SECRET_KEY }}", "settings.SECRET_KEY"),
        ("{% for i in (1..99999999999) reversed %}x{% endfor %}", "end"),
        ('{{ (1..99999999999) | join: "" }}', "end"),
        ("{% for i in (1..2000) %}{% for j in (1..2000) %}x{% endfor %}{% endfor %}", "end"),
        ("<p>\n{% if contact.name %}", "endif"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_is_refused_with_what_was_typed(http, body, sentence):  # fmt: skip
    answer = http.post(reverse("mailing:template_new"), given(body=body))

    assert answer.status_code == 422
    form = answer.context["form"]
    assert sentence in form.errors["body"][0] or "закончился" in form.errors["body"][0]
    assert form["body"].value() == body and form["name"].value() == "Новинки"
    assert not MailTemplate.objects.filter(name="Новинки").exists()


@pytest.mark.parametrize(("city", "shown"), [("", "без города"), (" ", "без города"), ("Тверь", "в городе Тверь")])  # fmt: skip
def test_a_condition_asks_whether_a_field_is_filled(city, shown):
    body = "{% if client.city %}в городе {{ client.city }}{% else %}без города{% endif %}"  # fmt: skip
    unless = "{% unless client.city %}без города{% else %}в городе {{ client.city }}{% endunless %}"  # fmt: skip
    known = values.empty() | {"client": values.empty()["client"] | {"city": city}}
    assert (fill(body, known, html=False), fill(unless, known, html=False)) == (shown, shown)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% if client.name %}", "{% endif %}"),
        ("{% endif %}", "{% endif %}"),
        ("{{ client.name", "«}}»"),
        ("{% if client.name = 'x' %}{% endif %}", "«=»"),
        ("{% if %}x{% endif %}", "чего-то не хватает"),
    ],
)  # fmt: skip
def test_what_is_broken_in_a_template_is_said_in_russian(text, said):
    with translation.override("ru"), pytest.raises(BadTemplate) as told:
        check(text)
    words = str(told.value)
    assert said in words and not set("abcdfghijklmopqrstuvwxyz") & set(words.replace("endif", ""))  # fmt: skip


@pytest.mark.parametrize(("language", "shown"), [("ru", "1 марта 2027\xa0г."), ("en", "1 March 2027")])  # fmt: skip
def test_a_letter_names_its_day_with_the_year(user, language, shown):
    given = values.Values(by=user, language=language, at=datetime(2027, 3, 1, 9, tzinfo=UTC))  # fmt: skip
    assert given.of(values.To())["today"] == shown


def test_a_preview_from_a_card_invents_the_paper_that_will_be_enclosed(http, user):
    client = ClientFactory(name="Весна")
    template = MailTemplate.objects.get(code="invoice_ru")
    page = http.get(reverse("mailing:template_preview", args=[template.pk]), {"client": client.pk})  # fmt: skip
    assert "Направляем вам: Счёт № 17." in page.text
    offer = MailTemplate.objects.get(code="offer_en")
    assert "Offer No. 17 on" in http.get(reverse("mailing:template_preview", args=[offer.pk])).text  # fmt: skip


def test_a_letter_is_kept_clean_and_shown_filled_from_a_card(http, user):
    client = ClientFactory(city="Ярославль <b>")
    ContactLinkFactory(client=client, contact=ContactFactory(first_name="Анна", patronymic="Петровна"))  # fmt: skip

    http.post(reverse("mailing:template_new"), given())
    kept = MailTemplate.objects.get(name="Новинки")
    shown = http.get(reverse("mailing:template_preview", args=[kept.pk]), {"client": client.pk})  # fmt: skip

    page = shown.content.decode()
    assert "script" not in kept.body and "onclick" not in kept.body
    assert "Уважаемая Анна Петровна!" in page and "Ярославль &lt;b&gt;" in page
    assert 'style="display:inline-block' in page or "display:inline-block" in page
    assert "script-src" not in shown.headers["Content-Security-Policy"] and "sandbox" in shown.headers["Content-Security-Policy"]  # fmt: skip


def test_a_template_is_tried_on_a_card_found_by_its_name(http, user):
    client = ClientFactory(name="Вымпел-Образец", city="Ярославль")
    http.post(reverse("mailing:template_new"), given())
    page = reverse("mailing:template", args=[MailTemplate.objects.get(name="Новинки").pk])  # fmt: skip

    looked = http.get(page, {"q": "вымпел", "find": "1"}).text
    shown = http.get(page, {"q": "вымпел", "client_id": client.pk}).text

    assert f'name="client_id" value="{client.pk}"' in looked
    assert (
        f"preview/?client={client.pk}" in shown and f"test/?client={client.pk}" in shown
    )


def test_two_who_change_one_template_are_told_and_neither_is_lost(http, user, sign_in):
    http.post(reverse("mailing:template_new"), given())
    kept = MailTemplate.objects.get(name="Новинки")
    page = reverse("mailing:template", args=[kept.pk])
    seen = re.search(r'name="seen" value="([^"]+)"', http.get(page).text)[1]

    first = sign_in(user).post(page, given(subject="Первая", seen=seen))
    refused = http.post(page, given(subject="Вторая", seen=seen))
    kept.refresh_from_db()

    assert first.status_code == 302 and refused.status_code == 422
    assert kept.subject == "Первая"
    assert "Вторая" in refused.text and 'target="_blank"' in refused.text
    again = re.search(r'name="seen" value="([^"]+)"', refused.text)[1]
    assert http.post(page, given(subject="Вторая", seen=again)).status_code == 302
    kept.refresh_from_db()
    assert kept.subject == "Вторая"


def test_files_of_200_mb_are_refused_before_they_are_read(http, user):
    huge = Material.objects.create(
        kind="document", name="Фильм", file="library/none", file_name="film.mp4", size=200 * 1024 * 1024,
        content_type="video/mp4", sha256="0" * 64, uploaded_at=timezone.now(), uploaded_by=user,
    )  # fmt: skip
    client = ClientFactory()

    kept = http.post(reverse("mailing:template_new"), given(materials=[huge.pk]))
    page = reverse("mailing:write") + f"?client={client.pk}"
    sent = http.post(page, {"to": "a@example.com", "subject": "Фильм", "body": "<p>Вот</p>", "materials": [huge.pk], "key": "k"})  # fmt: skip

    for answer in (kept, sent):
        assert answer.status_code == 422
        assert "200" in answer.content.decode() and not Letter.objects.exists()


def test_a_single_letter_goes_once_from_its_author_and_stands_in_the_history(http, user):  # fmt: skip
    client = ClientFactory()
    person = ContactFactory()
    ContactLinkFactory(client=client, contact=person)
    Email.objects.create(contact=person, address="anna@example.com")
    page = reverse("mailing:write") + f"?client={client.pk}"
    form = http.get(page).context["form"]
    typed = {"to": "anna@example.com", "subject": "О\r\nBcc: all@example.com встрече", "body": "<p>Добрый <b>день</b></p>", "key": form["key"].value()}  # fmt: skip

    assert form["to"].value() == "anna@example.com"
    for _click in range(2):
        http.post(page, typed)

    letter = Letter.objects.get()
    entry = Activity.objects.get(client=client)
    assert user.email in letter.from_address and letter.reply_to == user.email
    assert letter.subject == "О Bcc: all@example.com встрече" and "Добрый день" in letter.text  # fmt: skip
    assert (entry.contact, entry.kind.code, entry.direction) == (person, "email", "out")
    assert SingleLetter.objects.get().activity_id == entry.pk
    assert "Добрый день" in entry.summary

    wrong = http.post(page, {**typed, "to": "anna@example.com\r\nBcc: x@example.com", "key": "other"})  # fmt: skip
    assert wrong.status_code == 422 and Letter.objects.count() == 1


def test_who_sees_a_deal_but_not_its_card_writes_to_nobody_of_the_card(sign_in):
    seller = UserFactory(role=Role.objects.get(code=PresetRole.SELLER))
    Role.objects.filter(code=PresetRole.SELLER).update(scope="own")
    client = ClientFactory(curator=UserFactory())
    Email.objects.create(client=client, address="secret@example.com")
    stage = Stage.objects.select_related("process").order_by("pk").first()
    deal = Deal.objects.create(client=client, title="Чужая карточка", process=stage.process, stage=stage, responsible=seller)  # fmt: skip
    his = sign_in(seller)

    page = his.get(deal.get_absolute_url())
    address = reverse("mailing:write") + f"?deal={deal.pk}"
    assert page.status_code == 200 and reverse("mailing:write") not in page.content.decode()  # fmt: skip
    for answer in (his.get(address), his.post(address, {"to": "secret@example.com", "subject": "x", "body": "<p>x</p>", "key": "k"})):  # fmt: skip
        assert answer.status_code == 404 and not Letter.objects.exists()
    client.curator = seller
    client.save()
    assert "secret@example.com" in his.get(address).content.decode()


def test_a_fax_has_a_cover_and_is_readable_in_black_and_white():
    content = {"subject": "Счёт", "body": BODY, "language": "ru", "cover": True}
    pdf, pages = make_pdf(fax_page(content, values.sample("ru"), number="+74955407520"))
    document = pypdfium2.PdfDocument(pdf)
    cover = document[0].get_textpage().get_text_bounded()
    shades = document[0].render(scale=204 / 72, grayscale=True).to_pil().histogram()
    grey = sum(shades[61:195]) / sum(shades)
    black = sum(shades[:128]) / sum(shades)
    document.close()

    assert pages == 2 and "+74955407520" in cover and "ООО «Образец»" in cover
    assert (
        black > 0.003 and grey < 0.01
    )  # letters of full black; of grey only their edges


def test_the_list_of_templates_costs_the_same_for_many(http, django_assert_max_num_queries):  # fmt: skip
    now = timezone.now()
    MailTemplate.objects.bulk_create(
        MailTemplate(name=f"Т {n}", channel=MailChannel.EMAIL, created_at=now, changed_at=now) for n in range(20)
    )  # fmt: skip
    http.get(reverse("mailing:templates"))
    with django_assert_max_num_queries(12):
        assert http.get(reverse("mailing:templates")).status_code == 200
