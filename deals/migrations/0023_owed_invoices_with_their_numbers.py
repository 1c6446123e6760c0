from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0022_owed_on_invoices_of_a_period")]

    operations = [
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "partly"])),
                fields=["responsible", "id", "due_on"],
                include=("client", "currency", "total", "paid", "issued_on", "number"),
                name="invoice_owed_to_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="invoice", name="invoice_owed_by_person"),
    ]
    operations = at_once(operations)
