"""What the columns of a list mean, kept by its headings: the next list with the same ones maps itself."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, Value, When

from clients.importing.engine import Options
from clients.importing.kinds import fields_of
from clients.importing.mending import REASON_HEADINGS
from clients.models import ImportJob, ImportMapping
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold

NAME_LENGTH = 120


def headings_of(columns: Iterable[str]) -> str:
    """Of the set of headings, whatever their order, case and spaces."""
    words = sorted({fold(c) for c in columns if c not in REASON_HEADINGS})
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def known_for(job: ImportJob, user: User) -> list[ImportMapping]:
    """Saved sets of columns for the job's headings, the user's own before those of others, lately used first."""
    own_first = Case(When(owner=user, then=Value(0)), default=Value(1))
    return list(
        ImportMapping.objects.visible_to(user)
        .filter(entity=job.entity, headings=headings_of(job.columns))
        .order_by(own_first, "-used_at", "-pk")[:20]
    )


def apply(saved: ImportMapping, job: ImportJob) -> None:
    """Let the job's columns mean what they meant; the caller saves it."""
    fields = {item.name for item in fields_of(job.entity)}
    meant = {fold(column): name for column, name in saved.mapping.items()}
    job.mapping = {
        column: name
        for column in job.columns
        if (name := meant.get(fold(column), "")) in fields
    }
    job.options = dict(saved.options)
    job.remembered = saved


def keep(
    *, job: ImportJob, options: Options, name: str, shared: bool, by: User, at: datetime
) -> ImportMapping:
    """Remember the job's columns under `name`, in the place of what had that name."""
    kept, _created = ImportMapping.objects.update_or_create(
        owner=by,
        entity=job.entity,
        name=name[:NAME_LENGTH],
        defaults={
            "headings": headings_of(job.columns),
            "columns": [c for c in job.columns if c not in REASON_HEADINGS],
            "mapping": job.mapping,
            "options": options.kept(),
            "is_shared": shared,
            "used_at": at,
        },
        create_defaults={
            "headings": headings_of(job.columns),
            "columns": [c for c in job.columns if c not in REASON_HEADINGS],
            "mapping": job.mapping,
            "options": options.kept(),
            "is_shared": shared,
            "used_at": at,
            "created_at": at,
        },
    )
    return kept
