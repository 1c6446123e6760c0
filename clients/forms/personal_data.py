"""Forms of consents, of demands of persons, and of an erasure."""

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import ConsentText, PersonRequest
from clients.personal_choices import (
    ENTERED_MEANS,
    Channel,
    ConsentKind,
    ErasureGround,
    RequestKind,
    RequestOutcome,
)
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
FIRST_YEAR = 2000
LONGEST = 5000


class DayField(forms.DateField):
    """A day that may be a day of our work: not before this century, not of a future one."""

    widget = DAY

    def clean(self, value: Any) -> Any:
        day = super().clean(value)
        if isinstance(day, date) and not FIRST_YEAR <= day.year <= 2200:
            raise forms.ValidationError(_("Check the year."))
        return day


def moment_of(day: date) -> datetime:
    """The beginning of a past day; the moment itself for today, so that it is not before what happened this morning."""
    now = timezone.localtime()
    if day == now.date():
        return now
    return timezone.make_aware(datetime.combine(day, time.min))


class TextChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.get_kind_display().capitalize()}: {obj}"


class ConsentForm(LookForm):
    text = TextChoice(
        ConsentText.objects.none(), label=_("Wording"), empty_label=_("Choose")
    )
    channels = forms.MultipleChoiceField(
        label=_("Channels"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For advertising: each channel is agreed to apart."),
    )
    given_on = DayField(label=_("Given on"))
    means = forms.ChoiceField(label=_("How it was got"), choices=ENTERED_MEANS)
    place = forms.CharField(
        label=_("From where"),
        max_length=300,
        required=False,
        help_text=_("Address of the page, fair, number of the paper."),
    )
    file = forms.FileField(label=_("Proof (a scan, a letter)"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["text"]
        choice.queryset = ConsentText.objects.filter(retired_at=None)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        text = data.get("text")
        if text and text.kind == ConsentKind.ADVERTISING and not data.get("channels"):
            self.add_error("channels", _("Choose at least one channel."))
        return data


class WithdrawForm(LookForm):
    withdrawn_on = DayField(label=_("Withdrawn on"))
    means = forms.ChoiceField(label=_("How it was withdrawn"), choices=ENTERED_MEANS)


class StopForm(LookForm):
    what = forms.ChoiceField(
        label=_("What to stop"),
        choices=[
            ("advertising", _("advertising by every channel")),
            ("processing", _("all processing: no mailing, nothing planned")),
        ],
        widget=forms.RadioSelect,
    )
    means = forms.ChoiceField(label=_("How the demand was got"), choices=ENTERED_MEANS)


class RequestForm(LookForm):
    kind = forms.ChoiceField(label=_("Demand"), choices=RequestKind)
    received_on = DayField(label=_("Received"))
    means = forms.ChoiceField(label=_("How it was got"), choices=ENTERED_MEANS)
    responsible = forms.ModelChoiceField(
        User.objects.none(), label=_("Responsible"), empty_label=None
    )
    note = forms.CharField(
        label=_("Note"),
        max_length=LONGEST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, people: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["responsible"]
        choice.queryset = User.objects.filter(pk__in=people)


class ProlongForm(LookForm):
    reason = forms.CharField(
        label=_("What was the person told"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswerForm(LookForm):
    outcome = forms.ChoiceField(label=_("Outcome"), choices=RequestOutcome)
    text = forms.CharField(
        label=_("What was done and answered"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class EraseForm(LookForm):
    """`word` must be typed as it stands: an erasure cannot be undone."""

    ground = forms.ChoiceField(label=_("Ground"), choices=ErasureGround)
    ground_note = forms.CharField(
        label=_("Document"),
        max_length=300,
        required=False,
        help_text=_("Date and number of the demand, of the withdrawal. Without names."),
    )
    request = forms.ModelChoiceField(
        PersonRequest.objects.none(),
        label=_("By request"),
        required=False,
        empty_label=_("without a request"),
    )
    activities = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.MultipleHiddenInput
    )
    files: Any = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.MultipleHiddenInput
    )
    imports = forms.TypedMultipleChoiceField(
        coerce=int, required=False, widget=forms.MultipleHiddenInput
    )
    word = forms.CharField(label=_("Confirmation"), max_length=40)

    def __init__(
        self,
        *args: Any,
        word: str,
        requests: Any,
        choices: dict[str, list[int]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self._word = word
        request: Any = self.fields["request"]
        request.queryset = requests
        for name, ids in choices.items():
            field: Any = self.fields[name]
            field.choices = [(pk, pk) for pk in ids]
        self.fields["word"].help_text = _("Type %(word)s: this cannot be undone.") % {
            "word": word
        }

    def clean_word(self) -> str:
        typed = " ".join(self.cleaned_data["word"].split())
        if typed.casefold() != self._word.casefold():
            raise forms.ValidationError(
                _("Type the word exactly: %(word)s") % {"word": self._word}
            )
        return typed


class WordingForm(LookForm):
    kind = forms.ChoiceField(label=_("Kind"), choices=ConsentKind)
    title = forms.CharField(label=_("Title"), max_length=160)
    text = forms.CharField(
        label=_("Text"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 12})
    )
