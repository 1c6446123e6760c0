"""How words are made comparable: one spelling for search, sorting and matching, in pure Python."""

import re

# Quotes and brackets, dashes and dots, spaces: all in one, for a text is folded for each card, person and address.
_BETWEEN = re.compile(
    r"[\s\x00«»\"“”„‟‘’‚'`‹›\[\](){}<>‐‑‒–—―−_/\\.,;:|-]+",
)


def fold(text: str) -> str:
    """Lower case, ё as е, no quotes or brackets, dashes and dots as spaces, single spaces: `ООО «Ёлка-М»` → `ооо елка м`."""
    return _BETWEEN.sub(" ", text.casefold().replace("ё", "е")).strip()
