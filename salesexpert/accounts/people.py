"""Names of people by their ids, held by each process: a list would look each of a handful up again for every row."""

from salesexpert.accounts.models import User
from salesexpert.core.held import Held

Name = tuple[str, str, str]
NAMELESS: Name = ("", "", "")


def _read() -> dict[int, Name]:
    return {
        pk: (first, last, login)
        for pk, first, last, login in User._base_manager.order_by().values_list(
            "pk", "first_name", "last_name", "username"
        )
    }


_held = Held("people-names", _read)


def parts_of_name(person: int | None) -> Name:
    """First name, last name and user name; empty ones of nobody."""
    if person is None:
        return NAMELESS
    if person not in _held.get():
        # Added by another process within the last second.
        _held.drop()
    return _held.get().get(person, NAMELESS)


def watch() -> None:
    """Read them again when a person is saved or removed."""
    _held.watch((User,))
