"""The company's own fields of deals: typed, shown, filtered, exported, imported, journalled, like those of clients."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from analytics.queries import known
from clients import own_fields
from clients.actions import own_fields as actions
from clients.actions.own_fields import ChoiceRow
from clients.models import BinEntry, OwnField, OwnValue
from deals.actions.deals import change_deal
from deals.models import Deal
from tests.deals.money import a_deal
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return UserFactory(username="head", preset="head_of_sales", language="en")


@pytest.fixture
def make(user):
    def made(kind, name, *choices, **more):
        field = OwnField(owner="deal", name=name, type=kind, **more)
        return actions.save_field(
            field=field,
            choices=[ChoiceRow(None, c) for c in choices],
            by=user,
            at=timezone.now(),
        )

    return made


@pytest.fixture
def tender(make, user):
    """A field of each kind; one deal says something in all, another in none."""
    fields = {
        "text": make("text", "Номер тендера"),
        "number": make("number", "Обеспечение"),
        "date": make("date", "Срок заявки"),
        "yes_no": make("yes_no", "По 44-ФЗ"),
        "choice": make("choice", "Площадка торгов", "Сбер А", "Росэл"),
    }
    choice = fields["choice"].choices.get(name="Росэл").pk
    told = {"text": "0372-26", "number": "1250.5", "date": "2026-12-01", "yes_no": True, "choice": choice}  # fmt: skip
    deal = a_deal(title="Тендер", responsible=user)
    values = {fields[k].pk: v for k, v in told.items()}
    change_deal(deal.pk, by=user, changes={}, own=values)
    a_deal(title="Без тендера", responsible=user)
    return fields, deal


def listed(http, query):
    page = http.get(f"/deals/?{query}").content.decode()
    return [t for t in ("Без тендера", "Тендер<") if t in page.replace("Без тендера<", "Без тендера ")]  # fmt: skip


def filled(form):
    return {name: value for name in form.fields if (value := form[name].value())}


def test_the_page_of_a_deal_shows_and_its_form_changes_them(http, tender, user):
    fields, deal = tender
    sections = http.get(f"/deals/{deal.pk}/sections/").content.decode()
    assert "Номер тендера" in sections
    assert "0372-26" in sections
    assert "Росэл" in sections
    form = http.get(f"/deals/{deal.pk}/edit/").context["form"]
    data = filled(form) | {
        f"own_{fields['number'].pk}": "2 000,25",
        f"own_{fields['yes_no'].pk}": "",
    }
    base = http.get(f"/deals/{deal.pk}/edit/").context["base"]

    answer = http.post(f"/deals/{deal.pk}/edit/", data | {"base": base})

    assert answer.status_code == 302, answer.context["form"].errors
    state = own_fields.state_of("deal", deal)
    assert state[f"own:{fields['number'].pk}"] == "2000.25"
    assert f"own:{fields['yes_no'].pk}" not in state
    assert state[f"own:{fields['text'].pk}"] == "0372-26"
    deal.refresh_from_db()
    assert deal.version == 3


def test_two_who_change_one_value_are_asked_which_stays(http, tender, user):
    fields, deal = tender
    page = http.get(f"/deals/{deal.pk}/edit/")
    form, base = page.context["form"], page.context["base"]
    data = filled(form) | {"base": base}
    change_deal(deal.pk, by=user, changes={}, own={fields["text"].pk: "theirs-1"})
    name = f"own_{fields['text'].pk}"

    clash = http.post(f"/deals/{deal.pk}/edit/", data | {name: "mine-2"})

    assert clash.status_code == 422
    assert "theirs-1" in clash.content.decode()
    kept = {"base": clash.context["base"], f"keep:own:{fields['text'].pk}": "theirs"}
    assert http.post(f"/deals/{deal.pk}/edit/", data | {name: "mine-2"} | kept).status_code == 302  # fmt: skip
    assert own_fields.state_of("deal", deal)[f"own:{fields['text'].pk}"] == "theirs-1"


def test_a_required_one_is_asked_when_a_deal_is_opened(http, make, user):
    field = make("text", "Номер тендера", is_required=True)
    client = ClientFactory(curator=user)
    a_deal(client=client)
    given = {"client_id": client.pk, "currency": "RUB", "priority": "1", "responsible": user.pk}  # fmt: skip

    assert http.post("/deals/new/", given).status_code == 422
    made = http.post("/deals/new/", given | {f"own_{field.pk}": "Т-7"})
    assert made.status_code in (200, 204, 302), made.content.decode()[-800:]
    deal = Deal.objects.latest("pk")
    assert own_fields.state_of("deal", deal) == {f"own:{field.pk}": "Т-7"}


@pytest.mark.parametrize(
    ("kind", "query"),
    [
        ("text", "own_{pk}=0372"),
        ("number", "own_{pk}_from=1000&own_{pk}_to=1300"),
        ("date", "own_{pk}_from=2026-11-30"),
        ("yes_no", "own_{pk}=yes"),
        ("choice", "own_{pk}={choice}"),
        ("number", "own_{pk}_is=any"),
    ],
)
def test_the_list_and_the_board_are_filtered_by_them(http, tender, kind, query):
    fields, _deal = tender
    choice = fields["choice"].choices.get(name="Росэл").pk
    asked = query.format(pk=fields[kind].pk, choice=choice)

    assert listed(http, asked) == ["Тендер<"]
    assert http.get(f"/deals/totals/?{asked}").content.decode().count("1 deal") == 1
    assert http.get(f"/deals/board/?{asked}").status_code == 200
    picker = http.get("/deals/filters/", {"field": f"own_{fields[kind].pk}"})
    assert picker.status_code == 200
    assert str(fields[kind]) in picker.content.decode()


def test_a_removed_field_leaves_a_saved_filter_that_says_so(http, tender, user):
    fields, _deal = tender
    field = fields["number"]
    actions.retire_field(field=field, by=user, at=timezone.now())

    page = http.get(f"/deals/?own_{field.pk}_from=1000").content.decode()

    assert "Обеспечение" in page
    assert "1000" in page
    assert "Без тендера" in page


def test_columns_and_exports_hold_them_in_one_query(http, tender, user, django_assert_max_num_queries):  # fmt: skip
    fields, _deal = tender
    names = [f"own_{f.pk}" for f in fields.values()]
    user.list_columns = {"deals": ["stage", *names]}
    user.save(update_fields=["list_columns"])

    page = http.get("/deals/").content.decode()
    assert "0372-26" in page
    assert "Росэл" in page
    for number in range(20):
        deal = a_deal(title=f"Сделка {number}", responsible=user)
        change_deal(deal.pk, by=user, changes={}, own={fields["number"].pk: str(number)})  # fmt: skip
    with django_assert_max_num_queries(12):
        http.get("/deals/")
    told = b"".join(http.get("/deals/?format=csv").streaming_content).decode("utf-8-sig")  # fmt: skip
    rows = list(csv.DictReader(StringIO(told), delimiter=";"))
    row = next(r for r in rows if "Тендер" in r.values())
    assert row["Площадка торгов"] == "Росэл"
    assert row["Номер тендера"] == "0372-26"


def test_an_import_reads_them_and_tells_what_it_cannot_read(tender, user, tmp_path):
    fields, _deal = tender
    ClientFactory(name="Ромашка", core_name="ромашка")
    file = tmp_path / "deals.csv"
    file.write_text(
        "Название;Клиент;Этап;Ответственный;Обеспечение;Срок заявки;По 44-ФЗ;Площадка торгов\n"
        "Новая;Ромашка;Переговоры;head;1 500,5;01.12.2026;да;росэл\n"
        "Плохая;Ромашка;Переговоры;head;много;01.12.2026;да;росэл\n",
        encoding="utf-8",
    )
    call_command("import_deals", str(file), "--process", "Проверочный процесс", stdout=StringIO())  # fmt: skip

    deal = Deal.objects.get(title="Новая")
    row = OwnValue.objects.get(deal=deal, field=fields["number"])
    assert row.number == Decimal("1500.5")
    assert OwnValue.objects.get(deal=deal, field=fields["date"]).date == date(2026, 12, 1)  # fmt: skip
    assert OwnValue.objects.get(deal=deal, field=fields["choice"]).choice.name == "Росэл"  # fmt: skip
    assert not Deal.objects.filter(title="Плохая").exists()


def test_a_change_stands_in_the_journal_of_the_deal(http, tender, user):
    _fields, deal = tender

    page = http.get(f"/deals/{deal.pk}/journal/").content.decode()

    assert "Номер тендера" in page
    assert "0372-26" in page


def test_a_query_of_deals_divides_by_them(tender, user):
    fields, _deal = tender
    names = {entry.name for entry in known._deal_entries()}

    assert {f"own_{f.pk}" for f in fields.values()} <= names


def test_a_deal_in_the_bin_and_back_keeps_them(http, tender, user):
    _fields, deal = tender
    before = own_fields.state_of("deal", deal)
    assert len(before) == 5
    http.post(f"/deals/{deal.pk}/delete/")
    entry = BinEntry.objects.get()
    http.post(f"/settings/bin/{entry.pk}/restore/")

    assert Deal.objects.filter(pk=deal.pk, bin=None).exists()
    assert own_fields.state_of("deal", deal) == before
