"""Signed addresses in letters: who followed which link. They carry ids only, so they lead nowhere but where our rows say."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

_CLICK = Signer(salt="mailing.click", sep="~")
_OPEN = Signer(salt="mailing.open", sep="~")


def click_url(recipient_id: int, position: int) -> str:
    token = _CLICK.sign(f"{recipient_id}-{position}")
    return settings.PUBLIC_URL + reverse("mailing:click", args=[token])


def read_click(token: str) -> tuple[int, int] | None:
    """Addressee and place of the link; None for a damaged one."""
    try:
        recipient, _dash, position = _CLICK.unsign(token).partition("-")
        return int(recipient), int(position)
    except (BadSignature, ValueError):
        return None


def pixel_url(recipient_id: int) -> str:
    return settings.PUBLIC_URL + reverse("mailing:open", args=[_OPEN.sign(str(recipient_id))])  # fmt: skip


def read_pixel(token: str) -> int | None:
    try:
        return int(_OPEN.unsign(token))
    except (BadSignature, ValueError):
        return None
