"""Reports of sales and of the age of open deals."""

import json
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from clients.models import Product
from deals.models import Deal, DealLine, RefusalReason
from pipeline.models import Process, Stage
from salesexpert.accounts.models import Department, User
from tests.factories import ClientFactory

pytestmark = pytest.mark.django_db


def moment(text: str | None) -> datetime | None:
    return timezone.make_aware(datetime.fromisoformat(text)) if text else None


@pytest.fixture
def company():
    office = Department.objects.create(name="North")
    group = Department.objects.create(name="Group", parent=office)
    head = User.objects.create(username="olaf", first_name="Olaf", last_name="Model", email="o@x.example")  # fmt: skip
    people = {
        name: User.objects.create(username=name, first_name=name.title(), last_name="Sample", head=head, department=group, email=f"{name}@x.example")
        for name in ("mara", "nils")
    }  # fmt: skip
    process = Process.objects.create(name="Way", position=5)
    stage = Stage.objects.create(process=process, name="Step", position=1, percent=10)
    reason = RefusalReason.objects.create(name="Dear", folded="dear")
    client = ClientFactory()

    def deal(who: str, state: str, opened: str | None, closed: str | None, amount: int | None, currency: str = "RUB") -> Deal:  # fmt: skip
        return Deal.objects.create(
            client=client,
            title="Deal",
            process=process,
            stage=stage,
            responsible=people[who],
            state=state,
            amount=amount,
            currency=currency,
            opened_at=moment(opened),
            closed_at=moment(closed),
            reason=reason if state == "lost" else None,
        )

    deals = [
        deal("mara", "won", "2025-01-01", "2025-01-11", 100),
        deal("mara", "won", "2025-01-01", "2025-02-10", 300),
        deal("mara", "lost", "2025-01-05", "2025-02-04", 50),
        deal("nils", "won", None, "2025-02-28T23:59", 40, "USD"),
        deal("nils", "open", "2025-01-20", None, 70),
        deal("nils", "open", None, None, None),
    ]
    box, crate = (Product.objects.create(name=n, folded=n.lower()) for n in ("Box", "Crate"))  # fmt: skip
    for product, total in ((box, 60), (box, 10), (crate, 30)):
        DealLine.objects.create(deal=deals[0], product=product, name=str(product), price=total, total=total)  # fmt: skip
    return deals


def ask(name: str = "sales", **options: Any) -> dict[str, Any]:
    out = StringIO()
    call_command("report", name, stdout=out, **options)
    return json.loads(out.getvalue())


def test_won_lost_and_open_with_money_apart_by_currency(company):
    rows = {row["currency"]: row for row in ask()["rows"]}

    assert (rows["RUB"]["won"], rows["RUB"]["lost"], rows["RUB"]["open"]) == (2, 1, 2)
    assert (rows["RUB"]["revenue"], rows["USD"]["revenue"]) == ("400.00", "40.00")
    assert rows["RUB"]["win_rate"] == 0.666667
    assert (rows["RUB"]["cycle_mean_won"], rows["RUB"]["cycle_median_won"]) == (25, 25)
    assert rows["USD"]["cycle_mean_won"] is None


def test_a_deal_belongs_to_the_period_of_its_closing_day(company):
    said = ask(since=date(2025, 2, 1), until=date(2025, 2, 28))

    assert [(r["won"], r["lost"], r["open"]) for r in said["rows"]] == [(1, 1, 2), (0, 0, 1)]  # fmt: skip


def test_months_show_only_what_closed_and_add_up(company):
    said = ask(by="month")

    assert [(r["month"], r["currency"], r["won"], r["lost"], r["open"]) for r in said["rows"]] == [
        ("2025-01", "RUB", 1, 0, 0),
        ("2025-02", "RUB", 1, 1, 0),
        ("2025-02", "USD", 1, 0, 0),
    ]  # fmt: skip
    assert (said["totals"]["won"], said["totals"]["open"]) == (3, 0)


def test_heads_and_the_topmost_departments(company):
    assert {row["manager"] for row in ask(by="manager")["rows"]} == {"Olaf Model"}
    assert {row["office"] for row in ask(by="office")["rows"]} == {"North"}
    assert {row["department"] for row in ask(by="department")["rows"]} == {"Group"}


def test_by_product_a_deal_counts_for_each_with_its_lines(company):
    said = ask(by="product", until=date(2025, 2, 1))["rows"]
    rows = {r["product"]: r for r in said if r["currency"] == "RUB"}

    assert (rows["Box"]["won"], rows["Box"]["revenue"]) == (1, "70.00")
    assert (rows["Crate"]["won"], rows["Crate"]["revenue"]) == (1, "30.00")
    assert rows["(none)"]["open"] == 4


def test_ages_of_open_deals_leave_out_those_without_a_day(company):
    said = ask("open_age", at=date(2025, 5, 1), by="agent")

    assert [(r["agent"], r["n"], r["max"], r["over_90"], r["over_180"]) for r in said["rows"]] == [("Nils Sample", 1, 101, 1, 0)]  # fmt: skip
    assert said["totals"]["mean"] == 101


def test_only_what_a_user_may_read(company):
    said = ask(user="nils")

    assert Decimal(said["rows"][0]["revenue"]) in (0, 40)
    assert sum(row["won"] for row in said["rows"]) == 1


def test_wrong_words_are_told(company):
    with pytest.raises(CommandError, match="agent"):
        ask(by="weather")
    with pytest.raises(CommandError, match="sales"):
        ask("weather")
    with pytest.raises(CommandError, match="until"):
        ask(since=date(2025, 2, 1), until=date(2025, 1, 1))


def test_a_year_of_money_may_begin_on_the_29th_of_february():
    told = ask("cash", since=date(2024, 2, 29))

    assert told["since"] == "2024-02-29"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "31.02.2026"])
def test_a_day_that_nobody_could_mean_is_refused_by_the_command_in_a_sentence(day):
    with pytest.raises(CommandError, match="is no"):
        call_command("report", "cash", f"--since={day}")
