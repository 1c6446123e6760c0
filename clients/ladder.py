"""How far the facts known of a client carry him up the ladder: interest found, one sale, more than one."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clients import preferences as own
from salesexpert.core import preferences

# The highest step that facts justify, what justifies it, and the step at which a person last held the client. Facts
# carry upwards only, and further than he was held only when there is more of them than there was then.
_FACTS = """
SELECT card.id, card.relationship_id, step.step, facts.step, facts.fact
FROM clients_client AS card
JOIN clients_relationshiptype AS step ON step.id = card.relationship_id
CROSS JOIN LATERAL (
    SELECT CASE
        WHEN %(sales)s AND card.sales_count > 1 THEN 'sales'
        WHEN %(sales)s AND card.sales_count = 1 THEN 'sale'
        WHEN %(interest)s > 0 AND card.interest >= %(interest)s THEN 'interest'
        WHEN %(product)s AND EXISTS (
            SELECT 1 FROM clients_clientproduct AS p WHERE p.client_id = card.id AND p.kind = 'interest'
        ) THEN 'product'
        WHEN EXISTS (
            SELECT 1 FROM clients_activity AS a JOIN clients_activityresult AS r ON r.id = a.result_id
            WHERE a.client_id = card.id AND NOT (a.status = 'planned') AND a.status = 'done' AND a.bin_id IS NULL
                AND r.shows_interest
        ) THEN 'result'
        ELSE '' END AS fact
) AS found
CROSS JOIN LATERAL (
    SELECT found.fact, CASE found.fact WHEN 'sales' THEN 4 WHEN 'sale' THEN 3 WHEN '' THEN 1 ELSE 2 END AS step
) AS facts
LEFT JOIN LATERAL (
    SELECT m.facts_step FROM clients_relationshipmove AS m
    WHERE m.client_id = card.id AND m.fact = '' AND m.facts_step IS NOT NULL
    ORDER BY m.at DESC, m.id DESC LIMIT 1
) AS held ON true
WHERE card.id = ANY(%(ids)s) AND card.category = 'client' AND card.bin_id IS NULL AND card.archived_at IS NULL
"""
_RISING = " AND facts.step > step.step AND facts.step > COALESCE(held.facts_step, 0)"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client stands (`step`), and where the facts would have him (`facts_step`, because of `fact`)."""

    client_id: int
    relationship_id: int
    step: int
    facts_step: int
    fact: str


def standing(client_ids: Collection[int], *, rising: bool = False) -> list[Standing]:
    """The standing of these clients, one query; with `rising` only of those whom the facts lift by themselves."""
    asked: dict[str, Any] = {
        "ids": list(client_ids),
        "sales": bool(preferences.get(own.LADDER_BY_SALES)),
        "product": bool(preferences.get(own.LADDER_BY_PRODUCT)),
        "interest": int(preferences.get(own.LADDER_INTEREST_FROM)),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            _FACTS + (_RISING if rising else "") + " ORDER BY card.id", asked
        )
        return [Standing(*row) for row in cursor.fetchall()]
