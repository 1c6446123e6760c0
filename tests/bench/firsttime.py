"""Ready queries asked the first time: no answer is kept, and nobody remembers how long one takes.

What a page begins is measured on the page; what it hands to the background is counted as a worker would, and stands beside
the time that was told before.
"""

from dataclasses import dataclass
from time import perf_counter

from django.core.cache import cache
from django.utils import timezone, translation

from analytics.models import SavedQuery
from analytics.queries import guarding
from analytics.queries.question import Question, pack
from salesexpert.accounts.models import User
from tests.bench import asking
from tests.bench.pages import MARKETER
from tests.bench.product import sign_in

NAME, ROUNDS = "asked the first time", 2
# Seconds that an answer may take on a page, by the scale of the base.
LIMITS = {"large": 3.0}
LIMIT = 1.0
# Those that must read the history of clients: as long as a page has patience, beyond it in the background.
HISTORY = frozenset({"cohorts", "cold_calls", "satisfaction"})


@dataclass(slots=True)
class First:
    """`told` is what the page said of one that it handed to the background."""

    name: str
    seconds: float
    again_ms: float
    limit: float
    told: str = ""

    @property
    def is_met(self) -> bool:
        return bool(self.told) or self.seconds <= self.limit


def measured(port: int, scale: str) -> list[First]:
    """The better of two rounds, each question asked anew and once more after it."""
    asked = [(row.ready, Question.read(row.question)) for row in SavedQuery.objects.exclude(ready="").order_by("ready")]  # fmt: skip
    marketer = User.objects.get(username=MARKETER)
    best: dict[str, First] = {}
    for _ in range(ROUNDS):
        cache.clear()
        line = asking.Line(port, sign_in(port, MARKETER))
        # Whatever a person's first page costs is not the question's.
        line.ask("/analytics/queries/")
        for name, question in asked:
            path = f"/analytics/queries/answer/?q={pack(question)}"
            seconds, body = _ask(line, path)
            told = _told(question, marketer) if "/queries/background/" in body else ""
            again = 0.0 if told else _ask(line, path)[0] * 1000
            limit = guarding.PATIENCE if name in HISTORY else LIMITS.get(scale, LIMIT)
            row = First(name, seconds, again, limit, told)
            if name not in best or row.seconds < best[name].seconds:
                best[name] = row
        line.close()
    for name, question in asked:
        if best[name].told:
            answer = guarding.ask(question, user=marketer, at=timezone.now(), anew=True, unhurried=True)  # fmt: skip
            best[name].seconds = answer.took
    return list(best.values())


def _told(question: Question, user: User) -> str:
    found = guarding.expected(question, user)
    with translation.override("en"):
        return found.words() if found else "it was cut"


def _ask(line: asking.Line, path: str) -> tuple[float, str]:
    began = perf_counter()
    answer = line.ask(path, HX_Request="true")
    taken = perf_counter() - began
    if answer.status != 200:
        raise RuntimeError(f"{path} was answered {answer.status}")
    return taken, answer.body.decode()


def show(rows: list[First]) -> str:
    limit = min((r.limit for r in rows), default=LIMIT)
    lines = [
        f"**Ready queries {NAME}** (over a year; on the page at most {limit:g} s, those that read the history {guarding.PATIENCE:g} s)",
        "",
        "| ready query | seconds | again, ms | answered | targets |",
        "|---|---:|---:|---|---|",
    ]
    lines += [
        f"| {r.name} | {r.seconds:.2f} | {'' if r.told else f'{r.again_ms:.0f}'} | {f'in the background: “{r.told}”' if r.told else 'on the page'} |"
        f" {'met' if r.is_met else f'**missed:** > {r.limit:g} s'} |"
        for r in rows
    ]  # fmt: skip
    return "\n".join(lines)
