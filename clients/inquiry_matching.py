"""What the base knows already of who turned to us: cards, with the evidence, and earlier inquiries."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Q

from clients.duplicates import find_similar
from clients.models import Inquiry
from clients.similar import Found, as_told_to
from salesexpert.accounts.models import User

LIKE_SHOWN = 5
LIKE_DAYS = 365


@dataclass(frozen=True, slots=True)
class Matches:
    cards: list[Found]
    inquiries: list[Inquiry]


def matches_of(inquiry: Inquiry, user: User) -> Matches:
    """Cards by INN, phone, e-mail and name; inquiries of the last year with the same phone or e-mail, the newest first."""
    found = find_similar(
        name=inquiry.company or inquiry.name,
        inn=inquiry.inn,
        phones=inquiry.phones,
        emails=inquiry.emails,
    )
    return Matches(as_told_to(user, found), like(inquiry, user))


def like(inquiry: Inquiry, user: User) -> list[Inquiry]:
    same = Q()
    if inquiry.numbers:
        same |= Q(numbers__overlap=inquiry.numbers)
    if inquiry.emails:
        same |= Q(emails__overlap=inquiry.emails)
    if not same:
        return []
    since = inquiry.received_at - timedelta(days=LIKE_DAYS)
    return list(
        Inquiry.objects.visible_to(user)
        .filter(same, received_at__gte=since)
        .exclude(pk=inquiry.pk)
        .select_related("responsible")
        .order_by("-received_at", "-pk")[:LIKE_SHOWN]
    )
