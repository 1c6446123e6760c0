"""Papers enclosed in letters: drawn for each addressee from a template of papers, with his own requisites."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from deals.firms import default_firm
from deals.models import DocumentTemplate
from deals.papers import blocks, context
from deals.papers.context import Ground
from deals.papers.drawing import with_pictures
from deals.papers.merging import BadTemplate
from deals.papers.pdf import CannotMakePdf, make_pdf
from mailing.choices import RecipientState
from mailing.models import Mailing, Recipient
from salesexpert.accounts.models import User
from salesexpert.outbox.actions import BadAddress, NewLetter, queue_letter
from salesexpert.outbox.models import Letter

File = tuple[str, bytes, str]


def drawn(template: DocumentTemplate, client: Client, *, by: User) -> File:
    """The paper as a PDF that names this client. Raises BadTemplate with a sentence."""
    firm = template.firm or default_firm()
    if firm is None:
        raise BadTemplate(_("Enter our own firm first: the paper names it."))
    today = timezone.localdate()
    values = context.build(
        Ground(client=client, firm=firm),
        kind=template.kind,
        number="",
        dated_on=today,
        by=by,
        language=template.language,
    )
    parts = list(template.blocks.all())
    pictures = {f"block-{b.pk}": b.image for b in parts if b.image}
    html = blocks.sheet(
        [blocks.draw(b, values, language=template.language, pictures=set(pictures)) for b in parts],
        landscape=template.landscape, title=template.name, footer=template.name, language=template.language,
    )  # fmt: skip
    pdf, _pages = make_pdf(with_pictures(html, pictures))
    return f"{template.name}.pdf", pdf, "application/pdf"


def queue_with_papers(
    mailing: Mailing, made: Sequence[tuple[Recipient, NewLetter]], *, at: datetime
) -> tuple[list[tuple[Recipient, NewLetter]], list[Letter | None]]:
    """Queue letters of which each has a paper of its own, besides the files that all get. Whose paper cannot be drawn gets
    none, and the reason.
    """
    template = DocumentTemplate.objects.get(pk=mailing.content["paper"])
    queued: list[tuple[Recipient, NewLetter]] = []
    letters: list[Letter | None] = []
    for row, new in made:
        try:
            if row.client is None:
                raise BadTemplate(_("The paper needs a client."))
            file = drawn(template, row.client, by=mailing.created_by)
        except (BadTemplate, CannotMakePdf) as error:
            row.state, row.failure = RecipientState.FAILED, str(error)[:300]
            continue
        queued.append((row, new))
        try:
            letters.append(
                queue_letter(
                    to=new.to, subject=new.subject, text=new.text, html=new.html, reply_to=new.reply_to,
                    headers=new.headers, key=new.key, kind="mailing", at=at, attachments=[file],
                    account=mailing.account, parcel=mailing.parcel, is_bulk=True,
                )
            )  # fmt: skip
        except BadAddress:
            letters.append(None)
    return queued, letters
