"""The builder of questions: by its pages a question is put together, kept, shared, opened down to its records."""

import re
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection

from analytics.actions import queries as actions
from analytics.models import QueryRun, RunState, SavedQuery, SavedQueryVersion
from analytics.queries import guarding
from analytics.queries.question import (
    By,
    Condition,
    Group,
    Measure,
    Period,
    Question,
    pack,
    unpack,
)
from clients.models import Client, Selection
from deals.models import Deal
from salesexpert.accounts.models import Role, User
from tests.analytics.february import February, february
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PAGES = "/analytics/queries/"
LINK = re.compile(r'<a class="q" href="(/analytics/queries/records/[^"]+)">(\d+)</a>')
ALL = Period("days", "2026-01-01", "2026-03-31")
BY_REASON = Question("deals", (Measure(),), (By("reason"),), (By("refusal_stage"),), Group((Condition("state", "in", ("lost",)),)), ALL)  # fmt: skip


@pytest.fixture
def base() -> February:
    return february()


@pytest.fixture
def boss(base: February) -> User:
    return UserFactory(username="boss", is_superuser=True)


def asked(http, question, page="answer/", **params):
    return http.get(f"{PAGES}{page}?{urlencode({'q': pack(question), **params})}")


def after(http, question, **deed):
    """The question after a deed of the builder, as its new address has it."""
    response = http.get(f"{PAGES}change/?{urlencode({'q': pack(question), **deed}, doseq=True)}", headers={"HX-Request": "true"})  # fmt: skip
    assert response.status_code == 200, response.content.decode()[:400]
    return unpack(response["HX-Push-Url"].partition("q=")[2])


def test_every_figure_opens_exactly_its_records(base, boss, sign_in):
    http = sign_in(boss)

    figures = LINK.findall(asked(http, BY_REASON).content.decode())
    opened = [len(re.findall(r"data-record=", http.get(unescape(link)).content.decode())) for link, _n in figures]  # fmt: skip

    assert [int(n) for _link, n in figures] == opened
    assert sum(opened) > 8


def test_a_question_is_built_by_clicking(base, boss, sign_in):
    http = sign_in(boss)
    question = Question("clients")

    question = after(http, question, deed="subject", subject="deals")
    question = after(http, question, deed="add", side="rows", field="reason")
    question = after(http, question, deed="add", side="columns", field="refusal_stage")
    question = after(http, question, deed="condition", field="state", op="in", v_in=["lost"])  # fmt: skip
    question = after(http, question, deed="period", name="days", since="2026-01-01", to="2026-03-31")  # fmt: skip

    assert question == BY_REASON
    dialogs = ("rows", "columns", "measures", "where", "period", "top")
    assert all(asked(http, question, "pick/", of=of).status_code == 200 for of in dialogs)  # fmt: skip
    for chart in ("bar", "line", "funnel", "treemap"):
        page = asked(http, after(http, question, deed="set", chart=chart))
        assert b'class="aq-pic"' in page.content
    assert asked(http, question, format="csv").content.startswith(b"\xef\xbb\xbf")
    assert asked(http, question, format="png").content.startswith(b"\x89PNG")


def test_a_seller_counts_only_what_he_sees(base, sign_in):
    Role.objects.filter(code="seller").update(scope="own")
    http = sign_in(User.objects.get(pk=base.nils.pk))

    page = asked(http, Question("deals")).content.decode()

    seen = Deal.objects.filter(responsible=base.nils).count()
    assert 0 < seen < Deal.objects.count()
    assert LINK.findall(page)[0][1] == str(seen)


def test_a_kept_question_has_versions_and_copies_that_do_not_spoil_it(base, boss, sign_in):  # fmt: skip
    http, other = sign_in(boss), UserFactory(username="other", is_superuser=True)
    http.post(f"{PAGES}save/", {"q": pack(BY_REASON), "name": "Отказы", "for_everyone": "on"})  # fmt: skip
    kept = SavedQuery.objects.get(name="Отказы")
    changed = Question("deals", (Measure(), Measure("sum", "amount")))

    http.post(
        f"{PAGES}save/",
        {"q": pack(changed), "saved": kept.pk, "name": "Отказы", "for_everyone": "on"},
    )
    theirs = sign_in(other)
    assert f"{PAGES}{kept.pk}/" in theirs.get(PAGES).content.decode()
    theirs.post(f"{PAGES}save/", {"q": pack(BY_REASON), "saved": kept.pk, "name": "Моя копия"})  # fmt: skip

    kept.refresh_from_db()
    assert Question.read(kept.question) == changed
    assert list(SavedQueryVersion.objects.filter(query=kept).values_list("number", "by")) == [(2, boss.pk), (1, boss.pk)]  # fmt: skip
    assert SavedQuery.objects.get(name="Моя копия").owner == other
    assert theirs.post(f"{PAGES}{kept.pk}/remove/").status_code == 404
    assert http.get(f"{PAGES}{kept.pk}/versions/").content.count(b"?q=") == 2


def test_the_clients_of_a_cell_become_a_selection_with_its_sentence(base, boss, sign_in):  # fmt: skip
    http = sign_in(boss)
    row = f"{base.reasons['dear'].pk}"

    http.post(f"{PAGES}freeze/", {"q": pack(BY_REASON), "row": row, "name": "Дорого"})

    made = Selection.objects.get(name="Дорого")
    assert list(made.members.values_list("record", flat=True)) == [base.client.pk]
    assert "dear" in made.sentence
    assert Client.objects.get().name in http.get(f"/clients/?{made.parameters}").content.decode()  # fmt: skip


@pytest.mark.parametrize(
    ("question", "told"),
    [
        (Question("deals", rows=(By("client.own_999"),)), "own_999"),
        (Question("deals", period=Period("days", "1900-01-01", "2100-01-01")), "hundred"),
        (Question("deals", period=Period("days", "2026-02-02", "2026-01-01")), "before it begins"),
        (Question("deals", where=Group((Condition("state", "in", ("won",)), Condition("state", "in", ("lost",))))), "contradict"),
        (Question("deals", (Measure("ratio", of=Measure(), by=Measure("sum", "delivered")),)), "—"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_the_question_stays(base, boss, sign_in, question, told):  # fmt: skip
    http = sign_in(User.objects.get(pk=boss.pk))
    User.objects.filter(pk=boss.pk).update(language="en")

    page = asked(http, question)

    assert page.status_code == 200
    assert told in page.content.decode()
    assert asked(http, question, "new/").status_code == 200


def test_too_wide_a_table_is_refused(base, boss, sign_in, monkeypatch):
    monkeypatch.setattr("analytics.queries.running.WIDEST", 2)
    User.objects.filter(pk=boss.pk).update(language="en")

    page = asked(sign_in(boss), Question("deals", columns=(By("title"),), period=ALL))

    assert "7 columns" in page.content.decode()


def test_a_long_question_is_cut_and_counted_in_the_background(base, boss, sign_in, monkeypatch):  # fmt: skip
    http = sign_in(boss)
    monkeypatch.setattr(guarding, "FOREGROUND_MS", 1)
    slow = Question("deals", rows=(By("client.city"),))

    def sleep(execute, sql, params, many, context):
        late = sql.replace(" WHERE ", " WHERE pg_sleep(0.05)::text = '' AND ", 1)
        return execute(late if "GROUP BY" in sql else sql, params, many, context)

    with connection.execute_wrapper(sleep):
        page = asked(http, slow).content.decode()
    assert "/analytics/queries/background/" in page

    http.post(f"{PAGES}background/", {"q": pack(slow)})
    run = QueryRun.objects.get()
    actions.run(run.pk)
    run.refresh_from_db()

    assert (run.state, run.steps_done) == (RunState.DONE, 1)
    assert LINK.search(http.get(f"{PAGES}runs/{run.pk}/").content.decode())[2] == "7"
