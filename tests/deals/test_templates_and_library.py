"""Templates put together from blocks, and the library of materials."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from clients.models import Activity, Email
from deals.models import DocumentTemplate, Material
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
def test_rich_text_is_written_under_the_policy(browse):
    template = DocumentTemplate.objects.get(code="contract")
    block = template.blocks.filter(kind="text").first()
    page = browse(UserFactory(preset="head_of_sales"), reverse("deals:block", args=[block.pk]))  # fmt: skip

    page.wait_for_selector(".rich")
    page.locator(".rich").click()
    page.keyboard.press("Control+End")
    page.locator(".rich-bar button").nth(0).click()
    page.keyboard.type("жирно")
    page.locator(".blk-f .btn-primary").click()
    page.wait_for_selector(".rich", state="detached")

    block.refresh_from_db()
    assert "<b>жирно</b>" in block.text
    assert page.faults == []
