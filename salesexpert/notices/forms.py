from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm
from salesexpert.notices import kinds
from salesexpert.notices.choices import AHEAD, Way
from salesexpert.notices.models import NoticeChoice


def ahead_label(minutes: int) -> str:
    if minutes == 0:
        return str(_("when it begins"))
    if minutes % (24 * 60) == 0:
        days = minutes // (24 * 60)
        return ngettext("%(n)d day before", "%(n)d days before", days) % {"n": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(n)d hour before", "%(n)d hours before", hours) % {"n": hours}
    return ngettext("%(n)d minute before", "%(n)d minutes before", minutes) % {
        "n": minutes
    }


def _clock() -> forms.TimeInput:
    return forms.TimeInput(
        format="%H:%M", attrs={"type": "time", "class": "form-control"}
    )


class ChoicesForm(LookForm):
    """What a person wants to be told, and how: a grid of kinds and ways, and four small wishes."""

    remind_minutes = forms.TypedChoiceField(
        label=_("Remind of planned work"), coerce=int
    )
    quiet_from = forms.TimeField(label=_("Quiet from"), required=False, widget=_clock())
    quiet_until = forms.TimeField(
        label=_("Quiet until"),
        required=False,
        widget=_clock(),
        help_text=_("In your time zone. Nothing pops up then, and letters wait."),
    )
    digest = forms.BooleanField(
        label=_("Send me the plan of the day by e-mail"), required=False
    )
    digest_at = forms.TimeField(label=_("Every working day at"), widget=_clock())

    def __init__(self, data: Any = None, *, user: User, choice: NoticeChoice) -> None:
        self.kinds = sorted(kinds.declared_for(user), key=lambda k: str(k.label))
        self.choice = choice
        initial = {
            name: getattr(choice, name)
            for name in (
                "remind_minutes",
                "quiet_from",
                "quiet_until",
                "digest",
                "digest_at",
            )
        }
        super().__init__(data, initial=initial)
        known = sorted({*AHEAD, choice.remind_minutes})
        ahead: Any = self.fields["remind_minutes"]
        ahead.choices = [(minutes, ahead_label(minutes)) for minutes in known]

    def grid(self) -> list[tuple[kinds.Kind, list[tuple[Way, bool]]]]:
        """Rows of the grid: a kind, and each way with whether it is ticked, as typed or as stored."""
        return [
            (kind, [(way, way in self._ticked(kind)) for way in Way])
            for kind in self.kinds
        ]

    def _ticked(self, kind: kinds.Kind) -> frozenset[str]:
        if not self.is_bound:
            return self.choice.ways_of(kind)
        data: Any = self.data
        return frozenset(data.getlist(f"way-{kind.code}")) & frozenset(Way.values)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        begins, ends = data.get("quiet_from"), data.get("quiet_until")
        if (begins is None) != (ends is None) and not self.errors:
            empty = "quiet_from" if begins is None else "quiet_until"
            self.add_error(empty, _("Quiet hours need both their ends."))
        return data

    def chosen(self) -> dict[str, Any]:
        """Values of the row, with the ways of those kinds only that differ from how they were declared."""
        kept = {
            code: ways
            for code, ways in self.choice.ways.items()
            if code not in {kind.code for kind in self.kinds}
        }
        ways = {
            kind.code: sorted(self._ticked(kind))
            for kind in self.kinds
            if self._ticked(kind) != frozenset(kind.ways)
        }
        return {**self.cleaned_data, "ways": {**kept, **ways}}
