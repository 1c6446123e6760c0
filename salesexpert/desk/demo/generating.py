"""Deciding who the clients of a base are, and making them batch by batch."""

from datetime import date, timedelta
from random import Random

from salesexpert.desk.demo import catalog, company, names, story
from salesexpert.desk.demo.calendar import (
    Calendar,
    Shares,
    Slot,
    desk_slots,
    seller_slots,
)
from salesexpert.desk.demo.drafts import Card, Deed, Person
from salesexpert.desk.demo.reach import Reach
from salesexpert.desk.demo.scales import Scale
from salesexpert.desk.demo.talk import others
from salesexpert.desk.demo.telling import Teller
from salesexpert.desk.demo.wording import Text
from salesexpert.desk.demo.writing import Writer

CATEGORIES = ("client", "supplier", "partner", "competitor")
_INTERNAL_MONTHS = 24


class Generator:
    """Fills the tables for one scale and seed. Call `batch` until all clients are made, then `finish`."""

    def __init__(self, scale: Scale, *, seed: int, until: date) -> None:
        self.scale = scale
        self.random = Random(f"sales expert {scale.name} {seed}")
        self.calendar = Calendar(until)
        self.opened_at = self.calendar.at(0, 9 * 60)
        self.staff = company.hire(scale, opened_at=self.opened_at, random=self.random)
        self.words = company.Words(self.calendar.at(self.calendar.today, 0))
        company.save_selections(self.staff, self.words, opened_at=self.opened_at)
        self.firms = names.FirmNames(self.random)
        self.trades = [t for t in catalog.TRADES for _ in range(t.weight)]
        self.cities = [
            (region, city)
            for region, _, cities in catalog.REGIONS
            for city in cities
            for _ in range(city.weight)
        ]
        self.groups = [
            pk
            for pk, (_, _, weight) in zip(self.words.group, catalog.GROUPS, strict=True)
            for _ in range(weight)
        ]
        self.positions = [p for p in catalog.POSITIONS for _ in range(p[2])]
        self.reach = Reach(self.random)
        self.teller = Teller(
            self.random, self.calendar, self.staff, self.words, self.reach
        )
        self.writer = Writer(self.random, self.calendar, self.words)
        self._deal_out()

    def _deal_out(self) -> None:
        """Category, seller, place on the ladder and length of story of every client; slots of every performer."""
        draw, scale, staff = self.random.random, self.scale, self.staff
        self.category = bytearray()
        self.seller: list[int] = []
        counts = dict.fromkeys(range(-1, len(staff.sellers)), 0)
        for _ in range(scale.clients):
            chance = draw()
            category = (
                0
                if chance < 0.93
                else 1
                if chance < 0.96
                else 2
                if chance < 0.985
                else 3
            )
            seller = (
                int(draw() * len(staff.sellers))
                if category == 0 and draw() > 0.05
                else -1
            )
            self.category.append(category)
            self.seller.append(seller)
            counts[seller] += 1
        bookers = [staff.head, *staff.telemarketers, *staff.engineers[:1]]
        self.shares, self.more_shares = Shares(self.random), Shares(self.random)
        planned = 0
        slots_of: dict[int, list[Slot]] = {}
        for index, pk in enumerate(staff.sellers):
            slots = seller_slots(
                self.random, self.calendar, pk, bookers, max(12, counts[index] // 2)
            )
            planned += sum(not s.is_done for s in slots)
            slots_of[pk] = slots
        room = max(6, scale.clients // 20)
        warm = sum(1 for c in self.category if c == 0)
        for pk in (*staff.telemarketers, *staff.engineers):
            slots = desk_slots(self.random, self.calendar, pk, room)
            planned += len(slots)
            self.more_shares.give(pk, slots, warm)
        internal = len(staff.sellers) * (_INTERNAL_MONTHS + 1)
        self.steps, self.lengths = story.steps_and_lengths(
            self.random,
            scale.clients,
            scale.activities - planned - internal,
            self.category,
        )
        # Work done today needs a story that it ends.
        told = dict.fromkeys(counts, 0)
        for seller, length in zip(self.seller, self.lengths, strict=True):
            told[seller] += length > 0
        for index, pk in enumerate(staff.sellers):
            self.shares.give(pk, slots_of[pk], told[index])
        self.made = 0

    def batch(self, size: int) -> int:
        cards = [self._card() for _ in range(size)]
        cards.sort(key=lambda card: card.created_at)
        parents, arrivals = self._parents(cards), self._arrivals(cards)
        deeds: list[Deed] = []
        for card in cards:
            card.pk = self.writer.client_row(card, parents.get(card))
            deeds += card.deeds
        if self.made == size:
            deeds += self._internal()
        deeds.sort(key=lambda deed: deed.created_at)
        for deed in deeds:
            deed.pk = self.writer.deed_row(deed)
        for card in cards:
            self.writer.matter_rows(card, arrivals.get(card))
        self.writer.flush()
        return size

    def finish(self) -> None:
        self.writer.finish()

    def counts(self) -> dict[str, int]:
        return {table.model.__name__: table.written for table in self.writer.tables}

    def _pick[T](self, items: "list[T] | tuple[T, ...]") -> T:
        return items[int(self.random.random() * len(items))]

    def _card(self) -> Card:
        index, draw = self.made, self.random.random
        self.made += 1
        category = CATEGORIES[self.category[index]]
        trade = self._pick(self.trades)
        region, city = self._pick(self.cities)
        seller = (
            self.staff.sellers[self.seller[index]] if self.seller[index] >= 0 else None
        )
        form, is_person = self._form(draw())
        if is_person or form == "ИП":
            first, middle, last, _ = names.person(draw)
            name = f"{last} {first} {middle}"
        else:
            name = self.firms.firm(trade.endings, trade.plants, trade.merged, city.name)
        card = Card(
            name=name,
            form=form,
            category=category,
            is_person=is_person,
            trade=trade,
            region=region,
            city=city,
            group=self._pick(self.groups),
            area=int(200 * (1 + draw() * 4) ** 2.3 / 50) * 50,
            seller=seller,
            step=self.steps[index],
            serial=self.reach.next(),
            created_at=self.opened_at,
            created_by=self.staff.administrator,
        )
        card.host = self.reach.host(card)
        slots = self.shares.take(seller) if seller and self.lengths[index] else []
        if category == "client":
            for pk in (*self.staff.telemarketers, *self.staff.engineers):
                slots += self.more_shares.take(pk)
        self._people(card)
        self.teller.tell(card, self.lengths[index], slots)
        return card

    def _form(self, chance: float) -> tuple[str, bool]:
        if chance < 0.72:
            return "ООО", False
        if chance < 0.86:
            return "АО", False
        if chance < 0.95:
            return "ИП", False
        if chance < 0.985:
            return self._pick(("ПАО", "ГК", "МУП", "ПК")), False
        return "", True

    def _people(self, card: Card) -> None:
        draw = self.random.random
        count = (
            1
            if card.is_person or draw() < 0.35
            else 2
            if draw() < 0.6
            else 3 + (draw() < 0.3)
        )
        if card.category == "competitor":
            count = 0
        for number in range(count):
            if number == 0 and (card.is_person or card.form == "ИП"):
                last, first, middle = card.name.split(" ")
                position, role = (
                    ("предприниматель", "decides")
                    if card.form == "ИП"
                    else ("", "decides")
                )
                is_woman = middle.endswith("на")
            else:
                first, middle, last, is_woman = names.person(draw)
                position, role, _ = self._pick(self.positions)
            card.people.append(Person(first, middle, last, is_woman, position, role))
            self.reach.give(card, card.people[-1])
        main = names.landline(card.city.code, self.reach.next())
        card.phones.append((*main, "work"))
        if draw() < 0.25:
            card.phones.append(
                (
                    *names.landline(card.city.code, self.reach.next()),
                    "fax" if draw() < 0.2 else "work",
                )
            )

    def _parents(self, cards: list[Card]) -> dict[Card, Card]:
        """Some firms belong to an older one."""
        draw = self.random.random
        firms = [card for card in cards if not card.is_person and card.form != "ИП"]
        return {
            card: firms[int(draw() * index)]
            for index, card in enumerate(firms)
            if index > 10 and draw() < 0.02
        }

    def _arrivals(self, cards: list[Card]) -> dict[Card, Person]:
        """Some people who left a firm work in another now."""
        movers, self.teller.movers = self.teller.movers, []
        arrivals: dict[Card, Person] = {}
        for mover in movers:
            card = self._pick(cards)
            if mover not in card.people and card not in arrivals:
                arrivals[card] = mover
        return arrivals

    def _internal(self) -> list[Deed]:
        """The department's own meetings: one a month behind, the next one ahead, for each seller."""
        draw, calendar = self.random.random, self.calendar
        deeds = []
        every = max(1, calendar.today // _INTERNAL_MONTHS)
        for month in range(_INTERNAL_MONTHS + 1):
            is_ahead = month == _INTERNAL_MONTHS
            place = (
                calendar.today + 1
                if is_ahead
                else min(month * every + 3, calendar.today - 1)
            )
            title: Text = self._pick(others.INTERNAL.titles)
            summary = story.wording(others.INTERNAL.lines, draw, False, {})
            planned = calendar.at(place, 8 * 60 + 30)
            for seller in self.staff.sellers:
                deeds.append(
                    Deed(
                        kind="internal",
                        goal=None,
                        way="",
                        title=title.man,
                        note="",
                        status="planned" if is_ahead else "done",
                        planned_at=planned,
                        minutes=45,
                        performer=seller,
                        done_at=None if is_ahead else planned + timedelta(minutes=45),
                        result=None,
                        summary="" if is_ahead else summary,
                        relationship=None,
                        feed_at=planned
                        if is_ahead
                        else planned + timedelta(minutes=45),
                        follows=None,
                        created_at=calendar.at(max(0, place - 3), 17 * 60),
                        created_by=self.staff.head,
                    )
                )
        return deeds
