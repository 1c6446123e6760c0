from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class StageDay(models.Model):
    """What came to a stage and left it on a day of the company's clock; `people` are those who worked on what left, by groups
    (`deals.team.stays_sql`).

    Of each day that is counted a row has stage 0, even if nothing happened.
    """

    day = models.DateField()
    stage_id = models.BigIntegerField()
    entered = models.IntegerField(default=0, db_default=0)
    left = models.IntegerField(default=0, db_default=0)
    recorded = models.IntegerField(default=0, db_default=0)
    minutes = models.BigIntegerField(default=0, db_default=0)
    people = ArrayField(models.BigIntegerField(), default=list, db_default=[])

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["day", "stage_id"], name="stage_day_once"),
            # Ids themselves are refused: so wrote versions that knew no groups.
            models.CheckConstraint(
                condition=Q(people=[]) | Q(people__0__gte=2**32),
                name="stage_day_people_by_groups",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.day}"


class ChangedStay(models.Model):
    """A moment of which something is told otherwise than before: triggers write it, counting its day anew takes it away."""

    at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.at}"


class Standing(models.Model):
    """How many open deals stand at a stage. Rows of nought are left, for they come back."""

    stage_id = models.BigIntegerField()
    n = models.IntegerField()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["stage_id"], name="standing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.n}"


class StandingChange(models.Model):
    """What a changed deal adds to the count of a stage, or takes from it, until it is added: read with the counts, a row each."""

    stage_id = models.BigIntegerField()
    n = models.IntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.stage_id}: {self.n}"
