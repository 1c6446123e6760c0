"""DKIM (RFC 6376): letters from our domains carry a signature that the receiver checks against a key in the DNS.

Signed with rsa-sha256, relaxed/relaxed. Headers that letters may lack are signed as absent too, so that nobody adds one;
both headers of RFC 8058 are covered, as Gmail and Yahoo ask.
"""

import base64
import hashlib
import re
import time
from dataclasses import dataclass
from email.utils import parseaddr

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from salesexpert.core import secrets_at_rest
from salesexpert.core.held import Held
from salesexpert.outbox.models import SigningKey

SIGNED = (
    *("from", "to", "subject", "date", "message-id", "reply-to", "mime-version"),
    *("content-type", "content-transfer-encoding", "in-reply-to", "references"),
    *("list-unsubscribe", "list-unsubscribe-post", "feedback-id"),
)
# Said twice among the signed, they cannot be added on the way.
_ONCE_MORE = ("from", "subject", "to")
_SPACES = re.compile(rb"[ \t]+")
_FOLD = re.compile(rb"\r\n(?=[ \t])")


@dataclass(frozen=True, slots=True)
class Signer:
    domain: str
    selector: str
    key: RSAPrivateKey


def new_key() -> tuple[str, str]:
    """A private key (PEM) and the public half as the DNS record spells it (base64)."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode("ascii"), base64.b64encode(public).decode("ascii")


def _load() -> dict[str, Signer]:
    found = {}
    for row in SigningKey.objects.filter(is_active=True):
        try:
            pem = secrets_at_rest.unseal(row.private_sealed)
        except secrets_at_rest.Unreadable:
            continue  # the page of the checks says so; a letter without a signature is still a letter
        key = serialization.load_pem_private_key(pem.encode(), None)
        assert isinstance(key, RSAPrivateKey)
        found[row.domain] = Signer(row.domain, row.selector, key)
    return found


_signers = Held("signing-keys", _load)


def forget() -> None:
    """Keys were changed."""
    _signers.forget()


def signed(content: bytes, *, sender: str) -> bytes:
    """The letter with its signature on top; as it is where the sender's domain has no key of ours."""
    domain = parseaddr(sender)[1].rpartition("@")[2].lower()
    signer = _signers.get().get(domain)
    return (
        signature(content, signer, at=int(time.time())) + content if signer else content
    )


def signature(content: bytes, signer: Signer, *, at: int) -> bytes:
    """The DKIM-Signature header of a letter as it travels (CRLF, 7 bit), with its line end."""
    head, _gap, body = content.partition(b"\r\n\r\n")
    headers: dict[str, list[bytes]] = {}
    names = []
    for line in _FOLD.sub(b"", head).split(b"\r\n"):
        said, _colon, value = line.partition(b":")
        lower = said.strip().lower().decode("ascii", "replace")
        headers.setdefault(lower, []).append(value)
    lines = []
    for name in (*SIGNED, *_ONCE_MORE):
        if (
            name in SIGNED
            and name not in headers
            and name not in _ONCE_MORE
            and name not in _LISTS
        ):
            continue
        names.append(name)
        if headers.get(name):
            lines.append(_relaxed(name, headers[name].pop()))
    digest = base64.b64encode(hashlib.sha256(_relaxed_body(body)).digest())
    ours = (
        f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={signer.domain}; s={signer.selector};\r\n"
        f" t={at}; h={':'.join(names[:7])}:\r\n {':'.join(names[7:])};\r\n"
        f" bh={digest.decode()};\r\n b="
    ).encode("ascii")
    data = b"".join(
        [*lines, _relaxed("dkim-signature", _FOLD.sub(b"", ours)).removesuffix(b"\r\n")]
    )
    made = base64.b64encode(signer.key.sign(data, padding.PKCS1v15(), hashes.SHA256()))
    folded = b"\r\n ".join(made[i : i + 72] for i in range(0, len(made), 72))
    return b"DKIM-Signature: " + ours + folded + b"\r\n"


# Signed even where they are absent.
_LISTS = ("list-unsubscribe", "list-unsubscribe-post")


def _relaxed(name: str, value: bytes) -> bytes:
    return name.encode("ascii") + b":" + _SPACES.sub(b" ", value).strip() + b"\r\n"


def _relaxed_body(body: bytes) -> bytes:
    lines = [_SPACES.sub(b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    text = b"\r\n".join(lines).rstrip(b"\r\n")
    return text + b"\r\n" if text else b""
