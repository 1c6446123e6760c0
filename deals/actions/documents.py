"""Papers: made from a template, numbered, kept in versions, sent to the client."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from clients.actions.activities import record_activity
from clients.choices import ActivityCode, Direction
from clients.models import ActivityKind
from deals import tasks
from deals.choices import (
    DocumentKind,
    DocumentState,
    NumberedKind,
    OfferState,
)
from deals.firms import default_account
from deals.models import Document, DocumentTemplate, Offer, OwnFirm
from deals.numbering import next_number
from deals.papers import context
from deals.papers.context import Ground
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.outbox.actions import queue_letter

# Papers that have a series of their own; the others take the number of what they are made of.
_SERIES = {
    DocumentKind.ACT: NumberedKind.ACT,
    DocumentKind.VAT_INVOICE: NumberedKind.VAT_INVOICE,
    DocumentKind.UPD: NumberedKind.UPD,
    DocumentKind.TECHNICAL_OFFER: NumberedKind.OFFER,
    DocumentKind.FINANCIAL_OFFER: NumberedKind.OFFER,
}
_OFFERS = (DocumentKind.TECHNICAL_OFFER, DocumentKind.FINANCIAL_OFFER)
_WITH_LINES = (
    DocumentKind.INVOICE,
    DocumentKind.ACT,
    DocumentKind.VAT_INVOICE,
    DocumentKind.UPD,
)


class CannotMake(DomainError):
    pass


class CannotSend(DomainError):
    pass


def templates_for(firm: OwnFirm | None, *kinds: str) -> list[DocumentTemplate]:
    """Templates in use of these kinds (all without any), those of the firm before those for all."""
    rows = DocumentTemplate.objects.filter(retired_at=None)
    if kinds:
        rows = rows.filter(kind__in=kinds)
    found = [t for t in rows if t.firm_id in (None, firm.pk if firm else None)]
    return sorted(found, key=lambda t: (t.kind, t.firm_id is None, not t.is_default))


@transaction.atomic
def make_document(
    *,
    template: DocumentTemplate,
    ground: Ground,
    dated_on: date,
    by: User,
    at: datetime,
    with_stamp: bool = False,
    number: str = "",
) -> Document:
    """Make a paper, or the next version of the one that has this number; its PDF is drawn after the commit.

    An invoice's and a contract's paper have their numbers; an offer's paper keeps its number through the versions; the
    others take the next of their series unless `number` says which.

    Raises CannotMake.
    """
    kind = template.kind
    if kind == DocumentKind.INVOICE and ground.invoice is None:
        raise CannotMake(_("Issue an invoice first: its paper is made of it."))
    if kind == DocumentKind.CONTRACT and ground.contract is None:
        raise CannotMake(_("Prepare a contract first: its paper is made of it."))
    if kind in _WITH_LINES and not ground.lines():
        raise CannotMake(_("There are no lines: add products to the deal first."))
    if with_stamp and not by.has_perm("deals.use_stamp"):
        raise CannotMake(_("You may not put stamp and signature on papers."))
    # Papers of one firm take turns: two at once would become the same version.
    OwnFirm.objects.select_for_update().get(pk=ground.firm.pk)
    number, dated_on = _numbered(kind, ground, number, dated_on)
    same = Document.objects.filter(firm=ground.firm, kind=kind, number=number, dated_on__year=dated_on.year)  # fmt: skip
    version = 1
    if number:
        version = (same.aggregate(last=Max("version"))["last"] or 0) + 1
        if same.exclude(client=ground.client).exists():
            raise CannotMake(_("The number %s of this year is another client's.") % number)  # fmt: skip
    values = context.build(
        ground,
        kind=kind,
        number=number,
        dated_on=dated_on,
        by=by,
        language=template.language,
        version=version,
    )
    document = Document.objects.create(
        kind=kind,
        template=template,
        title=title_of(template, number, dated_on),
        number=number,
        dated_on=dated_on,
        version=version,
        client=ground.client,
        firm=ground.firm,
        deal=ground.deal,
        contract=ground.contract,
        offer=ground.offer,
        invoice=ground.invoice,
        delivery=ground.delivery,
        with_stamp=with_stamp,
        context=values,
        made_by=by,
        made_at=at,
    )
    journal.record("document.made", document, by=by, at=at, kind=kind, version=version, stamp=with_stamp)  # fmt: skip
    tasks.draw_document.delay_on_commit(document_id=document.pk)
    return document


def title_of(template: DocumentTemplate, number: str, dated_on: date) -> str:
    if not number:
        return f"{template.name}, {dated_on:%d.%m.%Y}"
    word = "No." if template.language == "en" else "№"
    return f"{template.name} {word} {number}"


def _numbered(kind: str, ground: Ground, number: str, dated_on: date) -> tuple[str, date]:  # fmt: skip
    if kind == DocumentKind.INVOICE and ground.invoice:
        return ground.invoice.number, ground.invoice.issued_on
    if kind == DocumentKind.CONTRACT and ground.contract:
        return ground.contract.number, ground.contract.dated_on
    if number:
        return number, dated_on
    if kind in _OFFERS and ground.offer:
        if not ground.offer.number:
            ground.offer.number = next_number(ground.firm, NumberedKind.OFFER, dated_on)
            Offer.objects.filter(deal=ground.offer.deal, kind=ground.offer.kind, number="").update(number=ground.offer.number)  # fmt: skip
        return ground.offer.number, dated_on
    if kind in _SERIES:
        return next_number(ground.firm, _SERIES[DocumentKind(kind)], dated_on), dated_on
    return "", dated_on


def closing_kinds(firm: OwnFirm, *, goods: bool) -> list[str]:
    """What closes a delivery: a УПД for goods; for services an act, and a счёт-фактура from who pays VAT."""
    if goods:
        return [DocumentKind.UPD]
    taxed = firm.tax_regime != "simplified_0"
    return [DocumentKind.ACT, *([DocumentKind.VAT_INVOICE] if taxed else [])]


@transaction.atomic
def make_closing_set(
    *, ground: Ground, dated_on: date, by: User, at: datetime, with_stamp: bool = False
) -> list[Document]:
    """The papers that close a delivery, all of one date. Raises CannotMake."""
    lines = ground.lines()
    goods = any(line.product_id is None or not _is_service(line.product) for line in lines)  # fmt: skip
    made = []
    for kind in closing_kinds(ground.firm, goods=goods):
        found = templates_for(ground.firm, kind)
        if not found:
            raise CannotMake(
                _("There is no template of the paper “%s”.") % DocumentKind(kind).label
            )
        made.append(
            make_document(
                template=found[0], ground=ground, dated_on=dated_on, by=by, at=at,
                with_stamp=with_stamp,
            )
        )  # fmt: skip
    return made


def _is_service(product: Any) -> bool:
    terms = getattr(product, "terms", None)
    return bool(terms and terms.is_service)


@transaction.atomic
def draw_again(*, document: Document) -> None:
    """Ring once more for a paper whose drawing failed."""
    Document.objects.filter(pk=document.pk, state=DocumentState.FAILED).update(
        state=DocumentState.QUEUED, failure="", started_at=None
    )
    tasks.draw_document.delay_on_commit(document_id=document.pk)


@transaction.atomic
def send_documents(
    *,
    documents: Sequence[Document],
    to: str,
    subject: str,
    text: str,
    by: User,
    at: datetime,
    key: str,
    extra: Sequence[tuple[str, bytes, str]] = (),
) -> None:
    """Send papers as one letter with their PDFs attached; the history of the client says so. `key`: twice sends once.

    Raises CannotSend, or outbox's BadAddress with the sentence for the field.
    """
    client = documents[0].client
    attachments = list(extra)
    for document in documents:
        if document.state != DocumentState.READY:
            raise CannotSend(_("“%s” is not drawn yet: wait a moment.") % document)
        with document.pdf.open("rb") as file:
            attachments.append((file_name(document), file.read(), "application/pdf"))
    queue_letter(
        to=to, subject=subject, text=text, kind="paper", key=key, at=at,
        reply_to=by.email or "", attachments=attachments,
    )  # fmt: skip
    Document.objects.filter(pk__in=[d.pk for d in documents]).update(sent_at=at, sent_to=to)  # fmt: skip
    offers = [d.offer_id for d in documents if d.offer_id and d.kind in _OFFERS]
    Offer.objects.filter(pk__in=offers, state=OfferState.DRAFT).update(state=OfferState.SENT)  # fmt: skip
    titles = "; ".join(d.title for d in documents)
    record_activity(
        client=client,
        kind=ActivityKind.objects.get(code=ActivityCode.DOCUMENTS),
        title=_("Sent: %s") % titles if len(titles) < 150 else _("Papers sent"),
        summary=_("Sent to %(to)s: %(papers)s") % {"to": to, "papers": titles},
        direction=Direction.OUT,
        deal_id=documents[0].deal_id,
        contact=documents[0].deal.contact if documents[0].deal else None,
        by=by,
        at=at,
    )
    for document in documents:
        journal.record("document.sent", document, by=by, at=at)


def file_name(document: Document) -> str:
    name = "".join(c if c.isalnum() or c in " -№._«»" else "_" for c in document.title)
    if document.template and document.template.language == "en":
        return f"{name} of {document.dated_on:%Y-%m-%d}.pdf"
    return f"{name} от {document.dated_on:%d.%m.%Y}.pdf"


def account_of(firm: OwnFirm, currency: str) -> Any:
    return default_account(firm, currency) or default_account(firm)
