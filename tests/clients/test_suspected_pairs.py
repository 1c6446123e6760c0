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
    Client,
    ClientAddress,
    ClientSite,
    Email,
    Phone,
    SuspectedPair,
)
from clients.names import core_name
from tests.clients import lookalikes
from tests.factories import ClientFactory

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
