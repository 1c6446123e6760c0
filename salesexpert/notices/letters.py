"""A notice as a letter, in the reader's language and time zone."""

from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from salesexpert.accounts.zones import zone_of
from salesexpert.notices.models import Notice
from salesexpert.outbox.actions import BadAddress, queue_letter

LETTER = "notice"


def write(notice: Notice, *, not_before: datetime | None) -> None:
    """Queue the letter of this notice, once; who has no address that works gets none."""
    user = notice.user
    if not user.email:
        return
    with (
        translation.override(user.language),
        timezone.override(zone_of(user.time_zone)),
    ):
        text = notice.text
        context = {
            "notice": notice,
            "text": text,
            "link": settings.PUBLIC_URL + notice.link if notice.link else "",
            "choices": settings.PUBLIC_URL + reverse("notices:choices"),
        }
        body = render_to_string("notices/letters/notice.txt", context)
    try:
        queue_letter(
            to=user.email,
            subject=text,
            text=body,
            kind=LETTER,
            key=f"notice:{user.pk}:{notice.key}"[:200],
            at=notice.at,
            not_before=not_before,
        )
    except BadAddress:
        return
