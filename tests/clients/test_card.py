import pytest

from tests.factories import ClientFactory, ContactLinkFactory

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
