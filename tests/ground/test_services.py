"""The embedded pair: one family on one folder, the locale that Russian search needs, nothing left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from salesexpert.ground import services
from salesexpert.ground.data_folder import AlreadyRuns, DataFolder, holders, wait_until

ROOT = Path(__file__).resolve().parents[2]

START_AND_WAIT = """
import sys, threading
from pathlib import Path
from salesexpert.ground import services
from salesexpert.ground.data_folder import DataFolder
folder = DataFolder(Path(sys.argv[1]))
with folder.held(url="http://127.0.0.1:8000/"):
    services.start_postgres(folder, durable=False)
    services.start_valkey(folder)
    services.make_database(folder)
    print("up", flush=True)
    threading.Event().wait()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[DataFolder]:
    folder = DataFolder(tmp_path / "Мои данные, и ещё")
    yield folder
    folder.remove()


def start_and_kill(folder: DataFolder) -> None:
    """A start that ends by kill -9 while its servers run."""
    process = subprocess.Popen(
        [sys.executable, "-c", START_AND_WAIT, folder.path],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env=os.environ | {"LC_ALL": "C"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"up\n"
    process.send_signal(signal.SIGKILL)
    process.wait()


def nobody_holds(folder: DataFolder) -> bool:
    return not holders(folder.path / ".family.lock")


def test_the_database_knows_russian_letters_whatever_the_machine_speaks(
    folder, monkeypatch
):
    monkeypatch.setenv("LC_ALL", "C")
    with folder.held():
        postgres = services.start_postgres(folder, durable=False)
        services.make_database(folder)
        with psycopg.connect(services.owner_url(folder)) as connection:
            connection.execute("CREATE EXTENSION pg_trgm")
            row = connection.execute(
                "SELECT show_trgm('Ром') <> '{}', similarity('Ромашка', 'ромашко') > 0,"
                " lower('ПРИВЕТ'), current_user"
            ).fetchone()
        postgres.stop()

    assert row == (True, True, "привет", "salesexpert")


def test_a_folder_in_use_is_refused_with_where_it_runs(folder):
    with folder.held(url="http://127.0.0.1:8000/"):
        with pytest.raises(AlreadyRuns, match="127.0.0.1:8000") as refused:
            with DataFolder(folder.path).held():
                raise AssertionError("two families in one folder")

    assert str(os.getpid()) in str(refused.value)


def test_servers_end_with_a_killed_parent_and_the_data_is_whole(folder):
    start_and_kill(folder)

    assert wait_until(lambda: nobody_holds(folder), seconds=20)
    with folder.held():
        postgres = services.start_postgres(folder, durable=False)
        with psycopg.connect(services.application_url(folder)) as connection:
            assert connection.execute("SELECT current_user").fetchone() == (
                "salesexpert_app",
            )
        postgres.stop()


def test_a_start_right_after_a_kill_waits_for_the_remains(folder):
    start_and_kill(folder)

    with folder.held():
        valkey = services.start_valkey(folder)
        postgres = services.start_postgres(folder, durable=False)
        assert postgres.is_alive
        assert valkey.is_alive
        postgres.stop()
        valkey.stop()


def test_what_survived_its_parent_is_ended_by_the_next_start(folder):
    with folder.held():
        stubborn = services.spawn(
            folder,
            "stubborn",
            ["sh", "-c", "trap '' TERM INT; tail -f /dev/null"],
        )
        family = folder.inherited
    assert family
    assert stubborn.poll() is None
    # Its parent lives on here, but no longer holds the folder: to the next start it is a remain.
    with DataFolder(folder.path).held():
        assert wait_until(lambda: stubborn.poll() is not None, seconds=5)


def test_a_pid_file_of_a_dead_server_does_not_stop_a_start(folder):
    with folder.held():
        services.start_postgres(folder, durable=False).stop()
        # A number given away since: this very process is no PostgreSQL.
        (folder.path / "pg" / "postmaster.pid").write_text(f"{os.getpid()}\n")
        postgres = services.start_postgres(folder, durable=False)
        postgres.stop()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(services.SetupError, match="SALESEXPERT_DATA"):
        with DataFolder(tmp_path / "file" / "data").held():
            pass
