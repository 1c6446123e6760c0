"""Questions that a person put into the background, counted by a worker."""

from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from celery.exceptions import SoftTimeLimitExceeded
from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import QueryRun, RunState
from analytics.queries import guarding, keeping, running
from analytics.queries.question import Question
from salesexpert.core.errors import DomainError
from salesexpert.notices import kinds
from salesexpert.notices.actions import notify
from salesexpert.notices.kinds import Kind

logger = structlog.get_logger(__name__)
COUNTED = "query-counted"
# A worker of which nothing was heard for so long is taken for dead.
SILENT_FOR = timedelta(minutes=12)
# Seconds until a question that waits for another tries its turn.
AGAIN = 5


@shared_task(acks_late=True, ignore_result=True)
def run_query(*, run_id: int) -> None:
    """Count a question; whoever comes second does nothing. While another is being counted it rings again in some seconds."""
    with guarding.turn_of_workers() as free:
        if free:
            _run(run_id)
    if not free:
        run_query.apply_async(kwargs={"run_id": run_id}, countdown=AGAIN)


def _run(run_id: int) -> None:
    now = timezone.now()
    free = Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, heartbeat_at__lt=now - SILENT_FOR)  # fmt: skip
    taken = QueryRun.objects.filter(free, pk=run_id).update(state=RunState.RUNNING, begun_at=now, heartbeat_at=now, steps_done=0)  # fmt: skip
    if not taken:
        return
    row = QueryRun.objects.select_related("user").get(pk=run_id)

    def tick() -> None:
        QueryRun.objects.filter(pk=run_id).update(steps_done=F("steps_done") + 1, heartbeat_at=timezone.now())  # fmt: skip

    ended: dict[str, Any]
    try:
        with translation.override(row.user.language or "ru"):
            question = Question.read(row.question)
            key = guarding.key_of(question, row.user, now)
            with guarding.alone(guarding.PLANNED):
                answer = running.ask(question, user=row.user, at=now, tick=tick)
            guarding.keep(question, row.user, answer, key)
            ended = {"state": RunState.DONE, "result": keeping.to_bytes(answer)}
    except DomainError as error:
        ended = {"state": RunState.FAILED, "fault": str(error)[:300]}
    except SoftTimeLimitExceeded:
        ended = {"state": RunState.FAILED, "fault": _("It takes longer than nine minutes: narrow the question.")}  # fmt: skip
    except Exception:
        # A fault of ours, whatever it is, must not leave the row “being counted”: it is logged, and the row and the notice
        # tell the person that asked.
        logger.exception("query_failed", run=run_id)
        ended = {"state": RunState.FAILED, "fault": _("Something went wrong; those who keep the system see what.")}  # fmt: skip
    with transaction.atomic():
        QueryRun.objects.filter(pk=run_id, state=RunState.RUNNING).update(ended_at=timezone.now(), **ended)  # fmt: skip
        notify(
            row.user,
            COUNTED,
            key=f"query-run:{run_id}",
            variant=str(ended["state"]),
            words={"name": row.name},
            link=reverse("analytics:query_run", args=[run_id]),
            letter=False,
        )


def declare() -> None:
    kinds.declare(
        Kind(
            COUNTED,
            gettext_lazy("A query in the background is counted"),
            {
                RunState.DONE: gettext_lazy("The query is counted: %(name)s"),
                RunState.FAILED: gettext_lazy("The query could not be counted: %(name)s"),
            },
            icon="chart-bar",
            permission="deals.view_deal",
        )
    )  # fmt: skip
