"""Deals out of a table, taken as they happened: no condition of success is asked, nothing is planned, nobody is told.

Won and lost ones close on their day with their own amount; a refusal without a reason gets the entry “not stated”; a day
of opening that is not known stays empty. They count in sales; in norms, funnel and commission only where `in_norms` says so.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from clients import own_fields
from clients.choices import BinKind
from clients.fields import importable
from clients.holding import hold_clients
from clients.importing import own, reverting
from clients.importing.converting import Draft
from clients.importing.lookups import Lookups, firms_called
from clients.importing.reasons import Reason
from clients.importing.targets import Brought, Entry, Face, JoiningTarget, Known
from clients.importing.writing import Writer
from clients.models import (
    Activity,
    Campaign,
    Client,
    ImportJob,
    ImportRow,
    InformationSource,
    OwnValue,
    Product,
)
from clients.names import core_name, split_legal_form
from deals.choices import DealState, Outcome, Priority
from deals.importing import filled, showing
from deals.importing.lines import LineReader
from deals.importing.values import (
    EMPTY,
    NO_CURRENCY,
    TWO_FIT,
    Reader,
    Words,
    is_currency,
)
from deals.models import (
    Contract,
    Deal,
    DealLine,
    Delivery,
    Invoice,
    Payment,
    Refusal,
    RefusalReason,
    StagePassage,
)
from deals.reason_presets import NOT_STATED
from pipeline.models import Process, Stage
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field, FieldType

STATES = {
    DealState.WON: ("won", "closed won", "success", "успех", "выиграна", "выиграно", "продано", "успешно реализовано"),
    DealState.LOST: ("lost", "closed lost", "refusal", "отказ", "проиграна", "проиграно", "закрыто и не реализовано"),
    DealState.OPEN: ("open", "in work", "в работе", "открыта"),
}  # fmt: skip
_STATES = {fold(word): state for state, words in STATES.items() for word in words}
_YES = {"yes", "да", "true", "1"}
PRIORITIES = {
    Priority.LOW: ("low", "низкий", "низкая"),
    Priority.NORMAL: ("normal", "medium", "обычный", "обычная", "нормальный", "средний", "средняя"),
    Priority.HIGH: ("high", "высокий", "высокая", "важный"),
    Priority.URGENT: ("urgent", "critical", "срочный", "срочная", "срочно", "критический"),
}  # fmt: skip
_PRIORITIES = {fold(w): p for p, words in PRIORITIES.items() for w in (str(int(p)), *words)}  # fmt: skip

NO_CLOSING_DAY = gettext_noop("The deal has ended, so the day of its end is needed.")
ENDED_BEFORE = gettext_noop("The deal ends before it begins.")
NO_CHOICE = gettext_noop("%(label)s: “%(value)s” is none of the possible values.")
CLOSED_YET_OPEN = gettext_noop("The deal is open: the day of its end is taken as the day on which it is expected.")  # fmt: skip
CHANGED_SINCE = gettext_noop("The deal was changed or worked on since.")


def _field(name: str, label: Any, kind: FieldType, *headers: str, **more: Any) -> Field:
    return Field(name, label, kind, headers=headers, importable=True, **more)


DECLARED = (
    _field("outside_id", _("Id in another system"), FieldType.TEXT, "id", "код", "номер сделки", "opportunity id", "deal id"),
    _field("title", _("Deal"), FieldType.TEXT, "сделка", "название", "opportunity", "deal name"),
    _field("client", _("Client"), FieldType.REFERENCE, "клиент", "компания", "контрагент", "account", "company"),
    _field("process", _("Process"), FieldType.DICTIONARY, "процесс", "воронка", "pipeline"),
    _field("stage", _("Stage"), FieldType.DICTIONARY, "этап", "стадия", "deal stage", definition=_("A stage of the process, or how the deal ended: won, lost.")),
    _field("state", _("State"), FieldType.CHOICE, "состояние", "исход", "status"),
    _field("responsible", _("Responsible"), FieldType.PERSON, "ответственный", "менеджер", "sales agent", "owner"),
    _field("amount", _("Amount"), FieldType.MONEY, "сумма", "бюджет", "close value", "value"),
    _field("currency", _("Currency"), FieldType.TEXT, "валюта"),
    _field("product", _("Products"), FieldType.DICTIONARY, "товар", "товары", "product", many=True),
    _field("quantity", _("Quantity"), FieldType.NUMBER, "количество", many=True),
    _field("price", _("Price of one"), FieldType.MONEY, "цена", "unit price", many=True),
    _field("opened_at", _("Opened"), FieldType.MOMENT, "открыта", "дата создания", "engage date", "created"),
    _field("closed_at", _("Closed"), FieldType.MOMENT, "закрыта", "дата закрытия", "close date"),
    _field("expected_on", _("Expected on"), FieldType.DATE, "ожидается", "expected close"),
    _field("reason", _("Reason of the refusal"), FieldType.DICTIONARY, "причина отказа", "причина", "loss reason"),
    _field("source", _("Source"), FieldType.DICTIONARY, "источник", "lead source"),
    _field("campaign", _("Campaign"), FieldType.DICTIONARY, "кампания"),
    _field("priority", _("Priority"), FieldType.CHOICE, "приоритет"),
    _field("note", _("Note"), FieldType.LONG_TEXT, "примечание", "комментарий"),
    _field("in_norms", _("Counts in norms, funnel and commission"), FieldType.YES_NO, definition=_("Count these deals in norms, funnel and commission")),
)  # fmt: skip


class WithOwn:
    """The declared fields and the company's own ones, as they are when somebody asks."""

    def __get__(self, target: Any, kind: Any = None) -> Sequence[Field]:
        return (*DECLARED, *own_fields.registered("deal"))


class DealTarget(JoiningTarget):
    entity = "deal"
    face = Face(
        label=_("Deals"),
        right="deals.import_deals",
        home="deals:list",
        intro=_("One row a deal: its client, its stage or how it ended, and who is responsible. Several products stand in one cell with “;” between them, or in several rows with one id. Load clients, users and products before."),
        known=_("Deals that are known already"),
        taken_back=_("Deals that it made lie in the bin for 30 days; those that were changed or worked on since stay. The same file can be loaded again."),
        created=showing.created,
        offered=("client", "responsible", "process", "stage", "currency", "source", "campaign", "reason", "priority", "in_norms"),
    )  # fmt: skip
    fields: Any = WithOwn()
    needed = (("client",), ("stage", "state"), ("responsible",))

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self._reader = Reader(self.fields)
        create = self.create_missing
        self._products = Words(Product, create=create)
        self._line_reader = LineReader(self._reader, self._products)
        self._reasons = Words(RefusalReason, create=create)
        self._not_stated: int | None = None
        self._sources = Words(InformationSource, create=create)
        self._campaigns = Words(Campaign, create=create)
        self._people = Lookups(())
        self.forget()

    def forget(self) -> None:
        for words in (self._products, self._reasons, self._sources, self._campaigns):
            words.forget()
        self._processes: dict[str, int] | None = None
        self._stages: dict[int, dict[str, int]] = {}
        self._clients: dict[str, int] = {}

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def read(self, entries: Sequence[Entry]) -> None:
        names = {entry.text("client") for entry in entries} - {""}
        unseen = {name for name in names if core_name(name) not in self._clients}
        self._clients |= firms_called(unseen) if unseen else {}
        for entry in entries:
            self._read_ending(entry)
            self._read_words(entry)
            values = entry.values
            values["amount"] = self._reader.money(entry, "amount")
            values["currency"] = (entry.text("currency") or "RUB").upper()
            if not is_currency(values["currency"]):
                self._reader.complain(
                    entry, NO_CURRENCY, "currency", values["currency"]
                )
            priority = entry.text("priority")
            values["priority"] = _PRIORITIES.get(fold(priority)) if priority else Priority.NORMAL  # fmt: skip
            if values["priority"] is None:
                self._reader.complain(entry, NO_CHOICE, "priority", priority)
            self._line_reader.read(entry)
            entry.values["own"] = self._own(entry)

    def _own(self, entry: Entry) -> dict[int, Any]:
        """What the row says in the company's own fields."""
        found = {}
        for name in entry.said:
            if (field_id := own_fields.id_of(name)) is not None:
                text = entry.text(name)
                try:
                    found[field_id] = own.read(
                        field_id, text, create_missing=self.create_missing
                    )
                except own.Refused as refusal:
                    self._reader.complain(entry, refusal.args[0], name, text)
        return found

    def _read_ending(self, entry: Entry) -> None:
        """How the deal stands: from its state, or from a stage that is called like a state."""
        values, reader = entry.values, self._reader
        stage, state = entry.text("stage"), entry.text("state")
        if not stage and not state:
            reader.complain(entry, EMPTY, "stage")
        ending = _STATES.get(fold(state)) if state else None
        if state and ending is None:
            reader.complain(entry, NO_CHOICE, "state", state)
        if stage and not state and fold(stage) in _STATES:
            ending, stage = _STATES[fold(stage)], ""
        values["state"], values["stage"] = ending or DealState.OPEN, stage
        opened, closed = reader.moment(entry, "opened_at"), reader.moment(entry, "closed_at")  # fmt: skip
        expected = reader.moment(entry, "expected_on")
        if values["state"] == DealState.OPEN:
            if closed:
                entry.doubt(CLOSED_YET_OPEN)
                expected, closed = expected or closed, None
        elif closed is None and not entry.text("closed_at"):
            entry.refuse(NO_CLOSING_DAY)
        elif closed and opened and closed < opened:
            entry.refuse(ENDED_BEFORE)
        values |= {"opened_at": opened, "closed_at": closed, "expected_on": expected}

    def _read_words(self, entry: Entry) -> None:
        reader = self._reader
        client = entry.text("client")
        if not core_name(client):
            reader.complain(entry, EMPTY, "client")
        elif core_name(client) not in self._clients:
            reader.unknown(entry, "client", client, added=self.create_missing)
        person = entry.text("responsible")
        fit = self._people.people(person) if person else set()
        if not person:
            reader.complain(entry, EMPTY, "responsible")
        elif len(fit) != 1:
            if fit:
                reader.complain(entry, TWO_FIT, "responsible", person)
            else:
                reader.unknown(entry, "responsible", person)
        entry.values["responsible"] = next(iter(fit), None)
        process, added = entry.text("process"), self.create_missing
        known = self._process(process)
        if process and known is None:
            reader.unknown(entry, "process", process, added=added)
        stage = entry.values["stage"]
        if stage and (added or known or not process) and (known is None or self._stage(known, stage) is None):  # fmt: skip
            reader.unknown(entry, "stage", stage, added=added)
        for name, words in (("reason", self._reasons), ("source", self._sources), ("campaign", self._campaigns)):  # fmt: skip
            if text := entry.text(name):
                words.note(entry, reader, name, text)

    # ── what is known ────────────────────────────────────────────────────────────────────────────────────────────────

    def known(self, entries: Sequence[Entry]) -> dict[int, int]:
        ids = {entry.text("outside_id") for entry in entries} - {""}
        by_id = dict(Deal.objects.filter(outside_id__in=ids).values_list("outside_id", "pk"))  # fmt: skip
        return {e.row.number: by_id[i] for e in entries if (i := e.text("outside_id")) in by_id}  # fmt: skip

    def key(self, entry: Entry) -> str:
        outside_id = entry.text("outside_id")
        return f"id:{outside_id}" if outside_id else ""

    def continues(self, entry: Entry) -> bool:
        return bool(entry.text("outside_id") and entry.said.get("product"))

    def add(self, pairs: Sequence[tuple[int, Entry]]) -> list[Reason | None]:
        deals = Deal.objects.in_bulk([pk for pk, _entry in pairs])
        return self._line_reader.add(
            [(deals.get(pk), entry, self._client(entry)) for pk, entry in pairs]
        )

    def similar(self, entries: Sequence[Entry]) -> dict[int, tuple[int, list[str]]]:
        return showing.similar(
            entries, {e.row.number: self._client(e) for e in entries}
        )

    def _client(self, entry: Entry) -> int | None:
        return self._clients.get(core_name(entry.text("client")))

    def _process(self, name: str) -> int | None:
        """The process called so, or the first one in use when no name is given."""
        if self._processes is None:
            self._processes = {}
            for process in Process.objects.order_by("retired_at", "position", "pk"):
                for word in (process.name, process.name_en):
                    self._processes.setdefault(fold(word), process.pk)
                self._processes.setdefault("", process.pk)
        return self._processes.get(fold(name))

    def _stage(self, process: int, name: str) -> int | None:
        if process not in self._stages:
            known: dict[str, int] = {}
            for stage in Stage.objects.filter(process=process).order_by("retired_at", "position"):  # fmt: skip
                for word in (stage.name, stage.name_en):
                    if word:
                        known.setdefault(fold(word), stage.pk)
                if stage.retired_at is None:
                    known.setdefault("", stage.pk)
            self._stages[process] = known
        return self._stages[process].get(fold(name))

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def hold(self, entries: Sequence[Entry], known: Sequence[int]) -> None:
        whose = {client for entry in entries if (client := self._client(entry))}
        hold_clients([Client.objects.filter(pk__in=whose), Deal.objects.filter(pk__in=known)])  # fmt: skip

    def create(self, entries: Sequence[Entry]) -> list[int]:
        if not entries:
            return []
        self._make_clients(entries)
        self._not_stated = None  # a chunk that was taken back took the entry along
        made = Deal.objects.bulk_create([self._deal(entry) for entry in entries])
        pairs = list(zip(made, entries, strict=True))
        percents = dict(Stage.objects.values_list("pk", "percent"))
        StagePassage.objects.bulk_create(
            StagePassage(
                deal=deal,
                stage_id=deal.stage_id,
                performer_id=deal.responsible_id,
                entered_at=deal.entered_at or self.at,
                left_at=deal.closed_at,
                outcome="" if deal.state == DealState.OPEN else Outcome(deal.state),
                percent=percents[deal.stage_id],
            )
            for deal, _entry in pairs
            if deal.stage_id
        )
        Refusal.objects.bulk_create(
            Refusal(
                deal=deal,
                reason_id=deal.reason_id,
                stage_id=deal.stage_id,
                currency=deal.currency,
                refused_at=deal.closed_at,
            )
            for deal, _entry in pairs
            # A refused deal has both: the database saw to it above.
            if deal.state == DealState.LOST and deal.reason_id and deal.closed_at
        )
        lines = [line for d, e in pairs for line in self._line_reader.lines(d, e)]
        DealLine.objects.bulk_create(lines)
        OwnValue.objects.bulk_create(
            row
            for deal, entry in pairs
            for row in own.rows(entry.values["own"], deal_id=deal.pk)
        )
        return [deal.pk for deal in made]

    def _deal(self, entry: Entry) -> Deal:
        values, state = entry.values, entry.values["state"]
        process = self._process_or_new(entry.text("process"))
        stage = self._stage_or_new(process, values["stage"], state)
        name = entry.text("title") or ", ".join(self._line_reader.names(entry))
        title = (name or entry.text("outside_id") or translate("Deal"))[:200]
        entered = values["opened_at"] or values["closed_at"] or self.at
        return Deal(
            client_id=self._clients[core_name(entry.text("client"))],
            title=title,
            folded=fold(title)[:200],
            process_id=process,
            stage_id=stage,
            state=state,
            responsible_id=values["responsible"],
            performer_id=values["responsible"] if state == DealState.OPEN else None,
            amount=values["amount"],
            currency=values["currency"],
            expected_on=values["expected_on"] and values["expected_on"].date(),
            priority=values["priority"],
            source_id=self._sources.get(s) if (s := entry.text("source")) else None,
            campaign_id=self._campaigns.get(c) if (c := entry.text("campaign")) else None,
            note="\n".join(entry.said.get("note", ())),
            opened_at=values["opened_at"],
            opened_by=self.by,
            closed_at=values["closed_at"],
            reason_id=self._reason(entry) if state == DealState.LOST else None,
            refusal_stage_id=stage if state == DealState.LOST else None,
            entered_at=entered if stage and state == DealState.OPEN else None,
            outside_id=entry.text("outside_id")[:100],
            imported=True,
            in_norms=fold(entry.text("in_norms")) in _YES,
        )  # fmt: skip

    def _reason(self, entry: Entry) -> int:
        if text := entry.text("reason"):
            return self._reasons.get(text)
        if self._not_stated is None:
            self._not_stated = self._not_stated_or_new()
        return self._not_stated

    def _not_stated_or_new(self) -> int:
        found = RefusalReason.objects.filter(code=NOT_STATED).values_list("pk", flat=True).first()  # fmt: skip
        if found is None:
            made = RefusalReason.objects.create(
                name="Не указана (импорт)",
                name_en="Not stated (imported)",
                folded=fold("Не указана (импорт)"),
                code=NOT_STATED,
            )
            found = made.pk
        return found

    def _process_or_new(self, name: str) -> int:
        found = self._process(name)
        if found is None:
            last = Process.objects.aggregate(last=Max("position"))["last"] or 0
            found = Process.objects.create(
                name=(name or translate("Sales"))[:120], position=last + 1
            ).pk
            self._processes = None
        return found

    def _stage_or_new(self, process: int, name: str, state: str) -> int | None:
        """The stage named; none for an ended deal that names none; the first for an open one that names none."""
        if not name and state != DealState.OPEN:
            return None
        found = self._stage(process, name)
        if found is None:
            last = Stage.objects.filter(process=process).aggregate(
                place=Max("position"), percent=Max("percent")
            )
            stage = Stage.objects.create(
                process_id=process,
                name=(name or translate("First stage"))[:120],
                position=(last["place"] or 0) + 1,
                percent=min(90, (last["percent"] or 0) + 10),
            )
            found = stage.pk
            self._stages.pop(process, None)
        return found

    def _make_clients(self, entries: Sequence[Entry]) -> None:
        """Cards for names that nobody knows."""
        missing: dict[str, Draft] = {}
        for entry in entries:
            name = entry.text("client")
            core = core_name(name)
            if core and core not in self._clients and core not in missing:
                draft = missing[core] = Draft(entry.row)
                form, rest = split_legal_form(name)
                lookups = self._client_lookups()
                known = form and lookups.entry("legal_form", form)
                draft.values["name"] = (rest if known else name)[:300]
                if known:
                    draft.entries["legal_form"] = form
        if missing:
            writer = Writer(lookups=self._client_lookups(), by=self.by, at=self.at)
            made = writer.create(list(missing.values()))
            for core, (pk, _changes) in zip(missing, made, strict=True):
                self._clients[core] = pk

    def _client_lookups(self) -> Lookups:
        return Lookups(importable("client"))

    # ── known and taken back ─────────────────────────────────────────────────────────────────────────────────────────

    empties = True

    def fill(self, pairs: Sequence[tuple[int, Entry]]) -> Sequence[Brought]:
        """Amount, days and own fields of known deals, where they are empty."""
        deals = Deal.objects.in_bulk([pk for pk, _entry in pairs])
        told = OwnValue.objects.filter(deal__in=deals).values_list("deal", "field")
        said = set(told) if own_fields.book().of("deal") else set()
        brought: list[Brought] = []
        for pk, entry in pairs:
            deal, changed = deals.get(pk), []
            for name in ("amount", "opened_at", "expected_on"):
                value = entry.values.get(name)
                if name == "expected_on" and value:
                    value = value.date()
                if deal and value is not None and getattr(deal, name) is None:
                    setattr(deal, name, value)
                    changed.append(name)
            values = entry.values.get("own", {})
            news = {f: v for f, v in values.items() if deal and (pk, f) not in said}
            OwnValue.objects.bulk_create(own.rows(news, deal_id=pk))
            said |= {(pk, f) for f in news}
            if deal and (changed or news):
                deal.version += 1
                deal.save(update_fields=[*changed, "version", "updated_at"])
                brought.append(filled.brought(deal, changed, news))
            else:
                brought.append(False)
        return brought

    @classmethod
    def empty(
        cls, rows: Sequence[ImportRow], *, at: datetime
    ) -> dict[int, list[Reason]]:
        return filled.empty(rows, at=at)

    @classmethod
    def choices(cls, name: str) -> list[tuple[str, str]] | None:
        return showing.choices(name)

    @classmethod
    def show(cls, ids: Collection[int], user: User) -> dict[int, Known]:
        return showing.show(ids, user)

    @classmethod
    def take_back(
        cls, ids: Collection[int], *, job: ImportJob, at: datetime
    ) -> dict[int, list[Reason]]:
        """Into the bin go the deals that nobody touched since."""
        touched = set(Deal.objects.filter(pk__in=ids, version__gt=1).values_list("pk", flat=True))  # fmt: skip
        for model in (Invoice, Payment, Delivery, Contract, Activity):
            found = model._base_manager.filter(deal__in=ids)
            touched |= set(found.values_list("deal", flat=True))
        moved = StagePassage.objects.filter(deal__in=ids, entered_at__gt=job.finished_at or at)  # fmt: skip
        touched |= set(moved.values_list("deal", flat=True))
        here = set(Deal.objects.filter(pk__in=ids).values_list("pk", flat=True))
        reverting.throw(Deal, BinKind.DEAL, here - touched, by=job.reverted_by, at=at)
        return {pk: [Reason(CHANGED_SINCE)] for pk in touched & here}
