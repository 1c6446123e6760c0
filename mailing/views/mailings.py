"""Mailings: their list, preparing one, starting it, watching it, what came of it."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.listing import ClientListing
from clients.models import Client, Inquiry
from deals.models import Deal
from mailing import by_fax, limits, reading
from mailing.actions import mailings as actions
from mailing.choices import MailChannel, MailingState, RecipientState, why_left_out
from mailing.forms import MailingForm
from mailing.models import Mailing, MailTemplate, Recipient
from mailing.views.templates import WITH_FRAME
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part

sees = permission_required("mailing.view_mailing", raise_exception=True)
runs = permission_required("mailing.run_mailings", raise_exception=True)
PAGE = 50
_TABS = {
    "": None,
    "draft": (MailingState.DRAFT, MailingState.FREEZING, MailingState.READY, MailingState.APPROVAL),
    "going": (MailingState.RUNNING, MailingState.PAUSED),
    "over": (MailingState.DONE, MailingState.STOPPED),
}  # fmt: skip


def _mailing(request: SignedRequest, pk: int) -> Mailing:
    rows = Mailing.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("template", "created_by", "selection", "campaign", "account", "line", "approved_by"), pk=pk)  # fmt: skip


def _before(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None  # fmt: skip


@require_GET
@sees
def mailings(request: SignedRequest) -> HttpResponse:
    """Mailings, the newest first; `before` gives those that follow."""
    tab = request.GET.get("show", "")
    if tab not in _TABS:
        tab = ""
    rows = Mailing.objects.visible_to(request.user)
    if states := _TABS[tab]:
        rows = rows.filter(state__in=states)
    if before := _before(request.GET.get("before", "")):
        rows = rows.filter(pk__lt=before)
    found = list(rows.select_related("created_by").defer("content", "parameters").order_by("-pk")[: PAGE + 1])  # fmt: skip
    page = found[:PAGE]
    counted = reading.counted(page)
    for one in page:
        vars(one)["shown"] = counted.get(one.pk, {})
    context = {
        "rows": page,
        "tab": tab,
        "tabs": [("", _("All")), ("draft", _("Being prepared")), ("going", _("Under way")), ("over", _("Over"))],
        "more": page[-1].pk if len(found) > PAGE else "",
        "waiting": _waiting(request),
    }  # fmt: skip
    return render_part(request, "mailing/mailings.html", "found", context)


def _waiting(request: SignedRequest) -> list[Mailing]:
    if not request.user.has_perm("mailing.approve_mailings"):
        return []
    rows = Mailing.objects.visible_to(request.user).filter(state=MailingState.APPROVAL)
    return list(rows.select_related("created_by").defer("content")[:10])


@require_http_methods(["GET", "POST"])
@runs
def mailing_edit(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    """A mailing begun or changed. The list of clients opens it with the parameters of the list."""
    kept = _mailing(request, pk) if pk else Mailing(channel=_channel(request))
    if pk and kept.state not in actions.BEFORE_START:
        raise Http404
    if pk and kept.created_by_id != request.user.pk and not request.user.has_perm("mailing.approve_mailings"):  # fmt: skip
        raise PermissionDenied
    given = request.GET.get("list", "")[:20_000].replace("\x00", "")
    initial: dict[str, Any] = {"parameters": kept.parameters or given}
    if not pk:
        initial |= {"quiet_from": "20:00", "quiet_until": "09:00"}
        template = _before(request.GET.get("template", ""))
        if template:
            initial["template"] = template
    form = MailingForm(request.POST or None, instance=kept, initial=initial, user=request.user)  # fmt: skip
    status = 200
    seen = request.POST.get("seen") or (kept.changed_at.isoformat() if pk else "")
    clashes: list[tuple[Any, str, str]] = []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            made = form.save(commit=False)
            selection = form.cleaned_data["selection"]
            made.parameters = selection.parameters if selection else form.cleaned_data["parameters"]  # fmt: skip
            made.audience = _words(made.parameters, request) if not selection else selection.name[:300]  # fmt: skip
            try:
                actions.save_draft(mailing=made, by=request.user, at=timezone.now(), seen=seen if pk else "")  # fmt: skip
                if "gather" in request.POST:
                    actions.gather(mailing=made, by=request.user, at=timezone.now())
            except actions.ChangedMeanwhile as error:
                form.add_error(None, str(error))
                seen = error.stands.changed_at.isoformat()
                clashes = form.differing_from(error.stands)
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                return go_to(request, "mailing:mailing", made.pk)
    parameters = form["parameters"].value() or ""
    context = {
        "form": form,
        "mailing": kept,
        "seen": seen,
        "clashes": clashes,
        "words": _words(parameters, request)
        if parameters and not form["selection"].value()
        else "",
        "above": limits.approval_above(),
        "channels": [] if pk else _channels(request, kept.channel),
    }
    return render(request, "mailing/mailing_edit.html", context, status=status)


def _channel(request: SignedRequest) -> str:
    """By letter or by fax: as the address asks, or as the template that it names goes."""
    asked = request.GET.get("channel", "")
    if asked in MailChannel.values:
        return asked
    named = MailTemplate.objects.filter(pk=_before(request.GET.get("template", "")) or 0)  # fmt: skip
    return named.values_list("channel", flat=True).first() or MailChannel.EMAIL


def _channels(request: SignedRequest, chosen: str) -> list[tuple[str, Any, bool]]:
    """The same page for the other channel: address, name, whether it is this one."""
    given = request.GET.copy()
    given.pop("template", None)
    found = []
    for value, label in ((MailChannel.EMAIL, _("By letter")), (MailChannel.FAX, _("By fax"))):  # fmt: skip
        given["channel"] = value
        found.append((f"?{given.urlencode()}", label, value == chosen))
    return found


def _words(parameters: str, request: SignedRequest) -> str:
    """What a list asks, in words: the chips of its page."""
    rows = Client.objects.visible_to(request.user)
    listing = ClientListing(QueryDict(parameters), rows, user=request.user)
    chips = [f"{chip.label}: {chip.fault or chip.words}" for chip in listing.chips]
    if listing.typed:
        chips.insert(0, _("search “%s”") % listing.typed)
    return "; ".join(chips)[:300] or _("all clients")


@never_cache
@require_GET
@csp_override(WITH_FRAME)
@sees
def mailing(request: SignedRequest, pk: int) -> HttpResponse:
    """One mailing, whatever it does now."""
    kept = _mailing(request, pk)
    return render_part(
        request, "mailing/mailing.html", "standing", _page(request, kept)
    )


def _page(request: SignedRequest, kept: Mailing) -> dict[str, Any]:
    at = timezone.now()
    user = request.user
    own = kept.created_by_id == user.pk or user.has_perm("mailing.approve_mailings")
    may = own and user.has_perm("mailing.run_mailings")
    context: dict[str, Any] = {
        "mailing": kept,
        "may": may,
        "may_approve": user.has_perm("mailing.approve_mailings"),
        "above": limits.approval_above(),
        "by_fax": kept.channel == MailChannel.FAX,
        "later": kept.starts_at if kept.starts_at and kept.starts_at > at else None,
        "before_start": kept.state in actions.BEFORE_START,
    }
    if kept.state in (MailingState.DRAFT, MailingState.FREEZING):
        return context
    stands = reading.standing(kept, at=at)
    context |= {"stands": stands, "reasons": reading.reasons(kept)}
    context["failed"] = stands.counts["failed"] + stands.counts["unmade"]
    if kept.started_at:
        context |= {
            "figures": reading.figures(kept, stands.counts),
            "links": reading.clicked_links(kept),
        }
        if user.has_perm("clients.view_inquiry"):
            context["inquiries"] = reading.inquiries_after(kept).filter(pk__in=Inquiry.objects.visible_to(user).values("pk")).count()  # fmt: skip
        if user.has_perm("deals.view_deal"):
            context["deals"] = reading.deals_after(kept).filter(pk__in=Deal.objects.visible_to(user).values("pk")).count()  # fmt: skip
    return context


@never_cache
@require_GET
@sees
def mailing_recipients(request: SignedRequest, pk: int) -> HttpResponse:
    """Who is behind a figure of a mailing: `show` says which, `reason` why somebody was left out."""
    kept = _mailing(request, pk)
    show = request.GET.get("show", "in")
    shown = reading.shown(kept.channel)
    if show not in shown:
        raise Http404
    reason = request.GET.get("reason", "")
    rows = reading.behind(kept, show, reason)
    if after := _before(request.GET.get("after", "")):
        rows = rows.filter(pk__gt=after)
    found = list(rows.select_related("client__legal_form", "contact", "letter", "fax").defer("letter__text", "letter__html", "letter__headers").order_by("pk")[: PAGE + 1])  # fmt: skip
    page = found[:PAGE]
    for row in page:
        vars(row)["why"] = why_left_out(row.reason, kept.channel)
        vars(row)["how_much"] = by_fax.how_much(row.fax) if row.fax else ""
    seen = set(Client.objects.visible_to(request.user).filter(pk__in={r.client_id for r in page}).values_list("pk", flat=True))  # fmt: skip
    context = {
        "mailing": kept,
        "by_fax": kept.channel == MailChannel.FAX,
        "rows": page,
        "seen": seen,
        "show": show,
        "reason": why_left_out(reason, kept.channel),
        "tabs": [(name, label) for name, (label, _q) in shown.items()],
        "next": page[-1].pk if len(found) > PAGE else "",
        "may_take_out": kept.state in (MailingState.READY, MailingState.APPROVAL, MailingState.PAUSED)
        and request.user.has_perm("mailing.run_mailings"),
        "waiting_state": RecipientState.WAITING,
    }  # fmt: skip
    return render(request, "mailing/recipients.html", context)


@require_GET
@sees
def mailing_followed(request: SignedRequest, pk: int, what: str) -> HttpResponse:
    """Inquiries or deals that followed the letters of a mailing within thirty days."""
    kept = _mailing(request, pk)
    if not kept.started_at:
        raise Http404
    user = request.user
    context: dict[str, Any] = {"mailing": kept, "what": what, "days": reading.FOLLOWED_WITHIN // timedelta(days=1)}  # fmt: skip
    if what == "deals":
        if not user.has_perm("deals.view_deal"):
            raise PermissionDenied
        seen = Deal.objects.visible_to(user).values("pk")
        rows = reading.deals_after(kept).filter(pk__in=seen)
        context["deals"] = rows.select_related("client__legal_form", "responsible", "stage").order_by("-pk")[:500]  # fmt: skip
    else:
        if not user.has_perm("clients.view_inquiry"):
            raise PermissionDenied
        asked = Inquiry.objects.visible_to(user).values("pk")
        inquiries = reading.inquiries_after(kept).filter(pk__in=asked)
        context["inquiries"] = inquiries.select_related("client__legal_form", "responsible").order_by("-pk")[:500]  # fmt: skip
    return render(request, "mailing/followed.html", context)


_DEEDS = ("gather", "begin", "approve", "send_back", "pause", "go_on", "stop", "retry", "copy", "delete")  # fmt: skip


@require_POST
@runs
def mailing_do(request: SignedRequest, pk: int, deed: str) -> HttpResponse:
    """One deed on a mailing, by its button."""
    kept = _mailing(request, pk)
    if deed not in _DEEDS:
        raise Http404
    approver = request.user.has_perm("mailing.approve_mailings")
    if deed in ("approve", "send_back") and not approver:
        raise PermissionDenied
    if deed != "copy" and kept.created_by_id != request.user.pk and not approver:
        raise PermissionDenied
    at, by = timezone.now(), request.user
    try:
        if deed == "copy":
            made = actions.copy(mailing=kept, by=by, at=at)
            return go_to(request, "mailing:mailing_edit", made.pk)
        if deed == "delete":
            actions.delete_draft(mailing=kept, by=by, at=at)
            messages.success(request, _("Thrown away: %s.") % kept, extra_tags=reverse("mailing:take_back", args=[kept.pk]))  # fmt: skip
            return go_to(request, "mailing:list")
        _say(request, kept, deed, _doing(deed)(mailing=kept, by=by, at=at))
    except DomainError as error:
        messages.error(request, str(error))
    return go_to(request, "mailing:mailing", kept.pk)


def _doing(deed: str) -> Any:
    return {
        "gather": actions.gather, "begin": actions.begin, "approve": actions.approve, "send_back": actions.send_back,
        "pause": actions.pause, "go_on": actions.go_on, "stop": actions.stop, "retry": actions.retry_failed,
    }[deed]  # fmt: skip


def _say(request: SignedRequest, mailing: Mailing, deed: str, result: Any) -> None:
    if deed == "begin" and result.state == MailingState.APPROVAL:
        messages.success(request, _("The mailing waits for approval."))
    elif deed == "retry":
        said = ngettext("%(n)s letter is sent again.", "%(n)s letters are sent again.", result)  # fmt: skip
        if mailing.channel == MailChannel.FAX:
            said = ngettext("%(n)s fax is sent again.", "%(n)s faxes are sent again.", result)  # fmt: skip
        messages.success(request, said % {"n": result})


@require_POST
@runs
def mailing_take_back(request: SignedRequest, pk: int) -> HttpResponse:
    """Take back what was thrown away."""
    kept = get_object_or_404(Mailing.objects.thrown_away(request.user), pk=pk)
    actions.take_back(mailing=kept, by=request.user, at=timezone.now())
    messages.success(request, _("It stands again: %s.") % kept)
    return go_to(request, "mailing:mailing", kept.pk)


@require_POST
@runs
def recipient_out(request: SignedRequest, pk: int, recipient: int) -> HttpResponse:
    """Leave one out by hand."""
    kept = _mailing(request, pk)
    if kept.created_by_id != request.user.pk and not request.user.has_perm("mailing.approve_mailings"):  # fmt: skip
        raise PermissionDenied
    row = get_object_or_404(Recipient.objects.select_related("mailing"), pk=recipient, mailing=kept)  # fmt: skip
    try:
        actions.take_out(recipient=row, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return go_to(request, "mailing:recipients", kept.pk)
