"""What the dialogs of the builder offer: fields in their groups, measures, values of a condition, lines of a list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from analytics.queries import catalogue, dividing
from analytics.queries.conditions import ops_of
from analytics.queries.entries import (
    DAYS,
    NUMBERS,
    TEXTS,
    Asked,
    StageLabel,
    Subject,
)
from analytics.queries.question import MOST_MEASURES, By, Measure, Question
from analytics.queries.reckoning import ADDED, HOW, KINDS, OF_FIELD, SHARES
from analytics.queries.wording import measure_words
from pipeline.book import book
from salesexpert.accounts.models import User
from salesexpert.core.registry import FieldType
from salesexpert.core.templatetags.look import money, number, plain_day

OFFERED = 400
CURRENCIES = ("RUB", "USD", "EUR", "CNY", "KZT", "BYN")
ICONS = {
    FieldType.DATE: "calendar", FieldType.MOMENT: "calendar", FieldType.PERSON: "user", FieldType.MONEY: "cash", FieldType.NUMBER: "hash",
    FieldType.PERCENT: "percentage", FieldType.TEXT: "typography",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offer:
    """A button of a dialog: its name and value as they are sent."""

    name: str
    value: str
    label: str


Groups = list[tuple[str, list[Offer]]]


def _grouped(known: Mapping[str, Asked], kept: Any) -> Groups:
    groups: dict[str, list[Offer]] = {}
    for asked in known.values():
        if kept(asked):
            groups.setdefault(str(asked.owner), []).append(Offer("field", asked.name, asked.label))  # fmt: skip
    return list(groups.items())


def dimensions(known: Mapping[str, Asked]) -> Groups:
    return _grouped(known, lambda asked: asked.divides)


def filters(known: Mapping[str, Asked]) -> Groups:
    return _grouped(known, ops_of)


def measures(subject: Subject, known: Mapping[str, Asked], user: User) -> Groups:
    plain = [
        Offer("kind", "count", str(subject.counted)),
        Offer("kind", "clients", str(KINDS["clients"])),
    ]
    lead = [
        Offer("form", kind, f"{KINDS[kind]}…")
        for kind in ("conversion", "reached", "days", "ratio")
    ]
    if ways(known):
        lead.insert(2, Offer("form", "stages", _("Conversion to each stage of a process…")))  # fmt: skip
    groups: Groups = [(_("Number"), plain), (_("Steps and lengths"), lead)]
    own = [a for a in known.values() if a.is_number and not a.owner]
    others = [a for a in known.values() if a.is_number and a.owner]
    for title, fields in ((_("Of numbers"), own), (_("Of what it belongs to"), others)):
        made = [
            Offer("kind", f"{kind}:{a.name}", f"{KINDS[kind]}: {a.full if a.owner else a.label}")
            for a in fields
            for kind in ("sum", "average", "median")
        ]  # fmt: skip
        if made:
            groups.append((title, made))
    figures = [Offer("kind", f"outside:{f.name}", str(f.label)) for f in catalogue.outsiders(user).values()]  # fmt: skip
    if figures:
        groups.append((_("Figures from elsewhere"), figures))
    return groups


def ways(known: Mapping[str, Asked]) -> list[tuple[str, str]]:
    """(moments of the stages of a process, its name): those of the records themselves, else those of their clients."""
    found: dict[int, list[str]] = {}
    own = [a for a in known.values() if isinstance(a.field.label, StageLabel)]
    for asked in [a for a in own if not a.owner] or own:
        label: Any = asked.field.label
        found.setdefault(label.stage.process_id, []).append(asked.name)
    processes = book().processes
    return [(",".join(names[:MOST_MEASURES]), str(processes[pk])) for pk, names in found.items()]  # fmt: skip


def measure_form(kind: str, given: Measure | None, subject: Subject, known: Mapping[str, Asked], user: User) -> dict[str, Any]:  # fmt: skip
    """What the dialog of one measure shows."""
    moments = [(a.name, a.full) for a in known.values() if a.is_day]
    numbers = [(a.name, a.full) for a in known.values() if a.is_number]
    parts = [("count", str(subject.counted)), ("clients", str(KINDS["clients"]))]
    parts += [(f"sum:{name}", f"{KINDS['sum']}: {label}") for name, label in numbers]
    parts += [(f"reached:{name}", f"{KINDS['reached']}: {label}") for name, label in moments]  # fmt: skip
    parts += [(f"outside:{f.name}", str(f.label)) for f in catalogue.outsiders(user).values()]  # fmt: skip
    measure = given if given and given.kind == kind else Measure(kind)
    return {
        "kind": kind if kind in KINDS or kind == "stages" else "count",
        "measure": measure,
        "title": KINDS.get(kind, KINDS["conversion"]),
        "ways": ways(known) if kind == "stages" else [],
        "moments": moments,
        "numbers": numbers,
        "of_field": kind in OF_FIELD,
        "stepped": kind in ("conversion", "reached", "days", "stages"),
        "shares": list(SHARES.items()) if kind in ADDED else [],
        "hows": list(HOW.items()),
        "divided": parts,
        "of_chosen": _part(measure.of),
        "by_chosen": _part(measure.by),
        "said": measure_words(measure, subject, known) if given else "",
    }


def _part(measure: Measure | None) -> str:
    if measure is None:
        return ""
    field = measure.until if measure.kind == "reached" else measure.field
    return f"{measure.kind}:{field}" if field else measure.kind


def orders(question: Question, subject: Subject, known: Mapping[str, Asked]) -> list[tuple[str, str]]:  # fmt: skip
    made = [(str(n), measure_words(m, subject, known)) for n, m in enumerate(question.measures)]  # fmt: skip
    return [("", _("as fits")), ("-1", _("by the names of the rows")), *made]


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def kind_of(asked: Asked) -> str:
    if asked.type is FieldType.YES_NO:
        return "yes_no"
    if asked.type in NUMBERS and not asked.entry.many:
        return "number"
    if asked.type in DAYS:
        return "day"
    return "text" if asked.type in TEXTS else "chosen"


def options(asked: Asked, subject: Subject, chosen: Sequence[str]) -> list[tuple[str, str, bool]]:  # fmt: skip
    """(value, label, chosen): the values of a condition; of very many the first ones and those chosen."""
    if kind_of(asked) != "chosen":
        return []
    none = ("none", _("not filled"), "none" in chosen)
    if asked.type is FieldType.CHOICE:
        choices = list(asked.field.choices()) if asked.field.choices else []
        return [*((str(v), str(label), str(v) in chosen) for v, label in choices if v != ""), none]  # fmt: skip
    model = dividing.model_of(asked, subject.rows(User(is_superuser=True)).model)
    rows = model._default_manager.all()
    names = {f.name for f in model._meta.get_fields()}
    if asked.name.rpartition(".")[2].startswith("dimension_"):
        rows = rows.filter(dimension=int(asked.name.rpartition("_")[2]))
    if "legal_form" in names:
        rows = rows.select_related("legal_form")
    listed = list((rows.filter(retired_at=None) if "retired_at" in names else rows)[:OFFERED])  # fmt: skip
    ids = {str(row.pk) for row in listed}
    missing = [int(v) for v in chosen if v.isascii() and v.isdigit() and len(v) < 19 and v not in ids]  # fmt: skip
    if missing:
        listed = [*model._base_manager.filter(pk__in=missing), *listed]
    return [*((str(row.pk), str(row), str(row.pk) in chosen) for row in listed), none]


# ── lists of records ─────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Line:
    pk: int
    link: str
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Shown:
    heads: list[str]
    lines: list[Line]


def shown_rows(page: QuerySet[Any, Any], rows: QuerySet[Any, Any], subject: Subject, known: Mapping[str, Asked]) -> Shown:  # fmt: skip
    """Records as lines of text, a link each. One query, and one for each column of words."""
    fields = [known[name] for name in subject.shown if name in known]
    ids = list(page.values_list("pk", flat=True))
    model = rows.model
    manager = getattr(model, "with_bin", model._base_manager)
    asked = manager.filter(pk__in=ids)
    for n, field in enumerate(fields):
        asked = asked.annotate(**{f"_s{n}": field.expression()})
    currency = [subject.currency] if subject.currency else []
    read = list(asked.values(*subject.needs, *currency, *(f"_s{n}" for n in range(len(fields)))).order_by("-pk"))  # fmt: skip
    called: list[dict[Any, str]] = []
    for n, field in enumerate(fields):
        if field.is_day or field.is_number:
            called.append({})
        else:
            called.append(dividing.names(field, By(field.name), {row[f"_s{n}"] for row in read}, model))  # fmt: skip
    lines = []
    for row in read:
        money_of = row.get(subject.currency, "RUB") if subject.currency else "RUB"
        texts = [
            _told(row[f"_s{n}"], field, called[n], money_of)
            for n, field in enumerate(fields)
        ]
        lines.append(Line(row["pk"], subject.address(row), texts))
    return Shown([f.label for f in fields], lines)


def _told(value: Any, field: Asked, called: Mapping[Any, str], currency: str) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, date | datetime):
        return plain_day(value)
    if field.type is FieldType.MONEY:
        return money(value, currency)
    return number(value) if field.is_number else called.get(value, str(value))
