"""Secrets that the product must be able to read back (passwords of mail servers, keys of exchanges), sealed in their rows.

A copy of the database alone opens none of them: the key is made of SECRET_KEY, which lives outside it. After a change of
SECRET_KEY the former one, named in SECRET_KEY_FALLBACKS, still opens what it sealed; without it a secret is asked for anew.
"""

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_MARK = "sealed:1:"


class Unreadable(Exception):
    """What was sealed cannot be opened: SECRET_KEY is another than it was sealed with, or the text was damaged."""


def seal(secret: str) -> str:
    """The secret as it may lie in a row: printable, about 1.4 times as long and 110 letters. Nothing stays nothing."""
    if not secret:
        return ""
    return _MARK + _box().encrypt(secret.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """What `seal` was given. Raises Unreadable."""
    if not sealed:
        return ""
    if not is_sealed(sealed):
        raise Unreadable("The text was never sealed.")
    try:
        return _box().decrypt(sealed.removeprefix(_MARK)).decode()
    except (InvalidToken, ValueError) as error:
        raise Unreadable(
            "SECRET_KEY is not the one that the secret was sealed with."
        ) from error


def is_sealed(text: str) -> bool:
    """For migrations that seal what lay open: they may run twice."""
    return text.startswith(_MARK)


def _box() -> MultiFernet:
    return _made_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@lru_cache(maxsize=4)
def _made_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A key for this use alone, so that nothing else signed with SECRET_KEY helps to open a secret."""
    kdf = HKDF(
        algorithm=SHA256(), length=32, salt=None, info=b"sales expert: secrets at rest"
    )
    return base64.urlsafe_b64encode(kdf.derive(key.encode()))
