"""Forms of processes, stages and what belongs to them."""

from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients.models import ActivityGoal, ActivityKind, ClientGroup, Industry, Region
from pipeline.choices import Picking
from pipeline.fields import askable
from pipeline.models import (
    PerformerRule,
    Process,
    Stage,
    StageActivity,
    StageCheck,
)
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm, LookModelForm

LONGEST_NORM = 1000


def in_use(
    rows: QuerySet, chosen: int | None, field: str = "retired_at", off: Any = None
) -> QuerySet:
    """What may be chosen today, and what was chosen once."""
    return rows.filter(Q(**{field: off}) | Q(pk=chosen))


class NamedForm(LookModelForm):
    """Two names; blanks around and within are tidied."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "name_en"):
            if name in self.fields:
                self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_name_en(self) -> str:
        return " ".join(self.cleaned_data["name_en"].split())


class NewProcessForm(NamedForm):
    class Meta:
        model = Process
        fields = ["name", "name_en"]


class ProcessForm(NamedForm):
    class Meta:
        model = Process
        fields = [
            "name",
            "name_en",
            "description",
            "success_condition",
            "next_process",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        following: Any = self.fields["next_process"]
        rows = in_use(Process.objects.all(), self.instance.next_process_id)
        following.queryset = rows.exclude(pk=self.instance.pk)
        following.empty_label = _("nowhere: the deal is over")
        self.fields["description"].widget.attrs["data_wide"] = "1"


class NormDaysMixin(forms.Form):
    def clean_norm_days(self) -> int | None:
        days = self.cleaned_data["norm_days"]
        if days is not None and not 0 < days <= LONGEST_NORM:
            raise forms.ValidationError(
                _("A norm is from 1 to %d working days; empty, no clock runs.")
                % LONGEST_NORM
            )
        return days

    def clean_percent(self) -> int:
        percent = self.cleaned_data["percent"]
        if percent > 100:
            raise forms.ValidationError(_("At most 100."))
        return percent


class NewStageForm(NormDaysMixin, NamedForm):
    class Meta:
        model = Stage
        fields = ["name", "name_en", "percent", "norm_days"]


class StageForm(NormDaysMixin, NamedForm):
    required_fields = forms.MultipleChoiceField(
        label=gettext_lazy("Must be filled before leaving"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )

    class Meta:
        model = Stage
        fields = [
            "name",
            "name_en",
            "percent",
            "norm_days",
            "hint",
            "hint_en",
            "required_fields",
            "next_stages",
        ]
        widgets = {
            "hint": forms.Textarea(attrs={"rows": 2}),
            "hint_en": forms.Textarea(attrs={"rows": 2}),
            "next_stages": forms.CheckboxSelectMultiple(
                attrs={"class": "form-check-input"}
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        known = askable()
        names = {name for name, _label in known}
        # A field that has gone from the registry stays ticked until someone takes it away.
        gone = [n for n in self.instance.required_fields if n not in names]
        fields["required_fields"].choices = [*known, *((n, n) for n in gone)]
        fields["next_stages"].queryset = (
            Stage.objects.in_use()
            .filter(process=self.instance.process_id)
            .exclude(pk=self.instance.pk)
        )
        for name in ("hint", "hint_en"):
            fields[name].max_length = 2000
            fields[name].validators.append(MaxLengthValidator(2000))


class CheckForm(NamedForm):
    class Meta:
        model = StageCheck
        fields = ["name", "name_en", "required"]


class PlannedForm(NamedForm):
    class Meta:
        model = StageActivity
        fields = [
            "name",
            "name_en",
            "kind",
            "goal",
            "direction",
            "after_days",
            "for_whom",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["kind"].queryset = in_use(ActivityKind.objects.all(), self.instance.kind_id)  # fmt: skip
        fields["goal"].queryset = in_use(
            ActivityGoal.objects.select_related("kind"), self.instance.goal_id
        )
        fields["goal"].label_from_instance = lambda goal: f"{goal.kind}: {goal}"

    def clean(self) -> None:
        super().clean()
        kind, goal = self.cleaned_data.get("kind"), self.cleaned_data.get("goal")
        if kind and goal and goal.kind_id != kind.pk:
            self.add_error("goal", _("This goal belongs to another kind of work."))

    def clean_after_days(self) -> int:
        days = self.cleaned_data["after_days"]
        if days > LONGEST_NORM:
            raise forms.ValidationError(_("At most %d working days.") % LONGEST_NORM)
        return days


class SegmentMixin(forms.Form):
    """Choices of region, industry and group: entries in use, empty for all clients."""

    instance: Any

    def limit_segments(self) -> None:
        fields: Any = self.fields
        for name, model in (("region", Region), ("industry", Industry), ("group", ClientGroup)):  # fmt: skip
            chosen = getattr(self.instance, f"{name}_id")
            fields[name].queryset = in_use(model.objects.all(), chosen)
            fields[name].empty_label = _("any")


class RuleForm(SegmentMixin, LookModelForm):
    class Meta:
        model = PerformerRule
        fields = [
            "picking",
            "user",
            "department",
            "region",
            "industry",
            "group",
            "hands_over",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["user"].queryset = in_use(User.objects.all(), self.instance.user_id, "is_active", True)  # fmt: skip
        self.limit_segments()

    def clean(self) -> None:
        super().clean()
        picking = self.cleaned_data.get("picking")
        if picking == Picking.NAMED:
            if not self.cleaned_data.get("user") and "user" not in self.errors:
                self.add_error("user", _("Choose the person."))
            self.cleaned_data["department"] = None
        elif picking:
            if not self.cleaned_data.get("department"):
                if "department" not in self.errors:
                    self.add_error("department", _("Choose the department."))
            self.cleaned_data["user"] = None


class TrialForm(LookForm):
    """For which client to try the rules."""

    client = forms.IntegerField(min_value=1, max_value=2**62)
