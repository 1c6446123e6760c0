"""Forms of the import wizard."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.choices import Category
from clients.fields import importable
from clients.importing import encodings
from clients.importing.engine import ASK, CREATE, SKIP, UPDATE, Options
from clients.importing.reading import DELIMITERS, refuse_size
from clients.importing.remembering import NAME_LENGTH
from clients.importing.workbooks import UnreadableFile
from clients.models import (
    ClientGroup,
    ImportJob,
    ImportMapping,
    Industry,
    InformationSource,
    Region,
    RelationshipType,
)
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm

DUPLICATES = [
    (ASK, _("show me, I decide")),
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
        initial=ASK,
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

    replacements = forms.MultipleChoiceField(
        label=_("Words taken for others"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    remember = forms.BooleanField(
        label=_("Remember the columns for lists with the same headings"),
        required=False,
        initial=True,
    )
    remember_as = forms.CharField(
        label=_("Under the name"), max_length=NAME_LENGTH, required=False
    )
    remember_shared = forms.BooleanField(
        label=_("for everyone who loads lists"), required=False
    )

    def __init__(self, *args: Any, job: ImportJob, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.job = job
        self.kept = Options.from_kept(job.options)
        self.words = words_of(self.kept.replacements)
        own: Any = self.fields
        own["replacements"].choices = [(w.key, w) for w in self.words]
        own["replacements"].initial = [w.key for w in self.words]
        saved = job.remembered
        own["remember_as"].initial = saved.name if saved else _stem(job.name)
        own["remember_shared"].initial = bool(saved and saved.is_shared)
        if job.options.get("duplicates"):
            own["duplicates"].initial = self.kept.duplicates
            own["create_missing"].initial = self.kept.create_missing
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
        for name, field in self.fields.items():
            if name == "remember_as":
                continue
            box = isinstance(field, forms.BooleanField | forms.MultipleChoiceField)
            field.widget.attrs["class"] = "form-check-input" if box else "form-select"
        self._set_initial_defaults()

    def _set_initial_defaults(self) -> None:
        """Of a remembered list: what its empty cells got."""
        defaults = self.kept.defaults
        if category := defaults.get("category"):
            self.fields["category"].initial = category
        for name, (model, _label) in _DICTIONARIES.items():
            if text := defaults.get(name):
                entry = model._default_manager.filter(name=text).first()
                self.fields[name].initial = entry.pk if entry else None
        if username := defaults.get("curator"):
            person = User.objects.filter(username=username, is_active=True).first()
            self.fields["curator"].initial = person.pk if person else None

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        name = " ".join((data.get("remember_as") or "").split())
        if data.get("remember") and not name:
            data["remember_as"] = _stem(self.job.name)
        return data

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
            replacements=chosen(self.words, data["replacements"]),
        )


@dataclass(frozen=True, slots=True)
class Word:
    """One replacement: in `field`, what stands in the file is taken for what stands in the base."""

    key: str
    field: str
    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.label}: {self.before} → {self.after}"


def words_of(replacements: Mapping[str, Mapping[str, str]]) -> list[Word]:
    labels = {item.name: str(item.label) for item in importable("client")}
    pairs = [
        (name, before, after)
        for name, told in replacements.items()
        for before, after in told.items()
    ]
    return [
        Word(str(place), name, labels.get(name, name), before, after)
        for place, (name, before, after) in enumerate(pairs)
    ]


def chosen(words: list[Word], keys: Collection[str]) -> dict[str, dict[str, str]]:
    kept: dict[str, dict[str, str]] = {}
    for word in words:
        if word.key in keys:
            kept.setdefault(word.field, {})[word.before] = word.after
    return kept


def _stem(name: str) -> str:
    return name.rsplit(".", 1)[0][:NAME_LENGTH] or name[:NAME_LENGTH]


class SavedColumnsForm(LookForm):
    """A saved set of columns: its name, who may use it, what each column fills, which words stand for others."""

    name = forms.CharField(label=_("Name"), max_length=NAME_LENGTH)
    is_shared = forms.BooleanField(
        label=_("for everyone who loads lists"), required=False
    )
    replacements = forms.MultipleChoiceField(
        label=_("Words taken for others"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
        required=False,
    )

    def __init__(self, *args: Any, saved: ImportMapping, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.saved = saved
        self.options_kept = Options.from_kept(saved.options)
        self.words = words_of(self.options_kept.replacements)
        own: Any = self.fields
        own["name"].initial = saved.name
        own["is_shared"].initial = saved.is_shared
        own["is_shared"].widget.attrs["class"] = "form-check-input"
        own["replacements"].choices = [(w.key, w) for w in self.words]
        own["replacements"].initial = [w.key for w in self.words]
        choices = [
            ("", _("do not load")),
            *((item.name, item.label) for item in importable(saved.entity)),
        ]
        for index, column in enumerate(saved.columns):
            own[f"column_{index}"] = forms.ChoiceField(
                label=column,
                choices=choices,
                required=False,
                initial=saved.mapping.get(column, ""),
                widget=forms.Select(attrs={"class": "form-select"}),
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{index}"] for index in range(len(self.saved.columns))]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        others = ImportMapping.objects.filter(
            owner=self.saved.owner_id, entity=self.saved.entity, name=name
        )
        if others.exclude(pk=self.saved.pk).exists():
            raise forms.ValidationError(_("You have another one of this name."))
        return name

    def mapping(self) -> dict[str, str]:
        return {
            column: name
            for index, column in enumerate(self.saved.columns)
            if (name := self.cleaned_data[f"column_{index}"])
        }

    def options(self) -> Options:
        options = self.options_kept
        options.replacements = chosen(self.words, self.cleaned_data["replacements"])
        return options
