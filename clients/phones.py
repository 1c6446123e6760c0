"""Phones as people type them: several in a cell, words around, extensions, lost digits."""

import re
from dataclasses import dataclass

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.choices import PhoneKind

MOST_NUMBERS = 20
RAW_LENGTH = 80
EXTENSION_LENGTH = 10
_READ_AT_MOST = 2000


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """`raw` as typed; `e164` empty when that is no valid number, and then `problem` says what is wrong."""

    raw: str
    e164: str
    extension: str
    kind: str
    problem: str | Promise = ""


_EXTENSION = re.compile(
    r"(?:\b(?:доб(?:ав(?:очный|\.)?)?|вн(?:утр(?:енний|\.)?)?|ext(?:ension)?|тон(?:овый)?|x)\b\.?|#)\s*[.:№#-]*\s*(\d{1,10})\b",
    re.IGNORECASE,
)
_EXTENSION_FIRST = re.compile(r"^\W*(?:доб|вн|ext|тон|#)", re.IGNORECASE)
_PHONE_AND_FAX = re.compile(
    r"\b(?:тел(?:ефон)?|т)\s*\.?\s*[/\\]\s*(?:факс|ф)\b\.?", re.IGNORECASE
)
_FAX = re.compile(r"\b(?:факс\w*|fax|ф)\b", re.IGNORECASE)
_MOBILE = re.compile(r"\b(?:моб|сот|mob|cell)\w*", re.IGNORECASE)
_SEPARATORS = re.compile(r"[;\n\r|]+|,|\s[иi]\s|\s+and\s+|/|\\", re.IGNORECASE)
_NEW_NUMBER = re.compile(r"(?<=\d)\s+(?=\+\s?\d|8\s?[-(]?\s?\d{3}\b|8\d{10}\b)")
_SPOILT_EIGHT = re.compile(r"^\+8(\d{10})$")
_NOT_DIALLED = re.compile(r"[^\d+]")


def read(text: object, *, city_code: str = "") -> list[PhoneNumber]:
    """The numbers in `text`, in order, each once; never raises.

    A number of 5-7 digits is completed by `city_code` (of the card's city), or by the code of the number before it:
    `(495) 123-45-67, 123-45-68`; `123-45-67/68` repeats all but the last two digits.
    """
    cell = str(text or "").replace("\x00", " ").replace("\xa0", " ")[:_READ_AT_MOST]
    found: list[PhoneNumber] = []
    seen: set[tuple[str, str]] = set()
    for chunk in _chunks(cell):
        number = _read_one(
            chunk, city_code=city_code, before=found[-1] if found else None
        )
        key = (number.e164 or number.raw, number.extension)
        if key not in seen:
            seen.add(key)
            found.append(number)
        if len(found) == MOST_NUMBERS:
            break
    return found


def _chunks(cell: str) -> list[str]:
    cell = _PHONE_AND_FAX.sub("тел", cell)
    parts: list[str] = []
    for part in _SEPARATORS.split(cell):
        part = " ".join(part.split()).strip(" .,")
        if not part:
            continue
        if parts and (_EXTENSION_FIRST.match(part) or not re.search(r"\d", part)):
            parts[-1] = f"{parts[-1]}, {part}"
        elif parts and not re.search(r"\d", parts[-1]):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return [piece for part in parts for piece in _unglued(part)]


def _unglued(part: str) -> list[str]:
    """`8 495 123-45-67 8 495 123-45-68` written without a separator."""
    if sum(letter.isdigit() for letter in part) < 20:
        return [part]
    return [piece.strip() for piece in _NEW_NUMBER.split(part) if piece.strip()]


def _read_one(chunk: str, *, city_code: str, before: PhoneNumber | None) -> PhoneNumber:
    extension = ""
    dialled = chunk
    if match := _EXTENSION.search(chunk):
        extension = match[1]
        dialled = chunk[: match.start()] + " " + chunk[match.end() :]
    kind = ""
    if _FAX.search(dialled):
        kind = PhoneKind.FAX
    elif _MOBILE.search(dialled):
        kind = PhoneKind.MOBILE
    digits = _NOT_DIALLED.sub("", dialled)
    digits = digits[:1] + digits[1:].replace("+", "")
    number = _parse(_completed(digits, city_code=city_code, before=before))
    raw = chunk[:RAW_LENGTH]
    if number is None:
        problem = (
            _("This is not a valid phone number.")
            if digits.strip("+")
            else _("There is no phone number here.")
        )
        return PhoneNumber(raw, "", extension, kind or PhoneKind.WORK, problem)
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if not kind:
        is_mobile = (
            phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        )
        kind = PhoneKind.MOBILE if is_mobile else PhoneKind.WORK
    return PhoneNumber(raw, e164, extension, str(kind))


def _completed(digits: str, *, city_code: str, before: PhoneNumber | None) -> str:
    if spoilt := _SPOILT_EIGHT.match(digits):
        return "8" + spoilt[1]  # «+8 495 …» is an eight with a plus, not Vietnam
    if digits.startswith("+") or not digits:
        return digits
    if before is not None and before.e164.startswith("+7"):
        if 2 <= len(digits) <= 4:
            return before.e164[: -len(digits)] + digits
        if 5 <= len(digits) <= 7:
            return before.e164[: 12 - len(digits)] + digits
    code = re.sub(r"\D", "", city_code)
    if 5 <= len(digits) <= 7 and len(code) + len(digits) == 10:
        return code + digits
    return digits


def _parse(digits: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(digits, "RU")
    except phonenumbers.NumberParseException:
        return None
    # is_possible would accept «8 495 123 45 6», a number with a digit lost
    return number if phonenumbers.is_valid_number(number) else None
