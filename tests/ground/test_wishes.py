"""What `make run` is asked for, and the sentence for what it cannot do."""

import socket

import pytest

from salesexpert.ground import run, wishes
from salesexpert.ground.bootstrap import SetupError


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000.5", "٨٠٠٠"])
def test_a_port_that_is_none_is_refused(port):
    with pytest.raises(SetupError, match="from 1 to 65535"):
        wishes.Wishes.read({"PORT": port})


def test_an_unknown_scale_is_refused_with_those_there_are():
    with pytest.raises(SetupError, match="tiny, small, medium, large, or 0"):
        wishes.Wishes.read({"DEMO": "huge"})


def test_nothing_asked_for_means_the_small_demo_on_port_8000():
    asked = wishes.Wishes.read({})

    assert (asked.port, asked.demo) == (8000, "small")


def test_demo_logins_do_not_go_into_a_database_from_outside(monkeypatch):
    monkeypatch.delenv("DEBUG", raising=False)
    outside = {"DATABASE_URL": "postgresql://crm@db.example/crm"}

    assert wishes.Wishes.read(outside).demo == "0"
    with pytest.raises(SetupError, match="known password"):
        wishes.Wishes.read(outside | {"DEMO": "tiny"})


def test_a_taken_port_is_refused_with_a_free_one_named():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(SetupError, match=rf"Port {port} is taken.*PORT=\d+"):
            wishes.check_port(port)


def test_a_database_that_does_not_answer_is_told_without_its_password(tmp_path):
    url = f"postgresql://crm:secret@/crm?host={tmp_path}"

    with pytest.raises(SetupError, match="DATABASE_URL does not answer") as refused:
        run._check_database(url)

    assert "secret" not in str(refused.value)


def test_the_secret_of_a_data_folder_is_kept_and_private(tmp_path):
    file = tmp_path / "secret_key"

    secret = run._kept_secret(file)

    assert run._kept_secret(file) == secret
    assert len(secret) >= 50
    assert file.stat().st_mode & 0o777 == 0o600
