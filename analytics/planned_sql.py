"""Planned receipts by days in SQL: what a change of a receipt or of its deal adds to a day of a person, and what the days are.

A receipt belongs to the seller of its deal unless the deal lies in the bin, and waits while it has no invoice and the deal
is open. The deal is locked for the rest of the transaction (`FOR SHARE`), so that who changes it meanwhile waits and sees
the receipt; actions hold that lock already. What goes takes away what is counted by it while it is still seen.
"""

from deals.choices import DealState

SUMS = ("planned", "awaited")
KEY = "user_id, day, currency"
ROW = f"{KEY}, {', '.join(SUMS)}"

_OPEN = f"state = '{DealState.OPEN.value}'"
_STANDS = "bin_id IS NULL AND {0}responsible_id IS NOT NULL"

INSTALL = f"""
CREATE FUNCTION analytics_planned_lies(receipt deals_plannedreceipt, sign integer) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM deals_deal WHERE id = receipt.deal_id FOR SHARE;
    INSERT INTO analytics_plannedchange ({ROW})
    SELECT responsible_id, receipt.due_on, receipt.currency, sign * receipt.amount,
        CASE WHEN receipt.invoice_id IS NULL AND {_OPEN} THEN sign * receipt.amount ELSE 0 END
    FROM deals_deal WHERE id = receipt.deal_id AND {_STANDS.format("")} AND receipt.amount <> 0;
END;
$$;

CREATE FUNCTION analytics_planned_of_receipt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM analytics_planned_lies(OLD, -1);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM analytics_planned_lies(NEW, 1);
    END IF;
    RETURN OLD;
END;
$$;
CREATE TRIGGER analytics_planned_receipt AFTER INSERT ON deals_plannedreceipt
    FOR EACH ROW EXECUTE FUNCTION analytics_planned_of_receipt();
CREATE TRIGGER analytics_planned_receipt_gone BEFORE DELETE ON deals_plannedreceipt
    FOR EACH ROW EXECUTE FUNCTION analytics_planned_of_receipt();
CREATE TRIGGER analytics_planned_receipt_changed AFTER UPDATE OF deal_id, invoice_id, due_on, amount, currency ON deals_plannedreceipt
    FOR EACH ROW WHEN ((OLD.deal_id, OLD.invoice_id IS NULL, OLD.due_on, OLD.amount, OLD.currency)
        IS DISTINCT FROM (NEW.deal_id, NEW.invoice_id IS NULL, NEW.due_on, NEW.amount, NEW.currency))
    EXECUTE FUNCTION analytics_planned_of_receipt();

CREATE FUNCTION analytics_planned_of_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO analytics_plannedchange ({ROW})
    SELECT side.user_id, r.due_on, r.currency, sum(side.sign * r.amount),
        sum(CASE WHEN side.open AND r.invoice_id IS NULL THEN side.sign * r.amount ELSE 0 END)
    FROM deals_plannedreceipt AS r CROSS JOIN (VALUES
        (OLD.responsible_id, OLD.{_STANDS.format("OLD.")}, OLD.{_OPEN}, -1),
        (NEW.responsible_id, NEW.{_STANDS.format("NEW.")}, NEW.{_OPEN}, 1)
    ) AS side(user_id, stands, open, sign)
    WHERE r.deal_id = OLD.id AND side.stands
    GROUP BY 1, 2, 3
    HAVING (sum(side.sign * r.amount), sum(CASE WHEN side.open AND r.invoice_id IS NULL THEN side.sign * r.amount ELSE 0 END)) <> (0, 0);
    RETURN OLD;
END;
$$;
CREATE TRIGGER analytics_planned_deal_gone BEFORE DELETE ON deals_deal FOR EACH ROW EXECUTE FUNCTION analytics_planned_of_deal();
CREATE TRIGGER analytics_planned_deal_changed AFTER UPDATE OF responsible_id, bin_id, state ON deals_deal
    FOR EACH ROW WHEN ((OLD.responsible_id, OLD.bin_id IS NULL, OLD.{_OPEN}) IS DISTINCT FROM (NEW.responsible_id, NEW.bin_id IS NULL, NEW.{_OPEN}))
    EXECUTE FUNCTION analytics_planned_of_deal();
"""

REMOVE = """
DROP FUNCTION analytics_planned_of_deal() CASCADE;
DROP FUNCTION analytics_planned_of_receipt() CASCADE;
DROP FUNCTION analytics_planned_lies(deals_plannedreceipt, integer);
"""

# Rows of PlannedDay as the receipts stand.
FACTS = f"""
SELECT d.responsible_id AS user_id, r.due_on AS day, r.currency, sum(r.amount)::numeric(18,2) AS planned,
    coalesce(sum(r.amount) FILTER (WHERE r.invoice_id IS NULL AND d.{_OPEN}), 0)::numeric(18,2) AS awaited
FROM deals_plannedreceipt AS r JOIN deals_deal AS d ON d.id = r.deal_id
WHERE d.{_STANDS.format("d.")} GROUP BY 1, 2, 3"""
