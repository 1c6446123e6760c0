"""Who works at a stage: the first rule that fits, the load of people, else the curator."""

import pytest

from deals.performers import choose_performer, pick_performer
from pipeline.models import Norm, PerformerRule, Process, Stage
from pipeline.norms import norm_of
from tests.factories import (
    ClientFactory,
    DepartmentFactory,
    IndustryFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return Stage.objects.filter(process=Process.objects.first()).first()


@pytest.fixture
def firm():
    return ClientFactory(
        curator=UserFactory(), region=RegionFactory(), industry=IndustryFactory()
    )


def test_without_rules_the_curator_works_at_the_stage(stage, firm):
    assert pick_performer(stage, firm) == firm.curator


def test_the_first_rule_that_fits_the_segment_decides(stage, firm):
    stranger, ours = UserFactory(), UserFactory()
    PerformerRule.objects.create(stage=stage, position=1, user=stranger, region=RegionFactory())  # fmt: skip
    PerformerRule.objects.create(stage=stage, position=2, user=ours, region=firm.region, hands_over=True)  # fmt: skip
    PerformerRule.objects.create(stage=stage, position=3, user=stranger)

    choice = choose_performer(stage, firm)

    assert (choice.user, choice.hands_over) == (ours, True)


def test_whoever_has_left_gives_way_to_the_curator_and_hands_nothing_over(stage, firm):
    gone = UserFactory(is_active=False)
    PerformerRule.objects.create(stage=stage, user=gone, hands_over=True)

    choice = choose_performer(stage, firm)

    assert (choice.user, choice.hands_over) == (firm.curator, False)


def test_the_least_loaded_of_a_department_is_who_performs_the_fewest_open_deals(
    stage, firm, make_deal
):
    department = DepartmentFactory()
    busy, free = UserFactory(department=department), UserFactory(department=DepartmentFactory(parent=department))  # fmt: skip
    PerformerRule.objects.create(stage=stage, picking="least_loaded", department=department)  # fmt: skip
    make_deal(performer=busy)
    make_deal(performer=free, state="won")

    assert pick_performer(stage, firm) == free


def test_the_head_of_a_department_is_whom_its_people_name(stage, firm):
    department = DepartmentFactory()
    head = UserFactory(department=department)
    UserFactory(department=department, head=head)
    PerformerRule.objects.create(stage=stage, picking="head", department=department)

    assert pick_performer(stage, firm) == head


def test_the_norm_of_the_narrowest_segment_holds(stage, firm):
    Norm.objects.create(stage=stage, region=firm.region, days=9)
    Norm.objects.create(stage=stage, region=firm.region, industry=firm.industry, days=4)
    Norm.objects.create(stage=stage, industry=IndustryFactory(), days=1)

    assert norm_of(stage, firm) == 4
    assert norm_of(stage, ClientFactory(region=firm.region)) == 9
    assert norm_of(stage, ClientFactory()) == stage.norm_days
