"""One paper drawn: claim, blocks, PDF, kept. Runs in the worker."""

import base64
from datetime import timedelta
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from deals.choices import DocumentState
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
    # Here, not above: actions queue the task that calls this.
    from deals.actions.documents import keep_pdf, pictures_of

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
        keep_pdf(document_id=document_id, pdf=pdf, pages=pages, content=content)


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
    from deals.actions.documents import waiting

    return waiting(before=timezone.now() - LATE)
