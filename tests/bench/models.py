from django.db import models


class FloorRow(models.Model):
    """A row of the floor page's own table (`tests/bench/table.py`)."""

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
