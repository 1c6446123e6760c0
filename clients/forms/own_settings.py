"""Forms by which an administrator makes own fields."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.actions.own_fields import ChoiceRow
from clients.choices import OwnFieldType
from clients.models import OwnBlock, OwnField
from salesexpert.core.folding import fold
from salesexpert.core.forms import LookForm, LookFormSet, LookModelForm

MOST_CHOICES = 300


class FieldForm(LookModelForm):
    new_block = forms.CharField(
        label=_("Or a new block, called"),
        max_length=160,
        required=False,
        help_text=_("A heading of your own on the card, like “Fleet” or “Contract”."),
    )

    class Meta:
        model = OwnField
        fields = (
            "name",
            "name_en",
            "type",
            "hint",
            "hint_en",
            "is_required",
            "is_column",
            "block",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        block: Any = self.fields["block"]
        block.queryset = OwnBlock.objects.filter(owner=self.instance.owner)
        block.empty_label = (
            _("About the client")
            if self.instance.owner == "client"
            else _("Under the name")
        )
        self.fields["type"].choices = OwnFieldType.choices  # type: ignore[attr-defined]
        self.fields["name"].widget.attrs["autofocus"] = True
        if self.instance.owner == "contact":
            self.fields["is_column"].label = _("A column of the list of persons")

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not fold(name):
            raise forms.ValidationError(_("Give a name with letters or digits."))
        return name

    def clean_new_block(self) -> str:
        return " ".join(self.cleaned_data["new_block"].split())


class ChoiceForm(LookForm):
    use_required_attribute = False
    ref = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("In Russian"), max_length=160, required=False)
    name_en = forms.CharField(label=_("In English"), max_length=160, required=False)
    retired = forms.BooleanField(label=_("retired"), required=False)
    value_field = "name"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["placeholder"] = _("In Russian")
        self.fields["name_en"].widget.attrs["placeholder"] = _("In English")


class BaseChoices(LookFormSet):
    may_be_none = True

    """The lines in the order in which they stand on the page; a line without a name is taken away."""

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            name = fold(form.cleaned_data.get("name", ""))
            if name and name in seen:
                form.add_error("name", _("This choice is there already."))
            seen.add(name)

    def rows(self) -> list[ChoiceRow]:
        return [
            ChoiceRow(
                pk=data.get("ref"),
                name=" ".join(data["name"].split()),
                name_en=" ".join(data["name_en"].split()),
                retired=data["retired"],
            )
            for data in (form.cleaned_data for form in self.forms)
            if data.get("name")
        ]


def choice_set(data: Any, field: OwnField) -> Any:
    known = field.choices.order_by("retired_at", "position", "pk") if field.pk else []
    initial = [
        {
            "ref": c.pk,
            "name": c.name,
            "name_en": c.name_en,
            "retired": c.retired_at is not None,
        }
        for c in known
    ]
    factory = forms.formset_factory(
        ChoiceForm,
        formset=BaseChoices,
        extra=1 if initial else 3,
        max_num=MOST_CHOICES,
        absolute_max=MOST_CHOICES,
        validate_max=True,
    )
    return factory(data, initial=initial if data is None else None, prefix="choices")


class BlockForm(LookModelForm):
    class Meta:
        model = OwnBlock
        fields = ("name", "name_en")

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not fold(name):
            raise forms.ValidationError(_("Give a name with letters or digits."))
        return name
