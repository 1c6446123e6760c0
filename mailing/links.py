"""Links in letters that work without signing in: signed, for one purpose each."""

from django.core import signing

_DIGEST = "mailing.digest"


def digest_token(user_id: int) -> str:
    return signing.dumps(user_id, salt=_DIGEST)


def read_digest_token(token: str) -> int | None:
    """Whose letter the link ends; None for a damaged link. It lasts: an old letter may be ended too."""
    try:
        user_id = signing.loads(token, salt=_DIGEST)
    except signing.BadSignature:
        return None
    return user_id if isinstance(user_id, int) else None
