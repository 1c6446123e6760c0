"""Processes ready to be taken: the eight stages that every company starts with, the ladder of percents, the conveyor."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from clients.choices import ActivityCode
from pipeline.choices import SuccessCondition


@dataclass(frozen=True, slots=True)
class ReadyActivity:
    """What a stage plans; `kind` is a code of the kinds that came with the product."""

    kind: ActivityCode
    name: str
    name_en: str
    after_days: int = 0


@dataclass(frozen=True, slots=True)
class ReadyStage:
    """`checks` are pairs of names, Russian and English."""

    percent: int
    name: str
    name_en: str
    norm_days: int | None
    hint: str = ""
    hint_en: str = ""
    checks: Sequence[tuple[str, str]] = ()
    planned: Sequence[ReadyActivity] = ()


@dataclass(frozen=True, slots=True)
class ReadyProcess:
    name: str
    name_en: str
    description: str
    success: SuccessCondition
    stages: Sequence[ReadyStage]


@dataclass(frozen=True, slots=True)
class Template:
    """One or several processes that are added together, each going on in the next."""

    code: str
    name: str
    name_en: str
    about: str
    about_en: str
    processes: Sequence[ReadyProcess]


_SALE = ReadyProcess(
    "Продажа", "Sale", "От первого контакта до оплаты и закрытия.",
    SuccessCondition.PAID_AND_DELIVERED,
    (
        ReadyStage(
            0, "Первый контакт", "First contact", 3,
            "Узнать, кто решает и когда покупают; договориться о встрече.",
            "Find out who decides and when they buy; agree on a meeting.",
            planned=(ReadyActivity(ActivityCode.CALL, "Познакомиться и договориться о встрече", "Get acquainted and agree on a meeting", 1),),
        ),
        ReadyStage(
            10, "Выявление потребности", "Finding the need", 5,
            "Понять задачу, бюджет и срок; записать, кто влияет на решение.",
            "Understand the task, the budget and the term; note who influences the decision.",
            checks=(("Задача клиента записана", "The client's task is written down"),),
            planned=(ReadyActivity(ActivityCode.MEETING, "Первая встреча", "First meeting", 3),),
        ),
        ReadyStage(
            20, "Показ", "Demonstration", 7,
            "Показать решение на задаче клиента, собрать вопросы.",
            "Show the solution on the client's task, gather questions.",
            planned=(ReadyActivity(ActivityCode.DEMONSTRATION, "Показать решение", "Show the solution", 4),),
        ),
        ReadyStage(
            35, "Техническое предложение", "Technical offer", 5,
            "Отправить состав и условия, согласовать с тем, кто будет пользоваться.",
            "Send what is offered and agree it with those who will use it.",
            planned=(ReadyActivity(ActivityCode.EMAIL, "Отправить техническое предложение", "Send the technical offer", 2),),
        ),
        ReadyStage(
            50, "Финансовое предложение", "Financial offer", 7,
            "Назвать цену и порядок оплаты, договориться о скидке до счёта.",
            "Name the price and the terms of payment, settle the discount before the invoice.",
            planned=(ReadyActivity(ActivityCode.EMAIL, "Отправить финансовое предложение", "Send the financial offer", 1),),
        ),
        ReadyStage(
            70, "Оформление сделки", "Contract and invoice", 5,
            "Согласовать договор, выставить счёт.",
            "Agree the contract, issue the invoice.",
            checks=(("Реквизиты клиента проверены", "The client's requisites are checked"),),
            planned=(ReadyActivity(ActivityCode.DOCUMENTS, "Отправить договор и счёт", "Send the contract and the invoice", 1),),
        ),
        ReadyStage(
            85, "Обеспечение поставки", "Ensuring delivery", 10,
            "Подтвердить срок поставки, предупредить клиента за день.",
            "Confirm the day of delivery, tell the client a day before.",
            planned=(ReadyActivity(ActivityCode.CALL, "Подтвердить срок поставки", "Confirm the day of delivery", 2),),
        ),
        ReadyStage(
            95, "Оплата и закрытие", "Payment and closing", 10,
            "Получить остаток оплаты и подписанные документы.",
            "Receive the rest of the payment and the signed papers.",
            planned=(ReadyActivity(ActivityCode.CALL, "Напомнить об оплате и документах", "Remind of the payment and the papers", 5),),
        ),
    ),
)  # fmt: skip

_LADDER = ReadyProcess(
    "Продажа по процентам", "Sale by percents", "Каждый этап — доля пройденного пути.",
    SuccessCondition.DOCUMENTS_CLOSED,
    (
        ReadyStage(0, "Запрос, интерес", "Request, interest", 3, "Ответить и договориться о встрече.", "Answer and agree on a meeting."),
        ReadyStage(10, "Встреча, презентация", "Meeting, presentation", 7, "Провести встречу, понять задачу.", "Hold the meeting, understand the task."),
        ReadyStage(20, "Предложение у клиента", "Offer under review", 7, "Узнать мнение о предложении.", "Ask what they think of the offer."),
        ReadyStage(40, "Переговоры", "Negotiation", 10, "Согласовать цену, срок и порядок оплаты.", "Agree on the price, the term and the payment."),
        ReadyStage(60, "Подготовка договора", "Contract being made", 5, "Согласовать текст договора.", "Agree on the text of the contract."),
        ReadyStage(70, "Договор, счёт выставлен", "Contract, invoice issued", 5, "Получить подписанный договор.", "Receive the signed contract."),
        ReadyStage(80, "Оплата, предоплата", "Payment, prepayment", 7, "Проследить за оплатой счёта.", "See that the invoice is paid."),
        ReadyStage(90, "Исполнение", "Execution", 15, "Поставить в срок, предупредить о переносе.", "Deliver in time, tell of any delay."),
        ReadyStage(100, "Закрывающие документы", "Closing documents", 10, "Получить подписанные документы.", "Receive the signed papers."),
    ),
)  # fmt: skip

_CONVEYOR = (
    ReadyProcess(
        "Маркетинг", "Marketing", "Найти клиента и передать его в продажу.",
        SuccessCondition.NONE,
        (
            ReadyStage(0, "Адрес найден", "Address found", 5, "Найти, кто отвечает за закупки.", "Find who is in charge of buying."),
            ReadyStage(40, "Разговор", "Conversation", 5, "Выяснить, есть ли потребность.", "Find out whether there is a need."),
            ReadyStage(100, "Интерес подтверждён", "Interest confirmed", 2, "Передать продавцу с кратким описанием.", "Hand over to a seller with a short description.", checks=(("Потребность описана", "The need is described"),)),
        ),
    ),
    ReadyProcess(
        "Сбыт", "Selling", "Довести заинтересованного клиента до согласия.",
        SuccessCondition.NONE,
        (
            ReadyStage(0, "Знакомство", "Acquaintance", 3, "Договориться о встрече.", "Agree on a meeting.", planned=(ReadyActivity(ActivityCode.CALL, "Позвонить новому клиенту", "Call the new client", 1),)),
            ReadyStage(20, "Встреча и показ", "Meeting and demonstration", 7, "Показать решение.", "Show the solution."),
            ReadyStage(50, "Предложение", "Offer", 5, "Отправить предложение.", "Send the offer."),
            ReadyStage(80, "Переговоры", "Negotiation", 10, "Согласовать условия.", "Agree on the terms."),
            ReadyStage(100, "Согласие получено", "Agreed", 2, "Передать на оформление.", "Hand over for the paperwork."),
        ),
    ),
    ReadyProcess(
        "Оформление", "Paperwork", "Договор, счёт, оплата и поставка.",
        SuccessCondition.PAID_AND_DELIVERED,
        (
            ReadyStage(0, "Договор", "Contract", 5, "Согласовать и подписать договор.", "Agree on the contract and sign it."),
            ReadyStage(30, "Счёт и оплата", "Invoice and payment", 7, "Выставить счёт, проследить за оплатой.", "Issue the invoice, see that it is paid."),
            ReadyStage(60, "Поставка", "Delivery", 10, "Поставить в срок.", "Deliver in time."),
            ReadyStage(100, "Закрывающие документы", "Closing documents", 10, "Получить подписанные документы.", "Receive the signed papers."),
        ),
    ),
    ReadyProcess(
        "Обслуживание", "Service", "Помощь после продажи, повторные заказы.",
        SuccessCondition.NONE,
        (
            ReadyStage(0, "Запуск", "Start", 10, "Помочь начать работу.", "Help them get started."),
            ReadyStage(50, "Сопровождение", "Support", 60, "Спросить, всё ли в порядке.", "Ask whether all is well.", planned=(ReadyActivity(ActivityCode.SATISFACTION, "Узнать, доволен ли клиент", "Ask whether the client is content", 20),)),
            ReadyStage(100, "Повторный интерес", "New interest", 10, "Предложить следующее.", "Offer what comes next."),
        ),
    ),
)  # fmt: skip

TEMPLATES: tuple[Template, ...] = (
    Template(
        "eight", "Восемь этапов", "Eight stages",
        "От первого контакта через показ и предложения до оплаты и закрытия.",
        "From the first contact through a demonstration and offers to payment and closing.",
        (_SALE,),
    ),
    Template(
        "percents", "Лестница процентов", "Ladder of percents",
        "Девять этапов от 0 до 100 %: запрос, встреча, предложение, договор, оплата, документы.",
        "Nine stages from 0 to 100%: request, meeting, offer, contract, payment, papers.",
        (_LADDER,),
    ),
    Template(
        "conveyor", "Конвейер из четырёх процессов", "Conveyor of four processes",
        "Маркетинг находит, сбыт продаёт, оформление ведёт договор и поставку, обслуживание сопровождает.",
        "Marketing finds, selling sells, paperwork sees to contract and delivery, service supports.",
        _CONVEYOR,
    ),
)  # fmt: skip
BY_CODE = {template.code: template for template in TEMPLATES}


def add_process(apps: Any, ready: ReadyProcess, name: str, position: int) -> Any:
    """The process with its stages; `apps` is the registry of a migration or of the running product."""
    Stage = apps.get_model("pipeline", "Stage")
    Check = apps.get_model("pipeline", "StageCheck")
    Planned = apps.get_model("pipeline", "StageActivity")
    kinds = dict(
        apps.get_model("clients", "ActivityKind").objects.values_list("code", "pk")
    )
    process = apps.get_model("pipeline", "Process").objects.create(
        name=name,
        name_en=ready.name_en if name == ready.name else "",
        description=ready.description,
        success_condition=str(ready.success),
        position=position,
    )
    stages = Stage.objects.bulk_create(
        Stage(
            process=process,
            position=place,
            percent=one.percent,
            name=one.name,
            name_en=one.name_en,
            norm_days=one.norm_days,
            hint=one.hint,
            hint_en=one.hint_en,
        )
        for place, one in enumerate(ready.stages, start=1)
    )
    pairs = list(zip(stages, ready.stages, strict=True))
    Check.objects.bulk_create(
        Check(stage=stage, position=place, name=ru, name_en=en)
        for stage, one in pairs
        for place, (ru, en) in enumerate(one.checks, start=1)
    )
    Planned.objects.bulk_create(
        Planned(
            stage=stage,
            position=place,
            kind_id=kinds[str(what.kind)],
            name=what.name,
            name_en=what.name_en,
            after_days=what.after_days,
        )
        for stage, one in pairs
        for place, what in enumerate(one.planned, start=1)
        if str(what.kind) in kinds
    )
    return process


def load(apps: Any) -> None:
    """Give a company that has no process yet its first one, so that a deal can be opened at once."""
    if not apps.get_model("pipeline", "Process").objects.exists():
        add_process(apps, _SALE, _SALE.name, 1)
