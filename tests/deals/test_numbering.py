"""Numbers of papers: in order, by year and firm, none twice."""

import threading
from datetime import date

import pytest
from django.db import connection, transaction

from deals.choices import NumberedKind
from deals.models import OwnFirm
from deals.numbering import likely_number, next_number

DAY = date(2026, 3, 2)


@pytest.mark.django_db
def test_numbers_run_by_firm_kind_and_year():
    first = OwnFirm.objects.create(name="ООО «Образец»")
    second = OwnFirm.objects.create(name="ИП Примеров", number_prefix="П-")

    assert [next_number(first, NumberedKind.INVOICE, DAY) for _ in "12"] == ["1", "2"]
    assert likely_number(first, NumberedKind.INVOICE, DAY) == "3"
    assert next_number(first, NumberedKind.ACT, DAY) == "1"
    assert next_number(first, NumberedKind.INVOICE, date(2027, 1, 1)) == "1"
    assert next_number(second, NumberedKind.INVOICE, DAY) == "П-1"


@pytest.mark.django_db(transaction=True)
def test_who_asks_at_the_same_moment_waits_and_gets_the_next_number():
    firm = OwnFirm.objects.create(name="ООО «Образец»")
    taken, finished = [], threading.Event()

    def second() -> None:
        try:
            taken.append(next_number(firm, NumberedKind.INVOICE, DAY))
        finally:
            finished.set()
            connection.close()

    thread = threading.Thread(target=second)
    with transaction.atomic():
        mine = next_number(firm, NumberedKind.INVOICE, DAY)
        thread.start()
        waited = not finished.wait(0.5)
    thread.join(10)

    assert waited
    assert (mine, taken) == ("1", ["2"])
