"""`make bench`: measure the product's pages as multiples of the floor page, in one run on one machine."""

import argparse
import contextlib
import os
import platform
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from salesexpert.ground.bootstrap import SetupError, end_with_parent, say
from tests.bench import asking, bases

if TYPE_CHECKING:
    from tests.bench.pages import Page

PASSWORD = "demo"
WARM_UP = 30
FLOOR_PATHS = [f"/bench/floor/?desk={desk}" for desk in range(40)]


@dataclass(slots=True)
class Row:
    """A page's line of the table."""

    name: str
    connections: int
    median_ms: float
    p95_ms: float
    floor_ms: float
    multiple: float
    multiple_p95: float
    queries: int
    kib: float
    misses: list[str]


def default_data() -> Path:
    named = os.environ.get("BENCH_DATA")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named).expanduser() if named else cache / "salesexpert-bench"


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--scale",
        default=os.environ.get("SCALE") or "small",
        choices=["tiny", "small", "medium", "large"],
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--times",
        type=int,
        default=200,
        help="how often each page is asked in a round (default 200)",
    )
    parser.add_argument(
        "--rounds",
        type=int,
        default=3,
        help="rounds, of which the best counts (default 3)",
    )
    parser.add_argument(
        "--only", default="", help="a part of the names of the pages to ask"
    )
    parser.add_argument(
        "--fresh", action="store_true", help="make the base anew, however long it takes"
    )
    return parser.parse_args(arguments)


@contextlib.contextmanager
def web(environment: dict[str, str], log: Path) -> Iterator[tuple[int, int]]:
    """Two workers under granian, as in production; gives port and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **environment,
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    command = [
        *(
            sys.executable,
            "-m",
            "granian",
            "--interface",
            "wsgi",
            "tests.bench.wsgi:application",
        ),
        *(
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            "--workers",
            "2",
            "--blocking-threads",
            "2",
        ),
        *("--workers-kill-timeout", "5", "--no-ws", "--log-level", "warning"),
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=bases.ROOT,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=end_with_parent(signal.SIGTERM),
        )
    try:
        end = time.monotonic() + 60
        while True:
            if process.poll() is not None or time.monotonic() > end:
                raise SetupError(f"The web server did not start: see {log}.")
            with contextlib.suppress(OSError, ConnectionError):
                if asking.Line(port).ask("/login/").status == 200:
                    break
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def sign_in(port: int, user: str) -> dict[str, str]:
    """The cookies of a signed-in person, got as a browser gets them."""
    line = asking.Line(port)
    page = line.ask("/login/").body.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if token is None:
        raise SetupError("The login page has no form.")
    answer = line.ask(
        "/login/",
        {"login": user, "password": PASSWORD, "csrfmiddlewaretoken": token[1]},
    )
    line.close()
    if "sessionid" not in line.cookies:
        raise SetupError(f"Signing in as {user} was answered {answer.status}.")
    return line.cookies


def worker_memory(pid: int) -> list[float]:
    """PSS of each web worker in MB; empty where the system does not tell."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) != pid:
                continue
            rollup = (folder / "smaps_rollup").read_text()
            pss = re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)
            command = (folder / "cmdline").read_bytes()
            if pss and b"resource_tracker" not in command:
                found.append(int(pss[1]) / 1024)
    return sorted(found)


def measure(
    pages: list["Page"], port: int, cookies: dict[str, str], *, times: int, rounds: int
) -> list[Row]:
    rows = []
    lines = [asking.Line(port, cookies) for _ in range(4)]
    floor = [lines[0].prepare(path) for path in FLOOR_PATHS]
    asked = []
    for page in pages:
        found = []
        for path in page.paths[:10]:
            form = {**page.form, "token": str(uuid4())} if page.form else None
            found.append(lines[0].ask(path, form, X_Bench_Count="1", **page.headers))
        refused = [answer for answer in found if answer.status not in page.expect]
        if refused:
            say(f"{page.name}: answered {refused[0].status}, left out")
            continue
        kib = max(len(answer.body) for answer in found) / 1024
        for connections in (1, 4):
            asking.alternate(
                lines[:connections],
                _requests(lines[0], page, WARM_UP * connections),
                floor,
                times=WARM_UP * connections,
                expect=set(page.expect),
            )
        # Now that both workers hold their connections, dictionaries and settings.
        queries = max(
            _count(lines[0], path, page.form, page.headers) for path in page.paths[:10]
        )
        asked.append((page, queries, kib))
    for connections in (1, 4):
        best: dict[str, asking.Times] = {}
        for _ in range(rounds):
            for page, _queries, _kib in asked:
                taken = asking.alternate(
                    lines[:connections],
                    _requests(lines[0], page, times),
                    floor,
                    times=times,
                    expect=set(page.expect),
                )
                known = best.get(page.name)
                if known is None or taken.multiple < known.multiple:
                    best[page.name] = taken
        for page, queries, kib in asked:
            rows.append(_row(page, connections, best[page.name], queries, kib))
    for line in lines:
        line.close()
    return rows


def _count(
    line: asking.Line, path: str, form: dict[str, str] | None, headers: dict[str, str]
) -> int:
    """Statements that one answer took; the least of three, for a new connection adds its own."""
    return min(
        int(
            line.ask(
                path,
                {**form, "token": str(uuid4())} if form else None,
                X_Bench_Count="1",
                **headers,
            ).headers["x-bench-queries"]
        )
        for _ in range(3)
    )


def _requests(line: asking.Line, page: "Page", count: int) -> list[bytes]:
    """The bytes of `count` requests, made before the clock runs; each filling of a form has a token of its own."""
    paths = page.paths
    return [
        line.prepare(
            paths[number % len(paths)],
            {**page.form, "token": str(uuid4())} if page.form else None,
            **page.headers,
        )
        for number in range(count)
    ]


def _row(
    page: "Page", connections: int, taken: asking.Times, queries: int, kib: float
) -> Row:
    misses = []
    if taken.multiple > page.median:
        misses.append(f"median > {page.median:g}×")
    if taken.multiple_p95 > page.p95:
        misses.append(f"p95 > {page.p95:g}×")
    if queries > page.queries:
        misses.append(f"queries > {page.queries}")
    if page.kib is not None and kib > page.kib:
        misses.append(f"KiB > {page.kib:g}")
    return Row(
        page.name,
        connections,
        taken.median,
        taken.p95,
        taken.floor_median,
        taken.multiple,
        taken.multiple_p95,
        queries,
        kib,
        misses,
    )


def show(
    rows: list[Row], memory: list[float], floor_queries: int, floor_kib: float
) -> str:
    """The table, in Markdown, so that it may stand in `docs/performance.md` as it is."""
    lines = []
    for connections in (1, 4):
        these = [row for row in rows if row.connections == connections]
        if not these:
            continue
        floor = sorted(row.floor_ms for row in these)[len(these) // 2]
        plural = "connection" if connections == 1 else "connections"
        lines += [
            f"**{connections} {plural}**",
            "",
            "| page | median ms | p95 ms | × floor | p95 × floor | queries | KiB | targets |",
            "|---|---:|---:|---:|---:|---:|---:|---|",
            f"| the floor | {floor:.1f} | | 1.0 | | {floor_queries} | {floor_kib:.0f} | |",
        ]
        lines += [
            f"| {row.name} | {row.median_ms:.1f} | {row.p95_ms:.1f} | {row.multiple:.1f} | {row.multiple_p95:.1f} |"
            f" {row.queries} | {row.kib:.0f} | {'**missed:** ' + ', '.join(row.misses) if row.misses else 'met'} |"
            for row in these
        ]
        lines.append("")
    if memory:
        verdict = "met" if max(memory) <= 90 else "**missed**"
        lines.append(
            f"PSS per web worker: {', '.join(f'{m:.0f} MB' for m in memory)} (at most 90 MB: {verdict})."
        )
    return "\n".join(lines)


def run(arguments: list[str]) -> int:
    wishes = options(arguments)
    data = default_data()
    data.mkdir(parents=True, exist_ok=True)
    with bases.server(data) as at:
        say(f"Preparing the base ({wishes.scale}, seed {wishes.seed})")
        name = bases.prepared(at, wishes.scale, wishes.seed, date.today(), fresh=wishes.fresh)  # noqa: DTZ011  (the machine's day will do)
        with bases.copy(at, name) as database:
            environment = {
                **at.environment(database),
                "STATIC_ROOT": str(data / "static"),
                "SALESEXPERT_DATA": str(data / "product"),
            }
            bases.manage(environment, "collectstatic", "--noinput", "--clear", "-v0")
            result = _measured(wishes, environment, data)
    path = bases.write_result(data, result)
    say(f"Written to {path}")
    return 0


def _measured(
    wishes: argparse.Namespace, environment: dict[str, str], data: Path
) -> dict[str, Any]:
    os.environ.update(environment, DJANGO_SETTINGS_MODULE="tests.bench.settings")
    import django

    django.setup()
    from django.db import connection

    from tests.bench.pages import SELLER, pages

    chosen = [page for page in pages() if wishes.only in page.name]
    connection.close()
    with web(environment, data / "web.log") as (port, pid):
        cookies = sign_in(port, SELLER)
        line = asking.Line(port, cookies)
        floor_kib = len(line.ask(FLOOR_PATHS[0]).body) / 1024
        floor_queries = _count(line, FLOOR_PATHS[0], None, {})
        line.close()
        say(
            f"Measuring {len(chosen)} pages, {wishes.times} times in {wishes.rounds} rounds"
        )
        rows = measure(chosen, port, cookies, times=wishes.times, rounds=wishes.rounds)
        memory = worker_memory(pid)
    print()
    print(show(rows, memory, floor_queries, floor_kib))
    return {
        "scale": wishes.scale,
        "seed": wishes.seed,
        "at": datetime.now().astimezone().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.platform(),
        },
        "commit": _commit(),
        "times": wishes.times,
        "rounds": wishes.rounds,
        "floor": {"queries": floor_queries, "kib": round(floor_kib, 1)},
        "pages": [asdict(row) for row in rows],
        "pss_mb": [round(m, 1) for m in memory],
    }


def _commit() -> str:
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        return subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"],
            cwd=bases.ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
    return ""


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        sys.exit(run(sys.argv[1:]))
    except (SetupError, RuntimeError, subprocess.CalledProcessError) as error:
        print(f"bench: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
