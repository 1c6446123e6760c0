"""Prices of competitors: the list with our gap, the trend of a product, recording one at any time."""

from collections.abc import Iterator
from itertools import islice
from types import SimpleNamespace
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import list_answers
from clients.models import Product
from deals import competitor_prices as prices
from deals import competitor_rows
from deals.actions import competitors as actions
from deals.forms.competitors import CompetitorPriceForm
from deals.invoice_listing import currency_in, day_in
from deals.models import Competitor, CompetitorPrice, Deal
from deals.views.dialogs import ask, done
from salesexpert.accounts.requests import SignedRequest

PAGE = 50
sees = permission_required("deals.view_deal", raise_exception=True)
records = permission_required("deals.add_competitorprice", raise_exception=True)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_GET
@sees
def page(request: SignedRequest) -> HttpResponseBase:
    product_id = _number(request.GET.get("product", ""))
    product = Product.objects.filter(pk=product_id).first() if product_id else None
    competitor_id = _number(request.GET.get("competitor", ""))
    rows = CompetitorPrice.objects.all()
    if product:
        rows = rows.filter(product=product)
    if competitor_id:
        rows = rows.filter(competitor=competitor_id)
    since, to = day_in(request.GET.get("since")), day_in(request.GET.get("to"))
    seen = {"seen_on__gte": since, "seen_on__lte": to, "currency": currency_in(request.GET.get("currency")) or None}  # fmt: skip
    rows = rows.filter(**{name: value for name, value in seen.items() if value})
    if request.GET.get("format") in list_answers.TYPES:
        return _export(request, rows)
    after = _number(request.GET.get("after", ""))
    last = CompetitorPrice.objects.filter(pk=after).first() if after else None
    if last:
        rows = rows.filter(Q(seen_on__lt=last.seen_on) | Q(seen_on=last.seen_on, pk__lt=last.pk))  # fmt: skip
    found = list(_whole(rows)[: PAGE + 1])
    shown = found[:PAGE]
    readable = _readable(request, shown)
    today = timezone.localdate()
    currency = _currency(product)
    told = [
        {
            "price": row,
            "ours": (ours := _ours(row, readable)),
            "gap": prices.gap(ours, row.price),
            "deal": row.deal if row.deal_id in readable else None,
        }
        for row in shown
    ]
    context = {
        "drawn": competitor_rows.rows(told, request, may_record=request.user.has_perm("deals.add_competitorprice")),
        "after": shown[-1].pk if len(found) > PAGE else None,
        "product": product,
        "competitor_id": competitor_id,
        "products": list(Product.objects.filter(pk__in=CompetitorPrice.objects.exclude(product=None).values("product"))[:500]),
        "competitors": list(Competitor.objects.all()[:500]),
        "narrowed": bool(product or competitor_id or since or to),
        "since": since,
        "to": to,
        "trend": prices.trend(product.pk, currency, today) if product else None,
        "latest": prices.latest(product.pk, currency, today) if product else [],
        "ours": prices.our_price(product.pk, currency, today) if product else None,
        "currency": currency,
    }  # fmt: skip
    return render(request, "deals/competitors.html", context)


def _readable(request: SignedRequest, rows: list[Any]) -> set[int]:
    """Ids of the deals of these prices that the reader may read."""
    ids = [row.deal_id for row in rows if row.deal_id]
    return set(
        Deal.objects.visible_to(request.user)
        .filter(pk__in=ids)
        .values_list("pk", flat=True)
    )


def _ours(row: Any, readable: set[int]) -> Any:
    """Our price beside his; without a product it is the amount of the deal, which is nobody's business but its readers'."""
    return row.ours if row.product_id or row.deal_id in readable else None


def _currency(product: Product | None) -> str:
    """The currency in which the product was seen last: sums of two are never compared."""
    if product is None:
        return "RUB"
    rows = CompetitorPrice.objects.filter(product=product).order_by("-seen_on", "-pk")
    return rows.values_list("currency", flat=True).first() or "RUB"


def _whole(rows: QuerySet[CompetitorPrice]) -> QuerySet[Any]:
    # Of the fifty columns of a deal its title is told.
    told = ("price", "currency", "seen_on", "known_from", "competitor__name", "competitor__name_en", "product__name", "product__name_en", "deal__title")  # fmt: skip
    whole = rows.select_related("competitor", "product", "deal").only(*told)
    return prices.with_ours(whole).order_by("-seen_on", "-pk")


def _in_chunks(
    request: SignedRequest, rows: QuerySet[CompetitorPrice]
) -> Iterator[tuple[Any, set[int]]]:
    found = _whole(rows).iterator(chunk_size=500)
    while chunk := list(islice(found, 500)):
        readable = _readable(request, chunk)
        for row in chunk:
            yield row, readable


def _export(request: SignedRequest, rows: QuerySet) -> HttpResponseBase:
    if not request.user.has_perm("deals.export_deals"):
        raise PermissionDenied
    kind = request.GET["format"]
    labels = [_("Competitor"), _("Product"), _("Price"), _("Currency"), _("Seen on"), _("Our price"), _("Gap, %"), _("Where from")]  # fmt: skip
    columns: Any = [SimpleNamespace(label=label) for label in labels]

    def values() -> Iterator[list[Any]]:
        for row, readable in _in_chunks(request, rows):
            own = _ours(row, readable)
            difference = prices.gap(own, row.price)
            ours = "" if own is None else own
            yield [str(row.competitor), str(row.product or ""), row.price, row.currency, row.seen_on, ours, difference.percent if difference else "", row.known_from]  # fmt: skip

    return list_answers.file(kind, _("competitors"), columns, values)


@require_http_methods(["GET", "POST"])
@sees
@records
def new(request: SignedRequest) -> HttpResponse:
    """A price seen today; `?product=` and `?deal=` say what for."""
    given: dict[str, Any] = {"seen_on": timezone.localdate(), "currency": "RUB"}
    given["product"] = _number(request.GET.get("product", ""))
    deal_id = _number(request.GET.get("deal", ""))
    price = CompetitorPrice()
    if deal_id:
        deal = get_object_or_404(Deal.objects.visible_to(request.user), pk=deal_id)
        price.deal, given["currency"] = deal, deal.currency
    return _form(request, price, _("Price of a competitor"), given)


def _price(request: SignedRequest, pk: int) -> CompetitorPrice:
    """A price that the reader may change: the market's, or one that came up in a deal he may read."""
    prices_known = CompetitorPrice.objects.select_related("competitor")
    readable = Deal.objects.visible_to(request.user)
    return get_object_or_404(
        prices_known.filter(Q(deal=None) | Q(deal__in=readable)), pk=pk
    )


@require_http_methods(["GET", "POST"])
@sees
@records
def change(request: SignedRequest, pk: int) -> HttpResponse:
    price = _price(request, pk)
    return _form(request, price, _("Price of a competitor"), {})


def _form(
    request: SignedRequest, price: CompetitorPrice, title: str, given: dict[str, Any]
) -> HttpResponse:
    form = CompetitorPriceForm(request.POST or None, instance=price, initial=given)
    if request.method == "POST" and form.is_valid():
        kept = actions.save_price(
            price=form.save(commit=False),
            newcomer=form.cleaned_data["newcomer"],
            by=request.user,
            at=timezone.now(),
        )
        to = reverse("deals:competitors")
        if kept.product_id:
            to += f"?product={kept.product_id}"
        return done(request, _("The price is recorded."), to)
    back = reverse("deals:competitors")
    return ask(request, form, title=title, submit=_("Record the price"), back=back)


@require_POST
@sees
@records
def remove(request: SignedRequest, pk: int) -> HttpResponse:
    price = _price(request, pk)
    actions.remove_price(price=price, by=request.user, at=timezone.now())
    messages.success(request, _("Removed."))
    return redirect("deals:competitors")
