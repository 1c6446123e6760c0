"""What is typed or forged wrongly in plans, KPI, limits, pay and reports: a sentence, all that was typed, nothing changed."""

import json
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from analytics import kpi
from analytics.actions import plans as actions
from analytics.actions.plans import Whose
from analytics.models import IndicatorLimit, KpiChoice, PayMonth, SalesPlan, Scheme
from clients.models import Selection
from deals.models import ReceiptSchedule, ReceiptScheduleRow
from salesexpert.accounts.models import Role
from tests.analytics.paid import a_scheme, month_of, percent, put_on
from tests.browsing import settled
from tests.factories import (
    ActivityFactory,
    ClientFactory,
    DepartmentFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
D = Decimal
GRID = "/analytics/plans/set/"
YEAR = {"measure": "payments", "span": "month", "year": "2027"}


def said(answer) -> str:
    return unescape(answer.content.decode())


@pytest.fixture(params=["ru", "en"])
def language(request):
    return request.param


@pytest.fixture
def boss(sign_in, language):
    return sign_in(UserFactory(preset="director", language=language))


# ── what an address names ────────────────────────────────────────────────────────────────────────────────────────────

NAMED = {
    "/analytics/plans/?since=2026-13": ("«2026-13» — не месяц с 2000 по 2100 год", "“2026-13” is no month from 2000 to 2100"),
    "/analytics/plans/?measure=zzz": ("«zzz» здесь выбрать нельзя", "“zzz” cannot be chosen here"),
    "/analytics/plans/?span=zzz": ("«zzz» здесь выбрать нельзя", "“zzz” cannot be chosen here"),
    f"{GRID}?year=0001": ("«0001» — не год с 2000 по 2100", "“0001” is no year from 2000 to 2100"),
    f"{GRID}?year=²": ("«²» — не год", "“²” is no year"),
    "/analytics/kpi/?month=9999-12": ("«9999-12» — не месяц", "“9999-12” is no month"),
    "/earned/?month=abc": ("«abc» — не месяц", "“abc” is no month"),
    "/earned/team/?month=0001-01": ("«0001-01» — не месяц", "“0001-01” is no month"),
    "/analytics/?department=999999": ("Отдел: «999999» здесь выбрать нельзя", "Department: “999999” cannot be chosen here"),
    "/analytics/?since=31.02.2026": ("«31.02.2026» — не дата", "“31.02.2026” is not a date"),
    "/analytics/?since=2026-11-20&to=2026-11-01": ("Период кончается раньше, чем начинается", "The period ends before it begins"),
    "/analytics/funnel/?since=2026-11-20&to=2026-11-01": ("Период кончается раньше, чем начинается", "The period ends before it begins"),
    "/analytics/funnel/?period=zzz": ("«zzz» здесь выбрать нельзя", "“zzz” cannot be chosen here"),
    "/analytics/funnel/?way=zzz": ("«zzz» здесь выбрать нельзя", "“zzz” cannot be chosen here"),
    "/analytics/deals/?department=999999": ("Отдел: «999999» здесь выбрать нельзя", "Department: “999999” cannot be chosen here"),
    "/analytics/deals/?responsible=999999": ("«999999» здесь выбрать нельзя", "“999999” cannot be chosen here"),
    "/analytics/contacts/?since=abc": ("«abc» — не дата", "“abc” is not a date"),
    "/analytics/deals/?compare=zzz": ("Сравнить: «zzz» здесь выбрать нельзя", "Compare: “zzz” cannot be chosen here"),
    "/analytics/receivables/?compare=yes": ("Сравнить: «yes» здесь выбрать нельзя", "Compare: “yes” cannot be chosen here"),
    "/analytics/deals/?format=zzz": ("Файл: «zzz» здесь выбрать нельзя", "File: “zzz” cannot be chosen here"),
    "/analytics/?format=zzz": ("Файл: «zzz» здесь выбрать нельзя", "File: “zzz” cannot be chosen here"),
    "/analytics/?compare=zzz": ("Сравнить: «zzz» здесь выбрать нельзя", "Compare: “zzz” cannot be chosen here"),
    "/analytics/?show=won&show=zzz": ("Показатели: «zzz» здесь выбрать нельзя", "Indicators: “zzz” cannot be chosen here"),
    "/earned/?person=abc": ("«abc» здесь выбрать нельзя", "“abc” cannot be chosen here"),
    "/earned/?person=99999999999999999999": ("«99999999999999999999» здесь", "“99999999999999999999” cannot be"),
    "/earned/?person=987654": ("«987654» здесь выбрать нельзя", "“987654” cannot be chosen here"),
    "/earned/?format=pdf": ("Файл: «pdf» здесь выбрать нельзя", "File: “pdf” cannot be chosen here"),
    "/analytics/contacts/?kind=abc": ("Вид: «abc» здесь выбрать нельзя", "Kind: “abc” cannot be chosen here"),
    "/analytics/contacts/?kind=987654": ("Вид: «987654» здесь выбрать нельзя", "Kind: “987654” cannot be chosen here"),
    "/analytics/contacts/?source=987654": ("Источник: «987654» здесь выбрать нельзя", "Source: “987654” cannot be chosen here"),
    "/analytics/contacts/?performer=987654": ("«987654» здесь выбрать нельзя", "“987654” cannot be chosen here"),
    "/analytics/contacts/?outcome=zzz": ("Исход: «zzz» здесь выбрать нельзя", "Outcome: “zzz” cannot be chosen here"),
    "/analytics/contacts/?became=zzz": ("Исход: «zzz» здесь выбрать нельзя", "Outcome: “zzz” cannot be chosen here"),
    "/analytics/limits/?of=person-999999": ("«person-999999» здесь выбрать нельзя", "“person-999999” cannot be chosen here"),
}  # fmt: skip


@pytest.mark.parametrize("address", NAMED)
def test_what_an_address_names_wrongly_is_said_and_the_usual_is_shown(boss, language, address):  # fmt: skip
    answer = boss.get(address)

    assert answer.status_code == 200
    assert NAMED[address][language == "en"] in said(answer)


def test_of_others_is_said_the_same_as_of_nobody_and_no_file_is_made_of_more_than_was_asked(
    sign_in,
):
    far = DepartmentFactory(name="Дальний")
    stranger = UserFactory(department=far)
    http = sign_in(UserFactory())
    for address, there in (("/analytics/", f"department={far.pk}"), ("/analytics/deals/", f"responsible={stranger.pk}")):  # fmt: skip
        name, number = there.split("=")
        real, invented = said(http.get(f"{address}?{there}")), said(http.get(f"{address}?{name}=987654"))  # fmt: skip
        assert f"«{number}» здесь выбрать нельзя" in real
        assert "«987654» здесь выбрать нельзя" in invented
        assert far.name not in real and stranger.last_name not in real

    file = sign_in(UserFactory(preset="director")).get("/analytics/?department=987654&format=csv")  # fmt: skip
    assert "«987654» здесь выбрать нельзя" in said(file)


def test_a_file_of_a_report_is_not_made_of_more_than_was_asked(boss, language):
    answer = boss.get("/analytics/deals/?responsible=987654&format=csv")

    assert answer.status_code == 400
    assert answer["Content-Type"].startswith("text/html")
    assert ("«987654» здесь выбрать нельзя", "“987654” cannot be chosen here")[language == "en"] in said(answer)  # fmt: skip


NO_FILE = {
    "since=31.02.2026": ("«31.02.2026» — не дата", "“31.02.2026” is not a date"),
    "since=2026-11-20&to=2026-11-01": ("Период кончается раньше, чем начинается", "The period ends before it begins"),
    "period=zzz": ("«zzz» здесь выбрать нельзя", "“zzz” cannot be chosen here"),
}  # fmt: skip


@pytest.mark.parametrize("kind", ["csv", "xlsx", "pdf"])
def test_no_file_is_made_of_a_period_that_was_misread(boss, language, kind):
    seller = UserFactory()
    for address in ("/analytics/", "/analytics/deals/", f"/analytics/people/{seller.pk}/"):  # fmt: skip
        for wrong, sentences in NO_FILE.items():
            answer = boss.get(f"{address}?{wrong}&format={kind}")
            assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (400, "text/html"), address  # fmt: skip
            assert sentences[language == "en"] in said(answer), address
        assert boss.get(f"{address}?period=month&format={kind}")["Content-Type"].partition(";")[0] != "text/html"  # fmt: skip


def test_no_payslip_is_made_of_whom_or_when_there_is_not(boss, language):
    for wrong, sentence in (("person=987654", NAMED["/earned/?person=987654"]), ("month=abc", NAMED["/earned/?month=abc"])):  # fmt: skip
        answer = boss.get(f"/earned/?{wrong}&format=xlsx")
        assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (400, "text/html")  # fmt: skip
        assert sentence[language == "en"] in said(answer)


def test_what_an_id_of_nothing_narrowed_is_shown_whole(boss):
    contact = ActivityFactory(done_at=timezone.now(), performer=UserFactory())
    asked = {name: unescape(said(boss.get(f"/analytics/contacts/?{name}"))) for name in ("kind=987654", f"kind={contact.kind_id}", f"kind={contact.kind_id}&stage=987654")}  # fmt: skip

    assert all(f'data-contact="{contact.pk}"' in page for page in asked.values())


def test_a_view_is_kept_of_no_page_that_there_is_not(boss, language):
    for entity in ("zzz", "report-zzz", "a\x00b", ""):
        answer = boss.post("/clients/selections/new/", {"entity": entity, "parameters": "region=1", "name": "Мой вид"})  # fmt: skip
        assert answer.status_code == 422
        assert ("Такого списка или отчёта нет", "There is no such list or report")[language == "en"] in said(answer)  # fmt: skip
        assert 'value="Мой вид"' in said(answer)
    assert not Selection.objects.exists()


# ── rows whose number did not come ───────────────────────────────────────────────────────────────────────────────────


def test_a_form_without_its_rows_says_so_in_its_own_words(boss, language):
    client, schedule = ClientFactory(), ReceiptSchedule.objects.create(name="Третями", position=9)  # fmt: skip
    kept = ReceiptScheduleRow.objects.create(schedule=schedule, percent=100, basis="invoice", days=0, position=0)  # fmt: skip
    for address in (f"/invoices/new/?client={client.pk}", f"/settings/schedules/{schedule.pk}/", "/clients/new/"):  # fmt: skip
        answer = boss.post(address, {"name": "Третями и остаток"})
        assert answer.status_code == 422, address
        assert "ManagementForm" not in said(answer)
        assert ("Форма пришла пустой", "Nothing came with the form")[language == "en"] in said(answer), address  # fmt: skip
    row = {"row-0-id": kept.pk, "row-0-schedule": schedule.pk, "row-0-percent": "100", "row-0-basis": "delivery", "row-0-days": "5"}  # fmt: skip
    boss.post(f"/settings/schedules/{schedule.pk}/", {"name": "Третями", "row-TOTAL_FORMS": "x"} | row)  # fmt: skip

    kept.refresh_from_db()
    assert (schedule.rows.count(), kept.basis, kept.days) == (1, "delivery", 5)


# ── plans ────────────────────────────────────────────────────────────────────────────────────────────────────────────

CELLS = {
    "сто": ("«сто» — не число.", "“сто” is no number."),
    "-5": ("План не бывает меньше нуля.", "A plan is not below nought."),
    "100000000000000": ("Слишком большая сумма.", "This is more than can be kept."),
    "0,005": ("Копеек — две цифры.", "Only two digits of kopecks."),
    "100\t200": ("Здесь несколько чисел", "Here stand several numbers"),
    "1e5": ("«1e5» — не число.", "“1e5” is no number."),
}


@pytest.mark.parametrize("typed", CELLS)
def test_a_cell_that_cannot_be_kept_has_its_sentence_and_nothing_is_set(boss, language, typed):  # fmt: skip
    seller, other = UserFactory(), UserFactory()
    answer = boss.post(GRID, YEAR | {f"u{seller.pk}-1": typed, f"u{other.pk}-2": "777"})
    page = said(answer)

    assert answer.status_code == 422
    assert CELLS[typed][language == "en"] in page
    assert f'aria-describedby="u{seller.pk}-1-fault"' in page and f'id="u{seller.pk}-1-fault"' in page  # fmt: skip
    assert f'value="{typed}"' in page and 'value="777"' in page
    assert not SalesPlan.objects.exists()


def test_deals_are_planned_whole_and_a_year_that_is_only_saved_is_not_forgotten(boss, language):  # fmt: skip
    seller = UserFactory()
    half = boss.post(GRID, YEAR | {"measure": "won", f"u{seller.pk}-1": "1,5"})
    year = boss.post(GRID, YEAR | {f"u{seller.pk}-1": "5", f"u{seller.pk}-year": "1200"})  # fmt: skip

    assert ("Сделки и контакты — целые числа.", "Deals and contacts are planned in whole numbers.")[language == "en"] in said(half)  # fmt: skip
    assert ("нажмите «Разложить год по сезонам»", "press “Spread the year by season”")[language == "en"] in said(year)  # fmt: skip
    assert 'value="1200"' in said(year)
    assert (half.status_code, year.status_code, SalesPlan.objects.count()) == (422, 422, 0)  # fmt: skip


def test_nothing_is_saved_to_a_year_a_measure_or_a_row_that_is_not_there(sign_in):
    http, seller = sign_in(UserFactory(preset="director")), UserFactory()
    head = sign_in(UserFactory(preset="head_of_sales", department=DepartmentFactory()))
    cell = {f"u{seller.pk}-1": "5"}
    for wrong in ({"year": "abc"}, {"measure": "zzz"}, {"span": "zzz"}):
        answer = http.post(GRID, YEAR | cell | wrong)
        assert (answer.status_code, 'value="5"' in said(answer)) == (422, True)
    for of in (seller.pk, 987654):
        answer = head.post(GRID, YEAR | {f"u{of}-1": "5"})
        assert answer.status_code == 422
        assert "Некоторых строк нет или они не ваши" in said(answer)
    assert not SalesPlan.objects.exists()


def test_what_somebody_else_set_meanwhile_is_neither_overwritten_unseen_nor_brought_back(sign_in):  # fmt: skip
    http = sign_in(UserFactory(preset="director"))
    anna, boris = UserFactory(), UserFactory()
    given = {"measure": "payments", "span": "month", "by": None}
    cells = {(Whose(p.pk), date(2027, 1, 1)): D(100) for p in (anna, boris)}
    actions.set_plans(cells, **given)
    shown = {f"u{p.pk}-1": "100" for p in (anna, boris)}
    actions.set_plans({cell: D(200) for cell in cells}, **given)

    mine = YEAR | {"shown": json.dumps(shown), f"u{anna.pk}-1": "300", f"u{boris.pk}-1": "100"}  # fmt: skip
    answer = http.post(GRID, mine)
    assert "Тем временем здесь поставили 200" in said(answer)
    assert f'name="u{anna.pk}-1" value="300"' in said(answer)
    assert f'name="u{boris.pk}-1" value="200"' in said(answer)
    again = {**mine, "shown": answer.context["grid"].shown_now, f"u{boris.pk}-1": "200"}
    assert http.post(GRID, again).status_code == 302
    assert [int(p.amount) for p in SalesPlan.objects.order_by("user")] == [300, 200]


def test_a_copy_that_would_be_too_large_copies_nothing(boss, language):
    seller = UserFactory()
    cell = {(Whose(seller.pk), date(2026, 1, 1)): actions.LARGEST}
    actions.set_plans(cell, measure="payments", span="month", by=None)
    answer = boss.post(GRID, YEAR | {"deed": "copy", "percent": "1000"})

    assert answer.status_code == 422
    assert ("план на 01.2027 получился бы слишком большим", "a plan of 01.2027 would be more than can be kept")[language == "en"] in said(answer)  # fmt: skip
    assert SalesPlan.objects.count() == 1


def test_a_block_of_a_sheet_is_pasted_into_as_many_cells(browse, transactional_db):
    UserFactory(preset="seller")
    page = browse(UserFactory(preset="director"))
    page.goto(page.url.rstrip("/") + f"{GRID}?measure=payments&year=2027")
    settled(page)
    row = page.locator("[data-cells] tbody tr").first
    row.locator("input").nth(1).focus()
    page.evaluate("""() => {
        const data = new DataTransfer(); data.setData("text/plain", "1 000\\t2 000,50\\r\\n3\\t4\\r\\n");
        document.activeElement.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
    }""")  # fmt: skip
    below = page.locator("[data-cells] tbody tr").nth(1)
    typed = [one.locator("input").nth(n).input_value() for one in (row, below) for n in (1, 2)]  # fmt: skip

    assert typed == ["1 000", "2 000,50", "3", "4"]


# ── KPI ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def role():
    return Role.objects.get(code="seller")


def rows(*given, **more):
    found = {"k-TOTAL_FORMS": str(len(given)), "k-INITIAL_FORMS": "0"}
    for n, row in enumerate(given):
        found |= {f"k-{n}-{name}": value for name, value in zip(("indicator", "target", "weight"), row, strict=True)}  # fmt: skip
    return found | more


KPI = {
    ("win", "abc", "1"): ("Напишите число, например 1500.", "Write a number, for example 1500."),
    ("win", "0", "1"): ("Цель — больше нуля.", "A target is above nought."),
    ("win", "", "1"): ("Какая цель?", "What is to be reached?"),
    ("", "500", "1"): ("Для какого показателя эта цель?", "Of which indicator is this the target?"),
    ("win", "5", "0"): ("Целое число от 1 до 100.", "A whole number from 1 to 100."),
    ("win", "5", "1,5"): ("Целое число от 1 до 100.", "A whole number from 1 to 100."),
}  # fmt: skip


@pytest.mark.parametrize("row", KPI)
def test_a_kpi_that_cannot_be_kept_has_its_sentence(boss, language, role, row):
    codes = [code for code in kpi.known() if code != "win"]
    row = (codes[2] if row[0] else "", *row[1:])
    before = list(KpiChoice.objects.values())
    answer = boss.post(f"/analytics/kpi/roles/{role.pk}/", rows((codes[0], "777", "1"), (codes[1], "5", "1"), row))  # fmt: skip
    key = ("win" if row[0] else "", *row[1:])

    assert answer.status_code == 422
    assert KPI[key][language == "en"] in said(answer)
    assert 'value="777"' in said(answer)
    assert list(KpiChoice.objects.values()) == before


def test_a_target_is_typed_as_people_write_sums_and_a_form_without_its_numbers_keeps_all(sign_in, role):  # fmt: skip
    http = sign_in(UserFactory(preset="director"))
    codes = list(kpi.known())
    given = rows((codes[0], "1 000,50", "1"), (codes[1], "5", "1"))
    address = f"/analytics/kpi/roles/{role.pk}/"
    third = {"k-2-indicator": codes[2], "k-2-target": "7", "k-2-weight": "1"}

    for forged in ({"k-TOTAL_FORMS": "x"}, {"k-TOTAL_FORMS": "", "k-INITIAL_FORMS": "-1"}):  # fmt: skip
        page = said(http.post(address, given | forged))
        assert "ManagementForm" not in page and "TOTAL_FORMS)" not in page
        assert "Выберите от трёх до пяти" in page and 'value="1 000,50"' in page
    many = rows(*([(code, "5", "1") for code in codes[:6]]))
    assert "Выберите от трёх до пяти" in said(http.post(address, many))
    KpiChoice.objects.filter(role=role).delete()
    assert http.post(address, given | {"k-TOTAL_FORMS": "x"} | third).status_code == 302
    assert [choice.target for choice in KpiChoice.objects.filter(role=role)] == [D("1000.50"), 5, 7]  # fmt: skip
    bare = http.post(address, {})
    assert (bare.status_code, "Форма пришла пустой" in said(bare)) == (422, True)
    assert KpiChoice.objects.filter(role=role).count() == 3
    assert "больше нет KPI" in said(http.post(address, rows(("", "", "1")), follow=True))  # fmt: skip


# ── limits ───────────────────────────────────────────────────────────────────────────────────────────────────────────

SIDES = {
    "-5": ("Этот показатель не бывает меньше нуля.", "This figure is never below nought."),
    "abc": ("«abc» — не число.", "“abc” is no number."),
    "99999999999999": ("Слишком большая сумма.", "This is more than can be kept."),
    "1,2345": ("После запятой — не больше двух цифр.", "Two digits of a fraction are enough."),
}  # fmt: skip


@pytest.mark.parametrize("typed", SIDES)
def test_a_limit_that_no_figure_can_have_is_refused(boss, language, typed):
    answer = boss.post("/analytics/limits/", {"of": "", "low_won": typed, "high_lost": "777"})  # fmt: skip

    assert answer.status_code == 422
    assert SIDES[typed][language == "en"] in said(answer)
    assert f'value="{typed}"' in said(answer) and 'value="777"' in said(answer)
    assert not IndicatorLimit.objects.exists()


def test_margin_may_be_limited_below_nought_and_a_share_not_above_the_whole(sign_in):
    http = sign_in(UserFactory(preset="director"))
    wrong = http.post("/analytics/limits/", {"of": "", "low_win_rate": "150"})
    assert "Процент не больше 100." in said(wrong)
    http.post("/analytics/limits/", {"of": "", "low_margin": "-1 000,50", "high_plan": "150%"})  # fmt: skip

    limits = {one.indicator: one for one in IndicatorLimit.objects.all()}
    assert (limits["margin"].low, limits["plan"].high) == (D("-1000.50"), 150)


def test_limits_of_somebody_else_are_not_set_and_what_was_typed_stays(sign_in):
    head = UserFactory(preset="head_of_sales", department=DepartmentFactory())
    UserFactory(department=head.department)
    stranger = UserFactory(department=DepartmentFactory())
    for whom in (f"person-{stranger.pk}", "", "role-1", "person-987654"):
        answer = sign_in(head).post("/analytics/limits/", {"of": whom, "low_won": "77"})
        assert answer.status_code == 422
        assert 'value="77"' in said(answer) and 'role="alert"' in said(answer)
    assert not IndicatorLimit.objects.exists()


# ── pay ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_typed_of_no_rule_and_a_name_that_is_taken_are_told(boss, language):
    scheme = a_scheme(percent((0, 5)))
    boss.post(f"/analytics/schemes/{scheme.pk}/draft/")
    draft = scheme.versions.get(state="draft")
    before = list(draft.rules.values())
    answer = boss.post(f"/analytics/schemes/versions/{draft.pk}/", {"r-0-kind": "", "r-0-amount": "777", "r-TOTAL_FORMS": "x"})  # fmt: skip

    assert ("К какому правилу относится введённое ниже?", "What is typed below belongs to which rule?")[language == "en"] in said(answer)  # fmt: skip
    assert 'value="777"' in said(answer)
    many = {f"r-{n}-kind": "" for n in range(40)} | {"r-TOTAL_FORMS": "40"}
    assert ("Не больше 30 правил.", "At most 30 rules.")[language == "en"] in said(boss.post(f"/analytics/schemes/versions/{draft.pk}/", many))  # fmt: skip
    assert list(draft.rules.values()) == before
    twin = boss.post("/analytics/schemes/new/", {"name": f" {scheme.name.upper()}", "currency": "RUB"})  # fmt: skip
    assert (twin.status_code, Scheme.objects.count()) == (422, 1)
    published = boss.post(f"/analytics/schemes/versions/{draft.pk}/publish/", {"since": "13.2026"})  # fmt: skip
    assert ("Напишите месяц, например 2026-11.", "Write a month, for example 2026-11.")[language == "en"] in said(published)  # fmt: skip


def test_a_draft_without_rules_is_not_put_in_force_and_says_why(boss, language):
    boss.post("/analytics/schemes/new/", {"name": "Пустая", "currency": "RUB"})
    draft = Scheme.objects.get().versions.get()
    answer = boss.post(f"/analytics/schemes/versions/{draft.pk}/publish/", {"since": f"{timezone.localdate():%Y-%m}"})  # fmt: skip

    assert answer.status_code == 422
    assert ("Сначала введите хотя бы одно правило.", "Enter at least one rule first.")[language == "en"] in said(answer)  # fmt: skip


def test_closing_a_month_that_is_not_there_says_so_and_closes_nothing(sign_in):
    seller = UserFactory()
    put_on(seller, a_scheme(percent((0, 10))))
    month_of(seller)
    http = sign_in(UserFactory(preset="director"))

    nobody = http.post("/earned/team/close/", {"month": "2001-01"}, follow=True)
    wrong = http.post("/earned/team/close/", {"month": "abc"}, follow=True)

    assert "нет открытого месяца" in said(nobody)
    assert "«abc» — не месяц" in said(wrong)
    assert not PayMonth.objects.filter(state="closed").exists()


# ── letters ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_day_that_the_rhythm_does_not_ask_for_hinders_nothing(sign_in):
    boss = UserFactory(preset="director")
    form = {"report": "deals", "name": "Сделки", "receivers": [boss.pk], "rhythm": "day", "weekday": "", "month_day": "77", "hour": "09:00"}  # fmt: skip

    assert sign_in(boss).post("/analytics/sendings/new/", form).status_code == 302
    of_month = sign_in(boss).post("/analytics/sendings/new/", form | {"rhythm": "month", "weekday": "1"})  # fmt: skip
    assert of_month.status_code == 422


@pytest.mark.parametrize("address", ["analytics:query_save", "clients:selection_new"])
def test_a_name_that_differs_by_its_capitals_alone_is_taken(boss, language, address):
    kept = {"entity": "panel", "parameters": "period=month", "name": "Мой месяц"}
    first = boss.post(reverse(address), kept)
    twin = boss.post(reverse(address), kept | {"name": "  мой  МЕСЯЦ "})

    assert (first.status_code, twin.status_code) == (302, 422)
    assert ("с таким названием", "with this name")[language == "en"] in said(twin)
