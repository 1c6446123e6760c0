"""What beat starts for the client base."""

from celery import shared_task
from django.utils import timezone

from clients import tasks
from clients.importing import running


@shared_task(ignore_result=True)
def take_up_abandoned_imports() -> None:
    """Ring again for imports whose worker fell silent, or whose bell was never heard."""
    for job_id in running.abandoned(at=timezone.now()):
        tasks.run_import.delay(job_id=job_id)
