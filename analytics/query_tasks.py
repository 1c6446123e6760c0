from celery import shared_task

from analytics.actions import queries

# Seconds until a question that waits for another tries its turn.
AGAIN = 5


@shared_task(acks_late=True, ignore_result=True)
def run_query(*, run_id: int) -> None:
    """Count a question that a person put into the background."""
    if not queries.run(run_id):
        run_query.apply_async(kwargs={"run_id": run_id}, countdown=AGAIN)
