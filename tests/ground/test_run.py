"""The life of `make run`: ready, answering, refusing a second start, and gone without a trace."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from urllib.request import urlopen

import pytest

from salesexpert.ground.data_folder import DataFolder, wait_until
from tests.ground.product import ROOT, Product


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DataFolder]:
    """One data folder for the module: only the first start pays for migrations and static files."""
    folder = DataFolder(tmp_path_factory.mktemp("make run") / "данные")
    yield folder
    folder.remove()


@pytest.fixture(scope="module")
def started(folder: DataFolder) -> Iterator[list[Product]]:
    products: list[Product] = []
    yield products
    for product in products:
        if product.process.poll() is None:
            product.end_by(signal.SIGTERM)


@pytest.fixture
def product(folder: DataFolder, started: list[Product]) -> Product:
    """A product that runs: the one of the test before, if that one left it alive."""
    if not started or started[-1].process.poll() is not None:
        started.append(Product(folder).start())
    return started[-1]


def test_it_says_once_where_it_is_ready_and_answers_there(product):
    ready = [line for line in product.said if "ready" in line]

    assert ready == [f"Sales Expert is ready: http://127.0.0.1:{product.port}/"]
    assert product.health()["http"] == "200"
    assert product.health()["broker"] == product.health()["database"] == "ok"
    assert wait_until(lambda: product.health().get("worker") == "ok", seconds=30)


def test_an_empty_company_is_told_how_to_get_its_first_administrator(product):
    assert wait_until(
        lambda: any("createsuperuser" in line for line in product.said), seconds=10
    )


def test_commands_work_beside_it_on_the_same_data(product):
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--database", "default"],
        cwd=ROOT,
        env=product.env,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr


def test_what_it_tells_others_is_for_its_user_alone(product):
    file = product.folder.services_file

    assert file.stat().st_mode & 0o777 == 0o600
    assert "salesexpert_app@" in json.loads(file.read_text())["database_url"]


def test_a_second_start_says_that_and_where_it_runs(product):
    second = Product(product.folder).start()

    assert second.process.wait(timeout=30) == 1
    assert second.said == [
        f"Sales Expert already runs at http://127.0.0.1:{product.port}/"
        f" (process {product.process.pid}): stop that one first."
    ]


def test_a_worker_that_dies_is_missed_or_replaced_and_pages_go_on(product):
    assert wait_until(lambda: product.health().get("worker") == "ok", seconds=30)
    subprocess.run(
        ["pkill", "-KILL", "--session", str(session_of(product, "worker"))], check=True
    )

    assert wait_until(
        lambda: any("worker ended by itself" in line for line in product.said),
        seconds=15,
    )
    assert product.health()["http"] == "200"
    assert wait_until(lambda: product.health().get("worker") == "ok", seconds=40)


def test_events_are_served_beside_the_pages_and_come_back_when_killed(product):
    url = json.loads(product.folder.services_file.read_text())["events_url"]

    def hears() -> bool:
        with suppress(OSError), urlopen(f"{url}healthz", timeout=5) as answer:
            return bool(json.load(answer)["hears"])
        return False

    assert wait_until(hears, seconds=30)
    page = urlopen(f"http://127.0.0.1:{product.port}/login/")
    assert url.removesuffix("/events/") in page.headers["Content-Security-Policy"]

    subprocess.run(
        [
            "pkill",
            "-KILL",
            "--session",
            str(session_of(product, "salesexpert.notices.server")),
        ],
        check=True,
    )

    assert wait_until(
        lambda: any("events ended by itself" in line for line in product.said),
        seconds=15,
    )
    assert wait_until(hears, seconds=30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_asked_to_stop_it_stops_everything(product, number):
    assert product.end_by(number) == 0

    assert product.leaves_nothing()
    assert not product.folder.services_file.exists()


def test_killed_it_leaves_nothing_and_the_next_start_works_and_stops(product, folder):
    product.end_by(signal.SIGKILL)

    again = Product(folder).start()

    assert again.health()["http"] == "200", again.said
    # The usual way to stop it, proven on the product that is up anyway: each start costs many seconds.
    assert again.end_by(signal.SIGTERM) == 0
    assert again.leaves_nothing()
    assert not folder.services_file.exists()


def session_of(product: Product, name: str) -> int:
    """The session of the child `name`: each child leads one of its own."""
    listed = subprocess.run(
        ["ps", "-o", "pid=,args=", "--ppid", str(product.process.pid)],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    lines = [line for line in listed.splitlines() if f" {name} " in line]
    return int(lines[0].split()[0])
