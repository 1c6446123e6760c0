"""What each exchange says, in our words; and an Asterisk that we listen to, cut off in the middle."""

import json
import socket
import threading
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.test import Client as HttpClient
from django.utils import timezone

from clients.models import Activity
from salesexpert.ground.data_folder import wait_until
from salesexpert.telephony import dialling
from salesexpert.telephony.events import Event, State, Way
from salesexpert.telephony.listening import Switchboard
from salesexpert.telephony.models import Call, Connection, Extension
from salesexpert.telephony.numbers import e164
from salesexpert.telephony.providers import ami
from salesexpert.telephony.providers.mango import sign

KEY, SALT = "api-key", "salt"


@pytest.mark.parametrize(
    "came", ["74951234567", "84951234567", "+7 (495) 123-45-67", "4951234567", "sip:84951234567@pbx.example", "1234567"]
)  # fmt: skip
def test_a_number_is_folded_however_the_exchange_sends_it(came):
    assert e164(came, city_code="495") == "+74951234567"


@pytest.mark.parametrize("came", ["", "<unknown>", "anonymous", "101", None, "😀", "8495\x00"])  # fmt: skip
def test_what_is_no_number_is_none(came):
    assert e164(came) == ""


def test_what_is_dialled_abroad_keeps_its_country():
    assert e164("493012345678") == "+493012345678"


# ── Mango Office ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def mango(exchange):
    exchange.provider = "mango"
    exchange.credentials = {"api_key": KEY, "salt": SALT}
    exchange.save()

    def told(kind: str, salt: str = SALT, **said: object) -> int:
        text = json.dumps({"entry_id": "e1", **said})
        form = {"vpbx_api_key": KEY, "sign": sign(KEY, text, salt), "json": text}
        path = f"/telephony/hooks/office/events/{kind}"
        return HttpClient().post(path, urlencode(form), content_type="application/x-www-form-urlencoded").status_code  # fmt: skip

    return told


@pytest.mark.django_db
def test_mango_tells_of_a_talk_out_of_order(mango, user, firm):
    at = int(timezone.now().timestamp()) - 100
    leg = {"call_id": "l1", "locaton": "abonent", "from": {"number": "74951234567"}, "to": {"extension": "101", "line_number": "78001234567"}}  # fmt: skip

    assert mango("call", salt="other", **leg, call_state="Appeared", seq=1) == 401
    assert mango("call", **leg, call_state="Connected", seq=2, timestamp=at + 6) == 200
    mango("call", call_id="ivr", location="ivr", call_state="Connected", seq=1, timestamp=at, **{"from": {"number": "74951234567"}})  # fmt: skip
    mango("call", **leg, call_state="Appeared", seq=1, timestamp=at + 2)
    assert Call.objects.get().state == "talking"
    mango("call", **leg, call_state="Disconnected", seq=3, timestamp=at + 66)
    summary = {"call_direction": 1, "from": {"number": "74951234567"}, "to": {"extension": "101"}, "create_time": at, "talk_time": at + 6, "end_time": at + 66}  # fmt: skip
    mango("summary", **summary)
    mango("summary", **summary)
    assert mango("sms", text="x") == 200

    call = Call.objects.get()
    assert (call.outcome, call.talk_seconds, call.user, call.direction) == ("talked", 60, user, "in")  # fmt: skip
    assert Activity.objects.get().client == firm


@pytest.mark.django_db
def test_mango_tells_only_that_a_call_was_missed(mango, user, firm):
    at = int(timezone.now().timestamp()) - 100
    mango("summary", call_direction=1, create_time=at, talk_time=0, end_time=at + 20, to={"extension": "101"}, **{"from": {"number": "74951234567"}})  # fmt: skip

    assert Activity.objects.get().performer == user
    assert Call.objects.get().outcome == "missed"


# ── calling back ─────────────────────────────────────────────────────────────────────────────────────────────────────


class Exchange:
    """A server of ours that plays an exchange: for each connection a talk by the given function."""

    def __init__(self, play):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port, self.play = self.server.getsockname()[1], play
        self.heard: list[bytes] = []
        self.lines = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with suppress(OSError):
            while True:
                line, _ = self.server.accept()
                self.lines += 1
                with line, suppress(OSError):
                    self.heard.append(line.recv(65_536))
                    self.play(self, line)

    def close(self):
        self.server.close()


@pytest.mark.django_db
def test_a_click_on_a_number_makes_the_exchange_call(http, user, mango):
    answers = iter([b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"])  # fmt: skip

    def play(self, line):
        if self.heard[-1].endswith(b"\r\n\r\n"):  # the body comes by itself
            self.heard[-1] += line.recv(65_536)
        line.sendall(next(answers))

    exchange = Exchange(play)
    connection = Connection.objects.get()
    connection.credentials |= {"api_url": f"http://127.0.0.1:{exchange.port}/vpbx/"}
    connection.save()

    assert http.get("/calls/current/").json() == {"calls": [], "has": True, "dials": True}  # fmt: skip
    assert http.post("/calls/dial/", {"number": "кто-то"}).status_code == 422
    extension, number = dialling.asked(user, "8 916 000-00-01")
    assert dialling.call(extension.pk, number, at=timezone.now()) is True
    assert dialling.call(extension.pk, number, at=timezone.now()) is False
    exchange.close()

    head, _, body = exchange.heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /vpbx/commands/callback")
    assert b"79160000001" in body and b"sign=" in body and SALT.encode() not in body
    assert user.notices.get().kind == "callback"


# ── Asterisk ─────────────────────────────────────────────────────────────────────────────────────────────────────────

DIAL = {"Event": "DialBegin", "Channel": "PJSIP/trunk-01", "CallerIDNum": "84951234567", "Exten": "74950000000", "Uniqueid": "1.1", "Linkedid": "1.1", "DestChannel": "PJSIP/101-02", "DestUniqueid": "1.2"}  # fmt: skip


def test_asterisk_messages_become_events_whatever_way_they_are_cut():
    reader, at = ami.Reader(), datetime(2026, 11, 22, tzinfo=UTC)
    said = b"Asterisk Call Manager/9.0.0\r\n" + ami.written(**DIAL) + b"Event: Hang"
    said += b"up\r\nUniqueid: 1.1\r\nLinkedid: 1.1\r\n\r\n\xff\xfe: x\r\n\r\n"
    messages = [m for byte in said for m in reader.feed(bytes([byte]))]

    events = [e for m in messages for e in ami.events_of(m, at=at)]

    assert events == [
        Event("1.1", State.RINGING, at, leg="1.2", way=Way.IN, number="84951234567", line="74950000000", extension="101"),
        Event("1.1", State.ENDED, at),
    ]  # fmt: skip


def test_asterisk_tells_outgoing_inner_and_queued_calls_apart():
    at = datetime(2026, 11, 22, tzinfo=UTC)

    def told(**more: str) -> Event:
        message = {k.lower(): v for k, v in {**DIAL, **more}.items()}
        return ami.events_of(message, at=at)[0]

    out = told(Channel="PJSIP/101-1", CallerIDNum="101", DestChannel="PJSIP/trunk-2", DialString="trunk/84951234567")  # fmt: skip
    assert (out.way, out.number, out.extension, out.leg) == (Way.OUT, "84951234567", "101", "1.1")  # fmt: skip
    assert told(Channel="PJSIP/102-1", CallerIDNum="102").way == Way.INNER
    queued = told(Channel="Local/101@from-queue-1;2")
    assert (queued.way, queued.extension, queued.number) == (Way.IN, "101", "84951234567")  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_an_asterisk_is_listened_to_and_connected_to_again_when_it_is_cut_off(user, firm):  # fmt: skip
    def play(self, line):
        if b"Secret: right" not in self.heard[-1]:
            line.sendall(b"Response: Error\r\nActionID: login\r\nMessage: Authentication failed\r\n\r\n")  # fmt: skip
            return
        line.sendall(b"Asterisk Call Manager/9.0.0\r\nResponse: Success\r\nActionID: login\r\n\r\n")  # fmt: skip
        if self.lines == 2:
            line.sendall(ami.written(**DIAL) + b"Event: Dial")  # cut off in the middle
            return
        line.sendall(ami.written(**{**DIAL, "Event": "DialEnd", "DialStatus": "ANSWER"}))  # fmt: skip
        line.sendall(ami.written(Event="Hangup", Uniqueid="1.1", Linkedid="1.1"))
        line.recv(10)

    exchange = Exchange(play)
    connection = Connection.objects.create(name="Asterisk", provider="ami", key="ami", credentials={"host": "127.0.0.1", "port": str(exchange.port), "user": "crm", "password": "wrong"}, made_at=timezone.now())  # fmt: skip
    Extension.objects.create(connection=connection, number="101", user=user)
    board = Switchboard(wait=0.05)
    try:
        board.look()
        assert wait_until(lambda: Connection.objects.get().trouble == "Authentication failed", seconds=20)  # fmt: skip
        board.stop()
        exchange.lines = 1
        Connection.objects.update(credentials={**connection.credentials, "password": "right"})  # fmt: skip
        board.look()
        assert wait_until(
            lambda: Call.objects.filter(state="over").exists(), seconds=20
        )
    finally:
        board.stop()
        exchange.close()

    call = Call.objects.get()
    assert (call.outcome, call.user, call.client) == ("talked", user, firm)
    assert Activity.objects.get().summary == ""
    assert Connection.objects.get().trouble == "" and exchange.lines >= 3
