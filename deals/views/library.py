"""Library of standard documents and demonstration materials: found, opened, sent to clients."""

from uuid import uuid4

from django.contrib.auth.decorators import permission_required
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.actions import library as actions
from deals.choices import MaterialKind
from deals.forms.library import MaterialForm, SendMaterialForm
from deals.models import Material
from deals.views.dialogs import ask, done
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold
from salesexpert.core.http import render_part

sees = permission_required("clients.view_clientfile", raise_exception=True)
manages = permission_required("deals.manage_library", raise_exception=True)
MOST = 500


def _rows(request: SignedRequest) -> QuerySet[Material]:
    rows = Material.objects.select_related("uploaded_by")
    archived = request.GET.get("show") == "archive" and request.user.has_perm("deals.manage_library")  # fmt: skip
    rows = rows.filter(archived_at__isnull=not archived)
    if (kind := request.GET.get("kind", "")) in MaterialKind.values:
        rows = rows.filter(kind=kind)
    for word in fold(request.GET.get("q", "")[:100]).split()[:6]:
        rows = rows.filter(folded__contains=word)
    return rows


@require_GET
@sees
def library(request: SignedRequest) -> HttpResponse:
    context = {
        "materials": _rows(request)[:MOST],
        "kinds": MaterialKind.choices,
        "kind": request.GET.get("kind", ""),
        "archive": request.GET.get("show") == "archive",
        "q": request.GET.get("q", "")[:100].replace("\x00", ""),
    }
    return render_part(request, "deals/library.html", "materials", context)


@require_http_methods(["GET", "POST"])
@manages
def material(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    kept = get_object_or_404(Material, pk=pk) if pk else Material()
    form = MaterialForm(request.POST or None, request.FILES or None, instance=kept)
    back = reverse("deals:library")
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.save_material(
                material=form.save(commit=False), upload=form.cleaned_data.get("upload"),
                by=request.user, at=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error("upload", str(error))
        else:
            return done(request, _("In the library: %s.") % made, back)
    return ask(
        request, form, title=kept.name or _("New material"), submit=_("Keep in the library"), back=back, files=True,
    )  # fmt: skip


@require_GET
@sees
def material_file(request: SignedRequest, pk: int) -> FileResponse:
    """The bytes, always as an attachment."""
    kept = get_object_or_404(Material, pk=pk)
    try:
        opened = kept.file.open("rb")
    except (FileNotFoundError, ValueError):
        raise Http404 from None
    journal.record("material.opened", kept, by=request.user, at=timezone.now())
    response = FileResponse(opened, as_attachment=True, filename=kept.file_name, content_type=kept.content_type)  # fmt: skip
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@manages
def material_archive(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(Material, pk=pk)
    actions.archive_material(material=kept, by=request.user, at=timezone.now())
    return redirect("deals:library")


@require_http_methods(["GET", "POST"])
@permission_required(["clients.view_clientfile", "deals.add_document"], raise_exception=True)  # fmt: skip
def material_send(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(Material, pk=pk, archived_at=None)
    name = request.user.get_full_name() or request.user.get_username()
    form = SendMaterialForm(
        request.POST or None,
        user=request.user,
        initial={
            "subject": kept.name,
            "text": f"Здравствуйте!\n\nНаправляем вам: {kept.name}.\n\nС уважением,\n{name}",
            "key": f"material:{pk}:{uuid4().hex}",
        },
    )
    back = reverse("deals:library")
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.send_materials(
                materials=[kept], client=data["found"], to=data["to"], subject=data["subject"], text=data["text"],
                key=f"material:{request.user.pk}:{data['key']}"[:200], by=request.user, at=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error("to", str(error))
        else:
            return done(request, _("Sent to %s.") % data["to"], back)
    return ask(request, form, title=_("Send: %s") % kept, submit=_("Send"), back=back)
