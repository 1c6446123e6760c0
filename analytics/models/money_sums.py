"""Money by days: what came, what was planned, how invoices are paid, what is owed; each change notes what it adds."""

from django.conf import settings
from django.db import models

from deals.models.money import MoneyField

USER = settings.AUTH_USER_MODEL


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


class OwedSums(models.Model):
    """Open invoices of a seller (0: of nobody) by term, day of issue and currency: how many, and what is still to be paid of them."""

    user_id = models.BigIntegerField()
    due_on = models.DateField()
    issued_on = models.DateField()
    currency = models.CharField(max_length=3)
    invoices = models.IntegerField()
    owed = MoneyField(max_digits=18)

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.due_on} {self.currency}"


class OwedDay(OwedSums):
    """What is owed on a term. A row whose invoices are paid goes."""

    class Meta(OwedSums.Meta):
        constraints = [
            # With the sums, so that reading a seller's debts reads nothing else.
            models.UniqueConstraint(
                fields=["user_id", "due_on", "issued_on", "currency"],
                include=["invoices", "owed"],
                name="owed_day_once",
            )
        ]


class OwedChange(OwedSums):
    """What a change of an invoice adds to a term, or takes from it, until it is added: read with the terms."""
