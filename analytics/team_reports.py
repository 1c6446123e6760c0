"""Reports by their names as figures that a worker may count: the sheet, in the language of its reader."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.http import QueryDict

from analytics import counting
from analytics.counting import Counted, Figures
from analytics.known_reports import REPORTS, Known
from analytics.sheets import Sheet
from analytics.wanted import Wanted
from salesexpert.accounts.models import User

REPORT = "report"
LIKE = ("report", "people", "since", "until", "segment")


def counted(known: Known, wanted: Wanted, *, again: bool = False) -> Counted:
    """The sheet as it was counted at most a minute ago; a person's own at once."""
    params = wanted.params.copy()
    params.pop("format", None)  # whether as a page or as a file
    asked = {
        "report": known.name,
        "params": params.urlencode(),
        "since": wanted.since.isoformat(),
        "until": wanted.until.isoformat(),
        "people": None if wanted.people is None else list(wanted.people),
        "segment": [list(pair) for pair in wanted.segment],
        # Page and file of a report that has no more rows for the one than for the other are counted once.
        "whole": wanted.whole or not known.begins,
    }
    figures = Figures(REPORT, wanted.user, asked, LIKE, wanted.at, in_words=True)
    if wanted.people == (wanted.user.pk,):
        return counting.at_once(figures)
    return counting.counted(figures, again=again)


@counting.makes(REPORT)
def _sheet(user: User, asked: Mapping[str, Any], at: datetime) -> Sheet:
    people = None if asked["people"] is None else tuple(asked["people"])
    since, until = date.fromisoformat(asked["since"]), date.fromisoformat(asked["until"])  # fmt: skip
    wanted = Wanted(user, QueryDict(asked["params"]), since, until, people, at, asked["whole"])  # fmt: skip
    return replace(REPORTS[asked["report"]].make(wanted), made_at=at)
