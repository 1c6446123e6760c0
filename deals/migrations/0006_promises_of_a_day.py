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
        ("deals", "0005_figures_of_a_person"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="paymentpromise",
            index=models.Index(
                condition=models.Q(("state", "waiting")),
                fields=["promised_on", "id"],
                include=("client",),
                name="promise_waits_by_day",
            ),
        ),
        RemoveIndexConcurrently(
            model_name="paymentpromise", name="promise_waiting_by_day"
        ),
    ]
    operations = at_once(operations)
