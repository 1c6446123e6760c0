"""The form of a client's card: all his fields, his rows, and the state it was opened on."""

import json
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients import card_state, own_fields, requisites
from clients.choices import Initiative, ProductLinkKind
from clients.forms.own import OwnFieldsMixin
from clients.forms.rows import row_sets
from clients.merging import State
from clients.models import Client, Dimension, DimensionValue, Product
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookModelForm

LONGEST_TEXT = 20_000
# Names of the radios that answer a clash: `keep:inn`, `keep:phones:12`.
KEEP = "keep:"
TEXTS = ("true_need", "note")
_SEVERAL = ("dimension_", own_fields.PREFIX)


class ClientForm(OwnFieldsMixin, LookModelForm):
    """Fields of a client. What is doubtful (INN, KPP, OGRN) goes to `doubts` and does not stop saving."""

    first_contact_on = forms.DateField(
        label=_("First contact was made on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Empty: the first recorded contact sets it."),
    )
    interest_products = forms.ModelMultipleChoiceField(
        Product.objects.none(), label=_("Products of interest"), required=False
    )
    bought_products = forms.ModelMultipleChoiceField(
        Product.objects.none(), label=_("Products bought"), required=False
    )

    class Meta:
        model = Client
        fields = card_state.CLIENT.fields
        widgets = {
            "true_need": forms.Textarea(attrs={"rows": 3}),
            "note": forms.Textarea(attrs={"rows": 3}),
            "parent": forms.HiddenInput,
            "is_person": forms.RadioSelect(
                attrs={"class": "form-check-input"},
                choices=[(False, _("Firm")), (True, _("Private person"))],
            ),
        }

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        user: User,
        client: Client | None = None,
        state: State | None = None,
    ) -> None:
        self.user, self.state_opened = user, state or {}
        self.doubts: dict[str, str | Promise] = {}
        super().__init__(data, initial=self._initial(self.state_opened))
        if client is not None and client.first_contact_at:
            del self.fields["first_contact_on"]
        self._offer_words()
        self._offer_people()
        self._offer_dimensions()
        self.add_own_fields(self.state_opened)
        fields = self._any()
        for name in TEXTS:
            fields[name].validators.append(MaxLengthValidator(LONGEST_TEXT))
        for name, words in (
            ("interest", _("not known")),
            ("initiative", _("Not chosen")),
        ):
            given = [c for c in fields[name].choices if c[0] != ""]
            fields[name].choices = [("", words), *given]
        may_choose = Client.objects.visible_to(user).values("pk")
        fields["parent"].queryset = Client.objects.filter(
            Q(pk__in=may_choose) | Q(pk=self.state_opened.get("parent"))
        ).select_related("legal_form")
        # What tells a client from another: the form asks about look-alikes while these are typed.
        for name in ("name", "inn", "kpp", "ogrn"):
            self.fields[name].widget.attrs["data-same"] = True
        self.rows = row_sets(data, self.state_opened, card_state.CLIENT)

    def _any(self) -> dict[str, Any]:
        """The fields as what each of them is: the mapping itself knows them only as fields."""
        return self.fields

    def parent_chosen(self) -> str:
        """The name of the parent firm in the picker."""
        value = str(self["parent"].value() or "")
        found = (
            self._any()["parent"].queryset.filter(pk=value)
            if value.isdigit() and len(value) < 19
            else []
        )
        return str(next(iter(found), ""))

    # ── what may be chosen ──────────────────────────────────────────────────────────────────────────────────────────

    def _offer_words(self) -> None:
        """Dictionary entries in use, and the one the card has though it is retired."""
        for name in (
            "legal_form",
            "region",
            "industry",
            "group",
            "source",
            "product_source",
            "trigger_event",
            "campaign",
        ):
            field = self._any()[name]
            field.queryset = _in_use(field.queryset, [self.state_opened.get(name)])
            field.empty_label = _("Not chosen")
        for name, prefix in (
            ("interest_products", "interest"),
            ("bought_products", "bought"),
        ):
            chosen = [k for k, _v in card_state.rows_of(self.state_opened, prefix)]
            self._any()[name].queryset = _in_use(Product.objects.all(), chosen)

    def _offer_people(self) -> None:
        """Who may hand clients over chooses anyone; the others may only take a card that has nobody."""
        field = self._any()["curator"]
        current = self.state_opened.get("curator")
        people = User.objects.filter(Q(is_active=True) | Q(pk=current))
        if not self.user.has_perm("clients.change_curator"):
            people = people.filter(pk__in=[current or self.user.pk])
            field.disabled = bool(current)
        field.queryset, field.empty_label = people, _("Nobody")

    def _offer_dimensions(self) -> None:
        for prefix_key, value in card_state.rows_of(self.state_opened, "dimension"):
            self.initial[f"dimension_{prefix_key}"] = value
        for dimension in Dimension.objects.in_use():
            name = f"dimension_{dimension.pk}"
            field = forms.ModelChoiceField(
                _in_use(
                    DimensionValue.objects.filter(dimension=dimension),
                    [self.initial.get(name)],
                ),
                label=str(dimension),
                required=False,
                empty_label=_("Not chosen"),
            )
            field.widget.attrs["class"] = "form-select"
            self.fields[name] = field

    def _initial(self, state: State) -> dict[str, Any]:
        initial = {k: v for k, v in state.items() if ":" not in k}
        initial["interest_products"] = [
            int(k) for k, _v in card_state.rows_of(state, "interest")
        ]
        initial["bought_products"] = [
            int(k) for k, _v in card_state.rows_of(state, "bought")
        ]
        initial.setdefault("is_person", False)
        return initial

    def clean_first_contact_on(self) -> date | None:
        day = self.cleaned_data["first_contact_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("The first contact cannot be in the future."))
        return day

    def first_contact_at(self, now: datetime) -> datetime | None:
        """The moment that the form gives: a past day counts from its noon."""
        day = self.cleaned_data.get("first_contact_on")
        if not day or day == now.date():
            return now if day else None
        return timezone.make_aware(datetime.combine(day, time(12)))

    def dimension_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("dimension_")]

    # ── what was typed ──────────────────────────────────────────────────────────────────────────────────────────────

    def is_valid(self) -> bool:
        fine = super().is_valid()
        rows_fine = [rows.is_valid() for rows in self.rows.values()]
        return fine and all(rows_fine)

    def clean_inn(self) -> str:
        return requisites.digits(self.cleaned_data["inn"])

    def clean_kpp(self) -> str:
        return requisites.digits(self.cleaned_data["kpp"]).upper()

    def clean_ogrn(self) -> str:
        return requisites.digits(self.cleaned_data["ogrn"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        theirs = data.get("initiative") == Initiative.THEIRS
        if theirs and not data.get("source") and "source" not in self.errors:
            self.add_error(
                "source", _("The client approached us: say how they learned of us.")
            )
        checks = {
            "inn": requisites.check_inn,
            "kpp": requisites.check_kpp,
            "ogrn": requisites.check_ogrn,
        }
        for name, check in checks.items():
            if doubt := check(data.get(name) or ""):
                self.doubt(name, doubt)
        return data

    def doubt(self, name: str, sentence: str | Promise) -> None:
        self.doubts[name] = sentence

    def typed_state(self) -> State:
        """The card as this form has it. Call after `is_valid()`."""
        data = self.cleaned_data
        state: State = {}
        for name in card_state.CLIENT.fields:
            value = data.get(name)
            state[name] = getattr(value, "pk", value)
        if not state["interest"] and state["interest"] != 0:
            state["interest"] = None
        for rows_prefix, rows in self.rows.items():
            state |= rows.state(rows_prefix)
        for name, prefix in (
            ("interest_products", ProductLinkKind.INTEREST),
            ("bought_products", ProductLinkKind.BOUGHT),
        ):
            state |= {f"{prefix.value}:{product.pk}": True for product in data[name]}
        for name in self.fields:
            if name.startswith("dimension_") and data.get(name):
                state[name.replace("_", ":")] = data[name].pk
        # A retired dimension has no field here: what the card says of it stays.
        for key, value in card_state.rows_of(self.state_opened, "dimension"):
            if f"dimension_{key}" not in self.fields:
                state[f"dimension:{key}"] = value
        state |= self.own_state(self.state_opened)
        return {key: value for key, value in state.items() if value is not None}


class FillForm(ClientForm):
    """One missing value, filled in on the card itself. Who started the relationship brings its source along (CC6)."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        field: str,
        user: User,
        client: Client,
        state: State,
    ) -> None:
        super().__init__(data, user=user, client=client, state=state)
        kept = ["initiative", "source"] if field == "initiative" else [field]
        if any(name not in self.fields for name in kept):
            raise KeyError(field)
        self.fields = {name: self.fields[name] for name in kept}
        self.rows = {}
        for bound in self.fields.values():
            bound.widget.attrs["autofocus"] = True
            break

    def own_keys(self) -> list[str]:
        """Keys of the card's state that this form fills in."""
        return [_key(name) for name in self.fields]

    def typed_state(self) -> State:
        """The card as it is, but for the filled value."""
        state = dict(self.state_opened)
        for name in self.fields:
            value = self.cleaned_data.get(name)
            key = _key(name)
            value = getattr(value, "pk", value)
            if value is None or (name == "interest" and value == ""):
                state.pop(key, None)
            else:
                state[key] = value
        return state


def _key(name: str) -> str:
    """The key of the card's state that a field of the form fills in."""
    return name.replace("_", ":") if name.startswith(_SEVERAL) else name


def dump_base(state: State) -> str:
    return json.dumps(state, ensure_ascii=False, separators=(",", ":"))


def read_base(text: str) -> State | None:
    """It only decides which edits are mine, so it needs no signature: a forged one misleads nobody but its forger."""
    try:
        state = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return state if isinstance(state, dict) else None


def chosen(typed: State, base: State, data: QueryDict) -> State:
    """Apply the answers to an earlier clash: for each key whether the card's value or mine stays."""
    for name, answer in data.items():
        if name.startswith(KEEP) and answer == "theirs":
            key = name.removeprefix(KEEP)
            if base.get(key) is None:
                typed.pop(key, None)
            else:
                typed[key] = base[key]
    return typed


def _in_use(queryset: QuerySet[Any], chosen: list[Any]) -> QuerySet[Any]:
    kept = [pk for pk in chosen if pk]
    return queryset.filter(Q(retired_at=None) | Q(pk__in=kept))
