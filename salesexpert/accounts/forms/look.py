"""Form controls that wear the look's classes and carry their messages."""

from typing import Any

from django import forms


class LookMixin:
    """Gives each widget its class, and fields with errors theirs; templates draw fields with `accounts/field.html`."""

    fields: dict[str, forms.Field]
    errors: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs["class"] = self._css(field.widget)

    @staticmethod
    def _css(widget: forms.Widget) -> str:
        if isinstance(
            widget,
            forms.CheckboxInput | forms.CheckboxSelectMultiple | forms.RadioSelect,
        ):
            return "form-check-input"
        return "form-select" if isinstance(widget, forms.Select) else "form-control"

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]
        for name in self.errors:
            if name in self.fields:
                widget = self.fields[name].widget
                if "is-invalid" not in widget.attrs.get("class", ""):
                    widget.attrs["class"] = (
                        f"{widget.attrs.get('class', '')} is-invalid"
                    )
