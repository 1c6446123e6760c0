"""The funnel on a base whose answer is written out; every figure opens its deals."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.test import Client as Browser
from django.utils import translation

from analytics import kept_funnel, rollups
from analytics.funnel import ENTRY, EXIT, Funnel, Times, _bottleneck, funnel
from analytics.models import FunnelChange, FunnelDeal, FunnelEight
from analytics.outstayed import outstayed
from clients.actions import bin as binning
from deals import figures
from deals.models import Deal, PassagePause, StagePassage
from pipeline.models import Stage
from tests.analytics.february import SINCE, UNTIL, February, february, noon
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def base() -> February:
    return february()


def opens(http: Browser, query: str) -> set[int]:
    """Ids of the deals that an address of the list shows."""
    page = http.get(f"/deals/?state=all&{query}")
    assert page.status_code == 200
    return {
        int(pk) for pk in re.findall(r'href="/deals/(\d+)/"', page.content.decode())
    }


def counts(base: February, way: str) -> dict[str, tuple[int, int, int, int]]:
    found = funnel(Deal.objects.all(), base.process, since=SINCE, until=UNTIL, way=way)
    return {s.name: (s.came, s.on, s.lost, s.rest) for s in found.steps}


def test_by_entry_it_follows_those_who_first_came_in_the_period(base):
    assert counts(base, ENTRY) == {"A": (5, 3, 1, 1), "B": (3, 1, 1, 1), "C": (2, 1, 1, 0)}  # fmt: skip


def test_by_exit_it_counts_those_who_left_by_their_last_way_out(base):
    assert counts(base, EXIT) == {"A": (5, 4, 1, 0), "B": (3, 1, 1, 1), "C": (2, 1, 1, 0)}  # fmt: skip


def test_conversions_times_reasons_ripening_and_the_bottleneck(base):
    found = funnel(Deal.objects.all(), base.process, since=SINCE, until=UNTIL)
    a, b, _c = found.steps

    assert (a.conversion, a.of_first, b.of_first) == (0.6, 1, 0.6)
    # Of A: 2, 3 (5 less two days of waiting), 1, 2, 1 working days; 2, 7, 1, 2, 1 of the calendar.
    assert a.times == Times(5, 2, 2, 3, 2, 2, 7)
    # Of B: 5, 4, 1 and 7, 6, 1.
    assert b.times == Times(3, 4, 5, 5, 6, 7, 7)
    # All kept the norm of 3 days, d2 because the waiting put its term off.
    assert (a.normed, a.late) == (5, 0)
    assert [(r.reason, r.deals) for r in b.reasons] == [("dear", 1)]
    assert (a.stands, b.stands, a.clients) == (1, 1, 1)
    assert (found.won, found.ripening.median, found.ripening.calendar_median) == (
        1,
        8,
        10,
    )
    assert found.bottleneck.step == a
    with translation.override("en"):
        told = str(found.bottleneck)
    assert told.startswith("The bottleneck is “A”: 60% go on, 3 of 5.")
    assert "silent (1 of 1)" in told


@pytest.mark.parametrize("by_months", [True, False])
@pytest.mark.parametrize("people", [[kept_funnel.EVERYBODY], None])
def test_norms_count_of_each_stage_what_its_funnel_by_exit_counts(base, people, by_months, monkeypatch):  # fmt: skip
    if not by_months:
        monkeypatch.setattr(kept_funnel, "answers_for_leaving", lambda _process, **_: False)  # fmt: skip
    for title in ("d1", "d2"):
        # Of d1 a stay at A ended past its term; d2 lies in the bin.
        base.deals[title].passages.filter(stage=base.stages["A"]).update(due_at=noon("2.2"))  # fmt: skip
    head = UserFactory(preset="director")
    binning.throw_away(thing=base.deals["d2"], by=head, at=noon("20.2"))
    Deal.objects.filter(pk=base.deals["d3"].pk).update(in_norms=False)
    found = outstayed(Deal.objects.all(), base.process, since=SINCE, until=UNTIL, people=people)  # fmt: skip
    same = funnel(Deal.objects.all(), base.process, since=SINCE, until=UNTIL, way=EXIT).steps  # fmt: skip

    assert [(s.name, s.normed, s.late, s.median, s.p75, s.p90) for s in found] == [
        (s.name, s.normed, s.late, s.times.median, s.times.p75, s.times.p90) for s in same
    ]  # fmt: skip
    assert (found[0].normed, found[0].late) == (3, 1)


def test_every_figure_opens_exactly_its_deals(base, client):
    head = UserFactory(preset="director")
    client.force_login(head)
    of = {name: stage.pk for name, stage in base.stages.items()}

    def deals(kind: str, *more: object) -> set[str]:
        return base.called(
            opens(client, f"figure={figures.write(kind, SINCE, UNTIL, *more)}")
        )  # type: ignore[arg-type]

    assert deals("entered", of["A"]) == {"d1", "d2", "d3", "d4", "d6"}
    assert deals("entered", of["A"], "on") == {"d1", "d2", "d6"}
    assert deals("entered", of["A"], "lost") == {"d3"}
    assert deals("entered", of["B"], "still") == {"d5"}
    assert deals("left", of["A"]) == {"d1", "d2", "d3", "d5", "d6"}
    assert deals("left", of["A"], "on") == {"d1", "d2", "d5", "d6"}
    assert deals("left", of["B"], "back") == {"d5"}
    assert deals("ripened", base.process.pk) == {"d1"}
    assert deals("jumped") == {"d6"}
    assert deals("closed") == {"d1", "d2", "d3", "d6", "d7"}
    nonsense = client.get("/deals/?figure=entered.0.x").content.decode()
    assert "entered.0.x" in nonsense


def test_a_funnel_of_a_part_and_of_nothing(base):
    nils = Deal.objects.filter(responsible=base.nils)
    empty = funnel(Deal.objects.all(), base.process, since=date(2020, 1, 1), until=date(2020, 2, 1))  # fmt: skip

    assert [s.came for s in funnel(nils, base.process, since=SINCE, until=UNTIL).steps] == [1, 0, 1]  # fmt: skip
    assert [(s.came, s.conversion, s.times) for s in empty.steps] == [(0, None, Times())] * 3  # fmt: skip
    assert str(empty.bottleneck) == ""


def test_months_say_what_the_facts_say_after_every_change(base):
    def told(since: date, people: list[int], *, by_months: bool) -> Funnel:
        rows = (
            Deal.objects.all()
            if people == [kept_funnel.EVERYBODY]
            else Deal.objects.filter(responsible__in=people)
        )
        found = funnel(rows, base.process, since=since, until=UNTIL, earlier=date(2025, 11, 1), people=people if by_months else None)  # fmt: skip
        assert (found.steps[0].normed is None) == by_months
        steps = [replace(step, normed=None, late=None) for step in found.steps]
        assert found.bottleneck == _bottleneck(found.steps)
        return replace(found, steps=steps, bottleneck=_bottleneck(steps))

    def agree() -> None:
        for since, people in ((date(2026, 1, 1), [kept_funnel.EVERYBODY]), (SINCE, [base.mara.pk, base.nils.pk])):  # fmt: skip
            assert told(since, people, by_months=True) == told(since, people, by_months=False)  # fmt: skip

    agree()
    d = {name: Deal.objects.filter(pk=deal.pk) for name, deal in base.deals.items()}
    stays = StagePassage.objects.filter
    changes: list[Callable[[], object]] = [
        lambda: d["d1"].update(responsible=base.nils),
        lambda: d["d4"].update(state="lost", closed_at=noon("9.2"), reason=base.reasons["dear"]),
        lambda: d["d2"].update(state="won", reason=None),
        lambda: stays(deal=d["d5"].get(), left_at=None).update(left_at=noon("20.2"), outcome="forward"),
        lambda: StagePassage.objects.create(deal=d["d5"].get(), stage=base.stages["C"], entered_at=noon("20.2"), percent=80),
        lambda: PassagePause.objects.all().delete(),
        lambda: d["d7"].update(in_norms=True, state="won", reason=None),
        lambda: d["d6"].update(opened_at=noon("10.1")),
        lambda: stays(deal=d["d3"].get()).delete(),
        lambda: (stays(deal=d["d6"].get()).delete(), d["d6"].get().delete()),
    ]  # fmt: skip
    for change in changes:
        change()
        agree()

    # Another order of the stages changes everything: the facts answer until all is counted anew.
    Stage.objects.filter(pk=base.stages["A"].pk).update(position=7)
    assert not kept_funnel.answers(base.process.pk, until=UNTIL)
    rollups.catch_up()
    agree()

    assert kept_funnel.answers(base.process.pk, until=date(2026, 2, 25))
    assert not kept_funnel.answers(base.process.pk, until=date(2026, 2, 20))
    assert rollups.verify() == []
    FunnelEight.objects.filter(user_id=base.mara.pk).update(n0=77)
    assert {(found.what, found.user) for found in rollups.verify()} == {("month of the funnel", base.mara.pk)}  # fmt: skip
    rollups.rebuild()
    agree()


def test_what_is_counted_is_told_at_once_and_folded_into_the_months_later(base):
    def told(person: int) -> list:
        return sorted(kept_funnel.read(base.process.pk, [person], earlier=date(2026, 1, 1), since=SINCE, until=UNTIL))  # fmt: skip

    mara, everybody = base.mara.pk, kept_funnel.EVERYBODY
    rollups.catch_up()
    before, of_all = told(mara), told(everybody)
    Deal.objects.filter(pk=base.deals["d1"].pk).update(responsible=base.nils)
    assert told(mara) == before
    assert kept_funnel.count() == 1
    after = told(mara)
    assert after != before
    assert told(everybody) == of_all
    assert FunnelChange.objects.count() == 2

    assert kept_funnel.fold()
    assert not FunnelChange.objects.exists()
    assert (told(mara), told(everybody)) == (after, of_all)
    assert kept_funnel.fold() == 0

    # A deal that says the same again adds nothing.
    Deal.objects.filter(pk=base.deals["d1"].pk).update(responsible=base.mara)
    Deal.objects.filter(pk=base.deals["d1"].pk).update(responsible=base.nils)
    assert kept_funnel.count() == 1
    assert not FunnelChange.objects.exists()

    # Counted anew while something waits to be folded in: it is not added twice.
    Deal.objects.filter(pk=base.deals["d2"].pk).update(responsible=base.nils)
    kept_funnel.count()
    rollups.rebuild()
    assert not FunnelChange.objects.exists()
    assert rollups.verify() == []


def test_counting_anew_writes_only_what_was_told_otherwise(base):
    rollups.rebuild()
    rows = {row.pk: row.n0 for row in FunnelEight.objects.all()}
    wrong, gone = sorted(rows)[:2]
    FunnelEight.objects.filter(pk=wrong).update(n0=77)
    FunnelEight.objects.filter(pk=gone).delete()
    invented = FunnelEight.objects.create(user_id=base.mara.pk, process_id=base.process.pk, month=SINCE, kind=1, stage_id=7, first=0, n0=3, n1=0, n2=0, n3=0, n4=0, n5=0, n6=0, n7=4)  # fmt: skip
    FunnelDeal.objects.filter(pk=base.deals["d1"].pk).update(numbers=[])
    FunnelDeal.objects.filter(pk=base.deals["d2"].pk).delete()

    rollups.rebuild()

    assert rollups.verify() == []
    now = {row.pk: row.n0 for row in FunnelEight.objects.all()}
    assert {pk: n for pk, n in now.items() if pk in rows} == {pk: n for pk, n in rows.items() if pk != gone}  # fmt: skip
    assert len(now) == len(rows)
    assert invented.pk not in now
