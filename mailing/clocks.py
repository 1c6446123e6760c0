"""What o'clock it is at an addressee's: by the region of his card, as Russian regions keep their time."""

from datetime import datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings

from salesexpert.core.folding import fold

# Hours from UTC → beginnings of the names of regions, Russian and English. Moscow time is what remains.
_REGIONS = {
    2: ("калининград", "kaliningrad"),
    4: ("самарск", "удмурт", "астрахан", "саратов", "ульяновск", "samara", "udmurt", "astrakhan", "saratov", "ulyanovsk"),
    5: ("свердловск", "екатеринбург", "челябинск", "тюмен", "курган", "оренбург", "пермск", "башкорт", "ханты", "югра", "ямало",
        "sverdlovsk", "yekaterinburg", "chelyabinsk", "tyumen", "kurgan", "orenburg", "perm", "bashkor", "khanty", "yamal"),
    6: ("омск", "omsk"),
    7: ("новосибирск", "красноярск", "томск", "кемеров", "кузбасс", "алтай", "республика алтай", "хакас", "тыва", "тува",
        "novosibirsk", "krasnoyarsk", "tomsk", "kemerovo", "altai", "khakas", "tuva"),
    8: ("иркутск", "бурят", "irkutsk", "buryat"),
    9: ("якут", "саха", "амурск", "забайкал", "чита", "yakut", "sakha", "amur", "zabaykal", "chita"),
    10: ("приморск", "хабаровск", "владивосток", "еврейск", "primor", "khabarovsk", "vladivostok"),
    11: ("магадан", "сахалин", "magadan", "sakhalin"),
    12: ("камчат", "чукот", "kamchat", "chukot"),
}  # fmt: skip


@cache
def _stems() -> list[tuple[str, int]]:
    return [(fold(stem), hours) for hours, stems in _REGIONS.items() for stem in stems]


def offset_of(region: str) -> int | None:
    """Minutes from UTC of a region by its name; None where nothing is known of it."""
    folded = fold(region).removeprefix("республика ").removeprefix("г. ")
    for stem, hours in _stems():
        if folded.startswith(stem):
            return hours * 60
    return None


def company_offset(at: datetime) -> int:
    shift = at.astimezone(ZoneInfo(settings.TIME_ZONE)).utcoffset()
    return int((shift or timedelta()).total_seconds() // 60)


def quiet_until(
    at: datetime, *, begins: time | None, ends: time | None, offset: int
) -> datetime | None:
    """When the quiet hours in which `at` falls end, by a clock `offset` minutes from UTC; None outside of them."""
    if begins is None or ends is None or begins == ends:
        return None
    local = at + timedelta(minutes=offset) - (at.utcoffset() or timedelta())
    clock = local.time()
    over_night = begins > ends
    inside = (clock >= begins or clock < ends) if over_night else begins <= clock < ends
    if not inside:
        return None
    wait = datetime.combine(local.date(), ends) - datetime.combine(local.date(), clock)
    if wait <= timedelta():
        wait += timedelta(days=1)
    return at + wait
