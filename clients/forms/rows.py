"""Rows of a card in its form: phones, e-mails, addresses, sites. A row whose value is emptied is taken away."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clients import card_state, emails, phones
from clients.choices import AddressKind, PhoneKind
from clients.merging import State
from salesexpert.core.forms import LookForm, LookFormSet

MOST_ROWS = 40


def phone_doubt(raw: str) -> str | Promise:
    """What looks wrong in a typed number, "" when it can be dialled. It is kept as typed either way."""
    read = phones.read(raw)
    if len(read) > 1:
        return _("Two numbers in one row cannot be dialled: put each in its own row.")
    return read[0].problem if read and not read[0].e164 else ""


class RowForm(LookForm):
    """One row. `ref` is the saved row's id, `columns` what is kept of it, in the order of the card's state."""

    use_required_attribute = False
    ref = forms.IntegerField(widget=forms.HiddenInput, required=False)
    value_field = ""
    columns: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "note" in self.fields:
            self.fields["note"].widget.attrs["placeholder"] = _("whose, where")

    def values(self) -> list[Any]:
        return [self.cleaned_data[name] for name in self.columns]


class PhoneForm(RowForm):
    value_field = "raw"
    raw = forms.CharField(label=_("Phone"), max_length=80, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=PhoneKind, required=False)
    note = forms.CharField(label=_("Whose, where"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["raw"].widget.attrs.update(
            {"data-same": True}, inputmode="tel", autocomplete="off"
        )

    @property
    def doubt(self) -> str | Promise:
        return phone_doubt(str(self["raw"].value() or ""))

    def values(self) -> list[Any]:
        raw = self.cleaned_data["raw"]
        read = phones.read(raw)
        kind = self.cleaned_data["kind"]
        # A new row says “work” until a person chooses: the number itself knows better.
        if not self.cleaned_data["ref"] and read and kind in ("", PhoneKind.WORK):
            kind = read[0].kind
        return [raw, kind or PhoneKind.WORK, self.cleaned_data["note"]]


class EmailForm(RowForm):
    value_field = "address"
    columns = ("address", "note")
    address = forms.CharField(label=_("E-mail"), max_length=254, required=False)
    note = forms.CharField(label=_("Whose, where"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].widget.attrs.update(
            {"data-same": True}, inputmode="email", autocomplete="off"
        )

    def clean_address(self) -> str:
        typed = self.cleaned_data["address"]
        if not typed:
            return ""
        found, left = emails.read(typed)
        if len(found) != 1 or left:
            raise forms.ValidationError(
                _(
                    "Give one address like name@firm.ru; put a second one in its own row."
                )
            )
        return found[0]


class AddressForm(RowForm):
    value_field = "text"
    text = forms.CharField(label=_("Address"), max_length=500, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=AddressKind, required=False, initial=AddressKind.POSTAL
    )

    def values(self) -> list[Any]:
        return [
            self.cleaned_data["text"],
            self.cleaned_data["kind"] or AddressKind.POSTAL,
        ]


class SiteForm(RowForm):
    value_field = "url"
    columns = ("url",)
    url = forms.CharField(label=_("Site"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].widget.attrs.update(
            {"data-same": True}, inputmode="url", autocomplete="off"
        )

    def clean_url(self) -> str:
        url = self.cleaned_data["url"]
        if "://" in url and not url.lower().startswith(("http://", "https://")):
            raise forms.ValidationError(_("A site begins with http:// or https://."))
        return url


class BaseRows(LookFormSet):
    may_be_none = True

    def state(self, prefix: str) -> State:
        """The typed rows as keys of a card's state; rows without a value are absent, which takes them away."""
        found: State = {}
        for number, form in enumerate(self.forms):
            if form.cleaned_data.get(form.value_field):
                ref = form.cleaned_data.get("ref")
                found[f"{prefix}:{ref or f'new{number}'}"] = form.values()
        return found


FORMS: dict[str, type[RowForm]] = {
    "phones": PhoneForm,
    "emails": EmailForm,
    "addresses": AddressForm,
    "sites": SiteForm,
}


def row_sets(data: Any, state: State, shape: card_state.Shape) -> dict[str, Any]:
    """A formset for each kind of rows that `shape` has, filled from `state` and one empty row, or from `data`."""
    sets = {}
    for prefix, rows in shape.rows.items():
        initial = [
            {
                "ref": None if pk.startswith("new") else pk,
                **dict(zip(rows.fields, values, strict=True)),
            }
            for pk, values in card_state.rows_of(state, prefix)
        ]
        factory = forms.formset_factory(
            FORMS[prefix],
            formset=BaseRows,
            extra=1,
            max_num=MOST_ROWS,
            absolute_max=MOST_ROWS,
            validate_max=True,
        )
        # What was typed is compared with the state it was opened on, not with rows that others changed since.
        sets[prefix] = factory(
            data, initial=initial if data is None else None, prefix=prefix
        )
    return sets
