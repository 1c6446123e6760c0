"""How full the cards are, in SQL: what a change of a card adds to the counts of its curator, and what they are by the cards.

Of each curator (0: nobody) are counted the live cards of which something is asked by how many percent they are filled, and those
that lack what a rule asks by the rule, and those that are to be contacted by the day. A saved card notes only what differs between
what it was and what it is.
"""

KEY = "user_id, kind, value"
SUMS = ("n",)
# By percent, by the rule that is not met, and by the day by whose moment the client is to be contacted: a number from 1970 on, in UTC.
FILLED, LACKS, DUE = 1, 2, 3
DAY_SECONDS = 86_400

_COUNTS = (
    "{0}.archived_at IS NULL AND {0}.bin_id IS NULL AND {0}.completeness IS NOT NULL"
)
_PARTS = f"""CROSS JOIN LATERAL (
    SELECT {FILLED} AS kind, {{0}}.completeness::bigint AS value UNION ALL SELECT {LACKS}, rule FROM unnest({{0}}.missing) AS rule
    UNION ALL SELECT {DUE}, floor(extract(epoch FROM {{0}}.contact_due_at) / {DAY_SECONDS})::bigint WHERE {{0}}.contact_due_at IS NOT NULL
) AS part"""
_SAID = "{0}.curator_id, {0}.completeness, {0}.missing, {0}.contact_due_at, {0}.archived_at IS NULL, {0}.bin_id IS NULL"


def _side(row: str, n: int) -> str:
    return f"(coalesce({row}.curator_id, 0), {row}.completeness, {row}.missing, {row}.contact_due_at, {row}.id IS NOT NULL AND {_COUNTS.format(row)}, {n})"


INSTALL = f"""
CREATE FUNCTION clients_fullness_of_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO clients_fullnesschange ({KEY}, n)
    SELECT side.user_id, part.kind, part.value, sum(side.sign)
    FROM (VALUES {_side("OLD", -1)}, {_side("NEW", 1)}) AS side(user_id, completeness, missing, contact_due_at, counts, sign) {_PARTS.format("side")}
    WHERE side.counts GROUP BY 1, 2, 3 HAVING sum(side.sign) <> 0;
    RETURN NULL;
END;
$$;
CREATE TRIGGER clients_fullness_card AFTER INSERT OR DELETE ON clients_client
    FOR EACH ROW EXECUTE FUNCTION clients_fullness_of_card();
CREATE TRIGGER clients_fullness_card_changed AFTER UPDATE OF curator_id, completeness, missing, contact_due_at, archived_at, bin_id ON clients_client
    FOR EACH ROW WHEN (({_SAID.format("OLD")}) IS DISTINCT FROM ({_SAID.format("NEW")}))
    EXECUTE FUNCTION clients_fullness_of_card();
"""

REMOVE = "DROP FUNCTION clients_fullness_of_card() CASCADE;"

# Rows of FullnessSum as the cards are.
FACTS = f"""
SELECT coalesce(c.curator_id, 0) AS user_id, part.kind, part.value, count(*)::int AS n
FROM clients_client AS c {_PARTS.format("c")} WHERE {_COUNTS.format("c")} GROUP BY 1, 2, 3"""
