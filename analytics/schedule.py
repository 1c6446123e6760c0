"""What beat starts."""

from celery import shared_task
from django.utils import timezone

from analytics import earnings, forecast, telling
from analytics.actions import alarms, months, sendings


@shared_task(ignore_result=True)
def keep_pay() -> None:
    """Make the rows of a month that began, count what waits, and work out what changed while nobody looked."""
    months.refresh_stale(month=earnings.this_month())


@shared_task(ignore_result=True)
def tell_of_plans() -> None:
    telling.milestones(at=timezone.now())


@shared_task(ignore_result=True)
def ring_reports() -> None:
    """Every minute: ring for each sending that is due. The key of a letter keeps the second from being written."""
    for sending_id in sendings.due(at=timezone.now()):
        send_report.delay(sending_id=sending_id)


@shared_task(ignore_result=True)
def send_report(*, sending_id: int) -> None:
    sendings.send(sending_id, at=timezone.now())


@shared_task(ignore_result=True)
def send_trial(*, sending_id: int) -> None:
    sendings.send_trial(sending_id, at=timezone.now())


@shared_task(ignore_result=True)
def judge_indicators() -> None:
    """Once a day, before work begins: what turned red since yesterday."""
    alarms.judge(at=timezone.now())


@shared_task(ignore_result=True)
def keep_history() -> None:
    """Soon after midnight, and whenever it was lost: what the forecast of a firm is measured by."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    forecast.chances_of_firm(on=today)
