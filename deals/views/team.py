"""Who is free: the grid of people and hours, booking, and requests that the head deals out."""

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import F, QuerySet, Value
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import kinds
from clients.choices import ActivityCode
from clients.models import Client, ClientGroup, Industry, Product, Region
from clients.searching import suggested
from deals.actions import bookings as actions
from deals.forms.booking import LENGTHS, BookingForm, length_words
from deals.forms.handover import DeclineForm
from deals.models import BookingRequest, Deal
from deals.team import drawing, grid, slots
from deals.team.candidates import Asked, candidates
from deals.views.dialogs import ask
from pipeline import working_time
from pipeline.book import book as book_of_processes
from pipeline.calendars import people_open_to
from pipeline.schedules import zone_of
from pipeline.working_time import ONE_DAY
from salesexpert.accounts.models import Department, Role, User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.compiled import CompiledQuery
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to, htmx_of, render_part

READ = "clients.view_activity"
PLAN = [READ, "clients.add_activity", "clients.plan_for_others"]
OFFERS_SHOWN = 8
REQUESTS_SHOWN = 50
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
DAY, WEEK = "day", "week"
CHOICES_SHOWN = 300


def _id(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < int(text[:19]) < 2**62 else None


@dataclass(frozen=True, slots=True)
class Search:
    """What the address asks for; nonsense in it counts as not given."""

    view: str
    on: date
    minutes: int
    who: Asked
    client: Client | None
    deal: Deal | None
    more: bool = False

    def address(self, **changed: Any) -> str:
        given: dict[str, Any] = {
            "view": self.view,
            "on": self.on.isoformat(),
            "minutes": self.minutes,
        }
        given |= {f.name: getattr(self.who, f.name) for f in fields(Asked)}
        given |= {"client": self.client and self.client.pk, "deal": self.deal and self.deal.pk}  # fmt: skip
        given |= {"more": int(self.more)}
        given |= changed
        return "?" + urlencode({k: v for k, v in given.items() if v})

    @property
    def step(self) -> timedelta:
        return timedelta(days=7) if self.view == WEEK else ONE_DAY

    @property
    def before(self) -> str:
        return self.address(on=max(self.on - self.step, FIRST_DAY).isoformat())

    @property
    def after(self) -> str:
        return self.address(on=min(self.on + self.step, LAST_DAY).isoformat())

    @property
    def days(self) -> list[date]:
        if self.view == DAY:
            return [self.on]
        monday = self.on - timedelta(days=self.on.weekday())
        return [monday + timedelta(days=n) for n in range(7)]


def _search(request: SignedRequest) -> Search:
    given = request.GET
    try:
        on = date.fromisoformat(given.get("on", ""))
    except ValueError:
        on = timezone.localdate()
    minutes = _id(given.get("minutes", "")) or 60
    who = {f.name: _id(given.get(f.name, "")) for f in fields(Asked)}
    client = deal = None
    if pk := _id(given.get("deal", "")):
        deals = Deal.objects.visible_to(request.user).select_related("client__legal_form", "stage")  # fmt: skip
        deal = get_object_or_404(deals, pk=pk)
        client = deal.client
    elif pk := _id(given.get("client", "")):
        cards = Client.objects.visible_to(request.user).select_related("legal_form")
        client = get_object_or_404(cards, pk=pk)
    return Search(
        WEEK if given.get("view") == WEEK else DAY,
        min(max(on, FIRST_DAY), LAST_DAY),
        minutes if minutes in LENGTHS else 60,
        Asked(**who),
        client,
        deal,
        more=given.get("more") == "1",
    )


@require_GET
@permission_required(READ, raise_exception=True)
def team(request: SignedRequest) -> HttpResponse:
    """People × hours with what is busy, off and free, the best free times first. Constant queries."""
    asked, user, now = _search(request), request.user, timezone.now()
    zone = zone_of(user.time_zone)
    people = list(candidates(asked.who, user))
    days = asked.days
    monday = days[0] - timedelta(days=days[0].weekday())
    since = working_time.at(monday, time.min, zone)
    start = max(now, working_time.at(asked.on, time.min, zone))
    until = max(since + timedelta(days=7), start + slots.HORIZON)
    know = slots.Time.of(people, min(since, now), until)
    load = slots.loads(people, know, since, since + timedelta(days=7))
    window = None
    if asked.view == DAY:
        window, rows = grid.day(people, asked.on, zone, know, load, minutes=asked.minutes, now=now, user=user)  # fmt: skip
    else:
        rows = grid.week(people, days, zone, know, load, minutes=asked.minutes, now=now)
    offers = slots.offers(know, people, minutes=asked.minutes, since=start, load=load)
    names = {person.pk: person for person in people}
    books = user.has_perms(PLAN)
    book_url = reverse("deals:book") + _rest(asked) if books else ""
    drawer = drawing.GridDrawer(user, on=asked.on, book=book_url)
    draw = drawer.day if asked.view == DAY else drawer.week
    context = {
        "asked": asked,
        "groups": [(name, draw(members)) for name, members in _grouped(rows)],
        "window": window,
        "days": [(day, day == now.astimezone(zone).date(), asked.address(view=DAY, on=day)) for day in days],
        "offers": [
            (names[o.user], o.begins, _book(asked, o.user, o.begins))
            for o in offers[:OFFERS_SHOWN]
        ],
        "more": max(0, len(offers) - OFFERS_SHOWN),
        "filters": _filters(asked),
        "rarer": "" if asked.more else asked.address(more=1),
        "lengths": [(m, length_words(m)) for m in LENGTHS],
        "need": length_words(asked.minutes),
        "books": books,
        "central": actions.is_central(user),
        "requests": _requests(user),
        "assigns": user.has_perm(actions.RIGHT),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render_part(request, "deals/team.html", "team", context)


def _rest(asked: Search) -> str:
    given = {"minutes": asked.minutes, "client": asked.client and asked.client.pk, "deal": asked.deal and asked.deal.pk}  # fmt: skip
    return "?" + urlencode({k: v for k, v in given.items() if v})


def _book(asked: Search, person: int, begins: datetime) -> str:
    return f"{reverse('deals:book')}{_rest(asked)}&" + urlencode({"performer": person, "at": begins.isoformat()})  # fmt: skip


def _grouped(rows: list[grid.Row]) -> list[tuple[str, list[grid.Row]]]:
    found: dict[str, list[grid.Row]] = {}
    for row in rows:
        name = str(row.person.department) if row.person.department else _("Without a department")  # fmt: skip
        found.setdefault(name, []).append(row)
    return list(found.items())


def _filters(asked: Search) -> list[tuple[str, str, SafeString, int | None]]:
    """Name, label, options and the choice of each drop-down; the rarer ones when asked for. One query for the usual ones."""
    roles, departments = _roles_and_departments()
    usual: list[tuple[str, str, list[tuple[int, str]]]] = [
        ("stage", _("Stage"), _stages()),
        ("role", _("Role"), roles),
        ("department", _("Department"), departments),
    ]
    rarer: list[tuple[str, str, Any]] = [
        ("region", _("Region"), Region.objects),
        ("industry", _("Industry"), Industry.objects),
        ("group", pgettext("of clients", "Group"), ClientGroup.objects),
        ("product", _("Product"), Product.objects),
    ]
    for name, label, entries in rarer:
        if asked.more or getattr(asked.who, name):
            rows = entries.in_use()[:CHOICES_SHOWN]
            usual.append((name, label, [(row.pk, str(row)) for row in rows]))
    found = []
    for name, label, choices in usual:
        chosen = getattr(asked.who, name)
        found.append((name, label, drawing.options(choices, chosen), chosen))
    return found


def _stages() -> list[tuple[int, str]]:
    known = book_of_processes()
    found = [stage for stage in known.stages.values() if stage.retired_at is None]
    found.sort(key=lambda s: (known.processes[s.process_id].position, s.process_id, s.position))  # fmt: skip
    return [(stage.pk, str(stage)) for stage in found[:CHOICES_SHOWN]]


def _roles_and_departments() -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    in_english = get_language() == "en"
    found: tuple[list[tuple[int, str]], ...] = ([], [])
    for of, _place, name, pk, name_en in sorted(_named_groups()):
        found[of].append((pk, name_en if in_english and name_en else name))
    return found[0][:CHOICES_SHOWN], found[1][:CHOICES_SHOWN]


@CompiledQuery
def _named_groups() -> QuerySet[Any, Any]:
    roles = Role.objects.order_by().annotate(of=Value(0), en=F("name_en"))
    departments = Department.objects.order_by().annotate(of=Value(1), en=Value(""))
    columns = "of", "position", "name", "pk", "en"
    return roles.values_list(*columns).union(departments.values_list(*columns), all=True)  # fmt: skip


def _requests(user: User) -> list[BookingRequest]:
    asked = BookingRequest.objects.visible_to(user).filter(state="open")
    ids = list(asked.order_by("wanted_at", "pk").values_list("pk", flat=True)[:REQUESTS_SHOWN])  # fmt: skip
    if not ids:
        return []
    rows = BookingRequest.objects.filter(pk__in=ids)
    return list(
        rows.select_related("client__legal_form", "kind", "asked_by", "wanted_from", "deal").order_by("wanted_at", "pk")
    )  # fmt: skip


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        return None
    if found.tzinfo is None or not 2000 <= found.year <= 2100:
        return None
    return found.astimezone(UTC)


@require_http_methods(["GET", "POST"])
@permission_required(PLAN, raise_exception=True)
def book(request: SignedRequest) -> HttpResponse:
    """The dialog in which a free time is booked, or the head is asked for it, or a request is assigned."""
    user, asked = request.user, _search(request)
    given = request.GET
    performer = get_object_or_404(people_open_to(user), pk=_id(given.get("performer", "")) or 0)  # fmt: skip
    wanted = None
    if pk := _id(given.get("request", "")):
        wanted = get_object_or_404(BookingRequest.objects.visible_to(user).filter(state="open").select_related("client__legal_form", "deal"), pk=pk)  # fmt: skip
    looks = wanted is None and asked.client is None
    client = wanted.client if wanted else asked.client
    if looks:
        client = _chosen(request)
    # Without scripts the search has a button of its own: what is typed stays, nothing is refused yet.
    finds = looks and "find" in request.POST
    post = request.method == "POST" and not finds
    initial = _initial(request, asked, wanted) | {"performer": performer.pk}
    if finds:
        initial |= request.POST.dict()
    form = BookingForm(request.POST if post else None, user=user, client=client, looks=looks, assigns=wanted is not None, initial=initial)  # fmt: skip
    if post and form.is_valid():
        data = form.cleaned_data
        try:
            said = _make(user, performer, client, data, wanted)
        except actions.SlotTaken as taken:
            form.add_error(None, str(taken))
            if taken.next_at:
                there = timezone.localtime(taken.next_at)
                typed = request.POST.copy()
                typed["at"] = there.strftime("%Y-%m-%dT%H:%M")
                form.data = typed
                form.add_error("at", _("The next free time is offered: %(when)s.") % {"when": there.strftime("%d.%m %H:%M")})  # fmt: skip
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            here = htmx_of(request).current_url_abs_path if htmx_of(request) else None
            return go_to(request, here or "deals:team")
    context = {
        "form": form,
        "performer": performer,
        "client": client,
        "looks": looks,
        "q": request.POST.get("q", ""),
        "found": suggested(user, request.POST.get("q", "")) if looks and client is None else None,
        "central": actions.is_central(user),
        "address": request.get_full_path(),
        "back": reverse("deals:team") + asked.address(),
        "internal": kinds.book().by_code(ActivityCode.INTERNAL),
        "wanted": wanted,
    }  # fmt: skip
    return render_part(request, "deals/booking.html", "dialog", context, status=422 if post else 200)  # fmt: skip


def _chosen(request: SignedRequest) -> Client | None:
    """The client chosen in the form, of those whom the reader may read."""
    pk = _id(request.POST.get("client_id", "") or request.GET.get("client_id", ""))
    cards = Client.objects.visible_to(request.user).live().select_related("legal_form")
    return cards.filter(pk=pk).first() if pk else None


@require_GET
@permission_required(PLAN, raise_exception=True)
def book_deals(request: SignedRequest) -> HttpResponse:
    """What is asked beside a client who has just been chosen: his deals. Nothing for nobody."""
    form = BookingForm(user=request.user, client=_chosen(request), looks=True)
    return render(request, "deals/booking.html#deals", {"form": form})


def _initial(request: SignedRequest, asked: Search, wanted: BookingRequest | None) -> dict[str, Any]:  # fmt: skip
    at = _moment(request.GET.get("at", ""))
    first: dict[str, Any] = {
        "minutes": asked.minutes,
        "at": timezone.localtime(at) if at else None,
        "deal": asked.deal.pk if asked.deal else None,
    }
    if wanted:
        first |= {
            "minutes": wanted.minutes,
            "at": first["at"] or timezone.localtime(wanted.wanted_at),
            "kind": wanted.kind_id,
            "title": wanted.title,
            "note": wanted.note,
            "deal": wanted.deal_id,
            "hand_stage": wanted.hand_stage,
        }
    return first


def _make(user: User, performer: User, client: Client | None, data: dict[str, Any], wanted: BookingRequest | None) -> str:  # fmt: skip
    """Do what the form says; the sentence for the toast."""
    when = timezone.localtime(data["at"]).strftime("%d.%m %H:%M")
    if wanted:
        performer = data["performer"]
        changes = {n: data[n] for n in ("kind", "minutes", "note", "title", "deal", "hand_stage") if n in data}  # fmt: skip
        actions.assign(
            wanted, by=user, performer=performer, begins=data["at"], **changes
        )
        return _("Assigned to %(person)s, %(when)s.") % {"person": performer, "when": when}  # fmt: skip
    what: dict[str, Any] = {
        "by": user,
        "kind": data["kind"],
        "minutes": data["minutes"],
        "note": data["note"],
        "title": data["title"],
        "client": client,
        "deal": data.get("deal"),
        "hand_stage": bool(data.get("hand_stage")),
    }
    if actions.is_central(user):
        actions.ask_for_time(wanted_at=data["at"], wanted_from=performer, **what)
        return _("The head is asked for this time.")
    actions.book(performer=performer, begins=data["at"], **what)
    return _("Booked: %(person)s, %(when)s.") % {"person": performer, "when": when}


def _request(request: SignedRequest, pk: int) -> BookingRequest:
    if pk >= 2**63:
        raise Http404
    return get_object_or_404(BookingRequest.objects.visible_to(request.user), pk=pk)


@require_POST
@permission_required(READ, raise_exception=True)
def booking_withdraw(request: SignedRequest, pk: int) -> HttpResponse:
    found = _request(request, pk)
    try:
        actions.withdraw(found, by=request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The request is withdrawn."))
    return go_to(request, "deals:team")


@require_http_methods(["GET", "POST"])
@permission_required([READ, actions.RIGHT], raise_exception=True)
def booking_decline(request: SignedRequest, pk: int) -> HttpResponse:
    found = _request(request, pk)
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.decline(found, by=request.user, answer=form.cleaned_data["answer"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Declined; whoever asked is told."))
            return go_to(request, "deals:team")
    return ask(request, form, title=_("Decline the request"), submit=pgettext("button", "Decline"), about=str(found), back=reverse("deals:team"))  # fmt: skip
