"""What the base holds of a person: every table that names him by a foreign key, found by itself, and texts that name him."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clients import erasing
from clients.erasing import Circle
from clients.models import (
    Activity,
    Client,
    ClientFile,
    Commitment,
    Erasure,
    ImportJob,
    ImportRow,
    Question,
)
from clients.persons import CONTACT, Person
from salesexpert.audit.models import JournalEntry
from salesexpert.core.templatetags.look import moment, plain_day
from salesexpert.outbox.models import Letter

SHOWN = 20
# Columns that a form never shows have no label of their own.
_LABELS = {
    "created_at": gettext_lazy("entered on"),
    "created_by": gettext_lazy("entered by"),
    "updated_at": gettext_lazy("last changed"),
    "archived_at": gettext_lazy("archived"),
    "entered_at": gettext_lazy("entered on"),
    "e164": gettext_lazy("number in full"),
    "raw": gettext_lazy("as typed"),
    "feed_at": gettext_lazy("in the history"),
    "contact": gettext_lazy("person"),
    "client": gettext_lazy("client"),
    "status": gettext_lazy("state"),
    "relationship": gettext_lazy("relationship"),
    "uploaded_at": gettext_lazy("added"),
    "uploaded_by": gettext_lazy("entered by"),
    "closed_at": gettext_lazy("closed"),
    "closed_by": gettext_lazy("closed by"),
    "withdrawn_by": gettext_lazy("withdrawal entered by"),
    "decided_at": gettext_lazy("decided"),
    "decided_by": gettext_lazy("decided by"),
    "queued_at": gettext_lazy("queued"),
    "sent_at": gettext_lazy("sent on"),
    "to": gettext_lazy("to whom"),
    "subject": gettext_lazy("subject"),
    "text": gettext_lazy("text"),
}
_TECHNICAL = frozenset(
    {
        "folded", "search_text", "core_name", "version", "file", "bin", "entry_key", "completeness",
        "missing", "is_suppressed", "rung_at", "sha256", "message_id", "headers", "attempt_at", "attempts",
        "claimed_at", "handed_over_at", "counts", "chosen", "minutes",
    }
)  # fmt: skip


@dataclass(slots=True)
class Held:
    """One kind of thing held. `rows` are lists of (label, value); `count` may be more than are shown."""

    name: str
    label: str
    count: int
    rows: list[list[tuple[str, str]]] = field(default_factory=list)


def held_of(person: Person, *, most: int = SHOWN) -> list[Held]:
    """All that is held, by table; at most `most` rows of each (0: all). The queries depend on tables, not on rows."""
    found = [Held(person.kind, _("Card"), 1, [described(person.root)])]
    for model, column in _tables_of(person):
        rows = model._base_manager.filter(**{column: person.pk}).order_by("pk")
        held = _held(model, rows, most=most, without=column)
        if held.count:
            found.append(held)
    addresses = [email.address.lower() for email in person.emails()]
    if addresses:
        letters = letters_to(addresses)
        held = _held(Letter, letters.order_by("pk"), most=most)
        if held.count:
            found.append(held)
    if lines := journal_lines(person):
        found.append(Held("journal", _("Lines of the journal"), lines))
    return found


def letters_to(addresses: list[str]) -> Any:
    return Letter.objects.annotate(low=models.functions.Lower("to")).filter(
        low__in=addresses
    )


def _tables_of(person: Person) -> Iterator[tuple[type[models.Model], str]]:
    """Tables with a foreign key to the person, by the name of their things."""
    root = type(person.root)
    for model in apps.get_models():
        options = model._meta
        if (
            hasattr(model, "pgh_tracked_model")
            or options.proxy
            or model is Client
            or not options.managed
        ):
            continue
        for column in options.concrete_fields:
            if isinstance(column, models.ForeignKey) and column.related_model is root:
                yield model, column.attname


def _held(
    model: type[models.Model], rows: Any, *, most: int, without: str = ""
) -> Held:
    count = rows.count()
    shown = rows.fetch_mode(models.FETCH_PEERS)
    if most:
        shown = shown[:most]
    return Held(
        model._meta.model_name or "",
        str(model._meta.verbose_name_plural),
        count,
        [described(row, without=without) for row in shown] if count else [],
    )


def described(row: models.Model, *, without: str = "") -> list[tuple[str, str]]:
    """What a row says, in the reader's words; its empty and its technical columns left out."""
    said = []
    for column in row._meta.concrete_fields:
        if (
            column.primary_key
            or column.attname == without
            or column.name in _TECHNICAL
            or isinstance(column, models.PositiveSmallIntegerField)
        ):
            continue
        value = getattr(row, column.attname)
        if value in (None, "", [], {}) or value is False:
            continue
        label = _LABELS.get(column.name, column.verbose_name)
        said.append((str(label), _in_words(row, column, value)))
    return said


def _in_words(row: Any, column: Any, value: Any) -> str:
    if column.choices:
        return str(getattr(row, f"get_{column.name}_display")())
    if column.is_relation:
        return str(getattr(row, column.name))
    if isinstance(value, bool):
        return _("yes")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return plain_day(value)
    return str(value)


def journal_lines(person: Person) -> int:
    """How many lines of the journal speak of the person: changes of his rows and deeds on them."""
    parts = [
        f"(SELECT count(*) FROM {model._meta.db_table} WHERE {column} = %s)"
        for model, column in _event_tables(person)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {' + '.join(parts)} + (SELECT count(*) FROM {JournalEntry._meta.db_table}"
            " WHERE subject_type = %s AND subject_id = %s)",
            [*[person.pk] * len(parts), person.kind, person.pk],
        )
        return int(cursor.fetchone()[0])


def _event_tables(person: Person) -> Iterator[tuple[type[models.Model], str]]:
    root = type(person.root)
    for model in apps.get_models():
        tracked = getattr(model, "pgh_tracked_model", None)
        if tracked is root:
            yield model, "pgh_obj_id"
        elif tracked is not None:
            for column in model._meta.concrete_fields:
                if (
                    column.is_relation
                    and column.related_model is root
                    and column.name == person.kind
                ):
                    yield model, column.attname


# ── the plan of an erasure ───────────────────────────────────────────────────────────────────────────────────────────

TEXTS_SHOWN = 100


@dataclass(slots=True)
class Plan:
    """What an erasure would do: what goes as a whole, texts that name the person, what may be chosen, what stays."""

    circle: Circle
    goes: list[Held]
    talks: list[Activity]
    others: int
    files: list[ClientFile]
    imports: list[ImportJob]
    letters: int
    journal: int
    stays: list[tuple[str, int]]


def plan_of(person: Person) -> Plan:
    circle = erasing.circle_of(person)
    found = list(
        erasing.mentions(
            circle, only=(Activity, Commitment, Question, Client), most=TEXTS_SHOWN
        )
    )
    talks = [m.pk for m in found if m.table.model is Activity]
    own = {model._meta.model_name for model in erasing.OWN}
    held = held_of(person, most=0)
    return Plan(
        circle=circle,
        goes=[h for h in held if h.name in own or h.name == person.kind],
        talks=list(
            Activity._base_manager.filter(pk__in=talks)
            .select_related("kind", "client__legal_form", "performer")
            .order_by("-feed_at")[:TEXTS_SHOWN]
        ),
        others=len([m for m in found if m.table.model is not Activity]),
        files=_files(person, circle),
        imports=_imports(circle),
        letters=next((h.count for h in held if h.name == "letter"), 0),
        journal=next((h.count for h in held if h.name == "journal"), 0),
        stays=[
            (h.label, h.count)
            for h in held
            if h.name not in own and h.name not in {person.kind, "journal", "letter"}
        ],
    )


def _files(person: Person, circle: Circle) -> list[ClientFile]:
    """Files of the person's card; of a contact person those that came with talks with him."""
    files = ClientFile._base_manager.exclude(file="")
    if person.kind == CONTACT:
        files = files.filter(activity__contact__in=circle.contacts)
    else:
        files = files.filter(client=person.pk)
    return list(
        files.select_related("client__legal_form").order_by("-uploaded_at")[
            :TEXTS_SHOWN
        ]
    )


def _imports(circle: Circle) -> list[ImportJob]:
    """Uploaded lists from which his firms came: their files lie on the disk as they were uploaded."""
    rows = ImportRow.objects.filter(object_id__in=circle.clients)
    return list(
        ImportJob.objects.filter(pk__in=rows.values("job"), finished_at__isnull=False)
        .exclude(file="")
        .order_by("-created_at")[:TEXTS_SHOWN]
    )


def as_json(person: Person) -> dict[str, Any]:
    """The same for a machine: what is handed to the person on his demand."""
    return {
        "person": str(person),
        "record": f"{person.kind}-{person.pk}",
        "made_at": timezone.localtime().isoformat(timespec="seconds"),
        "held": [
            {
                "name": item.name,
                "label": item.label,
                "count": item.count,
                "rows": [dict(row) for row in item.rows],
            }
            for item in held_of(person, most=0)
        ],
    }


def erasures_of(person: Person) -> list[Erasure]:
    return list(Erasure.objects.filter(**person.owner).select_related("decided_by"))
