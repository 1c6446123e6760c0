"""All that a deal's page changes where it stands: lines, amount, day, priority; no fault in the browser."""

from decimal import Decimal

import pytest
from django.utils import timezone

from clients.models import OwnField
from deals.actions import deals as actions
from deals.actions.lines import add_line
from deals.models import Deal
from pipeline.models import Process, Stage
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_deal_is_edited_where_it_stands(browse):
    user = UserFactory()
    process = Process.objects.create(name="Проверка", success_condition="none")
    for position, name in enumerate(("Интерес", "Переговоры")):
        Stage.objects.create(process=process, position=position, percent=40 * position, name=name)  # fmt: skip
    deal = actions.open_deal(by=user, client=ClientFactory(curator=user), title="Машины", process=process)  # fmt: skip
    line = add_line(deal.pk, by=user, name="Насос", price=Decimal(100))
    own = OwnField.objects.create(owner="deal", name="Номер тендера", type="text")
    page = browse(user, f"/deals/{deal.pk}/")
    page.locator("#section-discussion form").wait_for()
    row = page.locator(f"#line-{line.pk}")
    row.locator("input[name=price]").fill("x")
    row.locator("input[name=price]").press("Tab")
    row.locator(".err-line").wait_for()
    for name, typed in (("price", "250"), ("quantity", "3")):
        # The answer has the section drawn anew: what is typed before that would be typed into the old row.
        with page.expect_response("**/sections/?only=lines"):
            row.locator(f"input[name={name}]").fill(typed)
            row.locator(f"input[name={name}]").press("Tab")
        page.locator(f"#line-{line.pk} input[name={name}][value='{typed}']").wait_for()
    row.locator(".ln-name a").click()
    page.locator("#dialog input[name=name]").fill("Насос малый")
    page.locator("#dialog button[type=submit]").click()
    page.locator(".ln-name", has_text="Насос малый").wait_for()
    page.locator("#ln-q").fill("Нас")
    page.locator("#fact-expected_on button").click()
    page.locator("#fact-expected_on input:not([type=hidden])").fill(timezone.localdate().isoformat())  # fmt: skip
    page.locator("#fact-expected_on button[type=submit]").click()
    page.locator("#fact-expected_on .inplace").wait_for()
    page.locator("#fact-priority button").click()
    page.locator("#fact-priority select").select_option("1")
    page.locator("#fact-priority button[type=submit]").click()
    page.locator("#fact-priority .inplace").wait_for()
    page.locator("#fact-amount button").click()
    page.locator("#fact-amount input[name=amount]").fill("918 500")
    page.locator("#fact-amount input[name=amount]").press("Enter")
    page.locator("#fact-amount b").wait_for()
    place = page.locator(f"#fact-own_{own.pk}")
    place.get_by_role("button").click()
    place.locator("input[type=text]").fill("0372-26")
    place.locator("input[type=text]").press("Enter")
    place.locator(".inplace", has_text="0372-26").wait_for()

    found = Deal.objects.get()
    assert (found.amount, found.priority) == (918500, 1)
    assert not [fault for fault in page.faults if "422" not in fault]
    assert found.lines.get().quantity == 3
