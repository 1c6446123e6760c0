"""What beat starts for the plan of work."""

from celery import shared_task
from django.utils import timezone

from pipeline.actions import series
from salesexpert.audit.acting import acting


@shared_task(ignore_result=True)
def plan_repeating_work() -> None:
    """Plan the next times of what repeats; each series is a transaction of its own."""
    at = timezone.now()
    until = timezone.localdate(at) + series.HORIZON
    with acting(task="series.plan"):
        for pk in series.due(at=at):
            series.make_ahead(pk, until=until, at=at)
