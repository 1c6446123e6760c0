"""How words are made comparable: one spelling for search, sorting and matching, in pure Python."""

import re

_QUOTES = re.compile(r"[«»\"“”„‟‘’‚'`‹›\[\](){}<>]")
_DASHES = re.compile(r"[‐‑‒–—―−_/\\.,;:|-]+")
_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """Lower case, ё as е, no quotes or brackets, dashes and dots as spaces, single spaces: `ООО «Ёлка-М»` → `ооо елка м`."""
    text = text.replace("\x00", " ").casefold().replace("ё", "е")
    text = _QUOTES.sub(" ", text)
    text = _DASHES.sub(" ", text)
    return _SPACES.sub(" ", text).strip()
