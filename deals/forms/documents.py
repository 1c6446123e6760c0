"""Making and sending papers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from deals.firms import firms_in_use
from deals.forms.lines import NumberField, day_input
from deals.models import Contract, OwnFirm
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm, LookModelForm


class MakeForm(LookForm):
    """Which paper, of which firm, of which day. What there is nothing to choose from is not asked."""

    template = forms.ChoiceField(label=_("Paper"))
    firm = forms.ModelChoiceField(label=_("Our firm"), queryset=OwnFirm.objects.none(), empty_label=None)  # fmt: skip
    dated_on = forms.DateField(label=_("Date"), widget=day_input())
    number = forms.CharField(label=_("Number"), required=False, max_length=60, help_text=_("Left empty, the next of its series"))  # fmt: skip
    source = forms.ChoiceField(label=_("Lines and ground"), required=False)
    contract = forms.ModelChoiceField(label=_("Contract"), queryset=Contract.objects.none(), required=False)  # fmt: skip
    with_stamp = forms.BooleanField(label=_("With stamp and signature"), required=False)

    def __init__(
        self, *args: Any, templates: Any, sources: list[tuple[str, str]], contracts: Any, may_stamp: bool, **kwargs: Any
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["template"].choices = [(str(t.pk), t.name) for t in templates]
        fields["firm"].queryset = OwnFirm.objects.filter(retired_at=None)
        fields["source"].choices = sources
        fields["contract"].queryset = contracts
        if len(firms_in_use()) < 2:
            fields["firm"].widget = forms.HiddenInput()
        if not may_stamp:
            del self.fields["with_stamp"]
        if not contracts.exists():
            del self.fields["contract"]


class ClosingForm(LookForm):
    dated_on = forms.DateField(label=_("Date"), widget=day_input())
    source = forms.ChoiceField(label=_("Lines and ground"), required=False)
    with_stamp = forms.BooleanField(label=_("With stamp and signature"), required=False)

    def __init__(self, *args: Any, sources: list[tuple[str, str]], may_stamp: bool, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["source"].choices = sources
        if not may_stamp:
            del self.fields["with_stamp"]


class SendForm(LookForm):
    to = forms.CharField(label=_("To"), max_length=254, widget=forms.TextInput(attrs={"inputmode": "email", "list": "send-to", "data_wide": True}))  # fmt: skip
    subject = forms.CharField(label=_("Subject"), max_length=300, widget=forms.TextInput(attrs={"data_wide": True}))  # fmt: skip
    text = forms.CharField(label=_("Letter"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8, "data_wide": True}))  # fmt: skip
    papers = forms.MultipleChoiceField(label=_("Attached"), required=True, widget=forms.CheckboxSelectMultiple(attrs={"data_wide": True}))  # fmt: skip
    key = forms.CharField(widget=forms.HiddenInput, max_length=80)

    def __init__(self, *args: Any, papers: list[tuple[str, str]], **kwargs: Any) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        field: Any = self.fields["papers"]
        field.choices = papers


class ContractForm(LookModelForm):
    amount = NumberField(label=_("Sum"), min_value=0, max_digits=14, decimal_places=2, required=False)  # fmt: skip

    class Meta:
        model = Contract
        fields = ["firm", "number", "dated_on", "starts_on", "ends_on", "subject", "amount", "lawyer"]  # fmt: skip
        widgets = {name: day_input() for name in ("dated_on", "starts_on", "ends_on")}
        help_texts = {"number": _("Left empty, the next of its series")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["firm"].queryset = OwnFirm.objects.filter(retired_at=None)
        fields["firm"].empty_label = None
        fields["number"].required = False
        people = User.objects.filter(is_active=True).select_related("role")
        able = [u.pk for u in people if u.has_perm("deals.approve_contract")]
        fields["lawyer"].queryset = User.objects.filter(pk__in=able).order_by("last_name")  # fmt: skip
        fields["subject"].widget.attrs["data_wide"] = True

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts_on"), data.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first one."))
        return data


class CommentForm(LookForm):
    comment = forms.CharField(
        label=_("Comment"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5, "data_wide": True}),
    )

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = required


class SignForm(LookForm):
    signed_on = forms.DateField(label=_("Signed on"), widget=day_input())
    comment = forms.CharField(label=_("Comment"), required=False, max_length=1000, widget=forms.TextInput(attrs={"data_wide": True}))  # fmt: skip


class SubmitForm(LookForm):
    lawyer = forms.ModelChoiceField(label=_("Lawyer"), queryset=User.objects.none(), required=False)  # fmt: skip
    comment = forms.CharField(label=_("What to look at"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3, "data_wide": True}))  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True).select_related("role")
        able = [u.pk for u in people if u.has_perm("deals.approve_contract")]
        field: Any = self.fields["lawyer"]
        field.queryset = User.objects.filter(pk__in=able).order_by("last_name")
