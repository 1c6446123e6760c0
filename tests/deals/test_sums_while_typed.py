"""What an invoice comes to is said while its lines are typed, by the server, as the invoice will say it."""

import re
from decimal import Decimal

import pytest

from deals.actions.lines import add_line
from deals.models import Invoice
from tests.deals.money import a_deal, a_firm
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db

D = Decimal


@pytest.fixture
def user():
    return UserFactory(preset="head_of_sales", language="en")


def typed(*lines, **more):
    """(name, quantity, price, discount, VAT) of each line as a form sends it."""
    sent = {"line-TOTAL_FORMS": len(lines), "line-INITIAL_FORMS": 0, "currency": "RUB"}
    for n, line in enumerate(lines):
        names = ("name", "quantity", "price", "discount", "vat_percent")
        sent |= {f"line-{n}-{name}": v for name, v in zip(names, line, strict=True)}
    return sent | more


def said(answer):
    return " ".join(re.sub("<[^>]+>", " ", answer.text).replace("\xa0", " ").split())


@pytest.mark.parametrize(
    "lines",
    [
        [("Насос", "3", "33,35", "", "22")],
        [("Насос", "0,333", "10.01", "7", "22"), ("Вода", "7", "0.05", "33", "10"), ("Услуга", "1", "1 234,56", "", "")],
        [("Кран", "1,5", "99.99", "12.5", "5")] * 7,
    ],
)  # fmt: skip
def test_the_sums_while_typed_are_those_of_the_invoice(http, user, lines):
    client, firm = ClientFactory(curator=user), a_firm()
    sent = typed(*lines) | {"firm": firm.pk}

    sums = http.post("/invoices/sum/", sent).context["sums"]
    page = http.get(f"/invoices/new/?client={client.pk}").context["form"]
    given = {f.name: f.value() or "" for f in page}
    made = http.post(f"/invoices/new/?client={client.pk}", given | sent)

    assert made.status_code == 302, made.context["form"].errors
    invoice = Invoice.objects.get()
    assert (sums.total, sums.vat) == (invoice.total, invoice.vat_total)
    assert sums.net == invoice.total - invoice.vat_total


def test_sums_are_said_in_the_reader_s_language_and_the_paper_s_currency(http, user):
    sent = typed(("Насос", "2", "918 500,50", "", "22"))
    assert "Total RUB 1,837,001" in said(http.post("/invoices/sum/", sent))
    assert "VAT RUB 331,262.48" in said(http.post("/invoices/sum/", sent))
    user.language = "ru"
    user.save(update_fields=["language"])

    answer = said(http.post("/invoices/sum/", sent | {"currency": "EUR"}))

    assert "Без НДС 1 505 738,52 €" in answer
    assert "Итого 1 837 001 €" in answer


def test_a_line_half_typed_is_told_and_not_counted(http):
    sent = typed(("Насос", "1", "100", "", ""), ("Кран", "", "", "", ""), ("", "2", "много", "", ""), ("", "", "", "", ""))  # fmt: skip

    answer = said(http.post("/invoices/sum/", sent))

    assert "Total RUB 100 " in answer
    assert "2 lines are not whole yet" in answer
    assert "No line with a price yet" in said(http.post("/invoices/sum/", {}))


def test_the_dialog_opens_with_the_sums_of_the_deal_s_lines(http, user):
    a_firm()
    deal = a_deal(responsible=user)
    add_line(deal.pk, by=user, name="Насос", price=D("100.10"), quantity=D(3), vat_percent=D(22))  # fmt: skip

    for address in (
        f"/invoices/new/?deal={deal.pk}",
        f"/deals/{deal.pk}/deliveries/new/",
    ):
        page = http.get(address)
        assert page.status_code == 200, address
        assert page.context["sums"].total == D("300.30")
        assert "300.30" in page.text


def test_who_issues_nothing_is_refused(sign_in):
    http = sign_in(UserFactory(preset="telemarketer"))

    assert http.post("/invoices/sum/", typed(("Насос", "1", "1", "", ""))).status_code == 403  # fmt: skip


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_total_follows_the_keyboard_at_any_width(browse, width):
    user = UserFactory(preset="head_of_sales", language="en")
    a_firm()
    client = ClientFactory(curator=user)
    page = browse(user, f"/clients/{client.pk}/")
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(f"htmx.ajax('GET', '/invoices/new/?client={client.pk}', '#dialog')")
    page.locator("#id_line-0-name").fill("Насос")
    page.locator("#id_line-0-price").fill("1 234,50")
    page.locator("#id_line-0-vat_percent").focus()
    page.keyboard.type("22")
    total = page.locator(".lines-sum b")
    total.filter(has_text="RUB\xa01,234.50").wait_for()
    page.locator("#id_line-0-quantity").fill("2")
    total.filter(has_text="RUB\xa02,469").wait_for()

    box = page.locator(".lines-sum").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["y"] + box["height"] <= 800
    assert page.evaluate("document.activeElement.id") == "id_line-0-quantity"
    assert not page.faults


def test_roubles_are_named_one_way_on_the_board_and_in_the_list(http, user):
    a_deal(responsible=user, amount=D("918500.50"))
    a_deal(responsible=user, amount=D(1200), currency="EUR")

    board, totals = (said(http.get(f"/deals/{path}/")) for path in ("board", "totals"))

    assert "RUB 918,500" in board
    assert "EUR 1,200" in board
    assert "RUB 918,500.50" in totals
    assert "₽" not in board
