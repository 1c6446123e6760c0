"""Working time of the demo company: the days it worked, moments on them, and what is booked ahead."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from datetime import timezone as tz
from random import Random

import holidays
from django.utils import timezone

YEARS = 2
AHEAD = 45
_TO_ITS_END = timedelta(days=1, microseconds=-1)


class Calendar:
    """Working days from two years before `until` to some weeks after it; `today` is the place of `until` in them.

    `until` itself always counts, so that the base shown on a Sunday has a day in progress.
    """

    def __init__(self, until: date) -> None:
        first = until - timedelta(days=365 * YEARS)
        russian = holidays.country_holidays(
            "RU", years=range(first.year, (until + timedelta(days=AHEAD)).year + 1)
        )
        days = [first + timedelta(days=n) for n in range(365 * YEARS + AHEAD + 1)]
        self.days = [day for day in days if day == until or russian.is_working_day(day)]
        self.today = self.days.index(until)
        self._places = {day: place for place, day in enumerate(self.days)}
        self._working = [day for day in self.days if russian.is_working_day(day)]
        working = {day: place for place, day in enumerate(self._working)}
        last = len(self._working) - 1
        # A day off on which the base ends counts as the working day before it.
        self._counted = [
            working.get(day, min(working.get(self.days[max(place - 1, 0)], 0), last))
            for place, day in enumerate(self.days)
        ]
        self._midnights = [_midnight(day) for day in self.days]
        self._ends: dict[date, datetime] = {}
        # Moments are made by the million, from a few thousand lengths.
        self._minutes = [timedelta(minutes=n) for n in range(24 * 60)]

    def at(self, place: int, minute: int, second: int = 0) -> datetime:
        """The moment `minute` minutes after midnight of the working day at `place`."""
        moment = self._midnights[place] + self._minutes[minute]
        return moment + timedelta(seconds=second) if second else moment

    def moment(self, x: float) -> datetime:
        """The moment of a working day `int(x)`; its fraction is the share of the working hours from 9 to 18 that have gone."""
        place = int(x)
        return self._midnights[place] + self._minutes[540 + int((x - place) * 540)]

    def x_of(self, moment: datetime) -> float:
        """The reverse of `moment`, for one of this calendar; what lies out of working hours goes to their edge."""
        place = self._places.get(moment.date())
        if place is None:
            return float(self.place_on_or_after(moment.date()))
        minutes = moment.hour * 60 + moment.minute - 540
        return place + min(max(minutes / 540, 0), 0.999)

    def term(self, place: int, days: int) -> date:
        """The last day of a term of `days` working days that begins after the day at `place`."""
        return self._working[min(self._counted[place] + days, len(self._working) - 1)]

    def end_of(self, day: date) -> datetime:
        found = self._ends.get(day)
        if found is None:
            found = self._ends[day] = _midnight(day) + _TO_ITS_END
        return found

    def place_on_or_after(self, day: date) -> int:
        for place, known in enumerate(self.days):
            if known >= day:
                return place
        return len(self.days) - 1


def _midnight(day: date) -> datetime:
    """With the offset of that day itself, not with the zone, which would look it up at each reckoning and each printing."""
    there = datetime.combine(day, time(), tzinfo=timezone.get_default_timezone())
    return there.replace(tzinfo=tz(there.utcoffset() or timedelta(0)))


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of one person that a client's matter will fill. `booked_by` is who put it there, None himself."""

    performer: int
    place: int
    minute: int
    booked_by: int | None = None
    is_done: bool = False


_TODAY = (
    9 * 60 + 10,
    10 * 60,
    11 * 60 + 30,
    14 * 60,
    15 * 60 + 30,
    16 * 60 + 30,
    17 * 60 + 10,
)
_DONE_TODAY = (8 * 60 + 10, 8 * 60 + 35)
_DAY = tuple(range(9 * 60, 17 * 60 + 30, 30))


def _days_ahead(
    random: Random,
    calendar: Calendar,
    performer: int,
    days: range,
    per_day: tuple[int, int],
) -> list[Slot]:
    slots = []
    for place in days:
        if place < len(calendar.days):
            slots += [
                Slot(performer, place, minute)
                for minute in sorted(random.sample(_DAY, random.randint(*per_day)))
            ]
    return slots


def seller_slots(
    random: Random, calendar: Calendar, seller: int, bookers: list[int], room: int
) -> list[Slot]:
    """What a seller has before him: overdue work, today (some of it done), the next two weeks, some further on.

    At most `room` of them, the nearest first; others booked every fourth.
    """
    today = calendar.today
    near = [Slot(seller, today, minute) for minute in sorted(random.sample(_TODAY, 5))]
    near += [Slot(seller, today - back, random.choice(_DAY)) for back in (1, 2, 4)]
    near += [Slot(seller, today, minute, is_done=True) for minute in _DONE_TODAY]
    later = _days_ahead(random, calendar, seller, range(today + 1, today + 11), (2, 4))
    later += _days_ahead(
        random, calendar, seller, range(today + 11, today + 30), (0, 1)
    )
    slots = near + random.sample(later, max(0, min(len(later), room - len(near))))
    return [
        slot
        if slot.is_done or random.random() > 0.25
        else Slot(
            slot.performer, slot.place, slot.minute, booked_by=random.choice(bookers)
        )
        for slot in slots
    ]


def desk_slots(
    random: Random, calendar: Calendar, performer: int, room: int
) -> list[Slot]:
    """The same for telemarketers and service engineers: shorter."""
    today = calendar.today
    near = [
        Slot(performer, today, minute) for minute in sorted(random.sample(_TODAY, 4))
    ] + [Slot(performer, today - 1, random.choice(_DAY))]
    later = _days_ahead(
        random, calendar, performer, range(today + 1, today + 11), (1, 2)
    )
    return near + random.sample(later, max(0, min(len(later), room - len(near))))


class Shares:
    """Hands the slots of each person out over his clients, evenly, knowing how many clients are still to come."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._slots: dict[int, list[Slot]] = {}
        self._left: dict[int, int] = {}

    def give(self, person: int, slots: list[Slot], clients: int) -> None:
        self._random.shuffle(slots)
        self._slots[person] = slots
        self._left[person] = clients

    def take(self, person: int) -> list[Slot]:
        """The slots that the next client of `person` gets: mostly none, sometimes one."""
        left, slots = self._left.get(person, 0), self._slots.get(person)
        if not slots or left <= 0:
            return []
        self._left[person] = left - 1
        share = len(slots) / left
        count = int(share) + (self._random.random() < share - int(share))
        return [slots.pop() for _ in range(count)]
