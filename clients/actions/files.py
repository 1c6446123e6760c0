"""Files on a card: kept under random names outside the web root, never deleted, only archived."""

import hashlib
import secrets
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from clients import uploads
from clients.models import Client, ClientFile
from clients.preferences import FILE_LIMIT_MB
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core import preferences

LONGEST_NAME = 255
MEGABYTE = 1024 * 1024


def largest_file() -> int:
    """The company's limit in bytes."""
    return int(preferences.get(FILE_LIMIT_MB)) * MEGABYTE


def too_large(name: str) -> uploads.FileRefused:
    limit = largest_file() // MEGABYTE
    return uploads.FileRefused(
        _("“%(name)s” is larger than %(limit)s MB.") % {"name": name, "limit": limit}
    )


def keep_file(
    *, client: Client, upload: UploadedFile, by: User, at: datetime
) -> ClientFile:
    """Put an uploaded file on the card. Raises FileRefused for what is too large or not what its name says."""
    name = clean_name(upload.name or "")
    if (upload.size or 0) > largest_file():
        raise too_large(name)
    content_type = uploads.content_type_of(name, cast(BinaryIO, upload.file))
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    kept = ClientFile(
        client=client,
        name=name,
        size=upload.size or 0,
        content_type=content_type,
        sha256=digest.hexdigest(),
        uploaded_at=at,
        uploaded_by=by,
    )
    # Bytes first: a row without its file would be a broken promise, a file without a row is only dust.
    kept.file.save(secrets.token_hex(16), upload, save=False)
    try:
        with transaction.atomic():
            kept.save()
            journal.record("file.added", client, by=by, at=at, file=kept.pk)
    except Exception:
        kept.file.delete(save=False)
        raise
    return kept


def clean_name(name: str) -> str:
    """The name without folders and control characters, its ending kept when it is too long."""
    name = name.replace("\\", "/").rpartition("/")[2]
    name = "".join(letter for letter in name if letter.isprintable()).strip() or _(
        "file"
    )
    if len(name) > LONGEST_NAME:
        stem, dot, ending = name.rpartition(".")
        ending = ending[:20]
        name = f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"
    return name
