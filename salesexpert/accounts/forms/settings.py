import zoneinfo
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from salesexpert.accounts import rights, zones
from salesexpert.accounts.choices import Scope
from salesexpert.accounts.models import Department, Role
from salesexpert.accounts.teams import department_ids_below
from salesexpert.accounts.tree import as_choices
from salesexpert.core import preferences
from salesexpert.core.forms import LookForm, LookModelForm


class DepartmentForm(LookModelForm):
    class Meta:
        model = Department
        fields = ("name", "parent")
        labels = {"name": _("Name"), "parent": _("Part of")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = Department.objects.all()
        if self.instance.pk:
            found = found.exclude(pk__in=department_ids_below(self.instance.pk))
        parent: Any = self.fields["parent"]
        parent.queryset = found
        parent.choices = [
            ("", _("stands on top")),
            *as_choices(found),
        ]

    def clean_name(self) -> str:
        return self.cleaned_data["name"].strip()

    def validate_constraints(self) -> None:
        """The action answers for the tree, under its lock."""


class RoleForm(LookModelForm):
    """A role's names, rights and scope. Rights that no group lists are kept as they are."""

    permissions = forms.MultipleChoiceField(
        choices=[(name, name) for name in sorted(rights.KNOWN)], required=False
    )
    scope = forms.ChoiceField(
        label=_("Whose records it sees"),
        choices=Scope.choices,
        widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
    )

    class Meta:
        model = Role
        fields = ("name", "name_en", "scope", "requires_second_factor", "permissions")
        labels = {
            "name": _("Name in Russian"),
            "name_en": _("Name in English"),
            "requires_second_factor": _("Require the second factor"),
        }

    def groups(self) -> list[tuple[Any, list[tuple[str, Any, bool]]]]:
        """Groups of (right, its name, whether it is ticked), as typed or as stored."""
        ticked = set(self["permissions"].value() or [])
        return [
            (label, [(name, right, name in ticked) for name, right in members])
            for label, members in rights.GROUPS
        ]

    def clean_permissions(self) -> list[str]:
        unlisted = set(self.instance.permissions or []) - rights.KNOWN
        return sorted(unlisted.union(self.cleaned_data["permissions"]))


class CompanyForm(LookForm):
    """Every declared setting of the company, whoever declared it."""

    NUMBER_MAX = 1_000_000

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.declared = preferences.declared()
        super().__init__(*args, **kwargs)

    @classmethod
    def build(cls, data: Any = None) -> "CompanyForm":
        fields = {
            item.name: cls._field(item, preferences.get(item.name))
            for item in preferences.declared()
        }
        return type("DeclaredCompanyForm", (cls,), fields)(data)

    @classmethod
    def _field(cls, item: preferences.Declared, value: Any) -> forms.Field:
        common = {"label": item.label, "help_text": item.help, "initial": value}
        match item.kind:
            case "yes_no":
                return forms.BooleanField(required=False, **common)
            case "number":
                return forms.IntegerField(
                    min_value=0, max_value=cls.NUMBER_MAX, **common
                )
            case "choice":
                return forms.ChoiceField(choices=item.choices, **common)
            case "time_zone":
                return forms.ChoiceField(choices=zones.choices(value), **common)
            case _:
                return forms.CharField(required=False, max_length=200, **common)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for item in self.declared:
            zone = data.get(item.name)
            if item.kind == "time_zone" and zone:
                if zone not in zoneinfo.available_timezones():
                    self.add_error(item.name, _("There is no such time zone."))
        return data

    def changed(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name in self.cleaned_data
        }
