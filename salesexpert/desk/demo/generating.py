"""Deciding who the clients of a base are, and making them batch by batch.

`Plan` is made once, in one process: names that must not repeat, whose client each is, how long his story, who has time
for him. `Batch` makes the rows of some thousand clients out of it with random numbers of its own, so that batches can be
made side by side and in any order, and come out the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from salesexpert.desk.demo import bargains, catalog, company, names, story
from salesexpert.desk.demo.calendar import (
    Calendar,
    Shares,
    Slot,
    desk_slots,
    seller_slots,
)
from salesexpert.desk.demo.drafts import Card, Deed, Person
from salesexpert.desk.demo.market import Market
from salesexpert.desk.demo.reach import Reach
from salesexpert.desk.demo.scales import Scale
from salesexpert.desk.demo.talk import others
from salesexpert.desk.demo.telling import Teller
from salesexpert.desk.demo.trading import Trader
from salesexpert.desk.demo.wording import Text
from salesexpert.desk.demo.writing import Writer

CATEGORIES = ("client", "supplier", "partner", "competitor")
BATCH, LEAST = 5_000, 1_000
_INTERNAL_MONTHS = 24
# How many serial numbers a client may need: his own, two phones, five persons.
_SERIALS = 8


class Firm(NamedTuple):
    """What a client is called and where he is; a private person's name is drawn with his batch."""

    name: str
    form: str
    is_person: bool
    trade: catalog.Trade
    region: str
    city: catalog.City


@dataclass(frozen=True, slots=True)
class Share:
    """The clients of one batch: how many were made before, with how many deeds and deals, and how many these have."""

    number: int
    first: int
    size: int
    deeds_before: int
    deeds: int
    deals_before: int
    deals: int
    firms: list[Firm]


class Plan:
    """All that is decided for one scale and seed before a row is made; `shares` deals it out."""

    def __init__(self, scale: Scale, *, seed: int, until: date) -> None:
        self.scale = scale
        # Two batches at the least, for two processes, unless they are too small to be worth one each.
        self.batch = min(BATCH, max(LEAST, -(-scale.clients // 2)))
        self.name = f"sales expert {scale.name} {seed}"
        self.random = Random(self.name)
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
        # Not used by the plan: the writer's tables ask the database what they hold, so it is opened before the batches.
        self.writer = Writer(self.random, self.calendar, self.words)
        self.trader = Trader(
            self.calendar,
            self.staff,
            Market(until, self.staff, self.words),
            self.words.kind_name,
        )
        # Parents before children: an activity names its deal, a deal its client.
        self.tables = [
            *(t for t in self.writer.tables if t not in self.writer.history),
            *self.trader.first,
            *self.writer.history,
            *self.trader.tables,
        ]
        self._deal_out()
        buyers = [i for i, category in enumerate(self.category) if category == 0]
        self.deals, self.open_deals = bargains.counts(
            Random(f"{self.name} deals"),
            scale.deals,
            scale.open_deals,
            self.steps,
            set(self.slots),
            buyers,
        )

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
        own, others_of = Shares(self.random), Shares(self.random)
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
            others_of.give(pk, slots, warm)
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
            own.give(pk, slots_of[pk], told[index])
        helpers = (*staff.telemarketers, *staff.engineers)
        self.slots: dict[int, list[Slot]] = {}
        for index, (seller, length) in enumerate(
            zip(self.seller, self.lengths, strict=True)
        ):
            slots = own.take(staff.sellers[seller]) if seller >= 0 and length else []
            if self.category[index] == 0:
                for pk in helpers:
                    slots += others_of.take(pk)
            if slots:
                self.slots[index] = slots

    def shares(self) -> Iterator[Share]:
        """One after the other: names are drawn as they are asked for."""
        before = deals_before = 0
        for number, first in enumerate(range(0, self.scale.clients, self.batch)):
            size = min(self.batch, self.scale.clients - first)
            ahead = sum(
                not slot.is_done
                for index in range(first, first + size)
                for slot in self.slots.get(index, ())
            )
            deeds = sum(self.lengths[first : first + size]) + ahead
            if number == 0:
                deeds += len(self.staff.sellers) * (_INTERNAL_MONTHS + 1)
            deals = sum(self.deals[first : first + size])
            firms = [self._firm() for _ in range(size)]
            yield Share(number, first, size, before, deeds, deals_before, deals, firms)
            before += deeds
            deals_before += deals

    def _pick[T](self, items: "list[T] | tuple[T, ...]") -> T:
        return items[int(self.random.random() * len(items))]

    def _firm(self) -> Firm:
        trade = self._pick(self.trades)
        region, city = self._pick(self.cities)
        form, is_person = self._form(self.random.random())
        name = ""
        if not is_person and form != "ИП":
            name = self.firms.firm(trade.endings, trade.plants, trade.merged, city.name)
        return Firm(name, form, is_person, trade, region, city)

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


class Batch:
    """The rows of one share: `make` leaves them in the tables of `writer`."""

    def __init__(self, plan: Plan, share: Share) -> None:
        self.plan, self.share = plan, share
        self.random = Random(f"{plan.name} {share.number}")
        self.calendar, self.staff = plan.calendar, plan.staff
        self.reach = Reach(
            self.random, serial=share.first * _SERIALS, is_first=share.number == 0
        )
        self.teller = Teller(
            self.random,
            plan.calendar,
            plan.staff,
            plan.words,
            self.reach,
            paper=100 + share.deeds_before,
        )
        self.writer = plan.writer
        self.writer.random = self.random
        self.trader = plan.trader
        # Numbers of its own: the history stays as it is, whatever becomes of deals.
        self.trader.begin(
            Random(f"{plan.name} {share.number} deals"),
            Random(f"{plan.name} {share.number} papers"),
            share.deals_before,
        )

    def make(self) -> None:
        share = self.share
        for table in self.plan.tables:
            table.begin(
                (share.first, share.deeds_before, share.deals_before),
                (share.size, share.deeds, share.deals),
            )
        places: dict[Card, int] = {}
        for place, firm in enumerate(share.firms):
            places[self._card(share.first + place, firm)] = share.first + place
        cards = list(places)
        cards.sort(key=lambda card: card.created_at)
        parents, arrivals = self._parents(cards), self._arrivals(cards)
        deeds: list[Deed] = []
        for card in cards:
            card.pk = self.writer.client_row(
                card, parents.get(card), arrivals.get(card)
            )
            deeds += card.deeds
        made: list[bargains.Bargain] = []
        for card in cards:
            place = places[card]
            made += self.trader.deals_of(
                card, self.plan.deals[place], self.plan.open_deals[place]
            )
        self.trader.write(made)
        if share.number == 0:
            deeds += self._internal()
        deeds.sort(key=lambda deed: deed.created_at)
        for deed in deeds:
            self.writer.activity.part(f"{deed.created_at:%Y-%m}")
            deed.pk = self.writer.deed_row(deed)
        for card in cards:
            self.writer.matter_rows(card, arrivals.get(card))

    def _pick[T](self, items: "list[T] | tuple[T, ...]") -> T:
        return items[int(self.random.random() * len(items))]

    def _card(self, index: int, firm: Firm) -> Card:
        plan, draw = self.plan, self.random.random
        seller = (
            self.staff.sellers[plan.seller[index]] if plan.seller[index] >= 0 else None
        )
        name = firm.name
        if not name:
            first, middle, last, _ = names.person(draw)
            name = f"{last} {first} {middle}"
        card = Card(
            name=name,
            form=firm.form,
            category=CATEGORIES[plan.category[index]],
            is_person=firm.is_person,
            trade=firm.trade,
            region=firm.region,
            city=firm.city,
            group=self._pick(plan.groups),
            area=int(200 * (1 + draw() * 4) ** 2.3 / 50) * 50,
            seller=seller,
            step=plan.steps[index],
            serial=self.reach.next(),
            created_at=plan.opened_at,
            created_by=self.staff.administrator,
        )
        card.host = self.reach.host(card)
        self._people(card)
        self.teller.tell(card, plan.lengths[index], plan.slots.get(index, []))
        return card

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
                position, role, _ = self._pick(self.plan.positions)
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
                mover.now_at = card.name
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
