"""Settings of the company: each app declares its own, an administrator changes them on one page, code asks by name."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.functional import Promise

from salesexpert.core.held import Held


@dataclass(frozen=True, slots=True)
class Declared:
    """`kind` is "yes_no", "text", "number", "choice" or "time_zone"; `choices` only for "choice".

    `page` names the settings page that asks for it: "company" is the general one, others draw their own.
    """

    name: str
    label: str | Promise
    kind: str
    default: Any
    help: str | Promise = ""
    choices: tuple[tuple[str, Any], ...] = ()
    page: str = "company"


_declared: dict[str, Declared] = {}


def declare(*settings: Declared) -> None:
    for item in settings:
        _declared[item.name] = item


def declared(page: str = "company") -> list[Declared]:
    return [item for item in _declared.values() if item.page == page]


def get(name: str) -> Any:
    """The company's value of a declared setting, or its default. Raises KeyError for an undeclared name."""
    item = _declared[name]
    return _stored.get().get(name, item.default)


def _read() -> dict[str, Any]:
    from salesexpert.core.models import CompanySetting

    return dict(CompanySetting.objects.values_list("name", "value"))


_stored = Held("company-settings", _read)


@transaction.atomic
def put(**values: Any) -> None:
    """Store values of declared settings. Raises KeyError for an undeclared name, before anything is written."""
    from salesexpert.core.models import CompanySetting

    for name in values:
        _declared[name]
    for name, value in values.items():
        CompanySetting.objects.update_or_create(name=name, defaults={"value": value})
    _stored.forget()
