"""Norms of the stages of a process: what holds, what own history proposes, and how it was spread."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import ClientGroup, Industry, Region
from deals.actions import norms as actions
from deals.forms.norms import ProposalForm, SegmentNormForm, TypedForm
from deals.norms_from_history import (
    DEFAULT_PERCENTILE,
    ENOUGH,
    LATEST,
    PERCENTILES,
    SEGMENTS,
    Sample,
    histories,
)
from pipeline.models import Norm, Process, Stage
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import htmx_of, render_part

manages = permission_required("pipeline.manage_processes", raise_exception=True)
MODELS: dict[str, Any] = {"region": Region, "industry": Industry, "group": ClientGroup}
# The drawing of a distribution, in its own units.
WIDTH, HEIGHT = 144, 32


@require_GET
@manages
def page(request: SignedRequest) -> HttpResponse:
    processes = list(Process.objects.all())
    process = _chosen(request, processes)
    percentile = _percentile(request.GET.get("percentile", ""))
    segment = request.GET.get("segment", "")
    segment = segment if segment in SEGMENTS else ""
    stages = list(process.stages.in_use().order_by("position")) if process else []
    context = {
        "processes": processes,
        "process": process,
        "percentile": percentile,
        "percentiles": PERCENTILES,
        "segment": segment,
        "segments": [("", _("All clients")), ("region", _("By region")), ("industry", _("By industry")), ("group", _("By group"))],
        "rows": _rows(stages, percentile, segment),
        "enough": ENOUGH,
        "latest": LATEST,
    }  # fmt: skip
    return render(request, "deals/norms.html", context)


def _chosen(request: SignedRequest, processes: list[Process]) -> Process | None:
    asked = request.GET.get("process", "")
    if asked:
        known = asked.isascii() and asked.isdigit() and len(asked) < 19
        return get_object_or_404(Process, pk=int(asked) if known else 0)
    return next((p for p in processes if p.retired_at is None), None)


def _percentile(text: str) -> int:
    return next((p for p in PERCENTILES if str(p) == text), DEFAULT_PERCENTILE)


def _rows(stages: list[Stage], percentile: int, segment: str) -> list[dict[str, Any]]:
    """One row a stage, and below it one for each segment that has a norm or history enough for one."""
    found = histories(stages, segment)
    refused = actions.declined(stages)
    norms: dict[int, list[Norm]] = {stage.pk: [] for stage in stages}
    for norm in Norm.objects.filter(stage__in=stages).select_related(*SEGMENTS):
        norms[norm.stage_id].append(norm)
    entries = {pk for history in found.values() for pk in history.segments}
    names = MODELS[segment].with_bin.in_bulk(entries) if segment else {}
    rows = []
    for stage in stages:
        history = found[stage.pk]
        own = [n for n in norms[stage.pk] if any(getattr(n, f"{s}_id") for s in SEGMENTS)]  # fmt: skip
        kept = next((n for n in norms[stage.pk] if n not in own), None)
        row = _proposal(history.whole, stage, percentile, "", stage.norm_days, refused)
        rows.append({"stage": stage, "kept": kept, "first": True, **row})
        for pk, sample in sorted(history.segments.items(), key=lambda p: -p[1].size):
            given = next((n for n in own if _is_alone(n, segment, pk)), None)
            if not sample.suffices and given is None:
                continue
            if given:
                own.remove(given)
            days = given.days if given else None
            row = _proposal(sample, stage, percentile, f"{segment}={pk}", days, refused)
            rows.append({"stage": stage, "norm": given, "name": names.get(pk), "entry": pk, **row})  # fmt: skip
        for norm in own:
            words = ", ".join(str(getattr(norm, s)) for s in SEGMENTS if getattr(norm, s))  # fmt: skip
            rows.append({"stage": stage, "norm": norm, "name": words, "days": norm.days, "typed_only": True})  # fmt: skip
    return rows


def _is_alone(norm: Norm, segment: str, pk: int) -> bool:
    """Whether the norm is given to exactly this entry and nothing else."""
    return all(
        getattr(norm, f"{name}_id") == (pk if name == segment else None)
        for name in SEGMENTS
    )


def _proposal(
    sample: Sample,
    stage: Stage,
    percentile: int,
    segment: str,
    days: int | None,
    refused: set[tuple[int, str, int, int]],
) -> dict[str, Any]:
    proposed = sample.percentile(percentile) if sample.suffices else None
    bars = sample.bars()
    tallest = max((count for _first, _last, count in bars), default=1)
    step = WIDTH / len(bars) if bars else WIDTH
    drawn = [
        {
            "x": round(place * step, 1),
            "width": round(max(step - 1, 1), 1),
            "height": round(HEIGHT * count / tallest, 1) if count else 0,
            "y": round(HEIGHT - HEIGHT * count / tallest, 1),
            "first": first,
            "last": last,
            "count": count,
            "past": proposed is not None and first > proposed,
        }
        for place, (first, last, count) in enumerate(bars)
    ]
    return {
        "days": days,
        "sample": sample,
        "bars": drawn,
        "marks": [(p, sample.percentile(p)) for p in PERCENTILES] if sample.size else [],
        "proposed": proposed,
        "same": proposed == days,
        "declined": (stage.pk, segment, percentile, proposed) in refused,
    }  # fmt: skip


def _back(stage: Stage, form: ProposalForm | None = None) -> str:
    shown: dict[str, Any] = {"process": stage.process_id}
    if form is not None and form.is_valid():
        shown |= {"percentile": form.cleaned_data["percentile"]}
        if form.cleaned_data["segment"]:
            shown["segment"] = form.cleaned_data["segment"]
    return f"{reverse('deals:norms')}?{urlencode(shown)}"


@require_POST
@manages
def typed(request: SignedRequest, pk: int) -> HttpResponse:
    stage = get_object_or_404(Stage, pk=pk)
    form = TypedForm(request.POST)
    if form.is_valid():
        actions.set_norm(stage=stage, days=form.cleaned_data["days"], by=request.user, at=timezone.now())  # fmt: skip
        messages.success(request, _("The norm of “%s” is set. Deals already on the stage keep theirs.") % stage)  # fmt: skip
    else:
        messages.error(request, _("“%(stage)s”: a norm is from 1 to 1000 working days.") % {"stage": stage})  # fmt: skip
    return redirect(_back(stage))


def _asked(request: SignedRequest, stage: Stage) -> tuple[ProposalForm, Sample | None]:
    """What was proposed, read from history again: nobody can send days of his own as history's."""
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return form, None
    segment, entry = form.cleaned_data["segment"], form.cleaned_data["entry"]
    history = histories([stage], segment)[stage.pk]
    sample = history.segments.get(entry) if segment else history.whole
    return form, sample if sample and sample.suffices else None


@require_POST
@manages
def accept(request: SignedRequest, pk: int) -> HttpResponse:
    stage = get_object_or_404(Stage, pk=pk)
    form, sample = _asked(request, stage)
    if sample is None:
        messages.error(request, _("History proposes nothing for it any more."))
        return redirect(_back(stage, form))
    name, entry = form.cleaned_data["segment"], form.cleaned_data["entry"]
    percentile = form.cleaned_data["percentile"]
    segment = {name: get_object_or_404(MODELS[name], pk=entry)} if name else None
    actions.set_norm(
        stage=stage,
        days=sample.percentile(percentile),
        segment=segment,
        percentile=percentile,
        sample=sample.size,
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("The norm of “%s” is set. Deals already on the stage keep theirs.") % stage)  # fmt: skip
    return redirect(_back(stage, form))


@require_POST
@manages
def decline(request: SignedRequest, pk: int) -> HttpResponse:
    stage = get_object_or_404(Stage, pk=pk)
    form, sample = _asked(request, stage)
    if sample is not None:
        name, entry = form.cleaned_data["segment"], form.cleaned_data["entry"]
        percentile = form.cleaned_data["percentile"]
        actions.decline(
            stage=stage,
            days=sample.percentile(percentile),
            percentile=percentile,
            segment=f"{name}={entry}" if name else "",
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, _("Declined: it is proposed again when history says something else."))  # fmt: skip
    return redirect(_back(stage, form))


@require_http_methods(["GET", "POST"])
@manages
def segment_new(request: SignedRequest, pk: int) -> HttpResponse:
    """A typed norm for clients of a segment."""
    stage = get_object_or_404(Stage.objects.select_related("process"), pk=pk)
    form = SegmentNormForm(request.POST or None, instance=Norm(stage=stage))
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_norm(norm=form.save(commit=False), by=request.user, at=timezone.now())  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            if htmx_of(request):
                return HttpResponse(status=204, headers={"HX-Redirect": _back(stage)})
            return redirect(_back(stage))
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "stage": stage, "back": _back(stage)}
    return render_part(request, "deals/norm_form.html", "dialog", context, status=status)  # fmt: skip


@require_POST
@manages
def remove(request: SignedRequest, pk: int) -> HttpResponse:
    norm = get_object_or_404(Norm.objects.select_related("stage"), pk=pk)
    stage = norm.stage
    actions.remove_norm(norm=norm, by=request.user, at=timezone.now())
    messages.success(request, _("Removed."))
    return redirect(_back(stage))
