"""What a card repeats of its history: the last contact, the next step, and what they mean for its completeness."""

from collections.abc import Iterable

from django.db import connection, transaction

from clients.completeness import FUNCTION
from salesexpert.core.prepared import prepared

CHUNK = 2_000

# The newest contact and the earliest plan, each one step into an index, however long the history.
_REFRESH = f"""
UPDATE clients_client AS c
SET last_contact_at = l.done_at,
    next_step_at = n.planned_at,
    next_step_title = COALESCE(n.title, ''),
    completeness = f.percent,
    missing = f.missing,
    completeness_due_at = f.due_at,
    contact_due_at = f.contact_due_at
FROM clients_client AS own
LEFT JOIN LATERAL (
    SELECT a.done_at
    FROM clients_activity AS a JOIN clients_activitykind AS k ON k.id = a.kind_id
    WHERE a.client_id = own.id AND NOT (a.status = 'planned') AND a.status = 'done' AND k.is_contact AND a.bin_id IS NULL
    ORDER BY a.feed_at DESC, a.id DESC LIMIT 1
) AS l ON true
LEFT JOIN LATERAL (
    SELECT a.planned_at, LEFT(COALESCE(NULLIF(a.title, ''), g.name, k.name), 200) AS title
    FROM clients_activity AS a
    JOIN clients_activitykind AS k ON k.id = a.kind_id
    LEFT JOIN clients_activitygoal AS g ON g.id = a.goal_id
    WHERE a.client_id = own.id AND a.status = 'planned' AND a.bin_id IS NULL
    ORDER BY a.planned_at, a.id LIMIT 1
) AS n ON true
CROSS JOIN LATERAL {FUNCTION}(own.id, l.done_at, n.planned_at, now()) AS f
WHERE c.id = own.id AND own.id = {{which}}
RETURNING c.next_step_at
"""
# PostgreSQL keeps one plan for a single card; a list of one it would plan anew each time.
_REFRESH_ONE, _REFRESH_MANY = _REFRESH.format(which="%s"), _REFRESH.format(which="ANY(%s)")  # fmt: skip


def refresh_one(client_id: int) -> bool:
    """Work out the steps of one client whose row the caller's transaction holds. Whether he has a next step now."""
    with prepared() as cursor:
        cursor.execute(_REFRESH_ONE, [client_id])
        row = cursor.fetchone()
    return bool(row and row[0])


def refresh_steps(client_ids: Iterable[int]) -> int:
    """Work out last contact and next step of many clients from their history, in chunks of a transaction each.

    For imports and whoever else writes activities in bulk. Answers how many cards were gone through.
    """
    ids = sorted(set(client_ids))
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        with transaction.atomic(), connection.cursor() as cursor:
            # Locked in one order, so that two refreshes wait for each other instead of falling into a deadlock.
            cursor.execute(
                "SELECT 1 FROM clients_client WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
                [part],
            )
            cursor.execute(_REFRESH_MANY, [part])
    return len(ids)
