"""The history of one deal: what was planned and done for it, and how it went along the stages, in one stream."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from clients.choices import ActivityStatus
from clients.feed import COLUMNS, Entry, entries
from clients.models import Activity
from deals.choices import Outcome
from deals.models import Deal, Refusal, StagePassage
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import number

DONE_SHOWN = 40
PLANNED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to the deal and is no activity: a stage, a refusal, a paper, a payment."""

    at: datetime
    icon: str
    heading: str
    words: str = ""
    by: str = ""
    url: str = ""


# Others (papers, money) add what their models tell of a deal: functions from a deal to events.
SOURCES: list[Any] = []


def planned(deal: Deal, user: User, *, at: datetime) -> list[Entry]:
    """What is planned for the deal, the farthest first."""
    rows = (
        Activity.objects.planned()
        .filter(deal=deal)
        .order_by("planned_at", "pk")
        .values_list(*COLUMNS)[:PLANNED_SHOWN]
    )
    return entries(rows, user, at=at, writable=deal.client.archived_at is None)[::-1]


def stream(
    deal: Deal,
    user: User,
    passages: Iterable[StagePassage],
    *,
    at: datetime,
    all_of_it: bool = False,
) -> tuple[list[dict[str, Any]], bool]:
    """Activities done and events, newest first; and whether there is more than is shown."""
    limit = 500 if all_of_it else DONE_SHOWN
    rows: list[tuple[Any, ...]] = []
    if user.has_perm("clients.view_activity"):
        rows = list(
            Activity.objects.filter(deal=deal)
            .exclude(status=ActivityStatus.PLANNED)
            .order_by("-feed_at", "-pk")
            .values_list(*COLUMNS)[: limit + 1]
        )
    done = entries(rows, user, at=at, writable=deal.client.archived_at is None)
    events = [*_stages(passages), *_refusals(deal)]
    for source in SOURCES:
        events += source(deal)
    together: list[dict[str, Any]] = [
        {"at": row["feed_at"], "entry": row, "event": None} for row in done
    ]
    together += [{"at": e.at, "entry": None, "event": e} for e in events]
    together.sort(key=lambda item: item["at"], reverse=True)
    return together[:limit], len(together) > limit


def _stages(passages: Iterable[StagePassage]) -> list[Event]:
    found, before = [], None
    for passage in passages:
        back = before is not None and before.outcome == Outcome.BACK
        heading = (
            _("Back to “%(stage)s”, %(percent)s%%")
            if back
            else _("Stage “%(stage)s”, %(percent)s%%")
        ) % {"stage": passage.stage, "percent": passage.percent}
        words = before.comment if before is not None and before.outcome in {Outcome.BACK, Outcome.FORWARD} else ""  # fmt: skip
        found.append(
            Event(
                passage.entered_at,
                "arrow-left" if back else "arrow-right",
                heading,
                words,
                str(passage.moved_by or ""),
            )
        )
        if passage.outcome == Outcome.WON and passage.left_at:
            found.append(
                Event(
                    passage.left_at, "circle-check", _("Success"), passage.comment, ""
                )
            )
        found += [
            Event(
                _moment(pause.since, passage),
                "clock",
                _("Waiting for the client until %(day)s")
                % {"day": pause.until.strftime("%d.%m.%Y")},
                pause.reason,
                "",
            )
            for pause in passage.pauses.all()
        ]
        before = passage
    return found


def _moment(day: Any, passage: StagePassage) -> datetime:
    """A pause knows its day only: it stands after the beginning of the stay it belongs to."""
    start = passage.entered_at
    return start.replace(year=day.year, month=day.month, day=day.day) if day > start.date() else start  # fmt: skip


def _refusals(deal: Deal) -> list[Event]:
    found = []
    rows = Refusal.objects.filter(deal=deal).select_related(
        "reason", "stage", "competitor", "refused_by", "reopened_by"
    )
    for row in rows:
        words = [row.comment]
        if row.competitor:
            price = f", {number(row.competitor_price)} {row.currency}" if row.competitor_price else ""  # fmt: skip
            words.append(_("Bought from: %(who)s") % {"who": row.competitor} + price)
        heading = _("Refusal: %(reason)s") % {"reason": row.reason}
        if row.stage:
            heading += " · " + _("stage “%(stage)s”") % {"stage": row.stage}
        found.append(
            Event(
                row.refused_at,
                "x",
                heading,
                "\n".join(filter(None, words)),
                str(row.refused_by or ""),
            )
        )
        if row.reopened_at:
            found.append(
                Event(
                    row.reopened_at,
                    "refresh",
                    _("Taken up again"),
                    "",
                    str(row.reopened_by or ""),
                )
            )
    return found
