"""Campaigns: the list, and one campaign from its plan to the payments."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics import campaigns as figures
from analytics.forms.campaigns import CampaignForm, CostForm
from clients.actions import campaigns as actions
from clients.actions import files as uploads
from clients.models import Campaign, CampaignCost, CampaignFile
from deals import touches
from mailing import reading as mailings
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core import keyset
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold
from salesexpert.core.http import done, go_to, render_part

reads = permission_required(["clients.view_campaign", "deals.view_deal", "clients.view_client"], raise_exception=True)  # fmt: skip
keeps = permission_required(["clients.view_campaign", "clients.change_campaign"], raise_exception=True)  # fmt: skip
PAGE, LINES, PATHS = 50, 300, 10
EVENT = "campaign-changed"
# A kept file is a stranger's content: even opened in a frame it may run nothing.
POLICY = "default-src 'none'; sandbox"
WHEN: dict[str, str | Promise] = {
    "": pgettext_lazy("campaigns", "All"),
    "on": gettext_lazy("On now"),
    "ahead": gettext_lazy("Ahead"),
    "over": pgettext_lazy("campaigns", "Over"),
}
WAYS: dict[str, str | Promise] = {
    touches.NAMED: gettext_lazy("Named in the deal"),
    touches.FIRST: gettext_lazy("First touch"),
    touches.LAST: gettext_lazy("Last touch"),
    touches.LINEAR: gettext_lazy("Equal shares"),
}
MEANINGS: dict[str, str | Promise] = {
    touches.NAMED: gettext_lazy("Deals that name the campaign."),
    touches.FIRST: gettext_lazy("Deals whose client was first touched by the campaign."),
    touches.LAST: gettext_lazy("Deals before whose opening the campaign was the last to touch the client."),
    touches.LINEAR: gettext_lazy("Each touch before the opening of a deal is owed an equal share of it."),
}  # fmt: skip


def _campaign(pk: int) -> Campaign:
    found = Campaign.objects.select_related("led_by", "selection", "merged_into").filter(pk=pk) if pk < 2**63 else Campaign.objects.none()  # fmt: skip
    return get_object_or_404(found)


def _way(request: SignedRequest) -> str:
    asked = request.GET.get("way", "")
    return asked if asked in WAYS else touches.NAMED


@require_GET
@reads
def campaign_list(request: SignedRequest) -> HttpResponse:
    way, word = _way(request), request.GET.get("when", "")
    word = word if word in WHEN else ""
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]
    rows = figures.when(Campaign.objects.filter(merged_into=None), word, timezone.localdate())  # fmt: skip
    for part in fold(typed).split():
        rows = rows.filter(folded__contains=part)
    page = keyset.page(
        [
            keyset.Part(rows.filter(starts_on__isnull=False), ("-starts_on", "-pk")),
            keyset.Part(rows.filter(starts_on=None), ("-pk",)),
        ],
        ["pk"],
        size=PAGE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    ids = [row["pk"] for row in page.rows]
    named = Campaign.objects.in_bulk(ids)
    found = figures.results(request.user, [named[pk] for pk in ids])
    context = {
        "rows": [_line(request, result, way) for result in found],
        "page": page,
        "way": way,
        "ways": WAYS.items(),
        "meaning": MEANINGS[way],
        "when": word,
        "whens": WHEN.items(),
        "q": typed,
        "narrowed": bool(word or typed),
        "money": request.user.has_perm("deals.view_payment"),
        "may_keep": request.user.has_perm("clients.change_campaign"),
    }
    return render_part(request, "analytics/campaigns.html", "list", context)


def _line(request: SignedRequest, result: figures.Result, way: str) -> dict[str, Any]:
    credit = result.by(way)
    return {
        "result": result,
        "way": way,
        "name": WAYS[way],
        "meaning": MEANINGS[way],
        "credit": credit,
        "cost_of_deal": result.cost_of_deal(way),
        "cost_of_won": result.cost_of_won(way),
        "on_paid": result.return_on_paid(way),
        "on_revenue": result.return_on_revenue(way),
        "links": figures.links(request.user, result.campaign.pk, way),
    }


@require_GET
@reads
def campaign(request: SignedRequest, pk: int) -> HttpResponse:
    return render_part(request, "analytics/campaign.html", "whole", _context(request, _campaign(pk)))  # fmt: skip


def _context(request: SignedRequest, found: Campaign) -> dict[str, Any]:
    result = figures.results(request.user, [found])[0]
    costs = list(found.costs.select_related("made_by").order_by("-on", "-pk")[:LINES])
    return {
        "campaign": found,
        "result": result,
        "channels": list(found.channels.all()),
        "lines": [_line(request, result, way) for way in WAYS],
        "links": figures.links(request.user, found.pk, touches.NAMED),
        "budget": figures.budget(costs),
        "costs": costs,
        "files": list(found.files.select_related("added_by")),
        "paths": figures.ways_of_deals(request.user, found, most=PATHS),
        "mailings": mailings.of_campaign(request.user, found.pk)
        if request.user.has_perm("mailing.view_mailing")
        else [],
        "money": request.user.has_perm("deals.view_payment"),
        "may_keep": request.user.has_perm("clients.change_campaign"),
        "today": timezone.localdate(),
    }


@require_http_methods(["GET", "POST"])
@keeps
def campaign_new(request: SignedRequest) -> HttpResponse:
    return _edit(request, Campaign(led_by=request.user))


@require_http_methods(["GET", "POST"])
@keeps
def campaign_edit(request: SignedRequest, pk: int) -> HttpResponse:
    return _edit(request, _campaign(pk))


def _edit(request: SignedRequest, found: Campaign) -> HttpResponse:
    post = request.method == "POST"
    form = CampaignForm(request.POST if post else None, instance=found, user=request.user)  # fmt: skip
    if post and form.is_valid():
        try:
            kept = actions.save_campaign(
                form.save(commit=False),
                channels=list(form.cleaned_data["channels"]),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Saved."))
            return go_to(request, "analytics:campaign", kept.pk)
    context = {"form": form, "campaign": found if found.pk else None}
    return render(request, "analytics/campaign_form.html", context, status=422 if post else 200)  # fmt: skip


# ── budget ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@keeps
def cost_new(request: SignedRequest, pk: int) -> HttpResponse:
    found = _campaign(pk)
    side = request.GET.get("side", "")
    cost = CampaignCost(campaign=found, on=timezone.localdate())
    if side in ("plan", "spent"):
        cost.side = side
    return _cost(request, cost, _("Line of the budget"))


@require_http_methods(["GET", "POST"])
@keeps
def cost_edit(request: SignedRequest, pk: int) -> HttpResponse:
    cost = get_object_or_404(CampaignCost.objects.select_related("campaign"), pk=pk)
    return _cost(request, cost, _("Line of the budget"))


def _cost(request: SignedRequest, cost: CampaignCost, title: str) -> HttpResponse:
    post = request.method == "POST"
    form = CostForm(request.POST if post else None, instance=cost)
    to = cost.campaign
    if post and form.is_valid():
        actions.save_cost(form.save(commit=False), by=request.user, at=timezone.now())
        return done(request, _address(to), event=EVENT)
    context = {"form": form, "cost": cost, "title": title, "address": request.get_full_path(), "back": _address(to)}  # fmt: skip
    return render_part(request, "analytics/campaign_cost.html", "dialog", context, status=422 if post else 200)  # fmt: skip


@require_POST
@keeps
def cost_remove(request: SignedRequest, pk: int) -> HttpResponse:
    cost = get_object_or_404(CampaignCost.objects.select_related("campaign"), pk=pk)
    to = _address(cost.campaign)
    actions.remove_cost(cost, by=request.user, at=timezone.now())
    return done(request, to, event=EVENT)


def _address(found: Campaign) -> str:
    return found.get_absolute_url()


# ── materials ────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_POST
@keeps
def file_new(request: SignedRequest, pk: int) -> HttpResponse:
    found = _campaign(pk)
    refusals: list[str] = []
    if getattr(request, "upload_refused", False):
        refusals = [str(uploads.too_large(_("The file")))]
    sent = request.FILES.getlist("file")[:20]
    if not sent and not refusals:
        refusals = [_("Choose a file.")]
    for upload in sent:
        try:
            actions.keep_file(found, upload, by=request.user, at=timezone.now())
        except DomainError as error:
            refusals.append(str(error))
    if not refusals:
        return go_to(request, found)
    context = _context(request, found) | {"refusals": refusals}
    return render_part(request, "analytics/campaign.html", "whole", context, status=422)


@require_GET
@reads
def file(request: SignedRequest, pk: int) -> HttpResponseBase:
    kept = get_object_or_404(CampaignFile, pk=pk)
    try:
        opened = kept.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(opened, as_attachment=True, filename=kept.name, content_type=kept.content_type)  # fmt: skip
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@keeps
def file_remove(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(CampaignFile.objects.select_related("campaign"), pk=pk)
    actions.remove_file(kept, by=request.user, at=timezone.now())
    return go_to(request, kept.campaign)
