"""Deals of an import as its pages show them, and deals of the base that a row may be about."""

from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext

from clients.importing.targets import Entry, Known
from clients.models import Campaign, InformationSource, Product
from deals.choices import DealState, Priority
from deals.importing.values import people_to_choose, words_in_use
from deals.models import Deal, RefusalReason
from pipeline.models import Process, Stage
from salesexpert.accounts.models import User
from salesexpert.core.folding import fold
from salesexpert.core.templatetags.look import number, plain_day

_DICTIONARIES: dict[str, Any] = {
    "product": Product,
    "reason": RefusalReason,
    "source": InformationSource,
    "campaign": Campaign,
}


def created(count: int) -> str:
    return ngettext("%(shown)s deal created", "%(shown)s deals created", count) % {
        "shown": number(count)
    }


def choices(name: str) -> list[tuple[str, str]] | None:
    if name == "state":
        return [(str(value), str(label)) for value, label in DealState.choices]
    if name == "priority":
        return [(str(value), str(label)) for value, label in Priority.choices]
    if name == "responsible":
        return people_to_choose()
    if name == "process":
        found = Process.objects.filter(retired_at=None).order_by("position", "pk")
        return [(process.name, str(process)) for process in found]
    if name == "stage":
        stages = Stage.objects.filter(retired_at=None, process__retired_at=None)
        ordered = stages.select_related("process").order_by("process__position", "position")  # fmt: skip
        names = dict.fromkeys((stage.name, str(stage)) for stage in ordered)
        ends = [(str(v), str(label)) for v, label in DealState.choices if v != DealState.OPEN]  # fmt: skip
        return [*names, *ends]
    if name in _DICTIONARIES:
        return words_in_use(_DICTIONARIES[name])
    return None


def show(ids: Collection[int], user: User) -> dict[int, Known]:
    seen = Deal.objects.visible_to(user).filter(pk__in=ids).prefetch_related("lines")
    return {
        deal.pk: Known(
            f"{deal.title} · {deal.client}",
            deal.get_absolute_url(),
            {
                "outside_id": deal.outside_id,
                "title": deal.title,
                "client": str(deal.client),
                "stage": str(deal.stage or deal.get_state_display()),
                "state": str(deal.get_state_display()),
                "responsible": str(deal.responsible),
                "amount": "" if deal.amount is None else number(deal.amount),
                "currency": deal.currency,
                "opened_at": plain_day(deal.opened_at),
                "closed_at": plain_day(deal.closed_at),
                "product": "; ".join(line.name for line in deal.lines.all()),
                "priority": str(deal.get_priority_display()),
            },
        )
        for deal in seen.select_related("client__legal_form", "stage", "responsible")
    }


def similar(
    entries: Sequence[Entry], clients: dict[int, int | None]
) -> dict[int, tuple[int, list[str]]]:
    """{row: (deal, evidence)} of deals with the same client that are called the same, or have the same amount and day."""
    mine = {e.row.number: e for e in entries if clients.get(e.row.number)}
    if not mine:
        return {}
    titles = {fold(e.text("title")) for e in mine.values()} - {""}
    amounts = {e.values["amount"] for e in mine.values()} - {None}
    found = Deal.objects.filter(
        Q(folded__in=titles) | Q(amount__in=amounts),
        client__in={clients[number] for number in mine},
    ).order_by("pk")
    rows = found.values_list("pk", "client_id", "folded", "amount", "opened_at", "closed_at", "outside_id")[:5000]  # fmt: skip
    of_client: dict[int, list[Any]] = {}
    for row in rows:
        of_client.setdefault(row[1], []).append(row)
    alike = {}
    for place, entry in mine.items():
        values = entry.values
        for pk, _client, folded, amount, opened, closed, outside in of_client.get(clients[place] or 0, ()):  # fmt: skip
            if outside and entry.text("outside_id") and outside != entry.text("outside_id"):  # fmt: skip
                continue
            evidence = ["client"]
            if folded and folded == fold(entry.text("title")):
                evidence.append("title")
            if amount and amount == values["amount"]:
                evidence.append("amount")
            if _same_day(opened, values["opened_at"]) or _same_day(closed, values["closed_at"]):  # fmt: skip
                evidence.append("opened")
            if "title" in evidence or {"amount", "opened"} <= {*evidence}:
                alike[place] = (pk, evidence)
                break
    return alike


def _same_day(one: Any, other: Any) -> bool:
    return bool(one and other and timezone.localdate(one) == timezone.localdate(other))
