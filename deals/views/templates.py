"""Templates of papers: their list, the page where blocks are put together, the preview."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.actions import templates as actions
from deals.choices import BlockKind
from deals.forms.templates import BlockForm, TemplateForm
from deals.models import DocumentTemplate, TemplateBlock
from deals.papers import blocks as drawing
from deals.papers.merging import FIELDS, BadTemplate
from deals.papers.sample import sample
from deals.views.dialogs import ask, done
from salesexpert.accounts.requests import SignedRequest

manages = permission_required("deals.manage_templates", raise_exception=True)
# The page shows its own preview in a frame; the preview has the styles of paper inside and runs nothing.
WITH_FRAME: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
OF_PAPER: dict[str, Any] = {"default-src": [CSP.NONE], "style-src": [CSP.UNSAFE_INLINE], "font-src": [CSP.SELF], "img-src": ["data:"], "frame-ancestors": [CSP.SELF], "sandbox": ["allow-same-origin"]}  # fmt: skip


@require_GET
@manages
def templates(request: SignedRequest) -> HttpResponse:
    rows = DocumentTemplate.objects.select_related("firm").order_by("retired_at", "kind", "-is_default", "position", "name")  # fmt: skip
    return render(request, "deals/templates.html", {"templates": rows})


@require_http_methods(["GET", "POST"])
@manages
def template_head(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    kept = get_object_or_404(DocumentTemplate, pk=pk) if pk else DocumentTemplate()
    form = TemplateForm(request.POST or None, instance=kept)
    if request.method == "POST" and form.is_valid():
        made = actions.save_template(template=form.save(commit=False), by=request.user, at=timezone.now())  # fmt: skip
        return done(request, _("Saved: %s.") % made, reverse("deals:template", args=[made.pk]))  # fmt: skip
    return ask(
        request, form, title=kept.name or _("New template"), submit=_("Save the template"), back=reverse("deals:templates"),
    )  # fmt: skip


@require_GET
@csp_override(WITH_FRAME)
@manages
def template(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(DocumentTemplate.objects.select_related("firm"), pk=pk)
    return render(request, "deals/template.html", _context(kept))


def _context(kept: DocumentTemplate, **more: Any) -> dict[str, Any]:
    return {
        "template": kept,
        "blocks": list(kept.blocks.all()),
        "kinds": BlockKind.choices,
        "fields": FIELDS.items(),
        **more,
    }


def _blocks(request: SignedRequest, kept: DocumentTemplate, *, status: int = 200, **more: Any) -> HttpResponse:  # fmt: skip
    """The list of blocks to htmx; a browser without scripts goes to the page."""
    if not request.headers.get("HX-Request") and status == 200 and request.method == "POST":  # fmt: skip
        return redirect("deals:template", kept.pk)
    response = render(request, "deals/template_blocks.html", _context(kept, **more), status=status)  # fmt: skip
    response["HX-Trigger"] = "preview-changed"
    return response


@require_GET
@xframe_options_sameorigin
@csp_override(OF_PAPER)
@manages
def template_preview(request: SignedRequest, pk: int) -> HttpResponse:
    """The paper with invented values, as HTML that runs nothing."""
    kept = get_object_or_404(DocumentTemplate, pk=pk)
    values = sample(kept.language)
    bodies = []
    for block in kept.blocks.all():
        try:
            bodies.append(drawing.draw(block, values, language=kept.language))
        except BadTemplate as error:
            bodies.append(f"<p>{error}</p>")
    html = drawing.sheet(bodies, landscape=kept.landscape, title=kept.name, language=kept.language)  # fmt: skip
    faces = "".join(
        f"@font-face{{font-family:'Golos {part}';src:url(/static/vendor/fonts/golos-text-{part}-wght-normal.woff2)}}"
        for part in ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
    )  # fmt: skip
    millimetres = 297 if kept.landscape else 210
    screen = f"{faces}html{{background:#fff}}body{{padding:12mm 12mm 12mm 16mm!important;width:{millimetres}mm}}.break{{border-top:1px dashed #999;margin:10mm 0}}{_fitted(millimetres)}"  # fmt: skip
    return HttpResponse(html.replace("/*fonts*/", screen, 1))


def _fitted(millimetres: int) -> str:
    """Rules by which a sheet so wide becomes small enough for the window of its preview, lines broken as in print."""
    sheet = millimetres * 96 / 25.4
    steps = range(int(sheet) + 20, int(sheet * 0.4), -20)
    return "".join(
        f"@media (max-width:{width}px){{html{{zoom:{(width - 20) / sheet:.3f}}}}}"
        for width in steps
        if width - 20 < sheet
    )


@require_POST
@manages
def template_copy(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(DocumentTemplate, pk=pk)
    made = actions.copy_template(template=kept, by=request.user, at=timezone.now())
    return redirect("deals:template", made.pk)


@require_POST
@manages
def template_retire(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(DocumentTemplate, pk=pk)
    actions.retire_template(template=kept, by=request.user, at=timezone.now())
    return redirect("deals:templates")


# ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_POST
@manages
def block_add(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(DocumentTemplate, pk=pk)
    kind = request.POST.get("kind", "")
    if kind not in BlockKind.values:
        raise Http404
    made = actions.add_block(template=kept, kind=kind, by=request.user, at=timezone.now())  # fmt: skip
    return _blocks(request, kept, editing=made.pk, form=BlockForm(block=made))


def _block(pk: int) -> TemplateBlock:
    return get_object_or_404(TemplateBlock.objects.select_related("template"), pk=pk)


@require_http_methods(["GET", "POST"])
@csp_override(WITH_FRAME)
@manages
def block(request: SignedRequest, pk: int) -> HttpResponse:
    """A block edited in its place."""
    kept = _block(pk)
    if request.method != "POST":
        more = _context(kept.template, editing=pk, form=BlockForm(block=kept))
        name = "deals/template_blocks.html" if request.headers.get("HX-Request") else "deals/template.html"  # fmt: skip
        return render(request, name, more)
    form = BlockForm(request.POST, request.FILES, block=kept)
    if not form.is_valid():
        return _blocks(request, kept.template, status=422, editing=pk, form=form)
    data = form.cleaned_data
    actions.change_block(
        block=kept, text=data.get("text", kept.text), condition=data.get("condition", ""), options=form.options,
        picture=data.get("picture"), by=request.user, at=timezone.now(),
    )  # fmt: skip
    return _blocks(request, kept.template)


@require_POST
@manages
def block_move(request: SignedRequest, pk: int) -> HttpResponse:
    """`to`: up, down, or a place counted from 0."""
    kept = _block(pk)
    order = list(kept.template.blocks.values_list("pk", flat=True))
    here, to = order.index(pk), request.POST.get("to", "")
    if to in ("up", "down"):
        place = here + (1 if to == "down" else -1)
    elif to.isascii() and to.isdigit() and len(to) < 6:
        place = int(to)
    else:
        raise Http404
    actions.move_block(block=kept, place=max(0, place), by=request.user, at=timezone.now())  # fmt: skip
    return _blocks(request, kept.template)


@require_POST
@manages
def block_remove(request: SignedRequest, pk: int) -> HttpResponse:
    kept = _block(pk)
    owner = kept.template
    actions.remove_block(block=kept, by=request.user, at=timezone.now())
    return _blocks(request, owner)
