"""Settings pages of processes, their stages, and what belongs to a stage."""

import itertools
import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Prefetch, Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from pipeline.actions import processes as actions
from pipeline.fields import askable
from pipeline.forms import (
    CheckForm,
    NewProcessForm,
    NewStageForm,
    PlannedForm,
    ProcessForm,
    RuleForm,
    StageForm,
)
from pipeline.models import (
    PerformerRule,
    Process,
    Stage,
    StageActivity,
    StageCheck,
)
from pipeline.process_presets import BY_CODE, TEMPLATES
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import htmx_of, render_part

manages = permission_required("pipeline.manage_processes", raise_exception=True)

# What belongs to a stage: the word of the address, its model and form.
PARTS: dict[str, tuple[Any, Any]] = {
    "checks": (StageCheck, CheckForm),
    "planned": (StageActivity, PlannedForm),
    "rules": (PerformerRule, RuleForm),
}


def _answer(request: SignedRequest, to: str, text: str = "", event: str = "") -> HttpResponse:  # fmt: skip
    """It is done: htmx hears what changed, a browser without scripts sees the page again."""
    if not htmx_of(request):
        if text:
            messages.success(request, text)
        return redirect(to)
    told: dict[str, Any] = {"close-dialog": {}}
    if event:
        told[event] = {}
    if text:
        told["toast"] = {"text": text}
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})


def _refused(request: SignedRequest, to: str, error: DomainError) -> HttpResponse:
    if not htmx_of(request):
        messages.error(request, str(error))
        return redirect(to)
    response = render(request, "pipeline/refused.html", {"text": str(error)}, status=422)  # fmt: skip
    response["HX-Retarget"], response["HX-Reswap"] = "#dialog", "innerHTML"
    return response


# ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@manages
def process_list(request: SignedRequest) -> HttpResponse:
    return _list(request, NewProcessForm())


def _list(request: SignedRequest, form: NewProcessForm, status: int = 200) -> HttpResponse:  # fmt: skip
    stages = Stage.objects.in_use().order_by("position")
    rows = Process.objects.select_related("next_process").prefetch_related(Prefetch("stages", queryset=stages))  # fmt: skip
    english = translation.get_language() == "en"
    context = {
        "processes": rows,
        "form": form,
        "templates": [
            {
                "code": t.code,
                "name": t.name_en if english else t.name,
                "about": t.about_en if english else t.about,
                "processes": t.processes,
            }
            for t in TEMPLATES
        ],
    }
    return render_part(request, "pipeline/process_list.html", "list", context, status=status)  # fmt: skip


@require_POST
@manages
def process_add(request: SignedRequest) -> HttpResponse:
    """A blank process with one stage, or those of a template (`template`)."""
    code = request.POST.get("template", "")
    if code:
        if code not in BY_CODE:
            raise Http404
        made = actions.add_template(code=code, by=request.user, at=timezone.now())
        return _go(request, made[0])
    form = NewProcessForm(request.POST)
    if form.is_valid():
        try:
            process = actions.save_process(process=form.save(commit=False), by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error("name", str(error))
        else:
            return _go(request, process)
    return _list(request, form, status=422)


def _go(request: SignedRequest, process: Process) -> HttpResponse:
    address = reverse("pipeline:process", args=[process.pk])
    if htmx_of(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)


@require_http_methods(["GET", "POST"])
@manages
def process_page(request: SignedRequest, pk: int) -> HttpResponse:
    """A process with its stages in their order; posting adds a stage."""
    process = get_object_or_404(Process.objects.select_related("next_process"), pk=pk)
    form, status = NewStageForm(), 200
    if request.method == "POST":
        form = NewStageForm(request.POST, instance=Stage(process=process))
        status = 422
        if form.is_valid():
            try:
                actions.save_stage(stage=form.save(commit=False), by=request.user, at=timezone.now())  # fmt: skip
            except DomainError as error:
                form.add_error("name", str(error))
            else:
                if not htmx_of(request):
                    return redirect("pipeline:process", pk)
                form, status = NewStageForm(), 200
                form.fields["name"].widget.attrs["autofocus"] = True
    stages = list(
        process.stages.annotate(
            check_count=Count("checks", filter=Q(checks__retired_at=None), distinct=True),
            planned_count=Count("planned", distinct=True),
            rule_count=Count("performer_rules", distinct=True),
            segment_norms=Count("norms", distinct=True),
        ).order_by("position")
    )  # fmt: skip
    live = [stage for stage in stages if stage.retired_at is None]
    falls = [
        later.pk
        for earlier, later in itertools.pairwise(live)
        if later.percent < earlier.percent
    ]
    context = {
        "process": process,
        "stages": live,
        "retired": [stage for stage in stages if stage.retired_at],
        "falls": falls,
        "form": form,
        "before": list(Process.objects.filter(next_process=process)),
    }
    return render_part(request, "pipeline/process.html", "stages", context, status=status)  # fmt: skip


@require_http_methods(["GET", "POST"])
@manages
def process_edit(request: SignedRequest, pk: int) -> HttpResponse:
    process = get_object_or_404(Process, pk=pk)
    form = ProcessForm(request.POST or None, instance=process)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_process(process=form.save(commit=False), by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            field = "next_process" if isinstance(error, actions.GoesInACircle) else "name"  # fmt: skip
            form.add_error(field, str(error))
        else:
            return _go(request, process)
    status = 422 if request.method == "POST" else 200
    context = {"process": process, "form": form}
    return render_part(request, "pipeline/process_form.html", "dialog", context, status=status)  # fmt: skip


@require_POST
@manages
def process_retire(request: SignedRequest, pk: int) -> HttpResponse:
    process = get_object_or_404(Process, pk=pk)
    to, now = reverse("pipeline:processes"), timezone.now()
    name = str(process)
    try:
        if request.POST.get("back"):
            actions.restore_process(process=process, by=request.user, at=now)
            text = _("Deals may be opened in “%s” again.") % name
        elif actions.retire_process(process=process, by=request.user, at=now):
            text = _("“%s” is removed: no deal ever was in it.") % name
        else:
            text = _("“%s” is retired: its deals run to their end, new ones are not opened.") % name  # fmt: skip
    except DomainError as error:
        return _refused(request, to, error)
    return _answer(request, to, text, "processes-changed")


@require_POST
@manages
def process_move(request: SignedRequest, pk: int) -> HttpResponse:
    process = get_object_or_404(Process, pk=pk)
    actions.step_process(process=process, up=request.POST.get("to") == "up")
    return _answer(request, reverse("pipeline:processes"), event="processes-changed")


# ── stages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _stage(pk: int) -> Stage:
    return get_object_or_404(Stage.objects.select_related("process"), pk=pk)


@require_http_methods(["GET", "POST"])
@manages
def stage_page(request: SignedRequest, pk: int) -> HttpResponse:
    """Everything that a stage says; posting keeps its own fields."""
    stage = _stage(pk)
    form = StageForm(request.POST or None, instance=stage)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_stage(
                stage=form.save(commit=False),
                next_stages=list(form.cleaned_data["next_stages"]),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("pipeline:process", stage.process_id)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "stage_name": str(_stage(pk)), **_stage_context(stage)}
    return render_part(request, "pipeline/stage.html", "parts", context, status=status)


def _stage_context(stage: Stage) -> dict[str, Any]:
    return {
        "stage": stage,
        "process": stage.process,
        "askable": askable(),
        "norms": list(stage.norms.select_related("region", "industry", "group")),
        "checks": list(stage.checks.filter(retired_at=None)),
        "planned": list(stage.planned.select_related("kind", "goal")),
        "rules": list(
            stage.performer_rules.select_related(
                "user", "department", "region", "industry", "group"
            )
        ),
    }


@require_POST
@manages
def stage_move(request: SignedRequest, pk: int) -> HttpResponse:
    """One place up or down (`to`), or before or behind another stage of the page (`before`, `after`)."""
    stage = _stage(pk)
    to = request.POST.get("to", "")
    page = reverse("pipeline:process", args=[stage.process_id])
    if to in {"up", "down"}:
        actions.step_stage(stage=stage, up=to == "up")
        return _answer(request, page, event="stages-changed")
    actions.move_stage(
        stage=stage,
        before=_id(request.POST.get("before", "")),
        after=_id(request.POST.get("after", "")),
    )
    return _answer(request, page, event="stages-changed")


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


@require_POST
@manages
def stage_retire(request: SignedRequest, pk: int) -> HttpResponse:
    stage = _stage(pk)
    page, now = reverse("pipeline:process", args=[stage.process_id]), timezone.now()
    name = str(stage)
    try:
        if request.POST.get("back"):
            actions.restore_stage(stage=stage, by=request.user, at=now)
            text = _("“%s” is the last stage again.") % name
        elif actions.retire_stage(stage=stage, by=request.user, at=now):
            text = _("“%s” is removed: no deal ever was on it.") % name
        else:
            text = _("“%s” is retired: deals on it stay until they are moved, history keeps it.") % name  # fmt: skip
    except DomainError as error:
        return _refused(request, page, error)
    return _answer(request, page, text, "stages-changed")


# ── what belongs to a stage ──────────────────────────────────────────────────────────────────────────────────────────


def _part(kind: str, pk: int) -> tuple[Any, Any]:
    if kind not in PARTS:
        raise Http404
    model, form = PARTS[kind]
    rows = model.objects.select_related("stage__process")
    if kind == "checks":
        rows = rows.filter(retired_at=None)
    return get_object_or_404(rows, pk=pk), form


@require_http_methods(["GET", "POST"])
@manages
def part_new(request: SignedRequest, pk: int, kind: str) -> HttpResponse:
    if kind not in PARTS:
        raise Http404
    model, form = PARTS[kind]
    return _part_form(request, kind, model(stage=_stage(pk)), form)


@require_http_methods(["GET", "POST"])
@manages
def part_edit(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    part, form = _part(kind, pk)
    return _part_form(request, kind, part, form)


def _part_form(
    request: SignedRequest, kind: str, part: Any, form_class: Any
) -> HttpResponse:
    form = form_class(request.POST or None, instance=part)
    page = reverse("pipeline:stage", args=[part.stage_id])
    if request.method == "POST" and form.is_valid():
        actions.save_part(
            part=form.save(commit=False), by=request.user, at=timezone.now()
        )
        return _answer(request, page, event="parts-changed")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "kind": kind, "part": part, "stage": part.stage}
    return render_part(request, "pipeline/part_form.html", "dialog", context, status=status)  # fmt: skip


@require_POST
@manages
def part_remove(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    part, _form = _part(kind, pk)
    actions.remove_part(part=part, by=request.user, at=timezone.now())
    page = reverse("pipeline:stage", args=[part.stage_id])
    return _answer(request, page, _("Removed."), "parts-changed")


@require_POST
@manages
def part_move(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    part, _form = _part(kind, pk)
    actions.step_part(part=part, up=request.POST.get("to") == "up")
    page = reverse("pipeline:stage", args=[part.stage_id])
    return _answer(request, page, event="parts-changed")
