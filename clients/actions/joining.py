"""Two cards become one, and one becomes two again."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, cast

from django.db import models, transaction
from django.utils.translation import gettext as _

from clients import card_choices, completeness, joining, kinds, searching
from clients.actions import steps
from clients.choices import ActivityCode, ActivityStatus, PairState
from clients.models import (
    Activity,
    Client,
    ClientMerge,
    Contact,
    ContactMerge,
    RelationshipMove,
    SuspectedPair,
)
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import moment

UNDONE_WITHIN = timedelta(days=30)
# Who asked not to be called asked it of the firm, whichever card heard it.
_STRICTER = ("do_not_call", "stopped_at")


class CannotBeJoined(DomainError):
    """The two cards cannot become one now. Nothing was changed; `into` is the card to look at instead, if there is one."""

    def __init__(self, sentence: str, *, into: models.Model | None = None) -> None:
        super().__init__(sentence)
        self.into = into


class ChangedMeanwhile(DomainError):
    """One of the cards is no longer what the person saw when he chose. Nothing was changed."""


class CannotBeUndone(DomainError):
    pass


@transaction.atomic
def merge_clients(
    *,
    survivor: Client,
    loser: Client,
    by: User,
    at: datetime,
    choices: Mapping[str, str] | None = None,
    versions: tuple[int, int] | None = None,
) -> ClientMerge:
    """Make one card of two: all rows of `loser` become the survivor's, and his address leads there from now on.

    `choices` say for a field or a `Double.choice` whose value stays: "survivor", "loser" or "both"; what is not said is
    preset. `versions` are those of the two cards that the person saw.

    Raises CannotBeJoined when one of them is joined, archived or deleted already, ChangedMeanwhile when `versions` are
    no longer true.
    """
    survivor, loser = _locked(Client, survivor, loser)
    _refuse_unjoinable(survivor, loser, ClientMerge)
    if versions and versions != (survivor.version, loser.version):
        raise ChangedMeanwhile(
            _("One of the cards was changed meanwhile. Look at both again.")
        )
    done = joining.Done()
    chosen = dict(choices or {})
    _lift_from_below(survivor, loser, done)
    _join_fields(survivor, loser, chosen, done)
    _join_first_contact(survivor, loser, done)
    _note_step(survivor, done, by=by, at=at)
    joining.move_rows(survivor, loser, done, taken=chosen)
    _count_edition(done, survivor, loser)
    done.set_value(loser, "archived_at", at)
    done.set_value(loser, "merged_into", survivor.pk)
    record = ClientMerge.objects.create(
        survivor=survivor,
        loser=loser,
        by=by,
        at=at,
        moved=done.moved,
        removed=done.removed,
        changed=done.changed,
    )
    _settle_pairs(survivor, loser, by=by, at=at)
    _tell_history(
        survivor,
        _("Cards joined"),
        _("The card %(name)s (No. %(number)d) became part of this one.")
        % {"name": loser, "number": loser.pk},
        by=by,
        at=at,
    )
    journal.record("client.merged", survivor, by=by, at=at, loser=loser.pk)
    journal.record("client.merged_away", loser, by=by, at=at, survivor=survivor.pk)
    _refresh(survivor.pk, loser.pk)
    return record


@transaction.atomic
def undo_client_merge(*, record: ClientMerge, by: User, at: datetime) -> ClientMerge:
    """Make two cards of one again, within thirty days.

    What nobody touched since goes back; what was changed, added or moved on since stays where it is and is listed in
    the record's `kept_back`.

    Raises CannotBeUndone when it was undone already, is too old, or the survivor has become part of another card.
    """
    record = ClientMerge.objects.select_for_update().get(pk=record.pk)
    survivor, loser = _locked(Client, record.survivor, record.loser)
    _refuse_final(record, survivor, loser, at=at)
    left = joining.Left()
    joining.take_back(record, survivor, loser, left)
    Client._base_manager.filter(pk__in=[survivor.pk, loser.pk]).update(
        version=models.F("version") + 1
    )
    _close(record, left, by=by, at=at)
    SuspectedPair.objects.filter(
        first=min(survivor.pk, loser.pk),
        second=max(survivor.pk, loser.pk),
        state=PairState.MERGED,
    ).update(state=PairState.OPEN, decided_at=None, decided_by=None)
    _tell_history(
        survivor,
        _("Joining of cards undone"),
        _("The card %(name)s (No. %(number)d) stands alone again.")
        % {"name": loser, "number": loser.pk},
        by=by,
        at=at,
    )
    for card in (survivor, loser):
        journal.record("client.merge_undone", card, by=by, at=at, merge=record.pk)
    _refresh(survivor.pk, loser.pk)
    return record


@transaction.atomic
def merge_contacts(
    *,
    survivor: Contact,
    loser: Contact,
    by: User,
    at: datetime,
    choices: Mapping[str, str] | None = None,
    versions: tuple[int, int] | None = None,
) -> ContactMerge:
    """The same for two contact persons."""
    survivor, loser = _locked(Contact, survivor, loser)
    _refuse_unjoinable(survivor, loser, ContactMerge)
    if versions and versions != (survivor.version, loser.version):
        raise ChangedMeanwhile(
            _("One of the cards was changed meanwhile. Look at both again.")
        )
    done = joining.Done()
    chosen = dict(choices or {})
    _join_fields(survivor, loser, chosen, done)
    joining.move_rows(survivor, loser, done, taken=chosen)
    _count_edition(done, survivor, loser)
    done.set_value(loser, "archived_at", at)
    done.set_value(loser, "merged_into", survivor.pk)
    record = ContactMerge.objects.create(
        survivor=survivor,
        loser=loser,
        by=by,
        at=at,
        moved=done.moved,
        removed=done.removed,
        changed=done.changed,
    )
    journal.record("contact.merged", survivor, by=by, at=at, loser=loser.pk)
    journal.record("contact.merged_away", loser, by=by, at=at, survivor=survivor.pk)
    _refresh_people(survivor, loser)
    return record


@transaction.atomic
def undo_contact_merge(*, record: ContactMerge, by: User, at: datetime) -> ContactMerge:
    """The same for two contact persons."""
    record = ContactMerge.objects.select_for_update().get(pk=record.pk)
    survivor, loser = _locked(Contact, record.survivor, record.loser)
    _refuse_final(record, survivor, loser, at=at)
    left = joining.Left()
    joining.take_back(record, survivor, loser, left)
    Contact._base_manager.filter(pk__in=[survivor.pk, loser.pk]).update(
        version=models.F("version") + 1
    )
    _close(record, left, by=by, at=at)
    for card in (survivor, loser):
        journal.record("contact.merge_undone", card, by=by, at=at, merge=record.pk)
    _refresh_people(survivor, loser)
    return record


# ── the two cards ────────────────────────────────────────────────────────────────────────────────────────────────────


def _locked[Card: models.Model](
    card: type[Card], one: Card, other: Card
) -> tuple[Card, Card]:
    """Both rows locked and read again, always the older first: whoever joins them the other way round waits."""
    rows = card._base_manager.select_for_update(of=("self",)).filter(
        pk__in=[one.pk, other.pk]
    )
    found = {row.pk: row for row in rows.order_by("pk")}
    if len(found) != 2:
        raise CannotBeJoined(_("A card cannot be joined with itself."))
    return found[one.pk], found[other.pk]


def _refuse_unjoinable(
    survivor: Any, loser: Any, records: type[ClientMerge] | type[ContactMerge]
) -> None:
    for card in (loser, survivor):
        if card.merged_into_id:
            last = records.objects.filter(loser=card, undone_at=None).first()
            sentence = _("%(card)s has been joined with %(into)s already.")
            words = {"card": card, "into": card.merged_into}
            if last:
                sentence = _(
                    "%(card)s has been joined with %(into)s already: %(who)s, %(when)s."
                )
                words |= {"who": last.by, "when": moment(last.at)}
            raise CannotBeJoined(sentence % words, into=card.merged_into)
        if card.bin_id:
            raise CannotBeJoined(_("%(card)s lies in the bin.") % {"card": card})
        if card.erased_at:
            raise CannotBeJoined(
                _("The personal data of %(card)s have been erased.") % {"card": card}
            )
        if card.archived_at:
            raise CannotBeJoined(
                _("%(card)s is in the archive. Restore it before joining.")
                % {"card": card}
            )


def _refuse_final(record: Any, survivor: Any, loser: Any, *, at: datetime) -> None:
    if record.undone_at:
        raise CannotBeUndone(_("This joining has been undone already."))
    if at - record.at > UNDONE_WITHIN:
        raise CannotBeUndone(_("A joining can be undone for 30 days. They are over."))
    if survivor.merged_into_id:
        raise CannotBeUndone(
            _("%(card)s has itself been joined with %(into)s. Undo that joining first.")
            % {"card": survivor, "into": survivor.merged_into}
        )
    if survivor.erased_at or loser.erased_at:
        raise CannotBeUndone(
            _("Personal data have been erased since: there is nothing to go back to.")
        )
    if survivor.bin_id or loser.bin_id:
        raise CannotBeUndone(
            _("One of the two cards lies in the bin. Take it back first.")
        )


def _close(record: Any, left: joining.Left, *, by: User, at: datetime) -> None:
    record.undone_at, record.undone_by, record.kept_back = at, by, left.rows
    record.save(update_fields=["undone_at", "undone_by", "kept_back"])


def _count_edition(done: joining.Done, *cards: Any) -> None:
    """The number of the edition only grows, so the undoing does not know of it."""
    for card in cards:
        done.set_value(card, "version", card.version + 1)
        done.changed.pop()


def _join_fields(
    survivor: Any, loser: Any, chosen: Mapping[str, str], done: joining.Done
) -> None:
    for f in card_choices.fields_of(type(survivor)):
        mine, theirs = getattr(survivor, f.attname), getattr(loser, f.attname)
        choice = chosen.get(f.name) or card_choices.preset(f, mine, theirs)
        value = card_choices.value_of(f, choice, mine, theirs)
        if f.name == "outside_id" and value == theirs and theirs:
            # one id leads to one card
            done.set_value(loser, f.name, "")
        done.set_value(survivor, f.name, value)
    for name in _STRICTER:
        if getattr(loser, name) and not getattr(survivor, name):
            done.set_value(survivor, name, getattr(loser, name))


def _lift_from_below(survivor: Client, loser: Client, done: joining.Done) -> None:
    """A branch that swallows its own parent, near or far, takes that one's place; no card stands below itself."""
    above, seen = survivor.parent, {survivor.pk}
    while above is not None and above.pk not in seen:
        if above.pk == loser.pk:
            done.set_value(survivor, "parent", None)
            return
        seen.add(above.pk)
        above = above.parent
    below, seen = loser.parent, {loser.pk}
    while below is not None and below.pk not in seen:
        if below.pk == survivor.pk:
            done.set_value(loser, "parent", None)
            return
        seen.add(below.pk)
        below = below.parent


def _join_first_contact(survivor: Client, loser: Client, done: joining.Done) -> None:
    """The first contact is the earlier one, with its author."""
    if loser.first_contact_at and (
        not survivor.first_contact_at
        or loser.first_contact_at < survivor.first_contact_at
    ):
        done.set_value(survivor, "first_contact_at", loser.first_contact_at)
        done.set_value(survivor, "first_contact_by", loser.first_contact_by_id)


def _note_step(survivor: Client, done: joining.Done, *, by: User, at: datetime) -> None:
    """A relationship taken from the other card is a move like any other: its log is read for figures."""
    for change in done.changed:
        if change["field"] == "relationship" and change["pk"] == survivor.pk:
            RelationshipMove.objects.create(
                client=survivor,
                from_type_id=change["before"],
                to_type_id=change["after"],
                at=at,
                by=by,
                reason=_("Cards joined"),
            )


def _settle_pairs(survivor: Client, loser: Client, *, by: User, at: datetime) -> None:
    """The suspicion was right; those between the loser and others will be looked for anew, and what people denied holds."""
    first, second = sorted((survivor.pk, loser.pk))
    decided: dict[str, Any] = {"decided_at": at, "decided_by": by}
    pairs = SuspectedPair.objects
    pairs.filter(first_id=first, second_id=second).update(
        state=PairState.MERGED, **decided
    )
    of_loser = models.Q(first=loser) | models.Q(second=loser)
    pairs.filter(of_loser, state=PairState.OPEN).delete()
    denied = pairs.filter(of_loser, state=PairState.DISMISSED)
    others = {
        (pair.second_id if pair.first_id == loser.pk else pair.first_id): pair
        for pair in denied
    }
    others.pop(survivor.pk, None)
    pairs.bulk_create(
        (
            SuspectedPair(
                first_id=min(survivor.pk, other),
                second_id=max(survivor.pk, other),
                level=pair.level,
                evidence=pair.evidence,
                weight=pair.weight,
                state=PairState.DISMISSED,
                found_at=pair.found_at,
                decided_at=pair.decided_at,
                decided_by_id=pair.decided_by_id,
            )
            for other, pair in others.items()
        ),
        ignore_conflicts=True,
    )


def _tell_history(
    client: Client, title: str, summary: str, *, by: User, at: datetime
) -> None:
    kind = kinds.book().by_code(ActivityCode.NOTE)
    if kind is not None:
        Activity.objects.create(
            client=client,
            kind_id=kind.pk,
            title=title[:200],
            summary=summary,
            status=ActivityStatus.DONE,
            performer=by,
            created_by=by,
            created_at=at,
            done_at=at,
            feed_at=at,
            relationship_id=Client._base_manager.values_list("relationship").get(
                pk=client.pk
            )[0],
        )


def _refresh(*ids: int) -> None:
    for pk in ids:
        steps.refresh_one(pk)
    searching.refresh_search(ids)
    completeness.refresh(ids)


def _refresh_people(*people: Contact) -> None:
    searching.refresh_contact_search([p.pk for p in people])
    firms = cast(Any, Client)._base_manager.filter(contact_links__contact__in=people)
    searching.refresh_search(set(firms.values_list("pk", flat=True)))
