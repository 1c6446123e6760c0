"""Templates of demo texts: gender of the person spoken of, no-break spaces, facts of the matter filled in.

`{имя} [просил/просила] счёт на {машина}` has two readings, one for each gender, made once at import; the facts in
braces are given when a text is written.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_CHOICE = re.compile(r"\[([^/\]]*)/([^\]]*)\]")
_SHORT = re.compile(r"(?<![\w-])([вскоуиаВСКОУИА]|на|по|за|до|не|от) (?=[\w«{])")
NBSP = "\u00a0"


def unbroken(text: str) -> str:
    """No-break spaces where Russian typography has them: after № and short prepositions, before % and ₽."""
    text = (
        text.replace("№ ", "№" + NBSP)
        .replace(" ₽", NBSP + "₽")
        .replace(" %", NBSP + "%")
    )
    text = (
        text.replace(" м²", NBSP + "м²")
        .replace(" дн.", NBSP + "дн.")
        .replace(" —", NBSP + "—")
    )
    return _SHORT.sub(lambda found: found.group(1) + NBSP, text)


@dataclass(frozen=True, slots=True)
class Text:
    """One template; `[0]` is its reading about a man, `[1]` about a woman."""

    man: str
    woman: str

    def about(self, is_woman: bool, facts: Mapping[str, str]) -> str:
        return (self.woman if is_woman else self.man).format_map(facts)


def text(template: str) -> Text:
    template = unbroken(template)
    return Text(_CHOICE.sub(r"\1", template), _CHOICE.sub(r"\2", template))


def texts(*templates: str) -> tuple[Text, ...]:
    return tuple(text(template) for template in templates)


@dataclass(frozen=True, slots=True, eq=False)
class Beat:
    """One step of a story with a client: what kind of work, by whom, how it may be worded.

    `who` is "seller" (the curator), "tele", "service", "assistant", "lawyer", "marketing" or "head"; `gap` is how many
    working days pass before it; `step` is the step of the ladder to which it lifts the client, 0 for none.
    """

    kind: str
    titles: tuple[Text, ...]
    lines: tuple[Text, ...]
    goal: str = ""
    results: tuple[str, ...] = ("",)
    way: str = ""
    who: str = "seller"
    gap: tuple[int, int] = (2, 9)
    minutes: tuple[int, int] = (3, 15)
    step: int = 0
    paired: bool = False
    """Whether the first title belongs to the first line, and so on."""


def beat(
    kind: str,
    titles: tuple[str, ...],
    lines: tuple[str, ...],
    **more: Any,
) -> Beat:
    return Beat(kind=kind, titles=texts(*titles), lines=texts(*lines), **more)
