"""Own fields filled from a file."""

import io
import json

import pytest
from django.core.management import call_command
from django.utils import timezone, translation

from clients.actions import imports
from clients.actions import own_fields as actions
from clients.actions.own_fields import ChoiceRow
from clients.importing import running
from clients.models import ImportJob, OwnField, OwnValue
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    def field(name, kind, *choices):
        return actions.save_field(
            field=OwnField(owner="client", name=name, type=kind),
            choices=[ChoiceRow(None, text) for text in choices],
            by=UserFactory(preset="administrator"),
            at=timezone.now(),
        )

    return {
        "number": field("Машин в парке", "number"),
        "date": field("Договор до", "date"),
        "yes_no": field("Нужен пропуск", "yes_no"),
        "choice": field("Топливо", "choice", "Газ", "Дизель"),
        "text": field("Номер договора", "text"),
    }


@pytest.fixture
def load(tmp_path):
    def loaded(text, *options):
        path = tmp_path / "list.csv"
        path.write_text(text, encoding="utf-8")
        out = io.StringIO()
        with translation.override("en"):
            call_command("import_clients", str(path), "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    return loaded


HEAD = "Название;Машин в парке;Договор до;Нужен пропуск;Топливо;Номер договора\n"


def test_columns_are_known_by_the_names_of_own_fields(load, made):
    said = load(HEAD + "Пример;1 284,5;05.03.2027;да;газ;ОБ-7\n")

    assert said["created"] == 1, said
    values = {v.field_id: v for v in OwnValue.objects.all()}
    assert values[made["number"].pk].number == 1284.5
    assert values[made["date"].pk].date.isoformat() == "2027-03-05"
    assert values[made["yes_no"].pk].flag is True
    assert values[made["choice"].pk].choice.name == "Газ"
    assert (values[made["text"].pk].text, values[made["text"].pk].folded) == ("ОБ-7", "об 7")  # fmt: skip


def test_bad_values_are_told_row_by_row(load, made):
    said = load(
        HEAD
        + "Один;много;;;;\n"
        + "Два;;32.13.2027;;;\n"
        + "Три;;;может быть;;\n"
        + "Четыре;;;;Уголь;\n"
        + "Пять;;;;;"
        + "я" * 501
        + "\n"
        + "Шесть;1;01.02.2026;нет;Дизель;ОБ\n"
    )

    assert said["created"] == 1
    assert [r["row"] for r in said["rejected"]] == [2, 3, 4, 5, 6]
    assert "“много” is not a number" in said["rejected"][0]["reason"]
    assert "neither yes nor no" in said["rejected"][2]["reason"]


def test_an_unknown_choice_is_made_when_asked(load, made):
    said = load(HEAD + "Пример;;;;Уголь;\n", "--create-missing")

    assert said["created"] == 1
    assert OwnValue.objects.get().choice.name == "Уголь"


def test_a_known_card_gets_only_what_it_lacks(load, made):
    load("Название;ИНН;Машин в парке\nПример;9900000017;5\n")

    said = load(
        "Название;ИНН;Машин в парке;Топливо\nПример;9900000017;9;Газ\n",
        "--duplicates",
        "update",
    )

    assert said["updated"] == 1
    assert OwnValue.objects.get(field=made["number"]).number == 5
    assert OwnValue.objects.get(field=made["choice"]).choice.name == "Газ"


def test_the_contact_person_of_a_row_gets_his_own_fields_too(load):
    field = actions.save_field(
        field=OwnField(owner="contact", name="Табель", type="number"),
        choices=[],
        by=UserFactory(preset="administrator"),
        at=timezone.now(),
    )

    said = load(
        "Название;Контактное лицо;Номер\nПример;Образцова Анна;17\n",
        "--map",
        f"Номер=contact_own_{field.pk}",
    )

    assert said["created"] == 1, said
    value = OwnValue.objects.get(field=field)
    assert (value.number, value.contact.first_name) == (17, "Анна")


def test_an_import_taken_back_takes_its_values_from_known_cards_but_for_those_changed_since(load, made):  # fmt: skip
    load("Название;ИНН;Машин в парке\nПример;9900000017;5\n")
    head = "Название;ИНН;Машин в парке;Топливо;Договор до;Нужен пропуск\n"
    load(head + "Пример;9900000017;9;Газ;05.03.2027;да\n", "--duplicates", "update")
    job = ImportJob.objects.latest("pk")
    OwnValue.objects.filter(field=made["choice"]).update(choice=made["choice"].choices.get(name="Дизель"))  # fmt: skip

    imports.revert(job=job, by=UserFactory(preset="administrator"), at=timezone.now())
    while not running.run(job.pk):
        pass

    job.refresh_from_db()
    assert (job.reverted_count, job.kept_count) == (0, 1)
    assert {v.field_id for v in OwnValue.objects.all()} == {made["number"].pk, made["choice"].pk}  # fmt: skip
    (row,) = job.rows.filter(undone="kept")
    assert len(row.kept_because) == 1
    assert OwnValue.objects.get(field=made["number"]).number == 5
