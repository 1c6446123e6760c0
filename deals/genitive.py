"""Who represents a firm, in the genitive, as contracts want it: “генерального директора Образцовой Анны Ивановны”.

A proposal that a person reads and corrects: names of positions have more forms than rules.
"""

_POSITIONS = {
    "директор": "директора",
    "генеральный": "генерального",
    "исполнительный": "исполнительного",
    "коммерческий": "коммерческого",
    "финансовый": "финансового",
    "управляющий": "управляющего",
    "индивидуальный": "индивидуального",
    "предприниматель": "предпринимателя",
    "президент": "президента",
    "председатель": "председателя",
    "руководитель": "руководителя",
    "начальник": "начальника",
    "заместитель": "заместителя",
    "главный": "главного",
    "врач": "врача",
    "бухгалтер": "бухгалтера",
    "инженер": "инженера",
    "ректор": "ректора",
    "глава": "главы",
    "менеджер": "менеджера",
    "партнёр": "партнёра",
    "партнер": "партнера",
}


def position_in_genitive(position: str) -> str:
    """The head words are declined up to the first word that is not known: what follows stands in the genitive already."""
    words = position.split()
    declined = []
    for word in words:
        known = _POSITIONS.get(word.lower())
        if known is None:
            break
        declined.append(known)
    return " ".join([*declined, *words[len(declined) :]])


def name_in_genitive(name: str) -> str:
    """“Образцова Анна Ивановна” → “Образцовой Анны Ивановны”; “Образцов А. И.” → “Образцова А. И.”."""
    # Here, not above: rules of declension are needed by one form.
    from petrovich.enums import Case, Gender
    from petrovich.main import Petrovich

    parts = name.split()
    if not parts or not any("а" <= letter <= "я" for letter in name.lower()):
        return name
    petrovich = Petrovich()
    last, first, middle = (*parts, "", "", "")[:3]
    female = middle.endswith(("на", "чна")) or (
        not middle.rstrip(".")[1:] and last.endswith(("ова", "ева", "ёва", "ина", "ына", "ая"))
    )  # fmt: skip
    gender = Gender.FEMALE if female else Gender.MALE
    out = [petrovich.lastname(last, Case.GENITIVE, gender)]
    for part, decline in ((first, petrovich.firstname), (middle, petrovich.middlename)):
        if part:
            out.append(part if "." in part or len(part) < 2 else decline(part, Case.GENITIVE, gender))  # fmt: skip
    return " ".join([*out, *parts[3:]])


def represented_by(position: str, name: str) -> str:
    return f"{position_in_genitive(position.lower())} {name_in_genitive(name)}".strip()
