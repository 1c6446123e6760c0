"""Consents: entered, withdrawn, and what follows from that; processing and advertising stopped."""

import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from clients import advertising, own_choice, suppressions, uploads
from clients.actions.files import largest_file, too_large
from clients.models import Activity, Consent, ConsentText, Suppression
from clients.personal_choices import (
    AddressType,
    Channel,
    ConsentKind,
    Means,
    SuppressionReason,
)
from clients.persons import Person, locked
from clients.suppressions import Address
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.errors import DomainError

MANAGE = "clients.manage_personal_data"


class OnStopList(DomainError):
    """The person told us to stop; only one who answers for personal data may enter that he changed his mind."""


class NothingToWithdraw(DomainError):
    pass


class DataAreErased(DomainError):
    pass


class WordingIsOld(DomainError):
    """A newer version of the wording was made, or it was retired."""


class InTheFuture(DomainError):
    pass


@transaction.atomic
def give_consent(
    *,
    person: Person,
    kind: str,
    channels: Sequence[str] = (),
    text: ConsentText,
    given_at: datetime,
    means: str,
    place: str = "",
    upload: UploadedFile | None = None,
    by: User,
    at: datetime,
) -> list[Consent]:
    """Enter that the person agreed: one row for processing, one for each channel of advertising.

    A consent newer than a demand to stop takes the person's addresses of that channel off the stop list, if `by`
    answers for personal data. `upload` is the proof: a scan, a letter.

    Raises OnStopList, DataAreErased, WordingIsOld, InTheFuture, FileRefused. None of them changes anything.
    """
    person = locked(person)
    _check_giving(person, kind, text, given_at, at)
    wanted = [""] if kind == ConsentKind.PROCESSING else list(dict.fromkeys(channels))
    blocked = [] if kind == ConsentKind.PROCESSING else _blocked(person, wanted)
    stopped = bool(person.root.stopped_at)
    if stopped and kind != ConsentKind.PROCESSING:
        raise OnStopList(
            _("Processing is stopped: enter a new consent to processing first.")
        )
    if (blocked or stopped) and not by.has_perm(MANAGE):
        raise OnStopList(
            _(
                "The person told us to stop. A new consent is entered by someone who answers for personal data."
            )
        )
    kept, name = _kept(upload)
    made = [
        Consent(
            **person.owner,
            kind=kind,
            channel=channel,
            text=text,
            given_at=given_at,
            means=means,
            place=place,
            file=kept,
            file_name=name,
            entered_at=at,
            entered_by=by,
        )
        for channel in wanted
    ]
    Consent.objects.bulk_create(made)
    if blocked:
        _lift(blocked, consent=made[0], by=by, at=at)
    if Channel.PHONE in wanted and person.root.do_not_call:
        _set(person, do_not_call=False)
    if stopped:
        _set(person, stopped_at=None)
    journal.record(
        "consent.given",
        person.root,
        by=by,
        at=at,
        kind=kind,
        channels=[channel for channel in wanted if channel],
        consents=[consent.pk for consent in made],
    )
    return made


def _check_giving(
    person: Person, kind: str, text: ConsentText, given_at: datetime, at: datetime
) -> None:
    if person.root.erased_at:
        raise DataAreErased(
            _("The person's data were erased: there is nobody to agree.")
        )
    if given_at > at:
        raise InTheFuture(_("A consent cannot be given in the future."))
    if text.kind != kind or text.retired_at:
        raise WordingIsOld(_("Choose a wording that is in use."))


def _kept(upload: UploadedFile | None) -> tuple[str, str]:
    """Where the proof lies, and its name. Raises FileRefused for what is too large or not what its name says."""
    if upload is None:
        return "", ""
    name = (upload.name or "").replace("\\", "/").rpartition("/")[2]
    name = "".join(filter(str.isprintable, name))[-255:].strip() or "file"
    if (upload.size or 0) > largest_file():
        raise too_large(name)
    uploads.content_type_of(name, cast(BinaryIO, upload.file))
    holder = Consent()
    holder.file.save(secrets.token_hex(16), upload, save=False)
    return holder.file.name or "", name


@transaction.atomic
def withdraw_consent(
    *,
    person: Person,
    kind: str,
    channel: str = "",
    means: str,
    withdrawn_at: datetime,
    by: User,
    at: datetime,
) -> int:
    """Enter that the person took his consent back. Advertising by the channel ends, and its addresses are suppressed.

    Returns how many consents it ended. Raises NothingToWithdraw, InTheFuture.
    """
    person = locked(person)
    if withdrawn_at > at:
        raise InTheFuture(_("A consent cannot be withdrawn in the future."))
    ended = _withdraw(
        person, kind=kind, channels=[channel], means=means, on=withdrawn_at, by=by
    )
    if not ended:
        raise NothingToWithdraw(
            _("There is no such consent, or it was given later than that.")
        )
    if kind == ConsentKind.ADVERTISING:
        _suppress(
            _addresses(person, [channel]),
            reason=SuppressionReason.WITHDRAWN,
            by=by,
            at=at,
        )
    journal.record(
        "consent.withdrawn", person.root, by=by, at=at, kind=kind, channel=channel
    )
    return ended


def _withdraw(
    person: Person,
    *,
    kind: str,
    channels: Iterable[str],
    means: str,
    on: datetime,
    by: User | None,
) -> int:
    return Consent.objects.filter(
        **person.owner,
        kind=kind,
        channel__in=list(channels),
        withdrawn_at=None,
        given_at__lte=on,
    ).update(withdrawn_at=on, withdrawn_means=means, withdrawn_by=by)


@transaction.atomic
def stop_advertising(*, person: Person, means: str, by: User, at: datetime) -> None:
    """No advertisement any more by any channel: consents withdrawn, all his addresses on the stop list."""
    person = locked(person)
    _end_advertising(person, means=means, by=by, at=at)
    journal.record("person.advertising_stopped", person.root, by=by, at=at)


@transaction.atomic
def stop_processing(*, person: Person, means: str, by: User, at: datetime) -> int:
    """Mark the person as one whose data are no longer processed: no mailing, nothing planned. The data stay until erased.

    Returns how many planned activities with him wait to be cancelled.
    """
    person = locked(person)
    _end_advertising(person, means=means, by=by, at=at)
    _withdraw(
        person,
        kind=ConsentKind.PROCESSING,
        channels=[""],
        means=means,
        on=at,
        by=by,
    )
    if not person.root.stopped_at:
        _set(person, stopped_at=at)
        journal.record("person.stopped", person.root, by=by, at=at)
    return Activity.objects.planned().filter(**person.owner).count()


@transaction.atomic
def unsubscribe(*, address: str, everything: bool, at: datetime) -> None:
    """Whoever has this e-mail address wants no advertising letters to it; with `everything` none by any channel.

    He says so himself, by the link in a letter: nobody enters it. The stop list takes the address even where no card has it
    any more; his consent to letters ends. The second time changes nothing.
    """
    if not address:
        return
    normal = suppressions.normal_email(address)
    known = suppressions.suppressed([normal]).get(normal)
    if known and (not everything or known.reason != SuppressionReason.WITHDRAWN):
        return
    _suppress(
        [normal],
        reason=SuppressionReason.STOPPED if everything else SuppressionReason.WITHDRAWN,
        by=None,
        at=at,
    )
    for root in advertising.holders(normal):
        person = locked(Person(root))
        if everything:
            _end_advertising(person, means=Means.LINK, by=None, at=at)
        else:
            _withdraw(
                person,
                kind=ConsentKind.ADVERTISING,
                channels=[Channel.EMAIL],
                means=Means.LINK,
                on=at,
                by=None,
            )
        journal.record(
            "person.unsubscribed", root, by=None, at=at, everything=everything
        )


@transaction.atomic
def choose_ways(
    *, person: Person, address: str, wanted: Collection[str], place: str, at: datetime
) -> None:
    """Advertising by just the `wanted` ways of those that were offered to him, as he says by the link in a letter to `address`.

    What he leaves ends at once. What he takes up again is a new consent, which nobody entered but he, to the wording in use;
    it takes his addresses of that way off the stop list. The second time changes nothing.
    """
    person = locked(person)
    wording = own_choice.text()
    left: list[str] = []
    taken: list[Consent] = []
    for way in own_choice.ways(person, address):
        if way.is_on and way.channel not in wanted:
            left.append(way.channel)
        elif way.may_return and way.channel in wanted and wording is not None:
            taken.append(
                Consent(
                    **person.owner,
                    kind=ConsentKind.ADVERTISING,
                    channel=way.channel,
                    text=wording,
                    given_at=at,
                    means=Means.LINK,
                    place=place[:300],
                    entered_at=at,
                )
            )
    if Channel.EMAIL in left:
        unsubscribe(address=address, everything=False, at=at)
    others = [channel for channel in left if channel != Channel.EMAIL]
    if others:
        _withdraw(person, kind=ConsentKind.ADVERTISING, channels=others, means=Means.LINK, on=at, by=None)  # fmt: skip
        _suppress(_addresses(person, {Channel.PHONE} & set(others)), reason=SuppressionReason.WITHDRAWN, by=None, at=at)  # fmt: skip
    Consent.objects.bulk_create(taken)
    for consent in taken:
        if blocked := _blocked(person, [consent.channel]):
            _lift(blocked, consent=consent, by=None, at=at)
    if others or taken:
        journal.record(
            "person.chose_ways", person.root, by=None, at=at,
            left=others, taken=[consent.channel for consent in taken],
        )  # fmt: skip


def _end_advertising(
    person: Person, *, means: str, by: User | None, at: datetime
) -> None:
    _withdraw(
        person,
        kind=ConsentKind.ADVERTISING,
        channels=Channel.values,
        means=means,
        on=at,
        by=by,
    )
    _suppress(
        _addresses(person, Channel.values),
        reason=SuppressionReason.STOPPED,
        by=by,
        at=at,
    )


@transaction.atomic
def set_do_not_call(*, person: Person, on: bool, by: User, at: datetime) -> None:
    """Mark that the person asked not to be called, or take the mark off."""
    person = locked(person)
    if person.root.do_not_call != on:
        _set(person, do_not_call=on)
        journal.record(
            "person.do_not_call" if on else "person.may_be_called",
            person.root,
            by=by,
            at=at,
        )


def suppress_all(person: Person, *, reason: str, by: User, at: datetime) -> int:
    """Put every address of the person on the stop list; how many are new there. For an erasure."""
    return _suppress(_addresses(person, Channel.values), reason=reason, by=by, at=at)


def _set(person: Person, **values: object) -> None:
    for name, value in values.items():
        setattr(person.root, name, value)
    person.root.save(update_fields=[*values, "updated_at"])


def _addresses(person: Person, channels: Iterable[str]) -> list[Address]:
    wanted = set(channels)
    return suppressions.addresses_of(
        person.emails() if Channel.EMAIL in wanted else (),
        person.phones() if Channel.PHONE in wanted else (),
    )


def _blocked(person: Person, channels: Iterable[str]) -> list[Suppression]:
    """What stands on the stop list of the addresses that these channels use."""
    kinds = {
        AddressType.EMAIL if channel == Channel.EMAIL else AddressType.PHONE
        for channel in channels
        if channel != Channel.POST
    }
    known = suppressions.suppressed(_addresses(person, Channel.values))
    return [row for (kind, _text), row in known.items() if kind in kinds]


def _suppress(
    addresses: Iterable[Address], *, reason: str, by: User | None, at: datetime
) -> int:
    wanted = suppressions.digests(addresses)
    known = suppressions.suppressed(wanted)
    new = [
        Suppression(
            kind=address[0], digest=digest, reason=reason, made_at=at, made_by=by
        )
        for address, digest in wanted.items()
        if address not in known
    ]
    # a demand to stop is more than a withdrawn consent: the older, weaker reason gives way
    weaker = [
        row.pk
        for row in known.values()
        if row.reason == SuppressionReason.WITHDRAWN
        and reason != SuppressionReason.WITHDRAWN
    ]
    Suppression.objects.filter(pk__in=weaker).update(reason=reason)
    Suppression.objects.bulk_create(new, ignore_conflicts=True)
    suppressions.mark_everywhere(wanted, state=True)
    return len(new)


def _lift(
    rows: Iterable[Suppression], *, consent: Consent, by: User | None, at: datetime
) -> None:
    ids = [row.pk for row in rows]
    person = Person(consent.contact or consent.client)
    own = suppressions.suppressed(_addresses(person, Channel.values))
    Suppression.objects.filter(pk__in=ids, lifted_at=None).update(
        lifted_at=at, lifted_by=by, lifted_consent=consent
    )
    suppressions.mark_everywhere(
        [address for address, row in own.items() if row.pk in ids], state=False
    )


# ── wordings ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def new_wording(
    *, kind: str, title: str, text: str, by: User, at: datetime
) -> ConsentText:
    """Add a wording, or the next version of the one with this title; the version before is retired, and kept as it was."""
    # Two people may make the next version at once: the table's lock makes them take turns.
    same = ConsentText.objects.select_for_update().filter(kind=kind, title=title)
    list(same.values_list("pk"))
    last = same.aggregate(last=Max("version"))["last"] or 0
    same.filter(retired_at=None).update(retired_at=at)
    made = ConsentText.objects.create(
        kind=kind,
        title=title,
        text=text,
        version=last + 1,
        created_at=at,
        created_by=by,
    )
    journal.record("consent_text.added", made, by=by, at=at, version=made.version)
    return made


@transaction.atomic
def retire_wording(*, text: ConsentText, by: User, at: datetime) -> bool:
    """Offer the wording no more; consents given to it stay. False when it is retired already."""
    changed = ConsentText.objects.filter(pk=text.pk, retired_at=None).update(
        retired_at=at
    )
    if changed:
        journal.record("consent_text.retired", text, by=by, at=at)
    return bool(changed)
