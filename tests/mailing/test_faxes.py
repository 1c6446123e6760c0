"""Faxes by both lines: a service that takes letters, and HylaFAX with its real client program."""

import os
import shutil
import socket
import subprocess
from datetime import time, timedelta
from pathlib import Path
from time import sleep

import pytest
from django.utils import timezone

from deals.papers.pdf import make_pdf
from mailing.actions import fax_lines, faxes
from mailing.faxing import gateway, hylafax
from mailing.faxing.base import written
from mailing.models import Fax, FaxLine, Incoming, MailTemplate
from salesexpert.outbox import delivery
from salesexpert.outbox.models import Letter
from tests.factories import UserFactory
from tests.mailing import fax_modem, hylafax_server
from tests.mailing.fax_modem import FaxModem
from tests.outbox.conftest import mail_server  # noqa: F401  (a fixture)

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n%%EOF"


def a_line(driver, **more):
    given = {"name": driver, "driver": driver, "is_default": True, "created_at": timezone.now(), "number_format": "eight"}  # fmt: skip
    return FaxLine.objects.create(**{**given, **more})


def queue(**more):
    return faxes.queue_fax(**{"number": "(495) 123-45-67", "pdf": PDF, "title": "Счёт", "at": timezone.now(), **more})  # fmt: skip


@pytest.mark.parametrize(("number", "style", "line"), [
    ("+74951234567", "eight", "84951234567"), ("+74951234567", "plus", "+74951234567"),
    ("+74951234567", "digits", "74951234567"), ("+4930123456", "eight", "8104930123456"),
    ("+4930123456", "abroad", "8104930123456"),
])  # fmt: skip
def test_a_number_is_written_as_the_line_wants_it(number, style, line):
    assert written(number, style) == line


def test_a_service_gets_the_fax_by_letter_once_and_tells_by_letter_what_became_of_it(mail_server):  # noqa: F811  # fmt: skip
    a_line("gateway", options={"address": "{number}@fax.example"})
    fax = queue(key="invoice:17")
    assert queue(key="invoice:17") == fax and Fax.objects.count() == 1
    now = timezone.now()
    assert faxes.send_due(at=now) == 1 and faxes.send_due(at=now) == 0
    # A worker that died before it noted the job hands over again: the letter is the same.
    Fax.objects.update(job="", claimed_at=now - timedelta(hours=1))
    faxes.send_due(at=timezone.now())
    letter = Letter.objects.get()
    delivery.deliver(letter.pk)
    assert mail_server.recipients == ["84951234567@fax.example"]
    (part,) = mail_server.last().iter_attachments()
    assert part.get_payload(decode=True) == PDF

    faxes.ask_lines(at=timezone.now())
    assert Fax.objects.get().state == "sending"
    Incoming.objects.create(fingerprint="1", kind="reply", letter=letter, subject="Факс доставлен, страниц: 2, длительность 1:35", received_at=now, read_at=now)  # fmt: skip
    faxes.ask_lines(at=timezone.now())
    fax.refresh_from_db()
    assert (fax.state, fax.pages_sent, fax.seconds) == ("delivered", 2, 95)


@pytest.mark.parametrize(("text", "state"), [
    ("Доставлен не полностью", "partly"), ("Факс не доставлен: занято", "failed"), ("Your fax was sent", "delivered"),
    ("Fax failed", "failed"), ("Принят", "sending"),
])  # fmt: skip
def test_words_of_services_are_understood(text, state):
    assert gateway.said_by(text).state == state


def test_quiet_hours_and_limits_hold_faxes_back_and_a_silent_service_ends(mail_server):  # noqa: F811  # fmt: skip
    line = a_line("gateway", options={"address": "{number}@fax.example"}, quiet_from=time(0), quiet_until=time(23, 59, 59))  # fmt: skip
    queue()
    assert faxes.send_due(at=timezone.now()) == 0
    FaxLine.objects.filter(pk=line.pk).update(quiet_from=None, quiet_until=None, per_hour=1)  # fmt: skip
    queue()
    assert faxes.send_due(at=timezone.now()) == 1
    faxes.ask_lines(at=timezone.now() + timedelta(days=3))
    assert set(Fax.objects.values_list("state", "trouble")) == {("failed", "silent"), ("queued", "")}  # fmt: skip


@pytest.mark.skipif(not shutil.which("sendfax"), reason="the client of HylaFAX is not installed: `make test` installs hylafax-client where it may")  # fmt: skip
def test_the_real_client_of_hylafax_says_that_its_server_is_away_and_the_fax_waits():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    a_line("hylafax", options={"host": f"127.0.0.1:{port}"}, attempts=2)
    queue()
    faxes.send_due(at=timezone.now())

    fax = Fax.objects.get()
    assert (fax.state, fax.trouble) == ("queued", "no_line"), fax.failure
    faxes.send_due(at=timezone.now() + timedelta(hours=1))
    assert Fax.objects.get().state == "failed"


@pytest.mark.skipif(not hylafax_server.IS_THERE or not shutil.which("sendfax"), reason="the server of HylaFAX (hylafax-server) is not installed, or we are not root")  # fmt: skip
def test_the_real_server_of_hylafax_takes_a_job_once_and_tells_what_becomes_of_it():
    with hylafax_server.running() as host:
        a_line("hylafax", options={"host": host, "sender": "Петров"}, attempts=2)
        line = FaxLine.objects.get()
        for secret, complains in (("wrong", True), (hylafax_server.ADMIN, False)):
            line = fax_lines.save(line, line.options, secret=secret, by=UserFactory(), at=timezone.now())  # fmt: skip
            assert bool(faxes.DRIVERS["hylafax"].complaint(line)) is complains, secret
        page, _pages = make_pdf("<p>Проба</p>")
        fax = queue(pdf=page)
        assert faxes.send_due(at=timezone.now()) == 1
        job = Fax.objects.get().job
        assert job.isdecimal()

        # A worker that died before it noted the job finds it by its tag: the server has one job, not two.
        Fax.objects.update(job="", claimed_at=timezone.now() - timedelta(hours=1))
        faxes.send_due(at=timezone.now())
        fax.refresh_from_db()
        assert (fax.state, fax.job) == ("sending", job)
        faxes.ask_lines(at=timezone.now())  # without a modem the job waits
        assert Fax.objects.get().state == "sending"

        # Whoever keeps the server takes the job away: it is not sent again by itself.
        subprocess.run(["faxrm", "-h", host, job], check=True, capture_output=True, timeout=30)  # fmt: skip
        faxes.ask_lines(at=timezone.now())
    fax.refresh_from_db()
    assert (fax.state, fax.trouble) == ("failed", "refused"), fax.failure


@pytest.mark.skipif(not hylafax_server.IS_THERE or not shutil.which("sendfax"), reason="the server of HylaFAX (hylafax-server) is not installed, or we are not root")  # fmt: skip
def test_the_real_server_calls_by_a_modem_and_we_learn_pages_seconds_and_reasons():
    with FaxModem() as modem, hylafax_server.running(modem) as host:
        line = a_line("hylafax", options={"host": host, "sender": "Петров"}, attempts=1)
        line = fax_lines.save(line, line.options, secret=hylafax_server.ADMIN, by=UserFactory(), at=timezone.now())  # fmt: skip
        two_pages, _pages = make_pdf(
            "<p>Первая</p><p style='break-before: page'>Вторая</p>"
        )
        numbers = {"84951230000": "", "84951230111": fax_modem.BUSY, "84951230222": fax_modem.SILENT, "84951230333": fax_modem.BREAKS_OFF}  # fmt: skip
        for number in numbers:
            queue(number=number, pdf=two_pages)
        assert faxes.send_due(at=timezone.now()) == len(numbers)
        until = timezone.now() + timedelta(seconds=240)
        while Fax.objects.filter(state="sending").exists():
            assert timezone.now() < until, list(
                Fax.objects.values_list("number", "state")
            )
            sleep(1)
            faxes.ask_lines(at=timezone.now())

    whole, busy, silent, broken = Fax.objects.order_by("number")
    assert (whole.state, whole.pages, whole.pages_sent) == ("delivered", 2, 2)
    assert 2 <= whole.seconds <= 30, (
        whole.seconds
    )  # a second a page, and the call around them
    assert (busy.state, busy.trouble, busy.seconds or 0) == ("failed", "busy", 0), (
        busy.failure
    )
    assert (silent.state, silent.trouble) == ("failed", "no_answer"), silent.failure
    assert (broken.state, broken.trouble, broken.pages_sent) == (
        "partly",
        "broken_off",
        1,
    ), broken.failure
    assert broken.seconds >= 1


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Stand-ins of HylaFAX's programs, that keep what they were told; `answer` is the table of jobs."""
    for name in ("sendfax", "faxstat"):
        file = tmp_path / name
        say = "request id is 42 (group id 42) for host localhost (1 file)"
        answer = f'echo "{say}"' if name == "sendfax" else f"cat {tmp_path}/jobs 2>/dev/null; true"  # fmt: skip
        file.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/{name}.log\n{answer}\n')
        file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return tmp_path


def test_hylafax_is_told_what_it_must_know_and_never_the_same_job_twice(programs: Path):
    a_line("hylafax", options={"host": "fax.firm.example", "sender": "Петров"})
    fax = queue()
    faxes.send_due(at=timezone.now())
    told = (programs / "sendfax.log").read_text()
    assert f"-i {fax.tag} -d 84951234567" in told and "-h fax.firm.example" in told

    # The worker died after sendfax: the server knows the tag.
    (programs / "jobs").write_text(f"42|{fax.tag}|R|1|3|\n")
    Fax.objects.update(job="", claimed_at=timezone.now() - timedelta(hours=1))
    faxes.send_due(at=timezone.now())
    assert len((programs / "sendfax.log").read_text().splitlines()) == 1
    faxes.ask_lines(at=timezone.now())
    assert Fax.objects.get().state == "sending"
    (programs / "jobs").write_text(f"42|{fax.tag}|F|1|3|No answer from remote\n")
    faxes.ask_lines(at=timezone.now())
    fax.refresh_from_db()
    assert (fax.state, fax.pages_sent, fax.pages) == ("partly", 1, 3)


def test_a_template_is_tried_by_a_fax_to_a_number_typed(sign_in, programs: Path):
    a_line("hylafax", options={"host": "fax.firm.example"})
    now = timezone.now()
    template = MailTemplate.objects.create(name="Факс", channel="fax", subject="Новое для {{ client.name }}", body="<p>{{ contact.dear }}!</p>", created_at=now, changed_at=now)  # fmt: skip
    http, page = sign_in(UserFactory(preset="head_of_marketing")), f"/mailing/templates/{template.pk}/"  # fmt: skip
    assert "test-number" in http.get(page).text

    wrong = http.post(f"{page}test-fax/", {"number": "12", "key": "1"})
    assert wrong.status_code == 422 and 'value="12"' in wrong.text and not Fax.objects.exists()  # fmt: skip
    for _twice in range(2):
        http.post(f"{page}test-fax/", {"number": "8 495 123-45-67", "key": "1"})
    fax = Fax.objects.get()
    assert (fax.number, fax.pages, "Новое для" in fax.title) == (
        "+74951234567",
        2,
        True,
    )
    assert faxes.send_due(at=timezone.now()) == 1
    assert f"-i {fax.tag} -d 84951234567" in (programs / "sendfax.log").read_text()


def test_reasons_of_hylafax_are_understood():
    said = {"Busy signal detected": "busy", "No answer from remote": "no_answer", "No carrier detected": "not_a_fax", "Job aborted by request": "refused", "x": "broken_off"}  # fmt: skip
    for words, trouble in said.items():
        assert hylafax._status("F", "0", "2", words).trouble == trouble
    assert hylafax._status("D", "2", "2", "").state == "delivered"


def test_an_administrator_sets_up_a_line_and_sends_a_trial_page(sign_in):
    admin = sign_in(UserFactory(preset="administrator"))
    typed = {"name": "Служба", "number_format": "eight", "attempts": 3, "is_active": "on", "address": "{number}@fax.example"}  # fmt: skip
    bad = admin.post("/settings/fax/new/gateway/", {**typed, "address": "x", "quiet_from": "10:00", "attempts": 99})  # fmt: skip
    assert bad.status_code == 422 and set(bad.context["form"].errors) == {"address", "quiet_until", "attempts"}  # fmt: skip
    admin.post("/settings/fax/new/gateway/", typed)
    line = FaxLine.objects.get()
    assert line.is_default and line.options["address"] == "{number}@fax.example"
    assert "secret" not in admin.get(f"/settings/fax/{line.pk}/").context["form"].fields
    hylafax = {"name": "Свой", "host": "fax.firm.example", "number_format": "eight", "attempts": 3, "is_active": "on"}  # fmt: skip
    admin.post("/settings/fax/new/hylafax/", {**hylafax, "secret": "сезам"})
    own = FaxLine.objects.get(driver="hylafax")
    admin.post(
        f"/settings/fax/{own.pk}/", {**hylafax, "secret": ""}
    )  # left empty, it stays
    own.refresh_from_db()
    assert own.secret == "сезам" and "сезам" not in own.secret_sealed
    assert "сезам" not in admin.get(f"/settings/fax/{own.pk}/").text
    assert admin.post(f"/settings/fax/{line.pk}/trial/", {"number": "x"}).status_code == 422  # fmt: skip
    admin.post(f"/settings/fax/{line.pk}/trial/", {"number": "8 495 123-45-67"})
    assert "+74951234567" in admin.get("/settings/fax/").content.decode()
