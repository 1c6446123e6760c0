"""Prices of competitors: recorded at any time, beside ours."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from clients.models import Product
from deals.competitor_prices import gap, trend
from deals.models import Competitor, CompetitorPrice, ProductPrice
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def product():
    product = Product.objects.create(name="Машина ПМ-50")
    ProductPrice.objects.create(product=product, price=1100, since="2026-01-01")
    return product


def seen(product, price, on, name="Псевдочист", **fields):
    competitor, _made = Competitor.objects.get_or_create(name=name)
    return CompetitorPrice.objects.create(
        competitor=competitor,
        product=product,
        price=price,
        seen_on=on,
        entered_by=UserFactory(),
        **fields,
    )


def test_a_price_is_recorded_with_a_competitor_nobody_knew(http, product):
    typed = {"newcomer": "  Мнимо-Клин ", "product": product.pk, "price": "1 000,50", "currency": "RUB", "seen_on": "2026-11-02", "known_from": "Выставка"}  # fmt: skip

    http.post("/competitors/new/", typed)

    price = CompetitorPrice.objects.get()
    assert (price.competitor.name, price.price) == ("Мнимо-Клин", Decimal("1000.50"))


@pytest.mark.parametrize(
    "change",
    [
        {"price": "0"},
        {"price": "-5"},
        {"price": "много"},
        {"price": "9" * 30},
        {"newcomer": ""},
        {"newcomer": "…"},
        {"currency": "XXX"},
        {"seen_on": "2999-01-01"},
        {"seen_on": "когда-то"},
        {"known_from": "\x00"},
    ],
)
def test_what_cannot_be_is_refused_and_what_was_typed_stays(http, product, change):
    typed = {"newcomer": "Мнимо-Клин", "product": product.pk, "price": "1000", "currency": "RUB", "seen_on": "2026-11-02"} | change  # fmt: skip

    answer = http.post("/competitors/new/", typed)

    assert answer.status_code == 422
    assert not CompetitorPrice.objects.exists()


def test_our_gap_is_that_of_the_day_on_which_the_price_was_seen(http, product):
    ProductPrice.objects.create(product=product, price=1500, since="2026-10-01")
    seen(product, 1000, "2026-05-05")

    html = (
        http.get("/competitors/")
        .content.decode()
        .replace("&nbsp;", " ")
        .replace("\xa0", " ")
    )

    assert "+10 %" in html


def test_a_gap_is_exact():
    assert gap(Decimal(90), Decimal(100)).percent == Decimal("-10.0")
    assert gap(None, Decimal(100)) is None


def test_the_trend_draws_each_competitor_and_our_steps(product):
    today = date(2026, 11, 22)
    seen(product, 1000, today - timedelta(days=100))
    seen(product, 900, today)
    seen(product, 700, today, currency="USD")

    drawn = trend(product.pk, "RUB", today)

    assert [line.number for line in drawn.lines] == [0, 1]
    assert (drawn.lowest, drawn.highest) == (900, 1100)
    assert drawn.lines[1].points == "0.0,90.0 720.0,180.0"


def test_one_price_makes_no_trend(product):
    seen(product, 1000, timezone.localdate())

    assert trend(product.pk, "RUB", timezone.localdate()) is None


def test_the_page_of_a_product_draws_the_trend_and_lists_the_latest(http, product):
    seen(product, 1000, timezone.localdate() - timedelta(days=40))
    seen(product, 950, timezone.localdate())

    html = http.get("/competitors/", {"product": product.pk}).content.decode()

    assert "<polyline" in html and "950" in html


def test_who_may_not_record_prices_cannot(sign_in, product):
    reader = UserFactory(preset="lawyer")
    reader.role.permissions = ["deals.view_deal"]
    reader.role.save()
    price = seen(product, 1000, "2026-05-05")
    http = sign_in(reader)

    assert http.get("/competitors/").status_code == 200
    assert http.get("/competitors/new/").status_code == 403
    assert http.post(f"/competitors/prices/{price.pk}/remove/").status_code == 403


def test_a_wrong_price_is_corrected_or_removed(http, product):
    price = seen(product, 1000, "2026-05-05")
    typed = {"competitor": price.competitor_id, "product": product.pk, "price": "990", "currency": "RUB", "seen_on": "2026-05-05"}  # fmt: skip

    http.post(f"/competitors/prices/{price.pk}/", typed)
    price.refresh_from_db()
    assert price.price == 990
    http.post(f"/competitors/prices/{price.pk}/remove/")
    assert not CompetitorPrice.objects.exists()


def test_the_list_is_exported(sign_in, product):
    seen(product, 1000, "2026-05-05")
    http = sign_in(UserFactory(preset="head_of_sales"))

    answer = http.get("/competitors/?format=csv")

    assert "Псевдочист" in b"".join(answer.streaming_content).decode("utf-8-sig")


def test_the_page_costs_the_same_for_few_and_for_many(http, product, make_deal, django_assert_max_num_queries):  # fmt: skip
    for n in range(20):
        seen(product, 1000 + n, "2026-05-05", name=f"Конкурент {n}", deal=make_deal())

    http.get("/competitors/")
    with django_assert_max_num_queries(15):
        http.get("/competitors/", {"product": product.pk})
