"""One piece of work: reading it, marking it done, putting it off, cancelling and correcting it; planning a new one."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from clients import feed, kinds, searching
from clients.actions import activities as actions
from clients.actions import activity_rules
from clients.actions.putting_off import late_work, put_off_late_work
from clients.choices import ActivityCode, ActivityStatus, CommitmentKind, Direction
from clients.forms.activities import (
    CancelForm,
    DoneForm,
    EditForm,
    PlanForm,
    RescheduleForm,
)
from clients.models import Activity, Client, ContactLink
from clients.views.answers import back, draw, saved
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import htmx_of

PEOPLE_SHOWN = 500


def _activity(request: SignedRequest, pk: int) -> Activity:
    """The entry with what its forms show; whoever performs a piece of work reads it, though not the client's card."""
    return get_object_or_404(
        Activity.objects.visible_to(request.user).select_related(
            "client__legal_form",
            "kind",
            "goal",
            "result",
            "performer",
            "created_by",
            "contact",
            "deal",
        ),
        pk=pk,
    )


def _card_readable(request: SignedRequest, activity: Activity) -> bool:
    return bool(
        activity.client_id
        and Client.objects.visible_to(request.user)
        .filter(pk=activity.client_id)
        .exists()
    )


def _home(activity: Activity) -> str:
    return reverse("clients:activity", args=[activity.pk])


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def activity(request: SignedRequest, pk: int) -> HttpResponse:
    row = _activity(request, pk)
    rows = list(Activity.objects.filter(pk=row.pk).values_list(*feed.COLUMNS))
    one = feed.entries(
        rows,
        feed.naming(rows),
        request.user,
        at=timezone.now(),
        writable=row.client is None or row.client.archived_at is None,
    )
    context = {
        "activity": row,
        "one": one,
        "card_readable": _card_readable(request, row),
    }
    return draw(request, "clients/activity.html", context, heading=row)


def _deed(
    request: SignedRequest,
    row: Activity,
    *,
    form: Any,
    template: str,
    heading: str,
    do: Callable[[], Any],
    said: str,
    fields: dict[type[DomainError], str] | None = None,
    **context: Any,
) -> HttpResponse:
    """Draw the form of a deed, or do the deed; a refusal comes back in the form with what was typed."""
    if not feed.can_change(row, request.user):
        form = None
    elif request.method == "POST" and form.is_valid():
        try:
            do()
        except DomainError as error:
            form.add_error((fields or {}).get(type(error)), str(error))
        else:
            return saved(request, said, back(request, _home(row)))
    context = {
        "row": row,
        "form": form,
        "v": form.data
        if form is not None and form.is_bound
        else context.pop("initial", {}),
        "e": form.errors if form is not None and form.is_bound else {},
        "now": timezone.now(),
        "today": timezone.localdate(),
        "me": request.user,
        "may_plan_for_others": request.user.has_perm("clients.plan_for_others"),
        "back": request.POST.get("back") or request.GET.get("back", ""),
        **context,
    }
    if form is None:
        context["error"] = _("Only %(person)s or a head may change this.") % {
            "person": row.performer
        }
        return draw(request, "clients/activity_refused.html", context, heading=heading, status=403 if request.method == "POST" else 200)  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return draw(request, template, context, heading=heading, status=status)


@require_http_methods(["GET", "POST"])
@permission_required("clients.change_activity", raise_exception=True)
def done(request: SignedRequest, pk: int) -> HttpResponse:
    """Mark planned work as done, with its résumé and the next step."""
    row, at = _activity(request, pk), timezone.now()
    form = DoneForm(request.POST or None, user=request.user, at=at, client=row.client)
    form.kind_of_work = row.kind

    def do() -> None:
        actions.complete_activity(
            activity=row,
            by=request.user,
            at=at,
            next_step=form.next_step,
            **form.said,
        )

    book = kinds.book()
    internal = row.client_id is None
    return _deed(
        request,
        row,
        form=form,
        template="clients/activity_done.html",
        heading=_("Done"),
        do=do,
        said=_("Done."),
        fields={
            activity_rules.SummaryIsRequired: "summary",
            activity_rules.NextStepIsRequired: "next_on",
            activity_rules.MayNotPlanForOthers: "next_performer",
        },
        kind=row.kind,
        results=book.results_of(row.kind),
        next_kinds=[
            k for k in book.in_use() if (k.code == ActivityCode.INTERNAL) == internal
        ],
        promise_kinds=CommitmentKind.choices,
    )


@require_http_methods(["GET", "POST"])
@permission_required("clients.change_activity", raise_exception=True)
def reschedule(request: SignedRequest, pk: int) -> HttpResponse:
    row, at = _activity(request, pk), timezone.now()
    form = RescheduleForm(request.POST or None, user=request.user, at=at)
    planned = timezone.localtime(row.planned_at or at)
    tomorrow = timezone.localdate() + timedelta(days=1)

    def do() -> None:
        actions.reschedule_activity(
            activity=row,
            planned_at=form.planned_at or at,
            performer=form.handed_to,
            by=request.user,
            at=at,
        )

    return _deed(
        request,
        row,
        form=form,
        template="clients/activity_reschedule.html",
        heading=_("Put off"),
        do=do,
        said=_("Put off."),
        fields={activity_rules.MayNotPlanForOthers: "performer"},
        initial={
            "on": max(planned.date(), tomorrow).isoformat(),
            "clock": f"{planned:%H:%M}",
        },
    )


@require_http_methods(["GET", "POST"])
@permission_required("clients.change_activity", raise_exception=True)
def put_off_late(request: SignedRequest) -> HttpResponse:
    """Everything late of the reader himself to one day."""
    at, post = timezone.now(), request.method == "POST"
    form = RescheduleForm(request.POST if post else None, user=request.user, at=at)
    if post and form.is_valid() and form.planned_at:
        done = put_off_late_work(
            on=timezone.localdate(form.planned_at), by=request.user, at=at
        )
        said = ngettext(
            "%(n)s piece of work put off.", "%(n)s pieces of work put off.", done.moved
        ) % {"n": done.moved}
        if done.left:
            said += " " + ngettext(
                "%(n)s stayed: its card is archived.",
                "%(n)s stayed: their cards are archived.",
                done.left,
            ) % {"n": done.left}
        return saved(request, said, reverse("desk:day"), **{"close-dialog": {}})
    today = timezone.localdate()
    context = {
        "count": len(late_work(request.user, at=at)),
        "v": form.data if post else {"on": today.isoformat()},
        "e": form.errors if post else {},
        "today": today,
    }
    return draw(request, "clients/activity_late.html", context, heading=_("Put off what is late"), status=422 if post else 200)  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required("clients.change_activity", raise_exception=True)
def cancel(request: SignedRequest, pk: int) -> HttpResponse:
    row, at = _activity(request, pk), timezone.now()
    form = CancelForm(request.POST if request.method == "POST" else None, user=request.user, at=at)  # fmt: skip

    def do() -> None:
        actions.cancel_activity(
            activity=row, reason=form.cleaned_data["reason"], by=request.user, at=at
        )

    return _deed(
        request,
        row,
        form=form,
        template="clients/activity_cancel.html",
        heading=_("Cancel"),
        do=do,
        said=_("Cancelled."),
        fields={activity_rules.SummaryIsRequired: "reason"},
    )


@require_http_methods(["GET", "POST"])
@permission_required("clients.change_activity", raise_exception=True)
def edit(request: SignedRequest, pk: int) -> HttpResponse:
    row, at = _activity(request, pk), timezone.now()
    form = EditForm(request.POST or None, user=request.user, at=at, activity=row)

    def do() -> None:
        actions.edit_activity(activity=row, by=request.user, at=at, **form.changes)

    book = kinds.book()
    moment = timezone.localtime(row.done_at) if row.done_at else None
    persons = (
        ContactLink.objects.filter(client=row.client_id)
        .select_related("contact")
        .order_by("contact__folded", "pk")[:100]
        if row.client_id
        else []
    )
    return _deed(
        request,
        row,
        form=form,
        template="clients/activity_edit.html",
        heading=_("Correct the entry"),
        do=do,
        said=_("Corrected."),
        fields={
            activity_rules.SummaryIsRequired: "summary",
            activity_rules.InTheFuture: "done_on",
        },
        initial={
            "title": row.title,
            "note": row.note,
            "summary": row.summary,
            "goal": row.goal_id or "",
            "result": row.result_id or "",
            "contact": row.contact_id or "",
            "minutes": row.minutes or "",
            "direction": row.direction,
            "done_on": f"{moment:%Y-%m-%d}" if moment else "",
            "done_clock": f"{moment:%H:%M}" if moment else "",
        },
        goals=book.goals_of(row.kind),
        results=book.results_of(row.kind),
        persons={link.contact_id: link.contact for link in persons}.items(),
        directions=[(d.value, d.label) for d in (Direction.OUT, Direction.IN)],
        is_done=row.status == ActivityStatus.DONE,
        is_cancelled=row.status == ActivityStatus.CANCELLED,
    )


@require_http_methods(["GET", "POST"])
@permission_required("clients.add_activity", raise_exception=True)
def plan(request: SignedRequest) -> HttpResponse:
    """Plan work from anywhere: `?client=`, `?on=`, `?clock=`, `?minutes=` and `?performer=` fill the form in advance."""
    at = timezone.now()
    post = request.method == "POST"
    form = PlanForm(request.POST if post else None, user=request.user, at=at)
    if post and form.is_valid():
        try:
            actions.plan_activity(by=request.user, at=at, **form.plan)
        except DomainError as error:
            field = "performer" if isinstance(error, activity_rules.MayNotPlanForOthers) else None  # fmt: skip
            form.add_error(field, str(error))
        else:
            to = (
                reverse("clients:card", args=[form.client.pk])
                if form.client
                else reverse("desk:day")
            )
            return saved(
                request, _("Planned."), back(request, to), **{"close-dialog": {}}
            )
    values: Any = form.data if post else _plan_initial(request)
    book = kinds.book()
    client = _readable_client(request, values.get("client_id"))
    context = {
        "form": form,
        "v": values,
        "e": form.errors if post else {},
        "token": values.get("token") or uuid.uuid4(),
        "chosen_client": client,
        "searched": client is None,
        "found": searching.suggested(request.user, values.get("q", "")) if post and client is None else None,
        "all_kinds": book.in_use(),
        "internal": book.by_code(ActivityCode.INTERNAL),
        "today": timezone.localdate(),
        "me": request.user,
        "may_plan_for_others": request.user.has_perm("clients.plan_for_others"),
    }  # fmt: skip
    return draw(request, "clients/activity_plan.html", context, heading=_("Plan work"), status=422 if post else 200)  # fmt: skip


def _plan_initial(request: SignedRequest) -> dict[str, Any]:
    local = timezone.localtime()
    try:
        on = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        on = local.date() if local.hour < 18 else local.date() + timedelta(days=1)  # fmt: skip
    clock = request.GET.get("clock", "")[:5]
    return {
        "client_id": request.GET.get("client", "")[:20],
        "on": on.isoformat(),
        "clock": clock
        or (f"{min(local.hour + 1, 18):02d}:00" if on == local.date() else "10:00"),
        "minutes": request.GET.get("minutes", "")[:4],
        "performer": request.GET.get("performer", "")[:20],
    }


def _readable_client(request: SignedRequest, pk: Any) -> Client | None:
    if not str(pk or "").isdigit():
        return None
    rows = Client.objects.visible_to(request.user).select_related("legal_form")
    return rows.filter(pk=int(pk)).first()


@require_GET
@permission_required("clients.plan_for_others", raise_exception=True)
def people(request: SignedRequest) -> HttpResponse:
    """Options of a performer's list, asked when a form is entered: a card need not carry two hundred names."""
    if not htmx_of(request):
        raise Http404
    rows = User.objects.filter(is_active=True).exclude(pk=request.user.pk)
    return render(
        request,
        "clients/activity_people.html",
        {
            "people": rows.order_by("last_name", "first_name", "username")[
                :PEOPLE_SHOWN
            ],
            "selected": request.GET.get("selected", ""),
        },
    )


@require_GET
@permission_required("clients.view_client", raise_exception=True)
def plan_clients(request: SignedRequest) -> HttpResponse:
    """Clients to choose from while a form is filled: the likeliest eight."""
    found = searching.suggested(request.user, request.GET.get("q", ""))
    return render(request, "clients/activity_clients.html", {"found": found})
