"""`manage.py import_clients`: what becomes of rows, and what is said about them."""

import io
import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from clients.models import (
    Client,
    ClientDimension,
    Contact,
    Dimension,
    DimensionValue,
    Email,
    ImportJob,
    ImportRow,
    Industry,
    Phone,
    Region,
    RelationshipMove,
)
from clients.searching import client_search_text
from salesexpert.core.folding import fold
from tests.factories import ClientFactory, IndustryFactory, UserFactory

pytestmark = pytest.mark.django_db
REAL = Path(
    os.environ.get("RU_COMPANIES")
    or Path(__file__).parents[2].parent / "shared" / "data" / "ru_companies"
)
needs_real = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real lists (RU_COMPANIES) are not on this machine"
)
INN, OTHER_INN = "9900000017", "9900000024"


@pytest.fixture
def load(tmp_path):
    """`load(text, option, …)` → the JSON of the command, in English."""

    def loaded(text, *options):
        path = text
        if isinstance(text, str):
            path = tmp_path / "list.csv"
            path.write_text(text, encoding="utf-8")
        out = io.StringIO()
        with translation.override("en"):
            call_command("import_clients", str(path), "--json", *options, stdout=out)
        return json.loads(out.getvalue())

    return loaded


def counts(result):
    told = [result[key] for key in ("created", "updated", "duplicates")]
    assert sum(told) + len(result["rejected"]) == result["rows"]
    return (*told, len(result["rejected"]))


def test_a_row_becomes_a_card_with_all_it_says(load):
    UserFactory(username="boris", first_name="Борис", last_name="Примеров")
    IndustryFactory(name="Химия")
    result = load(
        "Код,Название,ИНН,КПП,Адрес,Юридический адрес,Телефон,Факс,E-mail,Сайт,Отрасль,Куратор,Категория,Примечание\n"
        f'7,"ООО «Ромашка»",{INN},990001001,"Москва, Мира, 1",Тверь,8 (495) 540-75-20 доб. 5,495 5407521,'
        "info@romashka.ru; sale@romashka.ru,www.romashka.ru,Химия,Примеров Борис,поставщик,смеси\n"
    )

    assert counts(result) == (1, 0, 0, 0)
    assert result["warnings"] == []
    client = Client.objects.get()
    assert str(client) == "ООО «Ромашка»"
    assert (client.outside_id, client.inn, client.kpp) == ("7", INN, "990001001")
    assert client.curator.username == "boris"
    assert client.industry.name == "Химия"
    assert (client.category, client.note) == ("supplier", "смеси")
    assert client.relationship.step == 1
    phones = [(p.e164, p.extension, p.kind) for p in client.phones.all()]
    assert phones == [("+74955407520", "5", "work"), ("+74955407521", "", "fax")]
    assert [e.address for e in client.emails.all()] == [
        "info@romashka.ru",
        "sale@romashka.ru",
    ]
    assert [s.host for s in client.sites.all()] == ["romashka.ru"]
    kinds = {a.kind: a.text for a in client.addresses.all()}
    assert kinds == {"postal": "Москва, Мира, 1", "legal": "Тверь"}
    assert "74955407520" in client.search_text
    assert client.folded == fold("Ромашка")
    assert RelationshipMove.objects.get().to_type.step == 1


def test_the_search_text_is_the_one_that_search_writes(load):
    load("Название\nРомашка\n")

    assert Client.objects.get().search_text == client_search_text(name="Ромашка")


def test_a_contact_person_is_opened_and_linked(load):
    load(
        "Название;Контактное лицо;Должность;Телефон контактного лица;E-mail контакта\n"
        "Ромашка;Заготовкина Лидия Витальевна;снабженец;8 916 123-45-67;lidia@romashka.ru\n"
    )

    person = Contact.objects.get()
    assert str(person) == "Лидия Витальевна Заготовкина"
    assert person.links.get().position == "снабженец"
    assert person.phones.get().e164 == "+79161234567"
    assert person.emails.get().address == "lidia@romashka.ru"
    assert Client.objects.get().phones.count() == 0


def test_an_own_dimension_is_a_field_too(load):
    size = Dimension.objects.create(name="Размер")
    DimensionValue.objects.create(dimension=size, name="Крупный")

    result = load("Название;Размер\nРомашка;крупный\nЛютик;Гигантский\n")

    assert counts(result) == (1, 0, 0, 1)
    assert ClientDimension.objects.get().value.name == "Крупный"


def test_loading_twice_creates_nothing(load):
    text = "Название;Телефон\nРомашка;8 495 540-75-20\nЛютик;123\n"

    assert counts(load(text)) == (2, 0, 0, 0)
    assert counts(load(text)) == (0, 0, 2, 0)
    assert Client.objects.count() == 2


def test_a_row_that_stands_twice_in_a_file_is_loaded_once(load):
    result = load("Название;Сайт\nРомашка;a.example\nРомашка;a.example\n")

    assert counts(result) == (1, 0, 1, 0)


def test_the_same_inn_and_kpp_are_the_same_firm(load):
    load(f"Название;ИНН;КПП\nРомашка;{INN};990001001\n")

    result = load(
        f"Название;ИНН;КПП\nООО Ромашка;{INN};990001001\nЛютик;{OTHER_INN};990001001\n"
    )

    assert counts(result) == (1, 0, 1, 0)


def test_a_branch_has_a_card_of_its_own_and_a_warning(load):
    load(f"Название;ИНН;КПП\nРомашка;{INN};990001001\n")

    result = load(f"Название;ИНН;КПП\nРомашка, филиал;{INN};990002001\n")

    assert counts(result) == (1, 0, 0, 0)
    assert "same INN, another KPP" in result["warnings"][0]["reason"]


def test_weaker_evidence_creates_and_warns(load):
    load("Название;Телефон\nРомашка;8 495 540-75-20\n")

    result = load("Название;Телефон\nЗАО «Ромашка»;(495) 540 75 20\n")

    assert counts(result) == (1, 0, 0, 0)
    assert result["warnings"] == [
        {
            "row": 2,
            "reason": "Perhaps known already as “Ромашка”: same phone, same name.",
        }
    ]


def test_update_fills_what_is_empty_and_replaces_nothing(load):
    load("Код;Название;Телефон;Город\n5;Ромашка;8 495 540-75-20;Тверь\n")
    text = (
        "Код;Название;Телефон;Город;ИНН;E-mail\n"
        f"5;Ромашка Плюс;8 495 540-75-21;Москва;{INN};info@romashka.ru\n"
    )

    assert counts(load(text, "--duplicates", "update")) == (0, 1, 0, 0)
    client = Client.objects.get()
    assert (client.name, client.city, client.inn) == ("Ромашка", "Тверь", INN)
    assert client.version == 2
    assert [p.e164[-2:] for p in client.phones.all()] == ["20", "21"]
    assert client.emails.get().address == "info@romashka.ru"
    assert counts(load(text, "--duplicates", "update")) == (0, 0, 1, 0)


def test_create_loads_what_is_known_again(load):
    load("Код;Название\n5;Ромашка\n")

    result = load("Код;Название\n5;Ромашка\n", "--duplicates", "create")

    assert counts(result) == (1, 0, 0, 0)
    assert sorted(Client.objects.values_list("outside_id", flat=True)) == ["", "5"]


def test_unknown_words_are_refused_row_by_row_or_created(load):
    text = "Название;Отрасль;Регион\nРомашка;Химия;Тверь\nЛютик;;\n"

    refused = load(text)
    assert counts(refused) == (1, 0, 0, 1)
    assert refused["rejected"][0]["row"] == 2
    assert "Химия" in refused["rejected"][0]["reason"]

    assert counts(load(text, "--create-missing")) == (1, 0, 1, 0)
    assert Industry.objects.get().name == "Химия"
    assert Region.objects.get().name == "Тверь"


def test_values_are_replaced_and_empty_cells_get_defaults(load):
    IndustryFactory(name="technology")
    IndustryFactory(name="other")

    load(
        "Name,Sector\nAcme,technolgy\nBolt,\n",
        "--value",
        "industry:technolgy=technology",
        "--default",
        "industry=other",
    )

    named = dict(Client.objects.values_list("name", "industry__name"))
    assert named == {"Acme": "technology", "Bolt": "other"}


def test_a_column_is_mapped_by_hand(load):
    result = load(
        "Кто;Название\nРомашка;сухие смеси\n",
        "--map",
        "Кто=name",
        "--map",
        "Название=note",
    )

    assert result["columns"] == {"Кто": "name", "Название": "note"}
    assert Client.objects.get().note == "сухие смеси"


@pytest.mark.parametrize(
    ("heading", "cell", "said"),
    [
        ("Название", "", "no name"),
        ("Название", "я" * 301, "300"),
        ("Куратор", "никто", "no user"),
        ("Категория", "чепуха", "none of the possible"),
        ("Первый контакт", "32.13.2020", "no date"),
        ("Первый контакт", "01.01.2099", "future"),
        ("Инициатива", "theirs", "source"),
        ("Тип отношений", "чепуха", "not in the dictionary"),
        ("Адрес", "я" * 501, "500"),
    ],
)
def test_a_bad_row_is_refused_with_its_number_and_reason(load, heading, cell, said):
    columns = {"Название": "Ромашка", "Сайт": "a.example", heading: cell}

    result = load(f"{';'.join(columns)}\n{';'.join(columns.values())}\n")

    assert counts(result) == (0, 0, 0, 1)
    assert result["rejected"][0]["row"] == 2
    assert said in result["rejected"][0]["reason"]


@pytest.mark.parametrize(
    "name",
    [
        "=cmd|'/c calc'!A1",
        "<script>alert(1)</script>",
        "'; DROP TABLE clients_client; --",
        "Ромашка 🌼",
        "%(name)s %s {x}",
    ],
)
def test_strange_names_are_names(load, name):
    text = f'Название;Отрасль\n"{name}";\n"{name} 2";{name}\n'

    result = load(text)

    assert counts(result) == (1, 0, 0, 1)
    assert Client.objects.get().name == name


def test_a_lost_leading_zero_comes_back(load):
    # 0100000004: a spreadsheet shows 100000004
    load("Название;ИНН\nРомашка;100000004\n")

    assert Client.objects.get().inn in {"0100000004", "100000004"}


def test_a_parent_firm_may_stand_further_down(load):
    result = load("Name,Subsidiary of\nBolt,Acme\nAcme,\nNut,Nobody\n")

    assert counts(result) == (3, 0, 0, 0)
    assert Client.objects.get(name="Bolt").parent.name == "Acme"
    assert [w["row"] for w in result["warnings"]] == [4]


def test_a_trial_says_the_same_and_writes_nothing(load):
    text = "Название;Отрасль\nРомашка;Химия\nРомашка;Химия\n;\nЛютик;\n"

    trial = load(text, "--dry-run", "--create-missing")

    assert not Client.objects.exists()
    assert not ImportJob.objects.exists()
    assert not Industry.objects.exists()
    assert counts(trial) == counts(load(text, "--create-missing")) == (2, 0, 1, 0)


@pytest.mark.parametrize(
    "options",
    [
        ["--map", "Нет такой=name"],
        ["--map", "Название=nonsense"],
        ["--default", "industry=Нет такой"],
        ["--default", "nonsense=1"],
        ["--value", "nonsense:a=b"],
        ["--map", "Название="],
        ["--encoding", "klingon"],
    ],
)
def test_wrong_options_are_answered_in_a_sentence(load, options):
    with pytest.raises(CommandError) as refusal:
        load("Название\nРомашка\n", *options)

    assert str(refusal.value).endswith(".")
    assert not Client.objects.exists()


def test_a_missing_file_and_a_missing_argument_have_their_exit_codes(load, tmp_path):
    with pytest.raises(CommandError) as refusal:
        load(tmp_path / "absent.csv")
    assert refusal.value.returncode == 1
    with pytest.raises(CommandError) as refusal:
        call_command("import_clients")
    assert refusal.value.returncode == 2


def test_the_fields_are_listed():
    out = io.StringIO()

    call_command("import_clients", "--fields", stdout=out)

    names = [line.split()[0] for line in out.getvalue().splitlines()]
    assert {"name", "inn", "phones", "contact_name", "outside_id"} <= set(names)


def test_the_journal_says_who_loaded(load):
    UserFactory(username="anna")

    load("Название\nРомашка\n", "--user", "anna")

    client = Client.objects.get()
    assert client.created_by.username == "anna"
    event = client.events.get(pgh_label="insert")
    assert event.pgh_context["user"] == client.created_by_id
    assert event.pgh_context["url"].startswith("/clients/import/")
    assert event.pgh_context["task"] == "clients.import"


def test_many_rows_cost_as_many_queries_as_few(load, django_assert_max_num_queries):
    def text(rows):
        return "Название;Телефон;E-mail\n" + "".join(
            f"Ромашка {rows} {n};8 495 540-7{n:03};i{n}@r{rows}.ru\n"
            for n in range(rows)
        )

    load("Название\nПервая\n")
    with django_assert_max_num_queries(60):
        load(text(3))
    with django_assert_max_num_queries(60):
        load(text(200))


@needs_real
def test_both_encodings_of_the_real_list_are_the_same_1082_firms(load):
    truth = json.loads((REAL / "truth.json").read_text(encoding="utf-8"))

    first = load(REAL / "moscow_suppliers_2017_utf8bom.csv")
    second = load(REAL / "moscow_suppliers_2017_cp1251.csv")

    assert counts(first) == (1082, 0, 0, 0)
    assert counts(second) == (0, 0, 1082, 0)
    forms = Client.objects.values_list("legal_form__name", flat=True)
    assert {f: list(forms).count(f) for f in set(forms)} == truth["by_opf"]
    assert Phone.objects.exclude(e164="").count() == 1077
    invalid = Phone.objects.filter(e164="").values_list("client__outside_id", "raw")
    assert sorted((int(k), raw) for k, raw in invalid) == [
        (k, raw.strip()) for k, raw in truth["phones"]["invalid"]
    ]
    assert Email.objects.values("client").distinct().count() == 1033
    # one of the nine cells with two holds the same address twice
    assert Email.objects.count() == 1033 + 8
    told = [w for w in first["warnings"] if "it is kept as a note" in w["reason"]]
    assert sum(w["reason"].startswith("E-mail") for w in told) == 48
    assert ImportRow.objects.filter(outcome="created").count() == 1082


@needs_real
def test_registry_rows_are_told_apart_by_inn(load):
    first = load(REAL / "egrul_14_utf8.csv")
    second = load(REAL / "egrul_14_cp1251.csv")

    assert counts(first) == (14, 0, 0, 0)
    assert counts(second) == (0, 0, 14, 0)
    assert first["warnings"] == []


@needs_real
def test_no_pair_of_different_firms_of_the_real_list_is_taken_for_one(load):
    load(REAL / "moscow_suppliers_2017_utf8bom.csv")
    truth = json.loads((REAL / "truth.json").read_text(encoding="utf-8"))
    from clients.duplicates import find_similar

    wrong = []
    for pair in truth["judged_pairs"]:
        cards = {int(c.outside_id): c for c in Client.objects.filter(outside_id__in=map(str, pair["kod"]))}  # fmt: skip
        first, *others = (cards[kod] for kod in pair["kod"])
        found = {
            s.client.pk: s.level
            for s in find_similar(
                name=first.name,
                phones=[p.raw for p in first.phones.all()],
                emails=[e.address for e in first.emails.all()],
                sites=[s.url for s in first.sites.all()],
                exclude=first.pk,
            )
        }
        for other in others:
            level = found.get(other.pk)
            wanted = {
                "duplicate": level == "probable",
                "related": level is not None,
                "different": level != "probable",
            }
            if not wanted.get(pair["verdict"], True):
                wrong.append((pair["kod"], pair["verdict"], level))
    assert wrong == []


def test_an_existing_card_is_found_by_its_outside_id(load):
    card = ClientFactory(name="Ромашка", outside_id="A-1")

    result = load("ID,Name\nA-1,Что угодно\n")

    assert counts(result) == (0, 0, 1, 0)
    assert ImportRow.objects.get().object_id == card.pk
