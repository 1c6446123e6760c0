"""HylaFAX by its own client programs, `sendfax` and `faxstat`; the server may be this machine or another."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import structlog
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mailing.choices import FaxState, FaxTrouble
from mailing.faxing import hylafax_calls
from mailing.faxing.base import NotTaken, Status, written
from mailing.models import Fax, FaxLine

logger = structlog.get_logger(__name__)

SECONDS = 60
_JOB = re.compile(r"request id is (\d+)")
# The job's id, our tag, its state, pages gone, pages in all, what the last attempt met. How long the call took is in the
# server's log of calls alone.
_FORMAT = "%j|%J|%a|%p|%y|%s"
_REASONS = (
    (re.compile(r"busy", re.IGNORECASE), FaxTrouble.BUSY),
    (re.compile(r"no answer|no ring|timeout waiting", re.IGNORECASE), FaxTrouble.NO_ANSWER),
    (re.compile(r"no carrier|no receiver|not a fax|voice|data connection", re.IGNORECASE), FaxTrouble.NOT_A_FAX),
    (re.compile(r"aborted by request|removed", re.IGNORECASE), FaxTrouble.REFUSED),
    (re.compile(r"invalid|bad (phone|number|dial)|dialing", re.IGNORECASE), FaxTrouble.BAD_NUMBER),
)  # fmt: skip


class HylaFax:
    options: Mapping[str, tuple[object, str]] = {
        "host": (gettext_lazy("Server"), "localhost"),
        "sender": (gettext_lazy("Sender"), ""),
    }
    secret: tuple[object, object] | None = (
        gettext_lazy("Password of HylaFAX's administrator"),
        gettext_lazy("Only for the seconds of a call: the server tells them to administrators alone (the one that “faxadduser -a” sets)."),
    )  # fmt: skip

    def send(self, line: FaxLine, fax: Fax, pdfs: Sequence[bytes]) -> str:
        known = self._jobs(line).get(fax.tag)
        if known is not None:
            return known[0]  # handed over before we could note it
        with tempfile.TemporaryDirectory(prefix="fax-") as folder:
            files = [Path(folder, f"{n:02}.pdf") for n in range(len(pdfs))]
            for file, pdf in zip(files, pdfs, strict=True):
                file.write_bytes(pdf)
            # Options before -d count for it. One call a job: repeating is ours, at our hours and as often as the line says.
            said = _run(
                line,
                *("sendfax", "-n", "-m", "-s", "a4", "-N", "-h", _host(line)),
                *("-f", str(line.options.get("sender") or "Sales Expert")),
                *("-t", "1", "-T", "1", "-i", fax.tag, "-d", written(fax.number, line.number_format)),
                *map(os.fspath, files),
            )  # fmt: skip
        job = _JOB.search(said)
        if job is None:
            raise NotTaken(FaxTrouble.REFUSED, said)
        return job[1]

    def complaint(self, line: FaxLine) -> str:
        if line.secret_sealed:
            try:
                hylafax_calls.seconds_of(line, ())
            except hylafax_calls.NoLog as error:
                return _("The seconds of calls cannot be read: %s") % error
        return ""

    def ask(self, line: FaxLine, faxes: list[Fax]) -> dict[int, Status]:
        jobs = self._jobs(line)
        found = {
            fax.pk: _status(*jobs[fax.tag][1:]) for fax in faxes if fax.tag in jobs
        }
        over = {
            fax.tag: fax.pk
            for fax in faxes
            if fax.pk in found and found[fax.pk].state != FaxState.SENDING
        }
        if over:
            for tag, seconds in _seconds(line, over).items():
                found[over[tag]] = replace(found[over[tag]], seconds=seconds)
        return found

    def _jobs(self, line: FaxLine) -> dict[str, tuple[str, str, str, str, str]]:
        """Jobs of the server by our tag, those that wait and those that are over."""
        found = {}
        for text in _run(line, "faxstat", "-s", "-d", "-h", _host(line)).splitlines():
            parts = [part.strip() for part in text.split("|", 5)]
            if len(parts) == 6 and parts[1]:
                found[parts[1]] = (parts[0], *parts[2:])
        return found  # type: ignore[return-value]


def _status(state: str, sent: str, pages: str, said: str) -> Status:
    gone = int(sent) if sent.isdecimal() else None
    whole = int(pages) if pages.isdecimal() else None
    if state == "D":
        return Status(FaxState.DELIVERED, pages=whole, pages_sent=gone)
    if state in "F?":
        trouble = next((x for words, x in _REASONS if words.search(said)), FaxTrouble.BROKEN_OFF)  # fmt: skip
        if gone:
            return Status(FaxState.PARTLY, trouble, said, pages=whole, pages_sent=gone)
        return Status(FaxState.FAILED, trouble, said, pages=whole, pages_sent=gone)
    return Status(FaxState.SENDING, pages=whole, pages_sent=gone)


def _seconds(line: FaxLine, tags: Mapping[str, int]) -> dict[str, int]:
    try:
        return hylafax_calls.seconds_of(line, tags)
    except hylafax_calls.NoLog as error:
        if line.secret_sealed:  # without a password none was expected
            logger.warning("fax_log_closed", line=line.pk, said=str(error))
        return {}


def _host(line: FaxLine) -> str:
    return str(line.options.get("host") or "localhost")


def _run(line: FaxLine, program: str, *arguments: str) -> str:
    """What the program printed. Raises NotTaken when it is missing, does not reach the server or does not end."""
    path = shutil.which(program)
    if path is None:
        raise NotTaken(FaxTrouble.NO_LINE, f"{program} is not installed")
    with tempfile.TemporaryDirectory(prefix="hyla-") as home:
        Path(home, ".hylarc").write_text(f'JobFmt: "{_FORMAT}"\n')
        try:
            done = subprocess.run(
                [path, *arguments],
                capture_output=True,
                timeout=SECONDS,
                stdin=subprocess.DEVNULL,
                env={**os.environ, "HOME": home, "LC_ALL": "C.UTF-8"},
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            # Of sendfax nobody knows whether the job came to be: its tag tells the next time.
            raise NotTaken(FaxTrouble.NO_LINE, str(error)) from error
    said = (done.stdout + b"\n" + done.stderr).decode("utf-8", "replace").replace("\x00", "").strip()  # fmt: skip
    if done.returncode or "Can not reach" in said:
        raise NotTaken(FaxTrouble.NO_LINE if "reach" in said or "connect" in said.lower() else FaxTrouble.REFUSED, said)  # fmt: skip
    return said
