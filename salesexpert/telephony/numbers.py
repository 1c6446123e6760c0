"""Numbers as exchanges send them: `7495…`, `8495…`, `+7495…`, ten digits, `sip:…@…`, “anonymous”."""

import re

from clients import phones

RAW_LENGTH = 40
EXTENSION_LENGTH = 20
_INNER = re.compile(r"\d{1,6}")
_NOBODY = {"", "anonymous", "unknown", "<unknown>", "restricted", "private", "unavailable", "s"}  # fmt: skip


def raw(text: object) -> str:
    """What came, short enough to keep: without the words of SIP around it."""
    word = str(text or "").replace("\x00", "").strip()
    word = re.sub(r"^(sips?|tel):", "", word, flags=re.IGNORECASE).partition("@")[0]
    return "" if word.lower() in _NOBODY else word[:RAW_LENGTH]


def e164(text: object, *, city_code: str = "") -> str:
    """The number in full, “” for what is none: an extension, a hidden number, nonsense."""
    word = raw(text)
    if not word or (is_inner(word) and not city_code):
        return ""
    found = phones.read(word, city_code=city_code)
    if found and found[0].e164:
        return found[0].e164
    digits = re.sub(r"\D", "", word)
    if len(digits) >= 10 and not word.startswith("+"):
        # From abroad exchanges often send the number without its plus.
        found = phones.read(f"+{digits}")
        return found[0].e164 if found else ""
    return ""


def is_inner(text: object) -> bool:
    """Whether it is an extension of our own exchange: six digits at most."""
    return bool(_INNER.fullmatch(raw(text)))
