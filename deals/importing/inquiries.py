"""Inquiries out of a table, taken as they happened: nobody is told, no term runs for what was long ago.

A row may bring its outcome. What became a client names him; a day on which it was closed, without a word on how, says
that it became one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, ngettext, pgettext_lazy

from clients import emails, requisites
from clients.actions.inquiries import LONGEST_MARK, MARKS, Said, drawn
from clients.duplicates import EVIDENCE, Matcher, traits_of
from clients.fields import importable
from clients.importing.converting import Draft
from clients.importing.lookups import Lookups, firms_called
from clients.importing.reasons import Reason, shown
from clients.importing.targets import Entry, Face, Known, Target
from clients.importing.writing import Writer
from clients.inquiry_choices import Channel, InquiryState, NotOurs
from clients.models import (
    Campaign,
    ImportJob,
    Industry,
    InformationSource,
    Inquiry,
    Product,
    Region,
)
from clients.names import core_name, split_legal_form
from deals.importing.values import (
    TWO_FIT,
    Reader,
    Words,
    people_to_choose,
    words_in_use,
)
from deals.models import Deal
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field, FieldType
from salesexpert.core.templatetags.look import number, plain_day

CHANNELS = {
    Channel.CALL: ("call", "phone", "звонок", "телефон", "входящий звонок", "холодный звонок"),
    Channel.SITE: ("site", "web", "website", "web site", "landing page", "form", "сайт", "форма", "заявка с сайта"),
    Channel.EMAIL: ("email", "e mail", "mail", "почта", "письмо", "электронная почта"),
    Channel.MESSAGE: ("message", "messenger", "chat", "сообщение", "мессенджер", "чат"),
    Channel.EVENT: ("event", "exhibition", "fair", "выставка", "мероприятие"),
    Channel.LIST: ("list", "base", "список", "база"),
    Channel.OTHER: ("other", "unknown", "другое", "иное", "неизвестно"),
}  # fmt: skip
STATES = {
    InquiryState.NEW: ("new", "open", "prospecting", "новое", "новая", "новый"),
    InquiryState.WORK: ("work", "in work", "in progress", "contacted", "working", "engaging", "в работе"),
    InquiryState.CONVERTED: ("converted", "won", "client", "deal", "closed won", "qualified", "стало клиентом", "стало сделкой", "клиент", "сделка", "успех"),
    InquiryState.REFUSED: ("refused", "lost", "rejected", "closed lost", "disqualified", "unqualified", "не наше", "отказ", "не клиент", "закрыто"),
}  # fmt: skip
REASONS = {
    NotOurs.SPAM: ("spam", "спам", "реклама", "реклама или спам"),
    NotOurs.DUPLICATE: ("duplicate", "дубль", "повтор"),
    NotOurs.NOT_CLIENT: ("not a client", "not client", "не клиент"),
    NotOurs.NO_NEED: ("no need", "no interest", "не нужно", "наше не нужно", "нет потребности"),
    NotOurs.UNREACHABLE: ("unreachable", "no answer", "не дозвониться", "недозвон"),
}  # fmt: skip


def _by_word(words: dict[Any, tuple[str, ...]]) -> dict[str, str]:
    found = {fold(word): str(value) for value, many in words.items() for word in many}
    return found | {fold(str(value)): str(value) for value in words}


_CHANNELS, _STATES, _REASONS = _by_word(CHANNELS), _by_word(STATES), _by_word(REASONS)
_DICTIONARIES: dict[str, Any] = {
    "source": InformationSource,
    "product_source": InformationSource,
    "campaign": Campaign,
    "region": Region,
    "industry": Industry,
    "product": Product,
}
# By these marketing counts: values that differ by case or signs stay apart until a person merges them.
_APART = frozenset(_DICTIONARIES) - {"product"}
_WHO = ("outside_id", "company", "name", "phone", "email", "inn")
# A row of nobody that says one of these and its day is a lead that marketing counts.
_OF_MARKETING = ("source", "campaign", "industry", *MARKS)
_MOMENTS = ("received_at", "answered_at", "closed_at")
_PEOPLE = ("responsible", "recorded_by")

NO_CHOICE = gettext_noop("%(label)s: “%(value)s” is none of the possible values.")
NOBODY = gettext_noop("Nothing says who asked: a company, a person, a phone, an e-mail or an id is needed.")  # fmt: skip
NO_DAY = gettext_noop("Nothing says who asked, nor on what day.")
NO_CLIENT = gettext_noop("It became a client, so the client is needed, or the company.")
NOBODY_WON = gettext_noop("It became a client, but nobody is named: let the import create what is missing, and the row gets a card of its own.")  # fmt: skip
NO_DEAL = gettext_noop("There is no deal with the id “%(value)s”.")
NOT_AN_ADDRESS = gettext_noop("“%(value)s” is no e-mail; it is kept in the text.")
CLOSED_BEFORE = gettext_noop("It was closed before it was received.")
LIKELY = gettext_noop("Perhaps known already as “%(name)s”: %(evidence)s.")
WORKED_ON = gettext_noop("The inquiry was worked on since.")


def _field(name: str, label: Any, kind: FieldType, *headers: str, **more: Any) -> Field:
    return Field(name, label, kind, headers=headers, importable=True, **more)


def _created(count: int) -> str:
    return ngettext(
        "%(shown)s inquiry created", "%(shown)s inquiries created", count
    ) % {"shown": number(count)}


class InquiryTarget(Target):
    entity = "inquiry"
    face = Face(
        label=_("Inquiries"),
        right="clients.import_inquiries",
        home="clients:inquiries",
        intro=_("One row an inquiry: who asked, when, by what channel, and what came of it if that is known."),
        known=_("Inquiries that are known already"),
        taken_back=_("Inquiries that it made are removed; those that were worked on since stay, as do cards of clients. The same file can be loaded again."),
        created=_created,
        offered=("channel", "state", "responsible", "source", "campaign", "not_ours"),
    )  # fmt: skip
    fields = (
        _field("outside_id", _("Id in another system"), FieldType.TEXT, "id", "код", "номер", "номер обращения", "lead id", "mql id", "mql_id"),
        _field("received_at", _("Received"), FieldType.MOMENT, "дата", "дата обращения", "получено", "date", "created", "first contact date", "first_contact_date"),
        _field("channel", _("Channel"), FieldType.CHOICE, "канал", "канал обращения", "lead channel"),
        _field("company", _("Company"), FieldType.TEXT, "компания", "организация", "фирма", "account"),
        _field("name", _("Contact person"), FieldType.TEXT, "имя", "фио", "контактное лицо", "контакт", "contact", "person"),
        _field("position", _("Job title"), FieldType.TEXT, "должность", "position"),
        _field("phone", _("Phone"), FieldType.PHONE, "телефон", "телефоны", "тел", "mobile", many=True),
        _field("email", _("E-mail"), FieldType.EMAIL, "почта", "e mail", "mail", many=True),
        _field("inn", _("INN"), FieldType.TEXT, "инн"),
        _field("city", _("City"), FieldType.TEXT, "город"),
        _field("region", _("Region"), FieldType.DICTIONARY, "регион", "область"),
        _field("industry", _("Industry"), FieldType.DICTIONARY, "отрасль", "business segment", "business_segment", "sector", "segment", "сегмент"),
        _field("text", _("What they asked"), FieldType.LONG_TEXT, "запрос", "сообщение", "комментарий", "message", "comment", many=True),
        _field("product", _("Products of interest"), FieldType.DICTIONARY, "товар", "товары", "product", many=True),
        _field("source", _("How they learned of the firm"), FieldType.DICTIONARY, "источник", "origin", "lead source", "marketing channel"),
        _field("product_source", _("How they learned of the product"), FieldType.DICTIONARY, "источник о товаре"),
        _field("campaign", _("Campaign"), FieldType.DICTIONARY, "кампания"),
        *(_field(name, name, FieldType.TEXT) for name in MARKS[:5]),
        _field("landing", _("Landing page"), FieldType.TEXT, "landing page id", "landing_page_id", "посадочная страница"),
        _field("referrer", _("Came from the page"), FieldType.TEXT, "referrer", "referer", "реферер"),
        _field("recorded_by", _("Written down by"), FieldType.PERSON, "записал", "телефонист", "телемаркетолог", "sdr", "sdr id", "sdr_id"),
        _field("responsible", _("Responsible"), FieldType.PERSON, "ответственный", "менеджер", "owner", "sr id", "sr_id"),
        _field("answered_at", _("First answer"), FieldType.MOMENT, "первый ответ", "ответ дан", "answered"),
        _field("state", _("State"), FieldType.CHOICE, "состояние", "исход", "результат", "status", "outcome"),
        _field("not_ours", _("Why not ours"), FieldType.CHOICE, "причина", "почему не наше", "reason"),
        _field("closed_at", _("Closed"), FieldType.MOMENT, "закрыто", "дата закрытия", "won date", "won_date", "closed"),
        _field("outcome", _("Outcome"), FieldType.LONG_TEXT, "итог", "чем кончилось", "lead type", "lead_type"),
        _field("client", _("Client"), FieldType.REFERENCE, "клиент", "client", "seller id", "seller_id"),
        _field("deal", pgettext_lazy("import", "Id of the deal"), FieldType.TEXT, "сделка", "номер сделки", "deal", "deal id"),
    )  # fmt: skip
    needed = (("outside_id", "company", "name", "phone", "email", "received_at"),)

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._reader = Reader(self.fields)
        self._words = {
            name: Words(model, create=self.create_missing, exact=name in _APART)
            for name, model in _DICTIONARIES.items()
        }
        self._people = Lookups(())
        self.forget()

    def forget(self) -> None:
        for words in self._words.values():
            words.forget()
        self._clients: dict[str, int] = {}
        self._deals: dict[str, tuple[int, int]] = {}

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def read(self, entries: Sequence[Entry]) -> None:
        names = {self._client_name(entry) for entry in entries} - {""}
        unseen = {name for name in names if core_name(name) not in self._clients}
        self._clients |= firms_called(unseen) if unseen else {}
        ids = {entry.text("deal") for entry in entries} - {"", *self._deals}
        if ids:
            rows = Deal.objects.filter(outside_id__in=ids).values_list("outside_id", "pk", "client_id")  # fmt: skip
            self._deals |= {outside: (pk, client) for outside, pk, client in rows}
        for entry in entries:
            self._read_one(entry)

    @staticmethod
    def _client_name(entry: Entry) -> str:
        return entry.text("client") or entry.text("company")

    def _read_one(self, entry: Entry) -> None:
        values, reader = entry.values, self._reader
        for name in _MOMENTS:
            values[name] = reader.moment(entry, name)
        if self.is_nameless(entry):
            self._take_nameless(entry)
        received, closed = values["received_at"], values["closed_at"]
        if received and closed and closed < received:
            entry.refuse(CLOSED_BEFORE)
        for name, known in (("channel", _CHANNELS), ("state", _STATES), ("not_ours", _REASONS)):  # fmt: skip
            typed = entry.text(name)
            values[name] = known.get(fold(typed), "")
            if typed and not values[name]:
                reader.complain(entry, NO_CHOICE, name, typed)
        for name in _PEOPLE:
            values[name] = self._person(entry, name)
        for name, words in self._words.items():
            cells = self._cells(entry, name)
            for text in cells:
                words.note(entry, reader, name, text)
        mails, left = self._mails(entry)
        values["emails"] = mails
        for text in left:
            entry.doubt(NOT_AN_ADDRESS, value=shown(text))
        self._read_ending(entry)
        values["said"] = self._said(entry, left)

    def is_nameless(self, entry: Entry) -> bool:
        return not any(entry.text(name) for name in _WHO)

    def _take_nameless(self, entry: Entry) -> None:
        """A table of figures names nobody, and each of its rows counts; an empty row of a list of people is a slip."""
        if not entry.text("received_at"):
            entry.refuse(NOBODY if {*_WHO} & {*self.mapped} else NO_DAY)
        elif {*_WHO} & {*self.mapped} and not any(entry.text(n) for n in _OF_MARKETING):
            entry.refuse(NOBODY)

    def _cells(self, entry: Entry, name: str) -> list[str]:
        if name != "product":
            return [entry.text(name)] if entry.text(name) else []
        parts = [p for cell in entry.said.get(name, ()) for p in cell.replace("\n", ";").split(";")]  # fmt: skip
        return [" ".join(part.split()) for part in parts if part.strip()]

    def _person(self, entry: Entry, name: str) -> int | None:
        typed = entry.text(name)
        if not typed:
            return None
        fit = self._people.people(typed)
        if len(fit) == 1:
            return next(iter(fit))
        if fit:
            self._reader.complain(entry, TWO_FIT, name, typed)
        else:
            self._reader.unknown(entry, name, typed)
        return None

    @staticmethod
    def _mails(entry: Entry) -> tuple[list[str], list[str]]:
        found: list[str] = []
        left: list[str] = []
        for cell in entry.said.get("email", ()):
            addresses, rest = emails.read(cell)
            found += addresses
            if rest:
                left.append(rest)
        return found, left

    def _read_ending(self, entry: Entry) -> None:
        """How it ended, from its state, a reason, a deal, or a day on which it was closed."""
        values = entry.values
        deal = entry.text("deal")
        if deal and deal not in self._deals:
            entry.refuse(NO_DEAL, value=shown(deal))
        if not values["state"]:
            if values["not_ours"]:
                values["state"] = InquiryState.REFUSED
            elif deal or values["closed_at"]:
                values["state"] = InquiryState.CONVERTED
            else:
                values["state"] = InquiryState.WORK if values["answered_at"] else InquiryState.NEW  # fmt: skip
        if values["state"] == InquiryState.REFUSED:
            values["not_ours"] = values["not_ours"] or NotOurs.NO_NEED
        else:
            values["not_ours"] = ""
        if values["state"] != InquiryState.CONVERTED or deal in self._deals:
            return
        name = self._client_name(entry) or entry.text("name")
        if self.is_nameless(entry) and not name:
            if not self.create_missing:
                entry.refuse(NOBODY_WON)
            return
        if not core_name(name) and not (self.create_missing and entry.text("outside_id")):  # fmt: skip
            entry.refuse(NO_CLIENT)
        elif core_name(name) not in self._clients and not self.create_missing:
            self._reader.unknown(entry, "client", name)

    def _said(self, entry: Entry, left: Sequence[str]) -> Said:
        text = "\n".join([*entry.said.get("text", ()), *left])
        return Said(
            channel=entry.values["channel"] or Channel.LIST,
            text=text,
            name=entry.text("name"),
            company=entry.text("company"),
            position=entry.text("position"),
            phones=list(entry.said.get("phone", ())),
            emails=entry.values["emails"],
            inn=requisites.digits(entry.text("inn")),
            city=entry.text("city"),
            outside_id=entry.text("outside_id"),
            marks={name: entry.text(name) for name in MARKS},
            received={"row": {name: cells[:5] for name, cells in entry.said.items()}},
        )

    # ── what is known ────────────────────────────────────────────────────────────────────────────────────────────────

    def known(self, entries: Sequence[Entry]) -> dict[int, int]:
        ids = {entry.text("outside_id") for entry in entries} - {""}
        rows = Inquiry.objects.filter(outside_id__in=ids).values_list("outside_id", "pk")  # fmt: skip
        by_id = dict(rows)
        return {e.row.number: by_id[i] for e in entries if (i := e.text("outside_id")) in by_id}  # fmt: skip

    def key(self, entry: Entry) -> str:
        outside_id = entry.text("outside_id")
        return f"id:{outside_id}" if outside_id else ""

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def create(self, entries: Sequence[Entry]) -> list[int]:
        if not entries:
            return []
        self._make_clients(entries)
        made = Inquiry.objects.bulk_create([self._inquiry(entry) for entry in entries])
        links = Inquiry.products.through
        links.objects.bulk_create(
            (
                links(inquiry_id=inquiry.pk, product_id=product)
                for inquiry, entry in zip(made, entries, strict=True)
                for product in dict.fromkeys(map(self._words["product"].get, self._cells(entry, "product")))
            ),
            ignore_conflicts=True,
        )  # fmt: skip
        self._note_clients(entries)
        return [inquiry.pk for inquiry in made]

    def _note_clients(self, entries: Sequence[Entry]) -> None:
        """Doubts that a row without an outcome may be of a known client: told, never decided here."""
        traits = {
            entry.row.number: traits_of(
                name=entry.text("company"),
                inn=requisites.digits(entry.text("inn")),
                phones=entry.said.get("phone", ()),
                emails=entry.values["emails"],
            )
            for entry in entries
            if entry.values["state"] != InquiryState.CONVERTED
        }
        matcher = Matcher()
        matcher.look_up(list(traits.values()))
        for entry in entries:
            mine = traits.get(entry.row.number)
            for pk, _level, evidence in matcher.find(mine)[:1] if mine else ():
                entry.doubt(LIKELY, name=shown(matcher.names[pk]), evidence=[EVIDENCE[code] for code in evidence])  # fmt: skip

    def _inquiry(self, entry: Entry) -> Inquiry:
        values = entry.values
        received = values["received_at"] or values["answered_at"] or self.at
        inquiry = drawn(values["said"], received_at=received, at=self.at, by=None)
        for name in ("source", "product_source", "campaign", "region", "industry"):
            if text := entry.text(name):
                setattr(inquiry, f"{name}_id", self._words[name].get(text))
        inquiry.imported = True
        inquiry.recorded_by_id = values["recorded_by"]
        inquiry.responsible_id = values["responsible"]
        inquiry.assigned_at = received if values["responsible"] else None
        inquiry.answered_at = values["answered_at"]
        self._end(inquiry, entry, received)
        return inquiry

    def _end(self, inquiry: Inquiry, entry: Entry, received: datetime) -> None:
        values, state = entry.values, entry.values["state"]
        inquiry.state, inquiry.not_ours = state, values["not_ours"]
        inquiry.outcome = "\n".join(entry.said.get("outcome", ()))[:20_000]
        if state == InquiryState.WORK:
            inquiry.taken_at = values["answered_at"] or received
        if state in (InquiryState.CONVERTED, InquiryState.REFUSED):
            inquiry.closed_at = values["closed_at"] or received
        if deal := self._deals.get(entry.text("deal")):
            inquiry.deal_id, inquiry.client_id = deal
        elif state == InquiryState.CONVERTED:
            inquiry.client_id = self._clients[core_name(self._card_name(entry))]

    def _card_name(self, entry: Entry) -> str:
        said = self._client_name(entry) or entry.text("name") or entry.text("outside_id")  # fmt: skip
        return said or _("Lead of %(day)s, %(mark)s") % {"day": plain_day(entry.values["received_at"] or self.at), "mark": entry.fingerprint[:6]}  # fmt: skip

    def _make_clients(self, entries: Sequence[Entry]) -> None:
        """Cards for clients that nobody knows, of inquiries that became one."""
        missing: dict[str, Draft] = {}
        lookups = Lookups(importable("client"))
        for entry in entries:
            if entry.values["state"] != InquiryState.CONVERTED or entry.text("deal") in self._deals:  # fmt: skip
                continue
            name = self._card_name(entry)
            core = core_name(name)
            if core not in self._clients and core not in missing:
                draft = missing[core] = Draft(entry.row)
                form, rest = split_legal_form(name)
                known = form and lookups.entry("legal_form", form)
                draft.values["name"] = (rest if known else name)[:300]
                if known:
                    draft.entries["legal_form"] = form
        if missing:
            writer = Writer(lookups=lookups, by=self.by, at=self.at)
            made = writer.create(list(missing.values()))
            for core, (pk, _changes) in zip(missing, made, strict=True):
                self._clients[core] = pk

    def fill(self, pairs: Sequence[tuple[int, Entry]]) -> list[bool]:
        """An outcome for inquiries that are still open, and empty fields: a second table may say how the first ended."""
        rows = Inquiry.objects.in_bulk([pk for pk, _entry in pairs])
        self._make_clients([e for pk, e in pairs if pk in rows and rows[pk].is_open])
        brought = []
        for pk, entry in pairs:
            inquiry = rows.get(pk)
            changed = self._filled(inquiry, entry) if inquiry else []
            if inquiry and changed:
                inquiry.save(update_fields=changed)
            brought.append(bool(changed))
        return brought

    def _filled(self, inquiry: Inquiry, entry: Entry) -> list[str]:
        values = entry.values
        changed = []
        for name in ("answered_at",):
            if values[name] and getattr(inquiry, name) is None:
                setattr(inquiry, name, values[name])
                changed.append(name)
        for name in _PEOPLE:
            if values[name] and getattr(inquiry, f"{name}_id") is None:
                setattr(inquiry, f"{name}_id", values[name])
                changed.append(name)
        for name in ("source", "product_source", "campaign", "region", "industry"):
            if (text := entry.text(name)) and getattr(inquiry, f"{name}_id") is None:
                setattr(inquiry, f"{name}_id", self._words[name].get(text))
                changed.append(name)
        for name in MARKS:
            if (text := values["said"].marks[name]) and not getattr(inquiry, name):
                setattr(inquiry, name, text[: LONGEST_MARK[name]])
                changed.append(name)
        if inquiry.is_open and values["state"] in (InquiryState.CONVERTED, InquiryState.REFUSED):  # fmt: skip
            self._end(inquiry, entry, inquiry.received_at)
            changed += ["state", "not_ours", "outcome", "closed_at", "deal", "client"]
        return changed

    # ── for the pages ────────────────────────────────────────────────────────────────────────────────────────────────

    @classmethod
    def choices(cls, name: str) -> list[tuple[str, str]] | None:
        labels = {"channel": Channel, "state": InquiryState, "not_ours": NotOurs}
        if name in labels:
            return [(str(value), str(label)) for value, label in labels[name].choices]
        if name in _PEOPLE:
            return people_to_choose()
        if name in _DICTIONARIES:
            return words_in_use(_DICTIONARIES[name])
        return None

    @classmethod
    def show(cls, ids: Collection[int], user: User) -> dict[int, Known]:
        seen = Inquiry.objects.visible_to(user).filter(pk__in=ids)
        return {
            inquiry.pk: Known(
                str(inquiry),
                inquiry.get_absolute_url(),
                {
                    "outside_id": inquiry.outside_id,
                    "company": inquiry.company,
                    "name": inquiry.name,
                    "channel": str(inquiry.get_channel_display()),
                    "state": str(inquiry.get_state_display()),
                    "received_at": plain_day(inquiry.received_at),
                    "responsible": str(inquiry.responsible or ""),
                },
            )
            for inquiry in seen.select_related("responsible")
        }

    @classmethod
    def take_back(
        cls, ids: Collection[int], *, job: ImportJob, at: datetime
    ) -> dict[int, list[Reason]]:
        """Those that nobody touched are removed; the row of the import keeps what it said."""
        here = Inquiry.objects.filter(pk__in=ids)
        touched = set(here.filter(entries__isnull=False).values_list("pk", flat=True))
        since = job.finished_at or at
        for name in ("taken_at", "assigned_at", "closed_at", "escalated_at"):
            later = here.filter(**{f"{name}__gt": since})
            touched |= set(later.values_list("pk", flat=True))
        repeated = Inquiry.objects.filter(repeats__in=ids)
        rows = repeated.values_list("repeats", flat=True)
        touched |= {pk for pk in rows if pk is not None}
        here.exclude(pk__in=touched).delete()
        return {pk: [Reason(WORKED_ON)] for pk in touched}
