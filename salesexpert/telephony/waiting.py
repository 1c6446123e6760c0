"""Talks of a person that wait for a word of his: his day begins with them."""

from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.db.models import Q, QuerySet

from clients.models.client import display_name
from salesexpert.accounts.models import User
from salesexpert.core.compiled import CompiledQuery
from salesexpert.telephony.choices import Waits
from salesexpert.telephony.models import Call
from salesexpert.telephony.querysets import WAITS_AT_MOST

SHOWN = 10


class Waiting(TypedDict):
    pk: int
    at: datetime
    number: str
    client: str


@CompiledQuery
def _waiting(user: int, since: datetime) -> QuerySet[Call, Any]:
    rows = Call.objects.filter(
        Q(waits=Waits.CARD) | Q(waits=Waits.SUMMARY, activity__summary="", activity__bin=None),
        user=user,
        began_at__gt=since,
    ).exclude(waits=Waits.NOTHING)  # fmt: skip
    return rows.order_by("-began_at", "-pk").values_list(
        "pk", "began_at", "number", "number_raw", "client__name", "client__is_person", "client__legal_form__name"
    )[:SHOWN]  # fmt: skip


def waiting_of(user: User, *, at: datetime) -> list[Waiting]:
    """One query; none for whoever sees no calls."""
    if not user.has_perm("telephony.view_call"):
        return []
    # To the day: the same question all day long.
    since = at - timedelta(days=WAITS_AT_MOST.days)
    return [
        Waiting(
            pk=pk,
            at=began_at,
            number=number or raw,
            client=display_name(form or "", name, is_person=is_person) if name else "",
        )
        for pk, began_at, number, raw, name, is_person, form in _waiting(user=user.pk, since=since)
    ]  # fmt: skip
