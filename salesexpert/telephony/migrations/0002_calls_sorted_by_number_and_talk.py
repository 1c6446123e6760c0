from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Many calls: their indexes are built beside the work, outside a transaction.
    atomic = False

    dependencies = [
        ("telephony", "0001_tables"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(fields=["number", "id"], name="call_sorted_by_number"),
        ),
        AddIndexConcurrently(
            model_name="call",
            index=models.Index(
                condition=models.Q(("talk_seconds__isnull", False)),
                fields=["talk_seconds", "id"],
                name="call_sorted_by_talk",
            ),
        ),
    ]
    operations = at_once(operations)
