"""What every line can do. A further provider is one module with a `Driver` and its entry in `actions.faxes.DRIVERS`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from mailing.choices import FaxState, FaxTrouble, NumberFormat
from mailing.models import Fax, FaxLine


@dataclass(frozen=True, slots=True)
class Status:
    """What the line says of a job: where it is, how much of it went, how long it took."""

    state: FaxState
    trouble: FaxTrouble | None = None
    failure: str = ""
    pages: int | None = None
    pages_sent: int | None = None
    seconds: int | None = None


class NotTaken(Exception):
    """The line surely does not have the fax. `for_good`: it will not take it another time either."""

    def __init__(self, trouble: FaxTrouble, said: str = "", *, for_good: bool = False):
        super().__init__(trouble, said)
        self.trouble, self.said, self.for_good = trouble, said[:500], for_good


class Driver(Protocol):
    # What an administrator fills in: {name: (label, example)}.
    options: Mapping[str, tuple[object, str]]
    # What the line's secret is and what it is for; None where it needs none.
    secret: tuple[object, object] | None

    def send(self, line: FaxLine, fax: Fax, pdfs: Sequence[bytes]) -> str:
        """Hand the fax over, its files one after the other; the line's own id of the job. A job with the fax's tag that is there already is not sent again.

        Raises NotTaken.
        """

    def complaint(self, line: FaxLine) -> str:
        """What of the line's settings does not work, where that can be told at once; empty where nothing is known."""

    def ask(self, line: FaxLine, faxes: list[Fax]) -> dict[int, Status]:
        """What became of jobs handed over, by the fax's id; those of which the line knows nothing new are left out."""


def written(number: str, style: str) -> str:
    """+74951234567 as the line wants it: with or without the plus, from 8, abroad from 810."""
    digits = "".join(filter(str.isdigit, number))
    if style == NumberFormat.PLUS:
        return f"+{digits}"
    if style == NumberFormat.EIGHT and digits.startswith("7") and len(digits) == 11:
        return f"8{digits[1:]}"
    if style in {NumberFormat.EIGHT, NumberFormat.ABROAD}:
        return f"810{digits}"
    return digits
