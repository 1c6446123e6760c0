"""What the frame of every page asks the database, in one query: what waits for the reader, and his selections."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from clients import inquiry_inbox
from clients.models import Activity, Selection
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledQuery
from salesexpert.notices.models import Notice

# There is room for two digits.
COUNTED = 100
SELECTIONS_READ = 60
_DUE, _INQUIRY, _UNREAD, _NEWEST = "due", "inquiry", "unread", "newest"


@dataclass(frozen=True, slots=True)
class FrameRows:
    """Counts are capped at `COUNTED`. `selections` are (list, name, parameters), in the order of their lists."""

    due: int
    inquiries: int
    unread: int
    last_notice: int
    selections: list[tuple[str, str, str]]


def frame_rows(user: User, lists: tuple[str, ...]) -> FrameRows:
    """`due` is planned work of today and before, in the active time zone; selections are those of `lists`."""
    tomorrow = timezone.make_aware(
        datetime.combine(timezone.localdate() + timedelta(days=1), time.min)
    )
    counts = dict.fromkeys((_DUE, _INQUIRY, _UNREAD, _NEWEST), 0)
    selections = []
    for what, number, name, parameters in _rows(user=user.pk, until=tomorrow):
        if what == _NEWEST:
            counts[what] = number
        elif what in counts:
            counts[what] += 1
        elif what in lists:
            selections.append((what, number, name, parameters))
    selections.sort(key=lambda row: row[:3])
    return FrameRows(
        counts[_DUE],
        counts[_INQUIRY],
        counts[_UNREAD],
        counts[_NEWEST],
        [(entity, name, parameters) for entity, _place, name, parameters in selections],
    )


def _marked(
    rows: QuerySet[Any, Any], what: str, number: Any, limit: int = COUNTED
) -> QuerySet[Any, Any]:
    text = TextField()
    return rows.annotate(
        row_kind=Value(what, text),
        row_number=Cast(number, IntegerField()),
        row_text=Value("", text),
        row_more=Value("", text),
    ).values_list("row_kind", "row_number", "row_text", "row_more")[:limit]


@CompiledQuery
def _rows(user: int, until: datetime) -> QuerySet[Any, Any]:
    own = Notice.objects.filter(user=user).order_by()
    usable = Selection.objects.usable_by(user).order_by("entity", "position", "name", "pk")  # fmt: skip
    selections = usable.annotate(
        row_kind=Cast("entity", TextField()),
        row_number=Cast("position", IntegerField()),
        row_text=Cast("name", TextField()),
        row_more=Cast("parameters", TextField()),
    ).values_list("row_kind", "row_number", "row_text", "row_more")[:SELECTIONS_READ]
    due = Activity.objects.needs_attention(user=user, until=until).order_by()
    found = _marked(due, _DUE, Value(0)).union(
        _marked(inquiry_inbox.new_for(user), _INQUIRY, Value(0)),
        _marked(own.unread(), _UNREAD, Value(0)),
        _marked(own.order_by("-pk"), _NEWEST, F("pk"), 1),
        selections,
        all=True,
    )
    return found.order_by()
