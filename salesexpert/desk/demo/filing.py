"""Offers, contracts and what colleagues say to each other about deals, as rows of the tables."""

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random

from deals import models as trade
from salesexpert.accounts.models import User
from salesexpert.desk.demo import company
from salesexpert.desk.demo.bargains import Bargain
from salesexpert.desk.demo.calendar import Calendar
from salesexpert.desk.demo.drafts import Card
from salesexpert.desk.demo.market import Seller, rubles
from salesexpert.desk.demo.papering import Paperer, Papers
from salesexpert.desk.demo.rows import Table
from salesexpert.desk.demo.settling import Settlement, Sum
from salesexpert.desk.demo.talk.colleagues import ABOUT_CLIENTS, ABOUT_DEALS, Remark

# Rows one deal may need at most.
_VERSIONS, _LINES, _STEPS, _REMARKS = 4, 16, 8, 8
LINE = " product_id name unit quantity price discount vat_percent total vat position"


def line_of(line: Sum, place: int) -> tuple[object, ...]:
    ware = line.item.ware
    return (
        ware.pk, ware.name, ware.unit, line.item.quantity, rubles(line.price), line.item.discount, line.percent, rubles(line.total),
        rubles(line.vat), place,
    )  # fmt: skip


class Files:
    """The tables of papers and discussions. Random numbers of its own: deals stay as they are, whatever is filed."""

    def __init__(self, calendar: Calendar, staff: company.Staff, seller: Seller) -> None:  # fmt: skip
        self.calendar, self.staff, self.seller = calendar, staff, seller
        self.surname = dict(User.objects.values_list("pk", "last_name"))

        def table(model: type, columns: str, room: int) -> Table:
            return Table(model, columns, room=(0, 0, room))

        self.contract = table(
            trade.Contract,
            "client_id deal_id firm_id number dated_on starts_on ends_on signed_on state subject amount currency lawyer_id"
            " made_by_id created_at",
            1,
        )
        self.step = table(trade.ContractStep, "contract_id state comment made_by_id made_at", _STEPS)  # fmt: skip
        self.offer = table(
            trade.Offer,
            "deal_id kind number version made_on valid_until state currency total terms counter_total counter_comment"
            " countered_on made_by_id created_at",
            _VERSIONS,
        )
        self.offer_line = table(trade.OfferLine, "offer_id" + LINE, _LINES)
        self.remark = table(trade.Remark, "client_id deal_id author_id text written_at", _REMARKS)  # fmt: skip
        self.mention = table(trade.Mention, "remark_id user_id seen_at", _REMARKS)
        self.seen = table(trade.DiscussionSeen, "user_id client_id deal_id seen_at", _REMARKS)  # fmt: skip
        self.tables = [
            self.contract, self.step, self.offer, self.offer_line, self.remark, self.mention, self.seen,
        ]  # fmt: skip

    def begin(self, random: Random, first_number: int) -> None:
        self.random = random
        self.paperer = Paperer(random, self.calendar, self.staff)
        self.first_number = first_number
        self.talked: set[int] = set()

    def plan(self, settled: Sequence[tuple[Bargain, Settlement]]) -> list[Papers]:
        """The papers of each deal, numbered in the order of their days: contracts by firm and year, offers by year."""
        files = [self.paperer.papers_of(*pair) for pair in settled]
        number = self._numbers()
        pacts = [(p.pact, money.seller) for p, (_, money) in zip(files, settled, strict=True) if p.pact]  # fmt: skip
        for pact, seller in sorted(pacts, key=lambda pair: pair[0].place):
            pact.number = number("contract", seller, pact.place)
        offered = [papers.versions for papers in files if papers.versions]
        for versions in sorted(offered, key=lambda v: v[0].place):
            series: dict[str, str] = {}
            for version in versions:
                if version.kind not in series:
                    series[version.kind] = number("offer", self.seller, version.place)
                version.series = series[version.kind]
        return files

    def _numbers(self) -> Callable[[str, Seller, int], str]:
        last: dict[tuple[str, int, int], int] = {}

        def following(kind: str, seller: Seller, place: int) -> str:
            key = kind, seller.pk, self.calendar.days[place].year
            last[key] = last.get(key, self.first_number) + 1
            return f"{seller.prefix}{last[key]}"

        return following

    def write(self, bargain: Bargain, money: Settlement, papers: Papers) -> None:
        """All that is filed of a deal, which has its id already."""
        if papers.pact:
            self._contract_rows(bargain, money, papers)
        for version in papers.versions:
            day = self.calendar.days[version.place]
            counter = version.counter
            pk = self.offer.add(
                bargain.pk, version.kind, version.series, version.number, day, version.until, version.state, bargain.currency,
                rubles(version.total), version.terms, rubles(counter[0]) if counter else None, counter[1] if counter else "",
                self.calendar.days[counter[2]] if counter else None, bargain.responsible,
                self.calendar.at(version.place, 560 + bargain.pk % 460),
            )  # fmt: skip
            for place, line in enumerate(version.sums):
                self.offer_line.add(pk, *line_of(line, place))
        self._talk(bargain)

    def _contract_rows(self, bargain: Bargain, money: Settlement, papers: Papers) -> None:  # fmt: skip
        calendar, pact = self.calendar, papers.pact
        assert pact is not None
        days = calendar.days
        lawyer = next((by for state, _, _, by in reversed(pact.steps) if by in self.staff.lawyers), None)  # fmt: skip
        if lawyer is None and pact.state == "in_review":
            lawyer = self.staff.lawyers[0]
        start = max(calendar.moment(pact.steps[0][1]), bargain.card.created_at)
        pact.pk = self.contract.add(
            bargain.card.pk, None if pact.is_frame else bargain.pk, money.seller.pk, pact.number, days[pact.place], days[pact.place],
            pact.ends, None if pact.signed is None else days[pact.signed], pact.state, pact.subject,
            None if pact.is_frame else rubles(money.total), bargain.currency, lawyer, pact.steps[0][3], start,
        )  # fmt: skip
        for state, x, words, by in pact.steps:
            self.step.add(pact.pk, state, words, by, max(calendar.moment(x), start))

    # ── discussions ──────────────────────────────────────────────────────────────────────────────────────────────

    def _talk(self, bargain: Bargain) -> None:
        """Some open deals and a few of the others are talked over; now and then the client himself."""
        draw, calendar = self.random.random, self.calendar
        is_open = bargain.state == "open"
        if draw() < (0.22 if is_open else 0.012):
            end = float(calendar.today) if bargain.closed is None else bargain.closed
            begin = max(bargain.opened, end - 0.3 - draw() * 6)
            self._say(bargain.card, bargain, self._pick(ABOUT_DEALS), begin, min(begin + 0.6 + draw(), end - 0.1))  # fmt: skip
        card = bargain.card
        if draw() < 0.015 and card.pk not in self.talked:
            self.talked.add(card.pk)
            born = calendar.x_of(card.created_at)
            begin = max(born, calendar.today - 2 - draw() * 40)
            self._say(card, None, self._pick(ABOUT_CLIENTS), begin, min(begin + 1.5, calendar.today - 0.1), bargain)  # fmt: skip

    def _pick[T](self, items: "list[T] | tuple[T, ...]") -> T:
        return items[int(self.random.random() * len(items))]

    def _say(
        self, card: Card, deal: Bargain | None, talk: tuple[Remark, ...], begin: float, end: float, of: Bargain | None = None
    ) -> None:  # fmt: skip
        seller = (deal or of).responsible  # type: ignore[union-attr]
        people = {role: self._pick(self.staff.who(role, seller)) for role in ("seller", "head", "assistant", "lawyer", "service", "tele")}  # fmt: skip
        names = {role: f"@{self.surname[pk]}" for role, pk in people.items()}
        written: dict[int, datetime] = {}
        called: list[tuple[int, int, datetime]] = []
        span = max(end - begin, 0.05)
        # Some talks stop half-way: the answer is still waited for.
        said = talk if self.random.random() < 0.7 else talk[: max(1, len(talk) - 1)]
        pk = deal.pk if deal else None
        for number, (role, text) in enumerate(said):
            at = max(self.calendar.moment(begin + span * (number + self.random.random() * 0.8) / len(talk)), card.created_at)  # fmt: skip
            by = people[role]
            remark = self.remark.add(card.pk, pk, by, text.format(**names), at)
            written[by] = at
            called += [(remark, people[to], at) for to in people if f"{{{to}}}" in text and people[to] != by]  # fmt: skip
        for remark, user, at in dict.fromkeys(called):
            answered = written.get(user)
            self.mention.add(remark, user, answered if answered and answered > at else None)  # fmt: skip
        for user, at in written.items():
            self.seen.add(user, card.pk, pk, at)
