"""Words for kinds of letters, given by the apps that write them."""

from collections.abc import Mapping

from django.utils.functional import Promise

_labels: dict[str, str | Promise] = {}


def register_kinds(labels: Mapping[str, str | Promise]) -> None:
    """Say what `queue_letter(kind=…)` means: `{"invitation": _("invitation")}`; call it from the app's `ready()`."""
    _labels.update(labels)


def label(kind: str) -> str:
    return str(_labels.get(kind, kind))
