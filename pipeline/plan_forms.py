"""Forms of the plan of work."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Activity
from pipeline.choices import AbsenceKind, Frequency
from pipeline.working_time import DayHours
from salesexpert.accounts.models import User

LONGEST_MINUTES = 1440
FARTHEST = timedelta(days=3653)
_NUMBER = {
    "invalid": _("Give whole minutes."),
    "min_value": _("Give from 1 to 1,440 minutes."),
    "max_value": _("Give from 1 to 1,440 minutes."),
}


class MoveForm(forms.Form):
    """A new time for planned work. Its end may be given instead of its length; it is then later than its beginning."""

    on = forms.DateField(
        error_messages={
            "invalid": _("Give the day as 31.12.2026."),
            "required": _("Give the day."),
        }
    )
    clock = forms.TimeField(
        error_messages={
            "invalid": _("Give the time as 14:30."),
            "required": _("Give the time."),
        }
    )
    until = forms.TimeField(
        required=False, error_messages={"invalid": _("Give the time as 14:30.")}
    )
    minutes = forms.IntegerField(
        required=False, min_value=1, max_value=LONGEST_MINUTES, error_messages=_NUMBER
    )
    performer = forms.IntegerField(required=False)

    def __init__(
        self, data: Any, *, activity: Activity, user: User, at: datetime
    ) -> None:
        super().__init__(data)
        self.activity, self.user, self.at = activity, user, at
        self.begins: datetime | None = None
        self.length: int | None = None
        self.handed_to: User | None = None

    def clean(self) -> None:
        day, clock = self.cleaned_data.get("on"), self.cleaned_data.get("clock")
        self.length = self.cleaned_data.get("minutes")
        if day is not None and clock is not None:
            self._check_day(day)
            if "on" not in self.errors:
                self.begins = timezone.make_aware(datetime.combine(day, clock))
                self._read_end(day, clock)
        self._read_performer()

    def _check_day(self, day: date) -> None:
        today = timezone.localdate(self.at)
        if day < today:
            self.add_error("on", _("This day has passed: choose today or later."))
        elif day > today + FARTHEST:
            self.add_error("on", _("This is more than ten years away."))

    def _read_end(self, day: date, clock: time) -> None:
        until = self.cleaned_data.get("until")
        if until is None or self.begins is None:
            return
        ends = timezone.make_aware(datetime.combine(day, until))
        minutes = round((ends.timestamp() - self.begins.timestamp()) / 60)
        if minutes <= 0:
            self.add_error(
                "until", _("It would end before it begins: give a later time.")
            )
        else:
            self.length = minutes

    def _read_performer(self) -> None:
        pk = self.cleaned_data.get("performer")
        if pk is None or pk == self.activity.performer_id:
            return
        found = (
            User.objects.filter(pk=pk, is_active=True).first() if pk < 2**31 else None
        )
        if found is None:
            self.add_error("performer", _("This person no longer works here."))
        elif found.pk != self.user.pk and not self.user.has_perm("clients.plan_for_others"):  # fmt: skip
            self.add_error("performer", _("You may plan only your own work."))
        else:
            self.handed_to = found


class RepeatForm(forms.Form):
    """How planned work repeats."""

    frequency = forms.ChoiceField(choices=Frequency.choices)
    every = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=52,
        error_messages={
            "invalid": _("Give a whole number."),
            "min_value": _("Give from 1 to 52."),
            "max_value": _("Give from 1 to 52."),
        },
    )
    weekdays = forms.TypedMultipleChoiceField(
        required=False, coerce=int, choices=[(n, n) for n in range(7)]
    )
    ends = forms.ChoiceField(
        required=False, choices=[("never", ""), ("on", ""), ("count", "")]
    )
    until_on = forms.DateField(
        required=False, error_messages={"invalid": _("Give the day as 31.12.2026.")}
    )
    count = forms.IntegerField(
        required=False,
        min_value=2,
        max_value=500,
        error_messages={
            "invalid": _("Give a whole number."),
            "min_value": _("Give from 2 to 500 times."),
            "max_value": _("Give from 2 to 500 times."),
        },
    )

    def __init__(self, data: Any = None, *, first_on: date) -> None:
        super().__init__(data)
        self.first_on = first_on

    def clean(self) -> None:
        cleaned = self.cleaned_data
        ends = cleaned.get("ends")
        if ends == "on" and "until_on" not in self.errors:
            until = cleaned.get("until_on")
            if until is None:
                self.add_error("until_on", _("Give the day."))
            elif until <= self.first_on:
                self.add_error(
                    "until_on", _("The last day is later than the first one.")
                )
            elif until > self.first_on + FARTHEST:
                self.add_error("until_on", _("This is more than ten years away."))
        if ends == "count" and cleaned.get("count") is None and "count" not in self.errors:  # fmt: skip
            self.add_error("count", _("Give from 2 to 500 times."))

    @property
    def rule(self) -> dict[str, Any]:
        cleaned = self.cleaned_data
        weekly = cleaned["frequency"] == Frequency.WEEKLY
        return {
            "frequency": cleaned["frequency"],
            "every": cleaned.get("every") or 1,
            "weekdays": sorted(cleaned.get("weekdays") or []) if weekly else [],
            "until_on": cleaned.get("until_on") if cleaned.get("ends") == "on" else None,
            "count": cleaned.get("count") if cleaned.get("ends") == "count" else None,
        }  # fmt: skip


class SeriesForm(forms.Form):
    """What becomes of the times of a series; `scope` says of which."""

    scope = forms.ChoiceField(choices=[("following", ""), ("all", "")])
    clock = forms.TimeField(
        error_messages={
            "invalid": _("Give the time as 14:30."),
            "required": _("Give the time."),
        }
    )
    minutes = forms.IntegerField(
        required=False, min_value=1, max_value=LONGEST_MINUTES, error_messages=_NUMBER
    )
    title = forms.CharField(required=False, max_length=200)
    note = forms.CharField(required=False, max_length=20_000)


class AbsenceForm(forms.Form):
    """From a day to a day, whole, or from an hour of the first to an hour of the last."""

    user = forms.IntegerField(required=False)
    kind = forms.ChoiceField(choices=AbsenceKind.choices)
    since_on = forms.DateField(
        error_messages={
            "invalid": _("Give the day as 31.12.2026."),
            "required": _("Give the day."),
        }
    )
    until_on = forms.DateField(
        required=False, error_messages={"invalid": _("Give the day as 31.12.2026.")}
    )
    begins = forms.TimeField(
        required=False, error_messages={"invalid": _("Give the time as 14:30.")}
    )
    ends = forms.TimeField(
        required=False, error_messages={"invalid": _("Give the time as 14:30.")}
    )
    note = forms.CharField(required=False, max_length=300)

    def clean(self) -> None:
        cleaned = self.cleaned_data
        since = cleaned.get("since_on")
        until = cleaned.get("until_on") or since
        if since and until and "until_on" not in self.errors:
            cleaned["until_on"] = until
            if until < since:
                self.add_error("until_on", _("It would end before it begins: give a later day."))  # fmt: skip
            elif until - since > timedelta(days=1100):
                self.add_error("until_on", _("This is longer than three years."))
            if since.year < 2000 or until.year > 2100:
                self.add_error("since_on", _("Give a day after 2000."))
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if {"begins", "ends"} & set(self.errors):
            return
        if (begins is None) != (ends is None):
            self.add_error("begins" if begins is None else "ends", _("Give both times or none."))  # fmt: skip
        elif begins and ends and since == until and ends <= begins:
            self.add_error("ends", _("It would end before it begins: give a later time."))  # fmt: skip


class HoursForm(forms.Form):
    """Hours of seven days, and from which day on. A day without a beginning is a day off."""

    valid_from = forms.DateField(
        error_messages={
            "invalid": _("Give the day as 31.12.2026."),
            "required": _("Give the day."),
        }
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for n in range(7):
            for name in ("begins", "ends", "lunch_begins", "lunch_ends"):
                self.fields[f"{name}_{n}"] = forms.TimeField(
                    required=False,
                    error_messages={"invalid": _("Give the time as 14:30.")},
                )

    def clean(self) -> None:
        self.week: list[DayHours | None] = []
        on = self.cleaned_data.get("valid_from")
        if on and not 2000 <= on.year <= 2100:
            self.add_error("valid_from", _("Give a day after 2000."))
        for n in range(7):
            begins, ends, lunch, after = (
                self.cleaned_data.get(f"{name}_{n}")
                for name in ("begins", "ends", "lunch_begins", "lunch_ends")
            )
            if begins is None and ends is None:
                self.week.append(None)
                if lunch or after:
                    self.add_error(f"lunch_begins_{n}", _("A day off has no lunch."))
                continue
            if begins is None or ends is None:
                self.add_error(f"{'begins' if begins is None else 'ends'}_{n}", _("Give both times or none."))  # fmt: skip
            elif ends <= begins:
                self.add_error(f"ends_{n}", _("It would end before it begins: give a later time."))  # fmt: skip
            elif (lunch is None) != (after is None):
                self.add_error(f"lunch_begins_{n}", _("Give both times or none."))
            elif lunch and after and not begins <= lunch < after <= ends:
                self.add_error(f"lunch_begins_{n}", _("The lunch is within the working day."))  # fmt: skip
            else:
                self.week.append(DayHours(begins, ends, lunch, after))
