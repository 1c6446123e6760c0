"""The import wizard: from a file to its result."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clients.importing import running
from clients.models import Client, ImportJob
from tests.factories import RegionFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/clients/import/"


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


def upload(http, content, name="list.csv"):
    content = content.encode() if isinstance(content, str) else content
    return http.post(PAGE, {"file": SimpleUploadedFile(name, content)})


def take_in(http, content="Название;Телефон\nРомашка;8 495 540-75-20\nЛютик;123\n;x\n"):
    answer = upload(http, content)
    assert answer.status_code == 302, answer.content.decode()
    return ImportJob.objects.latest("pk")


def choices(job, **more):
    data = {f"column_{i}": job.mapping.get(c, "") for i, c in enumerate(job.columns)}
    return {"duplicates": "skip", "category": "client", **data, **more}


def begin(http, job, **more):
    return http.post(f"{PAGE}{job.pk}/", choices(job, **more))


def load(http, **more):
    job = take_in(http)
    assert begin(http, job, **more).status_code == 302
    running.run(job.pk)
    job.refresh_from_db()
    return job


def test_without_imports_the_page_says_how_to_begin(http):
    answer = http.get(PAGE)

    assert "Nothing has been loaded yet" in answer.content.decode()


def test_a_file_goes_through_the_wizard_to_its_result(http, head):
    job = take_in(http)
    page = http.get(f"{PAGE}{job.pk}/").content.decode()
    assert "8 495 540-75-20" in page  # examples stand beside the columns

    begin(http, job)
    waiting = http.get(f"{PAGE}{job.pk}/").content.decode()
    assert "Waiting for its turn" in waiting
    running.run(job.pk)

    moved = http.get(f"{PAGE}{job.pk}/progress/", headers={"HX-Request": "true"})
    assert moved.headers["HX-Redirect"] == f"{PAGE}{job.pk}/"
    created = http.get(f"{PAGE}{job.pk}/?show=created").content.decode()
    assert "Ромашка" in created
    assert Client.objects.get(name="Ромашка").get_absolute_url() in created
    refused = http.get(f"{PAGE}{job.pk}/").content.decode()
    assert "The row has no name of the client." in refused
    warnings = http.get(f"{PAGE}{job.pk}/?show=warnings").content.decode()
    assert "no valid number" in warnings
    assert "list.csv" in http.get(PAGE).content.decode()
    assert Client.objects.get(name="Ромашка").created_by == head


@pytest.mark.parametrize("phase", ["check", "load", "revert"])
def test_a_running_import_says_how_far_each_of_its_phases_is(http, phase):
    job = take_in(http)
    ImportJob.objects.update(state="running", phase=phase, rows_done=1, checked_count=1, reverted_count=1, created_count=3)  # fmt: skip

    assert "1 of 3 rows" in http.get(f"{PAGE}{job.pk}/progress/").content.decode()


def test_refused_rows_are_mended_and_map_themselves(http):
    job = take_in(http, "Кто;Отрасль\nРомашка;Химия\nЛютик;\n=cmd();Химия\n")
    begin(http, job, column_0="name", column_1="industry")
    running.run(job.pk)

    answer = http.get(f"{PAGE}{job.pk}/rejected.csv")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeffКто;Отрасль;")
    assert "'=cmd();" in text

    mended = take_in(http, text.replace("Химия;", ";"))
    assert mended.mapping == {"Кто": "name", "Отрасль": "industry"}
    begin(http, mended)
    running.run(mended.pk)
    assert sorted(Client.objects.values_list("name", flat=True)) == [
        "=cmd()",
        "Лютик",
        "Ромашка",
    ]


def test_empty_cells_get_what_was_chosen(http, head):
    region = RegionFactory()

    load(http, curator=head.pk, region=region.pk, category="supplier")

    client = Client.objects.get(name="Ромашка")
    assert (client.curator, client.region, client.category) == (
        head,
        region,
        "supplier",
    )


def test_the_encoding_and_the_delimiter_may_be_changed(http):
    job = take_in(http, "Название|Телефон;1\nРомашка|2;3\n".encode("cp1251"))

    http.post(
        f"{PAGE}{job.pk}/", {"again": "1", "encoding": "cp1251", "delimiter": "|"}
    )

    job.refresh_from_db()
    assert job.columns == ["Название", "Телефон;1"]


def test_a_wrong_encoding_is_answered_beside_it(http):
    job = take_in(http, "Название\nРомашка\n".encode("cp1251"))

    answer = http.post(
        f"{PAGE}{job.pk}/", {"again": "1", "encoding": "utf-8-sig", "delimiter": ";"}
    )

    assert answer.status_code == 422
    assert "cannot be read as UTF-8" in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        ("Название\n".encode(), "no rows"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 99, "XLS"),
        (b"PK\x03\x04garbage", "damaged"),
        (b"\x00\x01\x02\x03\x04\x05\x06\x07" * 9, "not a text table"),
    ],
)
def test_what_cannot_be_loaded_is_said_beside_the_file(http, content, said):
    answer = upload(http, content)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ImportJob.objects.exists()


def test_a_file_beyond_the_limit_is_refused_without_being_kept(http, monkeypatch):
    from clients.importing import reading
    from clients.views import imports

    monkeypatch.setattr(reading, "MOST_BYTES", 1000)
    monkeypatch.setattr(imports, "MOST_BYTES", 1000)

    answer = upload(http, b"x" * 200_000)

    assert answer.status_code == 422
    assert "too large" in answer.content.decode()


@pytest.mark.parametrize(
    "change",
    [
        {"column_0": ""},
        {"column_0": "phones"},
        {"column_0": "nonsense"},
        {"column_1": "name"},
        {"duplicates": "nonsense"},
        {"curator": "999999999"},
        {"region": "x\x00"},
    ],
)
def test_a_wrong_choice_is_answered_and_nothing_is_begun(http, change):
    job = take_in(http)

    answer = begin(http, job, **change)

    assert answer.status_code == 422
    job.refresh_from_db()
    assert job.state == "uploaded"


def test_a_begun_import_cannot_be_begun_twice_or_thrown_away(http):
    job = load(http)

    begin(http, job)
    http.post(f"{PAGE}{job.pk}/discard/")

    job.refresh_from_db()
    assert job.state == "done"
    assert Client.objects.count() == 2


def test_a_file_thrown_away_is_gone(http, django_capture_on_commit_callbacks):
    job = take_in(http)
    path = job.file.path

    with django_capture_on_commit_callbacks(execute=True):
        http.post(f"{PAGE}{job.pk}/discard/")

    assert not ImportJob.objects.exists()
    with pytest.raises(FileNotFoundError):
        open(path).close()


def test_a_file_that_vanished_stops_the_import_with_a_sentence(http):
    job = take_in(http)
    begin(http, job)
    job.file.storage.delete(job.file.name)

    running.run(job.pk)

    job.refresh_from_db()
    assert job.state == "failed"
    assert job.failure
    assert "stopped" in http.get(f"{PAGE}{job.pk}/").content.decode()


@pytest.mark.parametrize("query", ["?show=nonsense", "?after=x", "?after=" + "9" * 40])
def test_nonsense_in_the_address_is_passed_over(http, query):
    job = load(http)

    assert http.get(f"{PAGE}{job.pk}/{query}").status_code == 200


def test_long_results_go_on_page_by_page(http):
    rows = "".join(f"Ромашка {n}\n" for n in range(120))
    job = take_in(http, f"Название\n{rows}")
    begin(http, job)
    running.run(job.pk)

    first = http.get(f"{PAGE}{job.pk}/?show=created").content.decode()
    second = http.get(f"{PAGE}{job.pk}/?show=created&after=51").content.decode()

    assert "after=51" in first
    assert "Ромашка 50<" in second.replace("»", "")


def test_the_result_costs_the_same_for_few_rows_and_for_many(
    http, django_assert_max_num_queries
):
    rows = "".join(f"Ромашка {n}\n" for n in range(60))
    job = take_in(http, f"Название\n{rows}")
    begin(http, job)
    running.run(job.pk)

    with django_assert_max_num_queries(12):
        http.get(f"{PAGE}{job.pk}/?show=created")


@pytest.mark.parametrize("name", ["import", "import_job", "import_progress", "import_rejected"])  # fmt: skip
def test_who_has_no_right_to_import_sees_nothing(http, sign_in, name):
    job = load(http)
    stranger = sign_in(UserFactory(role=RoleFactory(permissions=["clients.view_client"])))  # fmt: skip
    address = reverse(f"clients:{name}", args=[] if name == "import" else [job.pk])

    assert stranger.get(address).status_code == 403


def test_who_sees_only_his_own_cards_sees_only_his_own_imports(http, sign_in):
    job = load(http)
    narrow = RoleFactory(permissions=["clients.import_clients"], scope="own")
    other = sign_in(UserFactory(role=narrow))

    assert other.get(f"{PAGE}{job.pk}/").status_code == 404
    assert "list.csv" not in other.get(PAGE).content.decode()


def test_an_absent_import_is_not_found(http):
    assert http.get(f"{PAGE}999999999/").status_code == 404
