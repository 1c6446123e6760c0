"""Who takes part in a deal beside the responsible, and with what share."""

from typing import Any

from django.db.models import QuerySet

from deals.models import Deal, DealParticipant
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledRecords


@CompiledRecords
def _rows(deal: int) -> QuerySet[DealParticipant]:
    return DealParticipant.objects.filter(deal=deal).select_related("user")


def of_deal(deal: Deal, user: User) -> dict[str, Any]:
    return {"participants": _rows.records(deal=deal.pk)}
