"""Contact persons: their pages, their places in firms, and the dialogs of the card."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import (
    card_state,
    conflicts,
    consent_state,
    list_answers,
    own_fields,
    own_filters,
    rights,
    searching,
)
from clients.actions import contacts as actions
from clients.actions.clients import EditsClash
from clients.contact_listing import ContactListing, ContactTable
from clients.forms.card import chosen, dump_base, read_base
from clients.forms.contacts import (
    ContactForm,
    LeaveForm,
    PersonForm,
    PlaceForm,
    readable_links,
)
from clients.last_change import last_change
from clients.list_filters import picker_input
from clients.models import Activity, Client, Contact, ContactLink
from clients.persons import Person
from clients.views.bin import absent
from clients.views.parts import done
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, render_part

HISTORY_PAGE = 30
READ = ["clients.view_contact"]
ADD = ["clients.view_contact", "clients.add_contact"]
CHANGE = ["clients.view_contact", "clients.change_contact"]


def _contact(request: SignedRequest, pk: int) -> Contact:
    return get_object_or_404(Contact.objects.visible_to(request.user), pk=pk)


def _client(request: SignedRequest, pk: int) -> Client:
    return get_object_or_404(Client.objects.visible_to(request.user), pk=pk)


def _place(request: SignedRequest, pk: int) -> ContactLink:
    seen = Client.objects.visible_to(request.user)
    places = ContactLink.objects.select_related("contact", "client__legal_form")
    return get_object_or_404(places, pk=pk, client__in=seen)


# ── the base ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@permission_required(READ, raise_exception=True)
def contact_list(request: SignedRequest) -> HttpResponseBase:
    contacts = Contact.objects.visible_to(request.user)
    listing = ContactListing(request.GET, contacts, user=request.user)
    if request.GET.get("format") in list_answers.TYPES:
        return _export(request, listing)
    page = listing.page()
    table = ContactTable(
        page.rows,
        root=request.path,
        columns=listing.columns,
        gathered=listing.gathered(page.rows),
        sort=listing.sort,
    )
    here = request.GET.copy()
    for name in ("after", "before", "format", "field"):
        here.pop(name, None)
    context = {
        "listing": listing,
        "here": here.urlencode(),
        "kept": [(n, v) for n in listing.own for v in request.GET.getlist(n) if v],
        "has_own": bool(own_fields.book().of("contact")),
        "form": [
            bound for bound in listing.filterset.form if bound.name not in listing.own
        ],
        "table": table,
        "page": page,
        "total": listing.total(page),
        "cap": listing.cap,
    }
    return render_part(request, "clients/contact_list.html", "list", context)


@require_GET
@permission_required(READ, raise_exception=True)
def contact_filters(request: SignedRequest) -> HttpResponse:
    """The own fields by which persons are filtered, or with `field=` the form of one."""
    name = request.GET.get("field", "")
    every = own_fields.registered("contact")
    here = request.GET.copy()
    here.pop("field", None)
    context: dict[str, Any] = {
        "here": here.urlencode(),
        "picker_url": request.path,
        "list_url": reverse("clients:contacts"),
    }
    if not name:
        context["fields"] = every
        return render(request, "clients/list_filters.html", context)
    field = next((f for f in every if f.name == name), None)
    if field is None:
        raise Http404
    made = own_filters.of_field(field) or {}
    contacts = Contact.objects.visible_to(request.user)
    listing = ContactListing(request.GET, contacts, user=request.user)
    context |= {
        "field": field,
        "inputs": [
            picker_input(request.GET, request.user, listing.filterset.form, n, given)
            for n, given in made.items()
        ],
        "kept": [
            (n, v)
            for n in here
            if n not in made and n not in ("after", "before")
            for v in here.getlist(n)
            if v and (n in listing.filterset.filters or n in ("q", "sort"))
        ],
    }
    return render(request, "clients/list_filters.html", context)


def _export(request: SignedRequest, listing: ContactListing) -> HttpResponseBase:
    if not request.user.has_perm("clients.export_clients"):
        raise PermissionDenied
    kind = request.GET["format"]
    columns = listing.all_columns
    journal.record(
        "clients.exported",
        request.user,
        by=request.user,
        at=timezone.now(),
        format=kind,
        list="contacts",
        columns=[f.name for f in columns],
    )
    return list_answers.file(
        kind, _("contacts"), columns, lambda: listing.values(columns)
    )


# ── the person's own page ────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@permission_required(READ, raise_exception=True)
def contact(request: SignedRequest, pk: int) -> HttpResponse:
    """Who he is, how to reach him, where he works and worked, and what was talked of with him."""
    try:
        person = _contact(request, pk)
    except Http404:
        return absent(request, Contact, pk)
    if person.merged_into_id and request.GET.get("as") != "joined":
        return redirect("clients:contact", person.merged_into_id)
    places = readable_links(request.user, person).select_related("client__legal_form")
    activities, before = _history(request, person)
    context = {
        "person": person,
        "phones": list(person.phones.all()),
        "emails": list(person.emails.all()),
        "places": sorted(places, key=lambda p: (p.until_on is not None, -p.pk)),
        "activities": activities,
        "before": before,
        "own_blocks": own_fields.shown_of(person, "contact"),
        "may_change": request.user.has_perm("clients.change_contact"),
        "may_merge": request.user.has_perm("clients.merge_clients"),
        "today": timezone.localdate(),
        **consent_state.block(Person(person), request.user),
    }
    return render(request, "clients/contact.html", context)


def _history(request: SignedRequest, person: Contact) -> tuple[list[Activity], str]:
    """His history, newest first, and the mark of the next page: `moment_id` of the last shown."""
    shown: QuerySet[Activity] = Activity.objects.visible_to(request.user).filter(
        contact=person
    )
    mark = request.GET.get("before", "")
    if mark.isascii() and mark.isdigit() and len(mark) < 19:
        last = shown.filter(pk=mark).values_list("feed_at", "pk").first()
        if last:
            shown = shown.filter(TupleLessThan(Tuple(F("feed_at"), F("pk")), last))
    rows = list(
        shown.select_related(
            "kind", "performer", "client__legal_form", "result"
        ).order_by("-feed_at", "-pk")[: HISTORY_PAGE + 1]
    )
    more = len(rows) > HISTORY_PAGE
    return rows[:HISTORY_PAGE], str(rows[HISTORY_PAGE - 1].pk) if more else ""


@require_http_methods(["GET", "POST"])
@permission_required(ADD, raise_exception=True)
def contact_new(request: SignedRequest) -> HttpResponse:
    """A person without a card at hand; `?client=12` gives him his first place."""
    form = ContactForm(request.POST or None)
    place = PlaceForm(request.POST or None, user=request.user, client=None)
    place.fields["client"].required = False
    if request.method == "GET" and request.GET.get("client", "").isdigit():
        place.initial["client"] = request.GET["client"][:18]
    known: list[Contact] = []
    if request.method == "POST" and all([form.is_valid(), place.is_valid()]):
        try:
            person = actions.create_contact(
                state=form.typed_state(),
                by=request.user,
                at=timezone.now(),
                client=place.cleaned_data["client"],
                place=place.place(),
                others="others" in request.POST,
            )
        except actions.LooksKnownPerson as error:
            known = _told(request, error.known)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The person is in the base."))
            return go_to(request, person)
    context = {"form": form, "place": place, "known": known}
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/contact_form.html", context, status=status)


def _told(request: SignedRequest, known: list[Contact]) -> list[Any]:
    """Known persons as the user may learn of them: by name, with a link only where he may read them."""
    seen = set(
        Contact.objects.visible_to(request.user)
        .filter(pk__in=[c.pk for c in known])
        .values_list("pk", flat=True)
    )
    return [{"contact": c, "may_open": c.pk in seen} for c in known]


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def contact_edit(request: SignedRequest, pk: int) -> HttpResponse:
    """Two people's edits are merged; what both changed is shown side by side (as on the card)."""
    person = _contact(request, pk)
    state = card_state.read(person)
    form = ContactForm(request.POST or None, state=state)
    base, clash = state, {}
    if request.method == "POST":
        base = read_base(request.POST.get("base", "")) or {}
        if form.is_valid():
            typed = chosen(form.typed_state(), base, request.POST)
            try:
                actions.change_contact(
                    contact=person,
                    base=base,
                    state=typed,
                    by=request.user,
                    at=timezone.now(),
                )
            except EditsClash as error:
                clash = {
                    "conflicts": conflicts.in_words(person, error.clashes),
                    "last": last_change(person),
                }
                form = ContactForm(state=error.merged)
                base = error.theirs
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("Saved."))
                return go_to(request, person)
    # The alerts of both forms lead back to “client”: here that is the person.
    context = {
        "form": form,
        "person": person,
        "client": person,
        "base": dump_base(base),
        **clash,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/contact_form.html", context, status=status)


@require_POST
@permission_required(CHANGE, raise_exception=True)
def contact_archive(request: SignedRequest, pk: int) -> HttpResponse:
    person = _contact(request, pk)
    archived = request.POST.get("archived") != "no"
    actions.set_contact_archived(
        contact=person, archived=archived, by=request.user, at=timezone.now()
    )
    messages.success(
        request,
        _("The person is in the archive.")
        if archived
        else _("The person is back from the archive."),
    )
    return go_to(request, person)


@require_GET
@permission_required(READ, raise_exception=True)
def contact_pick(request: SignedRequest) -> HttpResponse:
    """Persons by part of the name, phone or firm, to be chosen in a dialog."""
    text = request.GET.get("q", "")
    query = searching.read_query(text)
    found = Contact.objects.visible_to(request.user).filter(archived_at=None)
    shown = (
        searching.matching(found, query).order_by("folded", "pk")[:8] if query else []
    )
    return render(request, "clients/contact_pick.html", {"found": shown, "q": text})


# ── places ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@permission_required(["clients.view_client", *ADD], raise_exception=True)
def person_add(request: SignedRequest, pk: int) -> HttpResponse:
    """The dialog of the card: a new person, or one of the base, gets a place in this firm."""
    client = _client(request, pk)
    if not rights.on_card(request.user, client).add_contact:
        raise PermissionDenied
    form = PersonForm(request.POST or None, user=request.user)
    known: list[Any] = []
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            if person := form.cleaned_data["contact"]:
                actions.link(
                    contact=person,
                    client=client,
                    place=form.place(),
                    by=request.user,
                    at=now,
                )
            else:
                actions.create_contact(
                    state=form.state(),
                    by=request.user,
                    at=now,
                    client=client,
                    place=form.place(),
                    others="others" in request.POST,
                )
        except actions.LooksKnownPerson as error:
            known = _told(request, error.known)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, client, event="people-changed")
    context = {"client": client, "form": form, "known": known}
    status = 422 if request.method == "POST" else 200
    return render_part(
        request, "clients/contact_add.html", "dialog", context, status=status
    )


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def place_new(request: SignedRequest, pk: int) -> HttpResponse:
    """Another firm for a known person."""
    person = _contact(request, pk)
    form = PlaceForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.link(
                contact=person,
                client=form.cleaned_data["client"],
                place=form.place(),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, person, reload=True)
    return _place_dialog(request, form, person)


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def place_edit(request: SignedRequest, pk: int) -> HttpResponse:
    held = _place(request, pk)
    form = PlaceForm(request.POST or None, user=request.user, held=held)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_place(
                place_of=held, place=form.place(), by=request.user, at=timezone.now()
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, held.contact, reload=True)
    return _place_dialog(request, form, held.contact, held)


def _place_dialog(
    request: SignedRequest,
    form: PlaceForm,
    person: Contact,
    held: ContactLink | None = None,
) -> HttpResponse:
    context = {"form": form, "person": person, "held": held}
    status = 422 if request.method == "POST" else 200
    return render_part(
        request, "clients/contact_place.html", "dialog", context, status=status
    )


@require_http_methods(["GET", "POST"])
@permission_required(CHANGE, raise_exception=True)
def place_leave(request: SignedRequest, pk: int) -> HttpResponse:
    """The person leaves the firm: the place gets its last day, the history stays."""
    held = _place(request, pk)
    form = LeaveForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            actions.leave(
                place_of=held,
                on=form.cleaned_data["on"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error("on", str(error))
        else:
            return done(request, held.contact, reload=True)
    context = {"form": form, "held": held}
    status = 422 if request.method == "POST" else 200
    return render_part(
        request, "clients/contact_leave.html", "dialog", context, status=status
    )
