"""Contracts: prepared, agreed with a lawyer, signed. Each deed is a step that stays."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from deals import telling
from deals.actions import ground
from deals.actions.invoices import start_terms
from deals.choices import ContractState, NumberedKind, ReceiptBasis
from deals.models import Contract, ContractStep
from deals.numbering import next_number
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

# From where a state may be reached.
BEFORE = {
    ContractState.IN_REVIEW: {ContractState.DRAFT, ContractState.RETURNED},
    ContractState.RETURNED: {ContractState.IN_REVIEW, ContractState.APPROVED},
    ContractState.APPROVED: {ContractState.IN_REVIEW},
    ContractState.SIGNED: {ContractState.APPROVED},
    ContractState.ENDED: {ContractState.SIGNED},
}


class NumberIsTaken(DomainError):
    pass


class WrongStep(DomainError):
    pass


@transaction.atomic
def save_contract(*, contract: Contract, by: User, at: datetime) -> Contract:
    """Prepare a contract, or change one that is not agreed yet. Without a number it takes the next of its series.

    Raises NumberIsTaken, or WrongStep once it is approved.
    """
    is_new = contract.pk is None
    if is_new:
        contract.made_by = by
    else:
        kept = Contract.objects.select_for_update(of=["self"]).get(pk=contract.pk)
        if kept.state not in (ContractState.DRAFT, ContractState.RETURNED):
            raise WrongStep(_("It is with the lawyer or agreed: return it first."))
        contract.state = kept.state
    if not contract.number:
        contract.number = next_number(contract.firm, NumberedKind.CONTRACT, contract.dated_on)  # fmt: skip
    try:
        with transaction.atomic():
            contract.save()
    except IntegrityError as error:
        raise NumberIsTaken(
            _("The firm has a contract with this number in that year.")
        ) from error
    if is_new:
        ContractStep.objects.create(contract=contract, state=ContractState.DRAFT, made_by=by)  # fmt: skip
    journal.record("contract.prepared" if is_new else "contract.changed", contract, by=by, at=at)  # fmt: skip
    return contract


def may_step(contract: Contract, to: str, by: User) -> bool:
    """Whether `by` may take the contract to `to` from where it stands."""
    if contract.state not in BEFORE.get(ContractState(to), set()):
        return False
    if to in (ContractState.RETURNED, ContractState.APPROVED):
        return by.has_perm("deals.approve_contract")
    return by.has_perm("deals.change_contract")


@transaction.atomic
def step(
    *,
    contract: Contract,
    to: str,
    by: User,
    at: datetime,
    comment: str = "",
    signed_on: date | None = None,
    lawyer: User | None = None,
) -> ContractStep:
    """Send to the lawyer, return, approve, sign or end. Raises WrongStep for what cannot follow its present state."""
    kept = Contract.objects.select_for_update(of=["self"]).get(pk=contract.pk)
    if not may_step(kept, to, by):
        raise WrongStep(
            _("It is “%s” now: this step cannot follow.") % kept.get_state_display()
        )
    kept.state = to
    changed = ["state"]
    if to == ContractState.SIGNED:
        kept.signed_on = signed_on or timezone.localdate(at)
        if kept.signed_on > timezone.localdate(at):
            raise WrongStep(
                _("A contract cannot be signed on a day that has not come.")
            )
        changed.append("signed_on")
    if to == ContractState.IN_REVIEW and lawyer is not None:
        kept.lawyer = lawyer
        changed.append("lawyer")
    if to in (ContractState.RETURNED, ContractState.APPROVED) and kept.lawyer_id is None:  # fmt: skip
        kept.lawyer = by
        changed.append("lawyer")
    kept.save(update_fields=changed)
    if to == ContractState.SIGNED and kept.deal_id and kept.signed_on:
        _begin_terms(kept, kept.deal_id, kept.signed_on)
    made = ContractStep.objects.create(contract=kept, state=to, comment=comment, made_by=by)  # fmt: skip
    journal.record(f"contract.{to}", kept, by=by, at=at)
    telling.contract_stepped(kept, comment=comment, step=made.pk, by=by, at=at)
    return made


def _begin_terms(contract: Contract, deal_id: int, on: date) -> None:
    """Planned receipts counted from the contract have their day now; those of an earlier contract of the deal keep it."""
    ground.locked_client(contract.client_id)
    deal = ground.lock_deals([deal_id]).get(deal_id)
    others = Contract.objects.filter(deal=deal, signed_on__isnull=False)
    if deal is not None and not others.exclude(pk=contract.pk).exists():
        start_terms(deal, ReceiptBasis.CONTRACT, on)


@transaction.atomic
def remark(*, contract: Contract, comment: str, by: User, at: datetime) -> ContractStep:
    """A word on the contract that changes nothing else."""
    kept = Contract.objects.select_for_update(of=["self"]).get(pk=contract.pk)
    made = ContractStep.objects.create(contract=kept, state=kept.state, comment=comment, made_by=by)  # fmt: skip
    journal.record("contract.remarked", kept, by=by, at=at)
    return made
