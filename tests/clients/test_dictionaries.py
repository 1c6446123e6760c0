"""Settings pages of the dictionaries: add, rename, order, retire, merge, delete."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from clients import entry_moves, kinds
from clients.dictionaries import ALL
from clients.models import (
    ActivityGoal,
    ActivityResult,
    BinEntry,
    Campaign,
    Client,
    ClientDimension,
    ClientProduct,
    Dimension,
    DimensionValue,
    EntryMerge,
    LegalForm,
    Product,
    Region,
    RelationshipMove,
    RelationshipType,
    Selection,
)
from salesexpert.audit.models import JournalEntry
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}


@pytest.fixture
def head(sign_in):
    return sign_in(UserFactory(preset="head_of_sales"))


def names(model, **narrowed):
    rows = model.objects.filter(merged_into=None, **narrowed)
    return list(rows.values_list("name", flat=True))


def page(slug):
    return f"/settings/dictionaries/{slug}/"


@pytest.mark.parametrize("slug", [d.slug for d in ALL])
def test_every_dictionary_has_its_page_and_the_hub_leads_there(head, slug):
    assert page(slug) in head.get("/settings/dictionaries/").text
    assert head.get(page(slug)).status_code == 200


def test_a_seller_may_not_change_dictionaries(sign_in):
    region = RegionFactory()
    seller = sign_in(UserFactory(preset="seller"))

    assert seller.get("/settings/dictionaries/").status_code == 403
    for tail in ("", "usage/", "sort/", *(f"{region.pk}/{deed}" for deed in ("", "move/", "retire/", "merge/", "delete/"))):  # fmt: skip
        assert seller.post(page("regions") + tail).status_code in {403, 405}
    assert "/settings/dictionaries/" not in seller.get("/settings/").text


def test_an_unknown_dictionary_or_entry_is_absent(head):
    assert head.get(page("planets")).status_code == 404
    assert head.get(f"{page('regions')}999999/").status_code == 404
    assert head.get(f"{page('goals')}?of=x").status_code == 404


def test_an_entry_is_added_in_place_at_the_end(head):
    RegionFactory(name="Первый", position=1)

    answer = head.post(page("regions"), {"name": " Новый   край ", "name_en": "New land"}, headers=HX)  # fmt: skip

    assert answer.status_code == 200
    assert "Новый край" in answer.text
    assert names(Region)[-1] == "Новый край"
    assert JournalEntry.objects.filter(verb="entry.added").exists()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("ПЕРВЫЙ", "is here already"),
        ("", "required"),
        ("«»", "letter or a digit"),
        ("x" * 161, "160"),
        ("a\x00b", "ull characters"),
    ],
)
def test_a_wrong_name_is_refused_beside_the_field_and_stays_typed(sign_in, typed, said):  # fmt: skip
    RegionFactory(name="Первый")
    head = sign_in(UserFactory(preset="head_of_sales", language="en"))
    before = Region.objects.count()

    answer = head.post(page("regions"), {"name": typed, "name_en": "kept"}, headers=HX)

    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="kept"' in answer.text
    assert Region.objects.count() == before


def test_a_retired_name_says_that_it_can_be_taken_back(head):
    RegionFactory(name="Старый", retired_at=timezone.now())

    answer = head.post(page("regions"), {"name": "старый"}, headers=HX)

    assert answer.status_code == 422
    assert "Старый" in answer.text


def test_further_columns_are_kept(head):
    head.post(page("products"), {"name": "Насос", "code": "Н-15"})
    head.post(page("campaigns"), {"name": "Весна", "starts_on": "2026-03-01", "ends_on": "2026-03-31"})  # fmt: skip
    head.post(page("legal-forms"), {"name": "КФХ", "full_name": "Крестьянское хозяйство"})  # fmt: skip
    head.post(page("relationships"), {"name": "Дилер", "step": "4"})

    assert Product.objects.get(name="Насос").code == "Н-15"
    assert Campaign.objects.get(name="Весна").ends_on.day == 31
    assert LegalForm.objects.get(name="КФХ").full_name.startswith("Крест")
    assert RelationshipType.objects.get(name="Дилер").step == 4


def test_a_campaign_does_not_end_before_it_starts(head):
    answer = head.post(page("campaigns"), {"name": "Весна", "starts_on": "2026-03-31", "ends_on": "2026-03-01"}, headers=HX)  # fmt: skip

    assert answer.status_code == 422
    assert not Campaign.objects.filter(name="Весна").exists()


def test_a_kind_is_renamed_with_its_icon_and_the_card_shows_it_at_once(head):
    kind = kinds.book().by_code("fax")

    answer = head.post(
        f"{page('activity-kinds')}{kind.pk}/",
        {"name": "Телефакс", "name_en": "Telefax", "icon": "printer", "default_minutes": "7"},
        headers=HX,
    )  # fmt: skip

    assert answer.status_code == 204
    assert "entries-changed" in answer["HX-Trigger"]
    kept = kinds.book().by_code("fax")
    assert (kept.name, kept.icon, kept.default_minutes) == ("Телефакс", "printer", 7)


def test_an_icon_that_is_none_of_ours_is_refused(head):
    kind = kinds.book().by_code("fax")

    answer = head.post(
        f"{page('activity-kinds')}{kind.pk}/",
        {"name": "Факс", "icon": "skull", "default_minutes": "7"},
        headers=HX,
    )

    assert answer.status_code == 422


def test_goals_stand_kind_by_kind_and_the_same_name_may_stand_in_two(head):
    call, meeting = (kinds.book().by_code(code) for code in ("call", "meeting"))

    for kind in (call, meeting):
        head.post(f"{page('goals')}?of={kind.pk}", {"name": "Проверить связь"})

    found = ActivityGoal.objects.filter(name="Проверить связь")
    assert {goal.kind_id for goal in found} == {call.pk, meeting.pk}


def test_results_without_a_kind_fit_all(head):
    head.post(page("results"), {"name": "Всё хорошо"})

    assert ActivityResult.objects.get(name="Всё хорошо").kind is None


def test_arrows_and_dragging_put_entries_in_order(head):
    Region.objects.all().delete()
    a, b, c = (RegionFactory(name=name, position=0) for name in "абв")

    head.post(f"{page('regions')}{c.pk}/move/", {"to": "up"})
    assert names(Region) == ["а", "в", "б"]
    head.post(f"{page('regions')}{b.pk}/move/", {"before": a.pk})
    assert names(Region) == ["б", "а", "в"]
    head.post(f"{page('regions')}{b.pk}/move/", {"after": c.pk})
    assert names(Region) == ["а", "в", "б"]
    head.post(f"{page('regions')}{b.pk}/move/", {"before": "nonsense"})
    head.post(f"{page('regions')}sort/")
    assert names(Region) == ["а", "б", "в"]


def test_a_retired_entry_stays_on_its_records_and_is_offered_no_more(head):
    region = RegionFactory(name="Тихий край")
    client = ClientFactory(region=region)

    head.post(f"{page('regions')}{region.pk}/retire/", headers=HX)

    region.refresh_from_db()
    client.refresh_from_db()
    assert region.retired_at and client.region == region
    assert region not in Region.objects.in_use()
    head.post(f"{page('regions')}{region.pk}/retire/", {"back": "1"}, headers=HX)
    assert region in Region.objects.in_use()


def test_the_only_type_of_a_step_cannot_be_retired(head):
    regular = RelationshipType.objects.in_use().get(step=4)

    answer = head.post(f"{page('relationships')}{regular.pk}/retire/", headers=HX)

    assert answer.status_code == 422
    assert answer["HX-Retarget"] == "#dialog"
    regular.refresh_from_db()
    assert regular.retired_at is None


# ── merging ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def merge(http, slug, source, target):
    return http.post(f"{page(slug)}{source.pk}/merge/", {"into": target.pk}, headers=HX)  # fmt: skip


def test_a_merge_shows_what_moves_then_moves_everything(head):
    msk, moscow = RegionFactory(name="Мск"), RegionFactory(name="Москва")
    clients = [ClientFactory(region=msk) for _ in range(3)]

    preview = head.get(f"{page('regions')}{msk.pk}/merge/", headers=HX)
    answer = merge(head, "regions", msk, moscow)

    assert ">3<" in preview.text
    assert answer.status_code == 204
    assert set(Client.objects.filter(region=moscow)) == set(clients)
    msk.refresh_from_db()
    assert msk.merged_into == moscow and msk.retired_at
    entry = JournalEntry.objects.get(verb="entry.merged")
    assert entry.detail["into"] == moscow.pk
    assert "«Мск»" in head.get("/journal/").text


def test_a_row_that_would_stand_twice_stands_once_after_a_merge(head):
    one, other = (Product.objects.create(name=name) for name in ("Насос-1", "Насос 1а"))
    both, single = ClientFactory(), ClientFactory()
    for product in (one, other):
        ClientProduct.objects.create(client=both, product=product, kind="interest")
    ClientProduct.objects.create(client=single, product=one, kind="interest")

    merge(head, "products", one, other)

    links = ClientProduct.objects.values_list("client", "product")
    assert sorted(links) == sorted([(both.pk, other.pk), (single.pk, other.pk)])


def test_merging_dimensions_joins_values_of_one_name_and_keeps_one_a_client(head):
    size, scale = (Dimension.objects.create(name=name) for name in ("Размер", "Масштаб"))  # fmt: skip
    small, big = (DimensionValue.objects.create(dimension=size, name=name) for name in ("Малый", "Большой"))  # fmt: skip
    small2 = DimensionValue.objects.create(dimension=scale, name="малый")
    one, two = ClientFactory(), ClientFactory()
    ClientDimension.objects.create(client=one, dimension=size, value=small)
    ClientDimension.objects.create(client=two, dimension=size, value=big)
    ClientDimension.objects.create(client=two, dimension=scale, value=small2)

    assert merge(head, "dimensions", size, scale).status_code == 204

    got = {(d.client_id, d.dimension_id, d.value_id) for d in ClientDimension.objects.all()}  # fmt: skip
    assert got == {(one.pk, scale.pk, small2.pk), (two.pk, scale.pk, small2.pk)}
    big.refresh_from_db()
    assert big.dimension == scale


def test_merging_kinds_takes_their_goals_and_activities_along(head):
    fax, letter = (kinds.book().by_code(code) for code in ("fax", "letter"))
    goal = ActivityGoal.objects.create(kind=fax, name="Отправить счёт")
    activity = ActivityFactory(kind=fax)

    merge(head, "activity-kinds", fax, letter)

    activity.refresh_from_db()
    goal.refresh_from_db()
    assert (activity.kind, goal.kind) == (letter, letter)
    assert kinds.book().kind(fax.pk).retired_at is not None


def test_the_log_of_moves_keeps_the_old_name(head):
    cold = RelationshipType.objects.in_use().get(step=1)
    other = RelationshipType.objects.create(name="Совсем холодный", step=1)
    client = ClientFactory(relationship=other)
    RelationshipMove.objects.create(client=client, to_type=other, at=timezone.now())

    merge(head, "relationships", other, cold)

    client.refresh_from_db()
    assert client.relationship == cold
    assert RelationshipMove.objects.get(client=client).to_type == other


def test_saved_selections_and_old_addresses_follow_a_merge(head, user):
    msk, moscow = RegionFactory(name="Мск"), RegionFactory(name="Москва")
    client = ClientFactory(region=msk, name="Меридиан-Пример")
    kept = Selection.objects.create(name="Столица", owner=user, parameters=f"region={msk.pk}&sort=name")  # fmt: skip

    merge(head, "regions", msk, moscow)

    kept.refresh_from_db()
    assert kept.parameters == f"region={moscow.pk}&sort=name"
    old = head.get("/clients/", {"region": msk.pk})
    assert client.name in old.text


def test_a_merged_name_cannot_be_added_or_taken_back(head):
    msk, moscow = RegionFactory(name="Мск"), RegionFactory(name="Москва")
    merge(head, "regions", msk, moscow)

    assert head.post(page("regions"), {"name": "Мск"}, headers=HX).status_code == 422
    back = head.post(f"{page('regions')}{msk.pk}/retire/", {"back": "1"}, headers=HX)
    assert back.status_code == 422


def test_an_entry_merges_neither_into_itself_nor_into_a_retired_one_nor_across_kinds(head):  # fmt: skip
    one, gone = RegionFactory(), RegionFactory(retired_at=timezone.now())
    call, meeting = (kinds.book().by_code(code) for code in ("call", "meeting"))
    mine = ActivityGoal.objects.create(kind=call, name="Одно")
    theirs = ActivityGoal.objects.create(kind=meeting, name="Другое")

    assert merge(head, "regions", one, one).status_code == 422
    assert merge(head, "regions", one, gone).status_code == 422
    assert merge(head, "goals", mine, theirs).status_code == 422


def test_a_chain_of_merges_ends_at_the_last_one(head):
    a, b, c = RegionFactory(), RegionFactory(), RegionFactory()

    merge(head, "regions", a, b)
    merge(head, "regions", b, c)

    a.refresh_from_db()
    assert a.merged_into == c


def test_a_large_merge_goes_on_in_the_background_and_a_fallen_one_is_taken_up(head, monkeypatch):  # fmt: skip
    monkeypatch.setattr("clients.actions.dictionaries.AT_ONCE", 2)
    monkeypatch.setattr("clients.entry_moves.CHUNK", 2)
    msk, moscow = RegionFactory(name="Мск"), RegionFactory(name="Москва")
    for _ in range(5):
        ClientFactory(region=msk)

    merge(head, "regions", msk, moscow)

    job = EntryMerge.objects.get()
    assert job.total == 5 and job.finished_at is None
    assert "Мск" in head.get(page("regions")).text
    now = timezone.now()
    assert entry_moves.move_on(job.pk, at=now) is False
    assert entry_moves.abandoned(at=now) == []
    assert entry_moves.abandoned(at=now + timedelta(seconds=30)) == [job.pk]
    while not entry_moves.move_on(job.pk, at=now):
        pass
    job.refresh_from_db()
    assert job.moved == 5 and job.finished_at
    assert Client.objects.filter(region=moscow).count() == 5


def unmerge(http, slug, source):
    return http.post(f"{page(slug)}{source.pk}/unmerge/", headers=HX)


def test_a_merge_taken_back_gives_everything_back_but_what_was_changed_since(head, user):  # fmt: skip
    msk, moscow, tula = (RegionFactory(name=name) for name in ("Мск", "Москва", "Тула"))
    ours, changed, theirs = (ClientFactory(region=r) for r in (msk, msk, moscow))
    kept = Selection.objects.create(name="Столица", owner=user, parameters=f"region={msk.pk}")  # fmt: skip
    merge(head, "regions", msk, moscow)
    Client.objects.filter(pk=changed.pk).update(region=tula)

    assert "/unmerge/" in head.get(page("regions"), {"show": "merged"}).text
    answer = unmerge(head, "regions", msk)

    assert answer.status_code == 204 and "1" in json.loads(answer["HX-Trigger"])["toast"]["text"]  # fmt: skip
    regions = dict(Client.objects.values_list("pk", "region"))
    assert regions == {ours.pk: msk.pk, changed.pk: tula.pk, theirs.pk: moscow.pk}
    msk.refresh_from_db()
    kept.refresh_from_db()
    assert msk.merged_into is None and msk.retired_at is None
    assert kept.parameters == f"region={msk.pk}"
    assert JournalEntry.objects.filter(verb="entry.unmerged").count() == 1
    assert unmerge(head, "regions", msk).status_code == 404


def test_taking_a_merge_back_restores_the_rows_that_were_the_same_fact_twice(head):
    one, other = (Product.objects.create(name=name) for name in ("Насос-1", "Насос 1а"))
    both = ClientFactory()
    for product in (one, other):
        ClientProduct.objects.create(client=both, product=product, kind="interest")
    before = sorted(ClientProduct.objects.values_list("pk", "client", "product"))
    merge(head, "products", one, other)

    unmerge(head, "products", one)

    assert sorted(ClientProduct.objects.values_list("pk", "client", "product")) == before  # fmt: skip


def test_a_dimension_taken_back_has_its_values_and_their_clients_again(head):
    size, scale = (Dimension.objects.create(name=name) for name in ("Размер", "Масштаб"))  # fmt: skip
    small, big = (DimensionValue.objects.create(dimension=size, name=name) for name in ("Малый", "Большой"))  # fmt: skip
    DimensionValue.objects.create(dimension=scale, name="малый")
    client = ClientFactory()
    client.dimensions.create(dimension=size, value=small)
    before = sorted(DimensionValue.objects.values_list("pk", "dimension", "merged_into", "retired_at"))  # fmt: skip
    merge(head, "dimensions", size, scale)

    unmerge(head, "dimensions", size)

    assert sorted(DimensionValue.objects.values_list("pk", "dimension", "merged_into", "retired_at")) == before  # fmt: skip
    assert list(client.dimensions.values_list("dimension", "value")) == [(size.pk, small.pk)]  # fmt: skip
    assert big.pk in dict(DimensionValue.objects.filter(dimension=size).values_list("pk", "name"))  # fmt: skip


def test_of_a_chain_the_last_merge_is_taken_back_first_and_none_after_30_days(head):
    a, b, c = RegionFactory(), RegionFactory(), RegionFactory()
    client = ClientFactory(region=a)
    merge(head, "regions", a, b)
    merge(head, "regions", b, c)

    assert unmerge(head, "regions", a).status_code == 422
    assert unmerge(head, "regions", b).status_code == 204
    EntryMerge.objects.filter(source_id=a.pk).update(asked_at=timezone.now() - timedelta(days=31))  # fmt: skip
    assert unmerge(head, "regions", a).status_code == 404
    client.refresh_from_db()
    assert client.region == b


def test_a_large_merge_is_taken_back_in_the_background(head, monkeypatch):
    monkeypatch.setattr("clients.actions.dictionaries.AT_ONCE", 2)
    monkeypatch.setattr("clients.entry_moves.CHUNK", 2)
    msk, moscow = RegionFactory(name="Мск"), RegionFactory(name="Москва")
    for _ in range(5):
        ClientFactory(region=msk)
    merge(head, "regions", msk, moscow)
    job = EntryMerge.objects.get()
    now = timezone.now()
    assert unmerge(head, "regions", msk).status_code == 404  # still being moved
    while not entry_moves.go_on(job.pk, at=now):
        pass

    assert unmerge(head, "regions", msk).status_code == 204
    assert entry_moves.abandoned(at=timezone.now() + timedelta(seconds=30)) == [job.pk]
    while not entry_moves.go_on(job.pk, at=now):
        pass

    assert Client.objects.filter(region=msk).count() == 5
    assert entry_moves.abandoned(at=now + timedelta(days=1)) == []


# ── deleting ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unused_entry_goes_to_the_bin_and_its_name_is_free(head):
    region = RegionFactory(name="Лишний")

    answer = head.post(f"{page('regions')}{region.pk}/delete/", headers=HX)

    assert answer.status_code == 204 and "undo" in answer["HX-Trigger"]
    assert not Region.objects.filter(pk=region.pk).exists()
    assert BinEntry.objects.get().object_id == region.pk
    assert head.post(page("regions"), {"name": "Лишний"}, headers=HX).status_code == 200
    # The name is taken now: the old one stays where it is, with a sentence.
    head.post(f"/settings/bin/{BinEntry.objects.get().pk}/restore/", headers=HX)
    assert BinEntry.objects.exists()


def test_an_entry_in_use_is_not_deleted(head):
    client = ClientFactory(region=RegionFactory())

    answer = head.post(f"{page('regions')}{client.region_id}/delete/", headers=HX)

    assert answer.status_code == 422
    assert Region.objects.filter(pk=client.region_id).exists()


def test_a_kind_of_the_program_is_not_deleted(head):
    kind = kinds.book().by_code("fax")

    answer = head.post(f"{page('activity-kinds')}{kind.pk}/delete/", headers=HX)

    assert answer.status_code == 422


# ── what it costs ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_usage_counts_records_and_leads_to_them(head):
    region = RegionFactory()
    ClientFactory(region=region)
    idle = RegionFactory()

    answer = head.get(f"{page('regions')}usage/", {"ids": f"{region.pk},{idle.pk},x"})

    assert f'id="u-{region.pk}"' in answer.text
    assert f"region={region.pk}" in answer.text
    assert f"region={idle.pk}" not in answer.text


@pytest.mark.parametrize("tail", ["", "usage/"])
def test_a_dictionary_costs_the_same_for_2_entries_and_for_20(head, django_assert_max_num_queries, tail):  # fmt: skip
    def cost():
        ids = ",".join(map(str, Region.objects.values_list("pk", flat=True)))
        with django_assert_max_num_queries(12) as queries:
            head.get(page("regions") + tail, {"ids": ids})
        return len(queries)

    RegionFactory.create_batch(2)
    cost()
    few = cost()
    RegionFactory.create_batch(20)
    assert cost() == few


def test_a_long_dictionary_is_read_page_by_page(head):
    Region.objects.all().delete()
    for number in range(130):
        RegionFactory(name=f"Край {number:03}", position=0)

    first = head.get(page("regions"))
    after = first.context["after"]
    second = head.get(page("regions"), {"after": after})

    assert len(first.context["entries"]) == 100
    assert second.context["entries"][0]["row"].name == "Край 100"
    assert len(second.context["entries"]) == 30
    found = head.get(page("regions"), {"q": "край 12"})
    assert len(found.context["entries"]) == 10
