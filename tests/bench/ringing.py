"""From the webhook of an exchange to the popup in the person's hands: through the web server, the base, the broker, the
`events` process and back. What a browser then takes to draw it is its own."""

import contextlib
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.utils import timezone

from clients.models import Phone
from salesexpert.accounts.models import User
from salesexpert.ground.bootstrap import SetupError, end_with_parent
from salesexpert.ground.wishes import free_port
from salesexpert.notices import stream
from salesexpert.telephony.models import Call, Connection, Extension
from salesexpert.telephony.providers.generic import digest
from tests.bench import asking, bases
from tests.bench.pages import SELLER

NAME, AT_MOST_MS, SECRET = "webhook to popup", 300, "only-the-bench"
WARM = 20


@dataclass(frozen=True, slots=True)
class Rung:
    """Milliseconds. `webhook` is its own answer alone."""

    median_ms: float
    p95_ms: float
    webhook_ms: float
    times: int

    def told(self) -> str:
        verdict = "met" if self.p95_ms <= AT_MOST_MS else "**missed**"
        return (
            f"{NAME}: median {self.median_ms:.0f} ms, p95 {self.p95_ms:.0f} ms (p95 at most {AT_MOST_MS} ms: {verdict});"
            f" the webhook is answered in {self.webhook_ms:.0f} ms."
        )


@contextlib.contextmanager
def _events() -> Iterator[int]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "salesexpert.notices.server", "--port", str(port)],
        cwd=bases.ROOT,
        env=os.environ,
        preexec_fn=end_with_parent(signal.SIGTERM),
    )
    try:
        end = time.monotonic() + 30
        while True:
            if process.poll() is not None or time.monotonic() > end:
                raise SetupError("The events process did not start.")
            with contextlib.suppress(OSError, ValueError, ConnectionError):
                answer = asking.Line(port).ask("/events/healthz")
                if json.loads(answer.body)["hears"]:
                    break
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.1)  # it ends at once when it cannot start
        yield port
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)


def measured(port: int, cookies: dict[str, str], *, times: int) -> Rung:
    """Ring `times` at the seller with numbers of his clients, each call a new one."""
    seller = User.objects.get(username=SELLER)
    numbers = list(
        Phone.objects.filter(client__curator=seller, client__bin=None)
        .exclude(e164="")
        .order_by("pk")
        .values_list("e164", flat=True)[:50]
    )
    exchange, _made = Connection.objects.update_or_create(
        key="bench",
        defaults={
            "name": "Bench",
            "provider": "generic",
            "credentials": {"secret_digest": digest(SECRET)},
            "made_at": timezone.now(),
        },
    )
    Extension.objects.update_or_create(connection=exchange, number="900", defaults={"user": seller})  # fmt: skip
    hook, page = asking.Line(port), asking.Line(port, cookies)
    taken: list[float] = []
    answered: list[float] = []
    with _events() as events:
        heard = http.client.HTTPConnection("127.0.0.1", events, timeout=20)
        token = stream.make_token(seller.pk, secret=settings.SECRET_KEY)
        heard.request("GET", f"/events/?token={token}")
        told = heard.getresponse()
        _next(told)
        for n in range(WARM + times):
            event = {"call": f"bench-{os.getpid()}-{n}", "state": "ringing", "extension": "900", "direction": "in", "number": numbers[n % len(numbers)]}  # fmt: skip
            request = _posted(port, exchange.key, event)
            began = time.perf_counter()
            status, _head, body = hook.send(request)
            middle = time.perf_counter()
            if status != 200:
                raise RuntimeError(f"The webhook was answered {status}: {body[:200]!r}")
            said = _next(told)
            popup = page.ask(f"/calls/{said['data']['id']}/popup/", HX_Request="true")
            ended = time.perf_counter()
            if popup.status != 200 or b"data-call" not in popup.body:
                raise RuntimeError(f"The popup was answered {popup.status}.")
            if n >= WARM:
                taken.append((ended - began) * 1000)
                answered.append((middle - began) * 1000)
        told.close()
        heard.close()
    hook.close()
    page.close()
    Call.objects.filter(connection=exchange).delete()
    return Rung(
        statistics.median(taken),
        sorted(taken)[int(len(taken) * 0.95) - 1],
        statistics.median(answered),
        len(taken),
    )


def _next(told: http.client.HTTPResponse) -> dict:
    while line := told.readline():
        if line.startswith(b"data: "):
            said = json.loads(line[6:])
            if said["event"] in ("hello", "call"):
                return said
    raise RuntimeError("The stream of events ended.")


def _posted(port: int, key: str, event: dict[str, str]) -> bytes:
    body = json.dumps(event).encode()
    return (
        f"POST /telephony/hooks/{key}/ HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body
