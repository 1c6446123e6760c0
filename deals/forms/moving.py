"""What is asked when a deal is moved, ended, paused, taken up again."""

from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clients.models import ActivityKind
from deals.forms.deals import DealForm, SumField, day_input
from deals.models import Competitor, Deal, RefusalReason
from deals.requirements import lines_of, missing_fields, ticked_on
from pipeline.book import book
from pipeline.models import Stage, StageCheck
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.forms import LookForm
from salesexpert.core.templatetags.look import percents

# Fields that a small form can ask for; others (lines, invoices) are filled on the page.
ASKABLE = ("amount", "expected_on", "contact", "source", "campaign", "note")


class AskedForm(LookForm):
    """Asks beside its own fields for what the present stage wants before it is left."""

    def __init__(self, data: Any = None, *, user: User, deal: Deal, **kwargs: Any) -> None:  # fmt: skip
        super().__init__(data, **kwargs)
        self.deal = deal
        missing = missing_fields(deal)
        self.asked = [name for name in missing if name in ASKABLE]
        if self.asked:
            # The whole form knows people, contact persons, products: it is not made for nothing.
            whole = DealForm(user=user, client=deal.client, deal=deal)
            for name in self.asked:
                self.fields[name] = whole.fields[name]
                self.fields[name].required = False
        self.elsewhere = [name for name in missing if name not in ASKABLE]
        lines = lines_of(deal)
        ticked = ticked_on(deal) if lines else set()
        self.lines = [(line, line.pk in ticked) for line in lines]

    @property
    def asked_fields(self) -> list[Any]:
        return [self[name] for name in self.asked]

    @property
    def line_rows(self) -> list[tuple[StageCheck, bool, bool]]:
        """Each line of the checklist, whether it was ticked before, and whether it is ticked in this form."""
        now = set(self._ticked())
        return [(line, was, was or str(line.pk) in now) for line, was in self.lines]

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data.get(name) for name in self.asked}

    def _ticked(self) -> list[str]:
        return cast(QueryDict, self.data).getlist("checks") if self.is_bound else []

    def checks(self) -> list[int]:
        known = {str(line.pk): line.pk for line, _was in self.lines}
        return [known[v] for v in self._ticked() if v in known]


class StageField(forms.ChoiceField):
    """A stage that the deal can reach; the answer is its record in the book of processes, which is read only."""

    def clean(self, value: Any) -> Stage:
        return book().stages[int(super().clean(value))]

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Stage) else value


class MoveForm(AskedForm):
    to = StageField(label=_("To the stage"))
    performer = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Performer"),
        required=False,
        empty_label=_("by the rules of the stage"),
    )
    comment = forms.CharField(
        label=_("Comment"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen_at = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=1, max_value=2**62
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields["to"]
        choice.choices = [
            (s.pk, f"{percents(s.percent)} {s}") for s in self._reachable()
        ]
        people: Any = self.fields["performer"]
        people.queryset = User.objects.filter(is_active=True).order_by(
            "last_name", "first_name", "username"
        )

    def _reachable(self) -> list[Stage]:
        here = self.deal.stage
        if here is None:
            return []
        return [*book().behind(here), *book().ahead(here)]

    @property
    def target(self) -> Stage | None:
        """The stage chosen so far, for the heading."""
        chosen = self["to"].value()
        return next((s for s in self._reachable() if str(s.pk) == str(chosen)), None)


class SucceedForm(AskedForm):
    override_reason = forms.CharField(
        label=_("Why it ends in success all the same"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RefuseForm(LookForm):
    reason = forms.ModelChoiceField(
        RefusalReason.objects.none(),
        label=_("Why they refused"),
        error_messages={"required": _("Choose the reason.")},
    )
    comment = forms.CharField(
        label=_("What happened"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Write a line on what happened.")},
    )
    competitor = forms.CharField(
        label=_("Who offered better"), max_length=160, required=False
    )
    competitor_price = SumField(label=_("His price"))
    come_back = forms.BooleanField(label=_("Come back to the client"), required=False)
    come_back_on = forms.DateField(label=_("When"), required=False, widget=day_input())

    def __init__(self, data: Any = None, *, deal: Deal, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.deal = deal
        rows = (
            RefusalReason.objects.in_use()
            .filter(code="")
            .prefetch_related("stages")
            .order_by("position", "folded")
        )
        at = deal.stage_id
        fit = []
        for row in rows:
            stages = {s.pk for s in row.stages.all()}
            if not stages or at in stages:
                fit.append(row)
        self.tree = _tree(fit)
        ids = [r.pk for _head, below in self.tree for r in below]
        choice: Any = self.fields["reason"]
        choice.queryset = RefusalReason.objects.filter(pk__in=ids)
        self.competitors = Competitor.objects.in_use().order_by("position", "folded")[
            :200
        ]

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("competitor_price") and not data.get("competitor", "").strip():
            self.add_error("competitor", _("Say whose price it is."))
        if data.get("come_back") and not data.get("come_back_on"):
            self.add_error("come_back_on", _("Give the day."))

    def chosen_competitor(self) -> Competitor | None:
        """The competitor by the typed name; one nobody knows yet is added to the dictionary."""
        name = " ".join(self.cleaned_data.get("competitor", "").split())
        if not name:
            return None
        found = Competitor.objects.filter(folded=fold(name)[:160]).first()
        return found or Competitor.objects.create(name=name)


def _tree(reasons: list[RefusalReason]) -> list[tuple[RefusalReason | None, list[RefusalReason]]]:  # fmt: skip
    """Groups of reasons: those below a heading are chosen, a heading without any is itself the reason."""
    below: dict[int, list[RefusalReason]] = {}
    known = {r.pk for r in reasons}
    for reason in reasons:
        if reason.parent_id in known:
            below.setdefault(reason.parent_id, []).append(reason)
    groups: list[tuple[RefusalReason | None, list[RefusalReason]]] = []
    alone: list[RefusalReason] = []
    for reason in reasons:
        if reason.parent_id in known:
            continue
        if children := below.get(reason.pk):
            groups.append((reason, _deep(children, below)))
        else:
            alone.append(reason)
    if alone:
        groups.append((None, alone))
    return groups


def _deep(rows: list[RefusalReason], below: dict[int, list[RefusalReason]]) -> list[RefusalReason]:  # fmt: skip
    found: list[RefusalReason] = []
    for row in rows:
        found.append(row)
        found += _deep(below.get(row.pk, []), below)
    return found


class ReopenForm(LookForm):
    comment = forms.CharField(
        label=_("Why it is taken up again"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Say why the deal is taken up again.")},
    )


class PauseForm(LookForm):
    until = forms.DateField(label=_("Until"), widget=day_input())
    reason = forms.CharField(
        label=_("What we wait for"),
        max_length=300,
        error_messages={"required": _("Say what we wait for.")},
    )


def call_kind() -> ActivityKind | None:
    """The kind of work with which one comes back to a client."""
    return ActivityKind.objects.filter(code="call", retired_at=None).first()
