"""Consents, demands of persons and their terms, the page of a person, the stop list."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from clients import advertising, suppressions, terms
from clients.actions import consents as actions
from clients.actions.consents import OnStopList
from clients.models import (
    Activity,
    Consent,
    ConsentText,
    Contact,
    Email,
    PersonRequest,
    Phone,
    Suppression,
)
from clients.persons import Person
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    ConsentFactory,
    ContactFactory,
    ContactLinkFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MAIL, NUMBER = "l.zagotovkina@primer.example", "+74852123456"


@pytest.fixture
def lawyer():
    return UserFactory(preset="lawyer")


@pytest.fixture
def person():
    contact = ContactFactory()
    Email.objects.create(contact=contact, address=MAIL)
    Phone.objects.create(contact=contact, raw="8 (4852) 12-34-56", e164=NUMBER)
    return contact


def url(name, person, *more):
    return reverse(f"clients:{name}", args=["contact", person.pk, *more])


def text_of(kind="advertising"):
    return ConsentText.objects.get(kind=kind, retired_at=None)


def give(person, by, *channels, kind="advertising"):
    return actions.give_consent(
        person=Person(person),
        kind=kind,
        channels=channels,
        text=text_of(kind),
        given_at=timezone.now() - timedelta(hours=1),
        means="paper",
        by=by,
        at=timezone.now(),
    )


# ── terms ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "kind, received, due, stop",
    [
        ("access", date(2026, 10, 30), date(2026, 11, 16), None),  # 4 November is off
        ("rectify", date(2026, 11, 20), date(2026, 12, 1), None),
        ("stop", date(2026, 12, 28), date(2027, 1, 20), None),  # over New Year
        ("no_ads", date(2026, 11, 20), date(2026, 11, 20), None),  # at once
        ("withdraw", date(2026, 11, 20), date(2026, 12, 20), None),  # calendar days
        ("unlawful", date(2026, 11, 20), date(2026, 12, 4), date(2026, 11, 25)),
        ("access", date(2027, 2, 12), date(2027, 3, 1), None),  # 20 February is worked
    ],
)
def test_terms_are_counted_in_working_days_of_the_russian_calendar(
    kind, received, due, stop
):
    assert terms.term_of(kind, received) == terms.Term(due, stop)


# ── consents ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_person_has_consented_to_nothing(person):
    assert not Consent.objects.exists()
    for channel in ("email", "phone", "messenger", "fax", "post"):
        answer = advertising.may_advertise(person, channel)
        assert not answer and answer.code == "no_consent"


def test_a_consent_is_entered_on_the_page_with_its_wording_and_proof(
    person, http, user
):
    answer = http.post(
        url("consent_new", person),
        {
            "text": text_of().pk,
            "channels": ["email", "post"],
            "given_on": timezone.localdate().isoformat(),
            "means": "site",
            "place": "https://primer.example/form",
            "file": SimpleUploadedFile("согласие.txt", "Согласна".encode()),
        },
    )

    assert answer.status_code == 302
    rows = Consent.objects.filter(contact=person)
    assert {row.channel for row in rows} == {"email", "post"}
    row = rows[0]
    assert (row.text, row.entered_by, row.means) == (text_of(), user, "site")
    assert advertising.may_advertise(person, "email")
    assert advertising.may_advertise(MAIL.upper(), "email")
    assert not advertising.may_advertise(person, "phone")
    page = http.get(reverse("clients:contact", args=[person.pk])).content.decode()
    assert 'id="consents"' in page
    proof = http.get(reverse("clients:consent_file", args=[row.pk]))
    assert b"".join(proof.streaming_content).decode() == "Согласна"


def test_advertising_without_a_channel_is_refused_beside_the_field(person, http):
    answer = http.post(
        url("consent_new", person),
        {
            "text": text_of().pk,
            "given_on": "2026-11-20",
            "means": "paper",
            "place": "стенд <b>",
        },
        headers={"HX-Request": "true"},
    )

    assert answer.status_code == 422
    assert "стенд &lt;b&gt;" in answer.content.decode()
    assert not Consent.objects.exists()


def test_a_consent_is_never_edited_withdrawn_once_and_never_deleted(person, user):
    row = ConsentFactory(contact=person)

    def refused(**changes):
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.filter(pk=row.pk).update(**changes)

    refused(means="site")
    refused(given_at=timezone.now())
    refused(place="другое")
    now = timezone.now()
    Consent.objects.filter(pk=row.pk).update(withdrawn_at=now, withdrawn_by=user)
    refused(withdrawn_at=None, withdrawn_by=None)
    with pytest.raises(DatabaseError), transaction.atomic():
        Consent.objects.filter(pk=row.pk).delete()


def test_a_wording_gets_versions_and_old_consents_keep_theirs(person, lawyer, sign_in):
    old = text_of()
    row = give(person, lawyer, "email")[0]
    http = sign_in(lawyer)

    http.post(
        reverse("clients:consent_texts"),
        {"kind": "advertising", "title": old.title, "text": "Новые слова"},
    )

    assert text_of().version == 2
    row.refresh_from_db()
    assert row.text == old
    with pytest.raises(DatabaseError), transaction.atomic():
        ConsentText.objects.filter(pk=old.pk).update(text="подправлено")


def test_a_withdrawn_consent_ends_advertising_and_suppresses_the_address(
    person, user, http
):
    give(person, user, "email", "phone")

    http.post(
        url("consent_withdraw", person, "email"),
        {"withdrawn_on": timezone.localdate().isoformat(), "means": "email"},
    )

    assert advertising.may_advertise(person, "email").code == "suppressed"
    assert advertising.may_advertise(MAIL, "email").code == "suppressed"
    assert advertising.may_advertise(person, "phone")
    assert Email.objects.get(contact=person).is_suppressed
    assert MAIL not in str(list(Suppression.objects.values()))


def test_only_who_answers_for_personal_data_enters_a_consent_after_a_stop(
    person, user, lawyer
):
    give(person, user, "email")
    actions.stop_advertising(
        person=Person(person), means="email", by=lawyer, at=timezone.now()
    )

    with pytest.raises(OnStopList):
        give(person, user, "email")
    assert not advertising.may_advertise(person, "email")

    give(person, lawyer, "email")
    assert advertising.may_advertise(person, "email")
    assert Suppression.objects.get(kind="email").lifted_consent.channel == "email"
    assert not Email.objects.get(contact=person).is_suppressed


def test_a_list_is_filtered_by_consent_to_a_channel(person, user, http):
    other, client = ContactFactory(), ClientFactory()
    ContactLinkFactory(contact=person, client=client)
    give(person, user, "email")

    contacts = reverse("clients:contacts")
    assert str(other.last_name) not in _page(http, contacts, advertising="email")
    assert person.last_name in _page(http, contacts, advertising="email")
    assert person.last_name not in _page(http, contacts, advertising="no_email")
    clients = reverse("clients:list")
    assert client.name in _page(http, clients, advertising="email")
    assert client.name not in _page(http, clients, advertising="no_email")


def _page(http, path, **query):
    answer = http.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


# ── stop ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_stopped_person_gets_no_plans_and_no_advertising(person, user, lawyer, http):
    link = ContactLinkFactory(contact=person)
    give(person, user, "email")
    sign = {"what": "processing", "means": "paper"}
    http.force_login(lawyer, backend="salesexpert.accounts.backends.RoleBackend")

    http.post(url("person_stop", person), sign)

    person.refresh_from_db()
    assert person.stopped_at
    assert advertising.may_advertise(person, "email").code == "stopped"
    from clients.actions import activities
    from clients.actions.activity_rules import ToldUsToStop
    from clients.models import ActivityKind

    with pytest.raises(ToldUsToStop, match=person.last_name):
        activities.plan_activity(
            client=link.client,
            contact=person,
            kind=ActivityKind.objects.get(code="call"),
            planned_at=timezone.now() + timedelta(days=1),
            by=user,
            at=timezone.now(),
        )
    assert not Activity.objects.exists()


def test_whoever_hears_it_marks_that_a_person_is_not_to_be_called(person, http, user):
    http.post(url("person_do_not_call", person), {"on": "yes"})

    give(person, user, "email")
    person.refresh_from_db()
    assert person.do_not_call
    assert advertising.may_advertise(person, "phone").code == "do_not_call"
    assert advertising.may_advertise(person, "email")
    answer = http.post(url("person_do_not_call", person), {"on": "no"})
    assert answer.status_code == 403


# ── the page of a person ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_is_held_and_exports_it(person, user, lawyer, sign_in):
    ContactLinkFactory(contact=person)
    ActivityFactory(contact=person, performer=user, summary="Говорили о тендере")
    give(person, user, "email")
    http = sign_in(lawyer)

    page = _page(http, url("person_data", person))
    assert MAIL in page and "Говорили о тендере" in page
    held = http.get(url("person_export", person, "json")).json()["held"]
    assert {"contact", "email", "phone", "activity", "consent", "journal"} <= {
        item["name"] for item in held
    }
    pdf = http.get(url("person_export", person, "pdf"))
    assert pdf.content.startswith(b"%PDF-")
    assert http.get(url("person_export", person, "exe")).status_code == 404


def test_the_page_costs_the_same_for_two_rows_and_twenty(
    person, user, lawyer, sign_in, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    http = sign_in(lawyer)

    def fill(count):
        for _ in range(count):
            ActivityFactory(contact=person, client=ClientFactory(), performer=user)
            ContactLinkFactory(contact=person)
            ConsentFactory(contact=person, entered_by=UserFactory())

    def cost():
        http.get(url("person_data", person))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            http.get(url("person_data", person))
        return len(queries)

    fill(2)
    few = cost()
    fill(12)
    assert cost() == few


def test_a_seller_sees_consents_but_not_what_is_held(person, http):
    page = _page(http, url("person_data", person))
    assert MAIL not in page
    for name in ("person_stop", "request_new", "person_erase"):
        assert http.get(url(name, person)).status_code == 403


def test_strange_persons_are_not_found(lawyer, sign_in):
    http = sign_in(lawyer)
    for path in ("contact/999999", "client/999999", "nobody/1"):
        assert http.get(f"/personal-data/{path}/").status_code == 404


# ── demands ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_demand_gets_its_term_is_prolonged_once_and_answered(person, lawyer, sign_in):
    http = sign_in(lawyer)
    http.post(
        url("request_new", person),
        {
            "kind": "access",
            "received_on": "2026-10-30",
            "means": "email",
            "responsible": lawyer.pk,
            "note": "просит список",
        },
    )
    row = PersonRequest.objects.get()
    assert row.due_on == date(2026, 11, 16)

    page = _page(http, reverse("clients:personal_data"))
    assert str(person) in page
    prolong = reverse("clients:request_prolong", args=[row.pk])
    http.post(prolong, {"reason": "архив в другом городе"})
    row.refresh_from_db()
    assert row.due_on == date(2026, 11, 23)
    again = http.post(prolong, {"reason": "ещё"}, headers={"HX-Request": "true"})
    assert again.status_code == 422

    answer = reverse("clients:request_answer", args=[row.pk])
    http.post(answer, {"outcome": "done", "text": "Отправлена выписка"})
    row.refresh_from_db()
    assert row.closed_at and row.outcome == "done"
    assert str(person) not in _page(http, reverse("clients:personal_data"))


def test_a_demand_of_the_future_is_refused(person, lawyer, sign_in):
    tomorrow = timezone.localdate() + timedelta(days=1)
    answer = sign_in(lawyer).post(
        url("request_new", person),
        {
            "kind": "stop",
            "received_on": tomorrow.isoformat(),
            "means": "paper",
            "responsible": lawyer.pk,
        },
        headers={"HX-Request": "true"},
    )
    assert answer.status_code == 422
    assert not PersonRequest.objects.exists()


def test_my_day_reminds_of_a_demand_that_is_due(person, lawyer, sign_in):
    PersonRequest.objects.create(
        contact=person,
        kind="access",
        received_on=date(2026, 1, 12),
        due_on=timezone.localdate(),
        means="paper",
        responsible=lawyer,
        created_at=timezone.now(),
        created_by=lawyer,
    )
    assert f"/personal-data/contact/{person.pk}/" in _page(sign_in(lawyer), "/")


# ── the stop list ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_one_address_has_one_hash_however_it_is_written():
    assert suppressions.normal_email(" L.Zagotovkina@PRIMER.example") == (
        suppressions.normal_email(MAIL)
    )
    assert suppressions.normal_email("a@пример.рф")[1].endswith(".xn--p1ai")
    for spelling in ("8 (4852) 12-34-56", "+7 4852 123456", "84852123456"):
        assert suppressions.normal_phone(spelling) == ("phone", NUMBER)


def test_a_suppressed_address_typed_anew_is_marked(person, lawyer, http):
    actions.stop_advertising(
        person=Person(person), means="email", by=lawyer, at=timezone.now()
    )
    http.post(
        reverse("clients:contact_new"),
        {
            "first_name": "Другая",
            "emails-0-id": "",
            "emails-0-address": MAIL,
            "others": "1",
        },
    )
    made = Contact.objects.filter(first_name="Другая").first()
    if made and made.emails.exists():
        assert made.emails.get().is_suppressed
