"""What whoever collects debts has to do today: promises whose day has come, invoices that have just become overdue."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from deals import debts
from deals.choices import PromiseState
from deals.models import Invoice, PaymentPromise
from salesexpert.accounts.models import User

SHOWN = 12
# An invoice is new to whoever collects for so many days after its term.
FRESH_DAYS = 3


@dataclass(slots=True)
class ToDo:
    """`broken`: promises whose day has passed; `due`: of today; `fresh`: invoices overdue since a few days and unspoken of."""

    broken: list[PaymentPromise] = field(default_factory=list)
    due: list[PaymentPromise] = field(default_factory=list)
    fresh: list[Invoice] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.broken or self.due or self.fresh)

    @property
    def count(self) -> int:
        return len(self.broken) + len(self.due) + len(self.fresh)


def to_do(user: User, invoices: QuerySet[Invoice], *, on: date) -> ToDo:
    """Of these invoices (narrowed to what `user` sees and answers for): two queries however much is owed."""
    promises: Any = PaymentPromise.objects.visible_to(user)
    waiting = (
        promises.filter(state=PromiseState.WAITING, promised_on__lte=on)
        .filter(client__in=invoices.filter(state__in=debts.OPEN).order_by().values("client"))
        .select_related("client__legal_form", "invoice", "made_by")
        .order_by("promised_on", "pk")[:SHOWN]
    )  # fmt: skip
    done = ToDo()
    for promise in waiting:
        (done.due if promise.promised_on == on else done.broken).append(promise)
    fresh = (
        invoices.filter(
            state__in=debts.OPEN,
            due_on__lt=on,
            due_on__gte=on - timedelta(days=FRESH_DAYS),
        )
        .exclude(promises__state=PromiseState.WAITING)
        .select_related("client__legal_form", "responsible")
        .order_by("due_on", "pk")[:SHOWN]
    )
    done.fresh = list(fresh)
    return done


def of_day(user: User, *, on: date) -> ToDo:
    """For the start page: what `user` answers for himself, as the seller of the invoice or the giver of the promise."""
    invoices: Any = Invoice.objects.filter(responsible=user)
    return to_do(user, invoices, on=on)
