"""A deal by hand: moved in its dialog, its amount changed in place, closed as a refusal; no fault in the browser."""

import pytest

from deals.actions import deals as actions
from deals.models import Deal, RefusalReason
from pipeline.models import Process, Stage
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_deal_is_led_by_hand_from_its_page_to_a_refusal(browse):
    user = UserFactory()
    process = Process.objects.create(name="Проверка", success_condition="none")
    for position, name in enumerate(("Интерес", "Переговоры")):
        Stage.objects.create(process=process, position=position, percent=40 * position, name=name)  # fmt: skip
    deal = actions.open_deal(by=user, client=ClientFactory(curator=user), title="Машины", process=process)  # fmt: skip
    reason = RefusalReason.objects.get(name="Дорого")

    page = browse(user, f"/deals/{deal.pk}/")
    page.locator("#section-discussion form").wait_for()
    page.locator("#fact-amount button").click()
    page.locator("#fact-amount input[name=amount]").fill("918 500")
    page.locator("#fact-amount input[name=amount]").press("Enter")
    page.locator("#fact-amount b").wait_for()
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
    assert (found.state, found.amount, found.reason) == ("lost", 918500, reason)
    assert not [fault for fault in page.faults if "422" not in fault]
