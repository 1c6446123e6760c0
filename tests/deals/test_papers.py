"""Lines, offers, papers and contracts of a deal: through the pages, drawn by the worker's own function."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pypdfium2
import pytest
import zxingcpp
from django.urls import reverse
from django.utils import timezone

from clients.models import Activity, Product, Unit
from deals.actions.deals import open_deal
from deals.actions.documents import make_document, templates_for
from deals.choices import DocumentKind, DocumentState, OfferState
from deals.models import (
    Contract,
    Document,
    DocumentTemplate,
    FirmAccount,
    Invoice,
    InvoiceLine,
    Offer,
    OwnFirm,
    ProductPrice,
    ProductTerms,
    TemplateBlock,
)
from deals.papers.context import Ground, called
from deals.requisites import buyer_snapshot, seller_snapshot
from deals.tasks import draw_document
from salesexpert.outbox.models import Letter
from tests.factories import ClientFactory, UserFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 2)


@pytest.fixture
def firm():
    firm = OwnFirm.objects.create(
        name="ООО «Образец»", full_name="Общество с ограниченной ответственностью «Образец»",
        inn="7707083893", kpp="770701001", address="г. Москва, ул. Примерная, д. 1", is_default=True,
        director="Образцова О. П.", director_position="Генеральный директор",
        director_genitive="генерального директора Образцовой Ольги Петровны", director_basis="Устава",
    )  # fmt: skip
    FirmAccount.objects.create(
        firm=firm, number="40702810938000000001", bank="АО «Банк-Пример»", bic="044525225",
        correspondent="30101810400000000225", is_default=True,
    )  # fmt: skip
    return firm


@pytest.fixture
def deal(firm, user):
    return open_deal(by=user, client=ClientFactory(inn="7702070139"), title="Машины", responsible=user)  # fmt: skip


@pytest.fixture
def product():
    product = Product.objects.create(name="Машина ПМ-50", code="PM50", unit=Unit.objects.get(name="шт"))  # fmt: skip
    ProductTerms.objects.create(product=product)
    ProductPrice.objects.create(product=product, since=date(2025, 1, 1), price=Decimal("548000"), cost=Decimal("400000"))  # fmt: skip
    return product


@pytest.fixture
def sold(deal, product, http):
    """The deal with one line: three machines less 4 %."""
    http.post(reverse("deals:line_add", args=[deal.pk]), {"product": product.pk})
    line = deal.lines.get()
    http.post(reverse("deals:line_cells", args=[line.pk]), {"quantity": "3", "price": "548 000,00", "discount": "4"})  # fmt: skip
    deal.refresh_from_db()
    return deal


def paper(deal, kind, *, by, **more):
    template = templates_for(OwnFirm.objects.get(), kind)[0]
    firm = OwnFirm.objects.get()
    ground = Ground(client=deal.client, firm=firm, deal=deal, account=firm.accounts.get(), **more)  # fmt: skip
    made = make_document(template=template, ground=ground, dated_on=DAY, by=by, at=timezone.now())  # fmt: skip
    draw_document(document_id=made.pk)
    made.refresh_from_db()
    return made


def text_of(document):
    pdf = pypdfium2.PdfDocument(document.pdf.read())
    text = " ".join(page.get_textpage().get_text_range() for page in pdf)
    return re.sub(r"\s+", " ", text)


def invoice_of(deal, by):
    firm = OwnFirm.objects.get()
    line = deal.lines.get()
    invoice = Invoice.objects.create(
        client=deal.client, deal=deal, firm=firm, account=firm.accounts.get(), number="15", year=2026, issued_on=DAY,
        due_on=date(2026, 3, 16), total=line.total, vat_total=line.vat, responsible=by,
        seller=seller_snapshot(firm, firm.accounts.get()), buyer=buyer_snapshot(deal.client),
    )  # fmt: skip
    InvoiceLine.objects.create(
        invoice=invoice, name=line.name, unit=line.unit, quantity=line.quantity, price=line.price, discount=line.discount,
        vat_percent=line.vat_percent, total=line.total, vat=line.vat,
    )  # fmt: skip
    return invoice


def test_a_line_takes_the_price_of_the_day_and_makes_the_sum_of_the_deal(sold, http):
    line = sold.lines.get()

    assert (line.total, line.vat) == (Decimal("1578240.00"), Decimal("284600.66"))
    assert sold.amount == line.total
    assert sold.margin == line.total - line.vat - 1_200_000


def test_margin_is_seen_only_with_the_right(sold, http, sign_in):
    address = reverse("deals:sections", args=[sold.pk]) + "?only=lines"
    head = sign_in(UserFactory(preset="head_of_sales"))

    assert "Маржа" not in http.get(address).content.decode()
    assert "Маржа" in head.get(address).content.decode()


def test_a_quantity_that_is_none_comes_back_with_what_was_typed(sold, http):
    line = sold.lines.get()

    answer = http.post(reverse("deals:line_cells", args=[line.pk]), {"quantity": "много", "price": "1", "discount": ""})  # fmt: skip

    assert answer.status_code == 422 and "много" in answer.content.decode()
    assert sold.lines.get().quantity == 3


def test_offers_keep_the_course_of_the_negotiation(sold, http):
    new = reverse("deals:offer_new", args=[sold.pk])
    http.post(new, {"kind": "financial", "made_on": "2026-03-02", "discount": ""})
    first = Offer.objects.get()
    http.post(reverse("deals:offer_counter", args=[first.pk]), {"total": "1 500 000", "on": "2026-03-03", "comment": "Дорого"})  # fmt: skip
    http.post(new, {"kind": "financial", "made_on": "2026-03-04", "discount": "2"})
    second = Offer.objects.get(version=2)
    http.post(reverse("deals:offer_settle", args=[second.pk]), {"accepted": "1"})
    sold.refresh_from_db()
    page = http.get(reverse("deals:sections", args=[sold.pk]) + "?only=offers").content.decode()  # fmt: skip

    first.refresh_from_db()
    assert (first.state, first.counter_total) == (OfferState.COUNTERED, 1_500_000)
    assert second.number == first.number
    assert sold.amount == second.total == Decimal("1546675.20")
    assert "Дорого" in page


def test_the_paper_of_an_invoice_says_all_and_its_code_pays_it(sold, user):
    made = paper(sold, DocumentKind.INVOICE, by=user, invoice=invoice_of(sold, user))

    text = text_of(made)
    picture = pypdfium2.PdfDocument(made.pdf.open("rb").read())[0].render(scale=3).to_pil()  # fmt: skip
    code = zxingcpp.read_barcode(picture).text
    assert made.state == DocumentState.READY and made.pages == 1
    assert "Счёт на оплату № 15 от 2 марта 2026 г." in text
    assert "Один миллион пятьсот семьдесят восемь тысяч двести сорок рублей 00 копеек" in text  # fmt: skip
    assert "НДС 22 %: 284 600,66" in text.replace("\xa0", " ")
    assert code.startswith("ST00012|Name=ООО «Образец»|PersonalAcc=40702810938000000001|BankName=АО «Банк-Пример»|BIC=044525225|CorrespAcc=30101810400000000225|")  # fmt: skip
    assert "Sum=157824000" in code


def test_a_paper_made_again_is_the_next_version_of_its_number(sold, user):
    first = paper(sold, DocumentKind.ACT, by=user)
    template = templates_for(OwnFirm.objects.get(), DocumentKind.ACT)[0]
    ground = Ground(client=sold.client, firm=OwnFirm.objects.get(), deal=sold)
    again = make_document(template=template, ground=ground, dated_on=DAY, by=user, at=timezone.now(), number=first.number)  # fmt: skip

    assert (first.number, first.version, again.number, again.version) == ("1", 1, "1", 2)  # fmt: skip


def test_the_statutory_forms_name_their_status_and_rows(sold, user):
    upd = text_of(paper(sold, DocumentKind.UPD, by=user))
    OwnFirm.objects.update(tax_regime="simplified_0")
    second = text_of(paper(sold, DocumentKind.UPD, by=user))

    assert "Статус: 1" in upd and "7702070139" in upd and "(6б)" in upd
    assert "Статус: 2" in second


def test_a_firm_that_sells_abroad_has_papers_in_english(sold, user):
    OwnFirm.objects.update(
        name_en="Obrazets LLC",
        director_en="O. Obraztsova",
        address_en="1 Primernaya St., Moscow",
    )
    FirmAccount.objects.update(bank_en="Primer Bank", swift="PRIMRUMM")
    invoice = invoice_of(sold, user)
    template = DocumentTemplate.objects.get(code="invoice_en")
    firm = OwnFirm.objects.get()
    ground = Ground(
        client=sold.client,
        firm=firm,
        deal=sold,
        account=firm.accounts.get(),
        invoice=invoice,
    )
    made = make_document(template=template, ground=ground, dated_on=DAY, by=user, at=timezone.now())  # fmt: skip
    draw_document(document_id=made.pk)
    made.refresh_from_db()

    text = text_of(made)
    assert made.title == "Invoice No. 15"
    assert "Invoice No. 15 of 2 March 2026" in text
    assert "Obrazets LLC" in text and "SWIFT PRIMRUMM" in text
    assert "1,578,240.00" in text and "Including VAT 22%: 284,600.66" in text
    assert "One million, five hundred and seventy-eight thousand, two hundred and forty roubles 00 kopecks" in text  # fmt: skip
    assert "page 1 of 1" in text
    assert {t.code for t in templates_for(firm) if t.language == "en"} == {"financial_en", "contract_en", "invoice_en"}  # fmt: skip
    assert templates_for(firm, DocumentKind.INVOICE)[0].code == "invoice"


def test_a_long_paper_repeats_its_head_and_counts_its_pages(sold, user):
    line = sold.lines.get()
    for place in range(60):
        line.pk, line.name, line.position = (
            None,
            f"Щётка дисковая, артикул {place}",
            place,
        )
        line.save(force_insert=True)

    made = paper(sold, DocumentKind.UPD, by=user)

    pages = [p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(made.pdf.read())]  # fmt: skip
    assert made.pages == len(pages) > 2
    assert all("без налога" in re.sub(r"\s+", " ", page) for page in pages[:-1])
    assert f"стр. 2 из {len(pages)}" in pages[1]
    assert f"составлен на {len(pages)} л." in re.sub(r"\s+", " ", " ".join(pages))


@pytest.mark.parametrize(
    ("kind", "sums", "sign"),
    [
        (DocumentKind.INVOICE, "Итого:", "Образцова О. П."),
        (DocumentKind.ACT, "Итого:", "Всего наименований"),
        (DocumentKind.VAT_INVOICE, "Всего к оплате", "(ф. и. о.)"),
        (DocumentKind.UPD, "Всего к оплате", "(реквизиты свидетельства"),
    ],
)
def test_totals_and_signatures_stand_on_a_page_with_lines(sold, user, kind, sums, sign):
    """However many lines there are: the break moves with their number."""
    invoice = invoice_of(sold, user)
    for count in (18, 24, 27, 36):
        InvoiceLine.objects.filter(invoice=invoice).delete()
        InvoiceLine.objects.bulk_create(
            InvoiceLine(invoice=invoice, position=n, name=f"Позиция-{n}.", unit="шт", quantity=1, price=100, vat_percent=20, total=100, vat=Decimal("16.67"))
            for n in range(count)
        )  # fmt: skip
        made = paper(sold, kind, by=user, invoice=invoice)
        pages = [p.get_textpage().get_text_range() for p in pypdfium2.PdfDocument(made.pdf.read())]  # fmt: skip
        (page,) = [page for page in pages if sums in page]
        assert f"Позиция-{count - 1}." in page
        assert sign in page or kind == DocumentKind.INVOICE
        assert f"стр. {len(pages)} из {len(pages)}" in pages[-1]


def test_a_contract_names_an_entrepreneur_as_a_person():
    firm = called({"inn": "7707083893", "kpp": "770701001", "full_name": "ООО «Образец»"})  # fmt: skip
    man = called({"inn": "500100732259", "full_name": "ИП Примеров Пётр Ильич"})
    woman = called({"inn": "500100732259", "full_name": "ИП Примерова Анна Ильинична"})

    assert (firm["called"], man["called"], woman["called"]) == ("именуемое", "именуемый", "именуемая")  # fmt: skip
    assert man["is_entrepreneur"] and not firm["is_entrepreneur"]


def test_what_a_person_typed_never_becomes_markup_or_code(sold, user):
    template = templates_for(OwnFirm.objects.get(), DocumentKind.OTHER, DocumentKind.ACT)[0]  # fmt: skip
    block = TemplateBlock.objects.create(template=template, kind="text", position=99, text="<p>{{ deal.title }}</p><script>alert(1)</script>")  # fmt: skip
    sold.title = "<b onclick=x>{{ seller.inn }}</b>"
    sold.save()

    made = paper(sold, DocumentKind.ACT, by=user)
    block.delete()

    assert "<script" not in made.content and "onclick=x>" not in made.content
    assert "&lt;b onclick=x&gt;{{ seller.inn }}" in made.content


def test_stamp_and_signature_need_their_right(sold, http, user):
    template = templates_for(OwnFirm.objects.get(), DocumentKind.ACT)[0]

    http.post(reverse("deals:document_new", args=[sold.pk]), {"template": template.pk, "firm": OwnFirm.objects.get().pk, "dated_on": "2026-03-02", "source": "deal", "with_stamp": "on"})  # fmt: skip

    assert Document.objects.get().with_stamp is False


def test_papers_are_sent_as_one_letter_and_the_history_says_so(sold, user, http):
    made = paper(sold, DocumentKind.ACT, by=user)
    address = reverse("deals:document_send", args=[made.pk])
    sent = {"to": "lidia@primer.example", "subject": "Акт", "text": "Добрый день", "papers": [made.pk], "key": "one"}  # fmt: skip

    http.post(address, sent)
    http.post(address, sent)

    letter = Letter.objects.get()
    attached = letter.attachments.get()
    assert attached.name == "Акт выполненных работ № 1 от 02.03.2026.pdf"
    assert bytes(attached.content).startswith(b"%PDF")
    assert Activity.objects.filter(deal=sold, summary__contains="lidia@primer.example").exists()  # fmt: skip


def test_a_contract_goes_to_the_lawyer_and_back_before_it_is_signed(sold, http, sign_in):  # fmt: skip
    lawyer = sign_in(UserFactory(preset="lawyer"))
    firm = OwnFirm.objects.get()
    http.post(reverse("deals:contract_new", args=[sold.pk]), {"firm": firm.pk, "dated_on": "2026-03-02", "subject": "поставка"})  # fmt: skip
    contract = Contract.objects.get()

    def to(who, state, **more):
        return who.post(reverse("deals:contract_step", args=[contract.pk, state]), more or {"comment": ""}).status_code  # fmt: skip

    early = to(http, "signed", signed_on="2026-03-05")
    to(http, "in_review")
    own = to(http, "approved")
    silent = to(lawyer, "returned")
    to(lawyer, "returned", comment="Пункт 4.2: неустойка велика.")
    to(http, "in_review")
    to(lawyer, "approved")
    to(http, "signed", signed_on="2026-03-05")
    contract.refresh_from_db()
    page = http.get(reverse("deals:contract", args=[contract.pk])).content.decode()

    assert (early, own, silent) == (403, 403, 422)
    assert contract.number == "1" and contract.signed_on == date(2026, 3, 5)
    assert "неустойка велика" in page
    assert [s.state for s in contract.steps.all()] == ["draft", "in_review", "returned", "in_review", "approved", "signed"]  # fmt: skip


def test_nobody_opens_the_paper_of_a_deal_he_may_not_read(sold, user, sign_in):
    made = paper(sold, DocumentKind.ACT, by=user)
    stranger = UserFactory(username="stranger")
    stranger.role.scope = "own"
    stranger.role.save()

    answer = sign_in(stranger).get(reverse("deals:document_pdf", args=[made.pk]))

    assert answer.status_code in (403, 404)
    assert BytesIO(made.pdf.open("rb").read()).read(4) == b"%PDF"
