"""The ladder of relationships: facts move clients up by themselves, people move them as they see fit, all is logged."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as HttpClient
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients import card_state, completeness, kinds, recounting
from clients import preferences as own
from clients.actions import clients as client_actions
from clients.actions import completeness as actions
from clients.actions import ladder
from clients.actions.activities import record_activity
from clients.choices import Fact
from clients.models import (
    ActivityKind,
    ActivityResult,
    Client,
    Product,
    RelationshipMove,
    RelationshipType,
)
from salesexpert.accounts.models import User
from salesexpert.core import preferences
from tests.factories import ActivityFactory, ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], HttpClient]


def step_of(card: Client) -> int:
    return RelationshipType.objects.get(pk=Client.objects.get(pk=card.pk).relationship_id).step  # fmt: skip


def last_move(card: Client) -> RelationshipMove:
    return RelationshipMove.objects.filter(client=card).latest("at", "pk")


def put(card: Client, step: int, by: User, reason: str = "") -> None:
    ladder.move_relationship(
        client=card,
        to_type=RelationshipType.objects.get(step=step),
        by=by,
        at=timezone.now(),
        reason=reason,
    )


def say(card: Client, user: User, **state: Any) -> None:
    card.refresh_from_db()
    base = card_state.read(card)
    client_actions.change_client(
        client=card, base=base, state={**base, **state}, by=user, at=timezone.now()
    )


def sold(card: Client, count: int) -> bool:
    return ladder.note_sales(client=card, count=count, by=None, at=timezone.now())


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_degree_of_interest_makes_a_cold_client_potential(user: User) -> None:
    card = ClientFactory()

    say(card, user, interest=1)
    assert step_of(card) == 1
    say(card, user, interest=2)

    assert step_of(card) == 2
    move = last_move(card)
    assert (move.fact, move.by, move.from_type.step) == (Fact.INTEREST, user, 1)


def test_a_product_of_interest_makes_a_cold_client_potential(user: User) -> None:
    card, product = ClientFactory(), Product.objects.create(name="ПМ-50")

    say(card, user, **{f"interest:{product.pk}": True})

    assert (step_of(card), last_move(card).fact) == (2, Fact.PRODUCT)


def test_interest_shown_in_a_talk_makes_a_cold_client_potential(user: User) -> None:
    card = ClientFactory()
    result = ActivityResult.objects.filter(shows_interest=True, kind__code="call").get()

    record_activity(
        client=card,
        kind=ActivityKind.objects.get(code="call"),
        summary="Просят показать.",
        result=result,
        by=user,
        at=timezone.now(),
    )

    assert (step_of(card), last_move(card).fact) == (2, Fact.RESULT)


def test_a_sale_makes_a_current_client_and_a_further_one_a_regular(user: User) -> None:
    card = ClientFactory()

    assert sold(card, 1)
    assert (step_of(card), last_move(card).fact) == (3, Fact.SALE)
    assert sold(card, 2)
    assert (step_of(card), last_move(card).fact) == (4, Fact.SALES)
    assert not sold(card, 3)


def test_nobody_is_moved_down(user: User) -> None:
    card = ClientFactory()
    sold(card, 2)

    sold(card, 0)

    assert step_of(card) == 4


def test_a_fact_that_the_company_does_not_heed_moves_nobody(user: User) -> None:
    preferences.put(**{own.LADDER_BY_SALES: False, own.LADDER_INTEREST_FROM: 0})
    card = ClientFactory()

    say(card, user, interest=3)
    sold(card, 5)

    assert step_of(card) == 1


def test_suppliers_do_not_climb(user: User) -> None:
    card = ClientFactory(category="supplier")

    sold(card, 2)

    assert step_of(card) == 1


# ── people ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_whom_a_person_put_lower_stays_until_there_are_further_facts(
    user: User,
) -> None:
    card = ClientFactory()
    sold(card, 1)

    put(card, 2, user, "Отдел закрылся")
    say(card, user, interest=3)
    sold(card, 1)
    assert step_of(card) == 2

    sold(card, 2)
    assert step_of(card) == 4


def test_whom_a_person_put_higher_is_not_touched(user: User) -> None:
    card = ClientFactory()

    put(card, 4, user)
    sold(card, 1)

    assert step_of(card) == 4


def test_the_log_on_the_card_says_who_or_what_moved_the_client(
    http: HttpClient, user: User
) -> None:
    card = ClientFactory()
    say(card, user, interest=2)
    put(card, 1, user, "Ошиблись в разговоре")

    panels = http.get(f"/clients/{card.pk}/panels/").content.decode()

    assert "отмечена степень интереса" in panels
    assert "Ошиблись в разговоре" in panels


def test_two_deals_won_at_once_log_one_move_each_way(user: User) -> None:
    card = ClientFactory()

    sold(card, 2)
    sold(card, 2)

    assert RelationshipMove.objects.filter(client=card, fact=Fact.SALES).count() == 1


# ── the settings ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_facts_known_already_are_applied_to_all_on_demand(user: User) -> None:
    cold = [ClientFactory(interest=3) for _ in range(3)]
    held = ClientFactory(interest=3)
    put(held, 2, user)
    put(held, 1, user, "Передумали")

    recount = actions.change_ladder(
        settings={}, results=None, by=user, at=timezone.now(), for_all=True
    )
    assert recount is not None
    recounting.run(recount.pk)

    recount.refresh_from_db()
    assert recount.changed_count == 3
    assert {step_of(card) for card in cold} == {2}
    assert step_of(held) == 1


def test_the_results_that_mean_interest_are_chosen_on_the_page(
    sign_in: SignIn,
) -> None:
    head = sign_in(UserFactory(preset="head_of_sales"))
    chosen = ActivityResult.objects.get(name="Думают")

    answer = head.post(
        "/settings/ladder/",
        {
            own.LADDER_INTEREST_FROM: "3",
            own.LADDER_BY_SALES: "on",
            "results": [chosen.pk],
        },
    )

    assert answer.status_code == 302
    assert list(ActivityResult.objects.filter(shows_interest=True)) == [chosen]
    assert preferences.get(own.LADDER_INTEREST_FROM) == 3
    assert preferences.get(own.LADDER_BY_PRODUCT) is False
    assert kinds.book().results
    assert head.post("/settings/ladder/", {own.LADDER_INTEREST_FROM: "9"}).status_code == 422  # fmt: skip
    assert head.post("/settings/ladder/", {"results": ["много", "\x00"]}).status_code == 422  # fmt: skip


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of(http: HttpClient, address: str) -> int:
    page = http.get(address)
    assert page.status_code == 200
    return len(page.context["rows"])


def test_conversions_and_moves_open_their_records(sign_in: SignIn, user: User) -> None:
    head = sign_in(UserFactory(preset="director"))
    for n in range(4):
        card = ClientFactory()
        say(card, user, interest=2)
        if n == 0:
            sold(card, 1)

    page = head.get("/clients/ladder/")

    potential = page.context["passings"][1]
    assert (potential.came, potential.further, potential.share) == (4, 1, 25)
    span = page.context["period"].query
    moves = f"/clients/ladder/moves/?{span}"
    assert rows_of(head, f"{moves}&came=2") == 4
    assert rows_of(head, f"{moves}&came=2&further=1") == 1
    cold, two = (RelationshipType.objects.get(step=s).pk for s in (1, 2))
    assert rows_of(head, f"{moves}&from={cold}&to_type={two}") == 4
    assert rows_of(head, f"{moves}&from=none") == 0


def test_contacts_by_type_open_their_records_and_keep_the_type_of_their_time(
    sign_in: SignIn, user: User
) -> None:
    head = sign_in(UserFactory(preset="director"))
    card = ClientFactory()
    for _ in range(2):
        record_activity(
            client=card,
            kind=ActivityKind.objects.get(code="call"),
            summary="Созвонились.",
            by=user,
            at=timezone.now(),
        )
    sold(card, 1)

    page = head.get("/clients/ladder/")

    ((row, cells),) = page.context["contacts"]
    assert (row.performer, row.total) == (user, 2)
    assert [count for _type, count in cells] == [2, 0, 0, 0]
    cold = RelationshipType.objects.get(step=1).pk
    address = (
        f"/clients/ladder/contacts/?{page.context['period'].query}&performer={user.pk}"
    )
    assert rows_of(head, f"{address}&type={cold}") == 2
    assert rows_of(head, f"{address}&type={cold + 1}") == 0


def test_a_seller_without_the_right_to_figures_counts_only_himself(
    sign_in: SignIn, user: User
) -> None:
    ActivityFactory(performer=user, relationship=RelationshipType.objects.get(step=1))
    own_one = ActivityFactory(
        performer=UserFactory(preset="telemarketer"),
        relationship=RelationshipType.objects.get(step=1),
    )
    http = sign_in(own_one.performer)

    page = http.get("/clients/ladder/")

    assert [row.performer for row, _cells in page.context["contacts"]] == [own_one.performer]  # fmt: skip
    assert rows_of(http, f"/clients/ladder/contacts/?performer={user.pk}") == 0


@pytest.mark.parametrize(
    "query",
    ["since=вчера", "since=2026-13-45&to=\x00", "since=2030-01-01&to=2020-01-01"],
)
def test_a_period_that_is_none_is_named_and_the_page_stands(
    http: HttpClient, query: str
) -> None:
    for page in ("", "moves/", "contacts/"):
        assert http.get(f"/clients/ladder/{page}?{query}").status_code == 200
    for nonsense in ("from=abc", "to_type=999999999999999999999", "came=7"):
        assert http.get(f"/clients/ladder/moves/?{nonsense}").status_code == 200
    assert http.get("/clients/ladder/contacts/?performer=-1&type=x").status_code == 200


def test_the_figures_cost_as_many_queries_for_twenty_as_for_two(
    sign_in: SignIn,
) -> None:
    head = sign_in(UserFactory(preset="director"))

    def cost() -> int:
        # the first time brings the small tables that the process holds
        for _ in range(2):
            with CaptureQueriesContext(connection) as captured:
                for page in ("", "moves/", "contacts/"):
                    assert head.get(f"/clients/ladder/{page}").status_code == 200
        return len(captured)

    def work() -> None:
        seller, card = UserFactory(), ClientFactory()
        ActivityFactory(performer=seller, client=card)
        say(card, seller, interest=2)

    for _ in range(2):
        work()
    few = cost()
    for _ in range(18):
        work()

    assert cost() <= few


def test_the_day_counts_ones_clients_who_wait_for_a_contact(
    http: HttpClient, user: User
) -> None:
    card = ClientFactory(
        curator=user,
        created_at=timezone.now() - timedelta(days=60),
        relationship=RelationshipType.objects.get(step=2),
    )

    completeness.refresh([card.pk])

    page = http.get("/")

    counter = next(c for c in page.context["counters"] if "contact_due=late" in c.url)

    assert counter.number == "1"
    assert "contact_due=late" in page.content.decode()
