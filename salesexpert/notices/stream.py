"""What the pages and the `events` process agree on: the channel of the broker and the key to one person's stream.

No Django in here: the `events` process must stay small.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from urllib.parse import parse_qs, urlsplit

TOKEN_SECONDS = 60
_PURPOSE = b"salesexpert.notices.stream"


def channel(redis_url: str) -> str:
    """The channel of this installation: numbered databases of one broker share all channels."""
    parts = urlsplit(redis_url)
    number = parse_qs(parts.query).get("virtual_host") or parse_qs(parts.query).get(
        "db"
    )
    return f"salesexpert:events:{number[0] if number else parts.path.strip('/') or 0}"


def make_token(user_id: int, *, secret: str, at: float | None = None) -> str:
    """A key to the stream of `user_id` that opens it within a minute."""
    until = int(at if at is not None else time.time()) + TOKEN_SECONDS
    body = base64.urlsafe_b64encode(json.dumps([user_id, until]).encode()).decode()
    return f"{body}.{_signature(body, secret)}"


def read_token(token: str, *, secret: str, at: float | None = None) -> int | None:
    """Whose stream the key opens; None for a damaged, foreign or outlived key."""
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature.encode(), _signature(body, secret).encode()):
        return None
    try:
        user_id, until = json.loads(base64.urlsafe_b64decode(body))
    except (ValueError, TypeError, binascii.Error):
        return None
    now = at if at is not None else time.time()
    return user_id if isinstance(user_id, int) and now <= until else None


def _signature(body: str, secret: str) -> str:
    key = hashlib.sha256(_PURPOSE + secret.encode()).digest()
    return hmac.new(key, body.encode(), hashlib.sha256).hexdigest()
