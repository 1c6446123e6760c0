"""Questions that anyone asks: what comes out equals a plain recomputation, and nothing wrong with one loses it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from analytics.queries import catalogue, running
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
from clients.models import InformationSource, Product
from tests.analytics import asked

DIMENSIONS = {
    "deals": ["client.region", "client.source", "client.city", "source", "state", "reason", "amount", "products", "opened_at", "won_at"],
    "inquiries": ["channel", "source", "client.region", "city", "received_at", "first_meeting_at"],
}  # fmt: skip
MEASURES = {
    "deals": [
        Measure(),
        Measure("clients"),
        *(Measure(kind, "amount") for kind in ("sum", "average", "median", "least", "most")),
        Measure("conversion", until="won_at"),
        Measure("conversion", since="closed_at", until="lost_at", within=15),
        Measure("days", since="opened_at", until="closed_at"),
        Measure("days", until="won_at", how="average"),
        Measure("ratio", of=Measure("sum", "amount"), by=Measure("conversion", until="won_at")),
    ],
    "inquiries": [
        Measure(),
        Measure("clients"),
        Measure("conversion", until="first_meeting_at", within=20),
        Measure("days", until="first_meeting_at"),
    ],
}  # fmt: skip


@st.composite
def questions(draw):
    subject = draw(st.sampled_from(["deals", "inquiries"]))
    by = draw(st.lists(st.sampled_from(DIMENSIONS[subject]), max_size=3, unique=True))
    steps = st.sampled_from(["month", "quarter", "year"])
    sides = [By(f, draw(steps) if f.endswith("_at") else "") for f in by]
    wide = draw(st.integers(0, min(2, len(sides))))
    chosen = st.sampled_from(["state", "source", "products"] if subject == "deals" else ["channel", "source"])  # fmt: skip
    values = st.lists(st.sampled_from(["won", "lost", "site", "call", "none", "1", "2", "3"]), min_size=1, max_size=3)  # fmt: skip

    @st.composite
    def conditions(draw):
        if subject == "deals" and draw(st.booleans()):
            return draw(st.sampled_from([Condition("amount", "ge", ("100000",)), Condition("reason", "in", ("none",))]))  # fmt: skip
        field = draw(chosen)
        known = {"state": ["won", "lost", "none"], "channel": ["site", "call", "none"]}
        given = draw(values)
        given = [v for v in given if v in known[field]] if field in known else [v for v in given if not v.isalpha() or v == "none"]  # fmt: skip
        return Condition(field, draw(st.sampled_from(["in", "not_in"])), tuple(given or ["none"]))  # fmt: skip

    groups = st.recursive(
        conditions(),
        lambda inner: st.builds(Group, st.lists(inner, max_size=3).map(tuple), st.sampled_from(["and", "or"]), st.booleans()),
        max_leaves=4,
    ).map(lambda part: part if isinstance(part, Group) else Group((part,)))  # fmt: skip
    return Question(
        subject,
        tuple(draw(st.lists(st.sampled_from(MEASURES[subject]), min_size=1, max_size=3))),
        tuple(sides[wide:]),
        tuple(sides[:wide]),
        draw(groups),
        draw(st.sampled_from([Period(), Period("last_month"), Period("this_quarter"), Period("days", "2026-01-10", "2026-02-10")])),
        currency=draw(st.sampled_from(["RUB", "USD"])),
    )  # fmt: skip


def meant(part, ids):
    """The condition with ids of the base in the place of the numbers that were drawn."""
    if isinstance(part, Group):
        return replace(part, parts=tuple(meant(inner, ids) for inner in part.parts))
    given = ids.get(part.field, [])
    values = tuple(str(given[int(v) - 1]) if given and v.isdigit() else v for v in part.values)  # fmt: skip
    return replace(part, values=values)


def near(a, b):
    if a is None or b is None:
        return a is None and b is None
    return float(a) == pytest.approx(float(b))


def test_threads_that_ask_first_at_once_all_find_the_whole_catalogue():
    catalogue.subjects.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _n: list(catalogue.subjects()), range(64)))

    assert "clients" in found[0]
    assert all(names == found[0] for names in found)


@pytest.mark.django_db
def test_whatever_is_asked_is_what_a_plain_recount_says():
    boss = asked.a_base()
    ids = {
        name: list(model.objects.order_by("-pk").values_list("pk", flat=True)[:3])
        for name, model in (("source", InformationSource), ("products", Product))
    }
    plain = {"deals": asked.plain_deals(), "inquiries": asked.plain_inquiries()}

    @settings(max_examples=25, phases=[Phase.generate], suppress_health_check=list(HealthCheck), derandomize=True)  # fmt: skip
    @given(questions())
    def same(question):
        question = replace(question, where=meant(question.where, ids))
        assert unpack(pack(question)) == question
        answer = running.ask(question, user=boss, at=asked.TODAY)
        cells, total = plain[question.subject].answer(question)
        found = {
            (*answer.rows[r], *answer.columns[c]): values
            for (r, c), values in answer.cells.items()
        }
        if not (question.rows or question.columns):
            cells = {(): total}
        assert found.keys() == cells.keys()
        for key, values in cells.items():
            assert all(map(near, found[key], values)), (key, found[key], values)
        assert all(map(near, answer.total, total)), (answer.total, total)

    same()
