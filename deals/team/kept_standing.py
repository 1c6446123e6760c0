"""How many open deals stand at each stage, counted as they change (decision 0037): a change notes what it adds or takes away."""

from django.db import connection

from deals.choices import DealState
from salesexpert.core.kept_sums import KeptSums

_COUNTS = f"{{0}}.state = '{DealState.OPEN.value}' AND {{0}}.bin_id IS NULL AND {{0}}.stage_id IS NOT NULL"


def _side(row: str, n: int) -> str:
    return f"({row}.stage_id, {row}.id IS NOT NULL AND {_COUNTS.format(row)}, {n})"


INSTALL = f"""
CREATE FUNCTION deals_standing_of_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deals_standingchange (stage_id, n)
    SELECT side.stage_id, sum(side.sign) FROM (VALUES {_side("OLD", -1)}, {_side("NEW", 1)}) AS side(stage_id, counts, sign)
    WHERE side.counts GROUP BY 1 HAVING sum(side.sign) <> 0;
    RETURN NULL;
END;
$$;
CREATE TRIGGER deals_standing_deal AFTER INSERT OR DELETE ON deals_deal
    FOR EACH ROW EXECUTE FUNCTION deals_standing_of_deal();
CREATE TRIGGER deals_standing_deal_changed AFTER UPDATE OF state, stage_id, bin_id ON deals_deal
    FOR EACH ROW WHEN ((OLD.state, OLD.stage_id, OLD.bin_id IS NULL) IS DISTINCT FROM (NEW.state, NEW.stage_id, NEW.bin_id IS NULL))
    EXECUTE FUNCTION deals_standing_of_deal();
"""

REMOVE = "DROP FUNCTION deals_standing_of_deal() CASCADE;"

_FACTS = f"SELECT d.stage_id, count(*)::int AS n FROM deals_deal AS d WHERE {_COUNTS.format('d')} GROUP BY 1"

KEPT = KeptSums("standing", "deals_standing", "deals_standingchange", "stage_id", ("n",), _FACTS, 730_511_913)  # fmt: skip


def read() -> dict[int, int]:
    """{stage: open deals that stand there}, of the whole firm."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT stage_id, sum(n)::int FROM {KEPT.both('stage_id, n', 'TRUE')} GROUP BY 1 HAVING sum(n) <> 0")  # fmt: skip
        return dict(cursor.fetchall())
