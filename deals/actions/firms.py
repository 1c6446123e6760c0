"""Own firms: kept, retired, given pictures and accounts."""

import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from deals.models import FirmAccount, OwnFirm
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

PICTURES = ("logo", "stamp", "signature")


class AccountIsTaken(DomainError):
    pass


@transaction.atomic
def save_firm(*, firm: OwnFirm, by: User, at: datetime) -> OwnFirm:
    """Save a firm. The one offered first takes that place from the other; the first firm of all has it at once."""
    is_new = firm.pk is None
    others = OwnFirm.objects.select_for_update().exclude(pk=firm.pk)
    if firm.is_default:
        others.filter(is_default=True).update(is_default=False)
    elif not others.filter(retired_at=None).exists():
        firm.is_default = True
    firm.save()
    journal.record("firm.added" if is_new else "firm.changed", firm, by=by, at=at)
    return firm


@transaction.atomic
def save_account(*, account: FirmAccount, by: User, at: datetime) -> FirmAccount:
    """Save an account; the one printed on invoices is one per currency. Raises AccountIsTaken."""
    rivals = FirmAccount.objects.exclude(pk=account.pk)
    if rivals.filter(number=account.number).exists():
        raise AccountIsTaken(_("This account is entered already."))
    same = rivals.filter(firm=account.firm, currency=account.currency, retired_at=None)
    if account.is_default:
        same.update(is_default=False)
    elif not same.exists():
        account.is_default = True
    account.save()
    journal.record("firm.account", account.firm, by=by, at=at, account=account.pk)
    return account


@transaction.atomic
def retire_firm(*, firm: OwnFirm, by: User, at: datetime) -> None:
    """Offer the firm no more, or again; its papers stay."""
    firm.retired_at = None if firm.retired_at else at
    if firm.retired_at:
        firm.is_default = False
    firm.save(update_fields=["retired_at", "is_default"])
    verb = "firm.retired" if firm.retired_at else "firm.offered"
    journal.record(verb, firm, by=by, at=at)


@transaction.atomic
def retire_account(*, account: FirmAccount, by: User, at: datetime) -> None:
    account.retired_at = None if account.retired_at else at
    account.is_default = False
    account.save(update_fields=["retired_at", "is_default"])
    journal.record("firm.account", account.firm, by=by, at=at, account=account.pk)


@transaction.atomic
def set_picture(
    *, firm: OwnFirm, which: str, picture: ContentFile | None, by: User, at: datetime
) -> None:
    """Put a cleaned picture in its place, or take it away. The old file stays: papers made with it may be asked for."""
    field = getattr(firm, which)
    if picture is None:
        setattr(firm, which, "")
    else:
        field.save(f"{secrets.token_hex(16)}.png", picture, save=False)
    firm.save(update_fields=[which])
    journal.record("firm.picture", firm, by=by, at=at, which=which, given=picture is not None)  # fmt: skip
