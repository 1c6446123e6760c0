"""A real IMAP server on loopback, with one mailbox for each user name and one password."""

import contextlib
import getpass
import imaplib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PROGRAM = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
PASSWORD = "secret"
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
auth_failure_delay = 0
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
mail_location = maildir:{folder}/mail/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
  # Whoever mistyped a password waits longer each time: here nobody.
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""


class Dovecot:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def put(self, user: str, message: bytes) -> None:
        with self._signed_in(user) as server:
            server.append("INBOX", "", "", message.replace(b"\n", b"\r\n"))

    def unseen(self, user: str) -> int:
        """How many messages nobody has marked as read."""
        server = self._signed_in(user)
        server.select("INBOX", readonly=True)
        found = server.search(None, "UNSEEN")[1][0].split()
        server.logout()
        return len(found)

    def count_anew(self, user: str) -> None:
        """As after a mailbox was restored: the same messages under new numbers."""
        for file in (self.folder / "mail" / user).glob("dovecot*"):
            file.unlink()

    def _signed_in(self, user: str) -> imaplib.IMAP4:
        server = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        server.login(user, PASSWORD)
        return server

    def answers(self) -> bool:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            imaplib.IMAP4("127.0.0.1", self.port, timeout=5).logout()
            return True
        return False


@contextlib.contextmanager
def running() -> Iterator[Dovecot]:
    assert PROGRAM
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory(prefix="se-dovecot-") as name:
        folder = Path(name)
        (folder / "mail").mkdir()
        if is_root:
            folder.chmod(0o755)
            shutil.chown(folder / "mail", "nobody", "nogroup")
        made = Dovecot(folder)
        config = folder / "dovecot.conf"
        user = "nobody" if is_root else getpass.getuser()
        group = "nogroup" if is_root else str(os.getegid())
        config.write_text(
            CONFIG.format(
                folder=folder,
                user=user,
                group=group,
                port=made.port,
                password=PASSWORD,
            )
        )
        process = subprocess.Popen(
            [PROGRAM, "-F", "-c", os.fspath(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            until = time.monotonic() + 60
            while not made.answers():
                assert time.monotonic() < until, "Dovecot does not answer"
                # Between the questions its end is waited for.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
                    raise AssertionError((folder / "log").read_text())
            yield made
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
