"""The real server of HylaFAX on loopback. Without a modem it takes jobs, keeps them and tells of them; with ours it calls."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.mailing.fax_modem import FaxModem


def _runs(program: Path) -> bool:
    """Whether the libraries that it needs are there: a package that was only unpacked brings none."""
    needs = subprocess.run(
        ["ldd", program], capture_output=True, text=True, check=False
    )
    return not needs.returncode and "not found" not in needs.stdout


# Installed, or only unpacked: its package also brings a mail server that nobody here needs.
ROOTS = [Path(x) for x in (os.environ.get("HYLAFAX_SERVER"), "/", Path(sys.prefix, "hylafax")) if x]  # fmt: skip
ROOT = next((x for x in ROOTS if (x / "usr/sbin/hfaxd").exists()), None)
# Its scheduler gives its rights up to the user of the spool, which only root can do.
IS_THERE = ROOT is not None and os.geteuid() == 0 and _runs(ROOT / "usr/sbin/hfaxd")
SPOOL = ("archive", "bin", "client", "config", "dev", "docq", "doneq", "etc", "info", "log", "pollq", "recvq", "sendq", "status", "tmp")  # fmt: skip
ADMIN = "sesame"
CRYPTED = "$1$salesexp$LNf1gTJLbgsPYznI5tvsL/"  # as `openssl passwd -1` writes it
# Pages for the modem, by the Ghostscript that the client brings; the package's own script asks for its set-up.
CONVERT = """#!/bin/sh
while [ $# -gt 0 ]; do case $1 in -o) out=$2; shift 2;; -[ilmrws]) shift 2;; -*) shift;; *) break;; esac; done
exec gs -q -dNOPAUSE -dBATCH -dSAFER -sDEVICE=tiffg3 -r204x196 -g1728x2292 -dPDFFitPage -sOutputFile="$out" "$@"
"""
MODEM = """ModemType: Class2.0
ModemFlowControl: none
ModemATCmdDelay: 0
ModemResetDelay: 0
PostStartupDelay: 0
DialStringRules: etc/dialrules
"""


@contextlib.contextmanager
def running(modem: FaxModem | None = None) -> Iterator[str]:
    """`host:port` of the server, for `-h`."""
    assert ROOT is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="se-hylafax-") as name:
        spool = Path(name)
        for folder in SPOOL:
            (spool / folder).mkdir()
        _set_up(spool, modem)
        spool.chmod(0o755)
        for path in (spool, *spool.rglob("*")):
            shutil.chown(path, "uucp", "uucp")
        processes = [
            subprocess.Popen([ROOT / "usr/sbin/faxq", "-D", "-q", name], stderr=subprocess.DEVNULL),
            subprocess.Popen([ROOT / "usr/sbin/hfaxd", "-d", "-q", name, "-i", str(port)], stderr=subprocess.DEVNULL),
        ]  # fmt: skip
        try:
            until = time.monotonic() + 30
            while not (spool / "FIFO").exists() or not _answers(port):
                assert time.monotonic() < until, "HylaFAX does not answer"
                with contextlib.suppress(subprocess.TimeoutExpired):
                    processes[0].wait(0.1)
                    raise AssertionError("the scheduler of HylaFAX is gone")
            if modem:
                subprocess.run([_program("faxmodem"), "-q", name, _named(modem)], check=True, timeout=30)  # fmt: skip
            yield f"127.0.0.1:{port}"
        finally:
            for process in processes:
                process.kill()
                process.wait(30)


def _set_up(spool: Path, modem: FaxModem | None) -> None:
    etc = spool / "etc"
    for file in ("setup.cache", "setup.modem", "config", "hfaxd.conf"):
        (etc / file).touch()
    # Whoever comes from this machine needs no password, but to be its administrator.
    (etc / "hosts.hfaxd").write_text(f"localhost:21::{CRYPTED}\n127.0.0.1:21::{CRYPTED}\n")  # fmt: skip
    (etc / "hosts.hfaxd").chmod(0o600)
    if modem is None:
        return
    for script in ("pdf2fax", "ps2fax"):
        (spool / "bin" / script).write_text(CONVERT)
        (spool / "bin" / script).chmod(0o755)
    (etc / "config").write_text(f"SendFaxCmd: {_program('faxsend')}\n")
    (etc / f"config.{_named(modem)}").write_text(MODEM)
    (etc / "dialrules").write_text("CanonicalNumber := [\n]\nDialString := [\n]\n")


def _program(name: str) -> Path:
    """One of the programs themselves: those on the way of commands mount /etc/hylafax first."""
    return ROOT / "usr/lib/hylafax/bin" / name  # type: ignore[operator]


def _named(modem: FaxModem) -> str:
    return modem.device.removeprefix("/dev/").replace("/", "_")


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 5).close()
        return True
    return False
