"""The company's own fields, through the pages and files in which people meet them."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.actions import own_fields as actions
from clients.actions.own_fields import ChoiceRow
from clients.models import BulkChange, OwnField, OwnValue
from clients.own_fields import columns_of, read_number
from salesexpert.accounts.models import User
from tests.factories import ClientFactory, ContactFactory, UserFactory

pytestmark = pytest.mark.django_db
TYPES = ("text", "number", "date", "choice", "yes_no")


@pytest.fixture
def admin():
    return UserFactory(preset="administrator")


@pytest.fixture
def make(admin):
    """Make a field: `make("number", "Машин")`."""

    def made(kind, name="Поле", *, owner="client", choices=(), **more):
        return actions.save_field(
            field=OwnField(owner=owner, type=kind, name=name, **more),
            choices=[ChoiceRow(None, text) for text in choices],
            by=admin,
            at=timezone.now(),
        )

    return made


def put(field, value, **owner):
    return OwnValue.objects.create(
        field=field, **owner, **columns_of(field.type, value)
    )


def form_of(card, **more):
    """The least that the edit form of a card must be sent."""
    rows = {}
    for prefix in ("phones", "emails", "addresses", "sites"):
        rows |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    return {"name": card.name, "is_person": "False", "category": "client", **rows, **more}  # fmt: skip


def choice_rows(*names, total=None):
    rows = {
        "choices-TOTAL_FORMS": total or len(names),
        "choices-INITIAL_FORMS": 0,
    }
    return rows | {f"choices-{at}-name": name for at, name in enumerate(names)}


# ── making them ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", TYPES)
def test_an_administrator_makes_a_field_of_each_type_with_no_code(sign_in, admin, kind):
    http = sign_in(admin)
    typed = {"owner": "client", "name": "Автопарк", "name_en": "Fleet", "type": kind, **choice_rows("Газ", "Дизель")}  # fmt: skip

    answer = http.post("/settings/fields/new/", typed)

    assert answer.status_code == 302
    field = OwnField.objects.get()
    assert (field.name, field.type) == ("Автопарк", kind)
    assert [c.name for c in field.choices.all()] == (["Газ", "Дизель"] if kind == "choice" else [])  # fmt: skip
    assert "Автопарк" in http.get("/clients/new/").text


@pytest.mark.parametrize(
    "preset",
    ["director", "head_of_sales", "head_of_marketing", "seller", "telemarketer", "service", "assistant", "lawyer"],
)  # fmt: skip
def test_other_roles_neither_make_fields_nor_arrange_the_card(sign_in, make, preset):
    field = make("text")
    http = sign_in(UserFactory(preset=preset))

    for path in ("/settings/fields/", "/settings/fields/new/", f"/settings/fields/{field.pk}/", "/settings/card/"):  # fmt: skip
        assert http.get(path).status_code == 403
    for path in (f"/settings/fields/{field.pk}/retire/", "/settings/fields/order/", "/settings/card/reset/", "/settings/card/preview/"):  # fmt: skip
        assert http.post(path).status_code == 403


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"name": "", "type": "text"}, "Обязательное поле"),
        ({"name": "«»", "type": "text"}, "нужны буквы или цифры"),
        ({"name": "ИМЯ\x00", "type": "text"}, ""),
        ({"name": "Х" * 500, "type": "text"}, ""),
        ({"name": "Поле", "type": "money"}, ""),
        ({"name": "Поле", "type": "choice"}, "хотя бы один вариант"),
        ({"name": "Поле", "type": "text", "block": "999999"}, ""),
    ],
)
def test_wrong_definitions_are_refused_beside_the_field(
    sign_in, admin, typed, sentence
):
    answer = sign_in(admin).post(
        "/settings/fields/new/", {"owner": "client", **choice_rows(""), **typed}
    )

    assert answer.status_code == 422
    assert sentence in answer.text
    assert not OwnField.objects.exists()


def test_two_fields_of_one_name_are_not_made(sign_in, admin, make):
    make("text", "Автопарк")

    answer = sign_in(admin).post(
        "/settings/fields/new/",
        {"owner": "client", "name": "автопарк", "type": "date", **choice_rows("")},
    )

    assert answer.status_code == 422
    assert "уже есть" in answer.text


def test_the_type_stays_once_a_card_has_a_value(sign_in, admin, make):
    field = make("number", "Машин")
    http = sign_in(admin)
    typed = {"name": "Машин", "type": "text", **choice_rows("")}

    put(field, "3", client=ClientFactory())
    answer = http.post(f"/settings/fields/{field.pk}/", typed)

    field.refresh_from_db()
    assert (answer.status_code, field.type) == (422, "number")
    assert "тип остаётся «число»" in answer.text


def test_a_field_that_holds_values_is_retired_and_comes_back_with_them(sign_in, admin, make):  # fmt: skip
    field, card = make("text", "Договор"), ClientFactory()
    put(field, "ОБ-7", client=card)
    http = sign_in(admin)

    refused = http.post(f"/settings/fields/{field.pk}/remove/", follow=True)
    assert "можно убрать из употребления" in refused.text
    http.post(f"/settings/fields/{field.pk}/retire/")
    assert "ОБ-7" not in http.get(card.get_absolute_url()).text
    http.post(f"/settings/fields/{field.pk}/restore/")

    assert "ОБ-7" in http.get(card.get_absolute_url()).text


def test_a_choice_that_cards_have_is_retired_instead_of_removed(make, admin):
    field = make("choice", "Топливо", choices=("Газ", "Дизель"))
    gas, _diesel = field.choices.all()
    put(field, gas.pk, client=ClientFactory())

    actions.save_field(
        field=field, choices=[ChoiceRow(None, "Ток")], by=admin, at=timezone.now()
    )

    assert [(c.name, c.retired_at is None) for c in field.choices.order_by("name")] == [
        ("Газ", False),
        ("Ток", True),
    ]


def test_fields_are_put_in_order_by_buttons_and_by_dragging(sign_in, admin, make):
    one, two, three = make("text", "А"), make("text", "Б"), make("text", "В")
    http = sign_in(admin)
    ids = [one.pk, two.pk, three.pk]

    http.post("/settings/fields/order/", {"owner": "client", "field": ids, "up": three.pk})  # fmt: skip
    assert list(OwnField.objects.values_list("name", flat=True)) == ["А", "В", "Б"]
    http.post("/settings/fields/order/", {"owner": "client", "field": [two.pk, "x", 10**30]})  # fmt: skip

    assert list(OwnField.objects.values_list("name", flat=True)) == ["Б", "А", "В"]


# ── on the card ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        ("text", "  ОБ  7 ", "ОБ 7"),
        ("number", "1 284,50", "1\xa0284,5"),
        ("date", "2027-03-05", "5\xa0мар\xa02027"),
        ("yes_no", "no", "нет"),
    ],
)
def test_a_value_is_typed_in_the_form_and_read_on_the_card(http, make, kind, typed, shown):  # fmt: skip
    field, card = make(kind, "Своё"), ClientFactory()

    answer = http.post(
        f"/clients/{card.pk}/edit/",
        form_of(card, base="{}", **{f"own_{field.pk}": typed}),
    )

    assert answer.status_code == 302, answer.text
    assert shown in http.get(card.get_absolute_url()).text


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("number", "много"),
        ("number", "1" * 30),
        ("number", "1,23456"),
        ("date", "32.13.2026"),
        ("date", "0001-01-01"),
        ("choice", "999"),
        ("yes_no", "может быть"),
        ("text", "я" * 501),
        ("text", "a\x00b"),
    ],
)
def test_a_wrong_value_is_refused_and_not_lost(http, make, kind, typed):
    field, card = make(kind, "Своё", choices=("Газ",)), ClientFactory()

    answer = http.post(
        f"/clients/{card.pk}/edit/",
        form_of(card, base="{}", **{f"own_{field.pk}": typed}),
    )

    assert answer.status_code == 422
    assert f"id_own_{field.pk}_error" in answer.text
    assert not OwnValue.objects.exists()


def test_a_required_field_must_be_filled_in(http, make):
    field, card = make("text", "Договор", is_required=True), ClientFactory()

    assert http.post(f"/clients/{card.pk}/edit/", form_of(card)).status_code == 422
    typed = form_of(card, base="{}", **{f"own_{field.pk}": "ОБ-1"})
    assert http.post(f"/clients/{card.pk}/edit/", typed).status_code == 302


def test_two_people_who_change_one_own_value_are_asked_which_stays(http, make):
    field, card = make("number", "Машин"), ClientFactory()
    put(field, "7", client=card)

    answer = http.post(
        f"/clients/{card.pk}/edit/",
        form_of(card, base=f'{{"own:{field.pk}": "5"}}', **{f"own_{field.pk}": "9"}),
    )

    assert answer.status_code == 422
    assert f'name="keep:own:{field.pk}"' in answer.text
    assert OwnValue.objects.get().number == 7


def test_a_missing_value_is_filled_in_on_the_card_itself(http, make):
    field, card = make("yes_no", "Пропуск"), ClientFactory()

    answer = http.post(
        f"/clients/{card.pk}/fill/own_{field.pk}/",
        {f"own_{field.pk}": "yes", "was": "{}"},
        headers={"HX-Request": "true"},
    )

    assert answer.headers["HX-Retarget"] == "#about"
    assert OwnValue.objects.get().flag is True


def test_a_change_stands_in_the_journal_under_the_name_of_the_field(http, make):
    field, card = make("yes_no", "Нужен пропуск"), ClientFactory()
    put(field, False, client=card)

    page = http.get(f"/clients/{card.pk}/journal/").text

    assert "Нужен пропуск" in page
    assert "нет" in page


def test_a_number_stands_in_the_journal_as_it_was_typed(http, make):
    card = ClientFactory()
    put(make("number", "Смен в сутки"), Decimal(3), client=card)
    put(make("number", "Площадь"), Decimal("1284.5"), client=card)

    page = http.get(f"/clients/{card.pk}/journal/").text

    assert "<ins>3</ins>" in page
    assert "<ins>1284,5</ins>" in page


def test_a_person_has_own_fields_too(http, make):
    field = make("text", "Хобби", owner="contact", is_column=True)
    person = ContactFactory()
    put(field, "рыбалка", contact=person)
    other = ContactFactory()

    assert "рыбалка" in http.get(person.get_absolute_url()).text
    assert "Хобби" in http.get(f"/contacts/{person.pk}/edit/").text
    found = http.get(f"/contacts/?own_{field.pk}=рыб").text
    assert person.last_name in found
    assert other.last_name not in found
    assert http.get(f"/contacts/filters/?field=own_{field.pk}").status_code == 200


# ── in the list ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def fleet(make):
    """Three clients, two of them with values in five fields."""
    fields = {kind: make(kind, f"Своё {kind}", choices=("Газ", "Ток")) for kind in TYPES}  # fmt: skip
    gas, current = fields["choice"].choices.all()
    one, two, _three = (ClientFactory(name=f"Пример {n}") for n in ("Один", "Два", "Три"))  # fmt: skip
    for card, values in (
        (one, ("Договор ёмкий", "10", "2026-03-01", gas.pk, True)),
        (two, ("Счёт", "200.5", "2026-06-01", current.pk, False)),
    ):
        for kind, value in zip(TYPES, values, strict=True):
            put(fields[kind], value, client=card)
    return fields, gas


@pytest.mark.parametrize(
    ("kind", "query", "found"),
    [
        ("text", "{}=емк", "Один"),
        ("text", "{}=сч", "Два"),
        ("text", "{}_is=none", "Три"),
        ("text", "{}_is=any", "Один Два"),
        ("number", "{}_from=100", "Два"),
        ("number", "{}_to=100,5", "Один"),
        ("number", "{0}_from=5&{0}_to=10", "Один"),
        ("number", "{}_is=none", "Три"),
        ("date", "{0}_from=2026-03-01&{0}_to=2026-05-31", "Один"),
        ("date", "{}_from=01.04.2026", "Два"),
        ("choice", "{}=gas", "Один"),
        ("choice", "{}=none", "Три"),
        ("choice", "{0}=gas&{0}=none", "Один Три"),
        ("yes_no", "{}=yes", "Один"),
        ("yes_no", "{}=no", "Два"),
        ("yes_no", "{}=none", "Три"),
    ],
)
def test_the_list_is_filtered_by_own_fields(http, fleet, kind, query, found):
    fields, gas = fleet
    query = query.format(f"own_{fields[kind].pk}").replace("gas", str(gas.pk))

    page = http.get(f"/clients/?{query}").text

    assert [n for n in ("Один", "Два", "Три") if f"Пример {n}" in page] == found.split()
    assert "chip" in page
    assert "fault" not in page


@pytest.mark.parametrize("value", ["", "много", "\x00", "😀", "9" * 60, "<b>", "2026-99-99", "-1"])  # fmt: skip
def test_a_wrong_filter_is_told_and_ignored(http, fleet, value):
    fields, _gas = fleet
    for kind, field in fields.items():
        for suffix in ("", "_from", "_to", "_is", "_odd"):
            answer = http.get("/clients/", {f"own_{field.pk}{suffix}": value})
            assert answer.status_code == 200, (kind, suffix)
    assert http.get("/clients/?own_=1&own_x=1&own_99999999999999999999=1").status_code == 200  # fmt: skip


def test_a_saved_selection_survives_its_field_and_says_so(http, fleet, admin):
    fields, _gas = fleet
    field = fields["number"]
    query = f"own_{field.pk}_from=100"
    actions.retire_field(field=field, by=admin, at=timezone.now())

    page = http.get(f"/clients/?{query}").text

    assert "Своё number" in page
    assert "поле убрано, условие «100» пропущено" in page
    assert "Пример Один" in page
    OwnValue.objects.filter(field=field).delete()
    actions.remove_field(field=field, by=admin, at=timezone.now())
    assert "условие «100» пропущено" in http.get(f"/clients/?{query}").text
    assert http.get(f"/clients/filters/?{query}&field=own_{field.pk}").status_code == 404  # fmt: skip


def test_every_own_filter_has_a_picker(http, fleet):
    fields, _gas = fleet
    every = http.get("/clients/filters/").text
    for kind, field in fields.items():
        assert f"field=own_{field.pk}" in every
        picker = http.get(f"/clients/filters/?field=own_{field.pk}")
        assert f"own_{field.pk}" in picker.text, kind


def test_own_columns_cost_one_query_however_many_rows_and_columns(http, user, fleet):
    fields, _gas = fleet
    user.list_columns = {"clients": [f"own_{f.pk}" for f in fields.values()]}
    user.save()
    http.get("/clients/")

    def cost():
        with CaptureQueriesContext(connection) as queries:
            page = http.get("/clients/").text
        return len(queries), page

    few, page = cost()
    for text in ("Договор ёмкий", "200,5", "Газ", "да", "нет"):
        assert text in page
    for card in ClientFactory.create_batch(20):
        put(fields["number"], "5", client=card)
    many, _page = cost()

    assert few == many <= 10


def test_an_export_holds_own_fields_typed(sign_in, fleet):
    http = sign_in(UserFactory(preset="head_of_sales"))

    text = b"".join(
        http.get("/clients/?format=csv&columns=all").streaming_content
    ).decode()

    head, *rows = text.splitlines()
    assert all(f"Своё {kind}" in head for kind in TYPES)
    one = next(row for row in rows if "Пример Один" in row)
    assert "Договор ёмкий;10;2026-03-01;Газ;да" in one
    book = http.get("/clients/?format=xlsx&columns=all")
    assert b"".join(book.streaming_content).startswith(b"PK")


def test_a_card_with_own_fields_costs_no_further_query(http, make, fleet):
    plain, filled = ClientFactory(), OwnValue.objects.first().client
    http.get(plain.get_absolute_url())

    def cost(card):
        with CaptureQueriesContext(connection) as queries:
            http.get(card.get_absolute_url())
        return len(queries)

    assert cost(plain) == cost(filled)


# ── numbers ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1 234,5", "1234.5"),
        ("1\xa0234.50", "1234.5"),
        ("1,234.5", "1234.5"),
        ("1.234,5", "1234.5"),
        ("-12", "-12"),
        ("−0,5", "-0.5"),
        ("12 шт.", None),
        ("1e5", None),
        ("", None),
        ("NaN", None),
    ],
)
def test_a_number_is_read_as_people_write_it(text, number):
    assert read_number(text) == (None if number is None else Decimal(number))


def test_a_day_is_kept_as_a_day(make):
    value = put(make("date"), "2026-03-01", client=ClientFactory())

    value.refresh_from_db()

    assert value.date == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("kind", "values"),
    [("number", ["2", "10.5", "-3"]), ("date", ["2026-01-10", "2025-12-31", "2024-02-29"]), ("text", ["б", "Ёж", "а"])],
)  # fmt: skip
def test_the_list_is_sorted_by_an_own_field_page_by_page(http, make, monkeypatch, kind, values):  # fmt: skip
    from clients import list_base, own_fields

    field = make(kind, is_column=True)
    for name, value in zip("АБВ", values, strict=True):
        put(field, value, client=ClientFactory(name=f"Фирма {name}"))
    ClientFactory(name="Фирма Г")
    monkeypatch.setattr(list_base, "PAGE_SIZE", 2)

    def names(address):
        page = http.get(address).content.decode()
        after = re.search(r"after=([\w-]+)", page)
        return re.findall(r"Фирма [А-Г]", page), after and after[1]

    up = sorted("АБВ", key=lambda n: {"number": float, "text": lambda v: v.lower().replace("ё", "е")}.get(kind, str)(values["АБВ".index(n)]))  # fmt: skip
    first, after = names(f"/clients/?sort=own_{field.pk}")
    second, _end = names(f"/clients/?sort=own_{field.pk}&after={after}")
    shown = list(dict.fromkeys(first + second))
    assert shown == [f"Фирма {n}" for n in [*up, "Г"]]

    monkeypatch.setattr(own_fields, "MOST_SORTED", 2)
    User.objects.update(language="en")
    capped = http.get(f"/clients/?sort=own_{field.pk}")
    assert "sorts at most" in capped.content.decode()


def test_a_person_added_from_a_card_is_asked_what_every_person_must_have(http, make):
    needed = make("text", "Табельный номер", owner="contact", is_required=True)
    make("text", "Любимый чай", owner="contact")
    client = ClientFactory()
    address = reverse("clients:person_add", args=[client.pk])
    page = http.get(address).content.decode()
    assert "Табельный номер" in page and "Любимый чай" not in page

    assert http.post(address, {"first_name": "Анна"}).status_code == 422
    http.post(address, {"first_name": "Анна", f"own_{needed.pk}": "17"})

    assert OwnValue.objects.get(contact__first_name="Анна").text == "17"


def test_many_cards_get_one_own_value_and_have_theirs_back(sign_in, make):
    head = UserFactory(preset="head_of_sales", language="en")
    http = sign_in(head)
    field = make("number", "Вагоны")
    cards = [ClientFactory(name=name) for name in ("Альфа", "Бета")]
    put(field, "2.5", client=cards[0])
    asked = {"ids": ",".join(str(c.pk) for c in cards), "what": f"set:own_{field.pk}"}
    assert "Вагоны" in http.get("/clients/bulk/new/", asked).text

    page = http.post("/clients/bulk/new/", asked | {"value": "1 200"}, headers={"HX-Request": "true"})  # fmt: skip
    change = BulkChange.objects.get()
    assert "1,200" in page.text
    assert "2.5" in page.text
    http.post(f"/clients/bulk/{change.pk}/begin/")
    assert set(field.values.values_list("number", flat=True)) == {1200}
    http.post(f"/clients/bulk/{change.pk}/undo/")

    assert list(field.values.values_list("client", "number")) == [(cards[0].pk, Decimal("2.5"))]  # fmt: skip
    assert "Вагоны" in http.get(f"/clients/{cards[1].pk}/journal/").text
