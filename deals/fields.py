"""What a deal consists of, declared once: columns, filters, export and import read it here."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients import reading
from deals.choices import DealState, Priority
from deals.debt_fields import debt_fields
from deals.debts import Debt, debts_of_deals
from salesexpert.core.registry import Field, FieldType, registry
from salesexpert.core.templatetags.look import percents

ENTITY = "deal"


def _stage(row: reading.Row) -> str:
    name = reading.entry_name(row, "stage")
    return f"{percents(row['stage__percent'])} {name}" if name else ""


def _next_step(row: reading.Row) -> str:
    if not row["next_step_at"]:
        return ""
    at = timezone.localtime(row["next_step_at"])
    return f"{at:%Y-%m-%d %H:%M} {row['next_step_title']}".strip()


def _debts(ids: Collection[int]) -> dict[int, list[Debt]]:
    return {pk: [debt] for pk, debt in debts_of_deals(ids).items()}


def _word(name: str, label: Any, model: str, path: str = "", **more: Any) -> Field:
    return Field(
        **{
            "name": name,
            "label": label,
            "type": FieldType.DICTIONARY,
            "path": path or name,
            "model": model,
            "in_list": True,
            "filterable": True,
            **more,
        }
    )


def _sum(name: str, label: Any, **more: Any) -> Field:
    return Field(name, label, FieldType.MONEY, path=name, in_list=True, **more)


DEAL_FIELDS = [
    Field(
        "title",
        _("Deal"),
        FieldType.TEXT,
        path="title",
        headers=("сделка", "название сделки", "deal", "opportunity", "deal name"),
        order_by=("folded", "pk"),
        in_list=True,
        default_column=True,
        importable=True,
        max_length=200,
    ),
    Field(
        "client",
        _("Client"),
        FieldType.REFERENCE,
        path="client",
        paths=reading.client_name_paths("client__"),
        text=lambda row: reading.client_name(row, "client__"),
        headers=("клиент", "компания", "account", "company", "client"),
        in_list=True,
        filterable=True,
        importable=True,
        required=True,
    ),
    _word("process", _("Process"), "pipeline.Process", importable=True),
    _word(
        "stage",
        _("Stage"),
        "pipeline.Stage",
        paths=("stage__name", "stage__name_en", "stage__percent"),
        text=_stage,
        headers=("этап", "стадия", "stage", "deal stage"),
        default_column=True,
        importable=True,
    ),
    Field(
        "state",
        _("State"),
        FieldType.CHOICE,
        path="state",
        choices=lambda: DealState.choices,
        in_list=True,
        filterable=True,
        importable=True,
    ),
    _sum(
        "amount",
        _("Amount"),
        definition=_("Expected while the deal is open; what it was won or lost at."),
        headers=("сумма", "сумма сделки", "amount", "value", "close value"),
        order_by=("amount", "pk"),
        default_column=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "currency",
        _("Currency"),
        FieldType.CHOICE,
        path="currency",
        choices=lambda: [(c, c) for c in ("RUB", "USD", "EUR", "CNY", "KZT", "BYN")],
        headers=("валюта", "currency"),
        in_list=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "expected_on",
        _("Expected on"),
        FieldType.DATE,
        path="expected_on",
        definition=_("The day on which the deal is expected to be won."),
        headers=("ожидаемая дата", "дата закрытия план", "expected close"),
        order_by=("expected_on", "pk"),
        in_list=True,
        default_column=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "next_step_at",
        _("Next step"),
        FieldType.MOMENT,
        path="next_step_at",
        paths=("next_step_at", "next_step_title"),
        text=_next_step,
        definition=_("The nearest planned matter of the deal."),
        order_by=("next_step_at", "pk"),
        in_list=True,
        default_column=True,
        filterable=True,
    ),
    Field(
        "responsible",
        _("Responsible"),
        FieldType.PERSON,
        path="responsible",
        headers=("ответственный", "менеджер", "owner", "sales agent"),
        in_list=True,
        default_column=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "performer",
        _("Performer of the stage"),
        FieldType.PERSON,
        path="performer",
        in_list=True,
        filterable=True,
    ),
    Field(
        "priority",
        _("Priority"),
        FieldType.CHOICE,
        path="priority",
        choices=lambda: Priority.choices,
        in_list=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "due_at",
        _("Stage due by"),
        FieldType.MOMENT,
        path="due_at",
        definition=_("The end of the norm of the present stage."),
        order_by=("due_at", "pk"),
        in_list=True,
        filterable=True,
    ),
    Field(
        "entered_at",
        _("On the stage since"),
        FieldType.MOMENT,
        path="entered_at",
        in_list=True,
    ),
    _word("region", _("Region"), "clients.Region", "client__region"),
    _word("industry", _("Industry"), "clients.Industry", "client__industry"),
    _word("group", _("Client group"), "clients.ClientGroup", "client__group"),
    _word("source", _("Source"), "clients.InformationSource", importable=True),
    _word("campaign", _("Campaign"), "clients.Campaign", importable=True),
    Field(
        "interests",
        _("Products of interest"),
        FieldType.DICTIONARY,
        model="clients.Product",
        headers=("товар", "продукт", "product"),
        filterable=True,
        importable=True,
        many=True,
        exportable=False,
    ),
    _word("reason", _("Reason of the refusal"), "deals.RefusalReason", importable=True),
    _word("refusal_stage", _("Stage of the refusal"), "pipeline.Stage"),
    _sum("invoiced", _("Invoiced")),
    _sum("paid", _("Paid"), filterable=True),
    _sum("delivered", _("Delivered")),
    *debt_fields(
        _debts, _("What the open invoices of the deal still owe."), sorts=True
    ),
    _sum("margin", _("Margin"), permission="deals.view_margin"),
    Field(
        "opened_at",
        _("Opened"),
        FieldType.MOMENT,
        path="opened_at",
        headers=("дата открытия", "создана", "engage date", "created"),
        order_by=("opened_at", "pk"),
        in_list=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "closed_at",
        _("Closed"),
        FieldType.MOMENT,
        path="closed_at",
        headers=("дата закрытия", "закрыта", "close date"),
        order_by=("closed_at", "pk"),
        in_list=True,
        filterable=True,
        importable=True,
    ),
    Field(
        "contact",
        _("Contact person"),
        FieldType.REFERENCE,
        path="contact",
        paths=("contact__last_name", "contact__first_name", "contact__patronymic"),
        text=lambda row: " ".join(
            filter(
                None,
                (
                    row["contact__last_name"],
                    row["contact__first_name"],
                    row["contact__patronymic"],
                ),
            )
        ),
        in_list=True,
    ),
    Field(
        "note",
        _("Note"),
        FieldType.LONG_TEXT,
        path="note",
        in_list=True,
        importable=True,
    ),
    Field(
        "outside_id",
        _("Id in another system"),
        FieldType.TEXT,
        path="outside_id",
        headers=("id", "opportunity id", "номер сделки"),
        in_list=True,
        importable=True,
        max_length=100,
    ),
]


def declare() -> None:
    registry.register(ENTITY, DEAL_FIELDS)
