"""Reports by letter: what one has set up, what comes to one, the dialog that sets it up."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from analytics import reading, schedule
from analytics.actions import sendings
from analytics.forms.sendings import SendingForm
from analytics.models import ReportSending
from clients.list_filters import SHOWING
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import done, render_part

MOST = 50
may_read = permission_required(reading.RIGHT, raise_exception=True)


@require_GET
@may_read
def page(request: SignedRequest) -> HttpResponse:
    user, now = request.user, timezone.now()
    rows = ReportSending.objects.prefetch_related("receivers").select_related("owner")
    own = rows.visible_to(user).order_by("name", "pk")
    coming = rows.filter(receivers=user, is_active=True, owner__is_active=True).exclude(owner=user)  # fmt: skip
    context = {
        "own": _shown(user, own, now),
        "coming": _shown(user, coming.order_by("name", "pk")[:100], now),
    }
    return render(request, "analytics/sendings.html", context)


def _shown(user: User, sendings: Iterable[ReportSending], now: datetime) -> list[dict[str, Any]]:  # fmt: skip
    rows, found = list(sendings), []
    for row, about in zip(rows, reading.abouts(user, rows, at=now), strict=True):
        people = [person.get_short_name() for person in row.receivers.all()]
        found.append(
            {
                "row": row,
                "title": about.title,
                "link": about.link,
                "period": about.period,
                "people": people[:4],
                "more": max(len(people) - 4, 0),
                "files": ", ".join(one.upper() for one in row.files),
            }
        )
    return found


@require_http_methods(["GET", "POST"])
@may_read
def new(request: SignedRequest) -> HttpResponse:
    """A dialog that sends the view from which it was opened."""
    given = request.POST if request.method == "POST" else request.GET
    report = given.get("report", "")[:20]
    params = QueryDict(given.get("parameters", "")[:4000].replace("\x00", "")).copy()
    if not reading.is_known(request.user, report, params):
        raise Http404
    for name in (*SHOWING, "format"):
        params.pop(name, None)
    sending = ReportSending(owner=request.user, report=report, parameters=params.urlencode(), files=["xlsx"])  # fmt: skip
    sending.name = str(reading.abouts(request.user, [sending], at=timezone.now())[0].title)[:120]  # fmt: skip
    if request.method == "POST" and ReportSending.objects.visible_to(request.user).count() >= MOST:  # fmt: skip
        form = SendingForm(request.POST, sending=sending)
        form.add_error(None, _("You have %d sendings: delete those you no longer use.") % MOST)  # fmt: skip
        return _drawn(request, form, sending)
    return _edited(request, sending)


@require_http_methods(["GET", "POST"])
@may_read
def edit(request: SignedRequest, pk: int) -> HttpResponse:
    return _edited(request, _own(request.user, pk))


def _edited(request: SignedRequest, sending: ReportSending) -> HttpResponse:
    form = SendingForm(request.POST if request.method == "POST" else None, sending=sending)  # fmt: skip
    if form.is_bound and form.is_valid():
        saved = sendings.save(form.filled(), receivers=form.cleaned_data["receivers"], at=timezone.now())  # fmt: skip
        if "trial" in request.POST:
            schedule.send_trial.delay_on_commit(sending_id=saved.pk)
            messages.success(request, _("Kept. A letter is on its way to you."))
        else:
            messages.success(request, _("Kept: the report goes out by letter."))
        return done(request, "analytics:sendings", reload=True)
    return _drawn(request, form, sending)


def _drawn(request: SignedRequest, form: SendingForm, sending: ReportSending) -> HttpResponse:  # fmt: skip
    about = reading.abouts(request.user, [sending], at=timezone.now())[0]
    chosen = {str(getattr(v, "pk", v)) for v in form["receivers"].value() or ()}
    context = {
        "form": form,
        "sending": sending,
        "title": about.title,
        "period": about.full,
        "stays": about.stays,
        "people": [(person, str(person.pk) in chosen) for person in form.people],
        "files": [(value, label, value in (form["formats"].value() or ())) for value, label in form.fields["formats"].choices],  # type: ignore[attr-defined]
    }  # fmt: skip
    return render_part(request, "analytics/sending_form.html", "dialog", context, status=422 if form.errors else 200)  # fmt: skip


@require_POST
@may_read
def switch(request: SignedRequest, pk: int) -> HttpResponse:
    sending = _own(request.user, pk)
    sendings.switch(sending, on=not sending.is_active, at=timezone.now())
    return redirect("analytics:sendings")


@require_POST
@may_read
def delete(request: SignedRequest, pk: int) -> HttpResponse:
    sending = _own(request.user, pk)
    sending.delete()
    messages.success(request, _("“%s” is sent no more.") % sending.name)
    return done(request, "analytics:sendings", reload=True)


@require_POST
@may_read
def leave(request: SignedRequest, pk: int) -> HttpResponse:
    """What a colleague set up comes no more."""
    if pk >= 2**63 or not ReportSending.objects.filter(pk=pk, receivers=request.user).exists():  # fmt: skip
        raise Http404
    sendings.leave(pk, user=request.user)
    messages.success(request, _("These letters come to you no more."))
    return redirect("analytics:sendings")


def _own(user: User, pk: int) -> ReportSending:
    found = ReportSending.objects.visible_to(user).filter(pk=pk).first() if pk < 2**63 else None  # fmt: skip
    if found is None:
        raise Http404
    return found
