"""Templates put together from blocks, and the library of materials."""

from datetime import date

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from clients.models import Activity, Email
from deals.actions.documents import make_document
from deals.models import Contract, DocumentTemplate, Material, OwnFirm
from deals.papers.context import Ground
from deals.tasks import draw_document
from salesexpert.outbox.models import Letter
from tests.factories import ClientFactory, UserFactory


@pytest.fixture
def head(sign_in):
    return sign_in(UserFactory(preset="head_of_sales"))


@pytest.mark.django_db
def test_blocks_are_added_changed_moved_and_seen_in_the_preview(head):
    template = DocumentTemplate.objects.get(code="act")
    head.post(reverse("deals:block_add", args=[template.pk]), {"kind": "text"})
    block = template.blocks.last()
    page = reverse("deals:block", args=[block.pk])

    broken = head.post(page, {"text": "<p>{{ seller.name </p>"})
    foreign = head.post(page, {"text": "{{ settings.SECRET_KEY }}"})
    head.post(page, {"text": "<p>Привет, {{ buyer.name }}<script>x</script></p>", "condition": "contract.number"})  # fmt: skip
    head.post(reverse("deals:block_move", args=[block.pk]), {"to": "0"})
    preview = head.get(reverse("deals:template_preview", args=[template.pk]))

    assert (broken.status_code, foreign.status_code) == (422, 422)
    assert template.blocks.first() == block
    assert "Привет, ООО «Пример-Снаб»</p>" in preview.content.decode()
    assert "<script" not in preview.content.decode()
    assert "sandbox" in preview["Content-Security-Policy"]


@pytest.mark.django_db
def test_a_seller_changes_no_templates_and_no_library(http):
    assert http.get(reverse("deals:templates")).status_code == 403
    assert http.get(reverse("deals:material_new")).status_code == 403


@pytest.mark.django_db
def test_a_material_is_kept_if_it_is_what_its_name_says_and_sent_to_its_client(head, http):  # fmt: skip
    new = {"name": "Презентация", "kind": "demo", "category": "Машины"}
    wrong = SimpleUploadedFile("show.pdf", b"MZ program")
    right = SimpleUploadedFile("show.pdf", b"%PDF-1.7 show")
    client = ClientFactory()
    Email.objects.create(client=client, address="lidia@primer.example")

    refused = head.post(reverse("deals:material_new"), {**new, "upload": wrong})
    head.post(reverse("deals:material_new"), {**new, "upload": right})
    material = Material.objects.get()
    found = http.get(reverse("deals:library") + "?q=презент")
    http.post(
        reverse("deals:material_send", args=[material.pk]),
        {"to": "lidia@primer.example", "subject": "Показ", "text": "Добрый день", "key": "k"},
    )  # fmt: skip

    assert refused.status_code == 422
    assert "Презентация" in found.content.decode()
    assert Letter.objects.get().attachments.get().name == "show.pdf"
    assert Activity.objects.filter(client=client).exists()


@pytest.mark.django_db(transaction=True)
def test_a_template_is_written_moved_and_seen_under_the_policy_and_its_paper_is_made(browse):  # fmt: skip
    head = UserFactory(preset="head_of_sales")
    firm = OwnFirm.objects.create(name="ООО «Образец»", is_default=True)
    template = DocumentTemplate.objects.get(code="contract")
    block = template.blocks.filter(kind="text").first()
    page = browse(head, reverse("deals:block", args=[block.pk]))
    shown = page.frame_locator("#preview")

    page.wait_for_selector(".rich")
    page.locator(".rich").click()
    page.keyboard.press("Control+End")
    page.locator(".rich-bar button").nth(0).click()
    page.keyboard.type("жирно")
    # Pasted markup loses all that could run.
    page.evaluate("""() => {
        const data = new DataTransfer();
        data.setData('text/html', '<p onclick="x()">из письма<img src=x onerror="x()"><script>x()</script></p>');
        document.querySelector('.rich').dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
    }""")
    sources = page.locator(".rich-bar button", has_text="Источник").count()
    page.locator(".blk-f .btn-primary").click()
    page.wait_for_selector(".rich", state="detached")
    shown.get_by_text("жирно").wait_for()
    page.locator(f"[data-id='{block.pk}'] button[value=up]").click()
    page.locator(f"#block-list li:first-child[data-id='{block.pk}']").wait_for()

    block.refresh_from_db()
    assert "<b>жирно" in block.text and "из письма" in block.text
    assert "onclick" not in block.text and "<img" not in block.text and "script" not in block.text  # fmt: skip
    assert template.blocks.first() == block
    assert page.faults == []

    template.refresh_from_db()
    client = ClientFactory()
    contract = Contract.objects.create(client=client, firm=firm, number="7", dated_on=date(2026, 3, 2))  # fmt: skip
    made = make_document(
        template=template, ground=Ground(client=client, firm=firm, contract=contract), dated_on=date(2026, 3, 2), by=head, at=timezone.now()
    )  # fmt: skip
    draw_document(document_id=made.pk)
    made.refresh_from_db()
    text = pypdfium2.PdfDocument(made.pdf.read())[0].get_textpage().get_text_range()
    assert text.index("жирно") < text.index("Договор поставки № 7")

    administrator = UserFactory(preset="administrator")
    administrator.role.permissions += ["deals.manage_templates", "deals.edit_template_source"]  # fmt: skip
    administrator.role.save()
    other = browse(administrator, reverse("deals:block", args=[block.pk]))
    other.wait_for_selector(".rich")
    assert (sources, other.locator(".rich-bar button", has_text="Источник").count()) == (0, 1)  # fmt: skip
