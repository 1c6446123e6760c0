"""The pages of suspected pairs and of joining, through HTTP."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.models import (
    Client,
    ClientMerge,
    Contact,
    ContactMerge,
    Phone,
    SuspectedPair,
)
from salesexpert.accounts.choices import Scope
from tests.factories import ClientFactory, ContactFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def head(sign_in):
    person = UserFactory(preset="head_of_sales", language="en")
    http = sign_in(person)
    http.person = person
    return http


def pair(first=None, second=None, *, level=1, **more):
    cards = [first or ClientFactory(), second or ClientFactory()]
    first, second = sorted(cards, key=lambda card: card.pk)
    return SuspectedPair.objects.create(
        first=first, second=second, level=level, evidence=["phone", "name"], weight=50, found_at=NOW, **more
    )  # fmt: skip


def page(http, **params):
    return http.get("/clients/duplicates/", params)


def test_pairs_stand_on_two_levels_with_their_evidence(head):
    first = pair(ClientFactory(name="Ромашка"))
    look = pair(ClientFactory(name="Лютик"), level=2)

    probable, other = page(head).content.decode(), page(head, show="look").content.decode()  # fmt: skip

    assert "Ромашка" in probable and "Лютик" not in probable
    assert "the same phone" in probable
    assert f"/clients/{first.first_id}/merge/{first.second_id}/" in probable
    assert "Лютик" in other and "Ромашка" not in other
    assert f"/clients/{look.first_id}/merge/{look.second_id}/" in other


def test_who_may_not_join_has_no_such_page(http):
    one = pair()
    assert page(http).status_code == 403
    assert (
        http.get(f"/clients/{one.first_id}/merge/{one.second_id}/").status_code == 403
    )
    assert http.post(f"/clients/duplicates/{one.pk}/deny/").status_code == 403


def test_pairs_are_filtered_by_either_curator_and_by_client(head):
    curator = UserFactory()
    own = pair(second=ClientFactory(name="Ромашка", curator=curator))
    pair(ClientFactory(name="Лютик"))

    for params in ({"curator": curator.pk}, {"client": own.first_id}):
        text = page(head, **params).content.decode()
        assert "Ромашка" in text and "Лютик" not in text


@pytest.mark.parametrize("params", [{"show": "\x00"}, {"curator": "9" * 30}, {"after": "%%%"}, {"client": "x"}])  # fmt: skip
def test_nonsense_in_the_address_shows_the_page(head, params):
    assert page(head, **params).status_code == 200


def test_pages_of_pairs_follow_one_another(head):
    for _ in range(27):
        pair()
    first = page(head)
    assert len(first.context["rows"]) == 25
    second = page(head, after=first.context["page"].next)
    assert len(second.context["rows"]) == 2
    shown = {r.pk for r in first.context["rows"]} | {r.pk for r in second.context["rows"]}  # fmt: skip
    assert len(shown) == 27


def test_what_people_call_different_is_remembered_with_who_said_so(head):
    one = pair(ClientFactory(name="Ромашка"))

    head.post(f"/clients/duplicates/{one.pk}/deny/")

    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("dismissed", head.person)
    assert "Ромашка" not in page(head).content.decode()
    assert "Ромашка" in page(head, show="denied").content.decode()
    head.post(f"/clients/duplicates/{one.pk}/suspect/")
    one.refresh_from_db()
    assert (one.state, one.decided_by) == ("open", None)


def test_a_pair_with_a_strangers_card_is_not_shown_to_a_narrowed_role(sign_in):
    role = RoleFactory(permissions=["clients.view_client", "clients.merge_clients"], scope=Scope.OWN)  # fmt: skip
    person = UserFactory(role=role)
    one = pair(ClientFactory(curator=person))
    http = sign_in(person)

    assert page(http).context["rows"] == []
    assert (
        http.get(f"/clients/{one.first_id}/merge/{one.second_id}/").status_code == 404
    )
    assert http.post(f"/clients/duplicates/{one.pk}/deny/").status_code == 404


def test_the_page_of_pairs_costs_the_same_for_two_and_for_twenty(head):
    def cost():
        page(head)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(head)
        return len(asked)

    pair(), pair()
    few = cost()
    for _ in range(18):
        pair(ClientFactory(curator=UserFactory()))

    assert cost() == few


def test_two_cards_stand_side_by_side_and_become_one_as_chosen(head):
    one, two = ClientFactory(name="Ромашка", city="Тверь"), ClientFactory(name="Ромашка", city="Тула")  # fmt: skip
    Phone.objects.create(client=two, raw="+7 495 540-75-20", e164="+74955407520")
    url = f"/clients/{one.pk}/merge/{two.pk}/"

    text = head.get(url).content.decode()
    assert "Тверь" in text and "Тула" in text and "+7 495 540-75-20" in text
    answer = head.post(url, {"keep:city": "loser", "mine": one.version, "theirs": two.version})  # fmt: skip

    record = ClientMerge.objects.get()
    assert answer.url == f"/clients/merges/{record.pk}/"
    one.refresh_from_db()
    assert one.city == "Тула"
    assert head.get(f"/clients/{two.pk}/").url == f"/clients/{one.pk}/"
    assert head.get(f"/clients/{two.pk}/?as=joined").status_code == 200
    assert head.get(f"/clients/{one.pk}/").status_code == 200


def test_who_comes_second_is_told_clearly_and_led_to_the_card(head):
    one, two = ClientFactory(name="Ромашка"), ClientFactory(name="Лютик")
    head.post(f"/clients/{one.pk}/merge/{two.pk}/")

    answer = head.post(f"/clients/{two.pk}/merge/{one.pk}/")

    assert answer.status_code == 422
    text = answer.content.decode()
    assert "has been joined with" in text and f'href="/clients/{one.pk}/"' in text
    assert ClientMerge.objects.count() == 1


def test_a_card_changed_meanwhile_is_shown_again_instead(head):
    one, two = ClientFactory(), ClientFactory()

    answer = head.post(f"/clients/{one.pk}/merge/{two.pk}/", {"mine": 7, "theirs": 1})

    assert answer.status_code == 422
    assert "changed meanwhile" in answer.content.decode()
    assert not ClientMerge.objects.exists()


def test_a_joining_is_undone_from_its_page_and_says_what_stayed(head):
    one, two = ClientFactory(), ClientFactory()
    number = Phone.objects.create(client=two, raw="+7 495 540-75-20", e164="+74955407520")  # fmt: skip
    head.post(f"/clients/{one.pk}/merge/{two.pk}/")
    Phone.objects.filter(pk=number.pk).update(note="после обеда")
    url = f"/clients/merges/{ClientMerge.objects.get().pk}/"

    assert "Undo the joining" in head.get(url).content.decode()
    head.post(url)

    text = head.get(url).content.decode()
    assert "+7 495 540-75-20" in text and "changed since the joining" in text
    assert Client.objects.get(pk=two.pk).archived_at is None
    assert head.post(url).status_code == 422


def test_an_old_joining_offers_no_way_back(head):
    one, two = ClientFactory(), ClientFactory()
    head.post(f"/clients/{one.pk}/merge/{two.pk}/")
    ClientMerge.objects.update(at=NOW - timedelta(days=31))

    text = head.get(f"/clients/merges/{ClientMerge.objects.get().pk}/").content.decode()

    assert "Undo the joining" not in text


def test_joinings_are_listed_and_cost_the_same_for_two_and_for_twenty(head):
    def joined():
        one, two = ClientFactory(name="Ромашка"), ClientFactory()
        ClientMerge.objects.create(survivor=one, loser=two, by=UserFactory(), at=NOW)

    def cost():
        with CaptureQueriesContext(connection) as asked:
            assert "Ромашка" in head.get("/clients/merges/").content.decode()
        return len(asked)

    joined(), joined()
    cost()
    few = cost()
    for _ in range(18):
        joined()

    assert cost() == few


def test_a_card_to_join_with_is_chosen_by_hand(head):
    one, two = ClientFactory(), ClientFactory()
    url = f"/clients/{one.pk}/merge/"

    assert head.get(url).status_code == 200
    assert head.get(url, {"other": two.pk}).url == f"/clients/{one.pk}/merge/{two.pk}/"
    assert head.get(url, {"other": "x"}).status_code == 200
    assert head.get(f"/clients/{one.pk}/merge/{one.pk}/").status_code == 200


def test_two_persons_are_joined_and_parted_on_their_pages(head):
    one, two = ContactFactory(note="у нас давно"), ContactFactory(note="новый")
    url = f"/contacts/{one.pk}/merge/{two.pk}/"

    assert "новый" in head.get(url).content.decode()
    head.post(url, {"keep:note": "both"})

    record = ContactMerge.objects.get()
    assert head.get(f"/contacts/{two.pk}/").url == f"/contacts/{one.pk}/"
    assert head.get(f"/contacts/merges/{record.pk}/").status_code == 200
    assert head.get("/contacts/merges/").status_code == 200
    head.post(f"/contacts/merges/{record.pk}/")
    assert Contact.objects.get(pk=one.pk).note == "у нас давно"
    assert Contact.objects.get(pk=two.pk).merged_into is None


def test_a_joined_card_is_not_restored_past_its_joining(head):
    one, two = ClientFactory(), ClientFactory()
    head.post(f"/clients/{one.pk}/merge/{two.pk}/")

    head.post(f"/clients/{two.pk}/restore/")

    assert Client.objects.get(pk=two.pk).archived_at is not None
