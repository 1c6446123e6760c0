"""What the environment asks of `make run`, and a port to do it at."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from salesexpert import environment
from salesexpert.ground.bootstrap import SetupError

DEMO_SCALES = ("tiny", "small", "medium", "large")


@dataclass(frozen=True)
class Wishes:
    """What the environment asks of `make run`."""

    port: int
    demo: str
    data: Path
    database_url: str
    redis_url: str

    @classmethod
    def read(cls, env: Mapping[str, str]) -> Wishes:
        """Raises SetupError with the sentence that mends a wrong value."""
        written = env.get("PORT") or "8000"
        if (
            not written.isascii()
            or not written.isdigit()
            or not 1 <= int(written) <= 65535
        ):
            raise SetupError(
                f"PORT is “{written}”: it must be a number from 1 to 65535."
            )
        demo = env.get("DEMO") or "small"
        if demo not in (*DEMO_SCALES, "0"):
            scales = ", ".join(DEMO_SCALES)
            raise SetupError(
                f"DEMO is “{demo}”: it must be {scales}, or 0 for an empty company."
            )
        external = bool(env.get("DATABASE_URL"))
        debug = environment.flag("DEBUG", default=False)
        if external and not debug:
            if env.get("DEMO") and demo != "0":
                raise SetupError(
                    "The demo logins have a known password, so they are not loaded into the "
                    "database of DATABASE_URL: leave DEMO out, or set DEBUG=1 on a machine "
                    "that nobody else reaches."
                )
            demo = "0"
        return cls(
            port=int(written),
            demo=demo,
            data=environment.data_folder(),
            database_url=env.get("DATABASE_URL", ""),
            redis_url=env.get("REDIS_URL", ""),
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


def check_port(port: int) -> None:
    """Raises SetupError where nothing can listen on `port`, naming one that is free."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError as error:
            raise SetupError(
                f"Only root may use port {port}: choose a higher one, make run PORT=8000."
            ) from error
        except OSError as error:
            raise SetupError(
                f"Port {port} is taken by another program: choose another one, "
                f"make run PORT={free_port(after=port)}."
            ) from error


def free_port(*, after: int = 0) -> int:
    """A port that nothing listens on now: the next one after `after`, or any."""
    candidates = range(after + 1, min(after + 200, 65536)) if after else ()
    for port in (*candidates, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            free: int = probe.getsockname()[1]
            return free
    raise SetupError("No free port was found.")
