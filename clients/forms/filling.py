"""One missing value of a card, filled in where it is missed: a field, the products of interest, or a first row."""

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from clients.choices import ProductLinkKind
from clients.forms.card import FillForm
from clients.forms.rows import FORMS, RowForm
from clients.merging import State
from clients.models import Client
from salesexpert.accounts.models import User

PRODUCTS = "products_of_interest"
# Where the card's form asks for a thing under another name than its rule does.
FIELD_OF = {PRODUCTS: "interest_products"}


class ProductsFill(FillForm):
    """Products of interest, added to those that the card has."""

    def __init__(self, data: QueryDict | None = None, **more: Any) -> None:
        super().__init__(data, **{**more, "field": FIELD_OF[PRODUCTS]})
        field: Any = self.fields["interest_products"]
        field.required = True
        field.widget.attrs["size"] = 6

    def own_keys(self) -> list[str]:
        return []

    def typed_state(self) -> State:
        chosen = self.cleaned_data["interest_products"]
        added = {f"{ProductLinkKind.INTEREST.value}:{p.pk}": True for p in chosen}
        return {**self.state_opened, **added}


def fill_form(
    data: QueryDict | None, *, field: str, user: User, client: Client, state: State
) -> Any:
    """The form for a missing value: `is_valid`, `own_keys` and `typed_state` as `FillForm` has them.

    Raises KeyError for what cannot be filled in by itself.
    """
    if field in FORMS:
        return _row_fill(data, prefix=field, state=state)
    made = ProductsFill if field == PRODUCTS else FillForm
    return made(data, field=field, user=user, client=client, state=state)


def _row_fill(data: QueryDict | None, *, prefix: str, state: State) -> RowForm:
    base: Any = FORMS[prefix]

    class RowFill(base):
        fields: dict[str, Any]
        cleaned_data: dict[str, Any]

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            value = self.fields[base.value_field]
            value.required = True
            value.error_messages["required"] = _("Type it here.")
            value.widget.attrs["autofocus"] = True
            self.fields = {base.value_field: value}

        def own_keys(self) -> list[str]:
            return []

        def typed_state(self) -> State:
            self.cleaned_data = {
                "ref": None,
                "kind": "",
                "note": "",
                **self.cleaned_data,
            }
            return {**state, f"{prefix}:new0": self.values()}

    return RowFill(data, prefix="fill")
