"""Settings of telephony: exchanges, their secrets (shown once), whose telephone is which, what could not be taken."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import render_part
from salesexpert.telephony import providers
from salesexpert.telephony.actions import connections as actions
from salesexpert.telephony.forms import ConnectionForm, ExtensionForm
from salesexpert.telephony.models import Connection, Extension

may_manage = permission_required("telephony.manage_telephony", raise_exception=True)
FAULTS_SHOWN = 30


@require_GET
@may_manage
def connections(request: SignedRequest) -> HttpResponse:
    rows = list(Connection.objects.prefetch_related("extensions").order_by("retired_at", "pk"))  # fmt: skip
    context = {
        "connections": [(row, providers.provider_of(row.provider)) for row in rows],
        "providers": providers.ALL.values(),
    }
    return render(request, "telephony/connections.html", context)


@require_http_methods(["GET", "POST"])
@may_manage
@never_cache
def connection_new(request: SignedRequest, code: str) -> HttpResponse:
    provider = providers.ALL.get(code)
    if provider is None:
        raise Http404
    post = request.method == "POST"
    fresh = Connection(provider=code)
    form = ConnectionForm(request.POST if post else None, instance=fresh, provider=provider)  # fmt: skip
    if post and form.is_valid():
        connection = form.save(commit=False)
        secret = actions.save(connection, form.given(), by=request.user, at=timezone.now())  # fmt: skip
        if not secret:
            messages.success(request, _("Saved."))
            return redirect("telephony:connection", connection.pk)
        # Shown in the answer itself: nothing keeps it, not even the session.
        return _drawn(request, connection, secret=secret)
    context = {"form": form, "provider": provider}
    return render(request, "telephony/connection_new.html", context, status=422 if post else 200)  # fmt: skip


@require_http_methods(["GET", "POST"])
@may_manage
@never_cache
def connection(request: SignedRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Connection, pk=pk)
    if request.method == "GET":
        return _drawn(request, shown)
    form = ConnectionForm(request.POST, instance=shown, provider=providers.provider_of(shown.provider))  # fmt: skip
    if form.is_valid():
        given = form.given()
        actions.save(form.save(commit=False), given, by=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("telephony:connection", shown.pk)
    return _drawn(request, get_object_or_404(Connection, pk=pk), form=form)


def _drawn(
    request: SignedRequest,
    shown: Connection,
    *,
    form: ConnectionForm | None = None,
    given: ExtensionForm | None = None,
    secret: str = "",
) -> HttpResponse:
    provider = providers.provider_of(shown.provider)
    path = reverse("telephony:hook", args=[shown.key])
    context: dict[str, Any] = {
        "connection": shown,
        "provider": provider,
        "form": form or ConnectionForm(instance=shown, provider=provider),
        "extension_form": given or ExtensionForm(),
        "extensions": shown.extensions.select_related("user").order_by("number", "pk"),
        "faults": shown.faults.order_by("-last_at", "-pk")[:FAULTS_SHOWN],
        "address": request.build_absolute_uri(path),
        "secret": secret,
    }
    refused = any(f is not None and f.is_bound for f in (form, given))
    return render(request, "telephony/connection.html", context, status=422 if refused else 200)  # fmt: skip


@require_GET
@may_manage
@never_cache
def faults(request: SignedRequest, pk: int) -> HttpResponse:
    """What could not be taken, and when the exchange was last heard of: asked again while one connects it."""
    shown = get_object_or_404(Connection, pk=pk)
    context = {"connection": shown, "provider": providers.provider_of(shown.provider), "faults": shown.faults.order_by("-last_at", "-pk")[:FAULTS_SHOWN]}  # fmt: skip
    return render_part(request, "telephony/state.html", "state", context)


@require_POST
@may_manage
@never_cache
def connection_secret(request: SignedRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Connection, pk=pk)
    if not providers.provider_of(shown.provider).has_own_secret:
        raise Http404
    secret = actions.change_secret(shown.pk, by=request.user, at=timezone.now())
    return _drawn(request, get_object_or_404(Connection, pk=pk), secret=secret)


@require_POST
@may_manage
def connection_retire(request: SignedRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Connection, pk=pk)
    actions.set_retired(shown.pk, retired=shown.retired_at is None, by=request.user, at=timezone.now())  # fmt: skip
    return redirect("telephony:connections")


@require_POST
@may_manage
def extension_give(request: SignedRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Connection, pk=pk)
    form = ExtensionForm(request.POST)
    if form.is_valid():
        try:
            actions.give(
                shown,
                form.cleaned_data["number"],
                form.cleaned_data["user"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error("number", str(error))
        else:
            return redirect("telephony:connection", shown.pk)
    return _drawn(request, shown, given=form)


@require_POST
@may_manage
def extension_take(request: SignedRequest, pk: int, extension_pk: int) -> HttpResponse:
    held = get_object_or_404(
        Extension.objects.select_related("connection", "user"),
        pk=extension_pk,
        connection=pk,
    )
    actions.take_away(held, by=request.user, at=timezone.now())
    return redirect("telephony:connection", pk)


@require_POST
@may_manage
def faults_forget(request: SignedRequest, pk: int) -> HttpResponse:
    actions.forget_faults(get_object_or_404(Connection, pk=pk))
    return redirect("telephony:connection", pk)
