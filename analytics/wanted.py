"""Of what a reader wants a report: the period, the part of the deals, and whose figures he may read at all."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote_plus

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics import choosing
from analytics.asking import midnight
from analytics.kept_funnel import EVERYBODY
from clients.models import Activity
from deals import figures, payers
from deals.listing import DealListing
from deals.models import Deal, Invoice, Payment, PaymentPromise, PlannedReceipt
from deals.querysets import sees_all
from pipeline.book import book
from salesexpert.accounts.choices import Scope as Sees
from salesexpert.accounts.models import User
from salesexpert.accounts.teams import team_of
from salesexpert.core.addresses import address

# Parameters of the list of deals by which any report is narrowed, and where activities keep the same.
SEGMENT: dict[str, str] = {
    "responsible": "performer",
    "process": "deal__process",
    "region": "client__region",
    "industry": "client__industry",
    "group": "client__group",
    "source": "client__source",
    "product": "",
    "campaign": "client__campaign",
    "client": "client",
}


@dataclass(frozen=True)
class Wanted:
    """`since` and `until` bound a half-open period; `people` None: everybody. Days and moments are the company's."""

    user: User
    params: QueryDict
    since: date
    until: date
    people: tuple[int, ...] | None
    at: datetime
    # A page begins with the first rows of a long table; files, letters and whoever asks for all have every one.
    whole: bool = True

    @property
    def on(self) -> date:
        return timezone.localdate(self.at, timezone.get_default_timezone())

    @property
    def begins(self) -> datetime:
        return midnight(self.since)

    @property
    def last(self) -> date:
        """The last day of the period."""
        return self.until - timedelta(days=1)

    @property
    def span(self) -> dict[str, Any]:
        return {"since": self.since, "until": self.until}

    def chosen(self, parameter: str, known: Iterable[str]) -> str:
        """What the address chose of `known`, else the first of them."""
        options = list(known)
        asked = self.params.get(parameter, "")
        return asked if asked in options else options[0]

    @cached_property
    def segment(self) -> list[tuple[str, str]]:
        """What narrows the report: of what the address names that which is known, and which the reader may choose."""
        return [(name, value) for name, value in self._asked if name not in self.listing.filterset.form.errors]  # fmt: skip

    @cached_property
    def misread(self) -> list[tuple[str, str]]:
        """(field, sentence) of the rest."""
        found = [(chip.label, chip.fault) for chip in self.listing.chips if chip.label and chip.fault]  # fmt: skip
        return [*found, *((_("Seller"), choosing.unknown(value)) for value in sorted(self._strange)[:1])]  # fmt: skip

    @cached_property
    def _named(self) -> list[tuple[str, str]]:
        return [
            (name, value)
            for name in SEGMENT
            for value in self.params.getlist(name)
            if value.strip()
        ]

    @cached_property
    def _strange(self) -> set[str]:
        """Sellers named of whom the reader may read nothing, or who are nobody: he is not told which."""
        named = {value for name, value in self._named if name == "responsible" and value != "me"}  # fmt: skip
        ids = {int(value) for value in named if _is_id(value)}
        if self.people is not None:
            known = ids & set(self.people)
        else:
            known = set(User.objects.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()  # fmt: skip
        return named - {str(pk) for pk in known}

    @property
    def _asked(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self._named if name != "responsible" or value not in self._strange]  # fmt: skip

    @cached_property
    def listing(self) -> DealListing:
        given = QueryDict(mutable=True)
        for name, value in [("state", "all"), *self._asked]:
            given.appendlist(name, value)
        return DealListing(given, self._own(Deal.objects.visible_to(self.user), "responsible"), user=self.user)  # fmt: skip

    @cached_property
    def deals(self) -> QuerySet[Deal]:
        return self.listing.found

    @cached_property
    def activities(self) -> QuerySet[Activity]:
        rows = self._own(Activity.objects.visible_to(self.user), "performer")
        for name, values in self._ids.items():
            path = SEGMENT[name]
            rows = rows.filter(Q(deal__in=self.deals) if not path else Q(**{f"{path}__in": values}))  # fmt: skip
        return rows

    @cached_property
    def invoices(self) -> QuerySet[Invoice]:
        return self._money(Invoice.objects.visible_to(self.user), "responsible")

    @cached_property
    def promises(self) -> QuerySet[PaymentPromise]:
        return self._money(PaymentPromise.objects.visible_to(self.user), "made_by")

    @cached_property
    def payments(self) -> QuerySet[Payment]:
        rows: Any = Payment.objects.visible_to(self.user)
        return rows if self.sellers is None else payers.of_people(rows, self.sellers)

    @cached_property
    def planned(self) -> QuerySet[PlannedReceipt]:
        rows: Any = PlannedReceipt.objects.visible_to(self.user)
        if self.sellers is not None:
            return rows.filter(deal__bin=None, deal__responsible__in=self.sellers)
        # Of a whole firm: the few deals that lie in the bin are looked for, not each receipt's deal.
        binned = Deal.with_bin.filter(pk=OuterRef("deal"), bin__isnull=False)
        return rows.filter(~Exists(binned))

    @cached_property
    def sellers(self) -> list[int] | None:
        """The chosen sellers within those whose figures may be read; None: everybody."""
        chosen = self._ids.get("responsible")
        if self.people is None:
            return chosen
        return list(self.people) if chosen is None else [pk for pk in chosen if pk in self.people]  # fmt: skip

    @cached_property
    def all_deals_of(self) -> list[int] | None:
        """Those whose deals in the chosen process are all of `deals`; None where they are a part of somebody's."""
        if any(name not in {"responsible", "process"} for name, _value in self.segment):
            return None
        chosen = [value for name, value in self.segment if name == "responsible"]
        if len(self._ids.get("responsible", ())) != len(chosen):
            return None
        if self.sellers is None:
            return [EVERYBODY] if sees_all(self.user) else None
        return self.all_money_of

    @cached_property
    def all_money_of(self) -> list[int] | None:
        """Those whose payments, whatever the client, the reader sees all; None for everybody, or if there are others."""
        if self.sellers is None:
            return None
        mine = {self.user.pk}
        if self.user.scope == Sees.TEAM and not sees_all(self.user):
            mine |= set(team_of(self.user).values_list("pk", flat=True))
        return sorted({*self.sellers}) if sees_all(self.user) or mine.issuperset(self.sellers) else None  # fmt: skip

    @property
    def all_debts_of(self) -> list[int] | None:
        """Those whose invoices, whatever the client and the deal, the reader sees all; None for everybody, or if there are others."""
        return self.sellers if sees_all(self.user) else None

    @cached_property
    def is_of_people(self) -> bool:
        """Whether it is of all records of `sellers`, whatever the part of the base, which sums of people answer."""
        chosen = self._ids.get("responsible", ())
        return sees_all(self.user) and len(chosen) == len(self.segment)

    @cached_property
    def processes(self) -> list[int] | None:
        """The chosen process, else all there are; None where something else is chosen."""
        chosen = [value for name, value in self.segment if name == "process"]
        known = list(book().processes)
        if not chosen:
            return known
        return [pk for pk in known if [str(pk)] == chosen] or None

    @property
    def whole_firm(self) -> bool:
        """Whether it is of all deals of everybody, which sums of days answer."""
        return self.people is None and not self.segment and sees_all(self.user)

    @property
    def chosen_ids(self) -> dict[str, list[int]]:
        """{parameter: the ids chosen of it}, of the part of the base."""
        return self._ids

    @cached_property
    def _ids(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for name, value in self.segment:
            if value == "me":
                value = str(self.user.pk)
            if _is_id(value):
                found.setdefault(name, []).append(int(value))
        return found

    def _own(self, rows: Any, path: str) -> Any:
        return rows if self.people is None else rows.filter(**{f"{path}__in": self.people})  # fmt: skip

    def _money(self, rows: Any, path: str) -> Any:
        return rows if self.sellers is None else rows.filter(**{f"{path}__in": self.sellers})  # fmt: skip

    # ── addresses that open the records of a figure ──────────────────────────────────────────────────────────────────

    def deals_at(self, *figure: Any, **more: Any) -> str:
        """The list of exactly these deals; `figure` is (kind, of, ending) of `deals.figures`, None is “not filled”."""
        return self.deals_within(self.since, self.until, *figure, **more)

    def deals_within(self, since: date, until: date, *figure: Any, **more: Any) -> str:
        """The same of other days."""
        given: dict[str, Any] = {"state": "all", **more}
        if figure:
            given["figure"] = figures.write(figure[0], since, until, *figure[1:])
        return _address("deals:list", self._with_people(given, self.segment))

    def contacts_at(self, **more: Any) -> str:
        """The list of exactly these contacts."""
        given = {"since": self.since.isoformat(), "to": self.last.isoformat(), **more}
        kept = [(name, value) for name, value in self.segment if name not in more]
        return _address("analytics:contacts", [*kept, *_pairs(given)])

    def invoices_at(self, **more: Any) -> str:
        return _address("deals:invoices", self._with_people(more, []))

    def payments_at(self, **more: Any) -> str:
        return _address("deals:payments", self._with_people(more, []))

    def here(self, **more: Any) -> str:
        """The same report with something else chosen; None takes a parameter away."""
        params = self.params.copy()
        params.pop("format", None)
        for name, value in more.items():
            params.pop(name, None)
            if value is not None:
                params[name] = str(value)
        return f"?{params.urlencode()}"

    def _with_people(self, given: Mapping[str, Any], segment: list[tuple[str, str]]) -> list[tuple[str, str]]:  # fmt: skip
        pairs = [(name, value) for name, value in segment if name not in given and name != "responsible"]  # fmt: skip
        if "responsible" not in given:
            pairs += [("responsible", str(pk)) for pk in self.sellers or ()]
        return [*_pairs(given), *pairs]


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _pairs(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(name, "none" if value is None else str(value)) for name, value in given.items()]  # fmt: skip


def _address(view: str, pairs: list[tuple[str, str]]) -> str:
    # As `urlencode` writes it, whose words are the same on a page a hundred times.
    return f"{address(view)}?{'&'.join(f'{_quoted(name)}={_quoted(value)}' for name, value in pairs)}"


_quoted = lru_cache(maxsize=4096)(quote_plus)
