import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from clients.actions.clients import set_first_contact
from clients.models import ClientProduct, Product, RelationshipType
from salesexpert.accounts.presets import BY_CODE
from salesexpert.desk import panels
from salesexpert.desk.panels import PANELS, Panel
from tests.factories import ClientFactory, ContactLinkFactory, RoleFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_a_card_opens_with_its_name_curator_and_people(http, user):
    card = ClientFactory(name="Пример-Снаб", curator=user)
    ContactLinkFactory(client=card, contact__last_name="Заготовкина")

    page = http.get(card.get_absolute_url())

    assert page.status_code == 200
    assert "Пример-Снаб" in page.text
    assert "Заготовкина" in page.text
    assert str(user) in page.text


def test_the_lower_side_of_a_card_comes_in_one_request(http):
    card = ClientFactory()

    panels = http.get(f"/clients/{card.pk}/panels/", headers={"HX-Request": "true"})

    assert panels.status_code == 200
    assert "<html" not in panels.text


def test_the_card_costs_the_same_for_two_rows_and_twenty(http):
    def asked(rows):
        card = ClientFactory()
        for n in range(rows):
            ContactLinkFactory(client=card)
            card.phones.create(raw=f"8 495 540-75-{n:02}", e164=f"+749554075{n:02}")
            card.emails.create(address=f"a{n}@primer.example")
            ClientFactory(parent=card)
            ClientProduct.objects.create(
                client=card,
                product=Product.objects.create(name=f"{card.pk}-{n}"),
                kind="interest",
            )
        counts = []
        for path in (card.get_absolute_url(), f"/clients/{card.pk}/panels/"):
            with CaptureQueriesContext(connection) as queries:
                assert http.get(path).status_code == 200
            counts.append(len(queries))
        return counts

    asked(1)
    few, many = asked(2), asked(20)

    assert few == many
    assert many[0] <= 15
    assert many[1] <= 12


def test_a_panel_that_fails_leaves_the_others_alone(http, monkeypatch):
    card = ClientFactory()

    def broken(client, user):
        raise RuntimeError

    monkeypatch.setattr(
        panels,
        "PANELS",
        [Panel("family", "Сломанное", "clients/card_family.html", broken), *PANELS],
    )

    page = http.get(f"/clients/{card.pk}/panels/")

    assert page.status_code == 200
    assert "panel-err" in page.text
    assert f"/clients/{card.pk}/panels/?only=family" in page.text
    assert 'id="panel-products"' in page.text


@pytest.mark.parametrize("scope", ["own", "team"])
@pytest.mark.parametrize(
    "path",
    [
        "/clients/{}/",
        "/clients/{}/panels/",
        "/clients/{}/edit/",
        "/clients/{}/people/",
        "/clients/{}/about/",
        "/clients/{}/people/new/",
        "/clients/{}/files/",
        "/clients/{}/fill/city/",
        "/clients/{}/relationship/",
    ],
)
def test_a_strangers_card_is_as_absent_as_none(sign_in, scope, path):
    role = RoleFactory(scope=scope, permissions=BY_CODE["head_of_sales"].permissions)
    stranger = sign_in(UserFactory(role=role))
    card = ClientFactory(curator=UserFactory())

    assert stranger.get(path.format(card.pk)).status_code == 404
    assert stranger.get(path.format(999_999_999)).status_code == 404


def test_a_client_moves_on_the_ladder_with_a_log(http, user):
    card = ClientFactory()
    step = RelationshipType.objects.get(step=2)

    http.post(
        f"/clients/{card.pk}/relationship/", {"to_type": step.pk, "reason": "Интерес"}
    )

    card.refresh_from_db()
    move = card.relationship_moves.get()
    assert card.relationship == step
    assert (move.from_type.step, move.to_type, move.by, move.reason) == (1, step, user, "Интерес")  # fmt: skip
    assert "Интерес" in http.get(f"/clients/{card.pk}/panels/").text


def test_only_who_may_archives_a_card_and_an_archived_one_is_read_only(http, sign_in):
    card = ClientFactory()
    head = sign_in(UserFactory(preset="head_of_sales"))

    assert http.post(f"/clients/{card.pk}/archive/").status_code == 403
    head.post(f"/clients/{card.pk}/archive/")

    card.refresh_from_db()
    assert card.archived_at
    assert "/edit/" not in http.get(card.get_absolute_url()).text
    head.post(f"/clients/{card.pk}/restore/")
    card.refresh_from_db()
    assert card.archived_at is None


def test_the_first_contact_is_set_once(user):
    card = ClientFactory()
    at = timezone.now()

    assert set_first_contact(client=card, by=user, at=at)
    assert not set_first_contact(client=card, by=UserFactory(), at=timezone.now())

    card.refresh_from_db()
    assert (card.first_contact_at, card.first_contact_by) == (at, user)
