"""Saved questions: kept, changed by their owner alone, copied by anyone, counted in the background."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.models import (
    FavouriteQuery,
    QueryRun,
    RunState,
    SavedQuery,
    SavedQueryVersion,
)
from analytics.queries import running, tiles
from analytics.queries.question import Question
from analytics.query_tasks import SILENT_FOR, run_query
from salesexpert.accounts.models import Role, User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

MOST_SAVED, MOST_WAITING = 500, 3


class NotYours(DomainError):
    pass


class ChangedMeanwhile(DomainError):
    """Somebody, perhaps oneself in another window, kept a further version since this one was opened."""


class TooMany(DomainError):
    pass


@transaction.atomic
def keep(*, question: Question, name: str, by: User, at: datetime, folder: str = "", description: str = "", for_everyone: bool = False, roles: Iterable[Role] = (), of: SavedQuery | None = None) -> SavedQuery:  # fmt: skip
    """Keep a question under a name as one's own; `of` is the one it was made from. Raises TooMany."""
    if SavedQuery.objects.filter(owner=by, removed_at=None).count() >= MOST_SAVED:
        raise TooMany(_("You keep %d queries: remove those you no longer use.") % MOST_SAVED)  # fmt: skip
    made = SavedQuery.objects.create(
        name=name,
        folder=folder,
        description=description,
        question=question.to_json(),
        owner=by,
        for_everyone=for_everyone,
        made_from=of,
        made_at=at,
        changed_at=at,
        changed_by=by,
    )
    made.roles.set(roles)
    _note_version(made, by, at)
    journal.record("query.saved", made, by=by, at=at, name=name)
    return made


@transaction.atomic
def change(*, query: SavedQuery, question: Question, by: User, at: datetime, name: str = "", seen: int | None = None, **settings: Any) -> SavedQuery:  # fmt: skip
    """A further version of one's own question; the former ones stay. `seen` is the version it was changed from.

    Raises NotYours, ChangedMeanwhile.
    """
    query = SavedQuery.objects.select_for_update().get(pk=query.pk)
    if query.owner_id != by.pk or query.removed_at is not None:
        raise NotYours(_("Only its owner changes a query: save a copy of your own."))
    if fault := meanwhile(query, seen):
        raise ChangedMeanwhile(fault)
    roles = settings.pop("roles", None)
    asked = question.to_json()
    is_new = asked != query.question or (name and name != query.name)
    for field, value in settings.items():
        setattr(query, field, value)
    query.name, query.question = name or query.name, asked
    query.changed_at, query.changed_by = at, by
    query.version += 1 if is_new else 0
    query.save()
    if roles is not None:
        query.roles.set(roles)
    if is_new:
        _note_version(query, by, at)
    journal.record("query.changed", query, by=by, at=at, name=query.name)
    return query


def meanwhile(query: SavedQuery, seen: int | None) -> str:
    """What became of the query since its version `seen`, in a sentence; empty if that is the last one."""
    if seen is None or seen == query.version:
        return ""
    return _("Version %(number)s was saved meanwhile. Nothing is lost: saving puts yours on top, and that one stays among the versions.") % {"number": query.version}  # fmt: skip


def _note_version(query: SavedQuery, by: User, at: datetime) -> None:
    SavedQueryVersion.objects.create(query=query, number=query.version, name=query.name, question=query.question, by=by, at=at)  # fmt: skip


@transaction.atomic
def remove(*, query: SavedQuery, by: User, at: datetime) -> None:
    """Put one's own question away; `restore` brings it back. Raises NotYours."""
    if query.owner_id != by.pk:
        raise NotYours(_("Only its owner removes a query."))
    SavedQuery.objects.filter(pk=query.pk).update(removed_at=at)
    journal.record("query.removed", query, by=by, at=at, name=query.name)


@transaction.atomic
def restore(*, query: SavedQuery, by: User, at: datetime) -> None:
    if query.owner_id != by.pk:
        raise NotYours(_("Only its owner removes a query."))
    SavedQuery.objects.filter(pk=query.pk).update(removed_at=None)
    journal.record("query.restored", query, by=by, at=at, name=query.name)


def favour(*, query: SavedQuery, by: User) -> bool:
    """Turn the star round; True if it shines now."""
    gone, _rows = FavouriteQuery.objects.filter(query=query, user=by).delete()
    if not gone:
        FavouriteQuery.objects.get_or_create(query=query, user=by)
    return not gone


def pin(*, query: SavedQuery, by: User) -> bool:
    """Put a question on one's start page, or take it from there; True if it stands there now. Raises TooMany."""
    mine = FavouriteQuery.objects.filter(user=by)
    tiles.forget(by)
    if mine.filter(query=query, on_start_page=True).update(on_start_page=False):
        return False
    if mine.filter(on_start_page=True).count() >= tiles.MOST:
        raise TooMany(_("My day has room for %d queries: take one of them off first.") % tiles.MOST)  # fmt: skip
    FavouriteQuery.objects.update_or_create(query=query, user=by, defaults={"on_start_page": True})  # fmt: skip
    return True


# ── in the background ────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def begin_run(*, question: Question, name: str, by: User, at: datetime) -> QueryRun:
    """Have a question counted by a worker; one that is on its way already is not counted twice. Raises TooMany."""
    alive = Q(state=RunState.QUEUED) | Q(state=RunState.RUNNING, heartbeat_at__gt=at - SILENT_FOR)  # fmt: skip
    mine = QueryRun.objects.filter(alive, user=by, asked_at__gt=at - timedelta(hours=2))
    on_its_way: QueryRun | None = mine.filter(question=question.to_json()).first()
    if on_its_way:
        return on_its_way
    if mine.count() >= MOST_WAITING:
        raise TooMany(_("You have %d queries in the background already: wait for one of them.") % MOST_WAITING)  # fmt: skip
    made = QueryRun.objects.create(
        question=question.to_json(),
        name=name[:200],
        user=by,
        asked_at=at,
        day=timezone.localdate(at, timezone.get_default_timezone()),
        steps=running.steps_of(question),
    )
    run_query.delay_on_commit(run_id=made.pk)
    return made
