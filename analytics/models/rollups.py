"""Sums by day and person from which long periods are read. Only `analytics.rollups` writes them."""

from django.conf import settings
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

    # Kinds that are joined take their work along, and it takes its sums: see `clients.references.is_sum`.
    sum_of_facts = True

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
