from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0008_open_deals_are_counted_in_an_index")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["responsible", "next_step_at", "id"],
                include=("process", "stage", "client", "due_at", "waits_until"),
                name="deal_open_of_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_open_of_responsible"),
    ]
