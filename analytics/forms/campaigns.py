"""What is asked of a campaign and of a line of its budget."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.dictionaries import BY_SLUG
from clients.models import Campaign, CampaignCost, InformationSource, Selection
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.form_fields import SumField
from salesexpert.core.forms import LookModelForm

YEARS = 1990, 2100


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)  # fmt: skip


def _is_year_right(day: Any) -> Any:
    if day and not YEARS[0] <= day.year <= YEARS[1]:
        raise forms.ValidationError(_("Is the year right?"))
    return day


class CampaignForm(LookModelForm):
    use_required_attribute = False
    starts_on = _day(gettext_lazy("Starts on"), required=False)
    ends_on = _day(gettext_lazy("Ends on"), required=False)
    planned_revenue = SumField(
        label=gettext_lazy("Planned revenue, RUB"), required=False, min_value=0
    )
    channels = forms.ModelMultipleChoiceField(
        InformationSource.objects.none(),
        label=gettext_lazy("Channels of promotion"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = Campaign
        fields = ("name", "name_en", "starts_on", "ends_on", "led_by", "utm", "goal", "audience", "selection", "planned_inquiries", "planned_won", "planned_revenue")  # fmt: skip
        widgets = {"goal": forms.Textarea(attrs={"rows": 3}), "audience": forms.Textarea(attrs={"rows": 2})}  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        kept = self.instance
        people = User.objects.active() | User.objects.filter(pk=kept.led_by_id)
        fields["led_by"].queryset = people.order_by("last_name", "first_name", "pk")
        fields["led_by"].empty_label = _("Not chosen")
        usable = Selection.objects.usable_by(user).filter(entity="client")
        fields["selection"].queryset = usable | Selection.objects.filter(pk=kept.selection_id)  # fmt: skip
        fields["selection"].empty_label = _("Not chosen")
        fields["selection"].help_text = _("Saved or frozen lists of clients that you may use.")  # fmt: skip
        fields["utm"].help_text = _("Inquiries of the site whose links bear this tag are the campaign's.")  # fmt: skip
        chosen = list(kept.channels.values_list("pk", flat=True)) if kept.pk else []
        fields["channels"].queryset = InformationSource.objects.in_use() | InformationSource.objects.filter(pk__in=chosen)  # fmt: skip
        fields["channels"].initial = chosen
        for name in ("planned_inquiries", "planned_won"):
            fields[name].min_value = 0

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        folded = fold(name)[:160]
        if not folded:
            raise forms.ValidationError(_("A name needs a letter or a digit."))
        same = BY_SLUG["campaigns"].model.objects.filter(folded=folded)
        if same.exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("“%s” is here already.") % name)
        return name

    def clean_starts_on(self) -> Any:
        return _is_year_right(self.cleaned_data["starts_on"])

    def clean_ends_on(self) -> Any:
        return _is_year_right(self.cleaned_data["ends_on"])

    def clean_utm(self) -> str:
        tag = " ".join(self.cleaned_data["utm"].split())
        same = Campaign.objects.filter(utm__iexact=tag, retired_at=None)
        if tag and (other := same.exclude(pk=self.instance.pk).first()):
            raise forms.ValidationError(_("The tag belongs to “%s” already.") % other)
        return tag

    def clean(self) -> None:
        super().clean()
        starts, ends = self.cleaned_data.get("starts_on"), self.cleaned_data.get("ends_on")  # fmt: skip
        if starts and ends and ends < starts:
            self.add_error("ends_on", _("The last day is before the first one."))


class CostForm(LookModelForm):
    use_required_attribute = False
    on = _day(gettext_lazy("Day"))
    amount = SumField(label=gettext_lazy("Amount, RUB"))

    class Meta:
        model = CampaignCost
        fields = ("side", "kind", "amount", "on", "note")

    def clean_on(self) -> Any:
        return _is_year_right(self.cleaned_data["on"])

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount is not None and amount <= 0:
            raise forms.ValidationError(_("More than nothing is needed."))
        return amount
