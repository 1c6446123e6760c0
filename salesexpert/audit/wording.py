"""Values of fields in the reader's words: labels of choices, names of what is referred to, local dates."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import formats
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from salesexpert.audit.subjects import Part
from salesexpert.core.money import trimmed
from salesexpert.core.templatetags.look import moment, plain_day

_LONGEST = 400
KOPECKS = 2
NOTHING = "—"


class Names:
    """Names of objects by model and id, fetched by one query a model after all were asked for."""

    def __init__(self) -> None:
        self._wanted: dict[type[models.Model], set[int]] = defaultdict(set)
        self._found: dict[type[models.Model], dict[int, models.Model]] = {}

    def want(self, model: type[models.Model], pk: Any) -> None:
        if isinstance(pk, int):
            self._wanted[model._meta.concrete_model or model].add(pk)

    def fetch(self) -> None:
        for model, ids in self._wanted.items():
            # peers: a name made of a further table ("ООО «Ромашка»") costs one query for all names, not one each
            found = model._base_manager.filter(pk__in=ids).fetch_mode(
                models.FETCH_PEERS
            )
            self._found[model] = {item.pk: item for item in found}

    def get(self, model: type[models.Model], pk: Any) -> Any:
        return self._found.get(model._meta.concrete_model or model, {}).get(pk)


class Wording:
    """One field of an event: its label, and its value before and after."""

    def __init__(
        self,
        part: Part,
        name: str,
        was: dict[str, Any] | None,
        now: dict[str, Any],
    ) -> None:
        field: Any = part.model._meta.get_field(name)
        self.field = field
        self._old = (was or {}).get(field.column)
        self._new = now.get(field.column)
        own = field.verbose_name
        # Only a label that someone wrote is a Promise; Django makes the rest of the field's name.
        label = part.labels.get(name) or (own if isinstance(own, Promise) else "")
        self.label = _capital(str(label))

    @property
    def differs(self) -> bool:
        return self._old != self._new

    @property
    def given(self) -> bool:
        # “no” is an answer where nothing would be possible too
        if self._new is False:
            return bool(self.field.null)
        return self._new is not None and self._new not in ("", [], {})

    def want(self, names: Names) -> None:
        if self.field.is_relation:
            names.want(self.field.related_model, self._old)
            names.want(self.field.related_model, self._new)

    def before(self, names: Names) -> str:
        if isinstance(self.field, ArrayField):
            return self._list(self._old, self._new)
        return self._words(self._old, names)

    def after(self, names: Names) -> str:
        if isinstance(self.field, ArrayField):
            return self._list(self._new, self._old)
        return self._words(self._new, names)

    def _list(self, items: Any, others: Any) -> str:
        """Of a long list only what the other side has not."""
        return (
            ", ".join(str(i) for i in items or [] if i not in (others or [])) or NOTHING
        )

    def _words(self, value: Any, names: Names) -> str:
        field = self.field
        if value is None or value == "":
            return NOTHING
        if field.is_relation:
            found = names.get(field.related_model, value)
            return str(found) if found is not None else f"№\xa0{value}"
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        python = field.to_python(value)
        if isinstance(python, datetime):
            return moment(python)
        if isinstance(python, date):
            return plain_day(python)
        if isinstance(python, Decimal) and field.decimal_places > KOPECKS:
            python = trimmed(python)
        if isinstance(python, int | Decimal):
            return formats.number_format(python, use_l10n=True, force_grouping=False)
        return Truncator(str(python)).chars(_LONGEST)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
