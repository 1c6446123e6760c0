"""A statement of pay in words: whose money, by which rule, at what rate. A constant number of queries."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics.choices import BonusMeasure, RuleBase, RuleClients, RuleKind
from analytics.earnings import EARNED, EXPECTED, POSSIBLE, Entry, Statement
from analytics.models import SchemeRule
from analytics.paying import NOUGHT
from clients.models import ActivityKind, Client, ProductCategory
from deals.models import Deal, Invoice, Payment
from salesexpert.core.addresses import address
from salesexpert.core.compiled import CompiledQuery, CompiledRecords
from salesexpert.core.money import HUNDRED
from salesexpert.core.templatetags.look import money, number, percents, plain_day

# Lines of each group that a page begins with: a good seller has hundreds.
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Line:
    """`what` came, `why` it brings so much. `url` opens the record; `whole` and `base` stand in the spreadsheet."""

    what: str
    why: str
    amount: Decimal
    url: str = ""
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """`total` is the sum in the header; `count` how many records it is made of. Of its `whole` lines some may be told."""

    code: str
    name: str
    hint: str
    total: Decimal
    count: int
    whole: int
    lines: tuple[Line, ...]

    @property
    def hidden(self) -> int:
        return self.whole - len(self.lines)


class _Books:
    """Records that the lines name."""

    def __init__(self, statement: Statement, entries: Sequence[Entry]) -> None:
        self.deals = {pk: (title, client) for pk, title, client in _deals(ids=_ids([e for e in entries if not e.invoice], "deal"))}  # fmt: skip
        clients = {client for _title, client in self.deals.values()}
        clients |= {e.client for e in entries if e.client}
        self.clients = dict(_clients(ids=list(clients)))
        rules = _rules.records(version=statement.version.pk)
        self.rules = {r.pk: r for r in rules}
        kinds = [r.activity_kind_id for r in rules if r.activity_kind_id]
        self.kinds = ActivityKind.with_bin.in_bulk(kinds) if kinds else {}
        shelves = [r.category_id for r in rules if r.category_id]
        self.shelves = ProductCategory.with_bin.in_bulk(shelves) if shelves else {}

        self._days: dict[Any, str] = {}
        self._percents: dict[Decimal, str] = {}

    def day(self, value: Any) -> str:
        """The day in words; a month has thirty of them and hundreds of lines."""
        if value not in self._days:
            self._days[value] = plain_day(value)
        return self._days[value]

    def percent(self, value: Decimal) -> str:
        if value not in self._percents:
            self._percents[value] = percents(value)
        return self._percents[value]

    def client(self, entry: Entry) -> str:
        of = entry.client or self.deals.get(entry.deal or 0, ("", 0))[1]
        return self.clients.get(of, "")


def with_papers(entries: Sequence[Entry]) -> list[Entry]:
    """The same, lines of invoices with what these and their payments say. Nothing is asked where all of them say it."""
    bare = [e for e in entries if e.invoice and not e.client]
    if not bare:
        return list(entries)
    invoices = {pk: (number, client) for pk, number, client in _invoices(ids=_ids(bare, "invoice"))}  # fmt: skip
    payments = {pk: (number, day) for pk, number, day in _payments(ids=_ids([e for e in bare if e.kind == "receipt"], "payment"))}  # fmt: skip

    def told(entry: Entry) -> Entry:
        if entry.client or entry.invoice not in invoices:
            return entry
        number, client = invoices[entry.invoice]
        if entry.kind == "invoice":
            return replace(entry, client=client, number=number)
        order, day = payments.get(entry.payment or 0, (None, None))
        return replace(entry, client=client, number=order, paid_on=day)

    return [told(entry) for entry in entries]


def note_papers(statement: Statement) -> None:
    """Let the lines that a page begins with carry what their papers say, so that reading them asks for no paper."""
    first = {id(e) for entries in _by_group(statement).values() for e in _largest(entries, SHOWN)}  # fmt: skip
    told = iter(with_papers([e for e in statement.entries if id(e) in first]))
    statement.entries = [next(told) if id(e) in first else e for e in statement.entries]


def _ids(entries: Iterable[Entry], name: str) -> list[int]:
    return list({pk for e in entries if (pk := getattr(e, name))})


@CompiledRecords
def _rules(version: int) -> QuerySet[SchemeRule, SchemeRule]:
    return SchemeRule.objects.filter(version=version)


@CompiledQuery
def _invoices(ids: list[int]) -> QuerySet[Invoice, Any]:
    return Invoice.objects.filter(pk__any_of=ids).order_by().values_list("pk", "number", "client")  # fmt: skip


@CompiledQuery
def _payments(ids: list[int]) -> QuerySet[Payment, Any]:
    return Payment.objects.filter(pk__any_of=ids).order_by().values_list("pk", "document_number", "paid_on")  # fmt: skip


@CompiledQuery
def _deals(ids: list[int]) -> QuerySet[Deal, Any]:
    return Deal.with_bin.filter(pk__each_of=ids).order_by().values_list("pk", "title", "client")  # fmt: skip


@CompiledQuery
def _clients(ids: list[int]) -> QuerySet[Client, Any]:
    return Client.objects.filter(pk__each_of=ids).order_by().values_list("pk", "name")


def explained(statement: Statement, *, largest: int | None = None) -> list[Group]:
    """The three groups of the header with their lines, in the active language; `largest`: only so many lines of each."""
    groups = _by_group(statement)
    chosen = {code: _largest(entries, largest) for code, entries in groups.items()}
    all_told = with_papers([entry for entries in chosen.values() for entry in entries])
    books, rest = _Books(statement, all_told), iter(all_told)
    told = {code: list(islice(rest, len(entries))) for code, entries in chosen.items()}
    currency = statement.version.scheme.currency
    found = []
    for code, name, hint in (
        (EARNED, _("Earned"), _("paid")),
        (EXPECTED, _("Expected"), _("invoices not paid yet")),
        (POSSIBLE, _("Possible"), _("open deals × percent of the stage")),
    ):
        entries = groups[code]
        lines = tuple(_line(e, books, currency) for e in told[code])
        records = {(e.invoice, e.deal) for e in entries}
        total = sum((e.amount for e in entries), NOUGHT)
        found.append(Group(code, name, hint, total, len(records), len(entries), lines))
    return found


def _by_group(statement: Statement) -> dict[str, list[Entry]]:
    groups: dict[str, list[Entry]] = {EARNED: [], EXPECTED: [], POSSIBLE: []}
    for entry in statement.entries:
        groups[entry.group].append(entry)
    return groups


def _largest(entries: list[Entry], most: int | None) -> list[Entry]:
    """So many of them that bring or cost most, in the order in which they stand."""
    if most is None or len(entries) <= most:
        return entries
    places = sorted(range(len(entries)), key=lambda n: -abs(entries[n].amount))[:most]
    return [entries[n] for n in sorted(places)]


def _line(entry: Entry, books: _Books, currency: str) -> Line:
    what, url = _subject(entry, books, currency)
    return Line(what, _why(entry, books, currency), entry.amount, url, entry)


def _subject(entry: Entry, books: _Books, currency: str) -> tuple[str, str]:
    client = books.client(entry)
    deal = books.deals.get(entry.deal or 0)
    rule = books.rules.get(entry.rule)
    title = deal[0] if deal else ""
    if entry.kind == "receipt" and entry.paid_on:
        words = {"client": client, "number": entry.number or "—", "day": books.day(entry.paid_on)}  # fmt: skip
        return _("%(client)s, payment order No. %(number)s of %(day)s") % words, _to_invoice(entry)  # fmt: skip
    if entry.kind == "back":
        return _("Taken back, %(client)s, %(day)s") % {"client": client, "day": books.day(entry.day)}, _to_invoice(entry)  # fmt: skip
    if entry.kind == "win":
        return _("%(client)s, deal “%(deal)s” won on %(day)s") % {"client": client, "deal": title, "day": books.day(entry.day)}, _to_deal(entry, deal)  # fmt: skip
    if entry.kind == "reopened":
        return _("%(client)s, deal “%(deal)s” is open again") % {"client": client, "deal": title}, _to_deal(entry, deal)  # fmt: skip
    if entry.kind == "invoice" and entry.number:
        return _("%(client)s, invoice %(number)s, due %(day)s") % {"client": client, "number": entry.number, "day": books.day(entry.day)}, _to_invoice(entry)  # fmt: skip
    if entry.kind == "deal" and deal:
        return f"{client}, {title}", _to_deal(entry, deal)
    if entry.kind == "piece" and rule:
        return str(books.kinds.get(rule.activity_kind_id or 0, "")), ""
    if entry.kind == "bonus" and rule:
        return _("Bonus: %(what)s") % {"what": BonusMeasure(rule.measure).label}, ""
    return _("Fixed part"), ""


def _to_invoice(entry: Entry) -> str:
    return address("deals:invoice", entry.invoice) if entry.client and entry.invoice else ""  # fmt: skip


def _to_deal(entry: Entry, found: object) -> str:
    return address("deals:deal", entry.deal) if found and entry.deal else ""


def _why(entry: Entry, books: _Books, currency: str) -> str:
    rule = books.rules.get(entry.rule)
    if entry.kind == "fixed":
        return _("every month")
    if entry.kind == "piece":
        return f"{number(entry.value)} × {money(entry.rate, currency)}"
    if entry.kind == "bonus":
        reached = percents if rule and rule.measure.startswith(("plan_", "kpi")) else number  # fmt: skip
        value = reached(entry.value or Decimal(0))
        if entry.threshold is not None:
            return _("reached %(value)s, paid from %(threshold)s") % {"value": value, "threshold": reached(entry.threshold)}  # fmt: skip
        return _("%(value)s of %(amount)s") % {"value": value, "amount": money(entry.rate, currency)}  # fmt: skip
    rate = books.percent(entry.percent) if entry.percent is not None else _("by steps")
    base = money(abs(entry.base or Decimal(0)), currency)
    said = _OF[rule.base if rule else ""] % {"rate": rate, "base": base}
    parts = [said]
    if rule and rule.category_id in books.shelves:
        parts.append(str(books.shelves[rule.category_id]))
    if rule and rule.clients == RuleClients.NEW:
        parts.append(_("new client"))
    if rule and rule.clients == RuleClients.REGULAR:
        parts.append(_("regular client"))
    if entry.share is not None and entry.share != HUNDRED:
        parts.append(
            _("your share is %(share)s") % {"share": books.percent(entry.share)}
        )
    if entry.weight is not None:
        parts.append(_("stage %(percent)s") % {"percent": books.percent(entry.weight * HUNDRED)})  # fmt: skip
    if entry.cost_unknown:
        parts.append(_("the cost of some lines is not known: they count nothing"))
    return ", ".join(parts)


class _Of:
    """What the percent is of; looked up when said, for the language may change between requests."""

    def __getitem__(self, base: str) -> str:
        if base == RuleBase.MARGIN:
            return pgettext("pay", "%(rate)s of the margin %(base)s")
        if base == RuleBase.REVENUE:
            return pgettext("pay", "%(rate)s of the revenue %(base)s")
        return pgettext("pay", "%(rate)s of %(base)s received")


_OF = _Of()


def rule_words(rule: SchemeRule, currency: str) -> str:
    """A rule as one sentence, for lists of a scheme: “7 % of the margin in payments received, new clients only”."""
    if rule.kind == RuleKind.FIXED:
        return _("%(amount)s every month") % {"amount": money(rule.amount, currency)}
    if rule.kind == RuleKind.PIECE:
        return _("%(amount)s for each: %(kind)s") % {"amount": money(rule.amount, currency), "kind": rule.activity_kind}  # fmt: skip
    if rule.kind == RuleKind.BONUS:
        what = BonusMeasure(rule.measure).label
        reached = percents if rule.measure.startswith(("plan_", "kpi")) else number
        steps = ", ".join(
            _("from %(value)s: %(amount)s") % {"value": reached(Decimal(a)), "amount": money(b, currency)}
            for a, b in rule.steps
        ) or _("in proportion, at most %(amount)s") % {"amount": money(rule.amount, currency)}  # fmt: skip
        every = f", {rule.get_every_display()}" if rule.every == "quarter" else ""
        return f"{what}{every}: {steps}"
    stairs = [(Decimal(a), Decimal(b)) for a, b in rule.steps]
    if len(stairs) == 1 and not stairs[0][0]:
        rate = percents(stairs[0][1])
    else:
        rate = ", ".join(
            _("from %(value)s: %(percent)s") % {"value": money(a, currency), "percent": percents(b)}
            for a, b in stairs
        )  # fmt: skip
    said = f"{rate} {rule.get_base_display()}"
    if rule.category:
        said += f", {rule.category}"
    return said if rule.clients == RuleClients.ANY else f"{said}, {rule.get_clients_display()}"  # fmt: skip
