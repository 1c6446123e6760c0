"""The `events` process: `python -m salesexpert.notices.server [--host H] [--port P]`.

It holds the open streams (server-sent events) of everybody's pages and hands on to each what the broker says of its
person: ids, never words. It knows no Django and no database, so fifty people cost it some megabytes and no web worker.
A page without it asks every half minute instead; nothing is lost by its death, for the page asks for what it missed.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from granian.constants import Interfaces
from granian.server.embed import Server
from redis import asyncio as redis
from redis.exceptions import RedisError

from salesexpert import environment
from salesexpert.notices import stream

type Scope = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Mapping[str, Any]]]
type Send = Callable[[dict[str, Any]], Awaitable[None]]

PATH = "/events/"
# A silent connection is dropped by proxies, and a dead one is only noticed when something is written to it.
BEAT_SECONDS = 15
# A stream ends by itself, and the page opens the next one with a new key: whoever signed out hears no more.
LIFETIME_SECONDS = (240, 360)
STREAMS_OF_ONE_PERSON = 8
STREAMS = 4000
WAITING_EVENTS = 50
# What the streams still get to say when the process is told to stop.
LAST_WORDS_SECONDS = 0.3
END = b""


def event_of(name: str, data: Any) -> bytes:
    return f"data: {json.dumps({'event': name, 'data': data})}\n\n".encode()


class Streams:
    """The open streams, by person."""

    def __init__(self) -> None:
        self._open: dict[int, list[asyncio.Queue[bytes]]] = {}
        self._last: dict[int, int] = {}
        self.count = 0

    def add(self, user: int) -> asyncio.Queue[bytes] | None:
        """A queue of what to tell one page of this person; his oldest stream gives way when he has too many."""
        if self.count >= STREAMS:
            return None
        own = self._open.setdefault(user, [])
        if len(own) >= STREAMS_OF_ONE_PERSON:
            self.remove(user, own[0])
        queue: asyncio.Queue[bytes] = asyncio.Queue(WAITING_EVENTS)
        own.append(queue)
        self.count += 1
        queue.put_nowait(event_of("hello", {"last": self._last.get(user)}))
        return queue

    def remove(self, user: int, queue: asyncio.Queue[bytes]) -> None:
        own = self._open.get(user, [])
        if queue not in own:
            return
        own.remove(queue)
        self.count -= 1
        if not own:
            del self._open[user]
        while queue.full():
            queue.get_nowait()
        queue.put_nowait(END)

    def tell(self, user: int, name: str, data: Any) -> None:
        if name == "notice" and isinstance(data, dict) and "id" in data:
            self._last[user] = data["id"]
        for queue in list(self._open.get(user, ())):
            try:
                queue.put_nowait(event_of(name, data))
            except asyncio.QueueFull:
                # The page does not read: it comes again and asks for what it missed.
                self.remove(user, queue)

    def tell_all(self, name: str) -> None:
        for user in list(self._open):
            self.tell(user, name, {})

    def end_all(self) -> None:
        for user, queues in list(self._open.items()):
            for queue in list(queues):
                self.remove(user, queue)


class Application:
    """The ASGI application: one address with streams, one that says it is alive."""

    def __init__(self, *, secret: str, redis_url: str) -> None:
        self.secret = secret
        self.channel = stream.channel(redis_url)
        self._url = environment.cache_url(redis_url)
        self.streams = Streams()
        self.hears = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        if scope["method"] not in {"GET", "HEAD"}:
            await _answer(send, 405, {"error": "method"})
        elif scope["path"] == f"{PATH}healthz":
            told = {"status": "ok", "streams": self.streams.count, "hears": self.hears}
            await _answer(send, 200, told)
        elif scope["path"] == PATH:
            await self._stream(scope, receive, send)
        else:
            await _answer(send, 404, {"error": "address"})

    async def _stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        token = asked.get("token", [""])[0]
        user = stream.read_token(token, secret=self.secret)
        if user is None:
            await _answer(send, 403, {"error": "token"})
            return
        queue = self.streams.add(user)
        if queue is None:
            await _answer(send, 503, {"error": "full"})
            return
        gone = asyncio.ensure_future(_disconnect(receive))
        try:
            await _begin(send, 200, b"text/event-stream; charset=utf-8")
            await self._send_events(queue, gone, send)
        finally:
            gone.cancel()
            self.streams.remove(user, queue)

    async def _send_events(
        self, queue: asyncio.Queue[bytes], gone: "asyncio.Future[None]", send: Send
    ) -> None:
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + random.uniform(*LIFETIME_SECONDS)
        while loop.time() < ends_at and not gone.done():
            following = asyncio.ensure_future(queue.get())
            either: set[asyncio.Future[Any]] = {following, gone}
            await asyncio.wait(
                either, timeout=BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if following.done():
                said = following.result()
                if said == END:
                    break
            else:
                following.cancel()
                said = b": alive\n\n"
            if not gone.done():
                await send(
                    {"type": "http.response.body", "body": said, "more_body": True}
                )
        if not gone.done():
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def listen(self) -> None:
        """Hand on what the broker says, for ever. After each silence the pages are asked to look for themselves."""
        wait = 0.2
        while True:
            with contextlib.suppress(RedisError, OSError, asyncio.TimeoutError):
                async with redis.Redis.from_url(
                    self._url, socket_connect_timeout=5, health_check_interval=20
                ) as broker:
                    async with broker.pubsub() as heard:
                        await heard.subscribe(self.channel)
                        async for message in heard.listen():
                            wait = 0.2
                            self._hear(message)
            self.hears = False
            await asyncio.sleep(wait)
            wait = min(wait * 2, 5)

    def _hear(self, message: Mapping[str, Any]) -> None:
        if message["type"] == "subscribe":
            self.hears = True
            self.streams.tell_all("sync")
            return
        if message["type"] != "message":
            return
        try:
            told = json.loads(message["data"])
            for user in told["users"]:
                self.streams.tell(user, str(told["event"]), told["data"])
        except (ValueError, TypeError, KeyError):
            print("an event that is none was left aside", file=sys.stderr)


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _begin(send: Send, status: int, kind: bytes) -> None:
    headers = [
        (b"content-type", kind),
        (b"cache-control", b"no-store"),
        # The key in the address is the only credential, and no cookie is read: any origin that has a key may use it.
        (b"access-control-allow-origin", b"*"),
        (b"cross-origin-resource-policy", b"cross-origin"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-accel-buffering", b"no"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _answer(send: Send, status: int, told: Any) -> None:
    await _begin(send, status, b"application/json")
    await send({"type": "http.response.body", "body": json.dumps(told).encode()})


async def serve(application: Application, *, host: str, port: int) -> None:
    server = Server(
        application,
        address=host,
        port=port,
        interface=Interfaces.ASGINL,
        websockets=False,
        log_enabled=False,
    )
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    listening = asyncio.ensure_future(application.listen())
    serving = asyncio.ensure_future(server.serve())
    await asyncio.wait(
        {serving, listening, asyncio.ensure_future(stopping.wait())},
        return_when=asyncio.FIRST_COMPLETED,
    )
    for task in (serving, listening):
        if task.done():
            task.result()  # what cannot be served or heard ends the process with its reason
    application.streams.end_all()
    await asyncio.sleep(LAST_WORDS_SECONDS)
    # Nothing is held that an end in good order would save, and the server's own threads do not outlive the interpreter
    # in peace while a stream is still being written.
    sys.stderr.flush()
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    wanted = parser.parse_args()
    found = environment.services() if "DATABASE_URL" not in os.environ else {}
    secret = os.environ.get("SECRET_KEY") or found.get("secret_key", "")
    if not secret:
        sys.exit("SECRET_KEY is not set: the pages and this process share it.")
    application = Application(secret=secret, redis_url=environment.redis_url())
    asyncio.run(serve(application, host=wanted.host, port=wanted.port))


if __name__ == "__main__":
    main()
