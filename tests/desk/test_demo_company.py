"""The demo company: what a new user is shown, and what the benchmarks stand on."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Max, Min, Q
from django.test import Client as HttpClient
from django.utils import timezone

from clients import models as base
from clients import pairing
from clients.actions.steps import refresh_steps
from clients.choices import PairLevel
from clients.requisites import check_inn, check_kpp, check_ogrn
from clients.searching import refresh_contact_search, refresh_search
from salesexpert.accounts.models import Department, User
from salesexpert.core.folding import fold
from salesexpert.desk.demo.company import USERNAMES
from tests.conftest import load_presets
from tests.factories import ClientFactory

UNTIL = date(2026, 11, 20)


def load(**options: Any) -> str:
    out = StringIO()
    call_command(
        "demo", scale="tiny", until=UNTIL, stdout=out, stderr=StringIO(), **options
    )
    return out.getvalue()


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The tiny company, loaded once for the tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_presets()  # a file of tests with real transactions may have run before
        load()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def db(demo: None, django_db_blocker: Any) -> Iterator[None]:
    """The company, and what a test changes in it undone. Takes the place of pytest-django's `db`, by whose name it knows that
    a test needs the database made."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def test_the_tiny_company_has_the_numbers_that_are_promised(db):
    assert base.Client.objects.count() == 200
    # Beside the promised history there is what repeats and what was handed over.
    assert 2_000 <= base.Activity.objects.count() <= 2_100
    assert User.objects.filter(is_active=True).count() == 12


def test_new_records_get_ids_beyond_those_of_the_demo(db):
    last = base.Client.objects.aggregate(last=Max("pk"))["last"]

    assert ClientFactory().pk > last
    base.Region.objects.create(name="Новая область", folded="новая область")
    Department.objects.create(name="Новый отдел")


def test_every_address_is_under_example(db):
    addresses = [
        *base.Email.objects.values_list("address", flat=True),
        *User.objects.values_list("email", flat=True),
    ]
    assert len(addresses) > 300
    assert [a for a in addresses if not a.endswith(".example")] == []
    hosts = base.ClientSite.objects.values_list("host", flat=True)
    assert [h for h in hosts if not h.endswith(".example")] == []


def test_no_phone_can_ring(db):
    for raw, e164 in base.Phone.objects.values_list("raw", "e164"):
        assert e164.startswith("+7")
        local = raw.split(") ")[1]
        assert local.startswith("0") or e164[2:5] in {"975", "976"}


def test_requisites_pass_the_checks_and_belong_to_no_region(db):
    rows = base.Client.objects.exclude(inn="").values_list("inn", "kpp", "ogrn")
    assert len(rows) > 100
    for inn, kpp, ogrn in rows:
        assert inn.startswith("00")
        assert not check_inn(inn)
        assert not check_kpp(kpp)
        assert not check_ogrn(ogrn)


def test_names_are_various_and_folded_as_search_expects(db):
    clients = base.Client.objects.values_list("name", "folded", "search_text")
    assert len({name for name, _, _ in clients}) == 200
    for name, folded, text in clients:
        assert folded == fold(name)
        assert folded in text


def test_first_and_last_contact_and_next_step_repeat_the_history(db):
    contact = Q(activities__kind__is_contact=True, activities__status="done")
    counted = base.Client.objects.annotate(
        last=Max("activities__done_at", filter=contact),
        first=Min("activities__done_at", filter=contact),
        soon=Min("activities__planned_at", filter=Q(activities__status="planned")),
    )
    for client in counted:
        assert client.last_contact_at == client.last
        assert client.first_contact_at == client.first
        assert client.next_step_at == client.soon
        if client.soon:
            steps = client.activities.filter(
                status="planned", planned_at=client.soon
            ).values_list("title", flat=True)
            assert client.next_step_title in steps


def test_what_cards_repeat_of_their_history_and_people_is_as_counted_anew(db):
    def columns() -> list[tuple[Any, ...]]:
        return list(
            base.Client.objects.order_by("pk").values_list(
                "last_contact_at", "next_step_at", "next_step_title", "search_text"
            )
        )

    people = base.Contact.objects.order_by("pk").values_list("pk", "search_text")
    before, people_before = columns(), list(people)
    pks = list(base.Client.objects.values_list("pk", flat=True))
    refresh_steps(pks)
    refresh_search(pks)
    refresh_contact_search(pk for pk, _ in people_before)

    assert columns() == before
    assert list(people.all()) == people_before


def test_the_ladder_is_what_the_log_of_moves_says(db):
    for client in base.Client.objects.prefetch_related("relationship_moves"):
        moves = sorted(client.relationship_moves.all(), key=lambda m: (m.at, m.pk))
        assert moves[0].from_type_id is None
        assert moves[-1].to_type_id == client.relationship_id
        for earlier, later in pairwise(moves):
            assert later.from_type_id == earlier.to_type_id


def test_who_came_by_himself_has_a_source(db):
    assert not base.Client.objects.filter(initiative="theirs", source=None).exists()


def test_done_work_is_told_in_a_few_words_or_forty_and_ends_before_tomorrow(db):
    end = timezone.make_aware(datetime.combine(UNTIL, datetime.max.time()))
    done = base.Activity.objects.filter(status="done")
    assert not done.filter(done_at__gt=end).exists()
    lengths = [len(text.split()) for text in done.values_list("summary", flat=True)]
    assert min(lengths) >= 4
    assert max(lengths) <= 40
    assert "{" not in "".join(done.values_list("summary", flat=True))


def test_history_is_told_in_many_words(db):
    summaries = set(base.Activity.objects.values_list("summary", flat=True))
    assert len(summaries) > 700


def test_each_seller_has_a_day_before_him(db):
    at = timezone.make_aware(datetime.combine(UNTIL, datetime.min.time()))
    for name in ("anna", "boris", "vera"):
        own = base.Activity.objects.filter(performer__username=name)
        planned = own.filter(status="planned")
        assert planned.filter(planned_at__lt=at).count() >= 2
        assert planned.filter(planned_at__range=(at, at + timedelta(days=1))).count() >= 4  # fmt: skip
        assert planned.filter(planned_at__gt=at + timedelta(days=1)).count() >= 2
        assert own.filter(status="done", done_at__gte=at).exists()
    others = base.Activity.objects.filter(status="planned", performer__username__in=["anna", "boris", "vera"]).exclude(created_by=models.F("performer"))  # fmt: skip
    assert others.filter(client__isnull=False).exists()


def test_promises_are_kept_by_a_later_contact_or_still_open(db):
    promises = base.Commitment.objects.filter(kind="promise")
    kept = promises.exclude(settled_at=None)
    assert kept.count() > 20
    assert promises.filter(settled_at=None).count() > 5
    for promise in kept[:50]:
        assert promise.client.activities.filter(
            done_at=promise.settled_at, performer=promise.settled_by
        ).exists()


def test_the_journal_of_a_card_begins_with_who_opened_it(db):
    client = base.Client.objects.exclude(relationship__step=1).first()
    events = list(client.events.order_by("pgh_created_at", "pgh_id"))
    assert events[0].pgh_label == "insert"
    assert events[0].pgh_created_at == client.created_at
    assert events[0].pgh_context["user"] == client.created_by_id
    assert events[-1].relationship_id == client.relationship_id
    assert base.Client.objects.count() == client.__class__.objects.filter(event__pgh_label="insert").distinct().count()  # fmt: skip


@pytest.mark.parametrize("name", USERNAMES)
def test_everybody_signs_in_with_the_password_demo(db, name):
    http = HttpClient()
    answer = http.post("/login/", {"login": name, "password": "demo"})
    assert answer.status_code == 302
    assert "_auth_user_id" in http.session


PAGES = (
    "/", "/clients/", "/clients/?q=пример", "/contacts/", "/search/?q=образ", "/clients/import/", "/settings/",
    "/profile/",
)  # fmt: skip


@pytest.mark.parametrize("name", USERNAMES)
def test_pages_and_cards_open_for_every_role(db, name, sign_in):
    http = sign_in(User.objects.get(username=name))
    busy = base.Activity.objects.values("client").exclude(client=None).annotate(n=models.Count("pk")).order_by("-n")  # fmt: skip
    cards = [row["client"] for row in busy[:3]]
    cards += base.Client.objects.exclude(category="client").values_list("pk", flat=True)[:2]  # fmt: skip
    contacts = base.Contact.objects.values_list("pk", flat=True)[:2]
    paths = [*PAGES]
    paths += [f"/clients/{pk}/" for pk in cards]
    paths += [f"/clients/{pk}/panels/" for pk in cards]
    paths += [f"/contacts/{pk}/" for pk in contacts]
    for path in paths:
        assert http.get(path).status_code < 500, path


def test_it_has_own_fields_with_values_and_a_few_cards_opened_twice(db):
    values = base.OwnValue.objects.values_list("field__type", flat=True)
    assert {"choice", "number", "date", "yes_no", "text"} == set(values)

    while pairing.look_at_changed(at=timezone.now()):
        pass

    sure = base.SuspectedPair.objects.filter(level=PairLevel.PROBABLE)
    assert sure.count() >= 3
