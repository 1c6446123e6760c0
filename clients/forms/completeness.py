"""Rules of completeness as one table: what is asked down, relationship types across; and the rules of the ladder."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients import completeness
from clients.actions.completeness import PolicyChange, RuleChange
from clients.choices import OnMissing
from clients.models import (
    ActivityResult,
    CompletenessRule,
    RelationshipPolicy,
    RelationshipType,
)
from salesexpert.core import preferences
from salesexpert.core.forms import LookForm

HEAVIEST = 100
LONGEST_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Cell:
    type: RelationshipType
    weight: forms.BoundField
    required: forms.BoundField | None
    threshold: forms.BoundField | None


@dataclass(frozen=True, slots=True)
class Line:
    asked: completeness.Asked
    cells: list[Cell]


class RulesForm(LookForm):
    """A weight for each thing and type (empty or 0: not asked), whether it is required, and the limits of some rules.

    Only what was changed on the form is stored: see `rule_changes` and `policy_changes`.
    """

    def __init__(self, data: QueryDict | None = None) -> None:
        self.types = list(RelationshipType.objects.in_use())
        self.asked = completeness.all_asked()
        self._rules = {
            (r.relationship_id, r.code): r for r in CompletenessRule.objects.all()
        }
        self._policies = {
            p.relationship_id: p for p in RelationshipPolicy.objects.all()
        }
        super().__init__(data)
        self._declare()

    def _declare(self) -> None:
        for step in self.types:
            policy = self._policies.get(step.pk)
            self.fields[f"p-{step.pk}"] = forms.ChoiceField(
                choices=OnMissing.choices,
                initial=policy.on_missing if policy else OnMissing.WARN,
                label=step,
                widget=forms.Select(attrs={"class": "form-select"}),
            )
            self.fields[f"d-{step.pk}"] = _number(
                policy.contact_days if policy else None, most=LONGEST_DAYS, label=step
            )
            for asked in self.asked:
                rule = self._rules.get((step.pk, asked.code))
                name = f"{step.pk}-{asked.code}"
                self.fields[f"w-{name}"] = _number(
                    rule.weight if rule else None, least=0, most=HEAVIEST, label=step
                )
                if asked.may_be_required:
                    self.fields[f"r-{name}"] = forms.BooleanField(
                        required=False,
                        initial=bool(rule and rule.is_required),
                        label=step,
                        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
                    )
                if asked.usual:
                    held = rule.threshold if rule else None
                    self.fields[f"t-{name}"] = _number(
                        held or asked.usual, most=LONGEST_DAYS, label=step
                    )

    def lines(self) -> list[Line]:
        return [
            Line(
                asked,
                [
                    Cell(
                        step,
                        self[f"w-{step.pk}-{asked.code}"],
                        self[f"r-{step.pk}-{asked.code}"]
                        if asked.may_be_required
                        else None,
                        self[f"t-{step.pk}-{asked.code}"] if asked.usual else None,
                    )
                    for step in self.types
                ],
            )
            for asked in self.asked
        ]

    def policy_fields(self) -> list[forms.BoundField]:
        return [self[f"p-{step.pk}"] for step in self.types]

    def days_fields(self) -> list[forms.BoundField]:
        return [self[f"d-{step.pk}"] for step in self.types]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for step in self.types:
            for asked in self.asked:
                name = f"{step.pk}-{asked.code}"
                if data.get(f"r-{name}") and not data.get(f"w-{name}"):
                    if f"w-{name}" not in self.errors:
                        self.add_error(f"w-{name}", _("Give it a weight."))
        return data

    def rule_changes(self) -> list[RuleChange]:
        data, changed = self.cleaned_data, set(self.changed_data)
        found = []
        for step in self.types:
            for asked in self.asked:
                name = f"{step.pk}-{asked.code}"
                if not changed.intersection({f"w-{name}", f"r-{name}", f"t-{name}"}):
                    continue
                weight = data.get(f"w-{name}") or None
                if weight is None and (step.pk, asked.code) not in self._rules:
                    continue
                found.append(
                    RuleChange(
                        step.pk,
                        asked.code,
                        weight,
                        is_required=bool(data.get(f"r-{name}")),
                        threshold=data.get(f"t-{name}") or asked.usual,
                    )
                )
        return found

    def policy_changes(self) -> list[PolicyChange]:
        data, changed = self.cleaned_data, set(self.changed_data)
        return [
            PolicyChange(step.pk, data[f"p-{step.pk}"], data[f"d-{step.pk}"])
            for step in self.types
            if changed.intersection({f"p-{step.pk}", f"d-{step.pk}"})
        ]


def _number(
    initial: int | None, *, most: int, label: Any, least: int = 1
) -> forms.IntegerField:
    return forms.IntegerField(
        required=False,
        min_value=least,
        max_value=most,
        initial=initial,
        label=label,
        widget=forms.NumberInput(
            attrs={"inputmode": "numeric", "class": "form-control"}
        ),
    )


class LadderForm(LookForm):
    """What moves a client up by itself."""

    results = forms.ModelMultipleChoiceField(
        ActivityResult.objects.none(),
        label=_("Results of a talk that mean interest"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"}),
    )
    for_all = forms.BooleanField(
        label=_("Apply to all clients now, by the facts already known"),
        required=False,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        self.declared = preferences.declared("ladder")
        marked = ActivityResult.objects.filter(shows_interest=True)
        super().__init__(
            data, initial={"results": list(marked.values_list("pk", flat=True))}
        )
        results: Any = self.fields["results"]
        results.queryset = (
            ActivityResult.objects.in_use()
            .select_related("kind")
            .order_by(F("kind__position").asc(nulls_first=True), "position", "pk")
        )
        results.label_from_instance = _result_name
        first: dict[str, forms.Field] = {}
        for item in self.declared:
            value = preferences.get(item.name)
            label: Any = item.label
            if item.kind == "choice":
                first[item.name] = forms.ChoiceField(
                    label=label,
                    choices=item.choices,
                    initial=str(value),
                    widget=forms.Select(attrs={"class": "form-select"}),
                )
            else:
                first[item.name] = forms.BooleanField(
                    label=label,
                    initial=bool(value),
                    required=False,
                    widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
                )
        self.fields = {**first, **self.fields}

    def settings(self) -> dict[str, Any]:
        """The settings that were changed."""
        known = {item.name: item for item in self.declared}
        return {
            name: int(self.cleaned_data[name])
            if known[name].kind == "choice"
            else self.cleaned_data[name]
            for name in self.changed_data
            if name in known
        }

    def chosen_results(self) -> list[int] | None:
        if "results" not in self.changed_data:
            return None
        return [result.pk for result in self.cleaned_data["results"]]


def _result_name(result: ActivityResult) -> str | Promise:
    return f"{result} · {result.kind}" if result.kind else str(result)
