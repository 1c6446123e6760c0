"""An invented base in which many cards look alike: some are one firm twice, others only seem so.

`make(n)` gives about `n` cards and says which pairs are doubles, which are related (a branch, a sister firm: either
level is right), and leaves the rest different.
"""

import random
from dataclasses import dataclass, field

from clients import phones as phone_cells
from clients.models import Client, ClientAddress, ClientSite, Email, Phone
from clients.names import core_name, split_legal_form
from clients.sites import host
from salesexpert.core.folding import fold
from tests.factories import RelationshipType

_FIRST = [
    "Север",
    "Юг",
    "Восток",
    "Запад",
    "Волга",
    "Кама",
    "Ока",
    "Дон",
    "Урал",
    "Сибирь",
    "Балт",
    "Нева",
    "Онега",
    "Ладога",
    "Вятка",
    "Байкал",
    "Алтай",
    "Терек",
    "Печора",
    "Двина",
    "Прогресс",
    "Вымпел",
    "Маяк",
    "Рассвет",
    "Горизонт",
    "Спектр",
    "Вектор",
    "Гранит",
    "Рубин",
    "Топаз",
    "Кварц",
    "Янтарь",
    "Сокол",
    "Беркут",
    "Орион",
    "Сатурн",
    "Плутон",
    "Мегаполис",
    "Атлант",
    "Титан",
    "Феникс",
    "Олимп",
    "Арсенал",
    "Бастион",
    "Каскад",
    "Импульс",
    "Ритм",
    "Темп",
    "Контур",
    "Профиль",
]
_SECOND = [
    "пром",
    "строй",
    "снаб",
    "маш",
    "торг",
    "сервис",
    "мет",
    "хим",
    "лес",
    "газ",
    "нефть",
    "агро",
    "электро",
    "тех",
    "транс",
    "авто",
    "дор",
    "бетон",
    "краска",
    "инструмент",
    "мебель",
    "окна",
    "двери",
    "кровля",
    "насос",
    "крепёж",
    "кабель",
    "пласт",
    "стекло",
    "керамика",
]
_CITIES = [
    "Москва",
    "Казань",
    "Самара",
    "Пермь",
    "Тверь",
    "Тула",
    "Рязань",
    "Омск",
    "Томск",
    "Псков",
]
_STREETS = [
    "Образцовая",
    "Примерная",
    "Садовая",
    "Заводская",
    "Лесная",
    "Речная",
    "Мирная",
    "Полевая",
    "Школьная",
    "Новая",
    "Складская",
    "Южная",
]
_FREE = ("mail.ru", "yandex.ru", "gmail.com", "bk.ru")
_LATIN = str.maketrans(
    dict(
        zip(
            "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
            [
                "a",
                "b",
                "v",
                "g",
                "d",
                "e",
                "e",
                "zh",
                "z",
                "i",
                "y",
                "k",
                "l",
                "m",
                "n",
                "o",
                "p",
                "r",
                "s",
                "t",
                "u",
                "f",
                "kh",
                "ts",
                "ch",
                "sh",
                "shch",
                "",
                "y",
                "",
                "e",
                "yu",
                "ya",
            ],
            strict=True,
        )
    )
)


@dataclass
class Card:
    name: str
    city: str = ""
    inn: str = ""
    kpp: str = ""
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


@dataclass
class Base:
    cards: list[Card] = field(default_factory=list)
    doubles: set[tuple[int, int]] = field(default_factory=set)
    related: set[tuple[int, int]] = field(default_factory=set)

    def add(self, card: Card) -> int:
        self.cards.append(card)
        return len(self.cards) - 1

    def twice(self, one: Card, other: Card) -> None:
        self.doubles.add((self.add(one), self.add(other)))

    def kin(self, *cards: Card) -> None:
        ids = [self.add(card) for card in cards]
        self.related |= {(a, b) for a in ids for b in ids if a < b}


class Maker:
    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self._phone = 0
        self._used: set[str] = set()

    def phone(self) -> str:
        self._phone += 1
        return f"+7495{2_000_000 + self._phone * 37 % 7_000_000:07d}"

    def inn(self) -> str:
        nine = f"99{self.random.randrange(10**7):07d}"
        weights = (2, 4, 10, 3, 5, 9, 4, 6, 8)
        return nine + str(
            sum(int(d) * w for d, w in zip(nine, weights, strict=True)) % 11 % 10
        )

    def word(self) -> str:
        """A name that no card has yet."""
        while True:
            r = self.random
            name = r.choice(_FIRST) + r.choice(_SECOND)
            if r.random() < 0.5:
                name += r.choice((" ", "-")) + r.choice(_FIRST)
            if name.lower() not in self._used:
                self._used.add(name.lower())
                return name

    def address(self, city: str) -> str:
        r = self.random
        return f"г. {city}, ул. {r.choice(_STREETS)}, д. {r.randrange(1, 400)}, оф. {r.randrange(1, 90)}"

    def firm(self, name: str = "") -> Card:
        r = self.random
        name = name or self.word()
        city = r.choice(_CITIES)
        domain = f"{latin(name)}{r.randrange(10, 99)}.example"
        mail = f"info@{domain}"
        if r.random() < 0.35:
            mail = f"{latin(name)}{r.randrange(1000)}@{r.choice(_FREE)}"
        return Card(
            name=f"{r.choice(('ООО', 'АО', 'ЗАО', 'ПАО'))} «{name}»",
            city=city,
            inn=self.inn() if r.random() < 0.3 else "",
            phones=[self.phone()],
            emails=[mail],
            sites=[f"http://www.{domain}/"] if r.random() < 0.7 else [],
            addresses=[self.address(city)] if r.random() < 0.7 else [],
        )

    def misprint(self, name: str) -> str:
        r = self.random
        at = r.randrange(1, len(name) - 1)
        letter = name[at]
        if not letter.isalpha():
            return self.misprint(name)
        return r.choice(
            (
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + r.choice("аоеитнс") + name[at + 1 :],
            )
        )

    def other_writing(self, card: Card) -> str:
        """The same name as another person would type it."""
        r = self.random
        _form, bare = split_legal_form(card.name)
        how = r.randrange(9)
        if how == 0:
            return f"ПАО {bare}"
        if how == 1:
            return f'Общество с ограниченной ответственностью "{bare.upper()}"'
        if how == 2:
            return f"{bare}, ООО"
        if how == 3:
            return f"{latin(bare).upper()} LLC"
        if how == 4:
            return bare.replace("о", "o").replace("а", "a").replace("с", "c")
        if how == 5:
            return f"Компания {bare.replace('ё', 'е')}"
        if how == 6:
            return bare.replace("-", " ")
        if how == 7:
            return f"ООО «{self.misprint(bare)}»"
        return f"ЗАО „{bare}“"


def latin(text: str) -> str:
    return "".join(
        c for c in text.lower().translate(_LATIN) if c.isalnum() and c.isascii()
    )


def _double(m: Maker, one: Card) -> Card:
    """A second card of the firm: another writing of the name and some of the same details, or two of them."""
    r = m.random
    other = Card(name=m.other_writing(one), city=one.city if r.random() < 0.7 else "")
    kinds = [k for k in ("phones", "emails", "sites", "addresses") if getattr(one, k)]
    same = set(r.sample(kinds, min(len(kinds), r.choice((1, 1, 2, 3)))))
    if "phones" in same:
        other.phones = [
            f"8 ({one.phones[0][2:5]}) {one.phones[0][5:8]}-{one.phones[0][8:10]}-{one.phones[0][10:]}"
        ]
    elif r.random() < 0.6:
        other.phones = [m.phone()]
    if "emails" in same:
        other.emails = [one.emails[0].upper() if r.random() < 0.3 else one.emails[0]]
    if "sites" in same:
        other.sites = [
            one.sites[0].replace("http://www.", "https://").rstrip("/") + "/about"
        ]
    if "addresses" in same:
        town, street, house, office = one.addresses[0].split(", ")
        other.addresses = [
            f"{100000 + r.randrange(9999)}, {town}, {street.removeprefix('ул. ')} улица, {house.replace('д. ', 'дом ')}, "
            f"{office.replace('оф. ', 'офис ')}"
        ]
    if one.inn and r.random() < 0.4:
        other.inn = one.inn
    return other


def make(n: int, *, seed: int = 7) -> Base:
    m, base, r = Maker(seed), Base(), random.Random(seed + 1)
    while len(base.cards) < n:
        kind = r.random()
        if kind < 0.42:
            base.add(m.firm())
        elif kind < 0.62:
            one = m.firm()
            base.twice(one, _double(m, one))
        elif kind < 0.65:  # renamed by its owners: nothing of the name, two details
            one = m.firm()
            one.sites = one.sites or [f"www.{latin(one.name)}.example"]
            base.twice(one, Card(name=m.word(), phones=one.phones, sites=one.sites))
        elif kind < 0.70:  # one name in two towns
            one, other = m.firm(), m.firm()
            other.name, one.city, other.city = one.name, "Москва", "Томск"
            base.add(one), base.add(other)
        elif kind < 0.75:  # names that differ by a letter or a word
            one = m.firm()
            base.add(one)
            base.add(
                m.firm(split_legal_form(one.name)[1] + r.choice(("-М", " Плюс", "а")))
            )
        elif kind < 0.80:  # numbered plants of one owner: one switchboard and one site
            number, city = r.randrange(2, 300), r.choice(_CITIES)
            one = m.firm(f"Комбинат {number}")
            other = m.firm(f"Комбинат {number + r.randrange(1, 60)}")
            other.sites, other.phones = one.sites, list(one.phones)
            one.city = other.city = city
            base.kin(one, other)
        elif (
            kind < 0.84
        ):  # a business centre: one address, one switchboard, tenants of their own
            address, phone = m.address("Москва"), m.phone()
            for _tenant in range(r.randrange(3, 12)):
                tenant = m.firm()
                tenant.addresses, tenant.city = [address], "Москва"
                tenant.sites = tenant.sites or [f"{latin(tenant.name)}.example"]
                tenant.phones.append(phone)
                base.add(tenant)
        elif (
            kind < 0.87
        ):  # a chain: one name, one hotline, one site, a branch in each town
            one, hotline = m.firm(), m.phone()
            domain = f"{latin(one.name)}.example"
            towns = r.sample(_CITIES, r.randrange(5, 9))
            base.kin(
                *(
                    Card(
                        name=one.name,
                        city=town,
                        phones=[hotline, m.phone()],
                        emails=[f"{latin(town)}@{domain}"],
                        sites=[domain],
                        addresses=[m.address(town)],
                    )
                    for town in towns
                )
            )
        elif (
            kind < 0.90
        ):  # an error of entry: one phone at two firms with nothing else in common
            one, other = m.firm(), m.firm()
            other.phones.append(one.phones[0])
            base.add(one), base.add(other)
        elif kind < 0.93:  # the same name and phone, but registered apart
            one = m.firm()
            one.inn = m.inn()
            other = Card(name=one.name, inn=m.inn(), phones=one.phones, city=one.city)
            base.add(one), base.add(other)
        else:  # free mail: the domain of everybody
            for _ in range(2):
                card = m.firm()
                card.emails = [f"{latin(card.name)}{r.randrange(99)}@mail.ru"]
                base.add(card)
    return base


def save(base: Base) -> list[int]:
    """Write the cards into the database, past forms and actions; answers with their ids in the order of `cards`."""
    from django.utils import timezone

    step = RelationshipType.objects.get(step=1)
    rows = Client.objects.bulk_create(
        Client(
            name=split_legal_form(card.name)[1][:300],
            folded=fold(card.name)[:300],
            core_name=core_name(card.name)[:300],
            search_text=fold(card.name),
            city=card.city,
            inn=card.inn,
            kpp=card.kpp,
            relationship=step,
            created_at=timezone.now(),
        )
        for card in base.cards
    )
    both = list(zip(rows, base.cards, strict=True))
    Phone.objects.bulk_create(
        Phone(client=row, raw=p, e164=phone_cells.read(p)[0].e164)
        for row, card in both
        for p in card.phones
    )
    Email.objects.bulk_create(
        Email(client=row, address=e) for row, card in both for e in card.emails
    )
    ClientSite.objects.bulk_create(
        ClientSite(client=row, url=s, host=host(s))
        for row, card in both
        for s in card.sites
    )
    ClientAddress.objects.bulk_create(
        ClientAddress(client=row, text=a) for row, card in both for a in card.addresses
    )
    return [row.pk for row in rows]
