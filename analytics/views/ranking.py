"""The ranking of a team: its table below the diagnosis, and what the head lets his people see of it."""

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from analytics import counting, rankings, reading
from analytics.forms.ranking import RankingForm
from analytics.indicators import offered
from analytics.models import TeamRanking
from analytics.scope import scope_of
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import done, render_dialog

may_read = permission_required(reading.RIGHT, raise_exception=True)


@require_GET
@may_read
def ranking(request: SignedRequest) -> HttpResponse:
    """A part of the panel, asked after it is drawn; empty for whoever's head shows nothing."""
    user, now = request.user, timezone.now()
    shown = rankings.shown_to(user)
    if shown is None:
        return HttpResponse()
    period = reading.period_of(reading.PANEL, request.GET, at=now)
    figures = rankings.figures(shown, period.since, period.until, at=now)
    found = counting.counted(figures, again=counting.again(request))
    context = {
        "found": found,
        "ranking": None if found.value is None else rankings.ranking(shown, found.value, reader=user),
        "own": shown.head_id == user.pk,
        "head": shown.head,
    }  # fmt: skip
    return render(request, "analytics/ranking.html", context)


@require_http_methods(["GET", "POST"])
@may_read
def settings(request: SignedRequest) -> HttpResponse:
    """A dialog in which a head says what of one another his people see."""
    user = request.user
    if scope_of(user).is_own:
        raise PermissionDenied
    known = offered(user)
    present = TeamRanking.objects.filter(head=user).first()
    given = {"indicator": present.indicators, "with_figures": present.with_figures} if present else None  # fmt: skip
    form = RankingForm(request.POST if request.method == "POST" else None, initial=given, known=known)  # fmt: skip
    if form.is_valid():
        data = form.cleaned_data
        rankings.show(data["indicator"], with_figures=data["with_figures"], head=user)
        return done(request, "analytics:panel", reload=True)
    context = {"form": form, "known": known, "team": rankings.team(user).count()}
    return render_dialog(request, "analytics/ranking_settings.html", context, title=_("Team ranking"), status=422 if form.errors else 200)  # fmt: skip
