"""What the pages of bulk changes show, whatever records they change."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict

from clients.actions import bulk
from clients.bulk import records, results
from clients.choices import BulkState
from clients.list_filters import SHOWING
from clients.models import BulkChange
from salesexpert.accounts.models import User

LISTED = 50
RUNNING = (BulkState.QUEUED, BulkState.RUNNING)


def address(text: str) -> str:
    """The list's parameters without the page that was shown."""
    params = QueryDict(text[:8000].replace("\x00", ""), mutable=True)
    for name in SHOWING:
        params.pop(name, None)
    return params.urlencode()


def _of(change: BulkChange, *, done: int = 0) -> dict[str, Any]:
    about = records.of(change)
    return {"change": change, "at": about.at, "said": about.said(change, done=done)}


def preview(change: BulkChange, user: User) -> dict[str, Any]:
    return {
        **_of(change),
        "title": results.title(change),
        "cards": results.sample(change, user),
        "where": results.filter_words(change, user),
    }


def progress(change: BulkChange) -> dict[str, Any]:
    done = change.changed_count + change.left_count
    return {
        **_of(change, done=done),
        "title": results.title(change.undoes or change),
        "done": done,
        "percent": 100 * done // max(change.planned_count, 1),
    }


def result(
    change: BulkChange, user: User, params: Mapping[str, str], *, at: datetime
) -> dict[str, Any]:
    """What came of it, with the page of records that `show` and `after` name."""
    left = params.get("show") == "left" or not change.changed_count
    after = params.get("after", "")
    mark = int(after) if after.isdecimal() and len(after) < 19 else 0
    cards, more = results.page(change, user, left=left, after=mark)
    undo = getattr(change, "undo", None)
    return {
        **_of(change),
        "title": results.title(change.undoes or change),
        "where": results.filter_words(change, user),
        "cards": cards,
        "more": more,
        "left": left,
        "undo": undo,
        "not_reached": change.planned_count - change.changed_count - change.left_count,
        "may_undo": undo is None and bulk.may_undo(change, user, at=at),
        "may_go_on": undo is None
        and change.state in {BulkState.STOPPED, BulkState.FAILED}
        and change.chunks_done < change.chunks_total
        and change.created_by_id == user.pk,
    }


def listed(changes: Any, before: str, entity: str) -> dict[str, Any]:
    """Recent changes, the newest first."""
    changes = changes.begun().select_related("created_by", "undoes", "undo").order_by("-created_at", "-pk")  # fmt: skip
    if before.isdecimal() and len(before) < 19:
        changes = changes.filter(pk__lt=int(before))
    found = list(changes[: LISTED + 1])
    shown = found[:LISTED]
    titles = results.titles([change.undoes or change for change in shown])
    about = records.named(entity)
    return {
        "changes": list(zip(shown, titles, strict=True)),
        "more": found[LISTED - 1].pk if len(found) > LISTED else 0,
        "at": about.at,
        "said": about.said(BulkChange()),
    }
