"""How letters look where they are read: at the width of a phone and of a mail program, pictures not loaded.

`LETTER_PICTURES=folder pytest tests/mailing/test_letters_in_browser.py` leaves a picture of each.
"""

import os
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone

from analytics.actions import alarms, sendings
from analytics.models import IndicatorLimit, ReportSending
from clients.models import Client
from deals.models import Deal
from mailing import freezing, sending
from mailing.actions import digest
from mailing.actions import mailings as actions
from mailing.models import Mailing, MailTemplate
from salesexpert.notices.models import NoticeChoice
from salesexpert.outbox.models import Letter
from tests.analytics.february import february
from tests.factories import ClientFactory, UserFactory
from tests.mailing.test_digest import DAY, MORNING, WEDNESDAY, a_deal, planned
from tests.mailing.test_mailings import person

pytestmark = pytest.mark.django_db
WIDTHS = (320, 600)
LONG = "Производственно-коммерческая научно-техническая фирма «Северозападтеплоэнергомонтажспецстройкомплектация»"
# What people write into letters: headings, lists, tables of prices, pictures, addresses without a space.
BODY = (
    "<h1>{{ contact.dear }}!</h1><p class='lead'>Для {{ client.name }} подготовили предложение.</p>"
    "<ul><li>два бака по 70 литров</li><li>гарантия три года</li></ul>"
    "<p><img src='https://example.com/machine.jpg' alt='Машина ОТ-70 в цехе' width='900' height='500'></p>"
    "<table><tr><th>Машина</th><th class='right'>Цена с НДС</th></tr><tr><td>Северозападтеплоэнергомонтажкомплект ОТ-70</td><td class='right'>1 284 600,00 ₽</td></tr></table>"
    "<p>https://www.example.com/catalogue/machines/ot-70?utm_source=mail&utm_medium=spring&utm_campaign=действующим-клиентам-без-пробелов</p>"
    "<p><a class='button' href='https://example.com/a'>Посмотреть машину в вашем городе и записаться на показ</a></p>"
    "<blockquote>Моем 2 000 м² в час.</blockquote><hr><p class='small'>{{ manager.name }}</p>"
)


@pytest.fixture
def user(db):
    return UserFactory(preset="head_of_marketing", email="marketer@example.com")


def of_mailing(by, language):
    now = timezone.now()
    template = MailTemplate.objects.create(name="Новинка", subject="Новое", body=BODY, language=language, created_at=now, changed_at=now)  # fmt: skip
    mailing = actions.save_draft(mailing=Mailing(name="Весна", template=template, parameters="q=Северо"), by=by, at=now)  # fmt: skip
    actions.gather(mailing=mailing, by=by, at=now)
    assert freezing.freeze(mailing.pk, at=now)
    actions.begin(mailing=mailing, by=by, at=now)
    sending.run(mailing.pk)
    return Letter.objects.filter(kind="mailing").latest("pk").html


def of_day(language):
    reader = UserFactory(preset="head_of_sales", language=language, time_zone="Europe/Moscow", first_name="Анна")  # fmt: skip
    client = Client.objects.get(name=LONG)
    for n in range(3):
        planned(reader, MORNING + timedelta(hours=n), client=client, title="Позвонить по договору поставки поломоечных машин", note="Спросить о сроке " * 12)  # fmt: skip
    planned(reader, MORNING - 3 * DAY, client=client, title="Забытое")
    deal = a_deal(client, responsible=reader)
    Deal.objects.filter(pk=deal.pk).update(due_at=MORNING - DAY, responsible=reader, title="ПМ-120Р в проходах между стеллажами")  # fmt: skip
    NoticeChoice.objects.create(user=reader, digest=True)
    return digest.write(reader.pk, WEDNESDAY, at=MORNING).html


def of_reports(http, language):
    base = february()
    head = UserFactory(preset="director", language=language)
    base.mara.language, base.mara.head = language, head
    base.mara.save()
    http.force_login(head)
    for report in ("deals", "funnel", "load", "refusals"):
        http.post("/analytics/sendings/new/", {
            "report": report, "parameters": "since=2026-02-01&to=2026-02-28", "name": report, "rhythm": "day", "weekday": 1,
            "month_day": 1, "hour": "09:00", "formats": [], "receivers": [head.pk],
        })  # fmt: skip
    now = datetime(2026, 3, 1, 6, 1, tzinfo=UTC)
    ReportSending.objects.update(next_at=now - timedelta(minutes=1))
    for pk in sendings.due(at=now):
        sendings.send(pk, at=now)
    IndicatorLimit.objects.create(indicator="won", user=base.mara, low=Decimal(1000))
    alarms.judge(at=datetime(2026, 3, 1, 5, tzinfo=UTC))
    letters = Letter.objects.exclude(html="").exclude(kind__in=["mailing", "digest"])
    return {f"{letter.kind}-{n}": letter.html for n, letter in enumerate(letters)}


@pytest.mark.parametrize("language", ["ru", "en"])
def test_no_letter_scrolls_sideways_or_hides_its_words(browser, http, user, language):
    client = ClientFactory(name=LONG, legal_form=None, city="Комсомольск-на-Амуре")
    person(client, "a.dlinnofamilnaya@severozapadteploenergomontazh.example", first_name="Анна", patronymic="Петровна")  # fmt: skip
    letters = {}
    for template in MailTemplate.objects.filter(channel="email", language=language):
        for name, query in (("sample", {}), ("card", {"client": client.pk})):
            shown = http.get(f"/mailing/templates/{template.pk}/preview/", query)
            letters[f"{template.code}-{name}"] = shown.text
    assert len(letters) >= 10
    letters["mailing"] = of_mailing(user, language)
    letters["plan-of-the-day"] = of_day(language)
    letters |= of_reports(http, language)
    assert any(name.startswith("report") for name in letters), list(letters)

    wrong = []
    for width in WIDTHS:
        page = browser.new_page(viewport={"width": width, "height": 800}, device_scale_factor=1)  # fmt: skip
        page.route("**/*", lambda route: route.abort())  # pictures are not loaded
        for name, html in letters.items():
            page.set_content(html)
            wide, quiet = page.evaluate(
                "[document.documentElement.scrollWidth,"
                " [...document.querySelectorAll('img[src^=http]:not([alt])')].length]"
            )
            if wide > width or quiet:
                wrong.append((name, width, wide, quiet))
            if folder := os.environ.get("LETTER_PICTURES"):
                Path(folder).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=Path(folder, f"{language}-{name}-{width}.png"), full_page=True)  # fmt: skip
        page.close()
    assert not wrong
