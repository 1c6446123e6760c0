"""Norms proposed from own history: which passages count, what is proposed, taken, declined."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from deals.models import PassagePause
from deals.norms_from_history import histories, sample_of
from pipeline.models import Norm
from tests.factories import ClientFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def boss(sign_in):
    return sign_in(UserFactory(preset="head_of_sales"))


@pytest.fixture
def stage(process):
    return process.stages.order_by("position")[2]


@pytest.fixture
def passed(make_deal, stage):
    """`passed(day)` → a won deal that stood at the stage from Monday 2 November 2026 to that day of November."""

    def made(day, **fields):
        deal = make_deal(stage=stage, **{"state": "won", **fields})
        passage = deal.passages.get()
        passage.entered_at = datetime(2026, 11, 2, 10, tzinfo=MOSCOW)
        passage.left_at = datetime(2026, 11, day, 18, tzinfo=MOSCOW)
        passage.outcome = "forward" if deal.state == "won" else deal.state
        passage.save()
        return passage

    return made


def test_a_percentile_is_the_least_number_of_days_that_is_enough():
    sample = sample_of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])

    assert [sample.percentile(p) for p in (50, 75, 90)] == [5, 8, 9]
    assert sample_of([0]).percentile(50) == 1


def test_only_won_deals_that_count_in_norms_are_read_in_working_days(stage, passed):
    passed(13)
    passed(20, state="lost")
    passed(20, in_norms=False)
    waited = passed(13)
    PassagePause.objects.create(passage=waited, since="2026-11-09", until="2026-11-12", reason="Отпуск", set_by=UserFactory())  # fmt: skip

    history = histories([stage])[stage.pk]

    # 4 November is a day off; of 8 working days the pause takes three.
    assert history.whole.days == (5, 8)


def test_too_few_passages_propose_nothing(boss, passed):
    passed(13)

    assert "слишком мало" in boss.get("/settings/norms/").content.decode()


def test_what_history_proposes_is_taken_with_its_sample(boss, stage, passed):
    for day in (5, 6, 9, 10, 11, 12, 13, 16, 17, 18):
        passed(day)

    boss.post(f"/settings/norms/stages/{stage.pk}/accept/", {"percentile": 75})

    stage.refresh_from_db()
    norm = Norm.objects.get(stage=stage)
    assert (stage.norm_days, norm.days, norm.percentile, norm.sample) == (9, 9, 75, 10)


def test_a_segment_with_history_enough_gets_its_own_norm(boss, stage, passed):
    region = RegionFactory()
    for _n in range(10):
        passed(6, client=ClientFactory(region=region))
        passed(18)

    html = boss.get("/settings/norms/", {"segment": "region"}).content.decode()
    assert region.name in html
    boss.post(f"/settings/norms/stages/{stage.pk}/accept/", {"percentile": 75, "segment": "region", "entry": region.pk})  # fmt: skip

    assert Norm.objects.get(region=region).days == 3


def test_what_was_declined_is_not_urged_again(boss, stage, passed):
    for _n in range(10):
        passed(10)

    boss.post(f"/settings/norms/stages/{stage.pk}/decline/", {"percentile": 75})

    html = boss.get("/settings/norms/").content.decode()
    assert "отклонено" in html
    stage.refresh_from_db()
    assert stage.norm_days != 5


def test_days_that_history_does_not_propose_cannot_be_sent_as_its_own(boss, stage):
    boss.post(f"/settings/norms/stages/{stage.pk}/accept/", {"percentile": 75, "days": 1})  # fmt: skip

    assert not Norm.objects.exists()


def test_a_norm_is_typed_emptied_and_refused(boss, stage):
    page = f"/settings/norms/stages/{stage.pk}/"

    boss.post(page, {"days": "11"})
    stage.refresh_from_db()
    assert stage.norm_days == 11
    boss.post(page, {"days": "-4"})
    stage.refresh_from_db()
    assert stage.norm_days == 11
    boss.post(page, {"days": ""})
    stage.refresh_from_db()
    assert stage.norm_days is None


def test_a_segment_has_one_norm(boss, stage):
    typed = {"region": RegionFactory().pk, "days": 3}
    page = f"/settings/norms/stages/{stage.pk}/segment/"

    assert boss.post(page, typed).status_code == 302
    assert boss.post(page, typed).status_code == 422
    assert boss.post(page, {"days": 3}).status_code == 422
    norm = Norm.objects.get()
    boss.post(f"/settings/norms/{norm.pk}/remove/")
    assert not Norm.objects.exists()


@pytest.mark.parametrize("query", ["?percentile=x&segment=zz", "?segment=group"])
def test_odd_addresses_show_the_usual_page(boss, query):
    assert boss.get(f"/settings/norms/{query}").status_code == 200


def test_a_process_that_is_not_there_is_not_found(boss):
    assert boss.get("/settings/norms/?process=1x").status_code == 404
