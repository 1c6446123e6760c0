"""Asking for a client that a colleague leads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from clients import take_overs
from clients.models import Phone, TakeOverRequest
from salesexpert.accounts.choices import Scope
from salesexpert.audit.models import JournalEntry
from salesexpert.outbox.models import Letter
from tests.factories import ClientFactory, DepartmentFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    """A department: its head, the curator of a client, and a colleague who asks for the client."""
    department = DepartmentFactory()

    class Firm:
        head = UserFactory(preset="head_of_sales", department=department, language="en")
        curator = UserFactory(department=department, language="en")
        asker = UserFactory(department=department, language="en")
        stranger = UserFactory(preset="head_of_sales", department=DepartmentFactory())
        client = ClientFactory(name="Ромашка", curator=curator)

    return Firm


def ask(http, client, reason="встретились на выставке", **more):
    return http.post(f"/clients/{client.pk}/take-over/", {"reason": reason, **more})


@pytest.fixture
def asked(firm, sign_in):
    ask(sign_in(firm.asker), firm.client)
    return TakeOverRequest.objects.get()


def test_until_the_head_decides_the_curator_stays_and_all_three_are_told(
    firm, asked, sign_in
):
    firm.client.refresh_from_db()
    assert firm.client.curator == firm.curator
    assert {letter.to for letter in Letter.objects.all()} == {
        firm.head.email,
        firm.curator.email,
    }
    for person in (firm.head, firm.curator, firm.asker):
        assert "Ромашка" in sign_in(person).get("/").content.decode()
    assert JournalEntry.objects.filter(verb="client.take_over_asked").exists()


def test_the_head_hands_over_and_both_are_told(firm, asked, sign_in):
    head = sign_in(firm.head)
    assert "Ромашка" in head.get("/clients/take-overs/").content.decode()

    head.post(f"/clients/take-overs/{asked.pk}/accept/")

    firm.client.refresh_from_db()
    asked.refresh_from_db()
    assert firm.client.curator == firm.asker
    assert (asked.state, asked.decided_by) == ("accepted", firm.head)
    told = Letter.objects.filter(key__contains=":accepted:")
    assert {letter.to for letter in told} == {firm.asker.email, firm.curator.email}
    verbs = set(JournalEntry.objects.values_list("verb", flat=True))
    assert {"client.curator_changed", "client.take_over_accepted"} <= verbs
    assert "accepted" in sign_in(firm.curator).get("/").content.decode()


def test_a_refusal_needs_its_reason_and_both_read_it(firm, asked, sign_in):
    head, url = sign_in(firm.head), f"/clients/take-overs/{asked.pk}/refuse/"

    assert head.post(url, {"note": " "}).status_code == 422
    head.post(url, {"note": "ведёт пять лет"})

    asked.refresh_from_db()
    assert (asked.state, asked.note) == ("refused", "ведёт пять лет")
    for person in (firm.asker, firm.curator):
        page = sign_in(person).get("/clients/take-overs/?show=settled")
        assert "ведёт пять лет" in page.content.decode()
    assert all("ведёт пять лет" in x.text for x in Letter.objects.filter(key__contains=":refused:"))  # fmt: skip


def test_the_asker_withdraws_and_nobody_else_does(firm, asked, sign_in):
    url = f"/clients/take-overs/{asked.pk}/withdraw/"

    assert sign_in(firm.curator).post(url).status_code == 404
    sign_in(firm.asker).post(url)

    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_a_decided_request_is_decided(firm, asked, sign_in):
    sign_in(firm.asker).post(f"/clients/take-overs/{asked.pk}/withdraw/")

    answer = sign_in(firm.head).post(
        f"/clients/take-overs/{asked.pk}/accept/", follow=True
    )

    assert "settled already" in answer.content.decode()
    firm.client.refresh_from_db()
    assert firm.client.curator == firm.curator


def test_one_asks_for_a_client_once_and_not_for_his_own(firm, asked, sign_in):
    again = ask(sign_in(firm.asker), firm.client)
    own = ask(sign_in(firm.curator), firm.client)

    assert "asked for this client already" in again.content.decode()
    assert "lead this client already" in own.content.decode()
    assert (again.status_code, own.status_code) == (422, 422)
    assert TakeOverRequest.objects.count() == 1


def test_the_reason_typed_is_not_lost_and_must_be_given(firm, sign_in):
    answer = ask(sign_in(firm.asker), firm.client, reason="")
    assert answer.status_code == 422
    assert "the head decides by it" in answer.content.decode()


def test_who_has_not_the_right_decides_nothing(firm, asked, sign_in):
    for person in (firm.curator, firm.asker):
        http = sign_in(person)
        assert http.post(f"/clients/take-overs/{asked.pk}/accept/").status_code == 403
        assert http.get(f"/clients/take-overs/{asked.pk}/refuse/").status_code == 403


def test_a_head_does_not_decide_about_his_own_request(firm, sign_in):
    http = sign_in(firm.head)
    ask(http, firm.client)
    own = TakeOverRequest.objects.get()

    assert http.post(f"/clients/take-overs/{own.pk}/accept/").status_code == 403


def test_only_the_head_of_the_curators_department_is_bothered(firm, asked):
    assert take_overs.heads_of(firm.curator) == [firm.head]
    assert list(take_overs.waiting_for(firm.head)) == [asked]
    assert list(take_overs.waiting_for(firm.stranger)) == []


@pytest.fixture
def narrow(sign_in):
    """A seller who sees only his own clients."""
    role = RoleFactory(permissions=["clients.view_client", "clients.add_client"], scope=Scope.OWN)  # fmt: skip
    person = UserFactory(role=role, language="en")
    http = sign_in(person)
    http.person = person
    return http


def test_who_may_not_see_the_card_learns_that_it_exists_and_who_leads_it_and_may_ask(
    firm, narrow
):
    firm.client.city, firm.client.inn = "Тверь", "9900000017"
    firm.client.save()
    Phone.objects.create(client=firm.client, raw="1", e164="+74955407520")

    text = narrow.get("/clients/similar/", {"phones-new0-raw": "8 495 540-75-20"}).content.decode()  # fmt: skip

    assert "Ромашка" in text and str(firm.curator) in text
    assert "Тверь" not in text and "9900000017" not in text
    assert f'href="/clients/{firm.client.pk}/"' not in text
    seen = text.split("take-over/?seen=")[1].split('"')[0]
    dialog = narrow.get(f"/clients/{firm.client.pk}/take-over/?seen={seen}")
    assert dialog.status_code == 200
    assert ask(narrow, firm.client, seen=dialog.context["seen"]).status_code in {204, 302}  # fmt: skip
    assert TakeOverRequest.objects.get().asker == narrow.person


def test_ids_of_strange_cards_cannot_be_tried_one_by_one(firm, narrow, sign_in):
    url = f"/clients/{firm.client.pk}/take-over/"
    others = take_overs.pass_for(firm.asker, firm.client.pk)

    assert narrow.get(url).status_code == 404
    assert narrow.get(url, {"seen": others}).status_code == 404
    assert narrow.get(url, {"seen": "чужое"}).status_code == 404


def test_the_card_shows_who_asks_for_the_client(firm, asked, sign_in):
    panels = sign_in(firm.head).get(reverse("desk:panels", args=[firm.client.pk]))
    assert "встретились на выставке" in panels.content.decode()
    card = sign_in(firm.asker).get(f"/clients/{firm.client.pk}/").content.decode()
    assert f"/clients/{firm.client.pk}/take-over/" in card


def test_the_page_costs_the_same_for_two_requests_and_for_twenty(firm, sign_in):
    http = sign_in(firm.head)

    def asked():
        ask(sign_in(UserFactory()), ClientFactory(curator=firm.curator))

    def cost():
        http.get("/clients/take-overs/")
        with CaptureQueriesContext(connection) as said:
            assert http.get("/clients/take-overs/").status_code == 200
        return len(said)

    asked(), asked()
    few = cost()
    for _ in range(18):
        asked()

    assert cost() == few
