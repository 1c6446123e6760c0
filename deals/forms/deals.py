"""What people type about a deal: opened, changed, copied, in place and whole."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients import own_fields
from clients.forms.own import OwnFieldsMixin
from clients.models import Campaign, Client, Contact, InformationSource, Product
from deals.models import Deal
from pipeline.models import Process
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm, LookModelForm

CURRENCIES = [(c, c) for c in ("RUB", "USD", "EUR", "CNY", "KZT", "BYN")]
LONGEST_NOTE = 20_000
WORDS = ("source", "campaign")


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MoneyInput(forms.TextInput):
    """A sum as people type it: “918 500,50”."""

    input_type = "text"

    def __init__(self) -> None:
        super().__init__(attrs={"inputmode": "decimal", "class": "num"})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        if isinstance(value, str):
            for gap in (" ", "\xa0", "\u202f", "₽"):
                value = value.replace(gap, "")
            if "," in value and "." not in value:
                value = value.replace(",", ".")
        return value


class SumField(forms.DecimalField):
    """A sum of money, not negative, with kopecks; typed in any usual way."""

    widget = MoneyInput

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {"max_digits": 14, "decimal_places": 2, "min_value": 0, "required": False, "localize": False} | kwargs  # fmt: skip
        kwargs.setdefault(
            "error_messages",
            {
                "invalid": _("Give a sum, for example 918500.50."),
                "min_value": _("A sum cannot be negative."),
                "max_digits": _("This is more than can be kept."),
                "max_whole_digits": _("This is more than can be kept."),
                "max_decimal_places": _("Only two digits of kopecks."),
            },
        )
        super().__init__(**kwargs)


class DealForm(OwnFieldsMixin, LookModelForm):
    """All that a person changes on a deal. `client` says whose contact persons may be chosen."""

    own_owner = "deal"

    amount = SumField(label=_("Expected amount"))
    currency = forms.ChoiceField(label=_("Currency"), choices=CURRENCIES)
    interests = forms.ModelMultipleChoiceField(
        Product.objects.none(), label=_("Products of interest"), required=False
    )

    class Meta:
        model = Deal
        fields = (
            "title",
            "amount",
            "currency",
            "expected_on",
            "priority",
            "responsible",
            "contact",
            "source",
            "campaign",
            "interests",
            "note",
        )
        widgets = {
            "expected_on": day_input(),
            "note": forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_NOTE}),
        }

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        client: Client,
        deal: Deal | None = None,
        initial: dict[str, Any] | None = None,
    ) -> None:
        self.user, self.client, self.deal = user, client, deal
        super().__init__(data, instance=None, initial=initial)
        fields: dict[str, Any] = self.fields
        fields["title"].required = deal is not None
        fields["note"].max_length = LONGEST_NOTE
        now = {
            name: getattr(deal, f"{name}_id", None) if deal else None
            for name in (*WORDS, "contact", "responsible")
        }
        fields["responsible"].queryset = User.objects.filter(
            Q(is_active=True) | Q(pk=now["responsible"])
        ).order_by("last_name", "first_name", "username")
        fields["responsible"].empty_label = None if deal else _("Curator of the client")
        fields["responsible"].required = deal is not None
        may = deal is None or (
            deal.responsible_id == user.pk or user.has_perm("deals.change_responsible")
        )
        if not may:
            fields["responsible"].disabled = True
        # Before a client is chosen there is nobody to choose from.
        theirs = Q(links__client=client.pk) if client.pk else Q(pk=None)
        fields["contact"].queryset = (
            Contact.objects.filter(theirs | Q(pk=now["contact"]), archived_at=None)
            .distinct()
            .order_by("folded", "pk")
        )
        fields["contact"].empty_label = _("Not chosen")
        for name, model in (("source", InformationSource), ("campaign", Campaign)):
            fields[name].queryset = model.objects.filter(
                Q(retired_at=None) | Q(pk=now[name])
            )
            fields[name].empty_label = (
                _("as the client's") if deal is None else _("Not chosen")
            )
        chosen = deal.interests.values("pk") if deal else []
        fields["interests"].queryset = Product.objects.filter(
            Q(retired_at=None) | Q(pk__in=chosen)
        )
        fields["priority"].choices = [c for c in fields["priority"].choices if c[0] != ""]  # fmt: skip
        self.add_own_fields(initial or {})

    def clean_note(self) -> str:
        note = self.cleaned_data["note"]
        if len(note) > LONGEST_NOTE:
            raise forms.ValidationError(
                _("Too long: %(n)s characters fit.") % {"n": LONGEST_NOTE}
            )
        return str(note)

    def values(self) -> dict[str, Any]:
        """What was typed, without the products: those are rows of their own."""
        return {
            name: self.cleaned_data[name]
            for name in self.fields
            if name != "interests"
            and name in self.cleaned_data
            and own_fields.id_of(name) is None
        }

    def own_values(self) -> dict[int, Any]:
        """What was typed into the company's own fields."""
        return {
            pk: self.cleaned_data[name]
            for name in self.fields
            if (pk := own_fields.id_of(name)) is not None and name in self.cleaned_data
        }

    def _post_clean(self) -> None:
        """The action writes the deal, not the form: there is no instance to fill or to check."""


class NewDealForm(DealForm):
    """A deal opened in one step; only what is known at once stands open."""

    process = forms.ModelChoiceField(
        Process.objects.none(), label=_("Process"), empty_label=None, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # What the company's own fields ask besides is filled in on the deal.
        for name in [n for n in self.fields if own_fields.id_of(n) is not None]:
            if not self.fields[name].required:
                del self.fields[name]
        choice: Any = self.fields["process"]
        choice.queryset = Process.objects.in_use().order_by("position", "pk")
        if len(choice.queryset) == 1:
            choice.widget = forms.HiddenInput()
            choice.initial = choice.queryset[0].pk


class CopyForm(LookForm):
    title = forms.CharField(label=_("Name of the new deal"), max_length=200)


class ParticipantRow(LookForm):
    user = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Participant"),
        empty_label=_("Nobody"),
        required=False,
    )
    share = forms.DecimalField(
        label=_("share, %"),
        min_value=0,
        max_value=100,
        max_digits=5,
        decimal_places=2,
        required=False,
    )
    role = forms.CharField(label=_("what he does"), max_length=120, required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["user"]
        field.queryset = people


IN_PLACE = frozenset({"amount", "expected_on", "priority", "responsible", "title"})


def fill_form(
    field: str, data: Any, *, user: User, deal: Deal, state: Mapping[str, Any]
) -> DealForm:
    """A form of one field of the deal, one of the company's own too, for changing it in its place; `state` is what the
    deal says. Raises KeyError for a field that is not so changed.
    """
    if field not in IN_PLACE and own_fields.id_of(field) is None:
        raise KeyError(field)
    form = DealForm(data, user=user, client=deal.client, deal=deal, initial=dict(state))
    if field not in form.fields:
        raise KeyError(field)
    for name in list(form.fields):
        if name != field:
            del form.fields[name]
    return form
