"""How people and firms are reached: hosts, phones, e-mails, each once."""

from functools import lru_cache
from random import Random

from anyascii import anyascii as _anyascii

from salesexpert.desk.demo import names
from salesexpert.desk.demo.drafts import Card, Person

# Names repeat, letters all the more.
anyascii = lru_cache(maxsize=10_000)(_anyascii)


class _Latin(dict[int, str]):
    """What each letter is in Latin, for `str.translate`."""

    def __missing__(self, letter: int) -> str:
        self[letter] = _anyascii(chr(letter)).lower()
        return self[letter]


_LATIN = _Latin()


class Reach:
    """Gives out hosts and numbers; `serial` counts whatever must not repeat."""

    def __init__(self, random: Random, *, serial: int, is_first: bool) -> None:
        self.random = random
        self.serial = serial
        self.is_first = is_first
        self.hosts: set[str] = set()

    def next(self) -> int:
        self.serial += 1
        return self.serial

    def host(self, card: Card) -> str:
        latin = card.name.split(" № ")[0].translate(_LATIN)
        slug = "-".join("".join(c if c.isalnum() else " " for c in latin).split())[
            :40
        ].strip("-")
        # Another batch may have given it out: only the first one knows all hosts before it.
        if slug in self.hosts or not self.is_first:
            slug = f"{slug}-{card.serial}"
        self.hosts.add(slug)
        return f"{slug}.example"

    def give(self, card: Card, person: Person) -> None:
        draw = self.random.random
        if draw() < 0.7:
            serial = self.next()
            person.phone = (
                names.mobile(serial)
                if draw() < 0.75
                else names.landline(card.city.code, serial)
            )
        if draw() < 0.65:
            person.email = f"{anyascii(person.first[0]).lower()}.{anyascii(person.last).lower()}@{card.host}".replace(
                "'", ""
            )
