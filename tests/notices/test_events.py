"""The process that holds the streams of events: the real one, on the real broker, and a real browser before it."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any
from urllib.request import urlopen

import pytest
from django.conf import settings as project
from django.utils import timezone

from salesexpert.ground.bootstrap import end_with_parent
from salesexpert.ground.data_folder import wait_until
from salesexpert.ground.wishes import free_port
from salesexpert.notices import kinds, stream
from salesexpert.notices.actions import notify, read
from salesexpert.notices.kinds import Kind
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)


class Events:
    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/events/"
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "salesexpert.notices.server", "--port", str(self.port)],
            cwd=project.BASE_DIR,
            env={**os.environ, "SECRET_KEY": project.SECRET_KEY, "REDIS_URL": project.REDIS_URL},
            preexec_fn=end_with_parent(),
        )  # fmt: skip
        assert wait_until(lambda: self.health().get("hears"), seconds=60)

    def health(self) -> dict[str, Any]:
        with suppress(OSError), urlopen(f"{self.url}healthz", timeout=5) as answer:
            return json.load(answer)
        return {}

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(timeout=10)

    def memory(self) -> int:
        """Megabytes that are in no file."""
        with open(f"/proc/{self.process.pid}/status") as status:
            found = dict(line.split(":", 1) for line in status)
        return int(found["RssAnon"].split()[0]) // 1024


@pytest.fixture(scope="module")
def running() -> Iterator[Events]:
    events = Events()
    yield events
    if events.process.poll() is None:
        events.kill()


@pytest.fixture
def events(running: Events) -> Events:
    if running.process.poll() is not None:
        running.start()
    return running


@pytest.fixture(autouse=True)
def _kind(monkeypatch):
    monkeypatch.setitem(kinds._declared, "tested", Kind("tested", "Tested", "%(n)s"))


class Listener:
    """One open stream, as a browser reads it."""

    def __init__(self, events: Events, user_id: int, *, token: str = "") -> None:
        token = token or stream.make_token(user_id, secret=project.SECRET_KEY)
        self.connection = http.client.HTTPConnection("127.0.0.1", events.port, timeout=20)  # fmt: skip
        self.connection.request("GET", f"/events/?token={token}")
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        if self.status == 200:
            assert self.next()["event"] == "hello"

    def next(self) -> dict[str, Any]:
        """The next event; an empty one when the stream ended."""
        while line := self.answer.readline():
            if line.startswith(b"data: "):
                return json.loads(line[6:])
        return {}

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


def test_a_notice_reaches_every_page_of_its_person_and_nobody_elses(events):
    anna, boris = UserFactory(), UserFactory()
    first, second = Listener(events, anna.pk), Listener(events, anna.pk)
    other = Listener(events, boris.pk)

    notice = notify(anna, "tested", key="1", words={"n": "a secret"})
    notify(boris, "tested", key="2")
    read(anna, None, at=timezone.now())

    told = {"event": "notice", "data": {"id": notice.pk}}
    assert first.next() == second.next() == told
    assert first.next()["event"] == "read"
    assert other.next()["data"] != told["data"]
    for listener in (first, second, other):
        listener.close()


def test_only_a_fresh_key_of_ours_opens_a_stream(events):
    old = stream.make_token(7, secret=project.SECRET_KEY, at=timezone.now().timestamp() - 61)  # fmt: skip
    foreign = stream.make_token(7, secret="another")
    body, signature = stream.make_token(7, secret=project.SECRET_KEY).split(".")
    other = stream.make_token(8, secret=project.SECRET_KEY).split(".")[0]

    for token in (old, foreign, f"{other}.{signature}", body, "%00", "x" * 5000):
        assert Listener(events, 7, token=token).status == 403


def test_fifty_streams_cost_little_and_one_person_cannot_take_them_all(events):
    before = events.memory()
    people = [Listener(events, 1000 + n) for n in range(50)]
    greedy = [Listener(events, 7) for _ in range(9)]

    assert events.memory() - before < 20
    assert events.health()["streams"] == 58
    assert greedy[0].next() == {}, "the oldest of one person's ninth gives way"
    for listener in (*people, *greedy):
        listener.close()
    assert wait_until(lambda: events.health()["streams"] == 0, seconds=20)


def test_told_to_stop_it_ends_its_streams_and_itself(events):
    listener = Listener(events, 7)

    events.process.send_signal(signal.SIGTERM)

    assert listener.next() == {}
    assert events.process.wait(timeout=5) == 0


def test_notices_float_one_at_a_time_however_many_come(browse, user):
    page = browse(user, "/")
    page.wait_for_selector("#bell[data-state]", state="attached")
    tell = """texts => { document.querySelectorAll('#toasts .toast-se').forEach(t => t.remove());
        new BroadcastChannel('se-notices-' + document.querySelector('#bell').dataset.user).postMessage(
            { event: 'news', data: { unread: texts.length, items: texts.map(text => ({ text, url: '/clients/', page: true })) } }) }"""
    other = page.context.new_page()  # a channel is not heard by whoever speaks
    other.goto(page.url)
    page.bring_to_front()
    for texts in (["Первое", "Второе", "Третье"], ["Четвёртое"]):
        other.evaluate(tell, texts)
        page.wait_for_selector(f".toast-se:has-text('{texts[0] if len(texts) == 1 else 3}')")  # fmt: skip
        assert page.locator("#toasts .toast-se").count() == 1


def test_a_page_toasts_what_comes_and_misses_nothing_while_events_are_dead(
    browse, user, events, settings
):
    settings.EVENTS_URL = events.url
    settings.SECURE_CSP = {
        **settings.SECURE_CSP,
        "connect-src": ["'self'", events.url.removesuffix("/events/")],
    }
    page = browse(user, "/")
    page.wait_for_selector("#bell[data-state=stream]", state="attached")

    notify(user, "tested", key="1", words={"n": "Первое"}, link="/clients/")

    page.wait_for_selector(".toast-se:has-text('Первое')", timeout=5000)
    assert page.inner_text("#bell .nt-count") == "1"
    assert page.faults == []

    second = page.context.new_page()
    second.goto(page.url)
    assert events.health()["streams"] == 1, "one stream for all tabs of a browser"
    notify(user, "tested", key="2", words={"n": "Второе"})
    second.wait_for_selector(".toast-se:has-text('Второе')", timeout=5000)

    events.kill()
    page.wait_for_selector("#bell[data-state=asks]", state="attached")
    notify(user, "tested", key="3", words={"n": "Третье"})
    second.wait_for_selector(".toast-se:has-text('Третье')", timeout=40000)

    events.start()
    page.wait_for_selector("#bell[data-state=stream]", state="attached", timeout=60000)
    page.close()
    second.wait_for_selector("#bell[data-state=stream]", state="attached")

    second.click("#bell summary")
    second.click("#bell-list a:has-text('Первое')")
    second.wait_for_url("**/clients/")
    assert second.inner_text("#bell .nt-count") == "2"
