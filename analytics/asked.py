"""What a command asks of a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.dimensions import UnknownDimension
from analytics.scope import scope_of
from analytics.wanted import Wanted
from clients import base_reports
from clients.models import Activity, Client
from deals.models import Deal, Invoice, Payment, PaymentPromise, PlannedReceipt
from pipeline.models import Process
from salesexpert.accounts.models import User

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
_OF_WANTED = {Invoice: "invoices", Payment: "payments", PlannedReceipt: "planned", PaymentPromise: "promises", Activity: "activities"}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """`user` None: of all records, else of what he may read and of the people whose figures he reads.
    `process` is a name or an id, empty the first in use."""

    since: date | None = None
    until: date | None = None
    at: date | None = None
    by: Sequence[str] = ()
    scope: "QuerySet[Deal] | None" = None
    user: User | None = None
    process: str = ""
    way: str = ""
    step: str = ""

    @property
    def span(self) -> dict[str, Any]:
        return {"since": self.since, "until": self.until}

    @property
    def on(self) -> date:
        return self.at or timezone.localdate(timezone=timezone.get_default_timezone())

    @cached_property
    def reader(self) -> User:
        """Without a user all records are read, as by one who may do everything."""
        return self.user or User(is_superuser=True, is_active=True)

    @cached_property
    def _wanted(self) -> Wanted:
        since, until = self.since or EARLIEST, self.until or LATEST
        return Wanted(self.reader, QueryDict(), since, until, scope_of(self.reader).people, timezone.now())  # fmt: skip

    @property
    def deals(self) -> QuerySet[Deal]:
        if self.user is not None:
            return self._wanted.deals
        return Deal.objects.all() if self.scope is None else self.scope

    def seen(self, model: Any) -> Any:
        """Rows of money and work as the pages of the user read them: nothing of a deal in the bin is planned."""
        return getattr(self._wanted, _OF_WANTED[model])

    @property
    def clients(self) -> Any:
        return Client.objects.all() if self.user is None else base_reports.scope_of(self.user)  # fmt: skip

    def divided(self, known: Sequence[str]) -> str:
        """Raises UnknownDimension."""
        asked = next(iter(self.by), known[0])
        if asked not in known:
            raise UnknownDimension(_("There is nothing called “%(name)s” to divide by; there is: %(known)s.") % {"name": asked, "known": ", ".join(known)})  # fmt: skip
        return asked

    def chosen(self, what: str, known: Sequence[str]) -> str:
        asked: str = getattr(self, what)
        return asked if asked in known else known[0]

    def its_process(self) -> Process | None:
        if self.process:
            return process_called(self.process)
        return Process.objects.in_use().order_by("position", "name").first()


def process_called(name: str) -> Process | None:
    """By its name in either language or its id."""
    named = Q(name__iexact=name) | Q(name_en__iexact=name)
    return Process.objects.filter(
        Q(pk=int(name)) if name.isdecimal() and len(name) < 19 else named
    ).first()
