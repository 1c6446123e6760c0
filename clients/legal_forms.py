"""Legal forms by their ids, held by each process: days and calendars put one before every client's name, and a join
would look each of a handful up again for every row."""

from clients.models import LegalForm
from clients.models.client import display_name
from salesexpert.core.held import Held


def _read() -> dict[int, str]:
    return dict(LegalForm._base_manager.values_list("pk", "name"))


_held = Held("legal-forms", _read)


def shown_name(form: int | None, name: str, *, is_person: bool) -> str:
    """The client's name as it is shown, by the id of his legal form."""
    return display_name(_name(form) if form else "", name, is_person=is_person)


def _name(form: int) -> str:
    if form not in _held.get():
        # Added by another process within the last second.
        _held.drop()
    return _held.get().get(form, "")


def watch() -> None:
    """Forget them when one is saved or removed."""
    _held.watch((LegalForm,))
