"""Blocks of a template drawn as HTML, and the whole sheet around them. Pictures stand as `picture:NAME` until the PDF
is made, so that what is kept of a paper holds no files.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import mark_safe

from deals.choices import BlockKind, DocumentKind, TaxRegime
from deals.papers.merging import fill, holds
from deals.papers.payment_qr import payment_text, qr_svg
from deals.papers.pdf import FAMILY

# Columns of the table of goods: name in the template → heads in Russian and English, class.
COLUMNS: dict[str, tuple[str, str, str]] = {
    "n": ("№", "No.", "c"),
    "name": ("Товары (работы, услуги)", "Goods and services", ""),
    "quantity": ("Кол-во", "Qty", "r"),
    "unit": ("Ед.", "Unit", "c"),
    "price": ("Цена", "Price", "r"),
    "discount": ("Скидка", "Discount", "r"),
    "vat_percent": ("НДС", "VAT", "r"),
    "total": ("Сумма", "Amount", "r"),
}
USUAL = ("n", "name", "quantity", "unit", "price", "total")


def draw(
    block: Any,
    values: Mapping[str, Any],
    *,
    language: str = "ru",
    pictures: Iterable[str] = (),
) -> str:
    """The HTML of a block, "" when its condition does not hold. `pictures` are the names of those that may be shown.

    Raises merging.BadTemplate.
    """
    if not holds(block.condition, values):
        return ""
    options = block.options or {}
    kind = block.kind
    align = options.get("align", "")
    align = f" {align}" if align in ("left", "center", "right", "justify") else ""
    if kind == BlockKind.PAGE_BREAK:
        return '<div class="break"></div>'
    if kind == BlockKind.HEADING:
        level = 2 if options.get("level") == "2" else 1
        return (
            f'<h{level} class="t{align}">{fill(escape(block.text), values)}</h{level}>'
        )
    if kind == BlockKind.TEXT:
        return f'<div class="text{align}">{fill(block.text, values)}</div>'
    if kind == BlockKind.CONDITIONS:
        return f'<div class="text conditions">{fill(block.text, values)}</div>'
    if kind == BlockKind.IMAGE:
        return _image(block, options, align, set(pictures))
    shown = set(pictures)
    context: dict[str, Any] = {
        **values,
        "language": language,
        "english": language == "en",
        "options": options,
        "stamp": "stamp" in shown,
        "signature": "signature" in shown,
        "note": mark_safe(fill(block.text, values)) if block.text else "",
    }
    if kind == BlockKind.BANK:
        context["qr"] = _qr(values)
    if kind == BlockKind.LINES:
        context |= _table(values, options, language)
    if kind == BlockKind.FORM:
        seller = values.get("seller", {})
        with_vat = seller.get("tax_regime", "") in (TaxRegime.GENERAL, TaxRegime.SIMPLIFIED_5, TaxRegime.SIMPLIFIED_7)  # fmt: skip
        context["status"] = options.get("status") or ("1" if with_vat else "2")
        form = DocumentKind.VAT_INVOICE if options.get("form") == DocumentKind.VAT_INVOICE else DocumentKind.UPD  # fmt: skip
        return render_to_string(f"deals/papers/{form}.html", context)
    return render_to_string(f"deals/papers/{kind}.html", context)


def _image(block: Any, options: dict[str, Any], align: str, shown: set[str]) -> str:
    name = "logo" if options.get("source") == "logo" else f"block-{block.pk}"
    if name not in shown:
        return ""
    try:
        width = max(10, min(180, int(options.get("width") or 50)))
    except (TypeError, ValueError):
        width = 50
    return f'<p class="image{align}"><img src="picture:{name}" style="width:{width}mm" alt=""></p>'


def _qr(values: Mapping[str, Any]) -> str:
    payment = values.get("payment", {})
    if values.get("currency", {}).get("code") != "RUB":
        return ""
    text = payment_text(
        values.get("seller", {}),
        amount=Decimal(payment.get("amount") or 0),
        purpose=payment.get("purpose", ""),
    )
    return mark_safe(qr_svg(text)) if text else ""


def _table(values: Mapping[str, Any], options: dict[str, Any], language: str) -> dict[str, Any]:  # fmt: skip
    asked = [c for c in options.get("columns") or USUAL if c in COLUMNS] or list(USUAL)
    rows = values.get("lines", [])
    if not any(row.get("discount") for row in rows):
        asked = [c for c in asked if c != "discount"]
    at = 1 if language == "en" else 0
    return {
        "heads": [(COLUMNS[c][at], COLUMNS[c][2]) for c in asked],
        "rows": [[(row.get(c, ""), COLUMNS[c][2]) for c in asked] for row in rows],
    }


def sheet(bodies: Iterable[str], *, landscape: bool = False, title: str = "", footer: str = "", language: str = "ru") -> str:  # fmt: skip
    """The whole paper: style sheet, blocks in their order."""
    return render_to_string(
        "deals/papers/sheet.html",
        {
            "bodies": [mark_safe(body) for body in bodies],
            "landscape": landscape,
            "language": language,
            "english": language == "en",
            "title": title,
            # It stands inside a CSS string.
            "footer": mark_safe(
                "".join(c for c in footer if c.isalnum() or c in " .,-№/")
            ),
            "family": mark_safe(FAMILY),
        },
    )
