"""The floor page's table: a million rows at every scale, made by SQL, not by a migration."""

DESKS = 400
MAKE_TABLE = f"""
    CREATE TABLE bench_floor (
        id bigint PRIMARY KEY, desk integer NOT NULL, name text NOT NULL, city text NOT NULL,
        state text NOT NULL, amount integer NOT NULL, at timestamptz NOT NULL);
    INSERT INTO bench_floor
        SELECT n, (n::bigint * 7919 % {DESKS})::integer, 'Образец ' || n, 'Ярославль', 'открыта', n % 900000,
               timestamptz '2024-01-01 00:00+03' + n * interval '1 minute'
          FROM generate_series(1, 1000000) n;
    CREATE INDEX bench_floor_by_desk ON bench_floor (desk, at DESC, id DESC);
    GRANT SELECT ON bench_floor TO PUBLIC;
"""
