"""Prices of competitors by months in SQL: what a month of a product and a competitor comes to, and what marks it as changed."""

KEY = "month, product_id, competitor_id, currency"
ROW = f"{KEY}, seen, total, least, compared, gap"


def counted(which: str = "TRUE", beside: str = "") -> str:
    """Rows of PriceMonth, in the order of `ROW`, of prices `s` for which `which` holds; `beside` is what else it names.

    The gap is that to our price of the same day, in percents of theirs, rounded to a tenth as each price tells it. The
    product 0 is none.
    """
    return f"""
SELECT date_trunc('month', s.seen_on)::date AS month, coalesce(s.product_id, 0) AS product_id, s.competitor_id, s.currency,
    count(*)::int AS seen, sum(s.price)::numeric(20,2) AS total, min(s.price)::numeric(14,2) AS least, count(o.price)::int AS compared,
    coalesce(sum(round((o.price - s.price) * 100 / s.price, 1)), 0)::numeric(20,1) AS gap
FROM {beside}deals_competitorprice AS s LEFT JOIN LATERAL (
    SELECT p.price FROM deals_productprice AS p
    WHERE p.product_id = s.product_id AND p.currency = s.currency AND p.since <= s.seen_on ORDER BY p.since DESC LIMIT 1
) AS o ON TRUE
WHERE {which} GROUP BY 1, 2, 3, 4"""


FILL = f"INSERT INTO analytics_pricemonth ({ROW}) {counted()} ORDER BY {KEY}"

INSTALL = """
CREATE FUNCTION analytics_price_seen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO analytics_changedprice (product_id, competitor_id, month)
        VALUES (coalesce(OLD.product_id, 0), OLD.competitor_id, date_trunc('month', OLD.seen_on));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO analytics_changedprice (product_id, competitor_id, month)
        VALUES (coalesce(NEW.product_id, 0), NEW.competitor_id, date_trunc('month', NEW.seen_on));
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_price_seen AFTER INSERT OR DELETE ON deals_competitorprice
    FOR EACH ROW EXECUTE FUNCTION analytics_price_seen();
CREATE TRIGGER analytics_price_seen_changed AFTER UPDATE OF competitor_id, product_id, price, currency, seen_on ON deals_competitorprice
    FOR EACH ROW WHEN ((OLD.competitor_id, OLD.product_id, OLD.price, OLD.currency, OLD.seen_on)
        IS DISTINCT FROM (NEW.competitor_id, NEW.product_id, NEW.price, NEW.currency, NEW.seen_on))
    EXECUTE FUNCTION analytics_price_seen();

CREATE FUNCTION analytics_price_ours() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO analytics_changedprice (product_id) VALUES (OLD.product_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.product_id IS DISTINCT FROM OLD.product_id) THEN
        INSERT INTO analytics_changedprice (product_id) VALUES (NEW.product_id);
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER analytics_price_ours AFTER INSERT OR DELETE ON deals_productprice
    FOR EACH ROW EXECUTE FUNCTION analytics_price_ours();
CREATE TRIGGER analytics_price_ours_changed AFTER UPDATE OF product_id, since, currency, price ON deals_productprice
    FOR EACH ROW WHEN ((OLD.product_id, OLD.since, OLD.currency, OLD.price) IS DISTINCT FROM (NEW.product_id, NEW.since, NEW.currency, NEW.price))
    EXECUTE FUNCTION analytics_price_ours();
"""

REMOVE = """
DROP FUNCTION analytics_price_seen() CASCADE;
DROP FUNCTION analytics_price_ours() CASCADE;
"""
