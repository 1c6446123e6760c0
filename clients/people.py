"""Who works for a client now and before, with the number and address to reach each at."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from clients.choices import DecisionRole
from clients.models import Client, ContactLink, Email, Phone
from salesexpert.core.compiled import CompiledQuery

SHOWN = 50


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
    works_there: bool
    phone: str
    phone_e164: str
    extension: str
    email: str


@CompiledQuery
def _rows(client: int) -> QuerySet[ContactLink, Any]:
    phone = Phone.objects.filter(contact=OuterRef("contact")).order_by("position", "pk")
    email = Email.objects.filter(contact=OuterRef("contact")).order_by("position", "pk")
    as_typed = JSONObject(raw="raw", e164="e164", extension="extension")
    return (
        ContactLink.objects.filter(
            client=client, contact__archived_at=None, contact__bin=None
        )
        .annotate(
            number=Subquery(phone.values(number=as_typed)[:1]),
            address=Subquery(email.values("address")[:1]),
        )
        .order_by(
            F("until_on").desc(nulls_first=True), "-is_main", "contact__folded", "pk"
        )
        .values_list(
            "contact_id",
            "pk",
            "contact__first_name",
            "contact__patronymic",
            "contact__last_name",
            "position",
            "decision_role",
            "is_main",
            "from_on",
            "until_on",
            "number",
            "address",
        )[:SHOWN]
    )


def people_of(client: Client, *, on: date) -> list[Person]:
    """Contact persons of `client`, the main one first, those who left by the day `on` last. One query; at most 50."""
    roles = dict(DecisionRole.choices)
    people = []
    for pk, link, first, patronymic, last, position, role, is_main, from_on, until_on, number, address in _rows(client=client.pk):  # fmt: skip
        said: dict[str, str] = number or {}
        people.append(
            Person(
                pk=pk,
                link_id=link,
                name=" ".join(filter(None, (first, patronymic, last))),
                position=position,
                role=str(roles[role]) if role else "",
                is_main=is_main,
                until_on=until_on if until_on and until_on < on else None,
                works_there=(not from_on or from_on <= on)
                and (not until_on or until_on >= on),
                phone=said.get("raw", ""),
                phone_e164=said.get("e164", ""),
                extension=said.get("extension", ""),
                email=address or "",
            )
        )
    return people


def works_on(day: date) -> Q:
    """Condition on `ContactLink`: the person works there on `day`."""
    return (Q(from_on=None) | Q(from_on__lte=day)) & (
        Q(until_on=None) | Q(until_on__gte=day)
    )
