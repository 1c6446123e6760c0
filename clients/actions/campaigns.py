"""Verbs of a campaign: its plan, the lines of its budget, its materials."""

import hashlib
import secrets
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from clients import uploads
from clients.actions.dictionaries import save_entry
from clients.actions.files import clean_name, largest_file, too_large
from clients.dictionaries import BY_SLUG
from clients.models import Campaign, CampaignCost, CampaignFile, InformationSource
from salesexpert.accounts.models import User
from salesexpert.audit import journal


@transaction.atomic
def save_campaign(
    campaign: Campaign, *, channels: list[InformationSource], by: User, at: datetime
) -> Campaign:
    """Keep a campaign with its channels; a new one stands last in the dictionary. Raises NameIsTaken."""
    save_entry(dictionary=BY_SLUG["campaigns"], entry=campaign, by=by, at=at)
    campaign.channels.set(channels)
    return campaign


@transaction.atomic
def save_cost(cost: CampaignCost, *, by: User, at: datetime) -> CampaignCost:
    verb = "campaign.cost_changed" if cost.pk else "campaign.cost_added"
    if not cost.pk:
        cost.made_by, cost.made_at = by, at
    cost.save()
    _record(verb, cost, by=by, at=at)
    return cost


@transaction.atomic
def remove_cost(cost: CampaignCost, *, by: User, at: datetime) -> None:
    """Take a mistaken line out; the journal keeps what it said."""
    _record("campaign.cost_removed", cost, by=by, at=at)
    cost.delete()


def _record(verb: str, cost: CampaignCost, *, by: User, at: datetime) -> None:
    said = {"name": cost.campaign.name, "amount": str(cost.amount), "on": cost.on.isoformat(), "side": cost.side}  # fmt: skip
    journal.record(verb, cost.campaign, by=by, at=at, **said)


def keep_file(
    campaign: Campaign, upload: UploadedFile, *, by: User, at: datetime
) -> CampaignFile:
    """Add a material. Raises FileRefused for what is too large or not what its name says."""
    name = clean_name(upload.name or "")
    if (upload.size or 0) > largest_file():
        raise too_large(name)
    content_type = uploads.content_type_of(name, cast(BinaryIO, upload.file))
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    kept = CampaignFile(
        campaign=campaign,
        name=name,
        size=upload.size or 0,
        content_type=content_type,
        sha256=digest.hexdigest(),
        added_at=at,
        added_by=by,
    )
    # Bytes first, as with files of cards: a row without its file would be a broken promise.
    kept.file.save(secrets.token_hex(16), upload, save=False)
    try:
        with transaction.atomic():
            kept.save()
            journal.record("campaign.file_added", campaign, by=by, at=at, name=campaign.name, file=name)  # fmt: skip
    except BaseException:
        # Whatever it was, a stopped worker too: bytes without a row would lie there for ever. It goes on up as it came.
        kept.file.delete(save=False)
        raise
    return kept


@transaction.atomic
def remove_file(file: CampaignFile, *, by: User, at: datetime) -> None:
    """Take a material off; its bytes go once nobody can take the deed back."""
    journal.record("campaign.file_removed", file.campaign, by=by, at=at, name=file.campaign.name, file=file.name)  # fmt: skip
    stored, name = file.file.storage, file.file.name
    file.delete()
    if name:
        transaction.on_commit(lambda: stored.delete(name))
