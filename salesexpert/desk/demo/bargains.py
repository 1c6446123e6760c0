"""Deals of one client: which there were, when, how far each went, and who worked on it.

A deal is made of an affair that the story tells, its activities included; what a client has beyond his affairs is made
up. Time runs in working days with a fraction (`Calendar.moment`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random

from salesexpert.desk.demo import catalog, company
from salesexpert.desk.demo.calendar import Calendar
from salesexpert.desk.demo.drafts import Affair, Card, Deed
from salesexpert.desk.demo.market import Belt, Market, Ware

# How many deals clients of a step of the ladder usually have, and the fewest won ones that brought them there.
_USUAL = {1: 0.7, 2: 1.4, 3: 3.6, 4: 9.0}
_WON_AT_LEAST = {1: 0, 2: 0, 3: 1, 4: 2}
_MOST = 200
# By share of the way gone: how usual it is to lose a deal there, and to find an open one there.
_LOST = (22, 20, 14, 13, 17, 9, 4, 1)
_OPEN = (20, 19, 14, 13, 13, 9, 7, 5)
# Of twelve months: business wakes in spring and autumn.
_SEASON = (0.45, 0.7, 0.95, 1.0, 0.75, 0.8, 0.55, 0.5, 0.9, 1.0, 0.95, 0.9)
_DISCOUNTS = (0, 0, 0, 3, 5, 5, 7, 10)
_PAUSES = (
    "Ждём решения директора клиента",
    "Клиент в отпуске",
    "Ждём утверждения бюджета",
    "Клиент готовит помещение",
)
_SUPPLY_TITLES = (
    "Химия и щётки",
    "Расходные материалы",
    "Химия на квартал",
    "Щётки и пады",
    "Годовое обслуживание",
    "Аккумулятор и сборка",
)


@dataclass(slots=True, eq=False)
class Passage:
    place: int
    entered: float
    performer: int
    moved_by: int
    left: float | None = None
    outcome: str = ""


@dataclass(slots=True, eq=False)
class Item:
    """A line: kopecks and whole pieces."""

    ware: Ware
    quantity: int
    discount: int


@dataclass(slots=True, eq=False)
class Bargain:
    """A deal before it has an id."""

    card: Card
    belt: Belt
    state: str
    title: str
    responsible: int
    opened: float
    closed: float | None = None
    passages: list[Passage] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    estimate: int = 0
    currency: str = "RUB"
    expected: int = 0
    """The working day on which it is expected to end."""
    priority: int = 2
    deeds: list[Deed] = field(default_factory=list)
    pause: tuple[int, int, str] | None = None
    machine: str = ""
    pk: int = 0

    @property
    def last(self) -> Passage:
        return self.passages[-1]

    def entered(self, place: int) -> float | None:
        """When it first came to the stage or beyond."""
        return next((p.entered for p in self.passages if p.place >= place), None)


def counts(
    random: Random, deals: int, opened: int, steps: Sequence[int], lively: set[int], buyers: Sequence[int]
) -> tuple[bytearray, bytearray]:  # fmt: skip
    """How many deals each client has and how many of them are open; both sum exactly.

    `buyers` are those of the category “client”, `lively` those with work ahead, who are likelier to have an open deal.
    """
    draw = random.random
    total, ahead = bytearray(len(steps)), bytearray(len(steps))
    hopes = [
        (draw() ** (1 / ((6 if index in lively else 1) * (0.15 if steps[index] == 1 else 1))), index)
        for index in buyers
    ]  # fmt: skip
    hopes.sort(reverse=True)
    twice = opened // 10
    for _, index in hopes[: opened - twice]:
        ahead[index] += 1
    for _, index in hopes[:twice]:
        ahead[index] += 1
    ahead[hopes[0][1]] += max(0, opened - twice - len(hopes))
    weights = {}
    for index in buyers:
        total[index] = ahead[index] + _WON_AT_LEAST[steps[index]]
        weights[index] = _USUAL[steps[index]] * random.lognormvariate(0, 0.5)
    left = deals - sum(total)
    whole = sum(weights.values())
    for index in buyers:
        total[index] += min(int(weights[index] * left / whole), _MOST - total[index])
    missing = deals - sum(total)
    while missing > 0:
        index = buyers[int(draw() * len(buyers))]
        if draw() < weights[index] / 9 and total[index] < _MOST:
            total[index] += 1
            missing -= 1
    return total, ahead


class Bargainer:
    """Makes the deals of cards, one card after the other."""

    def __init__(
        self, random: Random, calendar: Calendar, staff: company.Staff, market: Market
    ) -> None:
        self.random = random
        self.calendar = calendar
        self.staff = staff
        self.market = market
        self.now = float(calendar.today)
        # Some sellers win more and are quicker than others, whoever makes their batch.
        own = Random("sellers")
        self.skill = {pk: 0.7 + own.random() * 0.6 for pk in staff.sellers}
        self.pace = {pk: 0.75 + own.random() * 0.6 for pk in staff.sellers}

    def _pick[T](self, items: "Sequence[T]") -> T:
        return items[int(self.random.random() * len(items))]

    def _weighed(self, weights: Sequence[int]) -> int:
        left = self.random.random() * sum(weights)
        for place, weight in enumerate(weights):
            left -= weight
            if left < 0:
                return place
        return len(weights) - 1

    def deals_of(self, card: Card, wanted: int, opened: int) -> list[Bargain]:
        if not wanted:
            return []
        affairs = [affair for affair in card.affairs if affair.deeds]
        # Those that were paid for first, then the latest.
        chosen = sorted(
            range(len(affairs)), key=lambda n: (not affairs[n].is_paid, -n)
        )[:wanted]
        unpaid = sorted(n for n in chosen if not affairs[n].is_paid)
        ahead = set(unpaid[len(unpaid) - min(opened, len(unpaid)) :])
        open_left = opened - len(ahead)
        made: list[Bargain] = []
        for n in sorted(chosen):
            state = "won" if affairs[n].is_paid else "open" if n in ahead else "lost"
            made.append(self._make(card, state, affairs[n]))
        won_left = max(
            0, _WON_AT_LEAST[card.step] - sum(b.state == "won" for b in made)
        )
        for _ in range(wanted - len(made)):
            if open_left:
                state, open_left = "open", open_left - 1
            elif won_left:
                state, won_left = "won", won_left - 1
            else:
                state = self._ending(card)
            made.append(self._make(card, state, None))
        return made

    def _ending(self, card: Card) -> str:
        chance = {1: 0.0, 2: 0.0, 3: 0.55, 4: 0.72}[card.step]
        return "won" if self.random.random() < chance * self.skill.get(card.seller or 0, 1) else "lost"  # fmt: skip

    def _make(self, card: Card, state: str, affair: Affair | None) -> Bargain:
        draw, market = self.random.random, self.market
        supply = affair.is_supply if affair else card.step >= 3 and draw() < 0.45
        belt = market.supply if supply else market.main
        seller = card.seller or self._pick(self.staff.sellers)
        stages = len(belt.stages)
        if state == "won":
            reached = stages - 1
        else:
            share = self._weighed(_OPEN if state == "open" else _LOST) / 7
            reached = belt.place(share)
        pace = self.pace.get(seller, 1)
        stays = [
            max(0.15, (norm or 5) * pace * self.random.lognormvariate(-0.35, 0.75))
            for norm in belt.norms[: reached + 1]
        ]
        opened, closed = self._span(card, state, affair, sum(stays))
        machine = affair.machine if affair else self._machine(card)
        bargain = Bargain(
            card=card,
            belt=belt,
            state=state,
            title=self._title(card, supply, machine),
            responsible=seller,
            opened=opened,
            closed=None if state == "open" else closed,
            machine="" if supply else machine,
        )
        self._pass(bargain, stays, closed)
        self._value(bargain, supply, machine)
        bargain.priority = self._weighed((15, 60, 18, 7)) + 1
        if state == "open":
            left = sum(n or 5 for n in belt.norms[reached:])
            bargain.expected = int(min(self.now + 1 + left * (0.4 + draw()), len(self.calendar.days) - 1))  # fmt: skip
            if draw() < 0.12:
                bargain.expected = int(max(opened, self.now - 1 - draw() * 15))
            if draw() < 0.06:
                self._wait(bargain)
        else:
            bargain.expected = int(min(max(opened, closed + draw() * 12 - 8), len(self.calendar.days) - 1))  # fmt: skip
        if affair:
            self._link(bargain, affair)
        return bargain

    def _machine(self, card: Card) -> str:
        fits = 0 if card.area < 800 else 1 if card.area < 2500 else 3
        codes = [code for _, _, code in catalog.MACHINES]
        return codes[min(fits + int(self.random.random() * 4), len(codes) - 1)]

    def _title(self, card: Card, supply: bool, machine: str) -> str:
        return self._pick(_SUPPLY_TITLES) if supply else f"{machine} {self._pick(card.trade.places)}"  # fmt: skip

    def _span(self, card: Card, state: str, affair: Affair | None, length: float) -> tuple[float, float]:  # fmt: skip
        """When it was opened and when it ended, or how far it has come by now."""
        draw, calendar = self.random.random, self.calendar
        born = calendar.x_of(card.created_at)
        latest = self.now - 0.4
        if affair:
            days = [calendar.x_of(d.feed_at) for d in affair.deeds if d.status != "planned"]  # fmt: skip
            closed = self.now if state == "open" else min(latest, max(days) + draw() * (4 if state == "won" else 12))  # fmt: skip
            start = max(days[0], closed - length * 1.3)
            # From the first of its activities on that falls into this time.
            opened = next((x for x in days if x >= start), start) - 0.02
        elif state == "open":
            closed, opened = self.now, self.now - length
        else:
            room = max(latest - born, 0.3)
            for _ in range(4):
                closed = born + min(length, room) + draw() * max(room - length, 0)
                if draw() < _SEASON[calendar.days[int(closed)].month - 1]:
                    break
            closed = min(closed, latest)
            opened = closed - length
        opened = max(opened, min(born, latest - 0.3), 0.0)
        return min(opened, closed - 0.2), closed

    def _pass(self, bargain: Bargain, stays: list[float], closed: float) -> None:
        """Lay the stays at the stages into the time there is."""
        draw, belt = self.random.random, bargain.belt
        way = [
            place
            for place in range(len(stays))
            if not (place == 2 and len(stays) > 4 and draw() < 0.22)
        ]
        if len(way) > 4 and draw() < 0.05:
            # Once taken back: the offer is made anew.
            way.insert(way.index(3) + 2, 3)
            way.insert(way.index(3) + 3, way[way.index(3) + 1])
        lengths = [stays[place] for place in way]
        factor = (closed - bargain.opened) / sum(lengths)
        x, by = bargain.opened, bargain.responsible
        for number, place in enumerate(way):
            performer = self._performer(bargain, place)
            passage = Passage(place, x, performer, by)
            bargain.passages.append(passage)
            x = min(x + lengths[number] * factor, closed)
            if number + 1 < len(way):
                passage.left = x
                passage.outcome = "forward" if way[number + 1] > place else "back"
                by = performer if belt.stages else by
        if bargain.state != "open":
            bargain.last.left = closed
            bargain.last.outcome = bargain.state

    def _performer(self, bargain: Bargain, place: int) -> int:
        draw, staff, belt = self.random.random(), self.staff, bargain.belt
        if place == belt.billing and draw < 0.6:
            return self._pick(staff.assistants)
        if place == belt.shipping and draw < 0.5:
            return self._pick(staff.engineers)
        if place == 0 and not belt.is_supply and draw < 0.35:
            return self._pick(staff.telemarketers)
        return bargain.responsible

    def _value(self, bargain: Bargain, supply: bool, machine: str) -> None:
        draw, wares = self.random.random, self.market.wares
        day = self.calendar.days[int(bargain.opened)]
        stages = len(bargain.belt.stages) - 1
        if supply:
            codes = {"Химия и щётки": ("ХЩ-10", "ЩТ-2"), "Химия на квартал": ("ХЩ-10", "ХП-5"), "Щётки и пады": ("ЩТ-3", "ПАД"),
                     "Годовое обслуживание": ("УСЛ-2",), "Аккумулятор и сборка": ("АКБ-24", "ЗУ-24")}.get(bargain.title, ("ХК-10", "ВС-1", "ПАД"))  # fmt: skip
            chosen = [(code, 1 if code[:3] in ("УСЛ", "АКБ", "ЗУ-") else 2 + int(draw() * 18)) for code in codes]  # fmt: skip
        else:
            chosen = [(machine, 2 if draw() < 0.12 else 1)]
            if draw() < 0.6:
                chosen.append(("ЩТ-2", 1 + int(draw() * 3)))
            if draw() < 0.5:
                chosen.append(("ХЩ-10", 10 + int(draw() * 4) * 10))
            if draw() < 0.5:
                chosen.append(("УСЛ-1", 1))
        discount = self._pick(_DISCOUNTS)
        if supply or bargain.last.place / stages >= 0.4:
            bargain.items = [Item(wares[code], n, 0 if code.startswith("УСЛ-") else discount) for code, n in chosen]  # fmt: skip
        elif draw() < 0.85:
            whole = sum(wares[code].price(day)[0] * n for code, n in chosen)
            bargain.estimate = (
                int(whole * (0.8 + draw() * 0.4)) // 1_000_000 * 1_000_000
            )
            if draw() < 0.02:
                bargain.currency, bargain.estimate = "CNY", bargain.estimate // 1100 * 100  # fmt: skip

    def _wait(self, bargain: Bargain) -> None:
        draw, last = self.random.random, bargain.last
        since = max(int(last.entered), self.calendar.today - int(draw() * 4))
        until = min(self.calendar.today + 1 + int(draw() * 12), len(self.calendar.days) - 1)  # fmt: skip
        bargain.pause = (since, until, self._pick(_PAUSES))

    def _link(self, bargain: Bargain, affair: Affair) -> None:
        calendar = self.calendar
        since = calendar.moment(bargain.opened)
        until = None if bargain.closed is None else calendar.moment(bargain.closed)
        for deed in affair.deeds:
            if deed.feed_at >= since and (until is None or deed.feed_at <= until):
                bargain.deeds.append(deed)


def due_on(calendar: Calendar, bargain: Bargain, passage: Passage) -> date | None:
    """The last day within the norm of a passage, put off by the days on which the open one waits."""
    norm = bargain.belt.norms[passage.place]
    if norm is None:
        return None
    place = int(passage.entered)
    if bargain.pause and passage is bargain.last:
        since, until, _ = bargain.pause
        if calendar.term(place, norm) >= calendar.days[since]:
            norm += until - max(since, place + 1)
    return calendar.term(place, norm)
