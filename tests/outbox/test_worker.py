"""Real processes on the test database and broker, killed in the middle of their deliveries."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings as project
from django.db import connection
from django.utils import timezone

from clients.models import Activity
from mailing import sending
from salesexpert.outbox import actions, delivery, tasks
from salesexpert.outbox.choices import LetterStatus
from salesexpert.outbox.models import Letter
from tests.factories import UserFactory
from tests.outbox import mailed

QUEUE = f"test-outbox-{os.getpid()}"
pytestmark = pytest.mark.django_db(transaction=True)


class Forked:
    """A process of the product without the seconds that one takes to start; it works until it is killed."""

    def __init__(self, work: Callable[[], object]) -> None:
        # The parent's connection stays the parent's: nobody may close it in the child.
        kept, connection.connection = connection.connection, None
        self.pid = os.fork()
        if not self.pid:
            try:
                os.setsid()
                work()
            finally:
                os._exit(1)
        connection.connection = kept
        self._end = os.pidfd_open(self.pid)
        self._is_over = False

    def wait(self, seconds: float) -> None:
        if not self._is_over:
            if not select.select([self._end], [], [], seconds)[0]:
                raise subprocess.TimeoutExpired("a forked process", seconds)
            self._is_over = True
            os.waitpid(self.pid, 0)
            os.close(self._end)


def keep_sending() -> None:
    """A worker without its broker: it takes what is due until there is no more, and waits to be killed."""
    while delivery.deliver_due(None):
        pass
    signal.pause()


@pytest.fixture
def environment(mail_server, tmp_path) -> dict[str, str]:
    """That of a process on the base of the tests, which sends to the mail server of the tests."""
    database = connection.settings_dict
    host = database["HOST"] or "localhost"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgresql:///{database['NAME']}?host={host}&user={database['USER']}",
        "SMTP_URL": f"smtp://127.0.0.1:{mail_server.port}",
        "SECRET_KEY": "only-for-tests",
        "DJANGO_SETTINGS_MODULE": "salesexpert.settings",
        "SALESEXPERT_DATA": str(tmp_path),
    }
    if database["PASSWORD"]:
        environment["PGPASSWORD"] = database["PASSWORD"]
    if database["PORT"]:
        environment["PGPORT"] = str(database["PORT"])
    return environment


@pytest.fixture
def worker(mail_server, environment) -> Iterator[Callable[[], subprocess.Popen]]:
    """`worker()` starts a worker of our own queue; what still runs at the end is killed."""
    started: list[subprocess.Popen] = []

    def start() -> subprocess.Popen:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "-A", "salesexpert", "worker"),
                *("--concurrency", "1", "--queues", QUEUE, "--without-gossip"),
                *("--without-mingle", "--without-heartbeat", "--loglevel", "ERROR"),
            ],
            env=environment,
            cwd=project.BASE_DIR,
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    mail_server.release.set()
    for process in started:
        kill(process)
    with tasks.deliver_letter.app.connection_for_write() as broker:
        broker.default_channel.queue_purge(QUEUE)


def kill(process: subprocess.Popen | Forked) -> None:
    """The whole group at once, as when the machine goes down."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait(30)


def ring(letter: Letter) -> None:
    tasks.deliver_letter.apply_async(kwargs={"letter_id": letter.pk}, queue=QUEUE)


def wait_for(what: Callable[[], bool], process: subprocess.Popen | Forked, seconds: float = 120) -> None:  # fmt: skip
    """Ask until it is so; between the questions only the worker's end is waited for."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "nothing came of it"
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            raise AssertionError("the worker is gone")


def test_a_worker_killed_before_the_letter_was_handed_over_costs_nothing(
    queue, worker, mail_server
):
    letter = queue()
    mail_server.hold = "RCPT"
    first = Forked(lambda: delivery.deliver(letter.pk))
    assert mail_server.held.wait(120)
    kill(first)
    mail_server.hold = ""
    mail_server.release.set()

    actions.settle_abandoned(at=timezone.now() + timedelta(hours=1))
    Letter.objects.update(attempt_at=timezone.now())
    # A real one, with its broker.
    second = worker()
    ring(letter)
    wait_for(lambda: Letter.objects.get().status == LetterStatus.SENT, second)

    ring(letter)  # one doorbell too many
    ring(other := queue(to="second@obrazec.example"))
    wait_for(
        lambda: Letter.objects.get(pk=other.pk).status == LetterStatus.SENT, second
    )
    assert mail_server.recipients == [
        "client@obrazec.example",
        "second@obrazec.example",
    ]


def test_a_mailing_reaches_everyone_though_its_senders_are_killed_and_its_page_tells_the_truth(
    mail_server, sign_in
):
    """The proof of tests/outbox/proof.py in small: 150 letters, two processes killed with -9."""
    author = UserFactory(preset="head_of_marketing")
    http = sign_in(author)
    mailing = mailed.begun(150, by=author)
    sending.run(mailing.pk)

    def look() -> int:
        """Letters sent, as the page says: it never runs ahead of the mail server, and its figures always add up."""
        says = mailed.told(http, mailing)
        assert says.figures["sent"] <= len(set(mail_server.recipients))
        assert says.total == 150
        return says.figures["sent"]

    def watched(letters: int, sender: Forked) -> None:
        wait_for(lambda: len(mail_server.recipients) >= letters, sender)
        look()

    for until in ((15, 40), (70, 100)):
        sender = Forked(keep_sending)
        try:
            for letters in until:
                watched(letters, sender)
        finally:
            kill(sender)
        assert look() < 150
        actions.settle_abandoned(at=timezone.now() + timedelta(hours=1))
        Letter.objects.filter(status="queued").update(attempt_at=timezone.now())
    while delivery.deliver_due(None):  # the one that lives
        look()
    sending.run(mailing.pk)

    got = mail_server.recipients
    assert set(got) == {f"c{number}@obrazec.example" for number in range(150)}
    assert len(got) - 150 <= 2
    mailing.refresh_from_db()
    assert (look(), mailing.state) == (150, "done")
    assert Activity.objects.filter(kind__code="email").count() == 150
