"""The funnel on a base whose answer is written out; every figure opens its deals."""

import re
from datetime import date

import pytest
from django.test import Client as Browser
from django.utils import translation

from analytics.funnel import ENTRY, EXIT, Times, funnel
from deals import figures
from deals.models import Deal
from tests.analytics.february import SINCE, UNTIL, February, february
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
