"""Forms in the look: every control gets its class, every error its sentence, nothing typed is lost."""

from typing import Any

from django import forms
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
