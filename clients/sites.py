"""Addresses of sites made comparable."""

import re
from urllib.parse import urlsplit

MOST_SITES = 10
_READ_AT_MOST = 4000
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]{2,}")


def host(url: object) -> str:
    """`http://www.XN--80AKHBYKNJ4F.xn--p1ai/about` → `испытание.рф`: lower case, Unicode, no `www.`; "" if it is no host."""
    text = str(url or "").replace("\x00", "").strip()[:_READ_AT_MOST]
    text = re.sub(r"^(?:https?:)?[/\\]{2,}", "//", text, flags=re.IGNORECASE)
    try:
        name = urlsplit(text if "//" in text else f"//{text}").hostname or ""
    except ValueError:
        return ""
    name = ".".join(_unicode(label) for label in name.strip(".").lower().split("."))
    name = name.removeprefix("www.")
    return name[:255] if _HOST.fullmatch(name) else ""


def _unicode(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label.encode("ascii").decode("idna")
    except UnicodeError:
        return label


def read(text: object) -> tuple[list[str], str]:
    """The sites of a cell as typed, each once by its host, and the text besides them."""
    cell = str(text or "").replace("\x00", " ")[:_READ_AT_MOST]
    found: list[str] = []
    hosts: set[str] = set()
    left = []
    for word in re.split(r"[\s;,|]+", cell.strip()):
        name = host(word) if "@" not in word else ""
        if not name:
            if word.strip(".-–—"):
                left.append(word)
        elif name not in hosts:
            hosts.add(name)
            found.append(word[:300])
    return found[:MOST_SITES], " ".join(left)
