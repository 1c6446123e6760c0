"""Drawings made on the server: SVG by attributes and classes, so that they need no script and no style of their own."""

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from analytics.sheets import Drawing, Lines

WIDTH, HEIGHT, EDGE = 84, 20, 3
# On paper there is no style sheet: the accent of the look, its paler strength, the text.
INK, PALE, TEXT, GREY, RED = "#3553d3", "#c3ccf3", "#1d1c1a", "#98958e", "#d0453a"
_PAPER = f".rpt-a{{fill:{INK}}}.rpt-b{{fill:{PALE}}}.rpt-h{{fill:#d5d2cb}}.rpt-r{{fill:{RED}}}.rpt-ground{{fill:none}}.rpt-plan{{stroke:{TEXT};stroke-width:.6}}"


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
        return _printed_lines(cast("Lines", drawing))
    return bars(drawing, style=_PAPER)


def _printed_lines(drawing: "Lines") -> SafeString:
    """Lines in the proportions of the paper: stretched, as on the page, they would be thick where they are steep."""
    wide, high = 760, 120
    most = max((max(values, default=0) for _kind, values in drawing.series), default=0)  # fmt: skip
    step = (wide - 4) / max(len(drawing.labels) - 1, 1)

    def drawn(values: Sequence[float]) -> str:
        return " ".join(f"{2 + n * step:.1f},{high - 2 - (high - 6) * max(value, 0) / (most or 1):.1f}" for n, value in enumerate(values))  # fmt: skip

    grid = "".join(f'<line x1="0" x2="{wide}" y1="{y}" y2="{y}" stroke="#e9e7e2" stroke-width=".6"/>' for y in (4, 61, 118))  # fmt: skip
    strokes = format_html_join(
        "",
        '<polyline points="{}" fill="none" stroke="{}" stroke-width="{}" stroke-linejoin="round" stroke-dasharray="{}"/>',
        (
            (drawn(values), GREY if kind == "b" else INK, "1" if kind == "b" else "1.6", "3 2.5" if kind == "b" else "none")
            for kind, values in reversed(drawing.series)
        ),
    )  # fmt: skip
    return format_html('<svg class="d" viewBox="0 0 {} {}" aria-hidden="true">{}{}</svg>', wide, high, SafeString(grid), strokes)  # fmt: skip


# ── letters ──────────────────────────────────────────────────────────────────────────────────────────────────────────

# Points of a drawing in a letter: twice as fine as it is shown at most.
PNG_WIDTH, PNG_HEIGHT, _FINER = 1240, 400, 2
COLOURS = {"a": INK, "b": PALE, "g": GREY, "h": "#d5d2cb", "l": TEXT, "r": RED}


def png(drawing: "Drawing | Lines") -> bytes:
    """The drawing as points on white, for mail programs, which show no SVG."""
    from PIL import Image, ImageDraw

    wide, high = PNG_WIDTH * _FINER, PNG_HEIGHT * _FINER
    image = Image.new("RGB", (wide, high), "#ffffff")
    pen = ImageDraw.Draw(image)
    thick = 3 * _FINER
    down = (high - thick) / 100
    if hasattr(drawing, "series"):
        _draw_lines(pen, cast("Lines", drawing), wide, down, thick)
    else:
        across = wide / drawing.width
        for bar in drawing.bars:
            for kind, y, height in bar.parts:
                pen.rectangle([(bar.x + 0.18) * across, y * down, (bar.x + 0.82) * across, (y + height) * down], fill=COLOURS[kind])  # fmt: skip
            if bar.line is not None:
                y = min(max(bar.line * down, thick / 2), high - thick)
                pen.line([bar.x * across, y, (bar.x + 1) * across, y], fill=TEXT, width=thick)  # fmt: skip
    pen.line([0, high - 1, wide, high - 1], fill="#d5d2cb", width=thick)
    out = io.BytesIO()
    small = image.resize((PNG_WIDTH, PNG_HEIGHT), Image.Resampling.LANCZOS)
    small.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _draw_lines(pen: Any, drawing: "Lines", wide: float, down: float, thick: int) -> None:  # fmt: skip
    most = max((max(values, default=0) for _kind, values in drawing.series), default=0)  # fmt: skip
    step = wide / max(len(drawing.labels) - 1, 1)
    for y in (4, 51):
        pen.line([0, y * down, wide, y * down], fill="#e9e7e2", width=_FINER)
    for kind, values in reversed(drawing.series):
        points = [(n * step, (98 - 94 * max(value, 0) / (most or 1)) * down) for n, value in enumerate(values)]  # fmt: skip
        pen.line(points, fill=GREY if kind == "b" else INK, width=thick + _FINER, joint="curve")  # fmt: skip


def _svg(width: float, inside: SafeString, label: str, style: str) -> SafeString:
    said = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')  # fmt: skip
    colours = format_html("<style>{}</style>", style) if style else ""
    return format_html('<svg class="rpt-bars d" viewBox="0 0 {} 100" preserveAspectRatio="none" {}>{}{}</svg>', f"{width:g}", said, colours, inside)  # fmt: skip
