"""Faxes of a mailing: drawn for each addressee, queued once, taken back while nobody has called."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.models import DocumentTemplate
from deals.papers.merging import BadTemplate
from deals.papers.pdf import CannotMakePdf, make_pdf
from mailing import papers
from mailing.actions.faxes import CannotFax, queue_fax
from mailing.choices import FaxState, RecipientState
from mailing.composing import fax_page, fax_title
from mailing.models import Fax, Mailing, Recipient
from salesexpert.outbox.actions import pack
from salesexpert.outbox.models import Parcel

# Lines take some dozen an hour: who pauses a mailing stops all but these.
UNDER_WAY = 100
_OVER = (FaxState.DELIVERED, FaxState.PARTLY, FaxState.FAILED, FaxState.CANCELLED)


def queue(
    mailing: Mailing,
    rows: Sequence[tuple[Recipient, Mapping[str, Any]]],
    *,
    at: datetime,
) -> None:
    """Draw and queue a fax for each row with its values, and say on the row what became of it; the caller saves."""
    paper = mailing.content.get("paper")
    template = DocumentTemplate.objects.get(pk=paper) if paper else None
    for row, values in rows:
        try:
            row.fax = _queued(mailing, row, values, template, at=at)
        except (BadTemplate, CannotMakePdf, CannotFax) as error:
            row.state, row.failure = RecipientState.FAILED, str(error)[:300]
        else:
            row.state, row.queued_at = RecipientState.QUEUED, at


def _queued(
    mailing: Mailing,
    row: Recipient,
    values: Mapping[str, Any],
    template: DocumentTemplate | None,
    *,
    at: datetime,
) -> Fax:
    key = f"mailing:{mailing.pk}:{row.pk}"
    if there := Fax.objects.filter(key=key).first():
        return there
    page = fax_page(mailing.content, values, number=row.address, is_advertising=mailing.is_advertising)  # fmt: skip
    pdf, pages = make_pdf(page)
    files = [("fax.pdf", pdf, "application/pdf")]
    if template is not None:
        if row.client is None:
            raise BadTemplate(_("The paper needs a client."))
        files.append(papers.drawn(template, row.client, by=mailing.created_by))
    alone = template is None and mailing.parcel is None
    return queue_fax(
        number=row.address,
        pdf=pack(files, at=at),
        shared=mailing.parcel,
        pages=pages if alone else None,
        title=fax_title(mailing.content, values),
        key=key,
        line=mailing.line,
        client=row.client,
        contact=row.contact,
        by=mailing.created_by,
        at=at,
    )


def over(rows: QuerySet[Recipient]) -> QuerySet[Recipient]:
    """Of the rows those whose fax has come to an end."""
    return rows.filter(fax__state__in=_OVER).select_related("fax")


def told(row: Recipient) -> tuple[datetime, str, str] | None:
    """When the fax arrived, what it is about, how much of it; None for one that did not go."""
    fax = row.fax
    if fax is None or fax.ended_at is None or fax.state not in (FaxState.DELIVERED, FaxState.PARTLY):  # fmt: skip
        return None
    state = str(fax.get_state_display()) if fax.state == FaxState.PARTLY else ""
    return fax.ended_at, fax.title, ", ".join(filter(None, [state, how_much(fax)]))


def how_much(fax: Fax) -> str:
    """“2 of 3 pages, 95 s” of a fax that went, as far as the line told."""
    if fax.state not in (FaxState.DELIVERED, FaxState.PARTLY):
        return ""
    parts = []
    sent, whole = fax.pages_sent, fax.pages
    if sent is not None and whole is not None and sent != whole:
        parts.append(ngettext("%(sent)s of %(all)s page", "%(sent)s of %(all)s pages", whole) % {"sent": sent, "all": whole})  # fmt: skip
    elif sent or whole:
        n = sent or whole or 0
        parts.append(ngettext("%(n)s page", "%(n)s pages", n) % {"n": n})
    if fax.seconds:
        parts.append(_("%(n)s s") % {"n": fax.seconds})
    return ", ".join(parts)


def take_back(mailing: Mailing) -> int:
    """Take faxes that no line has been given out of the queue: their addressees wait again. How many."""
    with transaction.atomic():
        ids = dict(
            Fax.objects.filter(
                mailing_recipients__mailing=mailing, state=FaxState.QUEUED, attempts=0
            )
            .select_for_update(skip_locked=True, of=["self"])
            .values_list("pk", "files")
        )
        Recipient.objects.filter(fax__in=list(ids)).update(fax=None, state=RecipientState.WAITING, queued_at=None)  # fmt: skip
        Fax.objects.filter(pk__in=list(ids)).delete()
        Parcel.objects.filter(pk__in=ids.values()).delete()
    return len(ids)
