"""Filters of the list of calls: one parameter of an address each, kind to nonsense."""

from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients.models import Client
from clients.models.client import display_name
from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.telephony import numbers
from salesexpert.telephony.choices import Direction, Outcome
from salesexpert.telephony.models import Call

PAGE_SIZE = 25
TABS = (
    ("", pgettext_lazy("calls", "All")),
    ("in", pgettext_lazy("calls", "Incoming")),
    ("out", pgettext_lazy("calls", "Outgoing")),
    ("missed", pgettext_lazy("calls", "Missed")),
    ("waits", pgettext_lazy("calls", "Wait for a résumé")),
)
PATHS = (
    "pk", "direction", "number", "number_raw", "line", "state", "outcome", "began_at", "talk_seconds", "waits", "recording",
    "client_id", "client__name", "client__is_person", "client__legal_form__name", "contact_id", "contact__first_name",
    "contact__last_name", "user__first_name", "user__last_name", "user__username", "user_id", "activity_id",
    "activity__status", "activity__summary", "inquiry_id",
)  # fmt: skip


class CallFilter(django_filters.FilterSet):
    """`show` is a tab, `q` a number or the end of one, `since` and `until` days of the reader."""

    show = django_filters.CharFilter(method="of_tab")
    q = django_filters.CharFilter(method="of_number")
    since = django_filters.CharFilter(method="from_day")
    until = django_filters.CharFilter(method="to_day")
    person = django_filters.CharFilter(method="of_person")
    client = django_filters.CharFilter(method="of_client")

    class Meta:
        model = Call
        fields: list[str] = []

    def __init__(self, data: Any, queryset: QuerySet[Call], *, user: User, at: datetime) -> None:  # fmt: skip
        super().__init__(data, queryset=queryset)
        self.user, self.at = user, at

    def of_tab(self, rows: Any, name: str, value: str) -> Any:
        match value:
            case Direction.IN | Direction.OUT:
                return rows.filter(direction=value)
            case "missed":
                return rows.filter(outcome=Outcome.MISSED, direction=Direction.IN)
            case "waits":
                return rows.that_wait(at=self.at).filter(user=self.user)
            case _:
                return rows

    def of_number(self, rows: Any, name: str, value: str) -> Any:
        text = value.replace("\x00", "").strip()[:60]
        if not text:
            return rows
        if number := numbers.e164(text):
            return rows.filter(number=number)
        digits = "".join(c for c in text if c.isdigit())
        if len(digits) >= 4:
            return rows.filter(number__endswith=digits)
        return rows.none()

    def from_day(self, rows: Any, name: str, value: str) -> Any:
        day = _day(value)
        return rows.filter(began_at__gte=day) if day else rows

    def to_day(self, rows: Any, name: str, value: str) -> Any:
        day = _day(value)
        return rows.filter(began_at__lt=day + timedelta(days=1)) if day else rows

    def of_person(self, rows: Any, name: str, value: str) -> Any:
        if value == "me":
            return rows.filter(user=self.user)
        pk = _number(value)
        return rows.filter(user=pk) if pk else rows

    def of_client(self, rows: Any, name: str, value: str) -> Any:
        pk = _number(value)
        readable = Client.objects.visible_to(self.user).filter(pk=pk or 0)
        return rows.filter(client__in=readable.values("pk")) if pk else rows


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _day(text: str) -> datetime | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or not 1990 < day.year < 2200:
        return None
    return timezone.make_aware(datetime.combine(day, time.min))


class CallListing:
    """What `user` sees of calls under the parameters of an address."""

    def __init__(self, params: Any, *, user: User, at: datetime) -> None:
        self.params, self.user, self.at = params, user, at
        seen = Call.objects.visible_to(user)
        self.filters = CallFilter(params, seen, user=user, at=at)
        self.show = params.get("show", "")
        self.typed = " ".join(params.get("q", "").replace("\x00", " ").split())[:60]

    @property
    def is_narrowed(self) -> bool:
        return any(self.params.get(name) for name in ("show", "q", "since", "until", "person", "client"))  # fmt: skip

    def day(self, name: str) -> str:
        found = _day(self.params.get(name, ""))
        return f"{found:%Y-%m-%d}" if found else ""

    @property
    def since(self) -> str:
        return self.day("since")

    @property
    def until(self) -> str:
        return self.day("until")

    @property
    def sort(self) -> str:
        return "began_at" if self.params.get("sort") == "began_at" else "-began_at"

    @property
    def constant(self) -> list[str]:
        """Columns that say the same in every row."""
        of_one = {"client": "client", "person": "person"}
        told = [column for name, column in of_one.items() if self.params.get(name)]
        return [*told, "person"] if self.show == "waits" else told

    def page(self) -> keyset.Page:
        order = (self.sort, "-pk" if self.sort.startswith("-") else "pk")
        found = keyset.page(
            [keyset.Part(self.filters.qs, order)],
            PATHS,
            size=PAGE_SIZE,
            after=self.params.get("after", ""),
            before=self.params.get("before", ""),
        )
        for row in found.rows:
            _word(row)
        return found


_NO_CARD = _("no card")


def _word(row: dict[str, Any]) -> None:
    """What the template says of a row."""
    row["client"] = display_name(row["client__legal_form__name"] or "", row["client__name"], is_person=row["client__is_person"]) if row["client_id"] else ""  # fmt: skip
    row["contact"] = " ".join(filter(None, (row["contact__first_name"], row["contact__last_name"])))  # fmt: skip
    row["person"] = " ".join(filter(None, (row["user__first_name"], row["user__last_name"]))) or row["user__username"] or ""  # fmt: skip
    row["direction_word"] = Direction(row["direction"]).label
    row["shown"] = row["number"] or row["number_raw"]
    seconds = row["talk_seconds"]
    row["talk"] = f"{seconds // 60}:{seconds % 60:02d}" if seconds and row["outcome"] == Outcome.TALKED else ""  # fmt: skip
    row["owes"] = bool(row["waits"]) and (row["waits"] == "card" or not row["activity__summary"])  # fmt: skip
    row["is_missed"] = row["outcome"] == Outcome.MISSED and row["direction"] == Direction.IN  # fmt: skip
    row["is_answered_later"] = row["is_missed"] and row["activity__status"] == "done"
