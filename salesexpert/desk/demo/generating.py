"""Clients with their people and histories, from random numbers of one seed."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from anyascii import anyascii

from clients import models as base
from clients.models.client import display_name
from clients.names import core_name
from clients.searching import client_search_text, contact_search_text, phone_digits
from salesexpert.core.folding import fold
from salesexpert.desk.demo import catalog, company, names, story
from salesexpert.desk.demo.calendar import (
    Calendar,
    Shares,
    Slot,
    desk_slots,
    seller_slots,
)
from salesexpert.desk.demo.rows import Table
from salesexpert.desk.demo.scales import Scale
from salesexpert.desk.demo.talk import matters, others
from salesexpert.desk.demo.talk.acquaintance import NO_ANSWER, REFUSAL
from salesexpert.desk.demo.wording import Beat, Text

CATEGORIES = ("client", "supplier", "partner", "competitor")
_INTERNAL_MONTHS = 24


@dataclass(slots=True, eq=False)
class Person:
    first: str
    middle: str
    last: str
    is_woman: bool
    position: str
    role: str
    from_on: date | None = None
    until: int | None = None
    """Place of the working day on which he left the firm."""
    phone: tuple[str, str] | None = None
    email: str = ""
    pk: int = 0

    @property
    def spoken(self) -> str:
        return f"{self.first} {self.middle}"


@dataclass(slots=True, eq=False)
class Deed:
    """An activity before it has an id."""

    kind: str
    goal: int | None
    way: str
    title: str
    note: str
    status: str
    planned_at: datetime | None
    minutes: int | None
    performer: int
    done_at: datetime | None
    result: int | None
    summary: str
    relationship: int | None
    feed_at: datetime
    follows: "Deed | None"
    created_at: datetime
    created_by: int
    client: "Card | None" = None
    contact: Person | None = None
    pk: int = 0


@dataclass(slots=True, eq=False)
class Card:
    """A client before he has an id."""

    name: str
    form: str
    category: str
    is_person: bool
    trade: catalog.Trade
    region: str
    city: catalog.City
    group: int
    area: int
    seller: int | None
    step: int
    serial: int
    created_at: datetime
    created_by: int
    initiative: str = ""
    people: list[Person] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    commitments: list[tuple[Any, ...]] = field(default_factory=list)
    questions: list[tuple[Any, ...]] = field(default_factory=list)
    moves: list[tuple[int | None, int, datetime, int, str]] = field(
        default_factory=list
    )
    bought: list[tuple[str, date]] = field(default_factory=list)
    wanted: list[tuple[str, date]] = field(default_factory=list)
    true_need: str = ""
    phones: list[tuple[str, str, str]] = field(default_factory=list)
    host: str = ""
    refused: bool = False
    pk: int = 0


class Generator:
    """Fills the tables for one scale and seed. Call `batch` until all clients are made, then `finish`."""

    def __init__(self, scale: Scale, *, seed: int, until: date) -> None:
        self.scale = scale
        self.random = Random(f"sales expert {scale.name} {seed}")
        self.calendar = Calendar(until)
        self.opened_at = self.calendar.at(0, 9 * 60)
        self.staff = company.hire(scale, opened_at=self.opened_at, random=self.random)
        self.words = company.Words(self.calendar.at(self.calendar.today, 0))
        company.save_selections(self.staff, self.words)
        self.firms = names.FirmNames(self.random)
        self.hosts: set[str] = set()
        self.serial = 0
        self.paper = 100
        self.movers: list[Person] = []
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
        self._deal_out()
        self._open_tables()

    # ── what is decided for all clients before the first is made ─────────────────────────────────────────────────────

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

    def _open_tables(self) -> None:
        self.client = Table(
            base.Client,
            "name legal_form_id full_name is_person category parent_id inn kpp ogrn city relationship_id region_id industry_id"
            " group_id initiative source_id product_source_id trigger_event_id campaign_id interest true_need note curator_id"
            " first_contact_at first_contact_by_id last_contact_at next_step_at next_step_title folded core_name search_text"
            " created_at created_by_id updated_at archived_at",
        )
        self.address = Table(base.ClientAddress, "client_id kind text position")
        self.site = Table(base.ClientSite, "client_id url host")
        self.phone = Table(
            base.Phone, "client_id contact_id raw e164 extension kind position"
        )
        self.email = Table(base.Email, "client_id contact_id address position")
        self.product = Table(base.ClientProduct, "client_id product_id kind since_on")
        self.dimension = Table(base.ClientDimension, "client_id dimension_id value_id")
        self.move = Table(
            base.RelationshipMove, "client_id from_type_id to_type_id at by_id reason"
        )
        self.contact = Table(
            base.Contact,
            "last_name first_name patronymic birthday note folded search_text created_at created_by_id updated_at",
        )
        self.link = Table(
            base.ContactLink,
            "contact_id client_id position decision_role is_main from_on until_on",
        )
        self.activity = Table(
            base.Activity,
            "client_id contact_id kind_id goal_id direction title note status planned_at minutes performer_id done_at"
            " result_id summary relationship_id feed_at follows_id created_at created_by_id",
        )
        self.commitment = Table(
            base.Commitment,
            "client_id activity_id kind text due_on made_at made_by_id settled_at settled_by_id",
        )
        self.question = Table(
            base.Question,
            "client_id activity_id text asked_at recorded_by_id answer answered_at answered_by_id",
        )
        # Parents before children: foreign keys are checked as each COPY ends.
        self.tables = [
            self.client, self.address, self.site, self.contact, self.link, self.phone, self.email, self.product, self.dimension,
            self.move, self.activity, self.commitment, self.question,
        ]  # fmt: skip

    # ── batches ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def batch(self, size: int) -> int:
        cards = [self._card() for _ in range(size)]
        cards.sort(key=lambda card: card.created_at)
        self._name_parents_and_movers(cards)
        deeds: list[Deed] = []
        for card in cards:
            card.pk = self._emit_client(card)
            deeds += card.deeds
        if self.made == size:
            deeds += self._internal()
        deeds.sort(key=lambda deed: deed.created_at)
        for deed in deeds:
            deed.pk = self._emit_deed(deed)
        for card in cards:
            self._emit_matters(card)
        for table in self.tables:
            table.flush()
        return size

    def finish(self) -> None:
        for table in self.tables:
            table.catch_up_sequence()

    def counts(self) -> dict[str, int]:
        return {table.model.__name__: table.written for table in self.tables}

    # ── one client ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _pick[T](self, items: "list[T] | tuple[T, ...]") -> T:
        return items[int(self.random.random() * len(items))]

    def _card(self) -> Card:
        index, draw = self.made, self.random.random
        self.made += 1
        self.serial += 1
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
            serial=self.serial,
            created_at=self.opened_at,
            created_by=self.staff.administrator,
        )
        card.host = self._host(card)
        slots = self.shares.take(seller) if seller and self.lengths[index] else []
        if category == "client":
            for pk in (*self.staff.telemarketers, *self.staff.engineers):
                slots += self.more_shares.take(pk)
        self._people(card)
        self._live(card, self.lengths[index], slots)
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

    def _host(self, card: Card) -> str:
        latin = anyascii(card.name.split(" № ")[0]).lower()
        slug = "-".join("".join(c if c.isalnum() else " " for c in latin).split())[
            :40
        ].strip("-")
        if slug in self.hosts:
            slug = f"{slug}-{card.serial}"
        self.hosts.add(slug)
        return f"{slug}.example"

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
            self._reachable(card, card.people[-1])
        self.serial += 1
        card.phones.append((*names.landline(card.city.code, self.serial), "work"))
        if draw() < 0.25:
            self.serial += 1
            card.phones.append(
                (
                    *names.landline(card.city.code, self.serial),
                    "fax" if draw() < 0.2 else "work",
                )
            )

    def _reachable(self, card: Card, person: Person) -> None:
        draw = self.random.random
        if draw() < 0.7:
            self.serial += 1
            person.phone = (
                names.mobile(self.serial)
                if draw() < 0.75
                else names.landline(card.city.code, self.serial)
            )
        if draw() < 0.65:
            person.email = f"{anyascii(person.first[0]).lower()}.{anyascii(person.last).lower()}@{card.host}".replace(
                "'", ""
            )

    # ── the story ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _live(self, card: Card, length: int, slots: list[Slot]) -> None:
        draw, calendar, today = self.random.random, self.calendar, self.calendar.today
        done_now = [slot for slot in slots if slot.is_done]
        ahead = [slot for slot in slots if not slot.is_done]
        theirs = card.category == "client" and draw() < 0.38
        card.initiative = "theirs" if theirs else "ours"
        beats = story.plot(card.step, length, card.category, theirs, draw)
        if ahead and beats and beats[-1] is REFUSAL:
            beats[-1] = NO_ANSWER
        card.refused = bool(beats) and beats[-1] is REFUSAL
        places = self._places(beats, bool(slots), bool(done_now))
        start = places[0] if places else int(draw() * today)
        self._matter = self._new_matter(card)
        self._leavers(card, places)
        if not theirs and (not beats or draw() < 0.3):
            # Loaded from a list, worked later.
            card.created_at = calendar.at(
                max(0, start - int(draw() * 20) - 1), 9 * 60 + int(draw() * 500)
            )
            card.created_by = (
                self.staff.administrator
                if draw() < 0.5
                else self._pick(self.staff.telemarketers)
            )
        else:
            card.created_at = calendar.at(start, 8 * 60 + 5)
            card.created_by = card.seller or self._pick(self.staff.telemarketers)
        cold = self.words.relationship[1]
        card.moves.append((None, cold, card.created_at, card.created_by, ""))
        self._tell(card, beats, places, done_now)
        self._plan(card, ahead)
        self._owe(card, bool(slots))
        if beats and card.category == "client" and draw() < 0.5 + 0.1 * card.step:
            card.true_need = story.wording(
                matters.NEEDS, draw, False, self._facts(None)
            )

    def _new_matter(self, card: Card) -> story.Matter:
        self.paper += 1
        return story.matter(self.random.random, card.trade, card.area, self.paper)

    def _facts(self, person: Person | None) -> dict[str, str]:
        return story.season(
            self._matter.facts,
            self.random.random,
            person.spoken if person else "Секретарь",
        )

    def _places(
        self, beats: list[Beat], is_alive: bool, is_done_now: bool
    ) -> list[int]:
        """The working day of each beat: gaps as the beats ask, the last days before today for who has work ahead."""
        if not beats:
            return []
        draw, today = self.random.random, self.calendar.today
        gaps = [0]
        for beat in beats[1:]:
            low, high = beat.gap
            gaps.append(low + int(draw() * (high - low + 1)))
        length = sum(gaps)
        last = today - 1 - int(draw() * 14) if is_alive else today - 1
        if is_alive or length >= last:
            end = last
            start = max(0, end - length)
        else:
            start = int(draw() * (last - length))
            end = start + length
        factor = (end - start) / length if length else 0
        places, walked = [], 0.0
        for gap in gaps:
            walked += gap * factor
            places.append(start + int(walked))
        if is_done_now:
            places[-1] = today
        return places

    def _leavers(self, card: Card, places: list[int]) -> None:
        """Some people left the firm in the middle of the story; another took the place."""
        draw = self.random.random
        if len(places) < 6 or card.is_person or card.form == "ИП" or draw() > 0.22:
            return
        gone = card.people[0]
        gone.until = places[len(places) // 2]
        first, middle, last, is_woman = names.person(draw)
        heir = Person(
            first,
            middle,
            last,
            is_woman,
            gone.position,
            gone.role,
            from_on=self.calendar.days[gone.until],
        )
        self._reachable(card, heir)
        card.people.insert(0, heir)
        if draw() < 0.3:
            self.movers.append(gone)

    def _present(self, card: Card, place: int) -> Person | None:
        """Who of the firm speaks on that day: mostly the main person."""
        here = [
            person
            for person in card.people
            if (person.until is None or place <= person.until)
            and (person.from_on is None or self.calendar.days[place] >= person.from_on)
        ]
        if not here:
            return None
        return here[0] if self.random.random() < 0.68 else self._pick(here)

    def _tell(
        self, card: Card, beats: list[Beat], places: list[int], done_now: list[Slot]
    ) -> None:
        draw, calendar, words = self.random.random, self.calendar, self.words
        step, previous, minute, promise = 1, None, 0, None
        variety = story.Variety(draw)
        predecessor = (
            self._pick(self.staff.sellers)
            if card.seller and len(beats) > 8 and draw() < 0.08
            else None
        )
        for number, beat in enumerate(beats):
            place = places[number]
            if number and place == places[number - 1]:
                minute = min(minute + 15 + int(draw() * 70), 17 * 60 + 50)
            else:
                minute = 9 * 60 + int(draw() * 510)
            if done_now and number == len(beats) - 1:
                minute = done_now[0].minute
            if story.opens_matter(beat):
                self._matter = self._new_matter(card)
            person = self._present(card, place)
            facts = self._facts(person)
            is_woman = person.is_woman if person else False
            seller = card.seller or self._pick(self.staff.sellers)
            if predecessor and number < len(beats) // 3:
                seller = predecessor
            performer = self._pick(self.staff.who(beat.who, seller))
            done_at = calendar.at(place, minute, int(draw() * 60))
            kind, title_of, lines, goal, result = (
                beat.kind,
                beat.titles,
                beat.lines,
                beat.goal,
                self._pick(beat.results),
            )
            if promise is not None:
                kind, title_of, lines, goal, result = (
                    promise[1],
                    (promise[2],),
                    (promise[3],),
                    "",
                    "",
                )
                performer = self._pick(
                    self.staff.who("service" if kind == "support" else "seller", seller)
                )
            line = variety.place(lines)
            title = title_of[
                line if beat.paired and promise is None else variety.place(title_of)
            ].about(is_woman, facts)
            summary = lines[line].about(is_woman, facts)
            cancelled = (
                promise is None
                and 0 < number < len(beats) - 1
                and not beat.step
                and beat.who == "seller"
                and draw() < 0.015
            )
            was_planned = previous is not None and beat.way != "in" and draw() < 0.62
            planned_at = (
                calendar.at(place, minute // 5 * 5)
                if was_planned or cancelled
                else None
            )
            created_at = (
                max(previous.feed_at, previous.created_at)
                if planned_at and previous
                else done_at + timedelta(minutes=1 + int(draw() * 9))
            )
            if done_now and number == len(beats) - 1:
                created_at = min(created_at, done_at)
            deed = Deed(
                kind=kind,
                goal=words.goal.get((kind, goal)),
                way=self._way(kind, beat, promise is not None),
                title=title,
                note="",
                status="cancelled" if cancelled else "done",
                planned_at=planned_at,
                minutes=beat.minutes[0]
                + int(draw() * (beat.minutes[1] - beat.minutes[0] + 1)),
                performer=performer,
                done_at=None if cancelled else done_at,
                result=None if cancelled else self._result(kind, result),
                summary="" if cancelled else summary,
                relationship=None if cancelled else words.relationship[step],
                feed_at=planned_at if cancelled and planned_at else done_at,
                follows=previous if was_planned else None,
                created_at=created_at,
                created_by=performer,
                client=card,
                contact=person,
            )
            card.deeds.append(deed)
            if promise is not None:
                self._keep(card, promise, deed)
                promise = None
            elif cancelled:
                continue
            elif beat in story.TALKS:
                promise = self._after_talk(
                    card, deed, place, facts, is_woman, beats[number + 1 :]
                )
            if beat.step > step:
                self._climb(card, step, beat.step, deed)
                step = beat.step
            if beat.step >= 3:
                card.bought.append((self._matter.machine, calendar.days[place]))
            elif beat.step == 2:
                card.wanted.append((self._matter.machine, calendar.days[place]))
            previous = deed

    def _way(self, kind: str, beat: Beat, is_promise: bool) -> str:
        if not self.words.directed.get(kind):
            return ""
        return "out" if is_promise else beat.way or "out"

    def _result(self, kind: str, name: str) -> int | None:
        result = self.words.result
        return result.get((kind, name)) or result.get(("", name)) if name else None

    def _climb(self, card: Card, old: int, new: int, deed: Deed) -> None:
        words = self.words.relationship
        reason = story.wording(matters.MOVE_REASONS[new], self.random.random, False, {})
        moment = deed.done_at or deed.feed_at
        card.moves.append(
            (
                words[old],
                words[new],
                moment + timedelta(seconds=1),
                deed.performer,
                reason,
            )
        )

    def _after_talk(
        self,
        card: Card,
        deed: Deed,
        place: int,
        facts: dict[str, str],
        is_woman: bool,
        rest: list[Beat],
    ) -> tuple[Any, ...] | None:
        """What hangs on a talk: a promise that the next contact keeps, an agreement, a question with its answer."""
        draw, calendar = self.random.random, self.calendar
        moment, by = deed.feed_at, deed.performer
        chance = draw()
        if (
            chance < 0.12
            and len(rest) > 1
            and not rest[0].step
            and rest[0].who == "seller"
        ):
            text, kind, title, line = self._pick(matters.PROMISES)
            due = calendar.days[
                min(place + 2 + int(draw() * 6), len(calendar.days) - 1)
            ]
            return text.about(is_woman, facts), kind, title, line, deed, due
        if chance < 0.20:
            text = story.wording(matters.AGREEMENTS, draw, is_woman, facts)
            end = place + 15 + int(draw() * 60)
            due = (
                calendar.days[min(end, len(calendar.days) - 1)]
                if draw() < 0.6
                else None
            )
            settled = (
                calendar.at(end, 17 * 60) if due and end < calendar.today else None
            )
            if due or draw() < 0.25:
                card.commitments.append(
                    (
                        deed,
                        "agreement",
                        text,
                        due,
                        moment,
                        by,
                        settled,
                        by if settled else None,
                    )
                )
        elif chance < 0.30:
            question, answer = self._pick(matters.QUESTIONS)
            answered = (
                moment + timedelta(minutes=int(draw() * 4)) if draw() < 0.6 else None
            )
            if answered is None and place + 1 < calendar.today:
                answered = calendar.at(place + 1, 9 * 60 + int(draw() * 200))
            card.questions.append(
                (
                    deed,
                    question.about(is_woman, facts),
                    moment,
                    by,
                    answer.about(is_woman, facts) if answered else "",
                    answered,
                    by if answered else None,
                )
            )
        return None

    def _keep(self, card: Card, promise: tuple[Any, ...], deed: Deed) -> None:
        text, _, _, _, origin, due = promise
        card.commitments.append(
            (
                origin,
                "promise",
                text,
                due,
                origin.feed_at,
                origin.performer,
                deed.done_at,
                deed.performer,
            )
        )

    def _plan(self, card: Card, slots: list[Slot]) -> None:
        """The next steps: what fills the given times of the people who will do it."""
        draw, calendar = self.random.random, self.calendar
        last = card.deeds[-1] if card.deeds else None
        for slot in slots:
            person = self._present(card, min(slot.place, calendar.today))
            facts = self._facts(person)
            is_woman = person.is_woman if person else False
            plans = matters.PLANS
            if slot.performer in self.staff.engineers:
                plans = matters.SERVICE_PLANS
            elif slot.performer in self.staff.telemarketers:
                plans = matters.TELE_PLANS
            kind, title, note = self._pick(plans)
            note_text = note.about(is_woman, facts)
            creator = slot.booked_by or slot.performer
            if slot.booked_by:
                note_text = story.wording(matters.BOOKED, draw, is_woman, facts)
            if slot.booked_by or last is None or last.done_at is None:
                day = min(slot.place, calendar.today) - 1 - int(draw() * 3)
                created = calendar.at(max(day, 0), 10 * 60 + int(draw() * 400))
            else:
                created = max(last.done_at, last.created_at)
            planned = calendar.at(slot.place, slot.minute)
            goals = [pk for (code, _), pk in self.words.goal.items() if code == kind]
            card.deeds.append(
                Deed(
                    kind=kind,
                    goal=self._pick(goals) if goals and draw() < 0.8 else None,
                    way="out" if self.words.directed.get(kind) else "",
                    title=title.about(is_woman, facts),
                    note=note_text,
                    status="planned",
                    planned_at=planned,
                    minutes=self._pick((15, 15, 20, 30))
                    if kind not in ("meeting", "demonstration", "support")
                    else self._pick((40, 60, 60, 90)),
                    performer=slot.performer,
                    done_at=None,
                    result=None,
                    summary="",
                    relationship=None,
                    feed_at=planned,
                    follows=last if not slot.booked_by else None,
                    created_at=max(created, card.created_at),
                    created_by=creator,
                    client=card,
                    contact=person,
                )
            )

    def _owe(self, card: Card, is_alive: bool) -> None:
        """Who is being worked with has an open promise now and then, made at the last talk."""
        draw, calendar = self.random.random, self.calendar
        done = [
            deed
            for deed in card.deeds[-6:]
            if deed.status == "done"
            and deed.kind in ("call", "meeting", "demonstration")
        ]
        if not is_alive or not done or draw() > 0.3:
            return
        deed = done[-1]
        person = deed.contact
        text = self._pick(matters.PROMISES)[0].about(
            bool(person and person.is_woman), self._facts(person)
        )
        due = calendar.days[
            min(calendar.today + int(draw() * 12) - 3, len(calendar.days) - 1)
        ]
        card.commitments.append(
            (deed, "promise", text, due, deed.feed_at, deed.performer, None, None)
        )

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _name_parents_and_movers(self, cards: list[Card]) -> None:
        """Some firms belong to an older one; some people who left a firm work in another."""
        self._parents: dict[Card, Card] = {}
        for index, card in enumerate(cards):
            if (
                index > 10
                and not card.is_person
                and card.form != "ИП"
                and self.random.random() < 0.02
            ):
                parent = cards[int(self.random.random() * (index - 1))]
                if not parent.is_person and parent.form != "ИП":
                    self._parents[card] = parent
        self._arrivals: dict[Card, Person] = {}
        for mover in self.movers:
            card = self._pick(cards)
            if mover not in card.people and card not in self._arrivals:
                self._arrivals[card] = mover
        self.movers = []

    def _emit_client(self, card: Card) -> int:
        draw, words = self.random.random, self.words
        contacts = [d for d in card.deeds if d.done_at and words.is_contact[d.kind]]
        plans = [d for d in card.deeds if d.status == "planned"]
        first = min(contacts, key=lambda d: d.done_at, default=None)  # type: ignore[arg-type,return-value]
        last = max((d.done_at for d in contacts if d.done_at), default=None)
        soon = min(plans, key=lambda d: d.feed_at, default=None)
        persons = [(p, f"{p.last} {p.first} {p.middle}") for p in card.people]
        digits = [phone_digits(raw, e164) for raw, e164, _ in card.phones]
        emails = [f"info@{card.host}"]
        for person, _ in persons:
            if person.phone:
                digits.append(phone_digits(*person.phone))
            if person.email:
                emails.append(person.email)
        is_firm = not card.is_person and card.form != "ИП"
        year = 1995 + card.serial % 29
        inn = (
            names.inn_of_firm(card.serial)
            if is_firm
            else names.inn_of_person(card.serial)
        )
        if draw() < 0.12 or (card.is_person):
            inn = ""
        full = words.form_full.get(card.form, "")
        full_name = f"{full} «{card.name}»" if is_firm and full and draw() < 0.6 else ""
        steps = {pk: step for step, pk in words.relationship.items()}
        relationship = card.moves[-1][1]
        source = self._source(card)
        campaign = next(
            (
                pk
                for pk, starts, ends in words.campaign
                if starts <= card.created_at.date() <= ends and draw() < 0.35
            ),
            None,
        )
        touched = max((d.created_at for d in card.deeds), default=card.created_at)
        pk = self.client.add(
            card.name,
            words.form.get(card.form),
            full_name,
            card.is_person,
            card.category,
            self._parents[card].pk if card in self._parents else None,
            inn,
            f"{inn[:4]}01001" if is_firm and inn else "",
            (
                names.ogrn_of_firm(card.serial, year)
                if is_firm
                else names.ogrn_of_person(card.serial, year)
            )
            if inn and draw() < 0.7
            else "",
            card.city.name,
            relationship,
            words.region[card.region] if draw() < 0.97 else None,
            words.industry[card.trade.name] if draw() < 0.93 else None,
            card.group if draw() < 0.8 else None,
            card.initiative if card.category == "client" else "",
            source,
            words.source.get(
                "Статья или обзор" if draw() < 0.3 else "Поиск в интернете"
            )
            if draw() < 0.35
            else None,
            self._pick(words.trigger)
            if card.initiative == "theirs" and draw() < 0.7
            else None,
            campaign,
            min(3, steps[relationship] - 1 + (draw() < 0.4))
            if card.category == "client" and card.deeds
            else None,
            card.true_need,
            story.wording(matters.CLIENT_NOTES, draw, False, {})
            if draw() < 0.2
            else "",
            card.seller,
            first.done_at if first else None,
            first.performer if first else None,
            last,
            soon.planned_at if soon else None,
            (soon.title or words.kind_name[soon.kind])[:200] if soon else "",
            fold(card.name)[:300],
            core_name(card.name)[:300],
            client_search_text(
                name=card.name,
                legal_form=card.form,
                is_person=card.is_person,
                full_name=full_name,
                city=card.city.name,
                inn=inn,
                phones=digits,
                emails=emails,
                persons=[name for _, name in persons],
            ),
            card.created_at,
            card.created_by,
            touched,
            touched + timedelta(days=1)
            if card.refused
            and draw() < 0.12
            and touched < self.opened_at + timedelta(days=600)
            else None,
        )
        self._emit_around(card, pk)
        self._emit_people(card, pk)
        return pk

    def _source(self, card: Card) -> int | None:
        """Required when they came to us; of our own calls often known too."""
        if card.initiative == "theirs":
            return self.words.source.get(
                self._pick(
                    (
                        "Рекомендация",
                        "Поиск в интернете",
                        "Выставка",
                        "Реклама",
                        "Статья или обзор",
                        "Рассылка",
                    )
                )
            )
        return (
            self.words.source.get("Холодный звонок")
            if self.random.random() < 0.6
            else None
        )

    def _emit_around(self, card: Card, pk: int) -> None:
        draw = self.random.random
        street, house = self._pick(catalog.STREETS), 1 + int(draw() * 90)
        if draw() < 0.85:
            self.address.add(
                pk,
                "legal",
                f"{150000 + int(draw() * 900)}, {card.city.name}, {street}, д. {house}",
                0,
            )
        if draw() < 0.35:
            self.address.add(
                pk,
                "delivery",
                f"{card.city.name}, {self._pick(catalog.STREETS)}, д. {1 + int(draw() * 90)}, ворота {1 + int(draw() * 6)}",
                1,
            )
        if draw() < 0.55:
            self.site.add(pk, f"https://{card.host}", card.host)
        for position, (raw, e164, kind) in enumerate(card.phones):
            self.phone.add(pk, None, raw, e164, "", kind, position)
        self.email.add(pk, None, f"info@{card.host}", 0)
        products = self.words.product
        seen: set[tuple[str, str]] = set()
        for kind, things in (("interest", card.wanted), ("bought", card.bought)):
            for code, day in things:
                if (kind, code) not in seen:
                    seen.add((kind, code))
                    self.product.add(pk, products[code], kind, day)
        extra = self._pick(catalog.SUPPLIES)[2]
        if card.step >= 3 and card.bought:
            self.product.add(pk, products[extra], "bought", card.bought[0][1])
        elif card.step == 2 and draw() < 0.4:
            self.product.add(pk, products[extra], "interest", card.created_at.date())
        if card.category == "client":
            for number, (dimension, values) in enumerate(self.words.dimension):
                if draw() < 0.6:
                    if number == 0:
                        value = values[
                            0
                            if card.area < 500
                            else 1
                            if card.area < 2000
                            else 2
                            if card.area < 10000
                            else 3
                        ]
                    else:
                        value = values[3 if card.step >= 3 else int(draw() * 3)]
                    self.dimension.add(pk, dimension, value)
        for old, new, at, by, reason in card.moves:
            self.move.add(pk, old, new, at, by, reason)

    def _emit_people(self, card: Card, pk: int) -> None:
        draw, calendar = self.random.random, self.calendar
        title = display_name(card.form, card.name, is_person=card.is_person)
        for number, person in enumerate(card.people):
            since = person.from_on or card.created_at.date()
            known_at = card.created_at
            if person.from_on:
                known_at = max(
                    known_at,
                    calendar.at(calendar.place_on_or_after(since), 9 * 60 + 30),
                )
            name = f"{person.last} {person.first} {person.middle}"
            person.pk = self.contact.add(
                person.last,
                person.first,
                person.middle,
                date(
                    1958 + int(draw() * 42), 1 + int(draw() * 12), 1 + int(draw() * 28)
                )
                if draw() < 0.18
                else None,
                "",
                fold(name),
                contact_search_text(
                    name=name,
                    firms=[] if person.until is not None else [title],
                    phones=[phone_digits(*person.phone)] if person.phone else [],
                    emails=[person.email] if person.email else [],
                ),
                known_at,
                card.created_by,
                known_at,
            )
            left = calendar.days[person.until] if person.until is not None else None
            since_on = (
                (since if person.from_on else None)
                if left is None
                else min(since, left)
            )
            self.link.add(
                person.pk, pk, person.position, person.role, number == 0, since_on, left
            )
            if person.phone:
                self.phone.add(
                    None,
                    person.pk,
                    person.phone[0],
                    person.phone[1],
                    str(100 + int(draw() * 300)) if draw() < 0.1 else "",
                    "mobile" if person.phone[1][2:5] in ("975", "976") else "work",
                    0,
                )
            if person.email:
                self.email.add(None, person.pk, person.email, 0)

    def _emit_deed(self, deed: Deed) -> int:
        return self.activity.add(
            deed.client.pk if deed.client else None,
            deed.contact.pk if deed.contact else None,
            self.words.kind[deed.kind],
            deed.goal,
            deed.way,
            deed.title[:200],
            deed.note,
            deed.status,
            deed.planned_at,
            deed.minutes,
            deed.performer,
            deed.done_at,
            deed.result,
            deed.summary,
            deed.relationship,
            deed.feed_at,
            deed.follows.pk if deed.follows else None,
            deed.created_at,
            deed.created_by,
        )

    def _emit_matters(self, card: Card) -> None:
        for deed, kind, text, due, at, by, settled_at, settled_by in card.commitments:
            self.commitment.add(
                card.pk, deed.pk, kind, text[:500], due, at, by, settled_at, settled_by
            )
        for deed, text, at, by, answer, answered_at, answered_by in card.questions:
            self.question.add(
                card.pk, deed.pk, text[:500], at, by, answer, answered_at, answered_by
            )
        if card in self._arrivals:
            mover = self._arrivals[card]
            if mover.pk and mover.until is not None:
                since = max(self.calendar.days[mover.until], card.created_at.date())
                self.link.add(
                    mover.pk, card.pk, mover.position, mover.role, False, since, None
                )

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
