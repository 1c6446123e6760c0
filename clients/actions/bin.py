"""The bin: what is thrown away stays thirty days and comes back as it was. Nothing that is in use is ever removed.

A throw is one `BinEntry`; the thing and everything that went with it carry it in `bin`, and the managers of the models
leave such rows out of every question.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from clients import preferences as own_preferences
from clients import searching
from clients.actions.activity_rules import (
    CardIsArchived,
    NextStepIsRequired,
    NotYoursToChange,
    may_change,
)
from clients.actions.steps import refresh_one
from clients.choices import ActivityCode, ActivityStatus, BinKind, Category
from clients.models import (
    Activity,
    ActivityKind,
    BinEntry,
    Client,
    ClientFile,
    Commitment,
    Contact,
    ContactLink,
    Question,
    RelationshipMove,
    RelationshipType,
    Selection,
)
from clients.models.dictionaries import DictionaryEntry
from clients.references import is_used, pointing_at, rows_of
from salesexpert.accounts.models import User
from salesexpert.audit import journal
from salesexpert.core import held, preferences
from salesexpert.core.errors import DomainError

KEPT_DAYS = 30
KINDS: dict[type[models.Model], str] = {
    Client: BinKind.CLIENT,
    Contact: BinKind.CONTACT,
    Activity: BinKind.ACTIVITY,
    ClientFile: BinKind.FILE,
    Selection: BinKind.SELECTION,
}
# What a thing of the kind may take with it.
ALONG: dict[str, tuple[type[Any], ...]] = {
    BinKind.CLIENT: (Activity, Commitment, Question, ClientFile, Contact),
    BinKind.ACTIVITY: (Commitment, Question, ClientFile),
}


class StillInUse(DomainError):
    """Something lives by this: it can go to the archive, not away."""


class CannotComeBack(DomainError):
    pass


class InTheBinAlready(DomainError):
    pass


def kind_of(model: type[models.Model]) -> str:
    return BinKind.ENTRY if issubclass(model, DictionaryEntry) else KINDS[model]


def model_of(entry: BinEntry) -> type[Any]:
    """Things of apps above are known by their declared kind; dictionaries of any app by the name of their model."""
    for model, kind in KINDS.items():
        if kind == entry.kind:
            return model
    return entry_model(entry.model)


def entry_model(name: str) -> type[Any]:
    """A dictionary by its model's name, of whatever app. Raises LookupError."""
    for model in apps.get_models():
        if issubclass(model, DictionaryEntry) and model._meta.model_name == name:
            return model
    raise LookupError(name)


@dataclass(frozen=True, slots=True)
class Throwing:
    """What an app above says of a model of its own that can be thrown away.

    `refuse` raises a DomainError for a thing that cannot go; `along` yields rows that go with it.
    """

    refuse: Callable[[Any], None]
    along: Callable[[Any], Iterable[models.QuerySet]]


_throwing: dict[type[models.Model], Throwing] = {}


def guard(model: type[models.Model], refuse: Callable[[Any], None]) -> None:
    """Dictionary entries of an app above of which some cannot go: `refuse` raises StillInUse for those."""
    _throwing[model] = Throwing(refuse, lambda thing: ())


def declare(
    model: type[models.Model],
    kind: str,
    throwing: Throwing,
    *,
    along: tuple[type[Any], ...] = (),
) -> None:
    KINDS[model] = kind
    ALONG[kind] = along
    _throwing[model] = throwing


# ── away ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def throw_away(*, thing: models.Model, by: User, at: datetime) -> BinEntry:
    """Put a client, contact person, entry of the history, file, selection or unused dictionary entry into the bin.

    A client takes along his history, promises, questions, files and the persons who work nowhere else; an entry of
    the history what was written with it. Raises StillInUse, InTheBinAlready, NotYoursToChange, NextStepIsRequired.
    """
    model: Any = type(thing)
    if owner := getattr(thing, "client_id", None):
        # Client first, as everyone else does it: then nobody waits in a circle.
        Client.with_bin.select_for_update(no_key=True, of=["self"]).get(pk=owner)
    thing = model.with_bin.select_for_update(of=["self"]).get(pk=thing.pk)
    if thing.bin_id:  # type: ignore[attr-defined]
        raise InTheBinAlready(_("This lies in the bin already."))
    kind = kind_of(model)
    client = thing.pk if kind == BinKind.CLIENT else getattr(thing, "client_id", None)
    _refuse(thing, by=by)
    entry = BinEntry.objects.create(
        kind=kind,
        model=model._meta.model_name,
        object_id=thing.pk,
        client_id=client,
        put_at=at,
        put_by=by,
        purge_on=timezone.localdate(at) + timedelta(days=KEPT_DAYS),
    )
    model.with_bin.filter(pk=thing.pk).update(bin=entry)
    for rows in _along(thing):
        rows.update(bin=entry)
    _tell_others(entry)
    if isinstance(thing, Activity):
        _refuse_no_step(thing)
    _record("thrown", entry, by=by, at=at)
    return entry


def _refuse(thing: models.Model, *, by: User) -> None:
    if isinstance(thing, Client) and (hangs := outside(thing)):
        raise StillInUse(
            _("%(client)s cannot be deleted: %(hangs)s. Move the card to the archive instead.")
            % {"client": thing, "hangs": ", ".join(hangs)}
        )  # fmt: skip
    card = getattr(thing, "client", None)
    if card is not None and card.archived_at:
        raise CardIsArchived(_("The card is archived: restore it first."))
    if (declared := _throwing.get(type(thing))) is not None:
        declared.refuse(thing)
    if isinstance(thing, Activity) and not may_change(thing, by):
        raise NotYoursToChange(
            _("Only %(person)s or a head may change this.")
            % {"person": thing.performer}
        )
    if isinstance(thing, DictionaryEntry):
        if isinstance(thing, ActivityKind) and thing.code in ActivityCode.values:
            raise StillInUse(
                _("“%s” comes with the program: it can be retired, not deleted.")
                % thing
            )
        if isinstance(thing, RelationshipType):
            raise StillInUse(
                _("Relationship types are retired or merged, not deleted.")
            )
        if is_used(thing):
            raise StillInUse(
                _("“%s” is in use: retire it or merge it into another.") % thing
            )


def outside(client: Client) -> list[str]:
    """What stands on the card from elsewhere and would lose it: deals, branches. In words, with counts up to a hundred."""
    hangs = []
    for field in pointing_at(Client):
        if field.model is Client and field.name == "parent":
            rows: models.QuerySet = Client.objects.filter(parent=client)
        elif field.remote_field.on_delete is models.SET_NULL:
            continue  # a call goes on without the card
        elif field.model._meta.app_label != "clients":
            rows = rows_of(field, [client.pk])
        else:
            continue
        if count := len(rows.values_list("pk")[:101]):
            said = "100+" if count > 100 else str(count)
            hangs.append(f"{field.model._meta.verbose_name_plural}: {said}")
    return hangs


def _along(thing: models.Model) -> Iterable[models.QuerySet]:
    if (declared := _throwing.get(type(thing))) is not None:
        yield from declared.along(thing)
    if isinstance(thing, Activity):
        for model in ALONG[BinKind.ACTIVITY]:
            yield model.objects.filter(activity=thing)
    if isinstance(thing, Client):
        for model in ALONG[BinKind.CLIENT]:
            if model is not Contact:
                yield model.objects.filter(client=thing)
        elsewhere = ContactLink.objects.filter(
            contact=OuterRef("pk"), client__bin=None
        ).exclude(client=thing)
        here = ContactLink.objects.filter(client=thing).values("contact")
        yield Contact.objects.filter(~Exists(elsewhere), pk__in=here)


def _refuse_no_step(activity: Activity) -> None:
    """The company keeps no client without a next step: the last planned one cannot simply vanish."""
    client = activity.client
    if (
        client is not None
        and activity.status == ActivityStatus.PLANNED
        and client.category == Category.CLIENT
        and preferences.get(own_preferences.NEXT_STEP_REQUIRED)
        and not Activity.objects.planned().filter(client=client).exists()
    ):
        raise NextStepIsRequired(
            _("Plan the next step: the company keeps no client without one.")
        )


# ── back ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def take_back(*, entry: BinEntry, by: User, at: datetime) -> models.Model:
    """Bring the thing back with everything that went with it. Raises CannotComeBack."""
    entry = _locked(entry)
    thing = _bring_back(entry)
    _record("taken_back", entry, by=by, at=at)
    entry.delete()
    return thing


def _locked(entry: BinEntry) -> BinEntry:
    if entry.client_id:
        Client.with_bin.select_for_update(no_key=True, of=["self"]).filter(
            pk=entry.client_id
        ).first()
    found = BinEntry.objects.select_for_update(of=["self"]).filter(pk=entry.pk).first()
    if found is None:
        raise CannotComeBack(_("This is no longer in the bin."))
    return found


def _bring_back(entry: BinEntry) -> Any:
    model = model_of(entry)
    thing = model.with_bin.get(pk=entry.object_id)
    owner = getattr(thing, "client", None)
    if owner is not None and owner.bin_id:
        raise CannotComeBack(
            _("The card itself is in the bin, take it back first: %s.") % owner
        )
    try:
        with transaction.atomic():
            for each in (model, *ALONG.get(entry.kind, ())):
                each.with_bin.filter(bin=entry).update(bin=None)
    except IntegrityError as error:
        raise CannotComeBack(_taken(thing)) from error
    _tell_others(entry)
    return thing


def _taken(thing: models.Model) -> str:
    if isinstance(thing, Client):
        return _(
            "The number “%s” from another system now belongs to another card: change it there first."
        ) % (thing.outside_id)
    if isinstance(thing, Selection):
        return _("You have another selection “%s” now: rename it first.") % thing
    return _("There is another entry “%s” now.") % thing


def _tell_others(entry: BinEntry) -> None:
    """Bring up to date what repeats the thing: next steps, texts of the search, dictionaries held in memory."""
    thing = model_of(entry).with_bin.get(pk=entry.object_id)
    match entry.kind:
        case BinKind.CLIENT:
            people = list(
                ContactLink.objects.filter(client=thing).values_list(
                    "contact", flat=True
                )
            )
            searching.refresh_search([thing.pk])
            searching.refresh_contact_search(people)
            refresh_one(thing.pk)
        case BinKind.CONTACT:
            firms = ContactLink.objects.filter(contact=thing)
            searching.refresh_contact_search([thing.pk])
            searching.refresh_search(list(firms.values_list("client", flat=True)))
        case BinKind.ACTIVITY:
            if thing.client_id:
                refresh_one(thing.client_id)
        case BinKind.ENTRY:
            held.written(type(thing))


# ── for ever ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def remove(*, entry: BinEntry, by: User | None, at: datetime) -> None:
    """Remove the thing for ever. Raises StillInUse when anything lives by it: then nothing is changed."""
    entry = _locked(entry)
    _record("removed", entry, by=by, at=at)
    thing = model_of(entry).with_bin.get(pk=entry.object_id)
    name = str(thing)
    try:
        with transaction.atomic():
            _empty(entry, thing)
            # Whatever was not thought of still points at it: the database says so here, not at the commit.
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    except (IntegrityError, _Held) as error:
        raise StillInUse(
            _("In use, so it cannot be removed for ever: %s. Take it back and archive it.")
            % name
        ) from error  # fmt: skip
    entry.delete()


class _Held(Exception):
    pass


def _empty(entry: BinEntry, thing: Any) -> None:
    gone = [thing.pk]
    files = ClientFile.with_bin.filter(bin=entry)
    paths = [(f.file.storage, f.file.name) for f in files if f.file]
    if entry.kind == BinKind.CLIENT:
        # What was only planned dies with the card; what was done is history, and holds it.
        plans = Activity.with_bin.filter(bin=entry).exclude(status=ActivityStatus.DONE)
        _delete(Activity, list(plans.values_list("pk", flat=True)))
        people = list(Contact.with_bin.filter(bin=entry).values_list("pk", flat=True))
        ContactLink.objects.filter(client=thing, contact__in=people).delete()
        _delete(Contact, people)
    elif entry.kind == BinKind.ACTIVITY:
        for model in ALONG[BinKind.ACTIVITY]:
            rows = model.with_bin.filter(bin=entry)
            _delete(model, list(rows.values_list("pk", flat=True)))
    _delete(type(thing), gone)
    transaction.on_commit(lambda: _unlink(paths))


def _delete(model: type[models.Model], ids: list[Any]) -> None:
    """Delete rows with their parts (`CASCADE`), refuse (`_Held`) when anything else points at them.

    Done by hand, for Django would also ask the tables of history, to which the application may only add.
    """
    if not ids:
        return
    for field in pointing_at(model):
        rows = rows_of(field, ids)
        on_delete = field.remote_field.on_delete
        if field.model is Activity and field.name == "follows":
            rows.update(follows=None)
        elif field.model is RelationshipMove:
            # A log to which the application may only add: the owner's function clears that of a card in the bin.
            with connection.cursor() as cursor:
                for pk in ids:
                    cursor.execute("SELECT purge_relationship_moves(%s)", [pk])
        elif on_delete is models.CASCADE and not getattr(field.model, "append_only", False):  # fmt: skip
            _delete(field.model, list(rows.values_list("pk", flat=True)))
        elif on_delete is models.SET_NULL:
            rows.update(**{field.name: None})
        elif on_delete is not models.DO_NOTHING and rows.exists():
            raise _Held(field)
    every = model._base_manager.filter(pk__in=ids).order_by()
    if model is Client:
        BinEntry.objects.filter(client__in=ids).update(client=None)
    every._raw_delete(every.db)


def _unlink(paths: list[tuple[Any, str | None]]) -> None:
    for storage, name in paths:
        storage.delete(name)


# ── by the clock ─────────────────────────────────────────────────────────────────────────────────────────────────────


def purge(*, today: date, at: datetime, most: int = 1_000) -> tuple[int, int]:
    """Remove what has lain its days and nothing lives by; archive the rest. Answers how many of each.

    Each thing in a transaction of its own: one that cannot go keeps no other.
    """
    removed = kept = 0
    # Histories before their cards, for a card is held by what was on it.
    order = models.Case(
        models.When(kind=BinKind.CLIENT, then=2),
        models.When(kind=BinKind.CONTACT, then=1),
        default=0,
    )
    for entry in BinEntry.objects.filter(purge_on__lte=today).order_by(order, "pk")[:most]:  # fmt: skip
        try:
            remove(entry=entry, by=None, at=at)
            removed += 1
        except StillInUse:
            archive_instead(entry=entry, at=at)
            kept += 1
        except CannotComeBack:
            continue
    return removed, kept


@transaction.atomic
def archive_instead(*, entry: BinEntry, at: datetime) -> None:
    """What must not be removed leaves the bin for the archive, its open plans cancelled; what has no archive stays on."""
    entry = _locked(entry)
    model = model_of(entry)
    closed = "retired_at" if entry.kind == BinKind.ENTRY else "archived_at"
    if closed not in {f.name for f in model._meta.concrete_fields}:
        entry.purge_on = timezone.localdate(at) + timedelta(days=KEPT_DAYS)
        entry.save(update_fields=["purge_on"])
        return
    try:
        if entry.kind == BinKind.CLIENT:
            Activity.with_bin.planned().filter(bin=entry).update(
                status=ActivityStatus.CANCELLED,
                summary=_("The card was deleted."),
            )
        thing = _bring_back(entry)
    except CannotComeBack:
        entry.purge_on = timezone.localdate(at) + timedelta(days=KEPT_DAYS)
        entry.save(update_fields=["purge_on"])
        return
    model.objects.filter(pk=thing.pk, **{f"{closed}__isnull": True}).update(
        **{closed: at}
    )
    held.written(model)
    _record("archived_instead", entry, by=None, at=at)
    entry.delete()


def _record(deed: str, entry: BinEntry, *, by: User | None, at: datetime) -> None:
    """In the journal of the card where there is one, else of the thing itself."""
    thing = model_of(entry).with_bin.get(pk=entry.object_id)
    subject = thing
    if entry.kind in {BinKind.ACTIVITY, BinKind.FILE} and thing.client_id:
        subject = thing.client
    words = {"name": thing.name} if entry.kind == BinKind.ENTRY else {}
    journal.record(
        f"bin.{entry.kind}.{deed}", subject, by=by, at=at, of=entry.object_id, **words
    )


def goes_along(client: Client) -> list[str]:
    """What a client would take into the bin, in words for the person who is about to put him there."""
    entries = len(Activity.objects.filter(client=client).values_list("pk")[:1001])
    files = len(ClientFile.objects.filter(client=client).values_list("pk")[:1001])
    said = []
    if entries:
        said.append(
            ngettext("%d entry of the history", "%d entries of the history", entries)
            % entries
        )
    if files:
        said.append(ngettext("%d file", "%d files", files) % files)
    return said


def holds(client: Client) -> bool:
    """Whether the card has a past: then it is never removed for ever, only archived."""
    return (
        Activity.objects.done().filter(client=client).exists()
        or ClientFile.objects.filter(client=client).exists()
        or Commitment.objects.filter(client=client).exists()
    )
