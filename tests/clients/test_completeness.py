"""How full cards are: the percent and what is missing, kept by every deed, mended in place, demanded when saving."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client as HttpClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients import card_state, completeness, recounting
from clients.actions import clients as client_actions
from clients.actions import completeness as actions
from clients.actions import contacts as contact_actions
from clients.actions.activities import record_activity
from clients.actions.completeness import RuleChange
from clients.choices import OnMissing, RecountState
from clients.models import (
    ActivityKind,
    CardDraft,
    Client,
    CompletenessRule,
    Phone,
    Recount,
    RelationshipPolicy,
    RelationshipType,
)
from salesexpert.accounts.models import User
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ContactFactory,
    ContactLinkFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], HttpClient]


@pytest.fixture
def cold() -> RelationshipType:
    return RelationshipType.objects.get(step=1)


@pytest.fixture
def asks(cold: RelationshipType) -> Callable[..., None]:
    """`asks(phones=3, region=1)`: that and nothing else is asked of a cold client."""

    def ask(
        *required: str, refuse: bool = False, days: int | None = None, **weights: int
    ) -> None:
        CompletenessRule.objects.filter(relationship=cold).delete()
        for code, weight in weights.items():
            asked = completeness.ASKED.get(code)
            CompletenessRule.objects.create(
                relationship=cold,
                code=code,
                reference=completeness.reference_of(code),
                weight=weight,
                is_required=code in required,
                threshold=asked.usual if asked else None,
            )
        RelationshipPolicy.objects.filter(relationship=cold).update(
            on_missing=OnMissing.REFUSE if refuse else OnMissing.WARN,
            contact_days=days,
        )
        completeness.forget()

    return ask


def counted(card: Client) -> tuple[int | None, set[str]]:
    card.refresh_from_db()
    rules = completeness.book().by_id
    return card.completeness, {rules[pk].code for pk in card.missing or ()}


def fresh(**more: Any) -> Client:
    card = ClientFactory(**more)
    completeness.refresh([card.pk])
    return card


# ── the percent ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_percent_is_the_weight_of_what_the_card_says(asks: Any) -> None:
    asks(phones=3, region=1)

    card = fresh(region=RegionFactory())

    assert counted(card) == (25, {"phones"})


def test_only_a_card_that_lacks_nothing_is_full(asks: Any) -> None:
    asks(region=100, city=1)

    assert counted(fresh(region=RegionFactory()))[0] == 99
    assert counted(fresh(region=RegionFactory(), city="Ярославль")) == (100, set())


def test_who_is_no_client_or_of_whom_nothing_is_asked_has_no_percent(asks: Any) -> None:
    asks(region=1)
    assert counted(fresh(category="supplier"))[0] is None
    asks()
    assert counted(fresh())[0] is None


def test_a_private_person_is_not_asked_what_only_firms_have(asks: Any) -> None:
    asks(contacts=3, kpp=1, city=1)

    assert counted(fresh(is_person=True, city="Тверь")) == (100, set())
    assert counted(fresh(city="Тверь")) == (20, {"contacts", "kpp"})


def test_a_phone_of_a_person_who_works_there_counts_and_of_one_who_left_does_not(
    asks: Any,
) -> None:
    asks(phones=1)
    link = ContactLinkFactory()
    Phone.objects.create(contact=link.contact, raw="8 495 540-75-20")
    completeness.refresh([link.client.pk])
    assert counted(link.client)[0] == 100

    contact_actions.leave(
        place_of=link,
        on=timezone.localdate(),
        by=UserFactory(),
        at=timezone.now(),
    )

    assert counted(link.client) == (0, {"phones"})


def test_saving_the_card_and_recording_a_contact_keep_the_percent(
    asks: Any, user: User
) -> None:
    asks(days=10, city=1, silent=1)
    card = fresh(created_at=timezone.now() - timedelta(days=30))
    assert counted(card) == (0, {"city", "silent"})

    base = card_state.read(card)
    state = {**base, "city": "Тверь"}
    client_actions.change_client(
        client=card, base=base, state=state, by=user, at=timezone.now()
    )
    assert counted(card) == (50, {"silent"})

    record_activity(
        client=card,
        kind=ActivityKind.objects.get(code="call"),
        summary="Созвонились.",
        by=user,
        at=timezone.now(),
    )
    assert counted(card) == (100, set())
    assert card.contact_due_at and card.contact_due_at > timezone.now() + timedelta(9)


def test_an_empty_resume_among_the_last_entries_is_missed(asks: Any) -> None:
    asks(summaries=1)
    card = ClientFactory()
    ActivityFactory(client=card, summary="  ")
    completeness.refresh([card.pk])

    assert counted(card) == (0, {"summaries"})


def test_one_card_and_many_are_counted_alike(asks: Any) -> None:
    asks(phones=3, contacts=2, region=1, stale=1, silent=2, summaries=1, days=30)
    cards = [ClientFactory(is_person=n % 3 == 0) for n in range(30)]
    ContactLinkFactory(client=cards[1])
    for card in cards:
        completeness.refresh([card.pk])
    one_by_one = [counted(card) for card in cards]

    assert completeness.refresh([card.pk for card in cards]) == 0
    assert [counted(card) for card in cards] == one_by_one


def test_counting_writes_nothing_into_the_journal_and_leaves_the_version(
    asks: Any,
) -> None:
    asks(region=1)
    card = ClientFactory()
    events = apps.get_model("clients", "ClientEvent")._default_manager
    before = events.count()

    completeness.refresh([card.pk])

    card.refresh_from_db()
    assert card.version == 1
    assert events.count() == before


def test_what_time_alone_changes_is_found_when_it_is_due(asks: Any) -> None:
    asks(days=10, silent=1)
    now = timezone.now()
    card = fresh(created_at=now - timedelta(days=9))
    assert counted(card)[0] == 100

    assert recounting.count_due(at=now) == 0
    assert recounting.count_due(at=now + timedelta(days=2)) == 1

    assert counted(card) == (0, {"silent"})


# ── what is missing, on the card ─────────────────────────────────────────────────────────────────────────────────────


def test_the_card_shows_the_percent_and_says_what_filling_adds(
    http: HttpClient, asks: Any
) -> None:
    asks(region=3, city=1)
    card = fresh(city="Тверь")

    page = http.get(card.get_absolute_url()).content.decode()
    missing = http.get(f"/clients/{card.pk}/missing/", headers={"HX-Request": "true"})

    assert "25\u00a0%" in page
    assert "+75\u00a0%" in page
    assert "Регион" in missing.content.decode()
    assert "Город" not in missing.content.decode()


def test_a_missing_value_is_filled_where_it_is_missed(
    http: HttpClient, asks: Any
) -> None:
    asks(region=3, phones=1)
    card, region = fresh(), RegionFactory()

    answer = http.post(
        f"/clients/{card.pk}/fill/region/?in=missing",
        {"region": region.pk},
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 200
    assert answer["HX-Trigger"] == "card-filled"
    assert "Регион" not in answer.content.decode()
    assert counted(card) == (75, {"phones"})


@pytest.mark.parametrize(
    ("code", "typed"),
    [
        ("phones", {"fill-raw": "8 495 540-75-20"}),
        ("emails", {"fill-address": "info@primer.example"}),
        ("sites", {"fill-url": "primer.example"}),
        ("addresses", {"fill-text": "Тверь, Примерная, 1"}),
        ("city", {"city": "Тверь", "was": '{"city": ""}'}),
    ],
)
def test_rows_are_filled_like_fields(
    http: HttpClient, asks: Any, code: str, typed: dict[str, str]
) -> None:
    asks(**{code: 1})
    card = fresh()
    url = f"/clients/{card.pk}/fill/{code}/?in=missing"

    form = http.get(url, headers={"HX-Request": "true"})
    empty = http.post(url, {}, headers={"HX-Request": "true"})
    saved = http.post(url, typed, headers={"HX-Request": "true"})

    assert form.status_code == 200
    assert empty.status_code == 422
    assert saved.status_code == 200
    assert counted(card) == (100, set())


def test_a_card_looked_through_and_confirmed_is_fresh_again(
    http: HttpClient, asks: Any
) -> None:
    asks(stale=1)
    card = ClientFactory()
    Client.objects.filter(pk=card.pk).update(
        updated_at=timezone.now() - timedelta(days=400)
    )
    completeness.refresh([card.pk])
    assert counted(card) == (0, {"stale"})

    http.post(f"/clients/{card.pk}/confirm/", headers={"HX-Request": "true"})

    assert counted(card) == (100, set())


def test_a_strangers_card_tells_nothing_of_what_it_lacks(sign_in: SignIn) -> None:
    person = UserFactory()
    person.role.scope = "own"
    person.role.save()
    http, card = sign_in(person), fresh()

    for part in ("missing", "meter"):
        assert http.get(f"/clients/{card.pk}/{part}/").status_code == 404
    assert http.post(f"/clients/{card.pk}/confirm/").status_code == 404


# ── demanded when saving ─────────────────────────────────────────────────────────────────────────────────────────────


def typed(**more: str) -> dict[str, str]:
    form = {"name": "Пример-Торг", "category": "client", "is_person": "False", **more}
    for rows in ("phones", "emails", "addresses", "sites"):
        form |= {f"{rows}-TOTAL_FORMS": "0", f"{rows}-INITIAL_FORMS": "0"}
    return form


def test_a_card_without_what_is_required_is_saved_with_a_warning(
    http: HttpClient, asks: Any
) -> None:
    asks("city", city=1)

    answer = http.post("/clients/new/", typed(), follow=True)

    assert Client.objects.filter(name="Пример-Торг").exists()
    assert "не хватает:\xa0Город" in answer.content.decode()


def test_a_refused_card_is_kept_as_a_draft_and_gone_on_with(
    http: HttpClient, asks: Any, user: User
) -> None:
    asks("city", city=1, refuse=True)

    refused = http.post("/clients/new/", typed(note="Хотят показ 😀"))

    assert refused.status_code == 422
    assert "Хотят показ 😀" in refused.content.decode()
    assert not Client.objects.filter(name="Пример-Торг").exists()
    assert "Пример-Торг" in http.get("/clients/new/").content.decode()
    assert "Хотят показ" in http.get("/clients/new/?draft=1").content.decode()

    http.post("/clients/new/?draft=1", typed(note="Хотят показ", city="Тверь"))

    assert Client.objects.get(name="Пример-Торг").city == "Тверь"
    assert not CardDraft.objects.filter(user=user).exists()


def test_a_refused_change_leaves_the_card_and_keeps_the_draft_for_its_author_only(
    http: HttpClient, asks: Any, sign_in: SignIn
) -> None:
    asks("city", city=1, refuse=True)
    card = fresh(name="Пример-Торг")

    base = http.get(f"/clients/{card.pk}/edit/").context["base"]
    refused = http.post(f"/clients/{card.pk}/edit/", typed(note="Новое", base=base))

    card.refresh_from_db()
    assert (refused.status_code, card.note) == (422, "")
    assert "Новое" in http.get(f"/clients/{card.pk}/edit/?draft=1").content.decode()
    other = sign_in(UserFactory()).get(f"/clients/{card.pk}/edit/?draft=1")
    assert "Новое" not in other.content.decode()

    http.post("/clients/draft/discard/", {"client": card.pk})
    assert not CardDraft.objects.exists()


def test_one_value_may_be_filled_while_others_that_are_required_are_missing(
    http: HttpClient, asks: Any
) -> None:
    asks("city", "region", city=1, region=1, refuse=True)
    card = fresh()

    http.post(
        f"/clients/{card.pk}/fill/city/?in=missing",
        {"city": "Тверь", "was": '{"city": ""}'},
    )

    assert counted(card) == (50, {"region"})


# ── the rules ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_changed_rules_are_stored_and_all_cards_counted_anew(
    sign_in: SignIn, cold: RelationshipType
) -> None:
    head = sign_in(UserFactory(preset="head_of_sales"))
    page = head.get("/settings/completeness/")
    form = {
        bound.html_name: bound.value()
        for bound in page.context["form"]
        if bound.value() not in (None, False)
    }
    form[f"w-{cold.pk}-ogrn"], form[f"r-{cold.pk}-ogrn"] = "7", "on"

    answer = head.post("/settings/completeness/", form)

    assert answer.status_code == 302
    rule = CompletenessRule.objects.get(relationship=cold, code="ogrn")
    assert (rule.weight, rule.is_required) == (7, True)
    assert Recount.objects.get().state == RecountState.QUEUED


@pytest.mark.parametrize("weight", ["-1", "101", "много", "1e9", "\x00"])
def test_a_weight_that_is_none_is_refused_beside_its_field(
    sign_in: SignIn, cold: RelationshipType, weight: str
) -> None:
    head = sign_in(UserFactory(preset="head_of_sales"))
    form = {f"p-{s.pk}": "warn" for s in RelationshipType.objects.all()}

    answer = head.post("/settings/completeness/", {**form, f"w-{cold.pk}-ogrn": weight})

    assert answer.status_code == 422
    assert answer.context["form"][f"w-{cold.pk}-ogrn"].errors
    assert not CompletenessRule.objects.filter(code="ogrn").exists()


def test_who_may_not_set_rules_reads_no_settings(http: HttpClient) -> None:
    for page in ("completeness/", "ladder/", "recounts/completeness/"):
        assert http.get(f"/settings/{page}").status_code == 403
    assert http.post("/settings/completeness/again/").status_code == 403


def test_two_people_changing_different_rules_do_not_undo_each_other(
    cold: RelationshipType, user: User
) -> None:
    for code in ("ogrn", "kpp"):
        actions.change_rules(
            rules=[RuleChange(cold.pk, code, 2)],
            policies=[],
            by=user,
            at=timezone.now(),
        )

    assert (
        CompletenessRule.objects.filter(
            relationship=cold, code__in=["ogrn", "kpp"]
        ).count()
        == 2
    )
    assert Recount.objects.filter(state=RecountState.SUPERSEDED).count() == 1


# ── the recount ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_recount_whose_worker_was_killed_goes_on_where_it_stopped(
    asks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks(region=1)
    cards = [ClientFactory() for _ in range(7)]
    monkeypatch.setattr(recounting, "CHUNK", 3)
    recount = recounting.begin(recounting.COMPLETENESS, by=None, at=timezone.now())
    calls: list[int] = []

    def killed(ids: Any, *args: Any) -> int:
        calls.append(len(ids))
        if len(calls) == 2:
            raise KeyboardInterrupt
        return completeness.refresh(ids)

    with monkeypatch.context() as patched:
        patched.setitem(recounting._COUNTERS, recounting.COMPLETENESS, killed)
        with pytest.raises(KeyboardInterrupt):
            recounting.run(recount.pk)

    recount.refresh_from_db()
    assert (recount.state, recount.cards_done) == (RecountState.RUNNING, 3)
    later = timezone.now() + timedelta(seconds=40)
    assert recounting.run(recount.pk), "another worker leaves a live one alone"
    assert recounting.abandoned(at=later) == [recount.pk]

    Recount.objects.filter(pk=recount.pk).update(
        heartbeat_at=timezone.now() - timedelta(seconds=40)
    )
    recounting.run(recount.pk)

    recount.refresh_from_db()
    assert (recount.state, recount.cards_done) == (RecountState.DONE, 7)
    assert {counted(card)[0] for card in cards} == {0}


def test_a_recount_begun_anew_stops_the_one_under_way(asks: Any) -> None:
    asks(region=1)
    ClientFactory()
    first = recounting.begin(recounting.COMPLETENESS, by=None, at=timezone.now())
    second = recounting.begin(recounting.COMPLETENESS, by=None, at=timezone.now())

    recounting.run(first.pk)
    recounting.run(second.pk)

    states = list(Recount.objects.order_by("pk").values_list("state", flat=True))
    assert states == [RecountState.SUPERSEDED, RecountState.DONE]


# ── lists and the report ─────────────────────────────────────────────────────────────────────────────────────────────


def names(http: HttpClient, query: str) -> list[str]:
    page = http.get(f"/clients/?{query}")
    assert page.status_code == 200
    return [row["name"] for row in page.context["page"].rows]


def test_the_list_filters_and_sorts_by_percent_and_by_what_is_missing(
    http: HttpClient, asks: Any
) -> None:
    asks(region=3, city=1)
    region = RegionFactory()
    fresh(name="Пустой")
    fresh(name="Половинный", region=region)
    fresh(name="Полный", region=region, city="Тверь")

    assert names(http, "sort=completeness") == ["Пустой", "Половинный", "Полный"]
    assert names(http, "completeness_to=75&sort=-completeness") == [
        "Половинный",
        "Пустой",
    ]
    assert names(http, "completeness_from=100") == ["Полный"]
    assert names(http, "missing=region") == ["Пустой"]
    assert sorted(names(http, "missing=city&missing=region")) == [
        "Половинный",
        "Пустой",
    ]


@pytest.mark.parametrize(
    "query",
    ["completeness_to=много", "missing=никто", "contact_due=вчера", "missing=%00"],
)
def test_nonsense_in_these_filters_is_named_and_ignored(
    http: HttpClient, query: str
) -> None:
    fresh(name="Пример")

    assert names(http, query) == ["Пример"]


def test_those_who_wait_too_long_for_a_contact_are_found(
    http: HttpClient, asks: Any
) -> None:
    asks(city=1, days=30)
    fresh(name="Забытый", created_at=timezone.now() - timedelta(days=31))
    fresh(name="Недавний")

    assert names(http, "contact_due=late") == ["Забытый"]


def test_every_number_of_the_report_opens_as_many_cards(
    sign_in: SignIn, asks: Any, user: User
) -> None:
    asks(region=3, city=1, days=30)
    head = sign_in(UserFactory(preset="director"))
    for n in range(5):
        fresh(
            curator=user if n else None,
            city="Тверь" if n % 2 else "",
            created_at=timezone.now() - timedelta(days=40 * (n % 2)),
        )

    page = head.get("/clients/completeness/?below=20")

    row = next(r for r in page.context["rows"] if r.curator == user)
    assert (row.cards, row.below, row.waiting) == (4, 2, 2)
    own = f"curator={user.pk}"
    assert len(names(head, f"{own}&completeness_from=0")) == row.cards
    assert len(names(head, f"{own}&completeness_to=19")) == row.below
    assert len(names(head, f"{own}&contact_due=late")) == row.waiting
    for lack in row.lacks:
        assert len(names(head, f"{own}&missing={lack.code}")) == lack.cards


def test_without_the_right_to_figures_one_reads_only_ones_own(
    sign_in: SignIn, asks: Any
) -> None:
    asks(region=1)
    telemarketer, other = UserFactory(preset="telemarketer"), UserFactory()
    fresh(curator=other)
    fresh(curator=telemarketer)

    page = sign_in(telemarketer).get("/clients/completeness/")

    assert [row.curator for row in page.context["rows"]] == [telemarketer]


def test_the_report_costs_as_many_queries_for_twenty_curators_as_for_two(
    sign_in: SignIn, asks: Any
) -> None:
    asks(region=1)
    head = sign_in(UserFactory(preset="director"))

    def cost() -> int:
        # the first time brings the small tables that the process holds
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                assert head.get("/clients/completeness/").status_code == 200
        return len(captured)

    for _ in range(2):
        fresh(curator=UserFactory())
    few = cost()
    for _ in range(18):
        fresh(curator=UserFactory())

    assert cost() <= few


def test_a_person_added_to_the_card_mends_what_was_missing(
    asks: Any, user: User
) -> None:
    asks(contacts=1, decides=1)
    card = fresh()

    contact_actions.link(
        contact=ContactFactory(),
        client=card,
        place=contact_actions.Place(decision_role="decides"),
        by=user,
        at=timezone.now(),
    )

    assert counted(card) == (100, set())
