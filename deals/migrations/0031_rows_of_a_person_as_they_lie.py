from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0030_deals_at_stages_are_counted")]

    operations = [
        AddIndexConcurrently(
            model_name="invoice",
            index=models.Index(
                condition=models.Q(("state__in", ["issued", "partly"])),
                fields=["responsible"],
                include=(
                    "id",
                    "due_on",
                    "client",
                    "currency",
                    "total",
                    "paid",
                    "issued_on",
                    "number",
                ),
                name="invoice_owed_of_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="invoice", name="invoice_owed_to_person"),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                condition=models.Q(
                    ("bin", None),
                    ("state", "won"),
                    models.Q(("override_reason", ""), _negated=True),
                ),
                fields=["responsible"],
                include=("id", "closed_at", "process"),
                name="deal_by_exception_of_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_won_by_exception"),
    ]
    operations = at_once(operations)
