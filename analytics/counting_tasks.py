from collections.abc import Sequence
from typing import Any

from celery import shared_task

from analytics import counting

# Seconds until a sheet that waits for another tries its turn.
AGAIN = 2


@shared_task(acks_late=True, ignore_result=True)
def count_sheet(*, name: str, user_id: int, params: str, since: str, until: str, people: Sequence[int] | None, language: str, key: str) -> None:  # fmt: skip
    """Count a report of a team that would keep its page waiting."""
    asked: dict[str, Any] = {"name": name, "user_id": user_id, "params": params, "since": since, "until": until, "people": people, "language": language, "key": key}  # fmt: skip
    if not counting.count(**asked):
        count_sheet.apply_async(kwargs=asked, countdown=AGAIN)
