"""Five questions of marketing put together by clicking, each against the same counted of the records one by one; and one
put together by the keyboard alone."""

from collections import Counter, defaultdict
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from statistics import median

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import (
    Activity,
    ActivityKind,
    Campaign,
    CampaignCost,
    InformationSource,
    Inquiry,
    RelationshipType,
    Selection,
)
from deals.models import Deal, Offer, Refusal, RefusalReason, StagePassage
from tests.analytics.february import a_way
from tests.browsing import settled
from tests.factories import ClientFactory, UserFactory

ZONE = timezone.get_default_timezone()
TODAY = timezone.localdate(timezone=ZONE)
QUARTER = TODAY.replace(month=(TODAY.month - 1) // 3 * 3 + 1, day=1)
BANDS = [(100_000, "до 100 000"), (300_000, "100 000 – 300 000"), (1_000_000, "300 000 – 1 000 000")]  # fmt: skip


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), ZONE)


def ago(days: int) -> datetime:
    return noon(TODAY - timedelta(days=days))


def quarter(back: int) -> date:
    months = QUARTER.year * 12 + QUARTER.month - 1 - 3 * back
    return date(months // 12, months % 12 + 1, 1)


@pytest.fixture
def base(transactional_db):
    b = type("Base", (), {})()
    b.boss = UserFactory(username="marketer", preset="head_of_marketing", language="ru")
    b.fair, b.web = (InformationSource.objects.create(name=n) for n in ("Выставка «Образец»", "Сайт-образец"))  # fmt: skip
    b.guests = [ClientFactory(source=b.fair, curator=b.boss) for _ in range(2)]
    b.others = [ClientFactory(source=b.web, curator=b.boss) for _ in range(4)]
    b.process, b.stages = a_way()
    _refusals(b)
    _inquiries(b)
    _cold_contacts(b)
    _campaigns(b)
    _demonstrations(b)
    return b


def _deal(b, client, **given):
    stage = b.stages["A"]
    opened = {"opened_at": ago(400)} | given
    return Deal.objects.create(client=client, title="Сделка", process=b.process, stage=stage, responsible=b.boss, **opened)  # fmt: skip


def _refusals(b):
    dear, silent = (RefusalReason.objects.create(name=n) for n in ("Дорого-образец", "Молчат-образец"))  # fmt: skip
    # (client, reason, amount, how many quarters back)
    told = [
        (0, dear, 50_000, 1), (1, dear, 150_000, 1), (0, dear, 299_999, 1), (0, dear, 150_000, 2),
        (1, silent, 900_000, 1), (1, silent, 50_000, 2), (0, silent, 900_000, 2), (0, dear, 50_000, 3), (0, dear, 50_000, 0),
    ]  # fmt: skip
    b.refusals = [(b.guests[c], reason, amount, quarter(back)) for c, reason, amount, back in told]  # fmt: skip
    b.refusals += [(b.others[0], dear, 150_000, quarter(1)), (b.others[0], silent, 150_000, quarter(2))]  # fmt: skip
    for client, reason, amount, day in b.refusals:
        at = noon(day)
        deal = _deal(b, client, amount=amount, state="lost", reason=reason, closed_at=at, opened_at=at)  # fmt: skip
        Refusal.objects.create(deal=deal, reason=reason, stage=b.stages["A"], refused_at=at, refused_by=b.boss)  # fmt: skip


def _work(b, client, code, at, **given):
    kind = ActivityKind.objects.get(code=code)
    return Activity.objects.create(client=client, kind=kind, status="done", done_at=at, feed_at=at, created_at=at, performer=b.boss, created_by=b.boss, **given)  # fmt: skip


def _inquiries(b):
    # (channel, client, came so many days ago, met so many days ago)
    told = [("site", 0, 90, 80), ("site", 1, 70, 66), ("site", 2, 60, None), ("site", 3, 50, 29), ("call", 2, 40, 25), ("call", 0, 300, 80)]  # fmt: skip
    for client, day in {(client, met) for _c, client, _came, met in told if met}:
        _work(b, b.others[client], "meeting", ago(day))
    b.inquiries = [(channel, b.others[client], ago(came)) for channel, client, came, _met in told]  # fmt: skip
    for channel, client, at in b.inquiries:
        Inquiry.objects.create(channel=channel, client=client, company="Образец", received_at=at, recorded_at=at)  # fmt: skip


def _cold_contacts(b):
    cold, warm = (RelationshipType.objects.filter(step=step).first() for step in (1, 2))
    b.called = [ClientFactory(curator=b.boss) for _ in range(3)]
    for client, days, step in ((0, 200, cold), (1, 199, cold), (2, 130, cold), (0, 129, warm), (0, 128, cold)):  # fmt: skip
        _work(b, b.called[client], "call", ago(days), relationship=step, direction="out")  # fmt: skip
    # (client, stage, days ago): the first in time, the second too late, the third before the contact
    for client, stage, days in ((0, "A", 180), (0, "B", 150), (0, "C", 60), (1, "A", 100), (2, "B", 131), (2, "A", 120), (2, "B", 45)):  # fmt: skip
        deal = Deal.objects.filter(client=b.called[client]).first() or _deal(b, b.called[client])  # fmt: skip
        StagePassage.objects.create(deal=deal, stage=b.stages[stage], performer=b.boss, entered_at=ago(days), left_at=ago(days - 1), outcome="forward", percent=10)  # fmt: skip


def _campaigns(b):
    b.campaigns = [Campaign.objects.create(name=n) for n in ("Весна-образец", "Осень-образец")]  # fmt: skip
    for campaign, amount in ((0, 30_000), (0, 15_000), (1, 8_000)):
        CampaignCost.objects.create(campaign=b.campaigns[campaign], side="spent", kind="other", on=TODAY, amount=amount, made_at=timezone.now())  # fmt: skip
    # (campaign, state, paid)
    b.deals = [(0, "won", 90_000), (0, "won", 45_000), (0, "open", 0), (1, "open", 2_000)]  # fmt: skip
    for campaign, state, paid in b.deals:
        closed = None if state == "open" else ago(20)
        _deal(b, b.others[3], campaign=b.campaigns[campaign], state=state, closed_at=closed, amount=100_000, paid=paid)  # fmt: skip


def _demonstrations(b):
    # days since the demonstrations, days since the offer
    b.shown = [((90,), None), ((90,), 80), ((90,), 120), ((30,), None), ((200, 20), 100), ((200, 61), 100), ((), 90)]  # fmt: skip
    b.viewers = [ClientFactory(name=f"Зритель {n}", curator=b.boss) for n in range(len(b.shown))]  # fmt: skip
    for client, (shown, offered) in zip(b.viewers, b.shown, strict=True):
        for days in shown:
            _work(b, client, "demonstration", ago(days))
        if offered:
            deal = _deal(b, client)
            Offer.objects.create(deal=deal, number=f"x{client.pk}", made_on=ago(offered).date())  # fmt: skip


# ── the builder ──────────────────────────────────────────────────────────────────────────────────────────────────────


class Builder:
    """The page as a hand uses it."""

    def __init__(self, page, about):
        """From the list of queries by its link; from another question at once."""
        self.page = page
        begin = f"/analytics/queries/new/?subject={about}"
        if page.url.endswith("/analytics/queries/"):
            page.click(f".aq-begin a[href='{begin}']")
        else:
            page.goto(page.url.partition("/analytics/")[0] + begin)
        self.settle()

    def settle(self):
        self.page.wait_for_selector("#aq-answer:not([aria-busy])", state="attached")
        settled(self.page)

    def open(self, button):
        self.page.click(button)
        expect(self.page.locator("#dialog")).to_be_visible()
        settled(self.page)

    def choose(self, button, value):
        """Open a list of fields and press one."""
        self.open(f"#{button}")
        self.page.click(f"#dialog button[value='{value}']")
        settled(self.page)

    def apply(self, **filled):
        """Fill the form of the dialog and send it."""
        for name, value in filled.items():
            box = self.page.locator(f"#dialog [name={name}]").first
            if box.evaluate("e => e.nodeName") == "SELECT":
                box.select_option(**value if isinstance(value, dict) else {"value": value})  # fmt: skip
            elif box.get_attribute("type") in ("checkbox", "radio"):
                self.page.check(f"#dialog [name={name}][value='{value}']")
            else:
                box.fill(value)
        self.page.click("#dialog footer .btn-primary")
        expect(self.page.locator("#dialog")).to_be_hidden()
        self.settle()

    def measure(self, form, **filled):
        self.open("#aq-add-measures")
        self.page.click(f"#dialog button[hx-get*='kind={form}']")
        self.page.wait_for_selector("#dialog select")
        settled(self.page)
        self.apply(**filled)

    def table(self):
        """{head of the row: {head of the column: text}} as it is shown."""
        self.settle()
        rows = self.page.evaluate("""() => [...document.querySelectorAll('#aq-answer tr')].map(
            row => [...row.children].map(cell => cell.innerText.replace(/\\s+/g, ' ').trim()))""")  # fmt: skip
        heads = rows[0]
        return {row[0]: dict(zip(heads[1:], row[1:], strict=True)) for row in rows[1:]}


def spoken(value):
    if value is None:
        return "—"
    text = f"{round(value, 2):,.2f}".rstrip("0").rstrip(".")
    return text.replace(",", " ").replace(".", ",")


def with_change(now, was):
    if not now and not was:
        return "—"
    part = round(((now or 0) - was) / was * 100) if was else None
    sign = "+" if part and part > 0 else "−" if part and part < 0 else ""
    return f"{now or '—'}" + (f" {sign}{abs(part)} %" if part is not None else "")


def test_five_questions_of_marketing_are_put_together_by_clicking(browse, base):
    page = browse(base.boss, "/analytics/queries/")

    refusals_of_guests(page, base)
    days_to_the_first_meeting(page, base)
    stages_after_cold_contacts(page, base)
    money_of_campaigns(page, base)
    shown_and_not_offered(page, base)

    assert page.faults == []


def refusals_of_guests(page, base):
    ask = Builder(page, "refusals")
    ask.choose("aq-add-rows", "reason")
    ask.settle()
    ask.choose("aq-add-columns", "deal.amount")
    ask.settle()
    ask.choose("aq-add-where", "client.source")
    ask.apply(v_in=str(base.fair.pk))
    ask.open("#aq-period")
    ask.apply(name="last_quarter")
    ask.open("#aq-top")
    ask.apply(compare="previous")

    counts = {1: Counter(), 2: Counter()}
    for client, reason, amount, day in base.refusals:
        for back, count in counts.items():
            if client.source_id == base.fair.pk and day == quarter(back):
                band = next(name for border, name in BANDS if amount < border)
                count[reason.name, band] += 1
                count[reason.name, "Итого"] += 1
                count["Итого", band] += 1
                count["Итого", "Итого"] += 1
    shown = ask.table()
    assert {(row, column): text for row, cells in shown.items() for column, text in cells.items()} == {
        (row, column): with_change(counts[1][row, column], counts[2][row, column])
        for row in ("Дорого-образец", "Молчат-образец", "Итого")
        for column in (*(name for _border, name in BANDS), "Итого")
    }  # fmt: skip


def days_to_the_first_meeting(page, base):
    ask = Builder(page, "inquiries")
    ask.choose("aq-add-rows", "channel")
    ask.settle()
    ask.measure("days", until="first_meeting_at")

    meetings = list(Activity.objects.filter(kind__code="meeting"))
    days = defaultdict(list)
    for channel, client, at in base.inquiries:
        after = [m.done_at for m in meetings if m.client_id == client.pk and m.done_at >= at]  # fmt: skip
        days[channel] += [(min(after).astimezone(ZONE).date() - at.date()).days] if after else []  # fmt: skip
    names = dict(Inquiry._meta.get_field("channel").choices)
    found = {row: list(cells.values())[-1] for row, cells in ask.table().items()}
    told = {str(names[channel]): spoken(median(values)) for channel, values in days.items()}  # fmt: skip
    assert {row.lower(): text for row, text in found.items() if row != "Итого"} == {name.lower(): text for name, text in told.items()}  # fmt: skip


def stages_after_cold_contacts(page, base):
    ask = Builder(page, "activities")
    ask.choose("aq-add-where", "cold")
    ask.apply(op="yes")
    ask.choose("aq-add-where", "status")
    ask.apply(v_in="done")
    ask.choose("aq-add-rows", "done_at")
    ask.settle()
    ways = {"label": f"каждый этап процесса «{base.process.name}»"}
    ask.measure("stages", until=ways, within="90")

    cohorts = defaultdict(list)
    for contact in Activity.objects.filter(kind__is_contact=True, relationship__step=1):
        cohorts[contact.done_at.astimezone(ZONE).date().replace(day=1)].append(contact)
    passages = list(StagePassage.objects.select_related("deal"))
    told = []
    for _month, contacts in sorted(cohorts.items()):
        line = [str(len(contacts))]
        for stage in base.stages.values():
            came = 0
            for contact in contacts:
                entered = [p.entered_at for p in passages if p.stage_id == stage.pk and p.deal.client_id == contact.client_id and p.entered_at >= contact.done_at]  # fmt: skip
                came += bool(entered) and (min(entered).date() - contact.done_at.date()).days <= 90  # fmt: skip
            line.append(f"{round(came / len(contacts) * 100)} %")
        told.append(line)
    shown = [list(cells.values()) for row, cells in ask.table().items() if row != "Итого"]  # fmt: skip
    assert shown == told


def money_of_campaigns(page, base):
    ask = Builder(page, "deals")
    ask.choose("aq-add-rows", "campaign")
    ask.settle()
    ask.measure("ratio", of="outside:campaign_cost", by="reached:won_at")
    ask.measure("ratio", of="sum:paid", by="outside:campaign_cost")

    costs = Counter()
    for cost in CampaignCost.objects.filter(side="spent"):
        costs[cost.campaign.name] += cost.amount
    told = {}
    for n, campaign in enumerate(base.campaigns):
        mine = [(state, paid) for c, state, paid in base.deals if c == n]
        won = sum(state == "won" for state, _paid in mine)
        cost = costs[campaign.name]
        each = f"{spoken(cost / won)} ₽" if won else "—"
        told[campaign.name] = [str(len(mine)), each, spoken(Decimal(sum(p for _s, p in mine)) / cost)]  # fmt: skip
    shown = ask.table()
    assert {name: list(shown[name].values()) for name in told} == told


def shown_and_not_offered(page, base):
    ask = Builder(page, "clients")
    ask.choose("aq-add-where", "demonstration_without_offer_at")
    ask.apply(v_older_days="60")
    ask.open("#aq-answer button[hx-get*='freeze']")
    page.fill("#dialog [name=name]", "Показали и забыли")
    page.click("#dialog footer .btn-primary")
    page.wait_for_url("**/clients/?frozen=*")

    told = {
        client.pk
        for client, (shown, offered) in zip(base.viewers, base.shown, strict=True)
        if shown and min(shown) > 60 and (offered is None or offered > min(shown))
    }
    kept = Selection.objects.get(name="Показали и забыли").members
    assert set(kept.values_list("record", flat=True)) == told != set()


# ── the keyboard ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_question_is_put_together_by_the_keyboard_alone(browse, transactional_db):
    boss = UserFactory(username="keys", preset="head_of_marketing", language="ru")
    process, stages = a_way()
    for state, amount in (("won", 70_000), ("won", 40_000), ("open", 5_000)):
        Deal.objects.create(client=ClientFactory(), title="Сделка", process=process, stage=stages["A"], responsible=boss, state=state, amount=amount, opened_at=ago(3), closed_at=ago(1) if state == "won" else None)  # fmt: skip
    page = browse(boss, "/analytics/queries/new/?subject=deals")
    page.wait_for_selector("#aq-answer:not([aria-busy])", state="attached")

    def walk(selector, key):
        for _ in range(300):
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
            page.keyboard.press(key)
        raise AssertionError(selector)

    def press(selector, key="Tab"):
        walk(selector, key)
        page.keyboard.press("Enter")
        settled(page)

    press("#aq-add-rows")
    expect(page.locator("#dialog")).to_be_visible()
    press("#dialog button[value=state]", "ArrowDown")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#aq-add-rows")).to_be_focused()
    press("#aq-add-measures")
    press("#dialog button[value='sum:amount']", "ArrowDown")
    expect(page.locator("#aq-add-measures")).to_be_focused()
    press(".x-btn[hx-get*='side=measures'][hx-get*='at=0']", "Shift+Tab")
    expect(page.locator("#aq-answer thead th")).to_have_count(2)
    press("#aq-chart-bar")
    expect(page.locator("#aq-answer figure svg")).to_be_visible()
    expect(page.locator("#aq-chart-bar")).to_be_focused()

    rows = page.evaluate("() => [...document.querySelectorAll('#aq-answer tbody tr')].map(r => r.innerText.replace(/\\s+/g, ' ').trim())")  # fmt: skip
    assert [row.endswith(sum_) for row, sum_ in zip(rows, ("110 000 ₽", " 5 000 ₽"), strict=True)] == [True, True]  # fmt: skip
    assert page.faults == []
