"""What a person earns in a month, rouble by rouble: reads the books, leaves the arithmetic to `analytics.paying`.

The same function answers for the figure in the header, the payslip, the spreadsheet, a month being closed and a draft of
a scheme tried on a month of the past.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q
from django.utils import timezone

from analytics import bonuses, money_lines
from analytics.actions.counting import stored
from analytics.choices import Counted, RuleBase, RuleKind, VersionState
from analytics.models import (
    CountedMoney,
    CountedShare,
    SchemeAssignment,
    SchemeRule,
    SchemeVersion,
)
from analytics.money_lines import midnight
from analytics.months import ends_quarter, first_of, following, quarter_of
from analytics.paying import (
    MARGIN,
    NOUGHT,
    RECEIPTS,
    REVENUE,
    Earned,
    Money,
    Part,
    PercentRule,
    Step,
    earned_by,
    minus,
    paid_parts,
    proportional,
    reached,
)
from clients.models import Activity, ProductCategory
from deals.choices import DealState, InvoiceState
from deals.models import Deal, DealParticipant, Invoice
from salesexpert.core.money import HUNDRED, kopecks

OWED = (InvoiceState.ISSUED, InvoiceState.PARTLY_PAID)
EARNED, EXPECTED, POSSIBLE = "earned", "expected", "possible"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the explanation: `amount` by `rule`, and what it was counted of.

    `kind` is receipt, back, win, reopened, invoice, deal, fixed, piece or bonus. `whole` counted of the deed for all who
    share it, `base` for this person, by `share` percent. A bonus has its `value` and the `threshold` it reached, a piece
    rate the `value` pieces at `rate`.

    Lines of money that a page begins with carry what their papers say: whose they are (`client`), the `number` of the
    payment order or of the unpaid invoice, and the day of the order (`analytics.explaining.with_papers`).
    """

    group: str
    kind: str
    rule: int
    amount: Decimal
    money: int | None = None
    payment: int | None = None
    invoice: int | None = None
    deal: int | None = None
    cause: int | None = None
    day: date | None = None
    whole: Decimal | None = None
    base: Decimal | None = None
    percent: Decimal | None = None
    share: Decimal | None = None
    weight: Decimal | None = None
    value: Decimal | None = None
    threshold: Decimal | None = None
    rate: Decimal | None = None
    client: int | None = None
    number: str | None = None
    paid_on: date | None = None
    cost_unknown: bool = False


@dataclass(slots=True)
class Statement:
    """A month of one person by one version. `elsewhere` counts deeds in another currency than the scheme's: they bring nothing."""

    user: int
    month: date
    version: SchemeVersion
    entries: list[Entry] = field(default_factory=list)
    elsewhere: int = 0

    def sum_of(self, group: str) -> Decimal:
        return sum((e.amount for e in self.entries if e.group == group), NOUGHT)

    @property
    def earned(self) -> Decimal:
        return self.sum_of(EARNED)

    @property
    def expected(self) -> Decimal:
        return self.sum_of(EXPECTED)

    @property
    def possible(self) -> Decimal:
        return self.sum_of(POSSIBLE)


def version_for(user_id: int, month: date) -> SchemeVersion | None:
    """The version by which a person is paid in a month: of his scheme then, the last one in force by then."""
    assignment = (
        SchemeAssignment.objects.filter(user=user_id, since__lte=month)
        .filter(Q(until=None) | Q(until__gt=month))
        .first()
    )
    if assignment is None:
        return None
    return (
        SchemeVersion.objects.filter(
            scheme=assignment.scheme_id, state=VersionState.ACTIVE, since__lte=month
        )
        .select_related("scheme")
        .order_by("-since")
        .first()
    )


def work_out(
    user_id: int,
    month: date,
    version: SchemeVersion,
    *,
    ahead: bool = True,
    rules: Sequence[SchemeRule] | None = None,
) -> Statement:
    """What the person earned in `month` by `version`; with `ahead` also what is expected and possible as of now."""
    found = Statement(user_id, month, version)
    rules = list(version.rules.all()) if rules is None else rules
    percents = [rule for rule in rules if rule.kind == RuleKind.PERCENT]
    currency = version.scheme.currency
    deeds: list[Money] = []
    if percents:
        deeds, found.elsewhere = _counted(user_id, month, currency)
    expected = _expected(user_id, currency) if percents and ahead else []
    possible = _possible(user_id, currency, percents) if percents and ahead else []
    shelves = _shelves(percents)
    for rule in rules:
        if rule.kind == RuleKind.FIXED and rule.amount:
            found.entries.append(Entry(EARNED, "fixed", rule.pk, rule.amount))
        elif rule.kind == RuleKind.PERCENT:
            asked = _percent_rule(rule, version, shelves)
            base = NOUGHT
            for group, moneys in ((EARNED, deeds), (EXPECTED, expected), (POSSIBLE, possible)):  # fmt: skip
                gained, base = earned_by(asked, moneys, since=base)
                found.entries += [_entry(group, rule, asked, e) for e in gained if e.base or e.amount]  # fmt: skip
        elif rule.kind == RuleKind.PIECE:
            found.entries += _pieces(user_id, month, rule)
        elif rule.kind == RuleKind.BONUS:
            found.entries += _bonus(user_id, month, rule)
    found.entries.sort(key=_order)
    return found


_GROUPS = {EARNED: 0, EXPECTED: 1, POSSIBLE: 2}
_KINDS = {"fixed": 0, "piece": 2, "bonus": 3}


def _order(entry: Entry) -> tuple[int, int, date, int, int]:
    return (
        _GROUPS[entry.group],
        _KINDS.get(entry.kind, 1),
        entry.day or date.max,
        entry.money or entry.invoice or entry.deal or 0,
        entry.rule,
    )


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def steps_of(rule: SchemeRule) -> tuple[Step, ...]:
    pairs = [(Decimal(a), Decimal(b)) for a, b in rule.steps]
    return tuple(Step(since, percent) for since, percent in sorted(pairs))


def _percent_rule(rule: SchemeRule, version: SchemeVersion, shelves: dict[int, frozenset[int]]) -> PercentRule:  # fmt: skip
    return PercentRule(
        base={RuleBase.MARGIN: MARGIN, RuleBase.REVENUE: REVENUE}.get(rule.base, RECEIPTS),  # type: ignore[call-overload]
        steps=steps_of(rule),
        clients=rule.clients,
        categories=shelves.get(rule.category_id) if rule.category_id else None,
        with_vat=version.with_vat,
    )  # fmt: skip


def _shelves(rules: Iterable[SchemeRule]) -> dict[int, frozenset[int]]:
    """{category: itself with all that stand in it}."""
    wanted = {rule.category_id for rule in rules if rule.category_id}
    if not wanted:
        return {}
    children: dict[int | None, list[int]] = {}
    for pk, parent in ProductCategory.with_bin.values_list("pk", "parent"):
        children.setdefault(parent, []).append(pk)
    found = {}
    for top in wanted:
        queue, within = [top], set[int]()
        while queue:
            current = queue.pop()
            if current not in within:
                within.add(current)
                queue += children.get(current, [])
        found[top] = frozenset(within)
    return found


def _entry(group: str, rule: SchemeRule, asked: PercentRule, gained: Earned) -> Entry:
    deed, subject = gained.money, gained.money.subject
    share = next((s for p, s in deed.shares if p == deed.person), None)
    unknown = asked.base == MARGIN and any(p.margin is None for p in deed.parts)
    return Entry(
        group=group,
        rule=rule.pk,
        amount=gained.amount,
        whole=gained.whole,
        base=gained.base,
        percent=gained.percent,
        share=share,
        weight=deed.weight if group == POSSIBLE else None,
        cost_unknown=unknown,
        **subject,
    )


# ── money ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _counted(user_id: int, month: date, currency: str) -> tuple[list[Money], int]:
    """What was counted for the person in the month, by day; and how many deeds were in another currency."""
    mine = CountedShare.objects.filter(user=user_id, month=month).values("money")
    rows = list(CountedMoney.objects.filter(pk__in=mine).order_by("day", "pk"))
    shares: dict[int, list[tuple[int, Decimal]]] = {row.pk: [] for row in rows}
    for money, person, percent in CountedShare.objects.filter(
        money__in=list(shares)
    ).order_by("position", "pk").values_list("money", "user", "percent"):  # fmt: skip
        shares[money].append((person, percent))
    deeds = [
        Money(
            subject={
                "kind": row.kind,
                "money": row.pk,
                "payment": row.payment_id,
                "invoice": row.invoice_id,
                "deal": row.deal_id,
                "cause": row.cause_id,
                "day": row.day,
            },
            parts=tuple(stored(row.lines)),
            shares=tuple(shares[row.pk]),
            person=user_id,
            is_new=row.is_new,
            source=REVENUE if row.kind in {Counted.WIN, Counted.REOPENED} else RECEIPTS,
        )
        for row in rows
        if row.currency == currency
    ]
    return deeds, len(rows) - len(deeds)


def _expected(user_id: int, currency: str) -> list[Money]:
    """Unpaid rests of issued invoices, as if they were paid now."""
    owed = Invoice.objects.filter(
        state__in=OWED, currency=currency, corrects=None
    ).order_by()
    taken = DealParticipant.objects.filter(user=user_id, share__gt=0).values("deal")
    ids = (
        owed.filter(deal__responsible=user_id).values("pk")
        .union(
            owed.filter(deal__in=taken).values("pk"),
            owed.filter(deal=None, responsible=user_id).values("pk"),
        )
        .order_by()
    )  # fmt: skip
    wanted = [row["pk"] for row in ids]
    if not wanted:
        return []
    invoices = list(
        Invoice.objects.filter(pk__in=wanted).select_related("deal")
        .only("total", "vat_total", "paid", "due_on", "issued_on", "currency", "client", "responsible", "deal__responsible", "deal__bin")
        .order_by("due_on", "pk")
    )  # fmt: skip
    lines = money_lines.of_invoices(invoices)
    shares = money_lines.shares_of(invoices)
    new = money_lines.of_new_clients(invoices)
    found = []
    for invoice in invoices:
        whole = paid_parts(lines[invoice.pk], invoice.total)
        rest = minus(whole, paid_parts(lines[invoice.pk], invoice.paid))
        subject = {"kind": "invoice", "invoice": invoice.pk, "deal": invoice.deal_id, "day": invoice.due_on}  # fmt: skip
        found.append(
            Money(subject, tuple(rest), shares[invoice.pk], user_id, new[invoice.pk])
        )
    return found


def _possible(user_id: int, currency: str, rules: Sequence[SchemeRule]) -> list[Money]:
    """What open deals have not been invoiced for, by the percent of their stage; for revenue, their whole amount."""
    taken = DealParticipant.objects.filter(user=user_id, share__gt=0).values("deal")
    live = Deal.objects.filter(state=DealState.OPEN, currency=currency, amount__gt=0, stage__percent__gt=0).order_by()  # fmt: skip
    ids = [row["pk"] for row in live.filter(responsible=user_id).values("pk").union(live.filter(pk__in=taken).values("pk")).order_by()]  # fmt: skip
    if not ids:
        return []
    deals = list(
        Deal.objects.filter(pk__in=ids)
        .annotate(percent=F("stage__percent"))
        .only("amount", "invoiced", "margin", "responsible", "client", "expected_on")
        .order_by("expected_on", "pk")
    )
    lines = money_lines.of_deals(deals)
    shares = money_lines.shares_of_deals(deals)
    new = money_lines.new_at_closing(deals) if any(r.clients != "any" for r in rules) else {}  # fmt: skip
    bases = {rule.base for rule in rules}
    found = []
    for deal in deals:
        subject = {"kind": "deal", "deal": deal.pk, "day": deal.expected_on}
        weight = Decimal(deal.percent) / HUNDRED
        amount = deal.amount or NOUGHT
        is_new = new.get(deal.pk, False)
        left = amount - deal.invoiced
        if left > 0 and bases - {RuleBase.REVENUE}:
            parts = _scaled(lines[deal.pk], left)
            found.append(Money(subject, parts, shares[deal.pk], user_id, is_new, RECEIPTS, weight))  # fmt: skip
        if RuleBase.REVENUE in bases:
            parts = _scaled(lines[deal.pk], amount)
            found.append(Money(subject, parts, shares[deal.pk], user_id, is_new, REVENUE, weight))  # fmt: skip
    return found


def _scaled(lines: Sequence[Part], amount: Decimal) -> tuple[Part, ...]:
    """Lines of a deal as if they came to `amount`, which a person may have typed."""
    return tuple(paid_parts(lines, amount))


# ── work and bonuses ─────────────────────────────────────────────────────────────────────────────────────────────────


def _pieces(user_id: int, month: date, rule: SchemeRule) -> list[Entry]:
    done = Activity.objects.filter(
        performer=user_id,
        status="done",
        kind=rule.activity_kind_id,
        done_at__gte=midnight(month),
        done_at__lt=midnight(following(month)),
    ).aggregate(count=Count("pk"))["count"]
    if not done or not rule.amount:
        return []
    amount = kopecks(rule.amount * done)
    return [Entry(EARNED, "piece", rule.pk, amount, value=Decimal(done), rate=rule.amount)]  # fmt: skip


def _bonus(user_id: int, month: date, rule: SchemeRule) -> list[Entry]:
    """A bonus of the month, or of the quarter in its last month. Nothing is shown below its first threshold."""
    since = month
    if rule.every == "quarter":
        if not ends_quarter(month):
            return []
        since = quarter_of(month)
    value = bonuses.value_of(rule.measure, user_id, since, following(month))
    if rule.steps:
        hit = reached(value, [(Decimal(a), Decimal(b)) for a, b in rule.steps])
        if hit is None:
            return []
        return [Entry(EARNED, "bonus", rule.pk, hit[1], value=value, threshold=hit[0])]
    amount = proportional(value, rule.amount or NOUGHT)
    return [Entry(EARNED, "bonus", rule.pk, amount, value=value, rate=rule.amount)] if amount else []  # fmt: skip


def this_month() -> date:
    return first_of(timezone.localdate(timezone=timezone.get_default_timezone()))
