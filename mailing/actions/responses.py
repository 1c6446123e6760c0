"""How addressees answer: links followed, letters opened. Each is noted once, at its first moment."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from mailing.models import Click, MailingLink, Recipient


@transaction.atomic
def note_click(recipient_id: int, position: int, *, at: datetime, count: bool) -> str:
    """Where the link leads, or "" when there is no such link any more. With `count` the click is noted."""
    row = Recipient.objects.filter(pk=recipient_id).only("pk", "mailing_id", "clicked_at").first()  # fmt: skip
    if row is None:
        return ""
    link = MailingLink.objects.filter(mailing=row.mailing_id, position=position).first()
    if link is None or not link.url.startswith(("https://", "http://")):
        return ""
    if count:
        kept, made = Click.objects.get_or_create(
            recipient=row, link=link, defaults={"first_at": at, "last_at": at}
        )
        if not made:
            Click.objects.filter(pk=kept.pk).update(last_at=at, times=F("times") + 1)
        Recipient.objects.filter(pk=row.pk, clicked_at=None).update(clicked_at=at)
    return link.url


def note_opened(recipient_id: int, *, at: datetime) -> None:
    """Only where the mailing counts openings: an address made up for another is none."""
    Recipient.objects.filter(pk=recipient_id, opened_at=None, mailing__track_opens=True).update(opened_at=at)  # fmt: skip
