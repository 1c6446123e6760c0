"""A small base whose figures are written out in the tests: seven deals of two sellers in February 2026.

Way: A (10 %, norm 3 days) → B (40 %, norm 5 days) → C (80 %, no norm); 2 February is a Monday, the 23rd a day off.

d1 Mara  A 2–4, B 4–11, C 11–12 won, 1000 RUB           d2 Mara  A 3–10 (waits 4–6), B 10–16 lost: dear
d3 Mara  A 5–6 lost: silent                             d4 Mara  A 6–        500 RUB, expected 20 March
d5 Mara  A 28.1–2, B 2–3 back, A 3–5, B 5–  2000 RUB    d6 Nils  A 9–10, C 10–13 lost: dear
d7 Nils  imported without stages, 10.1–20.2 lost at A: dear, 70 USD, keeps out of norms
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from clients.models import Client, Product
from deals.models import Deal, DealLine, PassagePause, RefusalReason, StagePassage
from pipeline.clock import Pause, due_at
from pipeline.models import Process, Stage
from salesexpert.accounts.models import User
from tests.factories import ClientFactory, RegionFactory, UserFactory

SINCE, UNTIL = date(2026, 2, 1), date(2026, 3, 1)
NORMS = {"A": 3, "B": 5, "C": None}


@dataclass
class February:
    process: Process
    stages: dict[str, Stage]
    reasons: dict[str, RefusalReason]
    mara: User
    nils: User
    client: Client
    deals: dict[str, Deal]

    def called(self, numbers: set[int]) -> set[str]:
        return {name for name, deal in self.deals.items() if deal.pk in numbers}


def noon(text: str) -> datetime:
    """“2.2” is noon of 2 February 2026."""
    day, month = text.split(".")
    return datetime(2026, int(month), int(day), 12, tzinfo=timezone.get_default_timezone())  # fmt: skip


def a_way() -> tuple[Process, dict[str, Stage]]:
    process = Process.objects.create(name="Путь", position=9)
    stages = {
        name: Stage.objects.create(process=process, name=name, position=n, percent=percent, norm_days=NORMS[name])
        for n, (name, percent) in enumerate((("A", 10), ("B", 40), ("C", 80)), 1)
    }  # fmt: skip
    return process, stages


def february() -> February:
    process, stages = a_way()
    reasons = {name: RefusalReason.objects.create(name=name) for name in ("dear", "silent")}  # fmt: skip
    mara = UserFactory(username="mara", first_name="Мара", last_name="Образцова")
    nils = UserFactory(username="nils", first_name="Нильс", last_name="Примеров")
    client = ClientFactory(name="Пробный клиент", region=RegionFactory(name="Область А"), curator=mara)  # fmt: skip
    base = February(process, stages, reasons, mara, nils, client, {})

    def deal(name: str, who: User, opened: str, way: str = "", closed: str = "", state: str = "open", reason: str = "", at: str = "", **given: Any) -> Deal:  # fmt: skip
        made = Deal.objects.create(
            client=client,
            title=name,
            folded=name,
            process=process,
            stage=stages[at or way.split()[-2]],
            responsible=who,
            performer=who,
            state=state,
            opened_at=noon(opened),
            closed_at=noon(closed) if closed else None,
            reason=reasons[reason] if reason else None,
            refusal_stage=stages[at or way.split()[-2]] if reason else None,
            **given,
        )
        base.deals[name] = made
        _pass(base, made, way, state)
        return made

    deal(
        "d1",
        mara,
        "2.2",
        "2.2 A 4.2 B 11.2 C 12.2",
        "12.2",
        "won",
        amount=Decimal(1000),
    )
    d2 = deal("d2", mara, "3.2", "3.2 A 10.2 B 16.2", "16.2", "lost", "dear")
    deal("d3", mara, "5.2", "5.2 A 6.2", "6.2", "lost", "silent")
    deal(
        "d4", mara, "6.2", "6.2 A -", amount=Decimal(500), expected_on=date(2026, 3, 20)
    )
    deal("d5", mara, "28.1", "28.1 A 2.2 B 3.2 A 5.2 B -", amount=Decimal(2000))
    deal("d6", nils, "9.2", "9.2 A 10.2 C 13.2", "13.2", "lost", "dear")
    deal("d7", nils, "10.1", "", "20.2", "lost", "dear", "A", amount=Decimal(70), currency="USD", in_norms=False, imported=True)  # fmt: skip
    waiting = StagePassage.objects.get(deal=d2, stage=stages["A"])
    PassagePause.objects.create(passage=waiting, since=date(2026, 2, 4), until=date(2026, 2, 6), reason="ждём ответа", set_by=mara)  # fmt: skip
    waiting.due_at = due_at(waiting.entered_at, 3, [Pause(date(2026, 2, 4), date(2026, 2, 6))])  # fmt: skip
    waiting.save()
    box, crate = (Product.objects.create(name=n, folded=n) for n in ("box", "crate"))
    d2.interests.add(box)
    DealLine.objects.create(deal=d2, product=crate, name="crate", price=30, total=30)
    DealLine.objects.create(deal=base.deals["d1"], product=crate, name="crate", price=400, total=400)  # fmt: skip
    return base


def _pass(base: February, deal: Deal, way: str, state: str) -> None:
    words = way.split()
    for n in range(0, len(words) - 2, 2):
        came, at, left = words[n : n + 3]
        last = n + 3 >= len(words)
        back = not last and words[n + 3] < at
        open_ = left == "-"
        norm = NORMS[at]
        entered_at = noon(came)
        StagePassage.objects.create(
            deal=deal,
            stage=base.stages[at],
            performer=deal.responsible,
            entered_at=entered_at,
            due_at=due_at(entered_at, norm) if norm else None,
            left_at=None if open_ else noon(left),
            outcome="" if open_ else state if last else "back" if back else "forward",
            norm_days=norm,
            percent=base.stages[at].percent,
        )
        if open_:
            deal.entered_at = entered_at
            deal.due_at = due_at(entered_at, norm) if norm else None
            deal.save()
