"""`/healthz` tells the truth quickly, to anybody."""

import pytest
import redis
from django.db.backends.postgresql.base import DatabaseWrapper

from salesexpert.core import heartbeat

pytestmark = pytest.mark.django_db


@pytest.fixture
def silent_worker():
    heartbeat.broker().delete(heartbeat.KEY)


def test_all_is_well_while_a_worker_beats(client):
    heartbeat.Heartbeat(None)._beat()

    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json() == {
        "status": "ok",
        "database": "ok",
        "broker": "ok",
        "worker": "ok",
    }
    assert "no-store" in response["Cache-Control"]


def test_without_a_worker_pages_still_work_and_it_is_told(client, silent_worker):
    response = client.get("/healthz")

    assert response.status_code == 200
    assert response.json()["worker"] == "missing"


def test_a_dead_worker_is_noticed_within_half_a_minute():
    heartbeat.Heartbeat(None)._beat()

    assert 0 < heartbeat.broker().ttl(heartbeat.KEY) <= 30


def test_without_the_database_it_answers_503(client, monkeypatch, tmp_path):
    dead = {"host": str(tmp_path), "dbname": "none"}
    monkeypatch.setattr(
        DatabaseWrapper, "get_connection_params", lambda self: dict(dead)
    )

    response = client.get("/healthz")

    assert response.status_code == 503
    assert response.json()["database"] == "down"


def test_without_the_broker_it_answers_503(client, monkeypatch, tmp_path):
    dead = redis.Redis(unix_socket_path=str(tmp_path / "none.sock"))
    monkeypatch.setattr(heartbeat, "broker", lambda: dead)

    response = client.get("/healthz")

    assert response.status_code == 503
    assert (response.json()["broker"], response.json()["worker"]) == ("down", "unknown")
