"""Cards that may be the firm at hand, with the evidence. Nothing here joins anything: a person decides.

Levels, strongest first: *sure* (the same valid INN), *probable* (a near or equal name together with a shared phone,
site or e-mail; or two of these shared), *look* (one of them alone, or an equal name alone).
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_noop
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from clients import emails as email_cells
from clients import phones as phone_cells
from clients import sites as site_cells
from clients.models import Client, ClientSite, Email, Phone
from clients.models.reach import EMAIL_DOMAIN
from clients.names import core_name, skeleton
from clients.requisites import is_sound_inn

SURE, PROBABLE, LOOK = "sure", "probable", "look"
_ORDER = {SURE: 0, PROBABLE: 1, LOOK: 2}
# The codes of `Similar.evidence` in words, to be translated.
EVIDENCE = {
    "inn": gettext_noop("same INN"),
    "branch": gettext_noop("same INN, another KPP"),
    "phone": gettext_noop("same phone"),
    "email": gettext_noop("same e-mail"),
    "site": gettext_noop("same site"),
    "domain": gettext_noop("same domain"),
    "address": gettext_noop("same address"),
    "name": gettext_noop("same name"),
    "near_name": gettext_noop("similar name"),
}
# Everyone has an address there: the domain says nothing about the firm.
FREE_MAIL = frozenset(
    [
        "mail.ru",
        "bk.ru",
        "inbox.ru",
        "list.ru",
        "internet.ru",
        "yandex.ru",
        "ya.ru",
        "yandex.com",
        "gmail.com",
        "rambler.ru",
        "lenta.ru",
        "ro.ru",
        "autorambler.ru",
        "hotmail.com",
        "outlook.com",
        "live.com",
        "yahoo.com",
        "icloud.com",
        "ngs.ru",
        "pochta.ru",
        "nm.ru",
        "hotbox.ru",
        "e1.ru",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "narod.ru",
        "qip.ru",
        "km.ru",
        "yandex.by",
        "yandex.kz",
        "yandex.ua",
        "mail.com",
        "msn.com",
        "me.com",
        "gmx.com",
        "gmx.de",
        "tut.by",
        "ukr.net",
        "vk.com",
        "sibmail.com",
        "nextmail.ru",
        "hotmail.ru",
        "googlemail.com",
    ]
)
# Pages of many firms stand there, as do maps and market places: the host says nothing about the firm.
PUBLIC_HOSTS = FREE_MAIL | frozenset(
    [
        "t.me",
        "wa.me",
        "ok.ru",
        "facebook.com",
        "instagram.com",
        "youtube.com",
        "linkedin.com",
        "avito.ru",
        "2gis.ru",
        "google.com",
        "docs.google.com",
        "sites.google.com",
        "maps.yandex.ru",
        "taplink.cc",
        "tiu.ru",
        "satom.ru",
        "pulscen.ru",
        "blizko.ru",
        "ozon.ru",
        "wildberries.ru",
        "market.yandex.ru",
        "hh.ru",
        "zoon.ru",
        "yell.ru",
        "orgpage.ru",
        "rusprofile.ru",
    ]
)
# Likeness of 100 from which names are near. Many different firms are: a near name needs a second witness.
NEAR = 88
LETTERS_FOR_A_MISPRINT = 5
_SHORTEST_FUZZY = 4
_NUMBER = re.compile(r"\d+")
_ABBREVIATIONS = (
    ("торговый дом", "тд"),
    ("торгово промышленная", "тп"),
    ("производственно коммерческая", "пк"),
    ("производственно коммерческое предприятие", "пкп"),
    ("научно производственное объединение", "нпо"),
    ("научно производственное предприятие", "нпп"),
    ("строительно монтажное управление", "сму"),
    ("управляющая", "ук"),
)
MOST_FOUND = 8


@dataclass(frozen=True, slots=True)
class Similar:
    """`evidence` are codes, strongest first: inn, branch, phone, email, site, domain, name, near_name."""

    client: Client
    level: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Traits:
    """What a card, or a row that may become one, is recognised by; all values folded for comparing."""

    core: str = ""
    inn: str = ""
    kpp: str = ""
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()

    @property
    def domains(self) -> frozenset[str]:
        """Corporate domains: of the e-mails and of the sites alike."""
        mail = {e.rpartition("@")[2] for e in self.emails}
        return frozenset(mail - FREE_MAIL)


def traits_of(
    *,
    name: str = "",
    inn: str = "",
    kpp: str = "",
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    sites: Iterable[str] = (),
) -> Traits:
    """Traits from what was typed: phones in any form, cells with several addresses, sites with or without http."""
    return Traits(
        core=core_name(name)[:300] if name else "",
        inn=inn.strip(),
        kpp=kpp.strip(),
        phones=frozenset(n.e164 for p in phones for n in phone_cells.read(p) if n.e164),
        emails=frozenset(a for e in emails for a in email_cells.read(e)[0]),
        hosts=frozenset(site_cells.host(s) for s in sites) - PUBLIC_HOSTS - {""},
    )


def weigh(mine: Traits, theirs: Traits) -> tuple[str, tuple[str, ...]] | None:
    """The level and the evidence that two cards are one firm; None when nothing says so, or two valid INNs differ."""
    evidence: list[str] = []
    mine_sound, theirs_sound = is_sound_inn(mine.inn), is_sound_inn(theirs.inn)
    if mine_sound and theirs_sound:
        if mine.inn != theirs.inn:
            return None
        is_branch = mine.kpp and theirs.kpp and mine.kpp != theirs.kpp
        evidence.append("branch" if is_branch else "inn")
    shared = []
    if mine.phones & theirs.phones:
        shared.append("phone")
    if mine.emails & theirs.emails:
        shared.append("email")
    if mine.hosts & theirs.hosts:
        shared.append("site")
    elif "email" not in shared and (
        mine.domains & (theirs.domains | theirs.hosts) or mine.hosts & theirs.domains
    ):
        shared.append("domain")
    evidence += shared
    if mine.core and mine.core == theirs.core:
        evidence.append("name")
    elif is_near(mine.core, theirs.core):
        evidence.append("near_name")
    if not evidence:
        return None
    if evidence[0] in {"inn", "branch"}:
        return SURE, tuple(evidence)
    has_name = evidence[-1] in {"name", "near_name"}
    if shared and (has_name or len(shared) > 1):
        return PROBABLE, tuple(evidence)
    # «ГрадСтрой» beside «ГрадоСтрой»: a near name alone says nothing
    return None if evidence == ["near_name"] else (LOOK, tuple(evidence))


def is_near(one: str, other: str) -> bool:
    """Whether two core names differ by a misprint, by the order or the gaps of words, or by the alphabet only."""
    if len(one) < _SHORTEST_FUZZY or len(other) < _SHORTEST_FUZZY:
        return False
    if numbers_of(one) != numbers_of(other):
        return False  # «Комбинат 198» and «Комбинат 250» are two
    one, other = _abbreviated(one), _abbreviated(other)
    if fuzz.token_sort_ratio(one, other) >= NEAR:
        return True
    a, b = _sound(one).replace(" ", ""), _sound(other).replace(" ", "")
    if min(len(a), len(b)) > LETTERS_FOR_A_MISPRINT and Levenshtein.distance(a, b) < 2:
        return True
    return fuzz.ratio(a, b) >= NEAR + 2


@lru_cache(maxsize=20_000)
def _sound(core: str) -> str:
    return skeleton(core)


def numbers_of(core: str) -> list[str]:
    """The numbers in a name: plants and shops of one owner differ by nothing else."""
    return sorted(_NUMBER.findall(core))


def _abbreviated(core: str) -> str:
    for phrase, short in _ABBREVIATIONS:
        if phrase in core:
            core = core.replace(phrase, short)
    return core


def find_similar(
    *,
    name: str = "",
    inn: str = "",
    kpp: str = "",
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    sites: Sequence[str] = (),
    exclude: int | None = None,
) -> list[Similar]:
    """Cards like the one being typed, surest first, at most 8; archived cards too, so that nobody opens a second one.

    At most twelve queries, each by an index, none for what was not given: a name alone costs three. `exclude` is the card's own id. The caller says
    who may see what: cards of others come too, for the answer to "is this firm ours already" is not a secret.
    """
    mine = traits_of(
        name=name, inn=inn, kpp=kpp, phones=phones, emails=emails, sites=sites
    )
    ids = _candidates([mine], by_near_name=True)
    ids.discard(exclude or 0)
    # a card that was joined into another is no longer one: its rows, if any are left, lead to that other
    separate = Client.objects.filter(merged_into=None)
    cards = separate.select_related("legal_form", "curator").in_bulk(list(ids))
    known = _traits(cards.values(), [mine])
    found = [
        Similar(cards[pk], *verdict)
        for pk, theirs in known.items()
        if (verdict := weigh(mine, theirs))
    ]
    found.sort(key=lambda s: (_ORDER[s.level], -len(s.evidence), s.client.folded))
    return found[:MOST_FOUND]


def _candidates(wanted: Sequence[Traits], *, by_near_name: bool = False) -> set[int]:
    """Ids of cards that share anything with any of `wanted`: one query for each kind of trait."""
    ids: set[int] = set()

    def add(rows: Any) -> None:
        ids.update(pk for pk in rows if pk)

    inns = {t.inn for t in wanted if is_sound_inn(t.inn)}
    cores = {t.core for t in wanted if t.core}
    phones = {p for t in wanted for p in t.phones}
    emails = {e.upper() for t in wanted for e in t.emails}
    hosts = {h for t in wanted for h in t.hosts | t.domains}
    firms = Q()
    if inns:
        firms |= Q(inn__in=inns)
    if cores:
        firms |= Q(core_name__in=cores)
    if firms:
        rows = Client.objects.filter(firms).order_by()
        add(rows.values_list("pk", flat=True)[: 200 * len(wanted)])
    if phones:
        add(_owners(Phone.objects.filter(e164__in=phones), len(wanted)))
    if emails:
        same = Email.objects.annotate(big=Upper("address")).filter(big__in=emails)
        add(_owners(same, len(wanted)))
    if domains := hosts - FREE_MAIL:
        alike = Email.objects.annotate(domain=EMAIL_DOMAIN).filter(domain__in=domains)
        add(_owners(alike, len(wanted)))
    if hosts:
        sites = ClientSite.objects.filter(host__in=hosts).order_by()
        add(sites.values_list("client_id", flat=True)[: 200 * len(wanted)])
    if by_near_name:
        for traits in wanted:
            if len(traits.core) >= _SHORTEST_FUZZY:
                add(_like_named(traits.core))
    return ids


def _owners(rows: Any, size: int) -> Iterable[int]:
    """Clients of phones or e-mails, and the clients of the persons they belong to."""
    pairs = rows.order_by().values_list("client_id", "contact__links__client_id")
    for own, of_person in pairs[: 200 * size]:
        yield own or of_person


def _like_named(core: str) -> Iterable[int]:
    rows = (
        Client.objects.filter(folded__trigram_word_similar=core)
        .annotate(likeness=TrigramSimilarity("folded", core))
        .order_by("-likeness")
    )
    return rows.values_list("pk", flat=True)[:20]


# A misprint in a word of seven letters leaves so much of its trigrams.
_LIKENESS = 0.45
_NEAREST = 5


def near_names(wanted: Sequence[Traits]) -> dict[int, tuple[int, str]]:
    """{place in `wanted`: (id, name)} of the card whose name is nearest, where one is near and no INN speaks against it.

    Two statements, but a search by trigrams for each name: some milliseconds each. Call it inside a transaction.
    """
    asked = [(n, t) for n, t in enumerate(wanted) if len(t.core) >= _SHORTEST_FUZZY]
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL pg_trgm.similarity_threshold = {_LIKENESS}")
        cursor.execute(
            "SELECT u.place, c.id, c.name, c.core_name, c.inn"
            " FROM unnest(%s::int[], %s::text[]) AS u (place, core) CROSS JOIN LATERAL ("
            "   SELECT id, name, core_name, inn FROM clients_client"
            "   WHERE folded %% u.core AND bin_id IS NULL AND merged_into_id IS NULL"
            f"   ORDER BY similarity(folded, u.core) DESC, id LIMIT {_NEAREST}) AS c",
            [[n for n, _t in asked], [t.core for _n, t in asked]],
        )
        rows = cursor.fetchall()
    found: dict[int, tuple[int, str]] = {}
    for place, pk, name, core, inn in rows:
        mine = wanted[place]
        differ = is_sound_inn(mine.inn) and is_sound_inn(inn) and mine.inn != inn
        if place not in found and not differ and is_near(mine.core, core):
            found[place] = (pk, name)
    return found


def _traits(cards: Iterable[Client], wanted: Sequence[Traits]) -> dict[int, Traits]:
    """Traits of cards, read only as far as `wanted` can share them."""
    cards = list(cards)
    ids = [card.pk for card in cards]
    phones: dict[int, set[str]] = defaultdict(set)
    emails: dict[int, set[str]] = defaultdict(set)
    hosts: dict[int, set[str]] = defaultdict(set)
    if ids and any(t.phones for t in wanted):
        for pk, number in _values(Phone, "e164", ids):
            phones[pk].add(number)
    if ids and any(t.emails or t.hosts for t in wanted):
        for pk, address in _values(Email, "address", ids):
            emails[pk].add(address.lower())
        sites = ClientSite.objects.filter(client__in=ids).order_by()
        for pk, name in sites.values_list("client_id", "host"):
            hosts[pk].add(name)
    return {
        card.pk: Traits(
            core=card.core_name or core_name(card.name),
            inn=card.inn,
            kpp=card.kpp,
            phones=frozenset(phones[card.pk] - {""}),
            emails=frozenset(emails[card.pk]),
            hosts=frozenset(hosts[card.pk] - PUBLIC_HOSTS - {""}),
        )
        for card in cards
    }


def _values(model: Any, name: str, ids: list[int]) -> Iterable[tuple[int, str]]:
    """(client, value) of the cards' own rows and of those of their contact persons."""
    for owner in ("client", "contact__links__client"):
        rows = model.objects.filter(**{f"{owner}__in": ids}).order_by()
        yield from rows.values_list(f"{owner}_id", name)


@dataclass
class Matcher:
    """The bulk variant: `look_up` many at once, then ask for each; rows seen before in the same run are known too.

    Near names are not searched for here (a trigram query per row): equal names, phones, e-mails, sites and INNs are.
    """

    names: dict[int, str] = field(default_factory=dict)
    _known: dict[int, Traits] = field(default_factory=dict)
    _index: dict[tuple[str, str], set[int]] = field(
        default_factory=lambda: defaultdict(set)
    )

    def look_up(self, wanted: Sequence[Traits]) -> None:
        """Learn the cards of the base that share something with `wanted`: a constant number of queries."""
        ids = _candidates(wanted) - self._known.keys()
        wide = Client.objects.filter(pk__in=ids, merged_into=None)
        cards = list(wide.only("name", "core_name", "inn", "kpp"))
        names = {card.pk: card.name for card in cards}
        for pk, traits in _traits(cards, wanted).items():
            self.learn(pk, traits, names[pk])

    def learn(self, pk: int, traits: Traits, name: str) -> None:
        self._known[pk] = traits
        self.names[pk] = name
        for key in self._keys(traits):
            self._index[key].add(pk)

    def find(
        self, mine: Traits, *, accept: Callable[[str], bool] = lambda level: True
    ) -> list[tuple[int, str, tuple[str, ...]]]:
        """(id, level, evidence) of known cards like `mine`, surest first."""
        ids: set[int] = set()
        for key in self._keys(mine):
            ids |= self._index.get(key, set())
        found = [
            (pk, *verdict)
            for pk in ids
            if (verdict := weigh(mine, self._known[pk])) and accept(verdict[0])
        ]
        return sorted(found, key=lambda f: (_ORDER[f[1]], -len(f[2]), f[0]))

    @staticmethod
    def _keys(traits: Traits) -> Iterable[tuple[str, str]]:
        if traits.inn:
            yield "inn", traits.inn
        if traits.core:
            yield "core", traits.core
        yield from (("phone", phone) for phone in traits.phones)
        yield from (("email", email) for email in traits.emails)
        yield from (("host", name) for name in traits.hosts | traits.domains)
