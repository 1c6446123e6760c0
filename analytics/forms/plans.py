"""The grid of plans as a person types it: in each cell a sum, or a count, of one row and one period."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from analytics.actions.plans import LARGEST, WHOLE, Whose
from analytics.paying import NOUGHT
from salesexpert.core.form_fields import no_number, number_of
from salesexpert.core.templatetags.look import number

LEAST_PERCENT, MOST_PERCENT = -100, 1000
LONGEST = 40
_CELL = re.compile(r"[fud]\d*-(year|\d{1,2})", re.ASCII)

type Cells = dict[tuple[Whose, date], Decimal | None]


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the grid that one may set: `name` begins the names of its fields."""

    name: str
    label: str
    whose: Whose


@dataclass(slots=True)
class Grid:
    """`kept` are the plans as they stand. `typed` and `faults` are by the names of fields; `fault` is of the whole."""

    lines: Sequence[Line]
    begins: Sequence[date]
    measure: str
    kept: Mapping[tuple[Whose, date], Decimal]
    typed: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    def read(self, given: QueryDict) -> Cells:
        """The cells that were changed, None for an emptied one. What cannot be kept has its sentence in `faults`.

        A cell left as it was shown is not set, whatever somebody else has set meanwhile; one that both set is asked about.
        """
        shown = _shown_before(given)
        cells: Cells = {}
        for line in self.lines:
            for since in self.begins:
                name = _name(line, since)
                if name not in given:
                    continue
                text = self.typed[name] = given.get(name, "").strip()[:LONGEST]
                if shown is not None and text == shown.get(name, ""):
                    del self.typed[name]
                    continue
                value = self.amount(name, text)
                key = (line.whose, since)
                if shown is not None and self.shown(key) not in {shown.get(name, ""), worded(value)}:  # fmt: skip
                    self.faults.setdefault(name, _("Meanwhile somebody set this to %s: save once more to set yours.") % (self.shown(key) or "—"))  # fmt: skip
                cells[key] = value
        known = {line.name for line in self.lines}
        if any(_CELL.fullmatch(name) and name.partition("-")[0] not in known for name in given):  # fmt: skip
            self.fault = _("Some rows are not there, or are not yours to set: nothing is saved yet. What you typed in the others stands below.")  # fmt: skip
        return cells

    def years(self, given: QueryDict) -> dict[Line, Decimal]:
        """Sums of the whole year typed beside the months."""
        found = {}
        for line in self.lines:
            name = f"{line.name}-year"
            if text := given.get(name, "").strip()[:LONGEST]:
                self.typed[name] = text
                value = self.amount(name, text)
                if value is not None:
                    found[line] = value
        return found

    def not_spread(self, lines: Mapping[Line, Decimal]) -> None:
        """Say of sums of the year that saving the months leaves them where they are."""
        for line in lines:
            self.faults[f"{line.name}-year"] = _("To divide this sum over the months press “Spread the year by season”; to save the months alone empty this field.")  # fmt: skip

    def amount(self, name: str, text: str) -> Decimal | None:
        if not text:
            return None
        value = number_of(text)
        fault = ""
        if value is None:
            fault = no_number(text)
        elif value < 0:
            fault = _("A plan is not below nought.")
        elif value > LARGEST:
            fault = _("This is more than can be kept.")
        elif self.measure in WHOLE and value != value.to_integral_value():
            fault = _("Deals and contacts are planned in whole numbers.")
        elif value.as_tuple().exponent < -2:  # type: ignore[operator]
            fault = _("Only two digits of kopecks.")
        if fault:
            self.faults[name] = fault
            return None
        return value

    def shown(self, key: tuple[Whose, date]) -> str:
        return worded(self.kept.get(key))

    @property
    def table(self) -> list[dict[str, Any]]:
        """Rows of fields for the page."""
        rows = []
        for line in self.lines:
            fields = [self._field(_name(line, since), self.shown((line.whose, since)), f"{line.label}, {since:%m.%Y}") for since in self.begins]  # fmt: skip
            whole = sum((self.kept.get((line.whose, since), NOUGHT) for since in self.begins), NOUGHT)  # fmt: skip
            rows.append({"label": line.label, "fields": fields, "whole": whole, "year": self._field(f"{line.name}-year", "", line.label)})  # fmt: skip
        return rows

    def _field(self, name: str, value: str, label: str) -> dict[str, str]:
        return {"name": name, "value": self.typed.get(name, value), "label": label, "fault": self.faults.get(name, "")}  # fmt: skip

    @property
    def shown_now(self) -> str:
        """What the cells show without what is typed: it comes back with the next form."""
        found = {_name(line, since): self.shown((line.whose, since)) for line in self.lines for since in self.begins}  # fmt: skip
        return json.dumps({name: text for name, text in found.items() if text}, ensure_ascii=False)  # fmt: skip


def _name(line: Line, since: date) -> str:
    return f"{line.name}-{since.month}"


def _shown_before(given: QueryDict) -> Mapping[str, str] | None:
    """What the cells showed when they were typed in; None if it is not told."""
    try:
        found = json.loads(given.get("shown", ""))
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def percent_of(text: str) -> Decimal | None:
    found = number_of(text.removesuffix("%").strip()) if text else Decimal(0)
    return found if found is not None and LEAST_PERCENT <= found <= MOST_PERCENT else None  # fmt: skip


def worded(amount: Decimal | None) -> str:
    """As it is read again: “1 200 000,5”, in English “1,200,000.5”."""
    if amount is None:
        return ""
    return number(amount.normalize() if amount != amount.to_integral_value() else amount)  # fmt: skip
