from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Millions of stays: their index is built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0017_reports_read_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(
                    ("bin__isnull", False), ("in_norms", False), _connector="OR"
                ),
                fields=["id"],
                name="deal_left_out",
            ),
        ),
        AddIndexConcurrently(
            model_name="stagepassage",
            index=models.Index(
                fields=["stage", "left_at"],
                include=("deal", "entered_at", "outcome", "due_at"),
                name="passage_of_stage",
            ),
        ),
        RemoveIndexConcurrently(model_name="stagepassage", name="passage_by_stage"),
    ]
    operations = at_once(operations)
