"""Repeating work: letting planned work repeat, changing its times, stopping it."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import Activity
from pipeline import schedules
from pipeline.actions import series as actions
from pipeline.choices import Frequency
from pipeline.models import Occurrence, Series
from pipeline.plan_forms import RepeatForm, SeriesForm
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import htmx_of, render_part

SHOWN = 200


def _said(request: SignedRequest, text: str) -> HttpResponse:
    if not htmx_of(request):
        messages.success(request, text)
        return redirect("plan:calendar")
    response = HttpResponse(status=204)
    told = {"activities-changed": {}, "close-dialog": {}, "toast": {"text": text}}
    response["HX-Trigger"] = json.dumps(told)
    return response


@require_http_methods(["GET", "POST"])
@permission_required("clients.change_activity", raise_exception=True)
def repeat(request: SignedRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(
        Activity.objects.visible_to(request.user).select_related("performer", "client"),
        pk=pk,
    )
    at = timezone.now()
    zone = schedules.zone_of(row.performer.time_zone)
    first_on = timezone.localdate(row.planned_at or row.done_at, zone)
    post = request.method == "POST"
    form = RepeatForm(request.POST if post else None, first_on=first_on)
    if post and form.is_valid():
        try:
            series = actions.repeat(activity=row, by=request.user, at=at, **form.rule)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            made = series.occurrences.count()
            return _said(
                request,
                ngettext("Repeats: %(n)s time is planned.", "Repeats: %(n)s times are planned.", made) % {"n": made},
            )  # fmt: skip
    v: Any = form.data if post else {"frequency": "weekly", "every": 1, "ends": "never"}
    context = {
        "row": row,
        "form": form,
        "v": v,
        "e": form.errors if post else {},
        "frequencies": Frequency.choices,
        "weekdays": [
            (n, WEEKDAYS_ABBR[n], str(n) in request.POST.getlist("weekdays") if post else n == first_on.weekday())
            for n in range(7)
        ],
    }  # fmt: skip
    return render_part(request, "pipeline/plan_repeat.html", "repeat", context, status=422 if post else 200)  # fmt: skip


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def listing(request: SignedRequest) -> HttpResponse:
    rows = (
        Series.objects.visible_to(request.user)
        .filter(occurrences__activity__status="planned")
        .select_related("performer", "client__legal_form", "kind")
        .distinct()
        .order_by("clock", "pk")[:SHOWN]
    )
    shown = [(row, _in_words(row)) for row in rows]
    return render(request, "pipeline/plan_repeating.html", {"rows": shown})


def _in_words(series: Series) -> str:
    """“every week: Mon, Thu, 10:00, until 31.12.2026”."""
    words = str(series.get_frequency_display())
    if series.every > 1:
        words = {
            Frequency.DAILY: ngettext("every %(n)s working day", "every %(n)s working days", series.every),
            Frequency.WEEKLY: ngettext("every %(n)s week", "every %(n)s weeks", series.every),
            Frequency.MONTHLY: ngettext("every %(n)s month", "every %(n)s months", series.every),
        }[Frequency(series.frequency)] % {"n": series.every}  # fmt: skip
    if series.frequency == Frequency.WEEKLY:
        days = series.weekdays or [series.starts_on.weekday()]
        words += ": " + ", ".join(str(WEEKDAYS_ABBR[n]) for n in days)
    words += f", {series.clock.hour}:{series.clock.minute:02d}"
    if series.until_on:
        words += ", " + _("until %(day)s") % {
            "day": formats.date_format(series.until_on, "SHORT_DATE_FORMAT")
        }
    if series.count:
        words += ", " + ngettext("%(n)s time", "%(n)s times", series.count) % {"n": series.count}  # fmt: skip
    return words


def _series(request: SignedRequest, pk: int) -> Series:
    return get_object_or_404(
        Series.objects.visible_to(request.user).select_related(
            "performer", "client__legal_form", "kind"
        ),
        pk=pk,
    )


def _from(request: SignedRequest, series: Series) -> Occurrence | None:
    """The time from which on something is changed: the one that was opened."""
    asked = request.POST.get("from") or request.GET.get("from", "")
    if not asked.isdecimal() or len(asked) > 18:
        return None
    return series.occurrences.filter(activity=int(asked)).first()


@require_http_methods(["GET", "POST"])
@permission_required("clients.change_activity", raise_exception=True)
def one(request: SignedRequest, pk: int) -> HttpResponse:
    """Change “this and the following” or all times that are still to come."""
    series, at = _series(request, pk), timezone.now()
    opened = _from(request, series)
    post = request.method == "POST"
    form = SeriesForm(request.POST if post else None)
    if post and form.is_valid():
        cleaned = form.cleaned_data
        following = opened is not None and cleaned["scope"] == "following"
        try:
            actions.change_series(
                series=series,
                since=opened.on if opened and following else None,
                changes=actions.Changes(
                    clock=cleaned["clock"].replace(tzinfo=None),
                    minutes=cleaned["minutes"],
                    title=cleaned["title"].strip() or None,
                    note=cleaned["note"].strip(),
                ),
                by=request.user,
                at=at,
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return _said(request, _("Changed."))
    v: Any = (
        form.data
        if post
        else {
            "scope": "following",
            "clock": f"{series.clock:%H:%M}",
            "minutes": series.minutes or "",
            "title": series.title,
            "note": series.note,
        }
    )
    context = {
        "series": series,
        "words": _in_words(series),
        "opened": opened,
        "form": form,
        "v": v,
        "e": form.errors if post else {},
        "may_change": actions.may_change(series, request.user),
        "to": reverse("plan:repeating"),
    }
    return render_part(request, "pipeline/plan_series.html", "series", context, status=422 if post else 200)  # fmt: skip


@require_POST
@permission_required("clients.change_activity", raise_exception=True)
def stop(request: SignedRequest, pk: int) -> HttpResponse:
    series = _series(request, pk)
    opened = _from(request, series)
    following = opened is not None and request.POST.get("scope") != "all"
    try:
        gone = actions.stop(
            series=series,
            since=opened.on if opened and following else None,
            by=request.user,
            at=timezone.now(),
        )
    except DomainError as error:
        return _said(request, str(error))
    return _said(
        request,
        ngettext("Repeats no more: %(n)s time taken out.", "Repeats no more: %(n)s times taken out.", gone) % {"n": gone},
    )  # fmt: skip
