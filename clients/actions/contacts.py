"""Contact persons: a base of their own, and their places in firms."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext as _

from clients import card_state, phones, searching
from clients.actions.clients import EditsClash
from clients.merging import State, merge
from clients.models import Client, Contact, ContactLink, Email, Phone
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold


class WorksThereAlready(DomainError):
    pass


class LeftBeforeHeCame(DomainError):
    pass


class LooksKnownPerson(DomainError):
    """There are persons with the same phone, e-mail or full name. Nothing was saved."""

    def __init__(self, known: list[Contact]) -> None:
        super().__init__(_("This person may be in the base already."))
        self.known = known


@dataclass(frozen=True, slots=True)
class Place:
    """A person's place in a firm. `until_on` is the last day there; None while he works."""

    position: str = ""
    decision_role: str = ""
    is_main: bool = False
    from_on: date | None = None
    until_on: date | None = None


@transaction.atomic
def create_contact(
    *,
    state: State,
    by: User,
    at: datetime,
    client: Client | None = None,
    place: Place | None = None,
    others: bool = False,
) -> Contact:
    """Enter a person with `state` (see `card_state`), in `client` if one is given.

    Raises LooksKnownPerson when someone has the same phone, e-mail or full name, unless `others` says he is another.
    """
    if not others and (known := known_persons(state)):
        raise LooksKnownPerson(known)
    contact = Contact(created_at=at, created_by=by)
    fields = {key: value for key, value in state.items() if ":" not in key}
    card_state.write(contact, {}, fields)
    contact.save()
    card_state.write(contact, fields, state)
    journal.record("contact.created", contact, by=by, at=at)
    if client is not None:
        link(contact=contact, client=client, place=place or Place(), by=by, at=at)
    searching.refresh_contact_search([contact.pk])
    return contact


def known_persons(state: State, *, limit: int = 5) -> list[Contact]:
    """Persons who share a phone, an e-mail or the whole name (with a patronymic) with the one being entered."""
    raws = [row[0] for _id, row in card_state.rows_of(state, "phones")]
    numbers = [n.e164 for raw in raws for n in phones.read(raw) if n.e164]
    addresses = [row[0].upper() for _id, row in card_state.rows_of(state, "emails")]
    alike = Q()
    if numbers:
        alike |= Q(
            pk__in=Phone.objects.filter(e164__in=numbers, contact__isnull=False).values(
                "contact"
            )
        )
    if addresses:
        mail = Email.objects.annotate(upper=Upper("address"))
        alike |= Q(
            pk__in=mail.filter(upper__in=addresses, contact__isnull=False).values(
                "contact"
            )
        )
    names = {
        name: state.get(name, "") for name in ("last_name", "first_name", "patronymic")
    }
    if all(names.values()):
        alike |= Q(folded=fold(" ".join(names.values())))
    if not alike:
        return []
    return list(
        Contact.objects.filter(alike, archived_at=None).order_by("folded", "pk")[:limit]
    )


@transaction.atomic
def change_contact(
    *, contact: Contact, base: State, state: State, by: User, at: datetime
) -> list[str]:
    """Save what a person typed over `base`; what others saved meanwhile stays. Returns the keys that changed.

    Raises EditsClash when both changed the same value differently.
    """
    contact = Contact.objects.select_for_update().get(pk=contact.pk)
    now = card_state.read(contact)
    merged, clashes = merge(base, now, state)
    if clashes:
        raise EditsClash(clashes, theirs=now, merged=merged)
    changed = card_state.write(contact, now, merged)
    if changed:
        contact.version += 1
        fields = [key for key in changed if ":" not in key]
        contact.save(update_fields=[*fields, "version", "updated_at"])
        _refresh(contact)
    return changed


@transaction.atomic
def link(
    *, contact: Contact, client: Client, place: Place, by: User, at: datetime
) -> ContactLink:
    """Give a person a place in a firm. Raises WorksThereAlready, or LeftBeforeHeCame for impossible days."""
    Client.objects.select_for_update(of=["self"]).get(pk=client.pk)
    _check(place)
    if (
        place.until_on is None
        and ContactLink.objects.filter(
            contact=contact, client=client, until_on=None
        ).exists()
    ):
        raise WorksThereAlready(
            _("%(person)s works there already.") % {"person": contact}
        )
    made = ContactLink.objects.create(
        contact=contact,
        client=client,
        position=place.position,
        decision_role=place.decision_role,
        is_main=place.is_main and place.until_on is None,
        from_on=place.from_on,
        until_on=place.until_on,
    )
    _only_main(made)
    journal.record("contact.linked", client, by=by, at=at, contact=contact.pk)
    _refresh(contact)
    return made


@transaction.atomic
def change_place(
    *, place_of: ContactLink, place: Place, by: User, at: datetime
) -> None:
    """Change position, role or days of a place. A place that ends stays with its days: the history is his."""
    held = (
        ContactLink.objects.select_for_update(of=["self"])
        .select_related("contact")
        .get(pk=place_of.pk)
    )
    _check(place)
    if (
        held.until_on
        and place.until_on is None
        and ContactLink.objects.filter(
            contact=held.contact_id, client=held.client_id, until_on=None
        ).exists()
    ):
        raise WorksThereAlready(
            _("%(person)s works there already.") % {"person": held.contact}
        )
    held.position, held.decision_role = place.position, place.decision_role
    held.from_on, held.until_on = place.from_on, place.until_on
    held.is_main = place.is_main and place.until_on is None
    held.save()
    _only_main(held)
    _refresh(held.contact)


@transaction.atomic
def leave(*, place_of: ContactLink, on: date, by: User, at: datetime) -> None:
    """The person's last day in the firm. What he said and what was promised to him stay in the history."""
    held = (
        ContactLink.objects.select_for_update(of=["self"])
        .select_related("contact", "client")
        .get(pk=place_of.pk)
    )
    _check(Place(from_on=held.from_on, until_on=on))
    held.until_on, held.is_main = on, False
    held.save(update_fields=["until_on", "is_main"])
    journal.record("contact.left", held.client, by=by, at=at, contact=held.contact_id)
    _refresh(held.contact)


@transaction.atomic
def set_contact_archived(
    *, contact: Contact, archived: bool, by: User, at: datetime
) -> bool:
    """Take a person out of lists or bring him back; nothing is deleted. False when nothing changed."""
    changed = Contact.objects.filter(
        pk=contact.pk, archived_at__isnull=archived
    ).update(archived_at=at if archived else None)
    if changed:
        verb = "contact.archived" if archived else "contact.restored"
        journal.record(verb, contact, by=by, at=at)
        _refresh(contact)
    return bool(changed)


def _check(place: Place) -> None:
    if place.from_on and place.until_on and place.until_on < place.from_on:
        raise LeftBeforeHeCame(_("The last day is before the first one."))


def _only_main(made: ContactLink) -> None:
    if made.is_main:
        ContactLink.objects.filter(client=made.client_id, is_main=True).exclude(
            pk=made.pk
        ).update(is_main=False)


def _refresh(contact: Contact) -> None:
    """Search finds a person by his firms, and a firm by its people."""
    searching.refresh_contact_search([contact.pk])
    searching.refresh_search(
        list(
            ContactLink.objects.filter(contact=contact).values_list("client", flat=True)
        )
    )
