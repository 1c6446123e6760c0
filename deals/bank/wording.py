"""Doubts about a statement as sentences: they are kept as codes and facts, so that each reader reads his own language."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from salesexpert.core.templatetags.look import number


def sentence(warning: Mapping[str, Any]) -> str:
    code, facts = warning.get("code"), dict(warning)
    for name in ("declared", "found"):
        if name in facts:
            facts[name] = number(Decimal(facts[name]))
    if code == "received_differs":
        return _("Account %(account)s: the file declares %(declared)s received, its documents add up to %(found)s.") % facts  # fmt: skip
    if code == "spent_differs":
        return _("Account %(account)s: the file declares %(declared)s paid out, its documents add up to %(found)s.") % facts  # fmt: skip
    if code == "unknown_account":
        return _("Account %(account)s is of none of our own firms: add it, and its payments can be booked.") % facts  # fmt: skip
    if code == "twice_in_file":
        return _("Document %(number)s of line %(line)s stands in the file twice and is taken once.") % facts  # fmt: skip
    if code == "unknown_way":
        return _("Document %(number)s of line %(line)s names none of our accounts: it is kept and not counted.") % facts  # fmt: skip
    if code == "no_own_account":
        return _("The file names no account of ours: it cannot be told what came and what went.")  # fmt: skip
    return str(code or "")


def sum_text(amount: Decimal) -> str:
    """A sum as JSON carries it: kopecks only where there are any."""
    if amount == amount.to_integral_value():
        return str(int(amount))
    return str(amount.quantize(Decimal("0.01")))
