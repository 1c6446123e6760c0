"""What can be changed on many deals at once, and deals as bulk changes know them.

Each deal is changed by its own verb, as by hand: what its stage asks for is asked of it too, and one that refuses stays as
it was and is listed.
"""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast, Coalesce
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from clients.bulk import own_ways
from clients.bulk.own_ways import OwnWay
from clients.bulk.records import Addresses, Records
from clients.bulk.ways import NOTHING, Act, Choice, Targets, ValueNotUsable, Way
from clients.choices import BulkState
from clients.models import BulkChange
from deals import telling
from deals.actions.deals import change_deal
from deals.actions.moving import move
from deals.choices import DealState, Priority
from deals.listing import DealListing
from deals.models import Deal
from pipeline.book import book
from pipeline.models import Stage
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import number, percents, plain_day
from salesexpert.notices.actions import silence

ENDED = ~Q(state=DealState.OPEN)
CHANGE_DEAL = ("deals.change_deal",)


@dataclass(frozen=True)
class DealWay(Way):
    """A field of a deal, written by the deal's own verb."""

    permissions: Sequence[str] = CHANGE_DEAL
    clears: bool = False

    def now(self) -> Any:
        column: Any = Deal._meta.get_field(self.field)
        return Coalesce(Cast(F(column.attname), TextField()), NOTHING)

    @abstractmethod
    def value_of(self, text: str) -> Any:
        """The value as the verb takes it. Raises ValueNotUsable where it is no more."""

    def give(self, pk: int, value: Any, act: Act) -> None:
        change_deal(pk, by=act.by, changes={self.field: value}, at=act.at)

    def write(self, targets: Targets, now: Targets, act: Act) -> set[int]:
        refused, known = set(), {text: self.value_of(text) for text in set(targets.values())}  # fmt: skip
        with silence():
            for pk, text in targets.items():
                try:
                    with transaction.atomic():
                        self.give(pk, known[text], act)
                except DomainError:
                    refused.add(pk)
        return refused


@dataclass(frozen=True)
class ResponsibleWay(DealWay):
    permissions: Sequence[str] = ("deals.change_responsible",)

    def choices(self) -> list[Choice]:
        people = User.objects.filter(is_active=True)
        return [(str(u.pk), str(u)) for u in people.order_by("last_name", "first_name")]

    def words(self, values: Iterable[str]) -> dict[str, str]:
        ids = [int(v) for v in values if v.isdigit()]
        return {str(u.pk): str(u) for u in User.objects.filter(pk__in=ids)}

    def value_of(self, text: str) -> User:
        return User.objects.get(pk=int(text))


@dataclass(frozen=True)
class StageWay(DealWay):
    permissions: Sequence[str] = ("deals.move_deal",)

    def choices(self) -> list[Choice]:
        return [(str(s.pk), str(s)) for s in book().stages.values() if s.retired_at is None]  # fmt: skip

    def words(self, values: Iterable[str]) -> dict[str, str]:
        known = {str(pk): stage for pk, stage in book().stages.items()}
        return {
            v: f"{percents(known[v].percent)} {known[v]}" for v in values if v in known
        }

    def value_of(self, text: str) -> Stage:
        return Stage.objects.get(pk=int(text))

    def give(self, pk: int, value: Any, act: Act) -> None:
        move(pk, by=act.by, to=value, comment=act.reason, at=act.at)


@dataclass(frozen=True)
class PriorityWay(DealWay):
    def choices(self) -> list[Choice]:
        return [(str(value), str(label)) for value, label in Priority.choices]

    def value_of(self, text: str) -> int:
        return int(text)


@dataclass(frozen=True)
class DayWay(DealWay):
    clears: bool = True

    def choices(self) -> list[Choice]:
        return []

    def clean(self, value: str) -> str:
        try:
            return date.fromisoformat(value).isoformat() if value else ""
        except ValueError as error:
            raise ValueNotUsable(_("“%s” is no day.") % value[:20]) from error

    def words(self, values: Iterable[str]) -> dict[str, str]:
        return {v: plain_day(date.fromisoformat(v)) for v in values if v}

    def value_of(self, text: str) -> date | None:
        return date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class DealOwnWay(OwnWay, DealWay):
    """A value of one of the company's own fields."""

    permissions: Sequence[str] = CHANGE_DEAL

    def value_of(self, text: str) -> Any:
        return self.plain_of(text)

    def give(self, pk: int, value: Any, act: Act) -> None:
        change_deal(pk, by=act.by, changes={}, own={self.pk: value}, at=act.at)


PLAIN: dict[str, DealWay] = {
    way.field: way
    for way in (
        ResponsibleWay("responsible", gettext_lazy("Responsible")),
        StageWay("stage", gettext_lazy("Stage")),
        PriorityWay("priority", gettext_lazy("Priority")),
        DayWay("expected_on", gettext_lazy("Expected on")),
    )
}


def ways_for(user: User) -> dict[str, Way]:
    """What `user` may change on many deals, in the order of the form: what every deal has, then what the company added."""
    own = own_ways.ways_of("deal", DealOwnWay)
    return {way.field: way for way in (*PLAIN.values(), *own) if way.allowed(user)}


class DealRecords(Records):
    entity = "deal"
    permission = "deals.bulk_change_deals"
    task = verb = "deals.bulk"
    at = Addresses("deals:list", "deals:deal", "deals:bulk_list", "deals:bulk_change", "deals:bulk_progress", "deals:bulk_begin", "deals:bulk_stop", "deals:bulk_go_on", "deals:bulk_undo")  # fmt: skip
    # Each deal is a verb of its own: few enough that nobody waits long behind a chunk.
    chunk = 20
    inline = 40

    def all(self) -> QuerySet[Deal]:
        return Deal.objects.all()

    def visible_to(self, user: User) -> QuerySet[Deal]:
        return Deal.objects.visible_to(user)

    def way_of(self, deed: str, field: str, value: str = "") -> Way | None:
        return PLAIN.get(field) or own_ways.way_of(self.entity, field, DealOwnWay)

    def closed(self, way: Way, value: str) -> Q | None:
        """Deals that have ended; of a move also those of other processes."""
        stage = book().stages.get(int(value)) if way.field == "stage" else None
        return ENDED if stage is None else ENDED | ~Q(process=stage.process_id)

    def hold(self, rows: QuerySet[Deal], ids: Sequence[int]) -> dict[int, bool]:
        held = (
            rows.filter(pk__in=ids)
            .order_by("client_id", "pk")
            .select_for_update(no_key=True, of=["client", "self"])
            .select_related("client")
        )
        return {deal.pk: deal.state != DealState.OPEN for deal in held}

    def names(self, ids: Sequence[int], user: User) -> dict[int, str]:
        rows = self.visible_to(user).filter(pk__in=ids).select_related("client__legal_form")  # fmt: skip
        return {deal.pk: f"{deal.title}, {deal.client}" for deal in rows}

    def filter_words(self, change: BulkChange, user: User) -> str:
        listing = DealListing(QueryDict(change.parameters), Deal.objects.visible_to(user), user=user)  # fmt: skip
        said = [f"{chip.label}: {chip.words}" for chip in listing.chips]
        if listing.typed:
            said.append(f"{_('Search')}: {listing.typed}")
        return " · ".join(said) or _("all deals")

    def said(self, change: BulkChange, *, done: int = 0) -> dict[str, str]:
        n, shown, back = change.planned_count, number(change.planned_count), number(change.changed_count)  # fmt: skip
        return {
            "record": _("Deal"),
            "all": _("Deals"),
            "will_change": ngettext("deal will change", "deals will change", n),
            "closed": ngettext("%(shown)s has ended or goes another process and stays as it is", "%(shown)s have ended or go another process and stay as they are", change.closed_count) % {"shown": number(change.closed_count)},
            "closed_label": _("Ended or of another process"),
            "begin": ngettext("Change %(shown)s deal", "Change %(shown)s deals", n) % {"shown": shown},
            "done": ngettext("%(done)s of %(total)s deal done", "%(done)s of %(total)s deals done", n) % {"done": number(done), "total": shown},
            "changed": ngettext("%(shown)s deal changed", "%(shown)s deals changed", change.changed_count) % {"shown": back},
            "returned": ngettext("%(shown)s deal returned as it was", "%(shown)s deals returned as they were", change.changed_count) % {"shown": back},
            "none": _("No deal was changed"),
            "empty": _("Tick deals in the list, or choose all that its filters leave, and change their responsible, stage, priority or day at once. Each change stands here and can be undone for 30 days."),
            "show_all": _("Show all deals"),
            "further": _("Further deals"),
        }  # fmt: skip

    def nothing(self, way: Way, *, asked: int, closed: int) -> str:
        if not asked:
            return _("No deal is chosen.")
        if closed == asked:
            return _("All these deals have ended, or go another process.")
        return _("All these deals are so already: nothing would change.")

    def ended(self, change: BulkChange, *, at: datetime) -> None:
        """Whoever asked hears of it, and whoever got the deals: one word for all of them."""
        telling.bulk_ended(change, at=at)
        given = change.field == "responsible" and change.value and not change.undoes_id
        if given and change.state == BulkState.DONE and change.changed_count:
            to = User.objects.get(pk=int(change.value))
            telling.handed_many(to, change.changed_count, record=change.pk, by=change.created_by, at=at)  # fmt: skip


DEALS = DealRecords()
