"""Between a file and its loading: rows like known clients, doubles of the file, unknown words, remembered columns."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clients.importing import running
from clients.models import Client, ImportJob, ImportMapping, ImportMatch, Phone
from tests.factories import ClientFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/clients/import/"
INN = "9900000017"


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "files"},
        },
    }


@pytest.fixture
def head():
    return UserFactory(username="head", preset="head_of_sales", language="en")


@pytest.fixture
def http(head, sign_in):
    return sign_in(head)


def take_in(http, content, name="list.csv"):
    answer = http.post(PAGE, {"file": SimpleUploadedFile(name, content.encode())})
    assert answer.status_code == 302, answer.content.decode()
    return ImportJob.objects.latest("pk")


def begin(http, job, **more):
    data = {f"column_{i}": job.mapping.get(c, "") for i, c in enumerate(job.columns)}
    data |= {"duplicates": "ask", "category": "client", **more}
    answer = http.post(f"{PAGE}{job.pk}/", data)
    assert answer.status_code == 302, answer.content.decode()
    running.run(job.pk)
    job.refresh_from_db()
    return job


LIST = (
    "Название;ИНН;Телефон;Город\n"
    f"Ромашка;{INN};8 495 540-75-20;Тверь\n"  # row 2: surely known
    "Василёк;;8 495 540-75-21;Клин\n"  # row 3: the same name and phone
    "Пион;;8 495 540-75-22;Дно\n"  # row 4: the same phone only
    "Астра;;8 495 540-75-23;Орёл\n"  # row 5: new
    "Астра;;8 495 540-75-23;Курск\n"  # row 6: again, with another city
)


@pytest.fixture
def known():
    sure = ClientFactory(
        name="Ромашка плюс", core_name="ромашка плюс", inn=INN, city=""
    )
    probable = ClientFactory(name="Василёк", core_name="василек", city="")
    look = ClientFactory(name="Лилия", core_name="лилия", city="")
    Phone.objects.create(client=probable, raw="8 495 540-75-21", e164="+74955407521")
    Phone.objects.create(client=look, raw="8 495 540-75-22", e164="+74955407522")
    return sure, probable, look


def decide(http, job, **data):
    return http.post(f"{PAGE}{job.pk}/decide/", data)


def go(http, job, **data):
    assert (
        decide(http, job, **{"level": "sure", "load": "1", **data}).status_code == 302
    )
    running.run(job.pk)
    job.refresh_from_db()
    return {row.row: row.outcome for row in job.rows.all()}


def test_rows_like_known_clients_are_shown_before_anything_is_written(http, known):
    job = begin(http, take_in(http, LIST))

    assert job.state == "deciding"
    levels = dict(ImportMatch.objects.values_list("row", "level"))
    assert levels == {2: "sure", 3: "probable", 4: "look", 6: "doubled"}
    assert Client.objects.count() == 3
    page = http.get(f"{PAGE}{job.pk}/?level=probable").content.decode()
    assert "same phone" in page and "8 495 540-75-21" in page and "Клин" in page
    assert f"/clients/{known[1].pk}/" in page


def test_unless_told_otherwise_known_rows_are_passed_over_and_doubtful_ones_created(
    http, known
):
    job = begin(http, take_in(http, LIST))

    outcomes = go(http, job)

    assert outcomes == {2: "duplicate", 3: "duplicate", 4: "created", 5: "created", 6: "duplicate"}  # fmt: skip
    assert job.state == "done"
    double = job.rows.get(row=6)
    assert double.object_id == job.rows.get(row=5).object_id


def test_a_row_that_is_only_called_alike_waits_for_a_decision(http):
    known = ClientFactory(name="Ромашковый край", core_name="ромашковый край")
    job = begin(http, take_in(http, "Название;Город\nРамашковый край;Дно\nПион;Клин\n"))

    match = ImportMatch.objects.get()
    assert (match.row, match.level, match.object_id) == (2, "look", known.pk)
    assert "similar name" in http.get(f"{PAGE}{job.pk}/").content.decode()
    assert go(http, job, level="look", row_2="update") == {2: "updated", 3: "created"}
    known.refresh_from_db()
    assert (known.name, known.city) == ("Ромашковый край", "Дно")


def test_each_row_and_each_level_can_be_decided(http, known):
    sure, _probable, look = known
    job = begin(http, take_in(http, LIST))
    decide(http, job, level="look", all="update")
    decide(http, job, level="sure", row_2="update")
    decide(http, job, level="probable", row_3="create")

    outcomes = go(http, job, level="doubled", row_6="create")

    assert outcomes == {2: "updated", 3: "created", 4: "updated", 5: "created", 6: "created"}  # fmt: skip
    sure.refresh_from_db()
    look.refresh_from_db()
    assert (sure.name, sure.city) == ("Ромашка плюс", "Тверь")
    assert sure.phones.get().e164 == "+74955407520"
    assert look.city == "Дно"


def test_filling_never_replaces_what_stands_in_a_card(http, known):
    sure = known[0]
    Client.objects.filter(pk=sure.pk).update(city="Москва")
    job = begin(http, take_in(http, LIST))
    decide(http, job, level="sure", all="update")

    go(http, job)

    sure.refresh_from_db()
    assert sure.city == "Москва"


def test_a_double_can_fill_what_its_first_row_left_empty(http):
    job = begin(http, take_in(http, "Название;Телефон;Город\nАстра;84955407523;\nАстра;84955407523;Курск\n"))  # fmt: skip
    decide(http, job, level="doubled", all="update")

    assert go(http, job, level="doubled") == {2: "created", 3: "updated"}
    assert Client.objects.get().city == "Курск"


def test_a_file_without_known_rows_is_loaded_at_once(http):
    job = begin(http, take_in(http, "Название;Город\nАстра;Клин\nПион;Дно\n"))

    assert (job.state, job.created_count) == ("done", 2)


def test_a_word_nobody_knows_can_be_taken_for_a_known_one_and_is_remembered(http):
    region = RegionFactory(name="Московская область")
    text = "Название;Регион\nАстра;Моск. обл.\nПион;Моск. обл.\n"
    job = begin(http, take_in(http, text), remember="on", remember_as="Выставка")
    page = http.get(f"{PAGE}{job.pk}/").content.decode()
    assert "Моск. обл." in page

    http.post(f"{PAGE}{job.pk}/words/", {"word_0_0": "Московская область"})
    running.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.created_count, job.rejected_count) == ("done", 2, 0)
    assert set(Client.objects.values_list("region", flat=True)) == {region.pk}
    kept = ImportMapping.objects.get().options["replacements"]
    assert kept == {"region": {"Моск. обл.": "Московская область"}}


def test_the_columns_are_chosen_by_themselves_when_the_headings_come_again(http, head):
    first = take_in(http, "Фирма икс;Колонка\nАстра;Клин\n")
    begin(http, first, column_0="name", column_1="city", remember="on", remember_as="Мой список")  # fmt: skip

    second = take_in(http, "КОЛОНКА;Фирма  икс\nДно;Пион\n", "other.csv")

    assert second.mapping == {"КОЛОНКА": "city", "Фирма икс": "name"}
    assert second.remembered.name == "Мой список"
    assert "Мой список" in http.get(f"{PAGE}{second.pk}/").content.decode()


def test_a_shared_set_of_columns_serves_others_who_cannot_change_it(http, sign_in):
    job = take_in(http, "Фирма икс\nАстра\n")
    begin(http, job, column_0="name", remember="on", remember_as="Общий", remember_shared="on")  # fmt: skip
    saved = ImportMapping.objects.get()
    other = sign_in(UserFactory(preset="head_of_marketing", language="en"))

    assert take_in(other, "Фирма икс\nПион\n").mapping == {"Фирма икс": "name"}
    assert "Общий" in other.get(f"{PAGE}columns/").content.decode()
    assert other.get(f"{PAGE}columns/{saved.pk}/").status_code == 404
    assert other.post(f"{PAGE}columns/{saved.pk}/delete/").status_code == 404


def test_a_saved_set_is_renamed_changed_and_deleted_by_its_owner(http):
    job = take_in(http, "Фирма икс;Б\nАстра;x\n")
    begin(http, job, column_0="name", column_1="city", remember="on", remember_as="Раз")
    saved = ImportMapping.objects.get()
    page = f"{PAGE}columns/{saved.pk}/"

    answer = http.post(page, {"name": "Два", "column_0": "name", "column_1": "note"})
    assert answer.status_code == 302
    saved.refresh_from_db()
    assert (saved.name, saved.mapping["Б"]) == ("Два", "note")
    assert http.post(page, {"name": ""}).status_code == 422
    http.post(f"{page}delete/")
    assert not ImportMapping.objects.exists()


def test_one_may_go_back_from_the_decisions_to_the_columns(http, known):
    job = begin(http, take_in(http, LIST))

    http.post(f"{PAGE}{job.pk}/columns/")

    job.refresh_from_db()
    assert (job.state, job.match_count) == ("uploaded", 0)
    assert not ImportMatch.objects.exists()


def test_a_check_that_fell_goes_on_and_finds_the_same(http, known, monkeypatch):
    from clients.importing import engine

    monkeypatch.setattr(engine, "CHUNK", 2)
    monkeypatch.setattr(running, "SHIFT_SECONDS", -1)
    job = begin(http, take_in(http, LIST))
    while not running.run(job.pk):
        pass

    levels = dict(ImportMatch.objects.values_list("row", "level"))
    assert levels == {2: "sure", 3: "probable", 4: "look", 6: "doubled"}


def test_decisions_that_come_too_late_change_nothing(http, known):
    job = begin(http, take_in(http, LIST))
    go(http, job)
    done = Client.objects.count()

    assert decide(http, job, level="sure", all="create").status_code == 302
    assert decide(http, job, level="sure", load="1").status_code == 302

    running.run(job.pk)
    assert Client.objects.count() == done
    assert decide(http, job, level="nonsense", all="x").status_code == 404


def test_a_file_of_which_nothing_can_be_loaded_says_so_and_gives_the_reasons(http):
    rows = "".join(f"Фирма {n};Край {n}\n" for n in range(70))
    job = begin(http, take_in(http, "Название;Регион\n" + rows))
    page = http.get(f"{PAGE}{job.pk}/").content.decode()

    assert "None of the rows can be loaded" in page
    assert "perhaps it is another field" in page
    assert "Load the clients" not in page
    go(http, job)
    job.refresh_from_db()
    assert (job.created_count, job.rejected_count) == (0, 70)
    file = b"".join(http.get(f"{PAGE}{job.pk}/rejected.csv"))
    assert file.decode().count("Край 69") == 2
