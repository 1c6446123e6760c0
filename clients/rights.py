"""What a person may do on one card: asked by views, drawn by templates."""

from dataclasses import dataclass

from clients.models import Client
from salesexpert.accounts.models import User


@dataclass(frozen=True, slots=True)
class CardRights:
    """An archived card is read only until it is restored."""

    change: bool
    curator: bool
    archive: bool
    contact: bool
    add_contact: bool
    upload: bool
    remove_files: bool
    delete: bool
    merge: bool
    ask: bool


def on_card(user: User, client: Client) -> CardRights:
    live = client.archived_at is None
    return CardRights(
        change=live and user.has_perm("clients.change_client"),
        curator=live
        and user.has_perm("clients.change_client")
        and user.has_perm("clients.change_curator"),
        archive=user.has_perm("clients.archive_client"),
        contact=live and user.has_perm("clients.change_contact"),
        add_contact=live and user.has_perm("clients.add_contact"),
        upload=live and user.has_perm("clients.add_clientfile"),
        remove_files=live and user.has_perm("clients.delete_clientfile"),
        delete=user.has_perm("clients.delete_client"),
        merge=user.has_perm("clients.merge_clients"),
        ask=live and client.curator_id != user.pk,
    )
