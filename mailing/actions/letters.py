"""A letter that one person writes to one client: sent from his own address, written into the history."""

from collections.abc import Sequence
from datetime import datetime
from email.utils import formataddr
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from clients.actions.activities import record_activity
from clients.choices import ActivityCode, Direction
from clients.models import ActivityKind, Client, Contact
from deals.actions.documents import file_name
from deals.actions.library import attachments
from deals.choices import DocumentState
from deals.models import Deal, Document, Material
from mailing import design, limits
from mailing.actions.templates import TooLarge
from mailing.cleaning import clean_letter
from mailing.models import MailTemplate, SingleLetter
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.outbox.actions import queue_letter

LETTER = "letter"


class NotDrawn(DomainError):
    pass


class Nothing(DomainError):
    pass


@transaction.atomic
def send_letter(
    *,
    client: Client,
    to: str,
    subject: str,
    body: str,
    by: User,
    at: datetime,
    key: str,
    contact: Contact | None = None,
    deal: Deal | None = None,
    template: MailTemplate | None = None,
    papers: Sequence[Document] = (),
    materials: Sequence[Material] = (),
) -> SingleLetter:
    """Queue the letter with its papers as PDF, and write it into the client's history. `key`: sent twice, it goes once.

    It is one letter of business correspondence: no consent to advertising is asked for. Raises NotDrawn, TooLarge, Nothing,
    outbox's BadAddress.
    """
    body = clean_letter(body)
    text = design.plain(body)
    if not text:
        raise Nothing(_("The letter is empty."))
    own = f"letter:{by.pk}:{key}"[:200]
    if known := SingleLetter.objects.filter(letter__key=own).first():
        return known
    files = []
    size = sum(m.size for m in materials) + sum(p.size for p in papers)
    if size > limits.largest():
        raise TooLarge(
            _("The files are %(size)s together; a letter carries at most %(most)s. Put a link to the file into the letter instead.")
            % {"size": limits.in_words(size), "most": limits.in_words(limits.largest())}
        )  # fmt: skip
    for paper in papers:
        if paper.state != DocumentState.READY:
            raise NotDrawn(_("“%s” is not drawn yet: wait a moment.") % paper)
        with paper.pdf.open("rb") as file:
            files.append((file_name(paper), file.read(), "application/pdf"))
    files += attachments(list(materials))
    name = by.get_full_name() or by.get_username()
    letter = queue_letter(
        to=to,
        subject=subject,
        text=text,
        html=design.letter(design.dressed(body), subject=subject, language=by.language),
        kind=LETTER,
        key=own,
        at=at,
        reply_to=by.email or "",
        from_address=formataddr((name, by.email), charset="utf-8") if by.email else "",
        attachments=files,
    )
    Document.objects.filter(pk__in=[p.pk for p in papers]).update(sent_at=at, sent_to=to)  # fmt: skip
    titles = [p.title for p in papers] + [m.name for m in materials]
    said = text if len(text) <= 4000 else f"{text[:4000]}…"
    if titles:
        said += "\n\n" + _("Enclosed: %s") % "; ".join(titles)
    activity = record_activity(
        client=client,
        contact=contact,
        deal_id=deal.pk if deal else None,
        stage_id=deal.stage_id if deal else None,
        kind=ActivityKind.objects.get(code=ActivityCode.EMAIL),
        title=subject[:200],
        summary=_("To: %s") % to + "\n\n" + said,
        direction=Direction.OUT,
        by=by,
        at=at,
        key=_uuid(key),
    )
    for paper in papers:
        journal.record("document.sent", paper, by=by, at=at)
    return SingleLetter.objects.create(
        letter=letter,
        client=client,
        contact=contact,
        deal=deal,
        template=template,
        activity_id=activity.pk,
        written_by=by,
        written_at=at,
    )


def _uuid(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None
