"""Handing work over: the dialog, the page of one handover, the list, all of a person."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import Activity, Client
from deals.actions import handovers as actions
from deals.choices import Handed, HandedOutcome, HandoverOf, HandoverState
from deals.forms.handover import DeclineForm, HandoverForm, PersonHandoverForm
from deals.handing import contents, reading, sharing
from deals.models import Deal, Handover
from deals.views.dialogs import ask
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core import keyset
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, htmx_of, render_part

READ = "clients.view_activity"
PAGE_SIZE = 25
ITEMS_SHOWN = 50
FOR_ME, FROM_ME, ALL = "for-me", "from-me", "all"
TITLES = {
    HandoverOf.ACTIVITY: gettext_lazy("Hand over the work"),
    HandoverOf.STAGE: gettext_lazy("Hand over the stage"),
    HandoverOf.DEAL: gettext_lazy("Hand over the deal"),
    HandoverOf.CLIENT: gettext_lazy("Hand over the client"),
}


def _number(text: str) -> int:
    if not text.isdecimal() or int(text) >= 2**63:
        raise Http404
    return int(text)


def _subject(request: SignedRequest, **options: bool) -> tuple[str, actions.Subject]:
    """What the address names (`?deal=7`), if the person may read it; 404 otherwise. Raises CannotBeHandedOver."""
    user = request.user
    for name in ("activity", "stage", "deal", "client"):
        if text := request.GET.get(name):
            pk = _number(text)
            break
    else:
        raise Http404
    if name == "activity":
        rows = Activity.objects.visible_to(user).select_related("client__legal_form", "performer", "kind")  # fmt: skip
        return name, actions.activity_subject(get_object_or_404(rows, pk=pk))
    if name == "client":
        cards = Client.objects.visible_to(user).select_related("legal_form", "curator")
        return name, actions.client_subject(get_object_or_404(cards, pk=pk), **options)
    deals = Deal.objects.visible_to(user).select_related("client__legal_form", "stage", "responsible", "performer")  # fmt: skip
    deal = get_object_or_404(deals, pk=pk)
    if name == "stage":
        return name, actions.stage_subject(deal)
    return name, actions.deal_subject(deal, **options)


@require_http_methods(["GET", "POST"])
@permission_required(READ, raise_exception=True)
def handover_new(request: SignedRequest) -> HttpResponse:
    """The dialog: to whom, with which note; what moves is counted beside it."""
    try:
        of, subject = _subject(request)
    except actions.CannotBeHandedOver as refusal:
        return render_part(request, "deals/handover_new.html", "dialog", {"refusal": str(refusal)})  # fmt: skip
    if not actions.may_hand_over(subject, request.user):
        raise PermissionDenied
    post = request.method == "POST"
    form = HandoverForm(request.POST if post else None, of=of, giver=subject.giver, by=request.user)  # fmt: skip
    if post and form.is_valid():
        data = form.cleaned_data
        try:
            if options := form.options():
                _of, subject = _subject(request, **options)
            made = actions.hand_over(
                subject,
                to=[data["receiver"]],
                note=data["note"],
                by=request.user,
                impose=bool(data.get("impose")),
                answer_by=data["answer_by"],
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = (
                _("Handed over to %(person)s.")
                if made.state != HandoverState.OFFERED
                else _("Offered to %(person)s: nothing changes until it is accepted.")
            )
            messages.success(request, said % {"person": data["receiver"]})
            return _back(request, subject)
    context = {
        "form": form,
        "subject": subject,
        "title": TITLES[HandoverOf(of)],
        "words": actions.in_words(contents.counts(subject.things)),
        "address": request.get_full_path(),
    }
    return render_part(request, "deals/handover_new.html", "dialog", context, status=422 if post else 200)  # fmt: skip


def _back(request: HttpRequest, subject: actions.Subject) -> HttpResponse:
    """To the page he stood on, drawn anew; without scripts to what was handed over."""
    here = htmx_of(request).current_url_abs_path if htmx_of(request) else None
    return go_to(request, here or subject.link or "deals:handovers")


@require_GET
@permission_required(READ, raise_exception=True)
def handover_list(request: SignedRequest) -> HttpResponse:
    """What waits for the reader's answer, what he gave away, and, for a head, what passes among his people."""
    user = request.user
    tabs = [(FOR_ME, pgettext("handovers", "For me")), (FROM_ME, pgettext("handovers", "From me"))]  # fmt: skip
    if actions.may_impose(user):
        tabs.append((ALL, pgettext("handovers", "All")))
    show = request.GET.get("show", "")
    if show not in dict(tabs):
        show = FOR_ME
    found = Handover.objects.visible_to(user)
    if show == FOR_ME:
        found = found.for_receiver(user)
    elif show == FROM_ME:
        found = found.filter(Q(giver=user) | Q(made_by=user))
    page = keyset.page(
        [keyset.Part(found, ("-made_at", "-pk"))],
        [],
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    rows = Handover.objects.filter(pk__in=[row["pk"] for row in page.rows])
    rows = rows.select_related("giver", "receiver", "made_by").order_by("-made_at", "-pk")  # fmt: skip
    context = {"rows": rows, "show": show, "tabs": tabs, "page": page, "leads": len(tabs) > 2}  # fmt: skip
    return render(request, "deals/handover_list.html", context)


def _found(request: SignedRequest, pk: int) -> Handover:
    rows = Handover.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("giver", "receiver", "made_by", "decided_by", "returned_by"), pk=pk)  # fmt: skip


@require_GET
@permission_required(READ, raise_exception=True)
def handover(request: SignedRequest, pk: int) -> HttpResponse:
    """One handover: the note, what moves by name, the answer; while it is at work, how far it is."""
    found = _found(request, pk)
    user = request.user
    try:
        after = max(0, int(request.GET.get("after", "0")))
    except ValueError:
        after = 0
    items = list(
        found.items.filter(pk__gt=min(after, 2**62))
        .select_related("receiver")
        .order_by("pk")[: ITEMS_SHOWN + 1]
    )
    ended = reading.outcomes(found)
    parts = reading.parts(found)
    whole = sum(sum(part.counts.values()) for part in parts)
    done = ended.get(HandedOutcome.MOVED, 0)
    if found.state == HandoverState.RETURNING or (
        found.state == HandoverState.STUCK and found.returned_by_id
    ):
        done = whole - done
    elif found.state == HandoverState.RUNNING or (
        found.state == HandoverState.STUCK and not found.returned_by_id
    ):
        done = sum(ended.values())
    context = {
        "handover": found,
        "parts": [(part.receiver, actions.in_words(part.counts)) for part in parts],
        "lines": reading.lines(items[:ITEMS_SHOWN], user),
        "more": items[ITEMS_SHOWN - 1].pk if len(items) > ITEMS_SHOWN else 0,
        "whole": whole,
        "done": done,
        "percent": 100 * done // whole if whole else 100,
        "left": ended.get(HandedOutcome.OTHER, 0) + ended.get(HandedOutcome.GONE, 0),
        "kept": ended.get(HandedOutcome.KEPT, 0),
        "works": found.state in {HandoverState.RUNNING, HandoverState.RETURNING},
        "answers": found.state == HandoverState.OFFERED and found.receiver_id == user.pk,
        "withdraws": found.state == HandoverState.OFFERED
        and (user.pk in {found.giver_id, found.made_by_id} or actions.may_impose(user)),
        "gives_back": actions.may_give_back(found, user),
        "goes_on": actions.may_go_on(found, user),
    }  # fmt: skip
    return render_part(request, "deals/handover.html", "handover", context)


@require_POST
@permission_required(READ, raise_exception=True)
def handover_accept(request: SignedRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    try:
        actions.accept(found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is yours now."))
    return go_to(request, found)


@require_http_methods(["GET", "POST"])
@permission_required(READ, raise_exception=True)
def handover_decline(request: SignedRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    if found.receiver_id != request.user.pk:
        raise Http404
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline(found, by=request.user, answer=form.cleaned_data["answer"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Declined: everything stays with %(person)s.") % {"person": found.giver})  # fmt: skip
            return go_to(request, found)
    return ask(request, form, title=_("Decline the handover"), submit=pgettext("button", "Decline"), about=found.title, back=found.get_absolute_url())  # fmt: skip


@require_POST
@permission_required(READ, raise_exception=True)
def handover_withdraw(request: SignedRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    try:
        actions.withdraw(found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The offer is withdrawn."))
    return go_to(request, found)


@require_POST
@permission_required(READ, raise_exception=True)
def handover_give_back(request: SignedRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    try:
        actions.give_back(found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Given back, what nobody changed since."))
    return go_to(request, found)


@require_POST
@permission_required(READ, raise_exception=True)
def handover_go_on(request: SignedRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    try:
        actions.go_on(found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It goes on."))
    return go_to(request, found)


@require_http_methods(["GET", "POST"])
@permission_required([READ, actions.RIGHT, "clients.change_curator"], raise_exception=True)  # fmt: skip
def handover_person(request: SignedRequest) -> HttpResponse:
    """All of a person (leave, dismissal, too much on one): previewed by receiver, then made, given back if wrong."""
    post = request.method == "POST"
    first = {"giver": text} if (text := request.GET.get("giver", "")).isdecimal() else None  # fmt: skip
    form = PersonHandoverForm(request.POST if post else None, initial=first)
    shown: dict[str, Any] = {}
    if post and form.is_valid():
        data = form.cleaned_data
        receivers = list(data["receivers"])
        subject = actions.person_subject(data["giver"], form.wanted())
        try:
            if "make" in request.POST:
                made = actions.hand_over(subject, to=receivers, note=data["note"], by=request.user, impose=True)  # fmt: skip
                return go_to(request, made)
            shown = _preview(subject, receivers)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
    refused = post and not form.is_valid()
    context = {"form": form, **shown}
    return render_part(request, "deals/handover_person.html", "form", context, status=422 if refused else 200)  # fmt: skip


def _preview(subject: actions.Subject, receivers: list[User]) -> dict[str, Any]:
    """What each would get, and what he has already."""
    shares = actions.plan(subject, receivers)
    counted: dict[int, Counter[str]] = {person.pk: Counter() for person in receivers}
    for thing, pk in shares.items():
        counted[pk][thing.kind] += 1
    load = sharing.loads(receivers)
    rows = [
        {
            "person": person,
            "words": actions.in_words(counted[person.pk]) or "—",
            "before": load[person.pk],
            "after": load[person.pk] + sum(sharing.WEIGHTS[Handed(kind)] * n for kind, n in counted[person.pk].items()),
        }
        for person in receivers
    ]  # fmt: skip
    whole = contents.counts(subject.things)
    return {
        "rows": rows,
        "words": actions.in_words(whole),
        "nothing": not subject.things,
    }
