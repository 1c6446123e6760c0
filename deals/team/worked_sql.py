"""Work done by days in SQL: what a change of the history adds to a person's minutes, and what they are by the history."""

from pipeline.working_time import USUAL_MINUTES
from salesexpert.core.kept_sums import DAY

KEY = "user_id, day"
SUMS = ("minutes",)

_COUNTS = "status, performer_id, done_at, minutes, bin_id"
_WATCHED = ", ".join(f"{{0}}.{name}" for name in _COUNTS.split(", "))


def _counts(row: str) -> str:
    return (
        f"{row}.status = 'done' AND {row}.done_at IS NOT NULL AND {row}.bin_id IS NULL"
    )


def _note(row: str, sign: str) -> str:
    return f"""
        IF {_counts(row)} THEN
            INSERT INTO deals_workedchange (user_id, at, minutes) VALUES ({row}.performer_id, {row}.done_at, {sign}coalesce({row}.minutes, {USUAL_MINUTES}));
        END IF;"""


INSTALL = f"""
CREATE FUNCTION deals_worked_of_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN{_note("OLD", "-")}
    END IF;
    IF TG_OP <> 'DELETE' THEN{_note("NEW", "")}
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER deals_worked_new AFTER INSERT ON clients_activity
    FOR EACH ROW WHEN (NEW.status = 'done') EXECUTE FUNCTION deals_worked_of_activity();
CREATE TRIGGER deals_worked_gone AFTER DELETE ON clients_activity
    FOR EACH ROW WHEN (OLD.status = 'done') EXECUTE FUNCTION deals_worked_of_activity();
CREATE TRIGGER deals_worked_changed AFTER UPDATE OF {_COUNTS} ON clients_activity
    FOR EACH ROW WHEN ((OLD.status = 'done' OR NEW.status = 'done') AND ({_WATCHED.format("OLD")}) IS DISTINCT FROM ({_WATCHED.format("NEW")}))
    EXECUTE FUNCTION deals_worked_of_activity();
"""

REMOVE = "DROP FUNCTION deals_worked_of_activity() CASCADE;"

# Rows of WorkedDay as the history is, by `zone`.
FACTS = f"""
SELECT performer_id AS user_id, {DAY.replace("(at", "(a.done_at")} AS day, sum(coalesce(a.minutes, {USUAL_MINUTES}))::int AS minutes
FROM clients_activity AS a WHERE {_counts("a")} GROUP BY 1, 2"""
