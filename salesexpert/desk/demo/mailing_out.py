"""Mailings of the demo company: consents got at a fair, two letters, three mailings that went out and what came of them.

At most a few hundred addressees however large the base is; what looks random is worked out of their order.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from clients.models import Consent, ConsentText
from clients.personal_choices import Channel, ConsentKind
from mailing import topics
from mailing.models import (
    Click,
    Mailing,
    MailingLink,
    MailingTopic,
    MailTemplate,
    Recipient,
)
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import User
from salesexpert.outbox.models import Letter

MOST = 400
SITE = "https://www.obrazec-tehno.example"
_NEWS = (
    "<h1>{{ contact.dear }}!</h1>"
    '<p class="lead">Новая поломоечная машина <b>ОТ-70</b> моет 2 000 м² в час и заряжается от обычной розетки.</p>'
    "<ul><li>два бака по 70 литров</li><li>щётки меняются без инструмента</li><li>гарантия три года</li></ul>"
    "<p>{% if client.city %}Покажем её на вашем полу, город {{ client.city }} входит в маршрут показов.{% else %}Покажем её на вашем полу.{% endif %}</p>"
    f'<p><a class="button" href="{SITE}/ot-70?utm_source=mail&amp;utm_campaign=ot70">Посмотреть машину</a></p>'
    f'<p>Цены и наличие: <a href="{SITE}/price">прайс-лист</a>.</p>'
    "<p>{{ manager.name }}<br>{{ manager.phone }}</p>"
)
_SERVICE = (
    "<p>{{ contact.dear }}!</p>"
    "<p>Перед сезоном проверяем щётки, сквиджи и аккумуляторы: час работы мастера, запчасти с собой.</p>"
    f'<p><a class="button" href="{SITE}/service">Выбрать день</a></p>'
    "<p>{{ manager.name | default: company.name }}</p>"
)
_TEMPLATES = (
    ("demo_news", "Новинка: ОТ-70", "Новая машина для {{ client.name }}", _NEWS),
    ("demo_service", "Сервис перед сезоном", "Проверим технику до сезона", _SERVICE),
)
# What mailings are about, by the template: whoever has enough of one keeps the others.
_TOPICS = (("Новинки", "News"), ("Сервис", "Service"), ("Выставки и показы", "Exhibitions and demonstrations"))  # fmt: skip
# Name, template, days ago.
_SENT = (
    ("Новинка ОТ-70: действующим клиентам", 0, 64),
    ("Сервис перед сезоном", 1, 29),
    ("ОТ-70: напоминание о показах", 0, 8),
)


def write(*, until: date) -> None:
    """After the clients and their people stand there."""
    author = User.objects.filter(role__code=PresetRole.HEAD_OF_MARKETING).first()
    text = ConsentText.objects.filter(kind=ConsentKind.ADVERTISING, retired_at=None).first()  # fmt: skip
    if author is None or text is None:
        return
    people = _people()
    agreed = _consents(people, text, author, until=until)
    now = _at(until, 10) - timedelta(days=120)
    templates = MailTemplate.objects.bulk_create(
        MailTemplate(
            code=code, name=name, subject=subject, body=body, created_by=author, created_at=now, changed_at=now
        )
        for code, name, subject, body in _TEMPLATES
    )  # fmt: skip
    about = _topics(people, at=_at(until, 12) - timedelta(days=100))
    for number, (name, template, days) in enumerate(_SENT):
        _sent(number, name, templates[template], about[template], people, agreed, author, _at(until, 11) - timedelta(days=days))  # fmt: skip


def _topics(people: list[tuple[int, int, str]], *, at: datetime) -> list[MailingTopic]:
    """The topics, and who refused the first of them long before the mailings went."""
    made = [
        MailingTopic.objects.create(name=name, name_en=english, position=n)
        for n, (name, english) in enumerate(_TOPICS, 1)
    ]
    for n, (_client, _contact, address) in enumerate(people):
        if _refused(n):
            topics.refuse(address=address, topic=made[0].pk, at=at)
    return made


def _refused(n: int) -> bool:
    return n % 41 == 8


def _at(day: date, hour: int) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour)))


def _people() -> list[tuple[int, int, str]]:
    """Client, person, address of the first few hundred, one of each client."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT l.client_id, l.contact_id, e.address FROM clients_contactlink l
                 JOIN clients_email e ON e.contact_id = l.contact_id
                WHERE l.until_on IS NULL AND l.is_main AND e.position = 0 AND l.client_id < %s
                ORDER BY l.client_id, l.contact_id LIMIT %s""",
            [MOST * 10, MOST],
        )
        found: dict[str, tuple[int, int, str]] = {}
        for client, contact, address in cursor.fetchall():
            found.setdefault(address.lower(), (client, contact, address))
        return list(found.values())


def _consents(
    people: list[tuple[int, int, str]], text: ConsentText, by: User, *, until: date
) -> set[int]:
    given = _at(until, 12) - timedelta(days=200)
    agreed = [contact for n, (_client, contact, _to) in enumerate(people) if n % 5 != 2]
    # Numbered here: a sequence goes on counting, and the same company is to have the same rows.
    first = (Consent.objects.aggregate(last=Max("pk"))["last"] or 0) + 1
    Consent.objects.bulk_create(
        Consent(
            pk=n, contact_id=contact, kind=ConsentKind.ADVERTISING, channel=Channel.EMAIL, text=text, given_at=given,
            means="paper", place="выставка «Чистый пол»", entered_at=given, entered_by=by,
        )
        for n, contact in enumerate(agreed, first)
    )  # fmt: skip
    return set(agreed)


def _sent(
    number: int,
    name: str,
    template: MailTemplate,
    topic: MailingTopic,
    people: list[tuple[int, int, str]],
    agreed: set[int],
    by: User,
    at: datetime,
) -> None:
    first = template.code == "demo_news"
    refused = {p[1] for n, p in enumerate(people) if first and _refused(n)} & agreed
    going = [p for p in people if p[1] in agreed - refused]
    ends = at + timedelta(seconds=3 * len(going))
    mailing = Mailing.objects.create(
        name=name, template=template, topic=topic, audience="клиенты, основные лица", state="done",
        content={"subject": template.subject, "body": template.body, "text": "", "language": "ru", "cover": False, "paper": None},
        created_by=by, created_at=at - timedelta(hours=2), frozen_at=at - timedelta(hours=1), approved_by=by,
        approved_at=at, started_at=at, finished_at=ends, included=len(going), left_out=len(people) - len(going), per_minute=20,
    )  # fmt: skip
    urls = [f"{SITE}/ot-70?utm_source=mail&utm_campaign=ot70", f"{SITE}/price"]
    links = MailingLink.objects.bulk_create(
        MailingLink(mailing=mailing, position=n, url=url)
        for n, url in enumerate(urls if template.code == "demo_news" else [f"{SITE}/service"], 1)
    )  # fmt: skip
    rows: list[Recipient] = []
    letters: list[Letter] = []
    for n, (client, contact, address) in enumerate(going):
        sent = at + timedelta(seconds=3 * n)
        letters.append(_letter(number, n, template, address, sent))
        rows.append(_answered(number, n, Recipient(mailing=mailing, client_id=client, contact_id=contact, address=address, state="queued", queued_at=sent, noted_at=sent), sent))  # fmt: skip
    kept = Letter.objects.bulk_create(letters)
    for row, letter in zip(rows, kept, strict=True):
        row.letter = letter
        row.address_key = row.address.lower()
        row.domain = row.address_key.partition("@")[2]
    rows += [
        Recipient(mailing=mailing, client_id=client, contact_id=contact, address=address, address_key=address.lower(), state="left_out", reason="topic" if contact in refused else "no_consent")
        for client, contact, address in people
        if contact not in agreed or contact in refused
    ]  # fmt: skip
    made = Recipient.objects.bulk_create(rows)
    Click.objects.bulk_create(
        Click(recipient=row, link=links[row.pk // 6 % len(links)], first_at=row.clicked_at, last_at=row.clicked_at)
        for row in made
        if row.clicked_at
    )  # fmt: skip


def _letter(number: int, n: int, template: MailTemplate, to: str, at: datetime) -> Letter:  # fmt: skip
    back = n % 37 == 11
    more: dict[str, Any] = {"status": "sent", "sent_at": at}
    if back:
        more = {
            "status": "bounced", "sent_at": at, "bounced_at": at + timedelta(minutes=1), "bounce_status": "5.1.1",
            "trouble": "no_mailbox",
        }  # fmt: skip
    return Letter(
        key=f"demo-mailing:{number}:{n}", kind="mailing", to=to, subject=template.name, text=template.name,
        message_id=f"<demo-mailing-{number}-{n}@obrazec-tehno.example>", is_bulk=True, attempts=1, queued_at=at,
        attempt_at=at, claimed_at=at, handed_over_at=at, **more,
    )  # fmt: skip


def _answered(number: int, n: int, row: Recipient, sent: datetime) -> Recipient:
    if n % 37 == 11:
        return row
    turn = n + number * 3
    if turn % 6 == 1:
        row.clicked_at = sent + timedelta(minutes=7 + turn % 300)
    if turn % 19 == 4:
        row.replied_at = sent + timedelta(hours=2 + turn % 20)
    if turn % 53 == 9:
        row.unsubscribed_at = sent + timedelta(minutes=30)
    return row
