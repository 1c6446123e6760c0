"""Sums by day and person from which long periods are read. Only `analytics.rollups` writes them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from deals.models.money import MoneyField

USER = settings.AUTH_USER_MODEL


class PersonDay(models.Model):
    """What a person's deals and cards came to on a day of the company, deals of each currency apart.

    Nothing here keeps a number from falling below nought: who reads must not fail for what `manage.py rollups --verify` tells.
    New cards stand in the row without a currency. `cycle_days` are the lengths of the `cycled` won deals.
    """

    user = models.ForeignKey(
        USER, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    currency = models.CharField(max_length=3, blank=True)
    new_cards = models.IntegerField(default=0)
    opened = models.IntegerField(default=0)
    won = models.IntegerField(default=0)
    lost = models.IntegerField(default=0)
    priced = models.IntegerField(default=0)
    revenue = MoneyField(default=0, max_digits=18)
    margin = MoneyField(default=0, max_digits=18)
    cycle_days = models.IntegerField(default=0)
    cycled = models.IntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day", "currency"], name="person_day_once"
            )
        ]
        indexes = [
            models.Index(fields=["day", "user"], name="person_day_by_day"),
            models.Index(
                fields=["user", "day"],
                include=[
                    "currency",
                    "new_cards",
                    "opened",
                    "won",
                    "lost",
                    "priced",
                    "revenue",
                    "margin",
                    "cycle_days",
                    "cycled",
                ],
                name="person_day_summed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.day} {self.currency}"


class ContactDay(models.Model):
    """How much work of a kind a person did with clients on a day; whether the kind is a contact is asked when read."""

    user = models.ForeignKey(
        USER, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    day = models.DateField()
    kind = models.ForeignKey(
        "clients.ActivityKind", on_delete=models.CASCADE, related_name="+"
    )
    done = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["user", "day", "kind"], name="contact_day_once"
            )
        ]
        indexes = [
            models.Index(fields=["day", "user"], name="contact_day_by_day"),
            # A year of a person is added up in the index: his days lie scattered over the table.
            models.Index(
                fields=["user", "day"],
                # The short one first: eight bytes less of an entry of forty-four.
                include=["done", "kind"],
                name="contact_day_of_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.day} {self.done}"


class DayChange(models.Model):
    """What a row that counts says now (`n` 1) or said before (`n` -1): triggers write it, the next refresh adds it up.

    Deals have moments of opening and closing, cards one of making, work one of doing. One row a change, never updated:
    writers do not wait for each other.
    """

    n = models.SmallIntegerField()
    user_id = models.BigIntegerField()
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=8, null=True)
    currency = models.CharField(max_length=3, null=True)
    amount = MoneyField(null=True)
    margin = MoneyField(null=True)
    made_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    kind_id = models.BigIntegerField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.n}"


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


class MoneySums(models.Model):
    """What a person's money came to on a day in a currency: invoices paid and issued, their share of the deals' margins, and
    what was received (less refunds) for the responsible of the deal, else the client's curator.

    `settled` is what was paid of invoices, on the later of its day and theirs: issued less settled before a day is what was
    owed at its beginning.
    """

    user_id = models.BigIntegerField()
    day = models.DateField()
    currency = models.CharField(max_length=3)
    paid = MoneyField(default=0, db_default=0, max_digits=18)
    paid_margin = MoneyField(default=0, db_default=0, max_digits=18)
    issued = MoneyField(default=0, db_default=0, max_digits=18)
    issued_margin = MoneyField(default=0, db_default=0, max_digits=18)
    received = MoneyField(default=0, db_default=0, max_digits=18)
    settled = MoneyField(default=0, db_default=0, max_digits=18)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.day} {self.currency}"


class MoneyDay(MoneySums):
    """The sums of a day. Rows of nought are left, for they come back."""

    class Meta(MoneySums.Meta):
        constraints = [
            # With the sums, so that reading a year reads nothing else.
            models.UniqueConstraint(
                fields=["user_id", "day", "currency"],
                include=[
                    "paid",
                    "paid_margin",
                    "issued",
                    "issued_margin",
                    "received",
                ],
                name="money_day_once",
            )
        ]
        indexes = [
            # All days of a person are added up for what was owed, in an index as short as can be.
            models.Index(
                fields=["user_id", "currency", "day"],
                include=["issued", "settled"],
                name="money_day_owed",
            )
        ]


class MoneyChange(MoneySums):
    """What a change of the books adds to a day, or takes from it: triggers write it, counting takes it away.

    One row a change, never updated: writers do not wait for each other. Whoever reads days reads these with them.
    """


class PlannedSums(models.Model):
    """Planned receipts of a person's deals of a day in a currency; of them those that still wait: of open deals, without an invoice."""

    user_id = models.BigIntegerField()
    day = models.DateField()
    currency = models.CharField(max_length=3)
    planned = MoneyField(max_digits=18)
    awaited = MoneyField(max_digits=18)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.day} {self.currency}"


class PlannedDay(PlannedSums):
    """The sums of a day. Rows of nought are left, for they come back."""

    class Meta(PlannedSums.Meta):
        constraints = [
            # With the sums, so that reading a year reads nothing else.
            models.UniqueConstraint(
                fields=["user_id", "day", "currency"],
                include=["planned", "awaited"],
                name="planned_day_once",
            )
        ]


class PlannedChange(PlannedSums):
    """What a change of a receipt or of its deal adds to a day, or takes from it, until it is added: read with the days."""


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


class PayingSums(models.Model):
    """Invoices of a seller (0: of nobody) issued on a day in a currency: how many, what they come to; of them paid in full,
    paid after their term, and by how many days."""

    user_id = models.BigIntegerField()
    day = models.DateField()
    currency = models.CharField(max_length=3)
    issued = models.IntegerField(default=0, db_default=0)
    total = MoneyField(default=0, db_default=0, max_digits=18)
    paid = models.IntegerField(default=0, db_default=0)
    late = models.IntegerField(default=0, db_default=0)
    days_late = models.IntegerField(default=0, db_default=0)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.day} {self.currency}"


class PayingDay(PayingSums):
    """The sums of a day. Rows of nought are left, for they come back."""

    class Meta(PayingSums.Meta):
        constraints = [
            # With the sums, so that reading a year reads nothing else.
            models.UniqueConstraint(
                fields=["user_id", "day", "currency"],
                include=["issued", "total", "paid", "late", "days_late"],
                name="paying_day_once",
            )
        ]


class PayingChange(PayingSums):
    """What a change of the books adds to a day, or takes from it: triggers write it, counting takes it away.

    One row a change, never updated: writers do not wait for each other. Whoever reads days reads these with them.
    """


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
