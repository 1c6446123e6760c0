"""The dialog in which a head types the limits of everybody, of a role, or of one of his people."""

from collections.abc import Iterable

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from analytics import choosing, reading
from analytics import panel as board
from analytics.forms import limits as typing
from analytics.indicators import Indicator, offered
from analytics.limits import NO_LIMIT, Limits, all_limits, set_limits
from analytics.scope import Scope, scope_of
from salesexpert.accounts.models import Role, User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.http import done, render_part

type Typed = dict[str, tuple[str, str]]


def may_limit(user: User, whole: Scope) -> bool:
    return user.has_perm("accounts.view_figures") or not whole.is_own


@require_http_methods(["GET", "POST"])
@permission_required(reading.RIGHT, raise_exception=True)
def limits(request: SignedRequest) -> HttpResponse:
    user = request.user
    if not may_limit(user, scope_of(user)):
        raise PermissionDenied
    given = request.POST if request.method == "POST" else request.GET
    targets = dict(_targets(user))
    whom, misread = _whom(targets, given.get("of", ""), is_first=request.method == "GET")  # fmt: skip
    then: str | None = None
    known = offered(user)
    faults: dict[str, str] = {}
    typed: Typed = {}
    if "was" in given:
        # Another was chosen amid typing: what was typed stays until it is told what becomes of it.
        was, not_there = _whom(targets, given["was"], is_first=False)
        misread = misread or not_there
        typed = _typed(given, known)
        if typed == _kept(was, known.values()):
            typed = {}
        else:
            whom, then = was, whom
    if request.method == "POST":
        then = request.POST.get("then")
        typed = _typed(given, known)
        found = {name: typing.read(one, *typed[name]) for name, one in known.items()}
        faults = {name: fault for name, (_limit, fault) in found.items() if fault}
        if not (faults or misread):
            person, role = _target(whom)
            set_limits([(name, limit) for name, (limit, _fault) in found.items()], by=user, user=person, role=role)  # fmt: skip
            if then not in targets:
                return done(request, "analytics:panel", reload=True)
            whom, then, typed = then, None, {}
    context = {
        "rows": _rows(whom, known.values(), typed, faults),
        "whom": whom,
        "targets": targets.items(),
        "faults": faults,
        "misread": misread,
        "then": then if then in targets and then != whom else None,
        "then_name": targets.get(then or "", ""),
        "whose": targets.get(whom, ""),
    }
    return render_part(request, "analytics/panel_limits.html", "dialog", context, status=422 if faults or (misread and request.method == "POST") else 200)  # fmt: skip


def _targets(user: User) -> Iterable[tuple[str, str]]:
    if user.has_perm("accounts.view_figures"):
        yield "", _("everybody")
        for role in Role.objects.order_by("position", "pk"):
            yield f"role-{role.pk}", str(role)
    for person in scope_of(user).users().filter(is_active=True)[:300]:
        yield f"person-{person.pk}", str(person)


def _whom(targets: dict[str, str], word: str, *, is_first: bool) -> tuple[str, str]:
    """The word of the drop-down, and what was misread; `is_first`: of a dialog just opened, which names nobody."""
    first = next(iter(targets), "")
    if word in targets or (not word and is_first):
        return (word if word in targets else first), ""
    return first, choosing.unknown(word) if word else _("Choose whose limits these are.")  # fmt: skip


def _target(whom: str) -> tuple[int | None, int | None]:
    """(person, role) of a word of the drop-down."""
    kind, _dash, number = whom.partition("-")
    return (int(number) if kind == "person" else None, int(number) if kind == "role" else None)  # fmt: skip


def _typed(given: "dict[str, str]", known: Iterable[str]) -> Typed:
    return {name: (given.get(f"low_{name}", "")[:typing.LONGEST], given.get(f"high_{name}", "")[:typing.LONGEST]) for name in known}  # fmt: skip


def _kept(whom: str, known: Iterable[Indicator]) -> Typed:
    """What is kept of a target, as its fields show it."""
    present = all_limits()
    return {one.name: _shown(present, one.name, whom) for one in known}


def _shown(present: Limits, name: str, whom: str) -> tuple[str, str]:
    person, role = _target(whom)
    limit = present.exactly(name, user=person, role=role)
    return typing.worded(limit.low), typing.worded(limit.high)


def _rows(whom: str, known: Iterable[Indicator], typed: Typed, faults: dict[str, str]) -> list[tuple[Indicator, str, str, str, str, str]]:  # fmt: skip
    """(indicator, label, least, most, fault, what holds where nothing is typed) of each."""
    person, role = _target(whom)
    present = all_limits()
    role_of_person = User.objects.values_list("role", flat=True).get(pk=person) if person else None  # fmt: skip
    rows = []
    for one in known:
        low, high = typed.get(one.name) or _shown(present, one.name, whom)
        wider = (
            present.of(one.name, role=role_of_person)
            if person
            else present.of(one.name)
        )
        hint = board.limit_words(one, wider) if wider is not NO_LIMIT and (person or role) else ""  # fmt: skip
        rows.append((one, typing.label(one), low, high, faults.get(one.name, ""), hint))  # fmt: skip
    return rows
