"""Processes, stages and what belongs to them, as the administrator changes them."""

import pytest
from django.urls import reverse

from clients.models import ActivityKind
from pipeline.models import PerformerRule, Process, Stage, StageActivity, StageCheck
from tests.factories import ClientFactory, DepartmentFactory, RegionFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(sign_in):
    return sign_in(UserFactory(preset="head_of_sales"))


def names(process):
    stages = process.stages.in_use().order_by("position")
    return list(stages.values_list("name", flat=True))


def test_a_new_company_has_the_eight_stages(process):
    assert process.stages.count() == 8
    assert process.stages.filter(planned__isnull=False).exists()


@pytest.mark.parametrize("page", ["pipeline:processes", "deals:norms"])
def test_who_may_not_change_processes_sees_none_of_it(http, page):
    assert http.get(reverse(page)).status_code == 403


def test_a_blank_process_is_added_and_opened(boss):
    response = boss.post("/settings/processes/add/", {"name": "  Сервис   "}, follow=True)  # fmt: skip

    process = Process.objects.get(name="Сервис")
    assert response.request["PATH_INFO"] == f"/settings/processes/{process.pk}/"
    assert process.position == 2


def test_a_name_that_is_taken_is_refused_beside_the_field(boss, process):
    response = boss.post("/settings/processes/add/", {"name": process.name})

    assert response.status_code == 422
    assert process.name in response.content.decode()


def test_the_conveyor_makes_four_processes_each_going_on_in_the_next(boss):
    boss.post("/settings/processes/add/", {"template": "conveyor"})

    passed, step = [], Process.objects.get(name="Маркетинг")
    while step:
        passed.append(step.name)
        step = step.next_process
    assert passed == ["Маркетинг", "Сбыт", "Оформление", "Обслуживание"]


def test_the_same_template_may_be_taken_twice(boss):
    for _time in range(2):
        boss.post("/settings/processes/add/", {"template": "percents"})

    assert Process.objects.filter(name="Продажа по процентам 2").exists()


def test_an_unknown_template_is_not_found(boss):
    answer = boss.post("/settings/processes/add/", {"template": "x"})

    assert answer.status_code == 404


def test_a_stage_is_added_behind_the_others(boss, process):
    boss.post(f"/settings/processes/{process.pk}/", {"name": "Отзыв", "percent": 100, "norm_days": ""})  # fmt: skip

    assert names(process)[-1] == "Отзыв"


@pytest.mark.parametrize(
    "typed",
    [
        {"name": "", "percent": "10"},
        {"name": "Лишняя", "percent": "101"},
        {"name": "Лишняя", "percent": "-1"},
        {"name": "Лишняя", "percent": "10", "norm_days": "0"},
        {"name": "Лишняя\x00", "percent": "10"},
        {"name": "Лишняя", "percent": "10", "norm_days": "99999999999999999999"},
    ],
)
def test_a_stage_that_cannot_be_is_refused_and_nothing_is_lost(boss, process, typed):
    answer = boss.post(f"/settings/processes/{process.pk}/", typed)

    assert answer.status_code == 422
    assert process.stages.count() == 8


def test_arrows_and_dragging_put_stages_in_another_order(boss, process):
    first, second, third = process.stages.order_by("position")[:3]

    boss.post(f"/settings/stages/{first.pk}/move/", {"to": "down"})
    boss.post(f"/settings/stages/{third.pk}/move/", {"before": second.pk})

    assert names(process)[:3] == [third.name, second.name, first.name]


def test_a_stage_without_deals_is_removed_one_with_deals_retires(boss, process, make_deal):  # fmt: skip
    used, free = process.stages.order_by("position")[:2]
    make_deal(stage=used, state="won")

    for stage in (used, free):
        boss.post(f"/settings/stages/{stage.pk}/retire/")

    assert not Stage.objects.filter(pk=free.pk).exists()
    used.refresh_from_db()
    assert used.retired_at
    boss.post(f"/settings/stages/{used.pk}/retire/", {"back": "1"})
    assert names(process)[-1] == used.name


def test_the_last_stage_and_the_last_process_stay(boss, process):
    Stage.objects.exclude(pk=process.stages.first().pk).delete()

    boss.post(f"/settings/stages/{process.stages.get().pk}/retire/")
    boss.post(f"/settings/processes/{process.pk}/retire/")

    assert process.stages.in_use().count() == 1
    assert Process.objects.in_use().get() == process


def test_a_process_with_deals_retires_and_comes_back(boss, process, make_deal):
    make_deal()
    boss.post("/settings/processes/add/", {"name": "Вторая"})

    boss.post(f"/settings/processes/{process.pk}/retire/")
    assert not Process.objects.in_use().filter(pk=process.pk).exists()
    boss.post(f"/settings/processes/{process.pk}/retire/", {"back": "1"})

    assert Process.objects.in_use().filter(pk=process.pk).exists()


def test_processes_that_go_round_in_a_circle_are_refused(boss, process):
    other = Process.objects.create(name="Дальше", next_process=process)
    typed = {"name": process.name, "success_condition": "none", "next_process": other.pk}  # fmt: skip

    answer = boss.post(f"/settings/processes/{process.pk}/change/", typed)

    assert answer.status_code == 422
    process.refresh_from_db()
    assert process.next_process is None


def test_a_stage_keeps_what_its_page_says(boss, process):
    stage, following = process.stages.order_by("position")[:2]
    typed = {"name": "Знакомство", "name_en": "Acquaintance", "percent": 5, "norm_days": 4, "hint": "Позвонить", "hint_en": "Call", "next_stages": [following.pk], "required_fields": ["amount", "lines"]}  # fmt: skip

    boss.post(f"/settings/stages/{stage.pk}/", typed)

    stage.refresh_from_db()
    assert (stage.name, stage.percent, stage.norm_days, stage.hint_en) == ("Знакомство", 5, 4, "Call")  # fmt: skip
    assert list(stage.next_stages.all()) == [following]
    assert stage.required_fields == ["amount", "lines"]


def test_a_changed_stage_leaves_the_passages_as_they_were(boss, process, make_deal):
    stage = process.stages.order_by("position")[1]
    deal = make_deal(stage=stage)
    was = deal.passages.get()

    boss.post(f"/settings/stages/{stage.pk}/", {"name": stage.name, "percent": 99, "norm_days": 99})  # fmt: skip

    now = deal.passages.get()
    assert (now.percent, now.norm_days) == (was.percent, was.norm_days)


def test_a_stage_of_another_process_cannot_follow(boss, process):
    stranger = Stage.objects.create(process=Process.objects.create(name="Иной"), position=1, percent=0, name="Иная")  # fmt: skip
    stage = process.stages.first()

    answer = boss.post(f"/settings/stages/{stage.pk}/", {"name": "А", "percent": 1, "next_stages": [stranger.pk]})  # fmt: skip

    assert answer.status_code == 422


def test_checklist_activities_and_rules_are_added_ordered_and_removed(boss, process):
    stage = process.stages.order_by("position")[0]
    page, kind = f"/settings/stages/{stage.pk}", ActivityKind.objects.first()
    StageActivity.objects.all().delete()

    for name in ("Первое", "Второе"):
        boss.post(f"{page}/checks/new/", {"name": name, "required": "on"})
    boss.post(f"{page}/planned/new/", {"name": "Позвонить", "kind": kind.pk, "after_days": 2, "for_whom": "performer"})  # fmt: skip
    boss.post(f"{page}/rules/new/", {"picking": "least_loaded", "department": DepartmentFactory().pk, "hands_over": "on"})  # fmt: skip
    second = StageCheck.objects.get(name="Второе")
    boss.post(f"/settings/stages/checks/{second.pk}/move/", {"to": "up"})

    assert list(stage.checks.values_list("name", flat=True)) == ["Второе", "Первое"]
    assert stage.planned.get().after_days == 2
    assert stage.performer_rules.get().hands_over
    boss.post(f"/settings/stages/checks/{second.pk}/remove/")
    assert stage.checks.get().name == "Первое"
    html = boss.get(f"{page}/").content.decode()
    assert "Позвонить" in html


def test_a_rule_without_a_person_is_refused(boss, process):
    stage = process.stages.first()

    answer = boss.post(f"/settings/stages/{stage.pk}/rules/new/", {"picking": "named"})

    assert answer.status_code == 422
    assert not PerformerRule.objects.exists()


def test_trying_shows_whom_each_stage_gets_and_why(boss, process):
    region, chosen = RegionFactory(), UserFactory(last_name="Избранная")
    client = ClientFactory(name="Пример Пробный", region=region, curator=UserFactory(last_name="Кураторова"))  # fmt: skip
    PerformerRule.objects.create(stage=process.stages.first(), user=chosen, region=region)  # fmt: skip

    page = f"/settings/processes/{process.pk}/try/"
    assert f"?client={client.pk}" in boss.get(page, {"q": "пробный"}).content.decode()
    html = boss.get(page, {"client": client.pk}).content.decode()

    assert "Избранная" in html and "Кураторова" in html


def test_trying_with_a_client_that_is_not_there_is_not_found(boss, process):
    page = f"/settings/processes/{process.pk}/try/"

    assert boss.get(page, {"client": "9" * 30}).status_code == 404


def test_pages_cost_the_same_for_few_and_for_many(boss, process, django_assert_max_num_queries):  # fmt: skip
    for n in range(20):
        Process.objects.create(name=f"Процесс {n}", position=n + 2)
        Stage.objects.create(process=process, position=100 + n, percent=100, name=f"С {n}")  # fmt: skip

    for page in ("/settings/processes/", f"/settings/processes/{process.pk}/", f"/settings/stages/{process.stages.first().pk}/"):  # fmt: skip
        with django_assert_max_num_queries(14):
            assert boss.get(page).status_code == 200
