"""Cards and deeds as rows of the tables."""

from datetime import date, timedelta
from random import Random

from clients import models as base
from clients.names import core_name
from clients.searching import client_search_text, contact_search_text, phone_digits
from salesexpert.core.folding import fold
from salesexpert.desk.demo import catalog, company, names, story
from salesexpert.desk.demo.calendar import Calendar
from salesexpert.desk.demo.drafts import Card, Deed, Person
from salesexpert.desk.demo.rows import Table
from salesexpert.desk.demo.talk import matters


class Writer:
    """The tables of the client base, with what a card becomes in each."""

    def __init__(
        self, random: Random, calendar: Calendar, words: company.Words
    ) -> None:
        self.random = random
        self.calendar = calendar
        self.words = words
        self.steps = {pk: step for step, pk in words.relationship.items()}
        self._open_tables()

    def _pick[T](self, items: "list[T] | tuple[T, ...]") -> T:
        return items[int(self.random.random() * len(items))]

    def _open_tables(self) -> None:
        self.client = Table(
            base.Client,
            "name legal_form_id full_name is_person category parent_id inn kpp ogrn city relationship_id region_id industry_id"
            " group_id initiative source_id product_source_id trigger_event_id campaign_id interest true_need note curator_id"
            " first_contact_at first_contact_by_id last_contact_at next_step_at next_step_title folded core_name search_text"
            " created_at created_by_id updated_at archived_at",
        )
        self.address = Table(
            base.ClientAddress, "client_id kind text position", room=(2, 0)
        )
        self.site = Table(base.ClientSite, "client_id url host")
        self.phone = Table(
            base.Phone,
            "client_id contact_id raw e164 extension kind position",
            room=(7, 0),
        )
        self.email = Table(
            base.Email, "client_id contact_id address position", room=(6, 0)
        )
        self.product = Table(
            base.ClientProduct, "client_id product_id kind since_on", room=(1, 1)
        )
        self.dimension = Table(
            base.ClientDimension,
            "client_id dimension_id value_id",
            room=(len(self.words.dimension), 0),
        )
        self.move = Table(
            base.RelationshipMove,
            "client_id from_type_id to_type_id at by_id reason",
            room=(len(self.words.relationship), 0),
        )
        self.contact = Table(
            base.Contact,
            "last_name first_name patronymic birthday note folded search_text created_at created_by_id updated_at",
            room=(5, 0),
        )
        self.link = Table(
            base.ContactLink,
            "contact_id client_id position decision_role is_main from_on until_on",
            room=(6, 0),
        )
        self.activity = Table(
            base.Activity,
            "client_id contact_id deal_id stage_id kind_id goal_id direction title note status planned_at minutes performer_id done_at"
            " result_id summary relationship_id feed_at follows_id created_at created_by_id",
            room=(0, 1),
        )
        self.commitment = Table(
            base.Commitment,
            "client_id activity_id kind text due_on made_at made_by_id settled_at settled_by_id",
            room=(1, 1),
        )
        self.question = Table(
            base.Question,
            "client_id activity_id text asked_at recorded_by_id answer answered_at answered_by_id",
            room=(0, 1),
        )
        self.history = [self.activity, self.commitment, self.question]
        # Parents before children: foreign keys are checked as each COPY ends.
        self.tables = [
            self.client, self.address, self.site, self.contact, self.link, self.phone, self.email, self.product, self.dimension,
            self.move, self.activity, self.commitment, self.question,
        ]  # fmt: skip

    def client_row(
        self, card: Card, parent: Card | None, arrival: Person | None
    ) -> int:
        """`arrival` is who works here now and left another firm, whose card is written before or after this one."""
        draw, words = self.random.random, self.words
        contacts = [d for d in card.deeds if d.done_at and words.is_contact[d.kind]]
        plans = [d for d in card.deeds if d.status == "planned"]
        first = min(contacts, key=lambda d: d.done_at, default=None)  # type: ignore[arg-type,return-value]
        last = max((d.done_at for d in contacts if d.done_at), default=None)
        # Of two plans for one moment the one entered first, as `clients.actions.steps` reads them.
        soon = min(plans, key=lambda d: (d.feed_at, d.created_at), default=None)
        persons = [(p, f"{p.last} {p.first} {p.middle}") for p in card.people]
        digits = [phone_digits(raw, e164) for raw, e164, _ in card.phones]
        emails = [f"info@{card.host}"]
        # In the order of their rows, as `refresh_search` reads them: whose card is written first comes first.
        reached = [*card.people]
        if arrival is not None:
            reached.insert(0 if arrival.pk else len(reached), arrival)
            persons.append(
                (arrival, f"{arrival.last} {arrival.first} {arrival.middle}")
            )
        for person in reached:
            if person.phone:
                digits.append(phone_digits(*person.phone))
            if person.email:
                emails.append(person.email)
        is_firm = not card.is_person and card.form != "ИП"
        year = 1995 + card.serial % 29
        inn = (
            names.inn_of_firm(card.serial)
            if is_firm
            else names.inn_of_person(card.serial)
        )
        if draw() < 0.12 or (card.is_person):
            inn = ""
        full = words.form_full.get(card.form, "")
        full_name = f"{full} «{card.name}»" if is_firm and full and draw() < 0.6 else ""
        relationship = card.moves[-1][1]
        source = self._source(card)
        campaign = next(
            (
                pk
                for pk, starts, ends in words.campaign
                if starts <= card.created_at.date() <= ends and draw() < 0.35
            ),
            None,
        )
        card.inn, card.kpp = inn, f"{inn[:4]}01001" if is_firm and inn else ""
        card.source, card.campaign = source, campaign
        touched = max((d.created_at for d in card.deeds), default=card.created_at)
        pk = self.client.add(
            card.name,
            words.form.get(card.form),
            full_name,
            card.is_person,
            card.category,
            parent.pk if parent else None,
            inn,
            card.kpp,
            (
                names.ogrn_of_firm(card.serial, year)
                if is_firm
                else names.ogrn_of_person(card.serial, year)
            )
            if inn and draw() < 0.7
            else "",
            card.city.name,
            relationship,
            words.region[card.region] if draw() < 0.97 else None,
            words.industry[card.trade.name] if draw() < 0.93 else None,
            card.group if draw() < 0.8 else None,
            card.initiative if card.category == "client" else "",
            source,
            words.source.get(
                "Статья или обзор" if draw() < 0.3 else "Поиск в интернете"
            )
            if draw() < 0.35
            else None,
            self._pick(words.trigger)
            if card.initiative == "theirs" and draw() < 0.7
            else None,
            campaign,
            min(3, self.steps[relationship] - 1 + (draw() < 0.4))
            if card.category == "client" and card.deeds
            else None,
            card.true_need,
            story.wording(matters.CLIENT_NOTES, draw, False, {})
            if draw() < 0.2
            else "",
            card.seller,
            first.done_at if first else None,
            first.performer if first else None,
            last,
            soon.planned_at if soon else None,
            (soon.title or words.kind_name[soon.kind])[:200] if soon else "",
            fold(card.name)[:300],
            core_name(card.name)[:300],
            client_search_text(
                name=card.name,
                legal_form=card.form,
                is_person=card.is_person,
                full_name=full_name,
                city=card.city.name,
                inn=inn,
                phones=digits,
                emails=emails,
                persons=[name for _, name in persons],
            ),
            card.created_at,
            card.created_by,
            touched,
            touched + timedelta(days=1)
            if card.refused
            and draw() < 0.12
            and touched < self.calendar.at(0, 9 * 60) + timedelta(days=600)
            else None,
        )
        self._emit_around(card, pk)
        self._emit_people(card, pk)
        return pk

    def _source(self, card: Card) -> int | None:
        """Required when they came to us; of our own calls often known too."""
        if card.initiative == "theirs":
            return self.words.source.get(
                self._pick(
                    (
                        "Рекомендация",
                        "Поиск в интернете",
                        "Выставка",
                        "Реклама",
                        "Статья или обзор",
                        "Рассылка",
                    )
                )
            )
        return (
            self.words.source.get("Холодный звонок")
            if self.random.random() < 0.6
            else None
        )

    def _emit_around(self, card: Card, pk: int) -> None:
        draw = self.random.random
        street, house = self._pick(catalog.STREETS), 1 + int(draw() * 90)
        if draw() < 0.85:
            self.address.add(
                pk,
                "legal",
                f"{150000 + int(draw() * 900)}, {card.city.name}, {street}, д. {house}",
                0,
            )
        if draw() < 0.35:
            self.address.add(
                pk,
                "delivery",
                f"{card.city.name}, {self._pick(catalog.STREETS)}, д. {1 + int(draw() * 90)}, ворота {1 + int(draw() * 6)}",
                1,
            )
        if draw() < 0.55:
            self.site.add(pk, f"https://{card.host}", card.host)
        for position, (raw, e164, kind) in enumerate(card.phones):
            self.phone.add(pk, None, raw, e164, "", kind, position)
        self.email.add(pk, None, f"info@{card.host}", 0)
        products = self.words.product
        seen: set[tuple[str, str]] = set()
        for kind, things in (("interest", card.wanted), ("bought", card.bought)):
            for code, day in things:
                if (kind, code) not in seen:
                    seen.add((kind, code))
                    self.product.add(pk, products[code], kind, day)
        extra = self._pick(catalog.SUPPLIES)[2]
        if card.step >= 3 and card.bought:
            self.product.add(pk, products[extra], "bought", card.bought[0][1])
        elif card.step == 2 and draw() < 0.4:
            self.product.add(pk, products[extra], "interest", card.created_at.date())
        if card.category == "client":
            for number, (dimension, values) in enumerate(self.words.dimension):
                if draw() < 0.6:
                    if number == 0:
                        value = values[
                            0
                            if card.area < 500
                            else 1
                            if card.area < 2000
                            else 2
                            if card.area < 10000
                            else 3
                        ]
                    else:
                        value = values[3 if card.step >= 3 else int(draw() * 3)]
                    self.dimension.add(pk, dimension, value)
        for old, new, at, by, reason in card.moves:
            self.move.add(pk, old, new, at, by, reason)

    def _emit_people(self, card: Card, pk: int) -> None:
        draw, calendar = self.random.random, self.calendar
        for number, person in enumerate(card.people):
            since = person.from_on or card.created_at.date()
            known_at = card.created_at
            if person.from_on:
                known_at = max(
                    known_at,
                    calendar.at(calendar.place_on_or_after(since), 9 * 60 + 30),
                )
            name = f"{person.last} {person.first} {person.middle}"
            person.pk = self.contact.add(
                person.last,
                person.first,
                person.middle,
                date(
                    1958 + int(draw() * 42), 1 + int(draw() * 12), 1 + int(draw() * 28)
                )
                if draw() < 0.18
                else None,
                "",
                fold(name),
                contact_search_text(
                    name=name,
                    firms=[person.now_at or card.name]
                    if person.until is None or person.now_at
                    else [],
                    phones=[phone_digits(*person.phone)] if person.phone else [],
                    emails=[person.email] if person.email else [],
                ),
                known_at,
                card.created_by,
                known_at,
            )
            left = calendar.days[person.until] if person.until is not None else None
            since_on = (
                (since if person.from_on else None)
                if left is None
                else min(since, left)
            )
            self.link.add(
                person.pk, pk, person.position, person.role, number == 0, since_on, left
            )
            if person.phone:
                self.phone.add(
                    None,
                    person.pk,
                    person.phone[0],
                    person.phone[1],
                    str(100 + int(draw() * 300)) if draw() < 0.1 else "",
                    "mobile" if person.phone[1][2:5] in ("975", "976") else "work",
                    0,
                )
            if person.email:
                self.email.add(None, person.pk, person.email, 0)

    def deed_row(self, deed: Deed) -> int:
        return self.activity.add(
            deed.client.pk if deed.client else None,
            deed.contact.pk if deed.contact else None,
            deed.deal,
            deed.stage,
            self.words.kind[deed.kind],
            deed.goal,
            deed.way,
            deed.title[:200],
            deed.note,
            deed.status,
            deed.planned_at,
            deed.minutes,
            deed.performer,
            deed.done_at,
            deed.result,
            deed.summary,
            deed.relationship,
            deed.feed_at,
            deed.follows.pk if deed.follows else None,
            deed.created_at,
            deed.created_by,
        )

    def matter_rows(self, card: Card, arrival: Person | None) -> None:
        for deed, kind, text, due, at, by, settled_at, settled_by in card.commitments:
            self.commitment.add(
                card.pk, deed.pk, kind, text[:500], due, at, by, settled_at, settled_by
            )
        for deed, text, at, by, answer, answered_at, answered_by in card.questions:
            self.question.add(
                card.pk, deed.pk, text[:500], at, by, answer, answered_at, answered_by
            )
        if arrival is not None and arrival.until is not None:
            since = max(self.calendar.days[arrival.until], card.created_at.date())
            self.link.add(
                arrival.pk, card.pk, arrival.position, arrival.role, False, since, None
            )
