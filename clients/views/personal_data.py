"""Personal data: one page a person, open demands of all, texts of consents, acts of erasure."""

import json
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import consent_state, holdings, persons, printing, suppressions, terms
from clients.actions import consents as consent_actions
from clients.actions import erasure as actions
from clients.forms.personal_data import EraseForm, WordingForm
from clients.models import Activity, Consent, ConsentText, Erasure, PersonRequest
from clients.personal_choices import ConsentKind
from clients.persons import Person
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to

READ = ["clients.view_client", "clients.view_contact"]
MANAGE = [*READ, "clients.manage_personal_data"]
ERASE = [*MANAGE, "clients.erase_person"]
LISTED = 200


def person_or_404(request: SignedRequest, kind: str, pk: int) -> Person:
    person = persons.read(kind, pk, user=request.user)
    if person is None:
        raise Http404
    return person


@require_GET
@permission_required(READ, raise_exception=True)
def person_data(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    """What is held of a person, what he agreed to and demanded; deeds by right."""
    person = person_or_404(request, kind, pk)
    manages = request.user.has_perm("clients.manage_personal_data")
    context = {
        "person": person,
        "root": person.root,
        **consent_state.of(person, request.user),
        "manages": manages,
        "may_erase": request.user.has_perm("clients.erase_person")
        and person.is_private,
        "erasures": holdings.erasures_of(person),
        "today": timezone.localdate(),
    }
    if manages:
        context |= {
            "held": holdings.held_of(person),
            "requests": requests_of(person),
            "planned": list(
                Activity.objects.planned()
                .filter(**person.owner)
                .select_related("kind", "performer")[:50]
            )
            if person.root.stopped_at
            else [],
            "stopped_addresses": list(
                suppressions.suppressed(
                    suppressions.addresses_of(person.emails(), person.phones())
                )
            ),
        }
    return render(request, "clients/person_data.html", context)


def requests_of(person: Person) -> list[PersonRequest]:
    rows = PersonRequest.objects.filter(**person.owner).select_related(
        "responsible", "closed_by"
    )
    return [_prepared(row) for row in rows.order_by("-received_on", "-pk")[:LISTED]]


def _prepared(row: Any) -> Any:
    """What a template asks of a demand and may not decide itself."""
    row.may_prolong = row.kind in terms.EXTENDABLE and not row.extended_at
    return row


@require_GET
@permission_required(READ, raise_exception=True)
def person_unwanted(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    """Lines of the block of consents that it asks for once it stands on a card."""
    person = person_or_404(request, kind, pk)
    context = {
        "unwanted": consent_state.unwanted_of(person),
        "may_record": request.user.has_perm("clients.record_consent"),
    }
    return render(request, "clients/consent_unwanted.html", context)


@require_GET
@permission_required(MANAGE, raise_exception=True)
def person_export(
    request: SignedRequest, kind: str, pk: int, format: str
) -> HttpResponse:
    """What is held, to be handed to the person: `json` for a machine, `pdf` for him."""
    person = person_or_404(request, kind, pk)
    if format not in {"json", "pdf"}:
        raise Http404
    journal.record(
        "person.exported",
        person.root,
        by=request.user,
        at=timezone.now(),
        format=format,
    )
    name = f"personal-data-{kind}-{pk}.{format}"
    if format == "json":
        text = json.dumps(holdings.as_json(person), ensure_ascii=False, indent=2)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
    else:
        page = render_to_string(
            "clients/person_export.html",
            {
                "person": person,
                "held": holdings.held_of(person, most=0),
                "operator": printing.operator(),
                "at": timezone.now(),
            },
        )
        response = HttpResponse(printing.pdf(page), content_type="application/pdf")
    response["Content-Disposition"] = (
        content_disposition_header(True, name) or "attachment"
    )
    return response


@require_GET
@permission_required(MANAGE, raise_exception=True)
def request_list(request: SignedRequest) -> HttpResponse:
    """Demands that wait for an answer, the most urgent first; or those answered; or erasures."""
    shown = request.GET.get("show", "")
    seen = PersonRequest.objects.visible_to(request.user).select_related(
        "contact", "client__legal_form", "responsible"
    )
    context: dict[str, Any] = {"shown": shown, "today": timezone.localdate()}
    if shown == "erasures":
        context["erasures"] = list(
            Erasure.objects.visible_to(request.user).select_related(
                "contact", "client", "decided_by"
            )[:LISTED]
        )
    elif shown == "closed":
        context["requests"] = list(
            seen.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")[:LISTED]
        )
    else:
        context["requests"] = list(seen.open().order_by("due_on", "pk")[:LISTED])
    for row in context.get("requests", ()):
        _prepared(row).person = persons.of_row(row)
    for row in context.get("erasures", ()):
        row.person = persons.of_row(row)
    return render(request, "clients/person_requests.html", context)


# ── erasing ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@permission_required(ERASE, raise_exception=True)
def person_erase(request: SignedRequest, kind: str, pk: int) -> HttpResponse:
    """What would go and what stays; confirmed by typing a word."""
    person = person_or_404(request, kind, pk)
    if not person.is_private:
        raise Http404
    if person.root.erased_at:
        return redirect(person.url)
    plan = holdings.plan_of(person)
    choices = {
        "activities": [talk.pk for talk in plan.talks],
        "files": [file.pk for file in plan.files],
        "imports": [job.pk for job in plan.imports],
    }
    waiting = PersonRequest.objects.open().filter(**person.owner)
    form = EraseForm(
        request.POST or None,
        word=_("ERASE"),
        requests=waiting,
        choices=choices,
        initial={"request": waiting.first()},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.decide(
                person=person,
                ground=data["ground"],
                ground_note=data["ground_note"],
                request=data["request"],
                chosen=actions.Chosen(
                    activities=data["activities"],
                    files=data["files"],
                    imports=data["imports"],
                ),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The erasure is decided and runs."))
            return go_to(request, person.url)
    typed = {name: set(request.POST.getlist(name)) for name in choices}
    context = {
        "person": person,
        "plan": plan,
        "form": form,
        "ticked": {
            n: {int(i) for i in ids if i.isdigit() and len(i) < 19}
            for n, ids in typed.items()
        },
        "first": request.method == "GET",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/person_erase.html", context, status=status)


@require_GET
@permission_required(READ, raise_exception=True)
def erasure_state(request: SignedRequest, pk: int) -> HttpResponse:
    """How far an erasure is: the page asks until it is over."""
    erasure = _erasure(request, pk)
    return render(request, "clients/erasure_state.html", {"erasure": erasure})


@require_POST
@permission_required(ERASE, raise_exception=True)
def erasure_again(request: SignedRequest, pk: int) -> HttpResponse:
    erasure = _erasure(request, pk)
    actions.try_again(erasure=erasure, at=timezone.now())
    return go_to(request, persons.of_row(erasure).url)


@require_GET
@permission_required(MANAGE, raise_exception=True)
def erasure_act(request: SignedRequest, pk: int) -> HttpResponse:
    """The act of destruction and the extract of the log, as one printed document in Russian."""
    erasure = _erasure(request, pk)
    if not erasure.done_at:
        raise Http404
    response = HttpResponse(printing.act_pdf(erasure), content_type="application/pdf")
    name = f"akt-{erasure.year}-{erasure.number}.pdf"
    response["Content-Disposition"] = (
        content_disposition_header(False, name) or "inline"
    )
    return response


def _erasure(request: SignedRequest, pk: int) -> Erasure:
    seen = Erasure.objects.visible_to(request.user)
    return get_object_or_404(
        seen.select_related("contact", "client", "decided_by__role", "request"), pk=pk
    )


# ── wordings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@permission_required("clients.manage_personal_data", raise_exception=True)
def wordings(request: SignedRequest) -> HttpResponse:
    """Texts of consents with their versions; a new version retires the one before."""
    initial = {}
    if (base := request.GET.get("of", "")).isdigit() and len(base) < 19:
        old = ConsentText.objects.filter(pk=base).first()
        if old:
            initial = {"kind": old.kind, "title": old.title, "text": old.text}
    form = WordingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        consent_actions.new_wording(
            **form.cleaned_data, by=request.user, at=timezone.now()
        )
        messages.success(request, _("The wording is in use."))
        return go_to(request, "clients:consent_texts")
    context = {
        "texts": ConsentText.objects.select_related("created_by"),
        "form": form,
        "kinds": ConsentKind,
        "open": bool(initial) or request.method == "POST",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/consent_texts.html", context, status=status)


@require_POST
@permission_required("clients.manage_personal_data", raise_exception=True)
def wording_retire(request: SignedRequest, pk: int) -> HttpResponse:
    text = get_object_or_404(ConsentText, pk=pk)
    consent_actions.retire_wording(text=text, by=request.user, at=timezone.now())
    return go_to(request, "clients:consent_texts")


@require_GET
@permission_required(READ, raise_exception=True)
def consent_file(request: SignedRequest, pk: int) -> HttpResponseBase:
    """The proof of a consent, always as a download."""
    consent = get_object_or_404(
        Consent.objects.select_related("contact", "client").exclude(file=""), pk=pk
    )
    person = persons.of_row(consent)
    person_or_404(request, person.kind, person.pk)
    if not (
        request.user.has_perm("clients.record_consent")
        or request.user.has_perm("clients.manage_personal_data")
    ):
        raise PermissionDenied
    try:
        opened = consent.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(
        opened,
        as_attachment=True,
        filename=consent.file_name,
        content_type="application/octet-stream",
    )
