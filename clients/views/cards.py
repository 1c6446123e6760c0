"""The card of a client: its page and what changes it."""

import json
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import (
    about,
    card_facts,
    card_state,
    completeness,
    conflicts,
    feed,
    layout,
    own_fields,
    people,
    requisites,
    rights,
    searching,
)
from clients.actions import clients as actions
from clients.actions import drafts, ladder
from clients.forms.card import (
    ClientForm,
    chosen,
    dump_base,
    read_base,
)
from clients.forms.filling import FIELD_OF, fill_form
from clients.forms.relationship import RelationshipForm
from clients.forms.rows import phone_doubt
from clients.last_change import last_change
from clients.merging import State
from clients.models import CardDraft, Client
from clients.querysets import sees_all
from clients.similar import as_told_to
from clients.views.bin import absent
from clients.views.completeness import FILLED, draw_missing
from clients.views.parts import done
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit.reading import journal_of
from salesexpert.core.compiled import CompiledRecords
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, htmx_of, render_part


def client_or_404(request: SignedRequest, pk: int) -> Client:
    """The client by id if the signed-in user may read him; a stranger's card is as absent as one that never was."""
    return get_object_or_404(Client.objects.visible_to(request.user), pk=pk)


@CompiledRecords
def _whole(pk: int) -> QuerySet[Client]:
    return Client.objects.filter(pk=pk).for_card()


def _for_card(request: SignedRequest, pk: int) -> Client:
    if sees_all(request.user) and pk < 2**63:
        if found := _whole.records(pk=pk):
            return found[0]
        raise Http404
    return get_object_or_404(Client.objects.visible_to(request.user).for_card(), pk=pk)


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def card(request: SignedRequest, pk: int) -> HttpResponse:
    """Head, promises, history and the people; what lies lower comes in one further request to the desk."""
    try:
        client = _for_card(request, pk)
    except Http404:
        return absent(request, Client, pk)
    if client.merged_into_id and request.GET.get("as") != "joined":
        return redirect("clients:card", client.merged_into_id)
    context = card_context(request, client, layout.for_user(request.user))
    return render(request, "clients/card.html", context)


def card_context(
    request: SignedRequest, client: Client, saved: Mapping[str, Any]
) -> dict[str, Any]:
    """All that a card is drawn from, by a saved arrangement; `client` comes from `for_card`."""
    persons = people.people_of(client, on=timezone.localdate())
    return {
        **feed.feed_context(request, client, persons),
        "client": client,
        "can": rights.on_card(request.user, client),
        "people": persons,
        **arranged(client, saved),
        "source": about.word_of(client, "source"),
        "facts": card_facts.facts_of(client, request.user),
        "now": timezone.now(),
    }


def arranged(client: Client, saved: Mapping[str, Any]) -> dict[str, Any]:
    """What the card's template draws of an arrangement: its columns of blocks, each with the lines it has, if any."""
    dimensions = about.dimensions_of(client)
    shown = layout.shown(saved, [(d.pk, str(d)) for d, _value in dimensions])
    return {
        "shown": shown,
        "props": about.props_of(client, shown, dimensions),
        "columns": {
            place: [
                (block, about.own_props(client, block.own) if block.own else None)
                for block in blocks
            ]
            for place, blocks in (
                ("above", shown.above),
                ("below", shown.below),
                ("side", shown.side),
            )
        },
    }


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def card_people(request: SignedRequest, pk: int) -> HttpResponse:
    """The contact persons alone, after one was added or left."""
    client = client_or_404(request, pk)
    context = {
        "client": client,
        "can": rights.on_card(request.user, client),
        "people": people.people_of(client, on=timezone.localdate()),
    }
    return render(request, "clients/card_people.html", context)


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def card_journal(request: SignedRequest, pk: int) -> HttpResponse:
    """Who changed what of this client, and when; what is earlier comes by htmx."""
    client = get_object_or_404(
        Client.objects.visible_to(request.user).select_related("legal_form"), pk=pk
    )
    context = {
        "client": client,
        "journal": journal_of(client, before=request.GET.get("before")),
        "more_url": request.path,
    }
    return render_part(request, "clients/card_journal.html", "entries", context)


# ── opening and changing ─────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@permission_required(
    ["clients.view_client", "clients.add_client"], raise_exception=True
)
def client_new(request: SignedRequest) -> HttpResponse:
    draft = drafts.find(user=request.user, client=None)
    form = ClientForm(
        request.POST or _restored(request, draft),
        user=request.user,
        state=_asked_for(request),
    )
    known = []
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            client = actions.create_client(
                state=form.typed_state(),
                by=request.user,
                at=now,
                others=_ids(request.POST.get("others", "")),
                first_contact_at=form.first_contact_at(now),
                demand=True,
            )
        except actions.Incomplete as error:
            draft = _keep_draft(request, form, error, client=None)
        except actions.LooksKnown as error:
            known = as_told_to(request.user, error.similar)
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            drafts.throw_away(user=request.user, client=None)
            _tell_saved(request, form, client, _("The card is open."))
            return go_to(request, client)
    others = _ids(request.POST.get("others", "")) | {f.client.pk for f in known}
    context = {
        "form": form,
        "known": known,
        "others": ",".join(map(str, sorted(others))),
        "draft": draft,
        "restored": form.is_bound,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/client_form.html", context, status=status)


@require_http_methods(["GET", "POST"])
@permission_required(
    ["clients.view_client", "clients.change_client"], raise_exception=True
)
def client_edit(request: SignedRequest, pk: int) -> HttpResponse:
    """Edits that meet another's are merged; what both changed is shown side by side, and nothing typed is lost."""
    client = get_object_or_404(
        Client.objects.visible_to(request.user).select_related("legal_form"), pk=pk
    )
    state = card_state.read(client)
    draft = drafts.find(user=request.user, client=client)
    restored = _restored(request, draft)
    form = ClientForm(
        request.POST or restored, user=request.user, client=client, state=state
    )
    base: State = state
    if restored is not None:
        # The draft knows on what it was typed: what others changed since is merged when it is saved.
        base = read_base(restored.get("base", "")) or state
    clash: dict[str, Any] = {}
    if request.method == "POST":
        # Without the state it was opened on, a form cannot tell its own edits: each difference is then a question.
        base = read_base(request.POST.get("base", "")) or {}
        if form.is_valid():
            typed = chosen(form.typed_state(), base, request.POST)
            try:
                now = timezone.now()
                actions.change_client(
                    client=client,
                    base=base,
                    state=typed,
                    by=request.user,
                    at=now,
                    demand=True,
                )
                if first := form.first_contact_at(now):
                    actions.set_first_contact(client=client, by=request.user, at=first)
            except actions.Incomplete as error:
                draft = _keep_draft(request, form, error, client=client)
            except actions.EditsClash as error:
                clash = {
                    "conflicts": conflicts.in_words(client, error.clashes),
                    "last": last_change(client),
                }
                form = ClientForm(user=request.user, client=client, state=error.merged)
                base = error.theirs
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                drafts.throw_away(user=request.user, client=client)
                _tell_saved(request, form, client, _("Saved."))
                return go_to(request, client)
    context = {
        "form": form,
        "client": client,
        "base": dump_base(base),
        "draft": draft,
        "restored": form.is_bound,
        **clash,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "clients/client_form.html", context, status=status)


def _asked_for(request: SignedRequest) -> State:
    """What a link to the form has filled in: `?name=…&phone=…&parent=12`; the card is its author's unless said otherwise."""
    asked: State = {"curator": request.user.pk, "category": "client"}
    if request.method == "GET":
        for name in ("name", "inn"):
            if text := request.GET.get(name, "").replace("\x00", "")[:300]:
                asked[name] = text
        if phone := request.GET.get("phone", "").replace("\x00", "")[:80]:
            asked["phones:new0"] = [phone, "work", ""]
        parents = Client.objects.visible_to(request.user).live()
        ids = _ids(request.GET.get("parent", ""))
        if ids and (parent := parents.filter(pk__in=ids).first()):
            asked["parent"] = parent.pk
    return asked


def _ids(text: str) -> set[int]:
    return {
        int(part)
        for part in text.split(",")[:50]
        if part.isascii() and part.isdigit() and len(part) < 19
    }


def _restored(request: SignedRequest, draft: CardDraft | None) -> QueryDict | None:
    """The form of a draft, when the person asks to go on with it."""
    if draft is None or "draft" not in request.GET:
        return None
    typed = QueryDict(mutable=True)
    for name, values in draft.data.items():
        typed.setlist(name, values)
    return typed


def _keep_draft(
    request: SignedRequest,
    form: ClientForm,
    refusal: actions.Incomplete,
    *,
    client: Client | None,
) -> CardDraft:
    """The card was refused: keep what was typed, and say beside each field what it wants."""
    form.add_error(None, str(refusal))
    for rule in refusal.missing:
        name = FIELD_OF.get(rule.code, rule.code)
        if name in form.fields:
            form.add_error(name, _("The company asks for this on such a card."))
    return drafts.keep(
        user=request.user,
        client=client,
        data=dict(request.POST.lists()),
        at=timezone.now(),
    )


@require_POST
@permission_required("clients.view_client", raise_exception=True)
def draft_discard(request: SignedRequest) -> HttpResponse:
    """Throw one's own draft away: of the card that `client` names, or of the card not opened yet."""
    pk = next(iter(_ids(request.POST.get("client", ""))), None)
    client = client_or_404(request, pk) if pk else None
    if drafts.throw_away(user=request.user, client=client):
        messages.success(request, _("The draft is thrown away."))
    return go_to(request, client) if client else redirect("clients:list")


def _tell_saved(
    request: SignedRequest, form: ClientForm, client: Client, saved: str
) -> None:
    messages.success(request, saved)
    missing, _refused = completeness.lacking(client.pk)
    if missing:
        names = ", ".join(str(rule.label) for rule in missing)
        messages.warning(
            request, _("The card still lacks: %(names)s.") % {"names": names}
        )
    for sentence in form.doubts.values():
        messages.warning(
            request, _("Saved, but look again: %(doubt)s") % {"doubt": sentence}
        )


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def client_similar(request: SignedRequest) -> HttpResponse:
    """Asked while a client is typed: cards that may be the same, and what looks wrong in requisites and phones."""
    typed = {k: str(v).replace("\x00", "")[:500] for k, v in request.GET.items()}

    def rows(prefix: str, field: str) -> dict[str, str]:
        return {
            k: v
            for k, v in typed.items()
            if k.startswith(f"{prefix}-") and k.endswith(f"-{field}") and v
        }

    numbers = rows("phones", "raw")
    inn, kpp = (requisites.digits(typed.get(name, "")) for name in ("inn", "kpp"))
    state: State = {"name": typed.get("name", ""), "inn": inn, "kpp": kpp}
    state |= {f"phones:{k}": [v] for k, v in numbers.items()}
    state |= {f"emails:{k}": [v] for k, v in rows("emails", "address").items()}
    state |= {f"sites:{k}": [v] for k, v in rows("sites", "url").items()}
    exclude = next(iter(_ids(typed.get("exclude", ""))), None)
    found = actions.similar_to(state, exclude=exclude)
    doubts = {
        "id_inn": requisites.check_inn(inn),
        "id_kpp": requisites.check_kpp(kpp),
        "id_ogrn": requisites.check_ogrn(requisites.digits(typed.get("ogrn", ""))),
    }
    doubts |= {
        f"id_{name}": phone_doubt(raw) for name, raw in list(numbers.items())[:40]
    }
    context = {"found": as_told_to(request.user, found), "doubts": doubts.items()}
    return render(request, "clients/client_form_similar.html", context)


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def client_pick(request: SignedRequest) -> HttpResponse:
    """Clients by part of a name, to be chosen as a parent firm or as a person's employer."""
    text = request.GET.get("q", "")
    found = Client.objects.visible_to(request.user).live().select_related("legal_form")
    without = _ids(request.GET.get("without", ""))
    query = searching.read_query(text)
    shown: list[Any] = []
    if query is not None:
        matches = searching.matching(found.exclude(pk__in=without), query)
        shown = list(matches.order_by("folded", "pk")[:8])
    return render(request, "clients/client_form_pick.html", {"found": shown, "q": text})


# ── one value, one step ──────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@permission_required(
    ["clients.view_client", "clients.change_client"], raise_exception=True
)
def client_fill(request: SignedRequest, pk: int, field: str) -> HttpResponse:
    """One missing value, filled in where the card shows it (or in a dialog: the curator)."""
    client = client_or_404(request, pk)
    state = card_state.read(client)
    try:
        form = fill_form(
            request.POST or None,
            field=field,
            user=request.user,
            client=client,
            state=state,
        )
    except KeyError:
        raise Http404 from None
    error = ""
    in_missing = request.GET.get("in") == "missing"
    in_dialog = field == "curator" and not in_missing
    block = own_fields.block_of(field)
    if request.method == "POST" and form.is_valid():
        was = read_base(request.POST.get("was", "")) or {}
        base = {**{k: v for k, v in state.items() if k not in form.own_keys()}, **was}
        try:
            actions.change_client(
                client=client,
                base=base,
                state=form.typed_state(),
                by=request.user,
                at=timezone.now(),
            )
        except actions.EditsClash as clash:
            last, conflict = (
                last_change(client),
                conflicts.in_words(client, clash.clashes)[0],
            )
            error = _(
                "%(who)s has just set here: %(value)s. Save again to put yours instead."
            ) % {"who": last.by or _("Somebody"), "value": conflict.theirs}
            state = clash.theirs
        except DomainError as refusal:
            error = str(refusal)
        else:
            if in_dialog or not htmx_of(request):
                return go_to(request, client)
            if in_missing:
                client.refresh_from_db()
                return draw_missing(request, client, filled=True)
            response = _part_about(request, pk, block)
            response["HX-Retarget"] = f"#{_part_id(block)}"
            response["HX-Reswap"] = "outerHTML"
            response["HX-Trigger"] = FILLED
            return response
    context = {
        "client": client,
        "form": form,
        "field": field,
        "error": error,
        "in_missing": in_missing,
        "was": json.dumps({k: state.get(k) for k in form.own_keys()}),
        "block": block,
        "part": _part_id(block),
    }
    template = (
        "clients/card_fill_dialog.html" if in_dialog else "clients/card_fill.html"
    )
    status = 422 if request.method == "POST" else 200
    return render_part(request, template, "fill", context, status=status)


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def card_about(request: SignedRequest, pk: int) -> HttpResponse:
    """The part “About the client” alone, or with `?block=` a block of own fields, after a value of it was filled in."""
    number = request.GET.get("block", "")
    known = {str(b.pk): b.pk for b in own_fields.book().blocks_of("client")}
    if number and number not in known:
        raise Http404
    return _part_about(request, pk, known.get(number))


def _part_about(request: SignedRequest, pk: int, block: int | None) -> HttpResponse:
    client = _for_card(request, pk)
    context: dict[str, Any] = {
        "client": client,
        "can": rights.on_card(request.user, client),
    }
    if block is None:
        context |= arranged(client, layout.for_user(request.user))
        return render(request, "clients/card_about.html", context)
    own = next(b for b in own_fields.book().blocks if b.pk == block)
    context["block"] = layout.own_block(own)
    context["props"] = about.own_props(client, block)
    return render(request, "clients/card_own.html", context)


def _part_id(block: int | None) -> str:
    return f"{layout.OWN_BLOCK}{block}" if block else "about"


@require_http_methods(["GET", "POST"])
@permission_required(
    ["clients.view_client", "clients.change_client"], raise_exception=True
)
def client_relationship(request: SignedRequest, pk: int) -> HttpResponse:
    client = get_object_or_404(
        Client.objects.visible_to(request.user).select_related("relationship"), pk=pk
    )
    form = RelationshipForm(request.POST or None, client=client)
    if request.method == "POST" and form.is_valid():
        try:
            ladder.move_relationship(
                client=client,
                to_type=form.cleaned_data["to_type"],
                by=request.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, client, reload=True)
    context = {"client": client, "form": form}
    status = 422 if request.method == "POST" else 200
    return render_part(
        request,
        "clients/card_relationship_dialog.html",
        "dialog",
        context,
        status=status,
    )


@require_POST
@permission_required(
    ["clients.view_client", "clients.archive_client"], raise_exception=True
)
def client_archive(request: SignedRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk)
    actions.archive_client(client=client, by=request.user, at=timezone.now())
    messages.success(request, _("The card is in the archive. Lists no longer show it."))
    return go_to(request, client)


@require_POST
@permission_required(
    ["clients.view_client", "clients.archive_client"], raise_exception=True
)
def client_restore(request: SignedRequest, pk: int) -> HttpResponse:
    client = client_or_404(request, pk)
    actions.restore_client(client=client, by=request.user, at=timezone.now())
    messages.success(request, _("The card is back from the archive."))
    return go_to(request, client)
