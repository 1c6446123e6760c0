"""Who works for a client now and before, with the number and address to reach each at."""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Q, Subquery

from clients.models import Client, ContactLink, Email, Phone


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the card's contact list. `link_id` is his place in the firm, `phone` and `email` his first ones."""

    pk: int
    link_id: int
    name: str
    position: str
    role: str
    is_main: bool
    until_on: date | None
    phone: str
    phone_e164: str
    extension: str
    email: str


def people_of(client: Client, *, on: date, limit: int = 50) -> list[Person]:
    """Contact persons of `client`, the main one first, those who left by the day `on` last. One query."""
    phone = Phone.objects.filter(contact=OuterRef("contact")).order_by("position", "pk")
    email = Email.objects.filter(contact=OuterRef("contact")).order_by("position", "pk")
    links = (
        ContactLink.objects.filter(client=client, contact__archived_at=None)
        .select_related("contact")
        .annotate(
            phone_raw=Subquery(phone.values("raw")[:1]),
            phone_e164=Subquery(phone.values("e164")[:1]),
            phone_extension=Subquery(phone.values("extension")[:1]),
            email_address=Subquery(email.values("address")[:1]),
        )
        .order_by(
            F("until_on").desc(nulls_first=True), "-is_main", "contact__folded", "pk"
        )[:limit]
    )
    return [
        Person(
            pk=link.contact_id,
            link_id=link.pk,
            name=str(link.contact),
            position=link.position,
            role=link.get_decision_role_display() if link.decision_role else "",
            is_main=link.is_main,
            until_on=link.until_on if link.until_on and link.until_on < on else None,
            phone=link.phone_raw or "",
            phone_e164=link.phone_e164 or "",
            extension=link.phone_extension or "",
            email=link.email_address or "",
        )
        for link in links
    ]


def works_on(day: date) -> Q:
    """Condition on `ContactLink`: the person works there on `day`."""
    return (Q(from_on=None) | Q(from_on__lte=day)) & (
        Q(until_on=None) | Q(until_on__gte=day)
    )
