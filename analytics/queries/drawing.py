"""Answers as pictures: bars, lines, funnels and treemaps of plain shapes, written as SVG for the page and files, or PNG.

Colours are numbers: the page gives them those of the theme by class, a file carries its own.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from math import ceil, floor, log10
from textwrap import wrap
from typing import Any

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from analytics.queries.reckoning import ADDED
from analytics.queries.tables import Named, spoken
from salesexpert.core.templatetags.look import percent

LABELS: dict[str, str | Promise] = {
    "bar": pgettext_lazy("chart", "Bars"),
    "line": pgettext_lazy("chart", "Line"),
    "funnel": pgettext_lazy("chart", "Funnel"),
    "treemap": pgettext_lazy("chart", "Treemap"),
}
KINDS = frozenset(LABELS)
WIDTH, LINE_HEIGHT, MOST = 960, 300, 40
# Tones of the accent, then greys: green, amber and red would say good and bad.
COLOURS = ("#3553d3", "#8fa3ef", "#c9d3f8", "#7b8194", "#5468c4", "#b9bdc8", "#4a5568")
# Places of the accent's strong, middle and pale tone among them.
STRENGTHS = (0, 1, 2)
INK, MUTED, RULE = "#1b1d22", "#5e6470", "#dfe1e6"


@dataclass(frozen=True, slots=True)
class Shape:
    """A rectangle (`w`, `h`), a line through `points`, or a text at x, y."""

    x: float = 0
    y: float = 0
    w: float = 0
    h: float = 0
    colour: int = 0
    text: str = ""
    told: str = ""
    anchor: str = "start"
    points: Sequence[tuple[float, float]] = ()
    muted: bool = False
    light: bool = False
    dark: bool = False
    size: int = 12


@dataclass(frozen=True, slots=True)
class Picture:
    title: str
    height: float
    shapes: Sequence[Shape] = field(default_factory=list)


def picture(of: Named) -> Picture:
    """The shown measure of an answer, drawn as the question says."""
    question = of.question
    at = min(question.shown, len(question.measures) - 1)
    match question.chart:
        case "line":
            return _lines(of, at)
        case "funnel":
            return _funnel(of, at)
        case "treemap":
            return _treemap(of, at)
    return _bars(of, at)


def _told(of: Named, at: int, value: Any) -> str:
    return spoken(value, of.question.measures[at], of.known, of.question.currency)


def _short(text: str, most: int = 26) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _row_values(of: Named, at: int) -> list[tuple[str, Any]]:
    """Rows with their totals; without rows the columns."""
    answer = of.answer
    if not of.question.rows and of.question.columns:
        return [(of.columns[c], answer.column_totals[c][at]) for c in range(len(answer.columns))][:MOST]  # fmt: skip
    return [(of.row(r), answer.row_totals[r][at]) for r in range(len(answer.rows))][:MOST]  # fmt: skip


def _bars(of: Named, at: int) -> Picture:
    answer, measure = of.answer, of.question.measures[at]
    stacked = bool(of.question.rows and of.question.columns) and measure.kind in ADDED and not measure.share and len(answer.columns) <= 12  # fmt: skip
    rows = _row_values(of, at)
    shares = _shares(of, at) if stacked else []
    legend, top = _legend([name for name, _places in shares], 200)
    # The longest bar leaves room for its value, which English writes longer: “RUB 1,407,430,030”.
    longest = max((len(_told(of, at, value)) for _name, value in rows), default=0)
    left, right, step = 200, max(90, 16 + 7 * longest), 26
    most = max((float(v) for _name, v in rows if v is not None), default=0.0)
    least = min(0.0, *(float(v) for _name, v in rows if v is not None)) if rows else 0.0
    across = (most - least) or 1
    scale = (WIDTH - left - right) / across
    zero = left - least * scale
    shapes: list[Shape] = legend
    for r, (name, value) in enumerate(rows):
        y = top + r * step
        shapes.append(Shape(left - 10, y + 14, text=_short(name), anchor="end"))
        if stacked:
            x: float = left
            for colour, (column, places) in enumerate(shares):
                found = [v for c in places if (v := _cell(of, r, c, at)) is not None]  # fmt: skip
                part = sum(map(float, found))
                if part > 0:
                    told = _told(of, at, found[0] if len(found) == 1 else part)
                    shapes.append(Shape(x, y + 2, part * scale, 16, colour, told=f"{name}, {column}: {told}"))  # fmt: skip
                    x += part * scale
            end = max(x, left)
        else:
            length = float(value or 0) * scale
            start = min(zero, zero + length)
            shapes.append(Shape(start, y + 2, max(abs(length), 1 if value else 0), 16, 0, told=f"{name}: {_told(of, at, value)}"))  # fmt: skip
            end = max(zero, zero + length)
        shapes.append(Shape(end + 8, y + 14, text=_told(of, at, value), muted=True))
    return Picture(of.measures[at], top + len(rows) * step + 8, shapes)


def _shares(of: Named, at: int) -> list[tuple[str, list[int]]]:
    """What a bar is made of, in as many parts as there are colours: beyond them the largest, and the others together."""
    places = list(range(len(of.columns)))
    if len(places) <= len(COLOURS):
        return [(of.columns[c], [c]) for c in places]
    sums = of.answer.column_totals
    largest = sorted(places, key=lambda c: -float(sums[c][at] or 0))[: len(COLOURS) - 1]
    others = [c for c in places if c not in largest]
    return [*((of.columns[c], [c]) for c in sorted(largest)), (_("Others"), others)]


def _legend(names: Sequence[str], left: float) -> tuple[list[Shape], float]:
    """The colours with what they stand for, in as many lines as they need, and where the picture begins below them."""
    if not any(names):
        return [], 6.0
    shapes: list[Shape] = []
    x, y = left, 6.0
    for n, name in enumerate(names):
        said = _short(name, 18)
        wide = 40.0 + 7 * len(said)
        if x > left and x + wide > WIDTH:
            x, y = left, y + 18
        shapes.append(Shape(x, y, 10, 10, n))
        shapes.append(Shape(x + 15, y + 9, text=said, muted=True))
        x += wide
    return shapes, y + 22


def _scale(values: Sequence[float]) -> tuple[float, float, float]:
    """Lowest and highest rule of a drawing and the step between rules: round numbers, whole ones for whole values."""
    most, least = max([0.0, *values]), min([0.0, *values])
    wanted = ((most - least) or 1.0) / 4
    power = 10.0 ** floor(log10(wanted))
    step = next(n * power for n in (1, 2, 2.5, 5, 10) if n * power >= wanted * 0.999)
    if all(value == int(value) for value in values):
        step = float(ceil(step))
    return floor(least / step) * step, max(ceil(most / step), 1) * step, step


def _lines(of: Named, at: int) -> Picture:
    answer = of.answer
    names = [of.row(r) for r in range(len(answer.rows))]
    if of.question.rows and of.question.columns and len(answer.columns) <= 7:
        lines = [(of.columns[c], [_cell(of, r, c, at) for r in range(len(names))]) for c in range(len(answer.columns))]  # fmt: skip
    elif of.question.rows:
        lines = [("", [answer.row_totals[r][at] for r in range(len(names))])]
    else:
        names = list(of.columns)
        lines = [("", [answer.column_totals[c][at] for c in range(len(names))])]
    values = [float(v) for _name, line in lines for v in line if v is not None]
    least, most, rule = _scale(values)
    left, right, bottom = 90, 44, 34
    shapes, top = _legend([name for name, _line in lines], left)
    high, wide = LINE_HEIGHT - top - bottom, WIDTH - left - right
    step = wide / max(len(names) - 1, 1)
    for n in range(round((most - least) / rule) + 1):
        value = round(least + n * rule, 6)
        y = top + high - high * (value - least) / (most - least)
        shapes.append(Shape(colour=-1, points=[(left, y), (WIDTH - right, y)]))
        shapes.append(Shape(left - 8, y + 4, text=_told(of, at, int(value) if value == int(value) else value), anchor="end", muted=True))  # fmt: skip
    every = max(1, len(names) // 12 + (len(names) % 12 > 0)) if len(names) > 12 else 1
    for n in range(0, len(names), every):
        shapes.append(Shape(left + n * step, LINE_HEIGHT - 12, text=_short(names[n], 14), anchor="middle", muted=True))  # fmt: skip
    for c, (name, line) in enumerate(lines):
        points: list[tuple[float, float]] = []
        for n, value in enumerate(line):
            if value is None:
                continue
            y = top + high - high * (float(value) - least) / (most - least)
            points.append((round(left + n * step, 1), round(y, 1)))
            shapes.append(Shape(points[-1][0] - 3, y - 3, 6, 6, c % len(COLOURS), told=f"{names[n]} {name}: {_told(of, at, value)}"))  # fmt: skip
        shapes.append(Shape(colour=c % len(COLOURS), points=points))
    return Picture(of.measures[at], LINE_HEIGHT, shapes)


def _cell(of: Named, r: int, c: int, at: int) -> Any:
    found = of.answer.cells.get((r, c))
    return found[at] if found else None


def _funnel(of: Named, at: int) -> Picture:
    """Rows as steps; without rows the measures, as “inquiries, met, bought”."""
    if of.question.rows or of.question.columns:
        steps = [(name, value, _told(of, at, value)) for name, value in _row_values(of, at)]  # fmt: skip
    else:
        steps = [(label, of.answer.total[n], _told(of, n, of.answer.total[n])) for n, label in enumerate(of.measures)]  # fmt: skip
    most = max((float(v) for _name, v, _text in steps if v is not None), default=0.0) or 1.0  # fmt: skip
    first = next((float(v) for _name, v, _text in steps if v), None)
    left, right, step = 220, 150, 40
    wide = WIDTH - left - right
    shapes: list[Shape] = []
    for n, (name, value, text) in enumerate(steps):
        width = max(float(value or 0), 0.0) / most * wide
        y = 6 + n * step
        shapes.append(Shape(left - 12, y + 20, text=_short(name, 30), anchor="end"))
        shapes.append(Shape(left + (wide - width) / 2, y, width, 30, 0, told=f"{name}: {text}"))  # fmt: skip
        part = f" · {percent(float(value) / first)}" if value is not None and first else ""  # fmt: skip
        shapes.append(Shape(WIDTH - right + 12, y + 20, text=text + part, muted=True))
    return Picture(of.measures[at], 12 + len(steps) * step, shapes)


def _treemap(of: Named, at: int) -> Picture:
    parts = [(name, float(v), _told(of, at, v)) for name, v in _row_values(of, at) if v is not None and float(v) > 0]  # fmt: skip
    parts.sort(key=lambda part: -part[1])
    height = 420.0
    shapes: list[Shape] = []
    whole = sum(v for _name, v, _text in parts)
    if whole:
        scale = WIDTH * height / whole
        boxes = squarified([v * scale for _name, v, _text in parts], 0, 0, WIDTH, height)  # fmt: skip
        for (name, value, text), (x, y, w, h) in zip(parts, boxes, strict=True):  # fmt: skip
            # Three strengths of one colour: the largest strongest; hairlines part the boxes.
            colour = STRENGTHS[0 if value > parts[0][1] / 2 else 1 if value > parts[0][1] / 5 else 2]  # fmt: skip
            shapes.append(Shape(x + 1, y + 1, max(w - 2, 0.5), max(h - 2, 0.5), colour, told=f"{name}: {text}"))  # fmt: skip
            fits = int((w - 14) / 7.5)
            light = colour == 0
            if fits >= 4 and h > 24:
                shapes.append(Shape(x + 8, y + 18, text=_short(name, fits), light=light, dark=not light))  # fmt: skip
                if h > 44:
                    shapes.append(Shape(x + 8, y + 36, text=_short(text, fits), light=light, dark=not light))  # fmt: skip
    return Picture(of.measures[at], height, shapes)


def squarified(areas: Sequence[float], x: float, y: float, w: float, h: float) -> list[tuple[float, float, float, float]]:  # fmt: skip
    """Rectangles of these areas, largest first, as near to squares as rows of them can be."""
    found: list[tuple[float, float, float, float]] = []
    left = list(areas)
    while left:
        side = min(w, h)
        row = [left[0]]
        while len(row) < len(left) and _worst([*row, left[len(row)]], side) <= _worst(row, side):  # fmt: skip
            row.append(left[len(row)])
        thick = sum(row) / side if side else 0
        at = 0.0
        for area in row:
            long = area / thick if thick else 0
            found.append((x, y + at, thick, long) if w >= h else (x + at, y, long, thick))  # fmt: skip
            at += long
        if w >= h:
            x, w = x + thick, w - thick
        else:
            y, h = y + thick, h - thick
        left = left[len(row) :]
    return found


def _worst(row: Sequence[float], side: float) -> float:
    whole = sum(row)
    if not whole or not side:
        return float("inf")
    return max(side * side * max(row) / whole**2, whole**2 / (side * side * min(row)))


def headed(of: Picture, title: str, told: str) -> Picture:
    """The picture for a file, which nothing stands beside: below what it is called and what was asked."""
    lines = [title, *wrap(told, 140)[:4], *([of.title] if of.title and of.title not in told else [])]  # fmt: skip
    shapes = [Shape(8, 24, text=title, size=17)]
    shapes += [Shape(8, 26 + 17 * n, text=line, muted=True) for n, line in enumerate(lines[1:], 1)]  # fmt: skip
    top = 26 + 17 * len(lines)
    for shape in of.shapes:
        shapes.append(replace(shape, y=shape.y + top, points=[(x, y + top) for x, y in shape.points]))  # fmt: skip
    return Picture(title, of.height + top + 8, shapes)


# ── SVG ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def svg(of: Picture, *, alone: bool = False) -> SafeString:
    """`alone`: as a file, with a ground and fonts of its own."""
    height = round(of.height)
    below = _("the same is in the table below")
    title = of.title if alone else f"{of.title}: {below}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="aq-pic" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(title)}"'  # fmt: skip
    head += f' width="{WIDTH}" height="{height}" font-family="Golos Text, Arial, sans-serif" font-size="12"><rect width="{WIDTH}" height="{height}" fill="#fff"/>' if alone else ">"  # fmt: skip
    return mark_safe(head + "".join(map(_drawn, of.shapes)) + "</svg>")


def _drawn(shape: Shape) -> str:
    if shape.points:
        points = " ".join(f"{x:g},{y:g}" for x, y in shape.points)
        rule = shape.colour < 0
        colour = RULE if rule else COLOURS[shape.colour]
        return f'<polyline class="{"aq-r" if rule else f"aq-l{shape.colour}"}" points="{points}" fill="none" stroke="{colour}" stroke-width="{1 if rule else 2}"/>'  # fmt: skip
    if shape.text:
        colour = "#ffffff" if shape.light else MUTED if shape.muted else INK
        kind = (
            "aq-tl"
            if shape.light
            else "aq-td"
            if shape.dark
            else "aq-tm"
            if shape.muted
            else "aq-t"
        )
        size = (
            f' font-size="{shape.size}" font-weight="600"' if shape.size != 12 else ""
        )
        return f'<text class="{kind}" x="{shape.x:.1f}" y="{shape.y:.1f}" text-anchor="{shape.anchor}" fill="{colour}"{size}>{escape(shape.text)}</text>'  # fmt: skip
    told = f"<title>{escape(shape.told)}</title>" if shape.told else ""
    return f'<rect class="aq-c{shape.colour}" x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.w:.1f}" height="{shape.h:.1f}" rx="2" fill="{COLOURS[shape.colour]}">{told}</rect>'  # fmt: skip


# ── PNG ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

TWICE = 2
FONTS = ("DejaVuSans.ttf", "LiberationSans-Regular.ttf", "Arial.ttf")


@cache
def _font(size: int = 12) -> Any:
    from PIL import ImageFont

    for name in FONTS:
        try:
            return ImageFont.truetype(name, size * TWICE)
        except OSError:
            continue
    return ImageFont.load_default(size * TWICE)


def _fitting(shape: Shape) -> str:
    """The text, cut where the letters of the machine would run out of the picture."""
    text, font = shape.text, _font(shape.size)
    if font.getmask("₽").getbbox() is None:
        text = text.replace("₽", "RUB")
    room = {"end": shape.x, "start": WIDTH - shape.x}.get(shape.anchor, WIDTH) * TWICE
    while len(text) > 2 and font.getlength(text) > room:
        text = f"{text[:-2].rstrip()}…"
    return text


def png(of: Picture) -> bytes:
    """The same shapes as points, twice as fine, for letters and slides."""
    from PIL import Image, ImageDraw

    height = max(1, min(round(of.height), 4000))
    image = Image.new("RGB", (WIDTH * TWICE, height * TWICE), "#ffffff")
    pen = ImageDraw.Draw(image)
    for shape in of.shapes:
        if shape.points:
            colour = RULE if shape.colour < 0 else COLOURS[shape.colour]
            pen.line([(x * TWICE, y * TWICE) for x, y in shape.points], fill=colour, width=TWICE if shape.colour < 0 else 2 * TWICE)  # fmt: skip
        elif shape.text:
            colour = "#ffffff" if shape.light else MUTED if shape.muted else INK
            anchor = {"start": "ls", "middle": "ms", "end": "rs"}[shape.anchor]
            pen.text((shape.x * TWICE, shape.y * TWICE), _fitting(shape), fill=colour, font=_font(shape.size), anchor=anchor)  # fmt: skip
        elif shape.w > 0 and shape.h > 0:
            pen.rectangle([shape.x * TWICE, shape.y * TWICE, (shape.x + shape.w) * TWICE, (shape.y + shape.h) * TWICE], fill=COLOURS[shape.colour])  # fmt: skip
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
