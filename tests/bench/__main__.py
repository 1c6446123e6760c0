"""`make bench`: measure the product's pages as multiples of the floor page, in one run on one machine."""

import argparse
import contextlib
import json
import os
import platform
import signal
import subprocess
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from salesexpert.ground.bootstrap import SetupError, say
from tests.bench import asking, bases
from tests.bench.measuring import FLOOR_PATHS, Row, measure
from tests.bench.product import Blocks, sign_in, web, worker_memory

if TYPE_CHECKING:
    from tests.bench.growth import Grown

SCALES = ("tiny", "small", "medium", "large")
# `--only` this: the ready queries asked the first time.
FIRST_TIME = "first time"
# `--only` this: rollups refreshed after a thousand changed rows.
ROLLUPS = "rollups"
# The base beside which a scale's growth is measured unless another is named.
BESIDE = {"medium": "small"}


def default_data() -> Path:
    named = os.environ.get("BENCH_DATA")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named).expanduser() if named else cache / "salesexpert-bench"


def options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--scale",
        default=os.environ.get("SCALE") or "small",
        choices=SCALES,
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
        default=2,
        help="rounds with one connection, of which the best counts (default 2)",
    )
    parser.add_argument(
        "--only",
        default="",
        help="a part of the names of the pages to ask; or “first time”: the ready queries asked the first time; or “rollups”: refreshed",
    )
    parser.add_argument(
        "--fresh", action="store_true", help="make the base anew, however long it takes"
    )
    parser.add_argument(
        "--against",
        choices=[*SCALES, "none"],
        help="the base beside which growth is measured (default: small for medium, none for others)",
    )
    parser.add_argument(
        "--growth-only", action="store_true", help="leave out all but the growth"
    )
    parser.add_argument(
        "--letters",
        type=int,
        default=2000,
        help="how many letters the outbox sends in each trial (default 2000; 0 leaves the part out, as --only does)",
    )
    parser.add_argument(
        "--letters-only", action="store_true", help="leave out all but the letters"
    )
    parser.add_argument(
        "--beside-heavy-query",
        action="store_true",
        help="only this: how much slower list, card and my day are while marketing counts",
    )
    return parser.parse_args(arguments)


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
            "| page | median ms | p95 ms | × floor | p95 × floor | queries | KiB | blocks | PSS MB | targets |",
            "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
            f"| the floor | {floor:.1f} | | 1.0 | | {floor_queries} | {floor_kib:.0f} | | | |",
        ]
        lines += [
            f"| {row.name} | {row.median_ms:.1f} | {row.p95_ms:.1f} | {row.multiple:.1f} | {row.multiple_p95:.1f} |"
            f" {row.queries} | {row.kib:.0f} | {_known(row.blocks)} | {_known(row.pss_mb)} |"
            f" {'**missed:** ' + ', '.join(row.misses) if row.misses else 'met'} |"
            for row in these
        ]
        lines.append("")
    if memory:
        verdict = "met" if max(memory) <= 90 else "**missed**"
        lines.append(
            f"PSS per web worker: {', '.join(f'{m:.0f} MB' for m in memory)} (at most 90 MB: {verdict})."
        )
    return "\n".join(lines)


def _known(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"


def show_growth(rows: "list[Grown]", smaller: str, larger: str) -> str:
    lines = [
        f"**Growth from {smaller} to {larger}** (blocks at most 1.3×, time at most 1.5×)",
        "",
        f"| page | {smaller} ms | {larger} ms | time × | {smaller} blocks | {larger} blocks | blocks × | targets |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    lines += [
        f"| {row.name} | {row.small_ms:.1f} | {row.large_ms:.1f} | {row.time:.2f} | {_known(row.small_blocks)} |"
        f" {_known(row.large_blocks)} | {'' if row.blocks is None else f'{row.blocks:.2f}'} |"
        f" {'**missed:** ' + ', '.join(row.misses) if row.misses else 'met'} |"
        for row in rows
    ]
    return "\n".join(lines)


def run(arguments: list[str]) -> int:
    wishes = options(arguments)
    against = wishes.against or BESIDE.get(wishes.scale, "none")
    if wishes.beside_heavy_query:
        against = "none"
    data = default_data()
    data.mkdir(parents=True, exist_ok=True)
    if wishes.letters_only:
        result = _about(wishes) | _letters(wishes, data)
        say(f"Written to {bases.write_result(data, result)}")
        return 0
    with bases.server(data) as at, contextlib.ExitStack() as stack:
        databases, kept = {}, {}
        for scale in dict.fromkeys((wishes.scale, against)):
            if scale != "none":
                say(f"Preparing the base ({scale}, seed {wishes.seed})")
                name = bases.prepared(
                    at,
                    scale,
                    wishes.seed,
                    date.today(),  # noqa: DTZ011  (the machine's day will do)
                    fresh=wishes.fresh and scale == wishes.scale,
                )
                kept[scale] = name
                databases[scale] = (
                    name
                    if scale == "large"
                    else stack.enter_context(bases.copy(at, name, scale))
                )
        environment = _environment(at, databases[wishes.scale], data)
        bases.manage(environment, "collectstatic", "--noinput", "--clear", "-v0")
        _set_up(environment)
        result = _about(wishes)
        if wishes.beside_heavy_query:
            result |= _beside(wishes, at, databases[wishes.scale], data)
        elif wishes.only == FIRST_TIME:
            result |= _first_time(wishes, at, databases[wishes.scale], data)
        elif wishes.only == ROLLUPS:
            result |= _refreshed(at, databases[wishes.scale])
        elif not wishes.growth_only:
            with _as_found(at, databases):
                result |= _measured(wishes, at, databases[wishes.scale], data)
            if not wishes.only:
                result |= _counted_anew(databases[wishes.scale])
                result |= _refreshed(at, databases[wishes.scale])
                result |= _first_time(wishes, at, databases[wishes.scale], data)
            if against != "none" and wishes.scale != "large":
                # The hundreds of activities saved while measuring stand in one base only: its week and its day are not grown but full.
                again = bases.copy(at, kept[wishes.scale], wishes.scale)
                databases[wishes.scale] = stack.enter_context(again)
        if against != "none":
            # A kept base ages with each version and each refresh: its sums lie as they came, those of a new base in their order.
            for scale, database in databases.items():
                _count_all(database)
                if scale == "large":
                    say(f"Putting {scale} in order")
                    bases.in_order(at, database)
                bases.repack(at, database)
            with _as_found(at, databases):
                result |= _grown(wishes, against, at, databases, data)
    alone = wishes.only or wishes.growth_only or wishes.beside_heavy_query
    if wishes.letters and not alone:
        result |= _letters(wishes, data)
    path = bases.write_result(data, result)
    say(f"Written to {path}")
    return 0


def _as_found(at: bases.Server, databases: dict[str, str]) -> contextlib.AbstractContextManager[None]:  # fmt: skip
    from tests.bench.pages import SELLER

    if "large" in databases:
        return bases.as_found(at, databases["large"], SELLER)
    return contextlib.nullcontext()


def _environment(at: bases.Server, database: str, data: Path) -> dict[str, str]:
    return {
        **at.environment(database),
        "STATIC_ROOT": str(data / "static"),
        "SALESEXPERT_DATA": str(data / "product"),
    }


def _set_up(environment: dict[str, str]) -> None:
    os.environ.update(environment, DJANGO_SETTINGS_MODULE="tests.bench.settings")
    import django

    django.setup()


def _pages_of(wishes: argparse.Namespace, database: str) -> list[Any]:
    """The pages as that base has them: its cards, its words."""
    from django.db import connection

    from tests.bench.pages import pages

    connection.close()
    connection.settings_dict["NAME"] = database
    chosen = [page for page in pages() if wishes.only in page.name]
    connection.close()
    return chosen


def _measured(
    wishes: argparse.Namespace, at: bases.Server, database: str, data: Path
) -> dict[str, Any]:
    from tests.bench import ringing
    from tests.bench.pages import DIRECTOR, SELLER

    chosen = _pages_of(wishes, database)
    blocks = Blocks(at, database)
    with web(_environment(at, database, data), data / "web.log") as (port, pid):
        cookies = sign_in(port, SELLER)
        line = asking.Line(port, cookies)
        floor_kib = len(line.ask(FLOOR_PATHS[0]).body) / 1024
        floor_queries = int(
            line.ask(FLOOR_PATHS[0], X_Bench_Count="1").headers["x-bench-queries"]
        )
        line.close()
        say(
            f"Measuring {len(chosen)} pages, {wishes.times} times in {wishes.rounds} rounds"
        )
        rows = measure(
            chosen,
            port,
            pid,
            cookies,
            {DIRECTOR: sign_in(port, DIRECTOR)},
            blocks,
            times=wishes.times,
            rounds=wishes.rounds,
        )
        memory = worker_memory(pid)
        rung = (
            ringing.measured(port, cookies, times=min(wishes.times, 100))
            if wishes.only in ringing.NAME
            else None
        )
    blocks.close()
    print()
    print(show(rows, memory, floor_queries, floor_kib))
    if rung:
        print(f"\n{rung.told()}")
    return {
        "floor": {"queries": floor_queries, "kib": round(floor_kib, 1)},
        "pages": [asdict(row) for row in rows],
        "pss_mb": [round(m, 1) for m in memory],
        "ringing": asdict(rung) if rung else None,
    }


def _counted_anew(database: str) -> dict[str, Any]:
    from django.db import connection

    from tests.bench import anew

    say("Counting the reports of the firm anew")
    connection.close()
    connection.settings_dict["NAME"] = database
    rows = anew.measured()
    connection.close()
    print()
    print(anew.show(rows))
    return {"anew": [asdict(row) for row in rows]}


def _refreshed(at: bases.Server, database: str) -> dict[str, Any]:
    from django.db import connection

    from tests.bench import refreshing

    say("Refreshing the rollups after a thousand changed rows")
    connection.close()
    connection.settings_dict["NAME"] = database
    rows = refreshing.measured()
    connection.close()
    bases.repack(at, database)
    print()
    print(refreshing.show(rows))
    return {"refreshed": [asdict(row) for row in rows]}


def _first_time(wishes: argparse.Namespace, at: bases.Server, database: str, data: Path) -> dict[str, Any]:  # fmt: skip
    from django.db import connection

    from tests.bench import firsttime

    say("Asking the ready queries the first time")
    connection.close()
    connection.settings_dict["NAME"] = database
    with web(_environment(at, database, data), data / "web.log") as (port, _pid):
        rows = firsttime.measured(port, wishes.scale)
    connection.close()
    print()
    print(firsttime.show(rows))
    return {"first_time": [asdict(row) for row in rows]}


def _beside(wishes: argparse.Namespace, at: bases.Server, database: str, data: Path) -> dict[str, Any]:  # fmt: skip
    from tests.bench import beside
    from tests.bench.pages import MARKETER, SELLER

    chosen = [p for p in _pages_of(wishes, database) if p.name in beside.PAGES]
    # The heavy question is counted on the page, though it would be handed to the background.
    environment = {**_environment(at, database, data), "BENCH_PATIENT": "1"}
    with web(environment, data / "web.log") as (port, _pid):
        say(f"Measuring {len(chosen)} pages alone and beside heavy questions, {wishes.times} times in {wishes.rounds} rounds")  # fmt: skip
        rows, load = beside.measured(chosen, port, sign_in(port, SELLER), sign_in(port, MARKETER), times=wishes.times, rounds=wishes.rounds)  # fmt: skip
    print()
    print(beside.show(rows, load))
    return {"beside": [asdict(row) for row in rows], "questions": load.seconds}


def _grown(
    wishes: argparse.Namespace,
    against: str,
    at: bases.Server,
    databases: dict[str, str],
    data: Path,
) -> dict[str, Any]:
    from tests.bench.growth import Side, compare
    from tests.bench.pages import SELLER

    say(f"Measuring growth from {against} to {wishes.scale}")
    sides = []
    with contextlib.ExitStack() as stack:
        for scale in (against, wishes.scale):
            database = databases[scale]
            # The saving measured before left notes to be counted, and blocks that an index alone does not answer for; in life
            # the worker, beat and autovacuum come by.
            _count_all(database)
            bases.vacuum(at, database)
            environment = _environment(at, database, data)
            # Sessions and settings in the cache are of one base each.
            environment["REDIS_URL"] = bases.other_cache(environment["REDIS_URL"], scale)  # fmt: skip
            port, _ = stack.enter_context(web(environment, data / f"web-{scale}.log"))
            blocks = Blocks(at, database)
            stack.callback(blocks.close)
            pages = _pages_of(wishes, database)
            sides.append(Side(pages, port, sign_in(port, SELLER), blocks))
        rows = compare(*sides, times=wishes.times, rounds=wishes.rounds)
    print()
    print(show_growth(rows, against, wishes.scale))
    return {"against": against, "growth": [asdict(row) for row in rows]}


def _count_all(database: str) -> None:
    """What waits to be counted, as the worker and beat do at once and every half minute."""
    from django.db import connection

    from analytics import earnings, rollups
    from analytics.actions import months

    connection.close()
    connection.settings_dict["NAME"] = database
    months.refresh_stale(month=earnings.this_month())
    rollups.catch_up()
    connection.close()


def _letters(wishes: argparse.Namespace, data: Path) -> dict[str, Any]:
    """Letters a second, measured by a process of its own on services of its own: `tests/bench/letters.py`."""
    say(f"Sending {wishes.letters} letters with 1, 2 and 4 processes")
    figures = data / "letters.json"
    command = [sys.executable, "-m", "tests.bench.letters", "--letters", str(wishes.letters), "--json", os.fspath(figures)]  # fmt: skip
    kept = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE")
    environment = {k: v for k, v in os.environ.items() if k not in kept}
    print("\n**Letters a second**\n", flush=True)
    subprocess.run(command, cwd=bases.ROOT, env=environment, check=True)
    return {"letters": json.loads(figures.read_text(encoding="utf-8"))}


def _about(wishes: argparse.Namespace) -> dict[str, Any]:
    return {
        "scale": wishes.scale,
        "seed": wishes.seed,
        "at": datetime.now().astimezone().isoformat(),
        "machine": {
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "system": platform.platform(),
            "load": os.getloadavg()[0],
        },
        "commit": _commit(),
        "times": wishes.times,
        "rounds": wishes.rounds,
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
