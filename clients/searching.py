"""What makes a card findable: the folded texts of clients and contact persons, and how a typed query is read.

`Client.search_text` holds, folded, everything by which people ask for a client: his names (also as they sound, in
Latin), city, INN, id in another system, the digits of phones, e-mails, contact persons. One trigram index serves it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import batched
from operator import itemgetter
from typing import Any

from django.db import connection, models
from django.db.models import Case, Q, When

from clients import completeness
from clients.models import Client, Contact, ContactLink, Email, Phone
from clients.models.client import display_name
from clients.names import core_name, skeleton, split_legal_form
from clients.word_sample import sample
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold

CHUNK = 2000
# A trigram index finds nothing shorter.
SHORTEST = 3
# Up to so many matches are ranked at once; more are not counted either.
FEW = 500
# So many matches are rather read with all that a list shows than found first and looked up after.
READ_AT_ONCE = 100
SUGGESTED = 8
# Rather than the trigram index so many names are read in their order, a hundred to the block.
WALKED = 25_000
_LONGEST_QUERY = 200
_MOST_WORDS = 8
_NOT_DIGIT = re.compile(r"\D+")
# Digits as phones are written: “8 (495) 540-75-20”, “+7 495 540 75 20”, “540-75-20”.
_PHONE = re.compile(r"(?<![\w.@-])\+?\d[\d\s().-]{4,}\d(?![\w@])")


# ── what is found ────────────────────────────────────────────────────────────────────────────────────────────────────


def phone_digits(raw: str, e164: str) -> str:
    """Digits by which a number is found: of E.164 when it is valid, else as typed."""
    return _NOT_DIGIT.sub("", e164 or raw)


def client_search_text(
    *,
    name: str,
    legal_form: str = "",
    is_person: bool = False,
    full_name: str = "",
    city: str = "",
    inn: str = "",
    outside_id: str = "",
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
    persons: Iterable[str] = (),
) -> str:
    """The text in which a client is looked for. `phones` are digits (`phone_digits`), his own and of his people."""
    folded = [
        fold(display_name(legal_form, name, is_person=is_person)),
        fold(full_name),
        _sound(core_name(name)),
        fold(city),
        fold(inn),
        fold(outside_id),
        *phones,
        *map(fold, emails),
        *map(fold, persons),
    ]
    return " ".join(dict.fromkeys(filter(None, folded)))


def contact_search_text(
    *,
    name: str,
    firms: Iterable[str] = (),
    phones: Iterable[str] = (),
    emails: Iterable[str] = (),
) -> str:
    """The text in which a contact person is looked for; `name` is “Заготовкина Лидия Витальевна”."""
    plain = fold(name)
    folded = [
        plain,
        _sound(plain),
        *phones,
        *map(fold, emails),
        *map(fold, firms),
    ]
    return " ".join(dict.fromkeys(filter(None, folded)))


def _sound(text: str) -> str:
    """The Latin skeleton, each word marked with `~` so that nobody's typed Latin word meets it by chance."""
    return " ".join(filter(None, map(_sound_of_word, text.split())))


@lru_cache(maxsize=20_000)
def _sound_of_word(word: str) -> str:
    """Words of names come again and again: a list of a hundred thousand people has a few thousand of them."""
    return " ".join(f"~{part}" for part in skeleton(word).split())


def _full(last: str, first: str, patronymic: str) -> str:
    return " ".join(filter(None, (last, first, patronymic)))


def refresh_search(client_ids: Iterable[int]) -> None:
    """Rewrite what these cards repeat of their rows, search columns and completeness, in a few statements per two
    thousand cards.

    Call it in the transaction that changed anything on a card, its rows or its people. It does not touch `version`.
    """
    for ids in _chunks(client_ids):
        phones: dict[int, list[str]] = defaultdict(list)
        emails: dict[int, list[str]] = defaultdict(list)
        persons: dict[int, list[str]] = defaultdict(list)
        for pk, raw, e164 in Phone.objects.filter(client__in=ids).values_list(
            "client_id", "raw", "e164"
        ):
            phones[pk].append(phone_digits(raw, e164))
        for pk, address in Email.objects.filter(client__in=ids).values_list(
            "client_id", "address"
        ):
            emails[pk].append(address)
        links = ContactLink.objects.filter(
            client__in=ids, contact__archived_at=None, contact__bin=None
        )
        firms_of: dict[int, set[int]] = defaultdict(set)
        for pk, contact_id, *name in links.values_list(
            "client_id",
            "contact_id",
            "contact__last_name",
            "contact__first_name",
            "contact__patronymic",
        ):
            firms_of[contact_id].add(pk)
            persons[pk].append(_full(*name))
        for contact_id, raw, e164 in Phone.objects.filter(
            contact__in=firms_of
        ).values_list("contact_id", "raw", "e164"):
            for pk in firms_of[contact_id]:
                phones[pk].append(phone_digits(raw, e164))
        for contact_id, address in Email.objects.filter(
            contact__in=firms_of
        ).values_list("contact_id", "address"):
            for pk in firms_of[contact_id]:
                emails[pk].append(address)
        columns: list[tuple[int, str, str, str]] = []
        for row in Client.objects.filter(pk__in=ids).values(
            "pk",
            "name",
            "legal_form__name",
            "is_person",
            "full_name",
            "city",
            "inn",
            "outside_id",
        ):
            pk = row["pk"]
            columns.append(
                (
                    pk,
                    fold(row["name"])[:300],
                    core_name(row["name"])[:300],
                    client_search_text(
                        name=row["name"],
                        legal_form=row["legal_form__name"] or "",
                        is_person=row["is_person"],
                        full_name=row["full_name"],
                        city=row["city"],
                        inn=row["inn"],
                        outside_id=row["outside_id"],
                        phones=phones[pk],
                        emails=emails[pk],
                        persons=persons[pk],
                    ),
                )
            )
        _write("clients_client", ("folded", "core_name", "search_text"), columns)
        completeness.refresh(ids)


def refresh_contact_search(contact_ids: Iterable[int]) -> None:
    """Rewrite the search columns of these contact persons. Their clients' texts name them too: `refresh_search` those."""
    for ids in _chunks(contact_ids):
        phones: dict[int, list[str]] = defaultdict(list)
        emails: dict[int, list[str]] = defaultdict(list)
        firms: dict[int, list[str]] = defaultdict(list)
        for pk, raw, e164 in Phone.objects.filter(contact__in=ids).values_list(
            "contact_id", "raw", "e164"
        ):
            phones[pk].append(phone_digits(raw, e164))
        for pk, address in Email.objects.filter(contact__in=ids).values_list(
            "contact_id", "address"
        ):
            emails[pk].append(address)
        for pk, firm in ContactLink.objects.filter(
            contact__in=ids, until_on=None, client__bin=None
        ).values_list("contact_id", "client__name"):
            firms[pk].append(firm)
        columns: list[tuple[int, str, str]] = []
        for pk, *name in Contact.objects.filter(pk__in=ids).values_list(
            "pk", "last_name", "first_name", "patronymic"
        ):
            full = _full(*name)
            text = contact_search_text(
                name=full, firms=firms[pk], phones=phones[pk], emails=emails[pk]
            )
            columns.append((pk, fold(full)[:400], text))
        _write("clients_contact", ("folded", "search_text"), columns)


def _chunks(ids: Iterable[int]) -> Iterator[tuple[int, ...]]:
    return batched(dict.fromkeys(ids), CHUNK)


def _write(
    table: str, names: Sequence[str], columns: Sequence[tuple[int | str, ...]]
) -> None:
    """One UPDATE for many rows; rows that already say the same are not written again."""
    if not columns:
        return
    sets = ", ".join(f"{name} = new.{name}" for name in names)
    old = ", ".join(f"t.{name}" for name in names)
    new = ", ".join(f"new.{name}" for name in names)
    arrays = ", ".join(["%s::bigint[]", *["%s::text[]"] * len(names)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} AS t SET {sets} FROM unnest({arrays}) AS new (id, {', '.join(names)})"
            f" WHERE t.id = new.id AND ({old}) IS DISTINCT FROM ({new})",
            [list(values) for values in zip(*columns, strict=True)],
        )


# ── what is asked ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Query:
    """A typed query read: `phrase` as a name may begin, `words` that must all be there (each as typed or as it sounds)."""

    phrase: str
    words: tuple[str, ...]
    sounds: tuple[str, ...]

    @property
    def is_short(self) -> bool:
        """Nothing in it that a trigram index could find: names that begin so are all one can ask for."""
        return all(len(word) < SHORTEST for word in self.words)


def read_query(text: str) -> Query | None:
    """`ООО "Ромашка" 8 (495) 540-75-20` → words `ромашка`, `4955407520`; None when nothing is asked.

    Legal forms are left out when there is something besides, for half of the cards of any base lack them.
    """
    text = text.replace("\x00", " ")[:_LONGEST_QUERY]
    numbers: list[str] = []

    def take(found: re.Match[str]) -> str:
        digits = _NOT_DIGIT.sub("", found[0])
        if not 5 <= len(digits) <= 15 or (" " in found[0] and len(digits) > 12):
            return found[0]
        # 8 and +7 are the same country: what follows decides.
        if len(digits) == 11 and digits[0] in "78":
            digits = digits[1:]
        numbers.append(digits)
        return " "

    folded = fold(_PHONE.sub(take, text))
    words = folded.split()
    named = [word for word in words if not _is_legal_form(word)] or words
    sounds = [_sound_of(word) for word in named]
    every = [*named, *numbers][:_MOST_WORDS]
    if not every:
        return None
    sounds = [*sounds, *[""] * len(numbers)][:_MOST_WORDS]
    return Query(
        phrase=" ".join([*named, *numbers]), words=tuple(every), sounds=tuple(sounds)
    )


def _is_legal_form(word: str) -> bool:
    return bool(split_legal_form(f"{word} name")[0])


def _sound_of(word: str) -> str:
    """How a word may stand in another spelling: `romashka` for «Ромашка», «ромашка» for Romashka, but not «щит» for Citi."""
    latin = any("a" <= letter <= "z" for letter in word)
    if not word.isalpha() or len(word) < (SHORTEST if latin else 5):
        return ""
    sound = _sound(core_name(word))
    return sound if len(sound) > SHORTEST else ""


def matching(queryset: models.QuerySet, query: Query | None) -> models.QuerySet:
    """Clients or contact persons that answer the query, in no order."""
    if query is None:
        return queryset
    if query.is_short:
        return queryset.filter(folded__startswith=query.phrase)
    return queryset.filter(_everywhere(query))


def walks(query: Query, *, size: int) -> bool:
    """Whether `size` of the names that have the words, but do not begin so, are met soon when names are read in their
    order."""
    look = sample.get()
    _begins_so, share = look.shares(query.phrase, query.words)
    return share * WALKED >= size and share * look.cards >= 2 * size


def many_named(queryset: models.QuerySet, query: Query) -> bool:
    """Whether more than `FEW` names have the words, told by the index of names alone; False when that is not the way to
    tell. `queryset` is all live cards."""
    if query.is_short:
        return False
    look = sample.get()
    begins, _other = look.shares(query.phrase, query.words)
    if begins * look.cards >= 2 * FEW:
        names = queryset.filter(_begins(query))
    elif walks(query, size=FEW):
        names = queryset.filter(_named(query, "spells")).exclude(_begins(query))
    else:
        return False
    return names.order_by("folded", "pk").values("pk")[: FEW + 1].count() > FEW


def ranked(
    queryset: models.QuerySet, query: Query, *, walk: bool = False
) -> list[models.QuerySet]:
    """The same in the order of likeness: names that begin so, other names, everything else; no row twice.

    Made for many matches: each part is walked in the order of names until a page is full. Few matches are better put
    in order at once, see `hits`. With `walk` names are read in their order until a page is full, see `walks`.
    """
    begins, named = _begins(query), _named(query)
    if query.is_short:
        return [queryset.filter(begins)]
    met = _named(query, "spells") if walk else named
    return [
        queryset.filter(begins),
        queryset.filter(met).exclude(begins),
        queryset.filter(_everywhere(query)).exclude(named | begins),
    ]


def hits(
    queryset: models.QuerySet, query: Query, *, most: int = FEW + 1
) -> list[tuple[int, str, int]]:
    """Likeness, folded name and id of any `most` matches, the likeliest first: 0 a name that begins so, 1 another name,
    2 everything else.

    The trigram index is read once, to count and to show.
    """
    return sorted(_with_likeness(queryset, query).values_list("likeness", "folded", "pk")[:most])  # fmt: skip


def are_few(query: Query) -> bool:
    """Whether a sample of names lets expect no more than some pages of matches."""
    look = sample.get()
    return sum(look.shares(query.phrase, query.words)) * look.cards <= READ_AT_ONCE


def hits_with(
    queryset: models.QuerySet,
    query: Query,
    paths: Sequence[str],
    *,
    most: int = FEW + 1,
) -> list[dict[str, Any]]:
    """The same with `paths` of each: of few matches cheaper than to look them up again by their ids."""
    columns = ("likeness", "folded", "pk")
    found = _with_likeness(queryset, query).values(*dict.fromkeys((*columns, *paths)))
    return sorted(found[:most], key=itemgetter(*columns))


def likeliest(
    queryset: models.QuerySet,
    query: Query,
    paths: Sequence[str],
    *,
    size: int,
    most: int = FEW + 1,
) -> list[dict[str, Any]]:
    """The `size` likeliest rows, in two queries: names that begin so by the index of names, then what the trigram index
    finds, of any `most` matches the likeliest."""
    begins, *more = ranked(queryset, query)
    rows = list(begins.order_by("folded", "pk").values("pk", *paths)[:size])
    if more and len(rows) < size:
        columns = ("likeness", "folded", "pk")
        found = _with_likeness(queryset, query).values(*columns, *paths)[:most]
        rest = sorted(found, key=itemgetter(*columns))
        rows += [row for row in rest if row["likeness"]][: size - len(rows)]
    return rows


def suggested(user: User, typed: str) -> list[Client] | None:
    """The likeliest eight live cards that `user` may read, to choose one of in a form; None where too little is typed."""
    query = read_query(typed)
    if query is None:
        return None
    rows = Client.objects.visible_to(user).live()
    ids = [row["pk"] for row in likeliest(rows, query, (), size=SUGGESTED)]
    cards = rows.select_related("legal_form").in_bulk(ids)
    return [cards[pk] for pk in ids if pk in cards]


def _with_likeness(queryset: models.QuerySet, query: Query) -> models.QuerySet:
    """To be limited and not ordered: so the planner takes the trigram index, though it believes common words commoner than
    they are and would rather walk a million names in their order."""
    likeness = Case(
        When(_begins(query), then=0),
        When(_named(query), then=1),
        default=2,
        output_field=models.SmallIntegerField(),
    )
    return matching(queryset, query).order_by().annotate(likeness=likeness)


def _begins(query: Query) -> Q:
    return Q(folded__startswith=query.phrase)


def _named(query: Query, how: str = "contains") -> Q:
    named = Q()
    for word in query.words:
        named &= Q(**{f"folded__{how}": word})
    return named


def _everywhere(query: Query) -> Q:
    found = Q()
    for word, sound in zip(query.words, query.sounds, strict=True):
        says = Q(search_text__holds=word)
        found &= says | Q(search_text__holds=sound) if sound else says
    return found


_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_CYRILLIC_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_CYRILLIC = str.maketrans(
    _LATIN_KEYS + _LATIN_KEYS.upper(), _CYRILLIC_KEYS + _CYRILLIC_KEYS.upper()
)
_TO_LATIN = str.maketrans(
    _CYRILLIC_KEYS + _CYRILLIC_KEYS.upper(), _LATIN_KEYS + _LATIN_KEYS.upper()
)


def other_layout(text: str) -> str:
    """What would have been typed with the keyboard switched: `hjvfirf` → `ромашка`."""
    cyrillic = any("а" <= letter <= "я" or letter == "ё" for letter in text.lower())
    return text.translate(_TO_LATIN if cyrillic else _TO_CYRILLIC)
