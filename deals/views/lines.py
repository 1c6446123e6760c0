"""Lines of a deal: found in the catalogue, edited in place."""

from django import forms
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import Product
from deals import catalogue, paper_sections
from deals import lines as arithmetic
from deals.actions import lines as actions
from deals.firms import default_firm
from deals.forms.lines import CellsForm, LineForm
from deals.models import Deal, DealLine, OwnFirm
from deals.rights import on_deal
from deals.views.common import deal_or_404, of_deal_or_404
from deals.views.dialogs import ask, done
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

changes = permission_required("deals.change_deal", raise_exception=True)
CHANGED = ("lines-changed",)


def _deal(request: SignedRequest, pk: int) -> Deal:
    deal = deal_or_404(request, pk)
    if not on_deal(request.user, deal).change:
        raise PermissionDenied
    return deal


def _line(request: SignedRequest, pk: int) -> DealLine:
    line = of_deal_or_404(request, DealLine.objects.all(), pk)
    if not on_deal(request.user, line.deal).change:
        raise PermissionDenied
    return line


def _page(deal: Deal) -> str:
    return reverse("deals:deal", args=[deal.pk])


def _typed(request: SignedRequest) -> str:
    """What stands in the field of a line, whatever number its row has."""
    given = next(
        (v for k, v in request.GET.items() if k == "q" or k.endswith("-name")), ""
    )
    return str(given).replace("\x00", " ")[:100].strip()


@require_GET
@changes
def find(request: SignedRequest, pk: int) -> HttpResponse:
    """Products that fit what is typed, with the price of the day."""
    deal = _deal(request, pk)
    typed = _typed(request)
    found = catalogue.for_lines(typed, day=timezone.localdate(), currency=deal.currency, firm=default_firm()) if typed else []  # fmt: skip
    return render(request, "deals/line_found.html", {"deal": deal, "found": found, "typed": typed})  # fmt: skip


class _Terms(forms.Form):
    """The date, firm and currency of a paper that is being written; what is not filled rightly yet is left out."""

    issued_on = forms.DateField(required=False)
    delivered_on = forms.DateField(required=False)
    firm = forms.ModelChoiceField(queryset=OwnFirm.objects.all(), required=False)
    currency = forms.RegexField("^[A-Z]{3}$", required=False)


@require_GET
@permission_required(("deals.view_deal",), raise_exception=True)
def offered(request: SignedRequest) -> HttpResponse:
    """Products for a line of an invoice or a delivery, at the price and with the VAT of its date."""
    typed, terms = _typed(request), _Terms(request.GET)
    terms.is_valid()
    told = terms.cleaned_data
    day = told.get("issued_on") or told.get("delivered_on") or timezone.localdate()
    firm = told.get("firm") or default_firm()
    found = catalogue.for_lines(typed, day=day, currency=told.get("currency") or "RUB", firm=firm) if typed else []  # fmt: skip
    return render(request, "deals/line_found.html", {"found": found, "typed": typed})


@require_POST
@changes
def add(request: SignedRequest, pk: int) -> HttpResponse:
    """Add a product of the catalogue at the price of the day."""
    deal = _deal(request, pk)
    asked = request.POST.get("product", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return HttpResponse(status=404)
    product = get_object_or_404(Product.objects.select_related("unit", "terms"), pk=asked, retired_at=None)  # fmt: skip
    try:
        actions.add_line(deal.pk, by=request.user, product=product)
    except DomainError as error:
        return HttpResponse(str(error), status=422)
    return done(request, _("Added: %s.") % product, _page(deal), *CHANGED)


@require_http_methods(["GET", "POST"])
@changes
def free(request: SignedRequest, pk: int) -> HttpResponse:
    """A line that the catalogue does not have."""
    deal = _deal(request, pk)
    sees = request.user.has_perm("deals.view_margin")
    form = LineForm(request.POST or None, sees_cost=sees, initial={"quantity": 1, "name": request.GET.get("name", "")[:300]})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        cost = data.pop("cost", None)
        try:
            line = actions.add_line(deal.pk, by=request.user, **data)
            if cost is not None:
                actions.change_line(line.pk, by=request.user, cost=cost)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The line is added."), _page(deal), *CHANGED)
    return ask(request, form, title=_("A line of one's own"), submit=_("Add the line"), back=_page(deal))  # fmt: skip


@require_http_methods(["GET", "POST"])
@changes
def line(request: SignedRequest, pk: int) -> HttpResponse:
    """All of a line, in a dialog."""
    kept = _line(request, pk)
    sees = request.user.has_perm("deals.view_margin")
    form = LineForm(request.POST or None, line=kept, sees_cost=sees)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_line(kept.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The line is saved."), _page(kept.deal), *CHANGED)
    return ask(request, form, title=kept.name, submit=_("Save the line"), back=_page(kept.deal))  # fmt: skip


@require_POST
@changes
def cells(request: SignedRequest, pk: int) -> HttpResponse:
    """Quantity, price and discount typed in the row. Refused, the row comes back with what was typed and why."""
    kept = _line(request, pk)
    form = CellsForm(request.POST)
    if form.is_valid():
        try:
            actions.change_line(kept.pk, by=request.user, **form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("Saved."), _page(kept.deal), *CHANGED)
    sees = request.user.has_perm("deals.view_margin")
    context = {
        "deal": kept.deal,
        "line": kept,
        "form": form,
        "errors": [e for many in form.errors.values() for e in many],
        "can": on_deal(request.user, kept.deal),
        "sees_margin": sees,
        "sums": paper_sections.lines(kept.deal, request.user)["sums"],
        "margin": arithmetic.margin_percent(arithmetic.margin([kept]), kept.total - kept.vat) if sees else None,
    }  # fmt: skip
    return render(request, "deals/line_row.html", context, status=422)


@require_POST
@changes
def remove(request: SignedRequest, pk: int) -> HttpResponse:
    kept = _line(request, pk)
    try:
        actions.remove_line(kept.pk, by=request.user)
    except DomainError as error:
        return HttpResponse(str(error), status=422)
    return done(request, _("Taken away: %s.") % kept, _page(kept.deal), *CHANGED)
