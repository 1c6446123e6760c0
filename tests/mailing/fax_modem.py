"""A fax modem (class 2.0) on a pseudo terminal, and behind it numbers that are busy, do not answer, break off or take every page."""

import os
import pty
import re
import shutil
import threading
import time
import tty

PAGE_TAKES = 1.0  # seconds
BUSY, SILENT, BREAKS_OFF = "111", "222", "333"  # how numbers end
# Data of a page end with DLE and a sign: one more page, one more document, the last one.
_END = re.compile(rb"\x10([,;.])")
_ASKED = {
    b"+FCLASS=?": b"0,2.0",
    b"+FCC=?": b"(0,1),(0-5),(0-4),(0-2),(0-2),(0),(0),(0-7)",
}


class FaxModem:
    """`device` is what HylaFAX is given; `calls` are numbers called, `pages` how many pages were taken whole."""

    def __init__(self) -> None:
        self._ours, theirs = pty.openpty()
        tty.setraw(self._ours)
        tty.setraw(theirs)
        self._theirs = theirs
        self.device = os.ttyname(theirs)
        self.calls: list[str] = []
        self.pages = 0
        self._of_call = 0
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> "FaxModem":
        shutil.chown(self.device, "uucp", "uucp")
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        os.close(self._theirs)
        os.close(self._ours)

    def _say(self, *lines: bytes) -> None:
        for line in lines:
            os.write(self._ours, b"\r\n" + line + b"\r\n")

    def _work(self) -> None:
        heard, page = b"", False
        while True:
            try:
                heard += os.read(self._ours, 4096)
            except OSError:
                return
            while True:
                if page:
                    end = _END.search(heard)
                    if end is None:
                        heard = heard[-1:] if heard.endswith(b"\x10") else b""
                        break
                    heard, page = heard[end.end() :], False
                    time.sleep(PAGE_TAKES)
                    self._taken(last=end[1] == b".")
                    continue
                line, found, rest = heard.partition(b"\r")
                if not found:
                    break
                heard = rest
                page = self._told(line.strip(b"\n\x00 ").upper())

    def _taken(self, *, last: bool) -> None:
        if self.calls[-1].endswith(BREAKS_OFF) and self._of_call:
            self._say(b"+FHS:50", b"ERROR")
            return
        self.pages += 1
        self._of_call += 1
        self._say(b"+FPS:1,0,0,0,0", *([b"+FHS:00"] if last else []), b"OK")

    def _told(self, line: bytes) -> bool:
        """Answer a command; True where the data of a page follow it."""
        if not line:
            return False
        if line.startswith(b"ATD"):
            self._called(line[4:].decode())
        elif line.endswith(b"+FDT"):
            self._say(b"+FCS:1,5,0,2,0,0,0,0")
            os.write(self._ours, b"\r\nCONNECT\r\n")
            return True
        elif line.endswith(b"?"):
            answer = next((x for asked, x in _ASKED.items() if line.endswith(asked)), b"(0,1)" if line.endswith(b"=?") else b"1")  # fmt: skip
            self._say(answer, b"OK")
        else:
            self._say(b"OK")
        return False

    def _called(self, number: str) -> None:
        self.calls.append(number)
        self._of_call = 0
        time.sleep(0.3)
        if number.endswith(BUSY):
            self._say(b"BUSY")
        elif number.endswith(SILENT):
            self._say(b"NO ANSWER")
        else:
            self._say(b"+FCO", b'+FCI:"7 495 123 45 67"', b"+FIS:1,5,0,2,0,0,0,0", b"OK")  # fmt: skip
