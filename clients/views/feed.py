"""The history on a client's card: reading it, recording into it, promises and questions."""

from typing import Any

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients import feed
from clients.actions import activities as actions
from clients.actions import activity_rules, answers
from clients.forms.activities import AnswerForm, EntryForm
from clients.models import Client, Commitment, Question
from clients.querysets import sees_all
from clients.views.answers import draw, saved
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.compiled import CompiledRecords
from salesexpert.core.errors import DomainError
from salesexpert.core.http import htmx_of


def _client(request: SignedRequest, pk: int) -> Client:
    return get_object_or_404(
        Client.objects.visible_to(request.user).select_related("legal_form"), pk=pk
    )


def _readable(request: SignedRequest, pk: int) -> Client:
    """The client without his legal form, which saving does not ask for."""
    if sees_all(request.user) and pk < 2**63:
        for found in _known.records(pk=pk):
            return found
        raise Http404
    return get_object_or_404(Client.objects.visible_to(request.user), pk=pk)


@CompiledRecords
def _known(pk: int) -> QuerySet[Client]:
    return Client.objects.filter(pk=pk)


def _card(pk: int) -> str:
    return reverse("clients:card", args=[pk])


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def history(request: SignedRequest, pk: int) -> HttpResponse:
    """The feed below its composer, or with `?before=` only the earlier entries. To a browser, the whole card."""
    client = _client(request, pk)
    if not htmx_of(request):
        query = request.GET.urlencode()
        return redirect(f"{_card(pk)}?{query}" if query else _card(pk))
    if feed.Cursor.read(request.GET.get("before", "")):
        context = feed.list_context(request, client)
        return render(request, "clients/feed_more.html", context)
    promises, questions = feed.said_openly(client)
    context = feed.list_context(request, client, questions=questions)
    context |= feed.strip_context(client, promises) | {"swapped": True}
    return render(request, "clients/feed_list.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("clients.add_activity", raise_exception=True)
def record(request: SignedRequest, pk: int) -> HttpResponse:
    """The composer: a fresh one, or what was typed into it is recorded or planned."""
    if request.method == "GET":
        client = _client(request, pk)
        asked = request.GET.get("deal", "")
        chosen = int(asked) if asked.isascii() and asked.isdigit() else None
        context = feed.composer_context(request, client, deal=chosen)
        return draw(request, "clients/feed_composer.html", context, heading=client)
    client = _readable(request, pk)
    at = timezone.now()
    form = EntryForm(request.POST, user=request.user, at=at, client=client)
    if form.is_valid():
        try:
            if form.plans:
                actions.plan_activity(
                    client=client, by=request.user, at=at, **form.common, **form.plan
                )
                said = _("Planned.")
            else:
                actions.record_activity(
                    client=client,
                    by=request.user,
                    at=at,
                    next_step=form.next_step,
                    **form.common,
                    **form.said,
                )
                said = _("Recorded, the next step is planned.") if form.next_step else _("Recorded.")  # fmt: skip
        except DomainError as error:
            form.add_error(_field_of(error), str(error))
        else:
            return saved(request, said, _card(pk), **{"composer-done": {}})
    context = feed.composer_context(request, client, form)
    return draw(
        request, "clients/feed_composer.html", context, heading=client, status=422
    )


def _field_of(error: DomainError) -> str | None:
    """The field beside which a refusal of the action stands."""
    if isinstance(error, activity_rules.SummaryIsRequired):
        return "summary"
    if isinstance(error, activity_rules.NextStepIsRequired):
        return "next_on"
    if isinstance(error, activity_rules.MayNotPlanForOthers):
        return "next_performer"
    return None


@require_GET
@permission_required("clients.view_activity", raise_exception=True)
def commitments(request: SignedRequest, pk: int) -> HttpResponse:
    """All agreements and promises made to the client: open ones first, then the last hundred settled."""
    client = _client(request, pk)
    rows = Commitment.objects.filter(client=client).select_related(
        "made_by", "settled_by"
    )
    context = {
        "client": client,
        "open": list(rows.filter(settled_at=None)[:200]),
        "settled": list(
            rows.exclude(settled_at=None).order_by("-settled_at", "-pk")[:100]
        ),
        "today": timezone.localdate(),
        "can_settle": client.archived_at is None
        and request.user.has_perm("clients.change_activity"),
    }
    return draw(
        request,
        "clients/commitments_all.html",
        context,
        heading=_("Promised to the client"),
    )


@require_POST
@permission_required("clients.change_activity", raise_exception=True)
def settle(request: SignedRequest, pk: int) -> HttpResponse:
    commitment = get_object_or_404(
        Commitment.objects.filter(
            client__in=Client.objects.visible_to(request.user)
        ).select_related("client"),
        pk=pk,
    )
    try:
        answers.settle_commitment(
            commitment=commitment, by=request.user, at=timezone.now()
        )
    except DomainError as error:
        return draw(
            request,
            "clients/activity_refused.html",
            {"error": error, "client": commitment.client},
            status=422,
        )
    answer = saved(request, _("Settled."), _card(commitment.client_id))
    if htmx_of(request):
        answer.status_code = 200
        answer.content = render(
            request, "clients/commitment_settled.html", {"row": commitment}
        ).content
    return answer


@require_http_methods(["GET", "POST"])
@permission_required("clients.change_activity", raise_exception=True)
def answer(request: SignedRequest, pk: int) -> HttpResponse:
    """The answer to a client's question: the form in its place, then the deed."""
    question = get_object_or_404(
        Question.objects.filter(
            client__in=Client.objects.visible_to(request.user)
        ).select_related("client", "recorded_by"),
        pk=pk,
    )
    at = timezone.now()
    form = AnswerForm(request.POST or None, user=request.user, at=at)
    if request.method == "POST" and form.is_valid():
        try:
            answers.answer_question(
                question=question,
                answer=form.cleaned_data["answer"],
                by=request.user,
                at=at,
            )
        except DomainError as error:
            form.add_error("answer", str(error))
        else:
            return saved(request, _("The answer is written down."), _card(question.client_id))  # fmt: skip
    context: dict[str, Any] = {
        "question": question,
        "form": form,
        "v": form.data,
        "e": form.errors if request.method == "POST" else {},
    }
    status = 422 if request.method == "POST" else 200
    return draw(request, "clients/question_answer.html", context, heading=_("Answer to the client"), status=status)  # fmt: skip
