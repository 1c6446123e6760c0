"""Own firms and the catalogue, through their pages."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from clients.models import Product, ProductCategory
from deals.firms import default_account, default_firm
from deals.models import OwnFirm, ProductPrice
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def head(sign_in):
    return sign_in(UserFactory(preset="head_of_sales"))


def test_a_firm_with_a_mistyped_inn_is_saved_with_a_doubt(head):
    answer = head.post(
        reverse("deals:firm_new"),
        {
            "name": "ООО «Образец»",
            "inn": "7707083894",
            "tax_regime": "general",
            "director_position": "Генеральный директор",
            "director": "Образцова Ольга Петровна",
        },
        follow=True,
    )

    firm = OwnFirm.objects.get()
    assert "в нём опечатка" in answer.content.decode()
    assert firm.is_default and default_firm() == firm
    assert firm.director_genitive == "генерального директора Образцовой Ольги Петровны"


def test_an_account_is_checked_against_its_bank(head):
    firm = OwnFirm.objects.create(name="ООО «Образец»", is_default=True)
    url = reverse("deals:account_new", args=[firm.pk])
    sound = {"number": "40702810838000000001", "bic": "044525225", "currency": "rub"}

    answer = head.post(url, sound, follow=True)
    again = head.post(url, sound)

    assert answer.status_code == 200
    assert default_account(firm).number == sound["number"]
    assert again.status_code == 422


def test_a_picture_is_drawn_anew_and_anything_else_is_refused(head):
    firm = OwnFirm.objects.create(name="ООО «Образец»")
    url = reverse("deals:firm_picture", args=[firm.pk, "stamp"])
    drawn = io.BytesIO()
    Image.new("RGB", (60, 60), "navy").save(drawn, "JPEG")

    head.post(url, {"picture": SimpleUploadedFile("x.png", b"<svg onload=alert(1)>")})
    refused = head.get(url).status_code
    head.post(url, {"picture": SimpleUploadedFile("x.jpg", drawn.getvalue())})
    kept = head.get(url)

    assert refused == 404
    assert b"".join(kept.streaming_content).startswith(b"\x89PNG")


def test_a_seller_reads_the_catalogue_without_cost_and_does_not_change_it(http, head):
    shelf = ProductCategory.objects.create(name="Машины")
    below = ProductCategory.objects.create(name="Поломоечные", parent=shelf)
    head.post(
        reverse("deals:product_new"),
        {"name": "Машина ПМ-50", "code": "PM50", "category": below.pk, "vat_kind": "main"},
    )  # fmt: skip
    product = Product.objects.get()
    head.post(
        reverse("deals:product_price", args=[product.pk]),
        {"price": "548000", "cost": "400000.50", "currency": "RUB", "since": "2026-01-01"},
    )  # fmt: skip

    mine = http.get(reverse("deals:catalogue") + f"?category={shelf.pk}&q=pm5")
    heads = head.get(reverse("deals:catalogue") + "?format=csv")

    assert "548" in mine.content.decode() and "400" not in mine.content.decode()
    assert "400000,50" in b"".join(heads.streaming_content).decode()
    assert http.post(reverse("deals:product_new"), {"name": "Х"}).status_code == 403


def test_a_price_to_come_is_not_yet_the_price(http):
    product = Product.objects.create(name="Щётка")
    today = timezone.localdate()
    for since, price in ((date(2025, 1, 1), 100), (today + timedelta(days=1), 200)):
        ProductPrice.objects.create(product=product, since=since, price=Decimal(price))

    page = http.get(reverse("deals:catalogue")).content.decode()

    assert "100" in page and "200" not in page


def test_the_catalogue_costs_the_same_for_two_products_and_twenty(
    http, django_assert_max_num_queries
):
    for number in range(20):
        product = Product.objects.create(name=f"Товар {number}")
        ProductPrice.objects.create(product=product, since=date(2025, 1, 1), price=1)

    http.get(reverse("deals:catalogue"))
    with django_assert_max_num_queries(14):
        http.get(reverse("deals:catalogue"))
