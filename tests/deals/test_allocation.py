from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deals.allocation import (  # fmt: skip
    NotAllocable,
    Owed,
    as_told,
    covered,
    newest_back,
    oldest_first,
)

sums = st.decimals("0.01", "99999999.99", places=2)
invoices = st.lists(
    st.builds(
        Owed,
        id=st.integers(1, 10_000),
        due_on=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
        rest=sums,
    ),
    max_size=12,
    unique_by=lambda o: o.id,
)


@given(sums, invoices)
def test_no_kopeck_is_lost_or_invented(amount, owed):
    parts = oldest_first(amount, owed)
    rests = {o.id: o.rest for o in owed}

    assert all(0 < part <= rests[pk] for pk, part in parts.items())
    assert sum(parts.values()) == min(amount, sum(rests.values()))


@given(sums, invoices)
def test_an_invoice_due_later_gets_nothing_before_the_earlier_is_paid(amount, owed):
    parts = oldest_first(amount, owed)
    ordered = sorted(owed, key=lambda o: (o.due_on, o.id))
    paid_in_full = [parts.get(o.id, Decimal(0)) == o.rest for o in ordered]
    touched = [o.id in parts for o in ordered]

    assert all(paid_in_full[n] for n, later in enumerate(touched[1:]) if later)


@given(invoices, st.data())
def test_what_a_person_told_is_done_exactly_or_refused(owed, data):
    told = {o.id: data.draw(sums) for o in owed}
    amount = data.draw(sums)
    fits = all(told[o.id] <= o.rest for o in owed) and sum(told.values()) <= amount
    try:
        assert as_told(amount, owed, told) == told
        assert fits
    except NotAllocable:
        assert not fits


@given(sums, st.lists(sums, max_size=8))
def test_what_is_taken_back_is_what_was_asked_or_all_there_is(amount, parts):
    back = newest_back(amount, list(enumerate(parts)))

    assert sum(back.values()) == min(amount, sum(parts))
    assert all(part <= parts[n] for n, part in back.items())


@given(st.lists(sums, max_size=8), sums)
def test_the_plan_is_covered_by_as_much_money_as_there_is(amounts, money):
    parts = covered(amounts, money)

    assert sum(parts) == min(money, sum(amounts))
    assert all(0 <= p <= a for p, a in zip(parts, amounts, strict=True))


def test_a_part_for_an_invoice_that_owes_nothing_is_refused():
    owed = [Owed(1, date(2026, 1, 1) + timedelta(days=3), Decimal("10.00"))]

    with pytest.raises(NotAllocable) as refused:
        as_told(Decimal("5.00"), owed, {2: Decimal("5.00")})

    assert refused.value.invoice == 2
