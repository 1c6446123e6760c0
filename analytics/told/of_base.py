"""Debts by age, how full the cards are, the ladder, competitors' prices, load: pages of work of their own, told as reports."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from analytics import kept_ladder, kept_prices, kept_work, sheets
from analytics.sheets import Cell, Choice, Column, Drawing, Lines, Sheet, Table
from analytics.sums import CURRENCY
from analytics.wanted import Wanted
from clients import base_reports
from clients.choices import Ladder
from clients.list_filters import day_begins
from clients.models import Client, Product, RelationshipType
from clients.named import look_up
from clients.querysets import sees_cards_of
from deals import competitor_prices, debts
from deals.figures import midnight
from deals.invoice_listing import AGE_WORDS
from deals.models import Competitor
from deals.querysets import sees_all
from deals.team import load as hours
from deals.team import loading
from deals.team.notice import limits
from pipeline.models import Stage
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import money, number, percents, whole

# So many columns can be told apart and named; a report of debts or of people is no list of them all.
DRAWN, LONGEST = 16, 200
# With so many debts the page begins.
FIRST = 25
# Names of firms are long: below fewer columns they have room.
DRAWN_FIRMS = 10
THIN, MOST_LACKS = 60, 4
# Of what is on the card a base report can be narrowed by.
OF_CARDS = {"region": "region", "industry": "industry", "group": "group", "source": "source"}  # fmt: skip
# Weeks over which the need for people is measured, and the part of them that sellers have for deals, as on its own page.
WEEKS, SHARE = 8, 80


# ── receivables ──────────────────────────────────────────────────────────────────────────────────────────────────────

_TONES = {"not_due": "b", "1_7": "a", "8_30": "a", "31_60": "h", "61_90": "h", "over_90": "r"}  # fmt: skip


def receivables(wanted: Wanted) -> Sheet:
    """Debt as it stands now, whatever the period."""
    by = wanted.chosen("by", ("client", "responsible"))
    # Of a reader of all records the invoices that he answers for are found without asking what he may read.
    if by == "client" and wanted.sellers == [wanted.user.pk] and sees_all(wanted.user):
        found, every = debts.aged_of(debts.owed_to(wanted.user.pk), on=wanted.on)
        found = found[:LONGEST]
    else:
        found = debts.aged(wanted.invoices, by=by, on=wanted.on, largest=LONGEST)
        every = debts.aged(wanted.invoices, on=wanted.on)
    most = max((row.total for row in found), default=Decimal(0))
    several, many = len({row.currency for row in found}) > 1, len(found)
    note = _("The %d largest debts are shown.") % LONGEST if many == LONGEST else ""
    rest = None
    if not wanted.whole and many > FIRST:
        found, note = found[:FIRST], _("The %d largest debts are shown.") % FIRST
        rest = (wanted.here(all=1), (_("Show the %d largest") if many == LONGEST else _("Show all %d")) % many)  # fmt: skip
    ids = [row.id for row in found if row.id]
    known = look_up(clients=ids) if by == "client" else look_up(people=ids)
    names = known.clients if by == "client" else known.people

    def cells(row: debts.Aged, label: str) -> list[Cell]:
        narrowed: dict[str, Any] = {"currency": row.currency}
        if row.id:
            narrowed[by] = row.id
        nobody = by == "responsible" and not row.id and label != _("All")
        # The links of a row differ in one word each.
        listing, _mark, rest = wanted.invoices_at(**narrowed).partition("?")
        at = ((lambda _which: "") if nobody else (lambda which: f"{listing}?{which}&{rest}"))  # fmt: skip
        open_ = at("state=open")
        return [
            sheets.name(label, more=row.currency if several else ""),
            sheets.bar(float(row.total / most) if most and row.id else 0),
            sheets.amount(row.total, row.currency, open_),
            sheets.bare(sheets.amount(row.overdue, row.currency, at("state=overdue"), "bad")),
            *(sheets.bare(sheets.amount(owed, row.currency, at(f"state=open&age={age}"))) for age, owed in row.ages.items()),
            sheets.count(row.count, open_),
            sheets.day(row.since),
        ]  # fmt: skip

    columns = [
        Column(_("Client") if by == "client" else _("Seller"), right=False),
        Column("", bar=True),
        Column(_("Owes"), _("Issued less paid of invoices that are not cancelled, now.")),
        Column(_("of it overdue"), _("The term has passed.")),
        *(Column(str(AGE_WORDS[name]), _("Days past the term of the invoice.")) for name, _first in debts.AGES),
        Column(_("Invoices"), _("Open invoices.")),
        Column(_("Oldest term"), _("The earliest term that has passed.")),
    ]  # fmt: skip
    rows = [cells(row, str(names.get(row.id or 0) or _("nobody"))) for row in found]
    lead = ". ".join(
        _("Owed %(owes)s, overdue %(late)s") % {"owes": money(whole(row.total), row.currency), "late": money(whole(row.overdue), row.currency)}
        for row in every
    )  # fmt: skip
    foot = cells(every[0], _("All")) if len(every) == 1 else ()
    return Sheet(
        "receivables", _("Receivables"), f"{lead}." if lead else "",
        [Table("", columns, rows, foot, note, empty=_("Nobody owes anything."), rest=rest)],
        _owed(found, names),
        [Choice("by", pgettext("report", "By"), by, [("client", pgettext("report by", "clients")), ("responsible", pgettext("report by", "sellers"))])],
        links=[(reverse("deals:receivables"), _("What to collect today"))],
    )  # fmt: skip


def _owed(found: Sequence[debts.Aged], names: Any) -> list[Drawing]:
    rows = [row for row in found if row.currency == CURRENCY][:DRAWN_FIRMS]
    most = max((float(row.total) for row in rows), default=0.0)
    if len(rows) < 2 or not most:
        return []
    bars = []
    for place, row in enumerate(rows):
        label = str(names.get(row.id or 0) or _("nobody"))
        told = _("%(name)s: owes %(owes)s, overdue %(late)s") % {"name": label, "owes": money(row.total, CURRENCY), "late": money(row.overdue, CURRENCY)}  # fmt: skip
        added: dict[str, float] = defaultdict(float)
        for age, owed in row.ages.items():
            added[_TONES[age]] += float(max(owed, Decimal(0)))
        bars.append(sheets.stacked(label, told, place, [(kind, added[kind]) for kind in "bahr"], most))  # fmt: skip
    legend = [("b", str(AGE_WORDS["not_due"])), ("a", _("to 30 days late")), ("h", _("31–90 days")), ("r", _("over 90 days"))]  # fmt: skip
    return [Drawing(_("Debt by age"), legend, bars, float(max(len(bars), sheets.FEWEST)), money(round(Decimal(most)), CURRENCY), named=True)]  # fmt: skip


# ── cards ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _cards(wanted: Wanted) -> Any:
    """The cards whose figures are read: of the chosen people, of the chosen part of the base."""
    found: Any = Client.objects.visible_to(wanted.user)
    if wanted.sellers is not None:
        found = found.filter(curator__in=wanted.sellers)
    for name, values in wanted.chosen_ids.items():
        if name in OF_CARDS:
            found = found.filter(**{f"{OF_CARDS[name]}__in": values})
    return found


def _all_cards_of(wanted: Wanted) -> Collection[int] | None:
    """Those all of whose cards are `_cards` (None: everybody); nobody where they are a part."""
    is_part = any(name in OF_CARDS for name in wanted.chosen_ids)
    return () if is_part or not sees_cards_of(wanted.user, wanted.sellers) else wanted.sellers  # fmt: skip


def completeness(wanted: Wanted) -> Sheet:
    """Cards as they are now, whatever the period."""
    rows, total = base_reports.fullness_by_curator(_cards(wanted), below=THIN, at=wanted.at, whole_of=_all_cards_of(wanted))  # fmt: skip
    part = [(name, value) for name, value in wanted.segment if name in OF_CARDS]
    all_of = [("curator", pk) for pk in wanted.sellers or ()]

    def at(whose: Sequence[tuple[str, Any]], **more: Any) -> str:
        return f"{reverse('clients:list')}?{urlencode([*whose, *part, *more.items()])}"

    def cells(row: base_reports.Fullness, label: str, whose: Sequence[tuple[str, Any]]) -> list[Cell]:  # fmt: skip
        return [
            sheets.name(label),
            sheets.bar(row.average / 100),
            sheets.count(row.cards, at(whose, completeness_from=0)),
            sheets.percent(row.average / 100, tone="warn" if row.average < THIN else ""),
            sheets.count(row.below, at(whose, completeness_to=THIN - 1), "warn"),
            sheets.count(row.waiting, at(whose, contact_due="late"), "warn"),
            sheets.name("; ".join(f"{lack.label} {number(lack.cards)}" for lack in row.lacks[:MOST_LACKS])),
        ]  # fmt: skip

    columns = [
        Column(_("Curator"), right=False),
        Column("", bar=True),
        Column(_("Cards"), _("Live cards of which something is asked.")),
        Column(_("Filled on average"), _("Σ completeness ÷ cards; of a card: the weight of what it says out of all that is asked of its relationship type.")),
        Column(_("Below %s") % percents(THIN), _("Cards filled below this percent.")),
        Column(_("Wait for a contact"), _("Not contacted for longer than the rules of quality allow.")),
        Column(_("What is missing most"), right=False),
    ]  # fmt: skip
    table = Table(
        "", columns,
        [cells(row, str(row.curator or _("nobody")), [("curator", row.curator.pk if row.curator else "none")]) for row in rows],
        cells(total, _("All"), all_of) if total.cards else (),
        empty=_("No card has anything asked of it."),
    )  # fmt: skip
    lacks = [
        [sheets.name(str(lack.label)), sheets.bar(lack.cards / total.cards), sheets.count(lack.cards, at(all_of, missing=lack.code)), sheets.percent(lack.cards / total.cards)]
        for lack in total.lacks
    ]  # fmt: skip
    missing = [Column(_("Missing"), right=False), Column("", bar=True), Column(_("Cards"), _("Cards that lack it.")), Column(_("Share"), _("Of all these cards."))]  # fmt: skip
    lead = _("Filled %(average)s on average. Cards below %(limit)s: %(below)s.") % {
        "average": percents(round(total.average)), "below": number(total.below), "limit": percents(THIN),
    } if total.cards else ""  # fmt: skip
    return Sheet(
        "completeness", _("How full the cards are"), lead, [table, Table(_("What is missing, in all"), missing, lacks)] if lacks else [table],
        links=[(reverse("clients:completeness"), _("Another limit of thin cards"))],
    )  # fmt: skip


# ── the ladder ───────────────────────────────────────────────────────────────────────────────────────────────────────


def ladder(wanted: Wanted) -> Sheet:
    since, until = day_begins(wanted.since), day_begins(wanted.until)
    cards = _cards(wanted)
    days = [("since", wanted.since.isoformat()), ("to", wanted.last.isoformat())]
    days += [("curator", str(pk)) for pk in wanted.sellers or ()]

    def moves_at(**more: Any) -> str:
        return f"{reverse('clients:ladder_moves')}?{urlencode([*days, *more.items()])}"

    passed, made = _moves(wanted, cards, since=since, until=until)
    most = max((row.came for row in passed), default=0)
    steps = [
        [
            sheets.name(str(row.step.label)),
            sheets.bar(row.came / most if most else 0),
            sheets.count(row.came, moves_at(came=row.step.value)),
            sheets.count(row.further, moves_at(came=row.step.value, further=1)),
            sheets.percent(row.further / row.came if row.came else None),
        ]
        for row in passed
    ]  # fmt: skip
    types = list(RelationshipType.objects.all())
    used = {pk for pair in made for pk in pair}
    shown = [t for t in types if t.retired_at is None or t.pk in used]
    moved = []
    for source in [None, *shown]:
        row = [sheets.name(str(source) if source else _("new card"))]
        for target in shown:
            move = made.get((source.pk if source else None, target.pk), 0)
            row.append(sheets.count(move, moves_at(**{"from": source.pk if source else "none", "to_type": target.pk})))  # fmt: skip
        moved.append(row)
    spoken = _spoken(wanted, since=since, until=until)

    def contacts_at(**more: Any) -> str:
        return f"{reverse('clients:ladder_contacts')}?{urlencode([*days[:2], *more.items()])}"

    contacts = [
        [
            sheets.name(str(row.performer)),
            *(sheets.count(row.by_type.get(t.pk, 0), contacts_at(performer=row.performer.pk, type=t.pk)) for t in shown),
            sheets.count(row.total, contacts_at(performer=row.performer.pk)),
        ]
        for row in spoken
    ]  # fmt: skip
    reached = [Column(str(t), _("Moves to this step in the period.")) for t in shown]
    stood = [Column(str(t), _("Contacts done in the period with clients who stood on this step at the time.")) for t in shown]  # fmt: skip
    return Sheet(
        "ladder", _("Ladder and contacts"), "",
        [
            Table(
                _("Conversions between steps"),
                [Column(_("Step"), right=False), Column("", bar=True), Column(_("Came"), _("Clients who came to the step in the period.")), Column(_("Went further"), _("Of them those who had gone further by its end.")), Column(_("Share"), _("Went further ÷ came."))],
                steps, empty=_("Nobody moved in the period."),
            ),
            Table(_("Moves, from the step on the left"), [Column(pgettext("step", "From"), right=False), *reached], moved),
            Table(_("Contacts by relationship type"), [Column(_("Who"), right=False), *stood, Column(_("In all"), _("Contacts with clients on any step."))], contacts, empty=_("No contacts in this period.")),
        ],
        _climbed(passed, most),
        links=[(reverse("clients:ladder"), _("Ladder and contacts of a month"))],
    )  # fmt: skip


def _moves(
    wanted: Wanted, cards: Any, *, since: datetime, until: datetime
) -> tuple[list[base_reports.Passing], dict[tuple[int | None, int], int]]:
    """Clients who came to the steps, and moves by their types: from months, where they hold all that is asked for."""
    told = None
    if sees_all(wanted.user) and not any(name in OF_CARDS for name in wanted.chosen_ids):  # fmt: skip
        told = kept_ladder.read(wanted.since, wanted.until, people=wanted.sellers)
    if told:
        steps = [step for step in Ladder if step != Ladder.REGULAR]
        return [base_reports.Passing(step, *told.passed.get(step.value, (0, 0))) for step in steps], told.moved  # fmt: skip
    passed = base_reports.passings(cards, since=since, until=until)
    moved = base_reports.moves_between(cards, since=since, until=until)
    return passed, {(m.from_type, m.to_type): m.count for m in moved}


def _spoken(
    wanted: Wanted, *, since: datetime, until: datetime
) -> list[base_reports.Contacts]:
    """Contacts of the people by where their clients stood: from months, where they hold all that is asked for."""
    people = wanted.sellers
    told = None
    if sees_all(wanted.user) and since == midnight(wanted.since):
        told = kept_work.read(wanted.since, wanted.until, people=people)
    if told is None:
        performers = list(User.objects.order_by("pk").values_list("pk", flat=True)) if people is None else list(people)  # fmt: skip
        return base_reports.contacts_by_type(wanted.user, since=since, until=until, performers=performers)  # fmt: skip
    by_type: dict[int, dict[int | None, int]] = defaultdict(dict)
    for (person, kind), n in told.stood.items():
        by_type[person][kind] = n
    known = User.objects.in_bulk(by_type)
    found = [base_reports.Contacts(known[pk], types) for pk, types in by_type.items()]
    return sorted(found, key=lambda row: (-row.total, str(row.performer)))


def _climbed(passed: Sequence[base_reports.Passing], most: int) -> list[Drawing]:
    if not most:
        return []
    bars = []
    for place, row in enumerate(passed):
        told = _("%(step)s: came %(came)d, went further %(further)d") % {"step": row.step.label, "came": row.came, "further": row.further}  # fmt: skip
        bars.append(sheets.stacked(str(row.step.label), told, place, [("a", row.further), ("b", row.came - row.further)], most))  # fmt: skip
    legend = [("a", _("went further")), ("b", _("still on the step"))]
    return [Drawing(_("Clients who came to a step"), legend, bars, float(sheets.FEWEST), number(most), named=True)]  # fmt: skip


# ── competitors ──────────────────────────────────────────────────────────────────────────────────────────────────────


def competitors(wanted: Wanted) -> Sheet:
    """What competitors asked in the period, beside our prices of the same days. Prices are the firm's, nobody's own."""
    product = next((pk for pk in wanted.chosen_ids.get("product", ())), None)
    seen = kept_prices.read(
        wanted.since, wanted.until, currency=CURRENCY, product=product
    )
    days = {"since": wanted.since.isoformat(), "to": wanted.last.isoformat()}

    def at(**more: Any) -> str:
        return f"{reverse('deals:competitors')}?{urlencode({**days, **more})}"

    def gap(told: kept_prices.Seen) -> Cell:
        mean = told.mean_gap
        return sheets.percent(None if mean is None else mean / 100)

    of_products = sorted(seen.products.items(), key=lambda row: (-row[1].n, row[0]))
    products = Product.objects.in_bulk({pk for (pk, _currency), _told in of_products})
    our_prices = competitor_prices.our_prices(products, wanted.on)
    most = max((of.n for of in seen.products.values()), default=0)
    told = []
    for (pk, currency), one in of_products[:LONGEST]:
        told.append(
            [
                sheets.name(str(products[pk]), wanted.here(product=pk), currency if currency != CURRENCY else ""),
                sheets.bar(one.n / most),
                sheets.count(one.n, at(product=pk, currency=currency)),
                sheets.amount(one.least, currency),
                sheets.amount(one.mean.quantize(Decimal("0.01")), currency),
                sheets.amount(our_prices.get((pk, currency)), currency),
                gap(one),
            ]
        )  # fmt: skip
    columns = [
        Column(_("Product"), right=False),
        Column("", bar=True),
        Column(_("Prices"), _("Prices of competitors seen in the period.")),
        Column(_("Lowest"), _("The lowest of these prices.")),
        Column(_("On average"), _("Mean of these prices.")),
        Column(_("Ours today"), _("Price of the catalogue as of today."), now=True),
        Column(_("Our gap"), _("Mean of (our price on the same day − theirs) ÷ theirs; below nought we are cheaper.")),
    ]  # fmt: skip
    names = dict(Competitor.objects.filter(pk__in=seen.competitors).order_by("name", "pk").values_list("pk", "name"))  # fmt: skip
    firms = [
        [sheets.name(names[pk]), sheets.count(seen.competitors[pk].n, at(competitor=pk, **({"product": product} if product else {}))), gap(seen.competitors[pk])]
        for pk in sorted(names, key=lambda pk: -seen.competitors[pk].n)[:LONGEST]
    ]  # fmt: skip
    of_firm = [Column(_("Competitor"), right=False), Column(_("Prices"), _("Prices of competitors seen in the period.")), Column(_("Our gap"), _("Over all products with a price of ours."))]  # fmt: skip
    return Sheet(
        "competitors", _("Competitors' prices"), "",
        [Table("", columns, told, empty=_("No price of a competitor was seen in the period.")), Table(_("By competitor"), of_firm, firms)],
        _asked(seen, product),
        links=[(reverse("deals:competitors"), _("All prices"))],
    )  # fmt: skip


def _asked(told: kept_prices.Told, product: int | None) -> list[Drawing | Lines]:
    """Of one product their mean price by months beside ours; of all how many prices were seen."""
    if product:
        seen = told.means
        steps = sorted(seen)
        if len(steps) < 2:
            return []
        ours = [competitor_prices.our_price(product, CURRENCY, month) or Decimal(0) for month in steps]  # fmt: skip
        labels = [formats.date_format(month, "YEAR_MONTH_FORMAT") for month in steps]
        spoken = [
            _("%(step)s: competitors %(theirs)s, we %(ours)s") % {"step": label, "theirs": money(round(Decimal(seen[month])), CURRENCY), "ours": money(round(own), CURRENCY)}
            for label, month, own in zip(labels, steps, ours, strict=True)
        ]  # fmt: skip
        top = max([*map(Decimal, seen.values()), *ours])
        series = [("a", [float(own) for own in ours]), ("b", [float(seen[month]) for month in steps])]  # fmt: skip
        return [Lines(_("Price by months"), [("a", _("we")), ("g", _("competitors on average"))], series, labels, spoken, money(round(top), CURRENCY))]  # fmt: skip
    counted = told.months
    steps = sorted(counted)[-24:]
    most = max(counted.values(), default=0)
    if len(steps) < 2:
        return []
    bars = [
        sheets.stacked(formats.date_format(month, "YEAR_MONTH_FORMAT"), f"{formats.date_format(month, 'YEAR_MONTH_FORMAT')}: {number(counted[month])}", place, [("a", counted[month])], most)
        for place, month in enumerate(steps)
    ]  # fmt: skip
    return [Drawing(_("Prices seen by months"), [("a", _("prices"))], bars, float(max(len(bars), sheets.FEWEST)), number(most))]  # fmt: skip


# ── load ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def load(wanted: Wanted) -> Sheet:
    """Hours done and planned against working hours, of the people whose figures are read, and how many people stages need."""
    people = User.objects.filter(is_active=True)
    if wanted.sellers is not None:
        people = people.filter(pk__in=wanted.sellers)
    shown = list(people.select_related("department").order_by("last_name", "first_name", "pk")[:LONGEST])  # fmt: skip
    loads = hours.of_period(shown, wanted.since, wanted.until)
    found = [(person, loads[person.pk]) for person in shown]
    found.sort(key=lambda pair: -(pair[1].percent or 0))
    span = {"since": wanted.since.isoformat(), "until": wanted.last.isoformat()}
    over, under = limits()

    def cells(label: str, told: loading.Load, who: dict[str, Any]) -> list[Cell]:
        level = told.level(over=over, under=under, ahead=wanted.until > wanted.on)

        def at(**more: Any) -> str:
            return f"{reverse('deals:load_work')}?{urlencode({**who, **span, **more})}" if who else ""  # fmt: skip

        return [
            sheets.name(label),
            sheets.bar((told.percent or 0) / 100),
            _hours(told.done, at(state="done")),
            _hours(told.planned, at(state="planned")),
            _hours(told.working),
            sheets.percent(None if told.percent is None else told.percent / 100, at(), {"over": "bad", "under": "warn"}.get(level, "")),
        ]  # fmt: skip

    columns = [
        Column(_("Who"), right=False),
        Column("", bar=True),
        Column(_("Hours done"), _("Done work on the day it was done, as long as it says, half an hour if it does not.")),
        Column(_("Hours planned"), _("Planned work on the day it begins.")),
        Column(_("Working hours"), _("By the person's hours and the production calendar, without absences.")),
        Column(_("Load"), _("(done + planned) ÷ working hours.")),
    ]  # fmt: skip
    together = loading.total(told for _person, told in found)
    rows = [cells(str(person), told, {"who": person.pk}) for person, told in found]
    lead = _("Overloaded, above %(over)s: %(many)d. Underloaded, below %(under)s: %(few)d.") % {
        "over": percents(over), "under": percents(under),
        "many": sum(told.level(over=over, under=under) == "over" for _person, told in found),
        "few": sum(told.level(over=over, under=under) == "under" for _person, told in found),
    }  # fmt: skip
    tables = [Table("", columns, rows, cells(_("All"), together, {}) if rows else ())]
    # Whoever reads a department's figures is not told what the whole firm's stages need.
    if wanted.people is None:
        tables.append(_needed(wanted))
    return Sheet("load", _("Load and need for people"), lead, tables, _loaded(found), links=[(reverse("deals:load"), _("Load by days"))])  # fmt: skip


def _hours(minutes: int, link: str = "") -> Cell:
    return Cell(round(minutes / 60, 1), number(round(minutes / 60, 1)), link if minutes else "")  # fmt: skip


def _loaded(found: Sequence[tuple[User, loading.Load]]) -> list[Drawing]:
    rows = [pair for pair in found if pair[1].taken][:DRAWN]
    most = max((max(told.taken, told.working) for _person, told in rows), default=0)
    if len(rows) < 2 or not most:
        return []
    bars = []
    for place, (person, load_) in enumerate(rows):
        told = _("%(name)s: done %(done)s h, planned %(planned)s h of %(working)s") % {
            "name": person, "done": number(round(load_.done / 60, 1)), "planned": number(round(load_.planned / 60, 1)), "working": number(round(load_.working / 60, 1)),
        }  # fmt: skip
        drawn = sheets.stacked(str(person), told, place, [("a", load_.done), ("b", load_.planned)], most)  # fmt: skip
        bars.append(sheets.Bar(drawn.label, drawn.told, "", drawn.x, drawn.parts, 100 - round(100 * load_.working / most, 2)))  # fmt: skip
    legend = [("a", _("done")), ("b", _("planned")), ("l", _("working hours"))]
    return [Drawing(_("Hours against working hours"), legend, bars, float(max(len(bars), sheets.FEWEST)), number(round(most / 60)), named=True)]  # fmt: skip


def _needed(wanted: Wanted) -> Table:
    """How many people the inflow of each stage keeps busy, measured over the last weeks."""
    steps = list(Stage.objects.in_use().filter(process__retired_at=None).select_related("process").order_by("process__position", "process", "position"))  # fmt: skip
    until = timezone.localdate(wanted.at)
    since: date = until - timedelta(days=7 * WEEKS)
    flows = hours.flows(steps, since, until, wanted.user)
    free = hours.hours_a_week(since, until) * SHARE / 100
    rows = []
    for step in steps:
        flow, there = flows[step.pk]
        if not (flow.entered or flow.left or flow.standing):
            continue
        address = f"{reverse('deals:load_stage', args=[step.pk])}?weeks={WEEKS}"
        need, more = flow.people(free), flow.catch_up(free)
        rows.append(
            [
                sheets.name(str(step), address, str(step.process)),
                sheets.count(flow.entered, f"{address}&show=entered"),
                sheets.count(flow.left, f"{address}&show=left"),
                sheets.ratio(flow.effort),
                sheets.ratio(need),
                sheets.count(there),
                sheets.ratio(more),
            ]
        )  # fmt: skip
    columns = [
        Column(_("Stage"), right=False),
        Column(pgettext("funnel", "Came"), _("Stays that began in these weeks.")),
        Column(pgettext("funnel", "Left"), _("Stays that ended in these weeks.")),
        Column(_("Hours a deal"), _("Work done on deals while they stood at the stage ÷ deals that left it.")),
        Column(_("People needed"), _("Deals that come in a week × hours a deal ÷ hours a person has for deals in a week.")),
        Column(_("People at work"), _("Performers of the stays that ended in these weeks.")),
        Column(_("More to catch up"), _("People who would work off what stands there beyond inflow × norm within one norm.")),
    ]  # fmt: skip
    title = _("Need for people, of the last %(weeks)d weeks, %(share)s of the time for deals") % {"weeks": WEEKS, "share": percents(SHARE)}  # fmt: skip
    return Table(title, columns, rows, empty=_("No deal came to a stage."))
