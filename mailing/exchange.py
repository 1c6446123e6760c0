"""A group for an outside mailing service as a file, and the file that comes back: who unsubscribed, whose letters came back."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection
from django.utils.translation import gettext as _

from clients.exports import safe_cell
from clients.importing.reading import Row, Table, open_table
from clients.importing.workbooks import UnreadableFile
from clients.models import Client, Consent, Contact
from clients.personal_choices import Channel, ConsentKind
from mailing import dead_addresses
from mailing.freezing import addressed
from mailing.values import positions
from salesexpert.accounts.models import User
from salesexpert.core.errors import DomainError

MOST_ROWS = 200_000
_WORDS_SHOWN = 8
_ADDRESS = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[^\s@<>,;:\"()]{2,}")
# How services call the two; the beginning of the word is enough.
_UNSUBSCRIBED = ("unsub", "отпис", "complain", "spam", "жалоб", "спам", "opt-out", "opted out", "optout")  # fmt: skip
_BOUNCED = ("bounc", "hard", "недостав", "не достав", "invalid", "несуществ", "undeliver", "возврат", "rejected", "unavailable")  # fmt: skip


class NothingRead(DomainError):
    pass


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that nothing could be made of: its number in the file, what stands in it, why."""

    number: int
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file tells: addresses by what became of them; `others` counts rows by a word that says neither of the two."""

    unsubscribed: list[str]
    bounced: list[str]
    bad: list[BadRow]
    others: dict[str, int]


def exported(parameters: str, user: User, *, whom: str) -> Iterator[list[str]]:
    """Rows of the file, its heading first: only those who agreed to advertising by e-mail and are on no stop list."""
    yield [
        "email", _("Name"), _("First name"), _("Position"), _("Company"), _("City"),
        _("Consent given on"), _("How it was got"), _("Wording of the consent"),
    ]  # fmt: skip
    tables, params = addressed(parameters, user, whom=whom)
    with connection.cursor() as cursor:
        cursor.execute(f"{tables} SELECT p.client_id, p.contact_id, p.address FROM placed p WHERE p.reason = '' ORDER BY p.client_id, p.contact_id", params)  # fmt: skip
        rows = cursor.fetchall()
    dead = dead_addresses.dead(row[2].lower() for row in rows)
    rows = [row for row in rows if row[2].lower() not in dead]
    for start in range(0, len(rows), 1000):
        yield from _described(rows[start : start + 1000])


def _described(rows: list[tuple[int, int | None, str]]) -> Iterator[list[str]]:
    firms = Client.objects.select_related("legal_form").in_bulk({r[0] for r in rows})
    people = Contact.objects.in_bulk({r[1] for r in rows if r[1]})
    places = _positions(rows)
    given = _consents(rows)
    for client_id, contact_id, address in rows:
        firm, person = firms[client_id], people.get(contact_id or 0)
        consent = given.get(("contact", contact_id) if contact_id else ("client", client_id))  # fmt: skip
        yield [
            safe_cell(text)
            for text in (
                address,
                str(person or ""),
                person.first_name if person else "",
                places.get((contact_id or 0, client_id), ""),
                str(firm),
                firm.city,
                consent.given_at.strftime("%Y-%m-%d") if consent else "",
                str(consent.get_means_display()) if consent else "",
                str(consent.text) if consent else "",
            )
        ]


def _positions(
    rows: list[tuple[int, int | None, str]],
) -> dict[tuple[int, int], str]:
    return dict(positions((contact, client) for client, contact, _address in rows))


def _consents(
    rows: Iterable[tuple[int, int | None, str]],
) -> dict[tuple[str, int | None], Consent]:
    rows = list(rows)
    live = Consent.objects.filter(
        kind=ConsentKind.ADVERTISING, channel=Channel.EMAIL, withdrawn_at=None
    ).select_related("text")
    found: dict[tuple[str, int | None], Consent] = {}
    for one in live.filter(contact__in={r[1] for r in rows if r[1]}).order_by("given_at"):  # fmt: skip
        found["contact", one.contact_id] = one
    for one in live.filter(client__in={r[0] for r in rows}).order_by("given_at"):
        found["client", one.client_id] = one
    return found


def as_csv(rows: Iterable[list[str]]) -> Iterator[str]:
    """With the mark by which Excel knows UTF-8, in pieces."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line, delimiter=";").writerow(row)
        yield line.getvalue()


def read_outcome(path: Path, *, what: str) -> Outcome:
    """Read a file of an outside service. Raises NothingRead with the sentence for the field."""
    try:
        table = open_table(path)
        rows: list[Row] = []
        for row in table.rows():
            rows.append(row)
            if len(rows) > MOST_ROWS:
                raise NothingRead(_("The file is too long: at most 200,000 rows at a time."))  # fmt: skip
    except UnreadableFile as error:
        raise NothingRead(str(error)) from error
    column = _address_column(table, rows)
    if column is None:
        raise NothingRead(_("No column of the file holds e-mail addresses."))
    unsubscribed: dict[str, None] = {}
    bounced: dict[str, None] = {}
    bad: list[BadRow] = []
    silent: list[list[str]] = []
    spoke: Counter[int] = Counter()
    for row in rows:
        found = _ADDRESS.search(row.cells[column]) if column < len(row.cells) else None
        if found is None:
            words = "; ".join(filter(None, row.cells))[:120]
            bad.append(
                BadRow(row.number, words, str(row.fault or _("no e-mail address")))
            )
            continue
        said, place = _said(row.cells, column) if what == "auto" else (what, -1)
        spoke[place] += 1
        if said == "bounced":
            bounced[found.group().lower()] = None
        elif said:
            unsubscribed[found.group().lower()] = None
        else:
            silent.append(row.cells)
    if not unsubscribed and not bounced:
        raise NothingRead(_("No row says that somebody unsubscribed or that a letter came back. Say above what the file tells."))  # fmt: skip
    telling = max((n for n in spoke if n >= 0), key=spoke.__getitem__, default=-1)
    others = Counter(_word(cells, telling) for cells in silent)
    return Outcome(list(unsubscribed), list(bounced), bad, dict(others.most_common(_WORDS_SHOWN)))  # fmt: skip


def _word(cells: list[str], place: int) -> str:
    """What stands in the column that tells, for a row that says neither of the two."""
    return cells[place].strip()[:60] if 0 <= place < len(cells) else ""


def _address_column(table: Table, rows: list[Row]) -> int | None:
    some = [row.cells for row in rows[:200]]
    best, most = None, 0
    for n in range(len(table.columns)):
        hits = sum(1 for r in some if n < len(r) and _ADDRESS.fullmatch(r[n].strip()))
        if hits > most:
            best, most = n, hits
    return best


def _said(cells: list[str], column: int) -> tuple[str, int]:
    """What a row says of its address, and in which column; "" for neither of the two."""
    for n, cell in enumerate(cells):
        if n == column:
            continue
        words = cell.strip().lower()
        if words.startswith(_UNSUBSCRIBED):
            return "unsubscribed", n
        if words.startswith(_BOUNCED):
            return "bounced", n
    return "", -1
