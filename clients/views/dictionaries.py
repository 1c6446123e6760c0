"""Settings pages of the dictionaries: one set for all of them."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import dictionaries, entry_moves, tasks
from clients.actions import bin as bin_actions
from clients.actions import dictionaries as actions
from clients.choices import Ladder
from clients.dictionaries import ALL, BY_SLUG, PAGE, Dictionary
from clients.forms.dictionaries import MergeForm, entry_form
from clients.models import ENTRY_UNDO, EntryMerge
from clients.references import CAP
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold
from salesexpert.core.http import htmx_of, render_part
from salesexpert.core.templatetags.look import plain_day

manages = permission_required("clients.manage_dictionaries", raise_exception=True)
CHANGED = "entries-changed"


def _dictionary(slug: str) -> Dictionary:
    if slug not in BY_SLUG:
        raise Http404
    return BY_SLUG[slug]


def _entry(slug: str, pk: int) -> tuple[Dictionary, Any]:
    found = _dictionary(slug)
    return found, get_object_or_404(found.model, pk=pk)


@require_GET
@manages
def hub(request: SignedRequest) -> HttpResponse:
    return render(request, "clients/dictionaries.html", {"dictionaries": ALL})


# ── one dictionary ───────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@manages
def dictionary(request: SignedRequest, slug: str) -> HttpResponse:
    """The entries in their order; posting adds one."""
    found = _dictionary(slug)
    owner, owners = _owner(request, found)
    if found.owner and owner is None and not found.loose and owners:
        owner = owners[0]
    form_class = entry_form(found, adding=True)
    form = form_class()
    status = 200
    if request.method == "POST":
        entry = found.model(**({found.owner: owner} if found.owner else {}))
        form = form_class(request.POST, instance=entry)
        if found.owner and owner is None and not found.loose:
            raise Http404
        if form.is_valid() and _done(form, found, request):
            if not htmx_of(request):
                messages.success(request, _("Added: “%s”.") % form.instance)
                return redirect(_address(found, owner))
            form = form_class()
            form.fields["name"].widget.attrs["autofocus"] = True
        else:
            status = 422
    context = {
        **_list_context(request, found, owner),
        "owners": owners,
        "form": form,
    }
    return render_part(
        request, "clients/dictionary.html", "entries", context, status=status
    )


def _done(form: Any, found: Dictionary, request: SignedRequest) -> bool:
    try:
        actions.save_entry(
            dictionary=found,
            entry=form.save(commit=False),
            by=request.user,
            at=timezone.now(),
        )
    except DomainError as error:
        form.add_error("name", str(error))
        return False
    return True


def _owner(request: HttpRequest, found: Dictionary) -> tuple[Any, list[Any]]:
    """Whose entries are asked for (`?of=`), and all who have some."""
    if not found.owner:
        return None, []
    owners = list(found.owner_model.objects.filter(merged_into=None)[:500])
    asked = request.GET.get("of", "")
    if not asked:
        return None, owners
    owner = next((o for o in owners if str(o.pk) == asked), None)
    if owner is None:
        raise Http404
    return owner, owners


def _address(found: Dictionary, owner: Any) -> str:
    address = reverse("clients:dictionary", args=[found.slug])
    return f"{address}?of={owner.pk}" if owner else address


def _list_context(
    request: HttpRequest, found: Dictionary, owner: Any
) -> dict[str, Any]:
    typed = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:100]
    merged = request.GET.get("show") == "merged"
    rows: Any = found.group(owner.pk if owner else None)
    rows = rows.filter(merged_into__isnull=not merged).select_related("merged_into")
    if typed:
        rows = rows.filter(
            Q(folded__contains=fold(typed)) | Q(name_en__icontains=typed)
        )
    rows = _after(found, rows, request.GET.get("after", ""))
    page = list(rows[: PAGE + 1])
    shown = page[:PAGE]
    until = _until(found, shown) if merged else {}
    return {
        "dictionary": found,
        "owner": owner,
        "address": _address(found, owner),
        "q": typed,
        "merged": merged,
        "entries": [
            {"row": row, "words": _words(found, row), "until": until.get(row.pk)}
            for row in shown
        ],
        "ids": ",".join(str(row.pk) for row in shown),
        "after": shown[-1].pk if len(page) > PAGE else None,
        "can_order": not typed and not merged,
        "running": _running(found),
    }


def _after(found: Dictionary, rows: models.QuerySet, after: str) -> models.QuerySet:
    """The page that begins behind an entry: by its place, not by a count."""
    if not (after.isascii() and after.isdigit() and len(after) < 19):
        return rows
    last = found.model.objects.filter(pk=after).first()
    if last is None:
        return rows
    names = [*found.model._meta.ordering, "pk"]
    wanted = Q()
    for number, name in enumerate(names):
        same = {other: getattr(last, other) for other in names[:number]}
        wanted |= Q(**same, **{f"{name}__gt": getattr(last, name)})
    return rows.filter(wanted)


def _words(found: Dictionary, row: Any) -> list[str]:
    """The further columns of an entry in words; the icon is drawn."""
    words = []
    for name in found.more:
        field = row._meta.get_field(name)
        value = getattr(row, name)
        if name in {"icon", "step"} or value in (None, "", False):
            continue
        if isinstance(field, models.BooleanField):
            words.append(str(field.verbose_name))
        elif isinstance(field, models.DateField):
            words.append(f"{field.verbose_name} {plain_day(value)}")
        elif name == "default_minutes":
            words.append(_("%d min") % value)
        else:
            words.append(str(value))
    if "step" in found.more:
        words.append(str(Ladder(row.step).label))
    return words


def _running(found: Dictionary) -> list[dict[str, Any]]:
    """Merges under way, with the names of both sides."""
    merges = list(
        EntryMerge.objects.filter(
            model=found.model._meta.model_name, finished_at=None
        ).order_by("pk")[:5]
    )
    ids = {pk for m in merges for pk in (m.source_id, m.target_id)}
    names = found.model.with_bin.in_bulk(ids) if ids else {}
    return [
        {
            "merge": m,
            "source": names.get(m.source_id),
            "target": names.get(m.target_id),
            "percent": min(99, 100 * m.moved // max(1, m.total)),
        }
        for m in merges
    ]


@require_GET
@manages
def usage(request: SignedRequest, slug: str) -> HttpResponse:
    """How often each shown entry is used: asked for after the page stands, for it goes through many tables."""
    found = _dictionary(slug)
    ids = [
        int(text)
        for text in request.GET.get("ids", "").split(",")[:PAGE]
        if text.isascii() and text.isdigit() and len(text) < 19
    ]
    parameter = dictionaries.list_parameter(found.model)
    owner_of = {}
    if found.slug == "values":
        owner_of = dict(
            found.model.objects.filter(pk__in=ids).values_list("pk", "dimension_id")
        )
    counts = dictionaries.usage_of(found.model, ids)
    rows = []
    for pk, number in counts.items():
        name = f"dimension_{owner_of[pk]}" if pk in owner_of else parameter
        url = f"{reverse('clients:list')}?{name}={pk}&archived_at=all" if name else ""
        rows.append({"pk": pk, "number": number, "more": number > CAP, "url": url})
    context = {"rows": rows, "cap": CAP}
    return render(request, "clients/dictionary_usage.html", context)


# ── one entry ────────────────────────────────────────────────────────────────────────────────────────────────────────


def _after_deed(
    request: SignedRequest, found: Dictionary, entry: Any, text: str = "", **events: Any
) -> HttpResponse:
    """The deed is done: htmx hears that the list changed, a browser without scripts sees the list again."""
    if not htmx_of(request):
        if text:
            messages.success(request, text)
        owner = getattr(entry, found.owner) if found.owner else None
        return redirect(_address(found, owner))
    response = HttpResponse(status=204)
    told: dict[str, Any] = {CHANGED: {}, "close-dialog": {}, **events}
    if text:
        told.setdefault("toast", {"text": text})
    response["HX-Trigger"] = json.dumps(told)
    return response


def _refused(
    request: SignedRequest, found: Dictionary, entry: Any, error: DomainError
) -> HttpResponse:
    if not htmx_of(request):
        messages.error(request, str(error))
        return _after_deed(request, found, entry)
    context = {"text": str(error), "dictionary": found, "entry": entry}
    response = render(request, "clients/dictionary_refused.html", context, status=422)
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
    return response


@require_http_methods(["GET", "POST"])
@manages
def entry_edit(request: SignedRequest, slug: str, pk: int) -> HttpResponse:
    found, entry = _entry(slug, pk)
    form = entry_form(found, adding=False)(request.POST or None, instance=entry)
    if request.method == "POST" and form.is_valid() and _done(form, found, request):
        return _after_deed(request, found, entry, _("Saved."))
    status = 422 if request.method == "POST" else 200
    context = {"dictionary": found, "entry": entry, "form": form}
    return render_part(
        request, "clients/dictionary_entry.html", "dialog", context, status=status
    )


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_POST
@manages
def entry_move(request: SignedRequest, slug: str, pk: int) -> HttpResponse:
    """One place up or down (`to`), or before or behind another entry of the page (`before`, `after`)."""
    found, entry = _entry(slug, pk)
    to = request.POST.get("to", "")
    if to in {"up", "down"}:
        actions.step_entry(dictionary=found, entry=entry, up=to == "up")
        return _after_deed(request, found, entry)
    actions.move_entry(
        dictionary=found,
        entry=entry,
        before=_id(request.POST.get("before", "")),
        after=_id(request.POST.get("after", "")),
    )
    return HttpResponse(status=204)


@require_POST
@manages
def sort(request: SignedRequest, slug: str) -> HttpResponse:
    found = _dictionary(slug)
    owner, _owners = _owner(request, found)
    actions.sort_by_name(dictionary=found, owner_id=owner.pk if owner else None)
    if htmx_of(request):
        return HttpResponse(status=204, headers={"HX-Trigger": CHANGED})
    return redirect(_address(found, owner))


@require_POST
@manages
def entry_retire(request: SignedRequest, slug: str, pk: int) -> HttpResponse:
    found, entry = _entry(slug, pk)
    now = timezone.now()
    try:
        if request.POST.get("back"):
            actions.take_up(entry=entry, by=request.user, at=now)
            text = _("“%s” is offered again.") % entry
        else:
            actions.retire(entry=entry, by=request.user, at=now)
            text = _("“%s” is retired: records that have it keep it.") % entry
    except DomainError as error:
        return _refused(request, found, entry, error)
    return _after_deed(request, found, entry, text)


@require_http_methods(["GET", "POST"])
@manages
def entry_merge(request: SignedRequest, slug: str, pk: int) -> HttpResponse:
    """Choose the successor, see what will move, merge."""
    found, entry = _entry(slug, pk)
    choices = _successors(found, entry)
    form = MergeForm(request.POST or None, choices=choices)
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["into"]
        try:
            merge, at_once = actions.merge_entries(
                source=entry, target=target, by=request.user, at=timezone.now()
            )
        except DomainError as error:
            form.add_error("into", str(error))
        else:
            if not at_once:
                tasks.move_merged_entries.delay_on_commit(merge_id=merge.pk)
            text = _("“%(name)s” is merged into “%(into)s”.") % {
                "name": entry,
                "into": target,
            }
            if not at_once:
                return _after_deed(request, found, entry, text)
            undo = {
                "url": reverse("clients:entry_unmerge", args=[found.slug, entry.pk]),
                "label": _("Undo"),
            }
            toast = {"text": text, "undo": undo}
            return _after_deed(request, found, entry, text, toast=toast)
    status = 422 if request.method == "POST" else 200
    context = {
        "dictionary": found,
        "entry": entry,
        "form": form,
        "moving": [
            {"label": capfirst(label), "number": number, "more": number > 10_000}
            for label, number in actions.moving(entry)
        ],
    }
    return render_part(
        request, "clients/dictionary_merge.html", "dialog", context, status=status
    )


@require_POST
@manages
def entry_unmerge(request: SignedRequest, slug: str, pk: int) -> HttpResponse:
    """Take the last merge of the entry back."""
    found, entry = _entry(slug, pk)
    merge = get_object_or_404(_undoable(found).filter(source_id=pk).order_by("-pk")[:1])
    try:
        merge = actions.ask_undo(merge=merge, by=request.user, at=timezone.now())
    except DomainError as error:
        return _refused(request, found, entry, error)
    if merge.total > actions.AT_ONCE:
        tasks.move_merged_entries.delay_on_commit(merge_id=merge.pk)
        text = _("“%s” is offered again; its records are on their way back.") % entry
        return _after_deed(request, found, entry, text)
    while not entry_moves.go_on(merge.pk, at=timezone.now()):
        pass
    merge.refresh_from_db()
    text = _("“%s” stands on its own again.") % entry
    if merge.left_alone:
        text += " " + ngettext(
            "%(number)s record was changed since and stays as it is.",
            "%(number)s records were changed since and stay as they are.",
            merge.left_alone,
        ) % {"number": merge.left_alone}
    return _after_deed(request, found, entry, text)


def _undoable(found: Dictionary) -> models.QuerySet[EntryMerge]:
    """Merges of this dictionary that can still be taken back."""
    return EntryMerge.objects.filter(
        model=found.model._meta.model_name,
        undo_asked_at=None,
        finished_at__isnull=False,
        asked_at__gte=timezone.now() - ENTRY_UNDO,
    )


def _until(found: Dictionary, rows: list[Any]) -> dict[int, Any]:
    """Until when the merges of these entries can be taken back, by entry."""
    merges = _undoable(found).filter(source_id__in=[row.pk for row in rows])
    return {m.source_id: m.asked_at + ENTRY_UNDO for m in merges.order_by("pk")}


def _successors(found: Dictionary, entry: Any) -> models.QuerySet:
    """Entries in use of the same group; what belongs to one kind may also become what fits all."""
    rows: Any = found.model.objects.in_use().exclude(pk=entry.pk)
    if found.owner:
        owner = getattr(entry, f"{found.owner}_id")
        same = Q(**{found.owner: owner})
        rows = rows.filter(same | Q(**{found.owner: None}) if found.loose else same)
    return rows


@require_POST
@manages
def entry_delete(request: SignedRequest, slug: str, pk: int) -> HttpResponse:
    """An entry that nothing names goes to the bin."""
    found, entry = _entry(slug, pk)
    try:
        thrown = bin_actions.throw_away(thing=entry, by=request.user, at=timezone.now())
    except DomainError as error:
        return _refused(request, found, entry, error)
    text = _("In the bin: %s.") % entry
    undo = {"url": reverse("clients:bin_restore", args=[thrown.pk]), "label": _("Undo")}
    return _after_deed(request, found, entry, text, toast={"text": text, "undo": undo})
