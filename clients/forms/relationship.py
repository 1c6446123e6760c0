from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, RelationshipType
from salesexpert.core.forms import LookForm


class RelationshipForm(LookForm):
    to_type = forms.ModelChoiceField(
        RelationshipType.objects.none(), label=_("Step of the ladder"), empty_label=None
    )
    reason = forms.CharField(
        label=_("What has changed"), max_length=200, required=False
    )

    def __init__(self, data: Any = None, *, client: Client) -> None:
        super().__init__(data, initial={"to_type": client.relationship_id})
        choice: Any = self.fields["to_type"]
        choice.queryset = RelationshipType.objects.filter(
            Q(retired_at=None) | Q(pk=client.relationship_id)
        )
