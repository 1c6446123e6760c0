"""Inquiries of the demo company: those that its clients once came by, those that came to nothing, and the inbox of today.

Written by the database out of what stands there, in a handful of statements however large the base is; what looks random
is worked out of ids, so that the same seed makes the same base.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils import timezone

from clients.actions import intake
from clients.models import (
    Campaign,
    ConsentText,
    DistributionRule,
    InformationSource,
    Inquiry,
    InquiryEntry,
    SiteForm,
)
from clients.personal_choices import ConsentKind
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold

SITE = "https://www.obrazec-tehno.example"
# Who turned to us lately, and with what: company, person, city, words. All invented.
ASKED: tuple[tuple[str, str, str, str], ...] = (
    ("ООО «Пример-Логистик»", "Заготовкина Лидия", "Тверь", "Нужна поломоечная машина на склад 4 000 м², покажите на месте"),
    ("АО «Образцовый молкомбинат»", "Проверкин Олег Ильич", "Вологда", "Пришлите прайс на машины с сиденьем и сроки поставки"),
    ("", "Тестова Вера", "Ярославль", "Сколько стоит аренда на месяц?"),
    ("ИП Пробный", "Пробный Игорь", "Рязань", "Щётки и аккумулятор к машине, которую брали у вас в прошлом году"),
    ("ООО «Макет-Сервис»", "Шаблонова Ирина", "Калуга", "Хотим заменить подрядчика по уборке торгового зала"),
    ("ООО «Учебный холод»", "Примеров Антон", "Псков", "Машина для холодильной камеры, минус 20"),
    ("Школа № 900", "Образцов Пётр Петрович", "Великий Новгород", "Коммерческое предложение для закупки"),
    ("ООО «Вымысел-Авто»", "Небылицына Ольга", "Смоленск", "Подметальная машина для парковки, два предложения"),
    ("", "Сергей", "", "Перезвоните после обеда"),
    ("ООО «Условный терминал»", "Условнов Денис", "Мурманск", "Сравниваем три марки, нужен показ до конца месяца"),
    ("ТСЖ «Пример»", "Домова Нина", "Кострома", "Лестницы и паркинг, что посоветуете"),
    ("ООО «Невзаправду»", "Выдумкин Лев", "Архангельск", "Видели вас на выставке, обещали каталог"),
)  # fmt: skip
CHANNELS = ("site", "call", "site", "email", "message", "site", "call", "event")
WRITTEN_BY_PEOPLE = ("call", "event")


def write(*, until: date) -> None:
    """After the history is written and before sequences follow."""
    people = list(
        User.objects.active()
        .filter(role__code__in=(PresetRole.SELLER, PresetRole.TELEMARKETER))
        .order_by("pk")[:12]
    )
    if not people:
        return
    form = _ways(people, until=until)
    _of_clients(form)
    _products()
    _of_nobody(people, form, until=until)


def _moment(day: date, hour: int, minute: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(hour, minute)))


def _ways(people: list[User], *, until: date) -> SiteForm:
    """A form of the company's site, and a rule by which its inquiries are given in turn."""
    head = User.objects.filter(role__code=PresetRole.HEAD_OF_SALES).order_by("pk").first()  # fmt: skip
    by, at = head or people[0], _moment(until - timedelta(days=400), 10)
    wording = ConsentText.objects.filter(kind=ConsentKind.PROCESSING).order_by("-pk").first()  # fmt: skip
    source = InformationSource.objects.filter(folded__contains=fold("сайт")).first()
    form = intake.save_form(
        SiteForm(
            pk=_next(SiteForm),
            key="demo-form-of-the-site",
            made_at=at,
            made_by=by,
            name="Заявка с сайта",
            heading="Оставьте заявку",
            origins=[SITE],
            fields=["name", "company", "phone", "email", "message"],
            consent=wording.text if wording else "Согласие на обработку персональных данных",
            source=source,
            last_at=_moment(until - timedelta(days=1), 17, 40),
        ),
        by=by,
        at=at,
    )  # fmt: skip
    rule = DistributionRule.objects.create(
        pk=_next(DistributionRule),
        name="Заявки с сайта",
        channels=["site"],
        giving="turns",
        answer_minutes=30,
        head=head,
    )
    # Numbers of their own, like all of the demo: the same seed makes the same rows, whatever the sequences say.
    links: Any = (
        (DistributionRule.people.through, "user_id", people),
        (DistributionRule.forms.through, "siteform_id", [form]),
    )
    for through, column, entries in links:
        first = _next(through)
        through.objects.bulk_create(
            through(pk=first + n, distributionrule_id=rule.pk, **{column: entry.pk})
            for n, entry in enumerate(entries)
        )
    return form


def _next(model: Any) -> int:
    return (model.objects.aggregate(last=Max("pk"))["last"] or 0) + 1


def _of_clients(form: SiteForm) -> None:
    """Of clients who came themselves, two in three wrote or called first: the inquiry that became card and deal."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH came AS (
                SELECT c.id, c.name, c.city, c.region_id, c.industry_id, c.source_id, c.product_source_id, c.campaign_id,
                       c.curator_id, coalesce(c.created_by_id, c.curator_id) AS author, d.id AS deal_id, d.state AS deal_state,
                       greatest(c.created_at, least(coalesce(d.opened_at, c.created_at), c.created_at + interval '90 days')) AS at,
                       ('x' || substr(md5(c.id::text), 1, 7))::bit(28)::int AS luck
                  FROM clients_client c
                  LEFT JOIN LATERAL (SELECT id, state, opened_at FROM deals_deal WHERE client_id = c.id AND bin_id IS NULL
                                      ORDER BY opened_at, id LIMIT 1) d ON true
                 WHERE c.initiative = 'theirs' AND c.bin_id IS NULL AND c.category = 'client'
            ), said AS (
                SELECT came.*, (ARRAY['site','call','site','email','message','site','call','event'])[1 + luck %% 8] AS channel,
                       at - make_interval(mins => 20 + luck %% 180) AS received
                  FROM came WHERE luck %% 3 < 2
            )
            INSERT INTO clients_inquiry (
                id, channel, form_id, source_id, product_source_id, campaign_id, received_at, recorded_at, recorded_by_id,
                text, received, consent, consent_at, name, company, position, phones, numbers, emails, inn, city, region_id,
                industry_id, state, not_ours, outcome, responsible_id, assigned_at, taken_at, answer_due_at, answered_at,
                escalated_at, closed_at, closed_by_id, client_id, contact_id, deal_id, folded, outside_id,
                utm_source, utm_medium, utm_campaign, landing, referrer)
            SELECT %s + row_number() OVER (ORDER BY s.received, s.id) - 1, s.channel,
                   CASE WHEN s.channel = 'site' THEN %s::bigint END, s.source_id, s.product_source_id, s.campaign_id,
                   s.received, s.received, CASE WHEN s.channel IN ('call', 'event') THEN s.author END,
                   (%s::text[])[1 + s.luck %% cardinality(%s::text[])], '{}', '', NULL,
                   coalesce(p.person, ''), s.name, coalesce(left(p.position, 160), ''),
                   CASE WHEN p.raw IS NULL THEN '{}' ELSE ARRAY[p.raw] END,
                   CASE WHEN coalesce(p.e164, '') = '' THEN '{}' ELSE ARRAY[p.e164] END,
                   CASE WHEN p.address IS NULL THEN '{}' ELSE ARRAY[lower(p.address)] END,
                   '', s.city, s.region_id, s.industry_id, 'converted', '', '', s.curator_id, s.received, s.received + interval '9 minutes',
                   s.received + interval '60 minutes',
                   s.received + make_interval(mins => CASE WHEN s.channel IN ('call', 'event') THEN 0 ELSE 5 + s.luck %% 75 END),
                   CASE WHEN s.channel NOT IN ('call', 'event') AND 5 + s.luck %% 75 > 60 THEN s.received + interval '61 minutes' END,
                   s.at, coalesce(s.curator_id, s.author), s.id, p.contact_id, s.deal_id,
                   left(regexp_replace(translate(lower(concat_ws(' ', s.name, p.person, p.address, ltrim(p.e164, '+'), s.city)), 'ё', 'е'), '[^[:alnum:]]+', ' ', 'g'), 2000), '',
                   w.source, CASE WHEN w.source IN ('', 'catalog') THEN '' WHEN w.source = 'newsletter' THEN 'email' ELSE 'cpc' END,
                   CASE WHEN w.source <> '' AND s.campaign_id IS NOT NULL THEN 'demo-' || s.campaign_id ELSE '' END,
                   CASE WHEN s.channel = 'site' THEN %s || (ARRAY['/', '/arenda', '/katalog/polomoyki', '/zayavka'])[1 + s.luck / 64 %% 4] ELSE '' END,
                   CASE w.source WHEN '' THEN '' WHEN 'newsletter' THEN '' ELSE 'https://' || w.source || '.example/' END
              FROM said s
              CROSS JOIN LATERAL (SELECT CASE WHEN s.channel = 'site' THEN (ARRAY['search', 'search', 'maps', 'catalog', 'newsletter', '', 'Search'])[1 + s.luck / 8 %% 7] ELSE '' END AS source) w
              LEFT JOIN LATERAL (
                    SELECT l.contact_id, l.position, concat_ws(' ', nullif(k.last_name, ''), k.first_name) AS person, f.raw, f.e164, e.address
                      FROM clients_contactlink l
                      JOIN clients_contact k ON k.id = l.contact_id
                      LEFT JOIN LATERAL (SELECT raw, e164 FROM clients_phone WHERE contact_id = k.id ORDER BY position, id LIMIT 1) f ON true
                      LEFT JOIN LATERAL (SELECT address FROM clients_email WHERE contact_id = k.id ORDER BY position, id LIMIT 1) e ON true
                     WHERE l.client_id = s.id ORDER BY l.is_main DESC, l.id LIMIT 1) p ON true
            """,
            [_next(Inquiry), form.pk, *([[words for *_who, words in ASKED]] * 2), SITE],
        )  # fmt: skip


def _products() -> None:
    """What they asked for: the first interest of the card."""
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO clients_inquiry_products (id, inquiry_id, product_id)
               SELECT row_number() OVER (ORDER BY i.id), i.id, p.product_id
                 FROM clients_inquiry i
                 JOIN LATERAL (SELECT product_id FROM clients_clientproduct WHERE client_id = i.client_id
                                ORDER BY kind DESC, id LIMIT 1) p ON true"""
        )


def _of_nobody(people: list[User], form: SiteForm, *, until: date) -> None:
    """Two years of what came to nothing, what is in work, and what came since yesterday evening."""
    total = Inquiry.objects.count()
    refused = max(10, total // 4)
    made = [
        _one(n, until - timedelta(days=2 + (n * 7) % 700), people, form, state="refused")
        for n in range(min(refused, 20_000))
    ]  # fmt: skip
    made += [
        _one(n, until - timedelta(days=1 + n % 6), people, form, state="work")
        for n in range(max(6, len(people)))
    ]
    made += [_one(n, until - timedelta(days=1), people, form, state="new") for n in range(8)]  # fmt: skip
    made.sort(key=lambda inquiry: inquiry.received_at)
    _mark(made)
    for pk, inquiry in enumerate(made, _next(Inquiry)):
        inquiry.pk = pk
    Inquiry.objects.bulk_create(made, batch_size=2_000)
    entry = _next(InquiryEntry)
    answered = [i for i in made if i.state == "work" and i.answered_at and i.responsible]  # fmt: skip
    InquiryEntry.objects.bulk_create(
        InquiryEntry(
            pk=entry + place,
            inquiry=inquiry,
            kind="call",
            text="Перезвонил, уточнил площадь и смены. Ждёт предложение.",
            at=inquiry.answered_at,
            by=inquiry.responsible,
        )
        for place, inquiry in enumerate(answered)
        if inquiry.answered_at and inquiry.responsible
    )


_TAGS = ("search", "maps", "", "search", "catalog", "Search", "")


def _mark(made: list[Inquiry]) -> None:
    """Tags of the site's links, and the campaigns that were on: advertising brings those who come to nothing too."""
    campaigns = [(c, c.starts_on, c.ends_on) for c in Campaign.objects.order_by("pk") if c.starts_on and c.ends_on]  # fmt: skip
    for n, inquiry in enumerate(made):
        day = inquiry.received_at.date()
        on = [c for c, starts, ends in campaigns if starts <= day <= ends]
        if on and n % 3 == 0:
            inquiry.campaign = on[0]
        if inquiry.channel == "site":
            inquiry.landing, inquiry.utm_source = f"{SITE}/zayavka", _TAGS[n % len(_TAGS)]  # fmt: skip
            if inquiry.utm_source and inquiry.campaign:
                inquiry.utm_medium, inquiry.utm_campaign = "cpc", f"demo-{inquiry.campaign.pk}"  # fmt: skip


_WHY = ("spam", "not_client", "spam", "no_need", "duplicate", "spam", "unreachable")


def _one(
    n: int, day: date, people: list[User], form: SiteForm, *, state: str
) -> Inquiry:
    company, name, city, words = ASKED[(n * 5) % len(ASKED)]
    channel = CHANNELS[n % len(CHANNELS)]
    person = people[n % len(people)]
    evening = state == "new"
    received = _moment(day, 17 if evening else 9 + n % 8, (n * 13) % 60)
    number = f"+7900555{n % 10_000:04d}"
    answered = received + timedelta(minutes=8 + (n * 11) % 80)
    by_hand = channel in WRITTEN_BY_PEOPLE
    inquiry = Inquiry(
        channel=channel,
        form=form if channel == "site" else None,
        source=form.source if channel == "site" else None,
        received_at=received,
        recorded_at=received,
        recorded_by=person if by_hand else None,
        text=words if state != "refused" else f"{words}." if n % 3 else "Продвижение сайтов, база предприятий, скидки до пятницы",
        company=company,
        name=name,
        city=city,
        phones=[f"8 900 555-{number[-4:-2]}-{number[-2:]}"],
        numbers=[number],
        emails=[f"asker{n}@primer.example"] if channel in ("site", "email") else [],
        state=state,
        received={"fields": {"name": name, "message": words}, "page": f"{SITE}/zayavka"} if channel == "site" else {},
        consent=form.consent if channel == "site" else "",
        consent_at=received if channel == "site" else None,
        answer_due_at=received + timedelta(minutes=60 if not evening else 15 * 60 + 30),
        folded=fold(f"{company} {name} {number[1:]} {city} {words}"),
    )  # fmt: skip
    if not evening or n % 3 == 0:
        inquiry.responsible, inquiry.assigned_at = person, received
    if state == "work":
        inquiry.taken_at = received + timedelta(minutes=5)
        inquiry.answered_at = answered if n % 4 else None
    if state == "refused":
        inquiry.not_ours = _WHY[n % len(_WHY)]
        inquiry.closed_at, inquiry.closed_by = answered, person
        inquiry.answered_at = answered if inquiry.not_ours in ("no_need", "not_client") else None  # fmt: skip
    return inquiry
