"""The period that the address of a report names: one of the usual ones, or two days, both included."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from analytics import choosing
from analytics.months import first_of, following, quarter_of
from clients.list_filters import DayField
from salesexpert.core.templatetags.look import plain_day

NAMES: dict[str, str | Promise] = {
    "12_months": _("12 months"),
    "month": _("This month"),
    "last_month": _("Last month"),
    "quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "year": _("This year"),
    "last_year": _("Last year"),
}
OWN = "own"


@dataclass(frozen=True, slots=True)
class Chosen:
    """Half-open: `until` is the first day after. `fault` says what of the address was misread."""

    name: str
    since: date
    until: date
    fault: str = ""

    @property
    def to(self) -> date:
        return self.until - timedelta(days=1)

    def __str__(self) -> str:
        days = f"{plain_day(self.since)} – {plain_day(self.to)}"
        return days if self.name == OWN else f"{NAMES[self.name]}: {days}"


def chosen(params: Mapping[str, str], today: date) -> Chosen:
    """What `since` and `to` say, else `period`, else the last 12 months."""
    days: dict[str, date | None] = {}
    faults: list[str] = []
    for name in ("since", "to"):
        try:
            days[name] = DayField(required=False).clean(params.get(name))
        except ValidationError as error:
            faults += error.messages
    since, to = days.get("since"), days.get("to")
    if since and to and to < since:
        faults.append(gettext("The period ends before it begins: its days are taken the other way round."))  # fmt: skip
    if since or to:
        first, last = sorted((since or (to or today).replace(day=1), to or max(today, since or today)))  # fmt: skip
        return Chosen(OWN, first, last + timedelta(days=1), " ".join(faults))
    name, misread = choosing.one_of(params.get("period", ""), NAMES.items(), next(iter(NAMES)))  # fmt: skip
    return Chosen(name, *_days(name, today), " ".join([*faults, misread]).strip())


def _days(name: str, today: date) -> tuple[date, date]:
    month, tomorrow = first_of(today), today + timedelta(days=1)
    quarter = quarter_of(today)
    year = month.replace(month=1)
    return {
        "month": (month, tomorrow),
        "last_month": (following(month, -1), month),
        "quarter": (quarter, tomorrow),
        "last_quarter": (following(quarter, -3), quarter),
        "year": (year, tomorrow),
        "last_year": (year.replace(year=year.year - 1), year),
    }.get(name, (following(month, -11), tomorrow))
