"""The search for cards that are one firm: what it finds, what it leaves alone, and how it keeps up with changes."""

import json
import os
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from clients import pairing
from clients.models import (
    ChangedCard,
    Client,
    ClientAddress,
    ClientSite,
    ContactLink,
    Email,
    Phone,
    SuspectedPair,
)
from clients.names import core_name
from tests.clients import lookalikes
from tests.factories import ClientFactory, ContactFactory

pytestmark = pytest.mark.django_db
REAL = Path(
    os.environ.get("RU_COMPANIES")
    or Path(__file__).parents[2].parent / "shared" / "data" / "ru_companies"
)
needs_real = pytest.mark.skipif(
    not REAL.is_dir(), reason="the real lists (RU_COMPANIES) are not on this machine"
)
INN, OTHER_INN = "9900000017", "9900000024"


def card(name="Ромашка", *, phone="", email="", site="", address="", **more):
    client = ClientFactory(name=name, core_name=core_name(name), **more)
    if phone:
        Phone.objects.create(client=client, raw=phone, e164=phone)
    if email:
        Email.objects.create(client=client, address=email)
    if site:
        ClientSite.objects.create(client=client, url=site, host=site)
    if address:
        ClientAddress.objects.create(client=client, text=address)
    return client


def look():
    while pairing.look_at_changed(at=timezone.now()):
        pass


def found():
    look()
    return {
        (p.first_id, p.second_id): (p.level, tuple(p.evidence))
        for p in SuspectedPair.objects.filter(state="open")
    }


def measured(base, ids):
    """Precision and recall on the first level, and recall on either; related pairs count for neither."""
    place = {pk: n for n, pk in enumerate(ids)}
    pairs = {(place[a], place[b]): level for (a, b), (level, _e) in found().items()}
    first = {pair for pair, level in pairs.items() if level == 1} - base.related
    right = first & base.doubles
    return (
        len(right) / max(1, len(first)),
        len(right) / len(base.doubles),
        len(pairs.keys() & base.doubles) / len(base.doubles),
        first - base.doubles,
        base.doubles - first,
    )


def test_of_a_base_of_lookalikes_nearly_all_doubles_and_few_others_stand_first():
    base = lookalikes.make(1200)

    precision, recall, either, *_ = measured(base, lookalikes.save(base))

    assert precision >= 0.97
    assert recall >= 0.97
    assert either >= 0.98


@needs_real
def test_the_judged_groups_of_the_real_list_stand_on_the_level_they_should():
    call_command(
        "import_clients",
        str(REAL / "moscow_suppliers_2017_utf8bom.csv"),
        "--json",
        stdout=StringIO(),
    )
    pairs = found()
    ids = {int(k): pk for k, pk in Client.objects.values_list("outside_id", "pk") if k}
    wrong = []
    for group in json.loads((REAL / "truth.json").read_text("utf-8"))["judged_pairs"]:
        cards = sorted(ids[kod] for kod in group["kod"])
        levels = [pairs[a, b][0] if (a, b) in pairs else None for a in cards for b in cards if a < b]  # fmt: skip
        right = {
            "duplicate": all(level == 1 for level in levels),
            "related": all(levels),
            "different": 1 not in levels,
        }
        if not right.get(group["verdict"], True):
            wrong.append((group["kod"], group["verdict"], levels))
    assert wrong == []


def test_a_pair_comes_and_goes_with_what_the_cards_say():
    one, two = card(phone="+74955407520"), card("Лютик", phone="+74955407520")
    assert found() == {(one.pk, two.pk): (2, ("phone",))}

    two.name, two.core_name = "Рамашка", "рамашка"
    two.save(update_fields=["name", "core_name"])
    assert found() == {(one.pk, two.pk): (1, ("phone", "near_name"))}

    two.phones.all().delete()
    assert found() == {}


def test_whoever_changes_a_card_it_is_looked_at_again():
    one, two = card("Ромашка"), card("Лютик")
    look()
    assert not ChangedCard.objects.exists()

    Phone.objects.bulk_create(
        Phone(client=client, raw="1", e164="+74955407520") for client in (one, two)
    )
    Client.objects.filter(pk=one.pk).update(inn=INN)

    assert set(ChangedCard.objects.values_list("client_id", flat=True)) == {one.pk, two.pk}  # fmt: skip
    assert found() == {(one.pk, two.pk): (2, ("phone",))}


def test_what_derives_from_the_history_gives_no_work():
    one = card()
    look()

    Client.objects.filter(pk=one.pk).update(last_contact_at=timezone.now())

    assert not ChangedCard.objects.exists()


def test_an_archived_card_is_no_suspect():
    card(phone="+74955407520")
    two = card(phone="+74955407520")
    assert len(found()) == 1

    Client.objects.filter(pk=two.pk).update(archived_at=timezone.now())

    assert found() == {}


def test_two_valid_inns_are_two_firms_whatever_else_agrees():
    card(inn=INN, phone="+74955407520", email="info@romashka.example")
    card(inn=OTHER_INN, phone="+74955407520", email="info@romashka.example")

    assert found() == {}


def test_one_inn_is_one_firm_and_with_another_kpp_perhaps_a_branch():
    one, two = card(inn=INN, kpp="990001001"), card("Лютик", inn=INN, kpp="990001001")
    three = card("Василёк", inn=INN, kpp="990002001")

    levels = {pair: level for pair, (level, _e) in found().items()}

    assert levels == {
        (one.pk, two.pk): 1,
        (one.pk, three.pk): 2,
        (two.pk, three.pk): 2,
    }


def test_a_person_of_two_firms_does_not_make_them_one():
    person = ContactFactory()
    Phone.objects.create(contact=person, raw="1", e164="+79161234567")
    for name in ("Ромашка", "Лютик"):
        ContactLink.objects.create(contact=person, client=card(name))

    assert found() == {}


def test_a_parent_firm_and_its_branches_are_no_suspects():
    parent = card(phone="+74955407520")
    for _ in range(2):
        card(phone="+74955407520", parent=parent)

    assert found() == {}


def test_a_number_that_many_cards_share_speaks_only_beside_the_name():
    for name in ("Лютик", "Василёк", "Фиалка", "Незабудка", "Колокольчик"):
        card(name, phone="+74955407520")
    one, two = card("Ромашка", phone="+74955407520"), card("Рамашка", phone="+74955407520")  # fmt: skip

    assert found() == {(one.pk, two.pk): (1, ("phone", "near_name"))}


def test_a_number_of_a_whole_business_centre_compares_nobody():
    for n in range(pairing.CROWDED + 2):
        card(f"Фирма-{n}", phone="+74955407520")

    assert found() == {}


def test_the_same_address_written_otherwise_is_the_same():
    one = card(address="127006, г. Москва, ул. Образцовая, д. 21, стр. 1")
    two = card("Ромашка, ООО", address="Москва, Образцовая улица, 21с1")
    card("Ромашка", address="Москва, Образцовая улица, 22с1", city="Тула")

    assert found()[one.pk, two.pk] == (1, ("address", "name"))


def test_comparing_costs_the_same_for_two_cards_and_for_twenty(
    django_assert_max_num_queries,
):
    for n in range(20):
        card(f"Ромашка {n}", phone="+74955407520", email=f"a{n}@romashka.example")

    with django_assert_max_num_queries(32):
        pairing.look_at_changed(at=timezone.now())


def test_cards_loaded_past_the_triggers_are_found_at_night():
    card(phone="+74955407520"), card(phone="+74955407520")
    ChangedCard.objects.all().delete()
    assert found() == {}

    pairing.note_the_unknown()

    assert len(found()) == 1
