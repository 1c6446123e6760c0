"""Schedules of receipts that every company starts with."""

from typing import Any

# (name, name in English, rows of (percent, counted from, working days after))
SCHEDULES = (
    ("Предоплата 100 %", "Prepayment 100%", ((100, "invoice", 5),)),
    (
        "Аванс 30 %, остальное после поставки",
        "Advance 30%, the rest on delivery",
        ((30, "invoice", 5), (70, "delivery", 5)),
    ),
    (
        "Аванс 50 %, остальное после поставки",
        "Advance 50%, the rest on delivery",
        ((50, "invoice", 5), (50, "delivery", 5)),
    ),
    (
        "После поставки, отсрочка 10 рабочих дней",
        "On delivery, in 10 working days",
        ((100, "delivery", 10),),
    ),
)


def load(apps: Any) -> None:
    """Add those that are not there; `apps` is the registry of a migration or of the running product."""
    Schedule = apps.get_model("deals", "ReceiptSchedule")
    Row = apps.get_model("deals", "ReceiptScheduleRow")
    for position, (name, name_en, rows) in enumerate(SCHEDULES):
        schedule, made = Schedule.objects.get_or_create(
            name=name, defaults={"name_en": name_en, "position": position}
        )
        if made:
            Row.objects.bulk_create(
                Row(
                    schedule=schedule,
                    percent=percent,
                    basis=basis,
                    days=days,
                    position=n,
                )
                for n, (percent, basis, days) in enumerate(rows)
            )
