"""Who takes part in a deal beside the responsible, and with what share."""

from typing import Any

from deals.models import Deal, DealParticipant
from salesexpert.accounts.models import User


def of_deal(deal: Deal, user: User) -> dict[str, Any]:
    rows = DealParticipant.objects.filter(deal=deal).select_related("user")
    return {"participants": list(rows)}
