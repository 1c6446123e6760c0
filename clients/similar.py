"""What a person who types a client is told of cards that may be the same (CC13)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients.actions.clients import is_strong
from clients.duplicates import Similar
from clients.models import Client
from clients.take_overs import pass_for
from salesexpert.accounts.models import User

EVIDENCE: dict[str, str | Promise] = {
    "inn": _("the same INN"),
    "branch": _("the same INN, another KPP: a branch"),
    "phone": _("the same phone"),
    "email": _("the same e-mail"),
    "site": _("the same site"),
    "domain": _("the same mail domain"),
    "address": _("the same address"),
    "name": _("the same name"),
    "near_name": _("a like name"),
}


@dataclass(frozen=True, slots=True)
class Found:
    """A card as `user` may know of it: others' cards are named with their curator, without contents."""

    client: Client
    evidence: list[str | Promise]
    is_strong: bool
    may_open: bool
    # proof for the request to take over; empty when there is nothing to ask for
    seen: str = ""


def as_told_to(user: User, similar: Iterable[Similar]) -> list[Found]:
    listed = list(similar)
    if not listed:
        return []
    readable = set(
        Client.objects.visible_to(user)
        .filter(pk__in=[s.client.pk for s in listed])
        .values_list("pk", flat=True)
    )
    return [
        Found(
            s.client,
            [EVIDENCE.get(code, code) for code in s.evidence],
            is_strong(s),
            s.client.pk in readable,
            pass_for(user, s.client.pk)
            if s.client.curator_id != user.pk and s.client.archived_at is None
            else "",
        )
        for s in listed
    ]
