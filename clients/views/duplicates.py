"""Suspected pairs, the joining of two cards side by side, and its undoing."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import card_choices, joining, pair_listing
from clients.actions import joining as actions
from clients.actions import pairs as pair_actions
from clients.models import Client, ClientMerge, Contact, ContactMerge, SuspectedPair
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core import keyset
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, htmx_of

CLIENTS = ["clients.view_client", "clients.merge_clients"]
CONTACTS = ["clients.view_contact", "clients.change_contact", "clients.merge_clients"]
SHOWN_OF_A_KIND = 4
JOINED_PAGE = 25


# ── suspected pairs ──────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@permission_required(CLIENTS, raise_exception=True)
def duplicates(request: SignedRequest) -> HttpResponse:
    listing = pair_listing.PairListing(request.GET, user=request.user)
    page = listing.page()
    people = User.objects.filter(is_active=True).only(
        "first_name", "last_name", "username"
    )
    context = {
        "listing": listing,
        "rows": listing.rows(page),
        "page": page,
        "tabs": [
            (show, label, listing.count(show))
            for show, label in (
                (pair_listing.PROBABLE, _("Probably one firm")),
                (pair_listing.LOOK, _("Worth a look")),
                (pair_listing.DENIED, _("Not duplicates")),
            )
        ],
        "cap": pair_listing.COUNT_CAP,
        "curators": people.order_by("last_name", "first_name", "pk"),
    }
    return render(request, "clients/duplicates.html", context)


def _pair(request: SignedRequest, pk: int) -> SuspectedPair:
    pairs = SuspectedPair.objects.visible_to(request.user)
    return get_object_or_404(pairs.select_related("first", "second"), pk=pk)


@require_POST
@permission_required(CLIENTS, raise_exception=True)
def not_duplicates(request: SignedRequest, pk: int) -> HttpResponse:
    """Two firms after all; the row goes, and the tab “Not duplicates” remembers who said so."""
    pair = _pair(request, pk)
    if pair_actions.dismiss(pair=pair, by=request.user, at=timezone.now()):
        messages.success(request, _("Noted: these are two clients."))
    return _back(request)


@require_POST
@permission_required(CLIENTS, raise_exception=True)
def suspect_again(request: SignedRequest, pk: int) -> HttpResponse:
    pair = _pair(request, pk)
    if pair_actions.suspect_again(pair=pair, by=request.user, at=timezone.now()):
        messages.success(request, _("The pair is among the suspected ones again."))
    return _back(request)


def _back(request: SignedRequest) -> HttpResponse:
    query = request.POST.get("back", "")
    to = request.path.rpartition("/duplicates/")[0] + "/duplicates/"
    return go_to(request, f"{to}?{query}" if query and "\n" not in query else to)


# ── two cards side by side ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between joining two clients and two persons."""

    model: Any
    records: Any
    merge: Any
    undo: Any
    card: str
    page: str
    record: str
    pick: str


CLIENT = Kind(
    Client,
    ClientMerge,
    actions.merge_clients,
    actions.undo_client_merge,
    "clients:card",
    "clients:merge",
    "clients:merge_record",
    "clients:pick",
)
CONTACT = Kind(
    Contact,
    ContactMerge,
    actions.merge_contacts,
    actions.undo_contact_merge,
    "clients:contact",
    "clients:contact_merge",
    "clients:contact_merge_record",
    "clients:contact_pick",
)


@require_http_methods(["GET", "POST"])
@permission_required(CLIENTS, raise_exception=True)
def merge(request: SignedRequest, pk: int, other: int) -> HttpResponse:
    return _merge(request, CLIENT, pk, other)


@require_http_methods(["GET", "POST"])
@permission_required(CONTACTS, raise_exception=True)
def contact_merge(request: SignedRequest, pk: int, other: int) -> HttpResponse:
    return _merge(request, CONTACT, pk, other)


@require_GET
@permission_required(CLIENTS, raise_exception=True)
def merge_pick(request: SignedRequest, pk: int) -> HttpResponse:
    """The second card is chosen by hand: no search has suspected the pair."""
    return _pick(request, CLIENT, pk)


@require_GET
@permission_required(CONTACTS, raise_exception=True)
def contact_merge_pick(request: SignedRequest, pk: int) -> HttpResponse:
    return _pick(request, CONTACT, pk)


def _pick(request: SignedRequest, kind: Kind, pk: int) -> HttpResponse:
    card = get_object_or_404(kind.model.objects.visible_to(request.user), pk=pk)
    other = request.GET.get("other", "")
    if other.isascii() and other.isdigit() and len(other) < 18 and int(other) != pk:
        return redirect(kind.page, pk, int(other))
    context = {"card": card, "kind": kind}
    return render(request, "clients/merge_pick.html", context)


def _merge(request: SignedRequest, kind: Kind, pk: int, other: int) -> HttpResponse:
    """`pk` stays, `other` becomes part of it; nothing happens before the person has seen both."""
    cards = kind.model.objects.visible_to(request.user)
    survivor, loser = (
        get_object_or_404(cards, pk=pk),
        get_object_or_404(cards, pk=other),
    )
    error, into = "", None
    if request.method == "POST":
        try:
            record = kind.merge(
                survivor=survivor,
                loser=loser,
                by=request.user,
                at=timezone.now(),
                choices=card_choices.read(request.POST.dict()),
                versions=_versions(request),
            )
        except actions.CannotBeJoined as refusal:
            error, into = str(refusal), refusal.into
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(
                request,
                _(
                    "Joined. It can be undone for 30 days: see the joinings of the card."
                ),
            )
            return go_to(request, kind.record, record.pk)
    elif survivor.merged_into_id or loser.merged_into_id:
        lost = loser if loser.merged_into_id else survivor
        error = _("%(card)s has been joined with %(into)s already.") % {
            "card": lost,
            "into": lost.merged_into,
        }
        into = lost.merged_into
    chosen = card_choices.read(request.POST.dict())
    values = card_choices.choices(survivor, loser)
    rows = card_choices.row_choices(survivor, loser)
    context = {
        "kind": kind,
        "survivor": survivor,
        "loser": loser,
        "error": error,
        "into": into,
        "asked": [
            (c, chosen.get(c.name, c.preset)) for c in [*values, *rows] if c.differs
        ],
        "agreed": [c for c in values if not c.differs],
        "parts": _parts(survivor, loser),
        "same": survivor.pk == loser.pk,
    }
    return render(request, "clients/merge.html", context, status=422 if error else 200)


def _versions(request: SignedRequest) -> tuple[int, int] | None:
    one, two = request.POST.get("mine", ""), request.POST.get("theirs", "")
    if one.isascii() and two.isascii() and one.isdigit() and two.isdigit():
        return int(one[:9]), int(two[:9])
    return None


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one kind on both sides: how many, and the first of them in words."""

    label: str
    mine: int
    theirs: int
    mine_shown: list[str]
    theirs_shown: list[str]


def _parts(survivor: Any, loser: Any) -> list[Part]:
    """What hangs on the two cards, kind by kind: one query for each kind, however much there is."""
    found = []
    for relation in joining.relations(type(survivor)):
        label = str(relation.model._meta.verbose_name_plural)
        sides = {survivor.pk: relation.rows(survivor), loser.pk: relation.rows(loser)}
        counts = {
            pk: keyset.capped_count(rows, cap=1_000) for pk, rows in sides.items()
        }
        if not any(counts.values()):
            continue
        words = {
            pk: [str(row)[:120] for row in rows.order_by("pk")[:SHOWN_OF_A_KIND]]
            if relation.model in joining.SAME
            else []
            for pk, rows in sides.items()
        }
        found.append(
            Part(
                label=label[:1].upper() + label[1:],
                mine=counts[survivor.pk],
                theirs=counts[loser.pk],
                mine_shown=words[survivor.pk],
                theirs_shown=words[loser.pk],
            )
        )
    return found


# ── what was joined ──────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@permission_required(CLIENTS, raise_exception=True)
def merges(request: SignedRequest) -> HttpResponse:
    """Joinings, newest first; of one client with `?client=12`."""
    return _records(request, CLIENT, "client")


@require_GET
@permission_required(CONTACTS, raise_exception=True)
def contact_merges(request: SignedRequest) -> HttpResponse:
    return _records(request, CONTACT, "contact")


def _records(request: SignedRequest, kind: Kind, name: str) -> HttpResponse:
    seen = kind.model.objects.visible_to(request.user)
    found = kind.records.objects.filter(survivor__in=seen)
    of = request.GET.get(name, "")
    if of.isascii() and of.isdigit() and len(of) < 18:
        found = found.filter(survivor=int(of))
    page = keyset.page(
        [keyset.Part(found, ("-at", "-pk"))],
        [],
        size=JOINED_PAGE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    rows = kind.records.objects.filter(pk__in=[row["pk"] for row in page.rows])
    linked = ["survivor", "loser", "by", "undone_by"]
    if kind is CLIENT:
        linked += ["survivor__legal_form", "loser__legal_form"]
    context = {
        "kind": kind,
        "records": rows.select_related(*linked)
        .defer("moved", "removed", "changed", "kept_back")
        .order_by("-at", "-pk"),
        "page": page,
    }
    return render(request, "clients/merges.html", context)


@require_http_methods(["GET", "POST"])
@permission_required(CLIENTS, raise_exception=True)
def merge_record(request: SignedRequest, pk: int) -> HttpResponse:
    return _record(request, CLIENT, pk)


@require_http_methods(["GET", "POST"])
@permission_required(CONTACTS, raise_exception=True)
def contact_merge_record(request: SignedRequest, pk: int) -> HttpResponse:
    return _record(request, CONTACT, pk)


def _record(request: SignedRequest, kind: Kind, pk: int) -> HttpResponse:
    """What one joining did; a POST undoes it."""
    seen = kind.model.objects.visible_to(request.user)
    records = kind.records.objects.select_related(
        "survivor", "loser", "by", "undone_by"
    )
    record = get_object_or_404(records, pk=pk, survivor__in=seen)
    error = ""
    if request.method == "POST":
        try:
            record = kind.undo(record=record, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            stayed = len(record.kept_back)
            messages.success(
                request,
                ngettext(
                    "The cards are two again. %(count)d thing changed since stays where it is.",
                    "The cards are two again. %(count)d things changed since stay where they are.",
                    stayed,
                )
                % {"count": stayed}
                if stayed
                else _("The cards are two again, as before."),
            )
            return go_to(request, kind.record, record.pk)
    now = timezone.now()
    context = {
        "kind": kind,
        "record": record,
        "error": error,
        "may_undo": record.undone_at is None
        and now - record.at <= actions.UNDONE_WITHIN,
        "until": record.at + actions.UNDONE_WITHIN,
        "moved": _moved_in_words(record, kind.model),
        "kept_back": joining.in_words(record.kept_back),
    }
    if htmx_of(request):
        return render(request, "clients/merge_record.html", context)
    return render(
        request, "clients/merge_record.html", context, status=422 if error else 200
    )


def _moved_in_words(record: Any, card: Any) -> list[tuple[str, int]]:
    by_key = {r.key: r for r in joining.every_relation(card)}
    found = []
    for key, kept in record.moved.items():
        if relation := by_key.get(key):
            label = str(relation.model._meta.verbose_name_plural)
            found.append((label[:1].upper() + label[1:], len(kept["rows"])))
    return sorted(found)
