"""Arithmetic of working time: pure functions, no database."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from pipeline.working_time import (
    OFFICE_WEEK,
    DayHours,
    Interval,
    Schedule,
    at,
    free,
    hours,
    lanes,
    off,
    starts,
    total_minutes,
    without,
    working,
)

MOSCOW = ZoneInfo("Europe/Moscow")
BERLIN = ZoneInfo("Europe/Berlin")


def moscow(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=MOSCOW)


def clocks(intervals, zone=MOSCOW):
    return [f"{one.begins.astimezone(zone):%d %H:%M}-{one.ends.astimezone(zone):%H:%M}" for one in intervals]  # fmt: skip


def test_a_working_day_has_two_halves_and_a_holiday_none():
    # Tuesday 3 November 2026, the day of unity on Wednesday, Thursday.
    found = hours(Schedule(MOSCOW), moscow(3, 0), moscow(6, 0))

    assert clocks(found) == ["03 09:00-13:00", "03 14:00-18:00", "05 09:00-13:00", "05 14:00-18:00"]  # fmt: skip


def test_an_absence_is_taken_out_of_the_hours_but_not_of_what_a_day_has():
    away = Interval(moscow(23, 11), moscow(23, 16))
    schedule = Schedule(MOSCOW, away=(away,))

    assert clocks(working(schedule, moscow(23, 0), moscow(24, 0))) == ["23 09:00-11:00", "23 16:00-18:00"]  # fmt: skip
    assert total_minutes(hours(schedule, moscow(23, 0), moscow(24, 0))) == 480


def test_new_hours_hold_from_their_day_on():
    late = (DayHours(time(11), time(20)),) * 5 + (None, None)
    schedule = Schedule(MOSCOW, weeks=((date(2026, 11, 24), late),))

    assert schedule.week_on(date(2026, 11, 23)) == OFFICE_WEEK
    assert clocks(hours(schedule, moscow(24, 0), moscow(25, 0))) == ["24 11:00-20:00"]


def test_where_clocks_are_turned_the_hours_stay_on_the_wall():
    # Germany turned its clocks back on Sunday 25 October 2026; a shift over the change lasts an hour longer.
    every_day = (DayHours(time(1), time(5)),) * 7
    schedule = Schedule(BERLIN, weeks=((date(2026, 1, 1), every_day),))
    night = working(
        Schedule(BERLIN, weeks=((date(2026, 1, 1), every_day),)),
        datetime(2026, 10, 26, tzinfo=BERLIN),
        datetime(2026, 10, 27, tzinfo=BERLIN),
    )

    assert clocks(night, BERLIN) == ["26 01:00-05:00"]
    whole = Interval(at(date(2026, 10, 25), time(1), BERLIN), at(date(2026, 10, 25), time(5), BERLIN))  # fmt: skip
    assert whole.minutes == 300
    assert at(date(2026, 3, 29), time(2, 30), BERLIN) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # fmt: skip
    assert schedule.hours_on(date(2026, 10, 25)) is None  # a Sunday of the calendar


def test_free_time_is_what_work_and_lunch_leave():
    busy = [Interval(moscow(23, 9), moscow(23, 10)), Interval(moscow(23, 9, 30), moscow(23, 12, 30))]  # fmt: skip
    pieces = free(Schedule(MOSCOW), busy, moscow(23, 0), moscow(24, 0), minutes=60)

    assert clocks(pieces) == ["23 14:00-18:00"]
    offered = [f"{s.astimezone(MOSCOW):%H:%M}" for s in starts(pieces, minutes=90, step=60)]  # fmt: skip
    assert offered == ["14:00", "15:00", "16:00"]


def test_free_time_asked_for_in_the_middle_of_a_quarter_begins_at_the_next():
    pieces = free(Schedule(MOSCOW), [], moscow(23, 16, 50), moscow(24, 0), minutes=30)

    assert [f"{s.astimezone(MOSCOW):%H:%M}" for s in starts(pieces, minutes=30)] == ["17:00", "17:15", "17:30"]  # fmt: skip


def test_what_is_off_and_what_is_worked_make_the_whole_day():
    schedule = Schedule(MOSCOW)
    day = (moscow(23, 0), moscow(24, 0))

    assert total_minutes([*working(schedule, *day), *off(schedule, *day)]) == 24 * 60
    assert without(off(schedule, *day), off(schedule, *day)) == []


def test_overlapping_work_stands_side_by_side_and_what_only_touches_does_not():
    day = [
        Interval(moscow(23, 9), moscow(23, 11)),
        Interval(moscow(23, 10), moscow(23, 12)),
        Interval(moscow(23, 11), moscow(23, 11, 30)),
        Interval(moscow(23, 12), moscow(23, 13)),
    ]

    assert lanes(day) == [(0, 2), (1, 2), (0, 2), (0, 1)]
