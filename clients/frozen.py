"""Lists of clients frozen as ids: the parameter `frozen=7` names the selection that holds them.

A card that was joined to another since counts as the one it was joined to; one that is gone, or that the reader may not
see, is left out.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.list_filters import BIGGEST_ID, ListFilter
from clients.models import Selection

PARAMETER = "frozen"
HELD = (
    "SELECT coalesce(c.merged_into_id, m.record) FROM clients_selectionmember m"
    " LEFT JOIN clients_client c ON c.id = m.record WHERE m.selection_id = %s"
)


def held_by(selection: int) -> RawSQL:
    """Ids of the clients that a frozen selection holds, for `pk__in`."""
    return RawSQL(HELD, [selection])


class FrozenField(forms.Field):
    def to_python(self, value: Any) -> int | None:
        text = str(value or "").strip()
        if text and not (
            text.isascii() and text.isdigit() and int(text[:20]) <= BIGGEST_ID
        ):
            raise ValidationError(_("“%s” is not known here.") % text[:60])
        return int(text) if text else None


class FrozenFilter(ListFilter):
    field_class = FrozenField

    @cached_property
    def _usable(self) -> dict[int, Selection | None]:
        return {}

    def _of(self, pk: int) -> Selection | None:
        if pk not in self._usable:
            rows = Selection.objects.usable_by(self.parent.user)
            self._usable[pk] = rows.filter(pk=pk, frozen_at__isnull=False).first()
        return self._usable[pk]

    def words(self, value: int) -> str:
        found = self._of(value)
        return (found.sentence or found.name) if found else _("a list that is not there")  # fmt: skip

    def filter(self, qs: QuerySet, value: int | None) -> QuerySet:
        if value is None:
            return qs
        return qs.filter(pk__in=held_by(value)) if self._of(value) else qs.none()


def filters_of(params: QueryDict) -> dict[str, ListFilter]:
    if PARAMETER not in params:
        return {}
    return {PARAMETER: FrozenFilter(label=gettext_lazy("Frozen list"), required=False)}
