"""How many open deals stand at each stage, kept beside plain counting of the deals after every kind of change."""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db.models import F
from django.utils import timezone

from analytics import rollups
from clients.actions.bin import take_back, throw_away
from clients.models import BinEntry
from deals.models import Deal, RefusalReason, Standing, StandingChange
from deals.team import kept_standing
from pipeline.models import Stage
from tests.deals.money import a_deal
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def plainly() -> dict[int, int]:
    """Every deal in Python, one by one."""
    found: Counter[int] = Counter()
    for deal in Deal.with_bin.all():
        if deal.state == "open" and deal.bin_id is None and deal.stage_id:
            found[deal.stage_id] += 1
    return dict(found)


@pytest.mark.parametrize("at_once", [False, True])
def test_every_change_of_a_deal_is_counted_at_once(at_once):
    head = UserFactory(is_superuser=True)
    first, second = a_deal(), a_deal()
    other = Stage.objects.create(process=first.process, position=99, percent=50, name="Дальше", norm_days=5)  # fmt: skip
    entries: list[BinEntry] = []
    d = Deal.with_bin.filter
    now = timezone.now()
    changes: list[Callable[[], object]] = [
        lambda: d(pk=first.pk).update(stage=other),
        lambda: Deal.objects.update(stage=other),
        lambda: d(pk=first.pk).update(state="won", closed_at=now),
        lambda: d(pk=first.pk).update(state="open", closed_at=None),
        lambda: d(pk=second.pk).update(state="lost", closed_at=now, reason=RefusalReason.objects.order_by("pk")[0], refusal_stage=F("stage")),
        lambda: entries.append(throw_away(thing=d(pk=first.pk).get(), by=head, at=now)),
        lambda: take_back(entry=entries[0], by=head, at=now),
        lambda: a_deal(),
    ]  # fmt: skip
    assert kept_standing.read() == plainly()
    for change in changes:
        before = plainly()
        change()
        assert kept_standing.read() == plainly() != before
        if at_once:
            rollups.catch_up()
            assert not StandingChange.objects.exists()
            assert kept_standing.read() == plainly()
    assert kept_standing.KEPT.differences() == []


def test_what_counts_nowhere_is_not_noted():
    deal = a_deal()
    rollups.catch_up()

    Deal.objects.filter(pk=deal.pk).update(title="Иначе", amount=5)

    assert not StandingChange.objects.exists()


def test_a_stage_that_is_kept_otherwise_is_told_and_mended():
    deal = a_deal()
    rollups.catch_up()
    Standing.objects.filter(stage_id=deal.stage_id).update(n=9)

    assert kept_standing.KEPT.differences() == [("standing", deal.stage_id, None)]
    kept_standing.KEPT.rebuild()
    assert kept_standing.KEPT.differences() == []
