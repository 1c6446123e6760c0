"""Why a row was refused, or what is doubtful in it: kept untranslated, shown in the reader's language."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

_SHOWN_LETTERS = 80
# Values that are msgids themselves; lists always are.
_TRANSLATED = {"label", "doubt"}


@dataclass(frozen=True, slots=True)
class Reason:
    """`text` is a msgid (mark it with `gettext_noop`), `values` fill its `%(name)s`."""

    text: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        values = {
            name: ", ".join(map(gettext, value))
            if isinstance(value, list)
            else gettext(value)
            if name in _TRANSLATED and value
            else value
            for name, value in self.values.items()
        }
        translated = gettext(self.text)
        return translated % values if values else translated

    def kept(self) -> list[Any]:
        """As JSON, for `ImportRow.reasons`."""
        return [self.text, self.values]

    @classmethod
    def from_kept(cls, kept: list[Any]) -> "Reason":
        return cls(kept[0], kept[1])


def shown(value: str) -> str:
    """A cell as it is quoted in a sentence: short, one line, without bytes that no sentence can hold."""
    value = " ".join(value.replace("\x00", "␀").split())
    return value if len(value) <= _SHOWN_LETTERS else value[: _SHOWN_LETTERS - 1] + "…"
