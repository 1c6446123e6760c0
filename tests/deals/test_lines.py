"""Sums of papers never lose or invent a kopeck."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from deals import lines
from deals.choices import TaxRegime, VatKind
from deals.models import OwnFirm
from deals.vat import percent_for, percent_on

NOUGHT = Decimal(0)
# On a loaded machine drawing may be slow; nothing is wrong with the property then.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def hundredths(most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most).map(lambda n: Decimal(n) / 100)


@dataclass
class Sold:
    quantity: Decimal
    price: Decimal
    discount: Decimal = NOUGHT
    vat_percent: Decimal | None = Decimal(22)
    cost: Decimal | None = None
    total: Decimal = NOUGHT
    vat: Decimal = NOUGHT


sold = st.lists(
    st.builds(
        Sold,
        quantity=st.integers(1, 10**8).map(lambda n: Decimal(n) / 1000),
        price=hundredths(10**8),
        discount=hundredths(10**4),
        vat_percent=st.sampled_from([None, *map(Decimal, (0, 5, 7, 10, 18, 20, 22))]),
        cost=hundredths(10**8),
    ).map(lines.calculate),
    max_size=15,
)


@patiently
@given(sold)
def test_a_paper_is_the_sum_of_its_lines_and_of_its_taxes(paper):
    sums = lines.totals(paper)

    assert sums.total == sum((x.total for x in paper), NOUGHT)
    assert sums.total == sum((s.total for s in sums.shares), NOUGHT)
    assert sums.vat == sum((s.vat for s in sums.shares), NOUGHT)
    assert sums.net + sums.vat == sums.total
    assert sums.list_total - sums.discount == sums.total


@patiently
@given(sold)
def test_vat_never_exceeds_the_sum_and_what_is_not_taxed_has_none(paper):
    for line in paper:
        assert NOUGHT <= line.vat <= line.total
        assert line.total == line.total.quantize(Decimal("0.01"))
        if not line.vat_percent:
            assert line.vat == 0


@patiently
@given(sold)
def test_margin_and_cost_make_up_the_sum_without_vat(paper):
    cost = sum((lines.kopecks(x.cost * x.quantity) for x in paper), NOUGHT)

    assert lines.margin(paper) + cost == lines.totals(paper).net


@patiently
@given(sold.filter(lambda p: any(x.total for x in p)), hundredths(10**11))
def test_a_sum_spread_over_lines_adds_up_to_itself(paper, amount):
    assert sum(lines.part_of(paper, amount)) == amount


def test_the_margin_is_unknown_while_one_cost_is():
    known = lines.calculate(Sold(Decimal(1), Decimal(122), cost=Decimal(60)))
    unknown = lines.calculate(Sold(Decimal(1), Decimal(100)))

    assert lines.margin([known]) == 40
    assert lines.margin([known, unknown]) is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "day, percent",
    [
        (date(2018, 12, 31), 18),
        (date(2019, 1, 1), 20),
        (date(2025, 12, 31), 20),
        (date(2026, 1, 1), 22),
    ],
)
def test_the_main_rate_is_that_of_the_day(day, percent):
    assert percent_on(VatKind.MAIN, day) == percent


@pytest.mark.django_db
def test_without_vat_is_not_nought_percent():
    day = date(2026, 5, 5)

    assert percent_on(VatKind.EXEMPT, day) is None
    assert percent_on(VatKind.ZERO, day) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "regime, percent",
    [
        (TaxRegime.GENERAL, 22),
        (TaxRegime.SIMPLIFIED_EXEMPT, None),
        (TaxRegime.SIMPLIFIED_5, 5),
        (TaxRegime.SIMPLIFIED_7, 7),
    ],
)
def test_the_regime_of_the_firm_decides_about_the_tax(regime, percent):
    firm = OwnFirm(tax_regime=regime)

    assert percent_for(VatKind.MAIN, firm, date(2026, 5, 5)) == percent
