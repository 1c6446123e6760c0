import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest
from django.conf import settings as project

from tests.factories import UserFactory

HTML = "<h1>Привет</h1><script>parent.document.title = 'x'</script>"


@pytest.fixture
def catcher(tmp_path):
    """A running `catch_mail`: its process, port and folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folder = tmp_path / "письма 1"
    process = subprocess.Popen(
        [
            *(sys.executable, "manage.py", "catch_mail"),
            *("--port", str(port), "--folder", str(folder)),
        ],
        cwd=project.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "SECRET_KEY": "only-for-tests"},
    )
    assert process.stdout is not None
    assert "Catching letters" in process.stdout.readline()
    yield process, port, folder
    process.kill()
    process.wait()


def a_letter(**headers):
    message = EmailMessage()
    message["From"] = "we@obrazec.example"
    message["To"] = "client@obrazec.example"
    message["Subject"] = "Счёт № 17"
    message.set_content("Текст")
    message.add_alternative(HTML, subtype="html")
    message.add_attachment(
        b"<b>1</b>", maintype="text", subtype="html", filename="Счёт.html"
    )
    return message


@pytest.mark.django_db
def test_a_caught_letter_can_be_read_and_does_nothing(catcher, sign_in, settings):
    process, port, folder = catcher
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as smtp:
        smtp.send_message(a_letter())
    settings.MAIL_CATCHER_DIR = str(folder)
    http = sign_in(UserFactory(preset="director"))

    (name,) = [path.stem for path in folder.iterdir()]
    assert "Счёт № 17" in http.get("/settings/caught-letters/").content.decode()
    one = http.get(f"/settings/caught-letters/{name}/").content.decode()
    assert "sandbox" in one and "<script>parent" not in one and "Счёт.html" in one
    inside = http.get(f"/settings/caught-letters/{name}/html/")
    assert "<h1>Привет</h1>" in inside.content.decode()
    policy = inside.headers["Content-Security-Policy"]
    assert "sandbox" in policy and "default-src 'none'" in policy
    assert "script-src" not in policy and "allow-" not in policy
    assert inside.headers["X-Frame-Options"] == "SAMEORIGIN"
    file = http.get(f"/settings/caught-letters/{name}/files/1/")
    assert file.content == b"<b>1</b>"
    assert file.headers["Content-Type"] == "application/octet-stream"
    assert file.headers["Content-Disposition"].startswith("attachment")
    for wrong in (2, 0, 10**30):
        path = f"/settings/caught-letters/{name}/files/{wrong}/"
        assert http.get(path).status_code == 404
    stops_when_told(process, port, signal.SIGINT)


def stops_when_told(process, port, sign):
    """Even with a sender on the line."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.recv(100)
        process.send_signal(sign)
        began = time.monotonic()
        assert process.wait(30) == 0
        assert time.monotonic() - began < 20


def test_the_catcher_stops_when_told_even_with_a_sender_on_the_line(catcher):
    process, port, _folder = catcher
    stops_when_told(process, port, signal.SIGTERM)


@pytest.mark.django_db
def test_no_address_names_another_file(sign_in, settings, tmp_path):
    folder = tmp_path / "mail"
    folder.mkdir()
    (tmp_path / "secret.eml").write_text("Subject: secret\r\n\r\nsecret")
    (folder / "other.eml").write_text("Subject: secret\r\n\r\nsecret")
    settings.MAIL_CATCHER_DIR = str(folder)
    http = sign_in(UserFactory(preset="director"))

    for name in ("..%2Fsecret", "%2e%2e%2fsecret", "other", "%00", "../secret", "."):
        answer = http.get(f"/settings/caught-letters/{name}/")
        assert answer.status_code in {301, 404}, name
    assert "secret" not in http.get("/settings/caught-letters/").content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nbroken",
        b"Subject: =?utf-8?b?!!!?=\r\nFrom: <<>>;;@\r\nContent-Type: text/html; charset=nothing\r\n\r\n<p>\xff",
        b"Content-Type: multipart/related\r\n\r\nno parts",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: a\r\n\r\nb\r\n--x--",
        b"Content-Transfer-Encoding: base64\r\n\r\n\xff\xff===",
    ],
)
def test_a_letter_made_wrongly_does_not_break_the_page(
    sign_in, settings, tmp_path, raw
):
    name = "20261122T101530123456-1a2b3c4d5e6f"
    (tmp_path / f"{name}.eml").write_bytes(raw)
    settings.MAIL_CATCHER_DIR = str(tmp_path)
    http = sign_in(UserFactory(preset="director"))

    for path in ("", f"{name}/", f"{name}/html/"):
        assert http.get(f"/settings/caught-letters/{path}").status_code == 200


@pytest.mark.django_db
def test_without_a_catcher_there_is_no_such_page(sign_in, settings):
    settings.MAIL_CATCHER_DIR = ""
    http = sign_in(UserFactory(preset="director"))
    assert http.get("/settings/caught-letters/").status_code == 404
