"""The bin: what was thrown away, taking it back, removing it for ever; and the deletions that fill it."""

import json
from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import dictionaries
from clients.actions import bin as actions
from clients.choices import BinKind
from clients.models import Activity, BinEntry, Client, ClientFile, Contact, Selection
from clients.views.answers import CHANGED, back
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold
from salesexpert.core.http import go_to, htmx_of, render_part

PAGE = 50
ICONS = {
    BinKind.CLIENT: "building",
    BinKind.CONTACT: "user",
    BinKind.ACTIVITY: "activity",
    BinKind.FILE: "file-text",
    BinKind.SELECTION: "bookmark",
    BinKind.ENTRY: "list",
    BinKind.DEAL: "layout-kanban",
}


@require_GET
@permission_required("clients.use_bin", raise_exception=True)
def bin_page(request: SignedRequest) -> HttpResponse:
    """What lies in the bin, newest first, by kind and by who threw it away."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in BinKind.values else ""
    rows = BinEntry.objects.visible_to(request.user).select_related("put_by")
    whole = request.user.has_perm("clients.use_whole_bin")
    mine = whole and request.GET.get("mine") == "1"
    if kind:
        rows = rows.filter(kind=kind)
    if mine:
        rows = rows.filter(put_by=request.user)
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]
    if typed:
        rows = rows.filter(_called(typed, kind))
    rows = rows.order_by("-put_at", "-pk")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        last = BinEntry.objects.filter(pk=before).first()
        if last:
            rows = rows.filter(
                models.Q(put_at__lt=last.put_at)
                | models.Q(put_at=last.put_at, pk__lt=last.pk)
            )
    page = list(rows[: PAGE + 1])
    context = {
        "entries": named(page[:PAGE]),
        "before": page[PAGE - 1].pk if len(page) > PAGE else None,
        "kind": kind,
        "kinds": BinKind.choices,
        "whole": whole,
        "mine": mine,
        "q": typed,
        "days": actions.KEPT_DAYS,
        "may_remove": request.user.has_perm("clients.purge_bin"),
        "today": timezone.localdate(),
    }
    return render_part(request, "clients/bin.html", "entries", context)


def _called(typed: str, kind: str) -> models.Q:
    """Things of that name, or on a card of that name; only what lies in the bin is looked through."""
    folded = models.Q(folded__contains=fold(typed))
    written: dict[str, list[tuple[Any, models.Q]]] = {
        BinKind.CLIENT: [(Client, folded | models.Q(name__icontains=typed))],
        BinKind.CONTACT: [(Contact, folded)],
        BinKind.ACTIVITY: [(Activity, models.Q(title__icontains=typed) | models.Q(summary__icontains=typed))],
        BinKind.FILE: [(ClientFile, models.Q(name__icontains=typed))],
        BinKind.SELECTION: [(Selection, models.Q(name__icontains=typed))],
        BinKind.ENTRY: [(d.model, folded | models.Q(name_en__icontains=typed)) for d in dictionaries.ALL],
    }  # fmt: skip
    wanted = models.Q(client__in=Client.with_bin.filter(folded))
    for sort, tables in written.items():
        if kind in ("", sort):
            for model, called in tables:
                things = model.with_bin.filter(called, bin__isnull=False).values("pk")
                wanted |= models.Q(model=model._meta.model_name, object_id__in=things)
    return wanted


def named(entries: list[BinEntry]) -> list[dict[str, Any]]:
    """Entries with the names of their things: one query for each sort of thing on the page, however many rows."""
    ids: dict[str, list[int]] = defaultdict(list)
    models_of: dict[str, Any] = {}
    for entry in entries:
        ids[entry.model].append(entry.object_id)
        models_of[entry.model] = actions.model_of(entry)
    things = {}
    for model, wanted in ids.items():
        known = models_of[model]
        rows = known.with_bin.filter(pk__in=wanted).fetch_mode(models.FETCH_PEERS)
        things[model] = {row.pk: row for row in rows}
    cards = {
        card.pk: card
        for card in Client.with_bin.filter(
            pk__in={e.client_id for e in entries if e.client_id}
        ).select_related("legal_form")
    }
    listed = []
    for entry in entries:
        thing = things[entry.model].get(entry.object_id)
        if thing is None:
            continue
        listed.append(
            {
                "entry": entry,
                "name": Truncator(str(thing)).chars(120),
                "icon": ICONS[BinKind(entry.kind)],
                "what": capfirst(str(thing._meta.verbose_name)),
                "of": cards.get(entry.client_id or 0)
                if entry.kind != BinKind.CLIENT
                else None,
                "more": Truncator(getattr(thing, "summary", "") or getattr(thing, "note", "")).chars(90)
                if entry.kind == BinKind.ACTIVITY
                else "",
            }
        )  # fmt: skip
    return listed


def absent(request: SignedRequest, model: type[models.Model], pk: int) -> HttpResponse:
    """What stands where a card was: that it is in the bin, to whom may see it there; else that there is nothing."""
    entry = (
        BinEntry.objects.visible_to(request.user)
        .filter(model=model._meta.model_name, object_id=pk)
        .select_related("put_by")
        .first()
    )
    if entry is None:
        raise Http404
    row = named([entry])[0]
    return render(request, "clients/in_bin.html", {"row": row}, status=404)


def _entry(request: SignedRequest, pk: int) -> BinEntry:
    return get_object_or_404(BinEntry.objects.visible_to(request.user), pk=pk)


@require_POST
def restore(request: SignedRequest, pk: int) -> HttpResponse:
    """Who threw a thing away may take it back at once; the bin itself is a right."""
    entry = _entry(request, pk)
    user = request.user
    if entry.put_by_id != user.pk and not user.has_perm("clients.use_bin"):
        raise PermissionDenied
    try:
        thing = actions.take_back(entry=entry, by=user, at=timezone.now())
    except DomainError as error:
        return _said(request, str(error), to=reverse("clients:bin"), bad=True)
    text = _("Taken back: %s.") % Truncator(str(thing)).chars(80)
    return _said(request, text, to=_home(thing, user))


def _home(thing: models.Model, user: User) -> str:
    """Where a thing that came back is seen."""
    if page := getattr(thing, "get_absolute_url", None):
        return str(page())
    client = getattr(thing, "client", None)
    if client is not None and Client.objects.visible_to(user).filter(pk=client.pk).exists():  # fmt: skip
        return client.get_absolute_url()
    return reverse("clients:bin" if user.has_perm("clients.use_bin") else "desk:day")


def _said(
    request: SignedRequest, text: str, *, to: str, bad: bool = False
) -> HttpResponse:
    """Htmx stays where it is and shows a toast; a browser without scripts goes on to `to`."""
    if not htmx_of(request):
        (messages.error if bad else messages.success)(request, text)
        return go_to(request, to)
    response = HttpResponse(status=204)
    told = {
        "toast": {"text": text, "bad": bad},
        "bin-changed": {},
        "entries-changed": {},
        "files-changed": {},
        CHANGED: {},
    }
    response["HX-Trigger"] = json.dumps(told)
    return response


@require_POST
@permission_required(["clients.use_bin", "clients.purge_bin"], raise_exception=True)
def remove(request: SignedRequest, pk: int) -> HttpResponse:
    entry = _entry(request, pk)
    try:
        actions.remove(entry=entry, by=request.user, at=timezone.now())
    except DomainError as error:
        return _said(request, str(error), to=reverse("clients:bin"), bad=True)
    return _said(request, _("Removed for ever."), to=reverse("clients:bin"))


# ── what fills it ────────────────────────────────────────────────────────────────────────────────────────────────────


def thrown(request: SignedRequest, entry: BinEntry, text: str, *, to: str) -> HttpResponse:  # fmt: skip
    """Tell what went into the bin, with the way back: on the page where one is, or on the one one goes to."""
    undo = reverse("clients:bin_restore", args=[entry.pk])
    if not htmx_of(request) or entry.kind in {BinKind.CLIENT, BinKind.CONTACT, BinKind.SELECTION}:  # fmt: skip
        messages.success(request, text, extra_tags=undo)
        return go_to(request, to)
    response = HttpResponse(status=204)
    told = {
        "toast": {"text": text, "undo": {"url": undo, "label": _("Undo")}},
        "close-dialog": {},
        "files-changed": {},
        CHANGED: {},
    }
    response["HX-Trigger"] = json.dumps(told)
    return response


@require_http_methods(["GET", "POST"])
@permission_required(
    ["clients.view_client", "clients.delete_client"], raise_exception=True
)
def client_delete(request: SignedRequest, pk: int) -> HttpResponse:
    """Says what would go along, then throws the card away."""
    client = get_object_or_404(
        Client.objects.visible_to(request.user).select_related("legal_form"), pk=pk
    )
    refusal = ""
    if request.method == "POST":
        try:
            entry = actions.throw_away(thing=client, by=request.user, at=timezone.now())
        except DomainError as error:
            refusal = str(error)
        else:
            text = _("In the bin: %s.") % client
            return thrown(request, entry, text, to=reverse("clients:list"))
    context = {
        "client": client,
        "hangs": actions.outside(client),
        "along": actions.goes_along(client),
        "holds": actions.holds(client),
        "refusal": refusal,
        "days": actions.KEPT_DAYS,
        "may_archive": client.archived_at is None
        and request.user.has_perm("clients.archive_client"),
    }
    status = 422 if refusal else 200
    return render_part(
        request, "clients/client_delete.html", "dialog", context, status=status
    )


@require_POST
@permission_required(
    ["clients.view_contact", "clients.delete_contact"], raise_exception=True
)
def contact_delete(request: SignedRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)
    entry = actions.throw_away(thing=person, by=request.user, at=timezone.now())
    text = _("In the bin: %s.") % person
    return thrown(request, entry, text, to=reverse("clients:contacts"))


@require_POST
@permission_required(
    ["clients.view_activity", "clients.delete_activity"], raise_exception=True
)
def activity_delete(request: SignedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        Activity.objects.visible_to(request.user).select_related("client", "kind"), pk=pk
    )  # fmt: skip
    home = reverse("clients:card", args=[row.client_id]) if row.client_id else "/"
    try:
        entry = actions.throw_away(thing=row, by=request.user, at=timezone.now())
    except DomainError as error:
        if htmx_of(request):
            response = render(
                request, "clients/activity_refused.html", {"row": row, "error": str(error)}, status=422
            )  # fmt: skip
            return response
        messages.error(request, str(error))
        return go_to(request, back(request, home))
    text = _("In the bin: %s.") % row
    return thrown(request, entry, text, to=back(request, home))
