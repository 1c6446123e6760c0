"""Verbs of a discussion: say something, calling colleagues by @name; take one's own words away; read what is new."""

import re
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients.models import Client
from deals import telling
from deals.models import Deal, DiscussionSeen, Mention, Remark
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold

_CALLED = re.compile(r"@([\w.\-]+)(?:[ \xa0]([\w\-]+))?")
MOST_CALLED = 20


class NothingSaid(DomainError):
    pass


class NotYours(DomainError):
    pass


def called(text: str) -> list[User]:
    """People whom `@login`, `@Surname`, `@Name Surname` in the text name; a word that fits two people calls neither."""
    found = _CALLED.findall(text)[:MOST_CALLED]
    if not found:
        return []
    keys: dict[str, list[User]] = {}
    for user in User.objects.filter(is_active=True):
        for key in {
            fold(user.username),
            fold(user.last_name),
            fold(f"{user.first_name} {user.last_name}"),
            fold(f"{user.last_name} {user.first_name}"),
        }:
            if key:
                keys.setdefault(key, []).append(user)
    people: dict[int, User] = {}
    for first, second in found:
        both = keys.get(fold(f"{first} {second}")) if second else None
        fits = both or keys.get(fold(first.rstrip("."))) or []
        if len(fits) == 1:
            people[fits[0].pk] = fits[0]
    return list(people.values())


@transaction.atomic
def say(
    *,
    by: User,
    text: str,
    client: Client,
    deal: Deal | None = None,
    at: datetime | None = None,
) -> Remark:
    """Write a remark on a client or on a deal of his. Whom it calls, and may read it, is told. Raises NothingSaid."""
    at = at or timezone.now()
    text = text.strip()
    if not text:
        raise NothingSaid(_("Write something."))
    remark = Remark.objects.create(
        client=client, deal=deal, author=by, text=text[:5000], written_at=at
    )
    people = [
        user
        for user in called(text)
        if user.pk != by.pk
        and Client.objects.visible_to(user).filter(pk=client.pk).exists()
    ]
    Mention.objects.bulk_create(Mention(remark=remark, user=user) for user in people)
    telling.called(remark, people, client=client)
    note_seen(by=by, client=client, deal=deal, at=at)
    return remark


@transaction.atomic
def take_away(remark_id: int, *, by: User, at: datetime | None = None) -> Remark:
    """Take one's own words away; their place stays. Raises NotYours."""
    remark = Remark.objects.select_for_update(of=["self"]).get(pk=remark_id)
    if remark.author_id != by.pk:
        raise NotYours(_("Only its author takes a remark away."))
    remark.text = ""
    remark.removed_at = at or timezone.now()
    remark.save(update_fields=["text", "removed_at"])
    Mention.objects.filter(remark=remark).delete()
    telling.taken_away(remark)
    return remark


def note_seen(
    *, by: User, client: Client, deal: Deal | None, at: datetime | None = None
) -> None:
    """He has read the discussion until now; what called him in it is seen."""
    at = at or timezone.now()
    DiscussionSeen.objects.update_or_create(
        user=by, client=client, deal=deal, defaults={"seen_at": at}
    )
    Mention.objects.filter(
        user=by, seen_at=None, remark__client=client, remark__deal=deal
    ).update(seen_at=at)
