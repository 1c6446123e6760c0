"""Formulas of own indicators: numbers, names of indicators, + − × ÷ and brackets. Nothing else is understood or run.

worked_out("won / (won + lost) * 100", {"won": Decimal(9), "lost": Decimal(20)})

What is kept names indicators by their codes. People write and read their names: `coded` and `worded` lead from one to
the other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from salesexpert.core.folding import fold

LONGEST = 500
LONGEST_IN_WORDS = 2000
DEEPEST = 40
# Beyond it a figure says nothing, and the database keeps none.
MOST = Decimal(10) ** 15
_TOKEN = re.compile(r"\s*(?:(\d+(?:[.,]\d+)?)|([a-zа-яё_][a-zа-яё0-9_]*)|([-+*/()×÷−%]))", re.IGNORECASE)  # fmt: skip
_SAME = {"×": "*", "÷": "/", "−": "-"}
_QUOTED = re.compile(r"«([^»]*)»|“([^”]*)”|„([^“”]*)[“”]|\"([^\"]*)\"")
_WORDS = re.compile(r"[^\W\d]\w*(?:\s+[^\W\d]\w*)*")
_TOLD = re.compile(r"([a-zа-яё_][a-zа-яё0-9_]*)|(\d+[.,]\d+)|([*/-])", re.IGNORECASE)


class WrongFormula(ValueError):
    """The sentence says what is wrong, and where."""


@dataclass(frozen=True, slots=True)
class Number:
    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    name: str


@dataclass(frozen=True, slots=True)
class Deed:
    sign: str
    left: "Node"
    right: "Node"


Node = Number | Name | Deed


def coded(text: str, codes: Mapping[str, str]) -> str:
    """The formula with codes where people wrote names: `«Won deals» ÷ Refusals` is `won ÷ lost`.

    `codes` are by folded names and by themselves, of every language. A name stands in any quotation marks, or bare.
    Raises WrongFormula.
    """
    if len(text) > LONGEST_IN_WORDS:
        raise WrongFormula(_("The formula is too long."))
    found, at = [], 0
    bare = _bare(codes)
    while at < len(text):
        if quoted := _QUOTED.match(text, at):
            name = next(group for group in quoted.groups() if group is not None)
            found.append(_code(name, codes))
            at = quoted.end()
        elif text[at] in '«“„"':
            raise WrongFormula(_("A quotation mark is not closed."))
        elif named := bare.match(text, at):
            found.append(_code(named[0], codes))
            at = named.end()
        elif words := _WORDS.match(text, at):
            _code(words[0], codes)
            at = words.end()
        else:
            found.append(text[at])
            at += 1
    return "".join(found)


def _bare(codes: Mapping[str, str]) -> re.Pattern[str]:
    """The longest known name that stands at a place, whatever its case, spaces and ё."""
    names = sorted(codes, key=len, reverse=True)
    spelt = (r"[\s\W]+".join(re.escape(word).replace("е", "[её]") for word in name.split()) for name in names)  # fmt: skip
    return re.compile(rf"(?:{'|'.join(spelt)})(?!\w)", re.IGNORECASE)


def _code(name: str, codes: Mapping[str, str]) -> str:
    found = codes.get(fold(name)) or codes.get(name.strip().lower())
    if found is None:
        raise WrongFormula(_("There is no indicator “%(name)s”.") % {"name": name.strip()[:60]})  # fmt: skip
    return found


def worded(text: str, labels: Mapping[str, str]) -> str:
    """A kept formula as people read it: names in quotation marks, × ÷ −, the language's point."""
    is_russian = (get_language() or "ru").startswith("ru")
    opened, closed, point = ("«", "»", ",") if is_russian else ("“", "”", ".")

    def told(match: re.Match[str]) -> str:
        name, number, sign = match.groups()
        if name:
            label = labels.get(name.lower())
            return f"{opened}{label}{closed}" if label else str(name)
        return number.replace(",", ".").replace(".", point) if number else {"*": "×", "/": "÷", "-": "−"}[sign]  # fmt: skip

    return _TOLD.sub(told, text)


def parse(text: str, labels: Mapping[str, str] | None = None) -> Node:
    """The formula as a tree. Raises WrongFormula, which calls indicators by their `labels`."""
    if len(text) > LONGEST:
        raise WrongFormula(_("The formula is too long."))
    reader = _Reader(_tokens(text), labels or {})
    node = reader.sum(0)
    if reader.rest:
        raise reader.unexpected(reader.rest[0])
    return node


def divides_by_nought(node: Node) -> bool:
    """Whether something in it is divided by what is nought whatever the figures are: there would never be a value."""
    if not isinstance(node, Deed):
        return False
    if node.sign == "/" and not _names(node.right) and not _value(node.right, {}):
        return True
    return divides_by_nought(node.left) or divides_by_nought(node.right)


def names(text: str) -> set[str]:
    """What indicators the formula asks for. Raises WrongFormula."""
    return _names(parse(text))


def _names(node: Node) -> set[str]:
    found: set[str] = set()
    queue: list[Node] = [node]
    while queue:
        node = queue.pop()
        if isinstance(node, Name):
            found.add(node.name)
        elif isinstance(node, Deed):
            queue += [node.left, node.right]
    return found


def worked_out(formula: str | Node, values: Mapping[str, Decimal | None]) -> Decimal | None:  # fmt: skip
    """The value of a formula, to the hundredth; None where something in it is None, would be divided by nought, or is
    too large to say anything."""
    node = parse(formula) if isinstance(formula, str) else formula
    with localcontext() as context:
        context.prec = 40
        try:
            value = _value(node, values)
            return None if value is None or abs(value) > MOST else value.quantize(Decimal("0.01"))  # fmt: skip
        except (InvalidOperation, OverflowError):
            return None


def _value(node: Node, values: Mapping[str, Decimal | None]) -> Decimal | None:
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        return values.get(node.name)
    left, right = _value(node.left, values), _value(node.right, values)
    if left is None or right is None:
        return None
    if node.sign == "+":
        return left + right
    if node.sign == "-":
        return left - right
    if node.sign == "*":
        return left * right
    return left / right if right else None


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise WrongFormula(_("“%(what)s” is not understood.") % {"what": text[at : at + 10].strip()})  # fmt: skip
        number, name, sign = match.groups()
        found.append(number.replace(",", ".") if number else name.lower() if name else _SAME.get(sign, sign))  # fmt: skip
        at = match.end()
    return found


class _Reader:
    def __init__(self, tokens: list[str], labels: Mapping[str, str]) -> None:
        self.rest, self.labels = tokens, labels

    def unexpected(self, token: str) -> WrongFormula:
        return WrongFormula(_("“%(what)s” is not expected here.") % {"what": self.labels.get(token, token)})  # fmt: skip

    def _take(self) -> str:
        if not self.rest:
            raise WrongFormula(_("The formula breaks off."))
        return self.rest.pop(0)

    def sum(self, depth: int) -> Node:
        if depth > DEEPEST:
            raise WrongFormula(_("Too many brackets."))
        node = self._product(depth)
        while self.rest and self.rest[0] in {"+", "-"}:
            node = Deed(self._take(), node, self._product(depth))
        return node

    def _product(self, depth: int) -> Node:
        node = self._one(depth)
        while self.rest and self.rest[0] in {"*", "/"}:
            node = Deed(self._take(), node, self._one(depth))
        return node

    def _one(self, depth: int) -> Node:
        token = self._take()
        if token == "(":
            node = self.sum(depth + 1)
            if not self.rest or self._take() != ")":
                raise WrongFormula(_("A bracket is not closed."))
            return node
        if token == "-":
            if depth > DEEPEST:
                raise WrongFormula(_("Too many brackets."))
            return Deed("-", Number(Decimal(0)), self._one(depth + 1))
        if token[0].isdigit():
            if (value := Decimal(token)) > MOST:
                raise WrongFormula(_("This is more than can be kept."))
            return Number(value)
        if token[0].isalpha() or token[0] == "_":
            return Name(token)
        raise self.unexpected(token)
