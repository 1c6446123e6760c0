from celery import shared_task

from analytics.actions import queries


@shared_task(acks_late=True, ignore_result=True)
def run_query(*, run_id: int) -> None:
    """Count a question that a person put into the background."""
    queries.run(run_id)
