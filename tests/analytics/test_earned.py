"""“How much have I earned”: through the pages and the actions, as a seller and his head meet it."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from python_calamine import load_workbook

from analytics import earnings
from analytics.actions import counting, months, schemes
from analytics.actions.months import MonthIsNotOver, NotOneself
from analytics.header import figure_of
from analytics.models import CountedMoney, PayMonth, SchemeAssignment
from analytics.months import first_of, following
from clients.models import Client
from deals.actions.ending import reopen, succeed
from deals.actions.invoices import cancel_invoice
from deals.actions.payments import record_payment, refund, reverse_payment, use_advance
from deals.models import Deal
from tests.analytics.paid import a_sale, a_scheme, month_of, percent, put_on
from tests.factories import ActivityFactory, UserFactory

pytestmark = pytest.mark.django_db
D = Decimal


def pay(invoice, amount, **given):
    given.setdefault("paid_on", timezone.localdate())
    return record_payment(by=None, client=invoice.client, deal=invoice.deal, amount=D(amount), **given)  # fmt: skip


@pytest.fixture
def seller(db):
    return UserFactory(last_name="Образцова")


def test_the_deal_worked_through_in_the_indicators_comes_out_to_the_kopeck(seller):
    """docs/indicators.md, “One deal by hand”."""
    colleague = UserFactory(last_name="Примеров")
    scheme = a_scheme(percent((0, 5), (300_000, 7), base="margin"))
    put_on(seller, scheme)
    put_on(colleague, scheme)
    _deal, invoice = a_sale(
        seller,
        ("Машина ПМ-50", "600000.00", "300000.00"),
        ("Щётки", "120000.00", "60000.00"),
        shares={colleague: 30},
    )
    before = month_of(seller)

    pay(invoice, "240000.00")

    half_way = month_of(seller), month_of(colleague)
    pay(invoice, "480000.00")
    after = month_of(seller), month_of(colleague)
    # The invoice: 720,000 with VAT, 600,000 without, cost 360,000: margin 240,000; 70 % of it is 168,000.
    assert (before.earned, before.expected) == (D(0), D("8400.00"))
    # A third has come: margin 80,000, of it 56,000 and 24,000, five percent.
    assert [row.earned for row in half_way] == [D("2800.00"), D("1200.00")]
    assert half_way[0].expected == D("5600.00")
    assert [row.earned for row in after] == [D("8400.00"), D("3600.00")]
    assert after[0].expected == D(0)


def test_steps_count_what_lies_above_them_whatever_the_order(seller):
    put_on(seller, a_scheme(percent((0, 5), (100_000, 10))))
    _deal, one = a_sale(seller, ("А", "96000.00", "0.00"))
    _deal, two = a_sale(seller, ("Б", "144000.00", "0.00"))
    pay(two, "144000.00")
    pay(one, "96000.00")

    # 80,000 and 120,000 without VAT: 100,000 at 5 %, 100,000 at 10 %.
    assert month_of(seller).earned == D("15000.00")


def test_a_refund_and_a_correction_undo_their_payment_for_those_who_had_it(seller):
    leaver = UserFactory()
    scheme = a_scheme(percent((0, 10)))
    put_on(seller, scheme)
    put_on(leaver, scheme)
    deal, invoice = a_sale(leaver, ("А", "120000.00", "0.00"))
    wrong = pay(invoice, "60000.00")
    pay(invoice, "60000.00")
    assert month_of(leaver).earned == D("10000.00")
    # The deal has passed to another since: what comes back still counts against who had it.
    deal.responsible = seller
    deal.save(update_fields=["responsible"])

    reverse_payment(wrong.pk, by=None)
    assert (month_of(leaver).earned, month_of(seller).earned) == (D("5000.00"), D(0))
    refund(by=None, client=invoice.client, amount=D("12000.00"), paid_on=timezone.localdate(), invoice=invoice)  # fmt: skip
    assert month_of(leaver).earned == D("4000.00")
    cancel_invoice(invoice.pk, by=None)
    assert month_of(leaver).earned == D("0.00")
    assert sum(row.gross for row in CountedMoney.objects.all()) == 0


def test_whoever_looks_after_many_payments_waits_for_no_more_questions_than_after_few(
    seller, django_assert_max_num_queries
):  # fmt: skip
    put_on(seller, a_scheme(percent((0, 10))))
    sales = [a_sale(seller, ("А", "12000.00", "0.00")) for _ in range(9)]
    wrong, *_rest = [pay(invoice, "12000.00") for _deal, invoice in sales[:2]]
    with CaptureQueriesContext(connection) as few:
        assert counting.count_waiting() == 2
    for _deal, invoice in sales[2:]:
        pay(invoice, "6000.00")
        pay(invoice, "6000.00")
    reverse_payment(wrong.pk, by=None)

    with django_assert_max_num_queries(len(few) + 1):
        assert counting.count_waiting() == 15
    assert counting.count_waiting() == 0
    assert month_of(seller).earned == D("8000.00")


def test_an_advance_counts_when_it_is_laid_on_an_invoice_and_only_once(seller):
    put_on(seller, a_scheme(percent((0, 10))))
    deal, invoice = a_sale(seller, ("А", "120000.00", "0.00"))
    pay(invoice, "150000.00")
    assert month_of(seller).earned == D("10000.00")
    _deal, more = a_sale(seller, ("Б", "12000.00", "0.00"), client=deal.client)

    use_advance(more.pk, by=None)

    assert month_of(seller).earned == D("11000.00")
    assert counting.count_past(first_of(timezone.localdate())) == 0


def test_each_kind_of_rule_brings_its_own(seller):
    client_won = a_sale(seller, ("А", "120000.00", "0.00"))[0]
    put_on(
        seller,
        a_scheme(
            {"kind": "fixed", "amount": D(40_000)},
            percent((0, 1), base="revenue"),
            percent((0, 2), clients="new"),
            percent((0, 50), clients="regular"),
            {"kind": "piece", "amount": D(50), "activity_kind": ActivityFactory(performer=seller).kind},
            {"kind": "bonus", "measure": "new_clients", "steps": [["1", "15000"], ["5", "40000"]]},
        ),
    )  # fmt: skip
    head = UserFactory(preset="head_of_sales")
    invoice = client_won.invoices.get()
    pay(invoice, "120000.00")
    won = succeed(client_won.pk, by=head, override_reason="Проверка")

    row = month_of(seller)

    # 40,000 + 1 % of 100,000 + 2 % of 100,000 + one call + the first step of the bonus.
    assert row.earned == D("40000") + D("1000") + D("2000") + D("50") + D("15000")
    reopen(won.pk, by=head, comment="Ошиблись")
    assert month_of(seller).earned == D("42050.00")


def test_possible_is_what_is_not_invoiced_yet_by_the_percent_of_the_stage(seller):
    put_on(seller, a_scheme(percent((0, 10)), with_vat=True))
    deal, _invoice = a_sale(seller, ("А", "100000.00", "0.00"))
    deal.amount = D(150_000)
    deal.save(update_fields=["amount"])

    row = month_of(seller)

    # 50,000 are not invoiced, the stage is at 40 %.
    assert (row.earned, row.expected, row.possible) == (D(0), D(10_000), D("2000.00"))


def test_a_closed_month_keeps_its_sum_and_what_comes_later_counts_in_the_open_one(seller):  # fmt: skip
    today = timezone.localdate()
    last_month = following(first_of(today), -1)
    head = UserFactory(preset="director")
    put_on(seller, a_scheme(percent((0, 10)), since=last_month), since=last_month)
    _deal, invoice = a_sale(seller, ("А", "120000.00", "0.00"))
    type(invoice).objects.filter(pk=invoice.pk).update(issued_on=last_month)
    payment = pay(invoice, "60000.00", paid_on=last_month + timedelta(days=3))
    row = months.refresh(seller.pk, last_month)
    assert row.earned == D("5000.00")

    months.close(row.pk, by=head)
    reverse_payment(payment.pk, by=None)
    pay(invoice, "24000.00", paid_on=last_month + timedelta(days=4))

    row.refresh_from_db()
    assert (row.state, row.earned) == ("closed", D("5000.00"))
    assert months.statement_of(row).earned == D("5000.00")
    # −5,000 of the correction and 2,000 of the payment of a day that is closed.
    assert month_of(seller).earned == D("-3000.00")
    assert months.counts_elsewhere(row) == 1


def test_nobody_closes_his_own_month_or_one_that_is_not_over(seller):
    put_on(seller, a_scheme(percent((0, 10))))
    row = month_of(seller)

    with pytest.raises(NotOneself):
        months.approve(row.pk, by=seller)
    with pytest.raises(MonthIsNotOver):
        months.close(row.pk, by=UserFactory(preset="director"))


def test_a_month_keeps_the_version_it_began_with(seller):
    scheme = a_scheme(percent((0, 10)))
    put_on(seller, scheme)
    draft = schemes.draft_of(scheme, by=None)
    schemes.set_rules(draft, [percent((0, 20))])

    with pytest.raises(schemes.SchemeNotPossible, match="выберите месяц позже"):
        schemes.publish(draft, since=earnings.this_month(), by=None)

    schemes.publish(draft, since=following(earnings.this_month()), by=None)
    assert month_of(seller).version.number == 1
    assert earnings.version_for(seller.pk, following(earnings.this_month())) == draft


def test_the_header_says_it_on_every_page_for_one_query_and_a_payment_changes_it_at_once(
    seller, sign_in, django_assert_num_queries
):  # fmt: skip
    http = sign_in(seller)
    assert b'id="earned"' not in http.get("/").content
    put_on(seller, a_scheme(percent((0, 10))))
    _deal, invoice = a_sale(seller, ("А", "120000.00", "0.00"))
    assert "0 ₽" in http.get("/clients/").content.decode().replace("\xa0", " ")
    pay(invoice, "60000.00")

    page = http.get("/clients/").content.decode().replace("\xa0", " ")

    assert "5 000 ₽" in page
    with django_assert_num_queries(1):
        figure = figure_of(seller)
    assert (figure.earned, figure.expected) == (D("5000.00"), D("5000.00"))
    # Whatever changes it is seen, past every action too.
    type(invoice).objects.filter(pk=invoice.pk).update(state="cancelled", paid=0)
    assert figure_of(seller).expected == D(0)


def test_the_page_explains_each_rouble_and_its_spreadsheet_says_the_same(seller, sign_in):  # fmt: skip
    colleague = UserFactory()
    put_on(seller, a_scheme({"kind": "fixed", "amount": D(30_000)}, percent((0, 7), base="margin")))  # fmt: skip
    _deal, invoice = a_sale(seller, ("А", "120000.00", "40000.00"), shares={colleague: 50})  # fmt: skip
    pay(invoice, "120000.00", document_number="3318")
    http = sign_in(seller)

    page = http.get("/earned/").content.decode().replace("\xa0", " ")
    why = http.get("/earned/why/", headers={"HX-Request": "true"}).content.decode().replace("\xa0", " ")  # fmt: skip
    book = load_workbook(BytesIO(b"".join(http.get("/earned/?format=xlsx"))))
    cells = book.get_sheet_by_index(0).to_python()

    for text in (page, why):
        assert "3318" in text and "32 100 ₽" in text and "2 100" in text
        assert "7 % от маржи 30 000 ₽" in text and "50 %" in text
    assert any(row[4] == 2100 and row[3] == 30_000 and row[2] == 60_000 for row in cells)  # fmt: skip
    assert any(row[4] == 32_100 for row in cells)


def test_lines_that_the_page_begins_with_are_read_without_their_papers(seller, sign_in):
    put_on(seller, a_scheme(percent((0, 10))))
    _deal, invoice = a_sale(seller, ("Машина", "1000.00", "400.00"))
    pay(invoice, "300.00", document_number="4711")
    http = sign_in(seller)

    first = http.get("/earned/").text
    with CaptureQueriesContext(connection) as asked:
        again = http.get("/earned/").text

    assert "4711" in first
    assert invoice.number in first
    assert again.split("<main")[1] == first.split("<main")[1]
    assert not any("deals_invoice" in q["sql"] or "deals_payment" in q["sql"] for q in asked)  # fmt: skip
    # A name is never kept with them: it is that of now.
    Client.objects.filter(pk=invoice.client_id).update(name="Переименованный")
    assert "Переименованный, " in http.get("/earned/").text


def test_a_seller_sees_only_his_own_pay(seller, sign_in):
    other = UserFactory()
    put_on(other, a_scheme(percent((0, 10))))
    row = month_of(other)
    http = sign_in(seller)

    for asked in (f"person={other.pk}", f"person={other.pk}&format=xlsx"):
        page = http.get(f"/earned/?{asked}").content.decode()
        assert f"«{other.pk}» здесь выбрать нельзя" in page and str(other) not in page
    assert http.get("/earned/team/").status_code == 403
    assert http.post(f"/earned/{row.pk}/approve/").status_code == 403
    assert http.get("/analytics/schemes/").status_code == 403
    assert sign_in(UserFactory(preset="director")).get(f"/earned/?person={other.pk}").status_code == 200  # fmt: skip


def test_the_head_makes_a_scheme_tries_it_on_the_past_and_puts_a_seller_on_it(seller, sign_in):  # fmt: skip
    head = UserFactory(preset="director")
    now = earnings.this_month()
    deal, invoice = a_sale(seller, ("А", "120000.00", "0.00"))
    pay(invoice, "120000.00")
    Deal.objects.filter(pk=deal.pk).update(state="won", closed_at=timezone.now())
    http = sign_in(head)
    made = http.post("/analytics/schemes/new/", {"name": "Новая", "currency": "rub"})
    version = made.url
    rows = {"r-TOTAL_FORMS": 2, "r-INITIAL_FORMS": 0, "r-0-kind": "percent", "r-0-base": "receipts", "r-0-clients": "any"}  # fmt: skip
    refused = http.post(version, rows | {"r-0-steps": "много"})
    assert refused.status_code == 422 and "много" in refused.content.decode()
    assert http.post(version, rows | {"r-0-steps": "0 5\n50 000: 10: 20"}).status_code == 422  # fmt: skip
    saved = http.post(version, rows | {"r-0-steps": "0 5\n50000: 10"})
    assert saved.url.endswith(f"{version}#pays")
    assert 'id="pays"' in http.get(version).content.decode()

    tried = http.get(f"{version}trial/?since={now:%Y-%m}&until={now:%Y-%m}").content.decode().replace("\xa0", " ")  # fmt: skip
    assert "7 500" in tried
    # Kopecks per rouble won: of the seller and of all together; nothing was paid before.
    assert tried.count('<td class="r num">6,2</td>') == 2
    assert tried.count('<td class="r num">—</td>') >= 3
    assert not PayMonth.objects.exists()
    http.post(f"{version}publish/", {"since": f"{now:%Y-%m}"})
    scheme = SchemeAssignment._meta.get_field("scheme").related_model.objects.get()
    http.post("/analytics/schemes/assign/", {"user": seller.pk, "scheme": scheme.pk, "since": f"{now:%Y-%m}"})  # fmt: skip

    assert PayMonth.objects.get(user=seller).earned == D("7500.00")
    assert "7 500" in http.get("/earned/team/").content.decode().replace("\xa0", " ")
