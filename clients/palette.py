"""What apps above add to the palette: groups of records, pages to go to, things to create."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from salesexpert.accounts.models import User

Item = dict[str, str]


@dataclass
class Palette:
    """`groups`: (right, label, function from user, query and typed text to items). `pages`, `commands`: (right, source
    word of the title, name of the address, icon)."""

    groups: list[tuple[str, Any, Callable[[User, Any, str], list[Item]]]] = field(
        default_factory=list
    )
    pages: list[tuple[str, str, str, str]] = field(default_factory=list)
    commands: list[tuple[str, str, str, str]] = field(default_factory=list)


palette = Palette()
