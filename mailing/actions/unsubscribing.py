"""What an addressee does by the link in his letter."""

from datetime import datetime

from django.db import transaction

from clients.actions import consents
from mailing.models import Recipient


@transaction.atomic
def unsubscribe(*, recipient: Recipient, everything: bool, at: datetime) -> None:
    """No advertisement to this address any more; with `everything` by no channel at all. The second time does nothing.

    The stop list keeps a hash of the address, so neither a new import nor the erasure of the card forgets it.
    """
    row = Recipient.objects.select_for_update().get(pk=recipient.pk)
    consents.unsubscribe(address=row.address, everything=everything, at=at)
    if row.unsubscribed_at is None:
        row.unsubscribed_at = at
        row.save(update_fields=["unsubscribed_at"])
