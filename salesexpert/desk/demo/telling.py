"""Telling the life of one client: days, people, words, what was promised, what is planned."""

from datetime import timedelta
from random import Random
from typing import Any

from salesexpert.desk.demo import company, names, story
from salesexpert.desk.demo.calendar import Calendar, Slot
from salesexpert.desk.demo.drafts import Affair, Card, Deed, Person
from salesexpert.desk.demo.reach import Reach
from salesexpert.desk.demo.talk import matters
from salesexpert.desk.demo.talk.acquaintance import NO_ANSWER, REFUSAL
from salesexpert.desk.demo.talk.serving import SUPPLIES_CALL
from salesexpert.desk.demo.wording import Beat


class Teller:
    """Fills a card with its story (`tell`). People who left a firm and work elsewhere now gather in `movers`."""

    def __init__(
        self,
        random: Random,
        calendar: Calendar,
        staff: company.Staff,
        words: company.Words,
        reach: Reach,
        *,
        paper: int,
    ) -> None:
        self.random = random
        self.calendar = calendar
        self.staff = staff
        self.words = words
        self.reach = reach
        self.paper = paper
        self.movers: list[Person] = []

    def _pick[T](self, items: "list[T] | tuple[T, ...]") -> T:
        return items[int(self.random.random() * len(items))]

    def tell(self, card: Card, length: int, slots: list[Slot]) -> None:
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
        card.affairs.append(Affair(self._matter.machine))
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
        if (
            len(places) < 6
            or not card.people
            or card.is_person
            or card.form == "ИП"
            or draw() > 0.22
        ):
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
        self.reach.give(card, heir)
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
                card.affairs.append(Affair(self._matter.machine, beat is SUPPLIES_CALL))
            person = self._present(card, place)
            facts = self._facts(person)
            is_woman = person.is_woman if person else False
            seller = card.seller or self._pick(self.staff.sellers)
            if predecessor and number < len(beats) // 3:
                seller = predecessor
            performer = self._pick(self.staff.who(beat.who, seller))
            done_at = calendar.at(place, minute, int(draw() * 60))
            if previous is not None:
                # Two in the last minute of a day: what a later one settles was said before it.
                done_at = max(done_at, previous.feed_at)
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
            affair = card.affairs[-1]
            if beat in (story.AFTER_PAYMENT if affair.is_paid else story.SELLING):
                affair.deeds.append(deed)
                affair.is_paid = affair.is_paid or beat.step >= 3
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
            self._agree(card, deed, place, facts, is_woman)
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

    def _agree(
        self,
        card: Card,
        deed: Deed,
        place: int,
        facts: dict[str, str],
        is_woman: bool,
    ) -> None:
        """An agreement: for good, or until a day on which it is settled."""
        draw, days = self.random.random, self.calendar.days
        text = story.wording(matters.AGREEMENTS, draw, is_woman, facts)
        end = place + 15 + int(draw() * 60)
        by, due, settled = deed.performer, None, None
        if draw() < 0.6:
            due = days[min(end, len(days) - 1)]
            if end < self.calendar.today:
                settled = self.calendar.at(end, 17 * 60)
        elif draw() > 0.25:
            return
        card.commitments.append(
            (deed, "agreement", text, due, deed.feed_at, by, settled, settled and by)
        )

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
