"""Drawings made on the server: SVG by attributes and classes, so that they need no script and no style of their own."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT, EDGE = 84, 20, 3


def points(values: Sequence[Any], width: float, height: float, edge: float) -> list[tuple[float, float]]:  # fmt: skip
    """Where the values stand, evenly from left to right, the least at the bottom; all alike lie in the middle."""
    if not values:
        return []
    low, high = float(min(values)), float(max(values))
    step = (width - 2 * edge) / max(len(values) - 1, 1)
    across = high - low
    found = []
    for n, value in enumerate(values):
        part = (float(value) - low) / across if across else 0.5
        found.append((round(edge + n * step, 1), round(height - edge - part * (height - 2 * edge), 1)))  # fmt: skip
    return found


def spark(values: Sequence[Any]) -> SafeString:
    """A line as small as a word; the figures themselves stand beside it."""
    drawn = points(values, WIDTH, HEIGHT, EDGE)
    if not drawn:
        return SafeString("")
    x, y = drawn[-1]
    return format_html(
        '<svg class="spark" viewBox="0 0 84 20" width="84" height="20" aria-hidden="true"><polyline points="{}"/><circle cx="{}" cy="{}" r="2"/></svg>',
        format_html_join(" ", "{},{}", drawn),
        x,
        y,
    )
