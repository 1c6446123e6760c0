"""Listening to exchanges that we connect to ourselves: one thread for each, which connects again whenever it is cut off.

What was told while nobody listened is lost, and so are the ends of those calls: `actions.calls.end_forgotten` ends them.
Two listeners at once do no harm: what is told twice is taken once.
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from salesexpert.audit.acting import acting
from salesexpert.telephony.actions import calls
from salesexpert.telephony.actions.faults import note_fault
from salesexpert.telephony.choices import Refusal
from salesexpert.telephony.models import Connection
from salesexpert.telephony.providers import ALL, ami

logger = structlog.get_logger(__name__)
CONNECT_SECONDS, PING_SECONDS, LOOK_SECONDS = 10.0, 20.0, 10.0
LONGEST_WAIT = 30.0


class CutOff(Exception):
    """The exchange does not answer, or does not let us in; the text says which."""


def wanted() -> dict[int, Connection]:
    """Exchanges to be listened to."""
    codes = [provider.code for provider in ALL.values() if provider.listens]
    rows = Connection.objects.filter(provider__in=codes, retired_at=None)
    return {connection.pk: connection for connection in rows}


class Listener(threading.Thread):
    """One exchange: connect, sign in, take what it tells; again after a growing wait when it is cut off."""

    def __init__(self, connection: Connection, *, wait: float = 1.0) -> None:
        super().__init__(name=f"exchange-{connection.pk}", daemon=True)
        self.connection = connection
        self.told = dict(connection.credentials)
        self._first_wait, self._ending = wait, threading.Event()
        self._socket: socket.socket | None = None

    def stop(self) -> None:
        self._ending.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def run(self) -> None:
        wait = self._first_wait
        try:
            while not self._ending.is_set():
                try:
                    for _message in self._listen():
                        wait = self._first_wait
                except (OSError, ValueError, CutOff) as error:
                    if self._ending.is_set():  # we hung up ourselves
                        break
                    self._tell(str(error) or type(error).__name__)
                except DatabaseError:
                    # The base is away for a moment; the exchange goes on telling, to nobody.
                    logger.warning("calls_not_taken", exchange=self.connection.pk)
                finally:
                    close_old_connections()
                self._ending.wait(wait)
                wait = min(wait * 2, LONGEST_WAIT)
        finally:
            connections.close_all()

    def _listen(self) -> Iterator[ami.Message]:
        """Messages one by one, each taken in before it is given. Raises CutOff, OSError."""
        address = (str(self.told.get("host", "")), int(self.told.get("port") or 5038))
        with socket.create_connection(address, timeout=CONNECT_SECONDS) as line:
            self._socket = line
            line.settimeout(PING_SECONDS)
            reader, signed_in, pinged = ami.Reader(), False, False
            line.sendall(ami.login(self.told))
            while not self._ending.is_set():
                try:
                    data = line.recv(65_536)
                except TimeoutError:
                    if pinged or not signed_in:
                        raise CutOff("the exchange is silent") from None
                    line.sendall(ami.PING)
                    pinged = True
                    continue
                if not data:
                    raise CutOff("the exchange closed the connection")
                pinged, at = False, timezone.now()
                for message in reader.feed(data):
                    if message.get("actionid") == "login":
                        self._welcomed(message, at)
                        signed_in = True
                    self._take(message, at)
                    yield message

    def _welcomed(self, message: ami.Message, at: datetime) -> None:
        if message.get("response", "").lower() != "success":
            why = message.get("message", "the user or the password is wrong")
            note_fault(self.connection, Refusal.LINE, why, at=at)
            raise CutOff(why)
        self._mine().update(linked_at=at, trouble="")

    def _take(self, message: ami.Message, at: datetime) -> None:
        events = ami.events_of(message, at=at)
        if not events:
            return
        close_old_connections()
        with acting(task="telephony.listen"):
            calls.take(self.connection, events, at=at)

    def _tell(self, why: str) -> None:
        logger.warning("exchange_cut_off", exchange=self.connection.pk, why=why)
        with suppress(DatabaseError):
            self._mine().update(trouble=why[:300], linked_at=None)

    def _mine(self) -> Any:
        return Connection.objects.filter(pk=self.connection.pk)


class Switchboard:
    """Keeps a listener for each exchange that is wanted; settings that change are taken up within seconds."""

    def __init__(self, *, wait: float = 1.0) -> None:
        self.listeners: dict[int, Listener] = {}
        self._wait = wait
        self._failed_at: datetime | None = None

    def look(self) -> None:
        try:
            found = wanted()
        except DatabaseError:
            close_old_connections()
            self._failed_at = self._failed_at or timezone.now()
            if timezone.now() - self._failed_at > timedelta(minutes=5):
                raise  # whoever keeps us alive starts us anew
            return
        self._failed_at = None
        for pk, listener in list(self.listeners.items()):
            fresh = found.get(pk)
            if fresh is None or fresh.credentials != listener.told or not listener.is_alive():  # fmt: skip
                listener.stop()
                del self.listeners[pk]
        for pk, connection in found.items():
            if pk not in self.listeners:
                self.listeners[pk] = Listener(connection, wait=self._wait)
                self.listeners[pk].start()

    def stop(self) -> None:
        for listener in self.listeners.values():
            listener.stop()
        for listener in self.listeners.values():
            listener.join(timeout=5)
        self.listeners.clear()
