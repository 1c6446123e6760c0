"""Groups for outside mailing services: a file with consents goes, a file with answers comes back."""

import tempfile
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.models import Selection
from clients.selections import NotUnderstood
from mailing import exchange as files
from mailing.actions import exchange as actions
from mailing.choices import Whom
from mailing.forms import ExportForm, OutcomeFileForm
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to
from salesexpert.core.templatetags.look import number

exchanges = permission_required("mailing.exchange_groups", raise_exception=True)
REPORT, BAD_SHOWN = "mailing_outcome", 50
MOST_BYTES = 20 * 1024 * 1024


@require_http_methods(["GET", "POST"])
@exchanges
def exchange(request: SignedRequest) -> HttpResponse:
    form = OutcomeFileForm(request.POST or None, request.FILES or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                outcome = _read(form)
                actions.enter(outcome, by=request.user, at=timezone.now())
            except DomainError as error:
                form.add_error("file", str(error))
            else:
                said = _("Entered: unsubscribed %(off)s, came back %(back)s.")
                messages.success(request, said % {"off": number(len(outcome.unsubscribed)), "back": number(len(outcome.bounced))})  # fmt: skip
                request.session[REPORT] = _report(outcome)
                return go_to(request, "mailing:exchange")
    context: dict[str, Any] = {"form": form, "export": ExportForm(user=request.user)}
    if request.method == "GET":
        context["report"] = request.session.pop(REPORT, None)
    return render(request, "mailing/exchange.html", context, status=status)


def _report(outcome: files.Outcome) -> dict[str, Any]:
    """What of the file was not entered, as the session keeps it until the page is shown."""
    return {
        "bad": len(outcome.bad),
        "rows": [[x.number, x.words, x.why] for x in outcome.bad[:BAD_SHOWN]],
        "others": [[word, n] for word, n in outcome.others.items()],
    }


def _read(form: OutcomeFileForm) -> files.Outcome:
    upload = form.cleaned_data["file"]
    if upload.size > MOST_BYTES:
        raise files.NothingRead(_("The file is larger than 20 MB: split it."))
    with tempfile.NamedTemporaryFile(suffix=Path(upload.name).suffix[:8]) as kept:
        for chunk in upload.chunks():
            kept.write(chunk)
        kept.flush()
        return files.read_outcome(Path(kept.name), what=form.cleaned_data["what"])


@require_GET
@exchanges
def export(request: SignedRequest) -> HttpResponseBase:
    """The group as a file: only who agreed, each with when and how."""
    given = request.GET.get("selection", "")
    whom = request.GET.get("whom", Whom.MAIN)
    if not given.isascii() or not given.isdecimal() or len(given) > 18 or whom not in Whom.values:  # fmt: skip
        raise Http404
    usable = Selection.objects.usable_by(request.user).filter(entity="client")
    selection = get_object_or_404(usable, pk=int(given))
    try:
        rows = list(files.exported(selection.parameters, request.user, whom=whom))
    except NotUnderstood as error:
        messages.error(request, str(error))
        return redirect("mailing:exchange")
    journal.record("mailing.exported", selection, by=request.user, at=timezone.now(), whom=whom)  # fmt: skip
    response = StreamingHttpResponse(files.as_csv(rows), content_type="text/csv; charset=utf-8")  # fmt: skip
    name = content_disposition_header(as_attachment=True, filename=f"{selection.name[:80]}.csv")  # fmt: skip
    response.headers["Content-Disposition"] = name or "attachment"
    return response
