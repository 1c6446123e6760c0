"""Forms of contact persons and of their places in firms."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients import card_state, own_fields
from clients.actions.contacts import Place
from clients.choices import DecisionRole
from clients.forms.card import LONGEST_TEXT
from clients.forms.own import OwnFieldsMixin
from clients.forms.rows import row_sets
from clients.merging import State
from clients.models import Client, Contact, ContactLink
from salesexpert.accounts.models import User
from salesexpert.core.forms import LookForm, LookModelForm

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ContactForm(OwnFieldsMixin, LookModelForm):
    own_owner = "contact"

    class Meta:
        model = Contact
        fields = card_state.CONTACT.fields
        widgets = {
            "note": forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_TEXT}),
            "birthday": DAY,
        }

    def __init__(self, data: Any = None, *, state: State | None = None) -> None:
        state = state or {}
        super().__init__(data, initial={k: v for k, v in state.items() if ":" not in k})
        self.fields["note"].validators.append(MaxLengthValidator(LONGEST_TEXT))
        self.state_opened = state
        self.add_own_fields(state)
        self.rows = row_sets(data, state, card_state.CONTACT)

    def is_valid(self) -> bool:
        fine = super().is_valid()
        rows_fine = [rows.is_valid() for rows in self.rows.values()]
        return fine and all(rows_fine)

    def typed_state(self) -> State:
        state: State = {}
        for name in card_state.CONTACT.fields:
            value = self.cleaned_data.get(name)
            state[name] = value.isoformat() if isinstance(value, date) else value
        for prefix, rows in self.rows.items():
            state |= rows.state(prefix)
        state |= self.own_state(self.state_opened)
        return {key: value for key, value in state.items() if value is not None}


class PlaceForm(LookForm):
    """A place in a firm. `client` is asked only where the firm is not known from the address."""

    client = forms.ModelChoiceField(
        Client.objects.none(),
        label=_("Firm"),
        widget=forms.HiddenInput,
        error_messages={
            "required": _("Choose a firm from the list."),
            "invalid_choice": _("Choose a firm from the list."),
        },
    )
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    decision_role = forms.ChoiceField(
        label=_("Role in the decision"), choices=DecisionRole, required=False
    )
    is_main = forms.BooleanField(label=_("Main contact of the firm"), required=False)
    from_on = forms.DateField(label=_("Works there from"), required=False, widget=DAY)
    until_on = forms.DateField(label=_("Last day there"), required=False, widget=DAY)

    def __init__(
        self,
        data: Any = None,
        *,
        user: User,
        held: ContactLink | None = None,
        client: Client | None = None,
    ) -> None:
        names = ("position", "decision_role", "is_main", "from_on", "until_on")
        super().__init__(
            data, initial={n: getattr(held, n) for n in names} if held else {}
        )
        if held is not None or client is not None:
            del self.fields["client"]
        else:
            seen = Client.objects.visible_to(user).filter(archived_at=None)
            choice: Any = self.fields["client"]
            choice.queryset = seen.select_related("legal_form")
        if held is None:
            del self.fields["until_on"]

    def client_chosen(self) -> str:
        """The name of the chosen firm in the picker."""
        value = str(self["client"].value() or "")
        if not value.isdigit() or len(value) > 18:
            return ""
        choice: Any = self.fields["client"]
        return str(choice.queryset.filter(pk=value).first() or "")

    def place(self) -> Place:
        data = self.cleaned_data
        return Place(
            position=data["position"],
            decision_role=data["decision_role"],
            is_main=data["is_main"],
            from_on=data["from_on"],
            until_on=data.get("until_on"),
        )


class PersonForm(OwnFieldsMixin, LookForm):
    """A person added from a card in one go: a new one, or one of the base (`contact`), with his place there.

    Of the own fields it asks for those that a new person must have.
    """

    own_owner = "contact"

    contact = forms.ModelChoiceField(
        Contact.objects.none(), required=False, widget=forms.HiddenInput
    )
    last_name = forms.CharField(label=_("Last name"), max_length=120, required=False)
    first_name = forms.CharField(label=_("First name"), max_length=120, required=False)
    patronymic = forms.CharField(label=_("Patronymic"), max_length=120, required=False)
    position = forms.CharField(label=_("Position"), max_length=160, required=False)
    decision_role = forms.ChoiceField(
        label=_("Role in the decision"), choices=DecisionRole, required=False
    )
    phone = forms.CharField(label=_("Phone"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, required=False)
    is_main = forms.BooleanField(label=_("Main contact of the firm"), required=False)

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        seen = Contact.objects.visible_to(user).filter(archived_at=None)
        choice: Any = self.fields["contact"]
        choice.queryset = seen
        self.fields["phone"].widget.attrs["inputmode"] = "tel"
        self.fields["last_name"].widget.attrs["autofocus"] = True
        self.add_own_fields({})
        names = [n for n in self.fields if own_fields.id_of(n) is not None]
        self.own_asked = [n for n in names if self.fields[n].required]
        for name in set(names) - set(self.own_asked):
            del self.fields[name]
        if data and data.get("contact"):
            for name in self.own_asked:  # the person is there already
                self.fields[name].required = False

    def own_required(self) -> list[forms.BoundField]:
        return [self[name] for name in self.own_asked]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("contact") and not data.get("first_name") and not self.errors:
            self.add_error("first_name", _("Give at least the first name."))
        return data

    def state(self) -> State:
        data = self.cleaned_data
        state: State = {n: data[n] for n in ("last_name", "first_name", "patronymic")}
        if data["phone"]:
            state["phones:new0"] = [data["phone"], "", ""]
        if data["email"]:
            state["emails:new0"] = [data["email"].lower(), ""]
        own = self.own_state({})
        return state | {key: value for key, value in own.items() if value is not None}

    def place(self) -> Place:
        data = self.cleaned_data
        return Place(data["position"], data["decision_role"], data["is_main"])


class LeaveForm(LookForm):
    on = forms.DateField(label=_("Last day there"), widget=DAY)


def readable_links(user: User, contact: Contact) -> Any:
    """The places of a person in firms that `user` may read."""
    seen = Q(client__in=Client.objects.visible_to(user))
    return ContactLink.objects.filter(seen, contact=contact)
