"""Drawings made on the server: SVG by attributes and classes, so that they need no script and no style of their own."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from analytics.sheets import Drawing, Lines

WIDTH, HEIGHT, EDGE = 84, 20, 3
# On paper there is no style sheet: the accent of the look, its paler strength, the text.
INK, PALE, TEXT, GREY, RED = "#3553d3", "#c3ccf3", "#1d1c1a", "#98958e", "#d0453a"
_PAPER = (
    f".rpt-a{{fill:{INK}}}.rpt-b{{fill:{PALE}}}.rpt-h{{fill:#d5d2cb}}.rpt-r{{fill:{RED}}}.rpt-ground{{fill:none}}.rpt-plan{{stroke:{TEXT};stroke-width:.6}}"
    f".rpt-line{{fill:none;stroke-width:.7}}.rpt-line.a{{stroke:{INK}}}.rpt-line.b{{stroke:{GREY};stroke-dasharray:2 1.5}}"
)


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


def bars(drawing: "Drawing", *, label: str = "", style: str = "") -> SafeString:
    """Columns of stacked parts with a line over each; `label` says it to those who do not see it."""
    inside = format_html_join(
        "",
        '<g transform="translate({} 0)"><title>{}</title><rect class="rpt-ground" width="1" height="100"/>{}{}</g>',
        (
            (
                bar.x,
                bar.told,
                format_html_join("", '<rect class="rpt-{}" x=".18" width=".64" y="{}" height="{}"/>', bar.parts),
                format_html('<line class="rpt-plan" x1="0" x2="1" y1="{0}" y2="{0}"/>', bar.line) if bar.line is not None else "",
            )
            for bar in drawing.bars
        ),
    )  # fmt: skip
    return _svg(drawing.width, inside, label, style)


def lines(drawing: "Lines", *, label: str = "", style: str = "") -> SafeString:
    """Lines over the same steps; each step says its figures when pointed at."""
    most = max((max(values, default=0) for _kind, values in drawing.series), default=0)  # fmt: skip
    step = 100 / max(len(drawing.labels) - 1, 1)

    def drawn(values: Sequence[float]) -> str:
        return " ".join(f"{n * step:.2f},{98 - 94 * max(value, 0) / (most or 1):.2f}" for n, value in enumerate(values))  # fmt: skip

    grid = "".join(f'<line class="rpt-grid" x1="0" x2="100" y1="{y}" y2="{y}"/>' for y in (4, 51))  # fmt: skip
    strokes = format_html_join("", '<polyline class="rpt-line {}" points="{}"/>', ((kind, drawn(values)) for kind, values in reversed(drawing.series)))  # fmt: skip
    told = format_html_join(
        "",
        '<g><title>{}</title><rect class="rpt-ground" x="{}" width="{}" height="100"/></g>',
        ((words, f"{n * step - step / 2:.2f}", f"{step:.2f}") for n, words in enumerate(drawing.told)),
    )  # fmt: skip
    return _svg(100, SafeString(grid) + strokes + told, label, style)


def printed(drawing: "Drawing | Lines") -> SafeString:
    """The drawing for paper, with its colours in it."""
    if hasattr(drawing, "series"):
        return lines(cast("Lines", drawing), style=_PAPER)
    return bars(drawing, style=_PAPER)


def _svg(width: float, inside: SafeString, label: str, style: str) -> SafeString:
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')  # fmt: skip
    colours = format_html("<style>{}</style>", style) if style else ""
    return format_html('<svg class="rpt-bars d" viewBox="0 0 {} 100" preserveAspectRatio="none" {}>{}{}</svg>', f"{width:g}", said, colours, inside)  # fmt: skip
