"""Taking an import back: cards it made go to the bin, fields it filled are emptied; what was changed since stays, with the
reason. Chunk by chunk like the loading, so that another worker may go on.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_noop

from clients.actions.bin import KEPT_DAYS
from clients.choices import BinKind, ImportState
from clients.holding import hold_clients
from clients.importing.converting import msgid_of
from clients.importing.engine import CREATED, UPDATED, TakenByAnother, take_turns
from clients.importing.progress import tick
from clients.importing.reasons import Reason, shown
from clients.importing.targets import TARGETS
from clients.importing.writing import plain, said_by
from clients.models import (
    BinEntry,
    Client,
    ClientAddress,
    ClientDimension,
    ClientProduct,
    ClientSite,
    Contact,
    ContactLink,
    Email,
    ImportJob,
    ImportRow,
    Phone,
)
from clients.references import is_history, pointing_at, rows_of
from clients.searching import refresh_contact_search, refresh_search
from salesexpert.accounts.models import User
from salesexpert.audit import journal, subjects
from salesexpert.audit.acting import current_deed
from salesexpert.audit.models import JournalEntry

CHUNK = 200
# How long after its end an import can be taken back.
MAY_FOR = timedelta(days=30)
REMOVED, EMPTIED, KEPT, GONE = "removed", "emptied", "kept", "gone"
_ROWS: dict[str, type[Any]] = {
    model._meta.model_name or "": model
    for model in (Phone, Email, ClientSite, ClientAddress, ClientProduct, ClientDimension)
}  # fmt: skip

EDITED = gettext_noop("The card was edited on %(day)s (%(who)s).")
EDITED_BY_SYSTEM = gettext_noop("The card was edited on %(day)s.")
PERSON_EDITED = gettext_noop("The contact person was edited on %(day)s (%(who)s).")
HAS_SINCE = gettext_noop("Added since: %(label)s.")
IS_PARENT = gettext_noop("It is the parent firm of “%(name)s”.")
FIELD_CHANGED = gettext_noop("%(label)s: changed since, now “%(value)s”.")
ROW_CHANGED = gettext_noop("%(label)s “%(value)s”: changed since.")


def address_of(job: ImportJob) -> str:
    return reverse("clients:import_job", args=[job.pk])


def may_be_reverted(job: ImportJob, *, at: datetime) -> bool:
    """Whether anything of it can still be taken back: an ended import of the last thirty days that changed something."""
    ended = {ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED}
    return bool(
        job.state in ended
        and job.created_count + job.updated_count
        and job.finished_at
        and at - job.finished_at <= MAY_FOR
    )


def revert_chunk(job: ImportJob, *, at: datetime) -> int:
    """Take back the next rows, all or nothing; how many there were, 0 at the end."""
    began = monotonic()
    with transaction.atomic():
        current = ImportJob.objects.select_for_update().get(pk=job.pk)
        if current.reverted_upto != job.reverted_upto:
            raise TakenByAnother
        take_turns()
        rows = list(
            ImportRow.objects.filter(
                job=job, row__gt=job.reverted_upto, outcome__in=[CREATED, UPDATED]
            ).order_by("row")[:CHUNK]
        )
        if not rows:
            return 0
        _take_back(job, rows, at=at)
        job.reverted_upto = rows[-1].row
        kept = sum(1 for row in rows if row.undone == KEPT)
        job.kept_count += kept
        job.reverted_count += len(rows) - kept
        job.heartbeat_at = timezone.now()
        tick(job, len(rows), monotonic() - began)
        job.save(
            update_fields=[
                "reverted_upto",
                "reverted_count",
                "kept_count",
                "heartbeat_at",
                "pace",
            ]
        )
    return len(rows)


def finish(job: ImportJob, *, at: datetime) -> None:
    job.state, job.reverted_at = ImportState.REVERTED, at
    job.save(update_fields=["state", "reverted_at"])
    by, counts = (
        job.reverted_by,
        {"reverted": job.reverted_count, "kept": job.kept_count},
    )
    journal.record("import.reverted", job, by=by, at=at, **counts)  # fmt: skip


def _take_back(job: ImportJob, rows: list[ImportRow], *, at: datetime) -> None:
    made = [row for row in rows if row.outcome == CREATED]
    if job.entity in TARGETS:
        _take_back_records(job, made, at=at)
        filled = [row for row in rows if row.outcome == UPDATED]
        gone = set(
            ImportRow.objects.filter(
                job=job,
                outcome=CREATED,
                object_id__in={row.object_id for row in filled},
                undone=REMOVED,
            ).values_list("object_id", flat=True)
        ) | {row.object_id for row in made if row.undone == REMOVED}
        others = [row for row in filled if row.object_id not in gone]
        kept = TARGETS[job.entity].empty(others, at=at)
        for row in filled:
            # A further part of a record goes with it.
            if row.object_id in gone:
                row.undone = REMOVED
            else:
                row.undone = KEPT if row.pk in kept else EMPTIED
                row.kept_because = [r.kept() for r in kept.get(row.pk, ())]
        ImportRow.objects.bulk_update(rows, ["undone", "kept_because"])
        return
    hold_clients(
        [Client._base_manager.filter(pk__in=[r.object_id for r in rows if r.object_id])]
    )
    _take_back_cards(job, made, at=at)
    _take_back_changes(job, [row for row in rows if row.outcome == UPDATED], at=at)
    ImportRow.objects.bulk_update(rows, ["undone", "kept_because"])


def _take_back_records(job: ImportJob, rows: list[ImportRow], *, at: datetime) -> None:
    """Of another entity than clients: its target knows how."""
    ids = {row.object_id for row in rows if row.object_id}
    kept = TARGETS[job.entity].take_back(ids, job=job, at=at)
    for row in rows:
        reasons = kept.get(row.object_id or 0)
        row.undone = KEPT if reasons else REMOVED
        row.kept_because = [reason.kept() for reason in reasons or ()]


# ── cards that the import made ───────────────────────────────────────────────────────────────────────────────────────


def _take_back_cards(job: ImportJob, rows: list[ImportRow], *, at: datetime) -> None:
    ids = {row.object_id for row in rows if row.object_id}
    here = set(Client.objects.filter(pk__in=ids).values_list("pk", flat=True))
    persons = {row.object_id: _contacts(row) for row in rows if row.object_id in here}
    kept = changed_since(job, here, persons)
    going = here - kept.keys()
    for row in rows:
        if row.object_id in kept:
            row.undone = KEPT
            row.kept_because = [reason.kept() for reason in kept[row.object_id]]
        else:
            row.undone = REMOVED if row.object_id in going else GONE
    people = {pk for client in going for pk in persons[client]}
    throw(Client, BinKind.CLIENT, going, by=job.reverted_by, at=at, along=people)


def _contacts(row: ImportRow) -> list[int]:
    return list((row.changes or {}).get("contacts", ()))


def throw(
    model: Any,
    kind: str,
    ids: Collection[int],
    *,
    by: User | None,
    at: datetime,
    along: Collection[int] = (),
) -> None:
    """Many at once into the bin, as `actions.bin.throw_away` does one; `along` are persons who go with their firm."""
    if not ids:
        return
    hold_clients([model._base_manager.filter(pk__in=ids)])
    until = timezone.localdate(at) + timedelta(days=KEPT_DAYS)
    entries = BinEntry.objects.bulk_create(
        BinEntry(
            kind=kind,
            model=model._meta.model_name,
            object_id=pk,
            client_id=pk if model is Client else None,
            put_at=at,
            put_by=by,
            purge_on=until,
        )
        for pk in sorted(ids)
    )
    table, entry_table = model._meta.db_table, BinEntry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{table}" t SET bin_id = e.id FROM "{entry_table}" e WHERE e.id = ANY(%s) AND t.id = e.object_id',
            [[entry.pk for entry in entries]],
        )
        if along:
            cursor.execute(
                f'UPDATE "{Contact._meta.db_table}" t SET bin_id = c.bin_id FROM "{ContactLink._meta.db_table}" l'
                f' JOIN "{table}" c ON c.id = l.client_id WHERE t.id = ANY(%s) AND l.contact_id = t.id AND c.id = ANY(%s)',
                [sorted(along), sorted(ids)],
            )
    JournalEntry.objects.bulk_create(
        JournalEntry(
            at=at,
            by=by,
            verb=f"bin.{kind}.thrown",
            subject_type=model._meta.model_name,
            subject_id=pk,
            detail={"of": pk},
            deed=current_deed(),
        )
        for pk in sorted(ids)
    )


def changed_since(
    job: ImportJob, ids: Collection[int], persons: dict[int, list[int]]
) -> dict[int, list[Reason]]:
    """{card: why it is not the import's own any more}; cards that nobody touched are not there."""
    found: dict[int, list[Reason]] = defaultdict(list)
    _edited(job, "client", Client, ids, EDITED, found)
    _pointed_at(Client, ids, found)
    _parents(job, ids, found)
    owner = {pk: client or 0 for client, people in persons.items() for pk in people}
    if owner:
        of_persons: dict[int, list[Reason]] = defaultdict(list)
        _edited(job, "contact", Contact, owner.keys(), PERSON_EDITED, of_persons)
        _pointed_at(Contact, owner.keys(), of_persons)
        for pk, reasons in of_persons.items():
            found[owner[pk]] += reasons
    return {pk: _once(reasons) for pk, reasons in found.items()}


def _once(reasons: list[Reason]) -> list[Reason]:
    return list({str(reason.kept()): reason for reason in reasons}.values())


def _edited(
    job: ImportJob,
    kind: str,
    model: Any,
    ids: Collection[int],
    sentence: str,
    found: dict[int, list[Reason]],
) -> None:
    """By the journal: whatever changed these, or their parts, elsewhere than in this import."""
    if not ids:
        return
    own = address_of(job)
    latest: dict[int, tuple[datetime, Any]] = {}
    for part in subjects.parts(kind):
        column = part.root_column or "pgh_obj_id"
        events: Any = part.events._default_manager.filter(**{f"{column}__in": ids})
        for pk, when, url, user in events.order_by().values_list(
            column, "pgh_created_at", "pgh_context__url", "pgh_context__user"
        ):
            if url != own and (pk not in latest or when > latest[pk][0]):
                latest[pk] = (when, user)
    names = _names(user for _when, user in latest.values())
    for pk, (when, user) in latest.items():
        day = f"{timezone.localtime(when):%Y-%m-%d}"
        who = names.get(str(user), "")
        if who:
            found[pk].append(Reason(sentence, {"day": day, "who": who}))
        else:
            found[pk].append(Reason(EDITED_BY_SYSTEM, {"day": day}))


def _names(ids: Iterable[Any]) -> dict[str, str]:
    wanted = {int(pk) for pk in ids if str(pk or "").isdigit()}
    return {str(u.pk): u.get_short_name() for u in User.objects.filter(pk__in=wanted)}


def _pointed_at(model: Any, ids: Collection[int], found: dict[int, list[Reason]]) -> None:  # fmt: skip
    """By what hangs on them: history, files, deals, consents. Parts of a card and what is counted from it go with it."""
    for field in pointing_at(model):
        of_the_card = field.remote_field.on_delete is models.CASCADE
        if of_the_card or (field.model is model and field.name == "parent"):
            continue
        if is_history(field):
            continue
        label = msgid_of(capfirst(field.model._meta.verbose_name_plural))
        rows = rows_of(field, ids).values_list(field.attname, flat=True).distinct()
        for pk in rows:
            found[pk].append(Reason(HAS_SINCE, {"label": label}))


def _parents(job: ImportJob, ids: Collection[int], found: dict[int, list[Reason]]) -> None:  # fmt: skip
    """A parent firm stays while a branch does; branches that the same import made and nobody touched go with it."""
    branches = {
        pk: (parent, name)
        for pk, parent, name in Client.objects.filter(parent__in=ids).values_list(
            "pk", "parent_id", "name"
        )
        if parent
    }
    if not branches:
        return
    made = {
        row.object_id: _contacts(row)
        for row in ImportRow.objects.filter(
            job=job, outcome=CREATED, object_id__in=branches.keys()
        )
        if row.object_id
    }
    staying = changed_since(job, [pk for pk in made if pk not in ids], made)
    for pk, (parent, name) in branches.items():
        if pk not in made or pk in staying or found.get(pk):
            found[parent].append(Reason(IS_PARENT, {"name": shown(name)}))


# ── fields that the import filled ────────────────────────────────────────────────────────────────────────────────────


def _take_back_changes(job: ImportJob, rows: list[ImportRow], *, at: datetime) -> None:
    ids = {row.object_id for row in rows if row.object_id}
    cards = Client.objects.in_bulk(ids)
    kept: dict[int, list[Reason]] = defaultdict(list)
    emptied, names = set(), {"version", "updated_at"}
    for row in rows:
        card = cards.get(row.object_id or 0)
        if card is None:
            continue
        for attribute, value in ((row.changes or {}).get("fields") or {}).items():
            if _empty_field(card, attribute, value):
                emptied.add(card)
                names.add(Client._meta.get_field(attribute).name)
            elif plain(getattr(card, attribute)) not in ("", None):
                kept[row.pk].append(_still(card, attribute))
    for card in emptied:
        card.version, card.updated_at = F("version") + 1, at
    Client.objects.bulk_update(emptied, sorted(names))
    _take_back_rows([row for row in rows if row.object_id in cards], kept)
    _take_back_persons(job, [row for row in rows if row.object_id in cards], kept, at)
    for row in rows:
        if row.object_id not in cards:
            row.undone = GONE
        elif row.pk in kept:
            row.undone = KEPT
            row.kept_because = [reason.kept() for reason in kept[row.pk]]
        else:
            row.undone = EMPTIED
    refresh_search(cards)


def _empty_field(card: Client, attribute: str, value: Any) -> bool:
    """Empty the field if it still says what the import put there; of a note, the part that came from it."""
    now = plain(getattr(card, attribute))
    field = Client._meta.get_field(attribute)
    if attribute == "note" and value and value in now:
        card.note = now.replace(value, "", 1).strip("\n")
        return True
    if now != value:
        return False
    setattr(card, attribute, None if field.null else "")
    return True


def _still(card: Client, attribute: str) -> Reason:
    field: Any = Client._meta.get_field(attribute)
    value = getattr(card, field.name)
    said = f"{timezone.localtime(value):%Y-%m-%d}" if hasattr(value, "hour") else value
    label = msgid_of(capfirst(field.verbose_name))
    return Reason(FIELD_CHANGED, {"label": label, "value": shown(str(said))})


def _take_back_rows(rows: list[ImportRow], kept: dict[int, list[Reason]]) -> None:
    wanted: dict[str, dict[int, tuple[int, str]]] = defaultdict(dict)
    for row in rows:
        for name, pk, said in (row.changes or {}).get("rows", ()):
            wanted[name][pk] = (row.pk, said)
    for name, told in wanted.items():
        model = _ROWS.get(name) or apps.get_model("clients", name)
        going = []
        for part in model._default_manager.filter(pk__in=told):
            entry, said = told[part.pk]
            if said_by(part) == said:
                going.append(part.pk)
            else:
                label = msgid_of(capfirst(model._meta.verbose_name))
                values = {"label": label, "value": shown(said_by(part))}
                kept[entry].append(Reason(ROW_CHANGED, values))
        gone = model._base_manager.filter(pk__in=going).order_by()
        gone._raw_delete(gone.db)


def _take_back_persons(
    job: ImportJob, rows: list[ImportRow], kept: dict[int, list[Reason]], at: datetime
) -> None:
    owner = {pk: row for row in rows for pk in _contacts(row)}
    if not owner:
        return
    here = set(Contact.objects.filter(pk__in=owner).values_list("pk", flat=True))
    reasons: dict[int, list[Reason]] = defaultdict(list)
    _edited(job, "contact", Contact, here, PERSON_EDITED, reasons)
    _pointed_at(Contact, here, reasons)
    for pk, told in reasons.items():
        kept[owner[pk].pk] += _once(told)
    going = here - reasons.keys()
    throw(Contact, BinKind.CONTACT, going, by=job.reverted_by, at=at)
    refresh_contact_search(going)
