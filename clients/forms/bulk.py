"""The form of a bulk change: what to change, what it becomes, why."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.bulk.own_ways import OwnWay
from clients.bulk.ways import RelationshipWay, Way
from clients.choices import BulkDeed
from clients.forms.own import bulk_field
from salesexpert.core.forms import LookForm

EMPTY = "none"


class BulkForm(LookForm):
    """`what` chooses the way; the value's choices are that way's."""

    what = forms.ChoiceField(label=_("What to change"))
    value = forms.ChoiceField(label=_("What it becomes"), required=False)
    reason = forms.CharField(
        label=_("What has changed"), max_length=200, required=False
    )

    def __init__(self, data: Any, *, ways: list[Way], bound: bool) -> None:
        self.ways = {way.key: way for way in ways}
        self.way = self.ways.get(data.get("what", "")) or ways[0]
        given = {"what": self.way.key, "reason": data.get("reason", "")[:200]}
        super().__init__(data if bound else None, initial=given)
        fields: Any = self.fields
        fields["what"].choices = [(way.key, self._named(way)) for way in ways]
        if isinstance(self.way, OwnWay):
            fields["value"] = bulk_field(self.way.own)
        elif self.way.has_value:
            fields["value"].choices = [("", _("Not chosen"))]
            if self.way.clears:
                fields["value"].choices.append((EMPTY, self._nothing()))
            fields["value"].choices += self.way.choices()
            fields["value"].label = self.way.label
            fields["value"].required = True
            fields["value"].error_messages["required"] = _("Choose a value.")
            fields["value"].error_messages["invalid_choice"] = _(
                "This value can no longer be chosen."
            )
        else:
            del fields["value"]
        if not isinstance(self.way, RelationshipWay):
            del fields["reason"]

    def _nothing(self) -> Any:
        return _("Nobody") if self.way.field == "curator" else _("Leave empty")

    def _named(self, way: Way) -> Any:
        match way.deed:
            case BulkDeed.ARCHIVE:
                return _("To the archive")
            case BulkDeed.RESTORE:
                return _("Out of the archive")
            case BulkDeed.ADD:
                return _("Add a product of interest")
            case BulkDeed.REMOVE:
                return _("Take away a product of interest")
        return way.label

    def clean_reason(self) -> str:
        return " ".join(self.cleaned_data["reason"].replace("\x00", " ").split())

    def value_given(self) -> str:
        if isinstance(self.way, OwnWay):
            return self.way.text_of(self.cleaned_data["value"])
        value: str = self.cleaned_data.get("value", "")
        return "" if value == EMPTY else value
