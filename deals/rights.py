"""What a person may do with one deal: asked by views, drawn by templates."""

from dataclasses import dataclass

from clients.models import Client
from clients.querysets import sees_all
from deals.choices import DealState
from deals.models import Deal
from salesexpert.accounts.models import User


@dataclass(frozen=True, slots=True)
class DealRights:
    """A deal of an archived card is read only; an ended one is changed no more until it is reopened."""

    change: bool
    move: bool
    hand_over: bool
    hand_over_stage: bool
    override: bool
    reopen: bool
    copy: bool
    delete: bool
    margin: bool
    record: bool
    write: bool


def sees_card(user: User, client: Client) -> bool:
    """Whether the client of a deal that he sees is open to him too: its addresses are the card's, not the deal's."""
    if sees_all(user) or client.curator_id == user.pk:
        return client.bin_id is None
    return Client.objects.visible_to(user).filter(pk=client.pk).exists()


def on_deal(user: User, deal: Deal) -> DealRights:
    live = deal.client.archived_at is None
    works = live and deal.state == DealState.OPEN
    return DealRights(
        change=works and user.has_perm("deals.change_deal"),
        move=works and user.has_perm("deals.move_deal"),
        hand_over=works
        and user.has_perm("deals.change_deal")
        and (
            deal.responsible_id == user.pk or user.has_perm("deals.change_responsible")
        ),
        hand_over_stage=works
        and deal.performer_id is not None
        and (deal.performer_id == user.pk or user.has_perm("deals.change_responsible")),
        override=works and user.has_perm("deals.override_success"),
        reopen=live
        and deal.state != DealState.OPEN
        and user.has_perm("deals.reopen_deal"),
        copy=live and user.has_perm("deals.add_deal"),
        delete=user.has_perm("deals.delete_deal"),
        margin=user.has_perm("deals.view_margin"),
        record=live and user.has_perm("clients.add_activity"),
        write=live and sees_card(user, deal.client),
    )
