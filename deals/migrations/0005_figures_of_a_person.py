from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [
        ("deals", "0004_stays_are_read_from_one_index"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "open")),
                fields=["responsible", "next_step_at", "id"],
                include=("process", "stage", "client", "due_at"),
                name="deal_open_of_responsible",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_open_by_responsible"),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(("bin", None), ("state", "lost")),
                fields=["responsible", "closed_at"],
                include=("id", "reason", "refusal_stage", "process"),
                name="deal_lost_by_responsible",
            ),
        ),
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "partly"])),
                fields=["responsible", "due_on", "id"],
                include=("client", "currency", "total", "paid"),
                name="invoice_owed_by_responsible",
            ),
        ),
    ]
    operations = at_once(operations)
