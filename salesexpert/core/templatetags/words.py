"""`{% translate %}` of plain words, translated once for each language: a page draws a hundred of them."""

from typing import Any

from django import template
from django.core.signals import setting_changed
from django.template.base import FilterExpression, Parser, Token, Variable
from django.template.context import Context
from django.templatetags.i18n import TranslateNode, do_translate
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

# What nodes hold is forgotten by numbering their settings anew.
_edition = 0


class HeldTranslateNode(TranslateNode):
    """Like Django's, for words between quotes without filters; they are safe as the template itself is."""

    def __init__(self, usual: TranslateNode) -> None:
        self.__dict__.update(usual.__dict__)
        self._name, self.asvar = usual.asvar, None
        self._held: dict[tuple[str | None, int], SafeString] = {}

    def render(self, context: Context) -> SafeString:
        key = (get_language(), _edition)
        words = self._held.get(key)
        if words is None:
            words = self._held[key] = SafeString(super().render(context))
        if self._name:
            context[self._name] = words
            return SafeString("")
        return words


def _is_plain(expression: FilterExpression | None) -> bool:
    if expression is None:
        return True
    words: Any = expression.var
    if isinstance(words, Variable):
        words = words.literal
    return isinstance(words, str) and not expression.filters


@register.tag("translate")
@register.tag("trans")
def translate(parser: Parser, token: Token) -> TranslateNode:
    """Django's tag, drawn by `HeldTranslateNode` where the words are always the same."""
    node = do_translate(parser, token)
    if (
        node.noop
        or not _is_plain(node.filter_expression)
        or not _is_plain(node.message_context)
    ):
        return node
    return HeldTranslateNode(node)


def _forget(**kwargs: Any) -> None:
    global _edition
    _edition += 1


setting_changed.connect(_forget, dispatch_uid="translated words")
