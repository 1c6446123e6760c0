"""Closed deals, effort, cold calls, how invoices are paid: page, file and command say of random bases what is reckoned
here record by record."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from html import unescape
from io import StringIO
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client as Browser
from django.utils import timezone, translation
from django.utils.translation import gettext

from analytics.dividing import NOBODY, OF_DEALS
from analytics.effort import BY
from clients.actions import bin as binning
from clients.models import (
    Activity,
    ActivityKind,
    ActivityResult,
    Client,
    ClientGroup,
    InformationSource,
    Product,
    RelationshipType,
)
from deals.actions import payments
from deals.actions.invoices import cancel_invoice
from deals.models import (
    Allocation,
    Deal,
    DealLine,
    Invoice,
    PaymentPromise,
    RefusalReason,
)
from pipeline.models import Process, Stage
from salesexpert.accounts.models import User
from tests.deals.money import an_invoice
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    IndustryFactory,
    RegionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
D = Decimal
Row = dict[str, Any]
SINCE, UNTIL = date(2026, 3, 1), date(2026, 4, 1)
# Of the second base pages and files are read of those divisions that are not read of the first.
SEEDS = (1, 2)


@pytest.fixture
def director() -> User:
    return UserFactory(preset="director", username="director", last_name="Директоров")


# ── what page, file and command say ──────────────────────────────────────────────────────────────────────────────────


def commanded(name: str, **options: Any) -> list[Row]:
    """The rows, and the totals as the last of them."""
    out = StringIO()
    call_command("report", name, stdout=out, **options)
    told = json.loads(out.getvalue())
    return [*told["rows"], told["totals"]]


def on_page(http: Browser, address: str) -> list[dict[str, list[str]]]:
    """Each table of the page as {what a row is named: its other cells}; bars say nothing of their own."""
    html = http.get(address).content.decode()
    tables = []
    for table in re.findall(r"<table.*?</table>", html, re.S):
        rows = [re.findall(r"<t[hd](?: scope| class=\"(?!rpt-b))[^>]*>(.*?)</t[hd]>", row, re.S) for row in re.findall(r"<tr>.*?</tr>", table.partition("</thead>")[2], re.S)]  # fmt: skip
        texts = [[unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in rows]  # fmt: skip
        tables.append({row[0]: row[1:] for row in texts})
        assert len(tables[-1]) == len(rows)
    return tables


def in_file(http: Browser, address: str) -> list[dict[str, list[str]]]:
    text = http.get(f"{address}&format=csv").content.decode("utf-8-sig")
    tables = []
    for part in re.split(r"(?:\r?\n){2}", text.strip()):
        rows = [row for row in csv.reader(StringIO(part), delimiter=";") if len(row) > 1][1:]  # fmt: skip
        tables.append({row[0].replace(",", ""): row[1:] for row in rows})
    return tables


def shown(text: str) -> list[Decimal]:
    return [D("".join(number.split()).replace(",", ".")) for number in re.findall(r"\d[\d\s]*(?:,\d+)?", text)]  # fmt: skip


def says(text: str, figure: Any) -> bool:
    """Sums and numbers of records exactly; parts (“33 %”) and averages as finely as a page writes them."""
    found = shown(text)
    if isinstance(figure, Mapping):
        return sorted(found) == sorted(figure.values())
    if not figure:
        return found in ([], [0])
    off = abs(found[0] - D(figure) * (100 if "%" in text else 1))
    return len(found) == 1 and off <= (0 if isinstance(figure, int | Decimal) else D("0.5001") if "%" in text else D("0.0501"))  # fmt: skip


def page_and_file_say(http: Browser, address: str, table: int, rows: Mapping[str, Row], columns: Iterable[str]) -> None:  # fmt: skip
    expected = {name: [row[column] for column in columns] for name, row in rows.items()}
    for read in (on_page, in_file):
        told = read(http, address)[table]
        assert told.keys() == expected.keys(), (read.__name__, address)
        for name, texts in told.items():
            assert len(texts) == len(expected[name])
            wrong = [(c, t, f) for c, t, f in zip(columns, texts, expected[name], strict=True) if not says(t, f)]  # fmt: skip
            assert not wrong, (read.__name__, address, name, wrong)


# ── the plainest reckoning ───────────────────────────────────────────────────────────────────────────────────────────


def on_day(moment: datetime) -> date:
    return moment.astimezone(timezone.get_default_timezone()).date()


def in_period(day: date, since: date = SINCE, until: date = UNTIL) -> bool:
    return since <= day < until


def least(values: list[int], percent: int) -> int | None:
    """The least value that so many percent of all do not exceed."""
    return next((v for v in sorted(values) if sum(w <= v for w in values) * 100 >= percent * len(values)), None)  # fmt: skip


def ratio(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def called(key: Any) -> str:
    with translation.override("ru"):
        return gettext(NOBODY) if key is None else str(key)


# ── a base ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def an_edge(drawn: Random) -> datetime:
    """Often the last moment of a day or the first of the next one where the period begins or ends."""
    zone = timezone.get_default_timezone()
    if drawn.random() < 0.5:
        midnight = datetime.combine(drawn.choice([SINCE, UNTIL]), datetime.min.time(), zone)  # fmt: skip
        return midnight + drawn.choice([-timedelta(microseconds=1), timedelta(0), timedelta(hours=2), -timedelta(hours=2)])  # fmt: skip
    return datetime(2026, 2, 10, tzinfo=zone) + timedelta(minutes=drawn.randint(0, 80_000))  # fmt: skip


def a_base(seed: int, director: User) -> list[User]:
    """Three sellers with some forty deals and ninety entries of the history; what may be unknown often is."""
    drawn = Random(seed)
    some = drawn.choice
    sellers = [UserFactory(username=f"s{n}", last_name=f"Пример-{n}") for n in range(3)]
    regions, industries = [RegionFactory(), RegionFactory(), None], [IndustryFactory(), None]  # fmt: skip
    groups, sources = ([*(model.objects.create(name=f"{word} {n}", folded=f"{word} {n}") for n in range(2)), None] for model, word in ((ClientGroup, "группа"), (InformationSource, "источник")))  # fmt: skip
    products = [Product.objects.create(name=f"Товар {n}", folded=f"товар {n}") for n in range(3)]  # fmt: skip
    reason = RefusalReason.objects.create(name="Причина")
    stages = [Stage.objects.create(process=Process.objects.create(name=f"Путь {n}", position=20 + n), name=f"Шаг {n}", position=1, percent=10) for n in range(2)]  # fmt: skip
    clients = [ClientFactory(region=some(regions), industry=some(industries), group=some(groups), source=some(sources), curator=some([*sellers, None])) for _ in range(6)]  # fmt: skip
    deals = []
    for n in range(45):
        state, opened, closed, stage = some(["won", "won", "lost", "open"]), an_edge(drawn), an_edge(drawn), some(stages)  # fmt: skip
        opened, closed = sorted((opened, closed))
        deal = Deal.objects.create(
            client=some(clients), title=f"Сделка {n}", process=stage.process, stage=stage, responsible=some(sellers), state=state,
            reason=reason if state == "lost" else None, opened_at=some([opened, opened, opened, None]), closed_at=None if state == "open" else closed,
            amount=some([None, D(0), D(drawn.randint(1, 99_999)) / 100]), currency=some(["RUB", "RUB", "USD"]), source=some(sources),
        )  # fmt: skip
        for product in drawn.choices([*products, None], k=drawn.randint(0, 3)):
            total = D(drawn.randint(0, 40_000)) / 100
            DealLine.objects.create(deal=deal, product=product, name="x", price=total, total=total)  # fmt: skip
        deal.interests.add(*drawn.sample(products, drawn.randint(0, 1)))
        deals.append(deal)
    kinds = list(ActivityKind.objects.filter(code__in=["call", "call", "meeting", "letter", "note"]))  # fmt: skip
    call = next(kind for kind in kinds if kind.code == "call")
    results = [ActivityResult.objects.create(name=f"Итог {n}", folded=f"итог {n}", shows_interest=n == 0) for n in range(2)]  # fmt: skip
    steps = list(RelationshipType.objects.all())
    done = []
    for _ in range(90):
        deal, at = some([*deals, *[None] * 20]), an_edge(drawn)
        state = some(["done"] * 6 + ["planned", "cancelled"])
        done.append(Activity(
            client=deal.client if deal else some([*clients, None]), deal=deal, kind=some([call, *kinds]), performer=some(sellers), created_by=director, created_at=at, feed_at=at,
            status=state, done_at=at if state == "done" else None, planned_at=at, minutes=some([None, 0, 15, 45]), direction=some(["out", "out", "in", ""]),
            relationship=some([*steps, *[s for s in steps if s.step == 1] * 6, None]), result=some([*results, None]), stage=some([*stages, None]), summary="Поговорили.",
        ))  # fmt: skip
    Activity.objects.bulk_create(done)
    # Cold calls of clients whose only deal was opened just then, just before, as late as a call may still bear fruit, too late, or lies
    # in the bin.
    for after in (timedelta(0), -timedelta(microseconds=1), timedelta(days=90, microseconds=-1), timedelta(days=90), timedelta(days=9)):  # fmt: skip
        client, at = ClientFactory(), datetime.combine(SINCE, datetime.min.time(), timezone.get_default_timezone())  # fmt: skip
        fruit = Deal.objects.create(client=client, title="Плод", process=stages[0].process, stage=stages[0], responsible=some(sellers), state="won", opened_at=at + after, closed_at=at + after)  # fmt: skip
        ActivityFactory(client=client, kind=call, performer=some(sellers), done_at=at, direction="out", relationship=next(s for s in steps if s.step == 1))  # fmt: skip
    # Far from the period: contacts that a won deal took all the same.
    Activity.objects.bulk_create(
        Activity(client=d.client, deal=d, kind=call, performer=some(sellers), created_by=director, created_at=at, feed_at=at, status="done", done_at=at, summary="x")
        for d in drawn.sample(deals, 12) for at in [datetime(2025, 11, 1, tzinfo=timezone.get_default_timezone())]
    )  # fmt: skip
    for thing in [fruit, *drawn.sample(deals, 4), *drawn.sample([a for a in done if a.status == "done" and a.client], 6)]:  # fmt: skip
        binning.throw_away(thing=thing, by=director, at=timezone.now())
    return sellers


# ── closed deals ─────────────────────────────────────────────────────────────────────────────────────────────────────


def parts_of(deal: Deal, by: str) -> dict[Any, Decimal | None]:
    """{part of the division: what of the deal's money is in it}."""
    if by == "product":
        found: dict[Any, Decimal | None] = {product: D(0) for product in deal.interests.all()}  # fmt: skip
        for line in deal.lines.all():
            if line.product:
                found[line.product] = (found.get(line.product) or D(0)) + line.total
        return found or {None: None}
    owner = deal if by in ("source", "process") else deal.client
    part = deal.responsible if by == "manager" else deal.client if by == "client" else getattr(owner, by)  # fmt: skip
    return {part: deal.amount}


def lengths_of(deals: list[tuple[Deal, Decimal | None]]) -> Row:
    won = [(d, money) for d, money in deals if d.state == "won"]
    lost = [d for d, _money in deals if d.state == "lost"]
    days = [(on_day(d.closed_at) - on_day(d.opened_at)).days for d, _money in won if d.opened_at]  # fmt: skip
    revenue: dict[str, Decimal] = defaultdict(Decimal)
    for deal, money in won:
        revenue[deal.currency] += money or 0
    return {
        "won": len(won),
        "lost": len(lost),
        "win_rate": ratio(len(won), len(deals)),
        "revenue": {currency: money for currency, money in revenue.items() if money},
        "timed": len(days),
        "mean": round(sum(days) / len(days), 1) if days else None,
        "median": least(days, 50),
        "p75": least(days, 75),
        "p90": least(days, 90),
        "lost_median": least([(on_day(d.closed_at) - on_day(d.opened_at)).days for d in lost if d.opened_at], 50),
    }  # fmt: skip


def lengths_by(by: str, whose: User | None = None) -> dict[Any, Row]:
    """Of each part; “All” is the whole."""
    closed = [
        d for d in Deal.with_bin.select_related("client", "responsible")
        if not d.bin_id and d.state != "open" and in_period(on_day(d.closed_at)) and whose in (None, d.responsible)
    ]  # fmt: skip
    parts = defaultdict(list)
    for deal in closed:
        for part, money in parts_of(deal, by).items():
            parts[part].append((deal, money))
    return {part: lengths_of(rows) for part, rows in parts.items()} | {"All": lengths_of([(d, d.amount) for d in closed])}  # fmt: skip


def as_lengths(row: Row) -> Row:
    """A row of the command as it is reckoned here."""
    money = {name.removeprefix("revenue_"): D(sum_) for name, sum_ in row.items() if name.startswith("revenue_")}  # fmt: skip
    return {name: value for name, value in row.items() if not name.startswith("revenue_") and name not in ("key", "name")} | {"revenue": money}  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_closed_deals_and_their_lengths_by_every_division(seed, director, sign_in):
    sellers, http = a_base(seed, director), sign_in(director)
    columns = ("won", "lost", "win_rate", "revenue", "mean", "median", "p75", "p90", "lost_median")  # fmt: skip
    for place, by in enumerate(OF_DEALS):
        plain = lengths_by(by)
        *rows, whole = commanded("deals", by=by, since=SINCE, until=UNTIL)
        assert {row["key"]: as_lengths(row) for row in rows} == {part and part.pk: figures for part, figures in plain.items() if part != "All"}  # fmt: skip
        assert as_lengths(whole) == plain["All"]
        assert [(-row["won"], -row["lost"]) for row in rows] == sorted((-row["won"], -row["lost"]) for row in rows)  # fmt: skip
        named = {called(part) if part != "All" else "Все": row for part, row in plain.items()}  # fmt: skip
        if place % 2 == seed % 2:
            page_and_file_say(http, f"/analytics/deals/?since={SINCE}&to={UNTIL - timedelta(1)}&by={by}", 0, named, columns)  # fmt: skip
    plain = lengths_by("client", sellers[0])
    *rows, whole = commanded("deals", by="client", since=SINCE, until=UNTIL, user="s0")
    assert {row["key"]: as_lengths(row) for row in rows} == {part.pk: figures for part, figures in plain.items() if part != "All"}  # fmt: skip
    assert as_lengths(whole) == plain["All"]


# ── effort ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def contacts(whose: User | None = None) -> list[Activity]:
    """All there are, of whatever day."""
    rows = Activity.with_bin.select_related("client", "kind", "performer", "stage", "result", "relationship")  # fmt: skip
    return [
        a for a in rows
        if not a.bin_id and a.status == "done" and a.kind.is_contact and a.client and whose in (None, a.performer)
    ]  # fmt: skip


def effort_of(made: list[Activity], won: list[Deal] | None) -> Row:
    states = dict(Deal.with_bin.values_list("pk", "state"))
    row: Row = {}
    for outcome in ("whole", "won", "lost", "open", "none"):
        of = [a for a in made if outcome in ("whole", states[a.deal_id] if a.deal_id else "none")]  # fmt: skip
        name = outcome if outcome == "whole" else f"spent_{outcome}"
        row[f"{name}_contacts"] = len(of)
        row[f"{name}_minutes"] = sum(a.kind.default_minutes if a.minutes is None else a.minutes for a in of)  # fmt: skip
    if won is None:
        return row | dict.fromkeys(("won", "on_won", "per_won", "per_deal"))
    on_won = sum(a.deal_id in {d.pk for d in won} for a in contacts())
    return row | {"won": len(won), "on_won": on_won, "per_won": ratio(len(made), len(won)), "per_deal": ratio(on_won, len(won))}  # fmt: skip


def effort_by(by: str, whose: User | None = None) -> dict[Any, Row]:
    made = [a for a in contacts(whose) if in_period(on_day(a.done_at))]
    won = [d for d in Deal.with_bin.all() if not d.bin_id and d.state == "won" and in_period(on_day(d.closed_at)) and whose in (None, d.responsible)]  # fmt: skip
    parts = {a: (a.client.source if by == "source" else getattr(a, by)) for a in made}
    keys = {*parts.values(), *((d.responsible for d in won) if by == "performer" else ())}  # fmt: skip
    found = {}
    for key in keys:
        own = [d for d in won if d.responsible == key] if by == "performer" else None
        found[key] = effort_of([a for a in made if parts[a] == key], own)
    return found | {"All": effort_of(made, won)}


def figures_alone(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("key", "name")}


def cold_calls_of(calls: list[Activity]) -> Row:
    deals = [d for d in Deal.with_bin.all() if not d.bin_id and d.opened_at]
    fruit = {a: [d for d in deals if d.client_id == a.client_id and a.done_at <= d.opened_at < a.done_at + timedelta(days=90)] for a in calls}  # fmt: skip
    row = {
        "calls": len(calls),
        "interest": sum(bool(a.result and a.result.shows_interest) for a in calls),
        "deals": sum(bool(found) for found in fruit.values()),
        "won": sum(any(d.state == "won" for d in found) for found in fruit.values()),
    }  # fmt: skip
    return row | {f"{name}_of": row[name] / len(calls) for name in ("interest", "deals", "won")}  # fmt: skip


def cold_calls_agree(http: Browser) -> None:
    calls = defaultdict(list)
    for a in contacts():
        if in_period(on_day(a.done_at)) and a.kind.code == "call" and a.direction == "out" and a.relationship and a.relationship.step == 1:  # fmt: skip
            calls[a.performer].append(a)
    plain = {person: cold_calls_of(made) for person, made in calls.items()}
    *rows, whole = commanded("cold_calls", since=SINCE, until=UNTIL)

    counted = ("calls", "interest", "deals", "won")
    assert {row["person_id"]: [row[n] for n in counted] for row in rows} == {person.pk: [row[n] for n in counted] for person, row in plain.items()}  # fmt: skip
    assert whole == {"calls": sum(row["calls"] for row in plain.values())}
    columns = ("calls", "interest", "interest_of", "deals", "deals_of", "won", "won_of")
    page_and_file_say(http, f"/analytics/effort/?since={SINCE}&to={UNTIL - timedelta(1)}", 1, {str(p): row for p, row in plain.items()}, columns)  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_contacts_and_hours_by_what_came_of_them_and_cold_calls(
    seed, director, sign_in
):
    sellers, http = a_base(seed, director), sign_in(director)
    outcomes = [f"spent_{outcome}" for outcome in ("won", "lost", "open", "none")]
    for place, by in enumerate(BY):
        plain = effort_by(by)
        *rows, whole = commanded("effort", by=by, since=SINCE, until=UNTIL)
        assert {row["key"]: figures_alone(row) for row in rows} == {part and part.pk: figures for part, figures in plain.items() if part != "All"}  # fmt: skip
        assert figures_alone(whole) == plain["All"]
        for row in plain.values():
            row |= {name.replace("minutes", "hours"): value / 60 for name, value in row.items() if name.endswith("minutes")}  # fmt: skip
        columns = [f"{name}_{what}" for name in ("whole", *outcomes) for what in ("contacts", "hours")]  # fmt: skip
        columns += ["won", "per_won", "per_deal"] if by == "performer" else []
        named = {called(part) if part != "All" else "Все": row for part, row in plain.items()}  # fmt: skip
        if place % 2 == seed % 2:
            page_and_file_say(http, f"/analytics/effort/?since={SINCE}&to={UNTIL - timedelta(1)}&by={by}", 0, named, columns)  # fmt: skip
    plain = effort_by("performer", sellers[0])
    *rows, whole = commanded("effort", since=SINCE, until=UNTIL, user="s0")
    assert {row["key"]: figures_alone(row) for row in rows} == {part.pk: figures for part, figures in plain.items() if part != "All"}  # fmt: skip
    assert figures_alone(whole) == plain["All"]
    cold_calls_agree(http)


# ── how invoices are paid ────────────────────────────────────────────────────────────────────────────────────────────


def a_base_of_money(seed: int, director: User, since: date, until: date) -> list[User]:
    """Invoices of deals and of clients alone, in two currencies: paid in parts, at the term and past it, given back,
    reversed, cancelled; promises."""
    drawn = Random(seed)
    some, today = drawn.choice, timezone.localdate()
    sellers = [UserFactory(username=f"s{n}", last_name=f"Пример-{n}") for n in range(2)]
    clients: list[Client] = [ClientFactory(curator=curator) for curator in (*sellers, None)]  # fmt: skip
    stage = Stage.objects.create(process=Process.objects.create(name="Путь", position=20), name="Шаг", position=1, percent=10)  # fmt: skip
    for n in range(26):
        currency = some(["RUB", "RUB", "USD"])
        client = some(clients)
        deal = Deal.objects.create(client=client, title=f"Сделка {n}", process=stage.process, stage=stage, responsible=some(sellers), currency=currency, opened_at=timezone.now()) if drawn.random() < 0.7 else None  # fmt: skip
        issued = some([since, since - timedelta(1), until - timedelta(1), until, since + timedelta(drawn.randint(0, 40))])  # fmt: skip
        term = some([0, 5, 10, (today - issued).days, (today - issued).days - 1, (today - issued).days + 7])  # fmt: skip
        total = D(drawn.randint(100, 99_999)) / 100
        invoice = an_invoice(deal, total, client=client, currency=currency, issued_on=issued, due=(issued - today).days + term)  # fmt: skip
        way = some(["paid", "paid", "paid", "partly", "unpaid", "cancelled"])
        half = (total / 2).quantize(D("0.01"))
        parts = {"partly": [half], "unpaid": []}.get(way, some([[total], [half, total - half], [half, total - half]]))  # fmt: skip
        for amount in parts:
            paid_on = min(today, invoice.due_on + timedelta(some([-2, 0, 1, 4, 11])))
            made = payments.record_payment(by=director, client=client, amount=amount, paid_on=paid_on, currency=currency, parts={invoice.pk: amount})  # fmt: skip
            back = drawn.random()
            if back < 0.1:
                payments.refund(by=director, client=client, amount=min(half, amount), paid_on=today, invoice=invoice, currency=currency)  # fmt: skip
            elif back < 0.2:
                payments.reverse_payment(made.pk, by=director)
        if way == "cancelled":
            cancel_invoice(invoice.pk, by=director)
    for _ in range(20):
        PaymentPromise.objects.create(client=some(clients), promised_on=some([since - timedelta(1), since, until - timedelta(1), until]), amount=1, state=some(["kept", "broken", "waiting"]), made_by=some([*sellers, director]))  # fmt: skip
    return sellers


def paying_of(invoices: list[Invoice], today: date) -> Row:
    """By the payments that lie on them, not by what the invoices themselves say of it."""
    late: list[int] = []
    row: Row = {"issued": len(invoices), "total": sum((i.total for i in invoices), D(0)), "on_time": 0, "overdue": 0, "waiting": 0, "overdue_sum": D(0)}  # fmt: skip
    for invoice in invoices:
        laid = list(Allocation.objects.filter(invoice=invoice).select_related("payment"))  # fmt: skip
        owed = invoice.total - sum(part.amount for part in laid)
        if owed > 0 and invoice.due_on < today:
            row["overdue"] += 1
            row["overdue_sum"] += owed
        elif owed > 0:
            row["waiting"] += 1
        else:
            days = (max(part.payment.paid_on for part in laid) - invoice.due_on).days
            row["on_time"] += days <= 0
            late += [days] if days > 0 else []
    row["late"] = len(late)
    row["days_late"] = round(sum(late) / len(late), 1) if late else None
    row["on_time_share"] = ratio(row["on_time"], row["on_time"] + row["late"] + row["overdue"])  # fmt: skip
    return row


def paying_by(since: date, until: date, today: date) -> dict[tuple[User | None, str], Row]:  # fmt: skip
    parts = defaultdict(list)
    cancelled = set(Invoice.objects.exclude(corrects=None).values_list("corrects", flat=True))  # fmt: skip
    for invoice in Invoice.objects.select_related("responsible"):
        if invoice.corrects_id is None and invoice.pk not in cancelled and in_period(invoice.issued_on, since, until):  # fmt: skip
            parts[invoice.responsible, invoice.currency].append(invoice)
    return {key: paying_of(rows, today) for key, rows in parts.items()}


@pytest.mark.parametrize("seed", range(4))
def test_how_invoices_are_paid_and_promises_kept(seed, director, sign_in):
    today = timezone.localdate()
    since, until = today - timedelta(45), today - timedelta(5)
    sellers, http = a_base_of_money(seed, director, since, until), sign_in(director)
    plain = paying_by(since, until, today)
    *rows, whole = commanded("paying", since=since, until=until)

    def told(row: Row) -> Row:
        return {name: D(value) if name in ("total", "overdue_sum") else value for name, value in row.items() if name not in ("person_id", "name", "currency")}  # fmt: skip

    assert {(row["person_id"], row["currency"]): told(row) for row in rows} == {(person and person.pk, currency): row for (person, currency), row in plain.items()}  # fmt: skip
    assert whole == {"issued": sum(row["issued"] for row in plain.values())}
    mine = commanded("paying", since=since, until=until, user="s0")[:-1]
    assert {(row["person_id"], row["currency"]): told(row) for row in mine} == {(person.pk, currency): row for (person, currency), row in plain.items() if person == sellers[0]}  # fmt: skip
    address = f"/analytics/paying/?since={since}&to={until - timedelta(1)}"
    with translation.override("ru"):
        named = {f"{person or gettext('nobody')} {currency}": row for (person, currency), row in plain.items()}  # fmt: skip
    columns = ("issued", "total", "on_time_share", "on_time", "late", "days_late", "overdue", "overdue_sum", "waiting")  # fmt: skip
    page_and_file_say(http, address, 0, named, columns)

    promised: dict[Any, Row] = defaultdict(lambda: dict.fromkeys(("kept", "broken", "waiting"), 0))  # fmt: skip
    for word in PaymentPromise.objects.select_related("made_by"):
        if in_period(word.promised_on, since, until):
            promised[word.made_by][word.state] += 1
    for row in promised.values():
        row["kept_share"] = ratio(row["kept"], row["kept"] + row["broken"])
    *rows, whole = commanded("promises", since=since, until=until)
    assert {row["person_id"]: {n: v for n, v in row.items() if n not in ("person_id", "name")} for row in rows} == {person.pk: row for person, row in promised.items()}  # fmt: skip
    assert whole == {n: sum(row[n] for row in promised.values()) for n in ("kept", "broken")}  # fmt: skip
    page_and_file_say(http, address, 1, {str(p): row for p, row in promised.items()}, ("kept", "broken", "waiting", "kept_share"))  # fmt: skip
