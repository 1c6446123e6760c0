"""Templates of papers and their blocks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.choices import BlockKind, DocumentKind
from deals.models import DocumentTemplate, OwnFirm, TemplateBlock
from deals.papers.blocks import COLUMNS, USUAL
from deals.papers.merging import BadTemplate, check, check_condition
from deals.pictures import PictureRefused, clean_picture
from salesexpert.core.forms import LookForm, LookModelForm

_ALIGN = [("", _("as usual")), ("left", _("left")), ("center", _("centre")), ("right", _("right")), ("justify", _("both edges"))]  # fmt: skip
_WIDE = {"data_wide": True}


class TemplateForm(LookModelForm):
    class Meta:
        model = DocumentTemplate
        fields = ["name", "kind", "firm", "language", "landscape", "is_default"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["firm"]
        field.queryset = OwnFirm.objects.filter(retired_at=None)
        field.empty_label = _("for all our firms")


class BlockForm(LookForm):
    """What can be set in a block of its kind."""

    condition = forms.CharField(
        label=_("Print only if"),
        required=False,
        max_length=300,
        help_text=_("A field that must be filled, as contract.number; empty: always"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, block: TemplateBlock, **kwargs: Any) -> None:
        self.block = block
        kwargs["initial"] = {**block.options, "text": block.text, "condition": block.condition}  # fmt: skip
        super().__init__(*args, **kwargs)
        make = getattr(self, f"_{block.kind}", None)
        added = make() if make else {}
        last = self.fields.pop("condition")
        self.fields.update(added)
        if block.kind != BlockKind.PAGE_BREAK or block.condition:
            self.fields["condition"] = last
        # Fields added here miss the classes that the mixin gave to those before.
        for field in added.values():
            widget: Any = field.widget
            if isinstance(widget, forms.CheckboxInput):
                widget.attrs["class"] = "form-check-input"
            elif isinstance(widget, forms.Select):
                widget.attrs["class"] = "form-select"
            elif not isinstance(widget, forms.CheckboxSelectMultiple):
                widget.attrs["class"] = f"form-control {widget.attrs.get('class', '')}".strip()  # fmt: skip

    def _align(self) -> forms.ChoiceField:
        return forms.ChoiceField(label=_("Align"), choices=_ALIGN, required=False)

    def _heading(self) -> dict[str, forms.Field]:
        return {
            "text": forms.CharField(label=_("Heading"), max_length=500, widget=forms.TextInput(attrs=_WIDE)),
            "level": forms.ChoiceField(label=_("Size"), choices=[("1", _("large")), ("2", _("middle"))], required=False),
            "align": self._align(),
        }  # fmt: skip

    def _text(self) -> dict[str, forms.Field]:
        area = forms.Textarea(attrs={"rows": 8, "data-rich": "1", **_WIDE})
        return {
            "text": forms.CharField(label=_("Text"), required=False, widget=area),
            "align": self._align(),
        }

    _conditions = _text

    def _totals(self) -> dict[str, forms.Field]:
        return {"text": forms.CharField(label=_("Text below"), required=False, widget=forms.Textarea(attrs={"rows": 4, "data-rich": "1", **_WIDE}))}  # fmt: skip

    def _image(self) -> dict[str, forms.Field]:
        return {
            "source": forms.ChoiceField(label=_("Picture"), choices=[("logo", _("logo of the firm")), ("own", _("uploaded here"))]),
            "picture": forms.FileField(label=_("Upload"), required=False, widget=forms.FileInput),
            "width": forms.IntegerField(label=_("Width, mm"), min_value=10, max_value=180, required=False),
            "align": self._align(),
        }  # fmt: skip

    def _lines(self) -> dict[str, forms.Field]:
        self.initial.setdefault("columns", list(USUAL))
        labels = {
            "n": _("number"), "name": _("name"), "quantity": _("quantity"), "unit": _("unit"),
            "price": _("price"), "discount": _("discount"), "vat_percent": _("VAT"), "total": _("sum"),
        }  # fmt: skip
        return {
            "columns": forms.MultipleChoiceField(
                label=_("Columns"), choices=[(c, labels[c]) for c in COLUMNS], widget=forms.CheckboxSelectMultiple(attrs=_WIDE),
            )
        }  # fmt: skip

    def _words(self) -> dict[str, forms.Field]:
        return {
            "seller_word": forms.CharField(label=_("What we are called"), required=False, max_length=60),
            "buyer_word": forms.CharField(label=_("What the client is called"), required=False, max_length=60),
        }  # fmt: skip

    _parties = _words
    _requisites = _words

    def _signature(self) -> dict[str, forms.Field]:
        return {
            "sides": forms.ChoiceField(label=_("Who signs"), choices=[("", _("we alone")), ("both", _("both sides"))], required=False),
            "accountant": forms.BooleanField(label=_("The accountant too"), required=False),
            **self._words(),
        }  # fmt: skip

    def _form(self) -> dict[str, forms.Field]:
        return {
            "form": forms.ChoiceField(label=_("Form"), choices=[(k.value, k.label) for k in (DocumentKind.UPD, DocumentKind.VAT_INVOICE)]),
            "status": forms.ChoiceField(label=_("Status of УПД"), choices=[("", _("by the taxes of the firm")), ("1", "1"), ("2", "2")], required=False),
        }  # fmt: skip

    def clean_text(self) -> str:
        text = self.cleaned_data["text"]
        try:
            check(text)
        except BadTemplate as error:
            raise forms.ValidationError(str(error)) from error
        return text

    def clean_condition(self) -> str:
        condition = self.cleaned_data["condition"].strip()
        try:
            check_condition(condition)
        except BadTemplate as error:
            raise forms.ValidationError(str(error)) from error
        return condition

    def clean_picture(self) -> Any:
        picture = self.cleaned_data["picture"]
        try:
            return clean_picture(picture) if picture else None
        except PictureRefused as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def options(self) -> dict[str, Any]:
        told = {k: v for k, v in self.cleaned_data.items() if k not in ("text", "condition", "picture")}  # fmt: skip
        return {k: v for k, v in told.items() if v not in ("", None, False)}
