"""Inquiries typed as lines: “ООО Ромашка; Лидия; 8 495 …; нужен насос”, in any order, or a table with headings."""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import StringIO
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients import emails, phones, requisites
from clients.actions.inquiries import Said, drawn, receive
from clients.duplicates import EVIDENCE, Matcher, traits_of
from clients.models import Inquiry
from clients.names import split_legal_form
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold

MOST_LINES = 500
LONGEST_LINE = 5_000
_INN = re.compile(r"^(?:инн\W*)?(\d{10}|\d{12})$", re.IGNORECASE)
_MARKS = re.compile(r"^[\s\-–—•*·]+|^\d{1,3}[.)]\s+")
# Headings by which a pasted table is understood.
HEADINGS = {
    "company": ("компания", "организация", "клиент", "фирма", "company", "firm", "client"),
    "name": ("имя", "фио", "контакт", "контактное лицо", "name", "person", "contact"),
    "position": ("должность", "position", "job title"),
    "phone": ("телефон", "телефоны", "тел", "phone", "phones", "mobile"),
    "email": ("почта", "e mail", "email", "адрес почты", "mail"),
    "inn": ("инн", "inn"),
    "city": ("город", "city"),
    "text": ("комментарий", "запрос", "сообщение", "примечание", "что нужно", "text", "comment", "message", "note"),
    "product": ("товар", "товары", "продукт", "product", "products"),
}  # fmt: skip
_FIELD_OF = {word: name for name, words in HEADINGS.items() for word in words}


@dataclass(slots=True)
class Line:
    """One line: `said` is what was understood, `fault` why it cannot be taken, `doubts` what a person should know."""

    number: int
    raw: str
    said: Said
    fault: str | Promise = ""
    doubts: list[str] = field(default_factory=list)
    client_name: str = ""

    @property
    def is_good(self) -> bool:
        return not self.fault


def read(text: str, *, known: Mapping[str, int] | None = None) -> list[Line]:
    """Lines of `text`, at most MOST_LINES and one more that says so. `known` are products by folded name."""
    rows = _rows(text)
    headings = _headings(rows[0][1]) if rows else {}
    lines = []
    for number, cells, raw in (rows[1:] if headings else rows)[:MOST_LINES]:
        said = _by_headings(cells, headings) if headings else _by_look(cells)
        line = Line(number, raw[:LONGEST_LINE], said)
        said.products = _products(line, known or {})
        said.received = {"line": raw[:LONGEST_LINE]}
        _check(line)
        lines.append(line)
    if len(rows) > MOST_LINES + bool(headings):
        last = Line(MOST_LINES + 1, "…", Said(channel="list"))
        last.fault = _("At most %d lines at once: paste the rest afterwards, or load them as a file.") % MOST_LINES  # fmt: skip
        lines.append(last)
    return lines


def _rows(text: str) -> list[tuple[int, list[str], str]]:
    text = text.replace("\x00", " ").replace("\r\n", "\n").replace("\r", "\n")
    rows = []
    for number, raw in enumerate(text.split("\n"), start=1):
        if not raw.strip():
            continue
        cells = [" ".join(c.split()) for c in _cells(raw[:LONGEST_LINE])]
        rows.append((number, cells, raw.strip()))
        if len(rows) > MOST_LINES + 1:
            break
    return rows


def _cells(raw: str) -> list[str]:
    """A tab, a semicolon or a bar parts cells; else a comma, unless it only parts words of a sentence."""
    for sign in ("\t", ";", "|"):
        if sign in raw:
            try:
                return next(csv.reader(StringIO(raw), delimiter=sign), [])
            except csv.Error:
                return raw.split(sign)
    return _MARKS.sub("", raw).split(",")


def _headings(cells: Sequence[str]) -> dict[int, str]:
    """{column: field}, when the first line is a heading: at least two cells name fields."""
    found = {n: _FIELD_OF[fold(cell)] for n, cell in enumerate(cells) if fold(cell) in _FIELD_OF}  # fmt: skip
    return found if len(found) > 1 else {}


def _by_headings(cells: Sequence[str], headings: Mapping[int, str]) -> Said:
    given: dict[str, list[str]] = {}
    for number, cell in enumerate(cells):
        if cell.strip():
            given.setdefault(headings.get(number, "text"), []).append(cell.strip())

    def one(name: str) -> str:
        return " ".join(given.get(name, ()))

    return Said(
        channel="list",
        name=one("name"),
        position=one("position"),
        company=one("company"),
        phones=[n.raw for cell in given.get("phone", ()) for n in phones.read(cell)],
        emails=given.get("email", []),
        inn=requisites.digits(one("inn")),
        city=one("city"),
        text="\n".join(given.get("text", ())),
        received={"product": one("product")},
    )


def _by_look(cells: Sequence[str]) -> Said:
    """Without headings each cell says by its look what it is: an address, a number, an INN, a firm, a name, the rest."""
    said = Said(channel="list")
    numbers: list[str] = []
    addresses: list[str] = []
    words: list[str] = []
    for raw in cells:
        cell = _MARKS.sub("", raw).strip()
        if not cell:
            continue
        found, left = emails.read(cell)
        if found:
            addresses += found
            if left:
                words.append(left)
            continue
        if inn := _INN.match(cell.replace(" ", "")):
            if requisites.check_inn(inn[1]) == "" or not _dialled(cell):
                said.inn = inn[1]
                continue
        read_numbers = _dialled(cell)
        if read_numbers:
            numbers += read_numbers
            continue
        form, _rest = split_legal_form(cell)
        if form and not said.company:
            said.company = cell
        else:
            words.append(cell)
    said.phones, said.emails = numbers, addresses
    if words and not said.company and not _is_person(words[0]):
        said.company = words.pop(0)
    if words and _is_person(words[0]):
        said.name = words.pop(0)
    said.text = "; ".join(words)
    return said


def _dialled(cell: str) -> list[str]:
    if sum(c.isdigit() for c in cell) < 6 or sum(c.isalpha() for c in cell) > 8:
        return []
    return [n.raw for n in phones.read(cell) if n.e164]


def _is_person(text: str) -> bool:
    """One to three capitalised words without digits, and none of them a firm's."""
    words = text.split()
    return (
        1 <= len(words) <= 3
        and all(w[:1].isupper() and w.replace("-", "").replace(".", "").isalpha() for w in words)
        and not split_legal_form(text)[0]
        and not any(w.isupper() and len(w) > 2 for w in words)
    )  # fmt: skip


def _products(line: Line, known: Mapping[str, int]) -> list[int]:
    typed = str(line.said.received.get("product", "")) if line.said.received else ""
    parts = [p.strip() for p in re.split(r"[;,\n]", typed) if p.strip()]
    unknown = [p for p in parts if fold(p)[:160] not in known]
    if unknown:
        line.doubts.append(_("Product not known, kept in the text: %s.") % ", ".join(unknown)[:120])  # fmt: skip
        line.said.text = "\n".join(filter(None, [line.said.text, ", ".join(unknown)]))
    return [known[fold(p)[:160]] for p in parts if fold(p)[:160] in known]


NOTHING = gettext_lazy("Neither a phone nor an e-mail: there is no way to answer.")


def _check(line: Line) -> None:
    said = line.said
    found = [n for p in said.phones for n in phones.read(p)]
    mails = [a for cell in said.emails for a in emails.read(cell)[0]]
    if not found and not mails:
        line.fault = NOTHING
        return
    for number in found:
        if not number.e164:
            line.doubts.append(f"{number.raw}: {number.problem}")
    if said.inn and (wrong := requisites.check_inn(said.inn)):
        line.doubts.append(str(wrong))


def judge(lines: Sequence[Line]) -> None:
    """Mark repeats within the list and of inquiries still open, and name cards that they may be: a few queries in all."""
    good = [line for line in lines if line.is_good]
    drafts = {line.number: drawn(line.said, received_at=_EPOCH, at=_EPOCH, by=None) for line in good}  # fmt: skip
    seen: dict[str, int] = {}
    for line in good:
        ways = [*drafts[line.number].numbers, *drafts[line.number].emails]
        first = next((seen[way] for way in ways if way in seen), None)
        if first is not None:
            line.fault = _("The same phone or e-mail as in line %d.") % first
        for way in ways:
            seen.setdefault(way, line.number)
    _find_open(good, drafts)
    _find_cards(good, drafts)


_EPOCH = datetime.fromisoformat("2000-01-01T00:00:00+00:00")


def _find_open(lines: Sequence[Line], drafts: Mapping[int, Inquiry]) -> None:
    numbers = [n for d in drafts.values() for n in d.numbers]
    mails = [m for d in drafts.values() for m in d.emails]
    known: dict[str, Inquiry] = {}
    asked = Inquiry.objects.open()
    rows = asked.filter(numbers__overlap=numbers) if numbers else asked.none()
    found = list(rows[:MOST_LINES])
    if mails:
        found += list(asked.filter(emails__overlap=mails)[:MOST_LINES])
    for inquiry in found:
        for way in (*inquiry.numbers, *inquiry.emails):
            known[way] = inquiry
    for line in lines:
        draft = drafts[line.number]
        same = next((known[w] for w in (*draft.numbers, *draft.emails) if w in known), None)  # fmt: skip
        if same is not None and line.is_good:
            line.fault = _("Known already: inquiry № %d is open.") % same.pk


def _find_cards(lines: Sequence[Line], drafts: Mapping[int, Inquiry]) -> None:
    traits = {
        line.number: traits_of(
            name=line.said.company,
            inn=line.said.inn,
            phones=drafts[line.number].phones,
            emails=drafts[line.number].emails,
        )
        for line in lines
    }
    matcher = Matcher()
    matcher.look_up(list(traits.values()))
    for line in lines:
        for pk, _level, evidence in matcher.find(traits[line.number])[:1]:
            words = ", ".join(_(EVIDENCE[code]) for code in evidence)
            line.client_name = matcher.names[pk]
            line.doubts.append(
                _("May be a client already: “%(name)s”, %(evidence)s.")
                % {"name": matcher.names[pk], "evidence": words}
            )


@transaction.atomic
def take_in(
    lines: Sequence[Line], *, terms: Mapping[str, Any], by: User, at: datetime
) -> int:
    """Take good lines in, with what holds for all of them (`terms`: channel, source, campaign, responsible …)."""
    made = 0
    for line in lines:
        for name in ("channel", "source", "product_source", "campaign", "region", "industry"):  # fmt: skip
            if terms.get(name):
                setattr(line.said, name, terms[name])
        if not line.said.products:
            line.said.products = terms.get("products", ())
        receive(line.said, by=by, at=at, responsible=terms.get("responsible"))
        made += 1
    return made
