"""Verbs of an inquiry: received, taken, given, worked on, put aside, brought back; its head told when the answer is late."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from clients import distribution, emails, inquiry_notices, phones, uploads
from clients.actions.files import clean_name, largest_file, too_large
from clients.distribution import Traits
from clients.inquiry_choices import (
    Channel,
    EntryKind,
    InquiryState,
    NotOurs,
)
from clients.intake_preferences import term_from
from clients.models import DistributionRule, Inquiry, InquiryEntry, SiteForm
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError
from salesexpert.core.folding import fold

LONGEST_TEXT = 20_000
MOST_ROWS = 10
ASSIGNS = "clients.assign_inquiry"
MOST_HEADS = 5


class IsClosed(DomainError):
    pass


# Where the visitor of a site came from, as its address said it.
MARKS = ("utm_source", "utm_medium", "utm_campaign", "utm_content", "utm_term", "landing", "referrer")  # fmt: skip
LONGEST_MARK: dict[str, int] = {name: Inquiry._meta.get_field(name).max_length or 0 for name in MARKS}  # type: ignore[union-attr]  # fmt: skip


class TakenByAnother(DomainError):
    pass


class MayNotGive(DomainError):
    pass


class NothingSaid(DomainError):
    pass


@dataclass(slots=True)
class Said:
    """What came, as far as it was understood. `received` keeps the rest as it came; words of dictionaries are ids.

    `marks` are those of MARKS.
    """

    channel: str
    text: str = ""
    name: str = ""
    company: str = ""
    position: str = ""
    phones: Sequence[str] = ()
    emails: Sequence[str] = ()
    inn: str = ""
    city: str = ""
    received: Mapping[str, Any] = field(default_factory=dict)
    source: int | None = None
    product_source: int | None = None
    campaign: int | None = None
    region: int | None = None
    industry: int | None = None
    products: Sequence[int] = ()
    form: SiteForm | None = None
    consent: str = ""
    consent_at: datetime | None = None
    outside_id: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)


def drawn(
    said: Said, *, received_at: datetime, at: datetime, by: User | None
) -> Inquiry:
    """An unsaved inquiry of what was said, with everything worked out that is kept beside it."""
    numbers = [n.e164 for cell in said.phones for n in phones.read(cell) if n.e164]
    addresses = [a for cell in said.emails for a in emails.read(cell)[0]]
    inquiry = Inquiry(
        channel=said.channel,
        form=said.form,
        source_id=said.source,
        product_source_id=said.product_source,
        campaign_id=said.campaign,
        region_id=said.region,
        industry_id=said.industry,
        received_at=received_at,
        recorded_at=at,
        recorded_by=by,
        text=_clean(said.text, LONGEST_TEXT, lines=True),
        received=dict(said.received),
        consent=said.consent,
        consent_at=said.consent_at,
        name=_clean(said.name, 200),
        company=_clean(said.company, 300),
        position=_clean(said.position, 160),
        phones=[_clean(p, 80) for p in said.phones if p.strip()][:MOST_ROWS],
        numbers=list(dict.fromkeys(numbers))[:MOST_ROWS],
        emails=list(dict.fromkeys(addresses))[:MOST_ROWS],
        inn=_clean(said.inn, 20),
        city=_clean(said.city, 120),
        outside_id=_clean(said.outside_id, 100),
        **{
            name: _clean(said.marks.get(name, ""), LONGEST_MARK[name]) for name in MARKS
        },
    )
    inquiry.folded = folded_of(inquiry)
    return inquiry


def folded_of(inquiry: Inquiry) -> str:
    """What an inquiry is found by: who, numbers without signs, addresses, the beginning of the text."""
    words = [
        inquiry.company,
        inquiry.name,
        *inquiry.emails,
        *(number.lstrip("+") for number in inquiry.numbers),
        inquiry.inn,
        inquiry.city,
        inquiry.text[:300],
    ]
    return fold(" ".join(filter(None, words)))[:2000]


def _clean(text: str, length: int, *, lines: bool = False) -> str:
    text = text.replace("\x00", " ").strip()
    return (text if lines else " ".join(text.split()))[:length]


@transaction.atomic
def receive(
    said: Said,
    *,
    by: User | None,
    at: datetime,
    received_at: datetime | None = None,
    responsible: User | None = None,
    state: str = InquiryState.NEW,
    give: bool = True,
    key: UUID | None = None,
) -> Inquiry:
    """Take an inquiry in and give it to whom the rules name, or to `responsible`; `by` is nobody for a site.

    `key` is the sending's own: sent twice, it comes once. A state of `refused` puts it aside as spam at once, untold.
    """
    if key and (known := Inquiry.objects.filter(entry_key=key).first()):
        return known
    received_at = min(received_at or at, at)
    inquiry = drawn(said, received_at=received_at, at=at, by=by)
    inquiry.entry_key = key
    inquiry.state = state
    if state == InquiryState.REFUSED:
        inquiry.not_ours, inquiry.closed_at = NotOurs.SPAM, at
    else:
        _give_on_arrival(inquiry, said, responsible, give=give, at=at)
    inquiry.save(force_insert=True)
    if said.products:
        inquiry.products.set(said.products)
    journal.record("inquiry.received", inquiry, by=by, at=at, channel=inquiry.channel)
    if inquiry.responsible:
        journal.record(
            "inquiry.given", inquiry, by=by, at=at, to_user=inquiry.responsible_id
        )
        inquiry_notices.tell_given(inquiry, by=by)
    return inquiry


def _give_on_arrival(
    inquiry: Inquiry,
    said: Said,
    responsible: User | None,
    *,
    give: bool,
    at: datetime,
) -> None:
    rule: DistributionRule | None = None
    if responsible is None and give:
        client = None
        if inquiry.inn or inquiry.numbers or inquiry.emails:
            client = distribution.known_client(
                inn=inquiry.inn, phones=inquiry.numbers, emails=inquiry.emails
            )
        given = distribution.choose(traits_of(inquiry, said.products), client=client, at=at)  # fmt: skip
        if given.rule:
            # Two inquiries of one moment must not find the same person's turn: the rule lets them by one by one.
            rule = DistributionRule.objects.select_for_update().get(pk=given.rule.pk)
            given = distribution.choose(traits_of(inquiry, said.products), client=client, at=at)  # fmt: skip
        responsible = given.user
        if rule and responsible:
            distribution.note_turn(rule, responsible, at=at)
    inquiry.rule, inquiry.responsible = rule, responsible
    inquiry.assigned_at = at if responsible else None
    inquiry.answer_due_at = term_from(
        inquiry.received_at, rule.answer_minutes if rule else None
    )


def traits_of(inquiry: Inquiry, products: Sequence[int] = ()) -> Traits:
    return Traits(
        channel=inquiry.channel,
        region=inquiry.region_id,
        industry=inquiry.industry_id,
        campaign=inquiry.campaign_id,
        form=inquiry.form_id,
        products=frozenset(products),
    )


def held(inquiry_id: int, *, open_only: bool = True) -> Inquiry:
    """The inquiry, re-read and held until the end. Raises IsClosed."""
    inquiry = (
        Inquiry.objects.select_for_update(of=["self"])
        .select_related("responsible__head", "client", "contact", "rule__head", "form")
        .get(pk=inquiry_id)
    )
    if open_only and not inquiry.is_open:
        raise IsClosed(
            _("The inquiry is closed already: %(state)s.")
            % {"state": inquiry.get_state_display()}
        )
    return inquiry


@transaction.atomic
def take(inquiry_id: int, *, by: User, at: datetime) -> Inquiry:
    """Take an inquiry into work. Raises TakenByAnother when a colleague was quicker, IsClosed."""
    inquiry = held(inquiry_id)
    mine = inquiry.responsible_id == by.pk
    if inquiry.state == InquiryState.WORK and mine:
        return inquiry
    if inquiry.responsible_id and not mine and not by.has_perm(ASSIGNS):
        raise TakenByAnother(
            _("%(person)s has it already.") % {"person": inquiry.responsible}
        )
    begin(inquiry, by=by, at=at)
    journal.record("inquiry.taken", inquiry, by=by, at=at)
    return inquiry


def begin(inquiry: Inquiry, *, by: User, at: datetime) -> None:
    """Put a held inquiry into the work of `by`, saved."""
    if inquiry.responsible_id != by.pk:
        inquiry.responsible, inquiry.assigned_at = by, at
    inquiry.state = InquiryState.WORK
    inquiry.taken_at = inquiry.taken_at or at
    inquiry.save(update_fields=["responsible", "assigned_at", "state", "taken_at"])


@transaction.atomic
def give(inquiry_id: int, *, to: User, by: User, at: datetime) -> Inquiry:
    """Give an inquiry to a colleague, who is told; the term of the answer stays. Raises MayNotGive, IsClosed.

    Everyone may pass on what is his own.
    """
    inquiry = held(inquiry_id)
    if not by.has_perm(ASSIGNS) and inquiry.responsible_id != by.pk:
        raise MayNotGive(_("Only a head may give others' inquiries."))
    if not to.is_active or not to.has_perm(distribution.WORKS):
        raise MayNotGive(_("%(person)s does not work on inquiries.") % {"person": to})
    if inquiry.responsible_id == to.pk:
        return inquiry
    was = inquiry.responsible_id
    inquiry.responsible, inquiry.assigned_at = to, at
    inquiry.state, inquiry.taken_at = InquiryState.NEW, None
    inquiry.save(update_fields=["responsible", "assigned_at", "state", "taken_at"])
    journal.record("inquiry.given", inquiry, by=by, at=at, from_user=was, to_user=to.pk)  # fmt: skip
    inquiry_notices.tell_given(inquiry, by=by)
    return inquiry


@transaction.atomic
def add_entry(
    inquiry_id: int,
    *,
    kind: str,
    text: str,
    by: User,
    at: datetime,
    upload: UploadedFile | None = None,
) -> InquiryEntry:
    """Write down what was done. The first contact is the answer; whoever answers what nobody has, takes it.

    Raises NothingSaid without a text and a file, FileRefused, IsClosed.
    """
    inquiry = held(inquiry_id)
    text = _clean(text, LONGEST_TEXT, lines=True)
    if not text and upload is None:
        raise NothingSaid(_("Write a line on how it went."))
    entry = InquiryEntry(inquiry=inquiry, kind=kind, text=text, at=at, by=by)
    if upload is not None:
        _keep_file(entry, upload)
    entry.save()
    if inquiry.responsible_id is None or (
        inquiry.state == InquiryState.NEW and inquiry.responsible_id == by.pk
    ):
        begin(inquiry, by=by, at=at)
    if kind != EntryKind.NOTE:
        note_answer(inquiry, at=at)
    return entry


def _keep_file(entry: InquiryEntry, upload: UploadedFile) -> None:
    name = clean_name(upload.name or "")
    if (upload.size or 0) > largest_file():
        raise too_large(name)
    entry.content_type = uploads.content_type_of(name, cast(BinaryIO, upload.file))
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    entry.file_name, entry.size = name, upload.size or 0
    entry.sha256 = digest.hexdigest()
    entry.file.save(secrets.token_hex(16), upload, save=False)


def note_answer(inquiry: Inquiry, *, at: datetime) -> None:
    """The first contact with who asked; later ones change nothing."""
    if inquiry.answered_at is None:
        inquiry.answered_at = at
        inquiry.save(update_fields=["answered_at"])


@transaction.atomic
def put_aside(
    inquiry_id: int,
    *,
    why: str,
    by: User,
    at: datetime,
    outcome: str = "",
    repeats: Inquiry | None = None,
) -> Inquiry:
    """Close an inquiry that is not ours, saying why. Raises IsClosed."""
    inquiry = held(inquiry_id)
    inquiry.state, inquiry.not_ours = InquiryState.REFUSED, why
    inquiry.outcome = _clean(outcome, LONGEST_TEXT, lines=True)
    inquiry.closed_at, inquiry.closed_by = at, by
    if why == NotOurs.DUPLICATE and repeats and repeats.pk != inquiry.pk:
        inquiry.repeats = repeats
    if inquiry.responsible_id is None:
        inquiry.responsible = by
    inquiry.save(
        update_fields=[
            "state", "not_ours", "outcome", "closed_at", "closed_by", "repeats", "responsible",
        ]
    )  # fmt: skip
    journal.record("inquiry.put_aside", inquiry, by=by, at=at, why=why)
    return inquiry


@transaction.atomic
def reopen(inquiry_id: int, *, by: User, at: datetime) -> Inquiry:
    """Bring a closed inquiry back into work; the deal that came of it stays a deal. Nothing happens to an open one."""
    inquiry = held(inquiry_id, open_only=False)
    if inquiry.is_open:
        return inquiry
    inquiry.state, inquiry.not_ours = InquiryState.WORK, ""
    inquiry.closed_at, inquiry.closed_by = None, None
    inquiry.repeats = None
    inquiry.responsible = inquiry.responsible or by
    inquiry.taken_at = inquiry.taken_at or at
    inquiry.save(
        update_fields=[
            "state", "not_ours", "closed_at", "closed_by", "repeats", "responsible", "taken_at",
        ]
    )  # fmt: skip
    journal.record("inquiry.reopened", inquiry, by=by, at=at)
    return inquiry


WORDS = ("region", "industry", "source", "product_source", "campaign")
TEXTS = ("name", "position", "company", "inn", "city", "phones", "emails")


@transaction.atomic
def correct(
    inquiry_id: int, *, values: Mapping[str, Any], by: User, at: datetime
) -> Inquiry:
    """Correct who asked and from where; what came stays as it came. Raises IsClosed."""
    inquiry = held(inquiry_id)
    for name in (*TEXTS, *WORDS):
        if name in values:
            setattr(inquiry, name, values[name])
    inquiry.phones, inquiry.emails = inquiry.phones[:MOST_ROWS], inquiry.emails[:MOST_ROWS]  # fmt: skip
    inquiry.numbers = [n.e164 for p in inquiry.phones for n in phones.read(p) if n.e164]
    inquiry.folded = folded_of(inquiry)
    inquiry.save(update_fields=[*TEXTS, *WORDS, "numbers", "folded"])
    if "products" in values:
        inquiry.products.set(values["products"])
    journal.record("inquiry.corrected", inquiry, by=by, at=at)
    return inquiry


def tell_of_late_ones(*, at: datetime, most: int = 200) -> int:
    """Tell heads of inquiries whose first answer is late, each once; how many there were."""
    late = list(
        Inquiry.objects.late(at=at)
        .filter(escalated_at=None)
        .order_by("answer_due_at", "pk")
        .values_list("pk", flat=True)[:most]
    )
    return sum(_tell_late(pk, at=at) for pk in late)


@transaction.atomic
def _tell_late(pk: int, *, at: datetime) -> bool:
    # Whoever turns the column tells: two beats at once tell once.
    waiting = Inquiry.objects.late(at=at).filter(pk=pk, escalated_at=None)
    if not waiting.update(escalated_at=at):
        return False
    inquiry = Inquiry.objects.select_related("responsible__head", "rule__head").get(pk=pk)  # fmt: skip
    heads = heads_of(inquiry)
    journal.record(
        "inquiry.late", inquiry, by=None, at=at, told=[head.pk for head in heads]
    )
    inquiry_notices.tell_late(inquiry, heads)
    return True


def heads_of(inquiry: Inquiry) -> list[User]:
    """Who is told of a late answer: whom the rule names, else the head of the responsible, else those who may give it."""
    named = [
        inquiry.rule.head if inquiry.rule else None,
        inquiry.responsible.head if inquiry.responsible else None,
    ]
    for head in named:
        if head and head.is_active:
            return [head]
    return list(User.objects.with_permission(ASSIGNS).order_by("pk")[:MOST_HEADS])


CHANNEL_OF_ENTRY = {
    Channel.CALL: EntryKind.CALL,
    Channel.EMAIL: EntryKind.EMAIL,
    Channel.MESSAGE: EntryKind.MESSAGE,
    Channel.SITE: EntryKind.MESSAGE,
}
