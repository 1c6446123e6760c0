"""Writing inquiries down: one in one go, or a list pasted or out of a file."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from clients import inquiry_lines
from clients.actions import inquiry_entry as actions
from clients.actions.clients import LooksKnown
from clients.duplicates import find_similar
from clients.forms.inquiries import PEOPLE_ROWS, InquiryForm
from clients.forms.inquiry_lists import ListForm
from clients.models import Client
from clients.similar import as_told_to
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part

may_write = permission_required(
    ["clients.view_inquiry", "clients.add_inquiry"], raise_exception=True
)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return uuid4()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_http_methods(["GET", "POST"])
@may_write
def inquiry_new(request: SignedRequest) -> HttpResponse:
    """Client, contact persons, what was said, products, next step: one page, and nothing typed is ever lost."""
    post = request.method == "POST"
    user = request.user
    form = InquiryForm(
        request.POST if post else None, user=user, initial=_proposed(request)
    )
    token = _key(request.POST.get("token", ""))
    to_inbox = request.POST.get("to") == "inbox" or not user.has_perm(
        "clients.change_inquiry"
    )
    chosen = _number(request.POST.get("client_id", ""))
    client = _client(request, chosen)
    others = _numbers(request.POST.get("others", ""))
    known: list[Any] = []
    if post and form.is_valid():
        try:
            inquiry = actions.write_down(
                form.said(),
                by=user,
                at=timezone.now(),
                firm=form.firm(),
                people=form.persons(),
                client=client,
                others=others,
                step=form.step(),
                to_inbox=to_inbox,
                key=token,
            )
        except LooksKnown as error:
            known = as_told_to(user, error.similar)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Written down."))
            return go_to(request, inquiry)
    found = known or (_similar(request) if post else [])
    context = {
        "form": form,
        "token": token,
        "known": known,
        "found": found,
        "chosen": client.pk if client else None,
        "others": ",".join(map(str, sorted(others | {f.client.pk for f in known}))),
        "may_card": user.has_perm("clients.add_client")
        and user.has_perm("clients.change_inquiry"),
        "may_join": user.has_perm("clients.change_inquiry"),
    }
    return render(request, "clients/inquiry_new.html", context, status=422 if post else 200)  # fmt: skip


def _proposed(request: SignedRequest) -> dict[str, str]:
    """What an address brings: a call's number, a name typed in the palette."""
    given = {k: str(v).replace("\x00", "")[:300] for k, v in request.GET.items()}
    return {
        "p0-phone": given.get("phone", "")[:80],
        "p0-name": given.get("name", "")[:200],
        "p0-email": given.get("email", "")[:254],
        "company": given.get("company", ""),
        "channel": given.get("channel", "call"),
    }


def _client(request: SignedRequest, pk: int | None) -> Client | None:
    if pk is None:
        return None
    return get_object_or_404(Client.objects.visible_to(request.user).live(), pk=pk)


def _numbers(text: str) -> set[int]:
    return {pk for part in text.split(",")[:50] if (pk := _number(part)) is not None}


def _similar(request: SignedRequest) -> list[Any]:
    given = request.POST if request.method == "POST" else request.GET
    typed = {k: str(v).replace("\x00", "")[:300] for k, v in given.items()}

    def of(part: str) -> list[str]:
        return [v for n in range(PEOPLE_ROWS) if (v := typed.get(f"p{n}-{part}", "").strip())]  # fmt: skip

    inn = "".join(c for c in typed.get("inn", "") if c.isdigit())
    name = typed.get("company", "").strip()
    if not (name or inn or of("phone") or of("email")):
        return []
    similar = find_similar(name=name, inn=inn, phones=of("phone"), emails=of("email"))
    return as_told_to(request.user, similar)


@require_GET
@may_write
def inquiry_similar(request: SignedRequest) -> HttpResponse:
    """Asked while it is typed: cards to which it may be joined."""
    context = {
        "found": _similar(request),
        "chosen": _number(request.GET.get("client_id", "")),
        "may_join": request.user.has_perm("clients.change_inquiry"),
    }
    return render(request, "clients/inquiry_similar.html", context)


@require_http_methods(["GET", "POST"])
@may_write
def list_entry(request: SignedRequest) -> HttpResponse:
    """Lines pasted from a table, a letter, a note; a verdict on each, then the good ones are taken in."""
    post = request.method == "POST"
    form = ListForm(
        request.POST if post else None, request.FILES or None, user=request.user
    )
    lines: list[inquiry_lines.Line] = []
    if post and form.is_valid():
        lines = inquiry_lines.read(form.cleaned_data["lines"], known=form.known_words())
        inquiry_lines.judge(lines)
        good = [line for line in lines if line.is_good]
        if request.POST.get("what") == "take" and good:
            made = inquiry_lines.take_in(
                good,
                terms=form.terms(),
                by=request.user,
                at=timezone.now(),
            )
            left = len(lines) - made
            messages.success(request, ngettext("%d inquiry taken in.", "%d inquiries taken in.", made) % made)  # fmt: skip
            if left:
                messages.warning(request, ngettext("%d line was left out.", "%d lines were left out.", left) % left)  # fmt: skip
            return redirect("clients:inquiries")
    context = {
        "form": form,
        "lines": lines,
        "good": sum(line.is_good for line in lines),
        "text": form.text_again(),
        "most": inquiry_lines.MOST_LINES,
    }
    status = 422 if post and not lines else 200
    return render_part(request, "clients/inquiry_list.html", "whole", context, status=status)  # fmt: skip
