"""Writing one letter: from the card, from a deal, with a paper of it."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from clients.models import Client, Contact
from deals.choices import DocumentKind, DocumentState
from deals.models import Deal, Document, Material
from deals.papers.formats import short_day
from deals.papers.merging import BadTemplate
from mailing.actions.letters import send_letter
from mailing.choices import MailChannel, Purpose
from mailing.forms import LetterForm
from mailing.merging import fill
from mailing.models import MailTemplate
from mailing.values import To, Values, main_contact, positions
from salesexpert.accounts.requests import SignedRequest
from salesexpert.core.errors import DomainError
from salesexpert.core.http import go_to
from salesexpert.outbox.actions import BadAddress

writes = permission_required("mailing.write_letters", raise_exception=True)
_PURPOSES = {
    DocumentKind.INVOICE: Purpose.INVOICE,
    DocumentKind.ACT: Purpose.ACT,
    DocumentKind.UPD: Purpose.ACT,
    DocumentKind.TECHNICAL_OFFER: Purpose.OFFER,
    DocumentKind.FINANCIAL_OFFER: Purpose.OFFER,
}


def _number(given: str) -> int | None:
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else None  # fmt: skip


class Ground:
    """What the letter is about: a client, perhaps his deal, perhaps a paper of it, as the address says."""

    def __init__(self, request: SignedRequest) -> None:
        self.user = request.user
        asked = {name: _number(request.GET.get(name, "")) for name in ("client", "deal", "document", "contact")}  # fmt: skip
        user = self.user
        self.document: Document | None = None
        self.deal: Deal | None = None
        if asked["document"]:
            may = user.has_perm("deals.view_document")
            papers = Document.objects.visible_to(user).select_related("deal")
            self.document = get_object_or_404(papers, pk=asked["document"]) if may else None  # fmt: skip
            if self.document is None:
                raise Http404
            self.deal = self.document.deal
        elif asked["deal"]:
            self.deal = get_object_or_404(Deal.objects.visible_to(user), pk=asked["deal"])  # fmt: skip
        known = self.document or self.deal
        client_id = known.client_id if known else asked["client"]
        # The addresses are the card's: who sees a deal of a closed card writes to nobody from here.
        self.client = get_object_or_404(
            Client.objects.visible_to(user).select_related("legal_form", "region", "industry", "relationship"), pk=client_id
        )  # fmt: skip
        self.contact, self.position = self._contact(asked["contact"])

    def _contact(self, asked: int | None) -> tuple[Contact | None, str]:
        pk = asked or (self.deal.contact_id if self.deal else None)
        if pk is None:
            return main_contact(self.client)
        found = Contact.objects.filter(pk=pk, links__client=self.client, erased_at=None).first()  # fmt: skip
        if found is None:
            return main_contact(self.client)
        return found, positions([(pk, self.client.pk)]).get((pk, self.client.pk), "")

    def addresses(self) -> list[tuple[str, str, int | None]]:
        """Address, whose it is, the person's id; the person of the deal first."""
        links = self.client.contact_links.filter(until_on=None, contact__bin=None, contact__erased_at=None)  # fmt: skip
        people = Contact.objects.filter(pk__in=links.values("contact")).prefetch_related("emails")  # fmt: skip
        first = self.contact.pk if self.contact else 0
        found: list[tuple[str, str, int | None]] = [
            (e.address, str(person), person.pk)
            for person in sorted(people[:100], key=lambda p: (p.pk != first, p.folded))
            for e in person.emails.all()
        ]
        found += [(e.address, str(self.client), None) for e in self.client.emails.all()]
        return list({one[0].lower(): one for one in reversed(found)}.values())[::-1]

    def papers(self) -> list[Document]:
        rows = Document.objects.visible_to(self.user).filter(
            client=self.client, state=DocumentState.READY
        )
        if self.deal:
            rows = rows.filter(deal=self.deal)
        found = list(rows.order_by("-made_at", "-pk")[:20])
        if self.document and self.document not in found:
            found.insert(0, self.document)
        return found


@require_http_methods(["GET", "POST"])
@writes
def write(request: SignedRequest) -> HttpResponse:
    """The page of one letter: `client`, `deal` or `document` say about what, `template` what it is filled from."""
    ground = Ground(request)
    user = request.user
    papers = ground.papers() if user.has_perm("deals.view_document") else []
    materials = list(Material.objects.filter(archived_at=None)[:200])
    addresses = ground.addresses()
    templates = list(
        MailTemplate.objects.filter(retired_at=None, channel=MailChannel.EMAIL).exclude(purpose=Purpose.MAILING)
    )  # fmt: skip
    chosen = _chosen(request, ground, templates)
    form = LetterForm(
        request.POST or None,
        papers=[(str(p.pk), f"{p.title}, {short_day(p.dated_on)}") for p in papers],
        materials=[(str(m.pk), m.name) for m in materials],
        initial=_initial(request, ground, chosen, addresses),
    )
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            whose = {a.lower(): pk for a, _name, pk in addresses}
            contact_id = whose.get(data["to"].strip().lower())
            try:
                send_letter(
                    client=ground.client,
                    contact=Contact.objects.filter(pk=contact_id).first() if contact_id else None,
                    deal=ground.deal,
                    template=chosen,
                    to=data["to"],
                    subject=data["subject"],
                    body=data["body"],
                    papers=[p for p in papers if str(p.pk) in data.get("papers", ())],
                    materials=[m for m in materials if str(m.pk) in data.get("materials", ())],
                    by=user,
                    at=timezone.now(),
                    key=data["key"],
                )  # fmt: skip
            except BadAddress as error:
                form.add_error("to", str(error))
            except DomainError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("The letter goes to %s.") % data["to"])
                return go_to(request, ground.deal or ground.client)
    context = {
        "form": form,
        "client": ground.client,
        "deal": ground.deal,
        "addresses": addresses,
        "templates": templates,
        "chosen": chosen,
        "kept": {
            k: v
            for k, v in request.GET.items()
            if k in ("client", "deal", "document", "contact")
        },
        "back": (ground.deal or ground.client).get_absolute_url(),
    }
    return render(request, "mailing/write.html", context, status=status)


def _chosen(
    request: SignedRequest, ground: Ground, templates: list[MailTemplate]
) -> MailTemplate | None:
    asked = request.GET.get("template", "")
    if asked == "0":
        return None
    for one in templates:
        if str(one.pk) == asked:
            return one
    purpose = Purpose.LETTER
    language = request.user.language
    if ground.document:
        purpose = _PURPOSES.get(DocumentKind(ground.document.kind), Purpose.DOCUMENT)
        if ground.document.template:
            language = ground.document.template.language
    elif not asked and not ground.document:
        return None
    fitting = [t for t in templates if t.purpose == purpose]
    fitting.sort(key=lambda t: t.language != language)
    return fitting[0] if fitting else None


def _initial(
    request: SignedRequest,
    ground: Ground,
    chosen: MailTemplate | None,
    addresses: list[tuple[str, str, int | None]],
) -> dict[str, object]:
    initial: dict[str, object] = {
        "to": addresses[0][0] if addresses else "",
        "key": str(uuid4()),
        "papers": [str(ground.document.pk)] if ground.document else [],
    }
    language = chosen.language if chosen else request.user.language
    made = Values(by=request.user, language=language, at=timezone.now()).of(
        To(
            client=ground.client,
            contact=ground.contact,
            deal=ground.deal,
            position=ground.position,
            paper=ground.document.title if ground.document else "",
        )
    )
    if chosen:
        try:
            initial["subject"] = fill(chosen.subject, made, html=False)
            initial["body"] = fill(chosen.body, made, html=True)
        except BadTemplate as error:
            messages.error(request, str(error))
        initial["template"] = str(chosen.pk)
        initial["materials"] = [str(pk) for pk in chosen.materials.values_list("pk", flat=True)]  # fmt: skip
    else:
        initial["subject"] = ground.document.title if ground.document else ""
    return initial
