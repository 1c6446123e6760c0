"""Forms of the import wizard."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.choices import Category
from clients.importing import encodings
from clients.importing.engine import ASK, CREATE, SKIP, UPDATE, Options
from clients.importing.kinds import CLIENT, choices_of, face_of, fields_of
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
from salesexpert.core.registry import FieldType

DUPLICATES = [
    (ASK, _("show me, I decide")),
    (SKIP, _("pass over")),
    (UPDATE, _("fill their empty fields")),
    (CREATE, _("open a second card")),
]
# Lines in which one value is taken for another; the check before the loading asks of further ones.
_WORD_LINES = 4
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


class ColumnsForm(LookForm):
    """What each column fills (`column_0` …), which words stand for others, and what becomes of known records."""

    duplicates = forms.ChoiceField(choices=DUPLICATES, initial=ASK, required=False)
    create_missing = forms.BooleanField(
        label=_("Add unknown regions, industries and other words to the dictionaries"),
        required=False,
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
        self.words = words_of(self.kept.replacements, job.entity)
        own: Any = self.fields
        own["duplicates"].label = face_of(job.entity).known
        own["replacements"].choices = [(w.key, w) for w in self.words]
        own["replacements"].initial = [w.key for w in self.words]
        saved = job.remembered
        own["remember_as"].initial = saved.name if saved else _stem(job.name)
        own["remember_shared"].initial = bool(saved and saved.is_shared)
        if job.options.get("duplicates"):
            own["duplicates"].initial = self.kept.duplicates
            own["create_missing"].initial = self.kept.create_missing
        self._add_defaults()
        fields = fields_of(job.entity)
        for place in range(_WORD_LINES):
            own[f"word_field_{place}"] = forms.ChoiceField(
                label=_("Field"),
                choices=[("", "—"), *((f.name, f.label) for f in fields)],
                required=False,
            )
            for name, label in (
                ("from", _("What stands in the file")),
                ("to", _("Take it for")),
            ):
                own[f"word_{name}_{place}"] = forms.CharField(
                    label=label, max_length=160, required=False
                )
        choices = [
            ("", _("do not load")),
            *((item.name, item.label) for item in fields),
        ]
        for index, column in enumerate(job.columns):
            self.fields[f"column_{index}"] = forms.ChoiceField(
                label=column,
                choices=choices,
                required=False,
                initial=job.mapping.get(column, ""),
            )
        for field in self.fields.values():
            box = isinstance(field, forms.BooleanField | forms.MultipleChoiceField)
            select = isinstance(field, forms.ChoiceField)
            field.widget.attrs["class"] = "form-check-input" if box else "form-select" if select else "form-control"  # fmt: skip

    def _add_defaults(self) -> None:
        """Fields for what empty cells get, filled with what a remembered list said."""

    def defaults(self) -> dict[str, str]:
        return {}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for place in range(_WORD_LINES):
            names = [f"word_{part}_{place}" for part in ("field", "from", "to")]
            given = [data.get(name) for name in names]
            if any(given) and not all(given):
                lacking = names[given.index(next(v for v in given if not v))]
                self.add_error(lacking, _("Fill in all three, or leave the line empty."))  # fmt: skip
        name = " ".join((data.get("remember_as") or "").split())
        if data.get("remember") and not name:
            data["remember_as"] = _stem(self.job.name)
        return data

    @property
    def column_fields(self) -> list[forms.BoundField]:
        return [self[f"column_{index}"] for index in range(len(self.job.columns))]

    @property
    def default_fields(self) -> list[forms.BoundField]:
        return []

    @property
    def word_lines(self) -> list[list[forms.BoundField]]:
        return [
            [self[f"word_{part}_{place}"] for part in ("field", "from", "to")]
            for place in range(_WORD_LINES)
        ]

    def mapping(self) -> dict[str, str]:
        return {
            column: self.cleaned_data[f"column_{index}"]
            for index, column in enumerate(self.job.columns)
        }

    def options(self) -> Options:
        data = self.cleaned_data
        replaced = chosen(self.words, data["replacements"])
        for place in range(_WORD_LINES):
            if name := data[f"word_field_{place}"]:
                before, after = data[f"word_from_{place}"], data[f"word_to_{place}"]
                replaced.setdefault(name, {})[before] = after
        return Options(
            duplicates=data["duplicates"] or SKIP,
            create_missing=data["create_missing"],
            defaults=self.defaults(),
            replacements=replaced,
        )


class MappingForm(ColumnsForm):
    """The columns of a list of clients, and whose and what they are where the file does not say it."""

    def _add_defaults(self) -> None:
        defaults = self.kept.defaults
        person = User.objects.filter(username=defaults.get("curator"), is_active=True)
        self.fields["curator"] = forms.ModelChoiceField(
            User.objects.filter(is_active=True),
            label=_("Curator"),
            required=False,
            empty_label=_("nobody"),
            initial=person.first() if defaults.get("curator") else None,
        )
        self.fields["category"] = forms.ChoiceField(
            label=_("Category"),
            choices=Category.choices,
            initial=defaults.get("category") or Category.CLIENT,
            required=False,
        )
        for name, (model, label) in _DICTIONARIES.items():
            entries: Any = model._default_manager
            text = defaults.get(name)
            self.fields[name] = forms.ModelChoiceField(
                entries.in_use(),
                label=label,
                required=False,
                empty_label=_("not set"),
                initial=entries.filter(name=text).first() if text else None,
            )

    @property
    def default_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("curator", "category", *_DICTIONARIES)]

    def defaults(self) -> dict[str, str]:
        data = self.cleaned_data
        given = {n: data[n].name for n in _DICTIONARIES if data.get(n) is not None}
        if data["curator"]:
            given["curator"] = data["curator"].username
        return {**given, "category": data["category"] or Category.CLIENT}


class PlainMappingForm(ColumnsForm):
    """The columns of a list of anything else. A word may be typed that the base does not have: the rules say if it is added."""

    def _add_defaults(self) -> None:
        fields = {item.name: item for item in fields_of(self.job.entity)}
        own: Any = self.fields
        own["create_missing"].label = _(
            "Create what is missing: entries of dictionaries, records that the rows name"
        )
        own["duplicates"].choices = [
            (value, _("create again") if value == CREATE else label)
            for value, label in DUPLICATES
        ]
        for name in face_of(self.job.entity).offered:
            item, kept = fields[name], self.kept.defaults.get(name, "")
            known = choices_of(self.job.entity, item)
            named: Any = item.label
            label: Any = item.definition or named
            if item.type == FieldType.YES_NO:
                own[f"empty_{name}"] = forms.BooleanField(
                    label=label, required=False, initial=kept == "yes"
                )
            elif item.type in {FieldType.PERSON, FieldType.CHOICE} and known:
                own[f"empty_{name}"] = forms.ChoiceField(
                    label=named,
                    required=False,
                    initial=kept,
                    choices=[("", _("not set")), *known],
                )
            else:
                words = [text for _value, text in known or ()]
                own[f"empty_{name}"] = forms.CharField(
                    label=named,
                    required=False,
                    initial=kept,
                    max_length=160,
                    widget=Suggesting(words),
                )

    @property
    def default_fields(self) -> list[forms.BoundField]:
        return [self[f"empty_{name}"] for name in face_of(self.job.entity).offered]

    def defaults(self) -> dict[str, str]:
        given = {
            name: self.cleaned_data[f"empty_{name}"]
            for name in face_of(self.job.entity).offered
        }
        return {n: "yes" if v is True else v for n, v in given.items() if v}


class Suggesting(forms.TextInput):
    """Any text, with words to choose from."""

    template_name = "clients/import_suggesting.html"

    def __init__(self, words: Collection[str]) -> None:
        super().__init__(attrs={"autocomplete": "off"})
        self.words = words

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.words:
            context["widget"]["attrs"]["list"] = f"words_{name}"
            context["words"] = list(self.words)[:300]
        return context


def mapping_form(*args: Any, job: ImportJob) -> ColumnsForm:
    """The form for the columns of what is loaded."""
    form = MappingForm if job.entity == CLIENT else PlainMappingForm
    return form(*args, job=job)


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


def words_of(
    replacements: Mapping[str, Mapping[str, str]], entity: str = CLIENT
) -> list[Word]:
    labels = {item.name: str(item.label) for item in fields_of(entity)}
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
        self.words = words_of(self.options_kept.replacements, saved.entity)
        own: Any = self.fields
        own["name"].initial = saved.name
        own["is_shared"].initial = saved.is_shared
        own["is_shared"].widget.attrs["class"] = "form-check-input"
        own["replacements"].choices = [(w.key, w) for w in self.words]
        own["replacements"].initial = [w.key for w in self.words]
        choices = [
            ("", _("do not load")),
            *((item.name, item.label) for item in fields_of(saved.entity)),
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
