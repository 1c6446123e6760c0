from collections.abc import Mapping
from typing import Any

from celery import shared_task

# Whoever makes figures says so when it is imported.
from analytics import counting, kpi, panel, plan_figures, rankings, team_reports

MAKERS = (kpi, panel, plan_figures, rankings, team_reports)
# Seconds until figures that wait for others try their turn.
AGAIN = 2


@shared_task(acks_late=True, ignore_result=True)
def count_figures(*, name: str, user_id: int, asked: Mapping[str, Any], like: list[str], in_words: bool, language: str, key: str, since: float) -> None:  # fmt: skip
    """Count figures of a team that would keep their page waiting."""
    given: dict[str, Any] = {"name": name, "user_id": user_id, "asked": asked, "like": like, "in_words": in_words, "language": language, "key": key, "since": since}  # fmt: skip
    if not counting.count(**given):
        count_figures.apply_async(kwargs=given, countdown=AGAIN)
