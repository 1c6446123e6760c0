"""Offers of a deal and what the client said to them."""

from datetime import timedelta

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from deals.actions import offers as actions
from deals.choices import OfferKind
from deals.forms.lines import CounterForm, OfferForm
from deals.models import Offer
from deals.views.common import deal_or_404, of_deal_or_404
from deals.views.dialogs import ask, done
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.money import trimmed

CHANGED = "offers-changed", "lines-changed"


def _offer(request: SignedRequest, pk: int) -> Offer:
    offer = of_deal_or_404(request, Offer.objects.all(), pk)
    if offer.deal.client.archived_at:
        raise PermissionDenied
    return offer


@require_http_methods(["GET", "POST"])
@permission_required("deals.add_offer", raise_exception=True)
def offer_new(request: SignedRequest, pk: int) -> HttpResponse:
    """The next version of an offer, of the lines as they stand."""
    deal = deal_or_404(request, pk)
    last = deal.offers.order_by("-made_on", "-version").first()
    today = timezone.localdate()
    initial = {
        "kind": last.kind if last else OfferKind.FINANCIAL,
        "made_on": today,
        "valid_until": today + timedelta(days=30),
        "terms": last.terms if last else "",
        "discount": trimmed(last.discount) if last and last.discount else "",
    }
    form = OfferForm(request.POST or None, initial=initial)
    page = reverse("deals:deal", args=[deal.pk])
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.make_offer(deal=deal, by=request.user, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("Prepared: %s.") % made, page, "offers-changed")
    return ask(
        request,
        form,
        title=_("New version of the offer"),
        submit=_("Prepare the offer"),
        about=_("It takes the lines of the deal as they stand now, less the further discount."),
        back=page,
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required("deals.change_offer", raise_exception=True)
def offer_counter(request: SignedRequest, pk: int) -> HttpResponse:
    offer = _offer(request, pk)
    form = CounterForm(
        request.POST or None,
        initial={
            "total": offer.counter_total,
            "comment": offer.counter_comment,
            "on": offer.countered_on or timezone.localdate(),
        },
    )
    page = reverse("deals:deal", args=[offer.deal_id])
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_counter(offer=offer, by=request.user, at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The client's answer is recorded."), page, "offers-changed")  # fmt: skip
    return ask(
        request, form, title=_("Answer of the client"), submit=_("Record the answer"), back=page
    )  # fmt: skip


@require_POST
@permission_required("deals.change_offer", raise_exception=True)
def offer_settle(request: SignedRequest, pk: int) -> HttpResponse:
    """Accepted or declined. Accepted, its lines become the deal's."""
    offer = _offer(request, pk)
    accepted = request.POST.get("accepted") == "1"
    page = reverse("deals:deal", args=[offer.deal_id])
    try:
        actions.settle(offer=offer, accepted=accepted, by=request.user, at=timezone.now())  # fmt: skip
    except DomainError as error:
        return done(request, error, page, *CHANGED)
    text = _("The offer is accepted: its lines are the deal's.") if accepted else _("The offer is declined.")  # fmt: skip
    return done(request, text, page, *CHANGED)
