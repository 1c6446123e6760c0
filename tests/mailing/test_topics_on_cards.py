"""Refused topics on the card of a person: shown, and paid for only where there is something to show."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from clients.models import Email
from mailing import topics
from mailing.models import MailingTopic
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def person():
    person = ClientFactory(is_person=True)
    Email.objects.create(client=person, address="kto@vesna.example")
    return person


def cost(http, person):
    panels = f"/clients/{person.pk}/panels/"
    http.get(panels)
    with CaptureQueriesContext(connection) as asked:
        page = http.get(panels).text
    return len(asked), page


def test_the_block_asks_for_refused_topics_once_it_stands(sign_in, person):
    http = sign_in(UserFactory(preset="seller", language="en"))
    before, bare = cost(http, person)
    news = MailingTopic.objects.create(name="Новинки", name_en="News")
    MailingTopic.objects.create(name="Выставки", name_en="Fairs")
    topics.refuse(address="kto@vesna.example", topic=news.pk, at=timezone.now())
    lines = reverse("clients:person_unwanted", args=["client", person.pk])

    after, page = cost(http, person)

    assert after == before
    assert lines not in bare
    assert lines in page
    told = http.get(lines).text
    assert "News" in told and "Fairs" not in told
    assert reverse("mailing:person_topics", args=["client", person.pk]) in told


def test_no_line_is_asked_for_an_erased_person(sign_in, person):
    MailingTopic.objects.create(name="Новинки", name_en="News")
    type(person).objects.filter(pk=person.pk).update(erased_at=timezone.now())

    _queries, page = cost(sign_in(UserFactory()), person)

    assert "/unwanted/" not in page
