"""Months of norms, of the procedure and of chances say what the facts say, whatever changes."""

from collections.abc import Callable
from datetime import date

import pytest
from django.utils import timezone

from analytics import forecast, kept_funnel, rollups
from analytics.models import FunnelDay
from analytics.outstayed import outstayed
from analytics.procedure import procedure
from clients.models import Activity
from deals.models import CheckMark, Deal, PassagePause, StagePassage
from pipeline.book import forget
from pipeline.models import Stage, StageCheck
from tests.analytics.february import UNTIL, February, february, noon

pytestmark = pytest.mark.django_db

PERIODS = [(date(2026, 1, 1), UNTIL), (date(2026, 2, 1), UNTIL), (date(2026, 2, 1), date(2026, 4, 1))]  # fmt: skip


@pytest.fixture
def base() -> February:
    return february()


def everybody_and_each(base: February) -> list[list[int]]:
    return [[kept_funnel.EVERYBODY], [base.mara.pk], [base.nils.pk], [base.mara.pk, base.nils.pk]]  # fmt: skip


def of_people(people: list[int]):
    rows = Deal.objects.all()
    return rows if people == [kept_funnel.EVERYBODY] else rows.filter(responsible__in=people)  # fmt: skip


def agree(base: February) -> None:
    """Both ways say the same, before what was counted is folded in and after it."""
    forget()
    rollups.count()
    compare(base)
    rollups.catch_up()
    compare(base)


def compare(base: February) -> None:
    """Months and days are what is asked where they may be."""
    for people in everybody_and_each(base):
        rows = of_people(people)
        for since, until in PERIODS:
            span = {"since": since, "until": until}
            assert kept_funnel.answers_for_leaving(None, until=until)
            assert outstayed(rows, base.process, people=people, **span) == outstayed(rows, base.process, **span)  # fmt: skip
            kept = procedure(rows, Activity.objects.none(), people=people, processes=[base.process.pk], **span)  # fmt: skip
            assert kept == procedure(rows, Activity.objects.none(), **span)
        for on in (date(2026, 2, 28), date(2027, 2, 12), date(2027, 2, 20)):
            kept_chances = forecast.chances(rows, on=on, people=people, processes=[base.process.pk])  # fmt: skip
            assert sorted(map(repr, kept_chances)) == sorted(map(repr, forecast.chances(rows, on=on)))  # fmt: skip


def test_months_say_what_the_facts_say_after_every_change(base):
    agree(base)
    d = {name: Deal.objects.filter(pk=deal.pk) for name, deal in base.deals.items()}
    stays, now = StagePassage.objects.filter, timezone.now()
    check = StageCheck(stage=base.stages["A"], name="Согласовано")
    changes: list[Callable[[], object]] = [
        lambda: check.save(),
        lambda: CheckMark.objects.create(deal=d["d1"].get(), check_line=check, marked_by=base.mara),
        lambda: stays(deal=d["d1"].get(), stage=base.stages["A"]).update(due_at=noon("3.2")),
        # d5 left A in January too, for the second time in February and in March for the third.
        lambda: stays(deal=d["d5"].get()).order_by("pk").filter(left_at=noon("2.2")).update(left_at=noon("30.1")),
        lambda: stays(deal=d["d5"].get(), left_at=None).update(left_at=noon("2.3"), outcome="back"),
        lambda: StagePassage.objects.create(deal=d["d5"].get(), stage=base.stages["A"], entered_at=noon("2.3"), due_at=noon("3.3"), left_at=noon("9.3"), outcome="forward", percent=10),
        lambda: StagePassage.objects.create(deal=d["d5"].get(), stage=base.stages["C"], entered_at=noon("9.3"), percent=80),
        lambda: CheckMark.objects.all().delete(),
        lambda: d["d1"].update(responsible=base.nils),
        lambda: stays(deal=d["d2"].get(), stage=base.stages["A"]).update(outcome="back"),
        lambda: PassagePause.objects.all().delete(),
        lambda: d["d4"].update(state="won", closed_at=noon("9.2")),
        lambda: d["d3"].update(in_norms=False),
        lambda: Stage.objects.filter(pk=base.stages["B"].pk).update(retired_at=now),
        lambda: Stage.objects.create(process=base.process, name="A′", position=2, percent=20),
        lambda: StageCheck.objects.update(retired_at=now),
        lambda: Stage.objects.filter(pk=base.stages["B"].pk).update(retired_at=None, position=9),
        lambda: (stays(deal=d["d6"].get()).delete(), d["d6"].get().delete()),
    ]  # fmt: skip
    for change in changes:
        change()
        agree(base)
    assert rollups.verify() == []


def test_a_list_of_points_that_changes_is_asked_of_the_facts_until_all_is_counted_anew(base):  # fmt: skip
    rollups.catch_up()
    StageCheck.objects.create(stage=base.stages["A"], name="Согласовано")

    assert not kept_funnel.answers_for_leaving(base.process.pk, until=UNTIL)
    told = procedure(of_people([base.mara.pk]), Activity.objects.none(), since=date(2026, 2, 1), until=UNTIL, people=[base.mara.pk], processes=[base.process.pk])  # fmt: skip
    assert [line.skipped for line in told] == [3]
    rollups.catch_up()
    assert kept_funnel.answers_for_leaving(base.process.pk, until=UNTIL)


def test_a_year_that_begins_amid_a_month_is_told_from_sums_alone(
    base, django_assert_num_queries
):
    rollups.catch_up()
    people, processes = [base.mara.pk, base.nils.pk], [base.process.pk]

    with django_assert_num_queries(3) as asked:
        found = forecast.chances(Deal.objects.all(), on=date(2027, 2, 12), people=people, processes=processes)  # fmt: skip

    assert any(chance.closed for chance in found)
    assert not [
        query
        for query in asked.captured_queries
        if "deals_stagepassage" in query["sql"]
    ]


def test_a_day_that_is_kept_otherwise_than_the_deals_were_closed_is_told_and_rebuilt(base):  # fmt: skip
    rollups.catch_up()
    days = FunnelDay.objects.filter(user_id=base.mara.pk).order_by("day")
    wrong, gone = days[0], days[1]
    FunnelDay.objects.filter(pk=wrong.pk).update(numbers=[n + 1 for n in wrong.numbers])
    gone.delete()
    empty = FunnelDay.objects.create(user_id=base.nils.pk, process_id=base.process.pk, day=date(2026, 1, 3), kinds=[], stages=[], numbers=[], counts=[])  # fmt: skip

    told = {(d.what, d.user, d.day) for d in rollups.verify()}
    assert told == {("day of the funnel", base.mara.pk, day) for day in (wrong.day, gone.day)}  # fmt: skip

    rollups.rebuild()
    assert rollups.verify() == []
    assert not FunnelDay.objects.filter(pk=empty.pk).exists()


def test_what_ends_later_in_the_month_is_not_counted_by_months(base):
    rollups.catch_up()

    assert kept_funnel.answers_for_leaving(None, until=date(2026, 2, 25))
    assert not kept_funnel.answers_for_leaving(None, until=date(2026, 2, 14))
    assert not kept_funnel.answers_for_closed(until=date(2026, 2, 19))
    assert kept_funnel.answers_for_closed(until=date(2026, 2, 21))
