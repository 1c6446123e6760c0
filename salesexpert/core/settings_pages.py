"""Pages of `/settings/`: each app declares its own, the hub shows those that the reader may open."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """`url` is the name of its address; `permission` the right without which it is not shown."""

    url: str
    label: str | Promise
    description: str | Promise
    icon: str
    permission: str


_pages: dict[str, SettingsPage] = {}


def declare(*pages: SettingsPage) -> None:
    for page in pages:
        _pages[page.url] = page


def pages_for(user: Any) -> list[SettingsPage]:
    return [page for page in _pages.values() if user.has_perm(page.permission)]
