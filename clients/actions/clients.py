"""What becomes of a client's card."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from clients import card_state, completeness, searching
from clients.actions import ladder
from clients.duplicates import Similar, find_similar
from clients.merging import Clash, State, merge
from clients.models import Client, RelationshipMove, RelationshipType
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

ONE_AT_A_TIME = 7_302_011  # any number of our own: the name of the lock
STRONG = frozenset({"inn", "branch", "phone", "email", "site", "name"})


class CardIsArchived(DomainError):
    pass


class CannotBeItsOwnParent(DomainError):
    pass


class Incomplete(DomainError):
    """Values that the client's type demands are not there. Nothing was saved."""

    def __init__(self, missing: Sequence[completeness.Rule]) -> None:
        names = ", ".join(str(rule.label) for rule in missing)
        super().__init__(
            _("Not saved: the card must also say %(names)s.") % {"names": names}
        )
        self.missing = missing


class EditsClash(DomainError):
    """Another person changed the same values meanwhile. Nothing was saved.

    `clashes` are the values that both changed, `theirs` the card as it is now, `merged` what it becomes if mine wins.
    """

    def __init__(self, clashes: list[Clash], *, theirs: State, merged: State) -> None:
        super().__init__(_("The card was changed meanwhile."))
        self.clashes, self.theirs, self.merged = clashes, theirs, merged


class LooksKnown(DomainError):
    """There are cards that may be this very client. Nothing was saved; whoever knows better names them as others."""

    def __init__(self, similar: list[Similar]) -> None:
        super().__init__(_("A card of this client may exist already."))
        self.similar = similar


@transaction.atomic
def create_client(
    *,
    state: State,
    by: User,
    at: datetime,
    others: Collection[int] = (),
    relationship: RelationshipType | None = None,
    first_contact_at: datetime | None = None,
    demand: bool = False,
) -> Client:
    """Open a card with `state` (see `card_state`). It begins at the lowest step of the ladder unless told otherwise.

    `others` are ids of cards that the person has seen and calls other clients. `first_contact_at` is given when the
    contact has already been made: then `by` is its author, once and for all.

    Raises LooksKnown when a card outside `others` shares an INN, a phone, an e-mail, a site or the name; with `demand`
    also Incomplete, when the company refuses such a card without what is missing here.
    """
    # Two people typing one firm at once must not both find nothing: opening cards takes turns.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    known = [s for s in similar_to(state) if s.client.pk not in others and is_strong(s)]
    if known:
        raise LooksKnown(known)
    relationship = relationship or _lowest_step()
    client = Client(
        relationship=relationship,
        created_at=at,
        created_by=by,
        first_contact_at=first_contact_at,
        first_contact_by=by if first_contact_at else None,
    )
    fields = {key: value for key, value in state.items() if ":" not in key}
    card_state.write(client, {}, fields)
    client.save()
    card_state.write(client, fields, state)
    RelationshipMove.objects.create(client=client, to_type=relationship, at=at, by=by)
    journal.record("client.created", client, by=by, at=at)
    searching.refresh_search([client.pk])
    if demand:
        _refuse_incomplete(client)
    if _says_interest(state):
        ladder.rise_by_facts([client.pk], by=by, at=at)
    return client


def _lowest_step() -> RelationshipType:
    """Where everyone begins; a company that retired all its steps still has them on its cards."""
    steps = RelationshipType.objects.order_by(
        F("retired_at").asc(nulls_first=True), "step", "position"
    )
    return steps[0]


def similar_to(state: State, *, exclude: int | None = None) -> list[Similar]:
    """Cards that may be the client described by `state`."""

    def values(prefix: str) -> list[str]:
        return [row[0] for _id, row in card_state.rows_of(state, prefix)]

    return find_similar(
        name=state.get("name", ""),
        inn=state.get("inn", ""),
        kpp=state.get("kpp", ""),
        phones=values("phones"),
        emails=values("emails"),
        sites=values("sites"),
        exclude=exclude,
    )


def is_strong(similar: Similar) -> bool:
    """Whether a person must say that this is another client; a near name or a shared domain alone is only shown."""
    return bool(STRONG.intersection(similar.evidence))


def _says_interest(keys: Iterable[str]) -> bool:
    """Whether these keys of a card's state are facts that may lift the client."""
    return any(key.partition(":")[0] == "interest" for key in keys)


def _refuse_incomplete(client: Client) -> None:
    missing, refused = completeness.lacking(client.pk)
    if missing and refused:
        raise Incomplete(missing)


@transaction.atomic
def change_client(
    *,
    client: Client,
    base: State,
    state: State,
    by: User,
    at: datetime,
    demand: bool = False,
) -> list[str]:
    """Save what a person typed over `base`; what others saved meanwhile stays. Returns the keys that changed.

    With `demand` the card must say what its type requires: one value filled in by itself is welcome without it.

    Raises EditsClash when both changed the same value differently, CardIsArchived, CannotBeItsOwnParent, Incomplete.
    """
    client = Client.objects.select_for_update(of=["self"]).get(pk=client.pk)
    if client.archived_at:
        raise CardIsArchived(
            _("The card is in the archive. Restore it before changing it.")
        )
    now = card_state.read(client)
    merged, clashes = merge(base, now, state)
    if clashes:
        raise EditsClash(clashes, theirs=now, merged=merged)
    if merged.get("parent") != now.get("parent"):
        _refuse_circles(client, merged.get("parent"))
    changed = card_state.write(client, now, merged)
    if changed:
        client.version += 1
        client.save(
            update_fields=[k for k in changed if ":" not in k]
            + ["version", "updated_at"]
        )
        if merged.get("curator") != now.get("curator"):
            journal.record(
                "client.curator_changed",
                client,
                by=by,
                at=at,
                from_user=now.get("curator"),
                to_user=merged.get("curator"),
            )
        searching.refresh_search([client.pk])
        if _says_interest(changed):
            ladder.rise_by_facts([client.pk], by=by, at=at)
    if demand:
        _refuse_incomplete(client)
    return changed


@transaction.atomic
def confirm_card(*, client: Client, by: User, at: datetime) -> None:
    """Note that a person has looked the card through and it is right as it stands. Raises CardIsArchived."""
    client = Client.objects.select_for_update(of=["self"]).get(pk=client.pk)
    if client.archived_at:
        raise CardIsArchived(
            _("The card is in the archive. Restore it before changing it.")
        )
    client.save(update_fields=["updated_at"])
    journal.record("client.confirmed", client, by=by, at=at)
    completeness.refresh([client.pk], at=at)


def _refuse_circles(client: Client, parent: int | None) -> None:
    """A firm above itself, near or far, has no top: reports by parent firm would never end."""
    seen = {client.pk}
    while parent:
        if parent in seen:
            raise CannotBeItsOwnParent(
                _(
                    "This firm stands below the card itself: it cannot be its parent firm."
                )
            )
        seen.add(parent)
        parent = Client.objects.values_list("parent", flat=True).get(pk=parent)


@transaction.atomic
def set_first_contact(*, client: Client, by: User, at: datetime) -> bool:
    """Note when and by whom the client was first contacted; False when that is known already: it is set once."""
    return bool(
        Client.objects.filter(pk=client.pk, first_contact_at=None).update(
            first_contact_at=at, first_contact_by=by
        )
    )


@transaction.atomic
def archive_client(*, client: Client, by: User, at: datetime) -> bool:
    """Take the card out of lists; nothing is deleted. False when it is there already."""
    return _set_archived(client, by=by, at=at, archived=True)


@transaction.atomic
def restore_client(*, client: Client, by: User, at: datetime) -> bool:
    """Bring an archived card back. False when it is no longer in the archive."""
    return _set_archived(client, by=by, at=at, archived=False)


def _set_archived(client: Client, *, by: User, at: datetime, archived: bool) -> bool:
    client = Client.objects.select_for_update(of=["self"]).get(pk=client.pk)
    if (client.archived_at is not None) == archived or client.merged_into_id:
        return False  # a card that was joined into another comes back by undoing that
    client.archived_at = at if archived else None
    client.save(update_fields=["archived_at", "updated_at"])
    verb: Any = "client.archived" if archived else "client.restored"
    journal.record(verb, client, by=by, at=at)
    return True
