"""Sales plans, contacts needed, KPI and own indicators through their pages."""

import re
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from analytics import formulas, fulfilment, kpi, rollups, telling
from analytics.actions import plans as actions
from analytics.actions.plans import Whose
from analytics.models import KpiChoice, OwnIndicator, PayMonth, SalesPlan
from analytics.months import first_of, following
from clients.models import RelationshipType
from deals.actions.payments import record_payment
from deals.models import Deal, Invoice
from deals.models.refusal import RefusalReason
from salesexpert.accounts.models import Role
from salesexpert.core import preferences
from salesexpert.notices.models import Notice
from tests.analytics.paid import a_sale, a_scheme, month_of, percent, put_on
from tests.deals.money import a_deal
from tests.factories import ActivityFactory, DepartmentFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal


def closed(seller, state, at, amount="100000", client=None):
    deal = a_deal(client, responsible=seller, amount=D(amount))
    reason = RefusalReason.objects.first() if state == "lost" else None
    Deal.objects.filter(pk=deal.pk).update(state=state, closed_at=at, opened_at=at - timedelta(days=20), reason=reason)  # fmt: skip
    return deal


def test_a_plan_is_fulfilled_by_paid_issued_or_closed_as_the_company_sets(sign_in):
    seller, head = UserFactory(), UserFactory(preset="director")
    today = timezone.localdate()
    month, until = first_of(today), following(first_of(today))
    _deal, invoice = a_sale(seller, ("А", "120000.00", "40000.00"))
    record_payment(by=None, client=invoice.client, deal=invoice.deal, amount=D(30_000), paid_on=today)  # fmt: skip
    closed(seller, "won", timezone.now(), "500000")
    http = sign_in(head)
    field = f"u{seller.pk}-{month.month}"
    grid = {"measure": "turnover", "span": "month", "year": month.year}

    assert http.post("/analytics/plans/set/", grid | {field: "сто"}).status_code == 422
    assert http.post("/analytics/plans/set/", grid | {field: "60 000"}).status_code == 302  # fmt: skip

    came = {}
    for way in ("paid", "issued", "closed"):
        preferences.put(plan_counts_by=way)
        came[way] = fulfilment.facts("turnover", month, until)[seller.pk]
    preferences.put(plan_counts_by="paid")
    assert came == {"paid": D(30_000), "issued": D(120_000), "closed": D(500_000)}
    page = http.get("/analytics/plans/?measure=turnover").content.decode()
    assert "50\xa0%" in page
    own = sign_in(seller)
    assert str(head) not in own.get("/analytics/plans/?measure=turnover").content.decode()  # fmt: skip
    assert own.get("/analytics/plans/set/").status_code == 403


def test_a_year_is_spread_by_season_and_copied():
    year = timezone.localdate().year
    seller = UserFactory()
    parts = actions.spread_year(D("1000000.01"), [D(n) for n in range(1, 13)], "payments")  # fmt: skip
    whole = actions.spread_year(D(100), [D(1)] * 12, "won")

    assert sum(parts) == D("1000000.01") and parts[11] > parts[0]
    assert sum(whole) == 100 and all(part == int(part) for part in whole)
    cells = {(Whose(seller.pk), date(year - 1, m, 1)): D(1000 * m) for m in (1, 2)}
    actions.set_plans(cells, measure="payments", span="month", by=seller)
    actions.copy_year(measure="payments", year=year, percent=D(10), by=seller)
    assert list(SalesPlan.objects.filter(since__year=year).order_by("since").values_list("amount", flat=True)) == [1100, 2200]  # fmt: skip


@pytest.mark.parametrize("whole", ["12000000", "100", "1234567", "1000000.01", "0", "999"])  # fmt: skip
def test_the_parts_of_a_year_are_as_round_as_it_is(whole):
    parts = actions.spread_year(D(whole), [D(n) for n in range(1, 13)], "payments")
    unit = D(1000) if whole == "12000000" else D(1) if D(whole) >= 1000 and D(whole) % 1 == 0 else D("0.01")  # fmt: skip

    assert sum(parts) == D(whole)
    assert all(part % unit == 0 for part in parts)


GRID = "/analytics/plans/set/?measure=payments&span=month"


@pytest.mark.parametrize(
    ("language", "typed", "kept"),
    [
        ("ru", "1 234,50", "1234.50"), ("ru", "1\xa0234,50 ₽", "1234.50"), ("ru", "1.234,50", "1234.50"),
        ("ru", "1,234.50", "1234.50"), ("en", "1,234", "1234"), ("en", "1,234,567", "1234567"),
        ("ru", "1,234,567", "1234567"), ("en", "0,5", "0.5"), ("ru", "1,234", None), ("ru", "1,000", None), ("ru", "12\t34", None), ("en", "12 34", None),
        ("ru", "abc", None), ("ru", "-5", None), ("ru", "1e999", None), ("ru", "NaN", None), ("ru", "=1+1", None), ("ru", "9" * 20, None),
    ],
)  # fmt: skip
def test_a_plan_is_typed_or_pasted_in_any_usual_way_and_nonsense_is_kept_and_told(sign_in, language, typed, kept):  # fmt: skip
    seller, other = UserFactory(), UserFactory()
    http = sign_in(UserFactory(preset="director", language=language))
    answer = http.post(GRID, {"year": "2027", "deed": "save", f"u{seller.pk}-1": typed, f"u{other.pk}-2": "777"})  # fmt: skip

    if kept is None:
        assert answer.status_code == 422
        page = answer.content.decode()
        assert f'value="{typed}"' in page and 'value="777"' in page
        assert 'aria-invalid="true"' in page
        assert not SalesPlan.objects.exists()
    else:
        assert SalesPlan.objects.get(user=seller).amount == D(kept)
        # What the grid shows it reads back unchanged.
        page = http.get(f"{GRID}&year=2027").content.decode()
        shown = re.search(rf'name="u{seller.pk}-1" value="([^"]*)"', page)
        assert shown
        http.post(GRID, {"year": "2027", "deed": "save", f"u{seller.pk}-1": shown[1]})
        assert SalesPlan.objects.get(user=seller).amount == D(kept)


def test_copying_says_what_it_did_and_a_wrong_percent_copies_nothing(sign_in):
    year = timezone.localdate().year
    seller = UserFactory()
    http = sign_in(UserFactory(preset="director"))
    actions.set_plans({(Whose(seller.pk), date(year - 1, 1, 1)): D(1000)}, measure="payments", span="month", by=seller)  # fmt: skip
    copy = {"year": str(year), "deed": "copy"}

    for wrong in ("abc", "-200", "5000", "1e999"):
        answer = http.post(GRID, copy | {"percent": wrong})
        assert answer.status_code == 422
        assert f'value="{wrong}"' in answer.content.decode()
        assert "от -100 до 1" in answer.content.decode()
    assert SalesPlan.objects.count() == 1
    assert "Скопировано планов: 1" in http.post(GRID, copy | {"percent": "10 %"}, follow=True).content.decode()  # fmt: skip
    assert "Ничего не скопировано" in http.post(GRID, copy | {"percent": "10"}, follow=True).content.decode()  # fmt: skip


def test_spreading_a_year_loses_no_other_cell_and_needs_no_history(sign_in):
    seller, other = UserFactory(), UserFactory()
    http = sign_in(UserFactory(preset="director"))
    http.post(GRID, {"year": "2027", "deed": "spread", f"u{seller.pk}-year": "1 200 000", f"u{other.pk}-3": "500"})  # fmt: skip

    assert [int(p.amount) for p in SalesPlan.objects.filter(user=seller)] == [100_000] * 12  # fmt: skip
    assert SalesPlan.objects.get(user=other).amount == 500


def test_contacts_needed_are_measured_from_own_history_and_say_how_much_of_it_there_is():
    seller = UserFactory()
    today = date(2026, 6, 15)
    before = timezone.make_aware(timezone.datetime(2026, 3, 10, 12))
    for state in ("won", "won", "lost", "lost"):
        deal = closed(seller, state, before)
        for _n in range(3):
            ActivityFactory(deal=deal, client=deal.client, performer=seller, done_at=before)  # fmt: skip
    ActivityFactory(performer=seller, done_at=timezone.make_aware(timezone.datetime(2026, 6, 3, 12)))  # fmt: skip

    needed = fulfilment.contacts_needed({seller.pk: D(250_000)}, since=date(2026, 6, 1), until=date(2026, 7, 1), today=today)[seller.pk]  # fmt: skip

    # 250,000 ÷ 100,000 → 3 deals to win; half are won → 6 to work; 3 contacts each → 18; 12 working days are left.
    assert (needed.deals, needed.needed, needed.done, needed.won) == (3, 18, 1, 2)
    assert needed.is_thin and needed.per_day == D("1.5")


def test_contacts_needed_are_asked_of_all_at_once_and_told_of_each_and_of_all_by_the_latest_deals(monkeypatch):  # fmt: skip
    monkeypatch.setattr(fulfilment, "SAMPLE", 2)
    period = {"since": date(2026, 6, 1), "until": date(2026, 7, 1), "today": date(2026, 6, 15)}  # fmt: skip
    new = UserFactory()

    def noon(month, day):
        return timezone.make_aware(timezone.datetime(2026, month, day, 12))

    def hired(day, contacts):
        """Won one with nine contacts, refused one with so many, won one with two; made a contact this month."""
        seller = UserFactory()
        for state, on, many in (("won", 1, 9), ("lost", day, contacts), ("won", day + 1, 2)):  # fmt: skip
            deal = closed(seller, state, noon(3, on), amount="50000")
            for _n in range(many):
                ActivityFactory(deal=deal, client=deal.client, performer=new, done_at=noon(3, on))  # fmt: skip
        ActivityFactory(performer=seller, done_at=noon(6, 3))
        return seller.pk

    def asked(people):
        left = dict.fromkeys([*people, new.pk], D(100_000)) | {fulfilment.FIRM: D(150_000)}  # fmt: skip
        rollups.refresh()
        with CaptureQueriesContext(connection) as queries:
            found = fulfilment.contacts_needed(left, people=[*people, new.pk], **period)
        return found, len(queries)

    two = [hired(10, 4), hired(20, 8)]
    few, queries_of_few = asked(two)
    many, queries_of_many = asked(two + [hired(12, 1) for _n in range(18)])

    # 100,000 ÷ 50,000 → 2 deals to win, two of three are won → 3 to work, of which the latest two tell 3 and 5 contacts each.
    assert [(few[pk].won, few[pk].needed, few[pk].done) for pk in two] == [(2, 9, 1), (2, 15, 1)]  # fmt: skip
    # Together 3 deals to win, 4.5 to work; the latest two of all are those of the second.
    firm = few[fulfilment.FIRM]
    assert (firm.won, firm.deals, firm.needed, firm.done) == (4, 3, 23, 2)
    assert few[new.pk] is None
    assert [many[pk] for pk in two] == [few[pk] for pk in two]
    assert queries_of_many == queries_of_few


def test_kpi_say_what_their_definitions_say(sign_in):
    seller, other = UserFactory(), UserFactory()
    now = timezone.now()
    month, until = first_of(timezone.localdate()), following(first_of(timezone.localdate()))  # fmt: skip
    old = now - timedelta(days=400)
    regular = closed(seller, "won", old).client
    closed(seller, "won", now, client=regular)
    closed(seller, "won", now)
    closed(seller, "lost", now)
    ActivityFactory(performer=seller, client=regular, relationship=RelationshipType.objects.get(step=4))  # fmt: skip
    ActivityFactory(performer=seller, relationship=RelationshipType.objects.get(step=2))
    people = [seller.pk, other.pk]
    by_code = {i.code: i.ask(people, month, until) for i in kpi.READY}

    assert by_code["win_rate"][seller.pk] == D("66.67")
    assert by_code["new_to_regular"][seller.pk] == D(100)
    assert (by_code["contacts"][seller.pk], by_code["regular_contacts"][seller.pk]) == (2, 1)  # fmt: skip
    assert other.pk not in by_code["win_rate"]
    http = sign_in(UserFactory(preset="director"))
    role = Role.objects.get(code="seller")
    address = f"/analytics/kpi/roles/{role.pk}/"
    rows = {"k-TOTAL_FORMS": 5, "k-INITIAL_FORMS": 5}
    chosen = {"k-0-indicator": "win_rate", "k-0-target": "50", "k-0-weight": "3", "k-1-indicator": "contacts", "k-1-target": "4", "k-1-weight": "1"}  # fmt: skip
    assert http.post(address, rows | chosen).status_code == 422
    own = {"name": "Контактов на победу", "unit": "number", "good": "less"}  # fmt: skip
    for wrong in ("contacts / ", "__import__(1)", "contacts / nothing", "1 + 1"):
        assert http.post("/analytics/kpi/indicators/new/", own | {"formula": wrong}).status_code == 422  # fmt: skip
    http.post("/analytics/kpi/indicators/new/", own | {"formula": "contacts ÷ won"})
    made = OwnIndicator.objects.get()
    assert made.formula == "contacts ÷ won"
    chosen |= {"k-2-indicator": made.code, "k-2-target": "2", "k-2-weight": "1"}
    assert http.post(address, rows | chosen).status_code == 302
    assert KpiChoice.objects.count() == 3
    shown = {s.indicator.code: s for s in kpi.of_people([seller], month, until)[seller.pk]}  # fmt: skip
    assert (shown[made.code].value, shown[made.code].attained) == (D("1.00"), D(150))
    # Every indicator of the diagnosis is a name for formulas too; an average deal of nobody is a dash.
    assert (
        kpi.by_formula("opened × 2 − lost", people, month, until)[seller.pk] is not None
    )
    assert kpi.by_formula("average_deal", people, month, until)[other.pk] is None
    assert kpi.by_formula("average_deal ÷ won", people, month, until)[seller.pk] == D(
        50_000
    )
    # 133.34 × 3, 50 × 1, 150 × 1, over 5.
    assert kpi.score_of(seller.pk, month, until) == D("120.0")
    assert "66,7" in sign_in(seller).get("/analytics/kpi/").content.decode()


def test_payments_to_receivables_are_what_came_less_refunds_by_what_was_owed_at_the_start():
    seller, other = UserFactory(), UserFactory()
    month, until = first_of(timezone.localdate()), following(first_of(timezone.localdate()))  # fmt: skip
    before = month - timedelta(days=10)
    _deal, unpaid = a_sale(seller, ("А", "100000.00", "0.00"))
    deal, partly = a_sale(seller, ("Б", "100000.00", "0.00"))
    _late, _of_month = a_sale(seller, ("В", "70000.00", "0.00"))
    Invoice.objects.filter(pk__in=[unpaid.pk, partly.pk]).update(issued_on=before)
    pay = partial(record_payment, by=None, client=partly.client, deal=deal)
    pay(amount=D(40_000), paid_on=before)
    pay(amount=D(48_000), paid_on=month)
    ready = {i.code: i.ask([seller.pk, other.pk], month, until) for i in kpi.READY}

    # Owed at the start: 100,000 + 60,000; the invoice of this month was not yet there. Came: 48,000.
    assert ready["receipts"][seller.pk] == D(48_000)
    assert ready["paid_of_receivables"][seller.pk] == D("30.00")
    assert ready["paid_of_receivables"].get(other.pk) is None
    assert ready["revenue"].get(seller.pk, D(0)) == 0
    closed(seller, "won", timezone.now(), amount="250000")
    ready = {i.code: i.ask([seller.pk], month, until) for i in kpi.READY}
    assert (ready["revenue"][seller.pk], ready["won"][seller.pk], ready["lost"].get(seller.pk)) == (D(250_000), 1, None)  # fmt: skip


def test_the_day_page_has_the_plans_of_ones_people_with_their_pace(sign_in):
    sales, other = DepartmentFactory(name="Отдел сбыта"), DepartmentFactory(name="Отдел сервиса")  # fmt: skip
    head = UserFactory(preset="head_of_sales", department=sales, language="en")
    # Of his department only: the preset head reads everybody's records.
    Role.objects.filter(pk=head.role_id).update(scope="team")
    head.refresh_from_db()
    seller, idle = (UserFactory(department=sales, last_name=name) for name in ("Успешный", "Праздный"))  # fmt: skip
    stranger = UserFactory(department=other, last_name="Чужой")
    since = fulfilment.today().replace(month=1, day=1)
    closed(seller, "won", timezone.now())
    plan = {"span": "year", "since": since, "measure": "won"}
    for whose, amount in (({"user": seller}, 1), ({"user": idle}, 100), ({"user": stranger}, 5), ({"department": sales}, 1), ({"department": other}, 7), ({}, 10_000)):  # fmt: skip
        SalesPlan.objects.create(**plan, **whose, amount=amount)

    def told(person):
        page = sign_in(person).get("/analytics/plans/mine/").text
        assert ("Done 100 percent" in page) == (person != stranger)
        return [re.sub(r"<.*?>|\s+|&nbsp;", " ", row).split() for row in re.findall(r"<li>(.*?)</li>", page.partition('id="team-plan"')[2], re.S)]  # fmt: skip

    def words(rows):
        return [{"Отдел", "сбыта", "сервиса", "Праздный", "Успешный", "Чужой", "firm", "behind", "track"} & set(row) for row in rows]  # fmt: skip

    assert words(told(head)) == [{"Отдел", "сбыта", "track"}, {"Праздный", "behind"}, {"Успешный", "track"}]  # fmt: skip
    director = UserFactory(preset="director", language="en")
    assert words(told(director)) == [{"firm", "behind"}, {"Отдел", "сбыта", "track"}, {"Отдел", "сервиса", "behind"}]  # fmt: skip
    assert told(stranger) == []


def test_the_plan_of_a_department_is_told_to_its_head_and_of_the_firm_to_the_director():
    department = DepartmentFactory(name="Отдел сбыта")
    head, director = UserFactory(preset="head_of_sales", department=department), UserFactory(preset="director")  # fmt: skip
    seller = UserFactory(department=department, head=head)
    since = fulfilment.today().replace(day=1)
    closed(seller, "won", timezone.now())
    SalesPlan.objects.create(span="month", since=since, measure="won", department=department, amount=1)  # fmt: skip
    SalesPlan.objects.create(span="month", since=since, measure="won", amount=2)

    # The head reads his department's figures: of the firm's plan only the director is told.
    assert telling.milestones(at=timezone.now()) == 2
    assert telling.milestones(at=timezone.now()) == 0
    told = {(notice.user, next(word for word in notice.text.split() if word.isdigit())) for notice in Notice.objects.filter(kind="plan")}  # fmt: skip
    assert told == {(head, "100"), (director, "50")}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("won / (won + lost) * 100", D(75)),
        ("-won + 2,5 × 2", D(2)),
        ("1 ÷ nothing", None),
        ("1 / (won - 3)", None),
    ],
)
def test_a_formula_is_worked_out_and_nought_below_is_a_dash(formula, value):
    assert formulas.worked_out(formula, {"won": D(3), "lost": D(1)}) == value


@pytest.mark.parametrize("formula", ["", "(" * 90 + "1" + ")" * 90, "1 2", "won.__class__", "[1]", "won +", "'a'", "9" * 501])  # fmt: skip
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises(formulas.WrongFormula):
        formulas.parse(formula)


def test_what_was_written_past_the_actions_is_found_and_mended(capsys):
    seller = UserFactory()
    put_on(seller, a_scheme(percent((0, 10))))
    _deal, invoice = a_sale(seller, ("А", "120000.00", "0.00"))
    record_payment(by=None, client=invoice.client, deal=invoice.deal, amount=D(60_000), paid_on=timezone.localdate())  # fmt: skip
    month_of(seller)
    call_command("pay", "verify")
    invoice.allocations.update(amount=D(120_000))
    PayMonth.objects.update(expected=D(1))

    with pytest.raises(CommandError, match="rebuild"):
        call_command("pay", "verify")
    call_command("pay", "rebuild")

    assert month_of(seller).earned == D("10000.00")
    call_command("pay", "verify")
