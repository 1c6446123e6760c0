"""Reports of the whole firm over a year, counted anew: pages show them for a minute, and hand a long one to a worker."""

from dataclasses import dataclass
from statistics import median
from time import perf_counter
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils import timezone

from analytics import counting, reading
from analytics.known_reports import REPORTS
from analytics.queries import guarding
from salesexpert.accounts.models import User
from tests.bench.pages import DIRECTOR, EIGHT, TWENTY

TIMES = 3


@dataclass(slots=True)
class Anew:
    name: str
    seconds: float

    @property
    def by_worker(self) -> bool:
        return self.seconds * 1000 > counting.FOREGROUND_MS


def measured() -> list[Anew]:
    """The median of a few counts each, as the director of the base that is set up now."""
    user = User.objects.get(username=DIRECTOR)
    asked = QueryDict(urlencode({"period": "12_months"}))
    found = []
    with guarding.alone():
        for label, names in (("8", EIGHT), ("20", TWENTY)):
            params = QueryDict(urlencode([*asked.items(), *(("show", n) for n in names)]))  # fmt: skip
            taken = []
            for _ in range(TIMES):
                at, began = timezone.now(), perf_counter()
                panel = reading.panel_of(user, reading.wish_of(user, params, at=at), at=at)  # fmt: skip
                taken.append(perf_counter() - began)
            found.append(
                Anew(
                    f"diagnosis of {len(panel.lines)} people, {label} indicators",
                    median(taken),
                )
            )
        for known in REPORTS.values():
            taken = []
            for _ in range(TIMES):
                wanted, _period = reading.wanted_of(user, asked, at=timezone.now())
                began = perf_counter()
                known.make(wanted)
                taken.append(perf_counter() - began)
                if taken[-1] > 20:
                    break
            found.append(Anew(known.name, median(taken)))
    return found


def show(rows: list[Anew]) -> str:
    lines = [
        "**Reports of the firm, a year, counted anew** (at most once a minute; beyond"
        f" {counting.FOREGROUND_MS // 1000} s a worker counts while the page shows what it had)",
        "",
        "| report | seconds | counted by |",
        "|---|---:|---|",
    ]
    lines += [f"| {r.name} | {r.seconds:.2f} | {'a worker' if r.by_worker else 'the page'} |" for r in rows]  # fmt: skip
    return "\n".join(lines)
