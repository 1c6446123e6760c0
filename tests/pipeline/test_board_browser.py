"""Cards of the board by pointer and by keyboard."""

import pytest

from pipeline.models import Process
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stages(db):
    return list(Process.objects.get().stages.order_by("position"))


def test_a_card_is_dragged_to_another_column_and_sent_on_by_keyboard(browse, stages, make_deal):  # fmt: skip
    deal = make_deal(stage=stages[0], title="Машина для склада")
    page = browse(UserFactory(), "/deals/board/", width=1440, height=900)
    card = page.locator(f'[data-deal="{deal.pk}"]')
    start = card.bounding_box()
    end = page.locator(f"#s{stages[1].pk} ul").bounding_box()

    with page.expect_response(lambda r: r.url.endswith("/move/")):
        page.mouse.move(start["x"] + 60, start["y"] + 60)
        page.mouse.down()
        page.mouse.move(start["x"] + 90, start["y"] + 64, steps=5)
        page.mouse.move(end["x"] + 80, end["y"] + 40, steps=12)
        page.mouse.up()
    page.locator(f'#s{stages[1].pk} [data-deal="{deal.pk}"]').wait_for()
    deal.refresh_from_db()
    assert deal.stage == stages[1]

    # What the stage wants is not there: the way on by keyboard asks for it in the dialog.
    page.locator(f'[data-deal="{deal.pk}"]').focus()
    page.keyboard.press("m")
    page.locator("#dialog button[name=to]", has_text=stages[2].name).click()
    page.locator("#dialog input[name=checks]").check()
    page.locator("#dialog .btn-primary").click()
    page.locator(f'#s{stages[2].pk} [data-deal="{deal.pk}"]').wait_for()

    assert page.faults == []
