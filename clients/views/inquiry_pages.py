"""One inquiry: its page and what becomes of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import inquiry_matching, searching
from clients.actions import inquiries as actions
from clients.actions import inquiry_clients
from clients.actions.clients import LooksKnown
from clients.forms.inquiries import (
    AsideForm,
    FinishForm,
    GiveForm,
    JoinForm,
    NoteForm,
    OriginForm,
)
from clients.models import Client, Inquiry, InquiryEntry
from clients.similar import as_told_to
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import done, go_to, render_part

EVENT = "inquiry-changed"
may_work = permission_required(
    ["clients.view_inquiry", "clients.change_inquiry"], raise_exception=True
)


def inquiry_or_404(request: SignedRequest, pk: int) -> Inquiry:
    """The inquiry by id if the signed-in user may read it; a stranger's is as absent as one that never was."""
    return get_object_or_404(Inquiry.objects.visible_to(request.user).for_page(), pk=pk)


@require_GET
@permission_required("clients.view_inquiry", raise_exception=True)
def inquiry(request: SignedRequest, pk: int) -> HttpResponse:
    context = page_context(request, inquiry_or_404(request, pk))
    return render_part(request, "clients/inquiry.html", "whole", context)


def page_context(request: SignedRequest, inquiry: Inquiry) -> dict[str, Any]:
    user = request.user
    mine = inquiry.responsible_id == user.pk
    may_change = user.has_perm("clients.change_inquiry")
    entries = list(inquiry.entries.select_related("by"))
    matches = None
    if inquiry.is_open and inquiry.client_id is None:
        matches = inquiry_matching.matches_of(inquiry, user)
    return {
        "inquiry": inquiry,
        "entries": entries,
        "products": list(inquiry.products.all()),
        "matches": matches,
        "like": matches.inquiries if matches else inquiry_matching.like(inquiry, user),
        "note_form": NoteForm(initial={"kind": "call"}),
        "now": timezone.now(),
        "received": _as_it_came(inquiry),
        "marks": [(inquiry._meta.get_field(n).verbose_name, v) for n in actions.MARKS if (v := getattr(inquiry, n))],  # type: ignore[union-attr]
        "can": {
            "work": may_change and inquiry.is_open,
            "take": may_change and inquiry.is_open and not (mine and inquiry.taken_at),
            "give": inquiry.is_open and may_change and (mine or user.has_perm(actions.ASSIGNS)),
            "reopen": may_change and not inquiry.is_open,
            "card": user.has_perm("clients.add_client"),
            "join": user.has_perm("clients.view_client"),
            "deal": user.has_perm("deals.add_deal"),
            "read_client": inquiry.client_id is not None
            and Client.objects.visible_to(user).filter(pk=inquiry.client_id).exists(),
        },
    }  # fmt: skip


def _as_it_came(inquiry: Inquiry) -> list[tuple[str, str]]:
    """Fields exactly as they were sent or typed, for whoever doubts what was made of them."""
    found: list[tuple[str, str]] = []
    for name, value in inquiry.received.items():
        if isinstance(value, dict):
            found += [(str(k), str(v)) for k, v in value.items() if v not in ("", None)]
        elif value not in ("", None):
            found.append((str(name), str(value)))
    return found


def _posted(request: SignedRequest) -> Any:
    """What was posted: an empty form is a form too."""
    return request.POST if request.method == "POST" else None


@require_POST
@may_work
def take(request: SignedRequest, pk: int) -> HttpResponse:
    inquiry = inquiry_or_404(request, pk)
    try:
        actions.take(inquiry.pk, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.warning(request, str(error))
    return go_to(request, "clients:inquiry", inquiry.pk)


def _dialog(
    request: SignedRequest,
    inquiry: Inquiry,
    form: Any,
    *,
    title: str,
    submit: str,
    about: str = "",
    template: str = "clients/inquiry_dialog.html",
    **more: Any,
) -> HttpResponse:
    context = {
        "inquiry": inquiry,
        "form": form,
        "title": title,
        "submit": submit,
        "about": about,
        "address": request.path,
        **more,
    }
    status = 422 if request.method == "POST" else 200
    return render_part(request, template, "dialog", context, status=status)


@require_http_methods(["GET", "POST"])
@may_work
def give(request: SignedRequest, pk: int) -> HttpResponse:
    inquiry = inquiry_or_404(request, pk)
    form = GiveForm(_posted(request), initial={"to": inquiry.responsible_id})
    if request.method == "POST" and form.is_valid():
        try:
            actions.give(inquiry.pk, to=form.cleaned_data["to"], by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error("to", str(error))
        else:
            return _gone_or_done(request, inquiry)
    return _dialog(request, inquiry, form, title=_("Give to a colleague"), submit=_("Give"))  # fmt: skip


def _gone_or_done(request: SignedRequest, inquiry: Inquiry) -> HttpResponse:
    """Back to the page; whoever may not read what he gave away goes to the list."""
    if Inquiry.objects.visible_to(request.user).filter(pk=inquiry.pk).exists():
        return done(request, inquiry, event=EVENT)
    return go_to(request, "clients:inquiries")


@require_http_methods(["GET", "POST"])
@may_work
def correct(request: SignedRequest, pk: int) -> HttpResponse:
    inquiry = inquiry_or_404(request, pk)
    form = OriginForm(_posted(request), inquiry=inquiry)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(inquiry.pk, values=form.cleaned_data, by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, inquiry, event=EVENT)
    return _dialog(request, inquiry, form, title=_("Who asked and from where"), submit=_("Save"))  # fmt: skip


@require_http_methods(["GET", "POST"])
@may_work
def note(request: SignedRequest, pk: int) -> HttpResponse:
    """Write down a call, a letter, a note, with a file if there is one."""
    inquiry = inquiry_or_404(request, pk)
    form = NoteForm(_posted(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            inquiry_clients.note(
                inquiry.pk,
                kind=given["kind"],
                text=given["text"],
                upload=given["file"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error("text", str(error))
        else:
            return go_to(request, inquiry)
    context = {**page_context(request, inquiry), "note_form": form}
    if request.method == "POST":
        return render_part(request, "clients/inquiry.html", "note", context, status=422)
    return render(request, "clients/inquiry.html", context)


@require_http_methods(["GET", "POST"])
@may_work
def put_aside(request: SignedRequest, pk: int) -> HttpResponse:
    inquiry = inquiry_or_404(request, pk)
    form = AsideForm(_posted(request), like=inquiry_matching.like(inquiry, request.user))  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            actions.put_aside(
                inquiry.pk,
                why=given["why"],
                outcome=given["outcome"],
                repeats=given.get("repeats"),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, inquiry, event=EVENT)
    return _dialog(request, inquiry, form, title=_("Put aside as not ours"), submit=_("Put aside"))  # fmt: skip


@require_POST
@may_work
def reopen(request: SignedRequest, pk: int) -> HttpResponse:
    inquiry = inquiry_or_404(request, pk)
    actions.reopen(inquiry.pk, by=request.user, at=timezone.now())
    return go_to(request, inquiry)


@require_http_methods(["GET", "POST"])
@may_work
def finish(request: SignedRequest, pk: int) -> HttpResponse:
    """Close what became a client but no deal yet."""
    inquiry = inquiry_or_404(request, pk)
    form = FinishForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            inquiry_clients.finish(inquiry.pk, outcome=form.cleaned_data["outcome"], by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, inquiry, event=EVENT)
    about = _("The client stays with his card and history; no deal is opened now.")
    return _dialog(request, inquiry, form, title=_("Close without a deal"), submit=_("Close the inquiry"), about=about)  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required(
    ["clients.view_inquiry", "clients.change_inquiry", "clients.view_client"],
    raise_exception=True,
)
def join(request: SignedRequest, pk: int, client_pk: int) -> HttpResponse:
    """Join to a card that is there."""
    inquiry = inquiry_or_404(request, pk)
    client = get_object_or_404(
        Client.objects.visible_to(request.user).select_related("legal_form"),
        pk=client_pk,
    )
    form = JoinForm(_posted(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            inquiry_clients.join(
                inquiry.pk,
                client=client,
                by=request.user,
                at=timezone.now(),
                step=form.step(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Joined to “%s”.") % client)
            return go_to(request, inquiry)
    about = _("The person, numbers, products and origin fill what the card lacks; what came and what was done go into its history.")  # fmt: skip
    return _dialog(request, inquiry, form, title=_("Join to “%s”") % client, submit=_("Join"), about=about)  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required(
    ["clients.view_inquiry", "clients.change_inquiry", "clients.add_client"],
    raise_exception=True,
)
def open_card(request: SignedRequest, pk: int) -> HttpResponse:
    """A new card of who asked; cards that may be the same are named first."""
    inquiry = inquiry_or_404(request, pk)
    form = JoinForm(_posted(request), user=request.user)
    known: list[Any] = []
    others = _ids(request.POST.get("others", ""))
    if request.method == "POST" and form.is_valid():
        try:
            inquiry_clients.open_card(
                inquiry.pk,
                firm=inquiry_clients.firm_of(inquiry),
                by=request.user,
                at=timezone.now(),
                others=others,
                step=form.step(),
            )
        except LooksKnown as error:
            known = as_told_to(request.user, error.similar)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The card is open."))
            return go_to(request, inquiry)
    others |= {found.client.pk for found in known}
    return _dialog(
        request,
        inquiry,
        form,
        title=_("New client: %s") % inquiry,
        submit=_("This is another client: open the card") if known else _("Open the card"),
        known=known,
        others=",".join(map(str, sorted(others))),
    )  # fmt: skip


def _ids(text: str) -> set[int]:
    return {int(t) for t in text.split(",")[:50] if t.isascii() and t.isdigit() and len(t) < 19}  # fmt: skip


@require_GET
@permission_required("clients.view_inquiry", raise_exception=True)
def find_client(request: SignedRequest, pk: int) -> HttpResponse:
    """Cards by a few letters, to be joined to."""
    inquiry = inquiry_or_404(request, pk)
    query = searching.read_query(" ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200])  # fmt: skip
    found: list[Client] = []
    if query is not None and request.user.has_perm("clients.view_client"):
        rows = Client.objects.visible_to(request.user).live()
        likely = searching.likeliest(rows, query, (), size=8)
        cards = rows.select_related("legal_form", "curator").in_bulk([row["pk"] for row in likely])  # fmt: skip
        found = [cards[row["pk"]] for row in likely if row["pk"] in cards]
    context = {"inquiry": inquiry, "found": found, "asked": query is not None}
    return render(request, "clients/inquiry_found.html", context)


@require_GET
@permission_required("clients.view_inquiry", raise_exception=True)
def entry_file(request: SignedRequest, pk: int, entry_pk: int) -> HttpResponseBase:
    inquiry = inquiry_or_404(request, pk)
    entry = get_object_or_404(InquiryEntry, pk=entry_pk, inquiry=inquiry)
    if not entry.file:
        raise Http404
    try:
        file = entry.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, content_type=entry.content_type)
    response["Content-Disposition"] = content_disposition_header(True, entry.file_name) or "attachment"  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    return response
