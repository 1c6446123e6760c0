"""The real server of HylaFAX on loopback, without a modem: it takes jobs, keeps them, tells of them, and calls nobody."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PROGRAMS = [shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin") for name in ("faxq", "hfaxd")]  # fmt: skip
# Its scheduler gives its rights up to the user of the spool, which only root can do.
IS_THERE = all(PROGRAMS) and os.geteuid() == 0 and Path("/var/spool/hylafax").is_dir()
SPOOL = ("archive", "bin", "client", "config", "dev", "docq", "doneq", "etc", "info", "log", "pollq", "recvq", "sendq", "status", "tmp")  # fmt: skip


@contextlib.contextmanager
def running() -> Iterator[str]:
    """`host:port` of the server, for `-h`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(prefix="se-hylafax-") as name:
        spool = Path(name)
        for folder in SPOOL:
            (spool / folder).mkdir()
        for file in ("setup.cache", "setup.modem", "config", "hfaxd.conf"):
            (spool / "etc" / file).touch()
        # Whoever comes from this machine needs no password.
        (spool / "etc" / "hosts.hfaxd").write_text("localhost:21::\n127.0.0.1:21::\n")
        (spool / "etc" / "hosts.hfaxd").chmod(0o600)
        spool.chmod(0o755)
        for path in (spool, *spool.rglob("*")):
            shutil.chown(path, "uucp", "uucp")
        scheduler, server = PROGRAMS
        processes = [
            subprocess.Popen([str(scheduler), "-D", "-q", name], stderr=subprocess.DEVNULL),
            subprocess.Popen([str(server), "-d", "-q", name, "-i", str(port)], stderr=subprocess.DEVNULL),
        ]  # fmt: skip
        try:
            until = time.monotonic() + 30
            while not (spool / "FIFO").exists() or not _answers(port):
                assert time.monotonic() < until, "HylaFAX does not answer"
                with contextlib.suppress(subprocess.TimeoutExpired):
                    processes[0].wait(0.1)
                    raise AssertionError("the scheduler of HylaFAX is gone")
            yield f"127.0.0.1:{port}"
        finally:
            for process in processes:
                process.kill()
                process.wait(30)


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError):
        socket.create_connection(("127.0.0.1", port), 5).close()
        return True
    return False
