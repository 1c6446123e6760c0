from django.db import models


class FloorRow(models.Model):
    """A row of the floor page's own table: a million of them at every scale, made by SQL, not by a migration."""

    desk = models.IntegerField()
    name = models.CharField(max_length=80)
    city = models.CharField(max_length=40)
    state = models.CharField(max_length=20)
    amount = models.IntegerField()
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "bench_floor"
        default_permissions: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.name


DESKS = 400
MAKE_TABLE = f"""
    CREATE TABLE bench_floor (
        id bigint PRIMARY KEY, desk integer NOT NULL, name text NOT NULL, city text NOT NULL,
        state text NOT NULL, amount integer NOT NULL, at timestamptz NOT NULL);
    INSERT INTO bench_floor
        SELECT n, n * 7919 % {DESKS}, 'Образец ' || n, 'Ярославль', 'открыта', n * 31 % 900000,
               timestamptz '2024-01-01 00:00+03' + n * interval '1 minute'
          FROM generate_series(1, 1000000) n;
    CREATE INDEX bench_floor_by_desk ON bench_floor (desk, at DESC, id DESC);
    GRANT SELECT ON bench_floor TO PUBLIC;
"""
