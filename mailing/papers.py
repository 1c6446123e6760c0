"""Papers enclosed in letters: drawn for each addressee from a template of papers, with his own requisites."""

from collections.abc import Iterable, Sequence
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
from deals.papers.pdf import make_pdf
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


def drawn_for_each(mailing: Mailing, rows: Sequence[Recipient]) -> dict[int, File]:
    """The paper of each addressee, where the mailing encloses one."""
    template_id = mailing.content.get("paper")
    if not template_id or not rows:
        return {}
    template = DocumentTemplate.objects.get(pk=template_id)
    return {r.pk: drawn(template, r.client, by=mailing.created_by) for r in rows if r.client}  # fmt: skip


def queue_with_files(
    mailing: Mailing, made: Iterable[tuple[Recipient, NewLetter, File]], *, at: datetime
) -> list[Letter | None]:
    """Letters of which each has a file of its own, besides those that all get."""
    found: list[Letter | None] = []
    for _row, new, file in made:
        try:
            letter = queue_letter(
                to=new.to, subject=new.subject, text=new.text, html=new.html, reply_to=new.reply_to,
                headers=new.headers, key=new.key, kind="mailing", at=at, attachments=[file],
                account=mailing.account, parcel=mailing.parcel, is_bulk=True,
            )  # fmt: skip
        except BadAddress:
            found.append(None)
        else:
            found.append(letter)
    return found
