import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from salesexpert.outbox.models import Letter
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(sign_in):
    return sign_in(UserFactory(preset="director"))


def fail(letter):
    Letter.objects.filter(pk=letter.pk).update(
        status="failed", trouble="recipient", failure="550 no such mailbox", attempts=1
    )


def test_a_failed_letter_says_why_and_can_be_sent_again(director, queue):
    letter = queue(text="секретная ссылка")
    fail(letter)

    page = director.get(f"/settings/letters/{letter.pk}/").content.decode()
    assert "550 no such mailbox" in page and "секретная" not in page
    answer = director.post(f"/settings/letters/{letter.pk}/again/", follow=True)
    assert answer.status_code == 200
    assert Letter.objects.get().status == "queued"
    director.post(f"/settings/letters/{letter.pk}/again/")
    assert Letter.objects.get().attempts == 0


def test_the_list_is_narrowed_by_status(director, queue):
    fail(queue(to="failed@obrazec.example"))
    queue(to="waiting@obrazec.example")

    page = director.get("/settings/letters/?status=failed").content.decode()
    assert "failed@obrazec.example" in page and "waiting@" not in page
    assert director.get("/settings/letters/?status=%00&before=%00~x").status_code == 200


def test_pages_of_letters_follow_each_other(director, queue):
    for number in range(60):
        queue(to=f"c{number}@obrazec.example")
    first = director.get("/settings/letters/")
    second = director.get("/settings/letters/", {"before": first.context["before"]})

    seen = [x.to for page in (first, second) for x in page.context["letters"]]
    assert len(seen) == len(set(seen)) == 60
    assert not second.context["before"]


def test_the_list_costs_the_same_for_two_letters_and_twenty(director, queue):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            director.get("/settings/letters/")
        return len(queries)

    queue(), queue()
    few = cost()
    for _number in range(18):
        queue()
    assert cost() <= few


def test_a_seller_reads_no_letters_and_sends_none(http, queue):
    letter = queue()
    fail(letter)
    for path in ("", f"{letter.pk}/", "../caught-letters/"):
        assert http.get(f"/settings/letters/{path}").status_code in {403, 404}
    assert http.post(f"/settings/letters/{letter.pk}/again/").status_code == 403
    assert Letter.objects.get().status == "failed"
