"""A person whose data are protected: a contact person, or a client (a private person; a firm for its own addresses)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from clients.models import Client, Contact, Email, Phone
from salesexpert.accounts.models import User

CONTACT, CLIENT = "contact", "client"


@dataclass(frozen=True, slots=True)
class Person:
    """`root` is the contact person or the client's card."""

    root: Any

    @property
    def kind(self) -> str:
        return CONTACT if isinstance(self.root, Contact) else CLIENT

    @property
    def pk(self) -> int:
        return int(self.root.pk)

    @property
    def owner(self) -> dict[str, Any]:
        """How rows that belong to him name him: `Consent.objects.filter(**person.owner)`."""
        return {self.kind: self.root}

    @property
    def is_private(self) -> bool:
        """Whether his card is personal data as a whole: of a firm only what its people said is."""
        return self.kind == CONTACT or self.root.is_person

    @property
    def url(self) -> str:
        return reverse("clients:person_data", args=[self.kind, self.pk])

    def emails(self) -> list[Email]:
        return list(Email.objects.filter(**self.owner))

    def phones(self) -> list[Phone]:
        return list(Phone.objects.filter(**self.owner))

    def __str__(self) -> str:
        return str(self.root)


def of_row(row: Any) -> Person:
    """Whose a consent, a request or an erasure is; reads `contact` or `client` of the row."""
    return Person(row.contact if row.contact_id else row.client)


def locked(person: Person) -> Person:
    """The person read anew under a lock, so that deeds on his data take turns."""
    return Person(type(person.root)._base_manager.select_for_update().get(pk=person.pk))


def read(kind: str, pk: int, *, user: User) -> Person | None:
    """The person that `user` may see, or None."""
    models: Mapping[str, Any] = {CONTACT: Contact, CLIENT: Client}
    if kind not in models:
        return None
    seen = models[kind].objects.visible_to(user)
    if kind == CLIENT:
        seen = seen.select_related("legal_form")
    root = seen.filter(pk=pk).first()
    return Person(root) if root else None
