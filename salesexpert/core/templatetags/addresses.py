"""`{% url %}` out of addresses that are kept."""

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as usual

from salesexpert.core.addresses import joined, pieces

register = template.Library()


class HeldURLNode(URLNode):
    """Like Django's; whatever is not plain numbers goes its usual way."""

    def render(self, context: Context) -> str:
        if self.kwargs or self.asvar:
            return super().render(context)
        args = [arg.resolve(context) for arg in self.args]
        if any(type(arg) is not int for arg in args):
            return super().render(context)
        found = pieces(self.view_name.resolve(context), len(args))
        return super().render(context) if found is None else joined(found, args)


@register.tag
def url(parser: Parser, token: Token) -> URLNode:
    """Django's tag, drawn by `HeldURLNode`."""
    node = usual(parser, token)
    return HeldURLNode(node.view_name, node.args, node.kwargs, node.asvar)
