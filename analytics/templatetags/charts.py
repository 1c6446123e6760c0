from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from analytics import charts
from analytics.sheets import Drawing, Lines

register = template.Library()


@register.filter
def drawn(drawing: Drawing | Lines) -> SafeString:
    """The drawing as SVG; the table that stands with it says the same."""
    label = f"{drawing.title}: {_('the same is in the table below')}"
    if isinstance(drawing, Lines):
        return charts.lines(drawing, label=label)
    return charts.bars(drawing, label=label)
