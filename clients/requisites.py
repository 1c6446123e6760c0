"""Checks of Russian requisites. A failed check is a doubt, not a refusal: papers and foreign firms hold odd numbers.

Each check takes the digits as kept (see `digits`) and returns a sentence for the user, "" when nothing is wrong.
"""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Doubt = str | Promise
_INN_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_INN_12 = (3, *_INN_11)
_ACCOUNT = (7, 1, 3)
_KPP = re.compile(r"\d{4}[0-9A-Z]{2}\d{3}")


def digits(text: object) -> str:
    """`7702 ‑ 070139`, `7702070139.0` from a spreadsheet and a cell with a lost leading zero, as digits only."""
    cell = str(text or "").strip()
    if re.fullmatch(r"\d+\.0+", cell):
        cell = cell.split(".")[0]
    return re.sub(r"[\s\xa0‐‑–—-]+", "", cell.replace("\x00", ""))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _check_digit(number: str, weights: tuple[int, ...]) -> bool:
    total = sum(int(d) * w for d, w in zip(number, weights, strict=False))
    return total % 11 % 10 == int(number[len(weights)])


def check_inn(inn: str) -> Doubt:
    if not inn:
        return ""
    if not _is_number(inn) or len(inn) not in (10, 12):
        return _("An INN has 10 digits (a firm) or 12 (a person).")
    if not inn.strip("0"):
        return _("An INN of zeros belongs to nobody.")
    if len(inn) == 10:
        sound = _check_digit(inn, _INN_10)
    else:
        sound = _check_digit(inn, _INN_11) and _check_digit(inn, _INN_12)
    return (
        "" if sound else _("The check digit of the INN is wrong: a digit is mistyped.")
    )


def check_kpp(kpp: str) -> Doubt:
    if not kpp:
        return ""
    if not kpp.isascii() or not _KPP.fullmatch(kpp.upper()):
        return _(
            "A KPP has 9 characters: four digits, two digits or letters, three digits."
        )
    return "" if kpp.strip("0") else _("A KPP of zeros belongs to nobody.")


def check_ogrn(ogrn: str) -> Doubt:
    if not ogrn:
        return ""
    if not _is_number(ogrn) or len(ogrn) not in (13, 15):
        return _("An OGRN has 13 digits (a firm) or 15 (an entrepreneur).")
    if not ogrn.strip("0"):
        return _("An OGRN of zeros belongs to nobody.")
    body, last = int(ogrn[:-1]), int(ogrn[-1])
    sound = body % (11 if len(ogrn) == 13 else 13) % 10 == last
    return (
        "" if sound else _("The check digit of the OGRN is wrong: a digit is mistyped.")
    )


def check_bik(bik: str) -> Doubt:
    if not bik:
        return ""
    if not _is_number(bik) or len(bik) != 9:
        return _("A BIK has 9 digits.")
    return "" if bik.strip("0") else _("A BIK of zeros belongs to nobody.")


def check_account(account: str, bik: str) -> Doubt:
    """Whether a bank account fits its bank: the key over the last three digits of the BIK and the account."""
    if not account:
        return ""
    if not _is_number(account) or len(account) != 20:
        return _("A bank account has 20 digits.")
    if not account.strip("0"):
        return _("An account of zeros belongs to nobody.")
    if not bik or check_bik(bik):
        return ""
    # correspondent and treasury accounts are kept at the Bank of Russia itself
    at_central_bank = account.startswith(("301", "401"))
    prefix = f"0{bik[4:6]}" if at_central_bank else bik[-3:]
    total = sum(int(d) * _ACCOUNT[i % 3] % 10 for i, d in enumerate(prefix + account))
    return (
        ""
        if total % 10 == 0
        else _("The account does not fit the BIK: a digit is mistyped in one of them.")
    )


def is_sound_inn(inn: str) -> bool:
    """Whether the INN is given and passes its check: only such ones tell firms apart."""
    return bool(inn) and not check_inn(inn)
