from typing import Any

from django import template

from salesexpert.core import preferences

register = template.Library()


@register.simple_tag
def company_setting(name: str) -> Any:
    """The company's value of a declared setting: `{% company_setting "company_name" %}`."""
    return preferences.get(name)
