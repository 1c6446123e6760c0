"""The company's own fields in bulk changes: how a value reads as text, and how clients get it. Deals add their own verb."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, F, Func, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from clients import own_fields
from clients.bulk.ways import (
    BIGGEST_ID,
    NOTHING,
    Act,
    Choice,
    Targets,
    ValueNotUsable,
    Way,
    by_value,
    touch,
)
from clients.choices import OwnFieldType
from clients.models import OwnField, OwnValue
from clients.models.own_fields import LONGEST_VALUE

YES, NO = "yes", "no"
_SAID: dict[str, Any] = {
    OwnFieldType.NUMBER: Cast(Func(F("number"), function="trim_scale"), TextField()),
    OwnFieldType.DATE: Cast(F("date"), TextField()),
    OwnFieldType.YES_NO: Case(When(flag=True, then=Value(YES)), default=Value(NO)),
    OwnFieldType.CHOICE: Cast(F("choice_id"), TextField()),
}


@dataclass(frozen=True)
class OwnWay(Way):
    """A value of one own field; `pk` is the field's. A retired field is one of a change that was made once."""

    pk: int = 0

    @property
    def own(self) -> OwnField:
        return own_fields.book().fields[self.pk]

    def now(self) -> Any:
        own = self.own
        kept = OwnValue.objects.filter(**{own.owner: OuterRef("pk")}, field=self.pk)
        said = kept.order_by().annotate(said=_SAID.get(own.type, F("text")))
        found = Subquery(said.values("said")[:1], output_field=TextField())
        return Coalesce(found, NOTHING)

    def choices(self) -> list[Choice]:
        return []

    def text_of(self, plain: Any) -> str:
        """A plain value of the field as frozen tables have it."""
        if plain is None:
            return ""
        if isinstance(plain, bool):
            return YES if plain else NO
        if self.own.type == OwnFieldType.NUMBER:
            # Minus nothing is nothing.
            return format(Decimal(plain) + 0, "f")
        return str(plain)

    def plain_of(self, text: str) -> Any:
        """The value as a card keeps it, None for nothing. Raises ValueNotUsable for what the field cannot hold."""
        own, known = self.own, own_fields.book().choices
        if text == "":
            return None
        try:
            match own.type:
                case OwnFieldType.NUMBER:
                    if own_fields.read_number(text) is not None:
                        return text
                case OwnFieldType.DATE:
                    return date.fromisoformat(text).isoformat()
                case OwnFieldType.YES_NO:
                    if text in (YES, NO):
                        return text == YES
                case OwnFieldType.CHOICE:
                    choice = known.get(int(text)) if text.isdecimal() else None
                    if choice and choice.field_id == own.pk <= BIGGEST_ID:
                        return choice.pk
                case _:
                    if len(text) <= LONGEST_VALUE:
                        return text
        except (ValueError, OverflowError):
            pass
        raise self._not_usable(text)

    def clean(self, value: str) -> str:
        plain, own = self.plain_of(value), self.own
        if own.retired_at or (plain is None and not self.clears):
            raise self._not_usable(value)
        if own.type == OwnFieldType.CHOICE and plain is not None:
            if own_fields.book().choices[plain].retired_at:
                raise self._not_usable(value)
        return value

    def _not_usable(self, text: str) -> ValueNotUsable:
        return ValueNotUsable(
            _("“%(value)s” can no longer be chosen for “%(field)s”.")
            % {"value": text[:60] or "—", "field": self.label}
        )

    def words(self, values: Iterable[str]) -> dict[str, str]:
        said = {v: own_fields.words(self.pk, self.plain_of(v)) for v in self._fitting(values)}  # fmt: skip
        return {v: words for v, words in said.items() if words}

    def still_there(self, values: Iterable[str]) -> dict[str, str]:
        return {v: v for v in self._fitting(values)}

    def _fitting(self, values: Iterable[str]) -> list[str]:
        fitting = []
        for value in values:
            try:
                self.plain_of(value)
            except ValueNotUsable:
                continue
            fitting.append(value)
        return fitting


@dataclass(frozen=True)
class ClientOwnWay(OwnWay):
    def write(self, targets: Targets, now: Targets, act: Act) -> None:
        kept = OwnValue.objects.filter(field=self.pk)
        for text, ids in by_value(targets).items():
            plain = self.plain_of(text)
            if plain is None:
                kept.filter(client__in=ids).delete()
                continue
            columns = own_fields.columns_of(self.own.type, plain)
            kept.filter(client__in=[pk for pk in ids if now[pk]]).update(**columns)
            OwnValue.objects.bulk_create(
                OwnValue(client_id=pk, field_id=self.pk, **columns)
                for pk in ids
                if not now[pk]
            )
        touch(targets, act)


def ways_of(owner: str, made: type[OwnWay]) -> list[OwnWay]:
    """A way for each own field in use, in their order."""
    return [_way(field, made) for field in own_fields.book().of(owner)]


def way_of(owner: str, name: str, made: type[OwnWay]) -> OwnWay | None:
    """The way of a field that is, or was once: `own_12`."""
    field = own_fields.book().fields.get(own_fields.id_of(name) or 0)
    return _way(field, made) if field and field.owner == owner else None


def _way(field: OwnField, made: type[OwnWay]) -> OwnWay:
    name = f"{own_fields.PREFIX}{field.pk}"
    return made(name, str(field), clears=not field.is_required, pk=field.pk)
