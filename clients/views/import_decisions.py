"""The step between a file and its loading: rows like known clients, words nobody knows, and what becomes of them."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from clients.actions import imports
from clients.choices import ImportState, RowDecision
from clients.duplicates import EVIDENCE, LOOK, PROBABLE, SURE
from clients.fields import importable
from clients.importing import tracing
from clients.importing.deciding import DOUBLED, LEVELS
from clients.importing.engine import Options
from clients.importing.lookups import choices_of
from clients.models import (
    Client,
    ClientAddress,
    ClientSite,
    Email,
    ImportJob,
    ImportMatch,
    Phone,
)
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

PAGE = 30
may_import = permission_required("clients.import_clients", raise_exception=True)
LABELS = {
    SURE: _("Surely known"),
    PROBABLE: _("Probably known"),
    LOOK: _("Worth a look"),
    DOUBLED: _("Twice in the file"),
}
WITNESSES = {
    **EVIDENCE,
    "row": gettext_noop("the same row"),
    "outside_id": gettext_noop("same id in another system"),
}
# As columns of the comparison, what both sides may have.
SHOWN = (
    ("inn", _("INN")),
    ("kpp", _("KPP")),
    ("phones", _("Phones")),
    ("emails", _("E-mail")),
    ("sites", _("Site")),
    ("city", _("City")),
    ("address", _("Address")),
    ("person", _("Contact person")),
)


def _job_or_404(request: SignedRequest, pk: int) -> ImportJob:
    return get_object_or_404(ImportJob.objects.visible_to(request.user), pk=pk)


def decisions_page(request: SignedRequest, job: ImportJob) -> HttpResponse:
    options = Options.from_kept(job.options)
    found = job.options.get("found", {})
    tabs = [
        {"name": level, "label": LABELS[level], "count": found.get(level, 0)}
        for level in LEVELS
    ]
    filled = [str(tab["name"]) for tab in tabs if tab["count"]]
    level = request.GET.get("level", "")
    if level not in LEVELS:
        level = filled[0] if filled else SURE
    rows, following = _rows(request, job, level, options)
    context = {
        "job": job,
        "found": found,
        "tabs": tabs,
        "level": level,
        "for_all": options.decisions.get(level, RowDecision.SKIP),
        "decisions": RowDecision.choices,
        "rows": rows,
        "following": following,
        "words": _unknown_words(job),
        "create_missing": options.create_missing,
    }
    return render(request, "clients/import_decisions.html", context)


def _rows(
    request: HttpRequest, job: ImportJob, level: str, options: Options
) -> tuple[list[dict[str, Any]], int | None]:
    entries = ImportMatch.objects.filter(job=job, level=level).order_by("row")
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 10:
        entries = entries.filter(row__gt=int(after))
    page = list(entries[: PAGE + 1])
    following = page[PAGE - 1].row if len(page) > PAGE else None
    page = page[:PAGE]
    told = tracing.said_by(
        job, [m.row for m in page] + [m.other_row for m in page if m.other_row]
    )
    cards = _cards(request, {m.object_id for m in page if m.object_id})
    rows = []
    for match in page:
        card = cards.get(match.object_id or 0, {})
        other = told.get(match.other_row, {}) if match.other_row else card
        new = told.get(match.row, {})
        rows.append(
            {
                "number": match.row,
                "name": new.get("name", ""),
                "other_name": other.get("name", ""),
                "other_row": match.other_row,
                "client": card.get("client"),
                "curator": card.get("curator"),
                "is_open": card.get("is_open"),
                "pairs": _pairs(new, other),
                "evidence": [
                    gettext(str(WITNESSES.get(code, code))) for code in match.evidence
                ],
                "decision": match.decision or options.decisions.get(level),
            }
        )
    return rows, following


def _pairs(new: dict[str, Any], other: dict[str, Any]) -> list[dict[str, Any]]:
    """What both sides say, side by side; what only the file has is what “fill empty fields” would add."""
    pairs = []
    for name, label in SHOWN:
        mine, theirs = _text(new.get(name)), _text(other.get(name))
        if mine or theirs:
            pairs.append(
                {"label": label, "new": mine, "known": theirs, "same": mine == theirs}
            )
    return pairs


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _cards(request: Any, ids: set[int]) -> dict[int, dict[str, Any]]:
    """What the known cards say, in six queries; of a card that the reader may not open its name and curator only."""
    cards = Client.objects.select_related("legal_form", "curator").in_bulk(ids)
    open_ids = set(
        Client.objects.visible_to(request.user)
        .filter(pk__in=ids)
        .values_list("pk", flat=True)
    )
    many: dict[tuple[int, str], list[str]] = defaultdict(list)
    for model, name, path in (
        (Phone, "phones", "raw"),
        (Email, "emails", "address"),
        (ClientSite, "sites", "url"),
        (ClientAddress, "address", "text"),
    ):
        rows: Any = model._default_manager.filter(client__in=open_ids)
        for pk, value in rows.order_by("position", "pk").values_list("client_id", path):
            many[pk, name].append(value)
    known: dict[int, dict[str, Any]] = {}
    for pk, card in cards.items():
        known[pk] = {
            "client": card,
            "curator": card.curator,
            "is_open": pk in open_ids,
            "name": str(card),
        }
        if pk in open_ids:
            known[pk] |= {
                "inn": card.inn,
                "kpp": card.kpp,
                "city": card.city,
                "phones": many[pk, "phones"][:4],
                "emails": many[pk, "emails"][:4],
                "sites": many[pk, "sites"][:3],
                "address": (many[pk, "address"] or [""])[0],
            }
    return known


def _unknown_words(job: ImportJob) -> list[dict[str, Any]]:
    fields = {item.name: item for item in importable(job.entity)}
    words = []
    for name, told in job.options.get("unknown", {}).items():
        if name in fields and told:
            often = sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))
            words.append(
                {
                    "name": name,
                    "label": fields[name].label,
                    "words": often,
                    "choices": choices_of(fields[name]),
                }
            )
    return words


@require_POST
@may_import
def decide(request: SignedRequest, pk: int) -> HttpResponse:
    """Decisions for the rows of a page (`row_12=skip`), for all of a level (`all=skip`), or both; then perhaps load."""
    job = _job_or_404(request, pk)
    level = request.POST.get("level", "")
    if level not in LEVELS:
        raise Http404
    decisions: dict[int, Any] = {
        int(name[4:]): value
        for name, value in request.POST.items()
        if name.startswith("row_") and name[4:].isascii() and name[4:].isdigit() and len(name) < 14
    }  # fmt: skip
    try:
        if "all" in request.POST:
            choice = request.POST["all"]
            imports.decide_level(job=job, level=level, decision=choice)
        else:
            imports.decide_rows(job=job, decisions=decisions)
        if "load" in request.POST:
            imports.go_on(job=job, at=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
        return redirect("clients:import_job", job.pk)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204)
    if "load" in request.POST:
        return redirect("clients:import_job", job.pk)
    answer = redirect("clients:import_job", job.pk)
    answer["Location"] += f"?level={level}"
    return answer


@require_POST
@may_import
def words(request: SignedRequest, pk: int) -> HttpResponse:
    """Words of the file taken for words of the base; the file is then looked at again."""
    job = _job_or_404(request, pk)
    if job.state != ImportState.DECIDING:
        return redirect("clients:import_job", job.pk)
    told: dict[str, dict[str, str]] = {}
    for group, unknown in enumerate(_unknown_words(job)):
        allowed = {str(value) for value, _label in unknown["choices"]}
        for place, (word, _times) in enumerate(unknown["words"]):
            wanted = request.POST.get(f"word_{group}_{place}", "")
            if wanted in allowed:
                told.setdefault(unknown["name"], {})[word] = wanted
    try:
        imports.take_words(
            job=job,
            words=told,
            create_missing="create_missing" in request.POST,
            at=timezone.now(),
        )
    except DomainError as error:
        messages.info(request, str(error))
    return redirect("clients:import_job", job.pk)


@require_POST
@may_import
def columns_again(request: SignedRequest, pk: int) -> HttpResponse:
    job = _job_or_404(request, pk)
    try:
        imports.choose_columns_again(job=job)
    except DomainError as error:
        messages.info(request, str(error))
    return redirect("clients:import_job", job.pk)
