"""How long the calls of HylaFAX took, out of the log of calls that its server keeps.

Neither `sendfax` nor `faxstat` tells it: no field of faxstat(1), JobFmt, is a duration. The log does, under the tag we gave
the job: xferfaxlog(5), "conntime", what the telephone company counts. The server hands its files out over its own protocol,
a dialect of FTP, the log to administrators alone unless its rights were widened; so a password of theirs is asked for, and
without one a fax has no seconds.
"""

import contextlib
import ftplib
import io
import os
import pwd
import re
from collections.abc import Collection

from mailing.models import FaxLine
from salesexpert.core import secrets_at_rest

PORT = 4559
PATIENCE = 10  # seconds
# Debian keeps the log in the first place, others in the second.
PLACES = ("log/xferfaxlog", "etc/xferfaxlog")
# Some 2,000 calls: what ended since the line was asked last is among them.
TAIL = 400_000
_TIME = re.compile(r"(\d+):(\d\d):(\d\d)")


class NoLog(Exception):
    """The log cannot be read; what the server said."""


def seconds_of(line: FaxLine, tags: Collection[str]) -> dict[str, int]:
    """Seconds on the telephone of each job that was called, all its calls together. Raises NoLog."""
    found: dict[str, int] = {}
    for row in _read(line).splitlines():
        fields = row.split("\t")
        if len(fields) < 13 or fields[1] != "SEND":
            continue
        tag, took = fields[5].strip('"'), _TIME.fullmatch(fields[12])
        if took and tag in tags:
            hours, minutes, seconds = map(int, took.groups())
            found[tag] = found.get(tag, 0) + 3600 * hours + 60 * minutes + seconds
    return found


def _read(line: FaxLine) -> str:
    host, _colon, port = str(line.options.get("host") or "localhost").partition(":")
    try:
        password = line.secret
        with ftplib.FTP(encoding="latin-1", timeout=PATIENCE) as server:
            server.connect(host, int(port) if port.isdecimal() else PORT)
            server.sendcmd(f"USER {_user()}")
            if password:
                server.sendcmd(f"ADMIN {password}")
            return _tail(server)
    except (
        ftplib.Error,
        OSError,
        EOFError,
        secrets_at_rest.Unreadable,
        ValueError,
    ) as error:
        raise NoLog(str(error)[:300]) from error


def _tail(server: ftplib.FTP) -> str:
    """The end of the log; nothing where no call was made yet. Raises ftplib.error_perm where it is closed to us."""
    refused: ftplib.Error | None = None
    for place in PLACES:
        text = io.BytesIO()
        begin = None
        with contextlib.suppress(ftplib.error_perm):
            begin = max(0, (server.size(place) or 0) - TAIL) or None
        try:
            server.retrbinary(f"RETR {place}", text.write, rest=begin)
        except ftplib.error_perm as error:
            if "No such file" not in str(error):
                refused = refused or error
        else:
            return text.getvalue().decode("latin-1")
    if refused:
        raise refused
    return ""


def _user() -> str:
    """Whom `sendfax` gives itself out for: the owner of our processes."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return "salesexpert"
