"""The catalogue: products by category, their prices by date."""

from collections.abc import Iterator
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
from django.views.decorators.http import require_GET, require_http_methods

from clients import list_answers
from clients.models import Product
from deals import catalogue as shop
from deals.actions import catalogue as actions
from deals.forms.catalogue import PriceForm, ProductForm
from deals.models import ProductPrice
from deals.views.dialogs import ask, done
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part

PAGE = 100
sees = permission_required("deals.view_deal", raise_exception=True)
manages = permission_required("deals.manage_catalogue", raise_exception=True)


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_GET
@sees
def catalogue(request: SignedRequest) -> HttpResponseBase:
    """Products of a category (and of those below it), found by words; `format=` exports them."""
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]
    shelves = shop.shelves()
    asked = _number(request.GET.get("category", ""))
    shelf = next((s for s in shelves if s.category.pk == asked), None)
    retired = request.GET.get("show") == "retired"
    rows = shop.priced(timezone.localdate()).filter(merged_into=None)
    rows = rows.filter(retired_at__isnull=not retired)
    if shelf:
        rows = rows.filter(category__in=shelf.ids)
    rows = shop.matching(rows, typed).order_by("folded", "pk")
    sees_cost = request.user.has_perm("deals.view_margin")
    if request.GET.get("format") in list_answers.TYPES:
        return _export(request, rows, sees_cost)
    after = _number(request.GET.get("after", ""))
    last = Product.objects.filter(pk=after).first() if after else None
    if last is not None:
        rows = rows.filter(
            Q(folded__gt=last.folded) | Q(folded=last.folded, pk__gt=last.pk)
        )
    found = list(rows[: PAGE + 1])
    context = {
        "products": found[:PAGE],
        "after": found[PAGE - 1].pk if len(found) > PAGE else None,
        "q": typed,
        "shelves": shelves,
        "shelf": shelf,
        "retired": retired,
        "sees_cost": sees_cost,
        "narrowed": bool(typed or shelf or retired),
    }
    return render_part(request, "deals/catalogue.html", "products", context)


def _export(request: SignedRequest, rows: QuerySet, sees_cost: bool) -> HttpResponseBase:  # fmt: skip
    if not request.user.has_perm("deals.export_deals"):
        raise PermissionDenied
    kind = request.GET["format"]
    labels = [_("Article"), _("Name"), _("Category"), _("Unit"), _("VAT"), _("Price"), _("from")]  # fmt: skip
    if sees_cost:
        labels.append(_("Cost price"))
    columns: Any = [SimpleNamespace(label=label) for label in labels]

    def values() -> Iterator[list[Any]]:
        for p in rows.iterator(chunk_size=500):
            terms = getattr(p, "terms", None)
            vat = terms.get_vat_kind_display() if terms else ""
            row = [p.code, str(p), str(p.category or ""), str(p.unit or ""), str(vat)]
            row += ["" if v is None else v for v in (p.price_now, p.priced_since)]
            if sees_cost:
                row.append("" if p.cost_now is None else p.cost_now)
            yield row

    journal.record("catalogue.exported", request.user, by=request.user, at=timezone.now(), format=kind)  # fmt: skip
    return list_answers.file(kind, _("catalogue"), columns, values)


@require_http_methods(["GET", "POST"])
@sees
def product(request: SignedRequest, pk: int) -> HttpResponse:
    """A product with all its prices; who manages the catalogue changes it here."""
    kept = get_object_or_404(
        Product.objects.select_related("terms", "unit", "category"), pk=pk
    )
    may = request.user.has_perm("deals.manage_catalogue")
    form = ProductForm(request.POST or None, instance=kept) if may else None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied
        if _save(request, form):
            messages.success(request, _("Saved: %s.") % kept)
            return redirect("deals:product", pk)
    context = {
        "product": kept,
        "form": form,
        "prices": ProductPrice.objects.filter(product=kept).select_related("set_by")[
            :200
        ],
        "sees_cost": request.user.has_perm("deals.view_margin"),
        "today": timezone.localdate(),
    }
    status = 422 if form and form.errors else 200
    return render(request, "deals/product.html", context, status=status)


@require_http_methods(["GET", "POST"])
@manages
def product_new(request: SignedRequest) -> HttpResponse:
    form = ProductForm(
        request.POST or None,
        instance=Product(),
        initial={"category": _number(request.GET.get("category", ""))},
    )
    if request.method == "POST" and _save(request, form):
        return done(
            request, _("Added: “%s”. Now its price.") % form.instance,
            reverse("deals:product", args=[form.instance.pk]),
        )  # fmt: skip
    return ask(
        request,
        form,
        title=_("New product"),
        submit=_("Add the product"),
        back=reverse("deals:catalogue"),
    )


def _save(request: SignedRequest, form: ProductForm) -> bool:
    if not form.is_valid():
        return False
    try:
        actions.save_product(
            product=form.save(commit=False),
            terms=form.terms,
            by=request.user,
            at=timezone.now(),
        )
    except DomainError as error:
        form.add_error("name", str(error))
        return False
    return True


@require_http_methods(["GET", "POST"])
@manages
def price(request: SignedRequest, pk: int) -> HttpResponse:
    """A price from a day on: the next one, or the correction of one already given for that day."""
    kept = get_object_or_404(Product, pk=pk)
    sees_cost = request.user.has_perm("deals.view_margin")
    last = ProductPrice.objects.filter(product=kept).first()
    form = PriceForm(
        request.POST or None,
        instance=ProductPrice(product=kept),
        sees_cost=sees_cost,
        initial={
            "since": timezone.localdate(),
            "currency": last.currency if last else "RUB",
            "cost": last.cost if last else None,
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        cost = data["cost"] if sees_cost else (last.cost if last else None)
        actions.set_price(
            product=kept, price=data["price"], since=data["since"], cost=cost,
            currency=data["currency"], by=request.user, at=timezone.now(),
        )  # fmt: skip
        return done(request, _("The price is set."), reverse("deals:product", args=[pk]))  # fmt: skip
    return ask(
        request,
        form,
        title=_("Price of “%s”") % kept,
        submit=_("Set the price"),
        about=_("The days before keep the price they had: papers made then do not change."),
        back=reverse("deals:product", args=[pk]),
    )  # fmt: skip
