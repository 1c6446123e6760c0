from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from salesexpert.accounts import zones
from salesexpert.accounts.actions import may_grant
from salesexpert.accounts.models import Department, Role, User
from salesexpert.accounts.tree import as_choices
from salesexpert.core.forms import LookModelForm


class ZoneMixin:
    """A model form whose time zone is chosen from a list of cities."""

    fields: dict[str, forms.Field]
    instance: User

    def use_zones(self) -> None:
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("Time zone"),
            choices=zones.choices(self.instance.time_zone),
            initial=self.instance.time_zone,
            widget=forms.Select(attrs={"class": "form-select"}),
        )


class UserForm(ZoneMixin, LookModelForm):
    """A person as an administrator sees him. `by` is the administrator: he gives no role above his own."""

    class Meta:
        model = User
        fields = (
            "last_name",
            "first_name",
            "patronymic",
            "job_title",
            "username",
            "email",
            "phone",
            "extension",
            "role",
            "department",
            "head",
            "language",
            "time_zone",
        )
        labels = {
            "last_name": _("Last name"),
            "first_name": _("First name"),
            "patronymic": _("Patronymic"),
            "job_title": _("Job title"),
            "username": _("User name"),
            "email": _("E-mail"),
            "phone": _("Phone"),
            "extension": _("Extension"),
            "role": _("Role"),
            "department": _("Department"),
            "head": _("Head"),
            "language": _("Language"),
        }
        help_texts = {
            "username": _("For signing in: letters, digits, “.”, “-”, “_”."),
            "email": _("The invitation goes here; without it, hand over the link."),
        }

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        self.use_zones()
        for name in ("first_name", "last_name", "role"):
            self.fields[name].required = True
        self.fields["username"].widget.attrs |= {
            "autocapitalize": "none",
            "spellcheck": "false",
            "autocomplete": "off",
        }
        role: Any = self.fields["role"]
        head: Any = self.fields["head"]
        department: Any = self.fields["department"]
        grantable = [r.pk for r in Role.objects.all() if may_grant(by, r)]
        role.queryset = Role.objects.filter(pk__in=[*grantable, self.instance.role_id])
        role.empty_label = _("choose")
        head.queryset = User.objects.active().exclude(pk=self.instance.pk)
        head.empty_label = _("nobody")
        department.choices = [
            ("", _("none")),
            *as_choices(Department.objects.all()),
        ]

    def clean_username(self) -> str:
        username = self.cleaned_data["username"].strip()
        if "@" in username:
            raise forms.ValidationError(_("A user name has no @: that is an e-mail."))
        others = User.objects.exclude(pk=self.instance.pk)
        if others.filter(username__iexact=username).exists():
            raise forms.ValidationError(_("This user name is taken."))
        return username

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip()
        others = User.objects.exclude(pk=self.instance.pk)
        if email and others.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Another person has this e-mail."))
        return email

    def clean_head(self) -> User | None:
        head = above = self.cleaned_data["head"]
        seen: set[int] = set()
        while above is not None and above.pk not in seen:
            if above.pk == self.instance.pk and self.instance.pk:
                raise forms.ValidationError(
                    _(
                        "This person is below him already: the two would head each other."
                    )
                )
            seen.add(above.pk)
            above = above.head
        return head

    def validate_constraints(self) -> None:
        """Uniqueness in any case is judged by the fields, with a sentence beside each."""


class ProfileForm(ZoneMixin, LookModelForm):
    class Meta:
        model = User
        fields = (
            "last_name",
            "first_name",
            "patronymic",
            "job_title",
            "phone",
            "extension",
            "language",
            "time_zone",
            "theme",
        )
        labels = UserForm.Meta.labels | {"theme": _("Appearance")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.use_zones()
        for name in ("first_name", "last_name"):
            self.fields[name].required = True
