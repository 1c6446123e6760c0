"""Terms that 152-FZ sets for answering a person, as days; arithmetic without a database."""

from dataclasses import dataclass
from datetime import date, timedelta

from clients.personal_choices import RequestKind
from salesexpert.core.working_days import add_working_days

EXTENSION = 5
# Working days to answer: articles 14, 20 and 21; advertising stops at once (38-FZ, article 18).
_ANSWER = {
    RequestKind.ACCESS: 10,
    RequestKind.RECTIFY: 7,
    RequestKind.STOP: 10,
    RequestKind.STOP_ADVERTISING: 0,
    RequestKind.ERASE: 10,
    RequestKind.UNLAWFUL: 10,
}
# Calendar days: a withdrawn consent is followed by destruction unless another ground holds.
_WITHDRAWN = 30
# Unlawful processing stops sooner than the data must be gone.
_STOP_FIRST = {RequestKind.UNLAWFUL: 3}
EXTENDABLE = frozenset({RequestKind.ACCESS, RequestKind.STOP, RequestKind.ERASE})


@dataclass(frozen=True, slots=True)
class Term:
    """`due_on` is the last day to answer, `stop_on` the last day to stop where that comes first."""

    due_on: date
    stop_on: date | None = None


def term_of(kind: str, received_on: date) -> Term:
    """The term of a demand received on a day; that day is day 0. An access asked on a Friday is answered in ten
    working days: on the Friday two weeks later, or later by the days off between."""
    kind = RequestKind(kind)
    if kind == RequestKind.WITHDRAW:
        return Term(received_on + timedelta(days=_WITHDRAWN))
    first = _STOP_FIRST.get(kind)
    return Term(
        due_on=add_working_days(received_on, _ANSWER[kind]),
        stop_on=add_working_days(received_on, first) if first else None,
    )


def extended(due_on: date) -> date:
    """The last day after a reasoned notice to the person."""
    return add_working_days(due_on, EXTENSION)
