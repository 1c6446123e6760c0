"""Telling people: `notify` is called by anyone above, in the transaction of the deed it tells of."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from salesexpert.accounts.models import User
from salesexpert.accounts.zones import zone_of
from salesexpert.core.compiled import CompiledRecords
from salesexpert.notices import kinds, letters, pushing
from salesexpert.notices.choices import Way
from salesexpert.notices.models import Notice, NoticeChoice
from salesexpert.notices.quiet import quiet_until

_silent: ContextVar[bool] = ContextVar("notices_silent", default=False)


def notify(
    user: User,
    kind: str,
    *,
    key: str,
    variant: str = "",
    words: Mapping[str, Any] | None = None,
    note: str = "",
    link: str = "",
    about: models.Model | None = None,
    by: User | None = None,
    at: datetime | None = None,
    letter: bool = True,
) -> Notice | None:
    """Tell `user` once that something of `kind` (declared in `kinds`) happened; the rest follows his choices.

    `key` says what it is about (`take-over:17:accepted`): the second call with a key changes nothing. `words` fill the
    kind's sentence (texts, numbers, moments, days). `note` is what a colleague wrote. `link` is a path of ours. `by` did
    it: nobody is told of his own deed. The row is the caller's transaction's; open pages are told after its commit.

    `letter=False` where the caller writes a letter of its own (see `wants_letter`).

    None when he was told before, did it himself, wants to hear nothing of the kind, or no longer works here.
    """
    if not user.is_active or (by is not None and by.pk == user.pk) or _silent.get():
        return None
    declared, at = kinds.kind_of(kind), at or timezone.now()
    choice = choice_of(user)
    ways = choice.ways_of(declared)
    if not ways:
        return None
    silent_until = quiet_until(
        at,
        begins=choice.quiet_from,
        ends=choice.quiet_until,
        zone=zone_of(user.time_zone),
    )
    notice = Notice(
        user=user,
        key=key[:200],
        kind=kind,
        variant=variant,
        words=kinds.as_stored(words or {}),
        note=note.replace("\x00", "").strip()[:500],
        link=link[:500],
        about_type=(about._meta.model_name or "") if about else "",
        about_id=about.pk if about else None,
        by=by,
        at=at,
        is_quiet=silent_until is not None,
        # Without a way that shows it in the product it only stands in the list, as read.
        read_at=at if ways == {Way.EMAIL} else None,
    )
    # No savepoint: a deed tells up to three people, and what fails here fails the whole of it.
    with transaction.atomic(savepoint=False):
        if not Notice.objects.add_once(notice):
            return None
        if letter and Way.EMAIL in ways:
            letters.write(notice, not_before=silent_until)
        pushing.push([user.pk], "notice", id=notice.pk)
    return notice


@contextmanager
def silence() -> Iterator[None]:
    """Inside, nobody is told anything: whoever does one deed to many records says one word about all of them after it."""
    token = _silent.set(True)
    try:
        yield
    finally:
        _silent.reset(token)


def wants_letter(user: User, kind: str) -> bool:
    """Whether he wants notices of this kind by e-mail; for callers that write a better letter themselves."""
    return Way.EMAIL in choice_of(user).ways_of(kinds.kind_of(kind))


def forget_about(subject: models.Model) -> None:
    """What was told of this record is told no more: it was erased or taken away."""
    Notice.objects.about(subject).delete()


def notify_each(users: Iterable[User], kind: str, **more: Any) -> None:
    """`notify` each of them, with one key for all."""
    for user in {user.pk: user for user in users}.values():
        notify(user, kind, **more)


def choice_of(user: User) -> NoticeChoice:
    """What he chose, or the defaults in a row that is not saved."""
    return next(iter(_choices.records(user=user.pk)), None) or NoticeChoice(user=user)


@CompiledRecords
def _choices(user: int) -> models.QuerySet[NoticeChoice]:
    return NoticeChoice.objects.filter(user=user)


def read(user: User, ids: Iterable[int] | None, *, at: datetime) -> int:
    """Mark notices of `user` as read, all of them without `ids`; his other pages learn of it. Returns how many."""
    found = Notice.objects.visible_to(user)
    if ids is not None:
        found = found.filter(pk__in=ids)
    changed = found.mark_read(at=at)
    if changed:
        pushing.push([user.pk], "read")
    return changed


def forget(*, at: datetime) -> int:
    """Throw away notices that nobody will look for any more."""
    deleted, _ = Notice.objects.outlived(at=at).delete()
    return deleted


def choose(user: User, **chosen: Any) -> NoticeChoice:
    """Keep what the person chose: fields of `NoticeChoice`."""
    choice, _ = NoticeChoice.objects.update_or_create(user=user, defaults=chosen)
    return choice
