"""What a person sees of his notices: the bell, the list, what came since he looked."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from salesexpert.accounts.models import User
from salesexpert.core import keyset
from salesexpert.notices import kinds, stream
from salesexpert.notices.actions import choice_of
from salesexpert.notices.choices import Way
from salesexpert.notices.models import Notice

PAGE = 50
LATEST = 8
# More at once is a summary: the list has them all.
NEWS = 5
COUNTED = 99


def unread_count(user: User) -> int:
    """How many wait for him, counted to a hundred."""
    return keyset.capped_count(Notice.objects.visible_to(user).unread(), cap=COUNTED)


def page(
    user: User, *, unread: bool, kind: str, after: str, before: str
) -> tuple[list[Notice], keyset.Page]:
    """Notices of one page, the newest first, with the marks of its neighbours."""
    found = Notice.objects.visible_to(user)
    if unread:
        found = found.unread()
    if kind:
        found = found.filter(kind=kind)
    marks = keyset.page(
        [keyset.Part(found, ("-pk",))], ("pk",), size=PAGE, after=after, before=before
    )
    rows = Notice.objects.visible_to(user).select_related("by").order_by("-pk")
    return list(rows.filter(pk__in=[row["pk"] for row in marks.rows])), marks


def latest(user: User) -> list[Notice]:
    found = Notice.objects.visible_to(user).select_related("by")
    return list(found.order_by("-pk")[:LATEST])


def news(user: User, *, since: int | None) -> dict[str, Any]:
    """What came after the notice `since`, in words for a toast; None asks only where to go on from."""
    found = Notice.objects.visible_to(user).order_by("-pk")
    rows = list(found[:1] if since is None else found.filter(pk__gt=since)[:NEWS])
    items: list[dict[str, Any]] = []
    if since is not None and rows:
        choice = choice_of(user)
        items = [
            item(notice, choice.ways_of(kinds.kind_of(notice.kind)))
            for notice in reversed(rows)
            if not notice.is_quiet and notice.read_at is None
        ]
    told: dict[str, Any] = {
        "unread": unread_count(user),
        "last": rows[0].pk if rows else since or 0,
        "items": items,
    }
    if settings.EVENTS_URL:
        token = stream.make_token(user.pk, secret=settings.SECRET_KEY)
        told["stream"] = f"{settings.EVENTS_URL}?token={token}"
        told["seconds"] = stream.TOKEN_SECONDS
    return told


def item(notice: Notice, ways: frozenset[str]) -> dict[str, Any]:
    return {
        "id": notice.pk,
        "kind": notice.kind,
        "text": notice.text,
        "note": notice.note,
        "url": reverse("notices:open", args=[notice.pk]),
        "page": Way.PAGE in ways,
        "browser": Way.BROWSER in ways,
    }
