"""The list of invoices as one question, read from an address: page, totals and export ask through it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from clients import searching
from clients.models import Client
from deals import debts, paying_times
from deals.choices import InvoiceState
from deals.models import Invoice, OwnFirm
from salesexpert.accounts.models import User
from salesexpert.core import keyset

PAGE_SIZE = 25
TABS = (
    ("", pgettext_lazy("invoices", "All")),
    ("open", _("To be paid")),
    ("overdue", _("Overdue")),
    ("partly", _("Partly paid")),
    ("paid", pgettext_lazy("invoices", "Paid")),
    ("cancelled", pgettext_lazy("invoices", "Cancelled")),
)
# Days past the term: the names of `debts.AGES`.
AGE_WORDS = {
    "not_due": _("not due"),
    "1_7": _("1–7 days"),
    "8_30": _("8–30"),
    "31_60": _("31–60"),
    "61_90": _("61–90"),
    "over_90": _("over 90"),
}
# How they were paid: the names of `paying_times.WAYS`.
PAYING_WORDS = {
    "on_time": _("paid by the term"),
    "late": _("paid late"),
    "overdue": _("overdue and not paid"),
    "waiting": _("not due yet"),
}
PATHS = (
    "pk", "number", "issued_on", "due_on", "state", "currency", "total", "paid", "client_id", "client__name",
    "client__is_person", "client__legal_form__name", "deal_id", "deal__title", "corrects_id",
    "responsible__first_name", "responsible__last_name", "responsible__username", "firm__name",
)  # fmt: skip


def number_in(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None  # fmt: skip


def currency_in(text: str | None, otherwise: str = "") -> str:
    """The code of a currency, or `otherwise` for what cannot be one."""
    code = (text or "").strip().upper()
    return code if len(code) == 3 and code.isascii() and code.isalpha() else otherwise


def day_in(text: str | None) -> date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Total:
    currency: str
    count: int
    total: Decimal
    paid: Decimal

    @property
    def rest(self) -> Decimal:
        return self.total - self.paid


class InvoiceListing:
    """What `user` sees of `invoices` (narrowed by `visible_to` already) under the parameters of an address."""

    def __init__(
        self,
        params: Mapping[str, str],
        invoices: QuerySet[Invoice],
        *,
        user: User,
        on: date,
    ) -> None:
        self.params, self.invoices, self.user, self.on = params, invoices, user, on
        self.state = params.get("state", "")
        self.typed = " ".join(params.get("q", "").replace("\x00", " ").split())[:100]
        age = params.get("age", "")
        self.age = age if age in AGE_WORDS else ""
        self.since, self.until = day_in(params.get("since")), day_in(params.get("until"))  # fmt: skip
        self.responsible = params.get("responsible", "")
        self.firm = number_in(params.get("firm"))
        self.client = number_in(params.get("client"))
        self.deal = number_in(params.get("deal"))
        self.currency = currency_in(params.get("currency"))
        self.due_since, self.due_until = day_in(params.get("due_since")), day_in(params.get("due_until"))  # fmt: skip
        paying = params.get("paying", "")
        self.paying = paying if paying in PAYING_WORDS else ""

    @property
    def age_word(self) -> str:
        return str(AGE_WORDS[self.age]) if self.age else ""

    @property
    def paying_word(self) -> str:
        return str(PAYING_WORDS[self.paying]) if self.paying else ""

    @cached_property
    def found(self) -> QuerySet[Invoice]:
        rows = self._of_state(self._narrowed)
        if self.paying:
            rows = paying_times.counted(rows).filter(paying_times.condition(self.paying, on=self.on))  # fmt: skip
        return debts.of_age(rows.filter(state__in=debts.OPEN), self.age, on=self.on) if self.age else rows  # fmt: skip

    @cached_property
    def _narrowed(self) -> QuerySet[Invoice]:
        rows = self.invoices.filter(corrects=None)
        if self.typed:
            clients = searching.matching(Client.objects.all(), searching.read_query(self.typed))  # fmt: skip
            rows = rows.filter(
                Q(number__iexact=self.typed) | Q(number__startswith=self.typed) | Q(client__in=clients.order_by().values("pk"))
            )  # fmt: skip
        wanted: dict[str, Any] = {
            "issued_on__gte": self.since,
            "issued_on__lte": self.until,
            "due_on__gte": self.due_since,
            "due_on__lte": self.due_until,
            "responsible__in": self._sellers(),
            "firm": self.firm,
            "client": self.client,
            "deal": self.deal,
            "currency": self.currency or None,
        }  # fmt: skip
        return rows.filter(**{k: v for k, v in wanted.items() if v is not None})

    def _sellers(self) -> list[int] | None:
        """Whose invoices: one, or several as a report of a department names them; None for all."""
        if self.responsible == "me":
            return [self.user.pk]
        named = self.params.getlist("responsible") if isinstance(self.params, QueryDict) else [self.responsible]  # fmt: skip
        return [pk for pk in map(number_in, named) if pk is not None] or None

    def _of_state(self, rows: QuerySet[Invoice]) -> QuerySet[Invoice]:
        if self.state == "overdue":
            return rows.filter(state__in=debts.OPEN, due_on__lt=self.on)
        if self.state == "open":
            return rows.filter(state__in=debts.OPEN)
        if self.state in InvoiceState.values:
            return rows.filter(state=self.state)
        return rows.exclude(state=InvoiceState.CANCELLED)

    @property
    def is_narrowed(self) -> bool:
        return any(self.params.get(name) for name in ("q", "state", "since", "until", "responsible", "firm", "client", "deal", "age", "currency", "due_since", "due_until", "paying"))  # fmt: skip

    @property
    def order(self) -> tuple[str, ...]:
        """Open ones by their term, the oldest first; all others the newest first."""
        if self.state in ("overdue", "open", "partly") or self.age:
            return ("due_on", "pk")
        return ("-issued_on", "-pk")

    def page(self) -> keyset.Page:
        return keyset.page(
            [keyset.Part(self.found, self.order)],
            PATHS,
            size=PAGE_SIZE,
            after=self.params.get("after", ""),
            before=self.params.get("before", ""),
        )

    def chunks(self) -> Any:
        return keyset.chunks([keyset.Part(self.found, self.order)], PATHS, size=500)

    @cached_property
    def totals(self) -> list[Total]:
        """Of all that was found, one a currency."""
        rows = (
            self.found.order_by()
            .values("currency")
            .annotate(count=Count("pk"), total_=Sum("total"), paid_=Sum("paid"))
            .order_by("currency")
        )
        return [Total(r["currency"], r["count"], r["total_"], r["paid_"]) for r in rows]

    @staticmethod
    def firms() -> list[OwnFirm]:
        return list(OwnFirm.objects.all())


def rest_of(row: Mapping[str, Any]) -> Decimal:
    return row["total"] - row["paid"]


def overdue_days(state: str, due_on: date, on: date) -> int:
    """Days past the term of an invoice that still owes; 0 when there are none."""
    return max((on - due_on).days, 0) if state in debts.OPEN else 0
