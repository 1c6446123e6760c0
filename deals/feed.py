"""The history of one deal: what was planned and done for it, and how it went along the stages, in one stream."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clients.choices import ActivityStatus
from clients.feed import COLUMNS, Entry, entries, naming
from clients.models import Activity
from deals import told
from deals.choices import Outcome
from deals.models import Deal, Refusal
from deals.progress import Stay
from deals.told import Event
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledQuery, CompiledRecords
from salesexpert.core.templatetags.look import number

DONE_SHOWN = 40
PLANNED_SHOWN = 20


def _planned(deal: int) -> QuerySet[Activity, Any]:
    rows = Activity.objects.planned().filter(deal=deal).order_by("planned_at", "pk")
    return rows.values_list(*COLUMNS)[:PLANNED_SHOWN]


def _past(deal: int, limit: int) -> QuerySet[Activity, Any]:
    rows = Activity.objects.filter(deal=deal).exclude(status=ActivityStatus.PLANNED)
    return rows.order_by("-feed_at", "-pk").values_list(*COLUMNS)[: limit + 1]


@CompiledQuery
def _opening(deal: int) -> QuerySet[Activity, Any]:
    """What is planned and the newest of what is over, in one question and no particular order."""
    return _planned(deal).union(_past(deal, DONE_SHOWN), all=True).order_by()


@CompiledRecords
def _refused(deal: int) -> QuerySet[Refusal]:
    return Refusal.objects.filter(deal=deal).select_related(
        "reason", "stage", "competitor", "refused_by", "reopened_by"
    )


def history(
    deal: Deal,
    user: User,
    stays: Iterable[Stay],
    *,
    at: datetime,
    all_of_it: bool = False,
) -> tuple[list[Entry], list[dict[str, Any]], bool]:
    """What is planned, the farthest first; activities done and events, newest first; and whether there is more of these
    than is shown."""
    limit = 500 if all_of_it else DONE_SHOWN
    rows: list[tuple[Any, ...]] = []
    if user.has_perm("clients.view_activity"):
        rows = [*_planned(deal.pk), *_past(deal.pk, limit)] if all_of_it else list(_opening(deal=deal.pk))  # fmt: skip
    # `feed_at` and `pk`
    rows.sort(key=lambda row: (row[2], row[0]), reverse=True)
    names, writable = naming(rows), deal.client.archived_at is None
    drawn = entries(rows, names, user, at=at, writable=writable)
    planned = [row for row in drawn if row["status"] == ActivityStatus.PLANNED]
    done = [row for row in drawn if row["status"] != ActivityStatus.PLANNED]
    events = [*_stages(stays), *_refusals(deal), *told.events(deal, user)]
    together: list[dict[str, Any]] = [
        {"at": row["feed_at"], "entry": row, "event": None} for row in done
    ]
    together += [{"at": e.at, "entry": None, "event": e} for e in events]
    together.sort(key=lambda item: item["at"], reverse=True)
    return planned, together[:limit], len(together) > limit


def _stages(stays: Iterable[Stay]) -> list[Event]:
    found, before = [], None
    for passage in stays:
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
                passage.moved_by,
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
            for pause in passage.rests
        ]
        before = passage
    return found


def _moment(day: Any, passage: Stay) -> datetime:
    """A pause knows its day only: it stands after the beginning of the stay it belongs to."""
    start = passage.entered_at
    return start.replace(year=day.year, month=day.month, day=day.day) if day > start.date() else start  # fmt: skip


def _refusals(deal: Deal) -> list[Event]:
    found = []
    for row in _refused.records(deal=deal.pk):
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
