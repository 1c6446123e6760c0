"""The pages of bulk changes: form, preview, progress, result, all of before."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.actions import bulk
from clients.bulk import running
from clients.bulk.client_records import CLIENTS
from clients.models import BulkChange, Client
from tests.factories import ClientFactory, RegionFactory, UserFactory

FORM = "/clients/bulk/new/"


@pytest.fixture
def head(db):
    return UserFactory(username="head", preset="head_of_sales", language="en")


@pytest.fixture
def http(head, sign_in):
    return sign_in(head)


def asked(http, **given):
    return http.post(FORM, given, headers={"HX-Request": "true"})


def text(response):
    return response.content.decode()


def test_ticked_clients_are_changed_after_a_look(http):
    region = RegionFactory(name="Вологодская область")
    firms = ClientFactory.create_batch(3)
    ids = ",".join(str(f.pk) for f in firms[:2])

    form = http.get(FORM, {"ids": ids, "what": "set:region"})
    assert "Change 2 clients" in text(form)
    preview = asked(http, ids=ids, what="set:region", value=region.pk)
    assert "Вологодская область" in text(preview)
    assert firms[0].name in text(preview)
    change = BulkChange.objects.get()
    assert Client.objects.filter(region=region).count() == 0

    begun = http.post(f"/clients/bulk/{change.pk}/begin/")
    assert begun.status_code == 302
    assert Client.objects.filter(region=region).count() == 2
    page = http.get(f"/clients/bulk/{change.pk}/")
    assert "2 clients changed" in text(page)


def test_all_that_match_are_changed_and_not_only_the_page(http):
    here, there = RegionFactory(), RegionFactory()
    ClientFactory.create_batch(30, region=here)
    ClientFactory()

    asked(http, all="1", here=f"region={here.pk}&after=x", what="set:region", value=there.pk)  # fmt: skip
    change = BulkChange.objects.get()
    http.post(f"/clients/bulk/{change.pk}/begin/")

    assert change.planned_count == 30
    assert Client.objects.filter(region=there).count() == 30


def test_the_result_is_undone_by_a_button(http):
    region = RegionFactory()
    firm = ClientFactory()
    asked(http, ids=str(firm.pk), what="set:region", value=region.pk)
    change = BulkChange.objects.get()
    http.post(f"/clients/bulk/{change.pk}/begin/")

    response = http.post(f"/clients/bulk/{change.pk}/undo/", follow=True)

    assert "1 client returned as it was" in text(response)
    assert "How it was undone" in text(http.get(f"/clients/bulk/{change.pk}/"))
    again = http.post(f"/clients/bulk/{change.pk}/undo/", follow=True)
    assert "undone already" in text(again) or "no longer be undone" in text(again)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"what": "set:region"}, "Choose a value."),
        ({"what": "set:region", "value": "99999999999999999999"}, "no longer be chosen"),
        ({"what": "set:region", "value": "\x00"}, "no longer be chosen"),
        ({"what": "set:region", "value": "none", "ids": ""}, "No client is chosen."),
        ({"what": "set:region", "value": "none", "ids": "", "all": "1", "here": "regoin=5"}, "no filter"),
        ({"what": "set:category", "value": "client"}, "so already"),
        ({"what": "set:region", "value": "none", "ids": "999999999"}, "No client fits"),
    ],
)  # fmt: skip
def test_nonsense_is_told_beside_the_form(http, given, words):
    firm = ClientFactory()

    response = asked(http, **{"ids": str(firm.pk), **given})

    assert response.status_code == 422
    assert words in text(response)
    assert not BulkChange.objects.exists()


def test_an_unknown_deed_offers_the_known_ones(http):
    response = asked(http, ids="1", what="set:salary<script>", value="5")

    assert response.status_code == 422
    assert "<script>" not in text(response).replace("<script src", "")


def test_a_seller_without_the_right_is_refused(db, sign_in):
    http = sign_in(UserFactory(preset="seller"))

    assert http.get(FORM).status_code == 403
    assert http.get("/clients/bulk/").status_code == 403
    assert "bulkable" not in text(http.get("/clients/"))


def test_a_foreign_change_of_someone_narrowed_is_absent(sign_in, head):
    ClientFactory()
    region = RegionFactory()
    way = next(w for w in running.ways.ways_for(head) if w.key == "set:region")
    change = bulk.preview(
        cards=Client.objects.all(), way=way, value=str(region.pk), by=head, at=timezone.now()
    )  # fmt: skip
    role = head.role
    role.pk, role.code, role.scope = None, "narrow", "own"
    role.save()
    other = sign_in(UserFactory(role=role))

    assert other.get(f"/clients/bulk/{change.pk}/").status_code == 404
    assert other.post(f"/clients/bulk/{change.pk}/begin/").status_code == 404


def test_a_running_change_shows_how_far_it_is_and_stops(http, monkeypatch):
    monkeypatch.setattr(CLIENTS, "inline", 0)
    region = RegionFactory()
    firm = ClientFactory()
    asked(http, ids=str(firm.pk), what="set:region", value=region.pk)
    change = BulkChange.objects.get()
    http.post(f"/clients/bulk/{change.pk}/begin/")

    page = http.get(f"/clients/bulk/{change.pk}/")
    assert "Waiting for its turn" in text(page)
    part = http.get(f"/clients/bulk/{change.pk}/progress/")
    assert "progressbar" in text(part)
    http.post(f"/clients/bulk/{change.pk}/stop/")

    assert "stopped" in text(http.get(f"/clients/bulk/{change.pk}/"))
    assert not Client.objects.filter(region=region).exists()


def test_the_list_of_changes_costs_the_same_for_2_and_20(http, head):
    region = RegionFactory()
    way = next(w for w in running.ways.ways_for(head) if w.key == "set:region")

    def make():
        firm = ClientFactory()
        change = bulk.preview(
            cards=Client.objects.filter(pk=firm.pk), way=way, value=str(region.pk), by=head, at=timezone.now()
        )  # fmt: skip
        bulk.begin(change=change, by=head, at=timezone.now())

    def cost():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert http.get(reverse("clients:bulk")).status_code == 200
        return len(queries)

    for _time in range(2):
        make()
    cost()
    few = cost()
    for _time in range(18):
        make()
    assert cost() == few


def test_a_result_costs_the_same_for_2_and_20(http, head):
    region = RegionFactory()

    def cost(count):
        ids = ",".join(str(f.pk) for f in ClientFactory.create_batch(count))
        asked(http, ids=ids, what="set:region", value=region.pk)
        change = BulkChange.objects.order_by("-pk")[0]
        http.post(f"/clients/bulk/{change.pk}/begin/")
        http.get(f"/clients/bulk/{change.pk}/")
        with CaptureQueriesContext(connection) as queries:
            http.get(f"/clients/bulk/{change.pk}/")
        return len(queries)

    assert cost(2) == cost(20)
