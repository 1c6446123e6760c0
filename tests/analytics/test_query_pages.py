"""The builder of questions: by its pages a question is put together, kept, shared, opened down to its records."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdfium2 import PdfDocument

from analytics.actions import queries as actions
from analytics.actions import sendings
from analytics.models import (
    QueryRun,
    ReportSending,
    RunState,
    SavedQuery,
    SavedQueryVersion,
)
from analytics.queries import guarding, tiles
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
from analytics.query_tasks import run_query
from clients.models import Client, Dimension, OwnField, Selection
from deals.models import Deal, Refusal
from salesexpert.accounts.models import Role, User
from salesexpert.outbox.models import Letter
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


def test_the_longest_bar_leaves_room_for_its_value(base, boss, sign_in):
    Deal.objects.filter(state="won").update(amount=987_654_321)
    boss.language = "en"
    boss.save()
    question = Question("deals", (Measure("sum", "amount"),), (By("stage"),), (), Group(), ALL, chart="bar")  # fmt: skip

    page = asked(sign_in(boss), question).text

    drawing = page.partition("aq-pic")[2].partition("</svg>")[0]
    values = [(float(x), text) for x, text in re.findall(r'<text class="aq-tm" x="([\d.]+)"[^>]*>(RUB[^<]+)<', drawing)]  # fmt: skip
    assert any(len(text) > 13 for _x, text in values)
    assert all(x + 7 * len(text) <= 960 for x, text in values)


def test_a_bar_of_parts_tells_the_whole_of_its_row(base, boss, sign_in):
    question = Question("deals", (Measure("count"),), (By("stage"),), (By("state"),), Group(), ALL, chart="bar")  # fmt: skip
    http = sign_in(boss)

    page = asked(http, question).text
    table = asked(http, question, format="csv").content.decode("utf-8-sig").splitlines()

    drawing = page.partition("aq-pic")[2].partition("</svg>")[0]
    bars = re.findall(r'text-anchor="end"[^>]*>([^<]+)<.*?class="aq-tm" x="[\d.]+"[^>]*>([^<]+)<', drawing)  # fmt: skip
    totals = {line.split(";")[0]: line.split(";")[-1] for line in table}
    assert len(bars) > 1
    assert all(totals[name] == told for name, told in bars)


def test_a_drawing_as_a_file_says_what_it_is_of_and_the_paper_holds_it(base, boss, sign_in):  # fmt: skip
    question = Question("deals", (Measure("count"),), (By("stage"),), (), Group(), ALL, chart="bar")  # fmt: skip
    http = sign_in(boss)

    svg = asked(http, question, format="svg").content.decode()
    paper = PdfDocument(asked(http, question, format="pdf").content)[0].get_textpage().get_text_range()  # fmt: skip

    assert "Показать: число сделок" in svg
    # Once drawn and once in the table.
    stage = Deal.objects.exclude(stage=None).first().stage
    assert paper.count(stage.name) >= 2


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


def test_two_windows_change_one_kept_question_and_neither_is_lost(boss, sign_in):
    http = sign_in(boss)
    http.post(f"{PAGES}save/", {"q": pack(BY_REASON), "name": "Отказы"})
    kept = SavedQuery.objects.get(name="Отказы")
    page = http.get(f"{PAGES}{kept.pk}/").text
    both = re.search(r'name="saved" value="([^"]+)"', page)[
        1
    ]  # what both windows stand on
    first, second = (Question("deals", (Measure("sum", name),)) for name in ("amount", "paid"))  # fmt: skip
    # It goes along with each change of the builder.
    assert f'value="{both}"' in http.get(f"{PAGES}change/", {"q": pack(first), "saved": both, "deed": "up", "side": "measures", "at": "0"}).text  # fmt: skip

    http.post(f"{PAGES}save/", {"q": pack(first), "saved": both, "name": "Отказы"})
    stale = {"q": pack(second), "saved": both, "name": "Отказы", "description": "моё"}
    assert "Версия 2" in http.get(f"{PAGES}save/", {"q": pack(second), "saved": both}).text  # fmt: skip
    refused = http.post(f"{PAGES}save/", stale)
    assert refused.status_code == 422 and "Версия 2" in refused.text and "моё" in refused.text  # fmt: skip
    kept.refresh_from_db()
    assert Question.read(kept.question) == first
    again = re.search(r'name="saved" value="([^"]+)"', refused.text)[1]
    http.post(f"{PAGES}save/", stale | {"saved": again})

    kept.refresh_from_db()
    assert (Question.read(kept.question), kept.version, kept.description) == (second, 3, "моё")  # fmt: skip
    assert kept.versions.count() == 3


def test_a_kept_question_removed_while_another_asks_it_leaves_him_his_own(base, boss, sign_in):  # fmt: skip
    other = UserFactory(username="other", is_superuser=True)
    kept = actions.keep(question=BY_REASON, name="Отказы", by=boss, at=timezone.now(), for_everyone=True)  # fmt: skip
    theirs = sign_in(other)
    mine = {"q": pack(Question("deals", (Measure("sum", "paid"),))), "saved": f"{kept.pk}.1"}  # fmt: skip

    actions.remove(query=kept, by=boss, at=timezone.now())

    said = "Заданное вами цело"
    assert theirs.get(f"{PAGES}{kept.pk}/").status_code == 404
    assert said in theirs.get(f"{PAGES}{kept.pk}/", {"q": mine["q"]}).text
    changed = theirs.get(f"{PAGES}change/", {**mine, "deed": "add", "side": "rows", "field": "reason"})  # fmt: skip
    assert said in changed.text and changed["HX-Push-Url"].startswith(f"{PAGES}new/")
    assert theirs.get(f"{PAGES}answer/", mine).status_code == 200
    assert said in theirs.get(f"{PAGES}save/", mine).text
    theirs.post(f"{PAGES}save/", mine | {"name": "Моё"})
    assert SavedQuery.objects.get(name="Моё").owner == other


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


def test_what_was_retired_since_is_called_by_its_name(base, boss, sign_in):
    now = timezone.now()
    field = OwnField.objects.create(owner="client", name="Площадь", type="number", retired_at=now)  # fmt: skip
    size = Dimension.objects.create(name="Размер сети", retired_at=now)
    gone = Question("deals", (Measure("sum", f"client.own_{field.pk}"),), (By(f"client.dimension_{size.pk}"),))  # fmt: skip
    http = sign_in(boss)

    answer = asked(http, gone).content.decode()
    page = asked(http, gone, "new/").content.decode()

    assert "Поля «Площадь» больше нет" in answer
    assert "Поля «Размер сети» больше нет" in answer
    assert "поле «Размер сети», которого больше нет" in page


def test_a_kept_query_stands_on_my_day_and_costs_it_nothing(base, boss, sign_in):
    http = sign_in(boss)
    kept = actions.keep(question=BY_REASON, name="Отказы по этапам", by=boss, at=timezone.now())  # fmt: skip
    assert "queries/tiles/" in http.get("/").content.decode()
    assert http.get(f"{PAGES}tiles/").content.strip() == b""
    with CaptureQueriesContext(connection) as without:
        assert "queries/tiles/" not in http.get("/").content.decode()

    http.post(f"{PAGES}{kept.pk}/pin/")

    with CaptureQueriesContext(connection) as beside:
        assert "queries/tiles/" in http.get("/").content.decode()
    assert len(beside) == len(without)
    waits = http.get(f"{PAGES}tiles/").content.decode()
    assert f'hx-get="{PAGES}{kept.pk}/tile/"' in waits
    for page in (http.get(f"{PAGES}{kept.pk}/tile/"), http.get(f"{PAGES}tiles/")):
        said = page.content.decode()
        figures = dict(re.findall(r'title="(dear|silent)">.*?<a class="q"[^>]*>(\d+)</a>', said))  # fmt: skip
        assert figures == {"dear": "3", "silent": "1"} and "hx-get" not in said
    User.objects.filter(pk=boss.pk).update(language="en")
    for _ in range(tiles.MOST):
        more = actions.keep(question=BY_REASON, name="x", by=boss, at=timezone.now())
        answer = http.post(f"{PAGES}{more.pk}/pin/")
    assert "take one of them off" in answer["HX-Trigger"]


def test_a_kept_query_goes_out_by_letter_to_those_who_see_it(base, boss, sign_in):
    http = sign_in(boss)
    kept = actions.keep(question=BY_REASON, name="Отказы по этапам", by=boss, at=timezone.now())  # fmt: skip
    given = {"report": f"query-{kept.pk}", "name": "По пятницам", "rhythm": "week", "weekday": 5, "month_day": 1, "hour": "09:00", "formats": ["xlsx"], "receivers": [boss.pk, base.mara.pk]}  # fmt: skip
    assert http.post("/analytics/sendings/new/", given).status_code == 422
    SavedQuery.objects.filter(pk=kept.pk).update(for_everyone=True)
    assert http.post("/analytics/sendings/new/", given).status_code == 302
    assert "Отказы по этапам" in http.get("/analytics/sendings/").content.decode()

    ReportSending.objects.update(next_at=timezone.now())
    assert sendings.send(ReportSending.objects.get().pk, at=timezone.now()) == 2

    letter = Letter.objects.get(to=boss.email)
    assert "dear" in letter.html and kept.get_absolute_url() in letter.html
    assert letter.attachments.get().name.endswith(".xlsx")
    actions.remove(query=kept, by=boss, at=timezone.now())
    ReportSending.objects.update(next_at=timezone.now())
    assert sendings.send(ReportSending.objects.get().pk, at=timezone.now()) == 0
    assert sign_in(base.mara).post("/analytics/sendings/new/", given).status_code == 404


def test_a_query_that_asks_its_period_answers_at_once(base, boss, sign_in):
    asked_for = replace(BY_REASON, period=replace(ALL, asked=True))
    kept = actions.keep(question=asked_for, name="Спросит", by=boss, at=timezone.now())

    page = sign_in(boss).get(kept.get_absolute_url()).content.decode()

    assert 'class="aq-ask"' in page and 'id="aq-answer" hx-get="' in page


def test_refusals_say_what_to_look_at_next_and_lead_to_exactly_that(base, boss, sign_in):  # fmt: skip
    stage = base.stages["A"]
    for who, told in ((base.mara, "dear dear dear dear dear silent"), (base.nils, "dear silent silent silent silent silent")):  # fmt: skip
        for reason in told.split():
            deal = Deal.objects.create(client=base.client, title="x", process=base.process, stage=stage, responsible=who, state="lost", reason=base.reasons[reason], opened_at=timezone.now(), closed_at=timezone.now())  # fmt: skip
            Refusal.objects.create(deal=deal, reason=base.reasons[reason], stage=stage, refused_at=timezone.now(), refused_by=who)  # fmt: skip
    http = sign_in(boss)

    page = asked(http, Question("refusals", rows=(By("reason_group"),)), "next/").content.decode()  # fmt: skip

    found = re.findall(r'<li>.*?<a href="([^"]+)">([^<]+)</a> — (\d+).*?(\d+)\D+(\d+)\.', page)  # fmt: skip
    assert [line[1:] for line in found] == [("Образцова М.", "83", "5", "6"), ("Примеров Н.", "83", "5", "6")] or found  # fmt: skip
    for link, _name, _part, n, _whole in found:
        answer = http.get(unescape(link).replace("/new/", "/answer/")).content.decode()
        assert LINK.findall(answer)[-1][1] == n == "5"
    assert len(found) == 2


def test_one_question_more_waits_for_its_turn(base, boss, sign_in, monkeypatch):
    monkeypatch.setattr(guarding, "AT_ONCE", 0)

    page = asked(sign_in(boss), Question("deals")).content.decode()

    assert 'hx-trigger="load delay:2s"' in page


def test_too_wide_a_table_is_refused(base, boss, sign_in, monkeypatch):
    monkeypatch.setattr("analytics.queries.running.WIDEST", 2)
    User.objects.filter(pk=boss.pk).update(language="en")

    page = asked(sign_in(boss), Question("deals", columns=(By("title"),), period=ALL))

    assert "columns: 7" in page.content.decode()


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
    run_query(run_id=run.pk)
    run.refresh_from_db()

    assert (run.state, run.steps_done) == (RunState.DONE, 1)
    assert LINK.search(http.get(f"{PAGES}runs/{run.pk}/").content.decode())[2] == "7"


def test_a_question_expected_to_take_long_is_answered_where_it_was_asked(base, boss, sign_in, monkeypatch):  # fmt: skip
    http = sign_in(boss)
    monkeypatch.setattr(guarding, "PATIENCE", 0)
    asked_for = {"q": pack(BY_REASON), "here": "1"}

    page = asked(http, BY_REASON).content.decode()
    assert f'hx-post="{PAGES}background/" hx-trigger="load"' in page
    progress = [http.post(f"{PAGES}background/", asked_for) for _twice in range(2)]
    run = QueryRun.objects.get()
    assert all(
        f'hx-get="{PAGES}runs/{run.pk}/?' in p.content.decode() for p in progress
    )
    run_query(run_id=run.pk)
    answer = http.get(f"{PAGES}runs/{run.pk}/", asked_for, headers={"HX-Request": "true"})  # fmt: skip
    assert LINK.search(answer.content.decode())

    # Asked again it stands there at once, and says so when something was written since.
    assert 'id="aq-anew"' not in asked(http, BY_REASON).content.decode()

    monkeypatch.setattr(guarding, "key_of", lambda *_given: "another")
    again = asked(http, BY_REASON).content.decode()
    assert LINK.search(again) and 'id="aq-anew"' in again
    page = http.get(f"{PAGES}answer/", {"q": pack(BY_REASON), "anew": "1"})
    assert f'hx-post="{PAGES}background/"' in page.content.decode()


def test_what_took_long_the_last_time_is_not_begun_on_a_page(base, boss, sign_in, monkeypatch):  # fmt: skip
    http = sign_in(boss)
    asked(http, BY_REASON)
    monkeypatch.setattr(guarding, "PATIENCE", -1)
    monkeypatch.setattr(guarding, "key_of", lambda *_given: "another")

    with CaptureQueriesContext(connection) as told:
        page = asked(http, BY_REASON).content.decode()

    assert "background/" in page
    assert not [q for q in told.captured_queries if "GROUPING SETS" in q["sql"]]
