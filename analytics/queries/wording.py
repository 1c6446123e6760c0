"""A question in plain words: one sentence in parts, so that each part of it can be changed by clicking on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from analytics.queries import catalogue, dividing, spans
from analytics.queries.conditions import NONE, WrongCondition, key_of, op_words
from analytics.queries.entries import Asked, Subject
from analytics.queries.question import By, Condition, Group, Measure, Question
from analytics.queries.reckoning import KINDS
from salesexpert.core.errors import DomainError
from salesexpert.core.registry import FieldType
from salesexpert.core.templatetags.look import plain_day

SAID = 4


@dataclass(frozen=True, slots=True)
class Word:
    """A part of the sentence; `of` names what of the question it says (“rows.0”), empty for what joins the parts."""

    text: str
    of: str = ""

    @property
    def side(self) -> str:
        """Which dialog changes it."""
        return self.of.partition(".")[0]

    @property
    def place(self) -> str:
        # A field of a row is changed in the list beside; its word opens the list of fields.
        return self.of.partition(".")[2] if self.side in ("where", "measures") else ""


def sentence(question: Question, today: date) -> list[Word]:
    """“number of deals and conversion: … by rows Source; opened: last quarter; where Region — Тверская область”."""
    subject = catalogue.subject(question.subject)
    if subject is None:
        return [Word(_("Nothing known is asked for."))]
    known = catalogue.fields(subject)
    words = [Word(pgettext("query", "Show"))]
    words += _joined([Word(measure_words(m, subject, known), f"measures.{n}") for n, m in enumerate(question.measures)])  # fmt: skip
    for side, label in (("rows", _("by rows")), ("columns", _("by columns"))):
        given: Sequence[By] = getattr(question, side)
        if given:
            words.append(Word(label))
            words += _joined([Word(by_words(by, known), f"{side}.{n}") for n, by in enumerate(given)])  # fmt: skip
    day = known.get(question.period.field or subject.day)
    try:
        told = spans.words(question.period, today)
        is_open = spans.of(question.period, today).is_open
    except DomainError:
        told, is_open = str(spans.NAMES.get(question.period.name, question.period.name)), False  # fmt: skip
    words.append(Word(";"))
    words.append(Word(_("for")))
    words.append(Word(told if is_open or day is None else f"{day.label.lower()} — {told}", "period"))  # fmt: skip
    if question.where.parts:
        words += [Word(";"), Word(pgettext("query", "where"))]
        words += _group(question.where, known, subject, "where")
    if question.compare:
        words += [Word(";"), Word(_("against the same a year before") if question.compare == "year" else _("against the period before"), "compare")]  # fmt: skip
    if question.top:
        first = ngettext("the first %d row", "the first %d rows", question.top) % question.top  # fmt: skip
        others = _("and the others")
        words += [Word(";"), Word(f"{first} {others}" if question.others else first, "top")]  # fmt: skip
    return [*words, Word(".")]


def plain(question: Question, today: date) -> str:
    """The sentence as text."""
    text = " ".join(word.text for word in sentence(question, today))
    for mark in (" ;", " ,", " ."):
        text = text.replace(mark, mark[1:])
    return text


def _joined(words: Sequence[Word]) -> list[Word]:
    found: list[Word] = []
    for n, word in enumerate(words):
        if n:
            found.append(Word(_("and") if n == len(words) - 1 else ","))
        found.append(word)
    return found


def label_of(name: str, known: Mapping[str, Asked]) -> str:
    return (
        known[name].label
        if name in known
        else _("field “%s”, which is gone") % catalogue.called(name)
    )


def by_words(by: By, known: Mapping[str, Asked]) -> str:
    label = label_of(by.field, known)
    asked = known.get(by.field)
    if asked is None:
        return label
    if asked.is_day:
        return _("%(field)s by %(step)s") % {"field": label, "step": step_words(dividing.step_of(by))}  # fmt: skip
    return _("%s by bands") % label if asked.is_number else label


def step_words(step: str) -> str:
    return {
        "day": pgettext("step", "days"),
        "week": pgettext("step", "weeks"),
        "month": pgettext("step", "months"),
        "quarter": pgettext("step", "quarters"),
        "year": pgettext("step", "years"),
    }[step]


def measure_words(measure: Measure, subject: Subject, known: Mapping[str, Asked]) -> str:  # fmt: skip
    """What a measure is called: its own label, or its kind and field."""
    said = measure.label or _measure(measure, subject, known)
    if measure.share and not measure.label:
        shares = {
            "total": _("share of the total"),
            "row": _("share of the row"),
            "column": _("share of the column"),
        }
        said = f"{said}, {shares.get(measure.share, measure.share)}"
    return said


def _measure(measure: Measure, subject: Subject, known: Mapping[str, Asked]) -> str:
    until, since = label_of(measure.until, known), label_of(measure.since or subject.day, known)  # fmt: skip
    within = ngettext(" within %d day", " within %d days", measure.within) % measure.within if measure.within else ""  # fmt: skip
    match measure.kind:
        case "count":
            return str(subject.counted)
        case "clients":
            return _("different clients")
        case "reached":
            return _("how many: “%s”") % until + within
        case "conversion":
            if measure.since:
                return _("conversion from “%(since)s” to “%(until)s”") % {"since": since, "until": until} + within  # fmt: skip
            return _("conversion to “%s”") % until + within
        case "days":
            given = {"since": since, "until": until}
            if measure.how == "average":
                return _("average days from “%(since)s” to “%(until)s”") % given
            return _("median days from “%(since)s” to “%(until)s”") % given
        case "outside":
            figure = catalogue.outsiders().get(measure.field)
            return str(figure.label) if figure else _("figure “%s”, which is gone") % measure.field  # fmt: skip
        case "ratio" if measure.of and measure.by:
            return f"{measure_words(measure.of, subject, known)} / {measure_words(measure.by, subject, known)}"  # fmt: skip
    field = label_of(measure.field, known)
    if measure.kind == "sum":
        return field
    return f"{str(KINDS.get(measure.kind, measure.kind)).lower()}: {field}"


# ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _group(group: Group, known: Mapping[str, Asked], subject: Subject, at: str) -> list[Word]:  # fmt: skip
    words: list[Word] = []
    if group.negated:
        words.append(Word(_("not")))
    inner = at != "where" or group.negated
    if inner:
        words.append(Word("("))
    for n, part in enumerate(group.parts):
        if n:
            words.append(Word(_("or") if group.join == "or" else _("and")))
        place = f"{at}.{n}"
        if isinstance(part, Group):
            words += _group(part, known, subject, place)
        else:
            words.append(Word(condition_words(part, known, subject), place))
    return [*words, Word(")")] if inner else words


def condition_words(condition: Condition, known: Mapping[str, Asked], subject: Subject) -> str:  # fmt: skip
    asked = known.get(condition.field)
    if asked is None:
        return label_of(condition.field, known)
    label, values = asked.full, condition.values
    match condition.op:
        case "yes" | "no":
            return f"{label} — {op_words(condition.op, asked)}"
        case "empty" | "given":
            return f"{label}: {op_words(condition.op, asked)}"
        case "in" | "not_in":
            told = values_words(asked, values, subject)
            if condition.op == "not_in":
                told = _("any but %s") % told
            return f"{label} — {told}"
        case "period":
            n = values[1] if len(values) > 1 else ""
            name = str(spans.NAMES.get(values[0] if values else "", "?"))
            return f"{label} — {name} {n}".strip()
        case "between":
            low, high = (*values, "", "")[:2]
            return f"{label} — {_spoken(low)} … {_spoken(high)}"
    return f"{label} — {op_words(condition.op, asked)} {_spoken(values[0]) if values else ''}".strip()  # fmt: skip


def values_words(asked: Asked, values: Sequence[str], subject: Subject) -> str:
    """Names of chosen values; of many the first ones. One query at most."""
    keys = []
    for value in values[:SAID]:
        try:
            keys.append(key_of(asked, value))
        except WrongCondition:
            continue
    called = _names(asked, keys, subject)
    told = [called.get(key, str(key)) for key in keys]
    text = ", ".join(told) or _("nothing")
    more = len(values) - SAID
    if more <= 0:
        return text
    rest = _("and %d more") % more
    return f"{text} {rest}"


def _names(asked: Asked, keys: Sequence[object], subject: Subject) -> dict[object, str]:
    rows = _model(subject)
    if asked.type is FieldType.CHOICE:
        choices = dict(asked.field.choices() if asked.field.choices else [])
        return {NONE: _("not filled"), None: _("not filled")} | {k: str(v) for k, v in choices.items()}  # fmt: skip
    return dividing.names(asked, By(asked.name), keys, rows)


def _model(subject: Subject) -> type:
    from salesexpert.accounts.models import User

    model: type = subject.rows(User(is_superuser=True)).model
    return model


def _spoken(text: str) -> str:
    try:
        return plain_day(date.fromisoformat(text))
    except ValueError:
        return text
