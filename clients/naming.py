"""By what a text names a person: his name in its cases, his numbers and addresses, as patterns.

A pattern is read by PostgreSQL (`~*`) and, with `for_python`, by `re`: both take the same but for the borders of words.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from clients.importing import persons as person_names
from clients.models import Client, Contact, Email, Phone

_NOBODY = r"\m\uFFFFnobody\M"
_SEPARATOR = r'[\s.,"_-]{1,4}'
_CYRILLIC = re.compile(r"^[а-яё]+$", re.IGNORECASE)
_ENDINGS = "аеёийоуыьэюя"
SHORTEST_NAME = 2


@dataclass(frozen=True, slots=True)
class Naming:
    """`sure` is met nowhere by chance: a full name, an address, a number. `near` is what names him among his own firms:
    the last name alone too; `own` in talks with himself: the first name alone. `digits` are his numbers. Each always is a pattern; one that finds nothing if there is nothing.
    `addresses` are of `sure` what no namesake shares: his e-mails and numbers.
    `traces` are plain fragments without one of which nothing sure is there: a row is asked for them first, for to them it
    costs a fraction of what it costs to the patterns. They tell capitals by themselves (`~`).
    """

    sure: str
    near: str
    own: str
    digits: str
    addresses: str = _NOBODY
    traces: str = _NOBODY

    @property
    def any_own(self) -> str:
        return f"{self.own}|{self.digits}"

    @property
    def any_sure(self) -> str:
        return f"{self.sure}|{self.digits}"

    @property
    def any_near(self) -> str:
        return f"{self.near}|{self.digits}"


def for_python(pattern: str) -> re.Pattern[str]:
    return re.compile(
        pattern.replace(r"\m", r"\b").replace(r"\M", r"\b"), re.IGNORECASE
    )


def of_contacts(contacts: Sequence[Contact]) -> Naming:
    """The patterns of one person who may have had several cards: joined ones keep what they said."""
    ids = [contact.pk for contact in contacts]
    names = [(c.last_name, c.first_name, c.patronymic) for c in contacts]
    return _naming(
        names,
        emails=Email.objects.filter(contact__in=ids).values_list("address", flat=True),
        phones=Phone.objects.filter(contact__in=ids).values_list("raw", "e164"),
    )


def of_client(client: Client) -> Naming:
    """The patterns of a private person who is a client himself."""
    names = [
        person_names.split(text) for text in {client.name, client.full_name} if text
    ]
    return _naming(
        names,
        emails=Email.objects.filter(client=client).values_list("address", flat=True),
        phones=Phone.objects.filter(client=client).values_list("raw", "e164"),
        numbers=[client.inn, client.ogrn],
        phrases=[client.name, client.full_name],
    )


def _naming(
    names: Iterable[tuple[str, str, str]],
    *,
    emails: Iterable[str],
    phones: Iterable[tuple[str, str]],
    numbers: Iterable[str] = (),
    phrases: Iterable[str] = (),
) -> Naming:
    sure: list[str] = []
    near: list[str] = []
    own: list[str] = []
    names, emails, phones = list(names), list(emails), list(phones)
    phrases = list(phrases)
    for last, first, patronymic in names:
        own += [rf"\m{_stem(w.strip())}\M" for w in (first, patronymic) if len(w) > 2]
        some_sure, some_near = _of_name(last.strip(), first.strip(), patronymic.strip())
        sure += some_sure
        near += some_near
    sure += [
        rf"\m{_letters(p.strip())}\M" for p in phrases if len(p.strip().split()) > 1
    ]
    addresses: list[str] = []
    for address in emails:
        # the folded spelling of a search text has spaces for dots
        words = re.sub(r"\\[.\-]|_", r"[.\\s_-]", re.escape(address.strip().lower()))
        addresses.append(rf"(?<![a-z0-9._%+-]){words}(?![a-z0-9])")
        addresses.append(re.escape(quote(address.strip().lower())))
    sure += addresses
    digits = [_digits(e164 or raw) for raw, e164 in phones]
    digits += [rf"(?<!\d){number}(?!\d)" for number in numbers if len(number) > 9]
    texts = [last for last, _first, _patronymic in names]
    texts += [phrase.split()[0] for phrase in phrases if phrase.split()]
    texts += [max(re.split(r"[\W_]+", address), key=len) for address in emails]
    codes = [re.sub(r"\D", "", e164 or raw)[-10:] for raw, e164 in phones]
    return Naming(
        traces="|".join(
            dict.fromkeys(
                [
                    *(trace for text in texts for trace in _traces(text)),
                    *(
                        r"\D*".join(code)
                        for code in [*codes, *numbers]
                        if len(code) >= 6
                    ),
                ]
            )
        )
        or _NOBODY,
        sure="|".join(dict.fromkeys(sure)) or _NOBODY,
        addresses="|".join(dict.fromkeys(filter(None, [*addresses, *digits])))
        or _NOBODY,
        near="|".join(dict.fromkeys([*sure, *near])) or _NOBODY,
        own="|".join(dict.fromkeys([*sure, *near, *own])) or _NOBODY,
        digits="|".join(dict.fromkeys(filter(None, digits))) or _NOBODY,
    )


def _of_name(last: str, first: str, patronymic: str) -> tuple[list[str], list[str]]:
    family, given, middle = map(_stem, (last, first, patronymic))
    sure: list[str] = []
    near: list[str] = []
    s = _SEPARATOR
    if family and given:
        sure += [
            rf"\m{family}{s}{given}({s}{middle})?\M"
            if middle
            else rf"\m{family}{s}{given}\M",
            rf"\m{given}{s}({middle}{s})?{family}\M"
            if middle
            else rf"\m{given}{s}{family}\M",
        ]
        one, two = re.escape(first[0]), re.escape(patronymic[:1])
        tail = rf"\s*{two}\." if two else ""
        near += [
            rf"\m{family}\s+{one}\.{tail}",
            rf"\m{one}\.{tail}\s*{family}\M",
        ]
        sure += [
            re.escape(quote(f"{last} {first}")),
            re.escape(quote_plus(f"{last} {first}")),
        ]
    if given and middle:
        near.append(rf"\m{given}{s}{middle}\M")
    for word, stem in ((last, family), (first, given), (patronymic, middle)):
        if len(word) < SHORTEST_NAME:
            continue
        if word is last:
            near += [rf"\m{stem}\M", re.escape(quote(word))]
        else:
            near.append(rf"^\s*{_letters(word)}\s*$")
    return sure, near


def _traces(text: str) -> list[str]:
    """What of a word stands in a text in any of its cases, as it is typed, in an address, in capitals; е and ё are one."""
    text = text.strip().split("-")[0]
    if not text:
        return []
    base = text[:-1] if len(text) > 3 and text[-1].lower() in _ENDINGS else text
    found = ["".join(map(_either_case, base))]
    if quote(base) != base:
        # in an address of a page; all its spellings one by one would cost four times as much as all the rest
        found.append("%[0-9A-Fa-f]{2}%")
    return found


def _either_case(letter: str) -> str:
    if letter in "еёЕЁ":
        return "[еёЕЁ]"
    if letter.isspace():
        return r"\s+"
    lower, upper = letter.lower(), letter.upper()
    if lower != upper and len(lower) == len(upper) == 1:
        return f"[{lower}{upper}]"
    return re.escape(letter)


def _letters(word: str) -> str:
    """A word letter by letter: е and ё are one, spaces are any."""
    word = re.sub(r"(\\ |\s)+", r"\\s+", re.escape(word))
    return re.sub("[её]", "[её]", word, flags=re.IGNORECASE)


def _stem(word: str) -> str:
    """A word in its cases: «Заготовкина» → «Заготовкин…»; both halves of a double name; a short or Latin word as it is."""
    return r"\-".join(map(_stem_of_one, word.split("-")))


def _stem_of_one(word: str) -> str:
    if len(word) < 4 or not _CYRILLIC.match(word):
        return _letters(word)
    base = word[:-1] if word[-1].lower() in _ENDINGS else word
    return rf"{_letters(base)}[а-яё]{{0,3}}"


def _digits(number: str) -> str:
    """A number however it is grouped: `8 (495) 540-75-20`, `+74955407520`, without the country's code too."""
    digits = re.sub(r"\D", "", number)
    if len(digits) < 6:
        return ""
    tail = digits[-10:] if len(digits) > 10 else digits
    grouped = r"[\s().-]{0,3}".join(tail)
    return rf"(?<!\d)(\+?\s?\d{{1,3}}[\s().-]{{0,3}})?{grouped}(?!\d)"
