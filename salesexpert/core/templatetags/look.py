"""Small parts of the look that every template draws: icons, dates, money, people."""

import functools
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import formats, timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

register = template.Library()

_held: dict[tuple[Any, ...], SafeString] = {}
_HELD_AT_MOST = 300

NBSP = "\xa0"
_MONTHS_RU = (
    "янв",
    "фев",
    "мар",
    "апр",
    "мая",
    "июн",
    "июл",
    "авг",
    "сен",
    "окт",
    "ноя",
    "дек",
)
_MONTHS_EN = (
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
)
# Some thirty stand on a page, the same on the next.
_icons: dict[tuple[str, str], SafeString] = {}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite by Tabler's name; `size` is "" (16 px), "s" (14 px) or "l" (20 px)."""
    drawn = _icons.get((name, size))
    if drawn is None:
        drawn = _icons[name, size] = format_html(
            '<svg class="i{}" aria-hidden="true"><use href="{}#{}"></use></svg>',
            f" {size}" if size else "",
            static("vendor/sprite.svg"),
            name,
        )
    return drawn


def _local(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return (
            timezone.localtime(value).date()
            if timezone.is_aware(value)
            else value.date()
        )
    return value


@register.filter
def day(value: date | datetime | None) -> str:
    """“20 ноя”, with the year when it is not this one; “сегодня”, “вчера”, “завтра” near now; “—” for none."""
    if not value:
        return "—"
    on = _local(value)
    today = timezone.localdate()
    distance = (on - today).days
    if distance == 0:
        return _("today")
    if distance == -1:
        return _("yesterday")
    if distance == 1:
        return _("tomorrow")
    return plain_day(on)


@register.filter
def plain_day(value: date | datetime | None) -> str:
    """“20 ноя”, with the year when it is not this one; “—” for none."""
    if not value:
        return "—"
    on = _local(value)
    months = (
        _MONTHS_RU
        if (translation.get_language() or "ru").startswith("ru")
        else _MONTHS_EN
    )
    text = f"{on.day}{NBSP}{months[on.month - 1]}"
    return text if on.year == timezone.localdate().year else f"{text}{NBSP}{on.year}"


@register.filter
def clock(value: datetime | None) -> str:
    """Local time of day, "9:05"."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return f"{local.hour}:{local.minute:02d}"


@register.filter
def moment(value: datetime | None) -> str:
    """“сегодня, 11:20” or “20 ноя, 11:20”."""
    return f"{day(value)}, {clock(value)}" if value else "—"


@register.filter
def number(value: Any) -> str:
    """A number with the language's separators; whole Decimals lose ",00"."""
    if value is None or value == "":
        return "—"
    if isinstance(value, Decimal) and value == value.to_integral_value():
        value = int(value)
    return _grouped(value, translation.get_language())


def _grouped(value: Any, language: str | None) -> str:
    # Django looks formats up for each number, and a report draws a thousand.
    kind = type(value)
    if kind is int or (kind is Decimal and -9 < value.adjusted() < 30):
        signs = _signs_of(language)
        if signs is not None:
            return f"{value:,f}".translate(signs) if kind is Decimal else f"{value:,}".translate(signs)  # fmt: skip
    return formats.number_format(value, use_l10n=True, force_grouping=True)


@functools.cache
def _signs_of(language: str | None) -> dict[int, str] | None:
    """How the comma and the point of Python's grouping are written in a language; None where it groups otherwise."""
    with translation.override(language):
        if formats.get_format("NUMBER_GROUPING", lang=language) != 3:
            return None
        return {
            ord(","): formats.get_format("THOUSAND_SEPARATOR", lang=language),
            ord("."): formats.get_format("DECIMAL_SEPARATOR", lang=language),
        }


@register.filter
def percent(part: Any) -> str:
    """A part of the whole in whole percents: 0.256 is “26 %”, in English “26%”; “—” for none."""
    if part is None or part == "":
        return "—"
    return percents(round(Decimal(part) * 100))


@register.filter
def percents(value: Any, digits: int = 2) -> str:
    """Percents that are counted as such: 26 is “26 %”, in English “26%”; “—” for none. Needless noughts fall away.

    Every percent that people read is written here, or stands in a sentence whose translation does the same.
    """
    if value is None or value == "":
        return "—"
    if type(value) is not int:
        value = round(Decimal(str(value)), digits).normalize()
    text = number(value).replace("-", "−")
    return f"{text}{NBSP}%" if (translation.get_language() or "ru").startswith("ru") else f"{text}%"  # fmt: skip


SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "CNY": "¥", "KZT": "₸", "BYN": "Br"}


@register.filter
def money(value: Any, currency: str = "RUB") -> str:
    """“918 500 ₽”, in English “RUB 918,500”; kopecks only where there are some; “—” for none."""
    if value is None or value == "":
        return "—"
    value = Decimal(value)
    language = translation.get_language()
    if value == value.to_integral_value():
        text = _grouped(int(value), language)
    elif value.as_tuple().exponent == -2:
        text = _grouped(value, language)
    else:
        text = formats.number_format(value, decimal_pos=2, use_l10n=True, force_grouping=True)  # fmt: skip
    if (language or "ru").startswith("ru"):
        return f"{text}{NBSP}{SIGNS.get(currency, currency)}"
    return f"{currency}{NBSP}{text}"


@register.filter
def currency_sign(currency: str) -> str:
    """How a currency stands beside sums: “₽”, in English “RUB”."""
    if (translation.get_language() or "ru").startswith("ru"):
        return SIGNS.get(currency, currency)
    return currency


@register.filter
def whole(value: Any) -> Any:
    """A sum without its kopecks: for figures that are an estimate anyway."""
    return value if value is None else Decimal(value).quantize(Decimal(1))


@register.filter
def initials(name: Any) -> str:
    """“Анна Образцова” and “Анна Сергеевна Образцова” → “АО”; one word gives its first two letters."""
    words = [w for w in str(name or "").split() if w[:1].isalnum()]
    if not words:
        return "—"
    return (words[0][0] + words[-1][0] if len(words) > 1 else words[0][:2]).upper()


@register.simple_tag(takes_context=True)
def avatar(context: template.Context, person: Any, size: str = "") -> SafeString:
    """Round initials; the reader's own in accent. `size` is "" (20 px), "m" (28 px) or "l" (40 px)."""
    request = context.get("request")
    mine = (
        request is not None
        and getattr(person, "pk", None) == request.user.pk
        and person is not None
    )
    css = " ".join(filter(None, ["av", size, "me" if mine else ""]))
    return format_html(
        '<span class="{}" aria-hidden="true">{}</span>', css, initials(person)
    )


@register.simple_tag
def ladder(step: int | None, label: Any) -> SafeString:
    """Four bars of the relationship, filled up to `step` (1 cold … 4 regular), always with the word."""
    bars = ((0, 6, 4), (6, 4, 6), (12, 2, 8), (18, 0, 10))
    drawn = format_html(
        "{}" * 4,
        *(
            format_html(
                '<rect{} x="{}" y="{}" width="4" height="{}" rx="1"/>',
                SafeString(' class="on"') if i < (step or 0) else "",
                x,
                y,
                h,
            )
            for i, (x, y, h) in enumerate(bars)
        ),
    )
    return format_html(
        '<span class="ladder"><svg viewBox="0 0 22 10" aria-hidden="true">{}</svg>{}</span>',
        drawn,
        label,
    )


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The page's own query string with some parameters changed (None takes one out): `{% query page=2 %}`."""
    params = context["request"].GET.copy()
    for key, value in changes.items():
        if value is None:
            params.pop(key, None)
        else:
            params[key] = value
    return "?" + params.urlencode()


class HeldNode(template.Node):
    """A part of a page drawn once for the same words, see `held`."""

    def __init__(
        self, nodelist: template.NodeList, vary: list[Any], unless: Any
    ) -> None:
        self.nodelist, self.vary, self.unless = nodelist, vary, unless

    def render(self, context: template.Context) -> SafeString:
        if self.unless is not None and self.unless.resolve(context):
            return self.nodelist.render(context)
        key = (
            self,
            translation.get_language(),
            *(str(value.resolve(context)) for value in self.vary),
        )
        drawn = _held.get(key)
        if drawn is None:
            drawn = self.nodelist.render(context)
            if len(_held) >= _HELD_AT_MOST:
                _held.clear()
            _held[key] = drawn
        return drawn


@register.tag
def held(parser: Any, token: Any) -> HeldNode:
    """`{% held edition kind.pk unless form %} … {% endheld %}`: drawn once in a process for a language and these values.

    For what stands on every card alike, such as the choices of a form. What it draws must depend on nothing else:
    no record, no right, no token of the request. With a true value after `unless` it is drawn as if the tag were absent.
    """
    _name, *bits = token.split_contents()
    unless = None
    if "unless" in bits:
        at = bits.index("unless")
        if at != len(bits) - 2:
            raise template.TemplateSyntaxError("held: one value follows “unless”")
        unless = parser.compile_filter(bits[-1])
        bits = bits[:at]
    nodelist = parser.parse(("endheld",))
    parser.delete_first_token()
    return HeldNode(nodelist, [parser.compile_filter(bit) for bit in bits], unless)
