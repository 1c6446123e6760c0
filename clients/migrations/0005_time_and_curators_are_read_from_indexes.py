from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Millions of rows: their indexes are built beside the work, outside a transaction.
    atomic = False

    dependencies = [
        ("clients", "0004_consents_by_the_link"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("bin", None), ("status", "planned")),
                fields=["performer", "planned_at", "id"],
                include=("created_by", "minutes"),
                name="activity_time_planned",
            ),
        ),
        RemoveIndexConcurrently(model_name="activity", name="activity_planned"),
        AddIndexConcurrently(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("bin", None), ("status", "done")),
                fields=["performer", "done_at", "id"],
                include=("minutes",),
                name="activity_time_done",
            ),
        ),
        RemoveIndexConcurrently(model_name="activity", name="activity_done"),
        AddIndexConcurrently(
            model_name="client",
            index=models.Index(
                condition=models.Q(("bin", None)),
                fields=["curator", "id"],
                name="client_of_curator",
            ),
        ),
    ]
    operations = at_once(operations)
