"""What is to become of many deals at once."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.bulk.own_ways import OwnWay
from clients.bulk.ways import Way
from clients.forms.own import bulk_field
from deals.choices import Priority
from deals.forms.deals import day_input
from pipeline.models import Stage
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm
from salesexpert.core.templatetags.look import percents


class BulkForm(LookForm):
    """One field for what it is given; which one shows depends on what was chosen."""

    def __init__(self, data: Any = None, *, way: Way) -> None:
        super().__init__(data)
        self.way, what = way, way.field
        if isinstance(way, OwnWay):
            self.fields["value"] = bulk_field(way.own)
            return
        made: dict[str, forms.Field] = {
            "responsible": forms.ModelChoiceField(
                User.objects.filter(is_active=True).order_by("last_name", "first_name"),
                label=_("Responsible"),
            ),
            "stage": forms.ModelChoiceField(
                Stage.objects.in_use()
                .filter(process__retired_at=None)
                .select_related("process")
                .order_by("process__position", "position"),
                label=_("Move to the stage"),
            ),
            "priority": forms.TypedChoiceField(
                choices=Priority.choices, coerce=int, label=_("Priority")
            ),
            "expected_on": forms.DateField(
                label=_("Expected on"), required=False, widget=day_input()
            ),
        }
        field = made[what]
        if what == "stage":
            field.label_from_instance = lambda s: f"{s.process}: {percents(s.percent)} {s}"  # type: ignore[attr-defined]  # fmt: skip
        field.widget.attrs["class"] = (
            "form-control" if what == "expected_on" else "form-select"
        )
        self.fields["value"] = field
        if what == "stage":
            self.fields["comment"] = forms.CharField(
                label=_("Comment"),
                required=False,
                max_length=200,
                widget=forms.TextInput(attrs={"class": "form-control"}),
            )

    def value_given(self) -> str:
        """What was chosen, as a bulk change keeps it."""
        value = self.cleaned_data["value"]
        if isinstance(self.way, OwnWay):
            return self.way.text_of(value)
        if value is None:
            return ""
        return value.isoformat() if isinstance(value, date) else str(getattr(value, "pk", value))  # fmt: skip
