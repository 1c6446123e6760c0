"""Names of firms made comparable: legal form apart, noise out, one spelling for look-alike letters and for Latin.

Pure functions. Nothing here decides that two firms are one: `clients.duplicates` weighs what these return.
"""

import re
from functools import lru_cache

from anyascii import anyascii

from salesexpert.core.folding import fold

# The longest first: «публичное акционерное общество» before «акционерное общество».
_LONG_FORMS = (
    ("общество с ограниченной ответственностью", "ООО"),
    ("общество с дополнительной ответственностью", "ОДО"),
    ("публичное акционерное общество", "ПАО"),
    ("непубличное акционерное общество", "НАО"),
    ("открытое акционерное общество", "ОАО"),
    ("закрытое акционерное общество", "ЗАО"),
    ("акционерное общество", "АО"),
    ("индивидуальный предприниматель", "ИП"),
    ("федеральное государственное унитарное предприятие", "ФГУП"),
    ("федеральное казенное предприятие", "ФКП"),
    ("государственное унитарное предприятие", "ГУП"),
    ("муниципальное унитарное предприятие", "МУП"),
    ("автономная некоммерческая организация", "АНО"),
    ("товарищество собственников жилья", "ТСЖ"),
    ("производственный кооператив", "ПК"),
    ("некоммерческая организация", "НКО"),
    ("крестьянское фермерское хозяйство", "КФХ"),
    ("limited liability company", "LLC"),
    ("joint stock company", "JSC"),
    ("товарищество с ограниченной ответственностью", "ТОО"),
)
_SHORT_FORMS = {
    **{
        form.lower(): form
        for form in (
            "ООО", "ОАО", "ЗАО", "ПАО", "НАО", "АО", "ОДО", "ИП", "ГК", "ФГУП", "ФКП", "МУП", "ГУП",
            "АНО", "ТСЖ", "ПК", "НКО", "КФХ", "ТОО", "ПБОЮЛ", "ЧП", "ЧУП",
        )
    },
    "llc": "LLC", "ltd": "Ltd", "limited": "Ltd", "jsc": "JSC", "pjsc": "PJSC", "inc": "Inc", "gmbh": "GmbH",
    "co": "Co", "corp": "Corp", "plc": "PLC", "llp": "LLP", "sarl": "SARL", "bv": "BV", "ag": "AG",
    # Russian forms in Latin letters
    "ooo": "ООО", "zao": "ЗАО", "oao": "ОАО", "pao": "ПАО", "nao": "НАО", "ao": "АО", "ip": "ИП",
}  # fmt: skip
# Forms that are as often a word of the name itself stay in the core.
_NOT_NOISE = {"ag", "bv", "чп"}
_NOISE_PHRASES = ("группа компаний", "group of companies")
_NOISE_WORDS = {
    "компания", "холдинг", "фирма", "корпорация", "company", "holding", "firm", "group", "and",
}  # fmt: skip

_LATIN_TO_CYRILLIC = str.maketrans("abcehkmoptxyu", "авсенкмортхуи")
_LOOKALIKES = frozenset("abcehkmoptxy")
_CYRILLIC = re.compile(r"[а-яё]")
_LATIN = re.compile(r"[a-z]")
_WORDS = re.compile(r"[^\w]+|_+")
_QUOTE = "«»\"“”„‟'‘’`"
_LONG_PATTERN = re.compile(
    r"\b(?:" + "|".join(long.replace(" ", r"\s+").replace("е", "[её]") for long, _ in _LONG_FORMS) + r")\b",
    re.IGNORECASE,
)  # fmt: skip
_EDGE = re.compile(r"^[\s,;:–—-]+|[\s,;:–—-]+$")


def split_legal_form(text: str) -> tuple[str, str]:
    """The short legal form at the beginning or the end of a name, "" if none, and the rest without its outer quotes.

    `Общество с ограниченной ответственностью "РОМАШКА"` → ("ООО", "РОМАШКА"); `Ромашка, ООО` → ("ООО", "Ромашка");
    `OOO Romashka` → ("ООО", "Romashka"). A name that is nothing but a form is left as it is.
    """
    text = " ".join(text.replace("\x00", " ").split())
    form, rest = _take_long_form(text)
    if not form:
        form, rest = _take_short_form(text)
    rest = _unquote(_EDGE.sub("", rest))
    return (form, rest) if rest else ("", text)


def _take_long_form(text: str) -> tuple[str, str]:
    found = _LONG_PATTERN.search(text)
    if not found:
        return "", text
    before, after = text[: found.start()], text[found.end() :]
    if before.strip(_QUOTE + " ,") and after.strip(_QUOTE + " ,"):
        return "", text
    said = " ".join(found[0].split()).lower().replace("ё", "е")
    return dict(_LONG_FORMS)[said], f"{before} {after}"


def _take_short_form(text: str) -> tuple[str, str]:
    words = text.split(" ")
    # «ООО"Ромашка"» has no space between the form and the quote
    glued = re.match(rf"^([^\W\d]{{2,5}})(?=[{_QUOTE}])", text)
    if glued and (form := _form_of(glued[1])):
        return form, text[glued.end() :]
    if len(words) < 2:
        return "", text
    if form := _form_of(words[0]):
        return form, " ".join(words[1:])
    last = words[-1]
    if form := _form_of(last):
        return form, " ".join(words[:-1])
    return "", text


def _form_of(word: str) -> str:
    return _SHORT_FORMS.get(_one_alphabet(fold(word).replace(" ", "")), "")


def is_legal_form(word: str) -> bool:
    """Whether one folded word is a short legal form, in either alphabet: `ооо`, `ooo`, `llc`."""
    return _one_alphabet(word) in _SHORT_FORMS


def _unquote(text: str) -> str:
    """Take one outer pair of quotes off, unless they belong to two quoted words (`"Альфа" и "Бета"`)."""
    text = text.strip()
    if len(text) < 3 or text[0] not in _QUOTE or text[-1] not in _QUOTE:
        return text
    if text[0] == '"' and text.count('"') % 2:
        return text[
            1:
        ].strip()  # `"КОНЦЕРН "ОБРАЗЕЦ"`: registers drop the last of three
    inner = text[1:-1]
    first = next((i for i, letter in enumerate(inner) if letter in _QUOTE), None)
    opens_inside = (
        first is None or first == 0 or inner[first - 1] == " " or inner[first] in "«„“"
    )
    return inner.strip() if opens_inside else text


@lru_cache(
    maxsize=1_000
)  # asked for again within a moment, by whoever looks for the same card
def core_name(text: str) -> str:
    """What is left of a name for comparing: folded, legal forms and noise words out wherever they stand, numbers kept.

    «Ромашка ООО», `ООО "РОМАШКА"` and «Компания Ромашка» give `ромашка`. A name made of such words only keeps them.
    """
    folded = fold(text).replace("№", " ").replace("&", " and ")
    folded = " ".join(_WORDS.sub(" ", folded).split())
    without = _LONG_PATTERN.sub(" ", folded)
    words = [_one_alphabet(word) for word in without.split()]
    bare = [word for word in words if word not in _SHORT_FORMS or word in _NOT_NOISE]
    phrase = " ".join(bare)
    for noise in _NOISE_PHRASES:
        phrase = phrase.replace(noise, " ")
    core = [word for word in phrase.split() if word not in _NOISE_WORDS]
    return " ".join(core or bare or words) or folded


def _one_alphabet(word: str) -> str:
    """`pомашка` typed with a Latin p → Cyrillic, when the word has Cyrillic letters and its Latin ones look like them."""
    if not _CYRILLIC.search(word):
        return word
    latin = set(_LATIN.findall(word))
    return (
        word.translate(_LATIN_TO_CYRILLIC) if latin and latin <= _LOOKALIKES else word
    )


_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("shch|sch|sh", "s"),
        ("zh", "z"),
        ("kh", "h"),
        ("x", "ks"),
        ("ts", "c"),
        ("ch", "c"),
        ("ya|ia|ja", "a"),
        ("yu|iu|ju", "u"),
        ("ye|yo|je", "e"),
        ("[yj]", "i"),
        ("w", "v"),
    )
)
_NO_SOUND = re.compile(r"[^a-z0-9 ]+")
_DOUBLED = re.compile(r"([a-z])\1+")


def skeleton(core: str) -> str:
    """A core name as it sounds, in Latin: `ромашка` and `romashka` → `romaska`, `щелковский` and `shchelkovskiy` alike."""
    sound = _NO_SOUND.sub("", anyascii(core).lower())
    for pattern, replacement in _SOUNDS:
        sound = pattern.sub(replacement, sound)
    return " ".join(_DOUBLED.sub(r"\1", sound).split())
