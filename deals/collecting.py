"""What whoever collects debts has to do today: promises whose day has come, invoices that have just become overdue."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Prefetch, QuerySet, prefetch_related_objects

from clients.named import look_up
from deals import debts
from deals.choices import PromiseState
from deals.models import Invoice, PaymentPromise
from deals.querysets import sees_all
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledRecords

# Promises and invoices that a page begins with, of each; and that it shows when asked for all of them.
SHOWN, AT_MOST = 5, 200
# An invoice is new to whoever collects for so many days after its term.
FRESH = timedelta(days=3)


@dataclass(slots=True)
class ToDo:
    """`broken`: promises whose day has passed; `due`: of today; `fresh`: invoices overdue since a few days and unspoken of.

    `names`: of their clients, by id; whoever draws them has asked for these with all that he names. `more`: there are
    others behind these.
    """

    broken: list[PaymentPromise] = field(default_factory=list)
    due: list[PaymentPromise] = field(default_factory=list)
    fresh: list[Invoice] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    more: bool = False

    def __bool__(self) -> bool:
        return bool(self.broken or self.due or self.fresh)

    @property
    def count(self) -> str:
        """How many there are, with a “+” where others stand behind them."""
        shown = len(self.broken) + len(self.due) + len(self.fresh)
        return f"{shown}+" if self.more else str(shown)

    @property
    def clients(self) -> set[int]:
        return {
            row.client_id
            for rows in (self.broken, self.due, self.fresh)
            for row in rows
        }

    def told(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        """Its rows with the names of their clients, by what they are."""
        groups: tuple[tuple[str, list[Any]], ...] = (("broken", self.broken), ("due", self.due), ("fresh", self.fresh))  # fmt: skip
        return [
            (what, [(self.names.get(row.client_id, ""), row) for row in rows])
            for what, rows in groups
        ]


def to_do(
    user: User, invoices: QuerySet[Invoice], *, on: date, most: int = SHOWN
) -> ToDo:
    """Of these invoices (narrowed to what `user` sees and answers for): two queries however much is owed."""
    promises: Any = PaymentPromise.objects.visible_to(user)
    return _told(
        _waiting(promises, invoices, on, most=most),
        _fresh(invoices, on, most=most),
        on,
        most,
    )


def own(user: User, *, on: date, owed: Collection[debts.Owed] | None = None) -> ToDo:
    """The same of the invoices that `user` answers for, for whoever may read all of them; `owed`: the open ones, if known."""
    if not sees_all(user):
        return to_do(user, Invoice.objects.filter(responsible=user), on=on)
    if owed is None:
        waiting = list(_own_waiting.records(user=user.pk, on=on))
        fresh = list(_own_fresh.records(user=user.pk, on=on, since=on - FRESH))
    else:
        clients = sorted({invoice.client for invoice in owed})
        waiting = list(_waiting_of.records(clients=clients, on=on))
        _number(waiting, {invoice.id: invoice.number for invoice in owed})
        overdue = sorted(row.id for row in owed if on - FRESH <= row.due_on < on)
        fresh = list(_fresh_of.records(ids=overdue)) if overdue else []
    return _told(waiting, fresh, on, SHOWN)


def _number(promises: list[PaymentPromise], numbers: dict[int, str]) -> None:
    """Give them their invoices, as far as a line tells of these; those that are paid or another's are looked up."""
    for promise in promises:
        pk = promise.invoice_id
        if pk in numbers:
            promise.invoice = Invoice.from_db(None, ["id", "number"], [pk, numbers[pk]])
    others = [one for one in promises if one.invoice_id and one.invoice_id not in numbers]  # fmt: skip
    if others:
        of_page = Prefetch("invoice", Invoice.objects.only("number"))
        prefetch_related_objects(others, of_page)


def _told(waiting: Iterable[PaymentPromise], fresh: Iterable[Invoice], on: date, most: int) -> ToDo:  # fmt: skip
    promised, overdue = list(waiting), list(fresh)
    done = ToDo(fresh=overdue[:most], more=len(promised) > most or len(overdue) > most)
    for promise in promised[:most]:
        (done.due if promise.promised_on == on else done.broken).append(promise)
    return done


# What a line of what to do says, beside the name of the client.
_OF_PROMISE = "client_id", "invoice_id", "promised_on", "amount", "currency", "comment"
_OF_INVOICE = "client_id", "number", "state", "due_on", "currency", "total", "paid"


def _waiting(promises: QuerySet[PaymentPromise], invoices: QuerySet[Invoice], on: date, *, most: int = SHOWN) -> QuerySet[PaymentPromise, PaymentPromise]:  # fmt: skip
    owing = invoices.filter(state__in=debts.OPEN).order_by().values("client")
    found = _first(promises.filter(client__in=owing), on, most=most)
    return found.select_related("invoice").only(*_OF_PROMISE, "invoice__number")


def _first(promises: QuerySet[PaymentPromise], on: date, *, most: int) -> QuerySet[PaymentPromise, PaymentPromise]:  # fmt: skip
    """Without their invoices. Found in an index alone, and only then read."""
    first = (
        promises.filter(state=PromiseState.WAITING, promised_on__lte=on)
        .order_by("promised_on", "pk").values("pk")[: most + 1]
    )  # fmt: skip
    return (
        PaymentPromise.objects.filter(pk__in=first)
        .only(*_OF_PROMISE)
        .order_by("promised_on", "pk")
    )


def _fresh(invoices: QuerySet[Invoice], on: date, since: date | None = None, *, most: int = SHOWN) -> QuerySet[Invoice, Invoice]:  # fmt: skip
    overdue = invoices.filter(due_on__lt=on, due_on__gte=since or on - FRESH)
    return _unspoken(overdue, most=most)


def _unspoken(invoices: QuerySet[Invoice], *, most: int) -> QuerySet[Invoice, Invoice]:  # fmt: skip
    """The first that nobody promised to pay. Found in an index alone, and only then read."""
    first = (
        invoices.filter(state__in=debts.OPEN)
        .exclude(promises__state=PromiseState.WAITING)
        .order_by("due_on", "pk").values("pk")[: most + 1]
    )  # fmt: skip
    found = Invoice.objects.filter(pk__in=first)
    return found.only(*_OF_INVOICE).order_by("due_on", "pk")


@CompiledRecords
def _own_waiting(user: int, on: date) -> QuerySet[PaymentPromise, PaymentPromise]:
    promises: Any = PaymentPromise.objects.all()
    return _waiting(promises, Invoice.objects.filter(responsible=user), on)


@CompiledRecords
def _waiting_of(
    clients: list[int], on: date
) -> QuerySet[PaymentPromise, PaymentPromise]:
    # The index of days holds the client: read on, it is shorter than looking each of them up in that of clients.
    promises: Any = PaymentPromise.objects.alias(whose=F("client_id") + 0)
    return _first(promises.filter(whose__any_of=clients), on, most=SHOWN)


@CompiledRecords
def _fresh_of(ids: list[int]) -> QuerySet[Invoice, Invoice]:
    return _unspoken(Invoice.objects.filter(pk__any_of=ids), most=SHOWN)


@CompiledRecords
def _own_fresh(user: int, on: date, since: date) -> QuerySet[Invoice, Invoice]:
    return _fresh(Invoice.objects.filter(responsible=user), on, since)


def of_day(user: User, *, on: date) -> ToDo:
    """For the start page: what `user` answers for himself, as the seller of the invoice or the giver of the promise."""
    found = own(user, on=on)
    found.names = look_up(clients=found.clients).clients
    return found
