"""The life of one client: which contacts there were, in what order and when, and what came of them.

A story is a list of beats (`talk/`). A client far up the ladder has passed every step below it, a promise is followed
by its fulfilment, an offer by a talk about it; money lifts the client, and each deed keeps what he was before it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from salesexpert.desk.demo import catalog
from salesexpert.desk.demo.talk import acquaintance as hello
from salesexpert.desk.demo.talk import others, selling, serving
from salesexpert.desk.demo.wording import NBSP, Beat, Text

# The fewest contacts that can have brought a client to a step of the ladder.
FEWEST = {1: 0, 2: 2, 3: 6, 4: 9}

_COLD = (
    (hello.KEEP_TOUCH,),
    (hello.NO_ANSWER, hello.KEEP_TOUCH),
    (hello.NEWS_MAIL,),
    (hello.TELE_CALL,),
    (hello.FIRM_NOTE,),
)
_WARM = (
    (hello.KEEP_TOUCH, hello.PRICE_MAIL), (selling.OFFER_TALK,), (hello.NEWS_MAIL,), (selling.MAIL_ANSWER,), (selling.MESSAGE,),
    (selling.DEMO, selling.OFFER_TALK), (selling.OFFER, selling.OFFER_TALK), (selling.NEED_MEETING, selling.OFFER), (hello.FIRM_NOTE,),
    (hello.NO_ANSWER, selling.OFFER_TALK), (selling.FAX,),
)  # fmt: skip
_SERVED = (
    (serving.MAINTENANCE,), (serving.FAULT, serving.REPAIR), (serving.SATISFACTION,), (hello.NEWS_MAIL,), (serving.TRAINING,),
    (serving.REFERRAL,), (selling.PAPER_LETTER,), (selling.MAIL_ANSWER,), (selling.MESSAGE,), (hello.FIRM_NOTE,), (hello.KEEP_TOUCH,),
)  # fmt: skip
_LOYAL = (
    *_SERVED,
    (serving.SUPPLIES_CALL, serving.SUPPLIES_DOCS, serving.SUPPLIES_PAID), (serving.SUPPLIES_CALL, serving.SUPPLIES_DOCS, selling.REMINDER, serving.SUPPLIES_PAID),
    (serving.SUPPLIES_CALL, serving.SUPPLIES_DOCS), (serving.MAINTENANCE, serving.SUPPLIES_CALL, serving.SUPPLIES_DOCS),
    (serving.REPEAT_NEED, selling.OFFER, selling.OFFER_TALK, serving.REPEAT_AGREED, selling.INVOICE, serving.REPEAT_PAID, selling.DELIVERY, serving.LAUNCH),
    (serving.REPEAT_NEED, selling.TERMS_MEETING, selling.OFFER_TALK),
)  # fmt: skip
CYCLES = {1: _COLD, 2: _WARM, 3: _SERVED, 4: _LOYAL}
# Where a new matter begins: another machine, another sum.
_OPENING = {serving.REPEAT_NEED, serving.SUPPLIES_CALL}
# What a deal is made of, before its money has come and after.
SELLING = {
    hello.INBOUND, hello.INBOUND_MAIL, hello.INTEREST, selling.NEED_MEETING, selling.DEMO, selling.OFFER, selling.OFFER_TALK, selling.TERMS_MEETING,
    selling.HEAD_MEETING, selling.MAIL_ANSWER, selling.MESSAGE, selling.FAX, selling.AGREED, selling.CONTRACT, selling.INVOICE, selling.REMINDER,
    selling.PAID, serving.REPEAT_NEED, serving.REPEAT_AGREED, serving.REPEAT_PAID, serving.SUPPLIES_CALL, serving.SUPPLIES_DOCS, serving.SUPPLIES_PAID,
}  # fmt: skip
AFTER_PAYMENT = {selling.DELIVERY, serving.LAUNCH}
# After these the seller may have promised, agreed or been asked something.
TALKS = {
    hello.INBOUND, hello.INTEREST, hello.KEEP_TOUCH, selling.NEED_MEETING, selling.DEMO, selling.OFFER_TALK, selling.TERMS_MEETING,
    selling.HEAD_MEETING, selling.AGREED, selling.DELIVERY, serving.SUPPLIES_CALL, serving.REPEAT_NEED, serving.MAINTENANCE, serving.TRAINING,
}  # fmt: skip


def plot(
    step: int, length: int, category: str, theirs: bool, random: Callable[[], float]
) -> list[Beat]:
    """The beats of a story of `length` contacts that ends at `step` of the ladder."""
    if category != "client":
        return _acquainted_otherwise(category, length, random)
    story: list[tuple[Beat, bool]] = []

    def always(beat: Beat) -> None:
        story.append((beat, True))

    def perhaps(beat: Beat, chance: float) -> None:
        if random() < chance:
            story.append((beat, False))

    if theirs:
        always(hello.INBOUND if random() < 0.6 else hello.INBOUND_MAIL)
    else:
        perhaps(hello.FIRM_NOTE, 0.15)
        perhaps(hello.NO_ANSWER, 0.45)
        perhaps(hello.NO_ANSWER, 0.2)
        perhaps(hello.WRONG_PERSON, 0.2)
        always(hello.TELE_CALL if random() < 0.3 else hello.COLD_TALK)
    perhaps(hello.PRICE_MAIL, 0.6)
    if step == 1:
        perhaps(hello.REFUSAL, 0.35)
    if step >= 2:
        always(hello.INTEREST)
        perhaps(selling.NEED_MEETING, 0.6)
        perhaps(hello.FIRM_NOTE, 0.15)
        perhaps(selling.DEMO, 0.6)
        perhaps(selling.MESSAGE, 0.2)
        perhaps(selling.OFFER, 0.95)
        perhaps(selling.OFFER_TALK, 0.95)
        perhaps(selling.MAIL_ANSWER, 0.4)
        perhaps(selling.OFFER_TALK, 0.5)
        perhaps(selling.TERMS_MEETING, 0.4)
        perhaps(selling.HEAD_MEETING, 0.12)
    if step >= 3:
        always(selling.AGREED)
        perhaps(selling.CONTRACT, 0.8)
        always(selling.INVOICE)
        perhaps(selling.REMINDER, 0.45)
        always(selling.PAID)
        perhaps(selling.DELIVERY, 0.8)
        perhaps(serving.LAUNCH, 0.85)
        perhaps(serving.SATISFACTION, 0.4)
    if step >= 4:
        perhaps(serving.MAINTENANCE, 0.6)
        always(serving.REPEAT_NEED)
        perhaps(selling.OFFER, 0.7)
        perhaps(selling.OFFER_TALK, 0.6)
        always(serving.REPEAT_AGREED)
        perhaps(selling.INVOICE, 0.9)
        always(serving.REPEAT_PAID)
        perhaps(serving.LAUNCH, 0.6)
    while len(story) > length:
        optional = [i for i, (_, needed) in enumerate(story) if not needed]
        del story[optional[int(random() * len(optional))] if optional else -1]
    cycles = CYCLES[step]
    while len(story) < length:
        story.extend((beat, True) for beat in cycles[int(random() * len(cycles))])
    return [beat for beat, _ in story[:length]]


def _acquainted_otherwise(
    category: str, length: int, random: Callable[[], float]
) -> list[Beat]:
    if category == "supplier":
        kinds: tuple[Beat, ...] = (others.SUPPLIER_CALL, others.SUPPLIER_MAIL)
    elif category == "partner":
        kinds = (others.PARTNER_MEETING, hello.KEEP_TOUCH, selling.MESSAGE)
    else:
        kinds = (others.COMPETITOR_NOTE,)
    return [kinds[int(random() * len(kinds))] for _ in range(length)]


def opens_matter(beat: Beat) -> bool:
    return beat in _OPENING


# ── facts of a matter ────────────────────────────────────────────────────────────────────────────────────────────────

_WHEN = (
    "завтра",
    "в понедельник",
    "во вторник",
    "в четверг",
    "на следующей неделе",
    "через неделю",
    "в начале месяца",
    "после выходных",
)
# Numbers that all take one form of the noun.
_COUNTS = (
    "5",
    "6",
    "8",
    "10",
    "12",
    "15",
    "16",
    "18",
    "20",
    "25",
    "30",
    "36",
    "40",
    "48",
)
_MACHINES = [code for _, _, code in catalog.MACHINES if code != "РМ-43"]


def spaced(number: int) -> str:
    return f"{number:,}".replace(",", NBSP)


@dataclass(slots=True)
class Matter:
    """What one purchase is about: the words that all its contacts share."""

    machine: str
    facts: dict[str, str] = field(default_factory=dict)


def matter(
    random: Callable[[], float], trade: catalog.Trade, area: int, offer: int
) -> Matter:
    """A new matter with a client whose floors have `area` m²; `offer` numbers its papers."""
    fits = 0 if area < 800 else 1 if area < 2500 else 3
    machine = _MACHINES[min(fits + int(random() * 3), len(_MACHINES) - 1)]
    other = _MACHINES[int(random() * len(_MACHINES))]
    if other == machine:
        other = _MACHINES[(_MACHINES.index(machine) + 1) % len(_MACHINES)]
    total = catalog.PRICES[machine] + int(random() * 60) * 1_400
    place = trade.places[int(random() * len(trade.places))]
    return Matter(
        machine=machine,
        facts={
            "машина": machine,
            "вторая": other,
            "сумма": f"{spaced(total)}{NBSP}₽",
            "мелочь": f"{spaced(14_000 + int(random() * 900) * 100)}{NBSP}₽",
            "где": place,
            "Где": place[0].upper() + place[1:],
            "задача": trade.dirt[int(random() * len(trade.dirt))],
            "площадь": spaced(area),
            "кп": str(offer),
            "счёт": str(offer * 3 + 1100),
            "договор": f"{offer % 180 + 1}-{24 + offer % 3}",
            "скидка": str(3 + int(random() * 8)),
            "соперник": catalog.RIVALS[int(random() * len(catalog.RIVALS))],
        },
    )


def season(
    facts: dict[str, str], random: Callable[[], float], name: str
) -> dict[str, str]:
    """The words of one contact besides those of its matter; changes `facts` in place."""
    facts["имя"] = name
    facts["срок"] = _WHEN[int(random() * len(_WHEN))]
    facts["число"] = _COUNTS[int(random() * len(_COUNTS))]
    facts["оценка"] = str(7 + int(random() * 4))
    return facts


def wording(
    texts: tuple[Text, ...],
    random: Callable[[], float],
    is_woman: bool,
    facts: dict[str, str],
) -> str:
    text = texts[int(random() * len(texts))]
    return (text.woman if is_woman else text.man).format_map(facts)


class Variety:
    """Readings of templates for one client: each wording once before any comes again."""

    def __init__(self, random: Callable[[], float]) -> None:
        self._random = random
        self._next: dict[int, int] = {}

    def place(self, texts: tuple[Text, ...]) -> int:
        key = id(texts)
        place = self._next.get(key)
        if place is None:
            place = int(self._random() * len(texts))
        self._next[key] = (place + 1) % len(texts)
        return place


# ── lengths ──────────────────────────────────────────────────────────────────────────────────────────────────────────

STEPS_BELOW = ((1, 0.46), (2, 0.76), (3, 0.90))
_USUAL = {1: 2.5, 2: 8.0, 3: 17.0, 4: 38.0}


def steps_and_lengths(
    random: Random, clients: int, contacts: int, categories: bytearray
) -> tuple[bytearray, list[int]]:
    """For each client his step of the ladder and how many contacts his story has; the contacts sum exactly."""
    steps = bytearray(clients)
    weights: list[float] = []
    for index in range(clients):
        draw = random.random()
        step = next((step for step, below in STEPS_BELOW if draw < below), 4)
        if categories[index]:
            step = 1
        steps[index] = step
        weights.append(
            _USUAL[step] * random.lognormvariate(0, 0.55)
            if step > 1 or random.random() > 0.1
            else 0.0
        )
    least = [FEWEST[step] for step in steps]
    free = max(contacts - sum(least), 0)
    total = sum(max(w - m, 0.0) for w, m in zip(weights, least, strict=True)) or 1.0
    lengths = [
        m + int(max(w - m, 0.0) * free / total)
        for w, m in zip(weights, least, strict=True)
    ]
    missing = contacts - sum(lengths)
    while missing > 0:
        index = int(random.random() * clients)
        if weights[index]:
            lengths[index] += 1
            missing -= 1
    return steps, lengths
