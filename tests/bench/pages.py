"""What is asked: each page with the addresses it is asked at and the limits it must hold (`docs/performance.md`)."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote, urlencode

from django.db.models import Count
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from analytics.actions import schemes
from analytics.earnings import this_month
from analytics.known_reports import OF_BASE
from analytics.models import SavedQuery, SchemeAssignment
from analytics.queries.question import Question, pack
from analytics.told import of_person
from analytics.views import below
from clients.models import Activity, ActivityKind, Client
from deals.firms import default_firm
from deals.models import Deal, Invoice
from pipeline.models import Stage
from salesexpert.accounts.models import User

# Indicators of the diagnosis: the eight that a head looks at first, and twenty.
EIGHT = ("revenue", "won", "lost", "win_rate", "opened", "in_work", "contacts", "stalled")  # fmt: skip
TWENTY = (*EIGHT, "margin", "average_deal", "length", "clients_in_work", "new_cards", "overdue_invoices", "debt", "completeness", "plan", "overdue_work", "contacts.call", "contacts.meeting")  # fmt: skip
SELLER, MARKETER, DIRECTOR = "anna", "marketing", "director"


@dataclass(frozen=True, slots=True)
class Page:
    """`median` and `p95` are limits in multiples of the floor's median; `queries` and `kib` plain limits."""

    name: str
    paths: list[str]
    median: float
    p95: float
    queries: int
    kib: float | None = None
    form: dict[str, str] | None = None
    expect: frozenset[int] = frozenset({200})
    headers: dict[str, str] = field(default_factory=dict)
    forms: tuple[dict[str, str], ...] = ()
    """What each of `paths` is sent in its turn, where that differs."""
    turns: Iterator[int] = field(default_factory=itertools.count)
    most: int = 200
    """How often a round asks for it at most: an export takes as long as all the rest."""
    person: str = SELLER
    grows: bool = True
    """Whether its growth is measured; an export is as long as the base is."""

    @property
    def writes(self) -> bool:
        return self.form is not None or bool(self.forms)

    def next(self) -> tuple[str, dict[str, str] | None]:
        """The address that is asked now, and what it is sent: turns go on from round to round, so that what was moved
        forth is moved back."""
        turn = next(self.turns) % len(self.paths)
        return self.paths[turn], self.forms[turn] if self.forms else self.form


def _shown(names: tuple[str, ...]) -> str:
    return urlencode([("show", name) for name in names])


def _cards(count: int = 40) -> list[int]:
    """Clients of the seller that he would open today: with work ahead, and those with the longest history."""
    own = Client.objects.filter(curator__username=SELLER, archived_at=None)
    near = list(
        own.filter(next_step_at__isnull=False)
        .order_by("next_step_at", "pk")
        .values_list("pk", flat=True)[: count - 5]
    )
    long = (
        Activity.objects.filter(client__in=own)
        .values("client")
        .annotate(n=Count("pk"))
        .order_by("-n", "client")
    ).values_list("client", flat=True)[:5]
    return [*near, *long]


# How many cards a rare word may find: about as many in a large base as in a small one, so that its growth compares.
RARE = range(5, 26)


def _rare(count: int = 20) -> list[str]:
    """Words of names that find a page or less; where the generator's words run out, the rarest of those looked at."""
    names = (
        Client.objects.filter(is_person=False)
        .order_by("-pk")
        .values_list("folded", flat=True)[:5000:20]
    )
    words = dict.fromkeys(max(name.split(), key=len) for name in names)
    found = {
        word: Client.objects.filter(search_text__contains=word).values("pk")[: RARE.stop].count()
        for word in words
    }  # fmt: skip
    return sorted(found, key=lambda word: (found[word] not in RARE, found[word]))[
        :count
    ]


COMMON = ("пример", "завод", "снаб", "торг", "образ")


def pages() -> Iterator[Page]:
    """The pages that this version of the product has; an address that does not exist yet is left out."""
    seller = User.objects.get(username=SELLER)
    cards = _cards()

    def at(name: str, *args: int) -> str:
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            return ""

    listing = at("clients:list") or "/clients/"
    yield Page("client list", [listing], 4, 7, 10, kib=40)
    segment = urlencode(_segment())
    yield Page(
        "client list of a segment, by last contact",
        [f"{listing}?{segment}&sort=-last_contact_at"],
        4, 7, 10, kib=40,
    )  # fmt: skip
    yield Page(
        "client list of a seller, by last contact",
        [f"{listing}?curator={seller.pk}&sort=-last_contact_at"],
        4, 7, 10, kib=40,
    )  # fmt: skip
    yield Page(
        "search, rare word",
        [f"{listing}?q={quote(word)}" for word in _rare()],
        4,
        7,
        10,
        kib=40,
    )
    yield Page(
        "search, common word",
        [f"{listing}?q={quote(word)}" for word in COMMON],
        4,
        7,
        10,
        kib=40,
    )
    yield Page(
        "palette, rare word",
        [f"/search/?q={quote(word)}" for word in _rare()],
        4,
        7,
        10,
    )
    yield Page("card", [at("clients:card", pk) for pk in cards], 4, 7, 15)
    yield Page(
        "card's panels",
        [at("desk:panels", pk) for pk in cards],
        5,
        8,
        12,
        headers={"HX_Request": "true"},
    )
    yield Page("my day", ["/"], 4, 12, 15)
    yield Page("calendar week", [f"{at('plan:calendar')}?view=week"], 5, 8, 15)
    # As long as the company has people, so its growth is that of the department below.
    yield Page("free slots, 50 people × 2 weeks", [_slots(at("deals:team"), all_sellers=True)], 8, 12, 25, grows=False)  # fmt: skip
    yield Page("free slots of a department", [_slots(at("deals:team"))], 8, 12, 25)  # fmt: skip
    yield Page("load of people", [_slots(at("deals:load"))], 8, 12, 20)
    yield Page("contact persons", [at("clients:contacts")], 4, 7, 10, kib=40)
    deals = _deals(seller)
    yield Page("deal list", [at("deals:list")], 5, 8, 10, kib=40)
    yield Page("board", [_board(at("deals:board"))], 6, 9, 15)
    yield Page("deal page", [at("deals:deal", pk) for pk in deals], 5, 8, 20)
    yield Page(
        "deal's sections",
        [at("deals:sections", pk) for pk in deals],
        5, 8, 15,
        headers={"HX_Request": "true"},
    )  # fmt: skip
    _is_paid(seller)
    yield Page("earned so far", [at("analytics:earned")], 5, 12, 25)
    year = f"{at('analytics:panel')}?period=12_months"
    yield Page("diagnosis panel, a year", [f"{year}&{_shown(EIGHT)}"], 6, 20, 30)
    yield Page("diagnosis panel, 20 indicators", [f"{year}&{_shown(TWENTY)}"], 10, 25, 40)  # fmt: skip
    # As heads look at it: of all people, counted at most once a minute. As long as the company has people.
    yield Page("diagnosis of all people", [f"{year}&{_shown(EIGHT)}"], 6, 20, 30, person=DIRECTOR, grows=False)  # fmt: skip
    yield Page("diagnosis of all people, 20 indicators", [f"{year}&{_shown(TWENTY)}"], 10, 25, 40, person=DIRECTOR, grows=False)  # fmt: skip
    yield Page(
        "earned so far, the figure alone",
        [at("analytics:earned_figure")],
        1.5, 4, 5,
        headers={"HX_Request": "true"},
    )  # fmt: skip
    yield Page("receivables", [at("deals:receivables")], 6, 9, 15)
    # His own figures of a year, counted anew each time.
    yield Page("funnel of a year", [at("analytics:funnel")], 5, 12, 25)
    yield Page("refusals, cross table of a year", [at("analytics:refusals")], 5, 12, 25)  # fmt: skip
    for name in ("deals", "stalled", "norms", "forecast", "cash", "paying", "effort", "procedure", *OF_BASE):  # fmt: skip
        yield Page(f"report of a year: {name}", [at(f"analytics:{name}")], 5, 12, 25)
    for name, address in (
        ("contacts behind a figure", at("analytics:contacts")),
        ("overdue work", at("analytics:overdue")),
        ("plans", at("analytics:plans")),
        ("plans of my day", at("analytics:plans_mine")),
        ("KPI", at("analytics:kpi")),
        ("completeness of cards", at("clients:completeness")),
        ("ladder", at("clients:ladder")),
        ("competitors' prices", at("deals:competitors")),
        ("work that asks for people, of a department", _slots(at("deals:load_work"))),
        ("people for the stages", at("deals:load_stages")),
        ("all reports", at("analytics:reports")),
    ):
        yield Page(name, [address], 5, 12, 25)
    # The page of the diagnosis asks for what stands below it in three requests after itself.
    for name in below.PARTS:
        yield Page(f"below the diagnosis: {name}", [f"{at(f'analytics:below_{name}')}?period=12_months"], 5, 12, 25, headers={"HX_Request": "true"})  # fmt: skip
    # The manager's page is a frame that asks for its sections after itself.
    manager = at("analytics:person", seller.pk)
    yield Page("manager's page", [manager], 5, 12, 15)
    for name in of_person.parts_of(seller):
        yield Page(f"manager's page: {name}", [f"{manager}?part={name}"], 5, 12, 30, headers={"HX_Request": "true"})  # fmt: skip
    for name, address in _ready(at("analytics:query_answer")):
        yield Page(f"ready query: {name}", [address], 5, 20, 30, headers={"HX_Request": "true"})  # fmt: skip
    first, second = _way()[:2]
    movable = _movable(first)
    yield Page(
        "move a stage (POST)",
        [at("deals:move", pk) for pk in movable] * 2,
        3, 5, 40,
        forms=tuple(
            {"to": str(stage), "comment": "Согласовали состав"}
            for stage in (second, first) for _ in movable
        ),
        expect=frozenset({200, 204}),
        headers={"HX_Request": "true"},
    )  # fmt: skip
    _may_book(seller)
    yield Page(
        "record a payment (POST)",
        [f"{at('deals:payment_new')}?invoice={pk}" for pk in _owing()],
        3, 5, 40,
        form=_paid(),
        expect=frozenset({200, 204}),
        headers={"HX_Request": "true"},
    )  # fmt: skip
    for name, form in (
        ("save an activity", _said()),
        ("save an activity and plan the next", {**_said(), **_next()}),
    ):
        yield Page(
            f"{name} (POST)",
            [at("clients:record", pk) for pk in cards],
            2.5, 4, 25,
            form=form,
            expect=frozenset({200, 204, 302, 303}),
            headers={"HX_Request": "true"},
        )  # fmt: skip
    yield Page(
        "export of 10,000 rows, CSV",
        [f"{listing}?{urlencode(_ten_thousand())}&format=csv"],
        400, 600, 60,
        most=5, grows=False,
    )  # fmt: skip


# Of those that read inquiries, deals, refusals and lines of a year.
READY = ("channels", "channels_money", "price", "segments", "reasons")


def _ready(address: str) -> list[tuple[str, str]]:
    """Questions that came with the product, by the period that they propose."""
    if not address:
        return []
    rows = SavedQuery.objects.filter(ready__in=READY).order_by("ready")
    return [
        (row.ready, f"{address}?{urlencode({'saved': row.pk, 'q': pack(Question.read(row.question))})}")
        for row in rows
    ]  # fmt: skip


def _slots(address: str, *, all_sellers: bool = False) -> str:
    """All sellers, or the one department that is as large on every scale."""
    if all_sellers:
        return f"{address}?role={User.objects.get(username=SELLER).role_id}"
    department = User.objects.get(username="service").department_id
    return f"{address}?department={department}"


def _deals(seller: User, count: int = 40) -> list[int]:
    """Open deals of the seller, those next due first, as he would open them today."""
    own = Deal.objects.open().filter(responsible=seller)
    return list(own.order_by("due_at", "pk").values_list("pk", flat=True)[:count])


def _way() -> list[int]:
    """The stages in use of the process with the most open deals."""
    most = Deal.objects.open().values("process").annotate(n=Count("pk")).order_by("-n").first()  # fmt: skip
    stages = Stage.objects.in_use().filter(process=most["process"] if most else 0)
    return list(stages.order_by("position").values_list("pk", flat=True))


def _movable(stage: int, count: int = 60) -> list[int]:
    """Deals that go from their first stage to the second and back, by turns."""
    rows = Deal.objects.open().filter(stage=stage)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:count])


def _owing(count: int = 400) -> list[int]:
    """Invoices of the firm that `_paid` pays, of which a rouble can be paid as often as one asks."""
    rows = Invoice.objects.filter(firm=default_firm(), state="issued", currency="RUB", total__gt=1000)  # fmt: skip
    return list(rows.order_by("-pk").values_list("pk", flat=True)[:count])


def _may_book(seller: User) -> None:
    """The accountants' right, so that one person asks for every page: the base is a copy, or the bench's own."""
    role = seller.role
    if role is not None and "deals.add_payment" not in role.permissions:
        role.permissions = sorted({*role.permissions, "deals.add_payment"})
        role.save(update_fields=["permissions"])


def _is_paid(seller: User) -> None:
    """The seller is on a scheme: a base that was made before there were any puts him on one now."""
    if SchemeAssignment.objects.filter(user=seller).exists():
        return
    rules = [{"kind": "percent", "base": "margin", "steps": [["0", "4"], ["1000000", "6"]]}]  # fmt: skip
    version = schemes.add_scheme(by=None, name="Bench", rules=rules)
    schemes.publish(version, since=this_month(), by=None)
    schemes.assign(seller, version.scheme, since=this_month(), by=None)


def _paid() -> dict[str, str]:
    firm = default_firm()
    return {
        "amount": "1",
        "paid_on": timezone.localdate().isoformat(),
        "firm": str(firm.pk) if firm else "",
    }


def _board(address: str) -> str:
    """The board of the process with the most open deals."""
    most = (
        Deal.objects.open().values("process").annotate(n=Count("pk")).order_by("-n")
    ).first()
    return f"{address}?process={most['process']}" if most else address


def _segment() -> dict[str, int]:
    """A group of clients in an industry: a segment as a marketer would take it, the largest one."""
    own = Client.objects.filter(archived_at=None, group__isnull=False, industry__isnull=False)  # fmt: skip
    found = (
        own.values("group", "industry").annotate(n=Count("pk")).order_by("-n").first()
    )
    return {"group": found["group"], "industry": found["industry"]} if found else {}


def _ten_thousand() -> dict[str, int]:
    """Filters that leave about ten thousand cards, or nearly all where there are no more."""
    clients = Client.objects.filter(archived_at=None)
    if clients.count() <= 12_000:
        return {}
    choices: list[tuple[int, dict[str, int]]] = []
    for names in (("region",), ("industry",), ("group",), ("region", "industry")):
        rows = clients.filter(**{f"{name}__isnull": False for name in names})
        for row in rows.values(*names).annotate(n=Count("pk")):
            choices.append((row.pop("n"), row))
    return min(choices, key=lambda choice: abs(choice[0] - 10_000))[1]


def _said() -> dict[str, str]:
    """What the composer sends; the token that each filling has is added later."""
    return {
        "mode": "record",
        "kind": str(ActivityKind.objects.get(code="call").pk),
        "direction": "out",
        "summary": "Подтвердили состав поставки, ждут счёт завтра. Просят пропуск на машину.",
        "minutes": "6",
    }


def _next() -> dict[str, str]:
    return {
        "then": "plan",
        "next_on": (timezone.localdate() + timedelta(days=7)).isoformat(),
        "next_at": "11:00",
        "next_title": "Согласовать дату приёмки",
    }
