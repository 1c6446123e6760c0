"""Numbers above the day: what waits for a person in his role, each leading to exactly its records."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from clients.choices import Category
from clients.models import Client, Inquiry
from deals import debts
from deals.choices import ContractState
from deals.models import Contract, Deal, Invoice
from salesexpert.accounts.choices import PresetRole
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledQuery

# More than a hundred is “100+”: nobody works them off in a day, and counting them all costs.
COUNTED = 100
STEP, WAITING, RED, UNPAID, OVERDUE, NEW = "step", "contact", "red", "unpaid", "overdue", "new"  # fmt: skip
LATE, TODAY, AHEAD, PROMISES, TEAM_RED, UNGIVEN, REVIEW = (
    "late", "today", "ahead", "promises", "team_red", "ungiven", "review",
)  # fmt: skip

_SELLING = (LATE, TODAY, WAITING, RED, UNPAID, NEW)
_LEADING = (LATE, TODAY, TEAM_RED, UNGIVEN, RED, UNPAID)
# Where each role's work is. A role of the company's own starts as a seller does, as far as its rights go.
BY_ROLE: dict[str, tuple[str, ...]] = {
    PresetRole.SELLER: _SELLING,
    PresetRole.ASSISTANT: (LATE, TODAY, UNPAID, AHEAD, PROMISES, RED),
    PresetRole.TELEMARKETER: (LATE, TODAY, NEW, WAITING, STEP, PROMISES),
    PresetRole.SERVICE: (LATE, TODAY, AHEAD, PROMISES, WAITING),
    PresetRole.LAWYER: (LATE, TODAY, REVIEW, AHEAD, PROMISES),
    PresetRole.HEAD_OF_MARKETING: (LATE, TODAY, UNGIVEN, NEW, AHEAD, STEP),
    PresetRole.HEAD_OF_SALES: _LEADING,
    PresetRole.DIRECTOR: _LEADING,
    PresetRole.ADMINISTRATOR: (LATE, TODAY, AHEAD, PROMISES, TEAM_RED, UNGIVEN),
}
RIGHTS = {
    STEP: "clients.view_client",
    WAITING: "clients.view_client",
    RED: "deals.view_deal",
    TEAM_RED: "deals.view_deal",
    UNPAID: "deals.view_invoice",
    NEW: "clients.view_inquiry",
    UNGIVEN: "clients.view_inquiry",
    REVIEW: "deals.approve_contract",
}


@dataclass(frozen=True, slots=True)
class Counter:
    """`css` is "bad" or "warn" where somebody must act."""

    number: str
    url: str
    label: str
    hint: str
    css: str = ""


def _capped(rows: QuerySet[Any, Any], kind: str) -> QuerySet[Any, Any]:
    return rows.order_by().annotate(kind=Value(kind)).values_list("kind")[: COUNTED + 1]


def _late_deals(at: datetime, on: date) -> QuerySet[Deal]:
    deals = Deal.objects.open().filter(due_at__lt=at)
    return deals.filter(Q(waits_until=None) | Q(waits_until__lte=on))


@CompiledQuery
def _mine(user: int, at: datetime, on: date) -> QuerySet[Any, Any]:
    """A row for each client, deal, invoice and inquiry of one's own that waits: what nearly every role is shown."""
    clients = Client.objects.live().filter(curator=user)
    owed = Invoice.objects.filter(responsible=user, state__in=debts.OPEN)
    # By their term, so that the overdue ones are among those that are read: each is read once for both numbers.
    late = Case(When(due_on__lt=on, then=Value(OVERDUE)), default=Value(UNPAID))
    bills = owed.order_by("due_on").annotate(kind=late).values_list("kind")
    new = Inquiry.objects.filter(responsible=user, state="new")
    return (
        _capped(clients.filter(contact_due_at__lte=at), WAITING)
        .union(
            _capped(_late_deals(at, on).filter(responsible=user), RED),
            bills[: COUNTED + 1],
            _capped(new, NEW),
            all=True,
        )
        .order_by()
    )


def _of_others(user: User, wanted: set[str], *, at: datetime, on: date) -> list[str]:
    """What only some roles are shown: of the team, of nobody yet, of the lawyer, clients without a next step."""
    parts = []
    if STEP in wanted:
        idle = Client.objects.live().filter(curator=user, next_step_at=None)
        parts.append(_capped(idle.filter(category=Category.CLIENT), STEP))
    if TEAM_RED in wanted:
        seen: Any = _late_deals(at, on)
        parts.append(_capped(seen.visible_to(user), TEAM_RED))
    if UNGIVEN in wanted:
        waiting = Inquiry.objects.filter(responsible=None, state="new")
        parts.append(_capped(waiting, UNGIVEN))
    if REVIEW in wanted:
        mine = Q(lawyer=user) | Q(lawyer=None)
        contracts = Contract.objects.filter(mine, state=ContractState.IN_REVIEW)
        parts.append(_capped(contracts, REVIEW))
    if not parts:
        return []
    rows = parts[0].union(*parts[1:], all=True).order_by() if parts[1:] else parts[0]
    return [kind for (kind,) in rows]


def of_day(user: User, day: Any) -> list[Counter]:
    """The numbers of a person's day, in the order of his role; those without a right to them are left out."""
    role = user.role.code if user.role else ""
    names = [
        name
        for name in BY_ROLE.get(role, _SELLING)
        if name not in RIGHTS or user.has_perm(RIGHTS[name])
    ]
    found = [kind for (kind,) in _mine(user=user.pk, at=day.now, on=day.on)]
    found += _of_others(user, set(names), at=day.now, on=day.on)
    count = {name: found.count(name) for name in set(found)}
    count[UNPAID] = count.get(UNPAID, 0) + count.get(OVERDUE, 0)
    return [_counter(name, count, day) for name in names]


def _number(n: int, most: int = COUNTED) -> str:
    return f"{most}+" if n > most else str(n)


def _shown(n: int, name: str, day: Any) -> str:
    return f"{n}+" if name in day.more else str(n)


def _counter(name: str, count: dict[str, int], day: Any) -> Counter:
    n = count.get(name, 0)
    clients, deals = reverse("clients:list"), reverse("deals:list")
    match name:
        case "late":
            late = len(day.late)
            hint = ngettext("oldest — %(days)s day", "oldest — %(days)s days", day.oldest_days) % {"days": day.oldest_days}  # fmt: skip
            return Counter(
                _shown(late, "late", day), "#late", pgettext("work", "overdue"),
                hint if late else _("nothing is late"), "bad" if late else "",
            )  # fmt: skip
        case "today":
            done = ngettext("%(done)s done", "%(done)s done", day.done_count) % {"done": _shown(day.done_count, "done", day)}  # fmt: skip
            return Counter(
                _shown(day.planned_count, "planned", day),
                "#today",
                _("for today"),
                done,
            )
        case "ahead":
            return Counter(_shown(len(day.ahead), "ahead", day), "#ahead", _("booked by others"), _("for the next two weeks"))  # fmt: skip
        case "promises":
            kept = len(day.promises)
            return Counter(_shown(kept, "promises", day), "#promises", _("promises to keep"), _("due within a week"), "warn" if kept else "")  # fmt: skip
        case "step":
            return Counter(_number(n), f"{clients}?curator=me&next_step=none", _("without a next step"), _("of your clients"))  # fmt: skip
        case "contact":
            return Counter(
                _number(n), f"{clients}?curator=me&contact_due=late&sort=contact_due_at", _("wait for a contact"),
                _("longer than they may"), "warn" if n else "",
            )  # fmt: skip
        case "red" | "team_red":
            whose = "responsible=me&" if name == "red" else ""
            label = _("red deals") if name == "red" else _("red deals of the team")
            return Counter(_number(n), f"{deals}?{whose}norm=late", label, _("past the norm of the stage"), "bad" if n else "")  # fmt: skip
        case "unpaid":
            late = count.get(OVERDUE, 0)
            hint = _("overdue: %(n)s") % {"n": _number(late)} if late else _("none is overdue")  # fmt: skip
            return Counter(
                _number(n), f"{reverse('deals:invoices')}?responsible=me&state=open", _("unpaid invoices"), hint,
                "warn" if late else "",
            )  # fmt: skip
        case "review":
            return Counter(_number(n), f"{reverse('deals:contracts')}?state=mine", _("contracts to review"), _("with the lawyer"), "warn" if n else "")  # fmt: skip
        case "ungiven":
            return Counter(_number(n), "/inquiries/?responsible=none&state=new", _("inquiries of nobody"), _("wait to be given out"), "warn" if n else "")  # fmt: skip
        case _:
            return Counter(_number(n), "/inquiries/?responsible=me&state=new", _("new inquiries"), _("wait for an answer"), "warn" if n else "")  # fmt: skip
