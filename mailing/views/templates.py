"""Templates of letters and faxes: their list, the page where one is written, how it will look, a test."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.models import Client
from clients.searching import suggested
from deals.papers.merging import BadTemplate
from deals.papers.pdf import CannotMakePdf, make_pdf
from mailing import values
from mailing.actions import templates as actions
from mailing.choices import MailChannel, Purpose
from mailing.composing import Composed, Letters, fax_page
from mailing.forms import TemplateForm
from mailing.merging import FIELDS
from mailing.models import MailTemplate
from mailing.values import To, Values, main_contact
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to

manages = permission_required("mailing.manage_mail_templates", raise_exception=True)
sees = permission_required("mailing.view_mailing", raise_exception=True)
WITH_FRAME: dict[str, Any] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}
# A letter on our page: it shows its own colours and pictures, and runs nothing.
OF_LETTER: dict[str, Any] = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "img-src": ["data:", "https:"],
    "form-action": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.SELF],
    "sandbox": True,
}


@require_GET
@sees
def templates(request: HttpRequest) -> HttpResponse:
    rows = MailTemplate.objects.order_by("retired_at", "purpose", "name", "pk")
    return render(request, "mailing/templates.html", {"rows": rows[:500]})


@require_http_methods(["GET", "POST"])
@csp_override(WITH_FRAME)
@manages
def template(request: SignedRequest, pk: int | None = None) -> HttpResponse:
    kept = get_object_or_404(MailTemplate, pk=pk) if pk else MailTemplate(language=request.user.language)  # fmt: skip
    form = TemplateForm(request.POST or None, instance=kept)
    seen = kept.changed_at.isoformat() if pk else ""
    if request.method != "POST":
        return _page(request, kept, form, seen=seen)
    if form.is_valid():
        try:
            made = actions.save_template(
                template=form.save(commit=False), materials=form.cleaned_data["materials"],
                by=request.user, at=timezone.now(), seen=request.POST.get("seen", ""),
            )  # fmt: skip
        except actions.ChangedMeanwhile as error:
            form.add_error(None, str(error))
            return _page(request, kept, form, status=422, seen=error.changed_at.isoformat(), other=True)  # fmt: skip
        messages.success(request, _("Saved: %s.") % made)
        return go_to(request, "mailing:template", made.pk)
    return _page(request, kept, form, status=422, seen=request.POST.get("seen", seen))


def _page(
    request: SignedRequest, kept: MailTemplate, form: TemplateForm, *, status: int = 200, **more: Any
) -> HttpResponse:  # fmt: skip
    client = _client(request)
    typed = request.GET.get("q", "").replace("\x00", "")[:200]
    context = {
        "form": form,
        "typed": typed if client is None else "",
        "found": suggested(request.user, typed) if client is None else None,
        "template": kept,
        "fields": [(path, label) for path, label in FIELDS.items()],
        "client": client,
        "preview": _preview_address(kept, client),
        "test_key": uuid4().hex,
        "text_made": _made(kept, client, request.user).text
        if kept.pk and kept.channel == MailChannel.EMAIL
        else "",
        **more,
    }
    return render(request, "mailing/template.html", context, status=status)


def _client(request: SignedRequest) -> Client | None:
    given = request.GET.get("client", "") or request.GET.get("client_id", "")
    if not given.isascii() or not given.isdecimal() or len(given) > 18:
        return None
    found = Client.objects.visible_to(request.user).filter(pk=int(given))
    return found.select_related("legal_form", "region", "industry", "relationship", "curator").first()  # fmt: skip


def _preview_address(kept: MailTemplate, client: Client | None) -> str:
    if not kept.pk:
        return ""
    address = reverse("mailing:template_preview", args=[kept.pk])
    return f"{address}?client={client.pk}" if client else address


def _values(kept: MailTemplate, client: Client | None, by: User) -> dict[str, Any]:
    if client is None:
        return values.sample(kept.language, kept.purpose)
    contact, position = main_contact(client)
    made = Values(by=by, language=kept.language, at=timezone.now())
    filled = made.of(To(client, contact, None, position), manager=client.curator)
    return values.with_samples(filled, kept.language, kept.purpose)


def _made(kept: MailTemplate, client: Client | None, by: User) -> Composed:
    try:
        letters = Letters(actions.content_of(kept))
        filled = _values(kept, client, by)
        leaving = "#" if kept.purpose == Purpose.MAILING else ""
        return letters.make(filled, sender=filled["company"]["name"], unsubscribe=leaving)  # fmt: skip
    except BadTemplate as error:
        return Composed("", f"<p>{error}</p>", str(error))


@require_GET
@xframe_options_sameorigin
@csp_override(OF_LETTER)
@sees
def template_preview(request: SignedRequest, pk: int) -> HttpResponse:
    """The letter, filled from a card or with invented values, for the sandboxed frame."""
    kept = get_object_or_404(MailTemplate, pk=pk)
    client = _client(request)
    if kept.channel == MailChannel.FAX:
        filled = _values(kept, client, request.user)
        page = fax_page(actions.content_of(kept), filled, number="+7 495 000-00-00")
        return HttpResponse(page.replace("/*fonts*/", "html{background:#fff}body{padding:12mm!important;max-width:170mm}", 1))  # fmt: skip
    return HttpResponse(_made(kept, client, request.user).html)


@require_GET
@sees
def template_pdf(request: SignedRequest, pk: int) -> HttpResponse:
    """The pages of a fax as they will be sent."""
    kept = get_object_or_404(MailTemplate, pk=pk, channel=MailChannel.FAX)
    client = _client(request)
    try:
        page = fax_page(actions.content_of(kept), _values(kept, client, request.user), number="+7 495 000-00-00")  # fmt: skip
        pdf, _pages = make_pdf(page)
    except (BadTemplate, CannotMakePdf) as error:
        messages.error(request, str(error))
        return redirect("mailing:template", kept.pk)
    return HttpResponse(pdf, content_type="application/pdf")


@require_POST
@manages
def template_test(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(MailTemplate, pk=pk, channel=MailChannel.EMAIL)
    client = _client(request)
    to = None
    if client is not None:
        contact, position = main_contact(client)
        to = To(client, contact, None, position)
    try:
        address = actions.send_test(
            template=kept, to=to, by=request.user, at=timezone.now(),
            key=f"mailing-test:{request.user.pk}:{request.POST.get('key', '')[:64]}".replace("\x00", ""),
        )  # fmt: skip
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("A test letter goes to %s.") % address)
    back = reverse("mailing:template", args=[kept.pk])
    return go_to(request, f"{back}?client={client.pk}" if client else back)


@require_POST
@csp_override(WITH_FRAME)
@manages
def template_test_fax(request: SignedRequest, pk: int) -> HttpResponse:
    """The fax to a number typed here; what the number is wrong with stands beside it."""
    kept = get_object_or_404(MailTemplate, pk=pk, channel=MailChannel.FAX)
    client = _client(request)
    typed = request.POST.get("number", "").replace("\x00", "").strip()[:40]
    to = None
    if client is not None:
        contact, position = main_contact(client)
        to = To(client, contact, None, position)
    try:
        fax = actions.send_test_fax(
            template=kept, number=typed, to=to, by=request.user, at=timezone.now(),
            key=f"fax-test:{request.user.pk}:{request.POST.get('key', '')[:64]}".replace("\x00", ""),
        )  # fmt: skip
    except (DomainError, CannotMakePdf) as error:
        return _page(request, kept, TemplateForm(instance=kept), status=422, seen=kept.changed_at.isoformat(), number=typed, number_wrong=str(error))  # fmt: skip
    messages.success(request, _("A test fax goes to %s.") % fax.number)
    back = reverse("mailing:template", args=[kept.pk])
    return go_to(request, f"{back}?client={client.pk}" if client else back)


@require_POST
@manages
def template_copy(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(MailTemplate, pk=pk)
    made = actions.copy_template(template=kept, by=request.user, at=timezone.now())
    return redirect("mailing:template", made.pk)


@require_POST
@manages
def template_retire(request: SignedRequest, pk: int) -> HttpResponse:
    kept = get_object_or_404(MailTemplate, pk=pk)
    actions.retire_template(template=kept, by=request.user, at=timezone.now())
    return redirect("mailing:templates")
