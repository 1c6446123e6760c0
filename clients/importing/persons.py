"""Names of persons told into last name, first name and patronymic, in whatever order they were typed."""

import re

_PATRONYMIC = re.compile(r"(?:вич|вна|ична|инична|оглы|кызы)$", re.IGNORECASE)
_INITIALS = re.compile(r"^([А-ЯЁA-Z])\.?\s*(?:([А-ЯЁA-Z])\.?)?$")
_CYRILLIC = re.compile(r"[а-яё]", re.IGNORECASE)
_FIRST_NAMES = frozenset(
    [
        "александр",
        "алексей",
        "анатолий",
        "андрей",
        "антон",
        "аркадий",
        "артем",
        "артур",
        "борис",
        "вадим",
        "валентин",
        "валерий",
        "василий",
        "виктор",
        "виталий",
        "владимир",
        "владислав",
        "вячеслав",
        "геннадий",
        "георгий",
        "глеб",
        "григорий",
        "даниил",
        "денис",
        "дмитрий",
        "евгений",
        "егор",
        "иван",
        "игорь",
        "илья",
        "кирилл",
        "константин",
        "леонид",
        "лев",
        "максим",
        "марат",
        "михаил",
        "никита",
        "николай",
        "олег",
        "павел",
        "петр",
        "рашид",
        "роман",
        "руслан",
        "рустам",
        "семен",
        "сергей",
        "станислав",
        "степан",
        "тимур",
        "федор",
        "эдуард",
        "юрий",
        "яков",
        "ярослав",
        "александра",
        "алена",
        "алина",
        "алла",
        "анастасия",
        "ангелина",
        "анна",
        "антонина",
        "валентина",
        "валерия",
        "вера",
        "вероника",
        "виктория",
        "галина",
        "дарья",
        "диана",
        "евгения",
        "екатерина",
        "елена",
        "елизавета",
        "жанна",
        "зинаида",
        "зоя",
        "инна",
        "ирина",
        "кристина",
        "ксения",
        "лариса",
        "лидия",
        "людмила",
        "любовь",
        "маргарита",
        "марина",
        "мария",
        "надежда",
        "наталья",
        "наталия",
        "нина",
        "оксана",
        "ольга",
        "полина",
        "раиса",
        "римма",
        "светлана",
        "софия",
        "софья",
        "тамара",
        "татьяна",
        "ульяна",
        "юлия",
        "яна",
    ]
)


def split(text: str) -> tuple[str, str, str]:
    """(last name, first name, patronymic); the first name is never empty unless all are.

    `Заготовкина Лидия Витальевна`, `Лидия Витальевна Заготовкина`, `Заготовкина Л.В.`, `Lydia Example`.
    """
    words = text.split()
    if not words:
        return "", "", ""
    if len(words) == 1:
        return "", words[0], ""
    if initials := _INITIALS.match(" ".join(words[1:])):
        return words[0], f"{initials[1]}.", f"{initials[2]}." if initials[2] else ""
    if initials := _INITIALS.match(" ".join(words[:-1])):
        return words[-1], f"{initials[1]}.", f"{initials[2]}." if initials[2] else ""
    for place, word in enumerate(words):
        if place and _PATRONYMIC.search(word):
            if len(words) == 2:
                return "", words[0], word
            if place == len(words) - 1:
                return " ".join(words[: place - 1]), words[place - 1], word
            return " ".join(words[place + 1 :]), " ".join(words[:place]), word
    if len(words) == 2:
        one, two = words
        if _is_first_name(one) or not _CYRILLIC.search(text):
            return two, one, ""
        return one, two, ""
    if _CYRILLIC.search(text):
        return words[0], words[1], " ".join(words[2:])
    return words[-1], " ".join(words[:-1]), ""


def _is_first_name(word: str) -> bool:
    return word.lower().replace("ё", "е") in _FIRST_NAMES
