"""Procedure, money and forecast: page, file and command beside plain Python over bases drawn at random."""

import csv
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

from analytics import forecast, rollups
from analytics.sheets import Sheet, Table
from clients.models import Activity
from deals.models import Deal, Invoice, Payment, PlannedReceipt
from pipeline.models import StageCheck
from salesexpert.accounts.models import User
from tests.analytics.drawn import (
    NOW,
    TODAY,
    ZONE,
    Drawn,
    a_drawn_base,
    draw_money,
    draw_work,
)

pytestmark = pytest.mark.django_db
D, NOUGHT = Decimal, Decimal(0)
# Whole months, which months that are kept may answer, and days amid them.
PERIODS = [(date(2026, 1, 1), date(2026, 4, 1)), (date(2026, 1, 16), date(2026, 3, 4))]  # fmt: skip


@pytest.fixture(autouse=True)
def _that_night():
    with time_machine.travel(NOW, tick=False):
        yield


def page_of(http: Any, name: str, since: date, until: date, **more: str) -> Sheet:
    """What the page told, of which its file has to say the same."""
    asked = {"since": since, "to": until - timedelta(days=1), **more}
    sheet: Sheet = http.get(reverse(f"analytics:{name}"), asked).context["sheet"]
    filed = http.get(reverse(f"analytics:{name}"), asked | {"format": "csv"}).content.decode("utf-8-sig")  # fmt: skip
    lines = list(csv.reader(io.StringIO(filed), delimiter=";"))
    for row in sheet.tables[0].rows:
        assert _filed(row) in [[*map(_number, line)] for line in lines]
    return sheet


def _filed(row: Any) -> list[Any]:
    cells = [cell for cell in row if not cell.bar and cell.value is not None]
    return [_number(f"{cell.value}, {cell.more}" if cell.more else str(cell.value)) for cell in cells]  # fmt: skip


def _number(text: str) -> Any:
    try:
        return D(text.replace(",", "."))
    except ArithmeticError:
        return text


def commanded(name: str, **asked: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command("report", name, stdout=out, **asked)
    told: dict[str, Any] = json.loads(out.getvalue())
    return told


def values(table: Table) -> list[list[Any]]:
    return [[cell.value for cell in row[1:] if not cell.bar] for row in table.rows]


def day(at: datetime) -> date:
    return at.astimezone(ZONE).date()


# ── procedure ────────────────────────────────────────────────────────────────────────────────────────────────────────

COUNTED = ("moved", "skipped", "jumped", "overridden", "contacts", "silent", "open", "without_step")  # fmt: skip


def plain_procedure(people: Iterable[User], since: date, until: date) -> dict[str, list[int]]:  # fmt: skip
    points = list(StageCheck.objects.filter(retired_at=None))
    counts: dict[str, Counter[str]] = defaultdict(Counter)

    def held(at: datetime | None) -> bool:
        return at is not None and since <= day(at) < until

    deals = Deal.objects.filter(responsible__in=people).select_related("responsible")
    for deal in deals.prefetch_related("passages__stage", "check_marks", "process__stages"):  # fmt: skip
        mine, stays = counts[str(deal.responsible)], list(deal.passages.all())
        in_use = [s.position for s in deal.process.stages.all() if s.retired_at is None]
        ticked = {mark.check_line_id for mark in deal.check_marks.all()}
        left = [stay for stay in stays if held(stay.left_at)]
        if deal.in_norms:
            mine["moved"] += bool(left)
            mine["skipped"] += any(
                stay.outcome in ("forward", "won") and any(p.stage_id == stay.stage_id and p.pk not in ticked for p in points)
                for stay in left
            )  # fmt: skip
            mine["jumped"] += any(
                stay.outcome == "forward" and other.entered_at == stay.left_at
                and any(stay.stage.position < passed < other.stage.position for passed in in_use)
                for stay in left for other in stays
            )  # fmt: skip
        mine["overridden"] += deal.state == "won" and held(deal.closed_at) and bool(deal.override_reason)  # fmt: skip
        mine["open"] += deal.state == "open"
        mine["without_step"] += deal.state == "open" and deal.next_step_at is None
    for work in Activity.objects.filter(performer__in=people).select_related("performer", "kind"):  # fmt: skip
        if work.status == "done" and work.kind.is_contact and work.client_id and held(work.done_at):  # fmt: skip
            counts[str(work.performer)]["contacts"] += 1
            counts[str(work.performer)]["silent"] += work.summary == ""
    return {name: [mine[of] for of in COUNTED] for name, mine in counts.items() if any(mine.values())}  # fmt: skip


@pytest.mark.parametrize("seed", [1, 2])
def test_procedure_is_told_as_plain_counting_tells_it(seed, sign_in):
    base = a_drawn_base(seed, deals=120, oldest=110)
    draw_work(base, 80)
    rollups.catch_up()
    for since, until in PERIODS:
        of_firm = plain_procedure([*base.people, base.director], since, until)
        sheet = page_of(sign_in(base.director), "procedure", since, until)
        told = commanded("procedure", since=since, until=until)

        assert {row[0].value: own for row, own in zip(sheet.tables[0].rows, values(sheet.tables[0]), strict=True)} == of_firm  # fmt: skip
        assert [cell.value for cell in sheet.tables[0].foot[1:]] == [sum(of) for of in zip(*of_firm.values(), strict=True)]  # fmt: skip
        assert {row["name"]: [row[of] for of in COUNTED] for row in told["rows"]} == of_firm  # fmt: skip
        for who in base.people:
            own = page_of(sign_in(who), "procedure", since, until).tables[0]
            assert {str(who): values(own)[0]} == plain_procedure([who], since, until)
            mine = commanded("procedure", since=since, until=until, user=who.username)
            assert [[row[of] for of in COUNTED] for row in mine["rows"]] == values(own)
    assert all(sum(of) for of in zip(*of_firm.values(), strict=True))


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def plain_cash(base: Drawn, people: Iterable[User] | None, since: date, until: date, step: str) -> dict[tuple[str, date], list[Decimal]]:  # fmt: skip
    """{(currency, first day of the step): planned, came, expected on invoices, expected without}, every step in order."""
    pks = None if people is None else {who.pk for who in people}
    found: dict[tuple[str, date], list[Decimal]] = defaultdict(lambda: [NOUGHT] * 4)
    firsts: dict[Any, date] = {}
    for n in range((until - since).days):
        on = since + timedelta(days=n)
        firsts.setdefault(_step(on, step), on)

    def add(place: int, currency: str, on: date, whose: int | None, amount: Decimal) -> None:  # fmt: skip
        if since <= on < until and (pks is None or whose in pks):
            found[currency, firsts[_step(on, step)]][place] += amount

    deals = {deal.pk: deal for deal in Deal.objects.all()}
    for planned in PlannedReceipt.objects.all():
        deal = deals.get(planned.deal_id)
        if deal is not None:
            add(0, planned.currency, planned.due_on, deal.responsible_id, planned.amount)  # fmt: skip
            if planned.invoice_id is None and deal.state == "open" and planned.due_on >= TODAY:  # fmt: skip
                add(3, planned.currency, planned.due_on, deal.responsible_id, planned.amount)  # fmt: skip
    corrected = {payment.corrects_id for payment in Payment.objects.all()}
    curators = {client.pk: client.curator_id for client in base.clients}
    for payment in Payment.objects.all():
        if payment.kind != "reversal" and payment.pk not in corrected:
            whose = deals[payment.deal_id].responsible_id if payment.deal_id else curators[payment.client_id]  # fmt: skip
            add(1, payment.currency, payment.paid_on, whose, -payment.amount if payment.kind == "refund" else payment.amount)  # fmt: skip
    for invoice in Invoice.objects.filter(corrects=None, state__in=("issued", "partly")):  # fmt: skip
        if invoice.due_on >= TODAY:
            add(2, invoice.currency, invoice.due_on, invoice.responsible_id, invoice.total - invoice.paid)  # fmt: skip
    currencies = sorted({currency for currency, _first in found}, key=lambda c: (c != "RUB", c))  # fmt: skip
    return {(currency, first): found[currency, first] for currency in currencies for first in firsts.values()}  # fmt: skip


def _step(on: date, step: str) -> Any:
    return on.isocalendar()[:2] if step == "week" else (on.year, on.month)


def plain_overdue() -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for invoice in Invoice.objects.filter(corrects=None, state__in=("issued", "partly"), due_on__lt=TODAY):  # fmt: skip
        found[invoice.currency] += invoice.total - invoice.paid
    return dict(found)


# A long one that is not over, one that is, and one that lies ahead.
OF_MONEY = [(date(2025, 6, 2), date(2026, 7, 1)), (date(2025, 12, 10), date(2026, 3, 1)), (date(2026, 4, 2), date(2026, 8, 1))]  # fmt: skip


@pytest.mark.parametrize("step", ["week", "month"])
def test_money_is_told_as_plain_adding_tells_it(step, sign_in):
    base = a_drawn_base(3, deals=40)
    draw_money(base, 70)
    for since, until in OF_MONEY:
        of_firm = plain_cash(base, None, since, until, step)
        told = commanded("cash", since=since, until=until, step=step)
        rows = {(row["currency"], date.fromisoformat(row["since"])): [D(row[of]) for of in ("planned", "came", "invoiced", "uninvoiced")] for row in told["rows"]}  # fmt: skip

        assert rows == of_firm
        assert {name.removeprefix("overdue_"): D(n) for name, n in told["totals"].items()} == plain_overdue()  # fmt: skip
        for who in (base.director, *base.people):
            whose = None if who == base.director else [who]
            shown = page_of(sign_in(who), "cash", since, until, step=step).tables[0]
            plain = plain_cash(base, whose, since, until, step)
            assert [row[1].unit for row in shown.rows] == [currency for currency, _first in plain]  # fmt: skip
            assert values(shown) == [[*of, of[1] + of[2] + of[3]] for of in plain.values()]  # fmt: skip


def test_of_many_weeks_the_last_are_shown_in_every_currency_and_the_page_says_so(sign_in):  # fmt: skip
    draw_money(base := a_drawn_base(6, deals=20), 40)
    sheet = page_of(sign_in(base.director), "cash", date(2024, 6, 3), date(2026, 7, 1), step="week")  # fmt: skip
    plain = plain_cash(base, None, date(2024, 6, 3), date(2026, 7, 1), "week")
    lasting = sorted({first for _currency, first in plain})[-80:]

    assert values(sheet.tables[0]) == [[*of, of[1] + of[2] + of[3]] for (_currency, first), of in plain.items() if first in lasting]  # fmt: skip
    assert "80" in sheet.tables[0].note


# ── forecast ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def plain_history(deals: Iterable[Deal]) -> dict[tuple[int, int | None], list[tuple[bool, int]]]:  # fmt: skip
    """{(stage, seller or None for all): whether it was won, and in how many days from there} of the deals of a year."""
    ended: dict[tuple[int, int | None], list[tuple[bool, int]]] = defaultdict(list)
    for deal in deals:
        if deal.state == "open" or not deal.in_norms or not TODAY - timedelta(days=365) <= day(deal.closed_at) <= TODAY:  # fmt: skip
            continue
        came: dict[int, datetime] = {}
        for stay in sorted(
            deal.passages.all(), key=lambda stay: stay.entered_at, reverse=True
        ):
            came[stay.stage_id] = stay.entered_at
        for stage, at in came.items():
            for whose in (deal.responsible_id, None):
                ended[stage, whose].append((deal.state == "won", (day(deal.closed_at) - day(at)).days))  # fmt: skip
    return ended


def plain_forecast(people: Iterable[User] | None) -> tuple[dict[tuple[str, date], list[Any]], int]:  # fmt: skip
    """{(currency, month, date.max where there is none): cautious sum and deals, likely, best}, and how many without a sum."""
    rows = Deal.objects.filter(**{} if people is None else {"responsible__in": people})
    deals = list(rows.select_related("stage").prefetch_related("passages"))
    ended = plain_history(deals)
    found: dict[tuple[str, date], list[Any]] = defaultdict(lambda: [0.0, 0] * 3)
    without = 0
    for deal in deals:
        if deal.state != "open":
            continue
        if deal.amount is None:
            without += 1
            continue
        histories = [of for whose in (deal.responsible_id, None) if len(of := ended[deal.stage_id, whose]) >= 10]  # fmt: skip
        of_stage = deal.stage.percent / 100
        chance = sum(won for won, _days in histories[0]) / len(histories[0]) if histories else of_stage  # fmt: skip
        took = next((middle for of in histories if (middle := _middle(days for won, days in of if won)) is not None), None)  # fmt: skip
        since = deal.entered_at or deal.opened_at
        by_history = None if took is None or since is None else max(day(since) + timedelta(days=took), TODAY)  # fmt: skip
        typed = deal.expected_on if deal.expected_on and deal.expected_on >= TODAY else None  # fmt: skip
        known = [on for on in (typed, by_history) if on]
        days = (max(known), typed or by_history, min(known)) if known else (None,) * 3
        for place, (on, part) in enumerate(zip(days, (min(of_stage, chance), chance, 1), strict=True)):  # fmt: skip
            cell = found[deal.currency, _month(on)]
            cell[2 * place] += float(deal.amount) * part
            cell[2 * place + 1] += 1
    return {key: found[key] for key in sorted(found, key=lambda key: (key[0] != "RUB", *key))}, without  # fmt: skip


def _middle(days: Iterable[int]) -> int | None:
    ordered = sorted(days)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def _month(on: date | None) -> date:
    return min(on.replace(day=1), date(TODAY.year + 1, TODAY.month, 1)) if on else date.max  # fmt: skip


@pytest.mark.parametrize("seed", [4, 5])
def test_a_forecast_is_told_as_plain_reckoning_tells_it(seed, sign_in):
    base = a_drawn_base(seed, deals=150)
    rollups.catch_up()
    firm, without = plain_forecast(None)
    told = commanded("forecast")
    kopeck = D("0.011")
    history = plain_history(Deal.objects.prefetch_related("passages"))
    chances = {(c.stage_id, c.person_id): (c.closed, c.won, c.days) for c in forecast.chances(Deal.objects.all(), on=TODAY)}  # fmt: skip

    assert chances == {key: (len(of), sum(won for won, _days in of), _middle(days for won, days in of if won)) for key, of in history.items()}  # fmt: skip

    assert told["totals"]["without_sum"] == without > 0
    assert [(row["currency"], date.fromisoformat(row["month"]) if row["month"] else date.max) for row in told["rows"]] == [*firm]  # fmt: skip
    for row, plain in zip(told["rows"], firm.values(), strict=True):
        for n, scenario in enumerate(("cautious", "likely", "best")):
            assert (row[f"{scenario}_deals"], D(row[f"{scenario}_amount"])) == (plain[2 * n + 1], pytest.approx(D(plain[2 * n]), abs=kopeck))  # fmt: skip
    for who in (base.director, *base.people):
        plain_rows, without = plain_forecast(None if who == base.director else [who])
        http = sign_in(who)
        sheet = page_of(http, "forecast", *PERIODS[0])
        assert [row[2].unit for row in sheet.tables[0].rows] == [currency for currency, _month in plain_rows]  # fmt: skip
        for row, plain in zip(values(sheet.tables[0]), plain_rows.values(), strict=True):  # fmt: skip
            assert [row[n] for n in (1, 3, 5)] == [plain[n] for n in (1, 3, 5)]
            assert [row[n] for n in (0, 2, 4)] == [pytest.approx(D(plain[n]), abs=kopeck) for n in (0, 2, 4)]  # fmt: skip
