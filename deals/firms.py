"""Our own firms: which sells, and to which account it wants the money."""

from deals.models import FirmAccount, OwnFirm


def firms_in_use() -> list[OwnFirm]:
    """The firms that may sell today, the one offered first before the others."""
    return list(OwnFirm.objects.filter(retired_at=None))


def default_firm() -> OwnFirm | None:
    """The firm offered first; where none is marked, the first by name. None while the company has entered no firm."""
    return OwnFirm.objects.filter(retired_at=None).first()


def default_account(firm: OwnFirm, currency: str = "RUB") -> FirmAccount | None:
    """The account that the firm's invoices in `currency` name."""
    return firm.accounts.filter(retired_at=None, currency=currency).first()
