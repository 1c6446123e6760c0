"""Measuring the pages of one base: each against the floor, in turn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import uuid4

from salesexpert.ground.bootstrap import say
from tests.bench import asking
from tests.bench.product import Blocks, worker_memory

if TYPE_CHECKING:
    from tests.bench.pages import Page

WARM_UP = 30
# How many times a page is asked for the blocks it touches: another address each time.
SAMPLE = 20
# Words to search by are merged after fifteen to sixty savings, by whoever saves then: thousands of blocks.
SAVED = 300
FLOOR_PATHS = [f"/bench/floor/?desk={desk}" for desk in range(40)]


@dataclass(slots=True)
class Row:
    """A page's line of the table. `blocks` are those of an average address, queries and KiB those of the worst."""

    name: str
    connections: int
    times: int
    median_ms: float
    p95_ms: float
    floor_ms: float
    multiple: float
    multiple_p95: float
    queries: int
    kib: float
    blocks: int | None
    pss_mb: float | None
    misses: list[str]


@dataclass(slots=True)
class Asked:
    """A page that answered, with what one answer costs besides time."""

    page: "Page"
    queries: int
    kib: float
    blocks: int | None


def measure(
    pages: list["Page"],
    port: int,
    pid: int,
    cookies: dict[str, str],
    others: dict[str, dict[str, str]],
    blocks: Blocks,
    *,
    times: int,
    rounds: int,
) -> list[Row]:
    """One connection in `rounds` rounds of which the best counts, then four at once in one."""
    lines = [asking.Line(port, cookies, others) for _ in range(4)]
    floor = [lines[0].prepare(path) for path in FLOOR_PATHS]
    rows: list[Row] = []
    # What is saved while measuring stands in the days that other pages show: these come first.
    for writes in (False, True):
        asked = []
        for page in pages:
            if page.writes is writes:
                warm(page, lines, floor)
                if found := cost(page, lines[0], blocks):
                    asked.append(found)
        for connections in (1, 4):
            rows += _rounds(asked, lines[:connections], floor, pid, times=times, rounds=rounds if connections == 1 else 1)  # fmt: skip
    for line in lines:
        line.close()
    return rows


def _rounds(
    asked: list[Asked],
    lines: list[asking.Line],
    floor: list[bytes],
    pid: int,
    *,
    times: int,
    rounds: int,
) -> list[Row]:
    """Rows of pages asked over these lines; the best of the rounds counts."""
    best: dict[str, asking.Times] = {}
    memory: dict[str, float] = {}
    for _ in range(rounds):
        for known in asked:
            page = known.page
            count = min(times, page.most)
            taken = asking.alternate(
                lines,
                requests(lines[0], page, count),
                floor,
                times=count,
                expect=set(page.expect),
            )
            before = best.get(page.name)
            if before is None or taken.multiple < before.multiple:
                best[page.name] = taken
            memory[page.name] = max(worker_memory(pid), default=0.0)
    return [
        _row(known, len(lines), best[known.page.name], memory[known.page.name] or None)
        for known in asked
    ]


def warm(page: "Page", lines: list[asking.Line], floor: list[bytes]) -> None:
    """Ask until every thread of both workers holds its connection, dictionaries and settings."""
    count = min(WARM_UP, page.most)
    for some in (lines[:1], lines):
        asking.alternate(
            some,
            requests(lines[0], page, count),
            floor,
            times=count,
            expect={*page.expect, *page.expect},
        )


def cost(page: "Page", line: asking.Line, blocks: Blocks) -> Asked | None:
    """Queries, KiB and blocks of a page; None, said aloud, when it does not answer as it should."""
    found = []
    for _ in range(min(10, page.most, len(page.paths))):
        path, form = page.next()
        found.append(
            line.ask(
                path,
                _filled(form),
                person=page.person,
                X_Bench_Count="1",
                **page.headers,
            )
        )
    refused = [answer for answer in found if answer.status not in page.expect]
    if refused:
        say(f"{page.name}: answered {refused[0].status}, left out")
        return None
    return Asked(
        page,
        queries=max(
            count(line, page) for _ in range(min(5, page.most, len(page.paths)))
        ),
        kib=max(len(answer.body) for answer in found) / 1024,
        blocks=touched(page, line, blocks),
    )


def touched(page: "Page", line: asking.Line, blocks: Blocks) -> int | None:
    """Blocks of one answer, on the average of some addresses; what saving puts off is done several times in so many."""
    sample = SAVED if page.writes else min(SAMPLE, page.most)
    if page.writes:
        blocks.nothing_waits()
    before = blocks.so_far
    for request in requests(line, page, sample):
        line.send(request)
    after = blocks.so_far
    return None if before is None or after is None else round((after - before) / sample)


def count(line: asking.Line, page: "Page") -> int:
    """Statements that one answer took; the least of two, for a new connection adds its own."""
    first = page.next()
    # What was moved is not moved there a second time.
    second = page.next() if page.forms else first
    return min(
        int(answer.headers["x-bench-queries"])
        for answer in (
            line.ask(
                path,
                _filled(form),
                person=page.person,
                X_Bench_Count="1",
                **page.headers,
            )
            for path, form in (first, second)
        )
    )


def _filled(form: dict[str, str] | None) -> dict[str, str] | None:
    return {**form, "token": str(uuid4())} if form else None


def requests(line: asking.Line, page: "Page", count: int) -> list[bytes]:
    """The bytes of `count` requests, made before the clock runs; each filling of a form has a token of its own."""
    asked = (page.next() for _ in range(count))
    return [
        line.prepare(path, _filled(form), person=page.person, **page.headers)
        for path, form in asked
    ]


def _row(
    known: Asked, connections: int, taken: asking.Times, memory: float | None
) -> Row:
    page, misses = known.page, []
    if taken.multiple > page.median:
        misses.append(f"median > {page.median:g}×")
    if taken.multiple_p95 > page.p95:
        misses.append(f"p95 > {page.p95:g}×")
    if known.queries > page.queries:
        misses.append(f"queries > {page.queries}")
    if page.kib is not None and known.kib > page.kib:
        misses.append(f"KiB > {page.kib:g}")
    return Row(
        page.name,
        connections,
        len(taken.page),
        taken.median,
        taken.p95,
        taken.floor_median,
        taken.multiple,
        taken.multiple_p95,
        known.queries,
        known.kib,
        known.blocks,
        memory,
        misses,
    )
