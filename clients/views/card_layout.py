"""Settings: how the card is arranged for each role."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients import layout
from clients.actions import own_fields as actions
from clients.models import Client, Dimension
from clients.views.cards import card_context
from salesexpert.accounts.models import Role
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

manages = permission_required("clients.manage_own_fields", raise_exception=True)
_MOST = 400


def _role(text: str) -> Role | None:
    """The role asked for; None for “everyone else”."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Http404
    return get_object_or_404(Role, pk=text)


def _dimensions() -> list[tuple[int, str]]:
    return [(d.pk, str(d)) for d in Dimension.objects.in_use()]


def _typed(request: SignedRequest) -> dict[str, list[str]]:
    """The arrangement that stands on the page: each list in its order, hidden is what is not ticked."""
    post = request.POST
    lists = {
        key: list(dict.fromkeys(name[:80] for name in post.getlist(key)[:_MOST]))
        for key in ("main", "side", "lines")
    }
    shown, shown_lines = set(post.getlist("shown")), set(post.getlist("shown_line"))
    blocks = [n for n in (*lists["main"], *lists["side"]) if n != layout.HISTORY]
    return {
        **lists,
        "hidden": [n for n in blocks if n not in shown],
        "hidden_lines": [n for n in lists["lines"] if n not in shown_lines],
    }


def _move(typed: dict[str, list[str]], move: str) -> None:
    """`up:people`, `down:inn` within a list; `over:people` to the other column."""
    deed, _colon, name = move.partition(":")
    key = next((k for k in ("main", "side", "lines") if name in typed[k]), "")
    if not key:
        return
    names = typed[key]
    at = names.index(name)
    if deed == "over" and key != "lines" and name != layout.HISTORY:
        names.remove(name)
        typed["side" if key == "main" else "main"].insert(0, name)
        return
    to = {"up": at - 1, "down": at + 1}.get(deed, at)
    if 0 <= to < len(names):
        names[at], names[to] = names[to], names[at]


@require_http_methods(["GET", "POST"])
@manages
def card_layout(request: SignedRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    role = _role(given.get("role", ""))
    key = role.pk if role else None
    kept = layout.kept()
    was = kept.get(key)
    saved: Any = was if was is not None else kept.get(None, {})
    error, status = "", 200
    if request.method == "POST":
        typed = _typed(request)
        saved = typed
        if move := request.POST.get("move", ""):
            _move(typed, move)
        else:
            try:
                actions.arrange_card(
                    role=role,
                    layout=layout.arranged(typed, _dimensions()).as_json(),
                    was=_read(request.POST.get("was", "")),
                    by=request.user,
                    at=timezone.now(),
                )
            except DomainError as refusal:
                error, status = str(refusal), 422
            else:
                messages.success(request, _("The card is arranged."))
                return redirect(_address(role))
    context = {
        "role": role,
        "roles": [(r, r.pk in kept) for r in Role.objects.order_by("position", "pk")],
        "own": was is not None,
        "others": None in kept,
        "was": json.dumps(was, ensure_ascii=False),
        "arranged": layout.arranged(saved, _dimensions()),
        "error": error,
    }
    return render(request, "clients/card_layout.html", context, status=status)


def _read(text: str) -> Any:
    try:
        found = json.loads(text or "null")
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _address(role: Role | None) -> str:
    address = reverse("clients:card_layout")
    return f"{address}?role={role.pk}" if role else address


@require_POST
@manages
def card_layout_reset(request: SignedRequest) -> HttpResponse:
    role = _role(request.POST.get("role", ""))
    actions.reset_card(role=role, by=request.user, at=timezone.now())
    messages.success(request, _("The card is as everyone has it.") if role else _("The card is as the product brings it."))  # fmt: skip
    return redirect(_address(role))


@require_POST
@manages
@permission_required("clients.view_client", raise_exception=True)
def card_layout_preview(request: SignedRequest) -> HttpResponse:
    """A real card drawn by the arrangement on the page; nothing is saved."""
    role = _role(request.POST.get("role", ""))
    clients = Client.objects.visible_to(request.user).live().for_card()
    client = (
        clients.order_by("-last_contact_at", "-pk")
        .filter(last_contact_at__isnull=False)
        .first()
        or clients.order_by("-pk").first()
    )
    if client is None:
        messages.info(request, _("There is no card yet to show it on."))
        return redirect(_address(role))
    typed = _typed(request)
    shown = layout.shown(typed)
    context = {
        **card_context(request, client, typed),
        "preview": role or _("Everyone else"),
        "panels_query": f"?show={','.join(shown.panels)}",
    }
    return render(request, "clients/card.html", context)
