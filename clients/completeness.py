"""How full a card is: what may be asked of it, what it lacks, and the columns that lists read.

The rules are rows (`CompletenessRule`), the percent is a column of the card. One statement works both out for any number
of cards, so saving a card, an import and a recount of the whole base cannot disagree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import batched
from typing import Any

from django.db import connection, connections, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from clients.choices import CardOwner, OnMissing
from clients.models import (
    Client,
    CompletenessRule,
    Dimension,
    OwnField,
    RelationshipPolicy,
)
from salesexpert.core.held import Held

CHUNK = 2_000
DIMENSION_PREFIX, OWN_PREFIX = "dimension_", "own_"
SILENT, STALE, SUMMARIES = "silent", "stale", "summaries"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a rule may ask.

    `met` is SQL over the card `own`, its rule `rule` and the type's `policy`; NULL where it makes no sense for this
    card. `fill` says how the card mends it: "form" (the field of the card's form named `code`), "person", "plan",
    "record", "confirm". `unit` labels the threshold, if the rule has one, of which `usual` is the first offer.
    """

    code: str
    label: str | Promise
    met: str
    fill: str = "form"
    unit: str | Promise = ""
    usual: int | None = None
    definition: str | Promise = ""

    @property
    def may_be_required(self) -> bool:
        """Only what the card's own form asks can be demanded when it is saved."""
        return self.fill == "form"


def _text(code: str, label: str | Promise, *, of_person: bool = True) -> Asked:
    met = f"own.{code} <> ''"
    return Asked(code, label, met if of_person else _of_firm(met))


def _entry(code: str, label: str | Promise, *, of_person: bool = True) -> Asked:
    met = f"own.{code}_id IS NOT NULL"
    return Asked(code, label, met if of_person else _of_firm(met))


def _of_firm(met: str) -> str:
    return f"CASE WHEN own.is_person THEN NULL ELSE {met} END"


def _rows(table: str, more: str = "") -> str:
    return f"EXISTS (SELECT 1 FROM {table} AS r WHERE r.client_id = own.id{more})"


_WORKS_THERE = (
    "SELECT 1 FROM clients_contactlink AS l JOIN clients_contact AS p ON p.id = l.contact_id"
    " {join}WHERE l.client_id = own.id AND l.until_on IS NULL AND p.archived_at IS NULL AND p.bin_id IS NULL{more}"
)


def _person(join: str = "", more: str = "") -> str:
    return f"EXISTS ({_WORKS_THERE.format(join=join, more=more)})"


ASKED: dict[str, Asked] = {
    asked.code: asked
    for asked in (
        Asked(
            "phones",
            _("Phone"),
            _rows("clients_phone")
            + " OR "
            + _person("JOIN clients_phone AS r ON r.contact_id = p.id "),
            definition=_("The client's own or that of a person who works there."),
        ),
        Asked(
            "emails",
            _("E-mail"),
            _rows("clients_email")
            + " OR "
            + _person("JOIN clients_email AS r ON r.contact_id = p.id "),
            definition=_("The client's own or that of a person who works there."),
        ),
        Asked("sites", _("Site"), _rows("clients_clientsite")),
        Asked("addresses", _("Address"), _rows("clients_clientaddress")),
        Asked(
            "contacts",
            _("Contact person"),
            _of_firm(_person()),
            fill="person",
            definition=_("Somebody who works there now."),
        ),
        Asked(
            "decides",
            _("Person who decides"),
            _of_firm(_person(more=" AND l.decision_role = 'decides'")),
            fill="person",
            definition=_("A contact person whose role is “decides”."),
        ),
        _entry("industry", _("Industry")),
        _entry("region", _("Region")),
        _entry("group", _("Group")),
        _text("city", _("City")),
        _entry("legal_form", _("Legal form"), of_person=False),
        _text("full_name", _("Full name"), of_person=False),
        _text("inn", _("INN")),
        _text("kpp", _("KPP"), of_person=False),
        _text("ogrn", _("OGRN")),
        _text("initiative", _("Who started")),
        _entry("source", _("Source about the firm")),
        _entry("product_source", _("Source about the product")),
        _entry("trigger_event", _("Trigger event")),
        _entry("campaign", _("Campaign")),
        Asked("interest", _("Degree of interest"), "own.interest IS NOT NULL"),
        Asked(
            "products_of_interest",
            _("Products of interest"),
            _rows("clients_clientproduct", " AND r.kind = 'interest'"),
        ),
        _text("true_need", _("True need")),
        _text("note", _("Note")),
        _entry("curator", _("Curator")),
        Asked(
            "next_step",
            _("Next step"),
            "next_step IS NOT NULL",
            fill="plan",
            definition=_("Some work with the client is planned."),
        ),
        Asked(
            SILENT,
            _("Contact in time"),
            "CASE WHEN policy.contact_days IS NOT NULL THEN"
            " COALESCE(last_contact, own.created_at) + make_interval(days => policy.contact_days) > moment END",
            fill="record",
            definition=_(
                "The last contact is not older than clients of this type may wait."
            ),
        ),
        Asked(
            SUMMARIES,
            _("Résumés of done work"),
            "NOT EXISTS (SELECT 1 FROM (SELECT a.kind_id, a.summary FROM clients_activity AS a"
            " WHERE a.client_id = own.id AND NOT (a.status = 'planned') AND a.status = 'done' AND a.bin_id IS NULL"
            " ORDER BY a.feed_at DESC, a.id DESC LIMIT rule.threshold) AS last"
            " JOIN clients_activitykind AS k ON k.id = last.kind_id WHERE k.needs_summary AND btrim(last.summary) = '')",
            fill="history",
            unit=_("last entries looked at"),
            usual=10,
            definition=_("None of the last entries of done work has an empty résumé."),
        ),
        Asked(
            STALE,
            _("Card looked after"),
            "own.updated_at + make_interval(days => rule.threshold) > moment",
            fill="confirm",
            unit=_("days without a change"),
            usual=180,
            definition=_("The card was changed or confirmed within so many days."),
        ),
    )
}


def _in_use(table: str, met: str) -> str:
    """A thing of the company's own is asked while it is in use."""
    return (
        f"CASE WHEN EXISTS (SELECT 1 FROM {table} AS o WHERE o.id = rule.reference AND o.retired_at IS NULL)"
        f" THEN {met} END"
    )


_OF_OWN = {
    DIMENSION_PREFIX: _in_use(
        "clients_dimension",
        _rows("clients_clientdimension", " AND r.dimension_id = rule.reference"),
    ),
    OWN_PREFIX: _in_use(
        "clients_ownfield",
        _rows("clients_ownvalue", " AND r.field_id = rule.reference"),
    ),
}
# When time alone will break a rule that is met now.
_DUE = f"""CASE rule.code
    WHEN '{SILENT}' THEN COALESCE(last_contact, own.created_at) + make_interval(days => policy.contact_days)
    WHEN '{STALE}' THEN own.updated_at + make_interval(days => rule.threshold) END"""


def _worked_out() -> str:
    """For the card `own`: sums of weights, what is missing, and when time breaks the next rule, as `w`."""
    cases = "\n".join(
        f"            WHEN '{asked.code}' THEN {asked.met}" for asked in ASKED.values()
    )
    own = " ".join(
        f"WHEN starts_with(rule.code, '{prefix}') THEN {met}"
        for prefix, met in _OF_OWN.items()
    )
    return f"""
    LEFT JOIN clients_relationshippolicy AS policy ON policy.relationship_id = own.relationship_id
    LEFT JOIN LATERAL (
        SELECT sum(met.weight) AS total,
            COALESCE(sum(met.weight) FILTER (WHERE NOT met.ok), 0) AS lost,
            COALESCE(array_agg(met.id ORDER BY met.id) FILTER (WHERE NOT met.ok), '{{}}')::int[] AS missing,
            min(met.due_at) FILTER (WHERE met.ok) AS due_at
        FROM (
            SELECT rule.id, rule.weight, {_DUE} AS due_at, CASE rule.code
{cases}
            ELSE CASE {own} END END AS ok
            FROM clients_completenessrule AS rule
            WHERE rule.relationship_id = own.relationship_id
            OFFSET 0
        ) AS met
        WHERE met.ok IS NOT NULL
        HAVING count(*) > 0
    ) AS w ON true"""


# One function of the database for one card: its plan is made once in a connection, where planning these thirty questions
# takes ten times as long as answering them. For many cards the same SQL in one statement takes half the time of calls.
FUNCTION = "clients_completeness"
_VALUES = """floor(100.0 * (w.total - w.lost) / w.total)::smallint AS percent, w.missing, w.due_at,
        COALESCE(last_contact, own.created_at) + make_interval(days => policy.contact_days) AS contact_due_at"""
_BODY = f"""
CREATE FUNCTION {FUNCTION}(
    card_id bigint, last_contact timestamptz, next_step timestamptz, moment timestamptz,
    OUT percent smallint, OUT missing int[], OUT due_at timestamptz, OUT contact_due_at timestamptz
) LANGUAGE plpgsql STABLE SET plan_cache_mode = force_generic_plan AS $body$
BEGIN
    SELECT {_VALUES}
    INTO percent, missing, due_at, contact_due_at
    FROM clients_client AS own {_worked_out()}
    WHERE own.id = card_id AND own.category = 'client';
END $body$"""
_SET = """
UPDATE clients_client AS c
SET completeness = f.percent, missing = f.missing,
    completeness_due_at = f.due_at, contact_due_at = f.contact_due_at
FROM {answers} AS f
WHERE c.id = f.id
    AND (c.completeness, c.missing, c.completeness_due_at, c.contact_due_at)
        IS DISTINCT FROM (f.percent, f.missing, f.due_at, f.contact_due_at)
"""
_FEW = 20
_REFRESH_FEW = _SET.format(
    answers=f"""(
    SELECT own.id, f.* FROM clients_client AS own
    CROSS JOIN LATERAL {FUNCTION}(own.id, own.last_contact_at, own.next_step_at, %(at)s) AS f
    WHERE own.id = ANY(%(ids)s))"""
)
# percent, missing, due_at and contact_due_at of the row `card`; for cards of other categories no row.
ANSWERS_OF_CARD = f"""
        SELECT {_VALUES}
        FROM (SELECT card.last_contact_at AS last_contact, card.next_step_at AS next_step, %(at)s AS moment, card.*) AS own
        {_worked_out()}
        WHERE card.category = 'client'"""
_REFRESH_MANY = _SET.format(
    answers=f"""(
    SELECT card.id, f.* FROM clients_client AS card
    LEFT JOIN LATERAL ({ANSWERS_OF_CARD}
    ) AS f ON true
    WHERE card.id = ANY(%(ids)s))"""
)


def install(*, using: str, **kwargs: Any) -> None:
    """Bring the database's function up to date with this module; runs after each migration, as the owner."""
    said = sha256(_BODY.encode()).hexdigest()
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT to_regclass('clients_relationshippolicy') IS NOT NULL,"
            " (SELECT obj_description(oid, 'pg_proc') FROM pg_proc WHERE proname = %s)",
            [FUNCTION],
        )
        has_tables, installed = cursor.fetchone()
        if not has_tables or installed == said:
            return
        cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}")
        cursor.execute(_BODY)
        cursor.execute(f"COMMENT ON FUNCTION {FUNCTION} IS '{said}'")


def refresh(client_ids: Iterable[int], *, at: datetime | None = None) -> int:
    """Work out the completeness of these cards anew, in the caller's transaction; how many cards it changed.

    It reads the rows, the last contact and the next step as they stand: call it behind whatever changes them. It touches
    neither `version` nor `updated_at`, and cards that already say the same are not written.
    """
    at = at or timezone.now()
    changed = 0
    for ids in batched(dict.fromkeys(client_ids), CHUNK):
        statement = _REFRESH_FEW if len(ids) <= _FEW else _REFRESH_MANY
        with connection.cursor() as cursor:
            cursor.execute(statement, {"ids": list(ids), "at": at})
            changed += cursor.rowcount
    return changed


# ── the rules as people and pages ask for them ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of one type. `gain` is what mending it adds, in percent of all that is asked of such a card."""

    pk: int
    code: str
    label: str | Promise
    weight: int
    gain: int
    is_required: bool
    threshold: int | None
    asked: Asked


@dataclass(frozen=True, slots=True)
class Book:
    """All rules: by relationship type and by id, with what a type does about a missing value."""

    by_type: dict[int, list[Rule]] = field(default_factory=dict)
    by_id: dict[int, Rule] = field(default_factory=dict)
    refusing: frozenset[int] = frozenset()
    contact_days: dict[int, int] = field(default_factory=dict)

    def missing(self, client: Client) -> list[Rule]:
        """What the card lacks, the heaviest first. No query."""
        found = [self.by_id[pk] for pk in client.missing or () if pk in self.by_id]
        return sorted(found, key=lambda rule: (-rule.weight, rule.pk))

    def ids_of(self, codes: Iterable[str]) -> list[int]:
        """Ids of the rules of any type that ask these things."""
        wanted = set(codes)
        return [rule.pk for rule in self.by_id.values() if rule.code in wanted]

    def codes(self) -> dict[str, str | Promise]:
        """Everything that some type asks, in the order of `ASKED`: {code: label}."""
        known = {rule.code: rule.label for rule in self.by_id.values()}
        order = [*ASKED, *sorted(set(known) - set(ASKED))]
        return {code: known[code] for code in order if code in known}


def _read() -> Book:
    rows = list(CompletenessRule.objects.order_by("relationship", "-weight", "pk"))
    named = {asked.code: asked for asked in _of_own(retired=True)}
    days: Any = RelationshipPolicy.objects.filter(
        contact_days__isnull=False
    ).values_list("relationship", "contact_days")
    made = Book(
        refusing=frozenset(
            RelationshipPolicy.objects.filter(on_missing=OnMissing.REFUSE).values_list(
                "relationship", flat=True
            )
        ),
        contact_days=dict(days),
    )
    totals: dict[int, int] = {}
    for row in rows:
        totals[row.relationship_id] = totals.get(row.relationship_id, 0) + row.weight
    for row in rows:
        asked = ASKED.get(row.code) or named.get(row.code)
        if asked is None:
            continue
        rule = Rule(
            pk=row.pk,
            code=row.code,
            label=asked.label,
            weight=row.weight,
            gain=round(100 * row.weight / totals[row.relationship_id]),
            is_required=row.is_required and asked.may_be_required,
            threshold=row.threshold,
            asked=asked,
        )
        made.by_type.setdefault(row.relationship_id, []).append(rule)
        made.by_id[row.pk] = rule
    return made


def _of_own(*, retired: bool = False) -> list[Asked]:
    """Dimensions and own fields of the company as things to ask; their names follow the reader's language."""
    fields = OwnField.objects.filter(owner=CardOwner.CLIENT, removed_at=None)
    found: list[Asked] = []
    for prefix, rows in (
        (DIMENSION_PREFIX, Dimension.objects.all()),
        (OWN_PREFIX, fields),
    ):
        found += [
            Asked(f"{prefix}{row.pk}", format_lazy("{}", row), _OF_OWN[prefix])
            for row in rows
            if retired or row.retired_at is None
        ]
    return found


def all_asked() -> list[Asked]:
    """Everything that a rule may ask today. Two queries."""
    return [*ASKED.values(), *_of_own()]


def reference_of(code: str) -> int | None:
    """The id of the dimension or own field that a rule's code names."""
    for prefix in _OF_OWN:
        number = code.removeprefix(prefix)
        if number != code and number.isdecimal():
            return int(number)
    return None


def lacking(client_id: int) -> tuple[Sequence[Rule], bool]:
    """Required values that the card lacks as it stands in this transaction, and whether its type refuses such a card."""
    rules = book()
    if not any(rule.is_required for rule in rules.by_id.values()):
        return [], False
    card = Client.objects.only("relationship", "missing").get(pk=client_id)
    missing = [rule for rule in rules.missing(card) if rule.is_required]
    return missing, card.relationship_id in rules.refusing


_held = Held("completeness-rules", _read)
book = _held.get
forget = _held.forget


def watch() -> None:
    """Forget the rules when one of them, a policy, a dimension or an own field is saved or removed."""
    _held.watch((CompletenessRule, RelationshipPolicy, Dimension, OwnField))
