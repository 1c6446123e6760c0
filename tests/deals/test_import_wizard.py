"""The wizard for users, products and deals: the kind first, then the same pages as for clients."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clients.importing import running
from clients.models import ImportJob, Product
from deals.models import Deal, DealLine
from salesexpert.accounts.models import User
from tests.factories import ClientFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
PAGE = "/clients/import/"
DEALS = (
    "Opportunity;Agent;Firm;Goods;Deal stage;Close date;Value;Importance\n"
    "A1;mara;Alpha;Boxx;Won;2025-02-20;100;high\n"
    "A1;mara;Alpha;Crate;Won;2025-02-20;50;high\n"
    "A2;mara;Alpha;Box;Lost;2025-02-21;;\n"
    "A3;nobody;Alpha;Box;Won;2025-02-21;5;\n"
    "A1;mara;Beta;Lid;Won;2025-02-20;7;high\n"
)
COLUMNS = ("outside_id", "responsible", "client", "product", "stage", "closed_at", "amount", "priority")  # fmt: skip


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
    UserFactory(username="mara")
    return UserFactory(username="head", preset="head_of_sales", language="en")


@pytest.fixture
def http(head, sign_in):
    return sign_in(head)


def take_in(http, kind, content):
    file = SimpleUploadedFile("list.csv", content.encode())
    answer = http.post(f"{PAGE}?kind={kind}", {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    return ImportJob.objects.latest("pk")


def step(http, job, path="", **data):
    answer = http.post(f"{PAGE}{job.pk}/{path}", data)
    assert answer.status_code == 302, answer.content.decode()
    running.run(job.pk)
    job.refresh_from_db()
    return http.get(f"{PAGE}{job.pk}/").content.decode()


def columns(*fields, **more):
    chosen = {f"column_{place}": name for place, name in enumerate(fields)}
    return {**chosen, "duplicates": "ask", **more}


def test_deals_go_through_the_wizard_and_are_taken_back(http):
    ClientFactory(name="Alpha", core_name="alpha")
    ClientFactory(name="Beta", core_name="beta")
    job = take_in(http, "deal", DEALS)
    assert "Count these deals in norms" in http.get(f"{PAGE}{job.pk}/").content.decode()

    chosen = columns(*COLUMNS, create_missing="on", empty_currency="USD", empty_in_norms="on", remember="on", remember_as="Old")  # fmt: skip
    line = {"word_field_0": "product", "word_from_0": "Boxx", "word_to_0": "Box"}
    check = step(http, job, **chosen, **line)
    assert not Deal.objects.exists()
    assert "will be added" in check and "Crate" in check and "Boxx" not in check
    assert "nobody" in check and "Further products" in check

    result = step(http, job, "decide/", level="sure", load="1")
    assert (job.state, job.created_count, job.rejected_count) == ("done", 2, 2)
    assert "2 deals created" in result and "names another client" in result
    won = Deal.objects.get(outside_id="A1")
    assert (won.amount, won.currency, won.priority, won.in_norms) == (150, "USD", 3, True)  # fmt: skip
    lines = DealLine.objects.filter(deal=won).order_by("position")
    assert [(x.name, x.total) for x in lines] == [("Box", 100), ("Crate", 50)]
    refused = b"".join(http.get(f"{PAGE}{job.pk}/rejected.csv").streaming_content)
    assert "A3;nobody" in refused.decode()

    again = take_in(http, "deal", DEALS)
    assert again.remembered.name == "Old"
    assert "4 rows are known" in step(http, again, **chosen, **line)

    step(http, job, "revert/")
    assert (job.state, job.kept_count) == ("reverted", 0)
    assert not Deal.objects.exists()


def test_a_deal_without_an_id_is_shown_beside_the_one_it_resembles(http, head):
    content = "Firm;Agent;State;Deal;Sum\nAlpha;mara;open;Boxes;10\n"
    fields = ("client", "responsible", "state", "title", "amount")
    first = take_in(http, "deal", content)
    step(http, first, **columns(*fields, create_missing="on"))
    step(http, first, "decide/", level="sure", load="1")

    second = take_in(http, "deal", content.replace(";10", ";11"))
    page = step(http, second, **columns(*fields))
    assert "same client" in page and "same name of the deal" in page
    step(http, second, "decide/", level="look", all="skip")
    step(http, second, "decide/", level="look", load="1")

    assert (second.created_count, second.duplicate_count) == (0, 1)
    assert Deal.objects.count() == 1


def test_products_and_users_have_the_same_pages(http, sign_in):
    job = take_in(http, "product", "Product;Sales price\nBox;5\nCrate;x\n")
    assert job.mapping == {"Product": "name", "Sales price": "price"}
    assert "is no sum" in step(http, job, **columns("name", "price"))
    assert "1 product created" in step(http, job, "decide/", level="sure", load="1")
    assert Product.objects.get().retired_at is None
    step(http, job, "revert/")
    assert Product.objects.get().retired_at

    master = sign_in(UserFactory(is_superuser=True, language="en"))
    people = take_in(master, "user", "Name;Manager\nNils Sample;Olaf Model\n")
    step(master, people, **columns("name", "head", create_missing="on"))
    assert "1 user created" in step(master, people, "decide/", level="sure", load="1")
    assert User.objects.get(last_name="Sample").head.last_name == "Model"
    step(master, people, "revert/")
    assert not User.objects.get(last_name="Sample").is_active


@pytest.mark.parametrize("kind", ["user", "product", "deal"])
def test_what_is_no_table_is_refused_for_each_kind(kind, sign_in):
    http = sign_in(UserFactory(is_superuser=True, language="en"))

    for content in (
        b"",
        b"\x89PNG\r\n\x1a\n\x00",
        b"PK\x03\x04x",
        b"\x00\x01\x02" * 99,
    ):
        file = SimpleUploadedFile("list.csv", content)
        answer = http.post(f"{PAGE}?kind={kind}", {"file": file})
        assert answer.status_code == 422
    one = take_in(http, kind, "a\nb\n")
    assert http.post(f"{PAGE}{one.pk}/", columns("")).status_code == 422


def test_each_kind_is_offered_and_shown_by_its_own_right(http, sign_in):
    job = take_in(http, "deal", DEALS)
    assert "?kind=user" not in http.get(PAGE).content.decode()
    shop = RoleFactory(permissions=["deals.manage_catalogue"])
    keeper = sign_in(UserFactory(role=shop, language="en"))

    page = keeper.get(f"{PAGE}?kind=deal").content.decode()
    assert "Products" in page and "Deals: a" not in page
    assert keeper.get(f"{PAGE}{job.pk}/").status_code == 404
    assert take_in(keeper, "deal", "Product\nBox\n").entity == "product"


def test_nobody_gives_a_role_above_his_own_by_a_file(sign_in):
    narrow = RoleFactory(permissions=["accounts.manage_users"])
    http = sign_in(UserFactory(role=narrow, language="en"))
    job = take_in(http, "user", "Name;Role\nNils Sample;Administrator\n")

    page = step(http, job, **columns("name", "role"))

    assert "has more rights than you" in page
