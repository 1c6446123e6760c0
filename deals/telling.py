"""What people are told of deals, contracts, money and discussions: the kinds of notices, and who hears of which deed."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from clients.choices import BulkState
from clients.models import BulkChange
from deals.choices import ContractState
from deals.models import BankStatement, Contract, Deal, Payment, Remark, StagePassage
from salesexpert.accounts.models import User
from salesexpert.core.templatetags.look import money
from salesexpert.notices import kinds
from salesexpert.notices.actions import forget_about, notify, notify_each
from salesexpert.notices.kinds import Kind

if TYPE_CHECKING:
    from clients.models import Client

DEAL, STAGE, MENTION, CONTRACT = "deal", "stage", "mention", "contract"
BULK = "deals_bulk"
PAID, STATEMENT = "paid", "statement"


def declare() -> None:
    kinds.declare(
        Kind(
            DEAL,
            _("A deal is handed to me"),
            {
                "handed": _("%(by)s handed you the deal “%(deal)s”, %(client)s"),
                "many": _("%(by)s handed you several deals: %(count)s"),
            },
            icon="user-share",
            permission="deals.view_deal",
        ),
        Kind(
            STAGE,
            _("A stage of a deal falls to me"),
            _("Your stage “%(stage)s” begins: %(deal)s, %(client)s"),
            icon="layout-kanban",
            permission="deals.view_deal",
        ),
        Kind(
            MENTION,
            _("I am called by name in a discussion"),
            _("%(by)s calls you in the discussion: %(about)s"),
            icon="message-2",
        ),
        Kind(
            CONTRACT,
            _("A contract waits for me or is decided"),
            {
                "in_review": _("Contract %(number)s waits for your approval: %(client)s"),
                "returned": _("Contract %(number)s is returned: %(client)s"),
                "approved": _("Contract %(number)s is approved: %(client)s"),
                "signed": _("Contract %(number)s is signed: %(client)s"),
            },
            icon="file-text",
            permission="deals.view_contract",
        ),
        Kind(
            PAID,
            _("Money came for my deal"),
            _("Paid %(sum)s: %(client)s, %(deal)s"),
            icon="cash",
            permission="deals.view_payment",
        ),
        Kind(
            BULK,
            _("My change of many deals is finished"),
            {
                "done": _("Change of many deals is finished: changed %(changed)s, left as they were %(left)s"),
                "failed": _("Change of many deals could not be finished: changed %(changed)s"),
            },
            icon="list",
            permission="deals.bulk_change_deals",
        ),
        Kind(
            STATEMENT,
            _("A bank statement is loaded"),
            _("Bank statement: booked %(matched)s, waiting for a decision %(unmatched)s"),
            icon="cash",
            permission="deals.load_statements",
        ),
    )  # fmt: skip


def _deal(deal: Deal) -> dict[str, Any]:
    return {"link": reverse("deals:deal", args=[deal.pk]), "about": deal}


def handed(deal: Deal, *, by: User, at: datetime) -> None:
    notify(
        deal.responsible,
        DEAL,
        key=f"deal:{deal.pk}:handed:{at.isoformat()}",
        variant="handed",
        words={"by": by, "deal": deal.title, "client": deal.client},
        by=by,
        at=at,
        **_deal(deal),
    )


def handed_many(to: User, count: int, *, record: int, by: User, at: datetime) -> None:
    """One word for many deals handed over at once."""
    notify(
        to,
        DEAL,
        key=f"deals:{record}:handed",
        variant="many",
        words={"by": by, "count": count},
        link=f"{reverse('deals:list')}?responsible={to.pk}",
        by=by,
        at=at,
    )


def bulk_ended(change: BulkChange, *, at: datetime) -> None:
    notify(
        change.created_by,
        BULK,
        key=f"bulk:{change.pk}",
        variant="done" if change.state == BulkState.DONE else "failed",
        words={"changed": change.changed_count, "left": change.left_count},
        note=change.failure,
        link=reverse("deals:bulk_change", args=[change.pk]),
        about=change,
        at=at,
    )


def stage_began(passage: StagePassage, deal: Deal, *, by: User, at: datetime) -> None:
    if passage.performer is None or passage.performer_id == by.pk:
        return
    notify(
        passage.performer,
        STAGE,
        key=f"passage:{passage.pk}",
        words={
            "stage": passage.stage,
            "deal": deal.title,
            "client": deal.client,
        },
        by=by,
        at=at,
        **_deal(deal),
    )


def called(remark: Remark, people: Iterable[User], *, client: "Client") -> None:
    deal = remark.deal
    notify_each(
        people,
        MENTION,
        key=f"remark:{remark.pk}",
        words={"by": remark.author, "about": deal.title if deal else client},
        note=remark.text,
        link=reverse("deals:deal", args=[deal.pk]) if deal else reverse("clients:card", args=[client.pk]),
        about=remark,
        by=remark.author,
        at=remark.written_at,
    )  # fmt: skip


def taken_away(remark: Remark) -> None:
    """Words taken away are gone from notices too."""
    forget_about(remark)


def contract_stepped(
    contract: Contract, *, comment: str, step: int, by: User, at: datetime
) -> None:
    """The lawyer hears that it waits, the one who prepared it and the deal's responsible what became of it."""
    if contract.state == ContractState.IN_REVIEW:
        people = (
            [contract.lawyer]
            if contract.lawyer
            else list(User.objects.with_permission("deals.approve_contract")[:10])
        )
    elif contract.state in (
        ContractState.RETURNED,
        ContractState.APPROVED,
        ContractState.SIGNED,
    ):
        responsible = contract.deal.responsible if contract.deal else None
        people = [p for p in (contract.made_by, responsible) if p is not None]
    else:
        return
    notify_each(
        people,
        CONTRACT,
        key=f"contract-step:{step}",
        variant=contract.state,
        words={"number": contract.number, "client": contract.client},
        note=comment,
        link=reverse("deals:contract", args=[contract.pk]),
        about=contract,
        by=by,
        at=at,
    )


def paid(payment: Payment, *, by: User | None, at: datetime) -> None:
    """The one who answers for the deal hears that its money came, whoever booked it."""
    deal = payment.deal
    if deal is None or (by is not None and deal.responsible_id == by.pk):
        return
    notify(
        deal.responsible,
        PAID,
        key=f"payment:{payment.pk}",
        words={
            "sum": money(payment.amount, payment.currency),
            "client": payment.client,
            "deal": deal.title,
        },
        by=by,
        at=at,
        **_deal(deal),
    )


def statement_loaded(
    statement: BankStatement, *, matched: int, unmatched: int, by: User | None, at: datetime
) -> None:  # fmt: skip
    """Those who decide about payments hear of it where something waits for them."""
    if not unmatched:
        return
    notify_each(
        User.objects.with_permission("deals.load_statements"),
        STATEMENT,
        key=f"statement:{statement.pk}",
        words={"matched": matched, "unmatched": unmatched},
        link=reverse("deals:statement", args=[statement.pk]),
        about=statement,
        by=by,
        at=at,
    )
