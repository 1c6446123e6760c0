"""What a command asks of a report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from deals.models import Deal
from salesexpert.accounts.models import User


@dataclass(frozen=True)
class Asked:
    since: date | None = None
    until: date | None = None
    at: date | None = None
    by: Sequence[str] = ()
    scope: "QuerySet[Deal] | None" = None
    user: User | None = None
    process: str = ""
    way: str = ""
    step: str = ""
