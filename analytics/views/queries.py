"""The builder of questions: its state is the question itself, packed into the address, so that going back undoes."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_GET

from analytics import sheet_files, sheets
from analytics.models import FavouriteQuery, SavedQuery
from analytics.queries import (
    catalogue,
    conditions,
    dividing,
    drawing,
    editing,
    guarding,
    insights,
    links,
    picking,
    running,
    spans,
    tables,
    wording,
)
from analytics.queries.question import (
    Condition,
    Group,
    Question,
    Unreadable,
    pack,
    unpack,
)
from analytics.queries.running import OTHERS, Answer
from analytics.views.files import TYPES
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part
from salesexpert.core.templatetags.look import number

PAGE_SIZE = 50
may_ask = permission_required("deals.view_deal", raise_exception=True)


@dataclass(frozen=True)
class State:
    """What an address asks: the question, and the saved one that it began as, as of the version `seen`."""

    question: Question
    saved: SavedQuery | None
    seen: int | None = None
    # The kept one it began as was removed or is shown to this person no more: the question itself is whole.
    orphaned: bool = False

    @property
    def origin(self) -> str:
        """The kept question and the version that was on the page when its change began: “12.3”."""
        return (
            f"{self.saved.pk}.{self.seen or self.saved.version}" if self.saved else ""
        )

    @property
    def word(self) -> str:
        return pack(self.question)

    @property
    def address(self) -> str:
        params = urlencode({"q": self.word})
        if self.saved:
            same = Question.read(self.saved.question) == self.question
            return self.saved.get_absolute_url() + ("" if same else f"?{params}")
        return f"{reverse('analytics:query_new')}?{params}"

    def to(self, name: str, **more: Any) -> str:
        return links.to(name, self.question, self.origin, **more)  # fmt: skip


def today() -> Any:
    return timezone.localdate(timezone.now(), timezone.get_default_timezone())


def state_of(request: SignedRequest, saved: SavedQuery | None = None) -> State:
    """Raises Http404 for words that are no question, and where a kept one is named that is not there."""
    params = request.POST if request.method == "POST" else request.GET
    pk, _dot, seen = params.get("saved", "").partition(".")
    word, orphaned = params.get("q", ""), False
    if saved is None and pk:
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            raise Http404
        saved = _kept(request, int(pk))
        if saved is None and not word:
            raise Http404
        orphaned = saved is None
    try:
        if word:
            question = unpack(word)
        elif saved:
            question = Question.read(saved.question)
        else:
            allowed = catalogue.allowed(request.user)
            wanted = params.get("subject", "")
            names = [s.name for s in allowed]
            if not names:
                raise PermissionDenied
            first = "deals" if "deals" in names else names[0]
            question = editing.begin(wanted if wanted in names else first)
    except Unreadable as error:
        raise Http404 from error
    is_number = seen.isascii() and seen.isdigit() and len(seen) < 9
    return State(question, saved, int(seen) if saved and is_number else None, orphaned)


def _kept(request: SignedRequest, pk: int) -> SavedQuery | None:
    found: SavedQuery | None = SavedQuery.objects.visible_to(request.user).filter(pk=pk).first()  # fmt: skip
    return found


@require_GET
@may_ask
def new(request: SignedRequest) -> HttpResponse:
    return _page(request, state_of(request))


@require_GET
@may_ask
def saved(request: SignedRequest, pk: int) -> HttpResponse:
    """One that is not there any more still opens where the address holds what was asked."""
    found = _kept(request, pk)
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


# ── the answer ───────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@may_ask
def answer(request: SignedRequest) -> HttpResponse:
    """What comes out, as a part of the page, or as a file or a picture."""
    state, params = state_of(request), request.GET
    kind = params.get("format", "")
    context: dict[str, Any] = {"state": state, "question": state.question}
    try:
        found = guarding.ask(state.question, user=request.user, at=timezone.now(), anew="anew" in params)  # fmt: skip
    except running.Refused as error:
        return _refused(request, context, error.faults, kind)
    except guarding.Busy as error:
        # The page waits for its turn and asks again by itself.
        return _refused(request, context | {"slow": True, "busy": state.to("query_answer")}, [str(error)], kind)  # fmt: skip
    except guarding.TakesTooLong as error:
        lately = None
        if "anew" not in params:
            lately = guarding.lately(state.question, user=request.user, at=timezone.now())  # fmt: skip
        if lately is None:
            return _refused(request, context | {"slow": True}, [str(error)], kind)
        return answered(request, state, lately, kind, anew=state.to("query_answer", anew="1"))  # fmt: skip
    except DomainError as error:
        return _refused(request, context, [str(error)], kind)
    return answered(request, state, found, kind)


def _refused(request: SignedRequest, context: dict[str, Any], faults: list[str], kind: str) -> HttpResponse:  # fmt: skip
    if kind:
        return HttpResponse(" ".join(faults), status=422, content_type="text/plain; charset=utf-8")  # fmt: skip
    return render(request, "analytics/query_answer.html", context | {"faults": faults})


def answered(request: SignedRequest, state: State, found: Answer, kind: str = "", anew: str = "") -> HttpResponse:  # fmt: skip
    """`anew`: the address that counts it again, for an answer that something was written after."""
    of = tables.named(state.question, found, request.user)
    if kind:
        return _file(request, state, of, kind)
    chart = state.question.chart
    shown = tables.tables(
        of,
        links.to_cells(state.question, found, state.saved.pk if state.saved else None),
    )[0]
    context = {
        "state": state,
        "question": state.question,
        "answer": found,
        "table": shown,
        "picture": drawing.svg(drawing.picture(of)) if chart in drawing.KINDS else "",
        "charts": [
            ("table", gettext_lazy("Table")),
            *((name, label) for name, label in drawing.LABELS.items()),
        ],
        "measures": list(enumerate(of.measures)),
        "pivot": bool(state.question.columns),
        "heads": max(1, len(state.question.rows)),
        "files": state.to("query_answer"),
        "few": tables.FEW if state.question.columns else 0,
        "may_export": request.user.has_perm("deals.export_deals"),
        "may_keep": request.user.has_perm("clients.view_client"),
        "records": number(found.records),
        "seconds": number(round(found.took, 1)),
        "anew": anew,
        "foreign": number(found.foreign) if found.foreign else "",
        "next_address": state.to("query_next")
        if insights.applies(state.question) and found.records
        else "",
    }
    return render(request, "analytics/query_answer.html", context)


@require_GET
@may_ask
def look_next(request: SignedRequest) -> HttpResponse:
    """Below an answer about refusals, after it: where the largest reasons are concentrated; nothing if that takes long."""
    state = state_of(request)
    found: list[insights.Insight] = []
    if insights.applies(state.question):
        try:
            found = insights.look(state.question, user=request.user, at=timezone.now())
        except guarding.Busy:
            return render(request, "analytics/query_next.html", {"again": state.to("query_next")})  # fmt: skip
        except DomainError:
            # The answer above stands; what is wrong with the question it has said itself.
            found = []
    return render(request, "analytics/query_next.html", {"found": found})


def _file(request: SignedRequest, state: State, of: tables.Named, kind: str) -> HttpResponse:  # fmt: skip
    user = request.user
    if not user.has_perm("deals.export_deals"):
        raise PermissionDenied
    title = str(state.saved) if state.saved else str(of.subject.label)
    told = wording.plain(state.question, today())
    if kind in ("svg", "png"):
        picture = drawing.headed(drawing.picture(of), title, told)
        data = drawing.svg(picture, alone=True).encode() if kind == "svg" else drawing.png(picture)  # fmt: skip
        content = "image/svg+xml" if kind == "svg" else "image/png"
    elif kind in TYPES:
        is_drawn = kind == "pdf" and state.question.chart in drawing.KINDS
        svg = drawing.svg(drawing.picture(of), alone=True) if is_drawn else ""
        sheet = sheets.Sheet("query", title, told, tables.tables(of), svg=svg)
        content = TYPES[kind]
        data = sheet_files.MAKERS[kind](sheet, "")  # fmt: skip
    else:
        raise Http404
    journal.record("report.exported", user, by=user, at=timezone.now(), format=kind, report="query")  # fmt: skip
    response = HttpResponse(data, content_type=content)
    response["Content-Disposition"] = content_disposition_header(True, f"query-{today():%Y-%m-%d}.{kind}") or "attachment"  # fmt: skip
    return response


# ── the records behind a figure ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Cell:
    row: tuple[Any, ...] | None
    column: tuple[Any, ...] | None
    measure: int | None


def cell_of(request: SignedRequest) -> Cell:
    params = request.POST if request.method == "POST" else request.GET
    try:
        row = tuple(OTHERS if k == OTHERS else dividing.read_key(k) for k in params.getlist("row")[:3])  # fmt: skip
        column = tuple(dividing.read_key(k) for k in params.getlist("col")[:2])
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    if OTHERS in row:
        row = (OTHERS,)
    n = params.get("m", "")
    return Cell(row or None, column or None, int(n) if n.isascii() and n.isdigit() and len(n) < 3 else None)  # fmt: skip


def rows_behind(state: State, cell: Cell, user: User) -> tuple[Any, Any]:
    """The records of a cell, in no order, and the catalogue. Raises Refused, TakesTooLong."""
    at = timezone.now()
    beside: Any = ()
    if cell.row == (OTHERS,):
        beside = guarding.ask(state.question, user=user, at=at).rows
    question = state.question
    for given, side in ((cell.row, question.rows), (cell.column, question.columns)):
        if given is not None and given != (OTHERS,) and len(given) != len(side):
            raise Http404
    return running.rows_of(question, user=user, at=at, row=cell.row, column=cell.column, beside=beside, measure=cell.measure)  # fmt: skip


def cell_words(state: State, cell: Cell, known: Any, user: User) -> str:
    """What the cell stands for: “Source: exhibition · Industry: food”."""
    subject = catalogue.subjects()[state.question.subject]
    model = subject.rows(user).model
    told = []
    for given, side in ((cell.row, state.question.rows), (cell.column, state.question.columns)):  # fmt: skip
        if given == (OTHERS,):
            told.append(_("Others"))
        elif given is not None:
            for one, key in zip(side, given, strict=True):
                asked = known[one.field]
                called = dividing.names(asked, one, [key], model).get(key, str(key))
                told.append(f"{asked.label}: {called}")
    return " · ".join(told)


@require_GET
@may_ask
def records(request: SignedRequest) -> HttpResponse:
    """Exactly the records that a figure counts, newest ids first."""
    state, cell = state_of(request), cell_of(request)
    context: dict[str, Any] = {"state": state, "question": state.question}
    try:
        with guarding.limited(guarding.FOREGROUND_MS, guarding.RECORDS):
            rows, known = rows_behind(state, cell, request.user)
            subject = catalogue.subjects()[state.question.subject]
            after = request.GET.get("after", "")
            page = rows.order_by("-pk")
            if after.isascii() and after.isdigit() and len(after) < 19:
                page = page.filter(pk__lt=int(after))
            shown = picking.shown_rows(page[: PAGE_SIZE + 1], rows, subject, known)
            total = rows[:100_001].values("pk").count() if not after else None
    except running.Refused as error:
        return render(request, "analytics/query_records.html", context | {"faults": error.faults})  # fmt: skip
    except (guarding.TakesTooLong, guarding.Busy) as error:
        return render(request, "analytics/query_records.html", context | {"faults": [str(error)]})  # fmt: skip
    more = len(shown.lines) > PAGE_SIZE
    context |= {
        "subject": subject,
        "heads": shown.heads,
        "lines": shown.lines[:PAGE_SIZE],
        "next": shown.lines[PAGE_SIZE - 1].pk if more else None,
        "total": total,
        "told": cell_words(state, cell, known, request.user),
        "sentence": wording.plain(state.question, today()),
        "may_keep": request.user.has_perm("clients.view_client"),
        "keep_address": f"{reverse('analytics:query_freeze')}?{request.GET.urlencode()}",
    }
    return render(request, "analytics/query_records.html", context)
