"""A published history of sales, where this machine has it: the reports say of each of its parts what was counted in it."""

import csv
import json
import os
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

REAL = Path(
    os.environ.get("MAVEN_CRM")
    or Path(__file__).parents[2].parent / "shared" / "data" / "maven_crm"
)
SAID = {
    "total": "total",
    "won": "won",
    "lost": "lost",
    "open": "open",
    "won_revenue": "revenue",
    "won_avg": "average",
    "win_rate_closed": "win_rate",
    **{
        f"cycle_days_{how}_{which}": f"cycle_{how}_{which}"
        for how in ("mean", "median")
        for which in ("won", "lost", "closed")
    },
}
# The office of an agent is what the publisher calls his region, the place of a client is our region.
DIVIDED = {
    "agent": "by_agent",
    "manager": "by_manager",
    "office": "by_region",
    "region": "by_location",
    "sector": "by_sector",
    "product": "by_product",
    "client": "by_account",
    "month": "by_close_month",
    "quarter": "by_close_quarter",
}
# The card that stands for no account has neither place nor sector.
NOWHERE = {"(none)": "(no account)"}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not REAL.is_dir(), reason="the published sales (MAVEN_CRM) are not on this machine"),
]  # fmt: skip


def load():
    """As docs/importing.md tells."""
    at = {name: str(REAL / f"{name}.csv") for name in ("accounts", "sales_teams", "products", "sales_pipeline")}  # fmt: skip
    quiet = {"stdout": StringIO()}
    maps = {
        "accounts": ["account=name", "sector=industry", "office_location=region", "subsidiary_of=parent", "revenue=", "employees=", "year_established="],
        "sales_teams": ["sales_agent=name", "manager=head", "regional_office=department"],
        "products": ["product=name", "series=category", "sales_price=price"],
        "sales_pipeline": ["opportunity_id=outside_id", "sales_agent=responsible", "account=client", "deal_stage=stage", "engage_date=opened_at", "close_date=closed_at", "close_value=amount"],
    }  # fmt: skip

    def told(name, *more):
        mapped = [part for one in maps[name] for part in ("--map", one)]
        return [at[name], *mapped, "--create-missing", *more]

    call_command("import_clients", *told("accounts", "--value", "industry:technolgy=technology", "--value", "region:Philipines=Philippines"), **quiet)  # fmt: skip
    call_command("import_users", *told("sales_teams"), **quiet)
    call_command("import_products", *told("products", "--currency", "USD"), **quiet)
    call_command("import_deals", *told("sales_pipeline", "--value", "product:GTXPro=GTX Pro", "--default", "client=(no account)", "--process", "Sales pipeline", "--currency", "USD"), **quiet)  # fmt: skip


def ask(name, **options):
    out = StringIO()
    call_command("report", name, stdout=out, **options)
    return json.loads(out.getvalue())


def differing(row, truth):
    """{figure: (ours, theirs)} where they are not the same."""
    pairs = {ours: (row[ours], truth[theirs]) for theirs, ours in SAID.items() if theirs in truth}  # fmt: skip
    return {
        name: pair
        for name, pair in pairs.items()
        if (None in pair and pair != (None, None))
        or (None not in pair and abs(float(pair[0]) - float(pair[1])) > 1e-6)
    }


def test_each_part_of_a_real_history_has_the_figures_that_were_counted_in_it():
    truth = json.loads((REAL / "truth.json").read_text())
    load()

    (whole,) = ask("sales")["rows"]
    assert differing(whole, truth["totals"]) == {}
    assert (whole["won"], whole["lost"], whole["open"]) == (4238, 2473, 2089)
    for by, counted in DIVIDED.items():
        said = {NOWHERE.get(row[by], row[by]): row for row in ask("sales", by=by)["rows"]}  # fmt: skip
        wrong = {of: differing(said[of], truth[counted][of]) for of in truth[counted] if of in said}  # fmt: skip
        assert set(said) == set(truth[counted]), by
        assert not any(wrong.values()), (by, wrong)
    quarters = truth["by_manager_close_quarter"]
    for row in ask("sales", by="manager,quarter")["rows"]:
        assert differing(row, quarters[row["manager"]][row["quarter"]]) == {}

    (ages,) = ask("open_age", at=date(2017, 12, 31))["rows"]
    counted = truth["open_engaging_age_days_at_2017_12_31"]
    assert {name: ages[name] for name in counted} == counted

    # The same through a file, and of one quarter by its days.
    out = StringIO()
    call_command("report", "sales", by="office", since=date(2017, 4, 1), until=date(2017, 7, 1), format="csv", stdout=out)  # fmt: skip
    spring = list(csv.DictReader(StringIO(out.getvalue())))
    assert sum(int(row["won"]) for row in spring) == truth["by_close_quarter"]["2017Q2"]["won"]  # fmt: skip
