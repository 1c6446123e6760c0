"""How invoices were paid, by days of issue, in SQL: what a change of the books adds to a day, and what the days are by the books.

An invoice stands on its day with its seller and currency: one issued, its total; paid in full, late, days past its term.
Each trigger notes the difference that its change makes (decision 0025). `user_id` -1 says that nothing is counted yet.
"""

from deals.choices import InvoiceState

SUMS = ("issued", "total", "paid", "late", "days_late")
KEY = "user_id, day, currency"
ROW = f"{KEY}, {', '.join(SUMS)}"

_PAID = f"'{InvoiceState.PAID.value}'"
_CANCELLED = f"'{InvoiceState.CANCELLED.value}'"


def _stands(row: str) -> str:
    return f"{row}.corrects_id IS NULL AND {row}.state <> {_CANCELLED}"


def _days(row: str, last: str) -> str:
    """Days past the term of an invoice paid on the day `last`; nought if it was paid by then or is not paid."""
    return f"CASE WHEN {row}.state = {_PAID} THEN greatest(coalesce({last} - {row}.due_on, 0), 0) ELSE 0 END"


def _said(row: str, sign: str, last: str) -> str:
    """What an invoice adds to its day."""
    return f"""SELECT coalesce({row}.responsible_id, 0), {row}.issued_on, {row}.currency, {sign}, {sign} * {row}.total,
        {sign} * ({row}.state = {_PAID})::int, {sign} * ({_days(row, last)} > 0)::int, {sign} * ({_days(row, last)})"""


_NOTE = f"INSERT INTO analytics_payingchange ({ROW})"
_LAST = "SELECT max(p.paid_on) FROM deals_allocation AS a JOIN deals_payment AS p ON p.id = a.payment_id WHERE a.invoice_id = {0}.id"


_SUMMED = ", ".join(f"sum({name})" for name in SUMS)
_ANY = " OR ".join(f"sum({name}) <> 0" for name in SUMS)


def _noted(invoices: str, before: str) -> str:
    """Note paid `invoices` whose last payment may be another now; `before` are the days of payment as they were, by invoice."""
    return f"""
    -- Whoever changes the invoices waits, or is waited for.
    PERFORM FROM deals_invoice WHERE id IN ({invoices}) ORDER BY id FOR SHARE;
    {_NOTE}
    SELECT {KEY}, {_SUMMED} FROM (
        {_said("i", "1", f"({_LAST.format('i')})")} FROM deals_invoice AS i WHERE i.id IN ({invoices}) AND i.state = {_PAID} AND {_stands("i")}
        UNION ALL
        {_said("i", "-1", "b.last")} FROM deals_invoice AS i LEFT JOIN (SELECT w.invoice_id, max(w.paid_on) AS last FROM ({before}) AS w GROUP BY 1) AS b
            ON b.invoice_id = i.id
        WHERE i.id IN ({invoices}) AND i.state = {_PAID} AND {_stands("i")}
    ) AS s({ROW}) GROUP BY {KEY} HAVING {_ANY};"""


def _trigger(name: str, event: str, table: str, tables: str, body: str) -> str:
    return f"""
CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN{body}
    RETURN NULL;
END;
$$;
CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {tables} FOR EACH STATEMENT EXECUTE FUNCTION {name}();"""


def _laid(without: str, beside: str, invoices: str) -> str:
    """Days on which the invoices are paid by parts that are not `without`, and by those `beside`."""
    parts = [f"SELECT * FROM deals_allocation WHERE invoice_id IN ({invoices}){f' AND id NOT IN (SELECT id FROM {without})' if without else ''}"]  # fmt: skip
    if beside:
        parts.append(f"SELECT * FROM {beside}")
    return f"SELECT a.invoice_id, p.paid_on FROM ({' UNION ALL '.join(parts)}) AS a JOIN deals_payment AS p ON p.id = a.payment_id"  # fmt: skip


_ADDED, _GONE = "SELECT invoice_id FROM added", "SELECT invoice_id FROM gone"
_BOTH = f"{_ADDED} UNION {_GONE}"
_MOVED = "SELECT n.id FROM added AS n JOIN gone AS o ON o.id = n.id WHERE n.paid_on <> o.paid_on"
_OF_MOVED = f"SELECT invoice_id FROM deals_allocation WHERE payment_id IN ({_MOVED})"
_WAS_PAID = f"""SELECT a.invoice_id, coalesce(g.paid_on, p.paid_on) AS paid_on
            FROM deals_allocation AS a JOIN deals_payment AS p ON p.id = a.payment_id LEFT JOIN gone AS g ON g.id = p.id WHERE a.invoice_id IN ({_OF_MOVED})"""

INSTALL = f"""
CREATE FUNCTION analytics_paying_of_invoice() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last date;
BEGIN
    SELECT max(p.paid_on) INTO last FROM deals_allocation AS a JOIN deals_payment AS p ON p.id = a.payment_id
    WHERE a.invoice_id = CASE WHEN TG_OP = 'INSERT' THEN NEW.id ELSE OLD.id END;
    IF TG_OP = 'INSERT' THEN
        {_NOTE} {_said("NEW", "1", "last")} WHERE {_stands("NEW")};
    ELSIF TG_OP = 'DELETE' THEN
        {_NOTE} {_said("OLD", "-1", "last")} WHERE {_stands("OLD")};
    ELSE
        {_NOTE} SELECT {KEY}, {_SUMMED} FROM (
            {_said("OLD", "-1", "last")} WHERE {_stands("OLD")} UNION ALL {
    _said("NEW", "1", "last")
} WHERE {_stands("NEW")}
        ) AS s({ROW}) GROUP BY {KEY} HAVING {_ANY};
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_paying_invoice AFTER INSERT OR DELETE ON deals_invoice
    FOR EACH ROW EXECUTE FUNCTION analytics_paying_of_invoice();
CREATE TRIGGER analytics_paying_invoice_changed
    AFTER UPDATE OF responsible_id, issued_on, due_on, currency, total, state, corrects_id ON deals_invoice
    FOR EACH ROW WHEN (
        (OLD.responsible_id, OLD.issued_on, OLD.currency, OLD.total, OLD.state = {
    _PAID
}, OLD.state = {_CANCELLED}, OLD.corrects_id)
            IS DISTINCT FROM (NEW.responsible_id, NEW.issued_on, NEW.currency, NEW.total, NEW.state = {
    _PAID
}, NEW.state = {_CANCELLED}, NEW.corrects_id)
        OR (NEW.state = {_PAID} AND OLD.due_on <> NEW.due_on)
    ) EXECUTE FUNCTION analytics_paying_of_invoice();
{
    _trigger(
        "analytics_paying_laid",
        "INSERT",
        "deals_allocation",
        "NEW TABLE AS added",
        _noted(_ADDED, _laid("added", "", _ADDED)),
    )
}
{
    _trigger(
        "analytics_paying_taken",
        "DELETE",
        "deals_allocation",
        "OLD TABLE AS gone",
        _noted(_GONE, _laid("", "gone", _GONE)),
    )
}
{
    _trigger(
        "analytics_paying_moved",
        "UPDATE",
        "deals_allocation",
        "OLD TABLE AS gone NEW TABLE AS added",
        _noted(_BOTH, _laid("added", "gone", _BOTH)),
    )
}
{
    _trigger(
        "analytics_paying_day",
        "UPDATE",
        "deals_payment",
        "OLD TABLE AS gone NEW TABLE AS added",
        f'''
    IF EXISTS ({_MOVED}) THEN{_noted(_OF_MOVED, _WAS_PAID)}
    END IF;''',
    )
}
"""

REMOVE = """
DROP FUNCTION analytics_paying_of_invoice() CASCADE;
DROP FUNCTION analytics_paying_laid() CASCADE;
DROP FUNCTION analytics_paying_taken() CASCADE;
DROP FUNCTION analytics_paying_moved() CASCADE;
DROP FUNCTION analytics_paying_day() CASCADE;
"""

# Rows of PayingDay as the books stand, in the order of `ROW`.
FACTS = f"""
SELECT {KEY}, sum(issued)::int AS issued, sum(total)::numeric(18,2) AS total, sum(paid)::int AS paid, sum(late)::int AS late, sum(days_late)::int AS days_late
FROM (
    {_said("i", "1", "l.last")}
    FROM deals_invoice AS i LEFT JOIN (
        SELECT a.invoice_id, max(p.paid_on) AS last FROM deals_allocation AS a JOIN deals_payment AS p ON p.id = a.payment_id GROUP BY 1
    ) AS l ON l.invoice_id = i.id
    WHERE {_stands("i")}
) AS s({ROW}) GROUP BY {KEY}"""

# Until all is counted for the first time the books answer.
ANEW = "INSERT INTO analytics_payingchange (user_id, day, currency) VALUES (-1, '2000-01-01', '')"
