"""Dialogs of the page of a person: consent given and withdrawn, stopped, demanded, prolonged, answered."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients import persons, terms
from clients.actions import consents as actions
from clients.actions import person_requests
from clients.forms.personal_data import (
    AnswerForm,
    ConsentForm,
    ProlongForm,
    RequestForm,
    StopForm,
    WithdrawForm,
    moment_of,
)
from clients.models import PersonRequest
from clients.personal_choices import Channel, ConsentKind
from clients.persons import Person
from clients.views.parts import done
from clients.views.personal_data import MANAGE, READ, person_or_404
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part

RECORD = [*READ, "clients.record_consent"]


def _dialog(
    request: SignedRequest,
    form: Any,
    person: Person,
    *,
    title: str,
    button: str,
    hint: str = "",
    act: Callable[[dict[str, Any]], object],
    multipart: bool = False,
) -> HttpResponse:
    """A form in a dialog (a page of its own without scripts): ask, act, close; refusals stand in the form."""
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, person.url, reload=True)
    context = {
        "form": form,
        "person": person,
        "title": title,
        "button": button,
        "hint": hint,
        "multipart": multipart,
        "to": request.path,
    }
    status = 422 if request.method == "POST" else 200
    return render_part(
        request, "clients/person_dialog.html", "dialog", context, status=status
    )


@require_http_methods(["GET", "POST"])
@permission_required(RECORD, raise_exception=True)
def consent_new(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    person = person_or_404(request, kind, pk)
    form = ConsentForm(
        request.POST or None,
        request.FILES or None,
        initial={"given_on": timezone.localdate()},
    )
    return _dialog(
        request,
        form,
        person,
        title=_("Enter a consent"),
        button=_("Enter the consent"),
        multipart=True,
        act=lambda data: actions.give_consent(
            person=person,
            kind=data["text"].kind,
            channels=data["channels"],
            text=data["text"],
            given_at=moment_of(data["given_on"]),
            means=data["means"],
            place=data["place"],
            upload=data["file"],
            by=request.user,
            at=timezone.now(),
        ),
    )


@require_http_methods(["GET", "POST"])
@permission_required(RECORD, raise_exception=True)
def consent_withdraw(
    request: SignedRequest, kind: str, pk: int, channel: str
) -> HttpResponse:
    """`channel` is one of advertising, or “processing”."""
    person = person_or_404(request, kind, pk)
    if channel != ConsentKind.PROCESSING and channel not in Channel.values:
        raise Http404
    processing = channel == ConsentKind.PROCESSING
    form = WithdrawForm(
        request.POST or None, initial={"withdrawn_on": timezone.localdate()}
    )
    return _dialog(
        request,
        form,
        person,
        title=_("Consent withdrawn: %(what)s")
        % {
            "what": ConsentKind.PROCESSING.label
            if processing
            else Channel(channel).label
        },
        button=_("Note the withdrawal"),
        hint=_(
            "The data go within 30 days unless another ground holds: enter a request."
        )
        if processing
        else _(
            "Advertising by this channel ends at once; the address goes to the stop list."
        ),
        act=lambda data: actions.withdraw_consent(
            person=person,
            kind=ConsentKind.PROCESSING if processing else ConsentKind.ADVERTISING,
            channel="" if processing else channel,
            means=data["means"],
            withdrawn_at=moment_of(data["withdrawn_on"]),
            by=request.user,
            at=timezone.now(),
        ),
    )


@require_http_methods(["GET", "POST"])
@permission_required(MANAGE, raise_exception=True)
def person_stop(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    person = person_or_404(request, kind, pk)

    def act(data: dict[str, Any]) -> None:
        stop = (
            actions.stop_processing
            if data["what"] == "processing"
            else actions.stop_advertising
        )
        stop(person=person, means=data["means"], by=request.user, at=timezone.now())

    return _dialog(
        request,
        StopForm(request.POST or None, initial={"what": "advertising"}),
        person,
        title=_("Stop on demand of the person"),
        button=_("Stop"),
        hint=_("All addresses of the person go to the stop list."),
        act=act,
    )


@require_POST
@permission_required(RECORD, raise_exception=True)
def do_not_call(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    """Whoever hears it on the phone may set the mark; who answers for personal data takes it off."""
    person = person_or_404(request, kind, pk)
    on = request.POST.get("on") != "no"
    if not on and not request.user.has_perm("clients.manage_personal_data"):
        raise PermissionDenied
    actions.set_do_not_call(person=person, on=on, by=request.user, at=timezone.now())
    return done(request, person.url, reload=True)


def _answerable(user: User) -> list[int]:
    """Who may answer persons, whoever asks among them."""
    people = User.objects.filter(is_active=True).select_related("role")
    able = [p.pk for p in people if p.has_perm("clients.manage_personal_data")]
    return able if user.pk in able else [*able, user.pk]


@require_http_methods(["GET", "POST"])
@permission_required(MANAGE, raise_exception=True)
def request_new(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    person = person_or_404(request, kind, pk)
    form = RequestForm(
        request.POST or None,
        people=_answerable(request.user),
        initial={"received_on": timezone.localdate(), "responsible": request.user.pk},
    )
    return _dialog(
        request,
        form,
        person,
        title=_("Enter a request"),
        button=_("Enter the request"),
        hint=_("The term is counted from the day of receipt in working days."),
        act=lambda data: person_requests.enter_request(
            person=person,
            kind=data["kind"],
            received_on=data["received_on"],
            means=data["means"],
            note=data["note"],
            responsible=data["responsible"],
            by=request.user,
            at=timezone.now(),
            today=timezone.localdate(),
        ),
    )


def _request(request: SignedRequest, pk: int) -> tuple[PersonRequest, Person]:
    seen = PersonRequest.objects.visible_to(request.user)
    rows = seen.select_related("contact", "client__legal_form")
    row = get_object_or_404(rows, pk=pk)
    return row, persons.of_row(row)


@require_http_methods(["GET", "POST"])
@permission_required(MANAGE, raise_exception=True)
def request_prolong(request: SignedRequest, pk: int) -> HttpResponse:
    row, person = _request(request, pk)
    return _dialog(
        request,
        ProlongForm(request.POST or None),
        person,
        title=_("Prolong the term"),
        button=_("Prolong by %(days)s working days") % {"days": terms.EXTENSION},
        hint=_("Only after a notice to the person that says why."),
        act=lambda data: person_requests.prolong(
            request=row, reason=data["reason"], by=request.user, at=timezone.now()
        ),
    )


@require_http_methods(["GET", "POST"])
@permission_required(MANAGE, raise_exception=True)
def request_answer(request: SignedRequest, pk: int) -> HttpResponse:
    row, person = _request(request, pk)
    return _dialog(
        request,
        AnswerForm(request.POST or None),
        person,
        title=_("Close the request"),
        button=_("Close the request"),
        act=lambda data: person_requests.answer(
            request=row,
            outcome=data["outcome"],
            text=data["text"],
            by=request.user,
            at=timezone.now(),
        ),
    )
