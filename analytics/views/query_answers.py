"""What comes out of a question: its answer on the page and in files, and the records behind a figure."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from analytics import sheet_files, sheets
from analytics.queries import (
    catalogue,
    dividing,
    drawing,
    guarding,
    insights,
    links,
    picking,
    running,
    tables,
    wording,
)
from analytics.queries.running import OTHERS, Answer
from analytics.views.files import TYPES
from analytics.views.query_state import State, may_ask, state_of, today
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import number

PAGE_SIZE = 50


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
