"""A deal by hand: moved in its dialog, its amount changed in place, closed as a refusal; no fault in the browser."""

from datetime import date
from decimal import Decimal

import pytest

from clients.models import Product, Unit
from deals.actions import deals as actions
from deals.models import Deal, OwnFirm, ProductPrice, RefusalReason
from pipeline.models import Process, Stage
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_deal_is_led_by_hand_from_its_page_to_a_refusal(browse):
    user = UserFactory()
    process = Process.objects.create(name="Проверка", success_condition="none")
    for position, name in enumerate(("Интерес", "Переговоры")):
        Stage.objects.create(process=process, position=position, percent=40 * position, name=name)  # fmt: skip
    deal = actions.open_deal(by=user, client=ClientFactory(curator=user), title="Машины", process=process)  # fmt: skip
    OwnFirm.objects.create(name="ООО «Образец»", is_default=True)
    product = Product.objects.create(name="Краска белая", unit=Unit.objects.get(name="шт"))  # fmt: skip
    ProductPrice.objects.create(product=product, since=date(2026, 1, 1), price=Decimal("120.50"), cost=1)  # fmt: skip
    reason = RefusalReason.objects.get(name="Дорого")

    page = browse(user, f"/deals/{deal.pk}/")
    page.locator("#section-discussion form").wait_for()
    page.locator("#fact-amount button").click()
    page.locator("#fact-amount input[name=amount]").fill("918 500")
    page.locator("#fact-amount input[name=amount]").press("Enter")
    page.locator("#fact-amount b").wait_for()
    # A product is typed and taken by the keyboard, in the deal and in the invoice of it.
    page.locator("#ln-q").press_sequentially("краск")
    page.locator("#ln-found [role=option]").wait_for()
    page.locator("#ln-q").press("ArrowDown")
    page.locator("#ln-q").press("Enter")
    page.locator(".lines td.ln-name").wait_for()
    page.locator("#section-money a", has_text="Выставить счёт").click()
    page.locator("#dialog [data-add]").click()
    name = page.locator("#dialog [role=combobox]").last
    name.press_sequentially("краск")
    page.locator("#dialog [role=option]").wait_for()
    name.press("Enter")
    row = page.locator("#dialog .ln-row").last
    line = [row.locator(f"[name$='-{field}']").input_value() for field in ("name", "unit", "price", "vat_percent", "quantity", "product")]  # fmt: skip
    assert line == ["Краска белая", "шт", "120.50", "22", "1", str(product.pk)]
    page.keyboard.press("Escape")
    page.locator(".chead-1 .btn-primary").click()
    page.locator("#dialog button[type=submit]").click()
    page.locator(".stages li.past").wait_for()
    page.locator(".chead-1 button.btn-line", has_text="Отказ").click()
    page.locator("#dialog button[type=submit]").click()
    page.locator("#dialog .invalid-feedback").first.wait_for()
    page.locator(f"#dialog input[name=reason][value='{reason.pk}']").check()
    page.locator("#dialog textarea").fill("Дороже на 12 %")
    page.locator("#dialog button[type=submit]").click()
    page.locator(".chead .se-tag.bad").wait_for()

    found = Deal.objects.get()
    assert (found.state, found.amount, found.reason) == (
        "lost",
        Decimal("120.50"),
        reason,
    )
    assert not [fault for fault in page.faults if "422" not in fault]
