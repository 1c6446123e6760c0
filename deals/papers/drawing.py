"""One paper drawn: claim, blocks, PDF, kept. Runs in the worker; of all that lies below actions only this writes, and
only how far the drawing of a paper is.
"""

import base64
import secrets
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from deals.choices import BlockKind, DocumentState
from deals.models import Document
from deals.papers import blocks
from deals.papers.merging import BadTemplate
from deals.papers.pdf import CannotMakePdf, make_pdf

log = structlog.get_logger(__name__)
LATE = timedelta(minutes=5)


def draw(document_id: int) -> None:
    """Draw the paper if it waits and nobody else draws it. What goes wrong is written on the paper, in words."""
    taken = Document.objects.filter(pk=document_id, state=DocumentState.QUEUED).update(
        state=DocumentState.MAKING, started_at=timezone.now()
    )
    if not taken:
        return
    document = Document.objects.select_related("firm", "template", "made_by").get(pk=document_id)  # fmt: skip
    language = getattr(document.made_by, "language", "") or settings.LANGUAGE_CODE
    with translation.override(language):
        _draw(document)


def _draw(document: Document) -> None:
    document_id = document.pk
    try:
        pictures = pictures_of(document)
        content = compose(document, set(pictures))
        pdf, pages = make_pdf(with_pictures(content, pictures))
    except (BadTemplate, CannotMakePdf) as error:
        _fail(document_id, str(error))
    except Exception:
        log.exception("document_failed", document=document_id)
        _fail(document_id, _("The paper could not be drawn. The administrator finds the reason in the log."))  # fmt: skip
    else:
        _keep(document_id=document_id, pdf=pdf, pages=pages, content=content)


def pictures_of(document: Document) -> dict[str, Any]:
    """The pictures that may stand on a paper: its logo, those of its blocks, stamp and signature if it was so made."""
    firm = document.firm
    found: dict[str, Any] = {"logo": firm.logo} if firm.logo else {}
    if document.with_stamp:
        found |= {name: getattr(firm, name) for name in ("stamp", "signature") if getattr(firm, name)}  # fmt: skip
    if document.template:
        for block in document.template.blocks.filter(kind=BlockKind.IMAGE):
            if block.image:
                found[f"block-{block.pk}"] = block.image
    return found


def _keep(*, document_id: int, pdf: bytes, pages: int, content: str) -> None:
    """Put the drawn PDF to its paper. A second drawing of the same paper changes nothing."""
    document = Document.objects.get(pk=document_id)
    if document.state == DocumentState.READY:
        return
    document.pdf.save(f"{secrets.token_hex(16)}.pdf", ContentFile(pdf), save=False)
    Document.objects.filter(pk=document_id).update(
        pdf=document.pdf.name,
        size=len(pdf),
        pages=pages,
        content=content,
        state=DocumentState.READY,
        failure="",
    )


def _fail(document_id: int, sentence: str) -> None:
    Document.objects.filter(pk=document_id).update(
        state=DocumentState.FAILED, failure=sentence
    )


def compose(document: Document, pictures: set[str]) -> str:
    """The HTML of the paper, its pictures by name."""
    template = document.template
    if template is None:
        raise BadTemplate(_("The template of this paper was deleted."))
    bodies = [
        blocks.draw(block, document.context, language=template.language, pictures=pictures)
        for block in template.blocks.all()
    ]  # fmt: skip
    return blocks.sheet(
        bodies,
        landscape=template.landscape,
        title=document.title,
        footer=document.title,
        language=template.language,
    )


def with_pictures(html: str, pictures: dict[str, Any]) -> str:
    """The HTML with its pictures inside; one whose file is gone is left out."""
    for name, field in pictures.items():
        if f"picture:{name}" not in html:
            continue
        try:
            with field.open("rb") as file:
                data = base64.b64encode(file.read()).decode()
        except FileNotFoundError:
            continue
        html = html.replace(f'"picture:{name}"', f'"data:image/png;base64,{data}"')
    return html


def late() -> list[int]:
    """Papers whose drawing was not begun in time, or was broken off; these wait again."""
    before = timezone.now() - LATE
    papers = Document.objects.filter(made_at__lt=before)
    papers.filter(state=DocumentState.MAKING, started_at__lt=before).update(
        state=DocumentState.QUEUED
    )
    waiting = papers.filter(state=DocumentState.QUEUED)
    return list(waiting.values_list("pk", flat=True)[:100])
