"""Where the base speaks of a person, and taking him out of it. Called by `clients.actions.erasure`, within its transaction.

Three circles: what is his own goes as a whole; rows of firms he was of, and of talks with him, lose his name even when
only the last name stands there; everywhere else only what is surely his (full name, number, address) is struck out. Where
somebody of the same name is at home, the name is his: only numbers and addresses of the erased one go there.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q, Value

from clients import naming
from clients.importing import persons as person_names
from clients.models import (
    Activity,
    BinEntry,
    Client,
    ClientAddress,
    ClientSite,
    Consent,
    ConsentText,
    Contact,
    ContactLink,
    ContactMerge,
    Email,
    OwnValue,
    Phone,
    Suppression,
    SuppressionKey,
)
from clients.naming import Naming
from clients.persons import CONTACT, Person
from salesexpert.core.folding import fold
from salesexpert.core.roles import append_only_tables

STRUCK = "…"
# Rows that are nothing but values of the person's: they go as a whole.
OWN = (Phone, Email, ClientAddress, ClientSite, OwnValue)
# People who work here are known by other rules; the journal is blanked by its own function.
_OTHER_APPS = frozenset({"accounts"})
_OUT = (Consent, ConsentText, Suppression, SuppressionKey)
# Tables without a foreign key that nevertheless say whose they are.
_NUMBERS = {"clients.importrow": "object_id"}
_papers: set[str] = set()


def keep_papers(*labels: str) -> None:
    """Say that rows of these models ("deals.invoice"), or columns of them ("deals.document.content"), are accounting papers:
    they stay as they are, by law."""
    _papers.update(label.lower() for label in labels)


@dataclass(frozen=True, slots=True)
class Table:
    """One table with words in it. `contacts` and `clients` are columns that say whose a row is; `parts` are (column, where)
    of rows that say it by what they are a part of: the refusal, own values and stages of a deal are its client's.
    """

    model: type[models.Model]
    texts: tuple[str, ...]
    jsons: tuple[str, ...]
    contacts: tuple[str, ...]
    clients: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def words(self) -> str:
        """SQL of everything a row says."""
        quoted = [f'"{c}"' for c in self.texts] + [f'"{c}"::text' for c in self.jsons]
        return f"concat_ws(' ', {', '.join(quoted)})"


@cache
def tables() -> tuple[Table, ...]:
    """Every table of the house that holds words, in the order of the apps."""
    closed = set(append_only_tables())
    own = [c.label for c in apps.get_app_configs() if _is_ours(c.name)]
    found = []
    for model in apps.get_models(include_auto_created=True):
        options = model._meta
        if (
            options.app_label not in own
            or options.app_label in _OTHER_APPS
            or options.proxy
            or not options.managed
            or options.db_table in closed
            or model in _OUT
            or options.label_lower in _papers
        ):
            continue
        texts, jsons, contacts, clients, parts = [], [], [], [], []
        for column in options.concrete_fields:
            if f"{options.label_lower}.{column.name}" in _papers:
                continue
            if isinstance(column, models.ForeignKey):
                if column.related_model is Contact:
                    contacts.append(column.column)
                elif column.related_model is Client:
                    clients.append(column.column)
                elif of := _of_client(column.related_model, model):
                    parts.append(f'"{column.column}" IN ({of})')
            elif isinstance(column, models.JSONField | ArrayField):
                jsons.append(column.column)
            elif _holds_words(column):
                texts.append(column.column)
        if model is Client:
            clients.append("id")
        if number := _NUMBERS.get(options.label_lower):
            clients.append(number)
        if any(not f.null for f in _client_fields(model)):
            # Its own column says it.
            parts = []
        if {"about_type", "about_id"} <= {f.name for f in options.concrete_fields}:
            parts.append(_told_of_client(own))
        if texts or jsons:
            columns: tuple[list[Any], ...] = (texts, jsons, contacts, clients, parts)
            found.append(Table(model, *(tuple(names) for names in columns)))
    return tuple(found)


def _client_fields(model: Any) -> list[Any]:
    fields = model._meta.concrete_fields
    return [f for f in fields if f.is_relation and f.related_model is Client]


def _of_client(whole: Any, part: type[models.Model] | None = None) -> str:
    """SQL of the rows of `whole` that belong to some clients; "" where they belong to none. Neither a copy nor what lies in
    the bin is a part."""
    if whole in (Client, BinEntry, part):
        return ""
    table, pk = whole._meta.db_table, whole._meta.pk.column
    found = [f.column for f in _client_fields(whole)]
    return f'SELECT "{pk}" FROM "{table}" WHERE "{found[0]}" = ANY(%s)' if found else ""


def _told_of_client(apps_of_ours: Iterable[str]) -> str:
    """SQL of notices about clients and about what belongs to them; they name the kind and the number of what they tell of."""
    told = ["about_type = 'client' AND about_id = ANY(%s)"]
    for model in apps.get_models():
        if model._meta.app_label in apps_of_ours and (rows := _of_client(model)):
            told.append(f"about_type = '{model._meta.model_name}' AND about_id IN ({rows})")  # fmt: skip
    return " OR ".join(f"({one})" for one in told)


def _is_ours(name: str) -> bool:
    top = name.partition(".")[0]
    return top in {
        "salesexpert",
        "clients",
        "pipeline",
        "deals",
        "mailing",
        "analytics",
    }


def _holds_words(column: Any) -> bool:
    return (
        isinstance(column, models.CharField | models.TextField)
        and not isinstance(column, models.FileField)
        and not column.choices
        and not column.primary_key
    )


@dataclass(slots=True)
class Circle:
    """Whom an erasure concerns: the person with the cards that were joined into his, and the firms around him."""

    person: Person
    contacts: list[int]
    clients: list[int]
    words: Naming
    namesakes: "Namesakes"


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Others of the same full name: their own cards, and firms they are of where the erased person never was."""

    contacts: list[int]
    clients: list[int]

    def __bool__(self) -> bool:
        return bool(self.contacts or self.clients)


def circle_of(person: Person) -> Circle:
    if person.kind != CONTACT:
        client = Client._base_manager.select_related("legal_form").get(pk=person.pk)
        split = {person_names.split(t) for t in (client.name, client.full_name) if t}
        return Circle(
            person,
            [],
            [client.pk],
            naming.of_client(client),
            _namesakes(split, contacts=[], clients=[client.pk]),
        )
    ids = _joined_into(person.pk)
    cards = list(Contact._base_manager.filter(pk__in=ids))
    clients = set(
        ContactLink._base_manager.filter(contact__in=ids).values_list(
            "client", flat=True
        )
    )
    talks = Activity._base_manager.filter(contact__in=ids, client__isnull=False)
    clients |= set(talks.values_list("client", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT client_id FROM clients_contactlinkevent WHERE contact_id = ANY(%s)",
            [ids],
        )
        clients |= {client for (client,) in cursor.fetchall() if client}
    return Circle(
        person,
        ids,
        sorted(clients),
        naming.of_contacts(cards),
        _namesakes(
            {(c.last_name, c.first_name, c.patronymic) for c in cards},
            contacts=ids,
            clients=sorted(clients),
        ),
    )


def _namesakes(
    names: Iterable[tuple[str, str, str]], *, contacts: list[int], clients: list[int]
) -> Namesakes:
    """Who else has such a last and first name. A patronymic of both that differs does not matter: short mentions omit it."""
    people: set[int] = set()
    cards: set[int] = set()
    for last, first, _patronymic in names:
        if not (last and first):
            continue
        same = Contact._base_manager.filter(
            last_name__iexact=last, first_name__iexact=first
        )
        people |= set(same.exclude(pk__in=contacts).values_list("pk", flat=True))
        both = {fold(f"{last} {first}"), fold(f"{first} {last}")}
        starts = Q(folded__in=both)
        for words in both:
            starts |= Q(folded__startswith=f"{words} ")
        cards |= set(Client._base_manager.filter(starts).values_list("pk", flat=True))
    cards |= set(
        ContactLink._base_manager.filter(contact__in=people).values_list(
            "client", flat=True
        )
    )
    return Namesakes(sorted(people), sorted(cards - set(clients)))


def _joined_into(contact_id: int) -> list[int]:
    """The card and those that were joined into it, and into those."""
    found = [contact_id]
    for pk in found:
        found += [
            loser
            for loser in ContactMerge.objects.filter(
                survivor=pk, undone_at=None
            ).values_list("loser", flat=True)
            if loser not in found
        ]
    return found


@dataclass(frozen=True, slots=True)
class Mention:
    """A row that names the person. `values` are its words by column; `is_own` of a row that is of a talk with him,
    `of_namesake` of one at home with somebody of the same name."""

    table: Table
    pk: int
    values: dict[str, Any]
    is_own: bool = False
    of_namesake: bool = False


def mentions(
    circle: Circle, *, only: Iterable[type[models.Model]] = (), most: int = 0
) -> Iterator[Mention]:
    """Rows that name the person, each once. `only` some models; `most` of each table, 0 for all."""
    wanted = set(only)
    for table in tables():
        if wanted and table.model not in wanted:
            continue
        seen: set[int] = set()
        for where, params, whose in _questions(table, circle, near_only=bool(wanted)):
            for mention in _asked(table, where, params, most=most, whose=whose):
                if mention.pk not in seen:
                    seen.add(mention.pk)
                    yield mention


def _questions(
    table: Table, circle: Circle, *, near_only: bool
) -> Iterator[tuple[str, list[Any], str]]:
    """What is asked of a table, and whose rows answer ("own", "near", "far", "namesake"): those around the person by their
    indexes, then all rows for what is surely his."""
    for column in table.contacts:
        if circle.contacts:
            yield (
                f'"{column}" = ANY(%s) AND {table.words} ~* %s',
                [circle.contacts, circle.words.any_own],
                "own",
            )
    for column in table.clients:
        yield (
            f'"{column}" = ANY(%s) AND {table.words} ~* %s',
            [circle.clients, circle.words.any_near],
            "near",
        )
    for part in table.parts:
        yield (
            f"({part}) AND {table.words} ~* %s",
            [*_asked_for(part, circle.clients), circle.words.any_near],
            "near",
        )
    if not near_only:
        words = circle.words
        asked = f"CASE WHEN {table.words} ~ %s THEN {table.words} ~* %s ELSE false END"
        theirs, ids = _of_namesakes(table, circle.namesakes)
        if not theirs:
            yield asked, [words.traces, words.any_sure], "far"
            return
        yield (
            f"({theirs}) IS NOT TRUE AND {asked}",
            [*ids, words.traces, words.any_sure],
            "far",
        )
        yield (
            f"({theirs}) AND {asked}",
            [*ids, words.traces, words.addresses],
            "namesake",
        )


def _of_namesakes(table: Table, namesakes: Namesakes) -> tuple[str, list[Any]]:
    """Which rows are at home with somebody of the same name; nothing where there is nobody, or rows are nobody's."""
    people = [*table.contacts, *(["id"] if table.model is Contact else [])]
    asked = [(column, namesakes.contacts) for column in people]
    asked += [(column, namesakes.clients) for column in table.clients]
    theirs = [(f'"{column}" = ANY(%s)', [ids]) for column, ids in asked if ids]
    if namesakes.clients:
        theirs += [(p, _asked_for(p, namesakes.clients)) for p in table.parts]
    return " OR ".join(sql for sql, _ids in theirs), [i for _sql, ids in theirs for i in ids]  # fmt: skip


def _asked_for(part: str, clients: list[int]) -> list[list[int]]:
    return [clients] * part.count("%s")


def _asked(
    table: Table, where: str, params: list[Any], *, most: int, whose: str
) -> list[Mention]:
    columns = [*table.texts, *table.jsons]
    pk = table.model._meta.pk.column
    limit = f" ORDER BY {pk} DESC LIMIT {int(most)}" if most else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{pk}", {", ".join(f"{chr(34)}{c}{chr(34)}" for c in columns)} FROM "{table.name}" WHERE {where}{limit}',
            params,
        )
        rows = cursor.fetchall()
    fields = {f.column: f for f in table.model._meta.concrete_fields}
    return [
        Mention(
            table,
            row[0],
            {
                column: _loaded(fields[column], value)
                for column, value in zip(columns, row[1:], strict=True)
            },
            is_own=whose == "own",
            of_namesake=whose == "namesake",
        )
        for row in rows
    ]


def _loaded(column: Any, value: Any) -> Any:
    """A JSON value as Python's own: a raw cursor gives its text."""
    if isinstance(column, models.JSONField) and value is not None:
        return column.from_db_value(value, Value(None), connection)
    return value


def strike_out(found: Iterable[Mention], circle: Circle) -> dict[str, int]:
    """Put “…” where rows name the person; counts by model."""
    near = naming.for_python(circle.words.any_near)
    own = naming.for_python(circle.words.any_own)
    addresses = naming.for_python(circle.words.addresses)
    counts: dict[str, int] = {}
    for mention in found:
        changes = {}
        pattern = own if mention.is_own else near
        if mention.of_namesake:
            pattern = addresses
        fields = {f.column: f.name for f in mention.table.model._meta.concrete_fields}
        for column, value in mention.values.items():
            struck = _struck(value, pattern)
            if struck != value:
                changes[fields[column]] = struck
        if changes:
            mention.table.model._base_manager.filter(pk=mention.pk).update(**changes)
            label = mention.table.model._meta.label_lower
            counts[label] = counts.get(label, 0) + 1
    return counts


def _struck(value: Any, pattern: Any) -> Any:
    if isinstance(value, str):
        return pattern.sub(STRUCK, value)
    if isinstance(value, list):
        return [_struck(item, pattern) for item in value]
    if isinstance(value, dict):
        return {
            pattern.sub(STRUCK, key): _struck(item, pattern)
            for key, item in value.items()
        }
    if isinstance(value, int | float) and not isinstance(value, bool):
        return 0 if pattern.search(str(value)) else value
    return value


def blank(root: models.Model) -> list[str]:
    """Empty every value of the person's own row but its numbers, states and moments; names of the fields that had one."""
    emptied = []
    for column in root._meta.concrete_fields:
        value = getattr(root, column.attname)
        if column.is_relation or value in (None, "", {}, []):
            continue
        if _holds_words(column):
            setattr(root, column.attname, "")
        elif isinstance(column, models.JSONField):
            setattr(root, column.attname, column.get_default())
        elif isinstance(column, models.DateField) and not isinstance(
            column, models.DateTimeField
        ):
            setattr(root, column.attname, None)
        else:
            continue
        emptied.append(column.name)
    return emptied
