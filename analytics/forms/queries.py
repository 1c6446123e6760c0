from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.models import SavedQuery
from salesexpert.accounts.models import Role, User
from salesexpert.core.forms import LookForm


class SaveForm(LookForm):
    """Name, folder and who sees it. Sharing is offered to whoever may share selections."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=80, required=False)  # fmt: skip
    description = forms.CharField(label=gettext_lazy("What it is for"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))  # fmt: skip
    asked = forms.BooleanField(label=gettext_lazy("Ask for the period whenever it is opened"), required=False)  # fmt: skip
    for_everyone = forms.BooleanField(label=gettext_lazy("Show to everyone"), required=False)  # fmt: skip
    roles = forms.ModelMultipleChoiceField(Role.objects.all(), label=gettext_lazy("Show to roles"), required=False, widget=forms.CheckboxSelectMultiple)  # fmt: skip

    def __init__(self, *args: Any, user: User, of: SavedQuery | None = None, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.user, self.of = user, of
        if not user.has_perm("clients.share_selection"):
            del self.fields["for_everyone"], self.fields["roles"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        same = SavedQuery.objects.filter(
            owner=self.user, name__iexact=name, removed_at=None
        )
        if self.of is not None:
            same = same.exclude(pk=self.of.pk)
        if same.exists():
            raise forms.ValidationError(_("You already have a query with this name."))
        return name


class FreezeForm(LookForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
