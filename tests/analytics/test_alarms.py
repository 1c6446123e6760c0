"""What turned red in a day: told once to the person and to his head, while it lasts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from analytics.actions import alarms
from analytics.models import IndicatorAlarm, IndicatorLimit
from salesexpert.notices.models import Notice
from salesexpert.outbox.models import Letter
from tests.analytics.february import february
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
FIRST_OF_MARCH = datetime(2026, 3, 1, 5, tzinfo=UTC)


def test_a_figure_that_turned_red_is_told_once_to_its_person_and_his_head():
    base = february()
    base.mara.head = UserFactory(preset="head_of_sales")
    base.mara.save()
    # February is over, and Mara won less than half of what she was to win; a thousand is too few for nobody.
    IndicatorLimit.objects.create(indicator="won", user=base.mara, low=Decimal(1000))
    IndicatorLimit.objects.create(indicator="lost", low=Decimal(0), high=Decimal(1000))

    assert alarms.judge(at=FIRST_OF_MARCH) == 1
    assert alarms.judge(at=FIRST_OF_MARCH) == 0
    assert alarms.judge(at=FIRST_OF_MARCH + DAY) == 0

    told = Notice.objects.filter(kind="red").order_by("user")
    assert {notice.user_id for notice in told} == {base.mara.pk, base.mara.head.pk}
    letters = Letter.objects.filter(kind=alarms.LETTER)
    assert {letter.to for letter in letters} == {base.mara.email, base.mara.head.email}
    assert all(str(base.mara) in letter.text for letter in letters)

    IndicatorLimit.objects.filter(indicator="won").update(low=Decimal(1))
    assert alarms.judge(at=FIRST_OF_MARCH + 2 * DAY) == 0
    assert IndicatorAlarm.objects.get().ended_at == FIRST_OF_MARCH + 2 * DAY
    IndicatorLimit.objects.filter(indicator="won").update(low=Decimal(1000))
    assert alarms.judge(at=FIRST_OF_MARCH + 3 * DAY) == 1
