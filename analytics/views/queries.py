"""The builder of questions: what is shown of one, and each change of it."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from analytics.models import FavouriteQuery
from analytics.queries import (
    catalogue,
    conditions,
    dividing,
    editing,
    picking,
    spans,
    wording,
)
from analytics.queries.question import Condition, Group, Question, Unreadable
from analytics.views.query_state import State, kept, may_ask, state_of, today
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part


@require_GET
@may_ask
def new(request: SignedRequest) -> HttpResponse:
    return _page(request, state_of(request))


@require_GET
@may_ask
def saved(request: SignedRequest, pk: int) -> HttpResponse:
    """One that is not there any more still opens where the address holds what was asked."""
    found = kept(request, pk)
    if found is None and "q" not in request.GET:
        raise Http404
    state = state_of(request, found)
    return _page(request, replace(state, orphaned=found is None))


def _page(request: SignedRequest, state: State) -> HttpResponse:
    return render_part(request, "analytics/query.html", "asked", _context(request, state))  # fmt: skip


def _context(request: SignedRequest, state: State) -> dict[str, Any]:
    question, user = state.question, request.user
    subject = catalogue.subject(question.subject)
    known = catalogue.fields(subject, user) if subject else {}
    own = state.saved is not None and state.saved.owner_id == user.pk
    star = FavouriteQuery.objects.filter(user=user, query=state.saved).first() if state.saved else None  # fmt: skip
    return {
        "state": state,
        "question": question,
        "word": state.word,
        "subject": subject,
        "subjects": [(s.name, s.label, s.icon) for s in catalogue.allowed(user)],
        "sentence": wording.sentence(question, today()),
        "parts": _parts(question, known),
        "period": _period_words(question),
        "sides": [
            ("rows", pgettext_lazy("query", "Rows"), _dimensions(question.rows, known)),
            (
                "columns",
                pgettext_lazy("query", "Columns"),
                _dimensions(question.columns, known),
            ),
        ],
        "measures": [
            (n, wording.measure_words(m, subject, known) if subject else m.kind)
            for n, m in enumerate(question.measures)
        ],
        "asks": state.saved is not None and question.asks_period(),
        "own": own,
        "changed": bool(
            state.saved and Question.read(state.saved.question) != question
        ),
        "favourite": star is not None,
        "pinned": star is not None and star.on_start_page,
        "periods": [(name, label) for name, label in spans.NAMES.items()],
        "answer_address": state.to("query_answer"),
        "save_address": state.to("query_save"),
    }


def _period_words(question: Question) -> str:
    try:
        return spans.words(question.period, today())
    except DomainError:
        return str(spans.NAMES.get(question.period.name, question.period.name))


def _dimensions(by: Any, known: Any) -> list[dict[str, Any]]:
    found = []
    for n, one in enumerate(by):
        asked = known.get(one.field)
        found.append(
            {
                "at": n,
                "label": asked.full if asked else wording.label_of(one.field, known),
                "gone": asked is None,
                "step": dividing.step_of(one) if asked and asked.is_day else "",
                "bands": (one.step or asked.entry.bands) if asked and asked.is_number else None,
                "steps": [(s, wording.step_words(s)) for s in dividing.STEPS] if asked and asked.is_day else [],
            }
        )  # fmt: skip
    return found


def _parts(question: Question, known: Any) -> list[dict[str, Any]]:
    """Conditions in lines with their depth: groups stand before what they hold."""
    subject = catalogue.subject(question.subject)
    found: list[dict[str, Any]] = []

    def walk(group: Group, place: str, depth: int) -> None:
        for n, part in enumerate(group.parts):
            at = f"{place}.{n}" if place else str(n)
            if isinstance(part, Group):
                found.append({"at": at, "depth": min(depth, 3), "group": part, "join": part.join, "negated": part.negated})  # fmt: skip
                walk(part, at, depth + 1)
            elif subject is not None:
                text = wording.condition_words(part, known, subject)
                found.append({"at": at, "depth": min(depth, 3), "text": text, "gone": part.field not in known})  # fmt: skip

    walk(question.where, "", 0)
    return found


# ── deeds ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@may_ask
def change(request: SignedRequest) -> HttpResponse:
    """The builder after one deed; the address becomes that of the changed question."""
    state = state_of(request)
    if request.GET.get("deed") == "condition":
        return _put_condition(request, state)
    try:
        question = editing.edit(state.question, request.GET)
    except Unreadable as error:
        raise Http404 from error
    return _changed(request, replace(state, question=question))


def _changed(request: SignedRequest, state: State) -> HttpResponse:
    response = _page(request, state)
    response["HX-Push-Url"] = state.address
    response["HX-Trigger"] = "close-dialog"
    return response


def _put_condition(request: SignedRequest, state: State) -> HttpResponse:
    params = request.GET
    subject = catalogue.subject(state.question.subject)
    known = catalogue.fields(subject, request.user) if subject else {}
    asked = known.get(params.get("field", ""))
    if subject is None or asked is None:
        raise Http404
    condition = editing.condition_of(params, asked)
    try:
        place = editing.place_of(params.get("at", ""))
        conditions.Filtering(known, today(), subject.rows(request.user).none()).condition(condition)  # fmt: skip
        if condition.op in ("in", "not_in") and not condition.values:
            raise conditions.WrongCondition(_("Choose at least one value."))
        where = editing.put_part(state.question.where, place, condition)
    except Unreadable as error:
        raise Http404 from error
    except DomainError as error:
        context = _condition_form(request, state, asked, condition, str(error))
        response = render(request, "analytics/query_condition.html", context, status=422)  # fmt: skip
        response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
        return response
    return _changed(
        request, replace(state, question=replace(state.question, where=where))
    )


@require_GET
@may_ask
def pick(request: SignedRequest) -> HttpResponse:
    """A dialog: a field for rows, columns or a condition; a measure; the period; the order."""
    state, params = state_of(request), request.GET
    subject = catalogue.subject(state.question.subject)
    if subject is None:
        raise Http404
    known = catalogue.fields(subject, request.user)
    what, at = params.get("of", "rows"), params.get("at", "")
    context: dict[str, Any] = {"state": state, "of": what, "at": at, "subject": subject}
    if what in ("rows", "columns"):
        return render(request, "analytics/query_pick.html", context | {"groups": picking.dimensions(known), "title": pgettext("query", "Rows") if what == "rows" else pgettext("query", "Columns"), "deed": "add"})  # fmt: skip
    if what == "where":
        return _pick_condition(request, state, known, context)
    if what == "measures":
        return _pick_measure(request, state, known, context)
    if what in ("period", "top", "compare"):
        days = [(a.name, a.full) for a in known.values() if a.is_day and not a.entry.step_only]  # fmt: skip
        more = {"days": days, "periods": list(spans.NAMES.items()), "question": state.question, "subject": subject, "orders": picking.orders(state.question, subject, known), "currencies": picking.CURRENCIES}  # fmt: skip
        return render(request, f"analytics/query_{'period' if what == 'period' else 'order'}.html", context | more)  # fmt: skip
    raise Http404


def _pick_condition(request: SignedRequest, state: State, known: Any, context: dict[str, Any]) -> HttpResponse:  # fmt: skip
    field = request.GET.get("field", "")
    try:
        place = editing.place_of(context["at"])
        found = editing.part_at(state.question.where, place) if place else None
    except Unreadable as error:
        raise Http404 from error
    if isinstance(found, Condition) and not field:
        asked = known.get(found.field)
        if asked is None:
            raise Http404
        return render(request, "analytics/query_condition.html", _condition_form(request, state, asked, found))  # fmt: skip
    if field:
        asked = known.get(field)
        if asked is None:
            raise Http404
        given = Condition(field, conditions.ops_of(asked)[0])
        return render(request, "analytics/query_condition.html", _condition_form(request, state, asked, given))  # fmt: skip
    more = {"groups": picking.filters(known), "title": _("Condition"), "deed": ""}
    return render(request, "analytics/query_pick.html", context | more)


def _condition_form(request: SignedRequest, state: State, asked: Any, condition: Condition, fault: str = "") -> dict[str, Any]:  # fmt: skip
    subject = catalogue.subjects()[state.question.subject]
    given = (*condition.values, "", "")
    return {
        "state": state,
        "asked": asked,
        "condition": condition,
        "fault": fault,
        "at": request.GET.get("at", ""),
        "ops": {op: conditions.op_words(op, asked) for op in conditions.ops_of(asked)},
        "kind": picking.kind_of(asked),
        "options": picking.options(asked, subject, condition.values),
        "first": given[0],
        "second": given[1],
        "periods": [
            (n, label)
            for n, label in spans.NAMES.items()
            if n not in (spans.ALL, spans.OWN)
        ],
    }


def _pick_measure(request: SignedRequest, state: State, known: Any, context: dict[str, Any]) -> HttpResponse:  # fmt: skip
    subject = catalogue.subjects()[state.question.subject]
    params = request.GET
    kind, at = params.get("kind", ""), context["at"]
    given = None
    if at.isascii() and at.isdigit() and int(at[:3]) < len(state.question.measures):
        given = state.question.measures[int(at)]
        kind = kind or given.kind
    if not kind:
        more = {"groups": picking.measures(subject, known, request.user), "title": _("Measure"), "deed": "measure"}  # fmt: skip
        return render(request, "analytics/query_pick.html", context | more)
    more = picking.measure_form(kind, given, subject, known, request.user)
    return render(request, "analytics/query_measure.html", context | more)
