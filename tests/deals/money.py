"""Firms, deals and invoices for the tests of money."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from clients.models import Client
from deals.actions.invoices import TypedLine, issue_invoice
from deals.models import Deal, Invoice, OwnFirm, ReceiptSchedule
from pipeline.models import Process, Stage
from tests.factories import ClientFactory, UserFactory

D = Decimal


def a_firm(name: str = "ООО «Образец-Торг»", **given: Any) -> OwnFirm:
    return (
        OwnFirm.objects.filter(name=name).first()
        or OwnFirm.objects.create(name=name, **given)
    )  # fmt: skip


def a_deal(client: Client | None = None, **given: Any) -> Deal:
    process, _made = Process.objects.get_or_create(name="Проверочный процесс")
    stage, _made = Stage.objects.get_or_create(
        process=process, position=1, defaults={"name": "Переговоры", "percent": 40}
    )
    return Deal.objects.create(
        client=client or ClientFactory(),
        title=given.pop("title", "Поставка образцов"),
        process=process,
        stage=stage,
        responsible=given.pop("responsible", None) or UserFactory(),
        opened_at=timezone.now(),
        **given,
    )


def an_invoice(
    deal: Deal | None = None,
    total: str | Decimal = "1000.00",
    *,
    due: int = 5,
    client: Client | None = None,
    **given: Any,
) -> Invoice:
    """Issued today to be paid in `due` days; late by so many when it is negative."""
    today = timezone.localdate()
    a_firm()
    return issue_invoice(
        by=given.pop("by", None),
        deal=deal,
        client=client,
        lines=[TypedLine("Образец", D(total))],
        issued_on=given.pop("issued_on", today + timedelta(days=min(due, 0))),
        due_on=today + timedelta(days=due),
        **given,
    )


def today() -> date:
    return timezone.localdate()


def a_schedule(*rows: tuple[int, str, int]) -> ReceiptSchedule:
    schedule = ReceiptSchedule.objects.create(name=f"Проверочный {rows}")
    for position, (percent, basis, days) in enumerate(rows):
        schedule.rows.create(percent=percent, basis=basis, days=days, position=position)
    return schedule
