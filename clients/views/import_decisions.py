"""The step between a file and its loading: rows like known clients, words nobody knows, and what becomes of them."""

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from clients.actions import imports
from clients.choices import ImportState, RowDecision
from clients.duplicates import EVIDENCE, LOOK, PROBABLE, SURE
from clients.importing import tracing
from clients.importing.checking import MOST_WORDS, NEAR_NAMES_UP_TO
from clients.importing.deciding import DOUBLED, LEVELS
from clients.importing.engine import Options
from clients.importing.kinds import CLIENT, choices_of, face_of, fields_of, show
from clients.importing.reasons import Reason
from clients.models import (
    Client,
    ClientAddress,
    ClientSite,
    Email,
    ImportJob,
    ImportMatch,
    Phone,
)
from clients.views.import_rights import job_or_404, may_import
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError

PAGE = 30
# Fields of a row that are shown beside those of the record that it is like.
_COMPARED = 8
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
    "known": gettext_noop("the same record"),
    "same_key": gettext_noop("the same record"),
    "client": gettext_noop("same client"),
    "title": gettext_noop("same name of the deal"),
    "amount": gettext_noop("same amount"),
    "opened": gettext_noop("opened on the same day"),
}
# As columns of the comparison, what both sides may have.
SHOWN: tuple[tuple[str, Any], ...] = (
    ("inn", _("INN")),
    ("kpp", _("KPP")),
    ("phones", _("Phones")),
    ("emails", _("E-mail")),
    ("sites", _("Site")),
    ("city", _("City")),
    ("address", _("Address")),
    ("person", _("Contact person")),
)


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
    is_client = job.entity == CLIENT
    levels = [tab for tab in tabs if is_client or tab["name"] != PROBABLE]
    context = {
        "job": job,
        "face": face_of(job.entity),
        "is_client": is_client,
        "found": found,
        "is_hopeless": found.get("refused", 0) >= job.rows_total,
        "near_up_to": NEAR_NAMES_UP_TO,
        "is_long": is_client and job.rows_total > NEAR_NAMES_UP_TO,
        "refused": [
            (row, [Reason.from_kept(kept) for kept in reasons])
            for row, reasons in job.options.get("refused", [])
        ],
        "tabs": levels,
        "level": level,
        "for_all": options.decisions.get(level, RowDecision.SKIP),
        "decisions": [
            (
                value,
                label
                if is_client or value != RowDecision.CREATE
                else _("create again"),
            )
            for value, label in RowDecision.choices
        ],
        "rows": rows,
        "following": following,
        "words": _unknown_words(job),
        "create_missing": options.create_missing,
    }
    return render(request, "clients/import_decisions.html", context)


def _rows(
    request: SignedRequest, job: ImportJob, level: str, options: Options
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
    ids = {m.object_id for m in page if m.object_id}
    if job.entity == CLIENT:
        cards, compared = _cards(request, ids), SHOWN
    else:
        cards = _records(request, job, ids)
        labels = {item.name: item.label for item in fields_of(job.entity)}
        named = dict.fromkeys(name for name in job.mapping.values() if name in labels)
        compared = tuple((name, labels[name]) for name in named)[:_COMPARED]
    rows = []
    for match in page:
        card = cards.get(match.object_id or 0, {})
        other = told.get(match.other_row, {}) if match.other_row else card
        new = told.get(match.row, {})
        rows.append(
            {
                "number": match.row,
                "name": new.get("name")
                or new.get("title")
                or new.get("outside_id", ""),
                "other_name": other.get("name", ""),
                "other_row": match.other_row,
                "client": card.get("record") or card.get("client"),
                "curator": card.get("curator"),
                "url": card.get("url"),
                "pairs": _pairs(new, other, compared),
                "evidence": [
                    gettext(str(WITNESSES.get(code, code))) for code in match.evidence
                ],
                "decision": match.decision or options.decisions.get(level),
            }
        )
    return rows, following


def _records(
    request: SignedRequest, job: ImportJob, ids: set[int]
) -> dict[int, dict[str, Any]]:
    """What known records of another kind than clients say."""
    return {
        pk: {"record": known.name, "url": known.url, **known.said}
        for pk, known in show(job.entity, ids, request.user).items()
    }


def _pairs(
    new: dict[str, Any], other: dict[str, Any], compared: Any
) -> list[dict[str, Any]]:
    """What both sides say, side by side; what only the file has is what “fill empty fields” would add."""
    pairs = []
    for name, label in compared:
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
            "url": card.get_absolute_url() if pk in open_ids else "",
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
    """Words of the file that the base has not; those that `added` says are going to be made."""
    fields = {item.name: item for item in fields_of(job.entity)}
    words = []
    for key in ("unknown", "added"):
        for name, told in job.options.get(key, {}).items():
            if name in fields and told:
                often = sorted(told.items(), key=lambda pair: (-pair[1], pair[0]))
                words.append(
                    {
                        "name": name,
                        "label": fields[name].label,
                        "words": often,
                        "is_many": len(often) >= MOST_WORDS,
                        "added": key == "added",
                        "choices": choices_of(job.entity, fields[name]),
                    }
                )
    return words


@require_POST
@may_import
def decide(request: SignedRequest, pk: int) -> HttpResponse:
    """Decisions for the rows of a page (`row_12=skip`), for all of a level (`all=skip`), or both; then perhaps load."""
    job = job_or_404(request, pk)
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
    job = job_or_404(request, pk)
    if job.state != ImportState.DECIDING:
        return redirect("clients:import_job", job.pk)
    told: dict[str, dict[str, str]] = {}
    for group, unknown in enumerate(_unknown_words(job)):
        allowed = unknown["choices"] and {str(v) for v, _label in unknown["choices"]}
        for place, (word, _times) in enumerate(unknown["words"]):
            wanted = request.POST.get(f"word_{group}_{place}", "").strip()[:160]
            wanted = wanted.replace("\x00", "")
            if wanted and (allowed is None or wanted in allowed):
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
    job = job_or_404(request, pk)
    try:
        imports.choose_columns_again(job=job)
    except DomainError as error:
        messages.info(request, str(error))
    return redirect("clients:import_job", job.pk)
