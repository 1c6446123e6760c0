"""Debt and days overdue where people look: lists of deals and clients, the board, the head of a card."""

import csv
import io
from decimal import Decimal as D

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from clients import list_base
from deals.actions import payments
from tests.deals.money import a_deal, a_firm, an_invoice
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(sign_in):
    return sign_in(UserFactory(preset="director"))


@pytest.fixture
def owing():
    """Late by 12 days and not due yet on one deal, not due on another, paid on the third."""
    a_firm()
    late, new, paid = (a_deal(ClientFactory(name=name), title=name) for name in ("Должник", "Новичок", "Чистый"))  # fmt: skip
    an_invoice(late, "184000", due=-12)
    an_invoice(late, "16000.50", due=3)
    an_invoice(new, "300", due=3)
    bill = an_invoice(paid, "500", due=-40)
    payments.record_payment(by=None, client=paid.client, amount=D(500), paid_on=bill.issued_on)  # fmt: skip
    return late, new, paid


def choose(director, address: str, *columns: str) -> None:
    director.post(address, {"column": columns})


def titles(answer, path: str) -> set[str]:
    return {name for name in ("Должник", "Новичок", "Чистый") if f"{name}</b>" in answer.text}  # fmt: skip


@pytest.mark.parametrize("where", ["/deals/", "/clients/"])
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("debt=owes", {"Должник", "Новичок"}),
        ("debt=overdue", {"Должник"}),
        ("debt=none", {"Чистый"}),
        ("debt_from=200000,50", {"Должник"}),
        ("debt_from=200000,51", set()),
        ("debt_days=12", {"Должник"}),
        ("debt_days=13", set()),
        ("debt=не бывает&debt_days=-1&debt_from=зло", {"Должник", "Новичок", "Чистый"}),
    ],
)  # fmt: skip
def test_a_list_is_narrowed_to_those_who_owe(director, owing, where, asked, found):
    assert titles(director.get(f"{where}?{asked}"), where) == found


@pytest.mark.parametrize("where", ["/deals/", "/clients/"])
def test_debt_and_its_days_are_columns_for_whoever_chose_them(director, owing, where):
    assert "200\xa0000,50\xa0₽" not in director.get(where).text
    choose(director, f"{where}columns/", "debt", "debt_days")

    page = director.get(where).text
    assert "200\xa0000,50\xa0₽" in page
    assert '<td class="r num">12</td>' in page
    file = director.get(f"{where}?format=csv&state=all").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(file), delimiter=";"))
    assert [(r["Долг"], r["Дней просрочки"]) for r in rows if "Должник" in str(r)] == [("200000,50", "12")]  # fmt: skip


def test_a_page_of_debts_costs_one_query_and_nothing_when_not_chosen(director, owing):
    def cost(where: str) -> int:
        director.get(where)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            director.get(where)
        return len(asked)

    for where in ("/deals/", "/clients/"):
        choose(director, f"{where}columns/", "responsible" if "deals" in where else "curator")  # fmt: skip
        plain = cost(where)
        choose(director, f"{where}columns/", "debt", "debt_days", "responsible" if "deals" in where else "curator")  # fmt: skip
        assert cost(where) == plain + 1
    for _n in range(8):
        an_invoice(a_deal(ClientFactory()), "10", due=-1)
    assert cost("/clients/") == plain + 1


def test_who_may_not_read_invoices_finds_nobody_by_debt(sign_in, owing):
    http = sign_in(UserFactory(preset="telemarketer"))

    assert titles(http.get("/clients/?debt=overdue"), "/clients/") == set()
    assert "field=debt" not in http.get("/clients/filters/").text


def test_the_head_of_a_card_tells_the_debt_and_again_once_it_is_paid(director, owing):
    late, _new, paid = owing
    card = director.get(f"/clients/{late.client_id}/").text
    head = card[card.index("fact-debt") : card.index("</dl>")]
    assert "200\xa0000,50\xa0₽" in head
    assert "12 дней" in head
    assert 'id="fact-debt" hidden' in director.get(f"/clients/{paid.client_id}/").text

    payments.record_payment(by=None, client=late.client, amount=D("200000.50"), paid_on=late.invoices.first().issued_on)  # fmt: skip
    panel = director.get(f"/clients/{late.client_id}/panels/?only=money").text
    assert 'id="fact-debt" hx-swap-oob="true" hidden' in panel


def test_a_card_of_the_board_tells_what_is_overdue(director, owing):
    late = owing[0]
    board = director.get(f"/deals/board/?process={late.process_id}").text
    assert board.count("dc-debt") == 1
    assert "184\xa0000\xa0₽" in board


def in_order(answer) -> list[str]:
    places = {name: answer.text.find(f"{name}</b>") for name in ("Должник", "Новичок", "Чистый")}  # fmt: skip
    return sorted((name for name, place in places.items() if place >= 0), key=lambda name: places[name])  # fmt: skip


def test_deals_stand_in_the_order_of_their_debt_page_by_page(director, owing, monkeypatch):  # fmt: skip
    assert in_order(director.get("/deals/?sort=-debt")) == ["Должник", "Новичок", "Чистый"]  # fmt: skip
    assert in_order(director.get("/deals/?sort=debt")) == ["Новичок", "Должник", "Чистый"]  # fmt: skip
    assert in_order(director.get("/deals/?sort=-debt_days"))[0] == "Должник"

    monkeypatch.setattr(list_base, "PAGE_SIZE", 1)
    shown, after = [], ""
    while True:
        answer = director.get(f"/deals/?sort=-debt&after={after}")
        shown += in_order(answer)
        after = answer.context["page"].next
        if not after:
            break
    assert shown == ["Должник", "Новичок", "Чистый"]
