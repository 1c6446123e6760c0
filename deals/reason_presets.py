"""Reasons of refusal that every company starts with: two levels, to be renamed, moved and added to."""

from typing import Any

from salesexpert.core.folding import fold

NOT_STATED = "not_stated"
# (name, name in English, ((name, name in English), …) below it)
REASONS: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Цена",
        "Price",
        (
            ("Дорого", "Too expensive"),
            ("Конкурент предложил дешевле", "A competitor offered less"),
            ("Не устроили условия оплаты", "Terms of payment did not suit"),
        ),
    ),
    (
        "Выгоды не поняты",
        "Benefits not understood",
        (
            ("Не увидели выгоды", "Saw no benefit"),
            ("Нет времени разбираться", "No time to look into it"),
        ),
    ),
    (
        "Товар не нужен",
        "Product not needed",
        (
            ("Нет потребности", "No need"),
            ("Уже купили у другого", "Bought elsewhere already"),
            ("Сделают своими силами", "Will do it themselves"),
        ),
    ),
    (
        "Качество или свойства",
        "Quality or properties",
        (
            ("Не хватает свойств", "Properties are missing"),
            ("Сомнения в качестве", "Doubts about quality"),
        ),
    ),
    (
        "Сроки",
        "Terms",
        (
            ("Долгая поставка", "Delivery takes too long"),
            ("Отложили на будущее", "Put off for later"),
        ),
    ),
    ("Нет бюджета", "No budget", ()),
    ("Пропала связь", "Contact lost", ()),
)


def load(apps: Any) -> None:
    """Fill an empty dictionary; `apps` is the registry of a migration or of the running product."""
    reason = apps.get_model("deals", "RefusalReason")
    if reason._base_manager.exists():
        return

    def add(name: str, name_en: str, position: int, **more: Any) -> Any:
        return reason._base_manager.create(
            name=name, name_en=name_en, folded=fold(name), position=position, **more
        )

    for position, (name, name_en, below) in enumerate(REASONS):
        parent = add(name, name_en, position)
        for place, (child, child_en) in enumerate(below):
            add(child, child_en, place, parent=parent)
    add(
        "Не указана (импорт)",
        "Not stated (imported)",
        len(REASONS),
        code=NOT_STATED,
    )
