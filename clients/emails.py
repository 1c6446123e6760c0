"""E-mail cells as people fill them: two in one, glued, with `mailto:`, or no address at all."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MOST_ADDRESSES = 20
_READ_AT_MOST = 4000
_PREFIX = re.compile(
    r"^(?:mailto:|e-?mail\s*[:\-]|почта\s*:|эл\.?\s*почта\s*:)", re.IGNORECASE
)
_BREAKS = re.compile(r"[\s;,|<>()\[\]\"«»]+")
_LABEL = re.compile(r"^(?:e-?mail|почта|эл\.?)\s*:?$", re.IGNORECASE)
# Ends after which another address may be glued on (`info@abn.ruinfo@abn.ru`).
_ENDINGS = (
    "com", "net", "org", "info", "biz", "pro", "online", "shop", "moscow", "москва", "рус", "ru", "su", "рф", "by", "kz",
    "ua", "uz", "am", "az", "ge", "de", "fi", "pl", "it", "fr", "uk", "cn", "tr", "eu", "me", "io", "lv", "lt", "ee",
)  # fmt: skip


def read(text: object) -> tuple[list[str], str]:
    """The addresses in `text`, each once and in lower case, and what is left of the text besides them; never raises.

    `Форма обратной связи` → ([], "Форма обратной связи"); `info@abn.ruinfo@abn.ru` → (["info@abn.ru"], "").
    """
    cell = str(text or "").replace("\x00", " ")[:_READ_AT_MOST].strip()
    addresses: list[str] = []
    left: list[str] = []
    for word in _BREAKS.split(_PREFIX.sub("", cell)):
        bare = _PREFIX.sub("", word).strip(".:'`/\\")
        found = _unglued(bare) if "@" in bare else []
        if not found:
            if any(map(str.isalnum, word)) and not _LABEL.match(word):
                left.append(word)
            continue
        addresses.extend(a for a in found if a not in addresses)
    if not addresses:
        return [], " ".join(cell.split())
    return addresses[:MOST_ADDRESSES], " ".join(left)


def _unglued(word: str) -> list[str]:
    """The addresses of a word that holds one or more `@`; none unless every part is an address."""
    word = word.lower()
    if word.count("@") == 1:
        return [word] if is_address(word) else []
    parts = word.split("@")
    if len(parts) > MOST_ADDRESSES:
        return []
    addresses = []
    local = parts[0]
    for position, between in enumerate(parts[1:], start=1):
        if position == len(parts) - 1:
            domain, following = between, ""
        else:
            domain, following = _cut(between)
        address = f"{local}@{domain}"
        if not is_address(address):
            return []
        addresses.append(address)
        local = following
    return addresses


def _cut(between: str) -> tuple[str, str]:
    """`abn.ruinfo` → ("abn.ru", "info"): the domain ends with the first known ending after a dot."""
    for match in re.finditer(r"\.", between):
        for ending in _ENDINGS:
            if between.startswith(ending, match.end()):
                cut = match.end() + len(ending)
                if between[cut : cut + 1] not in {"", "."}:
                    return between[:cut], between[cut:].lstrip("/-_")
    return between, ""


def is_address(text: str) -> bool:
    if len(text) > 254:
        return False
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
