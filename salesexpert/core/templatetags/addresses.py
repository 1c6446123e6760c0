"""`{% url %}` and `{% static %}` out of addresses that are kept."""

from typing import Any

from django import template
from django.core.signals import setting_changed
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as usual
from django.templatetags.static import StaticNode
from django.utils.safestring import SafeString

from salesexpert.core.addresses import joined, pieces

register = template.Library()

_PLAIN = {int, str, SafeString}


class HeldURLNode(URLNode):
    """Like Django's; whatever is neither a plain number nor a plain word goes its usual way."""

    def render(self, context: Context) -> str:
        if self.kwargs or self.asvar:
            return super().render(context)
        args = [arg.resolve(context) for arg in self.args]
        if any(type(arg) not in _PLAIN for arg in args):
            return super().render(context)
        shape = tuple([None if type(arg) is int else str(arg) for arg in args])
        numbers = [arg for arg in args if type(arg) is int]
        found = pieces(self.view_name.resolve(context), shape)
        return super().render(context) if found is None else joined(found, numbers)


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """Django's tag, drawn by `HeldURLNode`."""
    node = usual(parser, token)
    return HeldURLNode(node.view_name, node.args, node.kwargs, node.asvar)


# By path; what `STORAGES` makes of it is the same as long as the process lives.
_files: dict[str, str] = {}


class HeldStaticNode(StaticNode):
    """Like Django's; a file whose name is written in the template is asked for once."""

    def url(self, context: Context) -> str:
        path = self.path.resolve(context)
        if self.path.filters or not isinstance(self.path.var, str):
            return self.handle_simple(path)
        found = _files.get(path)
        if found is None:
            found = _files[path] = self.handle_simple(path)
        return found


@register.tag
def static(parser: Parser, token: Token) -> StaticNode:
    """Django's tag, drawn by `HeldStaticNode`."""
    return HeldStaticNode.handle_token(parser, token)


def _forget(**kwargs: Any) -> None:
    _files.clear()


setting_changed.connect(_forget, dispatch_uid="addresses of files")
