"""Questions kept: the list with folders, saving, versions, the clients of a cell, counting in the background."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from analytics.actions import queries as actions
from analytics.forms.queries import FreezeForm, SaveForm
from analytics.models import FavouriteQuery, QueryRun, RunState, SavedQuery
from analytics.queries import catalogue, guarding, keeping, running, wording
from analytics.queries.question import Question, Unreadable, pack
from analytics.views import query_answers
from analytics.views.query_state import State, may_ask, state_of, today
from clients.actions import selections
from clients.models import Client
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_dialog

Ready = dict[str, list[SavedQuery]]


@require_GET
@may_ask
def index(request: SignedRequest) -> HttpResponse:
    """All that he may open: favourites, his own and shared ones by folders, what came with the product."""
    user = request.user
    stars = FavouriteQuery.objects.filter(query=OuterRef("pk"), user=user)
    rows = list(
        SavedQuery.objects.visible_to(user)
        .select_related("owner")
        .annotate(starred=Exists(stars))
        .order_by("folder", "name", "pk")[:1000]
    )
    allowed = {s.name: s for s in catalogue.allowed(user)}
    for row in rows:
        row.subject = allowed.get(str(row.question.get("subject", "")))
    shown = [row for row in rows if row.subject is not None]
    folders: dict[str, list[SavedQuery]] = {}
    for row in shown:
        if not row.ready:
            folders.setdefault(row.folder, []).append(row)
    ready: dict[str, list[SavedQuery]] = {}
    for row in shown:
        if row.ready:
            ready.setdefault(row.folder, []).append(row)
    context = {
        "favourites": [row for row in shown if row.starred],
        "folders": list(folders.items()),
        "ready": list(ready.items()),
        "subjects": [(s.name, s.label, s.icon) for s in allowed.values()],
        "runs": QueryRun.objects.filter(user=user).defer("result")[:5],
        "nothing": not shown,
    }
    return render(request, "analytics/queries.html", context)


# ── saving ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@may_ask
def save(request: SignedRequest) -> HttpResponse:
    """A dialog. One's own question gets a further version; another's, or `copy`, becomes one's own copy."""
    state, user = state_of(request), request.user
    params = request.POST if request.method == "POST" else request.GET
    own = state.saved if state.saved and state.saved.owner_id == user.pk else None
    copy = own is None or "copy" in params
    of = None if copy else own
    source = state.saved
    initial: dict[str, Any] = {"asked": state.question.period.asked}
    if source is not None:
        name = source.name if not copy else _("%s (copy)") % source.name
        initial |= {"name": name, "folder": source.folder, "description": source.description}  # fmt: skip
        if of is not None:
            initial |= {"for_everyone": source.for_everyone, "roles": source.roles.all()}  # fmt: skip
    form = SaveForm(request.POST if request.method == "POST" else None, user=user, of=of, initial=initial)  # fmt: skip
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        asked = replace(state.question.period, asked=given.pop("asked"))
        question = replace(state.question, period=asked)
        now = timezone.now()
        try:
            if of is None:
                made = actions.keep(question=question, by=user, at=now, of=source, **given)  # fmt: skip
            else:
                made = actions.change(query=of, question=question, by=user, at=now, seen=state.seen, **given)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return go_to(request, made)
    if of is not None:
        of.refresh_from_db(fields=["version"])
    context = {
        "form": form,
        "state": state,
        # Who has read of the other version may save his over it.
        "origin": replace(state, seen=None).origin,
        "meanwhile": actions.meanwhile(of, state.seen) if of and not form.is_bound else "",
        "copy": copy,
        "folders": SavedQuery.objects.visible_to(user).exclude(folder="").order_by("folder").values_list("folder", flat=True).distinct()[:50],
    }  # fmt: skip
    return render_dialog(request, "analytics/query_save.html", context, title=_("Save the query"), status=422 if form.is_bound else 200)  # fmt: skip


def _visible(request: SignedRequest, pk: int) -> SavedQuery:
    found: SavedQuery = get_object_or_404(SavedQuery.objects.visible_to(request.user), pk=pk)  # fmt: skip
    return found


@require_POST
@may_ask
def favourite(request: SignedRequest, pk: int) -> HttpResponse:
    query = _visible(request, pk)
    shines = actions.favour(query=query, by=request.user)
    return render(request, "analytics/query_star.html", {"query": query, "starred": shines})  # fmt: skip


@require_POST
@may_ask
def remove(request: SignedRequest, pk: int) -> HttpResponse:
    query = get_object_or_404(SavedQuery.objects.changeable_by(request.user), pk=pk)
    actions.remove(query=query, by=request.user, at=timezone.now())
    response = go_to(request, "analytics:queries")
    toast = {"text": _("Removed: %s.") % query, "undo": {"url": reverse("analytics:query_restore", args=[pk]), "label": _("Bring back")}}  # fmt: skip
    if response.status_code == 204 and "list" in request.POST:
        del response["HX-Redirect"]
        response.status_code = 200
        response["HX-Trigger"] = json.dumps({"toast": toast})
    return response


@require_POST
@may_ask
def restore(request: SignedRequest, pk: int) -> HttpResponse:
    query = get_object_or_404(SavedQuery, pk=pk, owner=request.user)
    actions.restore(query=query, by=request.user, at=timezone.now())
    return go_to(request, "analytics:queries")


@require_GET
@may_ask
def versions(request: SignedRequest, pk: int) -> HttpResponse:
    """How the question stood after each change, and who changed it; each opens as it was."""
    query = _visible(request, pk)
    rows = []
    for version in query.versions.select_related("by")[:50]:
        try:
            question = Question.read(version.question)
        except Unreadable:
            continue
        address = f"{query.get_absolute_url()}?q={pack(question)}"
        rows.append((version, wording.plain(question, today()), address))
    return render(request, "analytics/query_versions.html", {"query": query, "rows": rows})  # fmt: skip


# ── the clients of a cell ────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@may_ask
@permission_required("clients.view_client", raise_exception=True)
def freeze(request: SignedRequest) -> HttpResponse:
    """The clients behind a figure as a list that does not change, with the sentence that made it."""
    state, cell, user = state_of(request), query_answers.cell_of(request), request.user
    form = FreezeForm(request.POST if request.method == "POST" else None)
    given = request.POST if request.method == "POST" else request.GET
    keep = [(name, given.getlist(name)) for name in ("q", "saved", "row", "col", "m")]
    context: dict[str, Any] = {"form": form, "state": state, "keep": keep}
    try:
        with guarding.limited(guarding.FOREGROUND_MS, guarding.RECORDS):
            rows, known = query_answers.rows_behind(state, cell, user)
            subject = catalogue.subjects()[state.question.subject]
            ids = rows.exclude(**{f"{subject.client}__isnull": True}).values(subject.client)  # fmt: skip
            clients = Client.objects.visible_to(user).filter(pk__in=ids)
            told = query_answers.cell_words(state, cell, known, user)
            sentence = wording.plain(state.question, today())
            sentence = f"{sentence} {told}".strip()
            context |= {"sentence": sentence, "count": clients.count()}
            if request.method == "POST" and form.is_valid():
                made = selections.freeze(clients=clients, name=form.cleaned_data["name"], sentence=sentence, by=user, at=timezone.now())  # fmt: skip
                return go_to(request, f"{reverse('clients:list')}?{made.parameters}")
    except running.Refused as error:
        context["faults"] = error.faults
    except selections.NameIsTaken as error:
        form.add_error("name", str(error))
    except DomainError as error:
        context["faults"] = [str(error)]
    return render_dialog(request, "analytics/query_freeze.html", context, title=_("Clients as a selection"), status=422 if form.is_bound else 200)  # fmt: skip


# ── in the background ────────────────────────────────────────────────────────────────────────────────────────────────


@require_POST
@may_ask
def background(request: SignedRequest) -> HttpResponse:
    """Begin it. `here`: its progress, and then the answer, stand in the place of the answer on the page that asked."""
    state = state_of(request)
    name = str(state.saved) if state.saved else wording.plain(state.question, today())
    try:
        run_ = actions.begin_run(question=state.question, name=name, by=request.user, at=timezone.now())  # fmt: skip
    except DomainError as error:
        context = {"state": state, "question": state.question, "faults": [str(error)]}
        return render(request, "analytics/query_answer.html", context)
    if "here" in request.POST:
        return render(request, "analytics/query_run.html#run", _of_run(run_, state, here=True))  # fmt: skip
    return go_to(request, "analytics:query_run", run_.pk)


@require_GET
@may_ask
def run(request: SignedRequest, pk: int) -> HttpResponse:
    """How far the counting is; then what came out."""
    found = get_object_or_404(QueryRun, pk=pk, user=request.user)
    try:
        question = Question.read(found.question)
    except Unreadable as error:
        raise Http404 from error
    here = "here" in request.GET
    state = replace(state_of(request), question=question) if here else State(question, None)  # fmt: skip
    context = _of_run(found, state, here=here)
    if request.headers.get("HX-Request") and not here:
        if found.state in (RunState.QUEUED, RunState.RUNNING):
            return render(request, "analytics/query_run.html#run", context)
        return go_to(request, "analytics:query_run", pk)
    if found.state == RunState.DONE and found.result:
        answer = keeping.from_bytes(bytes(found.result))
        try:
            made = query_answers.answered(request, state, answer, anew=state.to("query_answer", anew="1"))  # fmt: skip
        except (KeyError, DomainError):
            context["faults"] = [_("Fields of this question are gone since: ask it anew.")]  # fmt: skip
        else:
            if here:
                return made
            context["made"] = made.content.decode()
    part = "analytics/query_run.html#run" if here else "analytics/query_run.html"
    return render(request, part, context)


def _of_run(of: QueryRun, state: State, *, here: bool) -> dict[str, Any]:
    """What the page of a run shows. How far it is goes by how long it took the last time, or else by its statements."""
    told = guarding.expected(state.question, of.user)
    done = of.steps_done / max(of.steps, 1)
    if told and of.begun_at:
        done = (timezone.now() - of.begun_at).total_seconds() / max(told.shown, 1)
    params = {"q": state.word, "saved": state.origin, "here": 1} if here else {}
    return {
        "run": of,
        "state": state,
        "question": state.question,
        "sentence": wording.plain(state.question, of.day),
        "percent": min(95, round(100 * done)),
        "told": told.words() if told else "",
        "here": here,
        "address": f"{reverse('analytics:query_run', args=[of.pk])}?{urlencode(params)}",
    }
