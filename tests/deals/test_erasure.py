"""What deals say of a person is erased with him: of his own firms by the last name alone, of others by what is surely his."""

import pytest
from django.urls import reverse
from django.utils import timezone

from clients import erasure_work
from clients.actions import contacts as contact_actions
from clients.models import Erasure, OwnField
from deals.actions.deals import change_deal, refuse, reopen
from deals.models import RefusalReason
from tests.clients.test_erasure import grep
from tests.deals.money import a_deal
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db

LAST = "Черепанова"


def linked(client, last, first, user):
    return contact_actions.create_contact(
        state={"last_name": last, "first_name": first, "patronymic": "Юрьевна"},
        by=user,
        at=timezone.now(),
        client=client,
        place=contact_actions.Place(),
        others=True,
    )


@pytest.fixture
def head():
    return UserFactory(preset="director", language="en")


@pytest.fixture
def http(head, sign_in):
    return sign_in(head)


@pytest.fixture
def decider():
    return OwnField.objects.create(owner="deal", name="Кто решает", type="text")


def spoken_of(http, deal, decider, user):
    """A deal that names her by the last name alone in each place where people write."""
    change_deal(deal.pk, by=user, changes={"note": f"Ждать {LAST[:-1]}у"}, own={decider.pk: f"сама {LAST}"})  # fmt: skip
    http.post(f"/deals/{deal.pk}/say/", {"text": f"{LAST} просила скидку"})
    reason = RefusalReason.objects.in_use().filter(children=None).first()
    refuse(deal.pk, by=user, reason=reason, comment=f"{LAST} передумала")
    reopen(deal.pk, by=user, comment=f"{LAST} вернулась")


def shown(http, deal):
    pages = [http.get(f"/deals/{deal.pk}/{path}").text for path in ("", "sections/", "journal/")]  # fmt: skip
    return "\n".join([*pages, http.get("/deals/").text])


def erase(person, sign_in):
    http = sign_in(UserFactory(preset="lawyer"))
    path = reverse("clients:person_erase", args=["contact", person.pk])
    http.post(path, {"ground": "demand", "word": "стереть"})
    assert erasure_work.carry_out(Erasure.objects.get().pk)


def test_deals_of_her_firm_forget_her_last_name_and_keep_the_rest(http, head, decider, sign_in):  # fmt: skip
    firm = ClientFactory(name="Пример-Снаб")
    person = linked(firm, LAST, "Аделаида", head)
    deal = a_deal(firm, title=f"Насосы для {LAST[:-1]}ой")
    spoken_of(http, deal, decider, head)
    assert shown(http, deal).count(LAST[:-1]) >= 6

    erase(person, sign_in)

    left = shown(http, deal)
    assert LAST[:-1] not in left
    assert "Насосы для …" in left
    assert "сама …" in left
    assert "… просила скидку" in left
    assert grep(LAST[:-1]) == []


def test_deals_of_other_firms_keep_a_last_name_that_may_be_another_s(http, head, decider, sign_in):  # fmt: skip
    person = linked(ClientFactory(), LAST, "Аделаида", head)
    deal = a_deal(ClientFactory(name="Чужая"), title=f"Станки {LAST}")
    spoken_of(http, deal, decider, head)
    change_deal(deal.pk, by=head, changes={}, own={decider.pk: f"{LAST} Аделаида Юрьевна, или {LAST}"})  # fmt: skip

    erase(person, sign_in)

    left = shown(http, deal)
    assert f"Станки {LAST}" in left
    assert f"{LAST} просила скидку" in left
    assert "Аделаида" not in left


def test_deals_of_a_namesake_s_firm_keep_her_whole_name(http, head, decider, sign_in):
    person = linked(ClientFactory(), LAST, "Аделаида", head)
    theirs = ClientFactory()
    linked(theirs, LAST, "Аделаида", head)
    deal = a_deal(theirs)
    change_deal(deal.pk, by=head, changes={}, own={decider.pk: f"{LAST} Аделаида"})

    erase(person, sign_in)

    assert f"{LAST} Аделаида" in http.get(f"/deals/{deal.pk}/sections/").text
    assert f"{LAST} Аделаида" in http.get(f"/deals/{deal.pk}/journal/").text
