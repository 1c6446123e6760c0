"""Everything that the wizard can load: clients by their own engine, the rest by the declared targets."""

from collections.abc import Collection, Sequence

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from clients.fields import importable
from clients.importing import lookups, rights
from clients.importing.targets import TARGETS, Face, Known
from clients.models import Client
from salesexpert.accounts.models import User
from salesexpert.core.registry import Field
from salesexpert.core.templatetags.look import number

CLIENT = "client"


def _clients_created(count: int) -> str:
    return ngettext("%(shown)s client created", "%(shown)s clients created", count) % {
        "shown": number(count)
    }


_CLIENTS = Face(
    label=_("Clients"),
    right=rights.RIGHTS[CLIENT],
    home="clients:list",
    intro=_("Export clients from the old program or gather them in a spreadsheet: one row a client, the first row holds the headings. Loading the same file again creates nothing twice."),
    known=_("Clients that are known already"),
    taken_back=_("The cards taken back lie in the bin for 30 days; the same file can be loaded again."),
    created=_clients_created,
)  # fmt: skip


def face_of(entity: str) -> Face:
    return TARGETS[entity].face if entity in TARGETS else _CLIENTS


def faces_for(user: User) -> list[tuple[str, Face]]:
    """(entity, face) of what `user` may load."""
    return [(entity, face_of(entity)) for entity in rights.entities_of(user)]


def fields_of(entity: str) -> Sequence[Field]:
    return TARGETS[entity].fields if entity in TARGETS else importable(entity)


def choices_of(entity: str, field: Field) -> list[tuple[str, str]] | None:
    """What a word of the field may be taken for; None when any word may be typed."""
    if entity in TARGETS:
        return TARGETS[entity].choices(field.name)
    return lookups.choices_of(field)


def show(entity: str, ids: Collection[int], user: User) -> dict[int, Known]:
    """Records that an import made or found, as `user` may see them."""
    if entity in TARGETS:
        return TARGETS[entity].show(ids, user)
    seen = Client.objects.visible_to(user).select_related("legal_form").in_bulk(ids)
    return {pk: Known(str(card), card.get_absolute_url()) for pk, card in seen.items()}
