"""“How much have I earned”: the figure, its explanation, the payslip, and the team's month for the head."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from analytics import (
    choosing,
    earned_rows,
    earnings,
    explaining,
    header,
    pay_scope,
    payslips,
)
from analytics.actions import months
from analytics.choices import PayState
from analytics.earnings import Statement
from analytics.models import PayMonth
from analytics.months import following
from analytics.views import files
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.compiled import CompiledRecords
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to

own = permission_required("analytics.view_own_pay", raise_exception=True)
team_of = permission_required("analytics.view_pay", raise_exception=True)
approves = permission_required(
    ["analytics.view_pay", "analytics.approve_pay"], raise_exception=True
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
IN_POPOVER = 7
MONTHS_SHOWN = 12


def _month(given: QueryDict) -> tuple[date, str]:
    """The month named in the address as “2026-11”, else the present one; and what was misread."""
    return choosing.month(given.get("month", ""), earnings.this_month())


def _person(request: SignedRequest) -> tuple[User, str]:
    """Whose pay is asked for, one's own or of those whom one may see; and what was misread, the same of others and of nobody."""
    text = request.GET.get("person", "")
    if not text or text == str(request.user.pk):
        return request.user, ""
    found = None
    if text.isascii() and text.isdigit() and len(text) < 19:
        found = pay_scope.people(request.user).filter(pk=int(text)).first()
    return (found, "") if found else (request.user, choosing.unknown(text))


def _shown(person: User, month: date) -> tuple[PayMonth | None, Statement | None]:
    """The month's row, up to date, and its lines; nothing when he is on no scheme in it."""
    if month > earnings.this_month():
        return None, None
    return months.shown(person.pk, month)


@CompiledRecords
def _other_months(user: int, month: date) -> QuerySet[PayMonth, PayMonth]:
    # Without what is written down of them: it is long.
    rows = PayMonth.objects.filter(user=user).exclude(month=month).order_by("-month")
    return rows.only("month", "state", "earned", "currency")[:MONTHS_SHOWN]


@require_GET
@own
def page(request: SignedRequest) -> HttpResponseBase:
    (person, nobody), (month, no_month) = _person(request), _month(request.GET)
    kind, misread = files.asked(request.GET, ["xlsx"])
    misread += [(label, fault) for label, fault in ((_("Seller"), nobody), (_("Month"), no_month)) if fault]  # fmt: skip
    row, statement = _shown(person, month)
    is_whole = "all" in request.GET or bool(kind)
    groups = explaining.explained(statement, largest=None if is_whole else explaining.SHOWN) if statement else []  # fmt: skip
    if kind and not misread:
        if row is None or statement is None:
            raise Http404
        journal.record("pay.exported", person, by=request.user, at=timezone.now(), format="xlsx")  # fmt: skip
        name = f"pay-{person.username}-{month:%Y-%m}.xlsx"
        return FileResponse(payslips.workbook(row, groups), as_attachment=True, filename=name, content_type=XLSX)  # fmt: skip
    context: dict[str, Any] = {
        "misread": misread,
        "person": person,
        "is_own": person.pk == request.user.pk,
        "month": month,
        "row": row,
        "groups": groups,
        "drawn": [(group, earned_rows.rows(group.lines)) for group in groups],
        "statement": statement,
        "figure": header.Figure(month, row.currency, row.earned, row.expected, row.possible) if row else None,
        "others": _other_months.records(user=person.pk, month=month),
        "people": list(pay_scope.people(request.user).filter(pay_schemes__isnull=False).distinct()[:500]) if request.user.has_perm("analytics.view_pay") else [],
        "later": months.counts_elsewhere(row) if row and row.state == PayState.CLOSED else 0,
        "may_approve": bool(row and row.state != PayState.CLOSED and person.pk != request.user.pk and request.user.has_perm("analytics.approve_pay") and request.user.has_perm("analytics.view_pay")),
        "is_over": following(month) <= earnings.this_month(),
        "changed": row.earned - row.approved_sum if row and row.state == PayState.APPROVED and row.approved_sum is not None else Decimal(0),
    }  # fmt: skip
    return render(request, "analytics/earned.html", context, status=files.status(kind))


@require_GET
@own
def why(request: SignedRequest) -> HttpResponse:
    """What opens under the figure: the last lines of what is earned, and the sums of the rest."""
    row, statement = _shown(request.user, earnings.this_month())
    context: dict[str, Any] = {"row": row}
    if statement:
        groups = explaining.explained(statement, largest=IN_POPOVER)
        earned = groups[0]
        context |= {"groups": groups, "lines": earned.lines, "more": earned.hidden}
    return render(request, "analytics/earned_why.html", context)


@require_GET
@own
def figure(request: SignedRequest) -> HttpResponse:
    """The figure alone, for pages that are open while it changes."""
    return render(request, "analytics/earned_figure.html", {"earned": header.figure_of(request.user)})  # fmt: skip


@require_GET
@team_of
def team(request: SignedRequest) -> HttpResponse:
    month, misread = _month(request.GET)
    people = pay_scope.people(request.user).filter(pay_schemes__isnull=False).distinct()
    if month <= earnings.this_month():
        months.refresh_stale(month=month, people=[p.pk for p in people])
    rows = list(
        PayMonth.objects.filter(month=month, user__in=people)
        .select_related("user__department", "version__scheme")
        .order_by("-earned", "user__last_name")
    )
    totals: dict[str, list[Decimal]] = {}
    for row in rows:
        sums = totals.setdefault(row.currency, [Decimal(0)] * 3)
        for n, value in enumerate((row.earned, row.expected, row.possible)):
            sums[n] += value
    context = {
        "misread": misread,
        "month": month,
        "rows": rows,
        "totals": totals,
        "before": following(month, -1),
        "after": following(month) if month < earnings.this_month() else None,
        "is_over": following(month) <= earnings.this_month(),
        "is_now": month == earnings.this_month(),
        "may_close": any(r.state != PayState.CLOSED and r.user_id != request.user.pk for r in rows),
    }  # fmt: skip
    return render(request, "analytics/earned_team.html", context)


def _month_of_people(request: SignedRequest, pk: int) -> PayMonth:
    found = PayMonth.objects.filter(user__in=pay_scope.people(request.user), pk=pk) if pk < 2**63 else PayMonth.objects.none()  # fmt: skip
    row = found.first()
    if row is None:
        raise Http404
    return row


def _back(request: SignedRequest, row: PayMonth) -> HttpResponse:
    if request.POST.get("to") == "team":
        return go_to(request, f"{reverse('analytics:earned_team')}?month={row.month:%Y-%m}")  # fmt: skip
    return go_to(request, f"{reverse('analytics:earned')}?person={row.user_id}&month={row.month:%Y-%m}")  # fmt: skip


@require_POST
@approves
def approve(request: SignedRequest, pk: int) -> HttpResponse:
    row = _month_of_people(request, pk)
    try:
        months.approve(row.pk, by=request.user, at=timezone.now())
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The month is approved."))
    return _back(request, row)


@require_POST
@approves
def close(request: SignedRequest, pk: int) -> HttpResponse:
    row = _month_of_people(request, pk)
    try:
        months.close(row.pk, by=request.user, at=timezone.now())
    except DomainError as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("The month is closed."))
    return _back(request, row)


@require_POST
@approves
def close_all(request: SignedRequest) -> HttpResponse:
    """Close the month of everyone one answers for; one's own stays for somebody else."""
    month, misread = _month(request.POST)
    if misread:
        messages.error(request, misread)
        return redirect(f"{reverse('analytics:earned_team')}?month={month:%Y-%m}")
    rows = PayMonth.objects.filter(month=month, user__in=pay_scope.people(request.user)).exclude(state=PayState.CLOSED)  # fmt: skip
    done, refusals = 0, set[str]()
    for row in rows.exclude(user=request.user):
        try:
            months.close(row.pk, by=request.user, at=timezone.now())
            done += 1
        except DomainError as refused:
            refusals.add(str(refused))
    for refusal in sorted(refusals):
        messages.error(request, refusal)
    if done:
        messages.success(request, _("Months closed: %(count)s") % {"count": done})
    elif not refusals:
        messages.info(request, _("There is no open month of your people to close."))
    return redirect(f"{reverse('analytics:earned_team')}?month={month:%Y-%m}")
