from celery import shared_task

from analytics import rollups


@shared_task(ignore_result=True)
def refresh_rollups() -> None:
    """Count what changed since the last time; pages that read long periods do it too, before they read."""
    rollups.catch_up()
