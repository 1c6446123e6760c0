"""Forms of the import wizard."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.choices import Category
from clients.fields import importable
from clients.importing import encodings
from clients.importing.engine import CREATE, SKIP, UPDATE, Options
from clients.importing.reading import DELIMITERS, refuse_size
from clients.importing.workbooks import UnreadableFile
from clients.models import (
    ClientGroup,
    ImportJob,
    Industry,
    InformationSource,
    Region,
    RelationshipType,
)
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm

DUPLICATES = [
    (SKIP, _("pass over")),
    (UPDATE, _("fill their empty fields")),
    (CREATE, _("open a second card")),
]
_DICTIONARIES = {
    "relationship": (RelationshipType, _("Relationship")),
    "region": (Region, _("Region")),
    "industry": (Industry, _("Industry")),
    "group": (ClientGroup, _("Group")),
    "source": (InformationSource, _("Source about the firm")),
}


class UploadForm(LookForm):
    file = forms.FileField(
        label=_("File"),
        max_length=255,
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
    )

    def clean_file(self) -> Any:
        upload = self.cleaned_data["file"]
        try:
            refuse_size(upload.size)
        except UnreadableFile as refusal:
            raise forms.ValidationError(str(refusal)) from None
        return upload


class ReadingForm(LookForm):
    encoding = forms.ChoiceField(label=_("Encoding"), choices=encodings.CHOICES)
    delimiter = forms.ChoiceField(label=_("Delimiter"), choices=DELIMITERS)

    def __init__(self, *args: Any, job: ImportJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value, known in (
            ("encoding", job.encoding, encodings.CHOICES),
            ("delimiter", job.delimiter, DELIMITERS),
        ):
            field = cast(forms.ChoiceField, self.fields[name])
            if value and value not in dict(known):
                field.choices = [*known, (value, value)]
            field.initial = value


class MappingForm(LookForm):
    """What each column fills (`column_0` …), what empty cells get, and what becomes of known clients."""

    duplicates = forms.ChoiceField(
        label=_("Clients that are known already"),
        choices=DUPLICATES,
        initial=SKIP,
        required=False,
    )
    create_missing = forms.BooleanField(
        label=_("Add unknown regions, industries and other words to the dictionaries"),
        required=False,
    )
    category = forms.ChoiceField(
        label=_("Category"),
        choices=Category.choices,
        initial=Category.CLIENT,
        required=False,
    )
    curator = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Curator"),
        required=False,
        empty_label=_("nobody"),
    )

    def __init__(self, *args: Any, job: ImportJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job
        self.fields["curator"].queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
        for name, (model, label) in _DICTIONARIES.items():
            self.fields[name] = forms.ModelChoiceField(
                model._default_manager.in_use(),
                label=label,
                required=False,
                empty_label=_("not set"),
            )
        choices = [
            ("", _("do not load")),
            *((item.name, item.label) for item in importable("client")),
        ]
        for index, column in enumerate(job.columns):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=column,
                choices=choices,
                required=False,
                initial=job.mapping.get(column, ""),
            )
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", "form-select")
        self.fields["create_missing"].widget.attrs["class"] = "form-check-input"

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{index}"] for index in range(len(self.job.columns))]

    @property
    def default_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("curator", "category", *_DICTIONARIES)]

    def mapping(self) -> dict[str, str]:
        return {
            column: self.cleaned_data[f"column_{index}"]
            for index, column in enumerate(self.job.columns)
        }

    def options(self) -> Options:
        data = self.cleaned_data
        defaults = {
            name: data[name].name
            for name in _DICTIONARIES
            if data.get(name) is not None
        }
        if data["curator"]:
            defaults["curator"] = data["curator"].username
        defaults["category"] = data["category"] or Category.CLIENT
        return Options(
            duplicates=data["duplicates"] or SKIP,
            create_missing=data["create_missing"],
            defaults=defaults,
        )
