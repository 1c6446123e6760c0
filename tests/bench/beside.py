"""Managers' pages while marketing counts: the same pages asked without and beside heavy questions, in turn.

Two people keep asking, through the page, a question over all the work with clients that is never kept; whoever finds that
another is being counted waits two seconds, as the page does. A page may take 1.5 times as long beside them.
"""

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from analytics.queries.question import By, Measure, Question, pack
from tests.bench import asking
from tests.bench.pages import Page

NAME, AT_MOST, PEOPLE = "beside heavy questions", 1.5, 2
PAGES = ("client list", "card", "my day")
WAITS = 2.0
HEAVY = Question(
    "activities",
    (Measure(), Measure("clients"), Measure("days", since="client.first_contact_at", until="done_at")),
    (By("performer"), By("client.region")),
    (By("done_at", "quarter"),),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """Milliseconds of a page, alone and beside the questions."""

    name: str
    alone_ms: float
    beside_ms: float
    alone_p95: float
    beside_p95: float

    @property
    def times(self) -> float:
        return self.beside_ms / self.alone_ms

    @property
    def times_p95(self) -> float:
        return self.beside_p95 / self.alone_p95


@dataclass
class Load:
    """What the marketers asked: how many answers came, how long each took, how often one waited for his turn."""

    seconds: list[float] = field(default_factory=list)
    waited: int = 0


@contextmanager
def _heavy(port: int, cookies: dict[str, str], load: Load) -> Iterator[None]:
    over, begun = threading.Event(), threading.Barrier(PEOPLE + 1)
    path = f"/analytics/queries/answer/?anew=1&q={pack(HEAVY)}"

    def ask() -> None:
        line = asking.Line(port, cookies)
        begun.wait()
        while not over.is_set():
            began = perf_counter()
            answer = line.ask(path, HX_Request="true")
            if b"aq-wait" in answer.body:
                load.waited += 1
                over.wait(WAITS)
            else:
                load.seconds.append(perf_counter() - began)
        line.close()

    people = [threading.Thread(target=ask) for _ in range(PEOPLE)]
    for one in people:
        one.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        for one in people:
            one.join()


def measured(pages: list[Page], port: int, seller: dict[str, str], marketer: dict[str, str], *, times: int, rounds: int) -> tuple[list[Beside], Load]:  # fmt: skip
    """Each page `times` in each of the rounds, alone and beside, in turn, so that what else the machine does falls on both."""
    line, load = asking.Line(port, seller), Load()
    taken: dict[str, tuple[list[float], list[float]]] = {p.name: ([], []) for p in pages}  # fmt: skip
    _ask(pages, line, 30)
    for _ in range(rounds):
        for place, name in ((0, "alone"), (1, "beside")):
            if name == "beside":
                with _heavy(port, marketer, load):
                    found = _ask(pages, line, times)
            else:
                found = _ask(pages, line, times)
            for page, values in found.items():
                taken[page][place].extend(values)
    line.close()
    rows = [
        Beside(name, statistics.median(a), statistics.median(b), _p95(a), _p95(b))
        for name, (a, b) in taken.items()
    ]
    return rows, load


def _ask(pages: list[Page], line: asking.Line, times: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {page.name: [] for page in pages}
    for turn in range(times):
        for page in pages:
            path = page.paths[turn % len(page.paths)]
            began = perf_counter()
            status, _head, body = line.send(line.prepare(path))
            found[page.name].append((perf_counter() - began) * 1000)
            if status != 200:
                raise RuntimeError(f"{path} was answered {status}: {body[:200]!r}")
    return found


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.95) - 1)]


def show(rows: list[Beside], load: Load) -> str:
    lines = [
        f"**Beside heavy questions** (at most {AT_MOST} ×)",
        "",
        "| page | alone ms | beside ms | × | alone p95 | beside p95 | × | target |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    lines += [
        f"| {r.name} | {r.alone_ms:.1f} | {r.beside_ms:.1f} | {r.times:.2f} | {r.alone_p95:.1f} | {r.beside_p95:.1f} | {r.times_p95:.2f} |"
        f" {'met' if r.times <= AT_MOST else '**missed**'} |"
        for r in rows
    ]
    if load.seconds:
        lines += ["", f"{len(load.seconds)} questions were answered meanwhile, in {statistics.median(load.seconds):.1f} s each, at most {max(load.seconds):.1f} s; {load.waited} times one waited for his turn."]  # fmt: skip
    return "\n".join(lines)
