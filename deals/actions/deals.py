"""Verbs of a deal: opened, copied, changed here; moved in `moving`, ended in `ending`. Others import all from here."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from clients import own_fields
from clients.actions.activity_rules import CardIsArchived
from clients.models import Client, Contact, Product
from deals import telling
from deals.actions import passing
from deals.actions.ending import refuse, reopen, succeed
from deals.actions.errors import MayNotHandOver, NoProcess
from deals.actions.holding import held
from deals.actions.moving import move, pause, resume
from deals.choices import Priority
from deals.models import Deal, DealLine, DealParticipant
from pipeline.models import Process, Stage
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core.folding import fold

__all__ = [
    "change_deal",
    "copy_deal",
    "move",
    "open_deal",
    "pause",
    "refuse",
    "reopen",
    "resume",
    "succeed",
]
# What a person changes on a deal's form; everything else has a verb of its own.
CHANGEABLE = (
    "title",
    "amount",
    "currency",
    "expected_on",
    "priority",
    "source",
    "campaign",
    "contact",
    "note",
    "responsible",
)


@transaction.atomic
def open_deal(
    *,
    by: User,
    client: Client,
    title: str = "",
    process: Process | None = None,
    stage: Stage | None = None,
    responsible: User | None = None,
    amount: Decimal | None = None,
    currency: str = "RUB",
    expected_on: date | None = None,
    priority: int = Priority.NORMAL,
    source: Any = None,
    campaign: Any = None,
    contact: Contact | None = None,
    interests: Iterable[Product] = (),
    note: str = "",
    copied_from: Deal | None = None,
    own: Mapping[int, Any] | None = None,
    at: datetime | None = None,
) -> Deal:
    """Open a deal with the client at `stage`, or at the first stage of `process`, or of the first process in use.

    Without a title it is called after the products of interest, or after the client; without a `responsible` the
    client's curator answers for it, or `by`. Source and campaign not given are taken from the client.

    Raises NoProcess, CardIsArchived.
    """
    at = at or timezone.now()
    client = Client.objects.select_for_update(no_key=True, of=["self"]).get(
        pk=client.pk
    )
    if client.archived_at:
        raise CardIsArchived(_("The card is archived: restore it first."))
    stage = stage or _first_stage(process)
    products = list(interests)
    if responsible is None:
        curator = client.curator
        responsible = curator if curator and curator.is_active else by
    title = title.strip() or ", ".join(str(p) for p in products) or str(client)
    deal = Deal(
        client=client,
        title=title[:200],
        process=stage.process,
        stage=stage,
        responsible=responsible,
        amount=amount,
        currency=currency,
        expected_on=expected_on,
        priority=priority,
        source=source or client.source,
        campaign=campaign or client.campaign,
        contact=contact,
        note=note,
        opened_at=at,
        opened_by=by,
        copied_from=copied_from,
        folded=fold(title)[:200],
    )
    deal.save(force_insert=True)
    if products:
        deal.interests.set(products)
    for field_id, value in (own or {}).items():
        own_fields.write("deal", deal, field_id, value)
    passing.enter(deal, stage, by=by, at=at)
    if deal.performer_id != deal.responsible_id:
        telling.handed(deal, by=by, at=at)
    journal.record("deal.opened", deal, by=by, at=at, client=client.pk, stage=stage.pk)
    return deal


def _first_stage(process: Process | None) -> Stage:
    process = process or Process.objects.in_use().order_by("position", "pk").first()
    if process is None or process.retired_at:
        raise NoProcess(_("No process is in use: an administrator sets one up."))
    stage = Stage.objects.in_use().filter(process=process).order_by("position").first()  # fmt: skip
    if stage is None:
        raise NoProcess(
            _("“%(process)s” has no stages: an administrator sets them up.")
            % {"process": process}
        )
    return stage


@transaction.atomic
def copy_deal(
    deal_id: int, *, by: User, title: str = "", at: datetime | None = None
) -> Deal:
    """Open a deal for a repeat order: the same client, products and lines, participants and person; money and dates anew.

    Raises NoProcess where the process is retired, CardIsArchived.
    """
    at = at or timezone.now()
    old = held(deal_id)
    process = old.process if old.process.retired_at is None else None
    deal = open_deal(
        by=by,
        client=old.client,
        title=title or old.title,
        process=process,
        responsible=old.responsible if old.responsible.is_active else None,
        amount=old.amount,
        currency=old.currency,
        priority=old.priority,
        source=old.source,
        campaign=old.campaign,
        contact=old.contact,
        interests=old.interests.all(),
        note=old.note,
        copied_from=old,
        at=at,
    )
    lines = list(DealLine.objects.filter(deal=old))
    for line in lines:
        line.pk = None
        line.deal = deal
    DealLine.objects.bulk_create(lines)
    DealParticipant.objects.bulk_create(
        DealParticipant(deal=deal, user=p.user, share=p.share, role=p.role)
        for p in old.participants.select_related("user")
        if p.user.is_active
    )
    return deal


@transaction.atomic
def change_deal(
    deal_id: int,
    *,
    by: User,
    changes: Mapping[str, Any],
    interests: Iterable[Product] | None = None,
    own: Mapping[int, Any] | None = None,
    at: datetime | None = None,
) -> Deal:
    """Change fields named in CHANGEABLE; the version counts each change. What is already so changes nothing.
    `own` are new values of the company's own fields by their ids, None to empty one.

    Raises MayNotHandOver where the responsible is changed by one who is neither he nor has the right, CardIsArchived.
    """
    at = at or timezone.now()
    deal = held(deal_id)
    new = {
        name: changes[name]
        for name in CHANGEABLE
        if name in changes and changes[name] != getattr(deal, name)
    }
    if "responsible" in new:
        check_hand_over(deal, new["responsible"], by=by)
    was = deal.responsible_id
    for name, value in new.items():
        setattr(deal, name, value)
    if "title" in new:
        deal.folded = fold(deal.title)[:200]
    wanted = None if interests is None else {p.pk for p in interests}
    other = wanted is not None and wanted != set(
        deal.interests.values_list("pk", flat=True)
    )
    if other:
        deal.interests.set(wanted)
    for field_id, value in (own or {}).items():
        own_fields.write("deal", deal, field_id, value)
    if new or other or own:
        deal.version += 1
        deal.save(update_fields=[*new, "folded", "version", "updated_at"])
    if "responsible" in new:
        journal.record(
            "deal.handed_over",
            deal,
            by=by,
            at=at,
            client=deal.client_id,
            from_user=was,
            to_user=deal.responsible_id,
        )
        telling.handed(deal, by=by, at=at)
    return deal


def check_hand_over(deal: Deal, to: User, *, by: User) -> None:
    """The responsible hands his own deal over; those of others need the right. Raises MayNotHandOver."""
    if deal.responsible_id != by.pk and not by.has_perm("deals.change_responsible"):
        raise MayNotHandOver(
            _("Only %(person)s or a head may hand this deal over.")
            % {"person": deal.responsible}
        )
    if not to.is_active:
        raise MayNotHandOver(_("%(person)s no longer works here.") % {"person": to})


@transaction.atomic
def set_participants(
    deal_id: int,
    *,
    by: User,
    rows: Iterable[tuple[User, Decimal, str]],
    at: datetime | None = None,
) -> Deal:
    """Replace the participants: who, with which share in percent, doing what."""
    at = at or timezone.now()
    deal = held(deal_id)
    kept = {p.user_id: p for p in deal.participants.all()}
    for user, share, role in rows:
        old = kept.pop(user.pk, None)
        if old is None:
            DealParticipant.objects.create(deal=deal, user=user, share=share, role=role)
        elif (old.share, old.role) != (share, role):
            old.share, old.role = share, role
            old.save(update_fields=["share", "role"])
    DealParticipant.objects.filter(pk__in=[p.pk for p in kept.values()]).delete()
    journal.record("deal.participants_set", deal, by=by, at=at, client=deal.client_id)
    return deal
