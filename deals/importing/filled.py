"""What an import filled into known deals, emptied again where it still says so."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext_noop

from clients import own_fields
from clients.importing.converting import msgid_of
from clients.importing.reasons import Reason, shown
from clients.importing.reverting import FIELD_CHANGED
from clients.models import ImportRow, OwnValue
from deals.models import Deal

NOT_KEPT = gettext_noop("It is not known any more what was filled in.")


def brought(deal: Deal, names: Collection[str], own: dict[int, Any]) -> dict[str, Any]:
    """What a row put into a deal, as the row keeps it."""
    fields = {name: _said(getattr(deal, name)) for name in names}
    return {"fields": fields, "own": {str(pk): value for pk, value in own.items()}}


def _said(value: Any) -> str | None:
    """In one spelling, whether read from a file or from the base."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, datetime):
        value = value.astimezone(UTC)
    return None if value is None else str(value)


def empty(rows: Sequence[ImportRow], *, at: datetime) -> dict[int, list[Reason]]:
    """Empty what these rows filled; {row: why something stays}."""
    ids = {row.object_id for row in rows if row.object_id}
    held = (
        Deal.objects.filter(pk__in=ids)
        .order_by("client_id", "pk")
        .select_for_update(no_key=True, of=["client", "self"])
        .select_related("client")
    )
    deals = {deal.pk: deal for deal in held}
    values = _own_values(deals)
    kept: dict[int, list[Reason]] = defaultdict(list)
    for row in rows:
        deal = deals.get(row.object_id or 0)
        if deal is None:
            continue
        if not row.changes:
            kept[row.pk].append(Reason(NOT_KEPT))
            continue
        emptied, stays = [], kept[row.pk]
        for name, value in row.changes.get("fields", {}).items():
            if _said(getattr(deal, name)) == value:
                setattr(deal, name, None)
                emptied.append(name)
            elif getattr(deal, name) is not None:
                field: Any = Deal._meta.get_field(name)
                said = shown(str(getattr(deal, name)))
                stays.append(Reason(FIELD_CHANGED, {"label": msgid_of(capfirst(field.verbose_name)), "value": said}))  # fmt: skip
        going = []
        for pk, value in row.changes.get("own", {}).items():
            found = values.get((deal.pk, int(pk)))
            if found is None:
                continue
            if found[1] == value:
                going.append(found[0])
            else:
                label, said = _own_words(int(pk), found[1])
                stays.append(Reason(FIELD_CHANGED, {"label": label, "value": said}))
        OwnValue.objects.filter(pk__in=going).delete()
        if emptied or going:
            deal.version += 1
            deal.updated_at = at
            deal.save(update_fields=[*emptied, "version", "updated_at"])
    return {pk: reasons for pk, reasons in kept.items() if reasons}


def _own_values(deals: Collection[int]) -> dict[tuple[int, int], tuple[int, Any]]:
    """{(deal, field): (row, plain value)}"""
    rows = OwnValue.objects.filter(deal__in=deals)
    told = rows.values_list("pk", "deal_id", "field_id", *own_fields.COLUMNS)
    return {
        (deal, field): (pk, own_fields.plain_of(columns))
        for pk, deal, field, *columns in told
    }


def _own_words(field_id: int, value: Any) -> tuple[str, str]:
    field = own_fields.book().fields[field_id]
    return field.name, shown(own_fields.words(field_id, value))
