"""Growth: the same pages of two bases in one cluster, asked in turn. What grows with the base shows here and nowhere else."""

from dataclasses import dataclass

from tests.bench import asking
from tests.bench.measuring import requests, touched, warm
from tests.bench.pages import Page
from tests.bench.product import Blocks

MOST_BLOCKS, MOST_TIME = 1.3, 1.5
# An average page differs from another by what its cards hold: so few blocks more are no growth.
SLACK = 3


@dataclass(slots=True)
class Grown:
    """A page of the larger base beside that of the smaller one."""

    name: str
    small_ms: float
    large_ms: float
    time: float
    small_blocks: int | None
    large_blocks: int | None
    blocks: float | None
    misses: list[str]


@dataclass(slots=True)
class Side:
    """One of the two bases: its pages, and a person signed in on its server."""

    pages: list[Page]
    port: int
    cookies: dict[str, str]
    blocks: Blocks


def compare(smaller: Side, larger: Side, *, times: int, rounds: int) -> list[Grown]:
    """Pages of both by name; the round in which they differ least counts."""
    others = {page.name: page for page in smaller.pages}
    lines = [asking.Line(side.port, side.cookies) for side in (smaller, larger)]
    rows = []
    for page in larger.pages:
        other = others.get(page.name)
        if other is None or not page.grows:
            continue
        for line, one in zip(lines, (other, page), strict=True):
            warm(one, [line], [line.prepare("/bench/floor/")])
        count = min(times, page.most)
        taken = [
            asking.in_turn(
                lines, [requests(lines[0], other, count), requests(lines[1], page, count)]
            )
            for _ in range(rounds)
        ]  # fmt: skip
        small, large = min(taken, key=lambda pair: pair[1] / pair[0])
        rows.append(
            _grown(
                page.name,
                small,
                large,
                touched(other, lines[0], smaller.blocks),
                touched(page, lines[1], larger.blocks),
            )
        )
    for line in lines:
        line.close()
    return rows


def _grown(
    name: str, small: float, large: float, few: int | None, many: int | None
) -> Grown:
    misses = []
    blocks = many / max(few, 1) if few is not None and many is not None else None
    if few is not None and many is not None and many > few * MOST_BLOCKS + SLACK:
        misses.append(f"blocks > {MOST_BLOCKS:g}×")
    if large / small > MOST_TIME:
        misses.append(f"time > {MOST_TIME:g}×")
    return Grown(name, small, large, large / small, few, many, blocks, misses)
