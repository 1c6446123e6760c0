from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0031_rows_of_a_person_as_they_lie")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(
                    ("bin", None), ("state", "open"), ("due_at__isnull", False)
                ),
                fields=["responsible", "due_at", "id"],
                name="deal_late_by_term",
            ),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["responsible"],
                include=("id", "due_at", "client"),
                name="deal_open_of_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_late_of_person"),
    ]
    operations = at_once(operations)
