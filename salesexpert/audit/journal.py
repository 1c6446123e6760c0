"""Writing the journal of deeds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models

from salesexpert.accounts.models import User
from salesexpert.audit.acting import current_deed
from salesexpert.audit.models import JournalEntry
from salesexpert.core.compiled import CompiledInsert

_add = CompiledInsert(JournalEntry, is_prepared=True)


def record(
    verb: str, subject: models.Model, *, by: User | None, at: datetime, **detail: Any
) -> JournalEntry:
    """Add the deed `verb` ("client.archived") to the journal, in the caller's transaction.

    `detail` must be JSON: ids and facts, no texts that a person may later ask to have erased.
    """
    return _add(
        JournalEntry(
            at=at,
            by=by,
            verb=verb,
            subject_type=subject._meta.model_name or "",
            subject_id=subject.pk,
            detail=detail,
            deed=current_deed(),
        )
    )


def record_many(
    verb: str,
    model: type[models.Model],
    details: Mapping[int, Mapping[str, Any]],
    *,
    by: User | None,
    at: datetime,
    **common: Any,
) -> None:
    """Add the same deed for many objects, {id: its detail}, in one statement and the caller's transaction."""
    deed, kind = current_deed(), model._meta.model_name or ""
    JournalEntry.objects.bulk_create(
        [
            JournalEntry(
                at=at,
                by=by,
                verb=verb,
                subject_type=kind,
                subject_id=pk,
                detail={**detail, **common},
                deed=deed,
            )
            for pk, detail in details.items()
        ],
        batch_size=1000,
    )
