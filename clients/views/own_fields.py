"""Settings: the company's own fields."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.actions import own_fields as actions
from clients.choices import CardOwner, OwnFieldType
from clients.forms.own_settings import BlockForm, FieldForm, choice_set
from clients.models import OwnBlock, OwnField, OwnValue
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import htmx_of

manages = permission_required("clients.manage_own_fields", raise_exception=True)


def _fields() -> QuerySet[OwnField]:
    return OwnField.objects.filter(removed_at=None)


@require_GET
@manages
def field_list(request: SignedRequest) -> HttpResponse:
    values = OwnValue.objects.filter(field=OuterRef("pk"))
    found = list(
        _fields()
        .select_related("block")
        .annotate(has_values=Exists(values))
        .order_by("position", "pk")
    )
    blocks = list(OwnBlock.objects.order_by("position", "pk"))
    groups = [
        {
            "owner": owner.value,
            "label": owner.label,
            "fields": [f for f in found if f.owner == owner and not f.retired_at],
            "retired": [f for f in found if f.owner == owner and f.retired_at],
            "blocks": [b for b in blocks if b.owner == owner],
        }
        for owner in CardOwner
    ]
    return render(request, "clients/own_fields.html", {"groups": groups})


@require_http_methods(["GET", "POST"])
@manages
def field_edit(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    """A new field (`?owner=contact` for one of persons) or a known one."""
    if pk is None:
        owner = request.POST.get("owner") or request.GET.get("owner", "client")
        if owner not in CardOwner.values:
            raise Http404
        field = OwnField(owner=owner)
    else:
        field = get_object_or_404(_fields(), pk=pk)
    stored = _fields().filter(pk=pk).first() if pk else None
    data = request.POST if request.method == "POST" else None
    form = FieldForm(data, instance=field)
    choices = choice_set(data, field)
    if data is not None and all([form.is_valid(), _choices_fine(form, choices)]):
        try:
            _save(request, form, choices)
        except actions.TypeIsSettled as error:
            form.add_error("type", str(error))
        except actions.NameIsTaken as error:
            form.add_error("name", str(error))
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("clients:own_fields")
    context = {
        "form": form,
        "choices": choices,
        "field": stored,
        "owner": field.owner,
        "has_values": stored is not None and stored.values.exists(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "clients/own_field.html", context, status=status)


def _choices_fine(form: FieldForm, choices: Any) -> bool:
    if form.data.get("type") != OwnFieldType.CHOICE:
        return True
    if not choices.is_valid():
        return False
    if any(not row.retired for row in choices.rows()):
        return True
    form.add_error("type", _("Give at least one choice."))
    return False


@transaction.atomic
def _save(request: SignedRequest, form: FieldForm, choices: Any) -> None:
    now = timezone.now()
    field = form.save(commit=False)
    if name := form.cleaned_data["new_block"]:
        field.block = OwnBlock.objects.filter(
            owner=field.owner, name=name
        ).first() or actions.save_block(
            block=OwnBlock(owner=field.owner, name=name), by=request.user, at=now
        )
    rows = choices.rows() if field.type == OwnFieldType.CHOICE else []
    actions.save_field(field=field, choices=rows, by=request.user, at=now)


@require_POST
@manages
def field_state(request: SignedRequest, pk: int, deed: str) -> HttpResponse:
    """Retire a field, bring it back, or remove one that was never filled in."""
    field = get_object_or_404(_fields(), pk=pk)
    now = timezone.now()
    try:
        match deed:
            case "retire":
                actions.retire_field(field=field, by=request.user, at=now)
                said = _("“%s” is retired. Its values stay and can be brought back.")
            case "restore":
                actions.restore_field(field=field, by=request.user, at=now)
                said = _("“%s” is back with its values.")
            case "remove":
                actions.remove_field(field=field, by=request.user, at=now)
                said = _("“%s” is removed.")
            case _:
                raise Http404
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said % field)
    return redirect("clients:own_fields")


@require_POST
@manages
def field_order(request: SignedRequest) -> HttpResponse:
    """The order of the fields as they were dragged, or one of them moved a place up or down."""
    owner = request.POST.get("owner", "")
    if owner not in CardOwner.values:
        raise Http404
    order = [int(v) for v in request.POST.getlist("field")[:400] if _is_id(v)]
    moved = request.POST.get("up") or request.POST.get("down") or ""
    if _is_id(moved) and int(moved) in order:
        at = order.index(int(moved))
        to = at - 1 if request.POST.get("up") else at + 1
        if 0 <= to < len(order):
            order[at], order[to] = order[to], order[at]
    actions.order_fields(owner=owner, order=order, by=request.user, at=timezone.now())
    if htmx_of(request):
        return HttpResponse(status=204)
    return redirect("clients:own_fields")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@require_http_methods(["GET", "POST"])
@manages
def block_edit(request: SignedRequest, pk: int) -> HttpResponse:
    block = get_object_or_404(OwnBlock, pk=pk)
    if "remove" in request.POST:
        actions.remove_block(block=block, by=request.user, at=timezone.now())
        messages.success(request, _("The block is removed, its fields stay."))
        return redirect("clients:own_fields")
    form = BlockForm(request.POST or None, instance=block)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_block(
                block=form.save(commit=False), by=request.user, at=timezone.now()
            )
        except DomainError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("clients:own_fields")
    context = {"form": form, "block": OwnBlock.objects.get(pk=pk)}
    status = 422 if form.is_bound else 200
    return render(request, "clients/own_block.html", context, status=status)
