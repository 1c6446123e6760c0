"""Making and changing the company's own fields, and arranging the card. Values are never lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients.choices import OwnFieldType
from clients.models import CardLayout, OwnBlock, OwnChoice, OwnField, OwnValue
from salesexpert.accounts.models import Role, User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold

MOST_FIELDS = 200


class TypeIsSettled(DomainError):
    pass


class NameIsTaken(DomainError):
    pass


class HoldsValues(DomainError):
    pass


class TooMany(DomainError):
    pass


class ArrangedMeanwhile(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """A line of the list of choices; `pk` is None for a new one."""

    pk: int | None
    name: str
    name_en: str = ""
    retired: bool = False


@transaction.atomic
def save_field(
    *, field: OwnField, choices: Sequence[ChoiceRow], by: User, at: datetime
) -> OwnField:
    """Save a new or changed field, for the type “choice” with its choices in order.

    Raises TypeIsSettled when cards have values of the old type, NameIsTaken for the name of another field.
    """
    before = OwnField.objects.select_for_update().get(pk=field.pk) if field.pk else None
    _refuse_name(field)
    if before is None:
        last = OwnField.objects.filter(owner=field.owner, removed_at=None)
        if last.count() >= MOST_FIELDS:
            raise TooMany(_("There are %d fields already.") % MOST_FIELDS)
        field.position = _after(last)
    elif before.type != field.type and before.values.exists():
        raise TypeIsSettled(
            _(
                "Cards have values in this field, so its type stays “%(type)s”. Make a new field for another type and retire this one."
            )
            % {"type": before.get_type_display()}
        )
    field.save()
    if field.type == OwnFieldType.CHOICE:
        _save_choices(field, choices, at=at)
    verb = "own_field.changed" if before else "own_field.added"
    journal.record(verb, by, by=by, at=at, name=field.name, field=field.pk)
    return field


def _refuse_name(field: OwnField) -> None:
    same = OwnField.objects.filter(
        owner=field.owner, folded=fold(field.name)[:160], removed_at=None
    ).exclude(pk=field.pk)
    if found := same.first():
        raise NameIsTaken(
            _("There is a retired field with this name: bring it back instead.")
            if found.retired_at
            else _("There is a field with this name already.")
        )


def _save_choices(field: OwnField, rows: Sequence[ChoiceRow], *, at: datetime) -> None:
    """Choices in the order of `rows`. One left out is removed, or retired when cards have it."""
    known = {c.pk: c for c in field.choices.all()}
    by_name = {c.folded: c for c in known.values()}
    kept = set()
    for position, row in enumerate(rows):
        folded = fold(row.name)[:160]
        choice = known.get(row.pk or 0) or by_name.get(folded) or OwnChoice(field=field)
        if choice.pk in kept and choice.pk:
            continue
        choice.name, choice.name_en, choice.position = row.name, row.name_en, position
        choice.retired_at = (choice.retired_at or at) if row.retired else None
        choice.save()
        kept.add(choice.pk)
    for pk, choice in known.items():
        if pk in kept:
            continue
        if choice.values.exists():
            choice.retired_at = choice.retired_at or at
            choice.position = len(rows)
            choice.save()
        else:
            choice.delete()


@transaction.atomic
def retire_field(*, field: OwnField, by: User, at: datetime) -> bool:
    """Take the field out of cards, lists and files; its values stay. False when it is retired already."""
    return _set_retired(field, by=by, at=at, retired=True)


@transaction.atomic
def restore_field(*, field: OwnField, by: User, at: datetime) -> bool:
    """Bring a retired field back with all its values."""
    return _set_retired(field, by=by, at=at, retired=False)


def _set_retired(field: OwnField, *, by: User, at: datetime, retired: bool) -> bool:
    field = OwnField.objects.select_for_update().get(pk=field.pk)
    if (field.retired_at is not None) == retired or field.removed_at:
        return False
    field.retired_at = at if retired else None
    field.save(update_fields=["retired_at"])
    verb = "own_field.retired" if retired else "own_field.restored"
    journal.record(verb, by, by=by, at=at, name=field.name, field=field.pk)
    return True


@transaction.atomic
def remove_field(*, field: OwnField, by: User, at: datetime) -> None:
    """Remove a field that no card has filled in. Raises HoldsValues otherwise: then it can only be retired."""
    field = OwnField.objects.select_for_update().get(pk=field.pk)
    held = OwnValue.objects.filter(field=field)[:1000].count()
    if held:
        raise HoldsValues(
            ngettext(
                "%(count)d card has a value in this field. Retire it: the value stays and can be brought back.",
                "%(count)d cards have values in this field. Retire it: the values stay and can be brought back.",
                held,
            )
            % {"count": held}
        )
    if field.removed_at:
        return
    field.retired_at, field.removed_at = field.retired_at or at, at
    field.save(update_fields=["retired_at", "removed_at"])
    journal.record(
        "own_field.removed", by, by=by, at=at, name=field.name, field=field.pk
    )


@transaction.atomic
def order_fields(*, owner: str, order: Sequence[int], by: User, at: datetime) -> None:
    """Put the fields of `owner` in this order; those it does not name follow as they stood."""
    fields = list(
        OwnField.objects.select_for_update()
        .filter(owner=owner, removed_at=None)
        .order_by("position", "pk")
    )
    place = {pk: at for at, pk in enumerate(order)}
    fields.sort(key=lambda f: place.get(f.pk, len(place)))
    for position, field in enumerate(fields):
        if field.position != position:
            field.position = position
            field.save(update_fields=["position"])
    journal.record("own_field.ordered", by, by=by, at=at)


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def save_block(*, block: OwnBlock, by: User, at: datetime) -> OwnBlock:
    """Raises NameIsTaken for the name of another block."""
    same = OwnBlock.objects.filter(
        owner=block.owner, folded=fold(block.name)[:160]
    ).exclude(pk=block.pk)
    if same.exists():
        raise NameIsTaken(_("There is a block with this name already."))
    is_new = block.pk is None
    if is_new:
        block.position = _after(OwnBlock.objects.filter(owner=block.owner))
    block.save()
    journal.record("own_block.saved", by, by=by, at=at, name=block.name)
    return block


@transaction.atomic
def remove_block(*, block: OwnBlock, by: User, at: datetime) -> None:
    """Its fields stay, without a block of their own."""
    journal.record("own_block.removed", by, by=by, at=at, name=block.name)
    for field in OwnField.objects.select_for_update().filter(block=block):
        field.block = None
        field.save(update_fields=["block"])
    block.delete()


def _after(rows: Any) -> int:
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


# ── the arrangement of the card ──────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def arrange_card(
    *,
    role: Role | None,
    layout: Mapping[str, Any],
    was: Mapping[str, Any] | None,
    by: User,
    at: datetime,
) -> None:
    """Arrange the card for a role, or for everyone without an arrangement of his own.

    Raises ArrangedMeanwhile when the arrangement is no longer `was`, the one that the person began with.
    """
    kept = CardLayout.objects.select_for_update().filter(role=role).first()
    if (kept.layout if kept else None) != was:
        raise ArrangedMeanwhile(
            _(
                "Somebody has arranged this card meanwhile. Yours is below: save again to put it instead."
            )
        )
    kept = kept or CardLayout(role=role)
    kept.layout = dict(layout)
    kept.save()
    journal.record("card.arranged", by, by=by, at=at, role=role.pk if role else None)


@transaction.atomic
def reset_card(*, role: Role | None, by: User, at: datetime) -> bool:
    """Back to the standard. False when there was nothing to undo."""
    gone, _rows = CardLayout.objects.filter(role=role).delete()
    if gone:
        journal.record(
            "card.arranged_anew", by, by=by, at=at, role=role.pk if role else None
        )
    return bool(gone)
