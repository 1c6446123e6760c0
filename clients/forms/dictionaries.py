"""Forms of a dictionary entry, made of its declaration."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.dictionaries import ICONS, Dictionary
from salesexpert.core.folding import fold
from salesexpert.core.forms import LookForm, LookModelForm


class EntryForm(LookModelForm):
    """Names and further columns of one entry. A name that stands in the dictionary already is refused beside it."""

    dictionary: Dictionary

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        icons: Any = self.fields.get("icon")
        if icons is not None and self.instance.icon not in ICONS:
            icons.choices = [*icons.choices, (self.instance.icon, self.instance.icon)]
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(
                    format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}
                )
            if name in {"name", "name_en"}:
                field.widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        folded = fold(name)[:160]
        if not folded:
            raise forms.ValidationError(_("A name needs a letter or a digit."))
        entry: Any = self.instance
        same: Any = (
            self.dictionary.group_of(entry)
            .filter(folded=folded)
            .exclude(pk=entry.pk)
            .select_related("merged_into")
            .first()
        )
        if same is not None:
            raise forms.ValidationError(taken(same))
        return name

    def clean_name_en(self) -> str:
        return " ".join(self.cleaned_data["name_en"].split())

    def clean(self) -> None:
        super().clean()
        parent = self.cleaned_data.get("parent")
        while parent is not None:
            if parent.pk == self.instance.pk:
                self.add_error("parent", _("It cannot stand in itself."))
                break
            parent = parent.parent
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")  # fmt: skip
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first one."))


def taken(same: Any) -> str:
    """Why a name cannot be taken, and what to do."""
    if same.merged_into_id:
        return _("“%(name)s” was merged into “%(into)s”.") % {
            "name": same.name,
            "into": same.merged_into,
        }
    if same.retired_at:
        return _("“%s” is here already, retired: take it back.") % same.name
    return _("“%s” is here already.") % same.name


def entry_form(dictionary: Dictionary, *, adding: bool) -> type[EntryForm]:
    names = ["name", "name_en", *(dictionary.first if adding else dictionary.more)]
    made: Any = forms.modelform_factory(dictionary.model, form=EntryForm, fields=names)
    made.dictionary = dictionary
    if "icon" in names:
        made.base_fields["icon"] = forms.ChoiceField(
            label=gettext_lazy("Icon"),
            choices=[(word, word) for word in ICONS],
            widget=forms.RadioSelect,
        )
    return made


class MergeForm(LookForm):
    """Into which other entry of the same group."""

    into: forms.ModelChoiceField = forms.ModelChoiceField(
        None,
        label=gettext_lazy("Merge into"),
        empty_label=gettext_lazy("choose an entry"),
    )

    def __init__(self, data: Any = None, *, choices: Any) -> None:
        super().__init__(data)
        field: Any = self.fields["into"]
        field.queryset = choices
