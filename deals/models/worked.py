from django.db import models


class WorkedDay(models.Model):
    """Minutes of work that a person did on a day of the company's clock. Rows of nought are left, for they come back."""

    user_id = models.BigIntegerField()
    day = models.DateField()
    minutes = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            # With the sum, so that reading a year reads nothing else.
            models.UniqueConstraint(
                fields=["user_id", "day"], include=["minutes"], name="worked_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.day} {self.minutes}"


class WorkedChange(models.Model):
    """What a change of the history adds to the day of a moment, or takes from it: triggers write it, counting takes it away.

    One row a change, never updated: writers do not wait for each other. Whoever reads days reads these with them.
    """

    user_id = models.BigIntegerField()
    at = models.DateTimeField()
    minutes = models.IntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.at} {self.minutes}"
