"""Formulas of own indicators: numbers, names of indicators, + − × ÷ and brackets. Nothing else is understood or run.

worked_out("won / (won + lost) * 100", {"won": Decimal(9), "lost": Decimal(20)})
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation, localcontext

from django.utils.translation import gettext as _

LONGEST = 500
DEEPEST = 40
_TOKEN = re.compile(r"\s*(?:(\d+(?:[.,]\d+)?)|([a-zа-яё_][a-zа-яё0-9_]*)|([-+*/()×÷−%]))", re.IGNORECASE)  # fmt: skip
_SAME = {"×": "*", "÷": "/", "−": "-"}


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


def parse(text: str) -> Node:
    """The formula as a tree. Raises WrongFormula."""
    if len(text) > LONGEST:
        raise WrongFormula(_("The formula is too long."))
    reader = _Reader(_tokens(text))
    node = reader.sum(0)
    if reader.rest:
        raise WrongFormula(_("“%(what)s” is not expected here.") % {"what": reader.rest[0]})  # fmt: skip
    return node


def names(text: str) -> set[str]:
    """What indicators the formula asks for. Raises WrongFormula."""
    found: set[str] = set()
    queue: list[Node] = [parse(text)]
    while queue:
        node = queue.pop()
        if isinstance(node, Name):
            found.add(node.name)
        elif isinstance(node, Deed):
            queue += [node.left, node.right]
    return found


def worked_out(formula: str | Node, values: Mapping[str, Decimal | None]) -> Decimal | None:  # fmt: skip
    """The value of a formula; None where something in it is None or would be divided by nought."""
    node = parse(formula) if isinstance(formula, str) else formula
    with localcontext() as context:
        context.prec = 40
        try:
            return _value(node, values)
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
    def __init__(self, tokens: list[str]) -> None:
        self.rest = tokens

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
            return Number(Decimal(token))
        if token[0].isalpha() or token[0] == "_":
            return Name(token)
        raise WrongFormula(_("“%(what)s” is not expected here.") % {"what": token})
