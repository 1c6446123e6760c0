"""Pages of the import: a file, what its columns mean, how far it is, what came of it."""

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.actions import imports
from clients.choices import ImportPhase, ImportState
from clients.forms.imports import ColumnsForm, ReadingForm, UploadForm, mapping_form
from clients.importing.engine import CREATED, DUPLICATE, REJECTED, UPDATED
from clients.importing.kinds import CLIENT, face_of, faces_for, show
from clients.importing.mending import rejected_csv
from clients.importing.progress import done_of, time_left
from clients.importing.reading import (
    MOST_BYTES,
    UnreadableFile,
    open_table,
    refuse_size,
)
from clients.importing.reasons import Reason
from clients.importing.remembering import known_for
from clients.importing.reverting import KEPT, may_be_reverted
from clients.importing.running import SILENT_FOR
from clients.importing.targets import TARGETS
from clients.models import ImportJob, ImportRow
from clients.views.import_decisions import decisions_page
from clients.views.import_rights import job_or_404, may_import
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to

PAGE = 50
_EXAMPLES = 3
_SHOWN_CELLS = 4
_FORM_ROOM = 64 * 1024
may_revert = permission_required("clients.revert_imports", raise_exception=True)
MOVING = {ImportState.QUEUED, ImportState.RUNNING}

# What the result page may list: the word of the address, its heading, the outcome.
TABS = [
    (CREATED, gettext_lazy("Created"), "created_count"),
    (UPDATED, gettext_lazy("Updated"), "updated_count"),
    (DUPLICATE, gettext_lazy("Known already"), "duplicate_count"),
    (REJECTED, gettext_lazy("Refused"), "rejected_count"),
    ("warnings", gettext_lazy("Warnings"), "warning_count"),
]


class _TooBig(FileUploadHandler):
    """Lets the file pass by without keeping a byte of it, so that the form can answer with a sentence."""

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        self.request.too_big = True  # type: ignore[union-attr]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None


@require_http_methods(["GET", "POST"])
@csrf_exempt  # so that the size can be looked at before the body is; the inner view is protected
@may_import
def import_page(request: SignedRequest) -> HttpResponse:
    """What is to be loaded, a place for its file, and the imports of before."""
    if request.method == "POST" and _length(request) > MOST_BYTES + _FORM_ROOM:
        request.upload_handlers = [_TooBig(request)]
    return _import_page(request)


def _length(request: SignedRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


@csrf_protect
def _import_page(request: SignedRequest) -> HttpResponse:
    faces = dict(faces_for(request.user))
    entity = request.GET.get("kind", "")
    if entity not in faces:
        entity = next(iter(faces))
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if getattr(request, "too_big", False):
            try:
                refuse_size(_length(request))
            except UnreadableFile as refusal:
                form.errors["file"] = form.error_class([str(refusal)])
        elif form.is_valid():
            try:
                job = imports.take_in(
                    upload=form.cleaned_data["file"],
                    by=request.user,
                    at=timezone.now(),
                    entity=entity,
                )
            except DomainError as error:
                form.add_error("file", str(error))
            else:
                return go_to(request, "clients:import_job", job.pk)
    else:
        form = UploadForm()
    seen = ImportJob.objects.visible_to(request.user).select_related("created_by")
    jobs = list(seen.order_by("-created_at", "-pk")[:30])
    context = {
        "form": form,
        "entity": entity,
        "face": faces[entity],
        "faces": faces.items(),
        "jobs": [(job, faces[job.entity].label) for job in jobs],
        "limit": MOST_BYTES,
    }
    return render(
        request, "clients/import.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
@never_cache
@may_import
def import_job(request: SignedRequest, pk: int) -> HttpResponse:
    """Where the import stands: columns to be chosen, progress, or the result."""
    job = job_or_404(request, pk)
    if job.state == ImportState.UPLOADED:
        return _mapping(request, job)
    if request.method == "POST":
        messages.info(request, _("The loading of this file has begun already."))
        return redirect("clients:import_job", job.pk)
    if job.state == ImportState.DECIDING:
        return decisions_page(request, job)
    if job.state in MOVING:
        return render(
            request,
            "clients/import_progress.html",
            {"job": job, "face": face_of(job.entity), **_progress(job)},
        )
    return _result(request, job)


def _mapping(request: SignedRequest, job: ImportJob) -> HttpResponse:
    reading = ReadingForm(job=job)
    form = mapping_form(job=job)
    if request.method == "POST" and "again" in request.POST:
        reading = ReadingForm(request.POST, job=job)
        if reading.is_valid():
            try:
                imports.read_again(job=job, **reading.cleaned_data)
            except DomainError as error:
                reading.add_error("encoding", str(error))
            else:
                return redirect("clients:import_job", job.pk)
    elif request.method == "POST":
        form = mapping_form(request.POST, job=job)
        if form.is_valid():
            try:
                imports.begin(
                    job=job,
                    mapping=form.mapping(),
                    options=form.options(),
                    by=request.user,
                    at=timezone.now(),
                    remember=imports.Remember(
                        form.cleaned_data["remember_as"],
                        form.cleaned_data["remember_shared"],
                    )
                    if form.cleaned_data["remember"]
                    else None,
                )
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                return redirect("clients:import_job", job.pk)
    failed = bool(form.errors or reading.errors)
    context = {
        "job": job,
        "face": face_of(job.entity),
        "is_client": job.entity == CLIENT,
        "form": form,
        "reading": reading,
        "saved": known_for(job, request.user),
        **_preview(job, form),
    }
    return render(
        request, "clients/import_mapping.html", context, status=422 if failed else 200
    )


def _preview(job: ImportJob, form: ColumnsForm) -> dict[str, Any]:
    """First values of each column beside what it fills."""
    try:
        table = open_table(
            Path(job.file.path), encoding=job.encoding, delimiter=job.delimiter
        )
    except (UnreadableFile, OSError):
        return {"columns": [], "gone": True}
    rows = [row.cells for row in table.sample(40) if not row.fault]
    columns = []
    for index, field in enumerate(form.column_fields):
        values = [row[index] for row in rows if index < len(row) and row[index]]
        examples = list(dict.fromkeys(values))[:_EXAMPLES]
        columns.append(
            {"heading": job.columns[index], "examples": examples, "field": field}
        )
    return {
        "columns": columns,
        "notices": table.notices,
        "is_text": table.format == "csv",
    }


@never_cache
@require_GET
@may_import
def import_progress(request: SignedRequest, pk: int) -> HttpResponse:
    """The moving part of a running import; when it has ended, the browser is sent to the result."""
    job = job_or_404(request, pk)
    if job.state not in MOVING:
        return go_to(request, "clients:import_job", job.pk)
    return render(
        request, "clients/import_progress.html#progress", {"job": job, **_progress(job)}
    )


def _progress(job: ImportJob) -> dict[str, Any]:
    """How far it is, as the row says: nothing here is guessed but the time left."""
    done, total = done_of(job)
    silent = timezone.now() - job.heartbeat_at if job.heartbeat_at else None
    left = time_left(job)
    return {
        "done": done,
        "total": total,
        # Beside `total`, which the sentence shows with its thousands apart.
        "in_all": total,
        "percent": min(100, done * 100 // total),
        "pace": round(job.pace) if job.pace else None,
        "minutes_left": max(1, round(left.total_seconds() / 60)) if left else None,
        "soon": bool(left and left.total_seconds() < 50),
        "is_silent": bool(
            job.state == ImportState.RUNNING and silent and silent > SILENT_FOR
        ),
        "is_stopping": bool(job.cancel_asked_at),
        "is_check": job.phase == ImportPhase.CHECK,
        "is_revert": job.phase == ImportPhase.REVERT,
    }


def _result(request: SignedRequest, job: ImportJob) -> HttpResponse:
    tabs = [
        {"name": name, "label": label, "count": getattr(job, counter)}
        for name, label, counter in TABS
    ]
    if job.reverted_at:
        kept = {"name": KEPT, "label": _("Left as they are"), "count": job.kept_count}
        tabs.insert(0, kept)
    known = [tab["name"] for tab in tabs]
    filled = [tab["name"] for tab in tabs if tab["count"]]
    shown = request.GET.get("show", "")
    if shown not in known:
        first = KEPT if job.kept_count else REJECTED if job.rejected_count else ""
        shown = first or (filled or known)[0]
    rows, following = _rows(request, job, shown)
    may = request.user.has_perm("clients.revert_imports")
    context = {
        "job": job,
        "face": face_of(job.entity),
        "created": face_of(job.entity).created(job.created_count),
        "may_revert": may and may_be_reverted(job, at=timezone.now()),
        "may_go_on": job.state == ImportState.CANCELLED and bool(job.file),
        "tabs": tabs,
        "shown": shown,
        "rows": rows,
        "following": following,
        "headings": job.columns[:_SHOWN_CELLS],
    }
    return render(request, "clients/import_result.html", context)


def _rows(
    request: SignedRequest, job: ImportJob, shown: str
) -> tuple[list[dict[str, Any]], int | None]:
    entries = ImportRow.objects.filter(job=job).order_by("row")
    if shown == KEPT:
        entries = entries.filter(undone=KEPT)
    elif shown == "warnings":
        entries = entries.exclude(reasons=[]).exclude(outcome=REJECTED)
    else:
        entries = entries.filter(outcome=shown)
    after = request.GET.get("after", "")
    if after.isascii() and after.isdigit() and len(after) < 10:
        entries = entries.filter(row__gt=int(after))
    page = list(entries[: PAGE + 1])
    following = page[PAGE - 1].row if len(page) > PAGE else None
    page = page[:PAGE]
    ids = {entry.object_id for entry in page if entry.object_id}
    records = show(job.entity, ids, request.user)
    rows = [
        {
            "number": entry.row,
            "record": records.get(entry.object_id or 0),
            "reasons": [
                Reason.from_kept(kept)
                for kept in (entry.kept_because if shown == KEPT else entry.reasons)
            ],
            "cells": entry.cells[:_SHOWN_CELLS],
        }
        for entry in page
    ]
    return rows, following


@require_GET
@may_import
def import_rejected(request: SignedRequest, pk: int) -> StreamingHttpResponse:
    """Refused rows as a file to mend and load again."""
    job = job_or_404(request, pk)
    if not job.rejected_count:
        raise Http404
    name = (
        slugify(job.name.rsplit(".", 1)[0], allow_unicode=False) or f"import-{job.pk}"
    )
    answer = StreamingHttpResponse(
        rejected_csv(job), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="{name}-rejected.csv"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@require_POST
@may_import
def import_discard(request: SignedRequest, pk: int) -> HttpResponse:
    job = job_or_404(request, pk)
    try:
        imports.throw_away(job=job, by=request.user, at=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
        return redirect("clients:import_job", job.pk)
    messages.success(
        request,
        _("The file “%(name)s” was not loaded and is deleted.") % {"name": job.name},
    )
    return redirect("clients:import")


@require_POST
@may_import
def import_stop(request: SignedRequest, pk: int) -> HttpResponse:
    job = job_or_404(request, pk)
    try:
        imports.stop(job=job, at=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
    return redirect("clients:import_job", job.pk)


@require_POST
@may_import
def import_go_on(request: SignedRequest, pk: int) -> HttpResponse:
    """Load what remained when the import was stopped."""
    job = job_or_404(request, pk)
    try:
        imports.go_on(job=job, at=timezone.now())
    except DomainError as error:
        messages.info(request, str(error))
    return redirect("clients:import_job", job.pk)


@require_http_methods(["GET", "POST"])
@may_import
@may_revert
def import_revert(request: SignedRequest, pk: int) -> HttpResponse:
    """What taking the import back would do; on POST it is begun."""
    job = job_or_404(request, pk)
    if request.method == "POST":
        try:
            imports.revert(job=job, by=request.user, at=timezone.now())
        except DomainError as error:
            messages.info(request, str(error))
        return redirect("clients:import_job", job.pk)
    if not may_be_reverted(job, at=timezone.now()):
        return redirect("clients:import_job", job.pk)
    context = {
        "job": job,
        "face": face_of(job.entity),
        "is_client": job.entity == CLIENT,
        "empties": job.entity == CLIENT or TARGETS[job.entity].empties,
    }
    return render(request, "clients/import_revert.html", context)
