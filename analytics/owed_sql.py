"""What is owed, by terms, in SQL: what a change of an invoice adds to the debts of a seller, and what they are by the invoices.

An open invoice stands on its term and its day of issue with what is still to be paid of it, which its own row says: no lock
is needed. One of nobody stands with person 0.
"""

from deals.choices import InvoiceState

KEY = "user_id, due_on, issued_on, currency"
SUMS = ("invoices", "owed")
ROW = f"{KEY}, {', '.join(SUMS)}"

_OPEN = f"{{0}}.state IN ('{InvoiceState.ISSUED.value}', '{InvoiceState.PARTLY_PAID.value}')"
_WATCHED = ", ".join(f"{{0}}.{name}" for name in ("responsible_id", "due_on", "issued_on", "currency", "total", "paid", "state"))  # fmt: skip


def _said(row: str, sign: str) -> str:
    return f"SELECT coalesce({row}.responsible_id, 0), {row}.due_on, {row}.issued_on, {row}.currency, {sign}1, {sign}({row}.total - {row}.paid)"


def _note(*sides: str) -> str:
    return f"""INSERT INTO analytics_owedchange ({ROW})
    SELECT {KEY}, sum(invoices), sum(owed) FROM ({" UNION ALL ".join(sides)}) AS s({ROW})
    GROUP BY {KEY} HAVING (sum(invoices), sum(owed)) <> (0, 0);"""


_GONE = f"{_said('OLD', '-')} WHERE {_OPEN.format('OLD')}"
_ADDED = f"{_said('NEW', '')} WHERE {_OPEN.format('NEW')}"


def _trigger(name: str, event: str, when: str, note: str) -> str:
    return f"""
CREATE FUNCTION analytics_owed_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {note}
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_owed_{name} AFTER {event} ON deals_invoice FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION analytics_owed_{name}();
"""


INSTALL = (
    _trigger("new", "INSERT", _OPEN.format("NEW"), _note(_ADDED))
    + _trigger("gone", "DELETE", _OPEN.format("OLD"), _note(_GONE))
    + _trigger(
        "changed",
        f"UPDATE OF {_WATCHED.replace('{0}.', '')}",
        f"({_OPEN.format('OLD')} OR {_OPEN.format('NEW')}) AND ({_WATCHED.format('OLD')}) IS DISTINCT FROM ({_WATCHED.format('NEW')})",
        _note(_GONE, _ADDED),
    )
)
REMOVE = "".join(f"DROP FUNCTION analytics_owed_{name}() CASCADE;\n" for name in ("new", "gone", "changed"))  # fmt: skip

# Rows of OwedDay as the invoices stand.
FACTS = f"""
SELECT coalesce(i.responsible_id, 0) AS user_id, i.due_on, i.issued_on, i.currency, count(*)::int AS invoices, sum(i.total - i.paid)::numeric(18,2) AS owed
FROM deals_invoice AS i WHERE {_OPEN.format("i")} GROUP BY 1, 2, 3, 4"""
