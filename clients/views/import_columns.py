"""Saved sets of columns: chosen for a file, renamed, shared, changed, thrown away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.actions import imports
from clients.forms.imports import SavedColumnsForm
from clients.importing.kinds import face_of
from clients.models import ImportMapping
from clients.views.import_rights import job_or_404, may_import
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError


def _own_or_404(request: SignedRequest, pk: int) -> ImportMapping:
    """Others' sets can be used, not changed."""
    own = ImportMapping.objects.visible_to(request.user).filter(owner=request.user)
    return get_object_or_404(own, pk=pk)


@require_GET
@may_import
def columns(request: SignedRequest) -> HttpResponse:
    sets = ImportMapping.objects.visible_to(request.user).select_related("owner")
    labelled = [(one, face_of(one.entity).label) for one in sets[:200]]
    return render(request, "clients/import_columns.html", {"sets": labelled})


@require_http_methods(["GET", "POST"])
@may_import
def columns_edit(request: SignedRequest, pk: int) -> HttpResponse:
    saved = _own_or_404(request, pk)
    form = SavedColumnsForm(request.POST or None, saved=saved)
    if request.method == "POST" and form.is_valid():
        imports.change_columns(
            saved=saved,
            name=form.cleaned_data["name"],
            shared=form.cleaned_data["is_shared"],
            mapping=form.mapping(),
            options=form.options(),
        )
        messages.success(request, _("Saved."))
        return redirect("clients:import_columns")
    context = {"saved": saved, "form": form}
    status = 422 if form.errors else 200
    return render(request, "clients/import_columns_edit.html", context, status=status)


@require_POST
@may_import
def columns_delete(request: SignedRequest, pk: int) -> HttpResponse:
    saved = _own_or_404(request, pk)
    saved.delete()
    messages.success(request, _("“%(name)s” is deleted.") % {"name": saved.name})
    return redirect("clients:import_columns")


@require_POST
@may_import
def use_columns(request: SignedRequest, pk: int) -> HttpResponse:
    """Let an uploaded file be read by another of the saved sets."""
    job = job_or_404(request, pk)
    chosen = request.POST.get("saved", "")
    known = ImportMapping.objects.visible_to(request.user).filter(entity=job.entity)
    saved = get_object_or_404(known, pk=int(chosen) if chosen.isdecimal() and len(chosen) < 10 else 0)  # fmt: skip
    try:
        imports.use_columns(job=job, saved=saved)
    except DomainError as error:
        messages.info(request, str(error))
    return redirect("clients:import_job", job.pk)
