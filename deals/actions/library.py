"""Library of standard documents and demonstration materials."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from clients import uploads
from clients.actions.activities import record_activity
from clients.actions.files import largest_file, too_large
from clients.choices import ActivityCode, Direction
from clients.models import ActivityKind, Client
from deals.models import Material
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.folding import fold
from salesexpert.outbox.actions import queue_letter


@transaction.atomic
def save_material(
    *, material: Material, by: User, at: datetime, upload: UploadedFile | None = None
) -> Material:
    """Keep a material, with a file when one is given. Raises FileRefused for what is not what its name says."""
    is_new = material.pk is None
    if upload is not None:
        name = (upload.name or "").replace("\\", "/").rpartition("/")[2][-255:]
        if (upload.size or 0) > largest_file():
            raise too_large(name)
        material.content_type = uploads.content_type_of(name, cast(BinaryIO, upload.file))  # fmt: skip
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        material.sha256, material.size, material.file_name = digest.hexdigest(), upload.size or 0, name  # fmt: skip
        upload.seek(0)
        material.file.save(secrets.token_hex(16), upload, save=False)
        material.uploaded_at, material.uploaded_by = at, by
    material.folded = fold(f"{material.name} {material.category} {material.description}")[:400]  # fmt: skip
    material.save()
    journal.record("material.added" if is_new else "material.changed", material, by=by, at=at)  # fmt: skip
    return material


@transaction.atomic
def archive_material(*, material: Material, by: User, at: datetime) -> None:
    """Offer it no more, or again; its file stays for the letters that carried it."""
    material.archived_at = None if material.archived_at else at
    material.save(update_fields=["archived_at"])
    journal.record("material.archived", material, by=by, at=at)


def attachments(materials: Sequence[Material]) -> list[tuple[str, bytes, str]]:
    made = []
    for material in materials:
        with material.file.open("rb") as file:
            made.append((material.file_name, file.read(), material.content_type))
    return made


@transaction.atomic
def send_materials(
    *, materials: Sequence[Material], client: Client, to: str, subject: str, text: str, key: str, by: User, at: datetime
) -> None:  # fmt: skip
    """Send materials to a client as one letter; his history says so. Raises BadAddress."""
    queue_letter(
        to=to, subject=subject, text=text, kind="paper", key=key, at=at, reply_to=by.email or "",
        attachments=attachments(materials),
    )  # fmt: skip
    names = "; ".join(m.name for m in materials)
    record_activity(
        client=client,
        kind=ActivityKind.objects.get(code=ActivityCode.DOCUMENTS),
        title=_("Materials sent"),
        summary=_("Sent to %(to)s: %(papers)s") % {"to": to, "papers": names},
        direction=Direction.OUT,
        by=by,
        at=at,
    )
