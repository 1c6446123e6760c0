"""Statements of banks: read whole or refused whole, booked where sure, taken once."""

import json
from decimal import Decimal as D
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from deals.actions import payments, statements
from deals.actions.ground import NotPossible
from deals.bank.proposing import propose
from deals.bank.purpose import invoice_numbers, number_key
from deals.bank.reading import StatementRefused, read
from deals.choices import InvoiceState, LineState
from deals.models import BankStatement, FirmAccount, Payment, StatementLine
from tests.deals.money import a_deal, a_firm, an_invoice, today
from tests.factories import ClientFactory, UserFactory

OURS, OTHER = "40702810000000000001", "40702810000000000002"
THEIRS = "40702810900000000777"
INN = "7702070139"


def document(number="17", amount="1000.00", purpose="Оплата по счету", **given):
    said = {
        "Номер": number,
        "Дата": "10.11.2026",
        "Сумма": amount,
        "ДатаПоступило": "11.11.2026",
        "ПлательщикИНН": INN,
        "Плательщик1": "ООО Заготовка",
        "ПлательщикСчет": THEIRS,
        "ПолучательСчет": OURS,
        "ПолучательИНН": "7707083893",
        "ВидОплаты": "01",
        "НазначениеПлатежа": purpose,
    } | given
    lines = [f"{key}={value}" for key, value in said.items() if value is not None]
    return "\n".join(["СекцияДокумент=Платежное поручение", *lines, "КонецДокумента"])


def statement(*documents, declared=None, own=(OURS,), end="КонецФайла", encoding="cp1251", said="Windows", newline="\r\n"):  # fmt: skip
    head = ["1CClientBankExchange", "ВерсияФормата=1.03", f"Кодировка={said}", "Отправитель=Банк Образец", "ДатаНачала=01.11.2026", "ДатаКонца=30.11.2026"]  # fmt: skip
    head += [f"РасчСчет={number}" for number in own]
    account = [] if declared is None else ["СекцияРасчСчет", f"РасчСчет={own[0]}", f"ВсегоПоступило={declared}", "КонецРасчСчет"]  # fmt: skip
    return newline.join(
        "\n".join([*head, *account, *documents, end]).split("\n")
    ).encode(encoding)


def load(data, by=None):
    return statements.load_statement(data, file_name="kl_to_1c.txt", by=by)


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("cp1251", "Windows"), ("cp1251", "windows-1251"), ("cp866", "DOS"), ("utf-8", "Windows"), ("utf-8-sig", "Windows"), ("utf-16", "Windows"), ("cp866", "Windows"), ("koi8-r", "KOI8-R")],
)  # fmt: skip
def test_letters_are_read_whatever_the_file_calls_them(encoding, said):
    found = read(statement(document(), encoding=encoding, said=said))

    assert found.sender == "Банк Образец"
    assert found.documents[0].payer.name == "ООО Заготовка"


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like(newline):
    assert len(read(statement(document(), newline=newline)).documents) == 1


def test_the_way_of_money_is_told_by_our_accounts_on_both_sides_not_by_dates():
    out = document("2", ПлательщикСчет=OURS, ПолучательСчет=THEIRS)
    own = document("3", ПлательщикСчет=OTHER)
    tbank = document("4", ДатаПоступило=None, ДатаСписано="12.11.2026")
    inner = document("5", ПолучательСчет="30101", ПолучательРасчСчет=OURS)
    strange = document("6", ПолучательСчет=THEIRS)

    found = read(statement(document(), out, own, tbank, inner, strange, own=(OURS, OTHER)))  # fmt: skip

    assert [d.way for d in found.documents] == ["in", "out", "own", "in", "in", "unknown"]  # fmt: skip
    assert found.documents[3].booked_on.day == 12


def test_the_name_is_told_from_the_inn_written_before_it():
    (found,) = read(
        statement(document(ПлательщикИНН="", Плательщик1=None, Плательщик="ИНН 7702070139 ООО Заготовка"))
    ).documents  # fmt: skip

    assert (found.payer.inn, found.payer.name) == (INN, "ООО Заготовка")


@pytest.mark.parametrize(
    ("text", "amount"), [("1000", "1000"), ("5751.6", "5751.60"), ("22,9", "22.90"), ("1000.", "1000"), ("12354-00", "12354"), ("1 234.50", "1234.50"), ("1,234,567.89", "1234567.89")],
)  # fmt: skip
def test_sums_are_read_as_banks_write_them(text, amount):
    assert read(statement(document(amount=text))).documents[0].amount == D(amount)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        "Просто письмо".encode(),
        statement(document(), end=""),
        statement(document().removesuffix("КонецДокумента")),
        statement("СекцияРасчСчет\nРасчСчет=1", document()),
        statement(document(amount="много")),
        statement(document(amount="")),
        statement(document(amount="-5")),
        statement(document(amount="0.001")),
        statement(document(Дата="32.13.2026")),
        statement(document(), end="КонецФайла\n1CClientBankExchange\nКонецФайла"),
        statement(document()).decode("cp1251").replace("О", "\ufffd").encode(),
        statement(document(purpose="a\x00b")),
    ],
)
@pytest.mark.django_db
def test_a_file_that_is_no_whole_statement_is_refused_whole(data):
    with pytest.raises(StatementRefused):
        load(data)

    assert not BankStatement.objects.exists()
    assert not StatementLine.objects.exists()


@given(st.binary(max_size=400), st.integers(0, 800))
def test_whatever_is_damaged_is_read_or_refused(noise, at):
    whole = statement(document(), declared="1000")
    for data in (whole[:at] + noise + whole[at:], whole[:at] + noise, noise):
        try:
            read(data)
        except StatementRefused:
            continue


@pytest.mark.parametrize(
    ("purpose", "numbers"),
    [
        ("Оплата по счету № 238 от 12.05.2026, сч. 240 и 241 по договору 15/Д. НДС 22% - 3 416.95", ["238", "240", "241"]),
        ("Оплата по счёту 00238 от 01.02.26", ["00238"]),
        ("сч.№ПР-15/2, сч.№ПР-16", ["ПР-15/2", "ПР-16"]),
        ("счету #77 сумма 12354-00", ["77"]),
        ("по договору № 55 от 01.01.2026 за услуги", []),
        ("Оплата по счету-фактуре № 3, акт 7, УПД 9", []),
        ("Перевод на расчетный счет 40802810000000000001", []),
        ("по счетам № 5 от 01.02.2026, № 6 от 03.02.2026; № 7", ["5", "6", "7"]),
        ("счет на оплату № С-15 от 12 ноября 2026 г., заказ 17", ["С-15"]),
        ("Invoice No. INV-2026/15 dated 2026-01-02", ["INV-2026/15"]),
    ],
)  # fmt: skip
def test_invoices_named_in_a_purpose(purpose, numbers):
    assert invoice_numbers(purpose) == numbers


def test_zeros_and_alien_letters_do_not_make_another_number():
    assert number_key("C-0015") == number_key("с15")
    assert number_key("15") != number_key("150")


# ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def account(db):
    return FirmAccount.objects.create(firm=a_firm(), number=OURS)


@pytest.fixture
def owing(account):
    deal = a_deal(ClientFactory(inn=INN, name="Заготовка"))
    return an_invoice(deal)


def test_inn_number_and_amount_alike_book_the_payment_at_once(owing):
    done = load(statement(document(purpose=f"Оплата по счету {owing.number}")))

    owing.refresh_from_db()
    line = StatementLine.objects.get()
    assert (done.matched, done.unmatched) == (1, 0)
    assert owing.state == InvoiceState.PAID
    assert line.by_itself
    assert line.payment.document_number == "17"
    assert line.payment.client == owing.client


@pytest.mark.parametrize(
    "doubt",
    [
        {"amount": "999.99"},
        {"purpose": "Оплата по договору 5"},
        {"ПлательщикИНН": "7707083893"},
        {"ВидОплаты": "17"},
        {"purpose": "Возврат займа по счету {number}"},
    ],
)
def test_one_thing_that_does_not_agree_leaves_it_to_a_person(owing, doubt):
    given = {"purpose": "Оплата по счету {number}"} | doubt
    given["purpose"] = given["purpose"].format(number=owing.number)

    done = load(statement(document(**given)))

    assert (done.matched, done.unmatched) == (0, 1)
    assert not Payment.objects.exists()


def test_two_documents_do_not_both_pay_one_invoice(owing):
    purpose = f"Оплата по счету {owing.number}"

    done = load(statement(document("1", purpose=purpose), document("2", purpose=purpose)))  # fmt: skip

    assert (done.matched, done.unmatched) == (1, 1)


def test_the_same_file_twice_adds_nothing_and_a_longer_one_only_what_is_new(owing):
    first = statement(document(purpose=f"Оплата по счету {owing.number}"))
    load(first)

    again = load(first)
    longer = load(statement(document(purpose=f"Оплата по счету {owing.number}"), document("18")))  # fmt: skip

    assert (again.statement, again.repeated, again.matched) == (None, 1, 0)
    assert (longer.repeated, longer.unmatched) == (1, 1)
    assert (StatementLine.objects.count(), Payment.objects.count()) == (2, 1)


def test_a_document_twice_in_one_file_is_taken_once_and_told(account):
    done = load(statement(document(), document()))

    assert StatementLine.objects.count() == 1
    assert done.warnings[0]["code"] == "twice_in_file"


def test_declared_sums_that_differ_and_unknown_accounts_are_told(db):
    done = load(statement(document(amount="66770"), declared="67770"))

    assert [w["code"] for w in done.warnings] == ["received_differs", "unknown_account"]
    assert (done.warnings[0]["found"], done.warnings[0]["declared"]) == ("66770", "67770")  # fmt: skip


def test_an_account_added_to_an_own_firm_books_what_has_become_sure(db):
    invoice = an_invoice(a_deal(ClientFactory(inn=INN)))
    load(statement(document(purpose=f"Оплата по счету {invoice.number}")))
    assert not Payment.objects.exists()

    booked = statements.add_own_account(OURS, firm=a_firm(), by=UserFactory())

    invoice.refresh_from_db()
    assert (booked, invoice.state) == (1, InvoiceState.PAID)


def test_a_payment_recorded_by_hand_before_is_recognised_not_doubled(owing):
    by_hand = payments.record_payment(by=None, client=owing.client, amount=D(1000), paid_on=today())  # fmt: skip
    said = today().strftime("%d.%m.%Y")
    load(statement(document(purpose=f"счет {owing.number}", Дата=said, ДатаПоступило=said)))  # fmt: skip
    line = StatementLine.objects.get()

    proposal = propose([line])[line.pk]
    assert (proposal.twin, proposal.sure) == (by_hand, False)
    statements.link_line(line.pk, by_hand, by=UserFactory())

    line.refresh_from_db()
    assert (line.state, line.payment) == (LineState.BOOKED, by_hand)
    assert Payment.objects.count() == 1


def test_a_line_is_decided_once_and_waits_again_when_its_payment_is_corrected(owing):
    load(statement(document()))
    line, user = StatementLine.objects.get(), UserFactory()
    payment = statements.book_line(line.pk, by=user, client=owing.client)
    with pytest.raises(NotPossible):
        statements.set_aside(line.pk, by=user, reason="Займ")

    payments.reverse_payment(payment.pk, by=user)

    line.refresh_from_db()
    assert line.state == LineState.WAITING


def run(path, *args):
    out = StringIO()
    call_command("load_statement", str(path), *args, stdout=out)
    return out.getvalue()


def test_money_paid_out_is_a_clients_refund_when_a_person_says_so(owing):
    by, client = UserFactory(), owing.client
    payments.record_payment(by=by, client=client, amount=D(1000), paid_on=today(), parts={owing.pk: D(1000)})  # fmt: skip
    out = {"ПлательщикСчет": OURS, "ПлательщикИНН": "7707083893", "ПолучательСчет": THEIRS, "ПолучательИНН": INN, "Получатель1": "ООО Заготовка", "ДатаПоступило": None, "ДатаСписано": "11.11.2026"}  # fmt: skip
    load(statement(document("8", "300.00", "Возврат", **out), document("9", "5000.00", "Аренда", **out)))  # fmt: skip
    line, rent = StatementLine.objects.order_by("number")
    assert (line.way, line.state) == ("out", LineState.KEPT)

    with pytest.raises(NotPossible):
        statements.refund_line(rent.pk, by=by, client=client, invoice=owing)
    refund = statements.refund_line(line.pk, by=by, client=client, invoice=owing)
    owing.refresh_from_db()
    assert (refund.kind, refund.document_number, owing.paid) == ("refund", "8", D(700))
    with pytest.raises(NotPossible):
        statements.refund_line(line.pk, by=by, client=client, invoice=owing)

    payments.reverse_payment(refund.pk, by=by)
    line.refresh_from_db()
    assert (line.state, line.payment) == (LineState.KEPT, None)
    by_hand = payments.refund(by=by, client=client, amount=D(300), paid_on=line.booked_on)  # fmt: skip
    assert statements.refund_line(line.pk, by=by, client=client) == by_hand


def test_the_command_prints_what_the_file_holds(tmp_path, owing):
    path = tmp_path / "bank.txt"
    path.write_bytes(statement(document(purpose=f"счет {owing.number}"), document("5", "22.9")))  # fmt: skip

    said = json.loads(run(path, "--json"))

    assert said["documents"] == 2
    assert said["incoming"] == {"count": 2, "sum": "1022.90"}
    assert (said["matched"], said["unmatched"], said["repeated"]) == (1, 1, 0)
    assert said["outgoing"] == said["own_transfers"] == {"count": 0, "sum": "0"}


def test_the_command_refuses_with_a_sentence(tmp_path, db):
    for name, data in (("empty.txt", b""), ("cut.txt", statement(document(), end=""))):
        path = tmp_path / name
        path.write_bytes(data)
        with pytest.raises(CommandError):
            run(path)
    with pytest.raises(CommandError):
        run(tmp_path / "absent.txt")


def test_proposing_costs_the_same_for_two_lines_and_twenty(owing, django_assert_max_num_queries):  # fmt: skip
    load(statement(*(document(str(n), f"{n + 1}.00") for n in range(20))))
    with django_assert_max_num_queries(6):
        propose(list(StatementLine.objects.all()))
