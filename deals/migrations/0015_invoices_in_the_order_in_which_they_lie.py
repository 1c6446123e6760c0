from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0014_deals_and_lines_are_told_from_indexes")]

    operations = [
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "partly"])),
                fields=["responsible", "id", "due_on"],
                include=("client", "currency", "total", "paid"),
                name="invoice_owed_of_person",
            ),
        ),
        RemoveIndexConcurrently(
            model_name="invoice", name="invoice_owed_by_responsible"
        ),
    ]
    operations = at_once(operations)
