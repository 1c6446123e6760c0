"""Papers of a deal: made, opened, sent."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from deals.actions import documents as actions
from deals.choices import DocumentKind, DocumentState, InvoiceState
from deals.firms import default_firm
from deals.forms.documents import ClosingForm, MakeForm, SendForm
from deals.models import (
    Contract,
    Deal,
    Delivery,
    Document,
    DocumentTemplate,
    Invoice,
    Offer,
    OwnFirm,
)
from deals.papers.context import Ground
from deals.papers.formats import money, short_day
from deals.rights import sees_card
from deals.views.common import deal_or_404
from deals.views.dialogs import ask, done
from salesexpert.accounts.models import User
from salesexpert.accounts.requests import SignedRequest
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

makes = permission_required("deals.add_document", raise_exception=True)
sees = permission_required("deals.view_document", raise_exception=True)
CHANGED = "documents-changed"


def _document(request: SignedRequest, pk: int) -> Document:
    return get_object_or_404(
        Document.objects.visible_to(request.user).select_related("client__legal_form", "deal__contact", "firm", "template"),
        pk=pk,
    )  # fmt: skip


def _page(document: Document) -> str:
    return document.deal.get_absolute_url() if document.deal else document.client.get_absolute_url()  # fmt: skip


# ── making ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _sources(deal: Deal) -> list[tuple[str, str]]:
    """What the lines of a paper may come from, the nearest first."""
    found = [("deal", _("Lines of the deal"))]
    for offer in Offer.objects.filter(deal=deal).order_by("-made_on", "-version")[:10]:
        words = {"number": offer.number or "—", "n": offer.version, "sum": money(offer.total)}  # fmt: skip
        found.append((f"offer-{offer.pk}", _("Offer No. %(number)s, version %(n)s, %(sum)s") % words))  # fmt: skip
    invoices = Invoice.objects.filter(deal=deal).exclude(state=InvoiceState.CANCELLED)
    for invoice in invoices[:10]:
        words = {"number": invoice.number, "day": short_day(invoice.issued_on), "sum": money(invoice.total)}  # fmt: skip
        found.append((f"invoice-{invoice.pk}", _("Invoice No. %(number)s of %(day)s, %(sum)s") % words))  # fmt: skip
    for delivery in Delivery.objects.filter(deal=deal, cancelled_at=None)[:10]:
        words = {"number": delivery.number, "day": short_day(delivery.delivered_on), "sum": money(delivery.total)}  # fmt: skip
        found.append((f"delivery-{delivery.pk}", _("Delivery No. %(number)s of %(day)s, %(sum)s") % words))  # fmt: skip
    return found


def _ground(deal: Deal, firm: OwnFirm, source: str, contract: Contract | None) -> Ground:  # fmt: skip
    """The ground of a paper as it was chosen; what hangs on it comes along."""
    kind, _dash, pk = source.partition("-")
    offer = invoice = delivery = None
    if kind == "offer":
        offer = get_object_or_404(Offer, pk=pk, deal=deal)
    elif kind == "invoice":
        invoice = get_object_or_404(Invoice, pk=pk, deal=deal)
    elif kind == "delivery":
        delivery = get_object_or_404(Delivery, pk=pk, deal=deal)
        invoice = delivery.invoice
    contract = contract or (invoice.contract if invoice else None)
    if invoice is not None:
        firm = invoice.firm
    return Ground(
        client=deal.client, firm=firm, deal=deal, contract=contract, offer=offer, invoice=invoice, delivery=delivery,
        account=(invoice.account if invoice else None) or actions.account_of(firm, deal.currency),
    )  # fmt: skip


def _usual_source(deal: Deal, kind: str, sources: list[tuple[str, str]]) -> str:
    """The source that a paper of this kind is mostly made of."""
    wanted = {
        DocumentKind.INVOICE: ("invoice",),
        DocumentKind.TECHNICAL_OFFER: ("offer",),
        DocumentKind.FINANCIAL_OFFER: ("offer",),
        DocumentKind.CONTRACT: ("deal",),
    }.get(DocumentKind(kind), ("delivery", "invoice"))
    for prefix in wanted:
        for value, _label in sources:
            if value.startswith(prefix):
                return value
    return "deal"


@require_http_methods(["GET", "POST"])
@makes
def document_new(request: SignedRequest, pk: int) -> HttpResponse:
    """Make a paper of a deal. `?kind=` chooses the kind, `?template=` the template, `?source=invoice-5` its ground."""
    deal = deal_or_404(request, pk)
    firm = default_firm()
    if firm is None:
        return done(request, _("Enter your own firm in the settings first: papers carry its requisites."), deal.get_absolute_url())  # fmt: skip
    kind = request.GET.get("kind", "")
    kinds = [kind] if kind in DocumentKind.values else []
    templates = actions.templates_for(firm, *kinds)
    sources = _sources(deal)
    contracts = (
        Contract.objects.visible_to(request.user)
        .filter(client=deal.client)
        .order_by("-dated_on")
    )
    first = templates[0] if templates else None
    asked = request.GET.get("source", "")
    given = next((v for v, _l in sources if v == asked), "")
    of_deal = contracts.filter(deal=deal).first()
    initial = {
        "template": str(first.pk) if first else "",
        "firm": firm,
        "dated_on": timezone.localdate(),
        "source": given
        or (_usual_source(deal, first.kind, sources) if first else "deal"),
        "contract": of_deal,
    }
    form = MakeForm(
        request.POST or None,
        initial=initial,
        templates=templates,
        sources=sources,
        contracts=contracts,
        may_stamp=request.user.has_perm("deals.use_stamp"),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        template = get_object_or_404(DocumentTemplate, pk=data["template"])
        source = data["source"] or "deal"
        if source == "deal":
            source = _usual_source(deal, template.kind, sources) if template.kind == DocumentKind.INVOICE else "deal"  # fmt: skip
        try:
            made = actions.make_document(
                template=template,
                ground=_ground(deal, data["firm"], source, data.get("contract")),
                dated_on=data["dated_on"],
                number=data["number"],
                with_stamp=data.get("with_stamp", False),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            return done(request, _("Being drawn: %s.") % made, deal.get_absolute_url(), CHANGED)  # fmt: skip
    return ask(
        request, form, title=_("New paper"), submit=_("Make the paper"), back=deal.get_absolute_url()
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@makes
def closing_set(request: SignedRequest, pk: int) -> HttpResponse:
    """The papers that close a delivery, all at once."""
    deal = deal_or_404(request, pk)
    firm = default_firm()
    if firm is None:
        return done(request, _("Enter your own firm in the settings first: papers carry its requisites."), deal.get_absolute_url())  # fmt: skip
    sources = _sources(deal)
    form = ClosingForm(
        request.POST or None,
        sources=sources,
        may_stamp=request.user.has_perm("deals.use_stamp"),
        initial={"dated_on": timezone.localdate(), "source": _usual_source(deal, DocumentKind.UPD, sources)},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        contract = Contract.objects.filter(deal=deal).first()
        try:
            made = actions.make_closing_set(
                ground=_ground(deal, firm, data["source"] or "deal", contract),
                dated_on=data["dated_on"],
                with_stamp=data.get("with_stamp", False),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            form.add_error(None, str(error))
        else:
            names = ", ".join(d.title for d in made)
            return done(request, _("Being drawn: %s.") % names, deal.get_absolute_url(), CHANGED)  # fmt: skip
    return ask(
        request,
        form,
        title=_("Closing papers"),
        submit=_("Make the set"),
        about=_("A УПД for goods; for services an act, and a счёт-фактура from a firm that pays VAT."),
        back=deal.get_absolute_url(),
    )  # fmt: skip


# ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_GET
@sees
def document_pdf(request: SignedRequest, pk: int) -> FileResponse:
    """The PDF, shown by the browser; `?download` sends it as a file."""
    document = _document(request, pk)
    if document.state != DocumentState.READY:
        raise Http404
    try:
        opened = document.pdf.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    journal.record("document.opened", document, by=request.user, at=timezone.now())
    response = FileResponse(
        opened,
        as_attachment="download" in request.GET,
        filename=actions.file_name(document),
        content_type="application/pdf",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@makes
def document_again(request: SignedRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    actions.draw_again(document=document)
    return done(request, _("It is drawn once more."), _page(document), CHANGED)


# ── sending ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
@makes
def document_send(request: SignedRequest, pk: int) -> HttpResponse:
    """Send a paper by e-mail, with other ready papers of the deal if they are ticked."""
    document = _document(request, pk)
    if document.client.archived_at:
        raise PermissionDenied
    others = Document.objects.filter(client=document.client, deal=document.deal, state=DocumentState.READY)[:30]  # fmt: skip
    choices = [(str(d.pk), f"{d.title}, {short_day(d.dated_on)}" + (f" (v{d.version})" if d.version > 1 else "")) for d in others]  # fmt: skip
    addresses = _addresses(document, request.user)
    form = SendForm(
        request.POST or None,
        papers=choices,
        initial={
            "to": addresses[0] if addresses else "",
            "subject": document.title,
            "text": _letter(document, request),
            "papers": [str(document.pk)],
            "key": f"paper:{document.pk}:{uuid4().hex}",
        },
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = [d for d in others if str(d.pk) in data["papers"]]
        try:
            actions.send_documents(
                documents=chosen, to=data["to"], subject=data["subject"], text=data["text"],
                key=f"paper:{request.user.pk}:{data['key']}"[:200], by=request.user, at=timezone.now(),
            )  # fmt: skip
        except DomainError as error:
            form.add_error("to", str(error))
        else:
            return done(request, _("Sent to %s.") % data["to"], _page(document), CHANGED, "activities-changed")  # fmt: skip
    return ask(
        request, form, title=_("Send by e-mail"), submit=_("Send"), back=_page(document),
        template="deals/send.html", addresses=addresses,
    )  # fmt: skip


def _addresses(document: Document, by: User) -> list[str]:
    """None of a card that is closed to him."""
    if not sees_card(by, document.client):
        return []
    contact = document.deal.contact if document.deal else None
    found = [e.address for e in contact.emails.all()] if contact else []
    found += [e.address for e in document.client.emails.all()]
    return list(dict.fromkeys(found))


def _letter(document: Document, request: SignedRequest) -> str:
    """Plain words in the language of the paper."""
    name = request.user.get_full_name() or request.user.get_username()
    if document.template and document.template.language == "en":
        firm = document.firm.name_en or document.firm.name
        return f"Hello,\n\nPlease find attached: {document.title}.\n\nBest regards,\n{name}\n{firm}"
    return f"Здравствуйте!\n\nНаправляем вам: {document.title}.\n\nС уважением,\n{name}\n{document.firm.name}"


@require_http_methods(["GET", "POST"])
def papers_redirect(request: SignedRequest, pk: int) -> HttpResponse:
    """Where a link to a paper in the journal leads."""
    document = _document(request, pk)
    if document.state == DocumentState.READY and request.user.has_perm("deals.view_document"):  # fmt: skip
        return redirect(reverse("deals:document_pdf", args=[pk]))
    messages.info(request, _("This paper is not drawn yet."))
    return redirect(_page(document))
