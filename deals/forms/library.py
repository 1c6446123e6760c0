from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from deals.models import Material
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm, LookModelForm


class MaterialForm(LookModelForm):
    upload = forms.FileField(label=_("File"), widget=forms.FileInput)

    class Meta:
        model = Material
        fields = ["name", "kind", "category", "description"]
        widgets = {
            "category": forms.TextInput(attrs={"list": "categories"}),
            "description": forms.Textarea(attrs={"rows": 3, "data_wide": True}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["upload"].required = False
            self.fields["upload"].label = _("Another file in its place")


class SendMaterialForm(LookForm):
    """The client is found by the address; where it is nobody's, he is named by the number of his card."""

    to = forms.CharField(label=_("To"), max_length=254, widget=forms.TextInput(attrs={"inputmode": "email"}))  # fmt: skip
    client = forms.CharField(label=_("Client"), max_length=300, help_text=_("Name or INN, as on the card; empty: found by the address"), required=False)  # fmt: skip
    subject = forms.CharField(label=_("Subject"), max_length=300, widget=forms.TextInput(attrs={"data_wide": True}))  # fmt: skip
    text = forms.CharField(label=_("Letter"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 6, "data_wide": True}))  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seen = Client.objects.visible_to(self.user)
        named = " ".join(str(data.get("client") or "").replace("\x00", "").split())
        if named:
            exact = seen.filter(inn=named) if named.isdigit() else seen.filter(name__iexact=named)  # fmt: skip
            found = list(exact[:2]) or list(seen.filter(name__icontains=named)[:2])
        else:
            to = str(data.get("to") or "").strip().lower().replace("\x00", "")
            found = list(seen.filter(emails__address__iexact=to)[:2]) or list(
                seen.filter(contact_links__contact__emails__address__iexact=to).distinct()[:2]
            )  # fmt: skip
        if len(found) == 1:
            data["found"] = found[0]
        elif not self.errors:
            self.add_error("client", _("Several clients fit: name one more exactly.") if found else _("Whose address is this? Name the client."))  # fmt: skip
        return data
