"""Inquiries through their pages: taken in, given, worked on, joined to clients."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from clients import inquiry_palette
from clients.actions import inquiries as actions
from clients.actions.inquiries import Said
from clients.models import (
    Activity,
    Client,
    Contact,
    Inquiry,
    InquiryEntry,
    Phone,
    Product,
)
from salesexpert.notices.models import Notice
from tests.factories import ClientFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db


def came(**said):
    said = {"channel": "call", "company": "ООО «Пример-Насос»", "name": "Заготовкина Лидия", "phones": ["+7 495 123-45-67"], "emails": ["lidia@primer-nasos.example"], "text": "Нужен насос"} | said  # fmt: skip
    more = {k: said.pop(k) for k in ("by", "responsible", "received_at") if k in said}
    return actions.receive(Said(**said), at=timezone.now(), by=more.pop("by", None), **more)  # fmt: skip


def page_of(inquiry, name="inquiry"):
    return reverse(f"clients:{name}", args=[inquiry.pk])


def one_go(**more):
    return {
        "channel": "call",
        "company": "ООО «Пример-Насос»",
        "p0-name": "Заготовкина Лидия Витальевна",
        "p0-position": "снабжение",
        "p0-phone": "8 495 123-45-67",
        "p0-email": "lidia@primer-nasos.example",
        "text": "Нужен насос к среде",
        "to": "client",
    } | more


# ── in one go ──


def test_one_page_makes_card_person_history_interest_and_a_colleagues_next_step(http, user):  # fmt: skip
    colleague = UserFactory()
    product = Product.objects.create(name="Насос К-80")
    call = reverse("clients:inquiry_new")
    day = timezone.localdate() + timedelta(days=3)

    answer = http.post(
        call,
        one_go(
            products=[product.pk],
            step_kind=Activity._meta.get_field("kind").related_model.objects.get(code="meeting").pk,
            step_on=day.isoformat(),
            step_clock="11:00",
            step_performer=colleague.pk,
            step_note="Взять каталог",
        ),
    )  # fmt: skip

    inquiry = Inquiry.objects.get()
    assert answer.status_code == 302 and answer["Location"] == page_of(inquiry)
    client = inquiry.client
    assert (client.name, client.initiative, client.curator) == ("Пример-Насос", "theirs", user)  # fmt: skip
    contact = Contact.objects.get()
    assert (contact.last_name, contact.first_name, contact.patronymic) == ("Заготовкина", "Лидия", "Витальевна")  # fmt: skip
    assert contact.phones.get().e164 == "+74951234567"
    assert client.product_links.get().product == product
    planned = client.activities.get(status="planned")
    assert (planned.performer, planned.note, planned.contact) == (colleague, "Взять каталог", contact)  # fmt: skip
    said = client.activities.get(status="done")
    assert "Нужен насос к среде" in said.summary and said.direction == "in"
    assert inquiry.state == "work" and inquiry.answered_at


def test_a_known_number_is_told_and_the_same_form_joins_to_that_card(http):
    known = ClientFactory(name="Совсем другое имя")
    Phone.objects.create(client=known, raw="8 495 123-45-67", e164="+74951234567")

    refused = http.post(reverse("clients:inquiry_new"), one_go())

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Совсем другое имя" in page and "Нужен насос к среде" in page
    assert not Inquiry.objects.exists()

    http.post(reverse("clients:inquiry_new"), one_go(client_id=known.pk))
    assert Inquiry.objects.get().client == known and Client.objects.count() == 1


def test_whoever_says_it_is_another_client_gets_a_card_of_his_own(http):
    known = ClientFactory()
    Phone.objects.create(client=known, raw="8 495 123-45-67", e164="+74951234567")

    http.post(reverse("clients:inquiry_new"), one_go(others=str(known.pk)))

    assert Client.objects.count() == 2


def test_the_form_sent_twice_is_written_once(http):
    token = "6f9619ff-8b86-4011-b42d-00cf4fc964ff"
    for _time in range(2):
        http.post(reverse("clients:inquiry_new"), one_go(token=token))
    assert Inquiry.objects.count() == Client.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (
            {"company": "", "p0-name": "", "p0-phone": "", "p0-email": ""},
            "Назовите, кто обратился",
        ),
        ({"p0-email": "нет такой"}, "Посмотрите на контактных лиц"),
        ({"p0-phone": "позвонить"}, "Посмотрите на контактных лиц"),
        ({"step_kind": "1", "step_on": "2001-01-01"}, "Этот день прошёл"),
        ({"step_on": "2031-02-31"}, "20.11.2026"),
        ({"company": "я" * 400}, "Слишком длинно"),
        ({"text": "\x00" + "ы" * 30_000}, "Слишком длинно"),
        ({"channel": "<b>"}, ""),
        ({"region": "99999999999999999999", "products": "abc"}, ""),
    ],
)
def test_what_is_typed_wrong_is_said_and_kept(http, more, sentence):
    answer = http.post(reverse("clients:inquiry_new"), one_go(**more))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    if "text" not in more:
        assert "Нужен насос к среде" in page
    assert not Inquiry.objects.exists() and not Client.objects.exists()


def test_only_written_down_it_waits_for_whoever_takes_it(http, user, sign_in):
    http.post(reverse("clients:inquiry_new"), one_go(to="inbox", channel="email"))
    inquiry = Inquiry.objects.get()
    assert (inquiry.state, inquiry.responsible, inquiry.client) == ("new", None, None)
    assert inquiry.answered_at is None and inquiry.answer_due_at

    quicker = sign_in(UserFactory())
    quicker.post(page_of(inquiry, "inquiry_take"))
    http.post(page_of(inquiry, "inquiry_take"))
    inquiry.refresh_from_db()
    assert inquiry.state == "work" and inquiry.responsible != user


# ── the page of one ──


def test_the_page_names_the_card_with_the_evidence_and_joins_to_it(http):
    known = ClientFactory(inn="7702070139", name="Старый знакомый")
    Phone.objects.create(client=known, raw="+7 495 123-45-67", e164="+74951234567")
    inquiry = came()

    page = http.get(page_of(inquiry)).content.decode()
    assert "Старый знакомый" in page and "тот же телефон" in page

    join = reverse("clients:inquiry_join", args=[inquiry.pk, known.pk])
    assert http.get(join).status_code == 200
    http.post(join)
    inquiry.refresh_from_db()
    assert inquiry.client == known and inquiry.state == "work"
    assert "Нужен насос" in known.activities.get().summary
    assert known.contacts.get().last_name == "Заготовкина"


def test_joined_twice_it_tells_its_history_once(http):
    client = ClientFactory()
    inquiry = came()
    join = reverse("clients:inquiry_join", args=[inquiry.pk, client.pk])
    http.post(join)
    http.post(join)
    assert client.activities.count() == 1

    other = ClientFactory(name="Третий")
    answer = http.post(reverse("clients:inquiry_join", args=[inquiry.pk, other.pk]))
    assert answer.status_code == 422 and not other.activities.exists()


def test_calls_notes_and_files_become_the_clients_history(http, user):
    client = ClientFactory()
    inquiry = came(responsible=user)
    http.post(page_of(inquiry, "inquiry_note"), {"kind": "note", "text": "Просил не звонить утром"})  # fmt: skip
    inquiry.refresh_from_db()
    assert inquiry.answered_at is None
    file = SimpleUploadedFile("заявка.txt", "Насос, 2 шт.".encode())
    http.post(page_of(inquiry, "inquiry_note"), {"kind": "call", "text": "Перезвонил", "file": file})  # fmt: skip
    inquiry.refresh_from_db()
    assert inquiry.answered_at

    http.post(reverse("clients:inquiry_join", args=[inquiry.pk, client.pk]))

    assert set(client.activities.values_list("kind__code", flat=True)) == {"call", "note"}  # fmt: skip
    kept = client.files.get()
    assert kept.name == "заявка.txt" and kept.activity.summary == "Перезвонил"
    page = http.get(page_of(inquiry)).content.decode()
    assert "заявка.txt" in page


def test_a_file_that_is_not_what_it_says_is_refused_and_the_text_stays(http):
    inquiry = came()
    file = SimpleUploadedFile("скан.pdf", b"MZ\x90\x00")
    answer = http.post(page_of(inquiry, "inquiry_note"), {"kind": "call", "text": "Перезвонил", "file": file})  # fmt: skip
    assert answer.status_code == 422 and "Перезвонил" in answer.content.decode()
    assert not InquiryEntry.objects.exists()


def test_spam_is_put_aside_with_its_reason_and_may_come_back(http):
    inquiry = came()
    silent = http.post(page_of(inquiry, "inquiry_aside"), {"outcome": "х"})
    assert silent.status_code == 422

    http.post(page_of(inquiry, "inquiry_aside"), {"why": "spam"})
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.not_ours) == ("refused", "spam")
    assert http.post(page_of(inquiry, "inquiry_note"), {"kind": "call", "text": "х"}).status_code == 422  # fmt: skip

    http.post(page_of(inquiry, "inquiry_reopen"))
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.not_ours, inquiry.closed_at) == ("work", "", None)


def test_whoever_gets_an_inquiry_from_a_colleague_is_told(http, user):
    colleague = UserFactory()
    inquiry = came(responsible=user)

    http.post(page_of(inquiry, "inquiry_give"), {"to": colleague.pk})

    inquiry.refresh_from_db()
    assert (inquiry.responsible, inquiry.state) == (colleague, "new")
    assert Notice.objects.get(user=colleague).about_id == inquiry.pk


def test_others_inquiries_are_given_by_heads_only(http):
    inquiry = came(responsible=UserFactory())
    answer = http.post(page_of(inquiry, "inquiry_give"), {"to": UserFactory().pk})
    assert answer.status_code == 422


def test_what_was_found_out_is_corrected_and_what_came_stays(http):
    inquiry = came(received={"fields": {"name": "Лида"}})
    http.post(page_of(inquiry, "inquiry_correct"), {"name": "Лидия", "company": "АО «Иное»", "phones": "8 495 765-43-21", "emails": "", "inn": "", "city": "Пермь"})  # fmt: skip
    inquiry.refresh_from_db()
    assert inquiry.numbers == ["+74957654321"] and inquiry.company == "АО «Иное»"
    assert inquiry.received == {"fields": {"name": "Лида"}}
    assert "перм" in inquiry.folded


# ── who sees what ──


def test_own_scope_sees_its_own_and_what_nobody_has(sign_in):
    role = RoleFactory(permissions=["clients.view_inquiry"], scope="own")
    person = UserFactory(role=role)
    mine, free, others = came(responsible=person), came(), came(responsible=UserFactory())  # fmt: skip
    http = sign_in(person)
    assert http.get(page_of(mine)).status_code == 200
    assert http.get(page_of(free)).status_code == 200
    assert http.get(page_of(others)).status_code == 404


# ── the list ──


def test_the_list_filters_searches_sorts_and_forgives(http):
    came(company="ООО «Первая»", text="компрессор", emails=[], phones=["+7 812 111-22-33"])  # fmt: skip
    came(company="ООО «Вторая»", channel="site", emails=[], phones=["+7 495 765-43-21"])  # fmt: skip
    page = reverse("clients:inquiries")
    both = http.get(page).content.decode()
    assert "Первая" in both and "Вторая" in both
    found = http.get(page, {"q": "8 (812) 111-22-33"}).content.decode()
    assert "Первая" in found and "Вторая" not in found
    site = http.get(page, {"channel": "site"}).content.decode()
    assert "Вторая" in site and "Первая" not in site
    for nonsense in ("state=??&answer=x", "sort=drop;&q=%00😀", "after=%FF&region=-1&received_from=31.31.2026"):  # fmt: skip
        assert http.get(f"{page}?{nonsense}").status_code == 200


def test_the_empty_inbox_says_who_took_the_last_one_and_what_to_do(http, user):
    inquiry = came(responsible=user)
    http.post(page_of(inquiry, "inquiry_take"))
    page = http.get(reverse("clients:inquiries")).content.decode()
    assert "Новых обращений нет" in page and str(user) in page
    assert "1 у меня в работе" in page


def test_the_list_costs_the_same_for_two_rows_and_twenty(http, django_assert_max_num_queries, django_assert_num_queries):  # fmt: skip
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert http.get(reverse("clients:inquiries")).status_code == 200
        return len(asked)

    for n in range(2):
        came(phones=[f"+7 495 100-00-{n:02d}"])
    cost()
    few = cost()
    for n in range(18):
        came(phones=[f"+7 495 200-00-{n:02d}"])
    assert cost() == few


def test_the_export_holds_what_the_list_shows_and_asks_for_the_right(http, sign_in):
    came(company="ООО «Выгрузка»", text="=1+1")
    page = reverse("clients:inquiries")
    assert http.get(page, {"format": "csv"}).status_code == 403
    head = sign_in(UserFactory(preset="head_of_sales"))
    text = b"".join(head.get(page, {"format": "csv", "columns": "all"}).streaming_content).decode()  # fmt: skip
    assert "Выгрузка" in text and "'=1+1" in text


# ── pasted lines ──


LINES = """ООО «Пример-Трейд»; Иванов Иван; 8 495 111-22-33; нужен прайс
ip@obrazec.example, Пётр, хочет насос
только слова без номера
АО «Повтор»; 84951112233
"""


def test_pasted_lines_get_a_verdict_each_and_the_good_ones_are_taken(http):
    page = reverse("clients:inquiry_list_entry")
    seen = http.post(page, {"lines": LINES, "channel": "event", "what": "look"})
    text = seen.content.decode()
    assert seen.status_code == 200 and not Inquiry.objects.exists()
    assert "Ни телефона, ни почты" in text and "в строке 1" in text

    http.post(page, {"lines": LINES, "channel": "event", "what": "take"})
    first, second = Inquiry.objects.order_by("pk")
    assert (first.company, first.name, first.numbers) == ("ООО «Пример-Трейд»", "Иванов Иван", ["+74951112233"])  # fmt: skip
    assert (second.name, second.emails, second.channel) == ("Пётр", ["ip@obrazec.example"], "event")  # fmt: skip
    assert first.received == {"line": LINES.split("\n")[0]}


def test_a_table_with_headings_is_understood_from_a_file_in_windows_letters(http):
    product = Product.objects.create(name="Насос")
    table = "Компания\tФИО\tТелефон\tТовар\tКомментарий\nООО Ромашка\tЛидия\t8 812 111-22-33\tНасос\tперезвонить"
    file = SimpleUploadedFile("список.txt", table.encode("cp1251"))
    http.post(reverse("clients:inquiry_list_entry"), {"file": file, "channel": "list", "what": "take"})  # fmt: skip
    inquiry = Inquiry.objects.get()
    assert (inquiry.company, inquiry.name, inquiry.text) == ("ООО Ромашка", "Лидия", "перезвонить")  # fmt: skip
    assert list(inquiry.products.all()) == [product]


@pytest.mark.parametrize("lines", ["", "\x00\x00", "я" * 500_000])
def test_a_list_that_cannot_be_read_is_said_so(http, lines):
    answer = http.post(reverse("clients:inquiry_list_entry"), {"lines": lines, "channel": "list", "what": "take"})  # fmt: skip
    assert answer.status_code in (200, 422) and not Inquiry.objects.exists()


def test_several_are_given_at_once_and_each_that_cannot_is_named(sign_in):
    head = UserFactory(preset="head_of_sales")
    colleague = UserFactory()
    now = timezone.now()
    rows = [actions.receive(Said(channel="call", text=f"Цена {n}", phones=(f"8 900 555-11-2{n}",)), by=head, at=now, give=False) for n in range(3)]  # fmt: skip
    actions.put_aside(rows[2].pk, why="spam", by=head, at=now)
    http, ids = sign_in(head), ",".join(str(row.pk) for row in rows)

    assert "3" in http.get(f"/inquiries/bulk/?what=give&ids={ids}").content.decode()
    assert http.post(f"/inquiries/bulk/?what=give&ids={ids}", {}, headers={"HX-Request": "true"}).status_code == 422  # fmt: skip
    answer = http.post(f"/inquiries/bulk/?what=give&ids={ids}", {"to": colleague.pk}, headers={"HX-Request": "true"})  # fmt: skip
    assert answer.status_code == 204
    assert "inquiry-changed" in answer["HX-Trigger"]
    given = Inquiry.objects.filter(responsible=colleague).values_list("pk", flat=True)
    assert sorted(given) == [rows[0].pk, rows[1].pk]
    assert http.get("/inquiries/bulk/?what=drop&ids=1").status_code == 404
    assert http.post("/inquiries/bulk/?what=take&ids=x,,-1,99999999999", {}).status_code == 422  # fmt: skip


# ── in the palette ──


@pytest.mark.parametrize("few", [100, 3])
def test_the_palette_shows_the_newest_inquiries_of_few_and_of_many(http, monkeypatch, few):  # fmt: skip
    monkeypatch.setattr(inquiry_palette, "FEW", few)
    now = timezone.now()
    for days, company in ((3, "Пример-3"), (1, "Пример-1"), (5, "Пример-5"), (2, "Пример-2"), (4, "Пример-4"), (0, "Сосна")):  # fmt: skip
        Inquiry.objects.create(
            channel="call",
            company=company,
            folded=company.lower(),
            recorded_at=now,
            received_at=now - timedelta(days=days),
        )

    groups = http.get("/search/?q=пример").json()["groups"]

    found = [i["title"] for g in groups for i in g["items"] if i["icon"] == "inbox" and "/inquiries/" in i["url"] and i["url"][-2].isdigit()]  # fmt: skip
    assert found == ["Пример-1", "Пример-2", "Пример-3", "Пример-4"]
