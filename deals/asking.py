"""What a stage may ask a deal for, in words: settings of processes offer it."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from deals.models import Deal
from deals.requirements import REQUIRABLE


def askable() -> list[tuple[str, str]]:
    own = {field.name: field.verbose_name for field in Deal._meta.fields}
    rows = {
        "lines": _("lines of the deal"),
        "interests": _("products of interest"),
        "participants": _("participants"),
        "invoices": _("an invoice"),
        "contracts": _("a contract"),
        "offers": _("an offer"),
        "next_step_at": _("next step"),
    }
    return [(n, capfirst(str(rows.get(n) or own.get(n, n)))) for n in REQUIRABLE]
