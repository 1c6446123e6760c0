"""Requisites as they stand on a paper: taken once, kept with it, never changed after."""

from typing import Any

from clients.choices import AddressKind
from clients.models import Client
from deals.models import FirmAccount, OwnFirm


def seller_snapshot(firm: OwnFirm, account: FirmAccount | None = None) -> dict[str, Any]:  # fmt: skip
    """The requisites of our firm, with the bank account that is to be paid to."""
    return {
        "id": firm.pk,
        "name": firm.name,
        "full_name": firm.full_name or firm.name,
        "inn": firm.inn,
        "kpp": firm.kpp,
        "ogrn": firm.ogrn,
        "address": firm.address,
        "phone": firm.phone,
        "email": firm.email,
        "tax_regime": firm.tax_regime,
        "account": account.number if account else "",
        "bank": account.bank if account else "",
        "bic": account.bic if account else "",
        "correspondent": account.correspondent if account else "",
        "director": firm.director,
        "director_position": firm.director_position,
        "director_genitive": firm.director_genitive,
        "director_basis": firm.director_basis,
        "accountant": firm.accountant,
        "name_en": firm.name_en,
        "address_en": firm.address_en,
        "director_en": firm.director_en,
        "director_position_en": firm.director_position_en,
        "bank_en": account.bank_en if account else "",
        "swift": account.swift if account else "",
    }


def buyer_snapshot(client: Client) -> dict[str, Any]:
    """The requisites of a client: his legal address before any other, the account we know him by."""
    addresses = list(client.addresses.all())
    legal = next((a for a in addresses if a.kind == AddressKind.LEGAL), None)
    address = legal or (addresses[0] if addresses else None)
    phone = client.phones.first()
    email = client.emails.first()
    account = client.bank_accounts.order_by("pk").last()
    return {
        "id": client.pk,
        "name": str(client),
        "full_name": client.full_name or str(client),
        "is_person": client.is_person,
        "inn": client.inn,
        "kpp": client.kpp,
        "ogrn": client.ogrn,
        "address": address.text if address else "",
        "phone": phone.raw if phone else "",
        "email": email.address if email else "",
        "account": account.number if account else "",
        "bank": account.bank if account else "",
        "bic": account.bic if account else "",
        "correspondent": account.correspondent if account else "",
    }
