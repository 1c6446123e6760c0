"""The funnel by months, by days and by its deals; each change notes what it adds."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

USER = settings.AUTH_USER_MODEL


class FunnelEight(models.Model):
    """How many parts of a kind (`analytics.funnel_sql`) the deals of a person added to a stage of a process in a month.

    The person 0 is everybody, the stage 0 the whole way. A row tells of eight values: `n0` is how many parts have the value
    `first`, which is a multiple of eight, `n7` how many have the seventh after it. Rows of nought are left, for they come back.
    """

    user_id = models.BigIntegerField()
    process_id = models.BigIntegerField()
    month = models.DateField()
    kind = models.PositiveSmallIntegerField()
    stage_id = models.BigIntegerField()
    first = models.IntegerField()
    n0 = models.IntegerField()
    n1 = models.IntegerField()
    n2 = models.IntegerField()
    n3 = models.IntegerField()
    n4 = models.IntegerField()
    n5 = models.IntegerField()
    n6 = models.IntegerField()
    n7 = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            # With the numbers, so that reading a year reads nothing else.
            models.UniqueConstraint(
                fields=["user_id", "process_id", "kind", "month", "stage_id", "first"],
                include=["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7"],
                name="funnel_eight_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.month} {self.kind} from {self.first}"


class FunnelDay(models.Model):
    """How long the deals of a person took that were closed on a day: parts of `OF_DAYS` (`analytics.funnel_sql`) as columns, and
    how many there are of each. Some hundred of them a day lie in one row. Empty ones are left, for they come back."""

    user_id = models.BigIntegerField()
    process_id = models.BigIntegerField()
    day = models.DateField()
    kinds = ArrayField(models.PositiveSmallIntegerField())
    stages = ArrayField(models.BigIntegerField())
    numbers = ArrayField(models.IntegerField())
    counts = ArrayField(models.IntegerField())

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "day", "process_id"], name="funnel_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.day} {len(self.kinds)}"


class FunnelParts(models.Model):
    """Parts of the months of the funnel as columns. `months` are their first days, of parts that are kept by days the very day."""

    user_id = models.BigIntegerField()
    process_id = models.BigIntegerField()
    months = ArrayField(models.DateField())
    kinds = ArrayField(models.PositiveSmallIntegerField())
    stages = ArrayField(models.BigIntegerField())
    numbers = ArrayField(models.IntegerField())

    class Meta:
        abstract = True
        default_permissions = ()


class FunnelDeal(FunnelParts):
    """What a deal added to the months of the funnel, so that it can be taken away again."""

    deal_id = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"{self.deal_id}: {len(self.kinds)}"


class FunnelChange(FunnelParts):
    """What a changed deal adds to the months (`n` 1) and what it added before (-1), until it is folded in: read with them.

    One row a version, never updated: counting waits for no month to be found and written.
    """

    n = models.SmallIntegerField()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.n}"


class ChangedDeal(models.Model):
    """A deal, or a whole process, whose part in the funnel must be counted anew: triggers write it, counting takes it away."""

    deal_id = models.BigIntegerField(null=True)
    process_id = models.BigIntegerField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.deal_id or self.process_id}"
