"""Addresses made comparable. Pure functions."""

import re

from salesexpert.core.folding import fold

# Words that one writer puts and another leaves out.
_NOISE = frozenset(
    [
        "г",
        "гор",
        "город",
        "ул",
        "улица",
        "пр",
        "просп",
        "проспект",
        "пер",
        "переулок",
        "пл",
        "площадь",
        "ш",
        "шоссе",
        "б",
        "бул",
        "бульвар",
        "наб",
        "набережная",
        "проезд",
        "д",
        "дом",
        "влад",
        "владение",
        "вл",
        "стр",
        "строение",
        "с",
        "корп",
        "корпус",
        "к",
        "лит",
        "литер",
        "литера",
        "оф",
        "офис",
        "пом",
        "помещение",
        "ком",
        "комн",
        "комната",
        "каб",
        "кабинет",
        "этаж",
        "эт",
        "обл",
        "область",
        "р",
        "н",
        "район",
        "рн",
        "мкр",
        "микрорайон",
        "респ",
        "республика",
        "край",
        "пос",
        "поселок",
        "п",
        "с",
        "село",
        "дер",
        "деревня",
        "россия",
        "рф",
        "российская",
        "федерация",
        "тел",
        "линия",
        "а",
        "я",
        "bld",
        "building",
        "street",
        "str",
        "office",
        "room",
        "city",
        "floor",
        "russia",
    ]
)
_POSTCODE = re.compile(r"(?<!\d)\d{6}(?!\d)")
_PIECES = re.compile(r"\d+|[^\W\d_]+")


def address_key(text: str, *, city: str = "") -> str:
    """What two spellings of one address have in common; "" when it names no house, for then it tells nothing.

    `127006, г. Москва, ул. Образцовая, д. 21, стр. 1` and `Москва, Образцовая улица, 21с1` → `москва образцовая 21 1`.
    Words are put in order, numbers keep theirs. The card's `city` stands in where the text leaves it out.
    """
    folded = _POSTCODE.sub(" ", fold(text))
    pieces = _PIECES.findall(folded)
    numbers = [piece.lstrip("0") or "0" for piece in pieces if piece.isdigit()]
    words = {piece for piece in pieces if not piece.isdigit()} - _NOISE
    words |= {w for w in _PIECES.findall(fold(city)) if w not in _NOISE}
    if not numbers or not any(len(word) > 2 for word in words):
        return ""
    # «12а» is another house than «12»: letters that are no abbreviation stay among the words
    return " ".join([*sorted(words), *numbers])[:200]
