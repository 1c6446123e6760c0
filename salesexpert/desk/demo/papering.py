"""What was offered in the course of a deal, and the contract that came of it, with its way past the lawyer."""

from dataclasses import dataclass, field, replace
from datetime import date
from random import Random

from salesexpert.desk.demo import company
from salesexpert.desk.demo.bargains import Bargain
from salesexpert.desk.demo.calendar import Calendar
from salesexpert.desk.demo.settling import Settlement, Sum, worked_out

_TERMS = (
    "Предоплата 50 %, остаток в течение 5 рабочих дней после приёмки. Срок поставки 3 недели.",
    "Предоплата 30 %, остаток по факту поставки. Доставка до вашего склада включена в цену.",
    "Оплата 100 % по счёту. Отгрузка со склада в Ярославле в течение 5 рабочих дней.",
    "Отсрочка 14 дней после поставки. Гарантия 24 месяца, выезд инженера в течение двух дней.",
)
_COUNTERS = (
    "Готовы подписать сразу, если уложимся в эту сумму: больше в бюджете нет.",
    "У других дешевле, но работать хотим с вами. Ждём встречного шага.",
    "Директор утвердил сумму меньше. Просят скидку или обучение в подарок.",
    "Согласны на состав, просят пересмотреть цену щёток и химии.",
    "Нужна отсрочка на 30 дней, тогда цена устраивает.",
)
_REMARKS = (
    "В п. 4.1 неустойка 0,1 % без предела. Предложите предел 10 %.",
    "Нет доверенности на подписанта. Запросите копию и впишите номер и дату.",
    "Реквизиты покупателя не совпадают с выпиской: проверьте КПП и адрес.",
    "Срок поставки считается от предоплаты, в спецификации этого нет. Поправьте.",
    "Подсудность по месту истца не подходит, верните нашу редакцию.",
)
_APPROVALS = ("", "", "Замечаний нет.", "Можно подписывать.", "Согласовано, спецификацию приложить.")  # fmt: skip
# How usual each state is where the contract is being made.
_UNDER_WAY = {
    "draft": 15,
    "in_review": 34,
    "returned": 18,
    "approved": 15,
    "signed": 18,
}


@dataclass(slots=True, eq=False)
class Version:
    """One version of an offer."""

    kind: str
    number: int
    place: int
    sums: list[Sum]
    state: str
    until: date
    terms: str
    counter: tuple[int, str, int] | None = None
    """What the client answered: kopecks, words, the day's place."""
    series: str = ""

    @property
    def total(self) -> int:
        return sum(s.total for s in self.sums)


@dataclass(slots=True, eq=False)
class Pact:
    """A contract: `steps` are state, moment in working days, words, by whom."""

    place: int
    ends: date
    steps: list[tuple[str, float, str, int]]
    subject: str
    is_frame: bool
    signed: int | None = None
    number: str = ""
    pk: int = 0

    @property
    def state(self) -> str:
        return self.steps[-1][0]


@dataclass(slots=True, eq=False)
class Papers:
    versions: list[Version] = field(default_factory=list)
    pact: Pact | None = None


class Paperer:
    def __init__(
        self, random: Random, calendar: Calendar, staff: company.Staff
    ) -> None:
        self.random = random
        self.calendar = calendar
        self.staff = staff

    def papers_of(self, bargain: Bargain, money: Settlement) -> Papers:
        papers = Papers()
        if money.sums:
            self._offers(bargain, money, papers)
            self._pact(bargain, money, papers)
        return papers

    def _pick[T](self, items: "list[T] | tuple[T, ...]") -> T:
        return items[int(self.random.random() * len(items))]

    def _end(self, bargain: Bargain) -> float:
        return float(self.calendar.today) if bargain.closed is None else bargain.closed

    # ── offers ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _offers(self, bargain: Bargain, money: Settlement, papers: Papers) -> None:
        draw, belt = self.random.random, bargain.belt
        is_open = bargain.state == "open"
        asked = bargain.entered(belt.billing - 1)
        if belt.is_supply or asked is None or draw() > (0.9 if is_open else 0.4):
            return
        agreed = bargain.entered(belt.billing)
        last = min(self._end(bargain), self.calendar.today - 0.2) if agreed is None else agreed  # fmt: skip
        room = max(0, int(last) - int(asked))
        discount = max((s.item.discount for s in money.sums), default=0)
        steps = [discount] if not discount else [0, discount] if discount < 7 or draw() < 0.6 else [0, 3, discount]  # fmt: skip
        terms = self._pick(_TERMS)
        if draw() < 0.25:
            papers.versions.append(self._version("technical", 1, int(asked), money.sums, terms, "accepted" if agreed is not None else "sent"))  # fmt: skip
        places = [int(asked) + room * n // (len(steps) + 1) for n in range(1, len(steps) + 1)]  # fmt: skip
        for number, percent in enumerate(steps, 1):
            place = places[number - 1]
            sums = [
                worked_out(replace(s.item, discount=min(s.item.discount, percent)), s.price, s.cost, s.percent)
                for s in money.sums
            ]  # fmt: skip
            version = self._version("financial", number, place, sums, terms, "sent")
            is_last = number == len(steps)
            if not is_last or (agreed is None and draw() < 0.45):
                least = steps[number] if not is_last else percent + 2
                total = version.total * (100 - least - int(draw() * 4)) // 100
                answered = min(
                    place + 1 + int(draw() * 3),
                    int(last) if is_last else places[number],
                )
                version.counter = (total // 1_000_00 * 1_000_00, self._pick(_COUNTERS), answered)  # fmt: skip
                version.state = "countered"
            if is_last and agreed is not None:
                version.state = "accepted"
            elif is_last and bargain.state == "lost":
                version.state = "declined"
            elif is_last and is_open and not version.counter and draw() < 0.2:
                version.state = "draft"
            papers.versions.append(version)

    def _version(self, kind: str, number: int, place: int, sums: list[Sum], terms: str, state: str) -> Version:  # fmt: skip
        until = self.calendar.term(place, 10 + int(self.random.random() * 10))
        return Version(kind, number, place, sums, state, until, terms)

    # ── contract ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _pact(self, bargain: Bargain, money: Settlement, papers: Papers) -> None:
        draw, belt = self.random.random, bargain.belt
        is_open = bargain.state == "open"
        # The contract of a deal that is nearly agreed may be begun before its turn.
        early = (
            is_open and not belt.is_supply and bargain.last.place == belt.billing - 1
        )
        is_making = early or (is_open and bargain.last.place == belt.billing)
        billed = bargain.entered(belt.billing - early)
        chance = (
            0.05 if belt.is_supply else 0.3 if early else 0.95 if is_making else 0.7
        )
        if billed is None or draw() > chance:
            return
        end = min(self._end(bargain), self.calendar.today - 0.05)
        steps = self._way(bargain, returned=draw() < 0.25)
        if is_making:
            steps = self._cut(bargain, most="returned" if early else "signed")
        elif bargain.state == "lost" and bargain.last.place <= belt.billing:
            # It came to nothing; it waits for nobody.
            kept = [n for n, step in enumerate(steps, 1) if step[0] in ("draft", "returned", "approved")]  # fmt: skip
            steps = steps[: self._pick(kept)]
        elif bargain.entered(belt.shipping) is not None:
            end = min(end, max(billed + 0.3, bargain.entered(belt.shipping) or end))
        begin = max(bargain.opened, min(billed, end - 0.2))
        if is_making:
            begin = max(begin, end - 1 - draw() * 5)
        length = sum(days for _, days, _, _ in steps) or 1.0
        factor = min(1.0, max(end - begin, 0.05) / length)
        x, told = begin, []
        for state, days, words, by in steps:
            x += days * factor
            told.append((state, x, words, by))
        day = self.calendar.days[int(begin)]
        ends = date(day.year + (day.month > 9), 12, 31)
        signed = int(told[-1][1]) if told[-1][0] == "signed" else None
        today = self.calendar.days[self.calendar.today]
        if signed is not None and ends < today:
            told.append(("ended", float(self.calendar.place_on_or_after(ends)), "", told[0][3]))  # fmt: skip
        subject = "поставка расходных материалов и сервис" if belt.is_supply else "поставка уборочного оборудования"  # fmt: skip
        papers.pact = Pact(int(begin), ends, told, subject, belt.is_supply, signed)

    def _way(self, bargain: Bargain, *, returned: bool) -> list[tuple[str, float, str, int]]:  # fmt: skip
        """State, days after the one before, words, who: from preparing to signing."""
        draw, staff = self.random.random, self.staff
        clerk, lawyer = self._pick(staff.assistants), self._pick(staff.lawyers)
        way: list[tuple[str, float, str, int]] = [("draft", 0.0, "", clerk), ("in_review", 0.2 + draw() * 0.5, "", clerk)]  # fmt: skip
        if returned:
            way.append(("returned", 0.3 + draw(), self._pick(_REMARKS), lawyer))
            way.append(("in_review", 0.3 + draw(), "Исправлено по замечаниям.", clerk))
        way.append(("approved", 0.3 + draw(), self._pick(_APPROVALS), lawyer))
        way.append(("signed", 0.5 + draw() * 3, "", bargain.responsible))
        return way

    def _cut(self, bargain: Bargain, *, most: str) -> list[tuple[str, float, str, int]]:  # fmt: skip
        """The way as far as a contract that is being made has come, at the furthest to `most`."""
        weights = dict(list(_UNDER_WAY.items())[: list(_UNDER_WAY).index(most) + 1])
        left = self.random.random() * sum(weights.values())
        state = most
        for name, weight in weights.items():
            left -= weight
            if left < 0:
                state = name
                break
        way = self._way(bargain, returned=state == "returned" or self.random.random() < 0.3)  # fmt: skip
        return way[: next(n for n, step in enumerate(way) if step[0] == state) + 1]
