"""Triggers that say whose pay must be worked out anew, whoever changed what it depends on: a page, an import, a task.

A mark is a row of its own, so that nobody waits for anybody's lock; people on no scheme are never marked.
"""

INSTALL = """
CREATE FUNCTION analytics_pay_stale(people bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO analytics_stalepay (user_id)
    SELECT DISTINCT person FROM unnest(people) AS person
    WHERE EXISTS (SELECT FROM analytics_schemeassignment a WHERE a.user_id = person);
$$;

CREATE FUNCTION analytics_pay_stale_of_deal(deal bigint) RETURNS void LANGUAGE sql AS $$
    SELECT analytics_pay_stale(array_agg(person)) FROM (
        SELECT responsible_id AS person FROM deals_deal WHERE id = deal
        UNION SELECT user_id FROM deals_dealparticipant WHERE deal_id = deal
    ) AS of_deal;
$$;

CREATE FUNCTION analytics_pay_deal_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM analytics_pay_stale_of_deal(NEW.id);
    IF TG_OP = 'UPDATE' THEN
        IF OLD.responsible_id IS DISTINCT FROM NEW.responsible_id THEN
            PERFORM analytics_pay_stale(ARRAY[OLD.responsible_id]::bigint[]);
        END IF;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_pay_deal_new AFTER INSERT ON deals_deal
    FOR EACH ROW EXECUTE FUNCTION analytics_pay_deal_changed();
CREATE TRIGGER analytics_pay_deal_changed
    AFTER UPDATE OF amount, currency, stage_id, state, responsible_id, invoiced, margin, bin_id, closed_at ON deals_deal
    FOR EACH ROW WHEN ((OLD.amount, OLD.currency, OLD.stage_id, OLD.state, OLD.responsible_id, OLD.invoiced, OLD.margin, OLD.bin_id, OLD.closed_at)
        IS DISTINCT FROM (NEW.amount, NEW.currency, NEW.stage_id, NEW.state, NEW.responsible_id, NEW.invoiced, NEW.margin, NEW.bin_id, NEW.closed_at))
    EXECUTE FUNCTION analytics_pay_deal_changed();

CREATE FUNCTION analytics_pay_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM analytics_pay_stale_of_deal(NEW.deal_id);
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM analytics_pay_stale_of_deal(OLD.deal_id);
        IF TG_TABLE_NAME = 'deals_dealparticipant' THEN
            PERFORM analytics_pay_stale(ARRAY[(to_jsonb(OLD) ->> 'user_id')::bigint]);
        END IF;
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_pay_participant_changed AFTER INSERT OR UPDATE OR DELETE ON deals_dealparticipant
    FOR EACH ROW EXECUTE FUNCTION analytics_pay_part_changed();
CREATE TRIGGER analytics_pay_line_changed AFTER INSERT OR UPDATE OR DELETE ON deals_dealline
    FOR EACH ROW EXECUTE FUNCTION analytics_pay_part_changed();

CREATE FUNCTION analytics_pay_invoice_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.deal_id IS NOT NULL THEN
        PERFORM analytics_pay_stale_of_deal(NEW.deal_id);
    END IF;
    PERFORM analytics_pay_stale(ARRAY[NEW.responsible_id]::bigint[]);
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_pay_invoice_new AFTER INSERT ON deals_invoice
    FOR EACH ROW EXECUTE FUNCTION analytics_pay_invoice_changed();
CREATE TRIGGER analytics_pay_invoice_changed AFTER UPDATE OF state, paid, responsible_id, deal_id ON deals_invoice
    FOR EACH ROW WHEN ((OLD.state, OLD.paid, OLD.responsible_id, OLD.deal_id)
        IS DISTINCT FROM (NEW.state, NEW.paid, NEW.responsible_id, NEW.deal_id))
    EXECUTE FUNCTION analytics_pay_invoice_changed();

CREATE FUNCTION analytics_pay_activity_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM analytics_pay_stale(ARRAY[NEW.performer_id, CASE TG_OP WHEN 'UPDATE' THEN OLD.performer_id END]::bigint[]);
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_pay_activity_new AFTER INSERT ON clients_activity
    FOR EACH ROW WHEN (NEW.status = 'done') EXECUTE FUNCTION analytics_pay_activity_changed();
CREATE TRIGGER analytics_pay_activity_changed
    AFTER UPDATE OF status, performer_id, kind_id, done_at, bin_id ON clients_activity
    FOR EACH ROW WHEN ((OLD.status = 'done' OR NEW.status = 'done') AND (OLD.status, OLD.performer_id, OLD.kind_id, OLD.done_at, OLD.bin_id)
        IS DISTINCT FROM (NEW.status, NEW.performer_id, NEW.kind_id, NEW.done_at, NEW.bin_id))
    EXECUTE FUNCTION analytics_pay_activity_changed();

CREATE FUNCTION analytics_pay_everyone_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_stalepay (user_id) SELECT DISTINCT user_id FROM analytics_schemeassignment;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_pay_stage_changed AFTER UPDATE OF percent ON pipeline_stage
    FOR EACH ROW WHEN (OLD.percent IS DISTINCT FROM NEW.percent) EXECUTE FUNCTION analytics_pay_everyone_stale();
CREATE TRIGGER analytics_pay_plan_changed AFTER INSERT OR UPDATE OR DELETE ON analytics_salesplan
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_pay_everyone_stale();
CREATE TRIGGER analytics_pay_kpi_changed AFTER INSERT OR UPDATE OR DELETE ON analytics_kpichoice
    FOR EACH STATEMENT EXECUTE FUNCTION analytics_pay_everyone_stale();

CREATE FUNCTION analytics_pay_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM analytics_pay_stale(ARRAY[NEW.user_id]::bigint[]);
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_pay_counted AFTER INSERT ON analytics_countedshare
    FOR EACH ROW EXECUTE FUNCTION analytics_pay_counted();
"""

REMOVE = """
DROP FUNCTION analytics_pay_counted() CASCADE;
DROP FUNCTION analytics_pay_everyone_stale() CASCADE;
DROP FUNCTION analytics_pay_activity_changed() CASCADE;
DROP FUNCTION analytics_pay_invoice_changed() CASCADE;
DROP FUNCTION analytics_pay_part_changed() CASCADE;
DROP FUNCTION analytics_pay_deal_changed() CASCADE;
DROP FUNCTION analytics_pay_stale_of_deal(bigint);
DROP FUNCTION analytics_pay_stale(bigint[]);
"""
