"""The search for cards that are one firm: what each is recognised by, and which pairs say so.

Every card has its keys (`MatchKey`): numbers of the firm and its people, addresses, hosts, its INN and its name as it
sounds. Only cards that share a key are compared, so the work grows with what is shared, not with the square of the
base; a key that many cards share leads to no comparison at all. The search costs the same for any number of cards in
the base: a step looks at those that triggers have noted as changed (`ChangedCard`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b

from django.db import connection, transaction
from django.db.models import Q

from clients.addresses import address_key
from clients.choices import PairLevel, PairState
from clients.duplicates import FREE_MAIL, PUBLIC_HOSTS, is_near, numbers_of
from clients.models import (
    ChangedCard,
    Client,
    ClientAddress,
    ClientSite,
    ContactLink,
    Email,
    MatchKey,
    Phone,
    SuspectedPair,
)
from clients.names import core_name, skeleton
from clients.requisites import is_sound_inn

# A key on more cards than this is a switchboard, a business centre or a holding's site: it speaks only beside the name.
COMMON = 4
# A key on more cards than this compares nobody with anybody.
CROWDED = 30
STEP = 400
_NOTES_READ = 20_000
_TURNS = 7_302_012  # any number of our own: the name of the lock
_SHORTEST_SOUND = 4

type Verdict = tuple[int, tuple[str, ...], int]

# What each piece of evidence adds to the weight, by which pairs stand in order.
WEIGHTS = {
    "inn": 100,
    "branch": 40,
    "name": 30,
    "email": 25,
    "phone": 20,
    "site": 20,
    "near_name": 20,
    "address": 15,
    "domain": 10,
}


@dataclass(slots=True)
class Facts:
    """What is compared of one card. Values lead to whose they are: ids of contact persons, 0 for the firm itself."""

    pk: int
    core: str = ""
    inn: str = ""
    kpp: str = ""
    city: str = ""
    parent: int = 0
    values: dict[str, dict[str, set[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )

    def of(self, kind: str) -> dict[str, set[int]]:
        return self.values.get(kind, {})

    @property
    def sound(self) -> str:
        return skeleton(self.core).replace(" ", "")

    def hosts(self) -> set[str]:
        """Corporate domains of sites and e-mails alike."""
        return {*self.of("site"), *self.of("domain")}

    def all_keys(self) -> set[tuple[int, int]]:
        """(digest, contact) of everything that may be shared."""
        found: set[tuple[int, int]] = set()
        for kind in ("phone", "email", "address"):
            for value, owners in self.of(kind).items():
                found.update((digest(kind, value), owner) for owner in owners)
        for kind in ("site", "domain"):
            for value, owners in self.of(kind).items():
                found.update((digest("host", value), owner) for owner in owners)
        if self.core:
            found.add((digest("name", self.name_key), 0))
        if is_sound_inn(self.inn):
            found.add((digest("inn", self.inn), 0))
        return found

    @property
    def name_key(self) -> str:
        """The name as it sounds: Latin and Cyrillic, with gaps and without, alike."""
        sound = self.sound
        return sound if len(sound) >= _SHORTEST_SOUND else self.core


def digest(kind: str, value: str) -> int:
    """64 bits of a value, signed as the database keeps them. Two values in a billion meet; the comparison tells them."""
    raw = blake2b(f"{kind}:{value}".encode(), digest_size=8).digest()
    return int.from_bytes(raw, signed=True)


# ── what cards are recognised by ─────────────────────────────────────────────────────────────────────────────────────


def facts_of(ids: Iterable[int]) -> dict[int, Facts]:
    """The facts of live cards among `ids`: seven queries however many."""
    wanted = list(ids)
    live = Client.objects.filter(pk__in=wanted, archived_at=None, merged_into=None)
    found = {
        pk: Facts(pk, core or core_name(name), inn, kpp, city, parent or 0)
        for pk, name, core, inn, kpp, city, parent in live.order_by().values_list(
            "pk", "name", "core_name", "inn", "kpp", "city", "parent"
        )
    }
    firms_of: dict[int, list[int]] = defaultdict(list)
    places = ContactLink.objects.filter(client__in=list(found), until_on=None)
    for contact, pk in places.order_by().values_list("contact_id", "client_id"):
        firms_of[contact].append(pk)

    def owned(model: type[Phone] | type[Email], column: str) -> Iterable[tuple]:
        own = model.objects.filter(client__in=list(found)).order_by()
        yield from (
            (pk, value, 0) for pk, value in own.values_list("client_id", column)
        )
        theirs = model.objects.filter(contact__in=list(firms_of)).order_by()
        for contact, value in theirs.values_list("contact_id", column):
            yield from ((pk, value, contact) for pk in firms_of[contact])

    for pk, number, owner in owned(Phone, "e164"):
        if number:
            found[pk].values["phone"][number].add(owner)
    for pk, address, owner in owned(Email, "address"):
        low = address.lower()
        found[pk].values["email"][low].add(owner)
        if (domain := low.rpartition("@")[2]) not in FREE_MAIL:
            found[pk].values["domain"][domain].add(owner)
    sites = ClientSite.objects.filter(client__in=list(found)).order_by()
    for pk, host in sites.values_list("client_id", "host"):
        if host and host not in PUBLIC_HOSTS:
            found[pk].values["site"][host].add(0)
    addresses = ClientAddress.objects.filter(client__in=list(found)).order_by()
    for pk, text in addresses.values_list("client_id", "text"):
        if key := address_key(text, city=found[pk].city):
            found[pk].values["address"][key].add(0)
    return found


# ── comparing two ────────────────────────────────────────────────────────────────────────────────────────────────────


def judge(one: Facts, other: Facts, crowd: Mapping[int, int]) -> Verdict | None:
    """Level, evidence and weight of the suspicion that two cards are one firm; None when nothing speaks for it.

    `crowd` says how many cards share a key. A key that few share is a witness; one that many share speaks only beside
    the name. One witness is worth a look; with the name, or two of them, it is probably one firm.
    """
    if is_sound_inn(one.inn) and is_sound_inn(other.inn) and one.inn != other.inn:
        return None
    same_inn = is_sound_inn(one.inn) and one.inn == other.inn
    is_branch = same_inn and bool(one.kpp and other.kpp and one.kpp != other.kpp)
    if _are_family(one, other) and (is_branch or not same_inn):
        return None
    witnesses, heard = _shared(one, other, crowd)
    name = _names(one, other, crowd)
    evidence = ["branch" if is_branch else "inn"] if same_inn else []
    evidence += [*witnesses, *heard]
    if name:
        evidence.append(name)
    level = _level(one, other, evidence, witnesses, heard, name, crowd)
    if level is None:
        return None
    weight = sum(WEIGHTS[e] // (2 if e in heard else 1) for e in evidence)
    return level, tuple(evidence), weight


def _level(
    one: Facts,
    other: Facts,
    evidence: Sequence[str],
    witnesses: Sequence[str],
    heard: Sequence[str],
    name: str,
    crowd: Mapping[int, int],
) -> int | None:
    if "inn" in evidence:
        return PairLevel.PROBABLE
    if "branch" in evidence:
        return PairLevel.PROBABLE if len(witnesses) > 1 else PairLevel.LOOK
    if name and witnesses:
        return PairLevel.PROBABLE
    if name and heard:
        # «Стройбаза» of one town and of another behind one hotline: branches as likely as doubles
        return PairLevel.LOOK if _elsewhere(one, other) else PairLevel.PROBABLE
    if len(witnesses) > 1:
        speaks_against = _numbered_apart(one, other) or (
            set(witnesses) <= {"phone", "address"} and _other_domains(one, other)
        )
        return PairLevel.LOOK if speaks_against else PairLevel.PROBABLE
    if witnesses:
        return PairLevel.LOOK
    if name and not heard:
        few = crowd.get(digest("name", one.name_key), 0) <= COMMON
        same_sound = one.name_key == other.name_key
        return (
            PairLevel.LOOK
            if few and same_sound and not _elsewhere(one, other)
            else None
        )
    return None


def _shared(
    one: Facts, other: Facts, crowd: Mapping[int, int]
) -> tuple[list[str], list[str]]:
    """Kinds of things that both have: those that few others have too, and those that many have."""
    witnesses: list[str] = []
    heard: list[str] = []

    def hear(kind: str, values: Iterable[str], as_kind: str) -> None:
        listed = list(values)
        if not listed:
            return
        fewest = min(crowd.get(digest(as_kind, value), 2) for value in listed)
        (witnesses if fewest <= COMMON else heard).append(kind)

    for kind in ("phone", "email"):
        hear(kind, _common(one.of(kind), other.of(kind)), kind)
    sites = _common(one.of("site"), other.of("site"))
    if sites:
        hear("site", sites, "host")
    elif "email" not in witnesses + heard:
        domains = _common(one.of("domain"), other.of("domain"))
        domains |= _common(one.of("site"), other.of("domain"))
        domains |= _common(one.of("domain"), other.of("site"))
        hear("domain", domains, "host")
    hear("address", _common(one.of("address"), other.of("address")), "address")
    return witnesses, heard


def _common(mine: Mapping[str, set[int]], theirs: Mapping[str, set[int]]) -> set[str]:
    """Values of both, but not those that only one and the same person brings to both."""
    return {
        value
        for value in mine.keys() & theirs.keys()
        if (0 in mine[value] and 0 in theirs[value])
        or not (mine[value] & theirs[value]) - {0}
    }


def _names(one: Facts, other: Facts, crowd: Mapping[int, int]) -> str:
    if not one.core or not other.core:
        return ""
    if one.core == other.core:
        return "name"
    if one.name_key == other.name_key and numbers_of(one.core) == numbers_of(
        other.core
    ):
        return "near_name"
    return "near_name" if is_near(one.core, other.core) else ""


def _are_family(one: Facts, other: Facts) -> bool:
    """Parent and branch, or two branches: somebody has said already what they are to each other."""
    return (
        one.parent == other.pk
        or other.parent == one.pk
        or bool(one.parent and one.parent == other.parent)
    )


def _elsewhere(one: Facts, other: Facts) -> bool:
    a, b = one.city.casefold().strip(), other.city.casefold().strip()
    return bool(a and b and a != b)


def _numbered_apart(one: Facts, other: Facts) -> bool:
    a, b = numbers_of(one.core), numbers_of(other.core)
    return bool(a and b and a != b)


def _other_domains(one: Facts, other: Facts) -> bool:
    mine, theirs = one.hosts(), other.hosts()
    return bool(mine and theirs and not mine & theirs)


# ── the table of pairs ───────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def look_at_changed(*, at: datetime) -> int:
    """Compare the cards noted as changed, up to some hundreds of them. Returns how many notes were worked off.

    0 when none is left, or when another worker is at it.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_TURNS])
        if not cursor.fetchone()[0]:
            return 0
    notes = list(
        ChangedCard.objects.order_by("pk").values_list("pk", "client_id")[:_NOTES_READ]
    )
    cards = list(dict.fromkeys(client for _note, client in notes))[:STEP]
    chosen = set(cards)
    done = [note for note, client in notes if client in chosen]
    if not done:
        return 0
    compare(cards, at=at)
    ChangedCard.objects.filter(pk__in=done).delete()
    return len(done)


def compare(cards: Sequence[int], *, at: datetime) -> None:
    """Work out the keys of these cards and the pairs they stand in; the caller holds the transaction."""
    mine = facts_of(cards)
    _keep_keys(cards, mine)
    pairs = _candidates(list(mine))
    others = {pk for pair in pairs for pk in pair} - mine.keys()
    known = {**mine, **facts_of(others)}
    shared = {
        d
        for pk in {pk for pair in pairs for pk in pair} & known.keys()
        for d, _owner in known[pk].all_keys()
    }
    crowd = _crowd(shared)
    found: dict[tuple[int, int], Verdict] = {}
    for first, second in pairs:
        if first in known and second in known:
            verdict = judge(known[first], known[second], crowd)
            if verdict:
                found[first, second] = verdict
    _keep_pairs(cards, found, at)


def _keep_keys(cards: Sequence[int], facts: Mapping[int, Facts]) -> None:
    wanted = {
        (pk, key, owner) for pk, card in facts.items() for key, owner in card.all_keys()
    }
    gone = []
    rows = MatchKey.objects.filter(client__in=cards).order_by()
    for pk, *row in rows.values_list("pk", "client_id", "digest", "contact"):
        key = (row[0], row[1], row[2])
        if key in wanted:
            wanted.remove(key)
        else:
            gone.append(pk)
    if gone:
        MatchKey.objects.filter(pk__in=gone)._raw_delete("default")
    MatchKey.objects.bulk_create(
        (
            MatchKey(client_id=pk, digest=key, contact=owner)
            for pk, key, owner in wanted
        ),
        batch_size=5_000,
    )


_CANDIDATES = """
WITH mine AS (SELECT DISTINCT client_id, digest FROM clients_matchkey WHERE client_id = ANY(%(ids)s)),
     few AS (SELECT d.digest FROM (SELECT DISTINCT digest FROM mine) AS d
             WHERE (SELECT count(*) FROM (SELECT 1 FROM clients_matchkey AS k WHERE k.digest = d.digest
                                          LIMIT %(most)s + 1) AS c) <= %(most)s)
SELECT DISTINCT LEAST(mine.client_id, k.client_id), GREATEST(mine.client_id, k.client_id)
FROM mine JOIN few USING (digest) JOIN clients_matchkey AS k USING (digest)
WHERE k.client_id <> mine.client_id
"""
_CROWD = """
SELECT d, (SELECT count(*) FROM (SELECT 1 FROM clients_matchkey AS k WHERE k.digest = d LIMIT %s) AS c)
FROM unnest(%s::bigint[]) AS d
"""


def _candidates(cards: list[int]) -> list[tuple[int, int]]:
    if not cards:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, {"ids": cards, "most": CROWDED})
        return cursor.fetchall()


def _crowd(digests: Iterable[int]) -> dict[int, int]:
    """How many cards have each key, counted as far as it matters."""
    listed = list(digests)
    if not listed:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_CROWD, [CROWDED + 1, listed])
        return dict(cursor.fetchall())


def _keep_pairs(
    cards: Sequence[int], found: Mapping[tuple[int, int], Verdict], at: datetime
) -> None:
    """Open pairs of these cards become what was found; what a person decided stays decided."""
    of_these = Q(first__in=cards) | Q(second__in=cards)
    still_open = SuspectedPair.objects.filter(of_these, state=PairState.OPEN)
    gone = [
        pk
        for pk, first, second in still_open.values_list("pk", "first_id", "second_id")
        if (first, second) not in found
    ]
    if gone:
        SuspectedPair.objects.filter(pk__in=gone, state=PairState.OPEN).delete()
    SuspectedPair.objects.bulk_create(
        (
            SuspectedPair(
                first_id=first,
                second_id=second,
                level=level,
                evidence=list(evidence),
                weight=weight,
                found_at=at,
            )
            for (first, second), (level, evidence, weight) in sorted(found.items())
        ),
        batch_size=1_000,
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["level", "evidence", "weight"],
    )


def note_the_unknown() -> int:
    """Note cards that were never compared (loaded past the triggers) and those of open pairs. For the night."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO clients_changedcard (client_id)"
            " SELECT c.id FROM clients_client AS c WHERE c.archived_at IS NULL AND c.bin_id IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM clients_matchkey AS k WHERE k.client_id = c.id)"
            " UNION SELECT first_id FROM clients_suspectedpair WHERE state = 'open'"
            " UNION SELECT second_id FROM clients_suspectedpair WHERE state = 'open'"
        )
        return cursor.rowcount
