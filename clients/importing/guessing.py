"""Which field each column fills: by its heading, then by what stands in it."""

import re
from collections.abc import Callable, Sequence

from clients import emails, phones, requisites, sites
from clients.fields import importable
from clients.importing.reading import Table
from clients.names import is_legal_form, split_legal_form
from salesexpert.core.folding import fold
from salesexpert.core.registry import Field

_SAMPLE = 200
_ID_SAMPLE = 2000
# `17`, `00-0000123`, `CL_45`, a UUID: one short word with a digit in it.
_ID = re.compile(r"(?=.*\d)[\w.\-/:{}]{1,64}")
_TAIL = re.compile(r"\s*(?:\(.*\)|№?\s*\d+)\s*$")
_ADDRESS = re.compile(
    r"(?:^|[\s,])(?:ул|г|д|пр-т|просп|обл|пер|наб|ш)\.|\bstreet\b|\bave", re.IGNORECASE
)


def guess_mapping(
    table: Table, fields: Sequence[Field] | None = None
) -> dict[str, str]:
    """{column: field name} for the columns of a table that could be recognised; of `fields` by their headings alone."""
    contents = fields is None
    fields = importable("client") if fields is None else fields
    mapping: dict[str, str] = {}
    by_heading = {h: f for f in reversed(fields) for h in f.headings() if h}
    for as_written in (True, False):
        for column in table.columns:
            heading = fold(column) if as_written else fold(_TAIL.sub("", column))
            field = by_heading.get(heading)
            if field and column not in mapping and _is_free(field, mapping):
                mapping[column] = field.name
    _leave_no_id_to_chance(table, mapping)
    if contents:
        _guess_by_contents(table, mapping, {f.name: f for f in fields})
    return mapping


def _leave_no_id_to_chance(table: Table, mapping: dict[str, str]) -> None:
    """“Код” may be a postcode, a region or a product: an id in another system is each row's own and looks like one."""
    for column in [c for c, name in mapping.items() if name == "outside_id"]:
        index = table.columns.index(column)
        rows = [row.cells for row in table.sample(_ID_SAMPLE) if not row.fault]
        values = [row[index] for row in rows if row[index]]
        looks = sum(1 for value in values if _ID.fullmatch(value))
        if len(set(values)) < len(values) or looks < 0.9 * len(values) or not values:
            del mapping[column]


def _is_free(field: Field, mapping: dict[str, str]) -> bool:
    return field.many or field.name == "note" or field.name not in mapping.values()


def _guess_by_contents(
    table: Table, mapping: dict[str, str], fields: dict[str, Field]
) -> None:
    unknown = [c for c in table.columns if c not in mapping]
    if not unknown:
        return
    rows = [row.cells for row in table.sample(_SAMPLE) if not row.fault]
    for column in unknown:
        index = table.columns.index(column)
        values = [row[index] for row in rows if row[index]]
        if len(values) < 3 and len(values) < len(rows):
            continue
        name = _field_of(values)
        if name in fields and _is_free(fields[name], mapping):
            mapping[column] = name


def _field_of(values: Sequence[str]) -> str:
    def share(looks: Callable[[str], object]) -> float:
        return sum(1 for v in values if looks(v)) / max(1, len(values))

    if share(lambda v: "@" in v and emails.read(v)[0]) > 0.6:
        return "emails"
    if share(lambda v: requisites.is_sound_inn(requisites.digits(v))) > 0.8:
        return "inn"
    if (
        share(
            lambda v: len(v) >= 13 and not requisites.check_ogrn(requisites.digits(v))
        )
        > 0.8
    ):
        return "ogrn"
    if share(lambda v: re.fullmatch(r"\d{9}", v) and v.endswith("001")) > 0.8:
        return "kpp"
    if (
        share(lambda v: re.search(r"\d{3}", v) and any(n.e164 for n in phones.read(v)))
        > 0.6
    ):
        return "phones"
    if share(lambda v: "@" not in v and " " not in v and sites.host(v)) > 0.6:
        return "sites"
    if share(lambda v: is_legal_form(fold(v))) > 0.8:
        return "legal_form"
    if share(lambda v: split_legal_form(v)[0]) > 0.3:
        return "name"
    if share(lambda v: len(v) > 15 and _ADDRESS.search(v)) > 0.5:
        return "postal_address"
    return ""
