from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from salesexpert.core.migrating import at_once


class Migration(migrations.Migration):
    # Built beside the work, outside a transaction.
    atomic = False

    dependencies = [("clients", "0015_how_full_cards_are_is_counted")]

    operations = [
        AddIndexConcurrently(
            model_name="activity",
            index=models.Index(
                condition=models.Q(("bin", None), ("client", None), ("status", "done")),
                fields=["performer", "done_at"],
                include=("kind",),
                name="activity_without_client",
            ),
        ),
    ]
    operations = at_once(operations)
