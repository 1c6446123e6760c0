"""One change to many deals: previewed, made by each deal's own verb, watched, stopped, given back."""

import pytest
from django.utils import timezone

from clients.bulk import running
from clients.models import BulkChange
from deals.actions import deals as actions
from deals.bulk_ways import DEALS
from deals.models import Deal
from salesexpert.notices.models import Notice
from tests.clients.test_bulk_running import _with_presets
from tests.deals.money import a_deal
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(db):
    return UserFactory(preset="head_of_sales", language="en")


@pytest.fixture
def http(head, sign_in):
    return sign_in(head)


@pytest.fixture
def firm(user):
    return ClientFactory(curator=user, name="Вымпел-Образец")


def opened(user, firm, title) -> Deal:
    return actions.open_deal(by=user, client=firm, title=title)


def previewed(http, deals, what, value, **more):
    asked = {"ids": ",".join(str(d.pk) for d in deals), "what": what, "value": value}
    page = http.post("/deals/bulk/", asked | more, HTTP_HX_REQUEST="true")
    return page, BulkChange.objects.order_by("-pk").first()


def test_many_deals_are_changed_after_a_preview_and_given_back(http, user, firm):
    deals = [opened(user, firm, f"Сделка {n}") for n in range(3)]

    page, change = previewed(http, deals, "priority", "4")
    assert "Сделка 2" in page.text
    assert "Change 3 deals" in page.text
    assert not Deal.objects.filter(priority=4).exists()
    http.post(f"/deals/bulk/{change.pk}/begin/")
    assert Deal.objects.filter(priority=4).count() == 3

    actions.change_deal(deals[0].pk, by=user, changes={"priority": 1})
    http.post(f"/deals/bulk/{change.pk}/undo/")
    assert sorted(Deal.objects.values_list("priority", flat=True)) == [1, 2, 2]
    result = http.get(f"/deals/bulk/{change.undo.pk}/?show=left").text
    assert "changed by somebody else meanwhile" in result
    assert "2 deals returned as they were" in result
    listed = http.get("/deals/bulk/changes/").text
    assert "Priority: " in listed
    assert "undone" in listed
    assert http.get(f"/clients/bulk/{change.pk}/").status_code == 404


def test_a_bulk_move_leaves_what_the_stage_holds_back_and_says_so(http, user, firm):
    free, held, gone = (opened(user, firm, title) for title in ("Свободная", "С условием", "Ушедшая"))  # fmt: skip
    target = free.process.stages.order_by("position")[1]
    free.stage.required_fields = ["expected_on"]
    free.stage.save()
    for deal in (free, gone):
        actions.change_deal(deal.pk, by=user, changes={"expected_on": timezone.localdate()})  # fmt: skip
    apart = a_deal(title="Чужой процесс")

    _page, change = previewed(http, (), "stage", target.pk, all="1", here="")
    assert (change.planned_count, change.closed_count) == (3, 1)
    actions.move(gone.pk, by=user, to=target)
    http.post(f"/deals/bulk/{change.pk}/begin/")

    assert Deal.objects.get(pk=free.pk).stage == target
    assert Deal.objects.get(pk=held.pk).stage == held.stage
    assert Deal.objects.get(pk=apart.pk).stage == apart.stage
    outcomes = dict(change.items.values_list("object_id", "outcome"))
    assert outcomes == {free.pk: "changed", held.pk: "refused", gone.pk: "other"}
    assert "something it needs is missing" in http.get(f"/deals/bulk/{change.pk}/?show=left").text  # fmt: skip


def test_a_filter_that_means_nothing_changes_nothing(http, user, firm):
    opened(user, firm, "Сделка")

    page, change = previewed(http, (), "priority", "4", all="1", here="expected_from=31.02.2026")  # fmt: skip

    assert page.status_code == 422
    assert change is None


def test_a_running_change_shows_how_far_it_is_and_stops(http, user, firm, monkeypatch):
    monkeypatch.setattr(DEALS, "inline", 0)
    _page, change = previewed(http, [opened(user, firm, "Сделка")], "priority", "4")
    http.post(f"/deals/bulk/{change.pk}/begin/")

    assert "Waiting for its turn" in http.get(f"/deals/bulk/{change.pk}/").text
    assert "progressbar" in http.get(f"/deals/bulk/{change.pk}/progress/").text
    http.post(f"/deals/bulk/{change.pk}/stop/")

    assert "Go on" in http.get(f"/deals/bulk/{change.pk}/").text
    assert not Deal.objects.filter(priority=4).exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_hands_many_deals_over_and_gives_them_back(sign_in):
    _with_presets()
    head = UserFactory(preset="head_of_sales", language="en")
    to = UserFactory(username="boris")
    first = a_deal()
    Deal.objects.bulk_create(
        Deal(client=first.client, title=f"Проба {n}", process=first.process, stage=first.stage, responsible=head, opened_at=timezone.now())
        for n in range(60)
    )  # fmt: skip
    http = sign_in(head)
    _page, change = previewed(http, (), "responsible", to.pk, all="1", here="")

    def state(pk):
        return BulkChange.objects.values_list("state", "changed_count").get(pk=pk)

    # What a worker does; that one hears the bell is seen in tests/clients/test_bulk_running.py.
    http.post(f"/deals/bulk/{change.pk}/begin/")
    while not running.run(change.pk):
        pass
    assert state(change.pk) == ("done", 61)
    assert not Deal.objects.exclude(responsible=to).exists()
    http.post(f"/deals/bulk/{change.pk}/undo/")
    while not running.run(change.pk + 1):
        pass

    assert Deal.objects.filter(responsible=head).count() == 60
    assert Notice.objects.filter(user=to).count() == 1
