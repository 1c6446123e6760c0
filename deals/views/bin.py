"""A deal thrown into the bin; taking it back is the bin's own page."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.actions import bin as actions
from deals.views.common import deal_or_404, dialog
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to


@require_http_methods(["GET", "POST"])
@permission_required(["deals.view_deal", "deals.delete_deal"], raise_exception=True)
def deal_delete(request: SignedRequest, pk: int) -> HttpResponse:
    """Says what would become of it, then throws it away; a deal with papers or money stays."""
    deal = deal_or_404(request, pk)
    refusal = ""
    if request.method == "POST":
        try:
            entry = actions.throw_away(thing=deal, by=request.user, at=timezone.now())
        except DomainError as error:
            refusal = str(error)
        else:
            messages.success(
                request,
                _("In the bin: %s.") % deal,
                extra_tags=reverse("clients:bin_restore", args=[entry.pk]),
            )
            return go_to(request, "deals:list")
    context = {"deal": deal, "refusal": refusal, "days": actions.KEPT_DAYS}
    return dialog(request, "deals/deal_delete.html", context, refused=bool(refusal))
