"""The company's own fields of deals: typed, shown, filtered, exported, imported, journalled, like those of clients."""

import csv
import json
import re
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from analytics.queries import known
from clients import list_base, own_fields
from clients.actions import own_fields as actions
from clients.actions.own_fields import ChoiceRow
from clients.importing import running
from clients.models import BinEntry, BulkChange, ImportJob, OwnField, OwnValue
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


@pytest.mark.parametrize("kind", ["text", "number", "date", "yes_no", "choice"])
def test_the_list_is_sorted_by_them_page_by_page(http, make, user, monkeypatch, kind):
    field = make(kind, "Порядок", *(("Раз", "Два") if kind == "choice" else ()), is_column=True)  # fmt: skip
    choices = [c.pk for c in field.choices.order_by("position")]
    low, high = {"text": ("А-2", "ё-1"), "number": ("-3", "10.5"), "date": ("2024-02-29", "2026-01-10"), "yes_no": (False, True), "choice": choices}[kind]  # fmt: skip
    for title, value in (("Верхняя", high), ("Нижняя", low)):
        deal = a_deal(title=title, responsible=user)
        change_deal(deal.pk, by=user, changes={}, own={field.pk: value})
    a_deal(title="Пустая", responsible=user)
    monkeypatch.setattr(list_base, "PAGE_SIZE", 2)

    def shown(sort):
        page = http.get(f"/deals/?sort={sort}").text
        after = re.search(r"after=([\w-]+)", page)[1]
        rest = http.get(f"/deals/?sort={sort}&after={after}").text
        return re.findall("<b>(Верхняя|Нижняя|Пустая)", page + rest)

    assert shown(f"own_{field.pk}") == ["Нижняя", "Верхняя", "Пустая"]
    assert shown(f"-own_{field.pk}") == ["Верхняя", "Нижняя", "Пустая"]


def test_too_many_deals_are_not_sorted_by_them_and_the_list_says_why(http, tender, monkeypatch):  # fmt: skip
    fields, _deal = tender
    monkeypatch.setattr(own_fields, "MOST_SORTED", 1)

    page = http.get(f"/deals/?sort=own_{fields['number'].pk}").text

    assert "sorts at most 1 deals" in page
    assert "Без тендера" in page


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        ("text", "0555-27", "0555-27"),
        ("number", "3 000,5", "3,000.5"),
        ("date", "2027-02-01", "Feb"),
        ("yes_no", "no", "no"),
        ("yes_no", "", "—"),
    ],
)
def test_one_is_filled_in_its_place_on_the_page_and_in_the_list(http, user, tender, kind, typed, shown):  # fmt: skip
    fields, deal = tender
    name = f"own_{fields[kind].pk}"
    user.list_columns = {"deals": [name]}
    user.save(update_fields=["list_columns"])
    address = f"/deals/{deal.pk}/fill/{name}/"
    assert address in http.get(f"/deals/{deal.pk}/sections/").text
    assert address in http.get("/deals/").text
    form = http.get(address, headers={"HX-Request": "true"})
    was = form.context["was"]

    answer = http.post(address, {name: typed, "was": was}, headers={"HX-Request": "true"})  # fmt: skip

    assert answer.status_code == 204
    assert {"deal-changed", "own-changed"} <= json.loads(answer["HX-Trigger"]).keys()
    section = http.get(f"/deals/{deal.pk}/sections/?only=own").text
    assert re.search(rf'id="fact-{name}">.*?{shown}', section)
    assert "—" in section if shown == "—" else shown in http.get("/deals/").text
    deal.refresh_from_db()
    assert deal.version == 3
    assert str(fields[kind]) in http.get(f"/deals/{deal.pk}/journal/").text


def test_who_fills_one_in_late_is_asked_first(http, user, tender):
    fields, deal = tender
    name = f"own_{fields['text'].pk}"
    address = f"/deals/{deal.pk}/fill/{name}/"
    was = http.get(address, headers={"HX-Request": "true"}).context["was"]
    change_deal(deal.pk, by=user, changes={}, own={fields["text"].pk: "чужое"})

    late = http.post(address, {name: "моё", "was": was}, headers={"HX-Request": "true"})

    assert late.status_code == 422
    assert "чужое" in late.text
    again = {name: "моё", "was": late.context["was"]}
    assert http.post(address, again, headers={"HX-Request": "true"}).status_code == 204
    assert own_fields.state_of("deal", deal)[name.replace("_", ":")] == "моё"


def test_what_must_be_filled_cannot_be_emptied_in_its_place(http, make, user):
    field = make("text", "Номер тендера", is_required=True)
    deal = a_deal(responsible=user)
    address = f"/deals/{deal.pk}/fill/own_{field.pk}/"

    assert http.post(address, {f"own_{field.pk}": ""}, headers={"HX-Request": "true"}).status_code == 422  # fmt: skip
    other = OwnField.objects.create(owner="client", name="Автопарк", type="text")
    assert http.get(f"/deals/{deal.pk}/fill/own_{other.pk}/").status_code == 404


def test_nobody_fills_in_a_deal_that_he_may_not_change(sign_in, tender):
    fields, deal = tender
    reader = UserFactory(preset="seller", language="en")
    reader.role.permissions = [p for p in reader.role.permissions if p != "deals.change_deal"]  # fmt: skip
    reader.role.save()
    http = sign_in(reader)
    address = f"/deals/{deal.pk}/fill/own_{fields['text'].pk}/"

    assert http.get(address).status_code == 403
    assert "/fill/" not in http.get(f"/deals/{deal.pk}/sections/").text


@pytest.mark.parametrize(
    ("kind", "typed", "after"),
    [
        ("text", "0555-27", "0555-27"),
        ("number", "3 000,50", "3000.5"),
        ("number", "-0", "0"),
        ("date", "2027-02-01", "2027-02-01"),
        ("yes_no", "no", False),
        ("text", "", None),
    ],
)
def test_many_deals_get_one_value_after_a_preview_and_have_theirs_back(http, tender, kind, typed, after):  # fmt: skip
    fields, deal = tender
    other = Deal.objects.get(title="Без тендера")
    key, before = f"own:{fields[kind].pk}", own_fields.state_of("deal", deal)
    asked = {"ids": f"{deal.pk},{other.pk}", "what": f"own_{fields[kind].pk}"}
    assert str(fields[kind]) in http.get("/deals/bulk/", asked).text

    page = http.post("/deals/bulk/", asked | {"value": typed}, headers={"HX-Request": "true"})  # fmt: skip
    change = BulkChange.objects.get()
    assert str(fields[kind]) in page.text
    assert own_fields.state_of("deal", deal) == before
    http.post(f"/deals/bulk/{change.pk}/begin/")
    assert own_fields.state_of("deal", deal).get(key) == after
    assert own_fields.state_of("deal", other).get(key) == after
    assert str(fields[kind]) in http.get(f"/deals/{deal.pk}/journal/").text

    http.post(f"/deals/bulk/{change.pk}/undo/")
    assert own_fields.state_of("deal", deal) == before
    assert own_fields.state_of("deal", other) == {}
    assert change.undo.left_count == 0


def test_a_choice_of_many_deals_can_be_changed_and_one_changed_since_is_left(http, user, tender):  # fmt: skip
    fields, deal = tender
    field = fields["choice"]
    sber = field.choices.get(name="Сбер А").pk
    other = Deal.objects.get(title="Без тендера")
    asked = {"ids": f"{deal.pk},{other.pk}", "what": f"own_{field.pk}", "value": sber}
    page = http.post("/deals/bulk/", asked, headers={"HX-Request": "true"})
    assert "Росэл" in page.text
    assert "Сбер А" in page.text
    change = BulkChange.objects.get()
    http.post(f"/deals/bulk/{change.pk}/begin/")
    change_deal(other.pk, by=user, changes={}, own={field.pk: None})

    http.post(f"/deals/bulk/{change.pk}/undo/")

    assert field.choices.get(name="Росэл").pk in own_fields.state_of("deal", deal).values()  # fmt: skip
    assert change.undo.left_count == 1


def test_a_field_retired_since_the_preview_is_changed_no_more(http, user, tender):
    fields, deal = tender
    asked = {"ids": f"{deal.pk}", "what": f"own_{fields['text'].pk}", "value": "0555-27"}  # fmt: skip
    http.post("/deals/bulk/", asked, headers={"HX-Request": "true"})
    change = BulkChange.objects.get()
    actions.retire_field(field=fields["text"], by=user, at=timezone.now())

    http.post(f"/deals/bulk/{change.pk}/begin/")

    assert "0372-26" in own_fields.state_of("deal", deal).values()
    assert http.post("/deals/bulk/", asked, headers={"HX-Request": "true"}).status_code == 422  # fmt: skip


def _fill(head, tender, tmp_path):
    """A second table fills what two known deals do not say yet: own values of both, the amount and the day of one."""
    _fields, deal = tender
    other = Deal.objects.get(title="Без тендера")
    Deal.objects.filter(pk=deal.pk).update(outside_id="T-1")
    Deal.objects.filter(pk=other.pk).update(outside_id="T-2")
    file = tmp_path / "more.csv"
    file.write_text(
        "ID;Название;Клиент;Этап;Ответственный;Сумма;Ожидаемая дата;Номер тендера;Обеспечение;По 44-ФЗ\n"
        f"T-1;Тендер;{deal.client};Переговоры;head;700;;из файла;7;\n"
        f"T-2;Без тендера;{other.client};Переговоры;head;900;01.12.2026;из файла;1 500,5;да\n",
        encoding="utf-8",
    )  # fmt: skip
    call_command("import_deals", str(file), "--map", "ID=outside_id", "--duplicates", "update", "--process", "Проверочный процесс", stdout=StringIO())  # fmt: skip
    job = ImportJob.objects.get(entity="deal")
    assert job.updated_count == 2, list(job.rows.values("outcome", "reasons"))
    return job, other


def test_an_import_taken_back_empties_what_it_filled_into_known_deals(http, user, tender, tmp_path):  # fmt: skip
    fields, deal = tender
    own_fields.write("deal", deal, fields["number"].pk, None)
    before = own_fields.state_of("deal", deal)
    job, other = _fill(user, tender, tmp_path)
    assert own_fields.state_of("deal", other).keys() == {f"own:{fields[k].pk}" for k in ("text", "number", "yes_no")}  # fmt: skip
    assert own_fields.state_of("deal", deal) == before | {f"own:{fields['number'].pk}": "7"}  # fmt: skip
    assert "the fields that it filled are emptied again" in http.get(f"/clients/import/{job.pk}/revert/").text  # fmt: skip

    http.post(f"/clients/import/{job.pk}/revert/")
    while not running.run(job.pk):
        pass

    job.refresh_from_db()
    assert (job.reverted_count, job.kept_count) == (2, 0)
    assert own_fields.state_of("deal", deal) == before
    assert own_fields.state_of("deal", other) == {}
    deal.refresh_from_db()
    other.refresh_from_db()
    assert (deal.amount, other.amount, other.expected_on) == (None, None, None)


def test_what_was_changed_since_an_import_stays_and_is_listed(http, user, tender, tmp_path):  # fmt: skip
    fields, _deal = tender
    job, other = _fill(user, tender, tmp_path)
    change_deal(other.pk, by=user, changes={"amount": Decimal(1000)}, own={fields["number"].pk: "2"})  # fmt: skip

    http.post(f"/clients/import/{job.pk}/revert/")
    while not running.run(job.pk):
        pass

    job.refresh_from_db()
    assert (job.reverted_count, job.kept_count) == (1, 1)
    assert own_fields.state_of("deal", other) == {f"own:{fields['number'].pk}": "2"}
    listed = http.get(f"/clients/import/{job.pk}/?show=kept").text
    assert "changed since, now “2”" in listed
    assert "changed since, now “1000.00”" in listed
    assert "из файла" not in http.get(f"/deals/{other.pk}/sections/").text
