"""How the demo company's history is told, before a row of it is written."""

from datetime import date
from typing import Any

from salesexpert.desk.demo.generating import Batch, Plan
from salesexpert.desk.demo.scales import SCALES
from salesexpert.desk.demo.telling import Teller
from tests.conftest import load_presets


def test_work_crowded_into_one_day_settles_nothing_before_it_was_said(db, monkeypatch):
    def one_day(teller: Teller, beats: list[Any], *_: bool) -> list[int]:
        return [teller.calendar.today - 5] * len(beats)

    monkeypatch.setattr(Teller, "_places", one_day)
    load_presets()  # a file of tests with real transactions may have run before
    plan = Plan(SCALES["tiny"], seed=1, until=date(2026, 11, 20))
    share = next(plan.shares())
    batch, settled = Batch(plan, share), 0
    for place, firm in enumerate(share.firms):
        card = batch._card(share.first + place, firm)
        moments = [deed.feed_at for deed in card.deeds if deed.status == "done"]
        assert moments == sorted(moments)
        for _, _, _, _, made_at, _, settled_at, _ in card.commitments:
            if settled_at is not None:
                assert made_at <= settled_at
                settled += 1
    assert settled > 20
