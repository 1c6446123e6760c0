"""What is asked when work passes to another: to whom, with which note, till when he answers."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from deals.actions.handovers import may_impose
from deals.choices import HandoverOf
from deals.forms.deals import day_input
from deals.handing.contents import Wanted
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm


def _people() -> Any:
    return User.objects.filter(is_active=True).order_by("last_name", "first_name", "pk")


class NoteField(forms.CharField):
    def __init__(self) -> None:
        super().__init__(
            label=_("Note for the receiver"),
            max_length=2000,
            widget=forms.Textarea({"rows": 4}),
            help_text=_("What was agreed, what comes next, what to look out for."),
            error_messages={"required": _("Write a note: the receiver goes on from it.")},
        )  # fmt: skip


class HandoverForm(LookForm):
    receiver = forms.ModelChoiceField(
        User.objects.none(),
        label=_("To whom"),
        empty_label=_("choose a colleague"),
        error_messages={"required": _("Choose who goes on with it.")},
    )
    note = NoteField()
    deals = forms.BooleanField(label=_("His open deals with the client too"), required=False, initial=True)  # fmt: skip
    work = forms.BooleanField(label=_("The work planned for it too"), required=False, initial=True)  # fmt: skip
    impose = forms.BooleanField(
        label=_("At once, without asking"),
        required=False,
        help_text=_("Otherwise the colleague accepts or declines; till then nothing changes."),
    )  # fmt: skip
    answer_by = forms.DateField(label=_("Answer by"), required=False, widget=day_input())  # fmt: skip

    def __init__(self, data: Any = None, *, of: str, giver: User, by: User, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        chosen: Any = self.fields["receiver"]
        chosen.queryset = _people().exclude(pk=giver.pk)
        if of != HandoverOf.CLIENT:
            del self.fields["deals"]
        if of not in {HandoverOf.CLIENT, HandoverOf.DEAL}:
            del self.fields["work"]
        if not may_impose(by):
            del self.fields["impose"]
        for name, field in self.fields.items():
            field.widget.attrs["data_wide"] = name != "answer_by"

    def clean_answer_by(self) -> datetime | None:
        day = self.cleaned_data["answer_by"]
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("Choose today or a later day."))
        return timezone.make_aware(datetime.combine(day, time(18)))

    def options(self) -> dict[str, bool]:
        """What else passes on, as the subjects of `deals.actions.handovers` take it."""
        return {
            name: bool(self.cleaned_data[name])
            for name in ("deals", "work")
            if name in self.fields
        }


class PersonHandoverForm(LookForm):
    giver = forms.ModelChoiceField(
        User.objects.none(),
        label=_("From whom"),
        empty_label=_("choose a colleague"),
        error_messages={"required": _("Choose whose work passes on.")},
    )
    receivers = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("To whom"),
        widget=forms.CheckboxSelectMultiple({"class": "form-check-input"}),
        help_text=_("To several it is dealt out by load; what belongs to one client stays in one pair of hands."),
        error_messages={"required": _("Choose who goes on with it.")},
    )  # fmt: skip
    clients = forms.BooleanField(label=pgettext_lazy("to hand over", "Clients"), required=False, initial=True)  # fmt: skip
    deals = forms.BooleanField(label=pgettext_lazy("to hand over", "Open deals and stages"), required=False, initial=True)  # fmt: skip
    work = forms.BooleanField(label=pgettext_lazy("to hand over", "Planned work"), required=False, initial=True)  # fmt: skip
    work_from = forms.DateField(label=_("Planned from"), required=False, widget=day_input())  # fmt: skip
    work_until = forms.DateField(
        label=_("until (inclusive)"),
        required=False,
        widget=day_input(),
        help_text=_("For a leave: only the work planned in these days."),
    )
    note = NoteField()

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        giver: Any = self.fields["giver"]
        receivers: Any = self.fields["receivers"]
        # Whoever has left the company may still have work on him.
        giver.queryset = User.objects.order_by("-is_active", "last_name", "first_name", "pk")  # fmt: skip
        receivers.queryset = _people()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        giver, receivers = data.get("giver"), data.get("receivers") or ()
        if giver is not None and giver in receivers:
            self.add_error("receivers", _("%(person)s has it already: choose others.") % {"person": giver})  # fmt: skip
        since, until = data.get("work_from"), data.get("work_until")
        if since and until and until < since:
            self.add_error("work_until", _("The last day is before the first."))
        if not any(data.get(name) for name in ("clients", "deals", "work")):
            self.add_error("clients", _("Choose what passes on."))
        return data

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        since, until = data["work_from"], data["work_until"]
        return Wanted(
            clients=data["clients"],
            deals=data["deals"],
            work=data["work"],
            work_from=_midnight(since) if since else None,
            work_until=_midnight(until + timedelta(days=1)) if until else None,
        )


class DeclineForm(LookForm):
    answer = forms.CharField(
        label=_("Why not?"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        error_messages={"required": _("Say why: the one who asked will read it.")},
    )


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
