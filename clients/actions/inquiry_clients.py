"""An inquiry joined to a client's card: whatever it brought becomes the client's, and its history his history."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from clients import card_state, inquiry_texts, kinds, phones, searching
from clients.actions import activities, activity_rules, contacts, inquiries
from clients.actions import clients as client_actions
from clients.actions.activity_rules import Step
from clients.choices import ActivityCode, Direction, Initiative, ProductLinkKind
from clients.duplicates import find_similar
from clients.importing import persons
from clients.inquiry_choices import Channel, EntryKind, InquiryState
from clients.merging import State
from clients.models import (
    Activity,
    Client,
    ClientFile,
    ClientProduct,
    Consent,
    ConsentText,
    Contact,
    ContactLink,
    Inquiry,
    InquiryEntry,
    LegalForm,
)
from clients.names import split_legal_form
from clients.personal_choices import ConsentKind, Means
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold

ACTIVITY_OF_CHANNEL = {
    Channel.CALL: ActivityCode.CALL,
    Channel.EMAIL: ActivityCode.EMAIL,
    Channel.SITE: ActivityCode.MESSAGE,
    Channel.MESSAGE: ActivityCode.MESSAGE,
    Channel.EVENT: ActivityCode.MEETING,
    Channel.LIST: ActivityCode.NOTE,
    Channel.OTHER: ActivityCode.NOTE,
}
ACTIVITY_OF_ENTRY = {
    EntryKind.NOTE: ActivityCode.NOTE,
    EntryKind.CALL: ActivityCode.CALL,
    EntryKind.EMAIL: ActivityCode.EMAIL,
    EntryKind.MESSAGE: ActivityCode.MESSAGE,
}


class BelongsToAnother(DomainError):
    """The inquiry was joined to a client meanwhile."""


class NoClientYet(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class Person:
    """A contact person as typed: “Заготовкина Лидия Витальевна”, his position and how he is reached."""

    name: str
    position: str = ""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Firm:
    """The card to be opened. Without a `name` the client is a private person called as the first contact is."""

    name: str = ""
    inn: str = ""
    city: str = ""
    region: int | None = None
    industry: int | None = None
    interest: int | None = None
    phones: Sequence[str] = field(default=())
    emails: Sequence[str] = field(default=())


def key_of(inquiry_id: int) -> UUID:
    """The key of the entry in the client's history that says what came: it is written once."""
    return uuid5(NAMESPACE_URL, f"inquiry:{inquiry_id}")


def firm_of(inquiry: Inquiry) -> Firm:
    return Firm(
        name=inquiry.company,
        inn=inquiry.inn,
        city=inquiry.city,
        region=inquiry.region_id,
        industry=inquiry.industry_id,
        phones=[] if inquiry.name else inquiry.phones,
        emails=[] if inquiry.name else inquiry.emails,
    )


def person_of(inquiry: Inquiry) -> Person | None:
    if not inquiry.name:
        return None
    return Person(inquiry.name, inquiry.position, inquiry.phones, inquiry.emails)


@transaction.atomic
def join(
    inquiry_id: int,
    *,
    client: Client,
    by: User,
    at: datetime,
    people: Sequence[Person] = (),
    step: Step | None = None,
) -> Inquiry:
    """Join an inquiry to a card: its person, numbers, addresses, products and origin fill what the card lacks, what came
    and what was done about it become entries of the history, its files the client's.

    Raises BelongsToAnother, IsClosed, CardIsArchived, NextStepIsRequired and what planning may raise.
    """
    # In the order of the house: the client first.
    client = Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    inquiry = inquiries.held(inquiry_id)
    if inquiry.client_id == client.pk:
        return inquiry
    if inquiry.client_id:
        raise BelongsToAnother(
            _("The inquiry was joined to “%(client)s” meanwhile.")
            % {"client": inquiry.client}
        )
    if client.archived_at:
        raise activity_rules.CardIsArchived(
            _("The card is archived: restore it first.")
        )
    people = people or [p for p in [person_of(inquiry)] if p]
    known = [_person(client, person, by=by, at=at) for person in people]
    inquiry.client, inquiry.contact = client, known[0] if known else None
    inquiry.save(update_fields=["client", "contact"])
    if inquiry.state == InquiryState.NEW or inquiry.responsible_id is None:
        inquiries.begin(inquiry, by=inquiry.responsible or by, at=at)
    _fill(client, inquiry, bare=not people)
    _keep_consent(inquiry, by=by, at=at)
    if step is not None:
        activities.plan_activity(
            client=client,
            kind=step.kind,
            planned_at=step.planned_at,
            by=by,
            at=at,
            performer=step.performer,
            title=step.title,
            note=step.note,
            contact=inquiry.contact,
            minutes=step.minutes,
        )
    _tell_history(inquiry, client, by=by, at=at)
    searching.refresh_search([client.pk])
    journal.record("inquiry.joined", inquiry, by=by, at=at, client=client.pk)
    return inquiry


@transaction.atomic
def open_card(
    inquiry_id: int,
    *,
    firm: Firm,
    by: User,
    at: datetime,
    people: Sequence[Person] = (),
    others: Collection[int] = (),
    step: Step | None = None,
) -> Inquiry:
    """Open a card for who asked and join the inquiry to it.

    Raises LooksKnown when a card outside `others` may be this client, Incomplete when the company refuses such a card,
    and all that `join` raises.
    """
    inquiry = inquiries.held(inquiry_id)
    if inquiry.client_id:
        raise BelongsToAnother(
            _("The inquiry was joined to “%(client)s” meanwhile.")
            % {"client": inquiry.client}
        )
    people = people or [p for p in [person_of(inquiry)] if p]
    _refuse_known(firm, people, others)
    client = client_actions.create_client(
        state=state_of(inquiry, firm, people, curator=inquiry.responsible or by),
        by=by,
        at=at,
        others=others,
        demand=True,
    )
    return join(inquiry.pk, client=client, by=by, at=at, people=people, step=step)


def _refuse_known(
    firm: Firm, people: Sequence[Person], others: Collection[int]
) -> None:
    """The new card has the firm's own numbers; those of its people tell a known client as well."""
    similar = find_similar(
        name=firm.name,
        inn=firm.inn,
        phones=[*firm.phones, *(n for p in people for n in p.phones)],
        emails=[*firm.emails, *(e for p in people for e in p.emails)],
    )
    known = [s for s in similar if client_actions.is_strong(s)]
    if fresh := [s for s in known if s.client.pk not in others]:
        raise client_actions.LooksKnown(fresh)


def state_of(
    inquiry: Inquiry, firm: Firm, people: Sequence[Person], *, curator: User
) -> State:
    """The card's state: see `card_state`."""
    form, name = split_legal_form(firm.name) if firm.name else ("", "")
    is_person = not name
    if is_person:
        name = people[0].name if people else str(inquiry)
    legal_form = LegalForm.objects.filter(folded=fold(form)).first() if form else None
    state: State = {
        "name": name[:300],
        "is_person": is_person,
        "legal_form": legal_form.pk if legal_form else None,
        "inn": firm.inn,
        "city": firm.city,
        "region": firm.region,
        "industry": firm.industry,
        "initiative": initiative_of(inquiry),
        "source": inquiry.source_id,
        "product_source": inquiry.product_source_id,
        "campaign": inquiry.campaign_id,
        "interest": firm.interest,
        "curator": curator.pk,
    }
    for place, number in enumerate(firm.phones):
        state[f"phones:new{place}"] = [number, _kind_of(number), ""]
    for place, address in enumerate(firm.emails):
        state[f"emails:new{place}"] = [address, ""]
    for product in inquiry.products.values_list("pk", flat=True):
        state[f"interest:{product}"] = True
    return {k: v for k, v in state.items() if v is not None and v != ""}


def initiative_of(inquiry: Inquiry) -> str:
    """Whoever came by a list was found by us; everybody else came himself."""
    return Initiative.OURS if inquiry.channel == Channel.LIST else Initiative.THEIRS


def _kind_of(number: str) -> str:
    read = phones.read(number)
    return read[0].kind if read else "work"


def _person(client: Client, person: Person, *, by: User, at: datetime) -> Contact:
    """The contact person of the client with this number, address or name; entered when there is none."""
    last, first, patronymic = persons.split(person.name)
    numbers = [n.e164 for p in person.phones for n in phones.read(p) if n.e164]
    own = Contact.objects.filter(links__client=client, links__until_on=None, archived_at=None)  # fmt: skip
    known = own.filter(
        folded=fold(" ".join(filter(None, [last, first, patronymic])))
    ).first()
    if known is None and not last:
        # «Лидия» with the number of our Лидия Заготовкина is she.
        same = own.filter(phones__e164__in=numbers) if numbers else own.none()
        if person.emails:
            same |= own.filter(emails__address__in=list(person.emails))
        known = next((c for c in same.distinct() if fold(c.first_name) == fold(first)), None)  # fmt: skip
    if known is None:
        state: State = {"last_name": last, "first_name": first, "patronymic": patronymic}  # fmt: skip
        for place, number in enumerate(person.phones):
            state[f"phones:new{place}"] = [number, _kind_of(number), ""]
        for place, address in enumerate(person.emails):
            state[f"emails:new{place}"] = [address, ""]
        is_main = not ContactLink.objects.filter(client=client, is_main=True).exists()
        return contacts.create_contact(
            state={k: v[:120] if isinstance(v, str) else v for k, v in state.items()},
            by=by,
            at=at,
            client=client,
            place=contacts.Place(position=person.position, is_main=is_main),
            others=True,
        )
    _add_ways({"contact": known}, person.phones, person.emails)
    return known


def _add_ways(
    owner: dict[str, Client] | dict[str, Contact],
    numbers: Sequence[str],
    addresses: Sequence[str],
) -> None:
    """Numbers and addresses that the card or the person has not yet, behind those that it has."""
    card: Any = next(iter(owner.values()))
    before = card_state.read(card)
    after = dict(before)
    have = {n.e164 for _pk, row in card_state.rows_of(before, "phones") for n in phones.read(row[0])}  # fmt: skip
    for place, raw in enumerate(numbers):
        read = phones.read(raw)
        if read and not {n.e164 for n in read} & have:
            after[f"phones:new{place}"] = [raw, read[0].kind, ""]
    mails = {row[0].lower() for _pk, row in card_state.rows_of(before, "emails")}
    for place, address in enumerate(addresses):
        if address.lower() not in mails:
            after[f"emails:new{place}"] = [address, ""]
    if after != before:
        card_state.write(card, before, after)
        type(card)._base_manager.filter(pk=card.pk).update(version=F("version") + 1)


def _fill(client: Client, inquiry: Inquiry, *, bare: bool) -> None:
    """Put what the inquiry knows where the card knows nothing. `bare`: without a person the numbers are the firm's."""
    known = {
        "inn": inquiry.inn,
        "city": inquiry.city,
        "region_id": inquiry.region_id,
        "industry_id": inquiry.industry_id,
        "initiative": initiative_of(inquiry),
        "source_id": inquiry.source_id,
        "product_source_id": inquiry.product_source_id,
        "campaign_id": inquiry.campaign_id,
    }
    changed = [name for name, value in known.items() if value and not getattr(client, name)]  # fmt: skip
    for name in changed:
        setattr(client, name, known[name])
    if changed:
        client.version += 1
        client.save(update_fields=[*changed, "version", "updated_at"])
    if bare:
        _add_ways({"client": client}, inquiry.phones, inquiry.emails)
    ClientProduct.objects.bulk_create(
        (
            ClientProduct(client=client, product=product, kind=ProductLinkKind.INTEREST)
            for product in inquiry.products.all()
        ),
        ignore_conflicts=True,
    )


def _keep_consent(inquiry: Inquiry, *, by: User, at: datetime) -> None:
    """The consent given with the inquiry, beside those given otherwise, if its wording is one of the company's."""
    if not inquiry.consent or inquiry.consent_at is None:
        return
    text = ConsentText.objects.filter(
        kind=ConsentKind.PROCESSING, text=inquiry.consent
    ).last()
    if text is None:
        return
    owner: dict[str, Contact | Client | None] = (
        {"contact": inquiry.contact}
        if inquiry.contact_id
        else {"client": inquiry.client}
    )
    Consent.objects.create(
        **owner,
        kind=ConsentKind.PROCESSING,
        text=text,
        given_at=inquiry.consent_at,
        means=Means.SITE,
        place=str(inquiry.received.get("page") or inquiry.form or "")[:300],
        entered_at=at,
        entered_by=by,
    )


def _tell_history(inquiry: Inquiry, client: Client, *, by: User, at: datetime) -> None:
    """What came, then what was done about it, as it happened and by whom."""
    book = kinds.book()
    came = book.by_code(ACTIVITY_OF_CHANNEL[Channel(inquiry.channel)])
    if came is not None:
        activities.record_activity(
            client=client,
            kind=came,
            summary=inquiry_texts.summary(inquiry),
            by=inquiry.recorded_by or by,
            at=at,
            done_at=inquiry.received_at,
            direction="" if inquiry.channel == Channel.LIST else Direction.IN,
            contact=inquiry.contact,
            deal_id=inquiry.deal_id,
            title=_("Inquiry"),
            key=key_of(inquiry.pk),
        )
    for entry in inquiry.entries.select_related("by"):
        _tell_entry(inquiry, entry, at=at)


def _tell_entry(inquiry: Inquiry, entry: InquiryEntry, *, at: datetime) -> None:
    kind = kinds.book().by_code(ACTIVITY_OF_ENTRY[EntryKind(entry.kind)])
    if kind is None or entry.activity_id or inquiry.client is None:
        return
    entry.activity = activities.record_activity(
        client=inquiry.client,
        kind=kind,
        summary=entry.text or entry.file_name,
        by=entry.by,
        at=at,
        done_at=entry.at,
        direction="" if entry.kind == EntryKind.NOTE else Direction.OUT,
        contact=inquiry.contact,
        deal_id=inquiry.deal_id,
    )
    if entry.file:
        ClientFile.objects.create(
            client=inquiry.client,
            activity=entry.activity,
            file=entry.file.name,
            name=entry.file_name,
            size=entry.size,
            content_type=entry.content_type,
            sha256=entry.sha256,
            uploaded_at=entry.at,
            uploaded_by=entry.by,
        )
        # The bytes are the client's now: his bin may empty them.
        entry.file = ""
    entry.save(update_fields=["activity", "file"])


@transaction.atomic
def note(
    inquiry_id: int,
    *,
    kind: str,
    text: str,
    by: User,
    at: datetime,
    upload: UploadedFile | None = None,
) -> InquiryEntry:
    """Write down what was done about an inquiry, in the client's history too once it is his.

    Raises what `inquiries.add_entry` and `record_activity` raise.
    """
    entry = inquiries.add_entry(
        inquiry_id, kind=kind, text=text, by=by, at=at, upload=upload
    )
    inquiry = Inquiry.objects.select_related("client", "contact").get(pk=inquiry_id)
    if inquiry.client_id:
        _tell_entry(inquiry, entry, at=at)
    return entry


@transaction.atomic
def finish(
    inquiry_id: int,
    *,
    by: User,
    at: datetime,
    outcome: str = "",
    deal_id: int | None = None,
) -> Inquiry:
    """Close an inquiry that became a client's, with the deal that came of it, if one did.

    Its entries in the history that have no deal get this one. Raises NoClientYet, IsClosed.
    """
    inquiry = inquiries.held(inquiry_id)
    if inquiry.client_id is None:
        raise NoClientYet(_("Join the inquiry to a client first."))
    inquiry.state, inquiry.closed_at, inquiry.closed_by = InquiryState.CONVERTED, at, by
    inquiry.outcome = outcome.replace("\x00", " ").strip()[: inquiries.LONGEST_TEXT]
    inquiry.answered_at = inquiry.answered_at or at
    inquiry.responsible = inquiry.responsible or by
    if deal_id:
        inquiry.deal_id = deal_id
        own = inquiry.entries.filter(activity__isnull=False).values("activity")
        for rows in (
            Activity.objects.filter(pk__in=own),
            Activity.objects.filter(entry_key=key_of(inquiry.pk)),
        ):
            rows.filter(deal=None).update(deal=deal_id)
    inquiry.save(
        update_fields=[
            "state", "closed_at", "closed_by", "outcome", "answered_at", "responsible", "deal",
        ]
    )  # fmt: skip
    journal.record("inquiry.converted", inquiry, by=by, at=at, client=inquiry.client_id, deal=deal_id)  # fmt: skip
    return inquiry
