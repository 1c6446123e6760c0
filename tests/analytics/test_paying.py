"""Arithmetic of commission: what must hold for any money, any shares, any steps."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import paying
from analytics.paying import Money, Part, PercentRule, Step

D = Decimal
sums = st.decimals(min_value=0, max_value=9_999_999, places=2)
positive = st.decimals(min_value=D("0.01"), max_value=9_999_999, places=2)
percents = st.decimals(min_value=0, max_value=100, places=2)


@st.composite
def line(draw):
    gross = draw(positive)
    net = draw(st.decimals(min_value=0, max_value=gross, places=2))
    margin = draw(st.none() | st.decimals(min_value=-gross, max_value=net, places=2))
    return Part(gross, net, margin, draw(st.sampled_from([None, 1, 2])))


@st.composite
def shares(draw):
    people = draw(st.lists(percents, min_size=1, max_size=4))
    return paying.complete_shares(1, [(n + 2, p) for n, p in enumerate(people)])


@st.composite
def steps(draw):
    begins = sorted({D(0), *draw(st.lists(sums, max_size=3))})
    return tuple(Step(since, draw(percents)) for since in begins)


@given(st.decimals(min_value=-9_999_999, max_value=9_999_999, places=2), st.lists(percents, min_size=1).filter(any))  # fmt: skip
def test_parts_of_a_sum_make_the_sum_and_what_is_left_over_goes_to_the_largest(amount, weights):  # fmt: skip
    parts = paying.share_out(amount, weights)

    assert sum(parts) == amount
    largest = weights.index(max(weights))
    for n, (part, weight) in enumerate(zip(parts, weights, strict=True)):
        if n != largest:
            assert part == paying.kopecks(amount * weight / sum(weights))
    assert paying.share_out(-amount, weights) == [-part for part in parts]


@given(st.lists(line(), min_size=1, max_size=5), st.data())
def test_an_invoice_paid_in_any_parts_gives_each_line_exactly_its_own(lines, data):
    whole = sum(p.gross for p in lines)
    cuts = sorted(data.draw(st.lists(st.decimals(min_value=0, max_value=whole, places=2), max_size=4)))  # fmt: skip
    counted = paying.paid_parts(lines, D(0))
    for cut in [*cuts, whole]:
        receipt = paying.minus(paying.paid_parts(lines, cut), counted)
        counted = paying.added([counted, receipt])

    assert counted == lines


@given(st.lists(line(), min_size=1, max_size=5), st.data())
def test_what_is_taken_back_undoes_what_was_counted(lines, data):
    whole = sum(p.gross for p in lines)
    amount = data.draw(st.decimals(min_value=D("0.01"), max_value=whole, places=2))
    counted = paying.paid_parts(lines, amount)

    undone = paying.added([counted, paying.taken_back(counted, amount)])

    assert {(p.gross, p.net, p.margin or 0) for p in undone} == {(0, 0, 0)}


@given(steps(), shares(), st.lists(line(), min_size=1, max_size=6), st.randoms())
def test_the_order_of_payments_does_not_change_what_a_month_brings(stair, people, lines, random):  # fmt: skip
    rule = PercentRule(paying.RECEIPTS, stair)

    def month(order):
        deeds = [Money(n, (lines[n],), people, people[0][0]) for n in order]
        entries, base = paying.earned_by(rule, deeds)
        return sum(e.amount for e in entries), base

    numbers = list(range(len(lines)))
    brought, base = month(numbers)
    random.shuffle(numbers)

    assert month(numbers) == (brought, base)
    assert brought == paying.kopecks(paying.stepped(base, stair))


@given(steps(), shares(), st.lists(line(), min_size=1, max_size=4), line())
def test_a_refund_undoes_its_payment(stair, people, lines, one):
    rule = PercentRule(paying.RECEIPTS, stair)
    person = people[-1][0]

    def deed(n, parts):
        return Money(n, tuple(parts), people, person)

    before = [deed(n, [p]) for n, p in enumerate(lines)]
    plain, base = paying.earned_by(rule, before)
    refund = paying.taken_back([one], one.gross)
    more, base_after = paying.earned_by(rule, [*before, deed("in", [one]), deed("out", refund)])  # fmt: skip

    assert base_after == base
    assert sum(e.amount for e in more) == sum(e.amount for e in plain)


@given(shares(), st.lists(line(), min_size=1, max_size=4))
def test_what_people_get_of_a_deed_makes_the_whole(people, lines):
    rule = PercentRule(paying.RECEIPTS, (Step(D(0), D(10)),))
    got = [
        paying.counted(rule, Money("receipt", tuple(lines), people, person))
        for person, _share in people
    ]

    assert sum(own for _whole, own in got) == sum(p.net for p in lines)


def test_each_step_counts_only_for_what_lies_above_where_it_begins():
    stair = (Step(D(0), D(2)), Step(D(100_000), D(3)), Step(D(500_000), D(5)))

    assert paying.stepped(D(100_000), stair) == 2_000
    assert paying.stepped(D(600_000), stair) == 2_000 + 12_000 + 5_000
    assert paying.stepped(D(-10_000), stair) == -200


@pytest.mark.parametrize(
    ("given_shares", "complete"),
    [
        ([], ((1, D(100)),)),
        ([(2, D(30))], ((1, D(70)), (2, D(30)))),
        ([(2, D(30)), (1, D(20))], ((1, D(70)), (2, D(30)))),
        ([(2, D(60)), (3, D(40))], ((2, D(60)), (3, D(40)))),
    ],
)
def test_the_responsible_has_what_the_participants_leave(given_shares, complete):
    assert paying.complete_shares(1, given_shares) == complete


def test_a_bonus_is_the_highest_step_reached():
    steps = [(D(80), D(10_000)), (D(100), D(30_000))]

    assert paying.reached(D("99.99"), steps) == (D(80), D(10_000))
    assert paying.reached(D(79), steps) is None
    assert paying.reached(None, steps) is None
    assert paying.proportional(D(72), D(20_000)) == D("14400.00")
    assert paying.proportional(D(140), D(20_000)) == D("20000.00")
