"""Pages for the head: how full the cards are, what moves on the ladder, with whom contacts were made."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from clients import base_reports
from clients.list_filters import DayField, day_begins
from clients.models import Activity, RelationshipMove, RelationshipType
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.teams import whose_figures
from salesexpert.core import keyset

THIN = 60
PAGE_SIZE = 50
may_read = permission_required("clients.view_client", raise_exception=True)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` to `to`, both included, in the reader's time zone; `fault` says what was misread."""

    since: date
    to: date
    fault: str = ""

    @property
    def begins(self) -> datetime:
        return day_begins(self.since)

    @property
    def ends(self) -> datetime:
        return day_begins(self.to + timedelta(days=1))

    @property
    def query(self) -> str:
        return urlencode({"since": self.since.isoformat(), "to": self.to.isoformat()})


def _period(params: QueryDict) -> Period:
    """The period that an address names, by default this month so far."""
    today = timezone.localdate()
    days: dict[str, date] = {"since": today.replace(day=1), "to": today}
    faults = []
    for name in days:
        try:
            days[name] = DayField(required=False).clean(params.get(name)) or days[name]
        except ValidationError as error:
            faults += error.messages
    since, to = sorted(days.values()) if not faults else days.values()
    return Period(since, max(since, to), " ".join(faults))


def _number(text: str, *, most: int) -> int | None:
    if text.isascii() and text.isdigit() and len(text) < 19 and int(text) <= most:
        return int(text)
    return None


@require_GET
@may_read
def completeness_report(request: SignedRequest) -> HttpResponse:
    below = _number(request.GET.get("below", ""), most=100) or THIN
    rows, total = base_reports.fullness_by_curator(
        base_reports.scope_of(request.user),
        below=below,
        at=timezone.now(),
        whole_of=base_reports.curators_of(request.user),
    )
    people = whose_figures(request.user)
    context = {
        "rows": rows,
        "total": total,
        "below": below,
        "thin": f"completeness_to={below - 1}",
        "own": _of(request.user, people),
    }
    return render(request, "clients/report_completeness.html", context)


@require_GET
@may_read
def ladder_report(request: SignedRequest) -> HttpResponse:
    period = _period(request.GET)
    days = {"since": period.since, "until": period.to + timedelta(days=1)}
    passings, between = base_reports.climbed(request.user, **days)
    types = list(RelationshipType.objects.all())
    moves = {(m.from_type, m.to_type): m for m in between}
    used = {pk for pair in moves for pk in pair}
    shown = [t for t in types if t.retired_at is None or t.pk in used]
    contacts = base_reports.met(request.user, performers=_performers(request), **days)
    context = {
        "period": period,
        "types": shown,
        "passings": passings,
        "moves": [
            (source, [moves.get((source.pk if source else None, t.pk)) for t in shown])
            for source in [None, *shown]
        ],
        "contacts": [
            (row, [(t, row.by_type.get(t.pk, 0)) for t in shown]) for row in contacts
        ],
    }
    return render(request, "clients/report_ladder.html", context)


def _of(user: User, people: "QuerySet[User] | None") -> str:
    """What the list of clients is asked to show the cards of the reader's people only."""
    if people is None:
        return ""
    found = list(people.order_by("pk").values_list("pk", flat=True))
    if found == [user.pk]:
        return "curator=me&"
    return urlencode([("curator", pk) for pk in found]) + "&"


def _performers(request: SignedRequest) -> list[int]:
    """Whose contacts the reader may count: those of whom he may read figures."""
    people = whose_figures(request.user)
    found = User.objects.all() if people is None else people
    return list(found.order_by("pk").values_list("pk", flat=True))


@require_GET
@may_read
def contacts_made(request: SignedRequest) -> HttpResponse:
    """The contacts behind a figure of the report."""
    period = _period(request.GET)
    allowed = _performers(request)
    asked = _number(request.GET.get("performer", ""), most=2**63 - 1)
    performers = [pk for pk in allowed if asked is None or pk == asked]
    made = base_reports.contacts_made(
        Activity.objects.visible_to(request.user),
        since=period.begins,
        until=period.ends,
        performers=performers,
    )
    step = _number(request.GET.get("type", ""), most=2**63 - 1)
    if step is not None:
        made = made.filter(relationship=step)
    context = {
        "who": User.objects.filter(pk=asked).first() if asked in allowed else None,
        "step": RelationshipType.objects.filter(pk=step).first() if step else None,
        **_page(request, period, made, "-done_at"),
    }
    return render(request, "clients/report_contacts.html", context)


@require_GET
@may_read
def moves(request: SignedRequest) -> HttpResponse:
    """The moves behind a figure of the report."""
    period = _period(request.GET)
    clients = base_reports.scope_of(request.user)
    curators = [_number(text, most=2**63 - 1) for text in request.GET.getlist("curator")]  # fmt: skip
    if curators:
        clients = clients.filter(curator__in=[pk for pk in curators if pk is not None])
    found = RelationshipMove.objects.filter(
        at__gte=period.begins, at__lt=period.ends, client__in=clients.values("pk")
    )
    for name in ("from", "to_type"):
        text = request.GET.get(name, "")
        column = "from_type" if name == "from" else "to_type"
        if text == "none":
            found = found.filter(**{f"{column}__isnull": True})
        elif (pk := _number(text, most=2**63 - 1)) is not None:
            found = found.filter(**{column: pk})
    if (step := _number(request.GET.get("came", ""), most=4)) is not None:
        found = base_reports.moves_to(
            clients,
            step,
            since=period.begins,
            until=period.ends,
            further="further" in request.GET,
        )
    context = _page(request, period, found, "-at")
    return render(request, "clients/report_moves.html", context)


def _page(
    request: SignedRequest, period: Period, found: QuerySet, order: str
) -> dict[str, Any]:
    """One page of records by key, read whole in a second query."""
    page = keyset.page(
        [keyset.Part(found, (order, "-pk"))],
        ["pk"],
        size=PAGE_SIZE,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    ids = [row["pk"] for row in page.rows]
    related = ("client__legal_form", *_RELATED[found.model])
    rows = found.model.objects.filter(pk__in=ids).select_related(*related)
    return {
        "rows": rows.order_by(order, "-pk"),
        "page": page,
        "period": period,
        "kept": request.GET.urlencode(),
    }


_RELATED: dict[Any, tuple[str, ...]] = {
    Activity: ("kind", "performer", "result", "relationship"),
    RelationshipMove: ("from_type", "to_type", "by"),
}
