"""Receivables: who owes, since when, who answers for it, and what to do about it today."""

from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.models import Client
from clients.named import Names, look_up
from deals import collecting, debts, receivable_rows
from deals.actions import receipts
from deals.forms.money import PromiseForm
from deals.invoice_listing import AGE_WORDS, currency_in
from deals.models import Invoice
from deals.querysets import sees_all as reads_all
from deals.views.dialogs import ask, done
from deals.views.invoices import CHANGED
from deals.views.shared import FORMATS, read_or_404, spreadsheet
from salesexpert.accounts.requests import SignedRequest
from salesexpert.accounts.teams import leads, team_of
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part

# Rows that the page begins with, and that it shows when asked for all; the file has no end.
SHOWN, AT_MOST = 25, 500


@require_GET
@permission_required("deals.view_invoice", raise_exception=True)
def receivables(request: SignedRequest) -> HttpResponseBase:
    """Debt by client or by seller and by age; sums of one currency each. Without the right to all debts: one's own."""
    today = timezone.localdate()
    user = request.user
    invoices: Any = Invoice.objects.visible_to(user)
    sees_all = user.has_perm("deals.view_receivables")
    mine = not sees_all or request.GET.get("whose") == "me"
    by = "responsible" if request.GET.get("by") == "seller" and sees_all else "client"
    if mine:
        invoices = invoices.filter(responsible=user)
    elif not user.has_perm("accounts.view_figures") and (leads(user) or by != "client"):
        # A head reads what his department is owed; what sellers have to collect is told of one's own department only.
        invoices = invoices.filter(responsible__in=team_of(user))
    if request.GET.get("format") in FORMATS:
        return _export(request, invoices, by)
    shown = AT_MOST if "all" in request.GET else SHOWN
    # Whoever reads every record reads all that he answers for: it is found without asking what he may read.
    own = mine and by == "client" and reads_all(user)
    if own:
        owed = debts.owed_to(user.pk)
        rows, totals = debts.aged_of(owed, on=today)
    else:
        rows = debts.aged(invoices, by=by, on=today, largest=shown + 1)
        totals = debts.aged(invoices, on=today)
    if request.GET.get("todo") == "all":
        todo = collecting.to_do(user, invoices, on=today, most=collecting.AT_MOST)
    elif own:
        todo = collecting.own(user, on=today, owed=owed)
    else:
        todo = collecting.to_do(user, invoices, on=today)
    names = _names(rows[:shown], by, also=todo.clients)
    todo.names = names.clients
    may_promise = user.has_perm("deals.change_invoice")
    context = {
        "rows": receivable_rows.rows(
            rows[:shown],
            names.clients if by == "client" else names.people,
            by=by,
            may_promise=may_promise,
        ),
        "more": len(rows) > shown,
        "shown": shown,
        "all_shown": shown == AT_MOST,
        "totals": [(row, _cells(row), _bar(row)) for row in totals],
        "ages": [AGE_WORDS[name] for name, _first in debts.AGES],
        "by": by,
        "mine": mine,
        "sees_all": sees_all,
        "today": todo,
        "on": today,
        "may_export": user.has_perm("deals.export_deals"),
    }
    return render_part(request, "deals/receivables.html", "all", context)


def _cells(row: debts.Aged) -> list[tuple[str, Any]]:
    return list(row.ages.items())


def _bar(row: debts.Aged) -> list[tuple[str, Any, Decimal, str, str]]:
    """The debt as one bar of its ages: (age, words, sum, from where, how wide), in percent."""
    found, begin = [], Decimal(0)
    for age, owed in row.ages.items():
        width = owed * 100 / row.total if row.total else Decimal(0)
        found.append((age, AGE_WORDS[age], owed, f"{begin:.2f}", f"{width:.2f}"))
        begin += width
    return found


def _names(found: list[debts.Aged], by: str, *, also: Collection[int] = ()) -> Names:
    """Of those who owe, or whom they owe to, and of clients that stand elsewhere on the page: one query."""
    ids = [row.id for row in found]
    if by == "client":
        return look_up(clients=[*ids, *also])
    return look_up(people=ids, clients=also)


def _export(request: SignedRequest, invoices: Any, by: str) -> HttpResponseBase:
    today = timezone.localdate()
    labels = [_("Client") if by == "client" else _("Seller"), _("Currency"), _("Owes"), _("of it overdue"), *(str(word) for word in AGE_WORDS.values()), _("Invoices"), _("Oldest term")]  # fmt: skip

    def rows() -> Iterator[list[Any]]:
        found = debts.aged(invoices, by=by, on=today)
        known = _names(found, by)
        names = known.clients if by == "client" else known.people
        for row in found:
            yield [names.get(row.id or 0) or _("nobody"), row.currency, row.total, row.overdue, *row.ages.values(), row.count, row.since or ""]  # fmt: skip

    return spreadsheet(request.user, request.GET["format"], _("receivables"), "receivables.exported", labels, rows)  # fmt: skip


@require_http_methods(["GET", "POST"])
@permission_required("deals.change_invoice", raise_exception=True)
def client_promise(request: SignedRequest, pk: int) -> HttpResponse:
    """The client's word to pay all he owes in a currency by a day."""
    client = read_or_404(Client.objects.visible_to(request.user).select_related("legal_form"), pk)  # fmt: skip
    owed = debts.debts_of_clients([pk]).get(pk, [])
    asked = currency_in(request.GET.get("currency"))
    debt = next((d for d in owed if d.currency == asked), owed[0] if owed else None)
    form = PromiseForm(request.POST or None, initial={"amount": (debt.overdue or debt.amount) if debt else None})  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            receipts.promise(by=request.user, client=client, currency=debt.currency if debt else "RUB", at=timezone.now(), **form.cleaned_data)  # fmt: skip
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("The promise is noted."), client.get_absolute_url(), *CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Promise to pay"),
        about=str(client),
        submit=_("Note the promise"),
        back=client.get_absolute_url(),
    )
