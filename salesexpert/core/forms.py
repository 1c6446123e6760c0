"""Forms in the look: every control gets its class, every error its sentence, nothing typed is lost."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.formsets import INITIAL_FORM_COUNT, TOTAL_FORM_COUNT
from django.utils.translation import gettext_lazy as _

# Django's own words for an empty choice, which its Russian catalogue lacks: ours has them.
EMPTY_CHOICE = _("- Select an option -")
_CLASSES = {
    forms.CheckboxInput: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
    forms.RadioSelect: "",
    forms.CheckboxSelectMultiple: "",
    forms.HiddenInput: "",
    forms.FileInput: "form-control",
}


class LookMixin:
    """Gives widgets the classes of the look; a refused field is also marked for readers of the screen by Django."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            css = next(
                (value for kind, value in _CLASSES.items() if type(widget) is kind),
                None,
            )
            if css is None:
                css = (
                    "form-select"
                    if isinstance(widget, forms.Select)
                    else "form-control"
                )
            if css:
                widget.attrs["class"] = f"{css} {widget.attrs.get('class', '')}".strip()

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        for name in self.errors:  # type: ignore[attr-defined]
            field = self.fields.get(name)
            if field and "is-invalid" not in field.widget.attrs.get("class", ""):
                field.widget.attrs["class"] = (
                    f"{field.widget.attrs.get('class', '')} is-invalid".strip()
                )


class LookForm(LookMixin, forms.Form):
    pass


class LookModelForm(LookMixin, forms.ModelForm):
    pass


class CountedRows:
    """Rows of which the number did not come with them are counted by the names of their fields: nothing typed is lost, and
    nobody reads of a “ManagementForm”. Where no row came at all, nothing is taken for emptied, unless the form has none
    (`may_be_none`) and says so."""

    may_be_none = False

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        self._is_bare = False
        if data is not None:
            prefix = kwargs.get("prefix") or self.get_default_prefix()  # type: ignore[attr-defined]
            rows = _rows_in(data, prefix)
            none = self.may_be_none and data.get(f"{prefix}-{TOTAL_FORM_COUNT}") == "0"
            self._is_bare = not (rows or none)
            counted = {TOTAL_FORM_COUNT: max(rows, default=-1) + 1, INITIAL_FORM_COUNT: self.begun(data, prefix, kwargs)}  # fmt: skip
            data = _with_numbers(data, prefix, counted)
        super().__init__(data, files, **kwargs)  # type: ignore[call-arg]

    def begun(self, data: Any, prefix: str, given: Mapping[str, Any]) -> int:
        """How many of the rows were there before: left as they are they count too."""
        return len(given.get("initial") or ())

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        if self._is_bare:
            # What else may be said of no rows follows from their not coming.
            said: Any = self.non_form_errors()  # type: ignore[attr-defined]
            said.clear()
            said.append(_("Nothing came with the form: type it once more."))


class LookFormSet(CountedRows, forms.BaseFormSet):
    """Rows of one form."""


class LookInlineFormSet(CountedRows, forms.BaseInlineFormSet):
    """Rows that belong to one record."""

    def begun(self, data: Any, prefix: str, given: Mapping[str, Any]) -> int:
        return sum(bool(data.get(f"{prefix}-{n}-id")) for n in _rows_in(data, prefix))  # fmt: skip


def _rows_in(data: Any, prefix: str) -> set[int]:
    field = re.compile(rf"{re.escape(prefix)}-(\d{{1,4}})-", re.ASCII)
    return {int(found[1]) for name in data if (found := field.match(name))}


def _with_numbers(data: Any, prefix: str, counted: Mapping[str, int]) -> Any:
    wrong = {name: str(n) for name, n in counted.items() if not _is_count(data.get(f"{prefix}-{name}", ""))}  # fmt: skip
    if wrong:
        data = data.copy()
        for name, text in wrong.items():
            data[f"{prefix}-{name}"] = text
    return data


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
