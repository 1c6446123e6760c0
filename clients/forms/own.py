"""The company's own fields in the forms of a card and of a person: `own_12` of the form is `own:12` of the state."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients import own_fields
from clients.choices import OwnFieldType
from clients.merging import State
from clients.models import OwnField
from clients.models.own_fields import LONGEST_VALUE

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 12, 31)


class NumberField(forms.CharField):
    """A number as people write it: with spaces, with a comma or a point. Its value is the plain one of a state."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            number = own_fields.read_number(text)
        except OverflowError:
            raise forms.ValidationError(
                _("At most 14 digits, and 4 behind the comma.")
            ) from None
        if number is None:
            raise forms.ValidationError(_("Give a number, like 1250 or 12.5."))
        return own_fields.plain_of((None, number, None, None, None))


class DayField(forms.DateField):
    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if day and not EARLIEST <= day <= LATEST:
            raise forms.ValidationError(_("Check the year."))
        return day.isoformat() if day else None


class TextField(forms.CharField):
    def clean(self, value: Any) -> Any:
        return " ".join(super().clean(value).split()) or None


def _answer(value: str) -> bool | None:
    return None if value == "" else value == "yes"


def form_field(field: OwnField, present: Any) -> forms.Field:
    """The control for one own field; `present` is the value that the card has."""
    common: dict[str, Any] = {
        "label": str(field),
        "required": field.is_required,
        # The page prints it as it is: what the administrator wrote is text.
        "help_text": escape(field.help),
    }
    match field.type:
        case OwnFieldType.NUMBER:
            made: forms.Field = NumberField(
                max_length=40,
                widget=forms.TextInput(
                    attrs={"inputmode": "decimal", "autocomplete": "off"}
                ),
                **common,
            )
        case OwnFieldType.DATE:
            widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            made = DayField(widget=widget, **common)
        case OwnFieldType.YES_NO:
            answers = [("", _("Not chosen")), ("yes", _("yes")), ("no", _("no"))]
            made = forms.TypedChoiceField(
                choices=answers, coerce=_answer, empty_value=None, **common
            )
        case OwnFieldType.CHOICE:
            book = own_fields.book()
            known = book.choices_of(field, chosen=present)
            made = forms.TypedChoiceField(
                choices=[("", _("Not chosen")), *((c.pk, str(c)) for c in known)],
                coerce=int,
                empty_value=None,
                **common,
            )
        case _:
            made = TextField(
                max_length=LONGEST_VALUE,
                error_messages={
                    "max_length": gettext_lazy(
                        "At most %(limit_value)d letters (now %(show_value)d)."
                    )
                },
                **common,
            )
    css = "form-select" if isinstance(made, forms.ChoiceField) else "form-control"
    made.widget.attrs["class"] = css
    return made


def bulk_field(field: OwnField) -> forms.Field:
    """The control for one own field of many cards at once; left empty it empties the field, unless that must be filled."""
    made = form_field(field, None)
    if not field.is_required:
        made.help_text = made.help_text or gettext_lazy("Left empty, it is emptied.")
    return made


def initial_of(field: OwnField, plain: Any) -> Any:
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if field.type == OwnFieldType.NUMBER and plain is not None:
        return own_fields.number_words(Decimal(plain))
    return plain


class OwnFieldsMixin:
    """A form that asks for the own fields of `own_owner`. Call `add_own_fields` once its own fields stand."""

    own_owner = "client"
    fields: dict[str, forms.Field]
    initial: Any

    def add_own_fields(self, state: Mapping[str, Any]) -> None:
        for field in own_fields.book().of(self.own_owner):
            name = f"{own_fields.PREFIX}{field.pk}"
            present = state.get(f"{own_fields.STATE}:{field.pk}")
            self.fields[name] = form_field(field, present)
            self.initial[name] = initial_of(field, present)

    def own_state(self, opened: Mapping[str, Any]) -> State:
        """What was typed, and the values of retired fields as they were."""
        data: dict[str, Any] = self.cleaned_data  # type: ignore[attr-defined]
        state: State = {
            name.replace("_", ":"): data.get(name)
            for name in self.fields
            if own_fields.id_of(name) is not None
        }
        for key, value in opened.items():
            prefix, _colon, number = key.partition(":")
            if (
                prefix == own_fields.STATE
                and f"{own_fields.PREFIX}{number}" not in self.fields
            ):
                state[key] = value
        return state

    def own_sections(self) -> list[tuple[str, list[forms.BoundField]]]:
        """(heading, fields): those without a block first, under no heading."""
        bound: dict[int | None, list[forms.BoundField]] = {}
        for field in own_fields.book().of(self.own_owner):
            name = f"{own_fields.PREFIX}{field.pk}"
            if name in self.fields:
                bound.setdefault(field.block_id, []).append(self[name])  # type: ignore[index]
        headings = [(None, ""), *((b.pk, str(b)) for b in own_fields.book().blocks)]
        return [(text, bound[pk]) for pk, text in headings if pk in bound]
