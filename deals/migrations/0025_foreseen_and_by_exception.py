from django.contrib.postgres.operations import (
    AddIndexConcurrently,
    RemoveIndexConcurrently,
)
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Millions of rows: built beside the work, outside a transaction.
    atomic = False

    dependencies = [("deals", "0024_late_deals_of_a_person_in_their_order")]

    operations = [
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                fields=["responsible", "next_step_at", "id"],
                include=(
                    "process",
                    "stage",
                    "client",
                    "due_at",
                    "waits_until",
                    "amount",
                    "currency",
                    "entered_at",
                    "opened_at",
                    "expected_on",
                ),
                condition=models.Q(bin=None, state="open"),
                name="deal_open_told_of_person",
            ),
        ),
        RemoveIndexConcurrently(model_name="deal", name="deal_open_of_person"),
        AddIndexConcurrently(
            model_name="deal",
            index=models.Index(
                fields=["responsible", "id"],
                include=("closed_at", "process"),
                condition=models.Q(bin=None, state="won")
                & ~models.Q(override_reason=""),
                name="deal_won_by_exception",
            ),
        ),
    ]
    operations = at_once(operations)
