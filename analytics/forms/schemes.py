"""A scheme of pay as a person types it."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from analytics.choices import BonusMeasure, Every, RuleBase, RuleClients, RuleKind
from analytics.earnings import this_month
from analytics.models import Scheme, SchemeRule
from analytics.months import first_of
from clients.models import ActivityKind, ProductCategory
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.form_fields import SumField, plain_number
from salesexpert.core.forms import LookForm, LookFormSet

MOST_STEPS, MOST_RULES = 12, 30
# What only a rule has, whichever kind it is of.
OF_RULES = ("base", "category", "activity_kind", "measure", "amount", "steps")
MOST = Decimal("999999999999.99")
EARLIEST, YEARS_AHEAD = 2000, 5
WRONG_SUM = {
    "invalid": gettext_lazy("Write a sum, for example 1500."),
    "min_value": gettext_lazy("A sum cannot be negative."),
    "max_digits": gettext_lazy("This is more than can be kept."),
    "max_whole_digits": gettext_lazy("This is more than can be kept."),
    "max_decimal_places": gettext_lazy("Only two digits of kopecks."),
}
# “500 000 7”, “500000: 7%”, “from 500,000 — 7 %”, “7”: a number in groups of three, then another.
_NUMBER = r"-?(?!0\d)(?:\d{1,3}(?:[ \xa0\u202f]\d{3})+(?:[.,]\d+)?|[\d.,]+(?:e\d+)?)"
_UNIT = r"\s*(?:%|₽|руб\.?|RUB)?\s*"
STEP = re.compile(rf"\s*(?:(?:from|от)?\s*({_NUMBER}){_UNIT}(?:[:—–]|\s)\s*)?({_NUMBER}){_UNIT}", re.IGNORECASE)  # fmt: skip


class MonthField(forms.DateField):
    """A month as `<input type="month">` sends it; its first day."""

    default_error_messages = {"invalid": gettext_lazy("Write a month, for example 2026-11.")}  # fmt: skip
    widget = forms.DateInput(attrs={"type": "month"}, format="%Y-%m")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_formats=["%Y-%m", "%Y-%m-%d"], **kwargs)

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        if found and not EARLIEST <= found.year <= this_month().year + YEARS_AHEAD:
            raise forms.ValidationError(_("A month from %(first)s to %(last)s.") % {"first": EARLIEST, "last": this_month().year + YEARS_AHEAD})  # fmt: skip
        return first_of(found) if found else found


class SchemeForm(LookForm):
    name = forms.CharField(label=gettext_lazy("name in Russian"), max_length=120)
    name_en = forms.CharField(label=gettext_lazy("name in English"), max_length=120, required=False)  # fmt: skip
    currency = forms.CharField(label=gettext_lazy("currency"), initial="RUB", widget=forms.TextInput(attrs={"maxlength": 3}))  # fmt: skip

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if fold(name) in {fold(taken) for taken in Scheme.objects.values_list("name", flat=True)}:  # fmt: skip
            raise forms.ValidationError(_("There is a scheme with this name."))
        return name

    def clean_currency(self) -> str:
        code = self.cleaned_data["currency"].upper()
        if not (code.isascii() and code.isalpha() and len(code) == 3):
            raise forms.ValidationError(_("Three letters, as RUB or USD."))
        return code


class RuleForm(LookForm):
    """One rule. A row without a kind is no rule; fields that its kind does not need are not read."""

    kind = forms.ChoiceField(label=gettext_lazy("rule"), choices=[("", "—"), *RuleKind.choices], required=False)  # fmt: skip
    base = forms.ChoiceField(label=pgettext_lazy("base of pay", "of what"), choices=[("", "—"), *RuleBase.choices], required=False)  # fmt: skip
    clients = forms.ChoiceField(label=gettext_lazy("clients"), choices=RuleClients.choices, required=False)  # fmt: skip
    category = forms.ModelChoiceField(label=gettext_lazy("product category"), queryset=ProductCategory.objects.none(), required=False, empty_label=gettext_lazy("all products"))  # fmt: skip
    activity_kind = forms.ModelChoiceField(label=gettext_lazy("activity kind"), queryset=ActivityKind.objects.none(), required=False)  # fmt: skip
    measure = forms.ChoiceField(label=gettext_lazy("bonus for"), choices=[("", "—"), *BonusMeasure.choices], required=False)  # fmt: skip
    every = forms.ChoiceField(label=pgettext_lazy("a bonus is", "paid"), choices=Every.choices, required=False)  # fmt: skip
    amount = SumField(label=gettext_lazy("amount"), min_value=0, required=False, error_messages=WRONG_SUM)  # fmt: skip
    steps = forms.CharField(
        label=gettext_lazy("steps"),
        required=False,
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("A step a line: from what sum, then how much. “0 5” is five percent of everything; the next line “500000 7” gives seven percent of what is above 500,000."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["category"].queryset = ProductCategory.objects.in_use()
        fields["activity_kind"].queryset = ActivityKind.objects.in_use()

    def clean_steps(self) -> list[list[str]]:
        pairs: dict[Decimal, Decimal] = {}
        for line in self.cleaned_data["steps"].replace(";", "\n").splitlines():
            if not line.strip():
                continue
            step = STEP.fullmatch(line)
            try:
                since, value = [Decimal(plain_number(n or "0")) for n in (step.groups() if step else ())]  # fmt: skip
            except (ValueError, InvalidOperation):
                raise forms.ValidationError(_("“%(line)s” is no step: write two numbers, as “500000 7”.") % {"line": line.strip()[:60]}) from None  # fmt: skip
            if not (since.is_finite() and value.is_finite() and 0 <= since <= MOST and 0 <= value <= MOST):  # fmt: skip
                raise forms.ValidationError(_("A step cannot be below nought or so large."))  # fmt: skip
            if since in pairs:
                raise forms.ValidationError(_("Two steps begin at %(since)s.") % {"since": since})  # fmt: skip
            pairs[since] = value
        if len(pairs) > MOST_STEPS:
            raise forms.ValidationError(_("At most %(count)s steps.") % {"count": MOST_STEPS})  # fmt: skip
        return [[f"{since.normalize():f}", f"{pairs[since].normalize():f}"] for since in sorted(pairs)]  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        kind, steps = data.get("kind"), data.get("steps") or []
        if not kind and "kind" not in self.errors and any(data.get(name) not in (None, "", []) for name in OF_RULES):  # fmt: skip
            self.add_error("kind", _("What is typed below belongs to which rule?"))
        if (
            kind == RuleKind.FIXED
            and data.get("amount") is None
            and "amount" not in self.errors
        ):
            self.add_error("amount", _("How much?"))
        if kind == RuleKind.PERCENT:
            if not data.get("base"):
                self.add_error("base", _("Of what is it a percent?"))
            if not steps and "steps" not in self.errors:
                self.add_error("steps", _("How many percent? For one percent of everything write just it."))  # fmt: skip
            if any(Decimal(percent) > 100 for _since, percent in steps):
                self.add_error("steps", _("A percent is at most 100."))
        if kind == RuleKind.PIECE:
            if not data.get("activity_kind"):
                self.add_error("activity_kind", _("For which work?"))
            if data.get("amount") is None and "amount" not in self.errors:
                self.add_error("amount", _("How much for each?"))
        if kind == RuleKind.BONUS:
            if not data.get("measure"):
                self.add_error("measure", _("What is the bonus for?"))
            if (
                not steps
                and data.get("amount") is None
                and not {"steps", "amount"} & set(self.errors)
            ):
                self.add_error("amount", _("How much? Or write steps."))
        return data

    def rule(self) -> dict[str, Any] | None:
        """The fields of the rule, without those that its kind does not have."""
        data = self.cleaned_data
        kind = data.get("kind")
        if not kind:
            return None
        wanted = {
            RuleKind.FIXED: ("amount",),
            RuleKind.PERCENT: ("base", "clients", "category", "steps"),
            RuleKind.PIECE: ("activity_kind", "amount"),
            RuleKind.BONUS: ("measure", "every", "steps", "amount"),
        }[RuleKind(kind)]
        given = {name: data[name] for name in wanted if data.get(name) not in (None, "")}  # fmt: skip
        if kind == RuleKind.BONUS and given.get("steps"):
            given.pop("amount", None)
        return {"kind": kind, **given}


class RulesForm(LookFormSet):
    default_error_messages = {"too_many_forms": gettext_lazy("At most %(num)d rules.")}

    def rules(self) -> list[dict[str, Any]]:
        found = [f.rule() for f in self.forms if not f.cleaned_data.get("DELETE")]
        return [rule for rule in found if rule]


RuleForms = forms.formset_factory(RuleForm, formset=RulesForm, extra=2, can_delete=True, max_num=MOST_RULES, absolute_max=MOST_RULES)  # fmt: skip


def initial_of(rules: list[SchemeRule]) -> list[dict[str, Any]]:
    return [
        {
            "kind": rule.kind,
            "base": rule.base,
            "clients": rule.clients,
            "category": rule.category_id,
            "activity_kind": rule.activity_kind_id,
            "measure": rule.measure,
            "every": rule.every,
            "amount": rule.amount,
            "steps": "\n".join(f"{a} {b}" for a, b in rule.steps),
        }
        for rule in rules
    ]


class VersionForm(LookForm):
    with_vat = forms.BooleanField(label=gettext_lazy("count percents of sums with VAT"), required=False)  # fmt: skip


class PublishForm(LookForm):
    since = MonthField(label=gettext_lazy("in force from the month"))
    note = forms.CharField(label=gettext_lazy("what is new in it"), max_length=300, required=False)  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["since"].initial = this_month()


class AssignForm(LookForm):
    user = forms.ModelChoiceField(label=gettext_lazy("seller"), queryset=User.objects.none())  # fmt: skip
    scheme = forms.ModelChoiceField(label=gettext_lazy("scheme of pay"), queryset=Scheme.objects.none(), required=False, empty_label=gettext_lazy("none any more"))  # fmt: skip
    since = MonthField(label=gettext_lazy("from the month"))

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["user"].queryset = people.filter(is_active=True)
        fields["scheme"].queryset = Scheme.objects.filter(retired_at=None, versions__state="active").distinct()  # fmt: skip
        self.fields["since"].initial = this_month()


class TrialForm(LookForm):
    """A scheme tried on months of the past."""

    since = MonthField(label=gettext_lazy("from the month"))
    until = MonthField(label=gettext_lazy("to the month"))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        since, until = data.get("since"), data.get("until")
        if since and until:
            if until < since:
                self.add_error("until", _("It ends before it begins."))
            elif (until.year - since.year) * 12 + until.month - since.month > 11:
                self.add_error("until", _("At most twelve months at once."))
            elif until > this_month():
                self.add_error("until", _("The future has not been earned yet."))
        return data
