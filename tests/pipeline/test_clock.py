"""The clock of a stage counts working days, stands still in pauses, and lights up by the norm."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import clock
from pipeline.choices import Light
from pipeline.clock import Pause
from salesexpert.core.working_days import is_working_day, working_days_between

DAYS = st.dates(date(2025, 6, 1), date(2027, 3, 1))
NORMS = st.integers(0, 40)
PAUSES = st.lists(
    st.tuples(DAYS, st.integers(0, 30)).map(
        lambda pair: Pause(pair[0], pair[0] + timedelta(days=pair[1]))
    ),
    max_size=4,
)


@given(start=DAYS, end=DAYS)
def test_days_between_are_those_that_the_calendar_counts_one_by_one(start, end):
    one_by_one = sum(
        is_working_day(start + timedelta(days=n))
        for n in range(1, (end - start).days + 1)
    )

    assert working_days_between(start, end) == one_by_one


@given(entered=DAYS, norm=NORMS, pauses=PAUSES)
def test_by_the_end_of_the_due_day_the_clock_has_counted_exactly_the_norm(
    entered, norm, pauses
):
    due = clock.due_on(entered, norm, pauses)

    assert clock.worked_days(entered, due, pauses) == norm
    assert norm == 0 or clock.worked_days(entered, due - timedelta(days=1), pauses) < norm  # fmt: skip


@given(entered=DAYS, on=DAYS, pauses=PAUSES, norm=NORMS)
def test_the_light_is_red_exactly_when_a_working_day_past_the_due_day_is_counted(
    entered, on, pauses, norm
):
    red = clock.light(entered, norm, on, pauses) == Light.RED
    due = clock.due_on(entered, norm, pauses)

    assert red == (clock.worked_days(due, on, pauses) > 0 and on > entered)


@given(entered=DAYS, norm=NORMS, pauses=PAUSES, more=PAUSES)
def test_a_pause_never_brings_the_term_nearer(entered, norm, pauses, more):
    assert clock.due_on(entered, norm, pauses + more) >= clock.due_on(
        entered, norm, pauses
    )


@given(entered=DAYS, pauses=PAUSES, on=DAYS)
def test_the_clock_never_runs_backwards(entered, pauses, on):
    today = clock.worked_days(entered, on, pauses)

    assert 0 <= today <= clock.worked_days(entered, on + timedelta(days=1), pauses)


@pytest.mark.parametrize(
    "on, expected",
    [
        (date(2026, 11, 16), Light.GREEN),
        (date(2026, 11, 19), Light.GREEN),
        (date(2026, 11, 20), Light.YELLOW),
        (date(2026, 11, 22), Light.YELLOW),
        (date(2026, 11, 23), Light.YELLOW),
        (date(2026, 11, 24), Light.RED),
    ],
)
def test_a_norm_of_five_days_is_yellow_from_the_fourth_and_red_after_the_fifth(
    on, expected
):
    assert clock.light(date(2026, 11, 16), 5, on) == expected


def test_waiting_for_the_client_holds_the_light_and_puts_the_term_off():
    entered, waiting = date(2026, 11, 16), Pause(date(2026, 11, 18), date(2026, 11, 25))

    assert clock.worked_days(entered, date(2026, 11, 24), [waiting]) == 1
    assert clock.due_on(entered, 3, [waiting]) == date(2026, 11, 26)
    assert clock.waits(date(2026, 11, 24), [waiting])
    assert not clock.waits(date(2026, 11, 25), [waiting])


def test_without_a_norm_there_is_no_light():
    assert clock.light(date(2026, 1, 12), None, date(2026, 11, 1)) is None


def test_the_term_ends_with_the_day_in_the_time_zone_of_the_company():
    late_evening = datetime(2026, 11, 13, 22, 30, tzinfo=ZoneInfo("UTC"))

    # In Moscow it is Saturday already.
    due = clock.due_at(late_evening, 1)

    assert due.astimezone(ZoneInfo("Europe/Moscow")).date() == date(2026, 11, 16)
    assert due > datetime(2026, 11, 16, 20, 59, tzinfo=ZoneInfo("UTC"))
