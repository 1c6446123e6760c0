"""Money by days in SQL: what a change of the books adds to a day of a person, and what the days are by the books.

Each trigger notes the difference that its change makes: taken away from the day of the person who had it, added to that of
whoever has it now. What it multiplies by is locked for the rest of the transaction (`FOR SHARE`), so that who changes that
meanwhile waits and sees this change; the actions hold these locks already (decision 0024). The day and currency of a
payment that lies on invoices and the deal of an invoice change one at a time. A row is written after those that it names.

Rows go in any order, and several of them in one statement: what goes takes away all that is counted by it while it is
still seen (`BEFORE DELETE`), and what hangs on it finds nothing more to take away then.
"""

from deals.choices import InvoiceState, PaymentKind

SUMS = ("paid", "paid_margin", "issued", "issued_margin", "received", "settled")
KEY = "user_id, day, currency"
ROW = f"{KEY}, {', '.join(SUMS)}"

_STANDS = f"corrects_id IS NULL AND {{0}}state <> '{InvoiceState.CANCELLED.value}' AND {{0}}responsible_id IS NOT NULL"
_REVERSAL = f"'{PaymentKind.REVERSAL.value}'"


def _stands(row: str) -> str:
    """Whether an invoice counts as issued."""
    return row + _STANDS.format(row)


def _share(amount: str, deal: str) -> str:
    """The part of the deal's margin that falls on `amount` of it, to the kopeck: so days add up to their year."""
    return f"coalesce(round({amount} * {deal}.margin / nullif({deal}.amount, 0), 2), 0)"


def _signed(payment: str) -> str:
    return f"CASE WHEN {payment}.kind = '{PaymentKind.REFUND.value}' THEN -{payment}.amount ELSE {payment}.amount END"


_NOTE = "INSERT INTO analytics_moneychange"


def _sides(paid_on: str, issued_on: str) -> str:
    """The day on which a part was paid and the one from which on its invoice is settled by it: one row where it is the same."""
    return f"""LATERAL (
        SELECT {paid_on} AS day, 1 AS paid, ({issued_on} <= {paid_on})::int AS settled
        UNION ALL SELECT {issued_on}, 0, 1 WHERE {issued_on} > {paid_on}
    ) AS side"""


def _told(of: str) -> str:
    """The triggers of what comes and goes. A statement sees what it deleted before, and not what it is to delete yet."""
    each = f"ON deals_{of} FOR EACH ROW EXECUTE FUNCTION analytics_money_of_{of}();"
    return f"""CREATE TRIGGER analytics_money_{of} AFTER INSERT {each}
CREATE TRIGGER analytics_money_{of}_gone BEFORE DELETE {each}"""


# A part settles its invoice on the day from which on both stand: a payment may be older than the invoice that it is laid on.
LIES = f"""
CREATE OR REPLACE FUNCTION analytics_money_lies(of_invoice bigint, of_payment bigint, part numeric) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM deals_deal WHERE id = (SELECT deal_id FROM deals_invoice WHERE id = of_invoice) FOR SHARE;
    PERFORM FROM deals_invoice WHERE id = of_invoice FOR SHARE;
    PERFORM FROM deals_payment WHERE id = of_payment FOR SHARE;
    {_NOTE} ({KEY}, paid, paid_margin, settled)
    SELECT i.responsible_id, side.day, p.currency, side.paid * part, {_share("side.paid * part", "d")}, side.settled * part
    FROM deals_invoice AS i JOIN deals_payment AS p ON p.id = of_payment LEFT JOIN deals_deal AS d ON d.id = i.deal_id, {_sides("p.paid_on", "i.issued_on")}
    WHERE i.id = of_invoice AND i.responsible_id IS NOT NULL;
END;
$$;
"""

OF_INVOICE = f"""
CREATE OR REPLACE FUNCTION analytics_money_of_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM FROM deals_deal WHERE id = OLD.deal_id FOR SHARE;
        {_NOTE} ({KEY}, issued, issued_margin)
        SELECT OLD.responsible_id, OLD.issued_on, OLD.currency, -OLD.total, {_share("-OLD.total", "d")}
        FROM (VALUES (OLD.deal_id)) AS of(deal_id) LEFT JOIN deals_deal AS d ON d.id = of.deal_id WHERE {_stands("OLD.")};
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM FROM deals_deal WHERE id = NEW.deal_id FOR SHARE;
        {_NOTE} ({KEY}, issued, issued_margin)
        SELECT NEW.responsible_id, NEW.issued_on, NEW.currency, NEW.total, {_share("NEW.total", "d")}
        FROM (VALUES (NEW.deal_id)) AS of(deal_id) LEFT JOIN deals_deal AS d ON d.id = of.deal_id WHERE {_stands("NEW.")};
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.responsible_id, OLD.deal_id, OLD.issued_on) IS DISTINCT FROM (NEW.responsible_id, NEW.deal_id, NEW.issued_on) THEN
            {_NOTE} ({KEY}, paid, paid_margin, settled)
            SELECT of.user_id, side.day, p.currency, side.paid * of.sign * a.amount, {_share("side.paid * of.sign * a.amount", "d")},
                side.settled * of.sign * a.amount
            FROM deals_allocation AS a JOIN deals_payment AS p ON p.id = a.payment_id
                CROSS JOIN (VALUES (OLD.responsible_id, OLD.deal_id, OLD.issued_on, -1), (NEW.responsible_id, NEW.deal_id, NEW.issued_on, 1))
                    AS of(user_id, deal_id, issued_on, sign)
                LEFT JOIN deals_deal AS d ON d.id = of.deal_id, {_sides("p.paid_on", "of.issued_on")}
            WHERE a.invoice_id = NEW.id AND of.user_id IS NOT NULL;
        END IF;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM analytics_money_lies(invoice_id, payment_id, -amount) FROM deals_allocation WHERE invoice_id = OLD.id;
    END IF;
    RETURN OLD;
END;
$$;
"""

OF_PAYMENT = f"""
CREATE OR REPLACE FUNCTION analytics_money_of_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.kind <> {_REVERSAL} THEN
            PERFORM analytics_money_received(NEW, 1);
        ELSE
            PERFORM analytics_money_reversed(NEW.corrects_id, -1);
        END IF;
        RETURN NULL;
    END IF;
    IF NOT EXISTS (SELECT FROM deals_payment WHERE corrects_id = OLD.id) THEN
        IF OLD.kind <> {_REVERSAL} THEN
            PERFORM analytics_money_received(OLD, -1);
        END IF;
        IF TG_OP = 'UPDATE' AND NEW.kind <> {_REVERSAL} THEN
            PERFORM analytics_money_received(NEW, 1);
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM analytics_money_reversed(OLD.corrects_id, 1);
        PERFORM analytics_money_lies(invoice_id, payment_id, -amount) FROM deals_allocation WHERE payment_id = OLD.id;
        RETURN OLD;
    END IF;
    IF OLD.corrects_id IS DISTINCT FROM NEW.corrects_id THEN
        PERFORM analytics_money_reversed(OLD.corrects_id, 1), analytics_money_reversed(NEW.corrects_id, -1);
    END IF;
    IF (OLD.paid_on, OLD.currency) IS DISTINCT FROM (NEW.paid_on, NEW.currency) THEN
        PERFORM FROM deals_invoice WHERE id IN (SELECT invoice_id FROM deals_allocation WHERE payment_id = NEW.id) ORDER BY id FOR SHARE;
        {_NOTE} ({KEY}, paid, paid_margin, settled)
        SELECT i.responsible_id, side.day, of.currency, side.paid * of.sign * a.amount, {_share("side.paid * of.sign * a.amount", "d")},
            side.settled * of.sign * a.amount
        FROM deals_allocation AS a JOIN deals_invoice AS i ON i.id = a.invoice_id LEFT JOIN deals_deal AS d ON d.id = i.deal_id
            CROSS JOIN (VALUES (OLD.paid_on, OLD.currency, -1), (NEW.paid_on, NEW.currency, 1)) AS of(paid_on, currency, sign),
            {_sides("of.paid_on", "i.issued_on")}
        WHERE a.payment_id = NEW.id AND i.responsible_id IS NOT NULL;
    END IF;
    RETURN NULL;
END;
$$;
"""

INSTALL = f"""{LIES}
CREATE FUNCTION analytics_money_of_allocation() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM analytics_money_lies(OLD.invoice_id, OLD.payment_id, -OLD.amount);
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM analytics_money_lies(NEW.invoice_id, NEW.payment_id, NEW.amount);
    END IF;
    RETURN OLD;
END;
$$;
{_told("allocation")}
CREATE TRIGGER analytics_money_allocation_changed AFTER UPDATE OF invoice_id, payment_id, amount ON deals_allocation
    FOR EACH ROW WHEN ((OLD.invoice_id, OLD.payment_id, OLD.amount) IS DISTINCT FROM (NEW.invoice_id, NEW.payment_id, NEW.amount))
    EXECUTE FUNCTION analytics_money_of_allocation();

{OF_INVOICE}{_told("invoice")}
CREATE TRIGGER analytics_money_invoice_changed
    AFTER UPDATE OF responsible_id, deal_id, issued_on, currency, total, state, corrects_id ON deals_invoice
    FOR EACH ROW WHEN ((OLD.responsible_id, OLD.deal_id, OLD.issued_on, OLD.currency, OLD.total, OLD.state = 'cancelled', OLD.corrects_id)
        IS DISTINCT FROM (NEW.responsible_id, NEW.deal_id, NEW.issued_on, NEW.currency, NEW.total, NEW.state = 'cancelled', NEW.corrects_id))
    EXECUTE FUNCTION analytics_money_of_invoice();

CREATE FUNCTION analytics_money_received(of_payment deals_payment, sign integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    person bigint;
BEGIN
    IF of_payment.deal_id IS NOT NULL THEN
        SELECT responsible_id INTO person FROM deals_deal WHERE id = of_payment.deal_id FOR SHARE;
    ELSE
        SELECT curator_id INTO person FROM clients_client WHERE id = of_payment.client_id FOR SHARE;
    END IF;
    IF person IS NOT NULL THEN
        {_NOTE} ({KEY}, received)
        VALUES (person, of_payment.paid_on, of_payment.currency, sign * {_signed("of_payment")});
    END IF;
END;
$$;

CREATE FUNCTION analytics_money_reversed(corrected bigint, sign integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    it deals_payment;
BEGIN
    SELECT * INTO it FROM deals_payment WHERE id = corrected FOR SHARE;
    IF FOUND THEN
        PERFORM analytics_money_received(it, sign);
    END IF;
END;
$$;

{OF_PAYMENT}{_told("payment")}
CREATE TRIGGER analytics_money_payment_changed AFTER UPDATE OF kind, paid_on, amount, currency, deal_id, client_id, corrects_id ON deals_payment
    FOR EACH ROW WHEN ((OLD.kind, OLD.paid_on, OLD.amount, OLD.currency, OLD.deal_id, OLD.client_id, OLD.corrects_id)
        IS DISTINCT FROM (NEW.kind, NEW.paid_on, NEW.amount, NEW.currency, NEW.deal_id, NEW.client_id, NEW.corrects_id))
    EXECUTE FUNCTION analytics_money_of_payment();

CREATE FUNCTION analytics_money_of_deal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.responsible_id IS DISTINCT FROM NEW.responsible_id THEN
        {_NOTE} ({KEY}, received)
        SELECT side.user_id, p.paid_on, p.currency, side.sign * {_signed("p")}
        FROM deals_payment AS p CROSS JOIN (VALUES (OLD.responsible_id, -1), (NEW.responsible_id, 1)) AS side(user_id, sign)
        WHERE p.deal_id = OLD.id AND p.kind <> {_REVERSAL} AND side.user_id IS NOT NULL AND NOT EXISTS (SELECT FROM deals_payment AS r WHERE r.corrects_id = p.id);
    END IF;
    IF (OLD.margin, OLD.amount) IS DISTINCT FROM (NEW.margin, NEW.amount) THEN
        {_NOTE} ({KEY}, paid_margin, issued_margin)
        SELECT * FROM (
            SELECT i.responsible_id, p.paid_on, p.currency, {_share("a.amount", "NEW")} - {_share("a.amount", "OLD")} AS paid_margin, 0 AS issued_margin
            FROM deals_invoice AS i JOIN deals_allocation AS a ON a.invoice_id = i.id JOIN deals_payment AS p ON p.id = a.payment_id
            WHERE i.deal_id = OLD.id AND i.responsible_id IS NOT NULL
            UNION ALL
            SELECT i.responsible_id, i.issued_on, i.currency, 0, {_share("i.total", "NEW")} - {_share("i.total", "OLD")}
            FROM deals_invoice AS i WHERE i.deal_id = OLD.id AND {_stands("i.")}
        ) AS changed WHERE paid_margin <> 0 OR issued_margin <> 0;
    END IF;
    RETURN OLD;
END;
$$;
CREATE TRIGGER analytics_money_deal_gone BEFORE DELETE ON deals_deal FOR EACH ROW EXECUTE FUNCTION analytics_money_of_deal();
CREATE TRIGGER analytics_money_deal_changed AFTER UPDATE OF responsible_id, margin, amount ON deals_deal
    FOR EACH ROW WHEN ((OLD.responsible_id, OLD.margin, OLD.amount) IS DISTINCT FROM (NEW.responsible_id, NEW.margin, NEW.amount))
    EXECUTE FUNCTION analytics_money_of_deal();

CREATE FUNCTION analytics_money_of_card() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {_NOTE} ({KEY}, received)
    SELECT side.user_id, p.paid_on, p.currency, side.sign * {_signed("p")}
    FROM deals_payment AS p CROSS JOIN (VALUES (OLD.curator_id, -1), (NEW.curator_id, 1)) AS side(user_id, sign)
    WHERE p.client_id = OLD.id AND p.deal_id IS NULL AND p.kind <> {_REVERSAL} AND side.user_id IS NOT NULL
        AND NOT EXISTS (SELECT FROM deals_payment AS r WHERE r.corrects_id = p.id);
    RETURN OLD;
END;
$$;
CREATE TRIGGER analytics_money_card_gone BEFORE DELETE ON clients_client FOR EACH ROW EXECUTE FUNCTION analytics_money_of_card();
CREATE TRIGGER analytics_money_card_changed AFTER UPDATE OF curator_id ON clients_client
    FOR EACH ROW WHEN (OLD.curator_id IS DISTINCT FROM NEW.curator_id) EXECUTE FUNCTION analytics_money_of_card();
"""

REMOVE = """
DROP FUNCTION analytics_money_of_allocation() CASCADE;
DROP FUNCTION analytics_money_of_invoice() CASCADE;
DROP FUNCTION analytics_money_of_payment() CASCADE;
DROP FUNCTION analytics_money_of_deal() CASCADE;
DROP FUNCTION analytics_money_of_card() CASCADE;
DROP FUNCTION analytics_money_lies(bigint, bigint, numeric);
DROP FUNCTION analytics_money_reversed(bigint, integer);
DROP FUNCTION analytics_money_received(deals_payment, integer);
"""

_SETTLED = """
    SELECT i.responsible_id, greatest(p.paid_on, i.issued_on) AS day, p.currency, 0, 0, 0, 0, 0, a.amount
    FROM deals_allocation AS a JOIN deals_payment AS p ON p.id = a.payment_id JOIN deals_invoice AS i ON i.id = a.invoice_id
    WHERE i.responsible_id IS NOT NULL"""

# Rows of MoneyDay as the books stand, in the order of `ROW`; days that come to nothing are left out.
FACTS = f"""
SELECT {KEY}, {", ".join(f"sum({name})::numeric(18,2) AS {name}" for name in SUMS)}
FROM (
    SELECT i.responsible_id AS user_id, p.paid_on AS day, p.currency, a.amount AS paid, {_share("a.amount", "d")} AS paid_margin,
        0 AS issued, 0 AS issued_margin, 0 AS received, 0 AS settled
    FROM deals_allocation AS a JOIN deals_payment AS p ON p.id = a.payment_id JOIN deals_invoice AS i ON i.id = a.invoice_id
        LEFT JOIN deals_deal AS d ON d.id = i.deal_id
    WHERE i.responsible_id IS NOT NULL
    UNION ALL
    {_SETTLED}
    UNION ALL
    SELECT i.responsible_id, i.issued_on, i.currency, 0, 0, i.total, {_share("i.total", "d")}, 0, 0
    FROM deals_invoice AS i LEFT JOIN deals_deal AS d ON d.id = i.deal_id WHERE {_stands("i.")}
    UNION ALL
    SELECT coalesce(d.responsible_id, c.curator_id), p.paid_on, p.currency, 0, 0, 0, 0, {_signed("p")}, 0
    FROM deals_payment AS p LEFT JOIN deals_deal AS d ON d.id = p.deal_id
        LEFT JOIN clients_client AS c ON c.id = p.client_id AND p.deal_id IS NULL
    WHERE p.kind <> {_REVERSAL} AND coalesce(d.responsible_id, c.curator_id) IS NOT NULL
        AND NOT EXISTS (SELECT FROM deals_payment AS r WHERE r.corrects_id = p.id)
) AS books GROUP BY {KEY}"""

# One statement: what waits is taken away as far as the sums hold it, and a change that is made meanwhile waits on.
FILL = f"""
WITH counted AS (DELETE FROM analytics_moneychange)
INSERT INTO analytics_moneyday ({ROW}) {FACTS} ORDER BY {KEY}"""

# What was settled, into days that hold all else already.
SETTLE = f"""
INSERT INTO analytics_moneyday AS t ({KEY}, settled)
SELECT {KEY}, sum(amount) FROM ({_SETTLED}) AS s({ROW.replace("settled", "amount")}) GROUP BY {KEY} ORDER BY {KEY}
ON CONFLICT ({KEY}) DO UPDATE SET settled = excluded.settled"""
