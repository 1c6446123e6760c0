"""docker-compose.yml: read as compose reads it, and each command of ours really started."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
import redis
import yaml

from salesexpert.core import heartbeat
from salesexpert.environment import cache_url
from salesexpert.ground import health, services
from salesexpert.ground.data_folder import DataFolder, wait_until
from salesexpert.ground.services import Child
from salesexpert.ground.wishes import free_port
from tests.ground.product import ROOT, environment

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if service["image"] == "salesexpert"}


def test_the_services_of_a_server_are_all_there():
    assert set(SERVICES) >= {
        "postgres",
        "valkey",
        "web",
        "events",
        "worker",
        "beat",
        "proxy",
        "mail",
    }
    assert SERVICES["mail"]["profiles"] == ["dev"]


def test_every_service_that_stays_up_has_a_health_check():
    assert {
        name for name, service in SERVICES.items() if "healthcheck" not in service
    } == {"migrate"}


def test_only_the_proxy_is_reached_from_outside():
    assert [name for name, service in SERVICES.items() if "ports" in service] == [
        "proxy"
    ]


def test_every_volume_named_is_declared_and_every_file_mounted_is_there():
    for service in SERVICES.values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            assert (
                (ROOT / source).exists()
                if source.startswith(".")
                else source in COMPOSE["volumes"]
            )


def test_the_cluster_is_made_with_the_locale_that_search_needs():
    options = SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]

    assert "--lc-ctype=C.UTF-8" in options
    assert "--builtin-locale=C.UTF-8" in options


def test_every_value_left_to_the_operator_is_explained_in_the_example():
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    asked = {part.split("}")[0].split(":")[0] for part in text.split("${")[1:]}
    offered = {
        line.split("=")[0]
        for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
        if "=" in line and not line.startswith("#")
    }

    assert asked == offered


def test_the_image_runs_as_nobody_special_from_several_stages():
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    users = [line for line in lines if line.startswith("USER ")]

    assert sum(line.startswith("FROM ") for line in lines) > 1
    assert users
    assert "root" not in users[-1]


# ---------------------------------------------------------------- each command, started


def command_of(service: str) -> list[str]:
    """The command of a service with the image's programs replaced by those of this environment."""
    command = SERVICES[service].get("command")
    if command is None:
        line = next(
            line
            for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
            if line.startswith("CMD ")
        )
        command = yaml.safe_load(line.removeprefix("CMD "))
    program, *arguments = command
    module = {"python": [], "granian": ["-m", "granian"], "celery": ["-m", "celery"]}[
        program
    ]
    return [sys.executable, *module, *arguments]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """A database and a broker given by their addresses, and migrated by compose's own command."""
    folder = DataFolder(tmp_path_factory.mktemp("compose"))
    with folder.held():
        children: list[Child] = []
        try:
            children.append(services.start_postgres(folder, durable=False))
            children.append(services.start_valkey(folder, durable=False))
            services.make_database(folder)
            env = environment(
                DATABASE_URL=services.application_url(folder),
                REDIS_URL=services.redis_url(folder),
                SECRET_KEY="only-for-this-test",
                SALESEXPERT_DATA=str(folder.path / "files"),
                STATIC_ROOT=str(folder.path / "static"),
                PUBLIC_URL="https://crm.example.com",
                ALLOWED_HOSTS="crm.example.com",
                BEHIND_PROXY="1",
                GRANIAN_HOST="127.0.0.1",
                GRANIAN_PORT=str(free_port()),
                TMPDIR=str(folder.path),
            )
            owner = {"DATABASE_OWNER_URL": services.owner_url(folder)}
            done = subprocess.run(
                command_of("migrate"),
                cwd=ROOT,
                env=env | owner,
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, done.stderr
            yield env
        finally:
            for child in reversed(children):
                child.stop()
            folder.remove()


@pytest.fixture
def started(server: dict[str, str], tmp_path: Path) -> Iterator[Any]:
    """`started("web")` → its process, stopped after the test."""
    processes: list[subprocess.Popen[bytes]] = []

    def start(service: str, **replaced: str) -> subprocess.Popen[bytes]:
        command = [replaced.get(part, part) for part in command_of(service)]
        with open(tmp_path / "log", "wb") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=server,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        assert process.returncode in {0, -signal.SIGTERM}, (
            tmp_path / "log"
        ).read_text()


def test_the_web_command_serves_pages_behind_a_proxy(started, server, monkeypatch):
    monkeypatch.setenv("PUBLIC_URL", server["PUBLIC_URL"])
    started("web")
    port = int(server["GRANIAN_PORT"])

    assert wait_until(
        lambda: (health.ask(port) or {}).get("http") == "200", seconds=40
    ), health.ask(port)


def test_the_worker_command_beats(started, server):
    started("worker")
    broker = redis.Redis.from_url(cache_url(server["REDIS_URL"]))

    assert wait_until(lambda: bool(broker.get(heartbeat.KEY)), seconds=40)


def test_the_beat_command_writes_its_schedule(started, tmp_path):
    schedule = tmp_path / "beat"
    started("beat", **{"/tmp/beat": str(schedule)})

    assert wait_until(lambda: any(tmp_path.glob("beat*")), seconds=40)


def test_the_events_command_hears_the_broker_and_refuses_strangers(started):
    port = free_port()
    started("events", **{"8001": str(port), "0.0.0.0": "127.0.0.1"})

    def hears() -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{port}/events/healthz") as a:
            return bool(json.load(a)["hears"])
        return False

    assert wait_until(hears, seconds=40)
    with pytest.raises(HTTPError, match="403"):
        urlopen(f"http://127.0.0.1:{port}/events/?token=guessed")


def test_the_mail_command_catches(started, tmp_path):
    if not any(ROOT.glob("salesexpert/*/management/commands/catch_mail.py")):
        pytest.skip("this version has no mail catcher")
    port = free_port()
    started(
        "mail",
        **{
            "1025": str(port),
            "0.0.0.0": "127.0.0.1",
            "/data/mail": str(tmp_path / "mail"),
        },
    )

    def greets() -> bool:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
                return connection.recv(4) == b"220 "
        except OSError:
            return False

    assert wait_until(greets, seconds=40)
    assert os.path.isdir(tmp_path)
