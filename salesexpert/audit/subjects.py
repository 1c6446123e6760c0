"""What a journal page knows of the objects that have one: the owning app declares them, so nothing here knows an app above."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise

Label = str | Promise


@dataclass(frozen=True, slots=True)
class Part:
    """A tracked model whose changes belong to the journal of `subject`, by the foreign key `root` (empty: the root itself).

    `name` is the field by which people know one row ("raw" of a phone). `labels` name fields that have no label of
    their own; a field without any label is not for people and never shown.
    """

    subject: str
    model: type[models.Model]
    events: type[models.Model]
    root: str = ""
    name: str = ""
    labels: Mapping[str, Label] = field(default_factory=dict)

    @property
    def root_column(self) -> str:
        if not self.root:
            return ""
        field: Any = self.model._meta.get_field(self.root)
        return field.attname


@dataclass(frozen=True, slots=True)
class Subject:
    kind: str
    model: type[models.Model]
    label: Label


_subjects: dict[str, Subject] = {}
_parts: list[Part] = []
_verbs: dict[str, Label] = {}
_tasks: dict[str, Label] = {}


def kind_of(model: Any) -> str:
    """The word for a model in addresses and in `JournalEntry.subject_type`; a proxy has its model's."""
    return model._meta.concrete_model._meta.model_name


def register_subject(
    model: type[models.Model],
    *,
    related: Iterable[tuple[Any, ...]] = (),
    labels: Mapping[str, Label] | None = None,
) -> None:
    """Give `model`, which must be `tracked`, a journal; call it from the app's `ready()`.

    `related` are `(model, "foreign key to the root"[, "field that names a row"[, {field: label}]])`, tracked too:

        register_subject(Client, related=[(Phone, "client", "raw"), (ContactLink, "client", "contact")])

    The object's page is its `get_absolute_url`, if it has one.
    """
    kind = kind_of(model)
    _subjects[kind] = Subject(
        kind=kind, model=model, label=model._meta.verbose_name_plural or kind
    )
    _parts[:] = [part for part in _parts if part.subject != kind]
    _parts.append(
        Part(subject=kind, model=model, events=_events(model), labels=labels or {})
    )
    for part_model, root, *rest in related:
        name, part_labels = (*rest, "", {})[:2] if len(rest) < 2 else rest
        _parts.append(
            Part(
                subject=kind,
                model=part_model,
                events=_events(part_model),
                root=root,
                name=name,
                labels=part_labels or {},
            )
        )


def register_verbs(verbs: Mapping[str, Label]) -> None:
    """Words for what `journal.record` records: `{"client.archived": _("archived the card")}`.

    `%(name)s` in a label is filled from the entry's detail.
    """
    _verbs.update(verbs)


def register_tasks(tasks: Mapping[str, Label]) -> None:
    """Words for `acting(task=…)`: `{"clients.import": _("import of clients")}`."""
    _tasks.update(tasks)


def subjects() -> list[Subject]:
    return list(_subjects.values())


def subject(kind: str) -> Subject | None:
    return _subjects.get(kind)


def parts(kind: str | None = None) -> list[Part]:
    return [part for part in _parts if kind is None or part.subject == kind]


def verb(code: str, detail: Mapping[str, Any]) -> str:
    label = str(_verbs.get(code, code))
    if "%(" not in label:
        return label
    try:
        return label % {**detail}
    except (KeyError, ValueError, TypeError):
        return label


def task(code: str) -> str:
    return str(_tasks.get(code, code))


def _events(model: type[models.Model]) -> type[models.Model]:
    for candidate in apps.get_models():
        if getattr(candidate, "pgh_tracked_model", None) is model:
            return candidate
    raise ValueError(f"{model.__name__} has no journal: decorate it with @tracked().")
