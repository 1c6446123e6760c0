"""What is asked when a colleague's time is booked."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.choices import ActivityCode
from clients.models import ActivityKind, Client
from deals.models import Deal
from pipeline.calendars import people_open_to
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm

LENGTHS = (15, 30, 45, 60, 90, 120, 180, 240)
OF_CLIENT = ("deal", "hand_stage")
FARTHEST = timedelta(days=366)


def length_words(minutes: int) -> str:
    """“45 min”, “1 h 30 min”."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(_("%(n)s h") % {"n": hours})
    if rest:
        parts.append(_("%(n)s min") % {"n": rest})
    return " ".join(str(p) for p in parts)


class BookingForm(LookForm):
    """`at` is the moment at which it begins, by the reader's clock.

    With `looks` the client is looked for in the form: `client` is then the chosen one, None where none is or he may not be read.
    """

    performer = forms.ModelChoiceField(User.objects.none(), label=_("Who"), empty_label=None)  # fmt: skip
    kind = forms.ModelChoiceField(ActivityKind.objects.none(), label=_("What kind"), empty_label=None)  # fmt: skip
    minutes = forms.TypedChoiceField(label=_("How long"), coerce=int)
    at = forms.DateTimeField(
        label=_("When"),
        widget=forms.DateTimeInput({"type": "datetime-local", "step": "900"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": _("Give day and time, for example 20.11.2026 14:30.")},
    )  # fmt: skip
    title = forms.CharField(label=_("What to do"), max_length=200, required=False)
    deal = forms.ModelChoiceField(Deal.objects.none(), label=_("Deal"), required=False, empty_label=_("without a deal"))  # fmt: skip
    note = forms.CharField(
        label=_("Note for the colleague"),
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Write a note: the colleague goes by it.")},
    )
    client_id = forms.CharField(required=False, max_length=20)
    hand_stage = forms.BooleanField(
        label=_("Hand the stage of the deal over to him"), required=False
    )

    def __init__(self, data: Any = None, *, user: User, client: Client | None, looks: bool = False, assigns: bool = False, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        fields: Any = self.fields
        kinds = ActivityKind.objects.in_use()
        self.client, self.looks = client, looks
        fields["kind"].queryset = kinds if client or looks else kinds.filter(code=ActivityCode.INTERNAL)  # fmt: skip
        if not looks:
            del fields["client_id"]
        fields["minutes"].choices = [(m, length_words(m)) for m in LENGTHS]
        if assigns:
            fields["performer"].queryset = people_open_to(user).order_by("last_name", "first_name", "pk")  # fmt: skip
        else:
            del fields["performer"]
        if client is None:
            del fields["deal"], fields["hand_stage"]
        else:
            deals = Deal.objects.visible_to(user).open().filter(client=client)
            fields["deal"].queryset = deals.select_related("stage").order_by("-opened_at")  # fmt: skip
        for name in ("title", "note", "hand_stage", "deal"):
            if name in fields:
                fields[name].widget.attrs["data_wide"] = True

    @property
    def rows(self) -> list[Any]:
        """The fields that stand below each other, without those that only a client has."""
        apart = ("client_id", *OF_CLIENT)
        return [self[name] for name in self.fields if name not in apart]

    @property
    def rows_of_client(self) -> list[Any]:
        return [self[name] for name in OF_CLIENT if name in self.fields]

    def clean_at(self) -> Any:
        at = self.cleaned_data["at"]
        now = timezone.now()
        if at < now:
            raise forms.ValidationError(_("This time has gone by: choose another."))
        if at > now + FARTHEST:
            raise forms.ValidationError(_("Choose a time within a year."))
        return at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if self.looks and self.client is None:
            kind = data.get("kind")
            if data.get("client_id"):
                self.add_error("client_id", _("Choose a client from the list."))
            elif kind and kind.code != ActivityCode.INTERNAL:
                self.add_error("client_id", _("Choose the client, or “Internal matter” as the kind."))  # fmt: skip
        if data.get("hand_stage") and not data.get("deal"):
            self.add_error("deal", _("Choose the deal whose stage is handed over."))
        return data
