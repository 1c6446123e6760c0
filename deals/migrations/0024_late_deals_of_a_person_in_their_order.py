from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0023_owed_invoices_with_their_numbers")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["responsible", "due_at", "id"],
                name="deal_late_of_person",
            ),
        ),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["stage"],
                name="deal_open_on_stage",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_open_counted"),
    ]
    operations = at_once(operations)
