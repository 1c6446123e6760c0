"""Dictionary entries that every company starts with; all of them may be renamed, added to and retired."""

from typing import Any

from clients.choices import ActivityCode, Ladder
from salesexpert.core.folding import fold

RELATIONSHIPS = [
    (Ladder.COLD, "Холодный", "Cold"),
    (Ladder.POTENTIAL, "Потенциальный", "Potential"),
    (Ladder.CURRENT, "Текущий", "Current"),
    (Ladder.REGULAR, "Постоянный", "Regular"),
]

# code, Russian, English, icon, counts as a contact, has a direction, résumé required, own tab, usual minutes
ACTIVITY_KINDS: list[tuple[str, str, str, str, bool, bool, bool, bool, int]] = [
    (ActivityCode.CALL, "Звонок", "Call", "phone", True, True, True, True, 15),
    (ActivityCode.MEETING, "Встреча", "Meeting", "users", True, False, True, True, 60),
    (ActivityCode.EMAIL, "Письмо", "E-mail", "mail", True, True, True, True, 15),
    (
        ActivityCode.DEMONSTRATION,
        "Показ",
        "Demonstration",
        "presentation",
        True,
        False,
        True,
        True,
        60,
    ),
    (ActivityCode.NOTE, "Заметка", "Note", "note", False, False, True, True, 5),
    (
        ActivityCode.MESSAGE,
        "Сообщение",
        "Message",
        "message-2",
        True,
        True,
        True,
        False,
        5,
    ),
    (
        ActivityCode.DOCUMENTS,
        "Отправка документов",
        "Documents sent",
        "file-text",
        True,
        False,
        True,
        False,
        15,
    ),
    (
        ActivityCode.LETTER,
        "Бумажное письмо",
        "Paper letter",
        "send",
        True,
        True,
        True,
        False,
        15,
    ),
    (ActivityCode.FAX, "Факс", "Fax", "printer", True, True, True, False, 10),
    (
        ActivityCode.SATISFACTION,
        "Опрос удовлетворённости",
        "Satisfaction study",
        "message-2",
        True,
        False,
        True,
        False,
        20,
    ),
    (
        ActivityCode.SUPPORT,
        "Сервис и поддержка",
        "Service and support",
        "tool",
        True,
        True,
        True,
        False,
        60,
    ),
    (
        ActivityCode.INTERNAL,
        "Внутреннее дело",
        "Internal matter",
        "users-group",
        False,
        False,
        False,
        False,
        60,
    ),
]

GOALS: dict[str, list[tuple[str, str]]] = {
    ActivityCode.CALL: [
        ("Познакомиться", "Get acquainted"),
        ("Выявить потребность", "Find the need"),
        ("Назначить встречу", "Arrange a meeting"),
        ("Узнать решение", "Learn the decision"),
        ("Напомнить об оплате", "Remind of payment"),
        ("Поддержать отношения", "Keep in touch"),
    ],
    ActivityCode.MEETING: [
        ("Выявить потребность", "Find the need"),
        ("Обсудить условия", "Discuss terms"),
        ("Подписать документы", "Sign documents"),
    ],
    ActivityCode.DEMONSTRATION: [
        ("Показать работу изделия", "Show the product at work"),
        ("Обучить людей клиента", "Train the client's people"),
    ],
    ActivityCode.EMAIL: [
        ("Отправить предложение", "Send an offer"),
        ("Ответить на вопрос", "Answer a question"),
        ("Подтвердить договорённость", "Confirm an agreement"),
    ],
    ActivityCode.SATISFACTION: [("Узнать оценку работы", "Learn how they rate us")],
    ActivityCode.SUPPORT: [
        ("Плановое обслуживание", "Planned maintenance"),
        ("Устранить неисправность", "Mend a fault"),
    ],
}

RESULTS: dict[str, list[tuple[str, str]]] = {
    "": [
        ("Договорились о шаге", "Agreed on the next step"),
        ("Думают", "They are thinking"),
        ("Отказ", "Refused"),
    ],
    ActivityCode.CALL: [
        ("Не дозвонились", "No answer"),
        ("Просили перезвонить", "Asked to call back"),
        ("Выявлен интерес", "Interest found"),
        ("Не тот человек", "Wrong person"),
    ],
    ActivityCode.MEETING: [
        ("Не состоялась", "Did not take place"),
        ("Выявлен интерес", "Interest found"),
    ],
    ActivityCode.DEMONSTRATION: [
        ("Понравилось", "They liked it"),
        ("Есть замечания", "They had objections"),
    ],
    ActivityCode.SATISFACTION: [
        ("Довольны", "Satisfied"),
        ("Недовольны", "Dissatisfied"),
    ],
    ActivityCode.SUPPORT: [
        ("Сделано", "Done"),
        ("Нужен ещё выезд", "Another visit is needed"),
    ],
}

LEGAL_FORMS = [
    ("ООО", "Общество с ограниченной ответственностью"),
    ("АО", "Акционерное общество"),
    ("ПАО", "Публичное акционерное общество"),
    ("ОАО", "Открытое акционерное общество"),
    ("ЗАО", "Закрытое акционерное общество"),
    ("НАО", "Непубличное акционерное общество"),
    ("ИП", "Индивидуальный предприниматель"),
    ("ГК", "Группа компаний"),
    ("ФГУП", "Федеральное государственное унитарное предприятие"),
    ("ГУП", "Государственное унитарное предприятие"),
    ("МУП", "Муниципальное унитарное предприятие"),
    ("АНО", "Автономная некоммерческая организация"),
    ("НКО", "Некоммерческая организация"),
    ("ТСЖ", "Товарищество собственников жилья"),
    ("ПК", "Производственный кооператив"),
]

SOURCES = [
    ("Рекомендация", "Recommendation"),
    ("Поиск в интернете", "Web search"),
    ("Выставка", "Exhibition"),
    ("Статья или обзор", "Article or review"),
    ("Реклама", "Advertisement"),
    ("Холодный звонок", "Cold call"),
    ("Уже работали", "Worked together before"),
    ("Рассылка", "Mailing"),
]

TRIGGER_EVENTS = [
    ("Статья в журнале", "Magazine article"),
    ("Реклама", "Advertisement"),
    ("Стенд на выставке", "Exhibition stand"),
    ("Совет коллеги", "A colleague's advice"),
    ("Поломка или нехватка", "A breakdown or a shortage"),
    ("Расширение", "Growth"),
]


def _entry(model: Any, name: str, position: int, **more: Any) -> Any:
    return model(name=name, folded=fold(name), position=position, **more)


def load(apps: Any) -> None:
    """Fill the dictionaries of an empty company. `apps` is Django's registry, or a migration's historical one."""

    def get(name: str) -> Any:
        return apps.get_model("clients", name)

    relationship, kind, goal, result = (
        get("RelationshipType"),
        get("ActivityKind"),
        get("ActivityGoal"),
        get("ActivityResult"),
    )
    relationship.objects.bulk_create(
        _entry(relationship, ru, step, name_en=en, step=step)
        for step, ru, en in RELATIONSHIPS
    )
    kinds = {
        k.code: k
        for k in kind.objects.bulk_create(
            _entry(
                kind,
                ru,
                position,
                name_en=en,
                code=str(code),
                icon=icon,
                is_contact=contact,
                has_direction=direction,
                needs_summary=summary,
                in_composer=tab,
                default_minutes=minutes,
            )
            for position, (
                code,
                ru,
                en,
                icon,
                contact,
                direction,
                summary,
                tab,
                minutes,
            ) in enumerate(ACTIVITY_KINDS)
        )
    }
    goal.objects.bulk_create(
        _entry(goal, ru, position, name_en=en, kind=kinds[str(code)])
        for code, goals in GOALS.items()
        for position, (ru, en) in enumerate(goals)
    )
    result.objects.bulk_create(
        _entry(
            result, ru, position, name_en=en, kind=kinds[str(code)] if code else None
        )
        for code, results in RESULTS.items()
        for position, (ru, en) in enumerate(results)
    )
    form = get("LegalForm")
    form.objects.bulk_create(
        _entry(form, short, i, full_name=full)
        for i, (short, full) in enumerate(LEGAL_FORMS)
    )
    for model, entries in (
        (get("InformationSource"), SOURCES),
        (get("TriggerEvent"), TRIGGER_EVENTS),
    ):
        model.objects.bulk_create(
            _entry(model, ru, i, name_en=en) for i, (ru, en) in enumerate(entries)
        )
