"""Competitors' prices, the ladder and work by months; each change notes what it adds."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from deals.models.money import MoneyField

USER = settings.AUTH_USER_MODEL


class PriceMonth(models.Model):
    """What a competitor asked for a product in a month: how many prices were seen, their sum, the lowest; how many have a
    price of ours of the same day, and the sum of the gaps to it in percents. The product 0 is none."""

    month = models.DateField()
    product_id = models.BigIntegerField()
    competitor_id = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    seen = models.IntegerField()
    total = MoneyField(max_digits=20)
    least = MoneyField()
    compared = models.IntegerField()
    gap = models.DecimalField(max_digits=20, decimal_places=1)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["month", "product_id", "competitor_id", "currency"],
                name="price_month_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.month}: {self.seen}"


class ChangedPrice(models.Model):
    """A month of a competitor's prices for a product, or all of the product's, to be counted anew: triggers write it."""

    product_id = models.BigIntegerField()
    competitor_id = models.BigIntegerField(null=True)
    month = models.DateField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.product_id}: {self.month}"


class LadderMonth(models.Model):
    """How many parts of a kind (`analytics.ladder_sql`) the moves of a curator's clients added to a month.

    The curator 0 is nobody; months are numbered from the year nought on. Rows of nought are left, for they come back.
    """

    user_id = models.BigIntegerField()
    month = models.IntegerField()
    kind = models.PositiveSmallIntegerField()
    a = models.BigIntegerField()
    b = models.BigIntegerField()
    before = models.IntegerField()
    after = models.IntegerField()
    n = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            # With the number, so that reading a year reads nothing else.
            models.UniqueConstraint(
                fields=["user_id", "month", "kind", "a", "b", "before", "after"],
                include=["n"],
                name="ladder_month_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.month} {self.kind} {self.n}"


class LadderChange(models.Model):
    """All moves of a client as they stand now (`n` 1) or stood before (-1), and whose he was: triggers write it.

    One row a version, never updated: writers do not wait for each other. Whoever reads months reads these with them.
    `n` 0: everything is to be counted anew.
    """

    n = models.SmallIntegerField()
    user_id = models.BigIntegerField()
    ats = ArrayField(models.DateTimeField())
    froms = ArrayField(models.BigIntegerField(null=True))
    tos = ArrayField(models.BigIntegerField())
    by_facts = ArrayField(models.BooleanField(), default=list, db_default=[])

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.n}"


class WorkSums(models.Model):
    """How much of a part of work (`analytics.work_sql`) there was: three numbers, which each part counts in its own way."""

    user_id = models.BigIntegerField()
    part = models.PositiveSmallIntegerField()
    kind_id = models.BigIntegerField()
    a = models.BigIntegerField()
    b = models.BigIntegerField()
    n = models.IntegerField()
    x = models.BigIntegerField()
    y = models.IntegerField()

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.part} {self.n}"


class WorkMonth(WorkSums):
    """The sums of a month, numbered from the year nought on. Rows of nought are left, for they come back."""

    month = models.IntegerField()

    class Meta(WorkSums.Meta):
        constraints = [
            # With the sums, so that reading a year reads nothing else.
            models.UniqueConstraint(
                fields=["user_id", "part", "month", "kind_id", "a", "b"],
                include=["n", "x", "y"],
                name="work_month_once",
            )
        ]


class WorkChange(WorkSums):
    """What a change adds to the month of a moment, or takes from it: triggers write it, counting takes it away.

    One row a change, never updated: writers do not wait for each other. Whoever reads months reads these with them.
    """

    at = models.DateTimeField()
