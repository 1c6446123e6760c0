"""Pages of money: what people see and do there, by rights, and what it costs."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.html import escape

from clients.models import Product, Unit
from deals import collecting, debts
from deals.actions import payments, receipts
from deals.choices import InvoiceState, LineState, PromiseState
from deals.models import (  # fmt: skip
    BankStatement,
    Delivery,
    FirmAccount,
    Invoice,
    Payment,
    PaymentPromise,
    ProductPrice,
    ProductTerms,
    ReceiptSchedule,
    StatementLine,
)
from tests.deals.money import a_deal, a_firm, a_schedule, an_invoice, today
from tests.deals.test_bank_statements import INN, OURS, document, statement
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def director(sign_in):
    return sign_in(UserFactory(preset="director"))


def test_an_invoice_is_issued_from_the_lines_of_a_deal(director):
    deal = a_deal()
    deal.lines.create(name="Краска", quantity=2, price=D("150.25"), vat_percent=22, total=D("300.50"))  # fmt: skip
    firm = a_firm()
    address = f"{reverse('deals:invoice_new')}?deal={deal.pk}"
    assert "Краска" in director.get(address).text

    answer = director.post(
        address,
        {
            "firm": firm.pk, "issued_on": today(), "due_on": today() + timedelta(days=3), "line-TOTAL_FORMS": 2, "line-INITIAL_FORMS": 1,
            "line-0-name": "Краска", "line-0-quantity": "2", "line-0-price": "150,25", "line-0-vat_percent": "22", "line-1-name": "",
        },
    )  # fmt: skip

    invoice = Invoice.objects.get()
    assert answer.url == invoice.get_absolute_url()
    assert (invoice.total, invoice.deal, invoice.number) == (D("300.50"), deal, "1")
    assert "300,50" in director.get(answer.url).text


def test_a_line_of_an_invoice_is_offered_at_the_price_and_vat_of_its_date(director):
    deal, firm = a_deal(), a_firm()
    product = Product.objects.create(name="Краска белая", code="КР-1", unit=Unit.objects.get(name="шт"))  # fmt: skip
    ProductTerms.objects.create(product=product, is_service=True)
    for since, price in (("2025-01-01", "100"), ("2026-01-01", "120.50")):
        ProductPrice.objects.create(
            product=product, since=since, price=D(price), cost=D(1)
        )
    find = reverse("deals:product_find")

    old = director.get(find, {"line-0-name": "краск", "issued_on": "2025-12-31", "firm": firm.pk}).text  # fmt: skip
    new = director.get(find, {"line-7-name": "кр-1", "delivered_on": "2026-01-01"}).text
    odd = director.get(find, {"line-0-name": "\x00%", "issued_on": "zz", "firm": "9" * 30, "currency": "<b>"})  # fmt: skip
    director.post(
        f"{reverse('deals:invoice_new')}?deal={deal.pk}",
        {
            "firm": firm.pk, "issued_on": today(), "due_on": today(), "line-TOTAL_FORMS": 2, "line-INITIAL_FORMS": 0,
            "line-0-name": "Краска белая", "line-0-price": "120,50", "line-0-product": product.pk,
            "line-1-name": "Своими словами", "line-1-price": "1", "line-1-product": "9" * 30,
        },
    )  # fmt: skip

    assert escape('"price": "100.00", "vat_percent": "20"') in old
    assert escape('"price": "120.50", "vat_percent": "22"') in new
    assert odd.status_code == 200 and "Краска" not in odd.text
    assert [line.product for line in Invoice.objects.get().lines.all()] == [product, None]  # fmt: skip


def test_round_numbers_of_a_line_stand_in_its_forms_as_people_write_them(director):
    """Python writes a hundred without needless noughts as 1E+2."""
    deal = a_deal()
    line = deal.lines.create(name="Краска", quantity=100, price=D(2000), discount=10, vat_percent=20, total=0)  # fmt: skip

    dialog = director.get(reverse("deals:line", args=[line.pk])).text
    invoice = director.get(f"{reverse('deals:invoice_new')}?deal={deal.pk}").text

    assert 'value="100"' in dialog and 'value="10"' in dialog
    assert 'value="20" selected' in dialog
    assert 'value="100"' in invoice
    assert "E+" not in dialog + invoice


@pytest.mark.parametrize(
    "wrong",
    [{"line-0-price": "много"}, {"line-0-name": ""}, {"due_on": "2001-01-01"}, {"line-0-name": "a\x00b"}, {"firm": "9" * 30}, {"line-0-quantity": "0"}],
)  # fmt: skip
def test_what_is_wrong_in_an_invoice_is_said_and_nothing_typed_is_lost(director, wrong):
    deal, firm = a_deal(), a_firm()
    given = {
        "firm": firm.pk, "issued_on": today(), "due_on": today(), "basis": "Набранное основание", "line-TOTAL_FORMS": 1, "line-INITIAL_FORMS": 0,
        "line-0-name": "Краска", "line-0-quantity": "1", "line-0-price": "5",
    }  # fmt: skip

    answer = director.post(f"{reverse('deals:invoice_new')}?deal={deal.pk}", given | wrong)  # fmt: skip

    assert answer.status_code == 422
    assert "Набранное основание" in answer.text
    assert not Invoice.objects.exists()


def test_lines_whose_number_did_not_come_are_counted(director):
    deal, firm = a_deal(), a_firm()
    given = {"firm": firm.pk, "issued_on": today(), "due_on": today(), "line-TOTAL_FORMS": "zz", "line-0-name": "Краска", "line-0-quantity": "2", "line-0-price": "5"}  # fmt: skip
    director.post(f"{reverse('deals:invoice_new')}?deal={deal.pk}", given)

    assert Invoice.objects.get().total == 10


def test_a_payment_is_recorded_from_the_invoice_and_told_what_is_an_advance(director):
    invoice = an_invoice(a_deal())

    answer = director.post(
        f"{reverse('deals:payment_new')}?invoice={invoice.pk}",
        {"amount": "1 200,50", "paid_on": today(), "document_number": "77", "firm": invoice.firm_id},
        headers={"HX-Request": "true"},
    )  # fmt: skip

    invoice.refresh_from_db()
    assert answer.status_code == 204
    assert "money-changed" in answer.headers["HX-Trigger"]
    assert invoice.state == InvoiceState.PAID
    assert Payment.objects.get().allocated == D(1000)


def test_a_payment_on_an_invoice_asks_as_much_whatever_else_the_client_owes(director, django_assert_num_queries):  # fmt: skip
    deal = a_deal()
    invoice = an_invoice(deal)
    address = f"{reverse('deals:payment_new')}?invoice={invoice.pk}"
    given = {"amount": "1", "paid_on": today(), "firm": invoice.firm_id}
    director.post(address, given)  # what is asked once a process

    def recorded(most):
        with django_assert_num_queries(most):
            assert director.post(address, given, headers={"HX-Request": "true"}).status_code == 204  # fmt: skip

    alone = 15  # two of them a savepoint, which only a test has
    recorded(alone)
    for _ in range(3):
        an_invoice(deal)
        an_invoice(a_deal(client=deal.client))
    recorded(alone)
    receipts.promise(
        by=UserFactory(), client=deal.client, amount=D(9000), promised_on=today()
    )
    recorded(alone + 2)

    invoice.refresh_from_db()
    deal.refresh_from_db()
    assert (invoice.paid, deal.paid, deal.invoiced) == (D(4), D(4), D(4000))


def test_a_promise_is_kept_when_its_invoice_is_paid_from_its_page(director):
    invoice = an_invoice(a_deal())
    promise = receipts.promise(by=UserFactory(), client=invoice.client, invoice=invoice, promised_on=today())  # fmt: skip
    address = f"{reverse('deals:payment_new')}?invoice={invoice.pk}"

    said = []
    for amount in ("400", "600"):
        director.post(address, {"amount": amount, "paid_on": today(), "firm": invoice.firm_id})  # fmt: skip
        promise.refresh_from_db()
        said.append(promise.state)

    assert said == [PromiseState.WAITING, PromiseState.KEPT]


def test_a_payment_is_laid_as_a_person_writes_and_too_much_is_refused_beside_the_field(director):  # fmt: skip
    deal = a_deal()
    first, second = an_invoice(deal, due=1), an_invoice(deal, due=2)
    given = {"amount": "700", "paid_on": today(), "firm": first.firm_id, "by_hand": "on"}  # fmt: skip
    address = f"{reverse('deals:payment_new')}?deal={deal.pk}"

    refused = director.post(address, given | {f"part_{second.pk}": "1000.01"})
    director.post(address, given | {f"part_{second.pk}": "600"})

    second.refresh_from_db()
    assert refused.status_code == 422
    assert second.paid == D(600)


def test_a_payment_is_corrected_taken_back_and_given_back_on_its_pages(director):
    invoice = an_invoice(a_deal())
    payment = payments.record_payment(by=None, client=invoice.client, amount=D(900), paid_on=today())  # fmt: skip

    director.post(reverse("deals:payment_correct", args=[payment.pk]), {"amount": "1000", "paid_on": today(), "reason": "Опечатка"})  # fmt: skip
    director.post(f"{reverse('deals:refund_new')}?invoice={invoice.pk}", {"amount": "100", "paid_on": today()})  # fmt: skip

    invoice.refresh_from_db()
    assert invoice.paid == D(900)
    assert "Опечатка" in Payment.objects.get(kind="reversal").purpose


def test_a_cancelled_invoice_and_its_correction_show_each_other(director):
    invoice = an_invoice(a_deal())

    director.post(reverse("deals:invoice_cancel", args=[invoice.pk]), {"reason": "Не тот состав"})  # fmt: skip

    correction = Invoice.objects.get(corrects=invoice)
    page = director.get(invoice.get_absolute_url()).text
    assert correction.get_absolute_url() in page
    assert "Не тот состав" in page
    assert invoice.get_absolute_url() in director.get(correction.get_absolute_url()).text  # fmt: skip


def test_the_list_tells_states_sums_and_exports_what_it_shows(director):
    late, paid = an_invoice(a_deal(), due=-10), an_invoice(a_deal(), "500", due=5)
    payments.record_payment(by=None, client=paid.client, amount=D(500), paid_on=today())
    list_ = reverse("deals:invoices")

    overdue = director.get(list_, {"state": "overdue"}).text
    totals = director.get(reverse("deals:invoice_totals"), {"state": "overdue"}).text
    csv = b"".join(director.get(list_, {"state": "paid", "format": "csv"}).streaming_content).decode()  # fmt: skip

    assert late.get_absolute_url() in overdue
    assert paid.get_absolute_url() not in overdue
    assert "1\xa0000" in totals
    assert csv.count("\r\n") == 2
    assert director.get(list_, {"state": "zz", "since": "x", "client": "9" * 30, "after": "?"}).status_code == 200  # fmt: skip


def test_lists_cost_the_same_for_two_rows_and_twenty(director, django_assert_max_num_queries):  # fmt: skip
    deal = a_deal()
    for n in range(20):
        an_invoice(deal if n % 2 else a_deal(), due=n - 15)
    payments.record_payment(by=None, client=deal.client, amount=D(5000), paid_on=today())  # fmt: skip
    for address, most in ((reverse("deals:invoices"), 12), (reverse("deals:receivables"), 14), (reverse("deals:payments"), 14)):  # fmt: skip
        with django_assert_max_num_queries(most):
            assert director.get(address).status_code == 200


@pytest.mark.parametrize("said", ["%00", "9" * 30, "<b>", "1_7"])
def test_nonsense_in_the_address_of_invoices_narrows_nothing_it_should_not(director, said):  # fmt: skip
    an_invoice(a_deal(), due=-3)
    names = ("q", "state", "client", "deal", "since", "firm", "responsible", "currency", "age", "after")  # fmt: skip
    answer = director.get("/invoices/?" + "&".join(f"{name}={said}" for name in names))
    assert answer.status_code == 200
    assert "1–7 дней" in director.get("/invoices/?age=1_7").text


def test_receivables_group_debts_by_client_seller_and_age(director):
    seller = UserFactory(last_name="Должникова")
    an_invoice(a_deal(responsible=seller), due=-100)
    an_invoice(a_deal(responsible=seller), "250.50", due=-3)

    by_client = director.get(reverse("deals:receivables")).text
    by_seller = director.get(reverse("deals:receivables"), {"by": "seller"}).text

    assert "1\xa0250,50" in by_client
    assert "Должникова" in by_seller


def test_who_may_not_read_all_debts_sees_those_of_his_own_invoices(sign_in):
    seller = UserFactory()
    own, other = an_invoice(a_deal(responsible=seller), due=-2), an_invoice(a_deal(), due=-2)  # fmt: skip
    for days in (-95, -31, 0, 4):
        an_invoice(a_deal(responsible=seller), "250.50", due=days)
    rows = Invoice.objects.filter(responsible=seller)
    assert debts.aged_of(debts.owed_to(seller.pk), on=today()) == (debts.aged(rows, by="client", on=today()), debts.aged(rows, on=today()))  # fmt: skip

    page = sign_in(seller).get(reverse("deals:receivables")).text

    assert reverse("clients:card", args=[own.client_id]) in page
    assert reverse("clients:card", args=[other.client_id]) not in page


def test_the_day_of_the_seller_names_promises_due_and_invoices_newly_overdue(sign_in):
    seller = UserFactory()
    fresh = an_invoice(a_deal(responsible=seller), due=-1)
    promised = an_invoice(a_deal(responsible=seller), due=-30)
    receipts.promise(by=seller, client=promised.client, invoice=promised, promised_on=today())  # fmt: skip

    page = sign_in(seller).get("/deals/attention/").text

    assert fresh.get_absolute_url() in page
    assert promised.get_absolute_url() in page


def test_what_to_collect_begins_with_a_few_and_tells_that_there_are_more(sign_in):
    seller = UserFactory()
    late = [an_invoice(a_deal(responsible=seller), due=-1) for _ in range(collecting.SHOWN + 2)]  # fmt: skip
    for n in range(collecting.SHOWN + 1):
        promised = an_invoice(a_deal(responsible=seller), due=-30)
        receipts.promise(by=seller, client=promised.client, invoice=promised, promised_on=today(), comment=f"Обещание {n}.")  # fmt: skip
    http = sign_in(seller)

    def told(path):
        page = http.get(path).text
        part = page[: page.index("rcv-fig")] if "rcv-fig" in page else page
        return part.count("Обещание "), sum(i.get_absolute_url() in part for i in late), part  # fmt: skip

    promises, overdue, first = told(reverse("deals:receivables"))
    assert (promises, overdue) == (collecting.SHOWN, collecting.SHOWN)
    assert f">{2 * collecting.SHOWN}+<" in first
    assert "todo=all" in first and ">Показать все<" in first
    promises, overdue, every = told(f"{reverse('deals:receivables')}?whose=me&todo=all")
    assert (promises, overdue) == (collecting.SHOWN + 1, collecting.SHOWN + 2)
    assert ">Показать все<" not in every
    promises, overdue, day = told("/deals/attention/")
    assert (promises, overdue) == (collecting.SHOWN, collecting.SHOWN)
    assert f"{reverse('deals:receivables')}?whose=me&amp;todo=all" in day


def test_a_promise_names_its_invoice_whoever_issued_it(sign_in, django_assert_max_num_queries):  # fmt: skip
    seller = UserFactory()
    own = an_invoice(a_deal(responsible=seller), due=-30)
    others = [an_invoice(a_deal(client=own.client), due=-40) for _ in range(3)]
    for n, invoice in enumerate((own, *others)):
        Invoice.objects.filter(pk=invoice.pk).update(number=f"00-{n}/ОП")
        receipts.promise(by=seller, client=own.client, invoice=invoice, promised_on=today())  # fmt: skip
    http = sign_in(seller)
    http.get(reverse("deals:receivables"))

    with django_assert_max_num_queries(9):
        page = http.get(reverse("deals:receivables")).text

    for n, invoice in enumerate((own, *others)):
        assert f'href="{invoice.get_absolute_url()}">№\xa000-{n}/ОП<' in page.replace("&nbsp;", "\xa0")  # fmt: skip


def test_a_promise_is_noted_for_all_that_a_client_owes(director):
    invoice = an_invoice(a_deal(), due=-5)

    director.post(reverse("deals:client_promise", args=[invoice.client_id]), {"amount": "1000", "promised_on": today()})  # fmt: skip

    assert PaymentPromise.objects.get().client == invoice.client


def test_a_delivery_and_a_plan_are_entered_on_the_deal(director):
    deal = a_deal(amount=D(1000))
    a_firm()
    rows = {"line-TOTAL_FORMS": 0, "line-INITIAL_FORMS": 0}
    schedule = a_schedule((30, "invoice", 0), (70, "delivery", 5))

    director.post(reverse("deals:by_schedule", args=[deal.pk]), {"schedule": schedule.pk, "amount": "1000"})  # fmt: skip
    director.post(reverse("deals:delivery_new", args=[deal.pk]), {"kind": "upd", "number": "00-15/У", "delivered_on": today(), "total": "1000", **rows})  # fmt: skip
    page = director.get(reverse("deals:sections", args=[deal.pk])).text

    assert [r.amount for r in deal.planned_receipts.order_by("position")] == [300, 700]
    assert Delivery.objects.get().number == "00-15/У"
    assert "00-15/У" in page
    assert "700" in page


def test_a_schedule_must_add_up_to_a_hundred(director):
    given = {"name": "Третями", "row-TOTAL_FORMS": 2, "row-INITIAL_FORMS": 0, "row-0-percent": "30", "row-0-basis": "invoice", "row-0-days": "0", "row-1-percent": "60", "row-1-basis": "delivery", "row-1-days": "5"}  # fmt: skip
    address = reverse("deals:schedule_new")

    assert director.post(address, given).status_code == 422
    director.post(address, given | {"row-1-percent": "70"})

    assert ReceiptSchedule.objects.get(name="Третями").rows.count() == 2


def test_a_statement_is_loaded_looked_at_and_decided_on_its_page(director):
    FirmAccount.objects.create(firm=a_firm(), number=OURS)
    client = ClientFactory(inn=INN)
    invoice = an_invoice(a_deal(client), "900")
    file = SimpleUploadedFile("kl_to_1c.txt", statement(document(purpose="Оплата по договору")))  # fmt: skip

    loaded = director.post(reverse("deals:statements"), {"file": file})
    line = StatementLine.objects.get()
    assert invoice.get_absolute_url() in director.get(loaded.url).text
    director.post(reverse("deals:line_book", args=[line.pk]), {"by_hand": "on", f"part_{invoice.pk}": "900"})  # fmt: skip

    line.refresh_from_db()
    invoice.refresh_from_db()
    assert line.state == LineState.BOOKED
    assert invoice.state == InvoiceState.PAID
    assert line.payment.amount == D(1000)


def test_money_paid_out_is_marked_as_a_refund_on_the_page_of_the_statement(director):
    FirmAccount.objects.create(firm=a_firm(), number=OURS)
    bill = an_invoice(a_deal(ClientFactory(name="Заготовка", inn=INN)))
    payments.record_payment(
        by=None, client=bill.client, amount=D(1000), paid_on=today()
    )
    data = statement(document("8", "300.00", "Возврат", ПлательщикСчет=OURS, ПолучательСчет="40702810900000000777", ПолучательИНН=INN, Получатель1="ООО Заготовка"))  # fmt: skip
    director.post(
        reverse("deals:statements"), {"file": SimpleUploadedFile("b.txt", data)}
    )
    line = StatementLine.objects.get()
    address = reverse("deals:line_refund", args=[line.pk])
    assert address in director.get(f"{reverse('deals:statement', args=[line.statement_id])}?way=out").text  # fmt: skip
    asked = director.get(address).text
    assert "Заготовка" in asked
    assert f'value="{bill.pk}" selected' in asked

    refused = director.post(f"{address}?client={bill.client_id}", {"invoice": ""})
    assert refused.status_code == 422
    director.post(f"{address}?client={bill.client_id}", {"invoice": bill.pk})
    bill.refresh_from_db()
    assert bill.paid == D(700)
    assert director.get(address).status_code == 404


def test_a_file_that_is_no_statement_is_refused_on_the_page_with_the_reason(director):
    answer = director.post(reverse("deals:statements"), {"file": SimpleUploadedFile("a.txt", b"")})  # fmt: skip

    assert answer.status_code == 422
    assert not BankStatement.objects.exists()


@pytest.mark.parametrize(
    ("name", "preset"),
    [("deals:payment_new", "seller"), ("deals:statements", "seller"), ("deals:schedules", "seller"), ("deals:invoice_new", "lawyer")],
)  # fmt: skip
def test_money_is_touched_only_by_right(sign_in, name, preset):
    assert sign_in(UserFactory(preset=preset)).get(reverse(name)).status_code == 403


def test_a_strangers_invoice_is_not_found(sign_in):
    invoice = an_invoice(a_deal())
    narrow = UserFactory()
    narrow.role.scope = "own"
    narrow.role.save()

    http = sign_in(narrow)

    assert http.get(invoice.get_absolute_url()).status_code == 404
    assert http.get(f"/invoices/{10**25}/").status_code == 404
    assert invoice.number not in http.get(reverse("deals:invoices"), {"format": "csv"}).getvalue().decode()  # fmt: skip
