from django import forms
from django.utils.translation import gettext_lazy as _

from salesexpert.core.forms import LookForm


class AskForm(LookForm):
    reason = forms.CharField(
        label=_("Why should you lead this client?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say why: the head decides by it.")},
    )


class RefuseForm(LookForm):
    note = forms.CharField(
        label=_("Why does the curator stay?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say why: the one who asked will read it.")},
    )
