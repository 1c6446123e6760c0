"""What encoding a text table is in. Short Russian texts mislead statistical guessers, so the candidates are few."""

import codecs
from collections import Counter
from itertools import pairwise
from pathlib import Path

# As people may choose them on the page, the likely first.
CHOICES = [
    ("utf-8-sig", "UTF-8"),
    ("cp1251", "Windows-1251"),
    ("cp866", "DOS (866)"),
    ("koi8-r", "KOI8-R"),
    ("utf-16", "UTF-16"),
    ("mac-cyrillic", "Mac"),
    ("cp1252", "Windows-1252"),
]
_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_RUSSIAN = ("cp1251", "cp866", "koi8-r", "mac-cyrillic")
_SAMPLE = 256 * 1024
# Letters enough to tell one Russian encoding from another.
_JUDGED = 24 * 1024
_BLOCK = 1 << 20
# How often a letter stands in Russian text, in thousandths.
_FREQUENCY = dict(
    zip(
        "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё",
        (
            110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17, 17, 17, 16, 14, 12, 10, 9, 7, 6, 5,
            4, 3, 3, 1, 1,
        ),
        strict=True,
    )
)  # fmt: skip


def guess(path: Path) -> str:
    """The encoding of a text file: by its mark, else UTF-8 if every byte fits, else the Russian one that reads best."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if wide := _utf16_without_mark(head):
        return wide
    if _is_utf8(path):
        return "utf-8-sig"
    few = head[:_JUDGED]
    return max(_RUSSIAN, key=lambda name: _russian_score(few, name))


def _utf16_without_mark(head: bytes) -> str:
    """Text in two bytes a letter has a zero in every other byte, for digits and delimiters at least."""
    if len(head) < 4:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    few = len(head) // 2 // 10
    if odd > few and even <= odd // 10:
        return "utf-16-le"
    if even > few and odd <= even // 10:
        return "utf-16-be"
    return ""


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _russian_score(head: bytes, encoding: str) -> float:
    """How Russian the bytes look in `encoding`: common letters count for it, symbols and case inside words against."""
    text = head.decode(encoding, errors="replace")
    strange = [letter for letter in text if ord(letter) > 127]
    if not strange:
        return 0.0
    score = 0.0
    for letter, times in Counter(strange).items():
        weight = _FREQUENCY.get(letter.lower())
        if weight is not None:
            score += times * weight
        elif letter in "№«»–—°\xa0":
            score += times
        else:
            score -= times * 60
    for before, letter in pairwise(text):
        if before.islower() and letter.isupper() and ord(letter) > 127:
            score -= 40
    return score / len(strange)
