"""A deal's form as a flat state: what it was opened on, what was typed, what another saved meanwhile."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.db import transaction

from clients import own_fields
from clients.merging import Clash, State, merge
from clients.models import Product
from deals.actions.deals import CHANGEABLE, change_deal
from deals.actions.holding import held
from deals.models import Deal
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError
from salesexpert.core.templatetags.look import number, plain_day

INTERESTS = "interests"
FIELDS = (*CHANGEABLE, INTERESTS)


class EditsClash(DomainError):
    """What both changed. Nothing was written; `theirs` is the state as it is now."""

    def __init__(self, clashes: list[Clash], theirs: State) -> None:
        super().__init__()
        self.clashes, self.theirs = clashes, theirs


def read(deal: Deal) -> State:
    """Plain values, such as JSON keeps: ids, texts, days as 2026-11-20, sums as text."""
    state: State = {}
    for name in CHANGEABLE:
        state[name] = plain(getattr(deal, f"{name}_id", None) or getattr(deal, name))
    state[INTERESTS] = sorted(deal.interests.values_list("pk", flat=True))
    if own_fields.book().of("deal"):
        state |= own_fields.state_of("deal", deal)
    return state


def key_of(field: str) -> str:
    """The name of a form's field in the state: `own_12` is kept as `own:12`."""
    own = own_fields.id_of(field)
    return field if own is None else f"{own_fields.STATE}:{own}"


def typed(form: Any, base: Mapping[str, Any]) -> State:
    """The same of a valid form. A field the form did not have is what it was."""
    state: State = {}
    for name in FIELDS:
        value = form.cleaned_data.get(name)
        if name == INTERESTS:
            state[name] = sorted(p.pk for p in value or ())
        else:
            state[name] = plain(value)
    own = form.own_state(base)
    return state | {key: value for key, value in own.items() if value is not None}


def plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value.quantize(Decimal("0.01")))
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "pk"):
        return value.pk
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return value


def dump(state: Mapping[str, Any]) -> str:
    return json.dumps(state, ensure_ascii=False)


def load(text: str) -> State | None:
    """The state a form was opened on; None for nonsense."""
    try:
        state = json.loads(text)
    except ValueError:
        return None
    return state if isinstance(state, dict) else None


@transaction.atomic
def change(deal_id: int, *, by: User, base: State, typed: State) -> Deal:
    """Save what was typed over `base`, joined with what others saved meanwhile. Raises EditsClash where both changed."""
    deal = held(deal_id)
    now = read(deal)
    merged, clashes = merge(base, now, typed)
    if clashes:
        raise EditsClash(clashes, now)
    changes = {}
    for name in CHANGEABLE:
        field: Any = Deal._meta.get_field(name)
        value = merged.get(name)
        if field.is_relation:
            changes[name] = field.related_model._base_manager.filter(pk=value).first() if value else None  # fmt: skip
        else:
            changes[name] = field.to_python(value) if value is not None else ("" if field.get_internal_type() in {"CharField", "TextField"} else None)  # fmt: skip
    products = Product.objects.filter(pk__in=merged.get(INTERESTS) or [])
    own = {
        int(key.partition(":")[2]): merged.get(key)
        for key in {**now, **merged}
        if is_own(key) and merged.get(key) != now.get(key)
    }
    return change_deal(deal_id, by=by, changes=changes, interests=products, own=own)


def is_own(key: str) -> bool:
    return key.startswith(f"{own_fields.STATE}:")


def in_words(clash: EditsClash, form: forms.BaseForm) -> list[dict[str, Any]]:
    """Each clash as the form shows it: the field, what stands in the deal, what was typed."""
    return [
        {
            "name": c.key,
            "label": str(
                form.fields[c.key.replace(":", "_") if is_own(c.key) else c.key].label
            ),
            "theirs": _text(c.key, c.theirs),
            "mine": _text(c.key, c.mine),
        }
        for c in clash.clashes
    ]


def _text(name: str, value: Any) -> str:
    if value in (None, "", []):
        return "—"
    if is_own(name):
        return own_fields.words(int(name.partition(":")[2]), value)
    if name == INTERESTS:
        return ", ".join(str(p) for p in Product.objects.filter(pk__in=value))
    field: Any = Deal._meta.get_field(name)
    if field.is_relation:
        return str(field.related_model._base_manager.filter(pk=value).first() or value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    try:
        if name == "amount":
            return number(Decimal(value))
        if name == "expected_on":
            return plain_day(date.fromisoformat(value))
    except (InvalidOperation, ValueError):
        return str(value)
    return str(value)


def word(state: Mapping[str, Any], key: str) -> str:
    """One value of a state as people read it."""
    return _text(key, state.get(key))
