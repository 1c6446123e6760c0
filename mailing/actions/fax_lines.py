"""Fax lines set up and tried out."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from mailing.actions import faxes
from mailing.models import Fax, FaxLine
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.secrets_at_rest import seal


@transaction.atomic
def save(
    line: FaxLine, options: dict[str, str], *, by: User, at: datetime, secret: str = ""
) -> FaxLine:
    """Keep the line as it was filled in; there is one default at most, and the first line is it. An empty secret leaves the kept one."""
    line.options = options
    if secret:
        line.secret_sealed = seal(secret)
    if line._state.adding:
        line.created_at = at
        line.is_default |= not FaxLine.objects.filter(is_default=True).exists()
    if line.is_default:
        FaxLine.objects.filter(is_default=True).exclude(pk=line.pk).update(
            is_default=False
        )
    line.save()
    journal.record("fax_line.saved", by, by=by, at=at, name=line.name)
    return line


def try_out(line: FaxLine, *, number: str, by: User, at: datetime) -> Fax:
    """Queue a page of a few words. Raises `faxes.CannotFax`."""
    from weasyprint import HTML

    words = _("A trial of the fax line “%(name)s”.") % {"name": line.name}
    page = f"<html><body style='font:24pt sans-serif'>{_escaped(words)}</body></html>"
    pdf = HTML(string=page).write_pdf()
    return faxes.queue_fax(
        number=number, pdf=pdf or b"", title=words, at=at, line=line, by=by
    )


def _escaped(text: str) -> str:
    from django.utils.html import escape

    return escape(text)
