"""Templates of papers: blocks added, changed, moved; a template copied, retired."""

import secrets
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from deals.choices import BlockKind
from deals.models import DocumentTemplate, TemplateBlock
from deals.papers.cleaning import clean_template
from salesexpert.accounts.models import User
from salesexpert.audit import journal

RICH = (BlockKind.TEXT, BlockKind.CONDITIONS, BlockKind.TOTALS)


def _changed(template: DocumentTemplate, *, by: User, at: datetime, what: str) -> None:
    journal.record("template.changed", template, by=by, at=at, what=what)


@transaction.atomic
def save_template(*, template: DocumentTemplate, by: User, at: datetime) -> DocumentTemplate:  # fmt: skip
    """Keep the head of a template; the one offered first is one per paper and firm."""
    is_new = template.pk is None
    if template.is_default:
        DocumentTemplate.objects.filter(kind=template.kind, firm=template.firm).exclude(pk=template.pk).update(is_default=False)  # fmt: skip
    template.save()
    if is_new:
        TemplateBlock.objects.create(template=template, kind=BlockKind.HEADING, text=template.name)  # fmt: skip
    _changed(template, by=by, at=at, what="head")
    return template


@transaction.atomic
def copy_template(*, template: DocumentTemplate, by: User, at: datetime) -> DocumentTemplate:  # fmt: skip
    blocks = list(template.blocks.all())
    copy = DocumentTemplate.objects.create(
        kind=template.kind, name=_("%s, copy") % template.name[:110], firm=template.firm,
        language=template.language, landscape=template.landscape, position=template.position,
    )  # fmt: skip
    for block in blocks:
        block.pk, block.template = None, copy
    TemplateBlock.objects.bulk_create(blocks)
    _changed(copy, by=by, at=at, what="copied")
    return copy


@transaction.atomic
def retire_template(*, template: DocumentTemplate, by: User, at: datetime) -> None:
    template.retired_at = None if template.retired_at else at
    template.save(update_fields=["retired_at"])
    _changed(template, by=by, at=at, what="retired" if template.retired_at else "offered")  # fmt: skip


@transaction.atomic
def add_block(*, template: DocumentTemplate, kind: str, by: User, at: datetime) -> TemplateBlock:  # fmt: skip
    DocumentTemplate.objects.select_for_update().get(pk=template.pk)
    block = TemplateBlock.objects.create(template=template, kind=kind, position=template.blocks.count())  # fmt: skip
    _changed(template, by=by, at=at, what="block")
    return block


@transaction.atomic
def change_block(
    *,
    block: TemplateBlock,
    text: str,
    condition: str,
    options: dict[str, Any],
    by: User,
    at: datetime,
    picture: ContentFile | None = None,
) -> TemplateBlock:
    """Keep what was set in a block; its text is cleaned of what has no place on paper."""
    block.text = clean_template(text) if block.kind in RICH else text
    block.condition, block.options = condition, options
    if picture is not None:
        block.image.save(f"{secrets.token_hex(16)}.png", picture, save=False)
    block.save()
    _changed(block.template, by=by, at=at, what="block")
    return block


@transaction.atomic
def move_block(*, block: TemplateBlock, place: int, by: User, at: datetime) -> None:
    """Put the block at a place among the others, counted from 0; too far is the end."""
    DocumentTemplate.objects.select_for_update().get(pk=block.template_id)
    rows = [b for b in block.template.blocks.all() if b.pk != block.pk]
    rows.insert(max(0, min(place, len(rows))), block)
    for position, row in enumerate(rows):
        row.position = position
    TemplateBlock.objects.bulk_update(rows, ["position"])
    _changed(block.template, by=by, at=at, what="order")


@transaction.atomic
def remove_block(*, block: TemplateBlock, by: User, at: datetime) -> None:
    template = block.template
    block.delete()
    _changed(template, by=by, at=at, what="block")
