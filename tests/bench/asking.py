"""Asking pages over kept connections, and what the answers took."""

import socket
import statistics
import threading
from dataclasses import dataclass
from time import perf_counter
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    cookies: dict[str, str]
    body: bytes


class Line:
    """One kept HTTP/1.1 connection. A bare socket: a client library would weigh half as much as the page it asks.

    `others` are the cookies of further persons by their names, who may ask over it too.
    """

    def __init__(
        self,
        port: int,
        cookies: dict[str, str] | None = None,
        others: dict[str, dict[str, str]] | None = None,
    ) -> None:
        self.port = port
        self.cookies = dict(cookies or {})
        self.others = others or {}
        self._socket: socket.socket | None = None
        self._left = b""

    def _connected(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(
                ("127.0.0.1", self.port), timeout=60
            )
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._left = b""
        return self._socket

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def prepare(
        self,
        path: str,
        form: dict[str, str] | None = None,
        *,
        person: str = "",
        **headers: str,
    ) -> bytes:
        """The bytes of a request: GET, or POST of `form` with the CSRF token that the cookie holds."""
        cookies = self.others.get(person, self.cookies)
        lines = [
            f"Host: 127.0.0.1:{self.port}",
            "Cookie: " + "; ".join(f"{k}={v}" for k, v in cookies.items()),
        ]
        lines += [
            f"{name.replace('_', '-')}: {value}" for name, value in headers.items()
        ]
        body = b""
        if form is not None:
            body = urlencode(
                {"csrfmiddlewaretoken": cookies.get("csrftoken", ""), **form}
            ).encode()
            lines += [
                "Content-Type: application/x-www-form-urlencoded",
                f"Content-Length: {len(body)}",
            ]
            lines.append(f"Referer: http://127.0.0.1:{self.port}/")
        verb = "GET" if form is None else "POST"
        return (
            f"{verb} {path} HTTP/1.1\r\n".encode()
            + "\r\n".join(lines).encode()
            + b"\r\n\r\n"
            + body
        )

    def send(self, request: bytes) -> tuple[int, bytes, bytes]:
        """Status, head and body of the answer. One new connection is tried when the server closed the old one."""
        for attempt in (0, 1):
            try:
                self._connected().sendall(request)
                return self._receive()
            except (ConnectionError, TimeoutError):
                self.close()
                if attempt:
                    raise
        raise ConnectionError("no answer")

    def _more(self) -> bytes:
        received = self._connected().recv(262_144)
        if not received:
            raise ConnectionError("the server closed the connection")
        return received

    def _receive(self) -> tuple[int, bytes, bytes]:
        data = self._left
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head, data = data[:end], data[end + 4 :]
        lower = head.lower()
        status = int(head[9:12])
        if status in (204, 304):
            body, self._left = b"", data
        elif (at := lower.find(b"\r\ncontent-length:")) >= 0:
            length = int(lower[at + 17 :].split(b"\r\n", 1)[0])
            parts, have = [data], len(data)
            while have < length:
                parts.append(self._more())
                have += len(parts[-1])
            data = b"".join(parts)
            body, self._left = data[:length], data[length:]
        else:
            body, self._left = self._chunks(data)
        return status, head, body

    def _chunks(self, data: bytes) -> tuple[bytes, bytes]:
        parts = []
        while True:
            while (end := data.find(b"\r\n")) < 0:
                data += self._more()
            size = int(data[:end].split(b";")[0], 16)
            while len(data) < end + 2 + size + 2:
                data += self._more()
            parts.append(data[end + 2 : end + 2 + size])
            data = data[end + 4 + size :]
            if not size:
                return b"".join(parts), data

    def ask(
        self,
        path: str,
        form: dict[str, str] | None = None,
        *,
        person: str = "",
        **headers: str,
    ) -> Answer:
        """Ask once and keep the cookies, as a browser would."""
        request = self.prepare(path, form, person=person, **headers)
        status, head, body = self.send(request)
        named: dict[str, str] = {}
        cookies: dict[str, str] = {}
        for line in head.decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(":")
            if name.lower() == "set-cookie":
                key, _, rest = value.strip().partition("=")
                cookies[key] = rest.split(";")[0].strip('"')
            else:
                named[name.lower()] = value.strip()
        self.others.get(person, self.cookies).update(cookies)
        return Answer(status, named, cookies, body)


@dataclass(frozen=True, slots=True)
class Times:
    """What one page and, between its requests, the floor took in one round; milliseconds."""

    page: list[float]
    floor: list[float]

    @property
    def median(self) -> float:
        return statistics.median(self.page)

    @property
    def p95(self) -> float:
        return _p95(self.page)

    @property
    def floor_median(self) -> float:
        return statistics.median(self.floor)

    @property
    def multiple(self) -> float:
        return self.median / self.floor_median

    @property
    def multiple_p95(self) -> float:
        """p95 as a multiple of the floor's median, as the targets are written."""
        return self.p95 / self.floor_median


def _p95(values: list[float]) -> float:
    return sorted(values)[max(0, int(len(values) * 0.95) - 1)]


def alternate(
    lines: list[Line],
    page: list[bytes],
    floor: list[bytes],
    *,
    times: int,
    expect: set[int],
) -> Times:
    """Ask page and floor in turn, `times` each, shared among the connections, which work at once.

    In turn, so that whatever else the machine does falls on both. Raises RuntimeError for an answer not in `expect`.
    """
    taken: list[tuple[list[float], list[float]]] = [([], []) for _ in lines]
    failures: list[str] = []

    def work(number: int) -> None:
        line, (mine, floors) = lines[number], taken[number]
        try:
            for turn in range(number, times, len(lines)):
                for request, into, fine in (
                    (floor[turn % len(floor)], floors, {200}),
                    (page[turn % len(page)], mine, expect),
                ):
                    started = perf_counter()
                    status, _, body = line.send(request)
                    into.append((perf_counter() - started) * 1000)
                    if status not in fine:
                        raise RuntimeError(
                            f"{request[:120]!r} was answered {status}: {body[:200]!r}"
                        )
        except Exception as error:  # noqa: BLE001  (handed to the caller's thread)
            failures.append(str(error))

    threads = [
        threading.Thread(target=work, args=(number,)) for number in range(len(lines))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise RuntimeError(failures[0])
    return Times(
        page=[value for mine, _ in taken for value in mine],
        floor=[value for _, floors in taken for value in floors],
    )


def in_turn(lines: list[Line], asked: list[list[bytes]]) -> tuple[float, ...]:
    """Median milliseconds of each line's requests, asked one of each in turn; whatever is answered counts."""
    taken: list[list[float]] = [[] for _ in lines]
    for together in zip(*asked, strict=True):
        for line, request, into in zip(lines, together, taken, strict=True):
            started = perf_counter()
            line.send(request)
            into.append((perf_counter() - started) * 1000)
    return tuple(statistics.median(values) for values in taken)
