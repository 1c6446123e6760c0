"""The QR code of payment, ГОСТ Р 56042-2014 in UTF-8 (ST00012). Pure."""

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_SEPARATOR = "|"


def _value(text: Any, most: int) -> str:
    return " ".join(str(text).replace(_SEPARATOR, " ").split())[:most]


def payment_text(seller: Mapping[str, Any], *, amount: Decimal, purpose: str) -> str:
    """The text of the code. Empty where the firm's account, bank or its BIC is not known: such a code pays nothing."""
    must = [
        ("Name", _value(seller.get("name", ""), 160)),
        ("PersonalAcc", _value(seller.get("account", ""), 20)),
        ("BankName", _value(seller.get("bank", ""), 45)),
        ("BIC", _value(seller.get("bic", ""), 9)),
        ("CorrespAcc", _value(seller.get("correspondent") or "0", 20)),
    ]
    if not all(value for _key, value in must):
        return ""
    may = [
        ("PayeeINN", _value(seller.get("inn", ""), 12)),
        ("KPP", _value(seller.get("kpp", ""), 9)),
        ("Sum", str(int(amount * 100))),
        ("Purpose", _value(purpose, 210)),
    ]
    pairs = [*must, *((key, value) for key, value in may if value)]
    return _SEPARATOR.join(["ST00012", *(f"{key}={value}" for key, value in pairs)])


def qr_svg(text: str) -> str:
    """The code as an SVG that scales with its box."""
    # Here, not above: only the worker draws codes.
    import segno

    out = io.BytesIO()
    segno.make(text, error="m", encoding="utf-8", micro=False).save(
        out, kind="svg", border=2, xmldecl=False, omitsize=True
    )
    return out.getvalue().decode()
