"""Load of people and people for the stages: the arithmetic written out, and the pages on a base made by hand."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import BinEntry
from deals.actions import deals
from deals.models import ChangedStay, StageDay, StagePassage
from deals.team import kept_stays, load
from deals.team.loading import Flow, Load, working_minutes
from pipeline.models import Absence, Process, Stage
from pipeline.working_time import Interval, Schedule
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    DepartmentFactory,
    UserFactory,
)

MOSCOW = ZoneInfo("Europe/Moscow")


def monday(hour=0, minute=0, day=0):
    """Within a working week ahead, Monday 15 March 2027 or one a year later."""
    on = date(2027, 3, 15)
    while on < timezone.localdate():
        on += timedelta(days=364)
    return datetime.combine(on + timedelta(days=day), time(hour, minute), MOSCOW)


# ── arithmetic ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_load_is_planned_and_done_work_over_the_working_time():
    day = Load(planned=120, done=300, working=480)
    # 420 of 480 minutes are 87,5 %.
    assert (day.taken, day.percent) == (420, 88)
    assert day.level(over=85, under=40) == "over"
    assert Load(planned=60, working=480).level(over=85, under=40) == "under"
    assert Load(planned=60, working=480).level(over=85, under=40, ahead=True) == ""
    assert Load(planned=240, working=480).level(over=85, under=40) == ""
    # A day off: nothing is nothing, any work is too much.
    assert (Load().percent, Load().level(over=85, under=40)) == (None, "")
    assert Load(done=30).level(over=85, under=40) == "over"
    assert day + Load(60, 0, 240) == Load(180, 300, 720)


def test_a_day_has_the_hours_of_the_person_without_lunch_days_off_and_absences():
    away = Interval(
        datetime(2027, 3, 17, 7, tzinfo=UTC), datetime(2027, 3, 17, 11, tzinfo=UTC)
    )
    plan = Schedule(MOSCOW, away=(away,))
    assert working_minutes(plan, date(2027, 3, 16)) == 480  # 9–18 without an hour
    assert working_minutes(plan, date(2027, 3, 20)) == 0  # Saturday
    assert working_minutes(plan, date(2027, 5, 3)) == 0  # the 1st was a Saturday
    # Away from 10 to 14: 9–10 and 14–18 remain.
    assert working_minutes(plan, date(2027, 3, 17)) == 300


def test_people_of_a_stage_are_its_inflow_by_its_effort_over_the_hours_of_one():
    flow = Flow(8, entered=16, left=12, recorded=11, minutes=4320, standing=14, norm_days=10)  # fmt: skip
    # 16 deals in 8 weeks are 2 a week; 4320 minutes on 12 deals are 6 hours each: 12 hours a week.
    assert (flow.per_week, flow.effort) == (2, 6)
    # Of 40 hours 80 % are left for deals: 12 / 32.
    assert flow.people(32) == 0.375
    # By Little's law 2 a week × 2 weeks stand there; 14 do: 10 too many are 60 hours, worked off in two weeks of 32.
    assert (flow.usual, flow.surplus) == (4, 10)
    assert flow.catch_up(32) == 60 / 64
    assert not flow.is_thin


def test_what_cannot_be_measured_is_not_invented():
    assert Flow(8, entered=3).people(32) is None
    assert Flow(8, entered=3, left=2, recorded=2, minutes=90).is_thin
    assert Flow(
        8, left=40, recorded=12, minutes=90
    ).is_thin  # most of the work is not written down
    assert (
        Flow(8, entered=16, left=12, minutes=60, standing=9).catch_up(32) is None
    )  # no norm
    assert Flow(8, entered=16, left=12, minutes=60).people(0) is None


# ── pages ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def work(performer, begins, minutes, **more):
    done = more.pop("done", False)
    when = {"done_at": begins} if done else {"status": "planned", "planned_at": begins, "done_at": None}  # fmt: skip
    return ActivityFactory(performer=performer, minutes=minutes, feed_at=begins, **when, **more)  # fmt: skip


@pytest.fixture
def team(db):
    """A department of two: one has a full Tuesday, the other is away on Wednesday."""
    department = DepartmentFactory(name="Отдел показов")
    head = UserFactory(preset="head_of_sales", department=department)
    busy = UserFactory(first_name="Глеб", last_name="Занятой", department=department)
    away = UserFactory(first_name="Ада", last_name="Отпускная", department=department)
    firm = ClientFactory(name="Образец-Склад")
    work(busy, monday(10, day=1), 300, client=firm, title="Показ на складе")
    work(busy, monday(15, day=1), None, client=firm)  # half an hour
    work(busy, monday(17, day=1), 150, client=firm, done=True)
    work(busy, monday(0, day=7), 60, client=firm)  # the Monday after
    on = monday(day=2).date()
    Absence.objects.create(user=away, since_on=on, until_on=on, state="approved", created_at=timezone.now(), created_by=away)  # fmt: skip
    return head, busy, away, department


def test_the_page_shows_hours_by_day_and_each_number_opens_its_records(team, sign_in):
    head, busy, away, department = team
    http = sign_in(head)
    page = http.get(f"/plan/load/?on={monday():%Y-%m-%d}&department={department.pk}")
    rows = {row.name: row for _name, rows in page.context["groups"] for row in rows}
    his, hers = rows[str(busy)], rows[str(away)]

    # 5 h + 30 min planned and 2,5 h done on Tuesday are 8 of 8; the Monday after counts in its own column.
    assert [cell.hours for cell in his.cells] == [0, 8, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]  # fmt: skip
    assert his.cells[1].level == "over"
    assert (his.planned, his.done, his.whole.of) == (6.5, 2.5, 80)
    assert [cell.of for cell in hers.cells[:3]] == [8, 8, 0]
    assert (
        page.context["total"].whole.of == 80 + 72 + 80
    )  # the head has no work but hours
    assert [row.name for row in page.context["crowded"]] == []

    records = http.get(f"/plan/load/work/?{his.query}&{his.cells[1].query}")
    assert (records.context["planned"], records.context["done"]) == (5.5, 2.5)
    assert [row.deed.minutes for row in records.context["rows"]] == [300, None, 150]
    only = http.get(f"/plan/load/work/?{his.query}&{his.whole.query}&state=planned")
    assert [row.deed.length for row in only.context["rows"]] == [300, 30, 60]
    weeks = http.get(f"/plan/load/?by=week&on={monday():%Y-%m-%d}&department={department.pk}")  # fmt: skip
    (row,) = [r for _n, rows in weeks.context["groups"] for r in rows if r.person == busy]  # fmt: skip
    assert [cell.hours for cell in row.cells[:3]] == [8, 1, 0]


def test_the_work_behind_the_load_shows_the_first_ones_and_all_when_asked(team, sign_in):  # fmt: skip
    head, busy, _away, _department = team
    for n in range(60):
        work(busy, monday(9, n % 60, day=8), 10)
    where = f"/plan/load/work/?who={busy.pk}&since={monday(day=8):%Y-%m-%d}&until={monday(day=8):%Y-%m-%d}"
    page = sign_in(head).get(where)
    every = sign_in(head).get(f"{where}&all=1")

    assert (len(page.context["rows"]), page.context["planned"]) == (25, 10.0)
    assert "all=1" in page.content.decode()
    assert len(every.context["rows"]) == 60
    assert not every.context["more"]


def test_who_may_not_read_a_client_sees_the_hours_and_not_with_whom(team, sign_in):
    _head, busy, _away, _department = team
    assistant = UserFactory(preset="telemarketer")
    assistant.role.scope = "own"
    assistant.role.permissions = [p for p in assistant.role.permissions if p != "clients.view_all_clients"]  # fmt: skip
    assistant.role.save()
    on = monday(day=1).date()
    page = sign_in(assistant).get(f"/plan/load/work/?who={busy.pk}&since={on}&until={on}")  # fmt: skip

    assert page.context["planned"] == 5.5
    assert "Образец-Склад" not in page.content.decode()
    assert "Показ на складе" not in page.content.decode()


def test_a_base_of_twenty_costs_as_many_queries_as_one_of_two(team, sign_in):
    head, _busy, _away, department = team
    http = sign_in(head)
    counts = []
    for _more in range(2):
        http.get("/plan/load/")
        http.get("/plan/load/work/")
        with CaptureQueriesContext(connection) as first:
            http.get(f"/plan/load/?on={monday():%Y-%m-%d}")
        with CaptureQueriesContext(connection) as second:
            http.get(f"/plan/load/work/?since={monday():%Y-%m-%d}")
        with CaptureQueriesContext(connection) as third:
            http.get("/plan/load/stages/?weeks=4")
        counts.append([len(first), len(second), len(third)])
        for _n in range(18):
            work(UserFactory(department=department), monday(11), 45)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 16


def test_a_stage_says_how_many_people_it_needs_and_on_what_sample(team, sign_in):
    head, busy, _away, _department = team
    process = Process.objects.create(
        name="Показы", success_condition="none", position=0
    )
    first, second = (
        Stage.objects.create(process=process, position=n, percent=10 * n + 10, name=name, norm_days=5)
        for n, name in enumerate(["Договориться", "Показать"])
    )  # fmt: skip
    now = timezone.now()
    for n in range(3):
        deal = deals.open_deal(by=busy, client=ClientFactory(), process=process, title=f"Показ {n}", at=now - timedelta(days=20))  # fmt: skip
        work(busy, now - timedelta(days=15), 60, client=deal.client, deal=deal, stage=first, done=True)  # fmt: skip
        # After it left the stage: not of its effort.
        work(busy, now - timedelta(days=2), 600, client=deal.client, deal=deal, stage=first, done=True)  # fmt: skip
        deals.move(deal.pk, by=busy, to=second, at=now - timedelta(days=10))
    http = sign_in(head)
    page = http.get("/plan/load/stages/?weeks=4&share=100")
    (found,) = [p for p in page.context["processes"] if p["process"] == process]
    one, two = found["rows"]

    assert (one["flow"].per_week, one["flow"].effort, one["flow"].recorded) == (0.75, 1, 3)  # fmt: skip
    assert one["need"] == pytest.approx(0.75 / page.context["hours"], rel=0.01)
    assert one["flow"].is_thin
    assert (one["flow"].standing, two["flow"].standing) == (0, 3)
    # 3 a month at a norm of a week: 0,75 stand there at once, 3 do; nothing left it, so no effort is known.
    assert (two["flow"].usual, two["need"], two["more"]) == (0.75, None, None)
    assert "0,75" in page.content.decode() or "0,8" in page.content.decode()

    left = http.get(f"/plan/load/stages/{first.pk}/?weeks=4&show=left")
    assert [hours for _row, hours in left.context["rows"]] == [1, 1, 1]
    assert StagePassage.objects.filter(stage=second).count() == 3
    assert http.get("/plan/load/stages/999999999999999999999/").status_code == 404
    assert http.get("/plan/load/?on=nonsense&by=x&department=%00&role=-1").status_code == 200  # fmt: skip
    assert http.get("/plan/load/work/?who=999999999&since=0001-01-01").status_code == 404  # fmt: skip


@pytest.fixture
def moved(team):
    """Deals that came to a stage and left it in the weeks that the page counts, with work."""
    head, busy, away, _department = team
    process = Process.objects.create(name="Показы", success_condition="none", position=0)  # fmt: skip
    steps = [
        Stage.objects.create(process=process, position=n, percent=10 * n + 10, name=name, norm_days=5)
        for n, name in enumerate(["Договориться", "Показать"])
    ]  # fmt: skip
    now = timezone.now()
    rows = []
    for n in range(4):
        by = (busy, away)[n % 2]
        deal = deals.open_deal(by=by, client=ClientFactory(curator=by), process=process, title=f"Показ {n}", at=now - timedelta(days=20 - n))  # fmt: skip
        work(by, now - timedelta(days=15), 45, client=deal.client, deal=deal, stage=steps[0], done=True)  # fmt: skip
        deals.move(deal.pk, by=by, to=steps[1], at=now - timedelta(days=10 - n))
        rows.append(deal)
    return head, steps, rows


def told(head, steps):
    """What the page tells, and what the stays themselves do."""
    until = timezone.localdate(timezone=timezone.get_default_timezone())
    since = until - timedelta(weeks=4)
    flows = load.flows(steps, since, until, head)
    kept = {pk: (f.entered, f.left, f.recorded, f.minutes, people) for pk, (f, people) in flows.items()}  # fmt: skip
    facts = load.facts(steps, since, until, head)
    return kept, {step.pk: facts.get(step.pk, (0, 0, 0, 0, 0)) for step in steps}


def change_minutes(deal, steps):
    deal.activities.update(minutes=90)


def drop_work(deal, steps):
    deal.activities.all().delete()


def add_work(deal, steps):
    at = timezone.now() - timedelta(days=14)
    work(deal.responsible, at, 20, client=deal.client, deal=deal, stage=steps[0], done=True)  # fmt: skip


def into_the_bin(deal, steps):
    now = timezone.now()
    entry = BinEntry.objects.create(kind="deal", model="deals.deal", object_id=deal.pk, put_at=now, purge_on=now.date())  # fmt: skip
    type(deal).objects.filter(pk=deal.pk).update(bin=entry)


def left_earlier(deal, steps):
    """Before the work was done."""
    deal.passages.filter(stage=steps[0]).update(left_at=timezone.now() - timedelta(days=16))  # fmt: skip


def left_before(deal, steps):
    old = timezone.now() - timedelta(days=200)
    deal.passages.filter(stage=steps[0]).update(entered_at=old, left_at=old)


def by_another(deal, steps):
    deal.passages.filter(stage=steps[0]).update(performer=UserFactory())


def never_was(deal, steps):
    deal.passages.filter(stage=steps[0]).delete()


CHANGES = [change_minutes, drop_work, add_work, into_the_bin, left_earlier, left_before, by_another, never_was]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_kept_days_tell_what_the_stays_tell_after_any_change(moved, change):
    head, steps, rows = moved
    kept_stays.catch_up()
    assert not ChangedStay.objects.exists()
    before, facts = told(head, steps)
    assert before == facts
    assert before[steps[0].pk] == (4, 4, 4, 180, 2)

    change(rows[0], steps)
    assert ChangedStay.objects.exists()
    after, facts = told(head, steps)
    assert after == facts != before
    # Whoever reads writes nothing: what changed is kept once the schedule has counted it.
    assert ChangedStay.objects.exists()
    kept_stays.catch_up()
    assert not ChangedStay.objects.exists()
    assert told(head, steps)[0] == after
    assert kept_stays.differences() == []


def test_people_who_worked_on_several_days_are_counted_once_whatever_their_numbers(moved):  # fmt: skip
    head, steps, rows = moved
    people = [UserFactory(pk=pk) for pk in (100_031, 100_032, 100_063, 100_064, 7_000_000_000)]  # fmt: skip
    for n, person in enumerate([*people, people[0], people[4]]):
        deal = deals.open_deal(by=head, client=ClientFactory(curator=head), process=rows[0].process, title=f"Ещё {n}", at=timezone.now() - timedelta(days=20))  # fmt: skip
        deal.passages.filter(stage=steps[0]).update(performer=person)
        deals.move(deal.pk, by=head, to=steps[1], at=timezone.now() - timedelta(days=3 + n % 3))  # fmt: skip
    kept_stays.catch_up()

    kept, facts = told(head, steps)

    assert kept == facts
    assert kept[steps[0].pk][-1] == 7
    assert all(len(day.people) <= 5 for day in StageDay.objects.all())
    assert kept_stays.differences() == []


def test_opening_the_page_writes_nothing_of_days_that_are_not_kept(moved, sign_in):
    head, steps, _rows = moved
    kept_stays.catch_up()
    week = timezone.localdate(timezone=timezone.get_default_timezone()) - timedelta(days=8)  # fmt: skip
    StageDay.objects.filter(day__gt=week).delete()
    kept = StageDay.objects.count()
    http = sign_in(head)
    with CaptureQueriesContext(connection) as queries:
        assert http.get("/plan/load/stages/?weeks=4").status_code == 200
    assert StageDay.objects.count() == kept
    assert not [q["sql"] for q in queries if re.search(r"(INSERT INTO|UPDATE|DELETE FROM) .?deals_", q["sql"])]  # fmt: skip
    before, facts = told(head, steps)
    assert before == facts


@pytest.mark.parametrize(("hour", "ends"), [("00:30", -1), ("01:59", -1), ("02:01", 0)])
def test_the_sample_ends_with_the_last_day_that_is_kept(moved, sign_in, hour, ends):
    """Until two in the morning yesterday is not kept: it would be told from every stay that ended on it."""
    head, _steps, _rows = moved
    tomorrow = timezone.localdate(timezone=MOSCOW) + timedelta(days=1)
    http = sign_in(head)
    with time_machine.travel(datetime.combine(tomorrow, time.fromisoformat(hour), MOSCOW), tick=False):  # fmt: skip
        kept_stays.catch_up()
        with CaptureQueriesContext(connection) as queries:
            page = http.get("/plan/load/stages/?weeks=4")

    sample = page.context["sample"]
    assert sample.until == tomorrow + timedelta(days=ends)
    assert page.context["last"] == sample.until - timedelta(days=1)
    assert (sample.until - sample.since).days == 28
    assert not [q["sql"] for q in queries if "deals_stagepassage" in q["sql"]]


def test_kept_days_are_read_and_not_the_stays(moved):
    head, steps, _rows = moved
    kept_stays.catch_up()
    day = StageDay.objects.filter(stage_id=steps[0].pk, left__gt=0).first()
    StageDay.objects.filter(pk=day.pk).update(left=day.left + 100)
    kept, facts = told(head, steps)
    assert kept[steps[0].pk][1] == facts[steps[0].pk][1] + 100
    assert kept_stays.differences() == [("stays", steps[0].pk, day.day)]
    kept_stays.rebuild()
    kept, facts = told(head, steps)
    assert kept == facts


def test_who_reads_his_own_deals_counts_those_alone(moved, sign_in):
    _head, steps, rows = moved
    kept_stays.catch_up()
    seller = rows[0].responsible
    seller.role.scope = "own"
    seller.role.permissions = [p for p in seller.role.permissions if p != "clients.view_all_clients"]  # fmt: skip
    seller.role.save()
    page = sign_in(seller).get("/plan/load/stages/?weeks=4")
    (found,) = [p for p in page.context["processes"] if p["process"] == steps[0].process]  # fmt: skip
    assert [row["flow"].entered for row in found["rows"]] == [2, 2]
