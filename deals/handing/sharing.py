"""Dealing a person's things out to several colleagues, so that each ends with about the same load."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import heapify, heapreplace

from django.db.models import Count

from clients.models import Activity
from deals.choices import Handed
from deals.handing.contents import Thing
from deals.models import Deal
from salesexpert.accounts.models import User

# What one of each weighs: a client without work asks for a call now and then, an open deal for several.
WEIGHTS = {Handed.CLIENT: 1, Handed.DEAL: 4, Handed.STAGE: 2, Handed.ACTIVITY: 2}


def loads(people: Sequence[User]) -> dict[int, int]:
    """What each has to do already, in the same weights: open deals, stages and planned work. Three queries."""
    ids = [person.pk for person in people]
    found = dict.fromkeys(ids, 0)
    sums = (
        (Handed.DEAL, Deal.objects.open().filter(responsible__in=ids), "responsible"),
        (Handed.STAGE, Deal.objects.open().filter(performer__in=ids), "performer"),
        (Handed.ACTIVITY, Activity.objects.planned().filter(performer__in=ids), "performer"),
    )  # fmt: skip
    for kind, rows, whose in sums:
        for pk, count in rows.order_by().values_list(whose).annotate(n=Count("pk")):
            found[pk] += WEIGHTS[kind] * count
    return found


def share(things: Iterable[Thing], load: Mapping[int, int]) -> dict[Thing, int]:
    """{thing: receiver}: what belongs to one client goes to one person, the heaviest clients first, each to whoever has
    least by then (longest processing time first: Graham, 1969). Internal work is dealt out piece by piece.
    """
    units: dict[object, list[Thing]] = defaultdict(list)
    for thing in things:
        units[thing.unit or thing].append(thing)
    weighed = sorted(
        units.values(),
        key=lambda unit: (-sum(WEIGHTS[t.kind] for t in unit), unit[0].unit, unit[0].object_id),
    )  # fmt: skip
    people = [(weight, pk) for pk, weight in load.items()]
    heapify(people)
    found: dict[Thing, int] = {}
    for unit in weighed:
        weight, pk = people[0]
        found |= dict.fromkeys(unit, pk)
        heapreplace(people, (weight + sum(WEIGHTS[t.kind] for t in unit), pk))
    return found
