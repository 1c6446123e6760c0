from django.db import models


class FullnessCounts(models.Model):
    """How many live cards of a curator (0: nobody) are filled by so many percent, lack what a rule asks, or are to be contacted by the
    moments of a day (`kind`, `value`)."""

    user_id = models.BigIntegerField()
    kind = models.SmallIntegerField()
    value = models.BigIntegerField()
    n = models.IntegerField()

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id}: {self.kind} {self.value} {self.n}"


class FullnessSum(FullnessCounts):
    """What is counted. Rows of nought are left, for they come back."""

    class Meta(FullnessCounts.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["user_id", "kind", "value"],
                include=["n"],
                name="fullness_sum_once",
            )
        ]


class FullnessChange(FullnessCounts):
    """What a saved card adds to the counts, or takes from them, until it is added: read with them, a row each."""
