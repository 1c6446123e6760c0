"""Stays by days in SQL: what marks a day as changed, and what is counted of a day."""

from pipeline.working_time import USUAL_MINUTES

# A day is kept once it has been over for two hours, so what is changed of the last hour needs no mark: whoever wrote it
# has committed by then, unless he took an hour for it.
INSTALL = """\
CREATE FUNCTION deals_stay_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deals_changedstay (at)
    SELECT DISTINCT at FROM unnest(ARRAY[
        CASE WHEN TG_OP <> 'INSERT' THEN OLD.entered_at END, CASE WHEN TG_OP <> 'INSERT' THEN OLD.left_at END,
        CASE WHEN TG_OP <> 'DELETE' THEN NEW.entered_at END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.left_at END
    ]) AS at WHERE at < now() - interval '1 hour';
    RETURN NULL;
END;
$$;
CREATE TRIGGER deals_stay_new AFTER INSERT ON deals_stagepassage
    FOR EACH ROW WHEN (NEW.entered_at < now() - interval '1 hour') EXECUTE FUNCTION deals_stay_changed();
CREATE TRIGGER deals_stay_gone AFTER DELETE ON deals_stagepassage
    FOR EACH ROW EXECUTE FUNCTION deals_stay_changed();
CREATE TRIGGER deals_stay_changed AFTER UPDATE OF deal_id, stage_id, performer_id, entered_at, left_at ON deals_stagepassage
    FOR EACH ROW WHEN ((OLD.deal_id, OLD.stage_id, OLD.entered_at) IS DISTINCT FROM (NEW.deal_id, NEW.stage_id, NEW.entered_at)
        OR (OLD.left_at < now() - interval '1 hour' OR NEW.left_at < now() - interval '1 hour')
        AND (OLD.performer_id, OLD.left_at) IS DISTINCT FROM (NEW.performer_id, NEW.left_at))
    EXECUTE FUNCTION deals_stay_changed();
CREATE FUNCTION deals_stays_of_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO deals_changedstay (at)
    SELECT at FROM deals_stagepassage AS p, unnest(ARRAY[p.entered_at, p.left_at]) AS at
    WHERE p.deal_id = NEW.id AND at < now() - interval '1 hour';
    RETURN NULL;
END;
$$;
CREATE TRIGGER deals_stays_of_deal AFTER UPDATE OF bin_id ON deals_deal
    FOR EACH ROW WHEN ((OLD.bin_id IS NULL) IS DISTINCT FROM (NEW.bin_id IS NULL)) EXECUTE FUNCTION deals_stays_of_deal();
CREATE FUNCTION deals_stays_of_activity() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO deals_changedstay (at)
        SELECT left_at FROM deals_stagepassage
        WHERE deal_id = OLD.deal_id AND stage_id = OLD.stage_id AND OLD.done_at BETWEEN entered_at AND left_at
            AND left_at < now() - interval '1 hour';
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO deals_changedstay (at)
        SELECT left_at FROM deals_stagepassage
        WHERE deal_id = NEW.deal_id AND stage_id = NEW.stage_id AND NEW.done_at BETWEEN entered_at AND left_at
            AND left_at < now() - interval '1 hour';
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER deals_stays_activity_new AFTER INSERT ON clients_activity
    FOR EACH ROW WHEN (NEW.stage_id IS NOT NULL AND NEW.done_at < now() - interval '1 hour')
    EXECUTE FUNCTION deals_stays_of_activity();
CREATE TRIGGER deals_stays_activity_gone AFTER DELETE ON clients_activity
    FOR EACH ROW WHEN (OLD.stage_id IS NOT NULL AND OLD.done_at IS NOT NULL) EXECUTE FUNCTION deals_stays_of_activity();
CREATE TRIGGER deals_stays_activity_changed AFTER UPDATE OF deal_id, stage_id, status, done_at, minutes, bin_id ON clients_activity
    FOR EACH ROW WHEN ((OLD.stage_id IS NOT NULL AND OLD.done_at < now() - interval '1 hour'
        OR NEW.stage_id IS NOT NULL AND NEW.done_at < now() - interval '1 hour')
        AND (OLD.deal_id, OLD.stage_id, OLD.done_at, OLD.minutes, OLD.bin_id IS NULL)
        IS DISTINCT FROM (NEW.deal_id, NEW.stage_id, NEW.done_at, NEW.minutes, NEW.bin_id IS NULL))
    EXECUTE FUNCTION deals_stays_of_activity();
"""
REMOVE = """\
DROP TRIGGER deals_stays_activity_changed ON clients_activity;
DROP TRIGGER deals_stays_activity_gone ON clients_activity;
DROP TRIGGER deals_stays_activity_new ON clients_activity;
DROP FUNCTION deals_stays_of_activity();
DROP TRIGGER deals_stays_of_deal ON deals_deal;
DROP FUNCTION deals_stays_of_deal();
DROP TRIGGER deals_stay_changed ON deals_stagepassage;
DROP TRIGGER deals_stay_gone ON deals_stagepassage;
DROP TRIGGER deals_stay_new ON deals_stagepassage;
DROP FUNCTION deals_stay_changed();
"""

# People are kept by groups of 32 neighbours, a number for each: which group it is, from 1 on, in its upper half, who of it in the lower.
# Hundreds of people who worked at a stage on a day are a few numbers then.
FIRST_GROUP = 2**32


def grouped(people: str) -> str:
    """Groups of an array of ids, in order."""
    return f"""coalesce((SELECT array_agg(g ORDER BY g) FROM (
        SELECT (((who >> 5) + 1) << 32) | bit_or(1::bigint << (who & 31)::int) AS g FROM unnest({people}) AS who GROUP BY who >> 5
    ) AS groups), '{{}}')"""


# Of rows with `stage_id` and `people`: how many different people of each stage.
WORKERS = f"""SELECT stage_id, sum(bit_count(who::bit(32))) AS n FROM (
    SELECT stage_id, bit_or(g & {FIRST_GROUP - 1}) AS who FROM told, unnest(people) AS g GROUP BY stage_id, g >> 32
) AS w GROUP BY 1"""

ROW = 'day, stage_id, entered, "left", recorded, minutes, people'
# Few deals lie in the bin: they are read once.
_LIVE = "NOT EXISTS (SELECT FROM deals_deal AS o WHERE o.id = p.deal_id AND o.bin_id IS NOT NULL)"
# Of each of the days, by `zone`. The work of each stay is looked up by its deal: whatever is guessed of the size of a day, no plan
# reads the whole history.
COUNTED = f"""
WITH d AS (
    SELECT day, day::timestamp AT TIME ZONE %(zone)s AS first, (day + 1)::timestamp AT TIME ZONE %(zone)s AS last
    FROM unnest(%(days)s::date[]) AS day
), came AS (
    SELECT d.day, p.stage_id, count(*) AS n FROM d
    JOIN deals_stagepassage AS p ON p.entered_at >= d.first AND p.entered_at < d.last AND {_LIVE}
    GROUP BY 1, 2
), stays AS (
    SELECT d.day, p.stage_id, p.performer_id, a.deeds, a.minutes
    FROM d JOIN deals_stagepassage AS p ON p.left_at >= d.first AND p.left_at < d.last AND {_LIVE}
    CROSS JOIN LATERAL (
        SELECT count(*) AS deeds, coalesce(sum(coalesce(a.minutes, {USUAL_MINUTES})), 0) AS minutes
        FROM clients_activity AS a WHERE a.deal_id = p.deal_id AND a.stage_id = p.stage_id AND a.status = 'done'
            AND a.bin_id IS NULL AND a.done_at BETWEEN p.entered_at AND p.left_at
    ) AS a
), gone AS (
    SELECT day, stage_id, count(*) AS n, count(*) FILTER (WHERE deeds > 0) AS recorded, sum(minutes)::bigint AS minutes,
        coalesce(array_agg(DISTINCT performer_id) FILTER (WHERE performer_id IS NOT NULL), '{{}}') AS people
    FROM stays GROUP BY 1, 2
)
SELECT day, 0::bigint AS stage_id, 0 AS entered, 0 AS "left", 0 AS recorded, 0::bigint AS minutes, '{{}}'::bigint[] AS people FROM d
UNION ALL SELECT day, stage_id, coalesce(came.n, 0)::integer, coalesce(gone.n, 0)::integer, coalesce(gone.recorded, 0)::integer,
    coalesce(gone.minutes, 0), {grouped("gone.people")}
FROM came FULL JOIN gone USING (day, stage_id)
"""
