"""A bulk change in words: what it does, to whom, what came of each card."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from clients.bulk import records, ways
from clients.choices import BulkDeed, BulkOutcome
from clients.models import BulkChange, BulkChunk, BulkItem
from salesexpert.accounts.models import User

SAMPLE = 6
PAGE = 50


@dataclass(frozen=True, slots=True)
class Card:
    """One card as the pages show it. `name` is empty for a reader who may not see it."""

    pk: int
    name: str
    before: str
    after: str
    why: str = ""


def title(change: BulkChange) -> str:
    """“Curator: Anna Obraztsova”: what is done, whatever became of it."""
    return titles([change])[0]


def titles(changes: Sequence[BulkChange]) -> list[str]:
    """The titles of many changes, a query or two for each field among them."""
    values: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for change in changes:
        values[change.entity, change.deed, change.field].add(change.value)
    known = {}
    for (entity, deed, field), given in values.items():
        way = records.named(entity).way_of(deed, field)
        known[entity, deed, field] = way, way.words(given) if way else {}
    return [_title(c, *known[c.entity, c.deed, c.field]) for c in changes]


def _title(change: BulkChange, way: ways.Way | None, words: dict[str, str]) -> str:
    if way is None:
        return _("A field that is no longer there")
    names = {
        "field": way.label,
        "value": words.get(change.value, "") or _("not filled"),
    }
    match change.deed:
        case BulkDeed.ARCHIVE:
            return _("To the archive")
        case BulkDeed.RESTORE:
            return _("Out of the archive")
        case BulkDeed.ADD:
            return _("%(field)s: add “%(value)s”") % names
        case BulkDeed.REMOVE:
            return _("%(field)s: take away “%(value)s”") % names
    return _("%(field)s: %(value)s") % names


def filter_words(change: BulkChange, user: User) -> str:
    """The filters that it was asked for by, as the list's chips said them."""
    if change.is_ticked or change.undoes_id:
        return ""
    return records.of(change).filter_words(change, user)


def sample(change: BulkChange, user: User) -> list[Card]:
    """The first cards of a preview: what they have and what they get."""
    chunk = BulkChunk.objects.filter(change=change).order_by("number").first()
    if chunk is None:
        return []
    pairs = list(zip(chunk.ids, chunk.values, strict=True))[:SAMPLE]
    return _cards(change, [(pk, before, "") for pk, before in pairs], user)


def page(
    change: BulkChange, user: User, *, left: bool, after: int = 0
) -> tuple[list[Card], int]:
    """Cards that were changed, or those left as they are with the reason; and the mark of the next page, 0 at the end."""
    items = BulkItem.objects.filter(change=change, object_id__gt=after)
    if left:
        items = items.exclude(outcome=BulkOutcome.CHANGED)
    else:
        items = items.filter(outcome=BulkOutcome.CHANGED)
    found = list(items.order_by("object_id")[: PAGE + 1])
    more = found[PAGE - 1].object_id if len(found) > PAGE else 0
    rows = [
        (item.object_id, item.before, item.get_outcome_display() if left else "")
        for item in found[:PAGE]
    ]
    return _cards(change, rows, user), more


def _cards(
    change: BulkChange, rows: Sequence[tuple[int, str, str]], user: User
) -> list[Card]:
    first = change.undoes or change
    about = records.of(change)
    way = about.way_of(first.deed, first.field, first.value)
    names = about.names([pk for pk, _before, _why in rows], user)
    words = _words(way, first, [before for _pk, before, _why in rows])
    now = words.get(way.target(first.value), "") if way else ""
    if change.undoes_id:
        return [
            Card(pk, names.get(pk, ""), words.get(before, "") if why else now, "", why)
            for pk, before, why in rows
        ]
    return [
        Card(pk, names.get(pk, ""), words.get(before, ""), now, why)
        for pk, before, why in rows
    ]


def _words(
    way: ways.Way | None, change: BulkChange, values: Iterable[str]
) -> dict[str, str]:
    if way is None:
        return {}
    if isinstance(way, ways.ProductWay):
        product = way.words([change.value]).get(change.value, "")
        return {v: product for v in (*values, ways.HAS) if v}
    wanted = {*values, way.target(change.value)} - {""}
    if isinstance(way, ways.ArchiveWay):
        return way.words([*wanted, "now"] if change.deed == BulkDeed.ARCHIVE else wanted) | (
            {"": _("archived")} if change.deed == BulkDeed.ARCHIVE and not change.value else {}
        )  # fmt: skip
    return way.words(wanted)
